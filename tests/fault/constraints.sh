# What unique constraints, foreign keys and checks refuse: the records, their
# rows in all tables, and those that refer to them, in whatever batches and
# from whatever input; what is left is sound by the database's own measure.
. "$SRCDIR/tests/fault/common.inc"
begin

cat > rules.cpy <<'CPY'
       01  R.
           05  T     PIC X.
           05  ID    PIC 9(3).
           05  UP    PIC 9(3).
           05  CODE  PIC X(2).
           05  N     PIC 9.
           05  V     PIC 9(3) OCCURS 0 TO 3 TIMES DEPENDING ON N.
CPY

# mapping_with UNIQUE: of a.code
mapping_with() {
	cat > rules.yaml <<-YAML
	source:
	  copybook: rules.cpy
	  format: text
	  encoding: iso8859-1
	defaults: {number: {spaces: null}}
	tables:
	  a:
	    when: T = 'A'
	    key: id
	    comment: the first
	    columns:
	      id: ID
	      up: {from: UP, references: a, comment: "it's above"}
	      code: {from: CODE, null_if: CODE = '', unique: $1, check: code <> 'XX'}
	  b:
	    when: T = 'B'
	    key: id
	    unique: [[id, code]]
	    columns:
	      id: ID
	      a_id: {from: UP, references: a.id, index: true}
	      code: CODE
	  c:
	    when: T = 'C'
	    key: id
	    foreign keys:
	      - {columns: [b_id, code], references: b, to: [id, code]}
	    columns:
	      id: ID
	      b_id: UP
	      code: {from: CODE, null_if: CODE = ''}
	  v:
	    each: V
	    key: [id, seq]
	    columns:
	      id: ID
	      seq: occurrence()
	      b_id: {from: V, references: b}
	YAML
}

# 3 fails a check; 4 and 5 refer to it in turn; 8 and 9 have one code, which
# the blanks of 6 and 7 are not; 11 refers to 5, 12 to 8, 14 to nothing; 16 to
# a code that is not b 11's, 17 to 11; 18 and 19 have nulls; 20 goes for a row
# of v, 21 and 22 after it; 24 like 20; 25 refers to itself.
cat > data.txt <<'DATA'
A001   a 0
A002001b 0
A003002XX0
A004003c 0
A005004  0
A006001  0
A007007  0
A008001d 0
A009001d 0
B011001x 0
B012005x 0
B013008x 0
B014   x 0
B015099x 0
C021011x 0
C022011y 0
C023012x 0
C024099  0
C025   x 0
A010001e 1015
B016010x 0
C026016x 0
A011002f 2011014
A012002g 2011015
B017   x 1017
DATA
cat > reasons.want <<'WANT'
3,D074
4,D072
5,D072
8,D071
9,D071
11,D072
12,D072
14,D072
16,D072
17,D072
20,D072
21,D072
22,D072
24,D072
WANT
cat > rows.want <<WANT
1$tab${tab}a
2${tab}1${tab}b
6${tab}1$tab
7${tab}7$tab
11${tab}2${tab}f
11${tab}1${tab}x
14$tab${tab}x
17$tab${tab}x
21${tab}11${tab}x
24${tab}99$tab
25$tab${tab}x
11${tab}1${tab}11
11${tab}2${tab}14
17${tab}1${tab}17
WANT

# where TARGET
where() {
	[ "$1" = sqlite ] && echo sqlite:rules.db || to "$1"
}

# sql TARGET SQL
sql() {
	case $1 in
	sqlite) lite rules.db "$2;" ;;
	postgres) PGOPTIONS='-c search_path=rules' pg -c "$2" ;;
	esac
}

# loads TARGET NAME ARGUMENT…: the eleven that are left, status 4.
loads() {
	target=$1 name=$2
	shift 2
	rm -rf rules.rejects
	run load --again --json rules.yaml "$@" --to "$(where $target)"
	{
		[ $status = 4 ] || cat err
		balances out 4
		for table in a b c v; do
			sql $target "select * from $table order by 1, 2"
		done | diff rows.want -
		cut -d , -f 1,5 rules.rejects/reasons.csv | sed 1d | uniq |
			diff reasons.want -
		[ $target != sqlite ] || sql sqlite \
		    "pragma foreign_key_check; pragma quick_check" | grep -v ok
	} > why 2>&1
	[ ! -s why ]
	passes $? "$target: $name" why
}

mapping_with true
for target in $targets; do
	for batch in 1 3 1000; do
		loads $target "records in batches of $batch" data.txt \
		    --batch-records $batch --jobs $((batch % 3 + 1)) \
		    --max-rejects 14
	done
	pipe=data.txt
	loads $target "from a pipe" - --batch-records 2 --jobs 3 \
	    --max-rejects 60%
	unset pipe
	snapshot $target > "before.$target"
	refuses $target "13 are allowed" D072 refers rules.yaml data.txt \
	    --max-rejects 13
	refuses $target "none is allowed" D074 check rules.yaml data.txt
done

# The live tables have these constraints, whatever was live before; those that
# the mapping no longer has are gone; what others made stays, or forbids it.
for target in $targets; do
	case $target in
	sqlite)
		constraints="select name from sqlite_master where type = 'index'
		    and sql like '%decant%' and tbl_name not like '%\_\_g%'
		    escape '\' union all select 'fk ' || m.name ||
		    f.id || '.' || f.seq || f.\"from\" || f.\"table\" || f.\"to\"
		    from sqlite_master m, pragma_foreign_key_list(m.name) f
		    where m.type = 'table' and m.name not like '%\_\_g%'
		    escape '\' order by 1"
		want="a_code_key b_a_id_idx b_id_code_key"
		want="$want fk a0.0upaid fk b0.0a_idaid fk c0.0b_idbid"
		want="$want fk c0.1codebcode fk v0.0b_idbid v_key "
		sql sqlite "create index mine on a (up)"
		;;
	postgres)
		constraints="select conname from pg_constraint where connamespace =
		    'rules'::regnamespace and contype <> 'p' union all select
		    relname from pg_class where relkind = 'i' and relnamespace =
		    'rules'::regnamespace and relname like '%idx' order by 1"
		want="a_check a_code_key a_up_fkey b_a_id_fkey b_a_id_idx"
		want="$want b_id_code_key c_b_id_code_fkey v_b_id_fkey "
		sql postgres "comment on column a.id is 'a number';
		    comment on column a.up is 'changed'; comment on table c is 'C'"
		;;
	esac
	is "$target: constraints of the live tables" "$want" \
	    "$(sql $target "$constraints" | sed 's/_g[12]$//' | tr '\n' ' ')"
	mapping_with false
	run load rules.yaml data.txt --to "$(where $target)" --max-rejects 20 -q
	is "$target: without one" "4 $(echo "$want" | sed 's/a_code_key //')" \
	    "$status $(sql $target "$constraints" | sed 's/_g[12]$//' |
	    tr '\n' ' ')"
	mapping_with true
	case $target in
	sqlite)
		is "sqlite: a user's index" "mine" \
		    "$(sql sqlite "select name from sqlite_master
		    where name = 'mine'")"
		is "sqlite: comments" "1" "$(sql sqlite "select sql like
		    '%-- the first%-- it''s above%' from sqlite_master
		    where name = 'a'")"
		;;
	postgres)
		is "postgres: comments, and those of others" \
		    "the first/a number/it's above/C" \
		    "$(sql postgres "select concat_ws('/', obj_description(
		    'a'::regclass), col_description('a'::regclass, 1),
		    col_description('a'::regclass, 2), obj_description(
		    'c'::regclass))")"
		sql postgres "alter table a add constraint own check (id > 0)"
		run load rules.yaml data.txt --to "$(where postgres)" \
		    --max-rejects 20 --max-shrink 100
		is "postgres: a user's constraint" "4 CHECK ((id > 0))" \
		    "$status $(sql postgres "select pg_get_constraintdef(oid)
		    from pg_constraint where conname = 'own' and
		    conrelid = 'a'::regclass")"
		;;
	esac
done

# duplicates: first keeps a record, whose unique values are no others'.
cat > first.yaml <<'YAML'
source: {copybook: rules.cpy, format: text, encoding: iso8859-1}
tables:
  a:
    key: id
    duplicates: first
    columns:
      id: ID
      code: {from: CODE, unique: true}
YAML
printf 'A001000a 0\nA001000a 0\nA002000b 0\n' > first.txt
for target in $targets; do
	rm -f rules.db
	run load --json first.yaml first.txt --to "$(where $target)"
	is "$target: the first of two is unique" "4 2 1" \
	    "$status $(json out '$.loaded') $(json out '$.rejected')"
done

# A record of each link refers to the one before: too long a chain.
cat > chain.yaml <<'YAML'
source: {copybook: rules.cpy, format: text, encoding: iso8859-1}
tables:
  p:
    key: id
    columns:
      id: ID
  q:
    each: V
    columns:
      p_id: {from: V, references: p}
YAML
awk 'BEGIN { for (i = 1; i <= 60; i++) printf "A%03d000  1%03d\n", i,
    i == 1 ? 999 : i - 1 }' > chain.txt
head -n 40 chain.txt > short.txt
for target in $targets; do
	snapshot $target > "before.$target"
	fails $target "a chain of 60" 12 D073 "50 passes" chain.yaml \
	    chain.txt --max-rejects 100%
	refuses $target "a chain of 40" D072 refers chain.yaml short.txt \
	    --max-rejects 39
done

# So many that they cannot be right.
cat > wide.cpy <<'CPY'
       01  WIDE-RECORD.
           05  W-KEY  PIC X(2000).
CPY
for rule in "unique: true" "references: other"; do
	cat > wide.yaml <<-YAML
	source: {copybook: wide.cpy, encoding: iso8859-1}
	tables:
	  wide:
	    columns:
	      k: {from: W-KEY, $rule}
	  other:
	    key: k
	    when: false
	    columns:
	      k: W-KEY
	YAML
	awk 'BEGIN { for (i = 0; i < 18000; i++)
	    printf "%1990d%010d", 0, i % 9000 }' > wide.dat
	fails sqlite "far too many, $rule" 12 D025 "wide_k_" wide.yaml \
	    wide.dat --max-rejects 100%
done

# Files hold rows to nothing but checks.
rm -rf rules.rejects
run load --json rules.yaml data.txt --to csv:files --max-rejects 1
is "csv: only the check" "4 1 T080" "$status $(json out '$.rejected') $(
    json out '$.diagnostics[0].code')"

finish
