# The sample's copybook as a table, then one with every kind of clause.
"$DECANT" layout "$SRCDIR/copybooks/customer.cpy"
cat > clauses.cpy <<'CPY'
       01  HEADER-REC.
           05  REC-TYPE               PIC X.
           05  FILLER                 PIC X(9).
       01  ORDER-REC.
           05  REC-TYPE               PIC X.
           05  ORDER-NO               PIC 9(6).
           05  AMOUNTS COMP-3.
               10  NET                PIC S9(7)V99.
               10  RATE               PIC SV9(5).
               10  THOUSANDS          PIC S9(5)PPP.
           05  TEMPERATURE            PIC S9(3) SIGN LEADING SEPARATE.
           05  SMALL-BIN              PIC S9(4) COMP.
           05  HUGE-BIN               PIC 9(18) COMP-5.
           05  HUGE-ZONED             PIC 9(20).
           05  SINGLE                 COMP-1.
           05  DOUBLE                 COMP-2.
           05  IDX                    INDEX.
           05  WHEN-SENT              PIC X(8).
           05  WHEN-PARTS REDEFINES WHEN-SENT.
               10  WHEN-YEAR          PIC 9(4).
               10  FILLER             PIC X(4).
           05  MONTH-TOTAL            PIC S9(5)V99 OCCURS 12.
           05  LINE-COUNT             PIC 99.
           05  ORDER-LINE OCCURS 1 TO 20 DEPENDING ON LINE-COUNT.
               10  ITEM-NO            PIC X(8).
               10  QTY                PIC 9(3) COMP-3.
           05  TRAILER-TEXT           PIC X(5).
       66  WHOLE-AMOUNTS RENAMES NET THRU THOUSANDS.
       77  LONE-COUNTER               PIC 9(4) COMP.
CPY
echo
"$DECANT" layout clauses.cpy
