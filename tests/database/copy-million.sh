#!/bin/sh
# decant copy of 1,000,000 rows over all types, which PostgreSQL makes: to
# SQLite, from there to PostgreSQL (killed on the way, and resumed), and from
# PostgreSQL to PostgreSQL; and of 250,000 that SQLite makes.  What psql and
# sqlite3 print of all rows must be the same, byte for byte; of floats, their
# bits.  TAP.
. "$SRCDIR/tests/database/generations.inc"
[ "$kinds" != sqlite ] || {
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
}
schema=m
tables="link moment num txt"
export PGTZ=UTC

# What is printed of a table: by psql of the source, by psql of a copy that was
# in SQLite, by sqlite3.
words() {
	double="upper(encode(float8send(@), 'hex'))" hex="upper(encode(@, 'hex'))"
	utf8="upper(encode(convert_to(@, 'UTF8'), 'hex'))" padded="rpad(@, 5)"
	five=@ eleven=@ open="round(@, 6)"
	case $1 in
	again) padded=@ ;;
	sqlite) double="iif(@ is null, null, hex(ieee754_to_blob(@)))"
		hex="iif(@ is null, null, hex(@))" utf8=$hex padded=@
		five="iif(@ is null, null, printf('%.5f', @))"
		eleven="iif(@ is null, null, printf('%.2f', @))" open=@ ;;
	esac
	case $2 in
	num) echo "k, s, i, b, $(say "$five" n5), $(say "$eleven" n11), n18,
	    n38, n380, n3838, $(say "$open" op), $(say "$double" r),
	    $(say "$double" dp)" ;;
	txt) echo "k, $(say "$utf8" t), v, $(say "$padded" c) || '|',
	    $(say "$hex" y), cast(bo as integer), u, j, jb, ar" ;;
	moment) echo "k, d, ti, ts, tz, iv" ;;
	link) echo "num, seq, moment, n, note" ;;
	esac
}
say() {
	echo "$1" | sed "s/@/$2/g"
}

# rows_of HOW DATABASE TABLE: all rows in the order of the key.
rows_of() {
	order=1
	[ "$3" != link ] || order="1, 2"
	case $1 in
	sqlite) sqlite3 -init /dev/null -batch -noheader -separator "$tab" \
	    -nullvalue '~N' "$2" "select $(words "$1" "$3") from $3
	    order by $order" ;;
	all) PGDATABASE=$2 psql -X -q -c "copy (select * from m.$3
	    order by $order) to stdout" ;;
	*) PGDATABASE=$2 psql -X -q -A -t -F "$tab" -P null='~N' \
	    -c "select $(words "$1" "$3") from m.$3 order by $order" ;;
	esac 2>&1
}

# same_rows HOW DATABASE HOW DATABASE: and as many as there must be.  What the
# source prints is asked for once.
same_rows() {
	[ -p pipe ] || mkfifo pipe
	for t in $tables; do
		if [ -s "$t.$1" ]; then
			cat "$t.$1" > pipe &
		else
			rows_of "$1" "$2" $t | tee "$t.$1" > pipe &
		fi
		rows_of "$3" "$4" $t | cmp - pipe > cmp.out 2>&1
		passes $? "$pair: $t, as the databases print it" cmp.out
		wait
	done
	is "$pair: 1,000,000 rows" 1000000 "$(ask "select
	    (select count(*) from num) + (select count(*) from txt) +
	    (select count(*) from moment) + (select count(*) from link)")"
}

# ended FILE: the JSON of a copy says that all tables are equal.
ended() {
	is "$pair: equal by content hash" 4 "$(grep -o '"equal":true' "$1" |
	    wc -l)"
	like "$pair: live" '"state":"copied"' "$1"
}

pair="the source"
use postgres million
source=$database from=$to
does "$pair: made by PostgreSQL" 0 psql -X -q -v ON_ERROR_STOP=1 \
    -d "$database" -f "$SRCDIR/tests/database/copy-million.sql"

# --- PostgreSQL to SQLite -----------------------------------------------------

pair="PostgreSQL to SQLite"
use sqlite million
lite=$to
does "$pair" 0 d copy "$from" "$to" --dataset m --json
ended out
same_rows source "$source" sqlite million.db
is "$pair: keys and indexes" "link_key
link_moment
link_n
num_dp
txt_v_key" "$(ask "select name from sqlite_master where type = 'index' and name
    not like 'decant%' and name not like 'sqlite%' order by name")"
is "$pair: foreign keys" "moment${tab}moment${tab}k${tab}NO ACTION
num${tab}num${tab}k${tab}CASCADE" "$(ask "select \"from\", \"table\", \"to\",
    on_delete from pragma_foreign_key_list('link') order by 1")"
is "$pair: comments" 1 "$(ask "select count(*) from sqlite_master where
    name = 'num' and sql like '%-- numbers; it''s all%' and
    sql like '%-- at most 38 digits, é%'")"
is "$pair: numbers go on" 300001 "$(ask "begin; insert into num (i) values (1);
    select max(k) from num; rollback")"

# --- SQLite to PostgreSQL -----------------------------------------------------

pair="SQLite to PostgreSQL"
use postgres again
"$DECANT" copy -q "$lite" "$to" > out 2> err < /dev/null &
pids=$!
does "$pair: two tables are in" 0 env PGDATABASE="$database" psql -X -q -c "
    do \$\$ begin
	for i in 1..6000 loop
		exit when (select count(*) from pg_tables where
		    schemaname = 'm_g1') >= 2;
		perform pg_sleep(0.01);
	end loop;
    end \$\$"
kill -9 $pids 2> /dev/null
wait $pids 2> /dev/null
is "$pair: killed" 137 $?
pids=
# until the server has seen it
while [ "$(ask "select count(*) from pg_stat_activity where
    application_name like 'decant%'")" != 0 ]; do
	sleep 0.05
done
is "$pair: nothing is live" "" "$(ask "select tablename from pg_tables where
    schemaname = 'm'")"
does "$pair: resumed" 0 d copy "$lite" "$to" --resume --json
ended out
[ "$(grep -o '"kept":true' out | wc -l)" -ge 2 ]
passes $? "$pair: what was there is kept" out
same_rows source "$source" again "$database"
is "$pair: keys and constraints" \
    "link_moment_fkey FOREIGN KEY (moment) REFERENCES m.moment(k)
link_num_fkey FOREIGN KEY (num) REFERENCES m.num(k) ON DELETE CASCADE
link_pkey PRIMARY KEY (num, seq)
moment_pkey PRIMARY KEY (k)
num_pkey PRIMARY KEY (k)
txt_pkey PRIMARY KEY (k)" "$(schema=public ask "select conname || ' ' ||
    pg_get_constraintdef(oid) from pg_constraint where connamespace =
    'm'::regnamespace and contype in ('p', 'f') order by conname")"
is "$pair: indexes" "link_moment link_n num_dp txt_v_key" "$(echo $(ask "select
    indexname from pg_indexes where schemaname = 'm' and
    indexname not like '%pkey' order by 1"))"
is "$pair: comments" "numbers; it's all
at most 38 digits, é" "$(ask "select obj_description('num'::regclass) union all
    select description from pg_description where objoid = 'num'::regclass and
    objsubid > 0")"
is "$pair: numbers go on" 300001 "$(ask "insert into num (i) values (1)
    returning k")"
does "$pair: the ledger is whole" 0 d log --to "$to" --verify
like "$pair: and came along" "4 events that copies brought" out

# --- PostgreSQL to PostgreSQL -------------------------------------------------

dump() {
	pg_dump -s -n m --no-owner "$1" | grep -v -e '^--' -e '^$' -e restrict \
	    -e 'made by decant' -e decant_log -e '^SET' -e set_config
}
pair="PostgreSQL to PostgreSQL"
use postgres other
does "$pair" 0 d copy "$from" "$to" --dataset m --json
ended out
same_rows all "$source" all "$database"
dump "$source" > dump.src
dump "$database" > dump.dst
[ -s dump.src ] && diff dump.src dump.dst > dump.diff
passes $? "$pair: pg_dump says the same of both" dump.diff
is "$pair: numbers go on" "300001${tab}200001" "$(ask "begin;
    insert into num (i) values (1); insert into link (num, seq, moment)
    values (300001, 1, 1) returning num, n; rollback" | head -n 1)"

# --- a file that SQLite alone has made ----------------------------------------

pair="a plain SQLite file to PostgreSQL"
use sqlite plain
ask "create table p (k integer primary key, s smallint, b bigint,
    n decimal(11,2), w numeric(15,4), r double, v varchar(30) not null, t text,
    d date, ts timestamp, ti time, bo boolean, y blob unique);
    with recursive n(i) as (select 1 union all select i + 1 from n where
    i < 250000) insert into p select i, i * 7919 % 65536 - 32768, case i when 1
    then -9223372036854775807 - 1 when 2 then 9223372036854775807 else i *
    1000003 - 150000000000 end, (i * 104729 % 200000000000 - 100000000000) /
    100.0, i / 10000.0, i / 7.0 * case i % 2 when 0 then 1e-200 else -1e200 end,
    'v' || i, case i % 11 when 0 then null when 1 then '' else 'Ærøskøbing 😀 '
    || i end, date('1850-01-01', '+' || i % 100000 || ' days'),
    datetime('1900-01-01', '+' || i * 17771 || ' seconds'),
    time(i, 'unixepoch'), i % 2,
    cast('y' || i as blob) from n" > err
is "$pair: made by SQLite" "" "$(cat err)"
use postgres plain
does "$pair" 0 d copy sqlite:plain.db "$to" --dataset plain
sqlite3 -init /dev/null -batch -noheader -separator "$tab" -nullvalue '~N' \
    plain.db "select k, s, b, printf('%.2f', n), printf('%.4f', w),
    hex(ieee754_to_blob(r)), v, t, d, ts, ti, bo, hex(y) from p
    order by k" > p.src
PGDATABASE=$database psql -X -q -A -t -F "$tab" -P null='~N' -c "select k, s, b,
    n, w, upper(encode(float8send(r), 'hex')), v, t, d, ts, ti, bo::int,
    upper(encode(y, 'hex')) from plain.p order by k" > p.dst
cmp p.src p.dst > cmp.out 2>&1
passes $? "$pair: as the databases print it" cmp.out
is "$pair: 250,000 rows" 250000 "$(wc -l < p.dst)"
finish
