# docs/tutorial.md is done as it stands there: every command of a console block
# is run, every diff applied, and what comes out has to be what is shown.
# `tests/golden/tutorial.sh --write` prints the page with what comes out now.
for needed in patch sqlite3; do
	command -v $needed > /dev/null || { echo "no $needed" >&2; exit 77; }
done
ln -s "$SRCDIR/copybooks" "$SRCDIR/mappings" .
ln -s "$(dirname "$SAMPLE")" testdata
mkdir build
ln -s "$DECANT" build/decant
: "${TUTORIAL:=$SRCDIR/docs/tutorial.md}"

# The page as a shell script that writes the page.
awk -v quote="'" '
	function say(line) {
		gsub(quote, quote "\\" quote quote, line)
		print "printf \"%s\\n\" " quote line quote
	}
	function run() {
		if (command != "")	# $? is the one before
			print "(exit ${status-0})\n" command "\nstatus=$?"
		command = ""
	}
	/^```/ { run() }
	/^```console/ { console = 1; say($0); next }
	/^```diff/ { diff = 1; say($0); print "patch -s <<\\DIFF"
		shown = ""; next }
	/^```/ && diff { print "DIFF"; n = split(shown, part, "\n")
		for (i = 1; i < n; i++) say(part[i])
		diff = 0; say($0); next }
	/^```/ { console = 0; say($0); next }
	diff { print; shown = shown $0 "\n"; next }
	console && /^> / { say($0); command = command "\n" substr($0, 3); next }
	{ run() }
	console && /^\$ / { say($0); command = substr($0, 3); next }
	console { next }
	{ say($0) }
' "$TUTORIAL" > script
here=$PWD
. ./script > "$here/page" 2>&1
cd "$here"
if [ "${1-}" = --write ]; then
	cat page
	exit
fi
for file in "$TUTORIAL" page; do
	sed -E 's/^(time +).*/\1TIME/; s/^(in|took) .*/TIME/;
	    s/held for [0-9]+ ms/held for TIME/' "$file" \
	    > "$(basename "$file").same"
done
diff -u tutorial.md.same page.same && grep -c '^\$ ' page
