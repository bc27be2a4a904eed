#!/bin/sh
# The manual against the program: pages are lint clean, every option of every
# verb is described and every described option exists, every diagnostic is
# listed.  TAP on standard output.
set -u
: "${DECANT:?}" "${SRCDIR:?}"
export LC_ALL=C.UTF-8

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
n=0

# report NAME: passes when $scratch/found is empty, else shows it.
report() {
	n=$((n + 1))
	if [ -s "$scratch/found" ]; then
		echo "not ok $n - $1"
		sed 's/^/#   /' "$scratch/found"
	else
		echo "ok $n - $1"
	fi
}

"$DECANT" help --mdoc > "$scratch/decant-diagnostics.7"
for page in "$SRCDIR"/man/*.[1-8] "$scratch/decant-diagnostics.7"; do
	name=$(basename "$page")
	if ! [ -e "$page" ]; then
		echo "no pages in man/" > "$scratch/found"
		report "there is a manual"
	elif command -v mandoc > /dev/null 2>&1; then
		# Debian's mandoc looks for other pages' .Xr on this machine.
		mandoc -T lint -W warning "$page" 2>&1 > "$scratch/lint"
		grep -vE 'STYLE: referenced manual not found' \
		    "$scratch/lint" > "$scratch/found"
		report "$name is lint clean"
	else
		n=$((n + 1))
		echo "ok $n - $name is lint clean # SKIP mandoc is not installed"
	fi
done

# Options: --name in the help texts, .Fl -name in the page.
verbs=$("$DECANT" help 2> /dev/null |
	sed -nE 's/^  ([a-z][a-z-]*)  .*/\1/p')
{ "$DECANT" --help; for verb in $verbs; do "$DECANT" "$verb" --help; done; } \
    > "$scratch/help" 2>&1 < /dev/null
grep -oE '(^|[^A-Za-z0-9-])--[a-z][a-z-]+' "$scratch/help" |
	sed 's/^[^-]*--//' | sort -u > "$scratch/in-program"
grep -oE '(Fl|\\-)[ ]?-[a-z][a-z-]+' "$SRCDIR/man/decant.1" |
	sed -E 's/^(Fl|\\-) ?-//' | sort -u > "$scratch/in-page"
if [ -s "$scratch/in-program" ]; then
	: > "$scratch/found"
else
	echo "no options found in $DECANT --help" > "$scratch/found"
fi
report "the help texts name options"
comm -23 "$scratch/in-program" "$scratch/in-page" > "$scratch/found"
report "decant(1) describes every option"
comm -13 "$scratch/in-program" "$scratch/in-page" > "$scratch/found"
report "every option in decant(1) exists"
for verb in $verbs; do
	grep -qE "^\.(Nm|Ic|It|Ss|Cm|Nm decant).*[ ]$verb( |\$)" \
	    "$SRCDIR/man/decant.1" || echo "$verb"
done > "$scratch/found"
report "decant(1) describes every verb"

sed -nE 's/^DIAG\(([A-Z][0-9]+),.*/\1/p' "$SRCDIR"/src/base/diag-*.def |
	sort > "$scratch/codes"
while read -r code; do
	grep -qw "$code" "$scratch/decant-diagnostics.7" || echo "$code"
done < "$scratch/codes" > "$scratch/found"
report "decant-diagnostics(7) lists every diagnostic"
uniq -d "$scratch/codes" > "$scratch/found"
report "no diagnostic is defined twice"

# A code must be raised by a test: its name stands in one.
while read -r code; do
	grep -rqw "$code\|DIAG_$code" "$SRCDIR/tests" || echo "$code"
done < "$scratch/codes" > "$scratch/found"
report "a test names every diagnostic"

# docs/what-works.md names tests, and words that stand in them.
awk -F'|' '/^\|.*`tests\// {
	cell = $(NF - 1)
	while (match(cell, /`tests\/[^`]*`|"[^"]*"/)) {
		word = substr(cell, RSTART + 1, RLENGTH - 2)
		if (substr(cell, RSTART, 1) == "`") {
			file = word
			word = ""
		}
		print file "\t" word
		cell = substr(cell, RSTART + RLENGTH)
	}
}' "$SRCDIR/docs/what-works.md" > "$scratch/shown"
while IFS="	" read -r file word; do
	if ! grep -qF -- "$word" "$SRCDIR/$file" 2> /dev/null; then
		echo "$file: $word"
	fi
done < "$scratch/shown" > "$scratch/found"
[ -s "$scratch/shown" ] || echo "it names no tests" > "$scratch/found"
report "what works is shown by tests that there are"

echo "1..$n"
