#!/bin/sh
# Snapshots: made, restored to a scratch place and compared; a flipped byte of
# the file is found before anything is restored, a changed value by the content
# hash.  TAP.
. "$SRCDIR/tests/database/generations.inc"
schema=customer
flips=${DECANT_FLIPS-100}

# flip FILE OFFSET: one bit of a byte is another.
flip() {
	old=$(od -An -tu1 -j "$2" -N 1 "$1")
	# shellcheck disable=SC2059
	printf "\\$(printf %o $((old ^ 1 << $2 % 8)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# offsets SIZE N: N different numbers below SIZE.
offsets() {
	awk -v size="$1" -v n="$2" 'BEGIN {
		if (size + 0 < n)
			exit
		srand(7)
		while (k < n) {
			o = int(rand() * size)
			if (!(o in seen)) { seen[o] = 1; print o; k++ }
		}
	}'
}

# restored: an empty place to restore into, $into; `there SQL` asks it.
restored() {
	case $kind in
	sqlite) rm -f back.db* into.db*; into=sqlite:into.db ;;
	postgres)
		back=back_$$
		PGDATABASE=$old_database psql -X -q \
		    -c "drop database if exists $back with (force)" \
		    -c "create database $back" 2> /dev/null
		databases="$databases $back"
		into=postgresql:///$back ;;
	esac
}

there() {
	case $kind in
	sqlite) sqlite3 -init /dev/null -batch -separator "$tab" into.db \
	    "$1" ;;
	postgres) PGDATABASE=$back PGOPTIONS="-c search_path=$schema" psql -X \
	    -q -A -t -F "$tab" -c "$1" ;;
	esac 2>&1
}

empty() {
	case $kind in
	sqlite) [ ! -e into.db ] ;;
	postgres) [ -z "$(there "select nspname from pg_namespace
	    where nspname in ('$schema', 'decant')")" ] ;;
	esac
}

made_and_restored() {
	rm -rf shots
	d load -q "$SRCDIR/mappings/customer.yaml" "$SAMPLE" --to "$to" \
	    --max-rejects 100 --rejects no 2> err
	does "a dry run of a snapshot" 0 d snapshot --to "$to" -d shots \
	    --dry-run
	like "it names the tables" "person: 1000 rows" out
	is "it makes nothing" "no ledger event, no directory" \
	    "$(d log --to "$to" | grep -q snapshot || echo \
	    no ledger event), $(ls -d shots 2> /dev/null || echo no directory)"
	does "a snapshot is made" 0 d snapshot --to "$to" -d shots --json
	shot=$(sed 's/.*"file":"\([^"]*\)".*/\1/' out)
	is "its file is what the manifest says" \
	    "$(sha256sum "$shot" | cut -d ' ' -f 1)" \
	    "$(sed 's/.*"sha256":"\([0-9a-f]*\)".*/\1/' "$shot.json")"
	is "nobody else may read it" "600 600" \
	    "$(stat -c %a "$shot" "$shot.json" | tr '\n' ' ' | sed 's/ $//')"
	restored
	does "a dry run" 0 d restore "$shot" --to "$into" --dry-run
	like "it names file and tables" "would restore $shot.* person, phone" out
	empty
	passes $? "it restores nothing" out
	does "it is restored" 0 d restore "$shot" --to "$into"
	for table in person phone; do
		case $kind in
		sqlite) there "select * from $table order by 1, 2" > got ;;
		postgres) there "select * from $table order by 1, 2" |
		    sed "s/\(^\|$tab\)t\($tab\|$\)/\11\2/g;
			s/\(^\|$tab\)f\($tab\|$\)/\10\2/g" > got ;;
		esac
		all $table > want
		[ "$(wc -l < want)" -ge 1000 ] && cmp -s want got
		passes $? "table $table is the same" got
	done
	does "the ledger comes along" 0 d log --to "$into" --verify
	does "there is something already" 12 d restore "$shot" --to "$into"
	like "it says so" L103 err
	does "a dry run says it, too" 12 d restore "$shot" --to "$into" \
	    --dry-run
	like "in the same words" L103 err
	does "there is no such file" 12 d restore nothing --to "$into"
	like "it says so" L100 err
	cp "$shot" bare
	does "without a manifest" 12 d restore bare --to "$into"
	like "it says so" L100 err
	echo '{"what":"something else"}' > bare.json
	does "another manifest" 12 d restore bare --to "$into"
	like "it says so" "L100.*no manifest" err
}

flipped_bytes() {
	found=0 left=0
	restored
	for at in $(offsets "$(wc -c < "$shot")" "$flips"); do
		flip "$shot" "$at"
		d restore "$shot" --to "$into" > out 2> err
		[ $? = 12 ] && grep -q L101 err && found=$((found + 1))
		empty && left=$((left + 1))
		flip "$shot" "$at"
	done
	flip "$shot" 5000
	does "a dry run finds one" 12 d restore "$shot" --to "$into" --dry-run
	like "it is told" L101 err
	flip "$shot" 5000
	is "flipped bytes are found" "$flips of $flips" "$found of $flips"
	is "and nothing is restored" "$flips" "$left"
	does "all turned back, it is whole" 0 d restore "$shot" --to "$into"
}

# Each: one value of one row is another; the file's hash is put right in the
# manifest, as an error before the file was hashed would have it.
flipped_values() {
	found=0
	sed 's/.*"sha256":"\([0-9a-f]*\)".*/\1/' "$shot.json" > hash
	cp "$shot" right
	cp "$shot.json" right.json
	restored
	d restore "$shot" --to "$into" > out 2> err
	there "select person_id from person where balance is not null
	    and city is not null order by 1" > ids
	n=$(wc -l < ids)
	case $kind in
	sqlite) ;;
	postgres) PGDATABASE=$back psql -X -q -c "create table public.keep as
	    table customer.person" ;;
	esac
	for i in $(seq "$flips"); do
		id=$(sed -n "$((i % n + 1))p" ids)
		case $((i % 4)) in
		0) set="balance = coalesce(balance, 0) + 0.01" ;;
		1) set="city = city || 'x'" ;;
		2) set="status = upper(status) || '.'" ;;
		3) set="balance = null" ;;
		esac
		case $kind in
		sqlite)
			cp right "$shot"
			sqlite3 "$shot" "update person set $set
			    where person_id = $id" ;;
		postgres)
			there "update person set $set where person_id = $id"
			pg_dump -Fc -f "$shot" -n $schema -n decant "$back"
			there "update person c set balance = k.balance,
			    city = k.city, status = k.status from public.keep k
			    where k.person_id = c.person_id
			    and c.person_id = $id" ;;
		esac > said 2>&1
		sha=$(sha256sum "$shot" | cut -d ' ' -f 1)
		sed "s/$(cat hash)/$sha/" right.json > "$shot.json"
		probe
		d restore "$shot" --to "$into2" > out 2> err
		[ $? = 12 ] && grep -q L102 err && found=$((found + 1))
	done
	is "changed values are found" "$flips of $flips" "$found of $flips"
}

# another empty place, quickly
probe() {
	case $kind in
	sqlite) rm -f probe.db*; into2=sqlite:probe.db ;;
	postgres)
		PGDATABASE=$back psql -X -q \
		    -c "drop database if exists probe_$$ with (force)" \
		    -c "create database probe_$$" 2> /dev/null
		case " $databases " in
		*" probe_$$ "*) ;;
		*) databases="$databases probe_$$" ;;
		esac
		into2=postgresql:///probe_$$ ;;
	esac
}

no_program() {
	[ "$kind" = postgres ] || return 0
	mkdir -p bin
	cat > bin/pg_dump <<'END'
#!/bin/sh
echo "pg_dump: no space left" >&2
exit 1
END
	chmod +x bin/pg_dump
	does "pg_dump fails" 12 env PATH="$PWD/bin:$PATH" "$DECANT" snapshot \
	    --to "$to" -d shots
	like "what it said is told" "T090.*no space left" err
}

for one in $kinds; do
	use "$one"
	made_and_restored
	flipped_bytes
	flipped_values
	no_program
done
finish
