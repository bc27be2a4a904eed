# preview --watch on a terminal: drawn in place, marked, scrolled, of another
# size; however it ends, the terminal is as it was.  And how soon it is there.
. "$SRCDIR/tests/fault/common.inc"

pty=$BUILDDIR/tests/fault/pty_run.t
[ -x "$pty" ] || bail "no $pty"
cp "$SRCDIR/copybooks/customer.cpy" .
cp "$SAMPLE" customer.ebc
cat > m.yaml <<'YAML'
source: {copybook: customer.cpy, file: customer.ebc}
tables:
  person:
    key: person_id
    columns:
      person_id: CUST-ID
      first: CUST-FIRST
YAML
cp m.yaml first.yaml

# on NAME [FILE]: the steps on standard input, what is to be seen in `wanted`.
on() {
	name=$1
	shift
	"$pty" "$DECANT" preview --watch m.yaml "$@" 2> ms |
		sed 's/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/TIME/' > seen
	diff -u wanted seen > seen.diff
	passes $? "$name" seen.diff
}

cat > wanted <<'SCREEN'
 m.yaml  run 1, TIME    q ends
person: 3 rows

person_id  first
---------  ------
   100001  Simon
   100002  Darth
   100003  Gordon
 m.yaml  run 2, TIME  1 column added, 1 type changed, 1 cell changed  q ends
person: 3 rows

person_id  first *  last +
---------  -------  ------
   100001  Simon
   100002  {Dar*}     {Vader}
   100003  Gordon   {Sumner}
 m.yaml  run 3, TIME  1 error  q ends
m.yaml:7:40: error P001: the record has no item 'CUST-FRIST'
          first: replace(CUST-FIRST || '', CUST-FRIST, '*')
                                           ^~~~~~~~~~
hint: did you mean CUST-FIRST?

the last good run:

person: 3 rows

person_id  first   last
---------  ------  ------
   100001  Simon
   100002  Dar*    Vader
   100003  Gordon  Sumner
status 0
SCREEN
on "what has changed, and mistakes above the last good run" -n 3 <<'STEPS'
wait Gordon
screen
sh sed "s/CUST-FIRST/replace(CUST-FIRST, 'th', '*')/" m.yaml > n; echo "      last: CUST-LAST" >> n; mv n m.yaml
wait run 2
screen
sh sed "s/CUST-FIRST, 'th'/CUST-FIRST || '', CUST-FRIST/" m.yaml > n; mv n m.yaml
wait run 3
screen
key q
end
STEPS

cp first.yaml m.yaml
cat > wanted <<'SCREEN'
 m.yaml  run 1, TIME    lines 1-5 of 15  q ends
person: 10 rows

person_id  first
---------  -----------
   100001  Simon
 m.yaml  run 1, TIME    lines 3-7 of 15  q ends
person_id  first
---------  -----------
   100001  Simon
   100002  Darth
   100003  Gordon
 m.yaml  run 1, TIME    lines 11-15 of 15  q ends
   100007  E
   100008  Scarlett
   100009  Jeanne
   100010  Ada
 m.yaml  run 1,
person: 10 rows

person 1
  person_id  100
  first      Sim
status 0
SCREEN
on "scrolling, and another size" <<'STEPS'
wait person_id
size 6 60
wait of 15
screen
key jj
screen
key G
screen
key g
size 6 16
wait person 1
screen
key \c
end
STEPS

for signal in 15 1 2; do
	echo "status 0" > wanted
	on "signal $signal" <<-STEPS
	wait Simon
	kill $signal
	end
	STEPS
done

# Two gigabytes, of which the first records and holes: the first screen does
# not wait for them (20 ms on a laptop), and a search ends when it is told to.
cp customer.ebc big.ebc
truncate -s 2100000000 big.ebc
printf 'in time\nstatus 0\n' > wanted
on "the first screen of a large file" big.ebc <<'STEPS'
within 2000 100010
key q
end
STEPS
on "the last record of a large file" big.ebc --record 7000000 <<'STEPS'
within 2000 person: 1 row
key q
end
STEPS
echo "status 0" > wanted
on "a key in a long search" --where "CUST-ID = 1" big.ebc <<'STEPS'
wait looking
key q
end
STEPS
# A mapping that is saved meanwhile is looked at at once.
printf 'in time\nstatus 0\n' > wanted
on "a change in a long search" --where "CUST-ID = 100999 + 2" big.ebc <<'STEPS'
wait looking
sh sed 's/tables:/tabels:/' m.yaml > n; mv n m.yaml
within 8000 did you mean 'tables'?
key q
end
STEPS
cp first.yaml m.yaml
# A pipe that only begins: what is there is shown.
mkfifo slow
(exec 3> slow; head -c 700 customer.ebc >&3; sleep 3) &
printf 'in time\n' > wanted
cat >> wanted <<'SCREEN'
 m.yaml  run 2, TIME  2 rows added  waiting for input  q ends
person: 2 rows

person_id  first
---------  -----
   {100001}  {Simon}
   {100002}  {Darth}
status 0
SCREEN
"$pty" "$DECANT" preview --watch m.yaml slow 2> ms > seen <<'STEPS'
within 2000 2 rows added
screen
key q
end
STEPS
sed -i 's/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/TIME/; s/run [0-9]*/run 2/' seen
diff -u wanted seen > seen.diff
passes $? "a pipe that only begins" seen.diff
rm -f big.ebc
finish
