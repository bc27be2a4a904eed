# Names that need care: keywords, equal ones, fillers, alternatives, tables
# in tables, several records; and the mapping is right nevertheless.
cat > names.cpy <<'CPY'
       01  BATCH-RECORD.
           05  DATE                   PIC 9(8).
           05  END                    PIC X(2).
           05  1ST-NAME               PIC X(4).
           05  A_B                    PIC X(4).
           05  HOME-ADDRESS.
               10  CITY               PIC X(10).
               10  ZIP-CODE           PIC 9(5).
           05  WORK-ADDRESS.
               10  CITY               PIC X(10).
               10  ZIP-CODE           PIC 9(5).
               10  END                PIC X.
           05  FILLER                 PIC X(3).
           05  FILLER.
               10  UPDATE-COUNT       PIC 9(3).
               10  LAST-CHANGE-DATE   PIC X(10).
               10  ACCT-BALANCE       PIC 9(5)V99.
               10  ACCT-COUNT         PIC 9(5).
           05  HOLDER-SSN             PIC 9(9).
               88  NO-SSN             VALUE ZEROS.
               88  TEST-SSN           VALUE 1 THRU 9.
           05  ROUTE                  PIC X(4).
           05  ROUTE-NUMBERS REDEFINES ROUTE.
               10  ROUTE-A            PIC 9(2).
               10  ROUTE-B            PIC 9 OCCURS 2.
           05  IDX                    INDEX.
           05  SEQ                    PIC 9.
           05  MONTHS OCCURS 12.
               10  SEQ                PIC 9.
               10  WEEK OCCURS 5.
                   15  HOURS          PIC 99V9.
           05  RATE                   PIC V999 OCCURS 3.
       01  OTHER-RECORD.
           05  KEY-NO                 PIC 9(4).
       01  EMPTY-RECORD.
           05  FILLER                 PIC X(4).
CPY
for record in BATCH-RECORD OTHER-RECORD EMPTY-RECORD; do
	"$DECANT" init names.cpy --record $record --name names \
	    --file 'a file: #1.dat' --format v --encoding 1047 | tee m.yaml
	"$DECANT" check m.yaml
done
"$DECANT" init names.cpy --encoding cp9999 || echo "status $?"
"$DECANT" init names.cpy --record NONE || echo "status $?"
