#!/bin/sh
# cobrix-21: records without anything between them, whose tables are in tables.
# The set has the copybook and what its test expects, one record a line, but
# not the 18 bytes themselves; they follow from the copybook and those lines.
. "$SRCDIR/tests/acceptance/common.inc"
begin cobrix-21-nested-odo

set=sets/cobrix-21-nested-odo
sed -n 's/^{"RECORD":{"COUNT":\([0-9]*\),.*/\1/p' $set/test21.txt > counts
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
EOT
is "the bytes are those of the set's description" 18 "$(wc -c < data | tr -d ' ')"
for target in $targets; do
	on $target "cobrix-21 in $target" || continue
	load $target "5 read = 5 loaded + 0 rejected + 0 skipped" cobrix-21
	query $target test21 "select count from record order by record" > got
	same "each record has the published count in $target" counts got
done
finish
