-- What a PostgreSQL database has of its own beside tables: types, collations,
-- owners and privileges; for copy-types.sh, which makes the roles.
create schema shop;
create type shop.mood as enum ('sad', 'so so', 'it''s "glad"', 'é');
comment on type shop.mood is 'how one is; it''s an enum';
create domain shop.code as varchar(8) default 'none' not null
    check (value <> '') constraint code_upper check (value = upper(value));
create domain shop.fine_code as shop.code check (length(value) > 1);
create domain shop.feeling as shop.mood check (value <> 'sad');
create domain shop.by_bytes as text collate "C";
create type shop."Odd Name" as enum ('a', 'b');
create type shop.nobody as enum ();
create type shop.pair as (a integer, b text);
create function shop.even(integer) returns boolean language sql immutable
    as 'select $1 % 2 = 0';
create domain shop.even_number as integer check (shop.even(value));
create type public.colour as enum ('red', 'green');
create collation shop.own (provider = icu, locale = 'de-u-kn-true');
create table shop.person (
	id integer generated always as identity primary key,
	m shop.mood not null default 'so so',
	f shop.feeling, moods shop.mood[], codes shop.fine_code[],
	c shop.fine_code default 'AB', b shop.by_bytes,
	o shop."Odd Name" default 'b'::shop."Odd Name",
	col public.colour, name text collate "C",
	sorted varchar(20) collate "en-x-icu",
	constraint happy check (m <> 'sad'::shop.mood or name is null));
create index person_name on shop.person (name);
create index person_mood on shop.person (m, c) where m > 'sad'::shop.mood;
create table shop.rated (mood shop.mood, code shop.code,
	n serial, primary key (mood, code));
-- whose columns become text
create table shop.odd (k integer primary key, p shop.pair,
	e shop.even_number default 4, own text collate shop.own);
comment on column shop.person.m is 'today';
insert into shop.person (m, f, moods, codes, c, b, o, col, name, sorted)
    select (enum_range(null::shop.mood))[1 + k % 4], 'so so',
    array['sad', null, 'é']::shop.mood[], array['AA', 'BB'],
    chr(65 + k % 26) || 'X', 'b' || k, 'a', 'green',
    case when k % 4 > 0 then chr(97 + k % 3) || k end, 's' || k
    from generate_series(1, 1000) k;
insert into shop.odd select k, row (k, 'x')::shop.pair, 2 * k, 'o' || k
    from generate_series(1, 50) k;
insert into shop.person default values;
insert into shop.rated (mood, code) select m, 'C' || k from
    unnest(enum_range(null::shop.mood)) m, generate_series(1, 50) k;
grant usage on schema shop to ann, bob;
alter table shop.person owner to ann;
alter type shop.mood owner to ann;
grant select, insert on shop.person to bob;
grant update (name, sorted) on shop.person to bob with grant option;
grant select on shop.person to public, gone;
revoke delete on shop.person from ann;
grant usage on sequence shop.rated_n_seq to bob;
grant select on shop.rated to bob;
revoke usage on type shop.mood from public;
grant usage on type shop.mood to bob, gone;
alter table shop.rated owner to gone;
