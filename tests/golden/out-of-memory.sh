# Memory that runs out ends the process with one message.
if grep -q __asan_init "$DECANT"; then
	echo "a sanitizer needs its address space" >&2
	exit 77
fi
head -c 60000000 /dev/zero | tr '\0' '*' > huge.cpy
ulimit -v 60000
"$DECANT" layout huge.cpy
