# Controls: held, broken, spans by trailer, by header and by file; crosswalks,
# distinct tables and unpivot, and what they say when something is missing.
# Numbers were added up by hand from the lines below.
printf '%s\n' H2 A0001O E00012500 E00002500 A0002C E00000001 T05000015001 \
    > one.txt
printf '%s\n' H1 A0003O E00000100 T02000000100 H1 A0004X T01000000000 \
    > two.txt
cat > c.cpy <<'EOF'
       01 HEADER.   05 KIND PIC X.  05 HDR-ACCOUNTS PIC 9.
       01 ACCOUNT.  05 KIND PIC X.  05 ACCT PIC 9(4). 05 STATE PIC X.
       01 ENTRY-R.  05 KIND PIC X.  05 AMOUNT PIC 9(6)V99.
          05 AMOUNT-PARTS REDEFINES AMOUNT. 10 PART PIC 9(4) OCCURS 2.
       01 TRAILER.  05 KIND PIC X.  05 TRL-COUNT PIC 99.
          05 TRL-AMOUNT PIC 9(7)V99.
EOF
printf 'code,name\nO,open\nC,closed\n' > state.csv
mapping() {
	cat <<EOF
version: 1
source: {copybook: c.cpy, format: text, encoding: latin1}
target: csv:out
records:
  header: {layout: HEADER, when: KIND = 'H'}
  account: {layout: ACCOUNT, when: KIND = 'A', parent: header}
  entry: {layout: ENTRY-R, when: KIND = 'E', parent: account}
  trailer: {layout: TRAILER, when: KIND = 'T'}
crosswalks:
  state: {file: state.csv, key: code, missing: $1}
tables:
  account:
    of: account
    key: acct
    columns: {acct: ACCT, state: "lookup('state', STATE, 'name')"}
  state:
    of: account
    distinct: true
    columns: {state: STATE}
  part:
    of: entry
    unpivot: [AMOUNT, PART(1), PART(2) + 0.5]
    when: unpivot_value() > 0
    columns: {acct: account.ACCT, n: unpivot_number(),
      what: unpivot_name(), value: unpivot_value()}
controls:
EOF
	cat
}
echo '---- held'
mapping keep > held.yaml <<'EOF'
  - HDR-ACCOUNTS = count(account)
  - TRL-COUNT = count(entry) + count(account)
  - trailer.TRL-AMOUNT = sum(AMOUNT)
  - sum(PART) < 100000
  - count(*) <= 8
EOF
decant load held.yaml one.txt two.txt -j1 && head -n 30 out/*.csv
decant load held.yaml one.txt two.txt -j1 --json
echo '---- the same in every way'
for jobs in 1 2 4; do
	for records in 1 2 1000; do
		rm -rf out
		decant load held.yaml one.txt two.txt --jobs $jobs \
		    --batch-records $records | sed -n '/^controls/,/^cross/p'
		cat out/*.csv
	done | cksum
done | sort | uniq | wc -l
echo '---- broken'
mapping keep > broken.yaml <<'EOF'
  - HDR-ACCOUNTS + 1 = count(account)
  - TRL-AMOUNT = sum(AMOUNT) + count(account) / 2
  - count(trailer) = 1
EOF
decant load broken.yaml one.txt two.txt -j1 || echo "status $?"
decant load broken.yaml one.txt two.txt -q || echo "status $?"
echo '---- no trailer, records behind it, none before the header'
mapping keep > loose.yaml <<'EOF'
  - TRL-COUNT = count(entry) + count(account)
  - HDR-ACCOUNTS = count(account)
EOF
sed '$d' one.txt > cut.txt
{ cat one.txt; echo A0009C; } > behind.txt
{ echo A0008C; cat one.txt; } > before.txt
for f in cut behind before; do
	decant load loose.yaml $f.txt --max-rejects 1 -q || echo "status $?"
done
echo '---- a code that is not there'
mapping reject > reject.yaml < /dev/null
sed -i '/^controls/d' reject.yaml
decant load reject.yaml two.txt -j1 --max-rejects 1 || echo "status $?"
echo '---- mistakes'
mapping keep > wrong.yaml <<'EOF'
  - TRL-COUNT
  - TRL-COUNT = HDR-ACCOUNTS
  - TRL-COUNT = count(nobody)
  - KIND = count(*)
  - trailer.KIND = count(*)
  - sum(trailer.KIND) = 1
  - 1 = 1
EOF
decant check wrong.yaml || echo "status $?"
echo '---- crosswalks'
for rows in 'code,name' 'code,name\nO,a\nO,b' 'code,name\nO' 'kode,name' ''; do
	printf "$rows\\n" > state.csv
	decant check held.yaml > out.txt 2> err.txt || echo "status $?"
	head -n 1 err.txt
done
rm state.csv
decant check held.yaml || echo "status $?"
echo '---- more codes than can be'
printf '       01 R PIC X(7).\n' > code.cpy
cat > code.yaml <<'EOF'
version: 1
source: {copybook: code.cpy, format: text, encoding: latin1}
tables: {code: {distinct: true, columns: {code: R}}}
EOF
seq 1000000 2000000 | decant load code.yaml - --to null: || echo "status $?"
