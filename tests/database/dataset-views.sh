#!/bin/sh
# compat: and agree: of members: views stand beside the tables of all members,
# come and go with publication and rollback, and stay with a member that is
# carried over, even while others read it.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=both
names=$made/names.ebc
ledger=$made/ledger.ebc

# Version 1 of both; version 2 of names has a view and columns that agree, and
# so has version 2 of the ledger.
mkdir v1 v2 v3
for v in 1 2; do
	sed "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/names-v$v.yaml" \
	    > v$v/names.yaml
	sed "s|\.\./|$SRCDIR/|" "$SRCDIR/mappings/ledger.yaml" \
	    > v$v/ledger.yaml
done
sed -i '/^    up:/i\    agree:\
      full_name: full_name(first_name, middle_name, last_name)' v2/names.yaml
cat >> v2/names.yaml <<'YAML'
compat:
  old_person:
    table: person
    columns: {id: person_id, first: first_name, last: last_name}
YAML
cat > edit <<'SED'
/^      owner: ACCT-OWNER/a\
      greeting: "'Hello ' || ACCT-OWNER"
/^  holder:/i\
    agree: {greeting: "'Hello ' || owner"}
SED
sed -i -f edit v2/ledger.yaml
cat >> v2/ledger.yaml <<'YAML'
compat:
  konto:
    table: account
    columns: {nummer: account_id, inhaber: owner}
YAML
cp v2/names.yaml v2/ledger.yaml v3
sed -i 's/^version: 2/version: 3/; s/{id: person_id, /{number: person_id, /' \
    v3/names.yaml
for v in 1 2 3; do
	cat > v$v/both.yaml <<-YAML
	decant: dataset 1
	name: both
	version: $v
	members: [{mapping: names.yaml}, {mapping: ledger.yaml}]
	YAML
done

views() {
	case $kind in
	sqlite) ask "select name from sqlite_master where type = 'view'
	    order by 1" ;;
	postgres) ask "select relname from pg_class where relkind = 'v' and
	    relnamespace = 'both'::regnamespace order by 1" ;;
	esac | tr '\n' ' '
}

load() {
	version=$1
	shift
	d load -q "v$version/both.yaml" --to "$to" "$@"
}

both() {
	use "$kind"
	load 1 names="$names" ledger="$ledger"
	is "version 1 has none" "" "$(views)"
	does "version 2" 0 load 2 names="$names" ledger="$ledger"
	is "has the views of both" "konto old_person " "$(views)"
	is "which show the tables" "16 100" "$(ask "select count(*) from
	    old_person") $(ask "select count(*) from konto")"
	ask "update konto set inhaber = 'Ada' where nummer = 100001;
	    update old_person set last = 'King' where id = 1000003" > said
	is "a write through a member's view" Ada "$(ask "select owner from
	    account where account_id = 100001")"
	is "agrees in its table" "Hello Ada" "$(ask "select greeting from account where
	    account_id = 100001")"
	ask "update person set first_name = 'Ada', middle_name = '',
	    last_name = 'King' where person_id = (select min(person_id) from
	    person)" > said
	is "and so in the other's" "Ada King" "$(ask "select full_name from
	    person where person_id = (select min(person_id) from person)")"
	does "rollback" 0 d rollback -q --to "$to"
	is "they are gone" "" "$(views)"
	does "publish" 0 d publish -q --to "$to"
	is "and back" "konto old_person " "$(views)"
	ask "update account set owner = 'Eve' where account_id = 100002" > said
	is "and columns agree" "Hello Eve" "$(ask "select greeting from account where
	    account_id = 100002")"
}

# Version 3 changes the view of names; the ledger is not sent.
carried() {
	if [ "$kind" = postgres ]; then
		ask "create role reader_$$; grant select on konto to
		    reader_$$" > said
		psql -X -q -d "$database" -c "begin" -c "select * from
		    \"both\".konto" -c "select pg_sleep(60)" > reader 2>&1 &
		pids=$!
		sleep 0.5
	fi
	does "one member is sent again" 0 load 3 names="$names"
	if [ "$kind" = postgres ]; then
		kill -0 $pids 2> /dev/null
		passes $? "while another reads the one that is carried over" reader
		ask "select pg_terminate_backend(pid) from pg_stat_activity
		    where query = 'select pg_sleep(60)'" > said
		wait $pids 2> /dev/null
		pids=
		is "whose rights stay" 1 "$(ask "select count(*) from
		    information_schema.role_table_grants where grantee =
		    'reader_$$' and table_name = 'konto'")"
	fi
	is "both have their views" "konto old_person " "$(views)"
	is "the new one is new" 16 "$(ask "select count(number) from
	    old_person")"
	is "the one that is carried over is its own" Ada "$(ask "select
	    inhaber from konto where nummer = 100001")"
	ask "update konto set inhaber = 'Zoe' where nummer = 100003" > said
	is "and written through" "Zoe Hello Zoe" "$(ask "select owner from account
	    where account_id = 100003") $(ask "select greeting from account where
	    account_id = 100003")"
	does "rollback" 0 d rollback -q --to "$to"
	is "the old one is back" 16 "$(ask "select count(id) from
	    old_person")"
	is "and the other stays" Zoe "$(ask "select inhaber from konto where
	    nummer = 100003")"
	does "rollback of all" 0 d rollback -q --to "$to"
	is "they are gone" "" "$(views)"
	[ "$kind" != postgres ] || ask "drop role if exists reader_$$" > said
}

try() {
	use "$kind"
	load 1 names="$names" ledger="$ledger"
	does "version 2 is tried" 0 d test v2/both.yaml --to "$to" \
	    names="$names" ledger="$ledger"
	is "and the target has no views" "" "$(views)"
}

for kind in $kinds; do
	both
	carried
	try
done
finish
