#!/bin/sh
# The rules of the house that the source text itself can show: who includes
# whom, unique names, functions that are not used, libraries behind their one
# door, sources named in the Makefile.  TAP on standard output.
set -u
export LC_ALL=C
cd "${SRCDIR:-$(dirname "$0")/..}" || exit 99

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
# report NUMBER NAME: passes when standard input is empty, else shows it.
report() {
	cat > "$scratch/found"
	if [ -s "$scratch/found" ]; then
		echo "not ok $1 - $2"
		sed 's/^/#   /' "$scratch/found"
	else
		echo "ok $1 - $2"
	fi
}

# Code without comments, and without what strings hold: "file:line:text".
cat > "$scratch/strip.awk" <<'AWK'
FNR == 1 { inside = 0 }
{
	out = ""
	for (i = 1; i <= length($0); i++) {
		two = substr($0, i, 2)
		c = substr(two, 1, 1)
		if (inside) {
			if (two == "*/") { inside = 0; i++ }
		} else if (two == "/*") {
			inside = 1; i++
		} else if (two == "//") {
			break
		} else if (c == "\"" || c == "'") {
			quote = c
			out = out c
			while (++i <= length($0)) {
				c = substr($0, i, 1)
				if (c == "\\") i++
				else if (c == quote) break
			}
			out = out quote
		} else
			out = out c
	}
	if (out ~ /[^ \t]/) print FILENAME ":" FNR ":" out
}
AWK
find src -name '*.[ch]' | sort > "$scratch/files"
xargs awk -f "$scratch/strip.awk" < "$scratch/files" > "$scratch/code"
if ! [ -s "$scratch/code" ]; then
	echo "Bail out! no sources in $(pwd)/src"
	exit 99
fi

xargs awk '
	BEGIN {
		split("base:0 charset:1 value:2 cobol:3 record:3 mapping:3 " \
		    "db:3 plan:4 sink:5 sniff:5 flow:6 generation:7 " \
		    "report:7 query:7 command:8", row, " ")
		for (i in row) {
			split(row[i], part, ":")
			floor[part[1]] = part[2]
		}
	}
	{ split(FILENAME, path, "/"); own = path[2] }
	!(own in floor) { print FILENAME ": folder has no floor"; nextfile }
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		name = $0
		sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
		split(name, part, "/")
		if (!(part[1] in floor))
			print FILENAME ":" FNR ": \"" name "\" has no folder"
		else if (part[1] != own && floor[part[1]] >= floor[own])
			print FILENAME ":" FNR ": " own " may not include " name
	}' < "$scratch/files" | report 1 "a file includes its own folder and lower floors"

{ sed 's,.*/,,' "$scratch/files"; ls tests/*/*.c testdata/*.c bench/*.c \
    2> /dev/null | sed 's,.*/,,'; } | sort | uniq -d |
	report 2 "names of C files are unique"

grep -E '[^A-Za-z0-9_](v?sprintf|strcpy|strcat|stpcpy|strtok|strtok_r|atoi|atol|atof|gets)[ ]*\(' \
	"$scratch/code" | report 3 "no banned function"

grep -v '^src/base/' "$scratch/code" |
	grep -E '[^A-Za-z0-9_>.](malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf)[ ]*\(' |
	report 4 "the heap is used through base/mem.h"

# base/mem.c aborts when the machine has no memory left.
grep -vE '^src/(command/|base/mem.c:)' "$scratch/code" |
	grep -E '[^A-Za-z0-9_>.](printf|vprintf|puts|putchar|perror|exit|_exit|abort|err|errx|warn|warnx)[ ]*\(' |
	report 5 "only command prints and exits"

# header FOLDERS: an extended regular expression of folders that may use it.
only() {
	grep -nE "^[ 	]*#[ 	]*include[ 	]*<$1>" $(cat "$scratch/files") |
		grep -vE "^src/($2)/"
}
{
	only csv.h base
	only iconv.h charset
	only yaml.h mapping
	only 'zlib.h|zstd.h|bzlib.h|lzma.h' record
	only 'openssl/.*' 'base|value'
	only jansson.h generation
	only 'sqlite3.h|libpq-fe.h' 'db|sink|generation|query'
	only ctype.h none
} 2> /dev/null | report 6 "libraries stay behind their one door"

{
	while read -r file; do
		grep -qF "$file" Makefile.am || echo "$file"
	done < "$scratch/files"
	grep -oE 'src/[a-z]+/[A-Za-z0-9_-]+\.(c|h|def)' Makefile.am |
		while read -r file; do
			[ -e "$file" ] || echo "$file is named but absent"
		done
} | report 7 "Makefile.am names every source"

echo "1..7"
