#!/bin/sh
# Middle names that full_name() leaves out are told: by column, in the summary,
# in JSON and in the ledger, those of loaded records only, whatever the jobs.
# The names and what is counted of them were written down by hand.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=n

cat > n.cpy <<'CPY'
       01  R.
           05  ID              PIC 9(5).
           05  FIRST-N         PIC X(8).
           05  MIDDLE-N        PIC X(8).
           05  LAST-N          PIC X(8).
           05  KIDS            OCCURS 2.
               10  KID         PIC X(4).
CPY
# row ID FIRST MIDDLE LAST KID KID
row() {
	printf '%05s%-8s%-8s%-8s%-4s%-4s\n' "$@"
}
{
	row 00001 ANNE NMN SMITH TIM TOM
	row 00002 BOB nmi NMN '' ''		# first and last names are kept
	row 00003 NMN N/A NMI KIM ''
	row 00004 CARL Q NONE NMN NMN
	row 00005 DORA ' NMN' LEE N/A ''
	row 00006 EVE '' NULL '' ''
	row 00007 FAY NMNX POE '' ''
	row 00008 GUS N/A ROE '' ''
	row 00009 HAL 'N / A' POE '' ''
} > n.txt
cat > n.yaml <<'YAML'
version: 1
name: n
source: {copybook: n.cpy, format: text, encoding: ascii}
tables:
  p:
    key: id
    columns:
      id: ID
      full_name: full_name(FIRST-N, MIDDLE-N, LAST-N)
      shout: upper(full_name(FIRST-N, MIDDLE-N, LAST-N))
      two: full_name(MIDDLE-N, MIDDLE-N)
  late:
    when: ID > 4
    columns: {id: ID, who: "full_name(FIRST-N, MIDDLE-N, LAST-N)"}
  kid:
    each: KIDS
    columns: {id: ID, name: "full_name('', KID, LAST-N)",
      parent: "full_name(FIRST-N, MIDDLE-N, LAST-N)"}
YAML
names="names      p.full_name: 5 middle names left out (N/A 2, NMN 2, NMI 1)
           p.shout: 5 middle names left out (N/A 2, NMN 2, NMI 1)
           late.who: 2 middle names left out (N/A 1, NMN 1)
           kid.name: 3 middle names left out (NMN 2, N/A 1)
           kid.parent: 10 middle names left out (N/A 4, NMN 4, NMI 2)"
json='[{"table":"p","column":"full_name","left_out":5,"words":[{"word":"N/A","count":2},{"word":"NMN","count":2},{"word":"NMI","count":1}]},{"table":"p","column":"shout","left_out":5,"words":[{"word":"N/A","count":2},{"word":"NMN","count":2},{"word":"NMI","count":1}]},{"table":"late","column":"who","left_out":2,"words":[{"word":"N/A","count":1},{"word":"NMN","count":1}]},{"table":"kid","column":"name","left_out":3,"words":[{"word":"NMN","count":2},{"word":"N/A","count":1}]},{"table":"kid","column":"parent","left_out":10,"words":[{"word":"N/A","count":4},{"word":"NMN","count":4},{"word":"NMI","count":2}]}]'

told() {
	sed -n '/^names/,/^time/p' "$1" | sed '$d'
}

# Of the last generation, in its event.
ledger() {
	case $kind in
	sqlite) ask "select data ->> '\$.names' from decant_event where
	    kind = 'staged' order by number desc limit 1" ;;
	postgres) ask "select replace(replace((data::jsonb -> 'names')::text,
	    ': ', ':'), ', ', ',') from decant.event where kind = 'staged'
	    order by number desc limit 1" ;;
	esac
}

for k in $kinds; do
	use $k n
	does "load" 0 "$DECANT" load n.yaml n.txt --to "$to"
	is "the summary has a count per column" "$names" "$(told out)"
	is "the names are what their owners write" "ANNE SMITH
BOB NMN
NMN NMI
CARL Q NONE
DORA LEE
EVE NULL
FAY NMNX POE
GUS ROE
HAL N / A POE" "$(ask "select full_name from p order by id")"
	case $k in
	sqlite) is "the ledger has it" "$json" "$(ledger)" ;;
	postgres) is "the ledger has it" "p 5,p 5,late 2,kid 3,kid 10" \
	    "$(ask "select string_agg((x ->> 'table') || ' ' ||
	    (x ->> 'left_out'), ',' order by i) from (select data from
	    decant.event where kind = 'staged' order by number desc limit 1)
	    e, jsonb_array_elements(e.data::jsonb -> 'names') with ordinality
	    n(x, i)")" ;;
	esac
	use $k n
	does "load with --json" 0 "$DECANT" load n.yaml n.txt --to "$to" --json
	is "JSON has it" "$json" \
		"$(sed 's/.*"names":\(.*\),"rejects".*/\1/' out)"

	# Records that are rejected: by a cell, by a key that repeats.
	use $k n
	{ cat n.txt; row 0000X X NMN Y '' ''; row 00008 GUS NMN ROE '' ''; } \
		> bad.txt
	does "load with rejects" 4 "$DECANT" load n.yaml bad.txt --to "$to" \
		--max-rejects 3 --rejects bad.rejects
	is "rejected records have no part in it" \
		"$(echo "$names" | sed '1,2s/: 5/: 4/; 1,2s/N\/A 2, NMN 2/NMN 2, N\/A 1/
		s/who: 2/who: 1/; s/(N\/A 1, NMN 1)/(NMN 1)/
		s/who: 1 middle names/who: 1 middle name/
		s/parent: 10/parent: 8/; s/N\/A 4, NMN 4, NMI/NMN 4, N\/A 2, NMI/')" \
		"$(told out)"

	# Words of one's own, and none.
	use $k n
	{ cat n.yaml; echo 'names: {no_middle: [q, NmnX]}'; } > own.yaml
	does "load with words of one's own" 0 "$DECANT" load own.yaml n.txt \
		--to "$to"
	is "they are counted" "p.full_name: 2 middle names left out (NMNX 1, Q 1)" \
		"$(told out | sed -n '1s/^names *//p')"
	{ cat n.yaml; echo 'names: {no_middle: []}'; } > none.yaml
	use $k n
	does "load without any" 0 "$DECANT" load none.yaml n.txt --to "$to"
	is "nothing is told" "" "$(told out)"
done

# Many batches: every third has NMN, every seventh of the others N/A.
kind=csv
awk 'BEGIN {
	for (i = 1; i <= 30000; i++) {
		m = i % 3 == 0 ? "NMN" : i % 7 == 0 ? "n/a" : "B"
		printf "%05d%-8s%-8s%-8s%8s\n", i, "A", m, "C", ""
	}
}' > many.txt
for jobs in 1 2 4; do
	rm -rf many
	"$DECANT" load n.yaml many.txt --to csv:many --jobs $jobs > out 2> err
	is "30,000 records, --jobs $jobs" "names      p.full_name: 12,857 middle \
names left out (NMN 10,000, N/A 2,857)" "$(told out | head -1)"
done
kind=
finish
