# 88-levels, one record only, free format.
cat > free.cpy <<'CPY'
>>source format free
01 first-rec.
   05 flag pic x.
      88 is-on value 'Y' 'y' 'J'.
      88 is-off value spaces low-values.
   05 grade pic 9(2).
      88 good values 1 thru 3, 5.
      88 bad value zero.
      88 quote-mark value x'7D'.
01 second-rec.
   05 other pic x(3).
CPY
"$DECANT" layout -c --record FIRST_REC free.cpy
