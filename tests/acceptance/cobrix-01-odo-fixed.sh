#!/bin/sh
# cobrix-01-odo-fixed: companies with up to 80 accounts as a count says, in
# records padded to their full length, and what Cobrix made of them, as JSON.
# It shows the X(3) views of packed numbers as empty text.
. "$SRCDIR/tests/acceptance/common.inc"
begin cobrix-01-odo-fixed cobrix-01

json_rows sets/cobrix-01-odo-fixed/test1.txt test1
published "select j->>'\$.ID', j->>'\$.COMPANY.SHORT_NAME',
    j->>'\$.COMPANY.COMPANY_ID_NUM', j->>'\$.COMPANY.COMPANY_ID_STR',
    j->>'\$.METADATA.CLIENTID', j->>'\$.METADATA.REGISTRATION_NUM',
    j->>'\$.METADATA.NUMBER_OF_ACCTS' from test1 order by 1" > companies
published "select j->>'\$.ID', a.key + 1, a.value->>'\$.ACCOUNT_NUMBER',
    a.value->>'\$.ACCOUNT_TYPE_N', a.value->>'\$.ACCOUNT_TYPE_X'
    from test1, json_each(j, '\$.METADATA.ACCOUNT.ACCOUNT_DETAIL') a
    order by 1, 2" > accounts
is "10 companies with 17 accounts are published" "10 17" \
    "$(awk 'END { printf NR " " }' companies; awk 'END { print NR }' accounts)"

for target in $targets; do
	on $target "cobrix-01 in $target" || continue
	load $target "10 read = 10 loaded + 0 rejected + 0 skipped" cobrix-01
	query $target test1 "select id, short_name, company_id_num,
	    coalesce(company_id_str, ''), clientid, registration_num,
	    number_of_accts from company order by id" > got
	same "each company is the published one in $target" companies got
	query $target test1 "select id, seq, number, type_n,
	    coalesce(type_x, '') from account order by id, seq" > got
	same "each account is the published one in $target" accounts got
done

# Left to itself, NUL in text is a reject, with its reason.
grep -v -e '^defaults:' -e 'nul: null' cobrix-01.yaml > cobrix-01-nul.yaml
wanted=12
load sqlite "10 read = 0 loaded + 10 rejected + 0 skipped" cobrix-01-nul
finish
