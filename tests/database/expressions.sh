#!/bin/sh
# Expressions against PostgreSQL itself: decant evaluates them while it loads,
# PostgreSQL evaluates the same over the raw values, and no row may differ.
# TAP on standard output.
#
# expressions.txt has them, a line each:
#
#	decant's ;; PostgreSQL's [ ;; why a difference is intended ]
#
# PostgreSQL's is = where only the hyphens of names become underscores.
# expr_random.t makes more of them: DECANT_RANDOM (300, or 5,000 with
# DECANT_FULL=1) from the seed DECANT_SEED.
set -u
: "${SRCDIR:?}" "${BUILDDIR:?}" "${DECANT:?}"
export LC_ALL=C.UTF-8
here=$SRCDIR/tests/database
built=$BUILDDIR/tests/database

if [ -z "${DECANT_PG-}" ]; then
	echo "1..0 # SKIP no PostgreSQL server"
	exit 0
fi
if [ -n "${DECANT_FULL-}" ]; then
	random=${DECANT_RANDOM:-5000}
else
	random=${DECANT_RANDOM:-300}
fi
seed=${DECANT_SEED:-1}

. "$here/expressions.inc"

# --- the records, for PostgreSQL as the program that made them has them ------

"$built/expr_data.t" records.dat records.txt 200 || exit 99
sql > setup.log 2>&1 <<'SQL' || { cat setup.log; exit 99; }
create table expr.raw (
	rec_no int primary key, t_word text, t_name text, t_num text,
	t_any text, n_u5 bigint, n_s4 bigint, n_u3v2 numeric(5, 2),
	n_s7v4 numeric(11, 4), n_lead bigint, n_frac numeric(3, 3),
	p_s9v2 numeric(11, 2), p_u5 bigint, p_s18 bigint, b_half bigint,
	b_word bigint, b_double bigint, b_uhalf bigint, b_dec numeric(10, 2),
	d_num int, d_text text, f_flag text, f_code bigint,
	home_amount numeric(7, 2), home_city text, work_amount numeric(7, 2),
	work_city text,
	tab_n_1 bigint, tab_t_1 text, tab_in_1_1 bigint, tab_in_1_2 bigint,
	tab_n_2 bigint, tab_t_2 text, tab_in_2_1 bigint, tab_in_2_2 bigint,
	tab_n_3 bigint, tab_t_3 text, tab_in_3_1 bigint, tab_in_3_2 bigint);
\copy expr.raw from records.txt
alter table expr.raw add d_date date;
update expr.raw set d_date = make_date(d_num / 10000, d_num / 100 % 100,
    d_num % 100) where d_num not in (0, 99999999);
SQL

source="  copybook: $here/expressions.cpy
  file: records.dat
  format: fixed
  encoding: cp037"

# The raw items, loaded with inferred types.
{
	cat <<EOF
version: 1
name: expr_raw
source: {copybook: $here/expressions.cpy, file: records.dat, format: fixed}
tables:
  raw:
    key: rec_no
    columns:
EOF
	for item in REC-NO T-WORD T-NAME T-NUM T-ANY N-U5 N-S4 N-U3V2 N-S7V4 \
	    N-LEAD N-FRAC P-S9V2 P-U5 P-S18 B-HALF B-WORD B-DOUBLE B-UHALF \
	    B-DEC D-NUM D-TEXT F-FLAG F-CODE; do
		echo "      $(echo $item | tr A-Z- a-z_): $item"
	done
	for at in home work; do
		echo "      ${at}_amount: AMOUNT OF $at-ADDR"
		echo "      ${at}_city: $at-ADDR.CITY"
	done
	for i in 1 2 3; do
		echo "      tab_n_$i: TAB-N($i)"
		echo "      tab_t_$i: TAB($i).TAB-T"
		echo "      tab_in_${i}_1: TAB-IN($i, 1)"
		echo "      tab_in_${i}_2: TAB($i).TAB-IN(2)"
	done
	echo "      d_date: to_date(D-NUM, 'YYYYMMDD')"
} > raw.yaml
load raw postgresql:
ok $? "the raw items load" raw.log
sql -c "select a.* from (table expr.raw except table expr_raw.raw) a
    union all select b.* from (table expr_raw.raw except table expr.raw) b
    limit 4" > raw.out 2>&1
ok "$?$([ -s raw.out ] && echo 1)" "the raw items are what was written" raw.out

# --- the expressions ---------------------------------------------------------

{
	grep -v -e '^#' -e '^$' "$here/expressions.txt"
	"$built/expr_random.t" "$random" "$seed"
} | numbered > all.txt
all=$(wc -l < all.txt)
compare expr.raw
fixed=$(grep -c -v -e '^#' -e '^$' "$here/expressions.txt")
head -n "$fixed" result.txt > fixed.txt
report fixed.txt
tail -n +$((fixed + 1)) result.txt | awk -F '\t' '$5 != "" {
	printf "decant:     %s\nPostgreSQL: %s\n%s\n", $2, $3, $5 }' > random.out
ok $([ ! -s random.out ]; echo $?) \
    "$random random expressions, seed $seed" random.out
clean_up
ok $([ "$(wc -l < result.txt)" = "$all" ]; echo $?) \
    "all $all expressions were compared"
echo "1..$n"
