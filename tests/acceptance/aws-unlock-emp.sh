#!/bin/sh
# aws-unlock-emp: five employees, with each kind of number there is, and the
# table that another program made of them, published as CSV.
. "$SRCDIR/tests/acceptance/common.inc"
begin aws-unlock-emp aws-unlock-emp

sqlite3 -init /dev/null -batch published.db \
    ".import --csv sets/aws-unlock-emp/TEST.EMP.RECORD.FILE.csv emp"
published "select cast(EMP_ID as integer), EMP_ID_X, rtrim(EMP_NAME),
    substr(EMP_DOB, 7, 4) || '-' || substr(EMP_DOB, 1, 2) || '-' ||
	substr(EMP_DOB, 4, 2),
    rtrim(EMP_ADDR_LINE_1), rtrim(EMP_ADDR_LINE_2), rtrim(EMP_ADDR_LINE_3),
    cast(EMP_YOE_CUR as integer), printf('%.2f', EMP_YOE_TOTAL),
    printf('%.2f', EMP_SALARY), printf('%.2f', EMP_SALARY_DIFF),
    cast(EMP_DEPENDENTS_NUM as integer) from emp order by 1" > employees
published "select cast(EMP_ID as integer) as id, 1, rtrim(EMP_ADDR_LINE_1)
	from emp union all
    select cast(EMP_ID as integer), 2, rtrim(EMP_ADDR_LINE_2) from emp
	union all
    select cast(EMP_ID as integer), 3, rtrim(EMP_ADDR_LINE_3) from emp
	order by 1, 2" > lines
is "the published table has 5 employees of 3 lines" "5 15" \
    "$(awk 'END { printf NR " " }' employees; awk 'END { print NR }' lines)"

for target in $targets; do
	on $target "aws-unlock-emp in $target" || continue
	load $target "5 read = 5 loaded + 0 rejected + 0 skipped" aws-unlock-emp
	query $target emp "select id, id_x, name, born, line_1, line_2, line_3,
	    here, decimal(years, 2), decimal(salary, 2), decimal(difference, 2),
	    dependents from emp order by id" > got
	same "each employee is the published one in $target" employees got
	query $target emp "select id, seq, line from line order by id, seq" \
	    > got
	same "each line of address is the published one in $target" lines got
done
finish
