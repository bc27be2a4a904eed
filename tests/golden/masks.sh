# Masks: what is shown of persons, and what of keys is not.
cat > p.cpy <<'EOF'
       01 P.  05 SSN PIC 9(9).  05 NAME PIC X(8).  05 CARD PIC X(9).
EOF
printf '%s\n' '078051120Nunez   4111-1111' '219099999        AB-12 c 3' \
    '078051120Simon   4111-1112' > p.txt
cat > p.yaml <<'EOF'
version: 1
source: {copybook: p.cpy, format: text, encoding: latin1, file: p.txt}
target: csv:out
mask: {key_file: secret.key}
tables:
  p:
    columns:
      ssn: fpe(SSN)
      ssn_token: token(SSN)
      name: redact(NAME)
      name_last: keep_last(NAME, 2)
      card: fpe(CARD)
      last4: keep_last(CARD, 4)
EOF
decant check p.yaml || echo "status $?"
echo 2B7E151628AED2A6ABF7158809CF4F3C > secret.key
chmod 644 secret.key
decant check p.yaml || echo "status $?"
chmod 600 secret.key
decant load p.yaml -q && cat out/p.csv
for jobs in 1 2; do
	decant load p.yaml -q -j $jobs --batch-records 1 && cksum < out/p.csv
done
decant explain p.yaml | grep -ci 2b7e
sed -i 's/card: fpe(CARD)/card: fpe(NAME)/' p.yaml
printf '%s\n' '078051120--      4111-1111' >> p.txt
decant load p.yaml -q || echo "status $?"
cut -d , -f 1,5-7,11 p.rejects/reasons.csv
