#!/bin/sh
# cms-ipps: hospital providers as lines of text, shorter than the copybook
# says, with numbers that are blank, padded with blanks, or hold bytes that a
# translation from EBCDIC left alone.  awk cuts the lines by columns and says
# which records are rejects, and why.
. "$SRCDIR/tests/acceptance/common.inc"
begin cms-ipps cms-ipps
file=sets/cms-ipps/psf1407_PROV147TST.txt

# Bytes, not characters: some are no UTF-8.
LC_ALL=C awk -v OFS='\t' '
function text(start, len,	s) {
	s = substr($0, start + 1, len)
	sub(/ +$/, "", s)
	return s
}
function bad(code, name) {
	print NR, code, name > "reasons.expected"
	reject = 1
}
function number(name, start, len, scale,	s, whole) {
	s = substr($0, start + 1, len)
	if (s ~ /^ *$/)
		return "\\N"
	if (s ~ /^ +[0-9]+$/)
		bad("D006", name)
	else if (s !~ /^[0-9 ]+$/)
		bad("D055", name)
	else if (s !~ /^[0-9]+$/)
		bad("D005", name)
	if (scale == 0)
		return s + 0
	whole = substr(s, 1, len - scale) + 0
	return whole "." substr(s, len - scale + 1)
}
function date(start,	s) {
	s = substr($0, start + 1, 8)
	if (s ~ /^ *$/ || s == "00000000")
		return "\\N"
	return substr(s, 1, 4) "-" substr(s, 5, 2) "-" substr(s, 7, 2)
}
BEGIN {
	split("NEW-ENGLAND MIDDLE-ATLANTIC SOUTH-ATLANTIC EAST-NORTH-CENTRAL " \
	    "EAST-SOUTH-CENTRAL WEST-NORTH-CENTRAL WEST-SOUTH-CENTRAL " \
	    "MOUNTAIN PACIFIC", division, " ")
}
{
	reject = 0
	name = division[substr($0, 57, 1) + 0]
	row = NR OFS text(0, 10) OFS text(10, 6) OFS text(10, 2) OFS \
	    date(16) OFS date(40) OFS (substr($0, 49, 1) == "Y" ? 1 : 0) OFS \
	    number("intermediary", 49, 5, 0) OFS text(54, 2) OFS \
	    (name == "" ? "\\N" : "P-N-" name) OFS text(58, 4) OFS \
	    text(58, 1) OFS number("cmi_adjusted", 80, 7, 2) OFS \
	    number("cola", 87, 4, 3) OFS number("beds", 96, 5, 0) OFS \
	    number("ssi_ratio", 110, 4, 4) OFS text(139, 5) OFS \
	    number("special_index", 154, 6, 4) OFS \
	    number("capital", 160, 6, 2) OFS \
	    number("specific_rate", 185, 6, 2) OFS \
	    number("harmless_rate", 191, 6, 2) OFS \
	    number("readmission", 232, 5, 4) OFS \
	    number("uncompensated", 241, 9, 2)
	print row > (reject ? "rows.rejected" : "rows.expected")
	if (reject)
		print > "raw.expected"
}' $file
loaded=$(awk 'END { print NR }' rows.expected)
rejected=$(awk 'END { print NR }' rows.rejected)
is "the file has 1,476 lines, some of them rejects" "1476 yes" \
    "$((loaded + rejected)) $([ "$rejected" -gt 0 ] && echo yes)"
balance="1,476 read = $(echo "$loaded" | sed 's/...$/,&/') loaded"
balance="$balance + $rejected rejected + 0 skipped"

for target in $targets; do
	on $target "cms-ipps in $target" || continue
	wanted=12
	load $target "$balance" cms-ipps --rejects refused
	query $target provider "select count(*) from provider" > got
	is "without --max-rejects there is no table in $target" 0 \
	    "$(grep -c '^[0-9]*$' got)"
	wanted=4
	load $target "$balance" cms-ipps --rejects rejects --max-rejects 10%
	query $target provider "select record, npi, number, state, effective,
	    ends, waiver, intermediary, type, division, msa, msa_first,
	    decimal(cmi_adjusted, 2), decimal(cola, 3), beds,
	    decimal(ssi_ratio, 4), cbsa, decimal(special_index, 4),
	    decimal(capital, 2), decimal(specific_rate, 2),
	    decimal(harmless_rate, 2), decimal(readmission, 4),
	    decimal(uncompensated, 2) from provider order by record" > got
	same "each row in $target is the line cut by columns" rows.expected got
done

# The reject files: reasons, and the records as they were.
sqlite3 -init /dev/null -batch -noheader -separator "$tab" reasons.db \
    '.import --csv rejects/reasons.csv reasons' \
    'select record, code, "column" from reasons order by rowid' > got
sort -n -k 1,1 reasons.expected > want
sort -n -k 1,1 got > got.sorted
same "the reasons of rejects are those expected" want got.sorted
same "refused rejects are the same" rejects/reasons.csv refused/reasons.csv
same "rejects are the lines as they were" raw.expected rejects/records.dat

# They are read again, are rejected again, and stay what they are.
cp rejects/records.dat raw.before
wanted=12
load sqlite "$rejected read = 0 loaded + $rejected rejected + 0 skipped" \
    cms-ipps rejects/records.dat --rejects again
same "rejects of rejects are the rejects" raw.before again/records.dat
same "the file of rejects is what it was" raw.before rejects/records.dat

# Told that blanks are zeros and what is invalid is null, all of it loads.
{
	cat cms-ipps.yaml
	echo "defaults:"
	echo "  number: {leading-blanks: zero, invalid: null}"
} > cms-lenient.yaml
wanted=0
load sqlite "1,476 read = 1,476 loaded + 0 rejected + 0 skipped" cms-lenient
is "invalid numbers are nulls when told so" \
    "$(awk '$2 ~ /D005|D055/' reasons.expected | wc -l)" \
    "$(query sqlite "" "select sum(n is null) from (
	select special_index as n, record from provider union all
	select specific_rate, record from provider union all
	select harmless_rate, record from provider) where record in
	($(awk '$2 ~ /D005|D055/ { printf "%s%s", s, $1; s = "," }' \
	    reasons.expected))")"
finish
