/*
 * What depends on live tables, in SQL that goes on after PGPUB_TABLES:
 *
 *	x	objects with the table that each depends on (live, home)
 *	y	objects, once each
 *
 *	kind		view, matview, rule, function, policy, key, or other:
 *			what cannot be made again from its text
 *	rel		the relation that it is, or belongs to
 *	inside		it is in the live schema
 *	signature	of a function: a table's row is among its types
 *
 * A materialized view that is made again is another object, so that what
 * depends on it depends on the table as well; another materialized view among
 * that is beyond us.
 */
#ifndef DECANT_PUBLICATION_POSTGRES_DEPEND_H
#define DECANT_PUBLICATION_POSTGRES_DEPEND_H

#define PGPUB_DEPENDENTS						\
	", d AS (SELECT t.live, t.home, d.classid, d.objid, d.objsubid,"	\
	"  0 AS depth"							\
	"  FROM t JOIN pg_class o ON o.oid = t.old LEFT JOIN pg_type e ON"	\
	"  e.oid = o.reltype CROSS JOIN LATERAL (VALUES"		\
	"   ('pg_class'::regclass::oid, t.old),"			\
	"   ('pg_type'::regclass::oid, o.reltype),"			\
	"   ('pg_type'::regclass::oid, e.typarray)) u(cls, obj)"	\
	"  JOIN pg_depend d ON d.refclassid = u.cls AND"		\
	"  d.refobjid = u.obj AND d.deptype = 'n'"			\
	" UNION SELECT d.live, d.home, n.classid, n.objid, n.objsubid,"	\
	"  d.depth + 1"							\
	"  FROM d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass"	\
	"  AND r.oid = d.objid JOIN pg_class m ON m.oid = r.ev_class AND"	\
	"  m.relkind = 'm' LEFT JOIN pg_type e ON e.oid = m.reltype"	\
	"  CROSS JOIN LATERAL (VALUES"					\
	"   ('pg_class'::regclass::oid, m.oid),"			\
	"   ('pg_type'::regclass::oid, m.reltype),"			\
	"   ('pg_type'::regclass::oid, e.typarray)) u(cls, obj)"	\
	"  JOIN pg_depend n ON n.refclassid = u.cls AND"		\
	"  n.refobjid = u.obj AND n.deptype = 'n' AND n.objid <> r.oid"	\
	"  WHERE d.depth < 1),"						\
	" x AS MATERIALIZED (SELECT DISTINCT d.live, d.home, d.classid, d.objid,"	\
	"  d.objsubid, c.oid AS rel, coalesce(c.relowner, f.proowner) AS owner,"	\
	"  m.nspname = $1::text AS inside, CASE"			\
	"   WHEN c.relpersistence = 't' THEN 'other'"			\
	"   WHEN r.oid IS NOT NULL AND c.relkind = 'v' AND"		\
	"    r.rulename = '_RETURN' THEN 'view'"			\
	"   WHEN r.oid IS NOT NULL AND c.relkind = 'm' AND d.depth = 0"	\
	"    THEN 'matview'"						\
	"   WHEN r.oid IS NOT NULL AND c.relkind <> 'm' THEN 'rule'"	\
	"   WHEN k.contype = 'f' THEN 'key'"				\
	"   WHEN l.oid IS NOT NULL THEN 'policy'"			\
	"   WHEN to_jsonb(f)->>'prokind' IN ('f', 'p') THEN 'function'"	\
	"   ELSE 'other' END AS kind, coalesce(EXISTS (SELECT FROM t o"	\
	"   JOIN pg_class i ON i.oid = o.old LEFT JOIN pg_type e ON"	\
	"   e.oid = i.reltype WHERE ARRAY[i.reltype, e.typarray] &&"	\
	"   (f.prorettype || f.proargtypes::oid[] || f.proallargtypes)),"	\
	"   false) AS signature"					\
	"  FROM d LEFT JOIN pg_rewrite r ON d.classid ="		\
	"  'pg_rewrite'::regclass AND r.oid = d.objid"			\
	"  LEFT JOIN pg_constraint k ON d.classid ="			\
	"  'pg_constraint'::regclass AND k.oid = d.objid"		\
	"  LEFT JOIN pg_policy l ON d.classid = 'pg_policy'::regclass AND"	\
	"  l.oid = d.objid"						\
	"  LEFT JOIN pg_proc f ON d.classid = 'pg_proc'::regclass AND"	\
	"  f.oid = d.objid"						\
	"  LEFT JOIN pg_attrdef b ON d.classid = 'pg_attrdef'::regclass"	\
	"  AND b.oid = d.objid"						\
	"  LEFT JOIN pg_trigger g ON d.classid = 'pg_trigger'::regclass"	\
	"  AND g.oid = d.objid"						\
	"  LEFT JOIN pg_class c ON c.oid = coalesce(r.ev_class, k.conrelid,"	\
	"  l.polrelid, b.adrelid, g.tgrelid, CASE WHEN d.classid ="		\
	"  'pg_class'::regclass THEN d.objid END)"			\
	"  LEFT JOIN pg_namespace m ON m.oid = coalesce(c.relnamespace,"	\
	"  f.pronamespace)"						\
	"  WHERE d.classid <> 'pg_publication_rel'::regclass AND"	\
	"  NOT EXISTS (SELECT FROM t o WHERE o.old = c.oid) AND"	\
	"  NOT EXISTS (SELECT FROM t o JOIN pg_inherits h ON"		\
	"  h.inhparent = o.old AND h.inhrelid = c.oid)),"		\
	" y AS (SELECT DISTINCT classid, objid, rel, owner, inside, kind,"	\
	"  signature FROM x)"

#endif
