#!/bin/sh
# A table as the source: expressions over its columns, evaluated by decant from
# the rows of PostgreSQL and of SQLite, and by PostgreSQL itself; no row may
# differ.  TAP on standard output.
#
#	table-source.txt	over a table with a column of each type
#	expressions.txt		those that mean the same over a table as over
#				records, where PostgreSQL's is decant's, too
#
# SQLite gets the rows with its own types, declared in PostgreSQL's names.
set -u
: "${SRCDIR:?}" "${BUILDDIR:?}" "${DECANT:?}"
export LC_ALL=C.UTF-8 PGTZ=UTC
here=$SRCDIR/tests/database
built=$BUILDDIR/tests/database

if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi

. "$here/expressions.inc"

# --- a column of each type ---------------------------------------------------

sql > setup.log 2>&1 <<'SQL' || { cat setup.log; exit 99; }
create domain expr.amount as numeric(11, 2);
create type expr.mood as enum ('sad', 'glad');
create table expr.kinds (
	rec_no int primary key, t text, v varchar(10), c char(6), s smallint,
	i integer, b bigint, n expr.amount, w numeric(38, 10), o numeric,
	r real, d double precision, f boolean, dt date, tm time, ts timestamp,
	y bytea, "Odd Name" text, op_en text, u uuid, tz timestamptz,
	m expr.mood);
insert into expr.kinds values
(1, 'abc', 'x  ', 'ab', 32767, 2147483647, 9223372036854775807,
 999999999.99, 1234567890123456789012345678.0123456789, 1.5, 0.1, 0.1, true,
 '2026-01-31', '23:59:59.999999', '2026-01-31 12:34:56.789', '\x00ff', 'odd',
 'o', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2026-01-31 12:00+02', 'glad'),
(2, '', '', '', -32768, -2147483648, -9223372036854775808, -999999999.99,
 -1234567890123456789012345678.0123456789, -12345.678901, 1e30, 1e300, false,
 '0001-01-01', '00:00', '0001-01-01 00:00:00', '', '', '', null,
 '1970-01-01 00:00Z', 'sad'),
(3, null, null, null, null, null, null, null, null, null, null, null, null,
 null, null, null, null, null, null, null, null, null),
(4, 'Zoë 😀 o', 'ÄÖü', 'é', 0, 0, 0, 0, 0, 0, 0, 0, null, '9999-12-31',
 '24:00', '9999-12-31 23:59:59.999999', '\xdeadbeef', 'a "b", c', null, null,
 null, null),
(5, ' lead', '12', '  x', -1, 10, -10, -0.01, -0.0000000001, 0.000001,
 -1.5e-20, -2.5, true, '2000-02-29', '12:00', '2000-02-29 12:00', '\x61',
 E'tab\tnew\nline', 'z', null, null, null),
(6, 'trail ', '2147483648', 'z  z', 1, -7, 7, 12.34, 99.9999999999, 100,
 16777216, 123456789.125, false, '1582-10-15', '00:00:00.000001',
 '1999-12-31 23:59:59.5', '\x00', 'Q', 'q', null, null, null),
(7, 'a,b', 'm', 'm', 7, 3, 2, 0.05, 0.5, 3, 123456.7, 1e15, true,
 '0044-03-15 BC', '06:07:08', '0044-03-15 01:02:03 BC', '\x27', '''', 'w',
 null, null, null),
(8, 'inf', 'i', 'i', 2, 2, 2, 2, 2, 2, 2, 2, true, 'infinity', '01:00',
 '-infinity', '\x69', 'i', 'i', null, null, null);
SQL

grep -v -e '^#' -e '^$' "$here/table-source.txt" | numbered > all.txt
lines=$(wc -l < all.txt)
source="  table: kinds
  schema: expr
  database: 'postgresql:'"
compare expr.kinds
report result.txt

# --- the same rows in SQLite -------------------------------------------------

# Numbers and texts by sqlite3 itself; dates in ISO's form, booleans 0 and 1.
sql > kinds.sql <<'SQL'
select format('insert into kinds values (%s, %L, %L, %L, %s, %s, %s, %s, '
    '%L, %L, %s, %s, %s, %L, %L, %L, %s, %L, %L, %L, %L, %L);', rec_no, t, v,
    cast(c as text), coalesce(s::text, 'null'), coalesce(i::text, 'null'),
    coalesce(b::text, 'null'), coalesce(n::text, 'null'), w, o,
    coalesce(r::text, 'null'), coalesce(d::text, 'null'),
    coalesce(f::int::text, 'null'), dt, tm, ts,
    coalesce('x''' || encode(y, 'hex') || '''', 'null'), "Odd Name", op_en,
    u, tz, m) from expr.kinds order by rec_no
SQL
sed -i -e "s/ E'tab/ 'tab/" kinds.sql
{
	echo 'create table kinds (rec_no integer primary key, t text,
	v varchar(10), c text, s smallint, i integer, b bigint,
	n numeric(11, 2), w text, o text, r real, d double precision,
	f boolean, dt date, tm time, ts timestamp, y blob, "Odd Name" text,
	op_en text, u uuid, tz text, m text);'
	cat kinds.sql
} | sqlite3 kinds.db > kinds.log 2>&1
ok "$?$([ -s kinds.log ] && echo 1)" "SQLite has the rows" kinds.log

# SQLite has no decimals of 38 digits, no reals, no numeric of any digits:
# those columns are texts and doubles there.
grep -v -w -e w -e o -e r "$here/table-source.txt" |
	grep -v -e '^#' -e '^$' | numbered > all.txt
source="  table: kinds
  database: sqlite:kinds.db"
compare expr.kinds
report result.txt

# --- expressions over records that tables have, too --------------------------

"$built/expr_data.t" records.dat records.txt 200 || exit 99
sql > setup.log 2>&1 <<'SQL' || { cat setup.log; exit 99; }
create table expr.raw (
	rec_no int primary key, t_word text, t_name text, t_num varchar(10),
	t_any varchar(8), n_u5 int, n_s4 smallint, n_u3v2 numeric(5, 2),
	n_s7v4 numeric(11, 4), n_lead bigint, n_frac numeric(3, 3),
	p_s9v2 numeric(11, 2), p_u5 int, p_s18 bigint, b_half bigint,
	b_word bigint, b_double bigint, b_uhalf int, b_dec numeric(10, 2),
	d_num int, d_text text, f_flag text, f_code int,
	home_amount numeric(7, 2), home_city text, work_amount numeric(7, 2),
	work_city text,
	tab_n_1 int, tab_t_1 text, tab_in_1_1 int, tab_in_1_2 int,
	tab_n_2 int, tab_t_2 text, tab_in_2_1 int, tab_in_2_2 int,
	tab_n_3 int, tab_t_3 text, tab_in_3_1 int, tab_in_3_2 int);
\copy expr.raw from records.txt
SQL
{
	grep -v -e '^#' -e '^$' "$here/expressions.txt"
	"$built/expr_random.t" "${DECANT_RANDOM:-300}" "${DECANT_SEED:-1}"
} | grep ' ;; = *$' | sed -E \
    -e 's/(AMOUNT|CITY) (OF|IN) (HOME|WORK)-ADDR/\3_\1/g' \
    -e 's/(HOME|WORK)-ADDR\.(AMOUNT|CITY)/\1_\2/g' \
    -e 's/TAB-([NT])\(([123])\)/TAB_\1_\2/g' \
    -e 's/TAB\(([123])\)\.TAB-([NT])/TAB_\2_\1/g' \
    -e 's/TAB-IN\(([123]), ([12])\)/TAB_IN_\1_\2/g' \
    -e 's/TAB\(([123])\)\.TAB-IN\(([12])\)/TAB_IN_\1_\2/g' |
	grep -v -e 'IS-[A-Z]' -e 'CODE-[LZH]' -e 'TAB-' -e 'TAB(' -e ADDR |
	numbered > all.txt
source="  table: raw
  schema: expr
  database: 'postgresql:'"
ok $([ "$(wc -l < all.txt)" -gt 300 ]; echo $?) "there are some hundreds"
compare expr.raw
awk -F '\t' '$5 != "" {
	printf "decant:     %s\nPostgreSQL: %s\n%s\n", $2, $3, $5 }' \
    result.txt > differences.out
ok $([ ! -s differences.out ]; echo $?) \
    "$(wc -l < result.txt | tr -d ' ') expressions over a table as over records" \
    differences.out
clean_up
echo "1..$n"
