      *****************************************************************
      *  NAMES: A PERSON, 200 BYTES.                                  *
      *  THE NAME IN THREE FIELDS, AS IT WAS ONCE THOUGHT THAT ALL    *
      *  PEOPLE HAVE THREE.  WHO HAS NO MIDDLE NAME HAS BLANKS, NMN   *
      *  (NO MIDDLE NAME) OR N/A THERE, AS THE CLERK LIKED IT.        *
      *****************************************************************
       01  PERSON-RECORD.
           05  PERSON-ID               PIC 9(6).
           05  PERSON-FIRST            PIC X(24).
           05  PERSON-MIDDLE           PIC X(130).
           05  PERSON-LAST             PIC X(32).
           05  PERSON-BORN             PIC 9(8).
