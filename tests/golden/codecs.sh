# Every kind of item that a mapping can use: packed without a sign, COMP-X,
# native binaries, edited and national numbers, double-byte, mixed, national
# and UTF-8 text; rejects of each; lenient signs and pad digits.
hex() { tr -d ' \n' | sed 's/../\\x&/g' | xargs -0 printf; }
cat > r.cpy <<'EOT'
       01  REC.
           05  ID-NO        PIC 9(4).
           05  PACKED       PIC 9(5) COMP-6.
           05  BIN-X        PIC 9(7) COMP-X.
           05  BIN-NATIVE   BINARY-SHORT.
           05  AMOUNT       PIC $$,$$9.99CR.
           05  BLANKS       PIC 9(3) BLANK WHEN ZERO.
           05  FACTOR       PIC +9.9E+99.
           05  UNICODE      PIC N(4) USAGE NATIONAL.
           05  DOUBLES      PIC G(3) USAGE DISPLAY-1.
           05  MIXED        PIC X(8).
           05  UTF          PIC U(3).
           05  WIDE-NUMBER  PIC 9(3) USAGE NATIONAL.
           05  PADDED       PIC 9(4) COMP-3.
           05  UNSIGNED     PIC 9(3) COMP-3.
           05  SCALED       PIC PP9(3) COMP-6.
EOT
mapping() {
	cat <<EOT
source: {copybook: r.cpy, file: r.dat, format: fixed, encoding: cp939,
  comp-5: little}
$1
tables:
  r:
    columns: {id: ID-NO, packed: PACKED, bin_x: BIN-X, native: BIN-NATIVE,
      amount: AMOUNT, shown: {from: AMOUNT, type: text}, blanks: BLANKS,
      factor: FACTOR, unicode: UNICODE, doubles: DOUBLES, mixed: MIXED,
      utf: UTF, wide: WIDE-NUMBER, wide_text: "cast(WIDE-NUMBER as text)",
      padded: PADDED, unsigned: UNSIGNED, scaled: SCALED}
EOT
}
# ID-NO, AMOUNT, BLANKS, FACTOR, then what may be wrong
record() {
	echo "$1 012345 12d687 d4fe $2 $3 $4 65e5672c0061 0020"
	echo "4562 4566 4040 $5 c3a9 e4baac 20202020202020 003000340032 $6"
	echo "0123"
}
{
	# -1234.50, 0.07 and 12, -5.0e-03
	record f0f0f0f1 5bf16bf2f3f44bf5f0c3d9 404040 4ef14bf5c54ef0f2 \
	    c10e45620fc14040 01234c123f
	record f0f0f0f2 404040405bf04bf0f74040 f0f1f2 60f54bf0c560f0f3 \
	    c1c2c34040404040 01234c123f
	# no such text, half a character, a pad digit and a minus
	record f0f0f0f3 404040405bf04bf0f7e7e7 f0f1f2 60f54bf0c560f0f3 \
	    c10e45620f0e4540 01234c123f
	record f0f0f0f4 404040405bf04bf0f74040 f0f1f2 60f54bf0c560f0f3 \
	    c1c2c34040404040 91234c123d
} | hex > r.dat
mapping '' > m.yaml
"$DECANT" preview m.yaml -x
mapping 'defaults: {number: {sign: lenient, pad: digit}}' > m.yaml
"$DECANT" load -q m.yaml --to csv:out --max-rejects 1
cat out/r.csv

# 88-levels of such items: their literals in the items' own characters
cat > c.cpy <<'EOT'
       01  REC.
           05  KIND         PIC N(2) USAGE NATIONAL.
               88  IS-A     VALUE N'A'.
               88  IS-BLANK VALUE SPACES.
           05  DOUBLES      PIC G(2) USAGE DISPLAY-1.
               88  IS-EMPTY VALUE SPACES.
           05  UTF          PIC U(1).
               88  IS-E     VALUE 'é'.
EOT
cat > c.yaml <<'EOT'
source: {copybook: c.cpy, file: c.dat, format: fixed, encoding: cp939}
tables:
  c:
    columns: {kind: KIND, a: IS-A, blank: IS-BLANK, empty: IS-EMPTY,
      utf: UTF, e: IS-E, label: label(KIND)}
EOT
{ echo 00410020 40404040 c3a92020; echo 00200020 45624566 65202020
    echo 00410041 40404040 c3a97820; } | hex > c.dat
"$DECANT" preview c.yaml
