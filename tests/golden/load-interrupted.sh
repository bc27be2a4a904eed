# SIGTERM while the input is still open: 12, and no target.
mkfifo pipe
{ cat "$SAMPLE"; sleep 1; } > pipe &
"$DECANT" load "$SRCDIR/mappings/customer.yaml" pipe --to csv:out -q &
pid=$!
sleep 0.4
kill -TERM $pid
wait $pid
echo "status $?"
ls
