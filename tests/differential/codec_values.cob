      * Known values in every numeric usage, for sizes 1 to 18, as
      * GnuCOBOL stores them.  ITEMS gets the bytes of an item, 32 a
      * record; VALUES a line for each: usage, digits, size, value as
      * GnuCOBOL reads it back.  diff_codec.c compares.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CODECVAL.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT ITEM-FILE ASSIGN TO "items.bin"
               ORGANIZATION IS SEQUENTIAL.
           SELECT VALUE-FILE ASSIGN TO "values.txt"
               ORGANIZATION IS LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  ITEM-FILE.
       01  ITEM-REC              PIC X(32).
       FD  VALUE-FILE.
       01  VALUE-REC.
           05  V-USAGE           PIC X(4).
           05  V-DIGITS          PIC 99.
           05  FILLER            PIC X VALUE SPACE.
           05  V-SIZE            PIC 99.
           05  FILLER            PIC X VALUE SPACE.
           05  V-VALUE           PIC S9(18) SIGN LEADING SEPARATE.
       WORKING-STORAGE SECTION.
       01  CASES.
           05  FILLER PIC S9(18) COMP-3 VALUE 0.
           05  FILLER PIC S9(18) COMP-3 VALUE 1.
           05  FILLER PIC S9(18) COMP-3 VALUE 999999999999999999.
           05  FILLER PIC S9(18) COMP-3 VALUE 123456789012345678.
           05  FILLER PIC S9(18) COMP-3 VALUE -1.
           05  FILLER PIC S9(18) COMP-3 VALUE -999999999999999999.
           05  FILLER PIC S9(18) COMP-3 VALUE -123456789012345670.
           05  FILLER PIC S9(18) COMP-3 VALUE -987654321098765432.
       01  CASE-TABLE REDEFINES CASES.
           05  CASE-VALUE PIC S9(18) COMP-3 OCCURS 8.
       01  I PIC 99 COMP-5.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==1==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==2==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==3==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==4==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==5==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==6==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==7==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==8==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==9==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==10==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==11==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==12==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==13==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==14==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==15==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==16==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==17==.
       COPY "codec_items.cpy" REPLACING ==:N:== BY ==18==.
       PROCEDURE DIVISION.
       MAIN.
           OPEN OUTPUT ITEM-FILE VALUE-FILE
           MOVE SPACES TO VALUE-REC
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > 8
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==1==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==2==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==3==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==4==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==5==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==6==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==7==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==8==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==9==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==10==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==11==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==12==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==13==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==14==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==15==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==16==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==17==.
           COPY "codec_steps.cpy" REPLACING ==:N:== BY ==18==.
           END-PERFORM
           CLOSE ITEM-FILE VALUE-FILE
           STOP RUN.
