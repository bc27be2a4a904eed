      * An item of :N: digits in every usage; see codec_values.cob.
       01  ITEMS-:N:.
           05  G-ZU-:N:.
             10  ZU-:N:
                 PIC 9(:N:).
           05  G-ZT-:N:.
             10  ZT-:N:
                 PIC S9(:N:).
           05  G-ZL-:N:.
             10  ZL-:N:
                 PIC S9(:N:) SIGN LEADING.
           05  G-ZTS-:N:.
             10  ZTS-:N:
                 PIC S9(:N:) SIGN TRAILING SEPARATE.
           05  G-ZLS-:N:.
             10  ZLS-:N:
                 PIC S9(:N:) SIGN LEADING SEPARATE.
           05  G-PU-:N:.
             10  PU-:N:
                 PIC 9(:N:) COMP-3.
           05  G-PS-:N:.
             10  PS-:N:
                 PIC S9(:N:) COMP-3.
           05  G-BU-:N:.
             10  BU-:N:
                 PIC 9(:N:) COMP.
           05  G-BS-:N:.
             10  BS-:N:
                 PIC S9(:N:) COMP.
           05  G-NU-:N:.
             10  NU-:N:
                 PIC 9(:N:) COMP-5.
           05  G-NS-:N:.
             10  NS-:N:
                 PIC S9(:N:) COMP-5.
