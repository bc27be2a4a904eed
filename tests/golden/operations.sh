# docs/operations.md; `tests/golden/operations.sh --write` prints it anew.
page=docs/operations.md
. "$SRCDIR/tests/golden/page.inc"
