      * Items of every kind that expressions are proved over.  What holds
      * what: expr_data.c.
       01  EXPR-REC.
           05  REC-NO                  PIC 9(4).
           05  T-WORD                  PIC X(12).
           05  T-NAME                  PIC X(20).
           05  T-NUM                   PIC X(10).
           05  T-ANY                   PIC X(8).
           05  N-U5                    PIC 9(5).
           05  N-S4                    PIC S9(4).
           05  N-U3V2                  PIC 9(3)V99.
           05  N-S7V4                  PIC S9(7)V9(4).
           05  N-LEAD                  PIC S9(3) SIGN LEADING SEPARATE.
           05  N-FRAC                  PIC SV9(3).
           05  P-S9V2                  PIC S9(9)V99 COMP-3.
           05  P-U5                    PIC 9(5) COMP-3.
           05  P-S18                   PIC S9(18) COMP-3.
           05  B-HALF                  PIC S9(4) COMP.
           05  B-WORD                  PIC S9(9) COMP.
           05  B-DOUBLE                PIC S9(18) COMP.
           05  B-UHALF                 PIC 9(4) COMP.
           05  B-DEC                   PIC S9(7)V99 COMP.
           05  D-NUM                   PIC 9(8).
           05  D-TEXT                  PIC X(10).
           05  F-FLAG                  PIC X.
               88  IS-ACTIVE           VALUE 'A'.
               88  IS-CLOSED           VALUE 'C' 'X'.
               88  IS-OTHER            VALUE 'D' THRU 'M'.
           05  F-CODE                  PIC 99.
               88  CODE-ZERO           VALUE 0.
               88  CODE-LOW            VALUE 1 THRU 9.
               88  CODE-HIGH           VALUE 50 THRU 89, 99.
           05  HOME-ADDR.
               10  AMOUNT              PIC S9(5)V99 COMP-3.
               10  CITY                PIC X(6).
           05  WORK-ADDR.
               10  AMOUNT              PIC S9(5)V99 COMP-3.
               10  CITY                PIC X(6).
           05  TAB OCCURS 3.
               10  TAB-N               PIC S9(3) COMP-3.
               10  TAB-T               PIC X(4).
               10  TAB-IN              PIC 99 OCCURS 2.
