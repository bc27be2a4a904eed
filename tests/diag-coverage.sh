#!/bin/sh
# Every code of the catalogue src/base/diag-*.def is expected by a test: its
# name stands in a file below tests/ (a C test may write DIAG_X012).  TAP.
#
# The exceptions cannot be raised by a test; each has its reason.
set -u
: "${SRCDIR:?}"
cd "$SRCDIR" || exit 99

exceptions() {
	cat <<'EOF'
P027 the C library has C.UTF-8 built in (glibc since 2.35)
EOF
}

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
sed -n 's/^DIAG(\([A-Z][0-9][0-9][0-9]\),.*/\1/p' src/base/diag-*.def \
    > "$scratch/codes"
exceptions > "$scratch/exceptions"
find tests -type f ! -name '*.t' ! -name '*.o' ! -name '*.log' \
    ! -name '*.trs' ! -name diag-coverage.sh -exec \
    grep -h -o -a -E '(^|[^A-Za-z0-9])[A-Z][0-9]{3}([^A-Za-z0-9]|$)' {} + |
	grep -o -E '[A-Z][0-9]{3}' | sort -u > "$scratch/expected"

awk '
FILENAME ~ /expected$/ { expected[$1] = 1; next }
FILENAME ~ /exceptions$/ {
	why[$1] = substr($0, length($1) + 2)
	next
}
seen[$1]++ { printf "not ok %d - %s stands once in the catalogue\n", ++n, $1
	next }
$1 in why { printf "ok %d - %s # SKIP %s\n", ++n, $1, why[$1]; next }
{ printf "%sok %d - %s is expected by a test\n", $1 in expected ? "" : "not ",
    ++n, $1 }
END { print "1.." n }' "$scratch/expected" "$scratch/exceptions" \
    "$scratch/codes"
