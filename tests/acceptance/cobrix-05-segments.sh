#!/bin/sh
# cobrix-05-ebcdic-rdw-multiseg: companies and their contacts in one V file,
# with lengths that do not count the RDW, once in either byte order.  A contact
# is shorter than the layout.  The first 60 records are published, as JSON.
. "$SRCDIR/tests/acceptance/common.inc"
begin cobrix-05-ebcdic-rdw-multiseg cobrix-05 cobrix-05-records
dir=sets/cobrix-05-ebcdic-rdw-multiseg
balance="1,000 read = 1,000 loaded + 0 rejected + 0 skipped"

json_rows $dir/test5c.txt test5
published "select (j->>'\$.Record_Id') + 1, j->>'\$.COMPANY_ID',
    j->>'\$.STATIC_DETAILS.COMPANY_NAME', j->>'\$.STATIC_DETAILS.ADDRESS',
    j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_TYPE',
    case j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_TYPE' when 'A' then
	j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_STR' end,
    case j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_TYPE' when 'N' then
	j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_NUM' end
    from test5 where j->>'\$.SEGMENT_ID' = 'C' order by 1" > companies
published "select (j->>'\$.Record_Id') + 1, j->>'\$.COMPANY_ID',
    j->>'\$.CONTACTS.PHONE_NUMBER', j->>'\$.CONTACTS.CONTACT_PERSON'
    from test5 where j->>'\$.SEGMENT_ID' = 'P' order by 1" > contacts
published "select j->>'\$.Record_Byte_Length', count(*) from test5 group by 1" \
    > lengths
is "60 records are published" 60 \
    "$(cat companies contacts | awk 'END { print NR }')"

# Big-endian, little-endian, and either without being told.
sed -e 's,COMP.DETAILS.RDW.BE.dat,COMP.DETAILS.SEP30.DATA.dat,' \
    -e 's/endian: big/endian: little/' cobrix-05.yaml > cobrix-05-little.yaml
for map in cobrix-05 cobrix-05-little; do
	grep -v '^  rdw:' $map.yaml > $map-guess.yaml
done
for target in $targets; do
	on $target "cobrix-05 in $target" || continue
	for map in cobrix-05 cobrix-05-little cobrix-05-guess \
	    cobrix-05-little-guess; do
		load $target "$balance" $map
		query $target test5 "select record, company_id, name, address,
		    taxpayer_type, taxpayer_str, taxpayer_num from company
		    order by record" > all.companies
		query $target test5 "select record, company_id, phone, person
		    from contact order by record" > all.contacts
		awk -F '\t' '$1 <= 60' all.companies > got
		same "companies of $map are the published ones in $target" companies got
		awk -F '\t' '$1 <= 60' all.contacts > got
		same "contacts of $map are the published ones in $target" contacts got
		cat all.companies all.contacts > all.$map.$target
		same "1,000 rows of $map in $target are all the same" \
		    all.cobrix-05.sqlite all.$map.$target
	done
done

# The contacts once more, as records that hang on the company before them;
# Seg_Id0 (B_0_12) tells the number of that company's record.
published "select (p.j->>'\$.Record_Id') + 1, c.j->>'\$.COMPANY_ID',
    c.j->>'\$.STATIC_DETAILS.COMPANY_NAME',
    case c.j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_TYPE' when 'N' then
	c.j->>'\$.STATIC_DETAILS.TAXPAYER.TAXPAYER_NUM' end,
    p.j->>'\$.CONTACTS.PHONE_NUMBER', p.j->>'\$.CONTACTS.CONTACT_PERSON'
    from test5 p join test5 c on c.j->>'\$.SEGMENT_ID' = 'C' and
	c.j->>'\$.Record_Id' = cast(substr(p.j->>'\$.Seg_Id0', 5) as integer)
    where p.j->>'\$.SEGMENT_ID' = 'P' order by 1" > hanging
is "all contacts hang on a company" "$(wc -l < contacts)" \
    "$(wc -l < hanging)"
companies=$(sqlite3 accept.db 'select count(*) from company')
balance="1,000 read = $((1000 - companies)) loaded + 0 rejected + $companies skipped"
for target in $targets; do
	on $target "cobrix-05 by record types in $target" || continue
	load $target "$balance" cobrix-05-records
	query $target test5 "select record, company_id, company, taxpayer_num,
	    phone, person from contact order by record" |
		awk -F '\t' '$1 <= 60' > got
	same "contacts with their companies in $target" hanging got
done
finish
