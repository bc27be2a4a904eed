# What copybooks leave open: names for >>IF, place-holders, address size.
cat > t.cpy <<'CPY'
       01  :TAG:-REC.
           05  :TAG:-ID           PIC X(3).
       >>IF RELEASE >= 2
           05  :TAG:-T            PIC X OCCURS SLOTS.
       >>END-IF
           05  P                  POINTER.
CPY
cat > n.cpy <<'CPY'
       CBL NSYMBOL(DBCS)
       01  R.
           05  A                  PIC N(2).
             88 A-IS              VALUE N'AB'.
           05  B                  PIC N(2) USAGE NATIONAL.
CPY
"$DECANT" layout t.cpy -D release=2 -D SLOTS=5 -R :TAG:=CUST --address-size 8
"$DECANT" layout t.cpy --define RELEASE=1 \
    --replace 'LEADING ==:TAG:== BY ==ORDER==' || echo "status $?"
"$DECANT" layout t.cpy --replace '==:TAG:== BY ==ORDER=='
"$DECANT" layout --json n.cpy | tr ',' '\n' | grep usage
for bad in '-D =5' '-D A.B' '-R TAG' '-R ==A==' '--address-size 6'; do
	"$DECANT" layout n.cpy $bad || echo "status $?"
done
"$DECANT" layout n.cpy -R '==A== BY ==B== C' || echo "status $?"
"$DECANT" init t.cpy -D RELEASE=2 -D SLOTS=2 -R :TAG:=CUST \
    --address-size 8 --encoding ascii > t.yaml
sed -n '/^source/,/^target/p' t.yaml
printf 'AAAbb\0\0\0\0\0\0\0\0BBBcc\0\0\0\0\0\0\0\0' > t.dat
"$DECANT" preview t.yaml t.dat
for change in 's/size: 8/size: 6/' 's/- V.*/- [1]/; s/RELEASE=2/"=2"/' \
    's/:TAG:=CUST/TAG/' 's/define:/define: {A: 1}/; /^    - [RS]/d'; do
	sed "$change" t.yaml > bad.yaml
	"$DECANT" check bad.yaml || echo "status $?"
done

# Floating point that has no column type, and a count that is a flag
cat > f.cpy <<'CPY'
       01  R.
           05  D16                FLOAT-DECIMAL-16.
           05  D34                FLOAT-DECIMAL-34.
           05  B128               FLOAT-BINARY-128.
           05  X                  FLOAT-EXTENDED.
           05  FLAG               PIC X.
           05  T                  PIC X OCCURS 0 TO 3 DEPENDING ON FLAG.
CPY
"$DECANT" layout f.cpy
cat > f.yaml <<'YAML'
source: {copybook: f.cpy, encoding: ascii}
tables:
  r:
    columns: {a: D16, b: D34, c: B128, d: X, e: FLAG}
  t:
    each: T
    columns: {t: T}
YAML
"$DECANT" check f.yaml || echo "status $?"
