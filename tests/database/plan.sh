#!/bin/sh
# decant plan: what a load would do, before it is done, on both kinds of
# database; it changes nothing.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=plan

cat > plan.cpy <<'EOF2'
       01  REC.
           05  ID      PIC 9(4).
           05  NAME    PIC X(6).
           05  SMALL   PIC 9(3).
           05  NOTE    PIC X(4).
EOF2
printf '%s\n' '0001Ann   007abcd' '0002Bob   008efgh' > plan.txt

# version N KEY-AND-COLUMNS: of table t
version() {
	cat > "v$1.yaml" <<-YAML
	version: $1
	name: plan
	source: {copybook: plan.cpy, format: text, encoding: latin1}
	tables:
	  t:
	    key: id
	    columns:
	$2
	YAML
}

version 1 '      id: {from: ID, type: integer}
      name: {from: NAME, type: varchar(6), not null: true}
      small: {from: SMALL, type: bigint, not null: true}
      note: {from: NOTE, type: varchar(4)}
      gone: NOTE'
version 2 '      id: {from: ID, type: integer}
      name: {from: NAME, type: varchar(20)}
      small: {from: SMALL, type: smallint, not null: true}
      note: {from: NOTE, type: varchar(4), not null: true}
      new: NAME
    up:
      new: name
      small: cast(small as smallint)
    down:
      small: cast(small as bigint)'
version 3 '      id: {from: ID, type: integer}
      name: {from: NAME, type: varchar(20)}
      small: {from: SMALL, type: smallint, not null: true}
      note: {from: NOTE, type: varchar(4), not null: true}
      new: NAME
    up:
      new: name
    down:
      gone: note
      name: name
      note: note'

plan() {
	use "$kind"
	does "the first one" 0 d plan v1.yaml plan.txt --to "$to"
	like "nothing is live" "^live +nothing" out
	like "nobody is in the way" "^locks +none" out
	case $kind in
	sqlite) [ ! -e gen.db ] ;;
	postgres) [ -z "$(ask "select nspname from pg_namespace
	    where nspname in ('plan', 'decant')")" ] ;;
	esac
	passes $? "and nothing is made"
	does "version 1" 0 d load -q v1.yaml plan.txt --to "$to"
	does "the same" 0 d plan v1.yaml plan.txt --to "$to"
	like "is nothing to do" "^to do +nothing" out
	like "its shape is the same" "^shape +the same" out

	does "version 2" 0 d plan v2.yaml plan.txt --to "$to" --sql
	like "a column is added" "t\.new added" out
	like "one is dropped" "t\.gone dropped" out
	like "one is wider" "t\.name widened: varchar\(6\) -> varchar\(20\)" out
	like "one is narrower" "t\.small narrowed: bigint -> smallint" out
	like "one is required" "t\.note made required" out
	like "one is no longer" "t\.name may be null" out
	case $kind in
	sqlite) like "the lock is the database's" "write lock on gen.db" out ;;
	postgres) like "the lock is the table's" "ACCESS EXCLUSIVE on t," \
	    out ;;
	esac
	like "there are two rows" "^rows +t: 2 now" out
	like "the statements" "^CREATE TABLE .*t" out
	like "a rollback would not be lossless" "^rollback +would lose" out
	like "for a reason" "t: down: says nothing of 'gone'" out
	does "version 3" 0 d plan v3.yaml plan.txt --to "$to"
	like "would be" "^rollback +lossless" out
	does "plan --sql" 0 d plan v3.yaml plan.txt --to "$to" --sql
	cp out planned
	does "load --dry-run" 0 d load v3.yaml plan.txt --to "$to" --dry-run
	cmp -s planned out
	passes $? "is the same" out
	does "JSON" 0 d plan v3.yaml plan.txt --to "$to" --json
	is "by another reader of JSON" "lossless 3 1" "$(sqlite3 :memory: \
	    "select (j ->> 'rollback') || ' ' || (j ->> 'version') || ' ' ||
	    (j ->> 'live') from (select readfile('out') as j)")"
	is "nothing is staged" "1 published" "$(ask "select generation, kind
	    from $event order by number desc limit 1" | tr "$tab" ' ')"

	ask "update t set name = 'Eve' where id = 2" > said
	does "without down: for it, a rollback" 0 d load -q v2.yaml plan.txt \
	    --to "$to"
	ask "update t set name = 'Zoe' where id = 1" > said
	does "is refused, as the plan said" 12 d rollback -q --to "$to"
	like "with the same reason" "L080.*says nothing of 'gone'" err
	does "what speaks against it is told" 12 d plan none.yaml plan.txt \
	    --to "$to"
}

for one in $kinds; do
	kind=$one
	case $one in
	sqlite) event=decant_event ;;
	postgres) event=decant.event ;;
	esac
	plan
done
finish
