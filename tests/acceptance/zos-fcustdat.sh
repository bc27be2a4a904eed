#!/bin/sh
# zos-fcustdat: a V file of 10,000 customers from z/OS, each with 0 to 5
# transactions: a child table.  What is known of it: how many records have
# which length (58 bytes, and 25 for each transaction), the number of
# transactions and the sum of their amounts, to the cent.
. "$SRCDIR/tests/acceptance/common.inc"
begin zos-fcustdat zos-fcustdat
balance="10,000 read = 10,000 loaded + 0 rejected + 0 skipped"

cat > lengths <<LENGTHS
58${tab}999
83${tab}1952
108${tab}1973
133${tab}2053
158${tab}2009
183${tab}1014
LENGTHS

# cents TARGET: the amounts added up as whole numbers.
cents() {
	case $1 in
	sqlite) echo "sum(cast(round(amount * 100) as integer))" ;;
	postgres) echo "sum(amount * 100)::bigint" ;;
	esac
}

for target in $targets; do
	on $target "zos-fcustdat in $target" || continue
	load $target "$balance" zos-fcustdat
	query $target fcustdat "select count(*), count(distinct id),
	    sum(transactions) from customer" > got
	is "10,000 customers in $target" "10000${tab}10000${tab}25163" \
	    "$(cat got)"
	is "25,163 transactions in $target" 25163 \
	    "$(query $target fcustdat "select count(*) from \"transaction\"")"
	is "they add up to 2,954,540.15 in $target" 295454015 \
	    "$(query $target fcustdat \
		"select $(cents $target) from \"transaction\"")"
	query $target fcustdat "select 58 + 25 * transactions, count(*)
	    from customer group by transactions order by 1" > got
	same "records of each length in $target" lengths got
	query $target fcustdat "select 58 + 25 * n, count(*) from
	    (select c.id, count(t.seq) as n from customer c
	     left join \"transaction\" t on t.customer_id = c.id
	     group by c.id) as counted group by n order by 1" > got
	same "as many rows as each customer has transactions in $target" \
	    lengths got
	query $target fcustdat "select count(*) from \"transaction\" t
	    join customer c on c.id = t.customer_id
	    where seq not between 1 and c.transactions" > got
	is "transactions are numbered from 1 in $target" 0 "$(cat got)"
	query $target fcustdat "select count(*) from \"transaction\" where
	    substr(spelt, 1, 2) <> substr(cast(day as text), 9, 2) or
	    substr(spelt, 4, 2) <> substr(cast(day as text), 6, 2) or
	    substr(spelt, 7, 2) <> substr(cast(day as text), 3, 2)" > got
	is "dates are those spelt in $target" 0 "$(cat got)"
done

# Read once more with nothing but od, iconv and awk: id, seq, amount, comment.
od -An -v -tx1 -w1 sets/zos-fcustdat/ZOS.FCUSTDAT.RDW.bin | tr -d ' ' |
    awk '
	function digits(from, len,	s, i) {
		for (i = from; i < from + len; i++)
			s = s substr(byte[i], 2)
		return s + 0
	}
	function packed(from, len,	s, i, sign) {
		for (i = from; i < from + len; i++)
			s = s byte[i]
		sign = substr(s, length(s))
		s = substr(s, 1, length(s) - 1)
		sub(/^0+/, "", s)
		while (length(s) < 3)
			s = "0" s
		return (sign ~ /[db]/ ? "-" : "") \
		    substr(s, 1, length(s) - 2) "." substr(s, length(s) - 1)
	}
	{ hex[NR] = $1 }
	END {
		for (i = 0; i < 256; i++)
			value[sprintf("%02x", i)] = i
		for (at = 1; at <= NR; at += len) {
			len = value[hex[at]] * 256 + value[hex[at + 1]]
			for (i = 0; i < len - 4; i++)
				byte[i] = hex[at + 4 + i]
			for (n = 0; 58 + n * 25 < len - 4; n++)
				printf "%d\t%d\t%s\n", digits(0, 6), n + 1,
				    packed(58 + n * 25 + 8, 8)
		}
	}' > expected
for target in $targets; do
	on $target "amounts in $target" || continue
	query $target fcustdat "select customer_id, seq, decimal(amount, 2)
	    from \"transaction\" order by customer_id, seq" > got
	same "each amount is that of its bytes in $target" expected got
done

# SQLite can hold the cents, and text, which cannot be a little off.
for form in minor text; do
	sed "s/^      amount: \(.*\)/      amount: {from: \1, sqlite: $form}/" \
	    zos-fcustdat.yaml > zos-$form.yaml
	load sqlite "$balance" zos-$form
	case $form in
	minor) sum="sum(amount), max(typeof(amount)), min(typeof(amount))"
	    want="295454015${tab}integer${tab}integer" ;;
	text) sum="sum(cast(replace(amount, '.', '') as integer)),
	    max(typeof(amount)), min(typeof(amount))"
	    want="295454015${tab}text${tab}text" ;;
	esac
	is "they add up to 2,954,540.15 as SQLite $form" "$want" \
	    "$(query sqlite "" "select $sum from \"transaction\"")"
done
finish
