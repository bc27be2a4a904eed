#!/bin/sh
# aws-mdu-vb: a V file whose records have 1 to 10 entries, and its published
# text: a line a record, ten entries wide.  In the file each name is followed
# by two NULs, which the text shows no more than decant does.
. "$SRCDIR/tests/acceptance/common.inc"
begin aws-mdu-vb aws-mdu-vb

awk -F '|' -v OFS='\t' '{ print NR, $1, $2, $3 + 0 }' \
    sets/aws-mdu-vb/COBVBFM2.ASCII.txt > records
awk -F '|' -v OFS='\t' '{
	for (i = 1; i <= 10; i++) {
		number = $(2 * i + 2)
		name = $(2 * i + 3)
		if (number name != "")
			print NR, i, number, name
	}
    }' sets/aws-mdu-vb/COBVBFM2.ASCII.txt > entries
is "the published text has 20 records of 1 to 10 entries" "20 110" \
    "$(awk 'END { printf NR " " }' records; awk 'END { print NR }' entries)"

# The records say how their lengths are written; the mapping may as well.
sed 's/^  format: v/&\n  rdw: {endian: big, inclusive: true}/' \
    aws-mdu-vb.yaml > aws-mdu-told.yaml
for target in $targets; do
	on $target "aws-mdu-vb in $target" || continue
	for map in aws-mdu-vb aws-mdu-told; do
		load $target "20 read = 20 loaded + 0 rejected + 0 skipped" $map
		query $target cobvbfm2 "select record, type, seq, count
		    from record order by record" > got
		same "each record of $map is the published one in $target" records got
		query $target cobvbfm2 "select record, seq, number, name
		    from entry order by record, seq" > got
		same "each entry of $map is the published one in $target" entries got
	done
done
finish
