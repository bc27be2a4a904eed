# Of a long line a message shows the part around its mark.
{
	printf '       01  A-REC.  05  A PIC X(3).'
	yes ' 05 FILLER PIC X.' | head -n 40 | tr -d '\n'
	printf ' 05 B PIC Q. 05 C PIC X.'
	yes ' 05 FILLER PIC X.' | head -n 2000 | tr -d '\n'
	echo
} > long.cpy
"$DECANT" layout --source-format free long.cpy
