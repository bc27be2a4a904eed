# Dates by name and picture, with and without --dates; names that PostgreSQL
# keeps for itself; tables whose count is no number; more items than columns.
# Expected days were written down with the records below.
cat > d.cpy <<'CPY'
       01  PERSON.
           05  PERSON-ID           PIC 9(3).
           05  BORN                PIC 9(8).
           05  HIRED-DATE          PIC 9(6).
           05  HIRED-JULIAN        PIC 9(7).
           05  LEFT-CYYMMDD        PIC 9(7).
           05  PAID-DT             PIC 9(7).
           05  SEEN-MDY            PIC 9(6).
           05  RETIRES.
               10  RETIRES-CC      PIC 99.
               10  RETIRES-YY      PIC 99.
               10  RETIRES-MM      PIC 99.
               10  RETIRES-DD      PIC 99.
           05  REVIEW.
               10  REVIEW-MONTH    PIC XX.
               10  FILLER          PIC X VALUE '/'.
               10  REVIEW-DAY      PIC XX.
               10  FILLER          PIC X VALUE '/'.
               10  REVIEW-YEAR     PIC X(4).
           05  LOOSE.
               10  LOOSE-YEAR      PIC 9(4).
               10  FILLER          PIC X.
               10  LOOSE-MONTH     PIC 99.
               10  FILLER          PIC X.
               10  LOOSE-DAY       PIC 99.
           05  SPAN.
               10  SPAN-YEAR       PIC 9(4).
               10  SPAN-MONTHS     PIC 99.
           05  XMIN                PIC X.
           05  ORDER               PIC X.
           05  COUNTED             PIC X.
           05  NOTE OCCURS 0 TO 2 DEPENDING ON COUNTED PIC X.
CPY
printf '%s' 007 19800229 990131 2020366 1210228 2020001 013126 20450630 \
    12/24/2026 2026.07.04 199912 x y 0 > d.txt
echo >> d.txt
for dates in '' --dates; do
	decant init d.cpy $dates --format text --encoding latin1 --file d.txt \
	    2> d.err | sed '1,/^tables/!b; /^tables/!d' > body
	cat body
	decant init d.cpy $dates --format text --encoding latin1 --file d.txt \
	    2> d.err > d.yaml
	decant load d.yaml -q --to csv:out 2>> d.err || cat d.err
	cat out/*.csv
done
grep -o 'warning [A-Z][0-9]*' d.err | sort -u

{
	echo '       01  WIDE.'
	seq -f '           05  F-%.0f  PIC X.' 1603
} > wide.cpy
decant init wide.cpy > wide.yaml
tail -n 4 wide.yaml
decant check wide.yaml
