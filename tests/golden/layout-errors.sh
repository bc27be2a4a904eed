# What is no copybook, and what is wrong in one.
"$DECANT" layout absent.cpy || echo "status $?"
mkdir dir
"$DECANT" layout dir || echo "status $?"
cat > wrong.cpy <<'CPY'
       01  A-REC.
           05  A             PIC X(3).
           05  B             PIC S9(5)Q99 COMP-3.
           05  C REDEFINES X PIC X.
CPY
"$DECANT" layout wrong.cpy || echo "status $?"
"$DECANT" layout "$SRCDIR/copybooks/customer.cpy" --record CUSTOMER || echo "status $?"
"$DECANT" layout "$SRCDIR/copybooks/customer.cpy" --json=x --fromat=fixed extra || echo "status $?"
