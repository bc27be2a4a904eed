#!/bin/sh
# comments: copybook: what the copybook says of records and fields is in the
# target, as psql and sqlite3 show it.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=c

cat > c.cpy <<'CPY'
000010***************************************************************
000020* Customers; it's one "record" each.                          *
000030***************************************************************
000040 01  CUST.
000050*    Number of the branch,
000060*    then a serial one
000070     05  CUST-ID         PIC 9(4).
000080*    05  OLD-BALANCE     PIC S9(5).
000090     05  STATUS-CODE     PIC X.
000100*      of the account, daily:
000110         88  ACTIVE      VALUE 'A'.
000120         88  CLOSED      VALUE 'C'.
000130*    What it's worth.
000140     05  GRADE           PIC 9.
000150         88  BEST        VALUE 1.
000160     05  TOWN            PIC X(6).   *> where they live
000170     05  PHONE OCCURS 2. *> at most two
000180*        without blanks
000190         10  DIGITS      PIC X(3).
CPY
cat > c.yaml <<'YAML'
version: 1
name: c
source: {copybook: c.cpy, format: text, encoding: ascii}
comments: copybook
tables:
  cust:
    key: id
    columns:
      id: CUST-ID
      status: STATUS-CODE
      grade: GRADE
      town: {from: TOWN, comment: own words}
      place: TOWN
      made: upper(TOWN)
  phone:
    each: PHONE
    columns: {cust: CUST-ID, digits: DIGITS}
  told:
    comment: a table of ours
    columns: {id: CUST-ID}
YAML
printf '0001A1AACHEN111222\n' > c.txt

# The comments of tables and columns, one a line.
comments() {
	case $kind in
	sqlite) sqlite3 -init /dev/null "$base.db" "select sql from sqlite_schema
	    where name in ('cust', 'phone', 'told') order by name" |
	    grep -e -- -e '^    [a-z]' | sed 's/[(,]$//; s/^ *//' ;;
	postgres) ask "select c.relname || coalesce(': ' ||
	    obj_description(c.oid, 'pg_class'), '') from pg_class c where
	    relname in ('cust', 'phone', 'told') and relkind = 'r' and
	    relnamespace = 'c'::regnamespace union all
	    select c.relname || '.' || attname || coalesce(': ' ||
	    col_description(c.oid, attnum), '') from pg_class c join
	    pg_attribute on attrelid = c.oid where attnum > 0 and relkind =
	    'r' and relname in ('cust', 'phone', 'told') and relnamespace =
	    'c'::regnamespace order by 1" ;;
	esac
}

sqlite_expected="CREATE TABLE cust ( -- Customers; it's one \"record\" each.
-- Number of the branch, then a serial one
id INTEGER PRIMARY KEY
-- A = ACTIVE; C = CLOSED
status TEXT
-- What it's worth. 1 = BEST
grade INTEGER
-- own words
town TEXT
-- where they live
place TEXT
made TEXT
-- Number of the branch, then a serial one
cust INTEGER
-- without blanks
digits TEXT
CREATE TABLE told ( -- a table of ours
-- Number of the branch, then a serial one
id INTEGER"
postgres_expected="cust.grade: What it's worth. 1 = BEST
cust.id: Number of the branch, then a serial one
cust.made
cust.place: where they live
cust.status: A = ACTIVE; C = CLOSED
cust.town: own words
cust: Customers; it's one \"record\" each.
phone
phone.cust: Number of the branch, then a serial one
phone.digits: without blanks
told.id: Number of the branch, then a serial one
told: a table of ours"

for k in $kinds; do
	use $k c
	does "load" 0 "$DECANT" load c.yaml c.txt --to "$to"
	eval "expected=\$${k}_expected"
	is "comments of the copybook" "$expected" "$(comments)"
	does "load the same again" 0 "$DECANT" load c.yaml c.txt --to "$to"
	printf '0002C1AACHEN111222\n' > d.txt
	does "the next generation" 0 "$DECANT" load c.yaml d.txt --to "$to" \
		--max-shrink 100%
	is "has them too" "$expected" "$(comments)"
done
finish
