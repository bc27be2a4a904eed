      *****************************************************************
      *  BENEFITS: THE CASES OF A STATE'S ASSISTANCE PROGRAMS.        *
      *  A HEADER; CASES, EACH WITH ITS SEGMENTS (INCOME AND EXPENSES)*
      *  AND GRANTS (WHAT WAS PAID, A YEAR OF MONTHS) BEHIND IT; A    *
      *  TRAILER.                                                     *
      *  DATES ARE CYYMMDD (C IS 0 FOR 19.., 1 FOR 20..), YYDDD OR    *
      *  YYYYDDD; ZEROS WHEN UNKNOWN.                                 *
      *****************************************************************
       01  FILE-HEADER.
           05  HDR-TYPE                PIC X VALUE 'H'.
           05  HDR-STATE               PIC XX.
           05  HDR-CREATED             PIC 9(7).
           05  HDR-RUN                 PIC 9(5).
       01  CASE-REC.
           05  CASE-TYPE               PIC X VALUE 'C'.
           05  CASE-NUMBER             PIC 9(8).
           05  CASE-COUNTY             PIC 99.
           05  CASE-PROGRAM            PIC XX.
           05  CASE-STATUS             PIC X.
               88  CASE-OPEN           VALUE 'O'.
               88  CASE-PENDING        VALUE 'P'.
               88  CASE-CLOSED         VALUE 'C'.
           05  CASE-WORKER             PIC X(4).
           05  CASE-OPENED-ON          PIC 9(7).
           05  CASE-CLOSED-ON          PIC 9(7).
           05  CASE-REVIEW-ON          PIC 9(5) COMP-3.
           05  CASE-SHELTER            PIC S9(5)V99 COMP-3.
           05  CASE-SHELTER-IND        PIC S9(4) COMP.
           05  CASE-MEMBER-COUNT       PIC 99.
           05  CASE-MEMBER OCCURS 1 TO 6 TIMES
                   DEPENDING ON CASE-MEMBER-COUNT.
               10  MEMBER-SSN          PIC 9(9).
               10  MEMBER-FIRST        PIC X(15).
               10  MEMBER-MIDDLE       PIC X(15).
               10  MEMBER-LAST         PIC X(20).
               10  MEMBER-BORN         PIC 9(7) COMP-3.
               10  MEMBER-RELATION     PIC X.
                   88  REL-HEAD        VALUE 'H'.
                   88  REL-SPOUSE      VALUE 'S'.
                   88  REL-CHILD       VALUE 'C' 'A' 'F'.
                   88  REL-OTHER       VALUE 'O'.
       01  SEGMENT-REC.
           05  SEG-TYPE                PIC X VALUE 'S'.
           05  SEG-NUMBER              PIC 9(4) COMP.
           05  SEG-KIND                PIC X.
               88  SEG-INCOME          VALUE 'I'.
               88  SEG-EXPENSE         VALUE 'E'.
           05  SEG-FROM                PIC 9(7).
           05  SEG-DATA                PIC X(32).
           05  SEG-INCOME-DATA REDEFINES SEG-DATA.
               10  INC-SOURCE          PIC XX.
               10  INC-EMPLOYER        PIC X(24).
               10  INC-AMOUNT          PIC S9(5)V99 COMP-3.
               10  INC-HOURS           PIC S9(2)V9 COMP-3.
           05  SEG-EXPENSE-DATA REDEFINES SEG-DATA.
               10  EXP-SORT            PIC X.
                   88  EXP-RENT        VALUE 'R'.
                   88  EXP-HEATING     VALUE 'H'.
                   88  EXP-CHILD-CARE  VALUE 'C'.
                   88  EXP-MEDICAL     VALUE 'M'.
               10  EXP-AMOUNT          PIC S9(5)V99.
               10  EXP-PAYEE           PIC X(24).
       01  GRANT-REC.
           05  GRANT-TYPE              PIC X VALUE 'G'.
           05  GRANT-YEAR              PIC 9(4).
           05  GRANT-MONTHS.
               10  GRANT-JAN           PIC S9(5)V99 COMP-3.
               10  GRANT-FEB           PIC S9(5)V99 COMP-3.
               10  GRANT-MAR           PIC S9(5)V99 COMP-3.
               10  GRANT-APR           PIC S9(5)V99 COMP-3.
               10  GRANT-MAY           PIC S9(5)V99 COMP-3.
               10  GRANT-JUN           PIC S9(5)V99 COMP-3.
               10  GRANT-JUL           PIC S9(5)V99 COMP-3.
               10  GRANT-AUG           PIC S9(5)V99 COMP-3.
               10  GRANT-SEP           PIC S9(5)V99 COMP-3.
               10  GRANT-OCT           PIC S9(5)V99 COMP-3.
               10  GRANT-NOV           PIC S9(5)V99 COMP-3.
               10  GRANT-DEC           PIC S9(5)V99 COMP-3.
           05  GRANT-TABLE REDEFINES GRANT-MONTHS.
               10  GRANT-AMOUNT        PIC S9(5)V99 COMP-3
                                       OCCURS 12 TIMES.
       01  FILE-TRAILER.
           05  TRL-TYPE                PIC X VALUE 'T'.
           05  TRL-CASES               PIC 9(7).
           05  TRL-SEGMENTS            PIC 9(7).
           05  TRL-GRANTS              PIC 9(7).
           05  TRL-INCOME              PIC S9(11)V99 COMP-3.
           05  TRL-GRANTED             PIC S9(11)V99 COMP-3.
