# A picture of the record's bytes: names that do not fit, redefinitions of
# redefinitions, tables in tables, long items, records of one byte.
"$DECANT" layout --map "$SRCDIR/copybooks/customer.cpy"
cat > map.cpy <<'CPY'
       01  MIXED-REC.
           05  A                  PIC X.
           05  B                  PIC X.
           05  LONG-NAMED-FLAG    PIC X.
           05  FILLER             PIC X(20).
           05  FILLER             PIC X(2).
           05  BASE               PIC X(12).
           05  SECOND-VIEW REDEFINES BASE.
               10  LEFT-HALF      PIC X(6).
               10  RIGHT-HALF     PIC X(6).
               10  RIGHT-PARTS REDEFINES RIGHT-HALF.
                   15  R1         PIC X(3).
                   15  R2         PIC X(3).
           05  THIRD-VIEW REDEFINES BASE PIC 9(8).
           05  ROW-OF OCCURS 2.
               10  CELL           PIC X(7) OCCURS 3.
               10  ROW-SUM        PIC S9(4) COMP.
           05  MONTHS             PIC S9(3) COMP-3 OCCURS 12.
           05  DAYS OCCURS 366.
               10  DAY-KIND       PIC X.
               10  DAY-SUM        PIC S9(7) COMP-3.
           05  THE-NEAR-RIGHT-EDGE-ITEM PIC X(2).
           05  LONG-TEXT          PIC X(2000).
           05  LONG-PARTS REDEFINES LONG-TEXT.
               10  HEAD-PART      PIC X(1000).
               10  TAIL-PART      PIC X(900).
           05  LAST-OF-ALL        PIC X.
       01  ONE-BYTE               PIC X.
       77  LONE-COUNTER           PIC 9(4) COMP.
CPY
echo
"$DECANT" layout --map map.cpy
echo
"$DECANT" layout --map --record one-byte map.cpy
"$DECANT" layout --map --json map.cpy || echo "status $?"
