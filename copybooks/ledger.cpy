      *****************************************************************
      *  LEDGER: WHAT THE BANK SENDS EVERY NIGHT.  A HEADER; ACCOUNTS,*
      *  EACH WITH ITS ENTRIES BEHIND IT; A TRAILER, WHICH COUNTS THE *
      *  ACCOUNTS AND ENTRIES, AND SUMS THE AMOUNTS OF THE ENTRIES.   *
      *  DATES ARE YYYYMMDD.                                          *
      *****************************************************************
       01  FILE-HEADER.
           05  HDR-TYPE                PIC X VALUE 'H'.
           05  HDR-BANK                PIC X(20).
           05  HDR-CREATED             PIC 9(8).
           05  HDR-RUN                 PIC 9(5).
       01  ACCOUNT-REC.
           05  ACCT-TYPE               PIC X VALUE 'A'.
           05  ACCT-ID                 PIC 9(8).
           05  ACCT-OWNER              PIC X(30).
           05  ACCT-STATUS             PIC X.
               88  ACCT-OPEN           VALUE 'O'.
               88  ACCT-CLOSED         VALUE 'C'.
           05  ACCT-OPENED             PIC 9(8).
           05  ACCT-BALANCE            PIC S9(9)V99 COMP-3.
           05  ACCT-HOLDER-COUNT       PIC 9.
           05  ACCT-HOLDER OCCURS 0 TO 2 TIMES
                   DEPENDING ON ACCT-HOLDER-COUNT.
               10  HOLDER-NAME         PIC X(20).
       01  ENTRY-REC.
           05  ENTRY-TYPE              PIC X VALUE 'E'.
           05  ENTRY-NUMBER            PIC 9(7).
           05  ENTRY-BOOKED            PIC 9(8).
           05  ENTRY-AMOUNT            PIC S9(7)V99 COMP-3.
           05  ENTRY-TEXT              PIC X(25).
       01  FILE-TRAILER.
           05  TRL-TYPE                PIC X VALUE 'T'.
           05  TRL-COUNT               PIC 9(7).
           05  TRL-AMOUNT              PIC S9(11)V99 COMP-3.
