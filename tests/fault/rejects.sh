# Rejects: the reject files say which record, which bytes and why; decant reads
# records.dat again and finds the same; mended, they load.  In every framing,
# for every number of jobs and every size of a batch.
. "$SRCDIR/tests/fault/common.inc"
begin

cat > things.cpy <<'CPY'
       01  THING.
           05  T-ID    PIC 9(4).
           05  T-NAME  PIC X(6).
           05  T-SUM   PIC S9(5) COMP-3.
           05  T-DAY   PIC 9(8).
           05  T-N     PIC 9.
           05  T-TAG   PIC X(2) OCCURS 0 TO 3 TIMES DEPENDING ON T-N.
CPY
cat > things.in <<'YAML'
  encoding: iso8859-1
tables:
  thing:
    key: id
    columns:
      id: T-ID
      name: T-NAME
      sum: T-SUM
      day: to_date(T-DAY, 'YYYYMMDD')
  tag:
    each: T-TAG
    columns:
      id: T-ID
      seq: occurrence()
      number: cast(T-TAG as integer)
YAML

# rdw LENGTH: of a record without its RDW, as $order (big, little) and
# $inclusive (yes, no) want it.
rdw() {
	[ $framing = v ] || return 0
	n=$1
	[ $inclusive = no ] || n=$((n + 4))
	case $order in
	big) printf "\\000\\$(printf %o $n)\\000\\000" ;;
	little) printf "\\$(printf %o $n)\\000\\000\\000" ;;
	esac
}

# thing ID NAME SUM DAY N TAGS: NAME and SUM with octal escapes.
thing() {
	rdw $((22 + ${#6}))
	printf "%s$2$3%s%s%s" "$1" "$4" "$5" "$6"
	case $framing in
	fixed) printf "%$((6 - ${#6}))s" '' ;;
	text) printf '\n' ;;
	esac
}

# Seven records: 2, 3, 5, 6 and 7 are bad; text has no invalid date in 5 but a
# short one, for a line that is cut.
things() {
	thing 0001 'Simon ' '\001\043\074' 19790214 2 1234
	thing 0002 'Darth ' '\001\377\074' 19790214 1 12
	thing 000X 'Sumner' '\001\043\074' 19511002 0 ''
	thing 0004 'Pablo ' '\001\043\075' 18811025 3 112233
	thing 0005 'Vader ' '\001\043\074' 20230229 0 ''
	thing 0006 'Zo\000 ab' '\001\043\074' 19790214 0 ''
	thing 0007 'Ruiz  ' '\001\043\074' 19790214 3 11x133
}

# The bytes of a file, as hex: bytes FILE OFFSET LENGTH
bytes() {
	od -A n -v -t x1 -j "$2" -N "$3" "$1" | tr -d ' \n' | tr a-f A-F
}

# checks_places FILE: the hex of each reason is what stands in the file.
checks_places() {
	head=4
	[ $framing = v ] || head=0
	lite :memory: ".import --csv things.rejects/reasons.csv r" \
	    "select \"offset\", length, hex, case field when 'THING.T-ID'
	    then 0 when 'THING.T-NAME' then 4 when 'THING.T-SUM' then 10
	    when 'THING.T-DAY' then 13 else 22 + (occurrence - 1) * 2 end
	    from r where code <> 'D022'" > places
	while read -r offset length hex at; do
		got=$(bytes "$1" $((offset + head + at)) $((${#hex} / 2)))
		[ "$got" = "$hex" ] || echo "at $offset + $at: $got, not $hex"
		[ $((at + ${#hex} / 2)) -le "$length" ] ||
			echo "at $offset + $at: beyond $length"
	done < places
}

# reasons DIR: without record, file and offset.
reasons() {
	lite :memory: ".import --csv $1/reasons.csv r" "select length, code,
	    \"table\", \"column\", occurrence, field, hex, reason from r"
}

# mend FILE: each of the five faults is where it is.
mend() {
	lite :memory: ".import --csv things-again.rejects/reasons.csv r" \
	    "select \"offset\", field from r" | while read -r at field; do
		at=$((at + head))
		case $field in
		*T-ID) patch "$1" $((at + 3)) 063 ;;
		*T-NAME) patch "$1" $((at + 6)) 145 ;;
		*T-SUM) patch "$1" $((at + 11)) 043 ;;
		*T-DAY) patch "$1" $((at + 20)) 070 ;;
		*) patch "$1" $((at + 24)) 062 ;;
		esac
	done
}

round_trip() {
	name="$framing${order+, $order${inclusive:+, inclusive $inclusive}}"
	printf 'source:\n  copybook: things.cpy\n  format: %s\n' $framing |
		cat - things.in > things.yaml
	things > 'a, "b".dat'
	rm -rf things.rejects* things-again.rejects*
	for target in $targets; do
		refuses $target "$name" D002 "" things.yaml 'a, "b".dat' \
		    --max-rejects 4
		reason "$target: $name" D008 "NUL in text"
	done
	run load --json things.yaml 'a, "b".dat' --to csv:rows --max-rejects 5
	is "$name: five rejects" "4 7 2 5 0" "$status $(json out '$.read')\
 $(json out '$.loaded') $(json out '$.rejected') $(json out '$.skipped')"
	is "$name: their reasons" "2 D002 3 D005 5 D010 6 D008 7 D016" \
	    "$(lite :memory: ".import --csv things.rejects/reasons.csv r" \
	    'select record, code from r' | tr "$tab\n" '  ' | sed 's/ $//')"
	is "$name: one file" 'a, "b".dat' \
	    "$(lite :memory: ".import --csv things.rejects/reasons.csv r" \
	    'select distinct file from r')"
	checks_places 'a, "b".dat' > why
	[ ! -s why ]
	passes $? "$name: the hex is what stands there" why places

	run load --json things.yaml things.rejects/records.dat \
	    --to csv:mended
	reasons things.rejects > reasons.1
	reasons things-again.rejects > reasons.2
	{
		[ $status = 12 ] || echo "status $status"
		[ "$(wc -l < reasons.1)" -eq 5 ] || echo "not 5 reasons"
		diff reasons.1 reasons.2
		cmp things.rejects/records.dat things-again.rejects/records.dat
	} > why 2>&1
	[ ! -s why ]
	passes $? "$name: the rejects give the same rejects" why err

	cp things.rejects/records.dat mended.dat
	mend mended.dat
	run load --json things.yaml mended.dat --to csv:mended
	is "$name: mended, they load" "0 5 5 0" \
	    "$status $(json out '$.loaded') $(wc -l < mended/thing.csv |
	    awk '{ print $1 - 1 }') $(ls -d things.rejects 2> /dev/null |
	    wc -l)"
}

framing=fixed
unset order inclusive
round_trip
framing=text
round_trip
framing=v
for order in big little; do
	for inclusive in yes no; do
		round_trip
	done
done

# --- the directory --------------------------------------------------------------

framing=fixed
printf 'source:\n  copybook: things.cpy\n' | cat - things.in > things.yaml
{ things; printf '0008cut'; } > cut.dat
rm -rf things.rejects*
run load --json things.yaml cut.dat --to csv:rows --max-rejects 6
is "a fragment counts" "4 7 5 1" "$status $(json out '$.read')\
 $(json out '$.rejected') $(json out '$.fragments')"
run load --json things.yaml cut.dat --to csv:rows --max-rejects 5
is "and is one too many" 12 "$status"
is "fragments are apart" "0008cut 140 8,cut.dat,196,7,D022" \
    "$(cat things.rejects/fragments.dat) \
$(wc -c < things.rejects/records.dat | tr -d ' ') \
$(grep D022 things.rejects/reasons.csv | cut -d , -f 1-5)"
is "for the owner only" "700 600 600 600 600 600" \
    "$(echo $(stat -c %a things.rejects things.rejects/*))"
is "an earlier run's are kept" "fragments.dat origins.csv reasons.csv records.dat run.json" \
    "$(echo $(ls things.rejects~))"
things > all.dat
run load --json things.yaml all.dat --to csv:rows
is "one run back" "1 0" "$(ls -d things.rejects~ | wc -l | tr -d ' ') \
$(ls things.rejects~/fragments.dat things.rejects/fragments.dat \
2> /dev/null | grep -c 'rejects/f')"
echo mine > things.rejects~/notes
run load things.yaml all.dat --to csv:rows
is "people's files stay" "mine 4" \
    "$(cat things.rejects~/notes) $(ls things.rejects | wc -l | tr -d ' ')"
thing 0001 'Simon ' '\001\043\074' 19790214 2 1234 > one.dat
run load -q things.yaml one.dat --to csv:rows
is "a clean run has none" "0 0" "$status $(ls -d things.rejects \
2> /dev/null | wc -l | tr -d ' ')"

mkdir mine
echo text > mine/letter
fails sqlite "somebody's directory for rejects" 12 F022 "'mine'" things.yaml \
    all.dat --rejects mine
fails sqlite "a file for rejects" 12 F022 "'one.dat'" things.yaml all.dat \
    --rejects one.dat
fails sqlite "no place for rejects" 12 F018 "'no/where'" things.yaml all.dat \
    --rejects no/where
is "it is as it was" text "$(cat mine/letter)"

# --- jobs and batches -----------------------------------------------------------

cp "$SAMPLE" damaged.ebc
i=0
while [ $i -lt 25 ]; do
	patch damaged.ebc $((i * 12000 + 163)) 377		# packed
	patch damaged.ebc $((i * 11700 + 1500 + 248)) 371	# a count of 9
	patch damaged.ebc $((i * 11400 + 2154)) 301		# a date
	i=$((i + 1))
done
patch damaged.ebc $((900 * 300)) 0 1 206 246		# the key of 350
patch damaged.ebc $((901 * 300)) 0 1 206 247		# the key of 351

# same_everywhere TARGET: rows and rejects of each load, in TARGET.
same_everywhere() {
	rm -rf first first.rejects
	for jobs in 1 2 4; do
		for batch in $2; do
			run load "$mapping" damaged.ebc --to "$1" -j $jobs \
			    --batch-records $batch --max-rejects 100 \
			    --rejects all.rejects
			echo "status $status" > why
			sed '/^time/d; s/ (locks held.*//' out > rows/summary
			[ "$1" = csv:rows ] || lite rows/k.db .dump |
			    grep -v "INTO decant_event " > rows/dump
			rm -f rows/k.db
			if [ ! -e first ]; then
				cp -R rows first
				cp -R all.rejects first.rejects
				continue
			fi
			diff -r first rows >> why && diff -r first.rejects \
			    all.rejects >> why && [ $status = 4 ]
			passes $? "$1, $jobs jobs, batches of $batch: the same" why
		done
	done
}

same_everywhere csv:rows "1 7 1000"
rm rows/*
same_everywhere sqlite:rows/k.db "7 1000"
is "repeated keys among them" 4 "$(grep -c ,D020, all.rejects/reasons.csv)"

finish
