# A mapping from a spreadsheet: what is understood loads at once, the rest is
# told with its line and stands as a comment.
cat > map.csv <<'CSV'
Customer mapping,,,,,,,
,,,,,,,
Source Field,Target Table,Target Column,Data Type,Rule,PK,Required,Comment
CUST-ID,crm.Person,Person ID,,,Y,,the old number
"CUST-FIRST, CUST-MIDDLE, CUST-LAST, CUST-NAME-REST",person,full_name,text,full name,,yes,
cust_first,person,first_name,varchar2(40),Trim,,,
CUST-LAST,,last_upper,,UPPER,,,
CUST-BORN,person,born_on,DATE,,,,
CUST-OPENED,person,opened_on,date,date CCYYMMDD,,,
CUST-STATUS,person,status,text,label,,,
CUST-STATUS,person,is_active,,CUST-STATUS = 'A',,,
ACTIVE,person,active,boolean,,,,
CUST-BALANCE,person,balance,"number(11,2)",move as is,,,
CUST-BALANCE,person,debt,,when CUST-BALANCE < 0,,,
CUST-CREDIT-LIMIT,person,no_limit,,null if zero,,,
CUST-CITY,person,city,,null if CUST-STATE = '',,,
CUST-STATE,person,state_name,,lookup states.csv name,,,
CUST-RATING,person,rating,,default 0,,,
CUST-ZIP,person,zip,,digits,,,
"CUST-CITY, CUST-STATE",person,town,,concat,,,
,person,source,,constant 'O''Neil',,,
,person,batch,,constant 7,,,
CUST-BRANCH,person,branch_number,integer,"substr(CUST-BRANCH, 2)",,,
,person,,,when CUST-ID <= 100003,,,
CUST-ID,phone,person_id,,,x,,
,phone,seq,,occurrence,x,,
CUST-PHONE.PHONE-NUMBER,phone,number,,,,,
PHONE-KIND,phone,kind,,label,,,
CSV
{
	echo 'code,name'
	printf '%s\n' AZ CA FL IL LA MA NC NJ NM NY PR TX WA |
		sed 's/.*/&,State of &/'
	echo ',none'
} > states.csv
decant init --spreadsheet map.csv "$SRCDIR/copybooks/customer.cpy" > m.yaml
sed -n '/^tables/,$p' m.yaml
decant check -q m.yaml 2> check.err || cat check.err
decant load m.yaml "$SAMPLE" --to csv:out -q
head -n 5 out/person.csv out/phone.csv

echo '---- what is not understood'
cat > wrong.csv <<'CSV'
field,table,column,type,rule,key
CUST-STREAT,person,street,,,
CUST-CITY,person,city,,ask Bob in accounting,yes
CUST-ID,person,id,,,yes
CUST-CITY,person,place,geography,,
CUST-ZIP,person,id,,,
PHONE-NUMBER,person,phone,,upper,
CUST-STATE,person,state,,sideways(CUST-STATE),
CUST-STATE,person,state_name,,lookup nowhere.csv name,
CUST-VISITS,person,visits,boolean,,
CUST-BRANCH,person,branch,,date YYYYMMDD,
CUST-LAST,,,,where it rains,
,person,nothing,,,
CSV
decant init --spreadsheet wrong.csv "$SRCDIR/copybooks/customer.cpy" > m.yaml
sed -n '/^tables/,$p' m.yaml
decant check -q m.yaml 2> check.err || cat check.err

echo '---- several types of records, semicolons, Latin-1'
printf '%s\r\n' 'Copybook field;Table;Column;Transformation;Key' \
    'ACCT-ID;account;id;;y' 'ACCT-OWNER;account;Eigent\374mer;trim;' \
    'ENTRY-NUMBER;entry;number;;y' 'ACCT-ID;entry;account_id;;' \
    'ENTRY-BOOKED;entry;booked;date;' 'HOLDER-NAME;holder;name;;' |
	sed 's/\\374/\xfc/' > ledger.csv
decant init --spreadsheet ledger.csv --format vb --name ledger \
    "$SRCDIR/copybooks/ledger.cpy" > m.yaml
sed -n '/^tables/,$p' m.yaml
decant load m.yaml "$LEDGER" --to csv:out -q
head -n 3 out/account.csv out/entry.csv out/holder.csv

echo '---- tables apart'
cat > two.cpy <<'CPY'
       01 R.
          05 A PIC X OCCURS 2.
          05 B PIC X OCCURS 2.
          05 G. 10 C PIC X.
          05 H. 10 C PIC X.
CPY
printf '%s\n' field,column A,a B,b C,c 'C OF G,d' > two.csv
decant init --spreadsheet two.csv two.cpy | sed -n '/^tables/,$p'

echo '---- no spreadsheets'
printf 'a,b\n1,2\n' > none.csv
printf 'field,column\n"A,b\n' > quote.csv
for file in none.csv quote.csv absent.csv; do
	decant init --spreadsheet $file two.cpy || echo "status $?"
done
decant init --spreadsheet two.csv two.cpy --format delimited ||
	echo "status $?"
