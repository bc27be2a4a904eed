# A Db2-shaped extract: varchars of a length and a text, null indicators of
# three kinds, dates, times and timestamps in Db2's forms.
cat > emp.cpy <<'CPY'
       01  EMP-REC.
           05  EMP-NO          PIC X(4).
           05  EMP-NAME.
               49  EMP-NAME-LEN   PIC S9(4) COMP.
               49  EMP-NAME-TEXT  PIC X(8).
           05  EMP-NAME-IND    PIC S9(4) COMP.
           05  SALARY-NULL     PIC X.
           05  SALARY          PIC S9(5)V99 COMP-3.
           05  HIRED-DATE      PIC X(10).
           05  HIRED-DATE-N    PIC X(1).
           05  CHANGED-TS      PIC X(26).
           05  START-TIME      PIC X(8).
           05  TAX             PIC X(2).
           05  TAX-IND         PIC X.
               88  TAX-FREE    VALUE 'F'.
           05  NULL-DEPT       PIC S9(4) COMP.
           05  DEPT            PIC X(3).
CPY
"$DECANT" layout emp.cpy
"$DECANT" init emp.cpy > emp.yaml
sed -n '/^tables:/,$p' emp.yaml
"$DECANT" check emp.yaml

# What the comments offer; SALARY and NAME hold garbage where they are null.
sed -e "s/from: HIRED-DATE /from: to_date(HIRED-DATE, 'ISO') /" \
    -e "s/changed_ts: CHANGED-TS /changed_ts: to_timestamp(CHANGED-TS, 'DB2') /" \
    -e "s/start_time: START-TIME /start_time: to_time(START-TIME, 'ISO') /" \
    emp.yaml > dates.yaml
cat >> dates.yaml <<'YAML'
defaults:
  date: {max: infinity, min: null, fraction: truncate, hour-24: next-day}
YAML
ebcdic() {
	printf %s "$1" | iconv -f latin1 -t IBM037
}
{
	ebcdic 0001; printf '\000\005'; ebcdic 'ANNA '; printf '\377\000\001'
	printf '\000\000\000\000\022\064\074'
	ebcdic '2020-02-29 2026-01-31-23.59.59.12345608.30.00AAF'
	printf '\000\000'; ebcdic D11
	ebcdic 0002; printf '\000\002'; ebcdic 'BO'; printf '\000\000\000\000\000\000'
	printf '\377\377\377'; ebcdic '    '
	ebcdic '          ?9999-12-31-24.00.00.00000024.00.00BB?'
	printf '\377\377'; ebcdic '   '
	ebcdic 0003; printf '\177\377'; ebcdic '        '; printf '\000\000\000'
	printf '\000\000\000\034'
	ebcdic '0001-01-01 2024-02-28-24.00.00.00000000.00.00CC '
	printf '\000\000'; ebcdic D12
} > emp.dat
"$DECANT" load dates.yaml emp.dat --to csv:out --max-rejects 1 --jobs 1
cat out/*.csv
"$DECANT" preview dates.yaml emp.dat
