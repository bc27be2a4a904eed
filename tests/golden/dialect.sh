# Other compilers' sizes and byte order.
cat > d.cpy <<'CPY'
       01  D-REC.
           05  SMALL-BIN          PIC 9(2) COMP.
           05  NATIVE             PIC S9(4) COMP-5.
           05  LETTER             PIC X.
CPY
for d in ibm microfocus gnucobol fujitsu; do
	"$DECANT" layout --dialect $d d.cpy
done
"$DECANT" layout --dialect gnucobl d.cpy || echo "status $?"
"$DECANT" init --dialect gnucobol --encoding ascii d.cpy > d.yaml
sed -n '/^source/,/^target/p' d.yaml
"$DECANT" check d.yaml && printf '\005\002\001A' > d.dat &&
	"$DECANT" preview d.yaml d.dat
# The explicit key wins, before and after.
sed 's/  dialect: gnucobol/&\n  comp-5: big/' d.yaml > big.yaml
"$DECANT" preview big.yaml d.dat
sed 's/  dialect: gnucobol/  comp-5: big\n&/' d.yaml > big.yaml
"$DECANT" preview big.yaml d.dat
sed 's/dialect: gnucobol/dialect: microfocu/' d.yaml > wrong.yaml
"$DECANT" check wrong.yaml || echo "status $?"
# IBM's COMP-5 is big-endian, its COMP has two bytes or more.
sed '/dialect:/d' d.yaml > ibm.yaml
printf '\000\005\002\001A' > ibm.dat
"$DECANT" preview ibm.yaml ibm.dat
