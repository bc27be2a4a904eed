# Record types whose copybooks are several: a list, and one beside a type.
cat > header.cpy <<'CPY'
           05  HDR-TYPE        PIC X.
           05  HDR-NAME        PIC X(4).
CPY
cat > account.cpy <<'CPY'
       01  ACCOUNT-REC.
           05  ACCT-TYPE       PIC X.
           05  ACCT-ID         PIC 9(3).
           05  ACCT-NOTES      PIC 9.
           05  ACCT-NOTE       PIC X(2) OCCURS 0 TO 3
                               DEPENDING ON ACCT-NOTES.
           05  ACCT-STATUS     PIC X.
               88  IS-OPEN     VALUE 'O'.
               88  IS-CLOSED   VALUE 'C'.
       01  DETAIL-REC.
           05  OLD-TYPE        PIC X.
           05  OLD-NUMBER      PIC 9(2).
CPY
cat > entry.cpy <<'CPY'
       01  DETAIL-REC.
           05  ENTRY-TYPE      PIC X.
           05  ENTRY-PAIR OCCURS 2.
               10  ENTRY-CODE  PIC X.
               10  ENTRY-SUM   PIC 9.
           05  ENTRY-WHOLE     PIC X(3).
           05  ENTRY-PARTS REDEFINES ENTRY-WHOLE.
               10  ENTRY-A     PIC X.
               10  ENTRY-B     PIC X(2).
CPY
tables() {
	cat <<'YAML'
tables:
  account:
    of: account
    columns:
      id: ACCT-ID
      file: header.HDR-NAME
      note: ACCT-NOTE(1)
      status: label(ACCT-STATUS)
  pair:
    of: entry
    each: ENTRY-PAIR
    columns:
      account: account.ACCT-ID
      open: account.IS-OPEN
      code: ENTRY-CODE
      sum: ENTRY-SUM
      b: ENTRY-B
YAML
}
cat > m.yaml <<'YAML'
source:
  copybook: [account.cpy, entry.cpy]
  file: data.txt
  format: text
  encoding: latin1
records:
  header: {copybook: header.cpy, when: HDR-TYPE = 'H'}
  account: {layout: ACCOUNT-REC, when: ACCT-TYPE = 'A', parent: header}
  entry: {layout: DETAIL-REC, copybook: entry.cpy, parent: account}
YAML
tables >> m.yaml
printf '%s\n' HMAIN A0010O Ea1b2xyz A0022aabbC Ec3d4uvw > data.txt
"$DECANT" check m.yaml
"$DECANT" load m.yaml --to csv:out -j1
head -n 9 out/*.csv

# Every type its own, none in the source; and the other way around.
sed -e '/copybook: \[/d' \
    -e 's/{layout: ACCOUNT-REC/{copybook: account.cpy, layout: ACCOUNT-REC/' \
    m.yaml > own.yaml
"$DECANT" load own.yaml --to csv:own -q && diff -r out own && echo same
sed -e 's/\[acc/[header.cpy, acc/' -e 's/copybook: header.cpy, //' \
    -e 's/DETAIL-REC, copybook: entry.cpy/DETAIL-REC/' m.yaml > list.yaml
"$DECANT" load list.yaml --to csv:list -q || echo "status $?"
sed -i -e '/OLD/d' -e '/DETAIL/d' account.cpy
"$DECANT" load list.yaml --to csv:list -q && diff -r out list && echo same

# Mistakes, where they are.
cat > m.yaml <<'YAML'
source: {copybook: [account.cpy, nowhere.cpy], file: data.txt, format: text}
records:
  header: {copybook: absent.cpy, when: HDR-TYPE = 'H'}
  account: {layout: ACCOUNT-REC, parent: header}
YAML
tables >> m.yaml
"$DECANT" check m.yaml || echo "status $?"
echo '       77  ALONE PIC X.' > alone.cpy
cat > m.yaml <<'YAML'
source: {copybook: account.cpy, file: data.txt, format: text}
records:
  header: {copybook: header.cpy, layout: ACCOUNT-REC, when: HDR-TYPE = 'H'}
  alone: {copybook: alone.cpy, when: ALONE = 'H'}
  account: {layout: ACCT-ID}
YAML
tables >> m.yaml
"$DECANT" check m.yaml || echo "status $?"
