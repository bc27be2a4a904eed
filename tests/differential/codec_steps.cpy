      * Writes the items of :N: digits with the value of case I.
           MOVE :N: TO V-DIGITS
           MOVE CASE-VALUE(I) TO ZU-:N:
           MOVE "ZU" TO V-USAGE
           MOVE LENGTH OF ZU-:N: TO V-SIZE
           MOVE ZU-:N: TO V-VALUE
           MOVE G-ZU-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO ZT-:N:
           MOVE "ZT" TO V-USAGE
           MOVE LENGTH OF ZT-:N: TO V-SIZE
           MOVE ZT-:N: TO V-VALUE
           MOVE G-ZT-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO ZL-:N:
           MOVE "ZL" TO V-USAGE
           MOVE LENGTH OF ZL-:N: TO V-SIZE
           MOVE ZL-:N: TO V-VALUE
           MOVE G-ZL-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO ZTS-:N:
           MOVE "ZTS" TO V-USAGE
           MOVE LENGTH OF ZTS-:N: TO V-SIZE
           MOVE ZTS-:N: TO V-VALUE
           MOVE G-ZTS-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO ZLS-:N:
           MOVE "ZLS" TO V-USAGE
           MOVE LENGTH OF ZLS-:N: TO V-SIZE
           MOVE ZLS-:N: TO V-VALUE
           MOVE G-ZLS-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO PU-:N:
           MOVE "PU" TO V-USAGE
           MOVE LENGTH OF PU-:N: TO V-SIZE
           MOVE PU-:N: TO V-VALUE
           MOVE G-PU-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO PS-:N:
           MOVE "PS" TO V-USAGE
           MOVE LENGTH OF PS-:N: TO V-SIZE
           MOVE PS-:N: TO V-VALUE
           MOVE G-PS-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO BU-:N:
           MOVE "BU" TO V-USAGE
           MOVE LENGTH OF BU-:N: TO V-SIZE
           MOVE BU-:N: TO V-VALUE
           MOVE G-BU-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO BS-:N:
           MOVE "BS" TO V-USAGE
           MOVE LENGTH OF BS-:N: TO V-SIZE
           MOVE BS-:N: TO V-VALUE
           MOVE G-BS-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO NU-:N:
           MOVE "NU" TO V-USAGE
           MOVE LENGTH OF NU-:N: TO V-SIZE
           MOVE NU-:N: TO V-VALUE
           MOVE G-NU-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
           MOVE CASE-VALUE(I) TO NS-:N:
           MOVE "NS" TO V-USAGE
           MOVE LENGTH OF NS-:N: TO V-SIZE
           MOVE NS-:N: TO V-VALUE
           MOVE G-NS-:N: TO ITEM-REC
           WRITE ITEM-REC
           WRITE VALUE-REC
