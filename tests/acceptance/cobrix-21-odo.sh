#!/bin/sh
# cobrix-21: records without anything between them, whose tables are in tables.
# The set has the copybook and what its test expects, one record a line, but
# not the 18 bytes themselves; they follow from the copybook and those lines.
# In data.dat a letter says how often each of two tables occurs, for each of
# them in its own way; data2.dat has the same with both tables at their most.
. "$SRCDIR/tests/acceptance/common.inc"
begin cobrix-21-nested-odo

set=sets/cobrix-21-nested-odo
json_rows $set/test21.txt test21
published "select rowid, j->>'\$.RECORD.COUNT' from test21 order by 1" > counts
published "select test21.rowid, g.key + 1, g.value->>'\$.INNER_COUNT'
    from test21, json_each(j, '\$.RECORD.GROUP') g order by 1, 2" > groups
published "select test21.rowid, g.key + 1, f.key + 1, f.value->>'\$.FIELD'
    from test21, json_each(j, '\$.RECORD.GROUP') g,
    json_each(g.value, '\$.INNER_GROUP') f order by 1, 2, 3" > fields
published "select test21.rowid, j->>'\$.RECORD.GROUP[1].INNER_COUNT',
    j->>'\$.RECORD.GROUP[1].INNER_GROUP[0].FIELD'
    from test21 order by 1" > second
is "5 records, 6 groups and 7 fields are published" "5 6 7" \
    "$(awk 'END { printf NR " " }' counts; awk 'END { printf NR " " }' groups
    awk 'END { print NR }' fields)"
# a count, and for each group its count and its fields
sed -e 's/"COUNT"://; s/"INNER_COUNT"://g; s/"INNER_GROUP"://g' \
    -e 's/"FIELD"://g; s/"RECORD"://; s/"GROUP"://; s/[^0-9A-Z]//g' \
    $set/test21.txt | tr -d '\n' > data
cat > cobrix-21.yaml <<EOT
version: 1
name: test21
source:
  copybook: $set/test21_copybook.cob
  file: data
  format: odo
  encoding: ascii
target: sqlite:accept.db
tables:
  record:
    key: record
    columns:
      record: record_number()
      count: COUNT
      second: INNER-COUNT(2)
      first_of_second: FIELD(2, 1)
  group_:
    each: '"GROUP"'
    key: [record, seq]
    columns:
      record: record_number()
      seq: occurrence()
      count: INNER-COUNT
  field:
    each: INNER-GROUP
    key: [record, outer_seq, seq]
    columns:
      record: record_number()
      outer_seq: occurrence("GROUP")
      seq: occurrence()
      field: FIELD
EOT
is "the bytes are those of the set's description" 18 "$(wc -c < data | tr -d ' ')"
for target in $targets; do
	on $target "cobrix-21 in $target" || continue
	load $target "5 read = 5 loaded + 0 rejected + 0 skipped" cobrix-21
	query $target test21 "select record, count from record
	    order by record" > got
	same "each record has the published count in $target" counts got
	query $target test21 "select record, seq, count from group_
	    order by record, seq" > got
	same "each group has the published count in $target" groups got
	query $target test21 "select record, outer_seq, seq, field from field
	    order by record, outer_seq, seq" > got
	same "each field is the published one in $target" fields got
	query $target test21 "select record, second, first_of_second
	    from record order by record" > got
	same "the second group's, by subscripts, in $target" second got
done
json_rows $set/test25.txt test25
published "select j->>'\$.RECORD.ID', j->>'\$.RECORD.DATA.FIELD'
    from test25 order by 1" > letters
for n in 1 2; do
	published "select j->>'\$.RECORD.ID', d.key + 1, d.value->>'\$.VAL$n'
	    from test25, json_each(j, '\$.RECORD.DATA.DETAIL$n') d
	    order by 1, 2"
done > details
is "2 records and 4 details are published" "2 4" \
    "$(awk 'END { printf NR " " }' letters; awk 'END { print NR }' details)"
cat > cobrix-25.yaml <<EOT
version: 1
name: test25
source:
  copybook: $set/test25_copybook.cob
  file: $set/data.dat
  format: odo
  encoding: ascii
  counts:
    DETAIL1: {A: 0, B: 1}
    DETAIL2: {A: 1, B: 2}
target: sqlite:accept.db
tables:
  record:
    key: id
    columns:
      id: ID
      field: FIELD
  detail1:
    each: DETAIL1
    key: [id, seq]
    columns:
      id: ID
      seq: occurrence()
      val: VAL1
  detail2:
    each: DETAIL2
    key: [id, seq]
    columns:
      id: ID
      seq: occurrence()
      val: VAL2
EOT
sed -e 's/data\.dat/data2.dat/; s/format: odo/format: fixed/' \
    -e 's/^name: .*/name: test25/; /format:/a\  odo: full' cobrix-25.yaml \
    > cobrix-25-full.yaml
for map in cobrix-25 cobrix-25-full; do
rm -f accept.db
for target in $targets; do
	on $target "counts by a letter in $target" || continue
	load $target "2 read = 2 loaded + 0 rejected + 0 skipped" $map
	query $target test25 "select id, field from record order by id" > got
	same "$map: each record has its published letter in $target" letters got
	for n in 1 2; do
		query $target test25 "select id, seq, val from detail$n
		    order by id, seq"
	done > got
	same "$map: each detail is the published one in $target" details got
done
done
finish
