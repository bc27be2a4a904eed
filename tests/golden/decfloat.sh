# Decimal floating point of GnuCOBOL: text of the number, a number by a cast.
cat > d.cpy <<'CPY'
       01  R.
           05  A                   FLOAT-DECIMAL-16.
               88  A-FULL          VALUE 1.5.
           05  B                   FLOAT-DECIMAL-34.
CPY
cat > d.yaml <<'YAML'
version: 1
source: {copybook: d.cpy, format: fixed, dialect: gnucobol, encoding: ascii}
tables:
  all: {columns: {a: A, b: B}}
  large:
    when: cast(A as numeric(20,4)) > 1
    columns: {twice: "cast(A as numeric(20,4)) * 2"}
YAML
# 1.50, 1.5; 9999999999999999, -2E-1; 0, -0; infinity, 1
{
	printf '\226\0\0\0\0\0\200\061\017\0\0\0\0\0\0\0\0\0\0\0\0\0\076\060'
	printf '\377\377\300\157\362\206\163\154'
	printf '\002\0\0\0\0\0\0\0\0\0\0\0\0\0\076\260'
	printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\200'
	printf '\0\0\0\0\0\0\0\170\001\0\0\0\0\0\0\0\0\0\0\0\0\0\100\060'
} > d.bin
decant layout --dialect gnucobol d.cpy
decant load d.yaml d.bin --to csv:out --max-rejects 1 | sed '/^time/d'
cat out/all.csv out/large.csv
head -c 72 d.bin > good.bin
decant load d.yaml good.bin --to null: --prove | grep proved
decant unload -q d.yaml good.bin | cmp - good.bin && echo same
sed 's/> 1$/> 1 and A-FULL/' d.yaml > label.yaml
decant check label.yaml
sed 's/cast(A as numeric(20,4)) > 1/A > 1/' d.yaml > bare.yaml
decant check bare.yaml
decant generate -q d.yaml -n 5 | wc -c
