#!/bin/sh
# cobrix-16-fixed-segments: companies, persons and post-office boxes in records
# of one length, three tables by `when:`.  All 50 are published, as JSON.
. "$SRCDIR/tests/acceptance/common.inc"
begin cobrix-16-fixed-segments cobrix-16 cobrix-16-records

json_rows sets/cobrix-16-fixed-segments/test16.txt test16
published "select rowid, j->>'\$.COMPANY.COMPANY_NAME',
    j->>'\$.COMPANY.ADDRESS', j->>'\$.COMPANY.TAXPAYER'
    from test16 where j->>'\$.SEGMENT_ID' = 'C' order by 1" > companies
published "select rowid, j->>'\$.PERSON.FIRST_NAME',
    j->>'\$.PERSON.LAST_NAME', j->>'\$.PERSON.ADDRESS',
    j->>'\$.PERSON.PHONE_NUM'
    from test16 where j->>'\$.SEGMENT_ID' = 'P' order by 1" > persons
published "select rowid, j->>'\$.PO_BOX.PO_NUMBER',
    j->>'\$.PO_BOX.BRANCH_ADDRESS'
    from test16 where j->>'\$.SEGMENT_ID' = 'B' order by 1" > boxes
is "50 records are published" 50 \
    "$(cat companies persons boxes | awk 'END { print NR }')"

for target in $targets; do
	on $target "cobrix-16 in $target" || continue
	load $target "50 read = 50 loaded + 0 rejected + 0 skipped" cobrix-16
	query $target test16 "select record, name, address, taxpayer
	    from company order by record" > got
	same "each company is the published one in $target" companies got
	query $target test16 "select record, first_name, last_name, address,
	    phone from person order by record" > got
	same "each person is the published one in $target" persons got
	query $target test16 "select record, number, branch
	    from po_box order by record" > got
	same "each box is the published one in $target" boxes got
done

# The same as records that hang on the company before them; the first three
# stand before any, and are rejected.
above="(select c.j from test16 c where c.rowid < p.rowid and
    c.j->>'\$.SEGMENT_ID' = 'C' order by c.rowid desc limit 1)"
published "select rowid, $above->>'\$.COMPANY.COMPANY_NAME',
    $above->>'\$.COMPANY.ADDRESS', j->>'\$.PERSON.LAST_NAME',
    j->>'\$.PERSON.ADDRESS'
    from test16 p where j->>'\$.SEGMENT_ID' = 'P' and rowid > 3
    order by 1" > persons
published "select rowid, $above->>'\$.COMPANY.COMPANY_NAME',
    j->>'\$.PO_BOX.PO_NUMBER'
    from test16 p where j->>'\$.SEGMENT_ID' = 'B' and rowid > 3
    order by 1" > boxes
companies=$(wc -l < companies)
balance="50 read = $((47 - companies)) loaded + 3 rejected + $companies skipped"
wanted=4
for target in $targets; do
	on $target "cobrix-16 by record types in $target" || continue
	load $target "$balance" cobrix-16-records --max-rejects 3
	is "their reason is that they have no parent in $target" "D041 D041 D041" \
	    "$(cut -d , -f 5 test16.rejects/reasons.csv | tail -n +2 | xargs)"
	query $target test16 "select record, company, company_address,
	    last_name, address from person order by record" > got
	same "each person with its company in $target" persons got
	query $target test16 "select record, company, number
	    from po_box order by record" > got
	same "each box with its company in $target" boxes got
done
finish
