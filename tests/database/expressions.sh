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
#
# A record is the unit of rejection, so expressions that are bad in the same
# records are loaded together.  Where decant's cell is bad PostgreSQL must
# raise an error, and the other way round.
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

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 99
n=0

# ok STATUS NAME [FILE]: one test; FILE is shown when it failed.
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
		return
	fi
	echo "not ok $n - $2"
	[ -z "${3-}" ] || head -n 40 "$3" | sed 's/^/#   /'
}

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# --- the records, for PostgreSQL as the program that made them has them ------

"$built/expr_data.t" records.dat records.txt 200 || exit 99
sql > setup.log 2>&1 <<'SQL' || { cat setup.log; exit 99; }
drop schema if exists expr cascade;
create schema expr;
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

-- Rows where column c of a table, which lacks the rejected records, is not
-- what PostgreSQL makes of the expression; '' when there are none.
create function expr.differences(tab text, c text, e text) returns text
language plpgsql as $$
declare
	q text := format('select ''rec '' || r.rec_no || '': got '' || '
	    'coalesce(x.%1$I::text, ''null'') || '', want '' || '
	    'coalesce((%2$s)::text, ''null'') from expr.raw r '
	    'join %3$s x using (rec_no) '
	    'where x.%1$I is distinct from (%2$s) ', c, e, tab);
	found text;
	r record;
	bad boolean;
begin
	begin
		execute q || 'order by rec_no limit 1' into found;
		bad := false;
	exception when others then
		bad := true;
		found := sqlerrm;
		if sqlstate like '42%' then	-- syntax, names and types
			return found;
		end if;
	end;
	if not bad and found is not null then
		return found;
	end if;
	for r in execute format('select r.rec_no, x.rec_no is null as rejected '
	    'from expr.raw r left join %s x using (rec_no) '
	    'where $1 or x.rec_no is null order by 1', tab) using bad loop
		begin
			execute format('select (%s)::text from expr.raw r '
			    'where rec_no = $1', e) using r.rec_no into found;
			if r.rejected then
				return format('rec %s: rejected, want %s',
				    r.rec_no, coalesce(found, 'null'));
			end if;
			execute q || 'and rec_no = $1' using r.rec_no
			    into found;
			if found is not null then
				return found;
			end if;
		exception when others then
			if not r.rejected then
				return format('rec %s: got a value, want %s',
				    r.rec_no, sqlerrm);
			end if;
		end;
	end loop;
	return '';
end $$;
SQL

# --- mappings ----------------------------------------------------------------

# mapping NAME < NUMBER<TAB>EXPRESSION…: columns e1, e2, …, 100 to a table.
mapping() {
	cat <<EOF
version: 1
name: $1
source:
  copybook: $here/expressions.cpy
  file: records.dat
  format: fixed
  encoding: cp037
tables:
EOF
	awk -F '\t' '
	NR % 100 == 1 {
		printf "  x%d:\n    key: rec_no\n    columns:\n", ++t
		print "      rec_no: REC-NO"
	}
	{
		gsub(/\047/, "\047\047", $2)
		printf "      e%s: \047%s\047\n", $1, $2
	}'
}

load() {
	"$DECANT" load -q --jobs 1 --max-rejects 100% --rejects "$1.rejects" \
	    "$1.yaml" --to "$2" > "$1.log" 2>&1
}

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

# --- the expressions, numbered -----------------------------------------------

{
	grep -v -e '^#' -e '^$' "$here/expressions.txt"
	"$built/expr_random.t" "$random" "$seed"
} | awk -F ' ;; ' -v OFS='\t' '
# A hyphen inside a name becomes an underscore, not one inside quotes.
function names(s,   out, part, i, k) {
	k = split(s, part, "\047")
	for (i = 1; i <= k; i++) {
		while (i % 2 && match(part[i], /[A-Za-z0-9]-[A-Za-z]/)) {
			part[i] = substr(part[i], 1, RSTART) "_" \
			    substr(part[i], RSTART + 2)
		}
		out = out (i > 1 ? "\047" : "") part[i]
	}
	return out
}
{
	sub(/[ \t]+$/, "", $1)
	gsub(/^[ \t]+|[ \t]+$/, "", $2)
	print NR, $1, $2 == "=" ? names($1) : $2, $3
}' > all.txt
all=$(wc -l < all.txt)

# What does not compile is a failure of its own.
cut -f 1,2 all.txt | mapping expr_all > all.yaml
"$DECANT" check --json all.yaml > check.json 2> check.err
tr '}' '\n' < check.json |
	sed -n '/"severity": *"error"/p' |
	sed 's/.*"line": *\([0-9]*\).*"message": *"/\1	/' > errors.txt
awk -F '\t' '
FILENAME == "errors.txt" { error[$1] = $2; next }
FILENAME == "all.yaml" {
	if ((FNR in error) && match($1, /^ *e[0-9]+:/)) {
		name = substr($1, RSTART, RLENGTH - 1)
		sub(/^ *e/, "", name)
		bad[name] = error[FNR]
	}
	next
}
$1 in bad { print $0 "\t" bad[$1] > "refused.txt"; next }
{ print > "good.txt" }' errors.txt all.yaml all.txt
: >> refused.txt
: >> good.txt

# Once without a target, to see which cells are bad in which records.
cut -f 1,2 good.txt | mapping expr_good > good.yaml
load good null: || [ $? = 4 ] || cat good.log
: >> good.csv
[ ! -e good.rejects/reasons.csv ] || cp good.rejects/reasons.csv good.csv
awk -F '\t' '
FILENAME == "good.csv" {
	split($0, f, ",")
	if (f[7] ~ /^e[0-9]+$/)
		faults[substr(f[7], 2)] = faults[substr(f[7], 2)] " " f[1]
	next
}
{
	set = faults[$1]
	if (!(set in group))
		group[set] = ++groups
	print > ("g" group[set] ".txt")
	print $1 "\t" int((count[group[set]]++) / 100) + 1 "\t" group[set] \
	    > "place.txt"
}
END { print groups > "groups" }' good.csv good.txt

# --- each group loaded, each expression compared -----------------------------

g=0
: > failed.txt
while [ $g -lt "$(cat groups)" ]; do
	g=$((g + 1))
	cut -f 1,2 g$g.txt | mapping expr_g$g > g.yaml
	load g postgresql: || [ $? = 4 ] ||
		{ head -n 3 g$g.txt; cat g.log; } >> failed.txt
done
ok $([ ! -s failed.txt ]; echo $?) "the expressions load" failed.txt
awk -F '\t' '
FILENAME == "place.txt" { place[$1] = "expr_g" $3 ".x" $2; next }
{
	gsub(/\047/, "\047\047", $3)
	printf "select \047%s\047, expr.differences(\047%s\047, " \
	    "\047e%s\047, \047%s\047);\n", $1, place[$1], $1, $3
}' place.txt good.txt > compare.sql
sql -F '	' -f compare.sql > differences.txt 2> compare.err
ok $? "PostgreSQL compares" compare.err

# number, decant's, PostgreSQL's, intended, what was found
awk -F '\t' -v OFS='\t' '
FILENAME == "differences.txt" { found[$1] = $2; next }
FILENAME == "refused.txt" { print $1, $2, $3, $4, "refused: " $NF; next }
{ print $1, $2, $3, $4, ($1 in found) ? found[$1] : "not compared" }' \
    differences.txt refused.txt good.txt | sort -n > result.txt
fixed=$(grep -c -v -e '^#' -e '^$' "$here/expressions.txt")
head -n "$fixed" result.txt > fixed.txt
awk -F '\t' -v start=$n '
{
	name = $2
	gsub(/#/, "\\#", name)
	good = $4 == "" ? $5 == "" : $5 != ""
	printf "%sok %d - %s%s\n", good ? "" : "not ", ++start, name, \
	    $4 == "" ? "" : " (intended: " $4 ")"
	if (!good)
		printf "#   PostgreSQL: %s\n#   %s\n", $3, $5 != "" ? $5 : \
		    "no difference any more"
}' fixed.txt
n=$((n + fixed))
tail -n +$((fixed + 1)) result.txt | awk -F '\t' '$5 != "" {
	printf "decant:     %s\nPostgreSQL: %s\n%s\n", $2, $3, $5 }' > random.out
ok $([ ! -s random.out ]; echo $?) \
    "$random random expressions, seed $seed" random.out
sql -c "select format('drop schema %I cascade', nspname) from pg_namespace
    where nspname like 'expr%'" 2> /dev/null > drop.sql
sed -i 's/$/;/' drop.sql
sql -f drop.sql > drop.log 2>&1
ok $([ "$(wc -l < result.txt)" = "$all" ]; echo $?) \
    "all $all expressions were compared"
echo "1..$n"
