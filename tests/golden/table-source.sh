# A table as the source: the sample names-live.yaml, from one database into
# another and in place; rejects; what check says.
made=$(dirname "$SAMPLE")
live=$SRCDIR/mappings/names-live.yaml
decant load -q "$SRCDIR/mappings/names-v1.yaml" "$made/names.ebc" \
    --to sqlite:old.db

echo '---- three columns of a living table become one'
decant check "$live" --to sqlite:old.db
decant load "$live" sqlite:old.db --to sqlite:new.db -j1
sqlite3 new.db 'select * from person where person_id in (1, 2, 3, 4, 8)'
echo '---- the same as from the file'
decant load -q "$SRCDIR/mappings/names-v2.yaml" "$made/names.ebc" \
    --to sqlite:v2.db
for db in new.db v2.db; do
	sqlite3 $db 'select person_id, full_name, born_on from person
	    order by 1' > $db.txt
done
wc -l < new.db.txt
cmp new.db.txt v2.db.txt

echo '---- in place, while nobody may be held up'
for mode in wal delete; do
	cp old.db $mode.db
	sqlite3 $mode.db "pragma journal_mode = $mode"
	decant load -q "$live" --to sqlite:$mode.db || echo "status $?"
	sqlite3 $mode.db 'select * from person where person_id = 3'
done
cp old.db no-room.db
TMPDIR=$PWD/nowhere decant load -q "$live" --to sqlite:no-room.db ||
	echo "status $?"
sqlite3 no-room.db 'select count(first_name) from person'
echo '---- and once more, when the three are gone'
decant load -q "$live" --to sqlite:wal.db || echo "status $?"

echo '---- looked at'
decant explain "$live" --to sqlite:old.db
decant preview "$live" --to sqlite:old.db -n 2
decant preview "$live" --to sqlite:old.db --where "last_name = 'Vader'"
decant preview "$live" --to sqlite:old.db --record 3 --raw
decant preview "$live" --to sqlite:old.db --record 2 --raw --json |
	tr '{' '\n' | grep '"name"' | head -n 5
decant preview "$live" --to sqlite:old.db --record 99 || echo "status $?"

echo '---- rows that cannot be mapped'
sqlite3 dirt.db <<'SQL'
create table "Legacy Data" (no integer primary key, "Full Name" text,
    amount numeric(9, 2), born date, seen timestamp, flag boolean, note,
    raw blob);
insert into "Legacy Data" values
    (1, 'ok', 1.5, '2026-01-31', '2026-01-31 12:00', 1, 'n', x'00ff'),
    (2, '', null, null, null, null, null, null),
    (3, 'wrong date', 2, '2026-02-30', null, 0, 3.25, x''),
    (4, 'a "quoted", text', 1.005, '2026-01-31', 'noon', 2, 'two
lines', 'text'),
    (5, 'negative', -1, '2026-01-31', null, 1, null, null),
    (6, 'ok too', 1234567.9, '0044-03-15 BC', 'infinity', 0, '', null);
SQL
cat > dirt.yaml <<'YAML'
version: 1
name: dirt
source:
  table: legacy data
  database: sqlite:dirt.db
tables:
  clean:
    key: no
    columns:
      no: no
      name: '"Full Name"'
      amount:
        from: AMOUNT
        check: amount >= 0
      born: born
      seen: seen
      flag: flag
      note: note
      raw: raw
  day:
    when: born is not null
    columns:
      no: no
      day: extract(day from born)
controls:
  - count(*) = 6
  - sum(no) = 21
YAML
decant load dirt.yaml --to sqlite:clean.db -j1 || echo "status $?"
cat dirt.rejects/reasons.csv
echo '---- the rows as they were'
cat dirt.rejects/records.csv
decant load -q dirt.yaml --to sqlite:clean.db --max-rejects 3 ||
	echo "status $?"
sqlite3 clean.db "select sql || ';' from sqlite_master where name in ('clean', 'day')" 'select * from clean' 'select * from day'
decant preview dirt.yaml --rejects
decant load dirt.yaml --to null: -j1 --max-rejects 3 --json |
	tr '{' '\n' | grep '"record"' | head -n 1

echo '---- whatever the jobs and batches'
sqlite3 many.db "create table person as with recursive c(i) as (select 1 union
    all select i + 1 from c where i < 10000) select i % 9000 as id, 'n' || i
    as first_name, case when i % 3 = 0 then 'M' end as middle_name,
    case when i % 500 = 0 then null else 'L' || i % 7 end as last_name,
    case when i % 777 = 0 then 'never' else date('2000-01-01', i || ' days')
    end as born from c"
cat > many.yaml <<'YAML'
version: 1
name: many
source: {table: person, database: 'sqlite:many.db'}
tables:
  person:
    key: id
    columns:
      id: id
      full_name: {from: 'full_name(first_name, middle_name, last_name)'}
      last_name: {from: last_name, not null: true}
      born: cast(born as date)
      row: record_number()
YAML
decant load -q many.yaml --to sqlite:many-out.db -j1 --max-rejects 3000
for how in '-j1 --batch-records 1' '-j2 --batch-records 7' \
    '-j4 --batch-records 1000' '-j4 --batch-records 1' -j2; do
	mv many.rejects want 2> /dev/null
	sqlite3 many-out.db 'select * from person order by 1' > want.txt
	rm -f many-out.db
	decant load -q many.yaml --to sqlite:many-out.db --max-rejects 3000 \
	    $how
	sqlite3 many-out.db 'select * from person order by 1' | cmp - want.txt
	cmp many.rejects/records.csv want/records.csv
	cmp many.rejects/reasons.csv want/reasons.csv
	rm -r want
done
wc -l < want.txt
grep -c . many.rejects/records.csv

echo '---- mistakes'
t() {
	printf '%s\n' "$@" 'tables:' '  t:' '    columns:' > m.yaml
	cat >> m.yaml
	decant check m.yaml --to sqlite:out.db || echo "status $?"
}
t 'source: {table: persn, database: "sqlite:old.db"}' <<'YAML'
      a: person_id
YAML
t 'source: {table: person, database: "sqlite:none.db"}' <<'YAML'
      a: person_id
YAML
t 'source: {table: person, database: "csv:dir"}' <<'YAML'
      a: person_id
YAML
t 'source: {table: person, database: "sqlite:old.db", encoding: cp037}' \
    'as_of: PERSON-BORN' <<'YAML'
      a: person_id
YAML
t 'source: {table: Person, database: "sqlite:old.db"}' <<'YAML'
      a: first_nam
      b: FIRST-NAME
      c: file_name()
      d: record_bytes()
      e: to_date(born_on, 'PACKED')
      f: occurrence()
      g: label(first_name)
      h: x'41' = first_name
      i: digits(person_id)
      j: born_on + 1
YAML
sqlite3 same.db 'create table t ("a-b" text, a_b text, c text)'
t 'source: {table: t, database: "sqlite:same.db"}' <<'YAML'
      a: a_b
      b: '"a_b" || "a-b"'
YAML
decant check m.yaml --to null: || echo "status $?"
sed 's/    columns:/    each: c\n    columns:/' m.yaml > each.yaml
decant check each.yaml || echo "status $?"
decant load m.yaml sqlite:old.db sqlite:new.db --to null: || echo "status $?"
decant load m.yaml names.ebc --to null: || echo "status $?"
decant load --prove dirt.yaml --to null: || echo "status $?"
decant generate dirt.yaml -n 5 -o made.dat || echo "status $?"
decant unload dirt.yaml -o made.dat || echo "status $?"
sed -i 's/database: .*/database: postgresql:\/\/me:secret@h\/d/' dirt.yaml
decant check dirt.yaml || echo "status $?"
