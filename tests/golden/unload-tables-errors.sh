# Tables that do not give their records back: what is missing, what has changed
# in them, what no record can be made of.
m=$SRCDIR/mappings
decant load -q "$m/ledger.yaml" "$LEDGER" --to sqlite:ledger.db
decant load -q "$m/customer.yaml" "$SAMPLE" --to sqlite:customer.db

# after SQL [OPTION…]: of the ledger whose tables are changed so.
after() {
	cp ledger.db changed.db
	sqlite3 changed.db "$1"
	shift
	decant unload "$m/ledger.yaml" --from sqlite:changed.db -o out "$@" ||
		echo "status $?"
	[ ! -e out ] || rm out
}
exec 2>&1
echo '---- F045, F046: tables and columns that are not there'
decant unload "$m/ledger.yaml" --from sqlite:none.db || echo "status $?"
after 'drop table holder'
after 'alter table account drop column owner'
echo '---- F047: rows of an account that is gone'
after 'delete from account where account_id = (select min(account_id) from
    account)'
after 'delete from account where account_id = (select min(account_id) from
    account)' --partial
echo '---- F048: two rows where a record has one'
sed 's/, seq\]/]/; s/^    each: .*/    when: ACCT-HOLDER-COUNT > 0/
    s/^      seq: .*//; s/HOLDER-NAME/ACCT-OWNER/; s/key: \[account_id\]//
    s,\.\./,'"$SRCDIR"'/,' "$m/ledger.yaml" > two.yaml
decant unload two.yaml --from sqlite:ledger.db -q > out || echo "status $?"
echo '---- F049: a value that its item cannot have'
after "update entry set text = 'Straße 中' where entry_number = 3"
after "update entry set text = 'Straße 中' where entry_number = 3" --partial
after "update account set owner = 'A name of more than thirty characters'
    where account_id % 5 = 0"
after "update entry set booked_on = '12026-01-31' where entry_number = 1;
    update entry set amount = 1234567890.12 where entry_number = 2"
after "update account set account_id = 123456789 where account_id = (select
    max(account_id) from account); delete from entry; delete from holder"
echo '---- F051: no 88-level; what hangs on the record goes with it'
after "update account set status = 'SLEEPING' where account_id = (select
    min(account_id) from account)" --partial
echo '---- F052: two columns that contradict each other'
after "update entry set account_is_open = 1 - account_is_open
    where entry_number in (5, 7)"
sqlite3 customer.db 'update person set opened_year = 1900
    where person_id = 100003'
decant unload "$m/customer.yaml" --from sqlite:customer.db > out ||
	echo "status $?"
echo '---- F054: no room, and the same room twice'
after "insert into holder select account_id, 3, 'C' from account limit 1"
sqlite3 customer.db 'update person set opened_year = 2019
    where person_id = 100003; drop index phone_key;
    insert into phone select * from phone where person_id = 100003'
decant unload "$m/customer.yaml" --from sqlite:customer.db > out ||
	echo "status $?"
echo '---- totals are made anew; two headers; a null amount'
after "delete from entry where entry_number > 100;
    update account set bank = 'Bank of the Air' where account_id % 2 = 0;
    update entry set amount = null where entry_number = 1"

cat > t.cpy <<'END'
       01  A-REC.
           05  A-TYPE       PIC X.
           05  A-NO         PIC 9(3).
           05  A-TEXT       PIC X(4).
       01  B-REC.
           05  B-TYPE       PIC X.
           05  B-NO         PIC 9(3).
           05  B-LINE OCCURS 2 TIMES PIC X.
       01  C-REC.
           05  C-TYPE       PIC X.
END
# with TABLES…: a mapping of two types, or one
with() {
	cat > t.yaml <<END
source: {copybook: t.cpy, file: t.dat, format: v, encoding: ascii}
mask: {key_file: t.key}
records:
  a: {layout: A-REC, when: A-TYPE = 'A'}
  b: {layout: B-REC, when: B-TYPE = 'B', parent: a}
  c: {layout: C-REC, when: C-TYPE = 'C'}
tables:
END
	cat >> t.yaml
	decant unload t.yaml --from sqlite:ledger.db || echo "status $?"
}
umask 077
echo 000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f > t.key
echo '---- P111: nothing tells records apart'
with <<'END'
  a: {of: a, columns: {no: A-NO}}
  text: {of: a, columns: {text: A-TEXT}}
END
echo '---- P112: nothing says on which they hang'
with <<'END'
  a: {of: a, key: no, columns: {no: A-NO, text: A-TEXT}}
  b: {of: b, key: no, columns: {no: B-NO}}
END
echo '---- P113: a key behind a mask'
with <<'END'
  a: {of: a, key: no, columns: {no: fpe(digits(A-NO)), text: A-TEXT}}
END
echo '---- P114: tables that say nothing'
with <<'END'
  a: {of: a, key: no, columns: {no: A-NO, text: A-TEXT}}
  b: {of: b, each: B-LINE, columns: {line: B-LINE}}
  texts: {of: a, distinct: true, key: text, columns: {text: upper(A-TEXT)}}
  both: {of: [a, b], columns: {no: {from: {a: A-NO, b: B-NO}}}}
END
echo '---- G001'
decant unload "$m/ledger.yaml" "$LEDGER" --from sqlite:ledger.db ||
	echo "status $?"
decant unload "$m/ledger.yaml" --from csv:rows || echo "status $?"
sed "s,\.\./,$SRCDIR/,; /^target/d" "$m/ledger.yaml" > no.yaml
decant unload no.yaml --from target || echo "status $?"
echo '---- F040'
sed "s,\.\./,$SRCDIR/,; s/format: vb/format: delimited/" \
    "$m/names-v1.yaml" > d.yaml
sed -i 's/format: fixed/format: delimited/' d.yaml
decant unload d.yaml --from sqlite:ledger.db || echo "status $?"
sed "s,\.\./,$SRCDIR/,; s/format: fixed/&\n  skip: {bytes_first: 8}/" \
    "$m/names-v1.yaml" > s.yaml
decant unload s.yaml --from sqlite:ledger.db || echo "status $?"
ls
