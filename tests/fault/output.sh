# Standard output, error and input that are closed, full, or gone: the load is
# what counts, and the status tells what became of it.
. "$SRCDIR/tests/fault/common.inc"
begin

# loaded TARGET: how many customers are there.
loaded() {
	case $1 in
	csv:*) wc -l < rows/person.csv | awk '{ print $1 - 1 }' ;;
	*) query "$1" "select count(*) from person" ;;
	esac
}

# tells TARGET NAME: only the summary is lost.
tells() {
	{
		[ $status = 16 ] || echo "status $status"
		says G003 "cannot write to standard output"
		grep -q 'the load itself is done' err || echo "no comfort"
		[ "$(loaded "$1")" = 1000 ] || echo "it is not"
	} > why
	[ ! -s why ]
	passes $? "$1: $2: 16 G003" why err
	case $1 in
	csv:*) rm -rf rows ;;
	*) good_load "$1" ;;
	esac
}

for target in $targets csv:rows; do
	to=$(to "$target")
	"$DECANT" load --again "$mapping" "$SAMPLE" --to "$to" 2> err >&- < /dev/null
	status=$?
	tells "$target" "closed output"
	{
		sleep 0.3
		"$DECANT" load --again "$mapping" "$SAMPLE" --to "$to" 2> err < /dev/null
		echo $? > status
	} | true
	status=$(cat status)
	tells "$target" "a reader that has gone"
	if [ -e /dev/full ]; then
		for json in "" --json; do
			"$DECANT" load --again "$mapping" "$SAMPLE" --to "$to" $json \
			    > /dev/full 2> err < /dev/null
			status=$?
			tells "$target" "full output${json:+, JSON}"
		done
	fi
	"$DECANT" load --again "$mapping" "$SAMPLE" --to "$to" 2>&- > out < /dev/null
	is "$target: closed error output" "0 1000" "$? $(loaded "$target")"
	"$DECANT" load --again "$mapping" "$SAMPLE" --to "$to" 2>&- >&- <&-
	is "$target: all closed" "16 1000" "$? $(loaded "$target")"
done
for target in $targets; do
	good_load "$target"
	"$DECANT" load --json "$mapping" - --to "$(to $target)" \
	    > out 2> err <&-
	status=$?
	advice=no
	{
		[ $status = 12 ] || echo "status $status"
		says F010 "(standard input)"
		balances out 12 F010
	} > why
	unset advice
	[ ! -s why ]
	passes $? "$target: closed input: 12 F010" why err out
	unchanged $target "closed input"
	"$DECANT" load "$mapping" absent --to "$(to $target)" \
	    > /dev/full 2> err < /dev/null
	is "$target: both fail, and there is nothing to lose" 12 $?
done

finish
