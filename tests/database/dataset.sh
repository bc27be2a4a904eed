#!/bin/sh
# Datasets of several mappings: members become live at once; one that is not
# sent again stays; keys and tests span them; what fails leaves all of it
# whole.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=bank
ledger=$made/ledger.ebc
tables="person phone account holder entry"

member() {
	sed -e "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/$1.yaml" > "$1.yaml"
}
member customer
member ledger
cp "$SRCDIR/mappings/bank.yaml" bank.yaml

load() {
	d load -q bank.yaml --to "$to" "$@"
}

# keep NAME [TABLE…]: what the tables hold
keep() {
	as=$1
	shift
	for t in ${*:-$tables}; do
		echo "$t"
		all "$t" | sort
	done > "$as"
}

same() {
	diff "$2" "$3" > differs
	passes $? "$1" differs
}

# homes: generation and table of what is put away
away() {
	case $kind in
	sqlite) ask "select name from sqlite_master where type = 'table' and
	    name like '%\__g%' escape '\\' and name not like 'decant%'
	    order by 1" ;;
	postgres) ask "select table_name || '__' || substr(table_schema, 6)
	    from information_schema.tables where table_schema like
	    'bank\_g%' order by 1" ;;
	esac
}

# Half of the customers; accounts 1 to 50.
head -c 15000 "$SAMPLE" > half.ebc

# The ledger with another owner of account 1.
sed 's/\xe2\x89\x94\x96\x95/\xe2\x89\x94\x85\x95/' "$ledger" > other.ebc

both() {
	use "$kind"
	does "two members" 0 load customer="$SAMPLE" ledger="$ledger"
	keep first
	is "persons and accounts" "1000 100" "$(ask "select count(*) from
	    person") $(ask "select count(*) from account")"
	does "once more" 0 d load bank.yaml --to "$to" customer="$SAMPLE" \
	    ledger="$ledger"
	like "is the same" "nothing to do" out
	keep before person phone
	does "one is sent again" 0 d load bank.yaml --to "$to" \
	    ledger="$other" --json
	like "the other is not" '"name":"customer","sent":false}' out
	like "generation 2" '"generation":2,' out
	keep now person phone
	same "and stays as it is" before now
	is "the one that was sent is new" Simen "$(ask "select owner from
	    account where account_id = 100001")"
	is "only its tables are there twice" "account__g1
entry__g1
holder__g1" "$(away)"
	keep second
	does "rollback" 0 d rollback -q bank.yaml --to "$to"
	keep now
	same "restores both" first now
	does "publish" 0 d publish -q bank.yaml --to "$to"
	keep now
	same "and back" second now
	does "the other one" 0 load customer="$SAMPLE"
	keep now
	same "is the same" second now
	does "rollback" 0 d rollback -q bank.yaml --to "$to"
	does "rollback" 0 d rollback -q bank.yaml --to "$to"
	keep now
	same "restores both" first now
	does "retire" 0 d retire -q bank.yaml --to "$to" --all
	keep now
	same "what is live stays" first now
	is "what was put away is gone" "" "$(away)"
	does "status" 0 d status bank.yaml --to "$to"
	like "knows the tables" "person, phone, account, holder, entry" out
	does "the ledger is whole" 0 d log bank.yaml --to "$to" --verify
}

writes() {
	use "$kind"
	load customer="$SAMPLE" ledger="$ledger"
	ask "update person set full_name = 'Ada' where person_id = 100001;
	    update account set owner = 'Ada' where account_id = 100002" > said
	does "the ledger again" 0 load ledger="$other"
	is "writes to both are there" "Ada Ada" "$(ask "select full_name from
	    person where person_id = 100001") $(ask "select owner from account
	    where account_id = 100002")"
	ask "update person set full_name = 'King' where person_id = 100001;
	    update account set owner = 'King' where account_id = 100002" > said
	does "rollback" 0 d rollback -q --to "$to"
	is "and what came later" "King King" "$(ask "select full_name from
	    person where person_id = 100001") $(ask "select owner from account
	    where account_id = 100002")"
}

# Rows that refer to none in another member are rejects of their own.
references() {
	use "$kind"
	rm -rf ./*.rejects ./*.rejects~
	does "accounts without a person" 12 d load -q bank.yaml --to "$to" \
	    customer=half.ebc ledger="$ledger"
	like "are too many rejects" "G005: .*rejected" err
	like "and said to be" "D072,account,.*account_id references person" \
	    ledger.rejects/reasons.csv
	is "nothing is there" "" "$([ ! -e $base.db ] || away)"
	sed -i '/^controls:/,$d' bank.yaml
	does "within the limit" 4 d load -q bank.yaml --to "$to" \
	    customer=half.ebc ledger="$ledger" --max-rejects 60%
	is "the others are loaded" "50 50 0" "$(ask "select count(*) from
	    person") $(ask "select count(*) from account") $(ask "select
	    count(*) from entry where account_id > 100050")"
	does "the persons come" 0 load customer="$SAMPLE"
	does "and the rejects again" 0 d retry bank.yaml ledger.rejects \
	    --to "$to" -q
	use "$kind" whole
	load customer="$SAMPLE" ledger="$ledger"
	keep good
	use "$kind"
	does "(another database)" 4 load customer=half.ebc ledger="$ledger" \
	    --max-rejects 60%
	load customer="$SAMPLE"
	d retry -q bank.yaml ledger.rejects --to "$to" 2> err
	keep now
	same "all is as if they had come together" good now
	does "half of the persons" 8 d load -q bank.yaml --to "$to" \
	    customer=half.ebc --max-shrink 99%
	like "accounts would refer to none" \
	    "L009.*account refers to person.* 50 rows" err
	keep now
	same "what is live stays" good now
	cp "$SRCDIR/mappings/bank.yaml" bank.yaml
}

spanning() {
	use "$kind"
	load customer="$SAMPLE" ledger="$ledger"
	keep first
	cat >> bank.yaml <<-'Y'
	  - name: as many accounts as persons
	    left: select count(*) from account
	    right: select count(*) from person
	Y
	does "a control that does not hold" 8 load ledger="$other"
	like "is named" "bank.yaml:.*L009.*'as many accounts as persons'" err
	keep now
	same "nothing is published" first now
	does "nor by publish" 8 d publish -q bank.yaml --to "$to"
	does "but --untested" 0 d publish -q bank.yaml --to "$to" --untested
	is "the new one is live" Simen "$(ask "select owner from
	    account where account_id = 100001")"
	cp "$SRCDIR/mappings/bank.yaml" bank.yaml
	sed -i 's/where (select sum(amount)/where not (select sum(amount)/' \
	    bank.yaml
	does "a test that spans" 8 d load -q bank.yaml --to "$to" \
	    ledger="$ledger"
	like "is named" "L009.*nobody owes more" err
	cp "$SRCDIR/mappings/bank.yaml" bank.yaml
	does "stage" 0 d stage -q bank.yaml ledger="$ledger" --to "$to"
	does "publish" 0 d publish -q bank.yaml --to "$to"
	keep now
	same "the first one again" first now
}

# A member's tables change their shape: up: and down: are its own.
versions() {
	use "$kind"
	old=$schema
	schema=both
	for v in 1 2; do
		mkdir -p v$v
		sed "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/names-v$v.yaml" \
		    > v$v/names.yaml
		cp ledger.yaml v$v/ledger.yaml
		printf 'decant: dataset 1\nname: both\nversion: %s\n' $v \
		    > v$v/both.yaml
		printf 'members: [{mapping: %s.yaml}, {mapping: %s.yaml}]\n' \
		    names ledger >> v$v/both.yaml
	done
	does "version 1" 0 d load -q v1/both.yaml --to "$to" \
	    names="$made/names.ebc" ledger="$ledger"
	ask "insert into person values (900001, 'Ada', '', 'Lovelace',
	    '1815-12-10');
	    update account set owner = 'X' where account_id = 100001" > said
	does "version 2 of a member" 0 d load -q v2/both.yaml --to "$to" \
	    names="$made/names.ebc"
	is "writes go up" "Ada Lovelace X" "$(ask "select full_name from
	    person where person_id = 900001") $(ask "select owner from account
	    where account_id = 100001")"
	ask "update person set full_name = 'Countess', last_name = 'King'
	    where person_id = 900001" > said
	does "rollback" 0 d rollback -q --to "$to"
	is "and down" "Ada King X" "$(ask "select first_name from person where
	    person_id = 900001") $(ask "select last_name from person where
	    person_id = 900001") $(ask "select owner from account where
	    account_id = 100001")"
	does "publish" 0 d publish -q --to "$to"
	is "and up again" Countess "$(ask "select full_name from person where
	    person_id = 900001")"
	schema=$old
}

# A member that fails, or a run that dies between them.
whole() {
	use "$kind"
	does "one alone" 12 load ledger="$ledger"
	like "needs the other" "L136.*'customer'.*never" err
	load customer="$SAMPLE" ledger="$ledger"
	keep first
	does "the second cannot be read" 12 load customer=half.ebc \
	    ledger=nowhere.ebc
	keep now
	same "what is live stays" first now
	head -c 1000 "$ledger" > cut.ebc
	does "the second is cut" 12 load customer="$SAMPLE" ledger=cut.ebc \
	    --again
	keep now
	same "what is live stays" first now
	is "nothing is left behind" "" "$(away)"
	echo '# changed' >> customer.yaml
	does "the other's mapping has changed" 12 load ledger="$other"
	like "it must be sent" "L136.*'customer'.*changed" err
	member customer
	keep second
	torn=0
	for wait in 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.1 0.12; do
		"$DECANT" load -q bank.yaml --to "$to" customer="$SAMPLE" \
		    ledger="$other" --again > out 2> err < /dev/null &
		pid=$!
		sleep $wait
		kill -9 $pid 2> /dev/null
		wait $pid 2> /dev/null
		n=$(ask "select (select count(*) from person), (select count(*)
		    from account where owner in ('Simon', 'Simen'))")
		[ "$n" = "1000${tab}$simons" ] || torn=$((torn + 1))
	done
	is "killed, it is one or the other" 0 $torn
	does "the next one ends" 0 load customer="$SAMPLE" ledger="$ledger" \
	    --again
	keep now
	same "and is whole" first now
	d retire -q bank.yaml --to "$to" --all
	is "nothing is left behind" "" "$(away)"
	does "the ledger is whole" 0 d log --to "$to" --verify
}

other=other.ebc
for kind in $kinds; do
	use "$kind"
	load customer="$SAMPLE" ledger="$ledger"
	simons=$(ask "select count(*) from account where owner in ('Simon',
	    'Simen')")
	both
	writes
	references
	spanning
	versions
	whole
done
finish
