# Constraints, indexes and comments as check and explain show them.
cat > c.cpy <<'CPY'
       01 R.
          05 K        PIC 9(4).
          05 BOSS     PIC 9(4).
          05 STATUS   PIC X.
             88 ACTIVE VALUE 'A'.
             88 CLOSED VALUE 'C' 'D' X'FF'.
          05 BORN     PIC 9(8).
          05 PAY      PIC S9(7)V99 COMP-3.
          05 JOB      OCCURS 3. 10 J PIC X(4).
CPY
cat > c.yaml <<'YAML'
version: 1
source: {copybook: c.cpy}
comments: copybook
tables:
  emp:
    key: id
    comment: "who works here;\nit's all"
    check: [boss <> id or boss is null, pay * 12 < 1000000]
    unique: [[born, status]]
    columns:
      id: K
      boss: {from: BOSS, references: emp}
      status: {from: STATUS, check: "status in ('A', 'C') or not (status > 'B')"}
      born:
        from: to_date(BORN, 'YYYYMMDD')
        check: born >= date '1900-01-01'
        comment: first day
      pay: {from: PAY, check: pay between -0.5 and 99999.99, index: true}
  job:
    each: JOB
    key: [emp, seq]
    foreign keys: {columns: emp, references: emp, to: id}
    indexes: {columns: [name, emp], unique: true}
    columns:
      emp: K
      seq: occurrence()
      name: J
YAML
decant check c.yaml 2>&1
for to in sqlite:x.db postgresql:///x csv:x; do
	echo "---- $to"
	decant check c.yaml --to $to 2>&1 | sed 1d
	decant explain c.yaml --to $to | sed -n '/^statements/,$p'
done
decant explain c.yaml --to sqlite:x.db --json | sed 's/,"program":.*//'
sed -i 's/references: emp}/references: emp.idd}/; s/boss <> id/bos <> id/' c.yaml
decant check c.yaml 2>&1
