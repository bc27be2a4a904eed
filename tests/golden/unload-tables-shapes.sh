# Unload of tables: shapes of records and forms of values that are rarer.  Each
# file comes back byte by byte.
octal() {
	for byte in $(echo "$@" | sed 's/ //g; s/../& /g'); do
		printf "\\$(printf %03o 0x$byte)"
	done
}

# back NAME: what stands in NAME.yaml and NAME.dat.
back() {
	rm -f t.db
	decant load -q $1.yaml --to sqlite:t.db || return
	decant unload $1.yaml --from sqlite:t.db -o $1.out 2>&1
	od -A d -t x1 $1.dat > want
	od -A d -t x1 $1.out > got
	diff want got && echo "$1: the same $(wc -l < want) lines"
	rm -f want got
}

echo '---- counts that are texts, tables stored at their maximum'
cat > counts.cpy <<'END'
       01  R.
           05  NO           PIC 99.
           05  SORT         PIC X.
           05  T OCCURS 0 TO 2 TIMES DEPENDING ON SORT.
               10  V        PIC X(3).
           05  LAST-ONE     PIC X.
END
cat > counts.yaml <<'END'
source:
  {copybook: counts.cpy, file: counts.dat, format: fixed, encoding: ascii,
  odo: full, counts: {SORT: {N: 0, S: 1, D: 2}}}
tables:
  r: {key: no, columns: {no: digits(NO), last: LAST-ONE}}
  t:
    each: T
    key: [no, seq]
    columns: {no: digits(NO), seq: occurrence(), v: V}
END
printf '01N      A02Sxyz   B03DxyzabcC' > counts.dat
back counts

echo '---- days and seconds that are counted, packed dates, other nulls'
cat > days.cpy <<'END'
       01  R.
           05  NO           PIC 99.
           05  LIL          PIC 9(7).
           05  PACKED       PIC X(4).
           05  STAMP        PIC X(10).
           05  UNI          PIC 9(10) COMP.
           05  NINES        PIC 9(6).
           05  SPACED       PIC 9(8).
           05  TOP          PIC X(10).
           05  SPELT        PIC X(11).
           05  FULL-NO      PIC 9(5).
           05  HALF REDEFINES FULL-NO.
               10  A        PIC 99.
               10  B        PIC 9(3).
END
cat > days.yaml <<'END'
source: {copybook: days.cpy, file: days.dat, format: fixed, encoding: ascii}
defaults: {date: {max: infinity}}
tables:
  r:
    key: no
    columns:
      no: digits(NO)
      lil: to_date(LIL, 'LILIAN')
      packed: to_date(PACKED, 'PACKED')
      stamp: to_timestamp(STAMP, 'PACKED')
      uni: to_timestamp(UNI, 'UNIX')
      nines:
        from: to_date(NINES, 'YYMMDD')
        date: {zeros: reject}
      spaced:
        from: to_date(digits(SPACED), 'YYYYMMDD')
        date: {zeros: reject, nines: reject}
      top: to_date(TOP, 'ISO')
      spelt: to_date(SPELT, 'DD MON YYYY')
      b: B
      a: A
END
{
	printf '01%07d' 161845
	octal 20260131 20260131235958123456
	octal 0000000069800000
	printf '260131202601319999-12-3131 JAN 202612345'
	printf '02%07d' 0
	octal 00000000 00000000000000000000
	octal 0000000000000000
	printf '999999        %21s00000' ''
} > days.dat
back days

echo '---- items inside of what occurs, from the innermost rows alone; 66, VALUE'
cat > nest.cpy <<'END'
       01  R VALUE SPACES.
           05  NO           PIC 9(3).
           05  ONE          PIC X(2).
           05  TWO          PIC X(2).
           05  N            PIC 9.
           05  O OCCURS 1 TO 3 TIMES DEPENDING ON N.
               10  O-NAME   PIC X(2).
               10  M        PIC 9.
               10  I OCCURS 1 TO 2 TIMES DEPENDING ON M.
                   15  I-NO PIC S99 COMP-3.
           05  G.
               10  G1       PIC 9(2).
               10  G2       PIC X(2) JUSTIFIED RIGHT.
       66  BOTH RENAMES ONE THRU TWO.
       66  JUST-TWO RENAMES TWO.
END
cat > nest.yaml <<'END'
source: {copybook: nest.cpy, file: nest.dat, format: v, encoding: ascii}
tables:
  i:
    each: I
    key: [no, outer, seq]
    columns:
      no: NO
      outer: occurrence(O)
      seq: occurrence()
      two: JUST-TWO
      name: O-NAME
      v: I-NO
      g: untrimmed(G)
END
{
	octal 00150000
	printf '007  tt1aa1'
	octal 001c
	printf '12 x'
	octal 001c0000
	printf '009  uu2bb2'
	octal 002c003d
	printf 'cc1'
	octal 099c
	printf '00yz'
} > nest.dat
back nest

echo '---- records that end early: a binary number that was not there'
cat > short.cpy <<'END'
       01  R.
           05  NO           PIC 9(3).
           05  T            PIC X(2).
           05  B            PIC S9(4) COMP.
           05  U            PIC X(2).
           05  C            PIC S9(4) COMP.
END
cat > short.yaml <<'END'
source: {copybook: short.cpy, file: short.dat, format: v, encoding: ascii}
tables: {r: {key: no, columns: {no: NO, t: T, b: B, u: U, c: C}}}
END
{
	octal 000f0000
	printf '001ab'
	octal 0007
	printf 'xy'
	octal 0008
	octal 000d0000
	printf '002cd'
	octal 0009
	printf 'zz'
	octal 00090000
	printf '003ef'
} > short.dat
back short

echo '---- keys that are decimals, as SQLite holds them: by their numbers'
cat > big.cpy <<'END'
       01  R.
           05  K            PIC S9(18)V99 COMP-3.
           05  T            PIC X OCCURS 2 TIMES.
END
cat > big.yaml <<'END'
source: {copybook: big.cpy, file: big.dat, format: fixed, encoding: cp037}
tables:
  r: {key: k, columns: {k: K}}
  t: {each: T, key: [k, s], columns: {k: K, s: occurrence(), t: T}}
END
{
	octal 099999999999999999999d c1c2
	octal 000000000000000000100d c1c2
	octal 000000000000000000020d c1c2
	octal 000000000000000000000c c1c2
	octal 000000000000000000003c c1c2
	octal 000000000000000000020c c1c2
	octal 000000000000000000100c c1c2
	octal 090000000000000000000c c1c2
} > big.dat
back big

echo '---- crosswalks by two keys, and whose codes are unknown'
printf 'a,b,name\n1,x,one\n2,x,two\n2,y,three\n' > two.csv
printf 'code,name\nA,Alpha\nB,Beta\nC,\n' > some.csv
cat > walk.cpy <<'END'
       01  R.
           05  NO           PIC 9.
           05  A            PIC 9.
           05  B            PIC X(2).
           05  C            PIC X.
END
cat > walk.yaml <<'END'
source: {copybook: walk.cpy, file: walk.dat, format: text, encoding: ascii}
crosswalks:
  two: {file: two.csv, key: [a, b]}
  some: {file: some.csv, missing: 'null'}
tables:
  r:
    key: no
    columns:
      no: NO
      name: lookup('two', A, B, 'name')
      some: lookup('some', C, 'name')
END
printf '12y A\n22x B\n31x\n' > walk.dat
back walk
printf '12y A\n22x C\n' > walk.dat
back walk

echo '---- records without a key: as the table has them, behind their parents'
cat > plain.cpy <<'END'
       01  H-REC.
           05  H-TYPE       PIC X.
           05  H-NO         PIC 99.
       01  D-REC.
           05  D-TYPE       PIC X.
           05  D-TEXT       PIC X(4).
END
cat > plain.yaml <<'END'
source: {copybook: plain.cpy, file: plain.dat, format: text, encoding: ascii}
records:
  h: {layout: H-REC, when: H-TYPE = 'H'}
  d: {layout: D-REC, parent: h}
tables:
  h: {of: h, key: no, columns: {no: H-NO}}
  d: {of: d, columns: {h: h.H-NO, type: D-TYPE, text: D-TEXT}}
END
printf 'H01\nDzz\nDaa\nDmm\nH02\nH03\nDbb\nDaa\n' > plain.dat
back plain

echo '---- shift codes, national and double-byte varchars'
cat > wide.cpy <<'END'
       01  R.
           05  NO           PIC 9.
           05  MIXED        PIC X(12).
           05  NAT          PIC N(3) USAGE NATIONAL.
           05  VN.
               49  VN-LEN   PIC S9(4) COMP.
               49  VN-TXT   PIC N(4) USAGE NATIONAL.
           05  VG.
               49  VG-LEN   PIC S9(4) COMP.
               49  VG-TXT   PIC G(3) USAGE DISPLAY-1.
END
cat > wide.yaml <<'END'
source: {copybook: wide.cpy, file: wide.dat, format: fixed, encoding: cp939}
tables:
  r: {key: no, columns: {no: NO, mixed: MIXED, nat: NAT, vn: VN, vg: VG}}
END
{
	octal f1 c1 0e 4562 4566 0f c2 40404040 004100420020
	octal 0002 00e4 65e5 0020 0020 0001 4562 4040 4040
	octal f2 404040404040404040404040 002000200020
	octal 0000 0020 0020 0020 0020 0000 4040 4040 4040
} > wide.dat
back wide
