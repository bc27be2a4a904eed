# Full disks: the target's, the rejects', the one for copies of pipes, the
# server's.  A small tmpfs is one where it may be mounted; a limit of the size
# of files does for the rest.
. "$SRCDIR/tests/fault/common.inc"
begin

cp "$SAMPLE" bad.ebc
i=0
while [ $i -lt 40 ]; do
	patch bad.ebc $((i * 6000 + 163)) 377
	i=$((i + 1))
done

# disk KILOBYTES: an empty one, mounted at ./full; false: none may be.
disk() {
	[ -z "${mounted-}" ] || umount "$mounted"
	mounted=
	mkdir -p full
	mount -t tmpfs -o "size=${1}k,mode=777" decant-test full \
	    2> /dev/null || return
	mounted=$PWD/full
}

# fill: what is left of it.
fill() {
	dd if=/dev/zero of=full/filler bs=4096 2> /dev/null
}

# --- the limit of the size of files ---------------------------------------------

# 120 blocks of 512 bytes, as in POSIX.
with_limit() {
	printf '#!/bin/sh\nulimit -f %s\nexec "%s" "$@"\n' "$1" "$decant" \
	    > limited
	chmod +x limited
	DECANT=./limited
}

decant=$DECANT
with_limit 120
fails sqlite "limit of file sizes" 12 T008 'live.db' "$mapping" "$SAMPLE"
fails sqlite:fresh.db "limit of file sizes" 12 T008 'fresh.db' "$mapping" \
    "$SAMPLE"
fails csv:rows "limit of file sizes" 12 T008 'rows/' "$mapping" "$SAMPLE"
with_limit 4
for target in null: ${targets#sqlite}; do
	fails $target "limit, rejects" 12 F018 "rejects" "$mapping" bad.ebc \
	    --max-rejects 100
	pipe=$SAMPLE
	fails $target "limit, copy of a pipe" 12 F015 "(standard input)" \
	    "$mapping" -
	unset pipe
done
DECANT=$decant
is "nothing is left" "" "$(ls -d fresh.db* rows customer.rejects* \
    live.db-* 2> /dev/null)"

# --- full disks -----------------------------------------------------------------

if ! disk 64; then
	skip "full disks" "no right to mount a tmpfs"
	finish
fi
fill
for target in $targets; do
	fails $target "rejects on a full disk" 12 F018 "full/r" "$mapping" \
	    bad.ebc --rejects full/r --max-rejects 100
	is "$target: nothing of them is left" filler "$(ls -A full)"
	TMPDIR=$PWD/full
	export TMPDIR
	pipe=$SAMPLE
	fails $target "copy of a pipe on a full disk" 12 F015 "full" \
	    "$mapping" -
	TMPDIR=$PWD/absent
	fails $target "no directory for the copy of a pipe" 12 F015 \
	    "absent" "$mapping" -
	unset pipe TMPDIR
done

disk 128
mkdir full/rows
echo before > full/rows/person.csv
fails csv:full/rows "a full disk" 12 T008 "full/rows" "$mapping" "$SAMPLE"
is "csv: the live file is as it was" "before person.csv" \
    "$(cat full/rows/*) $(ls -A full/rows)"
fails sqlite:full/fresh.db "too small a disk" 12 L007 "300000" "$mapping" \
    "$SAMPLE"
pipe=$SAMPLE
fails sqlite:full/fresh.db "a full disk" 12 T008 "full/fresh.db" "$mapping" -
is "nothing is left of it" rows "$(ls -A full)"
rm -r full/rows
cp live.db full/live.db
live=full/live.db
fails sqlite "a full disk, live tables" 12 T008 "full/live.db" "$mapping" -
unset pipe
is "they are alone" live.db "$(ls -A full)"
run load -q "$mapping" good.ebc --to sqlite:live.db --again
is "with room it goes on" 0 $status
live=live.db

# In PostgreSQL the disk is the server's, which cannot look into this directory.
if [ -d "${PGHOST-}/data" ] && [ "$targets" != sqlite ]; then
	umount "$mounted"
	mounted=$PGHOST/small.$$
	mkdir "$mounted"
	mount -t tmpfs -o size=160k decant-test "$mounted"
	chown "$(stat -c %U "$PGHOST/data")" "$mounted"
	pg -c "create tablespace small location '$mounted'" > err ||
		bail "no tablespace: $(cat err)"
	pg -c "alter database $database set default_tablespace = small"
	# 53100 is disk_full; the words depend on how much of a page was written
	fails postgres "the server's disk is full" 12 T057 "SQLSTATE 53100" \
	    "$mapping" "$SAMPLE"
	pg -c "alter database $database reset default_tablespace" \
	    -c "drop tablespace small"
fi

finish
