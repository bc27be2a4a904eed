# preview --watch in a pipe: each run behind the last one, with what changed.
# An editor's ways to write: in place, by rename, a copybook that COPY brings
# in, a crosswalk.
wait_for() {
	tries=200
	until grep -q "$1" out 2> /dev/null; do
		tries=$((tries - 1))
		if [ $tries = 0 ]; then
			echo "no '$1'"
			return
		fi
		sleep 0.05
	done
	sleep 0.1
}

begin() {
	rm -f out
	"$DECANT" preview --watch "$@" > out 2> err &
	pid=$!
	wait_for 'run 1\|"run":1'
}

end() {
	kill -TERM $pid
	wait $pid
	echo "status $?"
	cat out err
}

# edit FILE SED-SCRIPT: as editors do that write a new file and rename it.
edit() {
	sed "$2" "$1" > ../edited.$$
	mv ../edited.$$ "$1"
}

mkdir w
cd w || exit
cp "$SAMPLE" customer.ebc
cat > customer.cpy <<'COBOL'
       01  CUSTOMER.
           COPY NAMES.
           05 FILLER PIC X(266).
COBOL
cat > names.cpy <<'COBOL'
           05 CUST-ID PIC 9(9) COMP.
           05 CUST-FIRST PIC X(15).
           05 CUST-MIDDLE PIC X(15).
COBOL
printf 'name,kind\nSimon,singer\nDarth,lord\n' > kinds.csv
cat > m.yaml <<'YAML'
source: {copybook: customer.cpy, file: customer.ebc}
crosswalks: {kinds: {file: kinds.csv, missing: "null"}}
tables:
  person:
    key: person_id
    columns:
      person_id: CUST-ID
      first: CUST-FIRST
YAML
begin m.yaml -n 3
echo "      kind: lookup('kinds', CUST-FIRST, 'kind')" >> m.yaml
wait_for "run 2"
edit kinds.csv s/lord/Sith/
wait_for "run 3"
edit names.cpy 's/CUST-FIRST PIC X(15)/CUST-FIRST PIC X(3)/
s/CUST-MIDDLE PIC X(15)/CUST-MIDDLE PIC X(27)/'
wait_for "run 4"
edit m.yaml s/CUST-FIRST/CUST-FRIST/
wait_for "run 5"
edit m.yaml 's/CUST-FRIST/CUST-FIRST/
s/first:/name:/'
wait_for "run 6"
rm names.cpy
wait_for "run 7"
cat > ../names.cpy <<'COBOL'
           05 CUST-ID PIC S9(9) COMP.
           05 CUST-FIRST PIC X(15).
           05 CUST-MIDDLE PIC X(15).
COBOL
mv ../names.cpy names.cpy
wait_for "run 8"
end
echo "== JSON"
begin m.yaml -n 1 --json
edit m.yaml 's/name:/first:/'
wait_for '"run":2'
edit m.yaml 's/from:/to:/
s/tables:/tabels:/'
wait_for '"run":3'
end
edit m.yaml s/tabels/tables/
echo "== a pipe that is slow: rows as they come, and no waiting"
mkfifo slow
(
	exec 3> slow
	head -c 650 customer.ebc >&3
	wait_for "2 rows"
	tail -c +651 customer.ebc | head -c 550 >&3
	wait_for "4 rows"
	tail -c +1201 customer.ebc >&3 2> /dev/null
) &
begin m.yaml slow -n 5
wait_for "5 rows"
edit m.yaml "s/CUST-FIRST$/upper(&)/"
wait_for "cells changed"
end | sed -n 's/, run [0-9]*//; /^==\|rows/p' | uniq
wait
echo "== members of a dataset file"
cat > other.yaml <<'YAML'
source: {copybook: customer.cpy, file: customer.ebc}
tables:
  visitor:
    key: id
    columns:
      id: CUST-ID
      name: CUST-FIRST
YAML
cat > both.yaml <<'YAML'
decant: dataset 1
name: both
members: [{mapping: m.yaml}, {mapping: other.yaml}]
YAML
begin both.yaml -n 2
edit other.yaml 's/name:/called:/'
wait_for "run 2"
edit other.yaml 's/CUST-FIRST/CUST-FRIST/'
wait_for "run 3"
edit other.yaml 's/CUST-FRIST/upper(CUST-FIRST)/'
wait_for "run 4"
edit both.yaml 's/{mapping: m.yaml}, //'
wait_for "run 5"
end
echo "== without descriptors"
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-	# of whoever runs the tests
for n in 4 5 6 7 8 9 10; do
	(ulimit -n $n && exec "$DECANT" preview --watch m.yaml) 2> err
	echo "status $?"
	grep -q "shared libraries" err || break
done > out
tail -n 1 out
cat err >&2
