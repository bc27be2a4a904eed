#!/bin/sh
# What stops a publication: a trailer's count or amount that is not what was
# read, a test that always has to hold.  Exit status 8, what was expected and
# what was found; what was live is live.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=ledger

cat > ledger.cpy <<'EOF2'
       01  ENTRY-LINE.
           05  KIND        PIC X.
           05  NUM         PIC 9(4).
           05  AMOUNT      PIC S9(5)V99 SIGN LEADING SEPARATE.
       01  TRAILER-LINE.
           05  KIND        PIC X.
           05  TRL-COUNT   PIC 9(4).
           05  TRL-AMOUNT  PIC S9(5)V99 SIGN LEADING SEPARATE.
EOF2
cat > ledger.yaml <<'EOF2'
version: 1
name: ledger
source: {copybook: ledger.cpy, format: text, encoding: latin1}
records:
  entry: {layout: ENTRY-LINE, when: KIND = 'E'}
  trailer: {layout: TRAILER-LINE, when: KIND = 'T'}
tables:
  entry:
    of: entry
    key: num
    columns: {num: NUM, amount: AMOUNT}
controls:
  - TRL-COUNT = count(entry)
  - TRL-AMOUNT = sum(AMOUNT)
tests:
  - name: no entry is of nothing
    holds: always
    query: select num from entry where amount = 0
EOF2
printf '%s\n' E0001+0001050 E0002-0000550 T0002+0000500 > good.txt
printf '%s\n' E0001+0001050 E0003+0000050 T0003+0001100 > count.txt
printf '%s\n' E0001+0001050 E0003+0000050 T0002+0001101 > amount.txt
printf '%s\n' E0001+0001050 E0003+0000000 T0002+0001050 > nothing.txt
printf '%s\n' E0001+0001050 E0003+0000051 T0002+0001101 > right.txt

load() {
	d load ledger.yaml "$1" --to "$to" "$2"
}

# live NAME: it is what it was.
live() {
	all entry > now
	cmp -s was now
	passes $? "$1: what was live is live" now
}

stopped() {
	does "a good extract" 0 load good.txt -q
	all entry > was
	is "is live" 2 "$(wc -l < was)"

	does "a wrong trailer count" 8 load count.txt --json
	live "a wrong trailer count"
	like "the report has what is expected" '"left":"3"' out
	like "and what is found" '"right":"2"' out
	does "for people, too" 8 load count.txt -q
	like "expected and found" "TRL-COUNT = count\(entry\).*3.*2" err
	is "nothing is staged" "" "$(d status --to "$to" --dataset ledger |
	    grep -E '^ +[0-9]+ +staged ')"

	does "a wrong trailer amount" 8 load amount.txt -q
	live "a wrong trailer amount"
	like "expected and found" \
	    "TRL-AMOUNT = sum\(AMOUNT\).*11\.01.*11\.00" err

	does "a test that always holds" 8 load nothing.txt --json
	live "a test that always holds"
	like "it is named" "L009.*no entry is of nothing" err
	like "with what was found" "L009.*1 row" err
	like "in JSON" '"name":"no entry is of nothing"' out
	does "the generation is there to be looked at" 0 d status --to "$to" \
	    --dataset ledger
	is "staged" 1 "$(grep -cE '^ +[0-9]+ +staged ' out)"
	does "publish stops, too" 8 d publish --to "$to" --dataset ledger
	live "publish stops, too"
	like "for the same test" "L009.*no entry is of nothing" err
	does "a good extract takes its place" 0 load right.txt -q
	is "it is live" "1${tab}10.50 3${tab}0.51 " \
	    "$(all entry | sed "s/10\.5$/10.50/" | tr '\n' ' ')"

	# the first load of all
	use "$kind"
	does "the first load of all" 8 load nothing.txt -q
	like "it says so" L009 err
	does "nothing is live" 12 d rollback --to "$to" --dataset ledger
	case $kind in
	sqlite) [ ! -e gen.db ] ;;
	postgres) [ -z "$(ask "select tablename from pg_tables
	    where schemaname = 'ledger'")" ] ;;
	esac
	passes $? "and no table is there"
}

for one in $kinds; do
	use "$one"
	stopped
done
finish
