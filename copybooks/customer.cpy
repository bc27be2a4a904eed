      *****************************************************************
      *  CUSTOMER: A CUSTOMER OF THE SHOP, 300 BYTES.                 *
      *  A NAME IS WRITTEN FROM CUST-FIRST ON; WHAT DOES NOT FIT GOES *
      *  ON IN CUST-NAME-REST, CUT BETWEEN WORDS.                     *
      *  DATES ARE YYYYMMDD, ZEROS WHEN UNKNOWN.                      *
      *****************************************************************
       01  CUSTOMER-RECORD.
           05  CUST-ID                 PIC 9(9) COMP.
           05  CUST-NAME.
               10  CUST-FIRST          PIC X(15).
               10  CUST-MIDDLE         PIC X(15).
               10  CUST-LAST           PIC X(20).
               10  CUST-NAME-REST      PIC X(100).
           05  CUST-BORN               PIC 9(8).
           05  CUST-STATUS             PIC X.
               88  ACTIVE              VALUE 'A'.
               88  SUSPENDED           VALUE 'S'.
               88  CLOSED              VALUE 'C'.
           05  CUST-BALANCE            PIC S9(9)V99 COMP-3.
           05  CUST-CREDIT-LIMIT       PIC S9(7) COMP-3.
           05  CUST-OPENED             PIC 9(8).
           05  CUST-OPENED-PARTS REDEFINES CUST-OPENED.
               10  CUST-OPENED-YEAR    PIC 9(4).
               10  CUST-OPENED-MONTH   PIC 9(2).
               10  CUST-OPENED-DAY     PIC 9(2).
           05  CUST-BRANCH             PIC X(4).
           05  CUST-VISITS             PIC 9(4) COMP.
           05  CUST-RATING             PIC S9(3)V9.
           05  CUST-ADDRESS.
               10  CUST-STREET         PIC X(30).
               10  CUST-CITY           PIC X(20).
               10  CUST-STATE          PIC X(2).
               10  CUST-ZIP            PIC 9(5).
           05  PHONE-COUNT             PIC 9.
           05  CUST-PHONE OCCURS 0 TO 3 TIMES
                   DEPENDING ON PHONE-COUNT.
               10  PHONE-KIND          PIC X.
                   88  HOME            VALUE 'H'.
                   88  MOBILE          VALUE 'M'.
                   88  WORK            VALUE 'W'.
               10  PHONE-NUMBER        PIC X(16).
