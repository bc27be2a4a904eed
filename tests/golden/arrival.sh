# complete_when: nothing is loaded before the sender says that all is sent.
printf '       01 R PIC X(3).\n' > r.cpy
printf 'abc\ndef\n' > one.txt
printf 'ghi\n' > two.txt
mapping() {
	cat > m.yaml <<EOF
version: 1
source: {copybook: r.cpy, format: text, encoding: latin1, file: [one.txt, two.txt]}
target: csv:out
complete_when: {$1}
tables: {r: {columns: {r: R}}}
EOF
}
try() {
	rm -rf out
	decant load m.yaml -q || echo "status $?"
	[ ! -d out ] || echo loaded
}
echo '---- a file that comes last'
mapping 'file: all.done'
try
touch all.done
try
echo '---- sha256sum'
mapping 'manifest: sums'
try
sha256sum one.txt two.txt > sums
try
printf 'ghj\n' > two.txt
try
printf 'ghi\n' > two.txt
sed -i '$d' sums
try
echo '---- CSV'
mapping 'manifest: list.csv'
for list in 'file,records\none.txt,2\ntwo.txt,1' \
    'file,records\none.txt,2\ntwo.txt,2' \
    'FILE,Bytes\r\n"dir/one.txt",8\r\ntwo.txt,4\r' \
    'file,bytes\none.txt,8\ntwo.txt,5' \
    'file,records\none.txt,two\n' 'name\none.txt' 'file,sha256\none.txt,1234' \
    'file,records\none.txt,"2'; do
	printf "$list\n" > list.csv
	try
done
: > list.csv
try
