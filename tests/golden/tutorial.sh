# docs/tutorial.md; `tests/golden/tutorial.sh --write` prints it anew.
page=docs/tutorial.md
. "$SRCDIR/tests/golden/page.inc"
