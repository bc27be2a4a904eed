-- A file that decant did not make, for copy.sh.
create table person (
	id integer primary key autoincrement,
	name text not null unique,
	born date,
	visits int default 0 check (visits >= 0),
	weight double,
	photo blob );
create table pet (owner integer references person (id) on delete cascade,
	name varchar(20), constraint pet_key primary key (owner, name));
-- what SQLite lets pass
create table odd (anything, loose numeric, far "unsigned big int");
create index pet_name on pet (name);
create index grown_ups on person (born) where visits > 3;
create view grown as select * from person where visits > 3;
create trigger stamp after insert on person begin
	update person set visits = 0 where id = new.id and visits is null; end;
insert into person values (1, 'Ann', '1990-02-28', 3, 61.5, x'00ff'),
	(2, 'Béla 😀', '0001-01-01', 0, -0.0, x''), (10, '', null, 5, null, null);
insert into pet values (1, 'Rex'), (1, 'Max'), (2, 'Rex');
insert into odd values (1, 2.5, 9223372036854775807), ('seven', 3, 0),
	(3, null, -9223372036854775808);
delete from person where id = 10;
insert into person (id, name) values (10, 'ten');
