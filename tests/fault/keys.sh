# Keys that repeat: every record that shares its key with another is a reject,
# its rows in child tables too, whatever the type of the key, from a file and
# from a pipe; with --max-rejects the others are loaded.
. "$SRCDIR/tests/fault/common.inc"
begin

cat > keys.cpy <<'CPY'
       01  KEY-RECORD.
           05  K-ID    PIC 9(6).
           05  K-NAME  PIC X(8).
           05  K-DAY   PIC 9(8).
           05  K-SUM   PIC S9(5)V99 SIGN LEADING SEPARATE.
           05  K-N     PIC 9.
           05  K-TAG   PIC X(3) OCCURS 0 TO 3 TIMES DEPENDING ON K-N.
CPY

# mapping_by KEY [CHILD-KEY]
mapping_by() {
	cat > keys.yaml <<-YAML
	source:
	  copybook: keys.cpy
	  format: text
	  encoding: iso8859-1
	tables:
	  parent:
	    key: [$1]
	    columns:
	      id: K-ID
	      name: K-NAME
	      day: to_date(K-DAY, 'YYYYMMDD')
	      sum: K-SUM
	      half: K-ID * 0.5
	  child:
	    each: K-TAG
	    key: [${2-id, seq}]
	    columns:
	      id: K-ID
	      seq: occurrence()
	      tag: K-TAG
	YAML
}

# Twelve records with two tags each; record 9 has what $1 names of record 3.
records() {
	awk -v same=",$1," 'BEGIN {
		for (i = 1; i <= 12; i++) {
			id = name = day = sum = i
			if (i == 9 && index(same, ",id,")) id = 3
			if (i == 9 && index(same, ",name,")) name = 3
			if (i == 9 && index(same, ",day,")) day = 3
			if (i == 9 && index(same, ",sum,")) sum = 3
			printf "%06d%-8s%08d%s%07d2a%02db%02d\n", id,
			    "Name " name, 20000100 + day,
			    sum % 2 ? "-" : "+", sum * 1050, i, i
		}
	}'
}

# rows TARGET: what a load within the limit has left.
rows() {
	case $1 in
	sqlite)
		lite keys.db "select id from parent order by 1;
		    select distinct id from child order by 1;"
		;;
	postgres)
		pg -c "select id from keys.parent order by 1" \
		    -c "select distinct id from keys.child order by 1"
		;;
	esac | tr '\n' ' '
}

# forget: somebody drops what was loaded.
forget() {
	pg -c "drop schema keys cascade" > drop
	snapshot postgres > before.postgres
}

# loads TARGET NAME ARGUMENT…: the ten records that are left, status 4.
loads() {
	target=$1 name=$2 where=$(to "$1")
	shift 2
	[ "$target" != sqlite ] || where=sqlite:keys.db
	rm -rf keys.db keys.rejects
	run load --json keys.yaml "$@" --to "$where"
	{
		[ $status = 4 ] || echo "status $status"
		balances out 4
		[ "$(json out '$.loaded')$(json out '$.rejected')" = 102 ] ||
			echo "not 10 loaded and 2 rejected"
		[ "$(rows "$target")" = "$left$left" ] ||
			echo "it loaded $(rows "$target")"
		grep -F -e a03b03 -e a09b09 data.txt | cmp - \
		    keys.rejects/records.dat
		cut -d , -f 1,5 keys.rejects/reasons.csv | sort -u | tr '\n' ' '
		echo
	} > why 2>&1
	[ "$target" != postgres ] || forget
	[ "$(cat why)" = "3,D020 9,D020 record,code " ]
	passes $? "$target: $name: the others are loaded" why err out
}

for kind in integer text date decimal composite; do
	id=id,day
	case $kind in
	integer) key=id same=id,day ;;
	text) key=name same=name ;;
	date) key=day same=day ;;
	decimal) key=sum same=sum ;;
	composite) key=name,id,sum same=name,id,sum ;;
	esac
	mapping_by $key
	records $same > data.txt
	left="1 2 4 5 6 7 8 10 11 12 "
	for target in $targets; do
		refuses $target "$kind key" D020 "" keys.yaml data.txt
		pipe=data.txt
		refuses $target "$kind key, pipe, 1 allowed" D020 "" \
		    keys.yaml - --max-rejects 1
		loads $target "$kind key, pipe, 2 allowed" - --max-rejects 2 \
		    --batch-records 1
		unset pipe
		loads $target "$kind key, 17%" data.txt --max-rejects 17%
	done
done
refuses sqlite "16% allowed" D020 "" keys.yaml data.txt --max-rejects 16%

# A key of a child table that repeats rejects the parent's row too; a key
# shared with a record that is a reject anyway does not repeat.
mapping_by id tag
records none | sed 's/a09/a03/' > data.txt
for target in $targets; do
	rm -rf keys.db keys.rejects
	where=$(to $target)
	[ $target != sqlite ] || where=sqlite:keys.db
	run load --json keys.yaml data.txt --to "$where" --max-rejects 2
	is "$target: a child's key repeats" "4 10 2 $left$left" \
	    "$status $(json out '$.loaded') $(json out '$.rejected')\
 $(rows $target)"
	[ $target != postgres ] || forget
done
mapping_by id
records id | sed '3s/2a03b03/9a03b03/' > data.txt
run load --json keys.yaml data.txt --to null: --max-rejects 1
run load --json keys.yaml data.txt --to sqlite:keys2.db --max-rejects 1
is "a reject's key does not repeat" "4 11 1" \
    "$status $(json out '$.loaded') $(json out '$.rejected')"

# So many that they cannot be right.
cat > wide.cpy <<'CPY'
       01  WIDE-RECORD.
           05  W-KEY  PIC X(2000).
CPY
cat > wide.yaml <<'YAML'
source: {copybook: wide.cpy, encoding: iso8859-1}
tables:
  wide:
    key: k
    columns:
      k: W-KEY
YAML
awk 'BEGIN { for (i = 0; i < 18000; i++) printf "%1990d%010d", 0, i % 9000 }' \
    > wide.dat
fails sqlite "far too many repeat" 12 D025 "'wide'" wide.yaml wide.dat \
    --max-rejects 100%

finish
