cat > small.cpy <<'CPY'
       01  SMALL-REC.
      *    How many parts, 0 to 2.
           05  COUNTER       PIC 9.
           05  PART OCCURS 0 TO 2 DEPENDING ON COUNTER.
               10  CODE-1    PIC S9(3)V9 SIGN LEADING SEPARATE.
                   88  ZERO-CODE  VALUE 0.
           05  FILLER        PIC X(2).
           05  AFTER-ALL     PIC X.
           05  AGAIN REDEFINES AFTER-ALL PIC 9.
CPY
"$DECANT" layout --json small.cpy
"$DECANT" layout --json small.cpy --record SMALL-RECORD
