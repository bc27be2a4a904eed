# docs/migrations.md; `tests/golden/migrations.sh --write` prints it anew.
page=docs/migrations.md
. "$SRCDIR/tests/golden/page.inc"
