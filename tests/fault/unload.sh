# decant unload --from: what goes wrong while tables are read or the file is
# written leaves no file, or the one that was there before.
. "$SRCDIR/tests/fault/common.inc"
begin

"$(dirname "$SAMPLE")/make-customer" -n 100000 > many.ebc

# no_file NAME: nothing of the file that was to be, and the old one as it was.
no_file() {
	ls out.ebc.decant-* > left 2> /dev/null
	[ "$(cat out.ebc)" = before ] || echo "the old file has changed" >> left
	[ ! -s left ]
	passes $? "$1: the old file stands" left
}

# stopped NAME STATUS CODE TEXT: how the last run ended.
stopped() {
	{
		[ $status = "$2" ] || echo "status $status"
		advice=no says "$3" "$4"
	} > why
	[ ! -s why ]
	passes $? "$1: $2 $3" why err
	no_file "$1"
}

echo before > out.ebc
for target in $targets; do
	from=$(to $target)
	"$DECANT" load -q "$mapping" many.ebc --to "$from" 2> err < /dev/null ||
		bail "the customers do not load: $(cat err)"
	for signal in INT TERM HUP; do
		start unload "$mapping" --from "$from" -o out.ebc
		sleep 0.4
		kill -$signal $pid
		ended
		stopped "$target: SIG$signal while tables are read" 12 G004 \
		    interrupted
	done
	start unload "$mapping" --from "$from" -o out.ebc
	sleep 0.4
	kill -9 $pid
	ended
	is "$target: kill -9: the old file stands" before "$(cat out.ebc)"
	rm -f out.ebc.decant-*

	printf '#!/bin/sh\nulimit -f 400\nexec "%s" "$@"\n' "$DECANT" > limited
	chmod +x limited
	good=$DECANT
	DECANT=./limited
	run unload "$mapping" --from "$from" -o out.ebc
	DECANT=$good
	stopped "$target: limit of file sizes" 12 F018 out.ebc
	if [ -e /dev/full ]; then
		run unload "$mapping" --from "$from" -o /dev/full
		stopped "$target: a full device" 12 F018 /dev/full
	fi
	{
		sleep 0.3
		"$DECANT" unload "$mapping" --from "$from" 2> err < /dev/null
		echo $? > status
	} | true
	status=$(cat status)
	stopped "$target: a reader that has gone" 12 F018 ""
	run unload "$mapping" --from "$from" -o none/out.ebc
	stopped "$target: no directory" 12 F017 none/out.ebc
done

if [ -n "${DECANT_PG-}" ]; then
	start unload "$mapping" --from "$(to postgres)" -o out.ebc
	wait_for eval 'pg -c "select pg_terminate_backend(pid)
	    from pg_stat_activity where query like '\''COPY%person%'\'' and
	    datname = '\'$database\''" | grep -q t'
	ended
	stopped "postgres: a session is ended" 12 T058 "reading table"
	PGOPTIONS='-c search_path=customer' pg -c "create role reader login;
	    grant usage on schema customer to reader"
	run unload "$mapping" --from "postgresql://reader@/$database" \
	    -o out.ebc
	stopped "postgres: no permission" 12 T057 "permission denied"
	pg -c "drop owned by reader; drop role reader"
fi
chmod 000 live.db
if [ "$(id -u)" != 0 ]; then
	run unload "$mapping" --from "$(to sqlite)" -o out.ebc
	stopped "sqlite: no permission" 12 T003 live.db
fi
chmod 644 live.db
head -c 3000 live.db > cut.db
run unload "$mapping" --from sqlite:cut.db -o out.ebc
stopped "sqlite: half a database" 12 T021 cut.db
printf 'no database at all, but as long as one could be\n' > no.db
run unload "$mapping" --from sqlite:no.db -o out.ebc
stopped "sqlite: no database" 12 T006 no.db
finish
