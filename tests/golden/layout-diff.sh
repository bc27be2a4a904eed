# Two copybooks: what differs, and whether old data still reads.
cat > old.cpy <<'CPY'
       01  ACCOUNT-REC.
           05  ACCOUNT-NO         PIC 9(8).
           05  HOLDER             PIC X(20).
           05  BALANCE            PIC S9(7)V99 COMP-3.
           05  RATE               PIC S9(3)V9(4) COMP-3.
           05  VISITS             PIC 9(4) COMP.
           05  KIND               PIC X(2).
           05  OPENED             PIC 9(8).
           05  FILLER             PIC X(10).
           05  NOTE-COUNT         PIC 99.
           05  NOTE OCCURS 0 TO 5 DEPENDING ON NOTE-COUNT.
               10  NOTE-TEXT      PIC X(10).
           05  LAST-BYTE          PIC X.
CPY
run() {
	"$DECANT" layout --diff "$@" || echo "status $?"
	echo
}
run old.cpy old.cpy
# What fits in the filler, in parts, with new names, in longer tables.
sed -e 's/ KIND  / CLASS /' -e 's/0 TO 5/0 TO 9/' \
    -e 's/OPENED             PIC 9(8)/OPENED                PIC 9(8)/' \
    -e 's/FILLER             PIC X(10)/BRANCH PIC X(4).\n           05  FILLER PIC X(6)/' \
    -e 's/ACCOUNT-NO         PIC 9(8)/ACCOUNT-NO         PIC S9(8)/' old.cpy > good.cpy
run old.cpy good.cpy
run good.cpy old.cpy
# What doesn't.
sed -e 's/X(20)/X(24)/' -e 's/S9(7)V99 COMP-3/S9(6)V999 COMP-3/' \
    -e 's/9(4) COMP/S9(4) COMP-5/' -e '/RATE/d' -e 's/KIND               PIC X/KIND               PIC 9/' \
    -e 's/0 TO 5/2 TO 4/' old.cpy > bad.cpy
run old.cpy bad.cpy
run --json old.cpy bad.cpy
# A group around what was there, an item into parts.
cat > parts.cpy <<'CPY'
       01  ACCOUNT-REC.
           05  THE-KEY.
             10  ACCOUNT-NO       PIC 9(8).
           05  HOLDER.
             10  HOLDER-FIRST     PIC X(8).
             10  HOLDER-LAST      PIC X(12).
CPY
sed -n '1,3p' old.cpy > short.cpy
run short.cpy parts.cpy
# Records by name, one by itself, items that are records.
cat > two.cpy <<'CPY'
       01  A-REC.
           05  A                  PIC X(3).
       01  B-REC                  PIC S9(3) COMP-3.
       01  C-REC.
           05  C                  PIC 9(3) SIGN LEADING.
CPY
sed -e 's/A                  PIC X(3)/A                  PIC A(3)/' -e 's/S9(3) COMP-3/S9(5)V99/' -e 's/C-REC/D-REC/' \
    -e 's/ 9(3) SIGN/ S9(3) SIGN/' two.cpy > three.cpy
sed -i 's/ 9(3) SIGN LEADING/ 9(3)/' two.cpy
run two.cpy three.cpy
run --record a-rec two.cpy three.cpy
# A binary item that gets a sign: as far as its bits go.
cat > binary.cpy <<'CPY'
       01  R.
           05  B2                 PIC 9(4) COMP.
           05  B4                 PIC 9(9) COMP.
           05  B8                 PIC 9(18) COMP.
           05  P                  PIC 9(4) COMP-3.
CPY
sed 's/ 9(/ S9(/' binary.cpy > signed.cpy
run binary.cpy signed.cpy
run --json binary.cpy signed.cpy
run signed.cpy binary.cpy
# Wrong usage.
run two.cpy
run absent.cpy two.cpy
run --map two.cpy three.cpy
run --record C-REC two.cpy three.cpy
"$DECANT" layout two.cpy three.cpy || echo "status $?"
