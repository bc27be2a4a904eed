# Types of records that are named like words of expressions: check tells them
# at their places, and in double quotes they are names wherever names are.
cat > words.cpy <<'END'
       01  CASE-REC.
           05  CASE-TYPE    PIC X.
           05  CASE-NUMBER  PIC 9(3).
               88  FIRST-CASE VALUE 1.
           05  CASE-PART    PIC X OCCURS 2 TIMES.
       01  END-REC.
           05  END-TYPE     PIC X.
           05  END-NUMBER   PIC 9(3).
       01  LAST-REC.
           05  LAST-TYPE    PIC X.
           05  LAST-COUNT   PIC 9(3).
END
cat > words.yaml <<'END'
source: {copybook: words.cpy, file: words.dat, format: text, encoding: ascii}
records:
  case: {layout: CASE-REC, when: CASE-TYPE = 'A'}
  end: {layout: END-REC, when: END-TYPE = 'B', parent: case}
  last: {layout: LAST-REC, when: LAST-TYPE = 'Z'}
tables:
  ends:
    of: end
    columns:
      number: '"end".END-NUMBER'
      up: '"case".CASE-NUMBER'
      of_case: CASE-NUMBER OF "CASE"
      first: '"case".FIRST-CASE'
      label: 'label("case".CASE-NUMBER)'
      part: '"case".CASE-PART(2)'
  cases:
    of: case
    columns: {number: CASE-NUMBER, same: '"Case".CASE-NUMBER'}
controls:
  - LAST-COUNT = count("case") + count("end")
  - LAST-COUNT = sum("case".CASE-NUMBER) + sum("end".END-NUMBER) - 6
END
printf 'A001xy\nB002\nB003\nA004zz\nZ004\n' > words.dat
decant check words.yaml
decant load -q words.yaml --to csv:out
head out/*.csv
echo '---- without quotes'
sed "s/'\"case\".CASE-NUMBER'/case.CASE-NUMBER/; s/count(\"end\")/count(end)/
    s/'\"end\".END-NUMBER'/end.END-NUMBER/
    s/'label(\"case\"/'label(case/" words.yaml > bare.yaml
decant check bare.yaml || echo "status $?"
echo '---- init names them otherwise'
decant init words.cpy --format text > init.yaml
decant check init.yaml
