/*
 * Mapping files: what is read, and where each mistake is reported.
 *
 * The expected places were counted by hand in the text.  At the end, every
 * code of the area M must have been raised by some row.
 */
#include "mapping/dataset_file.h"
#include "mapping/mapping.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tap.h"

static bool raised[DIAG_COUNT];

/* Whole mappings and all their errors, "line:col CODE", by blanks. */
#define K	"source: {copybook: c}\ntables:\n"

static const struct {
	const char *yaml, *errors;
} whole[] = {
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n", "" },
	/* YAML */
	{ "", "1:1 M018" },
	{ "# nothing\n", "1:1 M018" },
	{ "--- \n", "1:1 M018" },
	{ "just a text", "1:1 M017" },
	{ "- a\n- b\n", "1:1 M017" },
	{ "a: \xff\n", "1:4 M003" },
	{ "a: b\nc: \x01\n", "2:4 M003" },
	{ "a: [b\n", "2:1 M002" },
	{ "a: 'b\n", "2:1 M002" },
	{ "a: \"\\q\"\n", "1:5 M002" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n---\nb: c\n",
	    "3:1 M004" },
	{ "source: !!map {copybook: c}\ntables: {t: {columns: {a: A}}}\n",
	    "1:9 M004" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n<<: {b: c}\n",
	    "3:1 M004" },
	{ "source: *s\n", "1:9 M006" },
	{ "source: &s {copybook: *s}\n", "1:23 M006" },
	{ "source:\n\tcopybook: c\n", "2:1 M012" },
	{ "source: {copybook: c}\n  tables: x\n", "2:3 M002" },
	{ "source: c\n  copybook: x\n", "2:11 M002" },
	{ "source:c\ntables: x\n", "2:7 M002" },
	/* keys */
	{ "versoin: 1\nsource: {copybook: c}\ntables: {t: {columns: {a: A}}}\n",
	    "1:1 M013" },
	{ "Source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n",
	    "1:1 M013 1:1 M016" },
	{ "records: {h: {layout: H}}\nsource: {copybook: c}\n"
	    "tables: {t: {columns: {a: A}}}\ncontrols: []\nhistory: x\n"
	    "duplicates: first\nmembers: 1\ncutover: 2\n",
	    "5:1 M014 6:1 M013 7:1 M014 8:1 M014" },
	{ "source: {copybook: c, sign: lenient}\ndefaults: {century: 1}\n"
	    "tables: {t: {columns: {a: {from: A, spaces: null}}}}\n",
	    "1:23 M013 2:12 M013 3:37 M013" },
	{ "source: {copybook: c}\nsource: {copybook: d}\n"
	    "tables: {t: {columns: {a: A}}}\n", "2:1 M015" },
	{ "version: 1\n", "1:1 M016 1:1 M016" },
	{ "source: {}\ntables: {}\n", "1:1 M018 2:1 M018" },
	{ "source: {file: x}\ntables: {t: {}}\n", "2:10 M018 1:1 M016" },
	{ "source:\ntables:\n", "1:1 M018 2:1 M018" },
	{ "source: c\ntables: [t]\n", "1:9 M017 2:9 M017" },
	{ "source: {copybook: {c: d}}\ntables: {t: x}\n",
	    "1:20 M017 2:13 M017" },
	{ "? [a]\n: b\nsource: {copybook: c}\ntables: {t: {columns: {a: A}}}\n",
	    "1:3 M017" },
	{ "source: {copybook: \"a\\0b\"}\ntables: {t: {columns: {a: A}}}\n",
	    "1:20 M003" },
	/* values */
	{ "version: 0\nsource: {copybook: c}\ntables: {t: {columns: {a: A}}}\n",
	    "1:10 M019" },
	{ "version: 1.0\nsource: {copybook: c}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:10 M019" },
	{ "version: 99999999999999999999\nsource: {copybook: c}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:10 M019" },
	{ "version: -1\nsource: {copybook: c}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:10 M019" },
	{ "source:\n  copybook: c\n  format: fixde\n  record_length: many\n"
	    "  floats: big\n  comp-5: ibm\n  copybook_format: freee\n"
	    "  rdw: {endian: middle, inclusive: yes, x: y}\n"
	    "  recrod: R\n  file: {a: b}\n  include: []\n  encoding:\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "3:11 M019 4:18 M019 5:11 M019 6:11 M019 7:20 M019 8:17 M019 "
	    "8:36 M019 8:41 M013 9:3 M013 10:9 M017 11:3 M018 12:3 M018" },
	/* counts */
	{ "source: {copybook: c, counts: {A: {x: 0, \"x'C1'\": 3}, "
	    "B OF C: {y: 1}}}\ntables: {t: {columns: {a: A}}}\n", "" },
	{ "source: {copybook: c, counts: {A: 1, 12: {a: 1}, B(1): {a: 1}, "
	    "C: {x: -1, y: z}}}\ntables: {t: {columns: {a: A}}}\n",
	    "1:35 M017 1:38 M090 1:50 M090 1:71 M019 1:78 M019" },
	{ "source: {copybook: c, format: delimited, counts: {A: {a: 1}}}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:42 M052" },
	{ "source: {copybook: c, odo: fixed}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:28 M019" },
	{ "source: {copybook: c, format: delimited, century: 1}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:42 M013" },
	/* delimited */
	{ "source: {format: delimited, header: true}\n"
	    "tables: {t: {columns: {a: A}}}\n", "" },
	{ "source:\n  format: delimited\n  columns: [A, b c, FILLER]\n"
	    "  delimiter: x'1F'\n  quote: none\n  decimal: ','\n"
	    "tables: {t: {columns: {a: A}}}\n", "" },
	{ "source: {format: delimited}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:9 M016" },
	{ "source: {format: delimited, header: true, columns: A, record: R}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:43 M052 1:63 M052" },
	{ "source:\n  copybook: c\n  format: delimited\n  delimiter: ab\n"
	    "  quote: x'2222'\n  header: 1\n  decimal: \";\"\n  columns: {}\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "4:14 M019 5:10 M019 6:11 M019 7:12 M019 8:3 M018" },
	{ "source:\n  copybook: c\n  format: delimited\n  delimiter: 7\n"
	    "  record_length: 8\n  asa: true\n"
	    "  skip: {record_bytes_first: 1, record_bytes_last: 2}\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "4:14 M019 5:18 M052 3:11 M052 7:3 M052 7:3 M052" },
	{ "source: {copybook: c, delimiter: ;, quote: none, header: true}\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "1:23 M052 1:37 M052 1:50 M052" },
	/* policies of a column, after those of defaults:; null_if */
	{ "source: {copybook: c, swap_newlines: yes}\n"
	    "tables:\n  t:\n    columns:\n"
	    "      a: {from: A, number: {spaces: blank}, date: {max: zero}}\n"
	    "      b: {from: A, date: {century: 101, hour-24: null, min: x}}\n"
	    "      c: {from: A, text: {trimm: none}, date: x}\n"
	    "      d: {from: A, null_if: A =}\n"
	    "      e: {from: A, null_if: A = 1, date: {century: 0, max: "
	    "infinity, fraction: round, hour-24: next-day}}\n"
	    "defaults: {date: {fraction: keep, century: -1}}\n",
	    "1:38 M019 8:32 M041 10:29 M019 10:44 M019 5:37 M019 5:57 M019 "
	    "6:36 M019 6:50 M019 6:61 M019 7:27 M013 7:47 M017" },
	/* files */
	{ "source:\n  copybook: c\n  format: vb\n  bdw: maybe\n  skip: 1\n"
	    "  varseq: 1\n  line_end: lf\n  length: A\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "4:8 M019 5:9 M017 6:3 M052 7:3 M052 8:3 M052" },
	{ "source: {copybook: c, format: length}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:31 M052" },
	{ "source: {copybook: c, format: u, bdw: false}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:31 M052" },
	{ "source: {copybook: c, format: text, skip: {record_bytes_last: 1}}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:37 M052" },
	{ "source:\n  copybook: c\n  format: length\n  length: A + 1\n"
	    "tables: {t: {columns: {a: A}}}\n", "4:11 M053" },
	{ "source:\n  copybook: c\n  format: length\n"
	    "  length: {field: A, offset: 3}\n"
	    "tables: {t: {columns: {a: A}}}\n", "4:3 M053" },
	{ "source:\n  copybook: c\n  format: length\n"
	    "  length: {offset: -1, type: bin, adjust: 1x, counts: all}\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "4:20 M019 4:30 M019 4:43 M019 4:55 M019 4:3 M016" },
	{ "source:\n  copybook: c\n  format: length\n"
	    "  length: {size: 1, map: {A: 3, B: x}, adjust: 1}\n"
	    "tables: {t: {columns: {a: A}}}\n", "4:36 M019 4:3 M053" },
	{ "source: {copybook: c, skip: {bytes_first: 1048577, "
	    "records_last: 1001, record_bytes: 1}}\n"
	    "tables: {t: {columns: {a: A}}}\n",
	    "1:43 M019 1:66 M019 1:72 M013" },
	{ "source: {copybook: c, record_length: 16777217}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:38 M019" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "defaults:\n  number: {spaces: keep, low: null, pad: null}\n"
	    "  text: {trim: left, empty: reject}\n  date: null\n  dates: {}\n",
	    "4:20 M019 4:26 M013 4:42 M019 5:16 M019 5:29 M019 6:9 M017 "
	    "7:3 M013" },
	/* names */
	{ "source: {copybook: c}\nname: ''\ntables:\n"
	    "  '': {columns: {a: A}}\n"
	    "  x2345678901234567890123456789012345678901234567890123456789012"
	    "34:\n    columns: {a: A}\n"
	    "  \xc3\xa4\xc3\xb6: {columns: {\"a b\": A, 'c\"': C}}\n",
	    "2:1 M018 4:3 M020 5:3 M020" },
	{ "source: {copybook: c}\ntables:\n  T: {columns: {a: A, A: A, b: B, "
	    "Ab: B, aB: C}}\n  t: {columns: {a: A}}\n",
	    "3:23 M021 3:42 M021 4:3 M021" },
	{ "source: {copybook: c}\ntables:\n  t:\n    key: [a, a, c]\n"
	    "    columns: {a: A, b: B}\n", "4:14 M015 4:17 M022" },
	{ "source: {copybook: c}\ntables:\n  t:\n    key: A\n"
	    "    columns: {a: A}\n  u:\n    key: [a, [b]]\n"
	    "    columns: {a: A}\n", "4:10 M022 7:14 M017" },
	{ "source: {copybook: c}\ntables:\n  t:\n    each: A + B\n"
	    "    when: A B\n    colums: {a: A}\n    unique: a\n",
	    "4:11 M025 5:13 M040 6:5 M013 3:3 M016" },
	{ "source: {copybook: c}\ntables:\n  t:\n    columns:\n"
	    "      a: {type: text, not null: maybe, sqlite: int}\n"
	    "      b: {from: B, type: txt}\n"
	    "      c: {from: C, not_null: true}\n"
	    "      d: [D]\n      e:\n      f: {from: F, comment: x}\n",
	    "5:33 M019 5:48 M019 5:7 M016 6:26 M024 7:20 M013 8:10 M017 "
	    "9:7 M018" },
	/* constraints, indexes, comments */
	{ K "  t:\n    key: a\n    comment: of people\n    check: [a > 1, b <> "
	    "'x']\n    unique: [[a, b], [b]]\n    indexes: [[b, a], {columns: "
	    "a, unique: true}, b]\n    columns:\n      a: A\n"
	    "      b: {from: B, comment: it, check: b <> '', index: true}\n"
	    "  u.v:\n    foreign keys:\n"
	    "      - {columns: [c, d], references: t, to: [b, a]}\n"
	    "      - {columns: d, references: t}\n    columns:\n"
	    "      c: {from: C, references: t.b, unique: true}\n"
	    "      d: {from: D, references: u.v.c}\n",
	    "11:49 M075" },
	{ K "  t: {unique: [a, b], columns: {a: A, b: B}}\n", "3:15 M070" },
	{ K "  t:\n    unique: aa\n    indexes: {colums: a}\n    columns:\n"
	    "      aaa: {from: A, unique: yes, index: true, check: A ==,\n"
	    "        references: [t]}\n",
	    "5:15 M013 5:14 M016 7:30 M019 7:57 M047 8:21 M017 4:13 M071" },
	{ K "  t:\n    unique: [[aa, a, aa], []]\n    comment: [x]\n"
	    "    foreign keys: [x, {columns: a}, {references: t}, {columns: a, "
	    "references: t}]\n    check: a\n    columns: {aa: A, a: B}\n",
	    "4:5 M018 5:14 M017 6:20 M017 6:23 M016 6:37 M016 4:22 M015 "
	    "6:79 M073" },
	{ K "  person:\n    key: id\n    columns: {id: A, n: B}\n  phone:\n"
	    "    columns:\n      a: {from: A, references: persn}\n"
	    "      b: {from: A, references: persn.id}\n"
	    "      c: {from: A, references: person.ident}\n"
	    "      d: {from: A, references: person.n}\n"
	    "      e: {from: A, references: phone}\n"
	    "    foreign keys:\n"
	    "      - {columns: [a, b], references: person}\n"
	    "      - {columns: [a], references: person.id, to: id}\n",
	    "8:32 M072 9:32 M072 10:32 M071 11:32 M073 12:32 M073 14:9 M074 "
	    "15:36 M072" },
	{ K "  t: {columns: {a: {from: A, unique: true}}, unique: a}\n"
	    "comments: copybook\n", "3:54 M075" },
	{ K "  t: {columns: {a: A}}\ncomments: yes\n", "4:11 M019" },
	/* types of records */
	{ "source: {copybook: c}\nrecords:\n  h: {layout: H, at: first}\n"
	    "  e: {when: A = 1, parent: h}\n  r: {}\n"
	    "tables: {t: {of: e, columns: {a: A}}}\n", "" },
	{ "source: {copybook: c}\nrecords:\n  h: {layout: H, at: first}\n"
	    "  e: {when: A = 1, parent: h}\n  r: {layout: R}\n"
	    "tables: {t: {of: e, columns: {a: A}}}\n", "" },
	{ "source: {copybook: c}\nrecords: {e: {layout: E}}\n"
	    "tables: {t: {columns: {a: A}}}\n", "" },
	{ "source: {copybook: c}\nrecords: [e]\n"
	    "tables: {t: {columns: {a: A}}}\n", "2:10 M017" },
	{ "source: {copybook: c}\nrecords:\n  e: x\n  E: {layuot: E, at: end, "
	    "when: A ==, layout: [a], parent: {b: c}}\n"
	    "tables: {t: {of: e, columns: {a: A}}}\n",
	    "3:6 M017 4:7 M013 4:22 M019 4:35 M047 4:47 M017 4:60 M017 "
	    "4:3 M021" },
	{ "source: {copybook: c}\nrecords:\n  h: {layout: H}\n"
	    "  e: {layout: E}\n  t: {layout: T, when: B}\n"
	    "tables: {t: {of: e, columns: {a: A}}}\n",
	    "3:3 M060 4:3 M060" },
	{ "source: {copybook: c}\nrecords:\n  h: {layout: H, when: A}\n"
	    "  e: {layout: E, parent: g}\n"
	    "tables: {t: {of: i, columns: {a: A}}}\n",
	    "4:26 M061 5:18 M061" },
	{ "source: {copybook: c}\ntables: {t: {of: i, columns: {a: A}}}\n",
	    "2:18 M061" },
	{ "source: {copybook: c}\nrecords:\n"
	    "  a: {layout: H, when: A, parent: b}\n"
	    "  b: {layout: H, when: A, parent: c}\n"
	    "  c: {layout: H, when: A, parent: a}\n"
	    "  d: {layout: H, when: A, parent: d}\n"
	    "  e: {layout: H, when: A, parent: d}\n"
	    "tables: {t: {of: a, columns: {a: A}}}\n",
	    "3:35 M062 6:35 M062" },
	{ "source: {copybook: c}\nrecords:\n  h: {layout: H, when: A}\n"
	    "  e: {layout: E}\ntables:\n  t: {of: h, columns: {a: A}}\n"
	    "  u: {columns: {a: A}}\n", "7:3 M063" },
	{ "source: {copybook: [c, d, c]}\nrecords:\n"
	    "  h: {copybook: e, when: A}\n  e: {layout: E}\n"
	    "tables: {t: {of: e, columns: {a: A}}}\n", "" },
	{ "records:\n  h: {copybook: e, when: A}\n  e: {copybook: f}\n"
	    "source: {file: f}\ntables: {t: {of: e, columns: {a: A}}}\n",
	    "" },
	{ "records:\n  h: {copybook: e, when: A}\n  e: {layout: f}\n"
	    "source: {file: f}\ntables: {t: {of: e, columns: {a: A}}}\n",
	    "4:1 M016" },
	{ "source: {copybook: [c, [d]]}\nrecords:\n"
	    "  h: {copybook: [e]}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:24 M017 3:17 M017" },
	/* a table as the source */
	{ "source: {table: p}\ntables: {t: {columns: {a: A}}}\n", "" },
	{ "source: {database: 'sqlite:a', table: p, schema: s}\n"
	    "defaults: {date: {zeros: null}}\n"
	    "tables: {t: {columns: {a: {from: A, date: {nines: null}}}}}\n",
	    "" },
	{ "source: {format: vb, table: p, copybook: c, encoding: cp037,\n"
	    "  file: f}\ntables: {t: {columns: {a: A}}}\n",
	    "1:10 M064 1:32 M064 1:45 M064 2:3 M064" },
	{ "source: {table: p, format: fixed}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:20 M064" },
	{ "source: {copybook: c, database: d, schema: s}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:23 M065 1:36 M065" },
	{ "source: {database: d}\ntables: {t: {columns: {a: A}}}\n",
	    "1:10 M065 1:1 M016" },
	{ "source: {table: [a, b]}\ntables: {t: {columns: {a: A}}}\n",
	    "1:17 M017" },
	{ "source: {table: p, schema: ''}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:20 M018" },
	{ "source: {table: p, database: 'postgresql://me:secret@h/d'}\n"
	    "tables: {t: {columns: {a: A}}}\n", "1:30 M023" },
	{ "source: {table: p}\nas_of: A\ncomplete_when: {file: f}\n"
	    "records: {r: {when: A = 1}}\ndefaults: {number: {spaces: null},\n"
	    "  text: {trim: both}}\ncomments: copybook\ntables:\n  t:\n"
	    "    of: r\n    columns:\n      a: {from: A, text: {nul: keep}}\n",
	    "2:1 M064 3:1 M064 4:1 M064 5:12 M064 6:3 M064 7:1 M064 "
	    "12:20 M064" },
	{ "source: {table: p}\ncomments: mapping\n"
	    "tables: {t: {columns: {a: A}}}\n", "" },
	/* from version to version */
	{ "source: {copybook: c}\ntables:\n  t:\n    columns: {a: A}\n"
	    "    up: {a: B + 1}\n    down: {b: a - 1, c: null}\n", "" },
	{ "source: {copybook: c}\ntables:\n  t:\n    columns: {name: A}\n"
	    "    up: {nmae: B, zzz: B}\n    down: {x: A == B, X: 1}\n",
	    "6:17 M047 6:23 M021 5:10 M066 5:19 M066" },
	{ "source: {copybook: c}\ntables:\n  t:\n    columns: {name: A}\n"
	    "    agree: {nmae: name}\n", "5:13 M080" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}, up: [a], "
	    "down: ''}}\n", "2:35 M017 2:40 M018" },
	{ "source: {copybook: c}\nup: {a: A}\n"
	    "tables: {t: {columns: {a: {from: A, down: B}}}}\n",
	    "2:1 M013 3:37 M013" },
	{ K "  t: {columns: {a: A}}\ntests:\n- name: n\n  query: q\n"
	    "  proves: new\n- name: m\n  query: q\n  holds: always\n", "" },
	{ K "  t: {columns: {a: A}}\ntests:\n- name: n\n  query: q\n"
	    "- name: n\n  query: q\n  proves: new\n  holds: always\n"
	    "- proves: old\n  query: q\n- name: o\n  holds: new\n"
	    "- name: p\n  qeury: q\n  holds: always\n- x\n",
	    "5:3 M067 7:3 M067 7:3 M015 11:11 M019 11:3 M016 14:10 M019 "
	    "13:3 M016 16:3 M013 15:3 M016 18:3 M017" },
	{ K "  t: {columns: {a: A}}\ntests: {n: q}\n", "4:8 M017" },
	{ K "  t: {columns: {a: A}}\ncompat:\n  old:\n    table: t\n"
	    "    columns: {b: a, c: upper(a)}\n", "" },
	{ K "  people: {columns: {a: A}}\ncompat:\n  old: {table: poeple, "
	    "columns: {b: a}}\n  People: {table: people, columns: {b: a}}\n"
	    "  x: {table: people}\n  y: {columns: {b: a +}}\n  z: t\n",
	    "7:3 M016 8:23 M041 8:3 M016 9:6 M017 5:16 M068 6:3 M069" },
	{ K "  t: {columns: {a: A}, compat: {}}\n", "3:24 M013" },
	/* passwords */
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: postgresql://me:secret@host/db\n", "3:9 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: {database: 'postgres://me:secret@host', schema: s}\n",
	    "3:20 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: host=h password=secret dbname=d\n", "3:9 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: host=h password = 'secret' dbname=d\n", "3:9 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: postgresql://h/d?user=me&password=secret\n", "3:9 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: \"postgresql:\\x2f/me:secret@h/d\"\n", "3:9 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: 'postgresql://me:secret@h' || x\n", "3:9 M007" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: postgresql://me:sec/ret@host/db\n", "3:9 M023" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: postgresql://me@host:5432/db?options=a@b\n", "" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: postgresql://host:5432/db?options=a@b\n", "" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: postgresql://me:@host/db?passfile=x\n", "" },
	{ "source: {copybook: c}\n"
	    "tables: {t: {columns: {a: A}, when: PASSWORD = 'X'}}\n", "" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: {database: 'sqlite:a', scheme: s}\n", "3:32 M013" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: {postgresql://me:secret@host/db}\n", "3:10 M013" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: {schema: s}\nversion: password=secret\n", "4:10 M019" },
	{ "source: {copybook: c}\ntables: {t: {columns: {a: A}}}\n"
	    "target: []\n", "3:1 M018" },
};

/* Columns of a table, the first in line 5; all errors. */
#define BEFORE	"source: {copybook: c}\ntables:\n t:\n  columns:\n"

static const struct {
	const char *yaml, *errors;
} columns[] = {
	/* a quote in front */
	{ "   a: 'x' || NAME\n", "5:7 M007" },
	{ "   a: 'x' = NAME\n", "5:7 M007" },
	{ "   a: \"N\" || NAME\n", "5:7 M007" },
	{ "   a: 'it''s' || NAME # c\n   b: B\n", "5:7 M007" },
	{ "   a: {from: 'x' || NAME}\n", "5:14 M007" },
	{ "   a: {type: text, from: 'x' || NAME}\n", "5:26 M007" },
	/* a comma in braces */
	{ "   a: {from: coalesce(A, B), type: text}\n", "5:24 M008" },
	{ "   a: {from: A, type: numeric(11,2), not null: true}\n",
	    "5:33 M008" },
	{ "   a: {from: f(A, g(B, B), B), type: text}\n", "5:17 M008" },
	{ "   a: {from: coalesce(A, 'it')}\n", "5:24 M008" },
	{ "   a: {from: A || ', ' || B, type: text}\n", "5:20 M008" },
	{ "   a: {from: A || ', ' || B, type: text}\n   b: {from: 'x'}\n",
	    "5:20 M008" },
	{ "   a: {from: A || '{' }\n", "5:20 M008" },
	{ "   a: {from: coalesce(A, B), tpye: text}\n",
	    "5:24 M008 5:30 M013" },
	/* a comment */
	{ "   a: A || ' #' || B\n", "5:14 M009" },
	{ "   a: coalesce(A, ' #')\n", "5:21 M009" },
	{ "   a: A || #B\n", "5:12 M009" },
	{ "   a: #A\n", "5:7 M009" },
	{ "   a:   # A\n   b: B\n", "5:9 M009" },
	{ "   a: A # || B\n", "" },
	{ "   a: A == B # comment\n", "5:9 M047" },
	{ "   a: 'coalesce(A, '' #'')'\n", "" },
	/* a colon */
	{ "   a: concat(A, ': ', B)\n", "5:18 M010" },
	{ "   a: A ||\n      ': ' || B\n", "6:8 M010" },
	{ "   a: A: B\n", "5:8 M010" },
	{ "   a: {from: A || ': ' || B}\n", "5:20 M010" },
	{ "   a: A::text || ':'\n", "" },
	/* what YAML keeps for itself */
	{ "   a: @A || B\n", "5:7 M011" },
	{ "   a: `A`\n", "5:7 M011" },
	{ "   a: %A\n", "5:7 M011" },
	{ "   a: - A\n", "5:7 M011" },
	{ "   a: | A\n", "5:7 M011" },
	{ "   a: {from: @A}\n", "5:14 M011" },
	{ "   a: -A\n", "" },
	{ "   a: *A\n", "5:7 M006" },
	{ "   a: !A B\n", "5:7 M004" },
	{ "   a: [A]\n", "5:7 M017" },
	{ "   a: A\n\tb: B\n", "6:1 M012" },
	/* YAML's own mistakes stay */
	{ "   a: 'A\n", "6:1 M002" },
	{ "   a: A\n  b: B\n  - c\n", "7:3 M002" },
	/* expressions: one error each, all in one run */
	{ "   a: A B\n   b: (B\n   c: C == D\n   d: D\n   e: 5-3\n   f: A -B\n"
	    "   g: date '2023-02-29'\n   h: x'1'\n   i: \"PHONE() of X\"\n"
	    "   j: A::foo\n   k: A = B = C\n   l: A || 'x\n",
	    "5:9 M040 6:9 M041 7:9 M047 9:7 M043 10:9 M044 11:12 M045 "
	    "12:7 M046 13:14 M049 14:10 M050 15:13 M051 16:12 M042" },
	/* places in every kind of scalar */
	{ "   a: A ||\n      B ==\n      C\n", "6:9 M047" },
	{ "   a: A ||\n\n\n     B == C\n", "8:8 M047" },
	{ "   a: '''x'' == A'\n", "5:14 M047" },
	{ "   a: 'A ||\n\n     ''x'' == A'\n", "7:12 M047" },
	{ "   a: \"A == B\"\n", "5:10 M047" },
	{ "   a: \"'\\x41\\u00e9\\t\\\"' == B\"\n", "5:25 M047" },
	{ "   a: \"A ||\\\n      B == C\"\n", "6:9 M047" },
	{ "   a: \"A \\\n\n   || B == C\"\n", "7:9 M047" },
	{ "   a: >-\n    A == B\n", "6:7 M047" },
	{ "   a: >-\n    A ||\n    B == C\n", "7:7 M047" },
	{ "   a: >\n    A ||\n\n      'x' ||\n\n    B == C\n", "10:7 M047" },
	{ "   a: |\n    A ||\n      B ==\n      C\n", "7:9 M047" },
	{ "   a: |2+ # c\n\n      A ||\n     B == C\n\n", "8:8 M047" },
	{ "   a: >-\n\n\n    A == B\n", "8:7 M047" },
	{ "   a: >-\r\n    A ||\r\n    B == C\r\n", "7:7 M047" },
	{ "   a: A ||\r\n     B == C\r\n", "6:8 M047" },
	{ "   a: |\n    A ||\n", "6:9 M041" },
	{ "   a: >-\n    A ||\n    f(\n   b: B\n", "7:7 M041" },
	{ "   a: 'A ||'\n", "5:12 M041" },
	{ "   a: \"A || \"\n", "5:13 M041" },
	{ "   a: '\xc3\xa4' \n   b: '\xc3\xa4 == B'\n", "6:11 M047" },
	{ "   a: \xc3\xa4 || \xe2\x82\xac == B\n", "5:17 M047" },
	{ "   \xc3\xa4\xc3\xb6: A == B\n", "5:12 M047" },
	{ "   a: &x A == B\n   b: *x\n", "5:12 M047 5:12 M047" },
	{ "   a: &x\n     'A == B'\n", "6:9 M047" },
};

static char *
errors_of(struct buf *b, const struct diags *ds)
{
	const struct diag *d;

	buf_clear(b);
	buf_puts(b, "");
	for (d = ds->first; d != NULL; d = d->next) {
		buf_printf(b, "%s%u:%u %s", d == ds->first ? "" : " ",
		    d->at.line, d->at.col, diag_name(d->code));
		raised[d->code] = true;
	}
	return b->p;
}

/* The diagnostics as a user sees them; no secret may be in there. */
static void
check_shown(struct buf *b, const struct diags *ds, const char *what)
{
	const struct diag *d;
	bool good = true;

	for (d = ds->first; d != NULL; d = d->next) {
		buf_clear(b);
		diag_render(b, d, false);
		diag_json(b, d);
		good = good && strstr(b->p, "secret") == NULL &&
		    d->message[strlen(d->message) - 1] != '.';
	}
	ok(good, "shown without secrets: %.40s", what);
}

static void
run(const char *yaml, size_t len, const char *want)
{
	struct arena a;
	struct diags ds;
	struct buf b;
	const struct srctext *text;
	char what[64];
	size_t i;

	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&b, 65536);
	text = srctext_new(&a, "dir/test.yaml", yaml, len);
	mapping_parse(&a, &ds, text);
	snprintf(what, sizeof what, "%s", yaml +
	    (strncmp(yaml, BEFORE, sizeof BEFORE - 1) == 0 ?
	    sizeof BEFORE - 1 : 0));
	for (i = 0; what[i] != '\0'; i++)
		if (what[i] < ' ' || what[i] == '#')
			what[i] = '~';	/* TAP's lines and directives */
	is_str(errors_of(&b, &ds), want, "%s", what);
	check_shown(&b, &ds, what);
	buf_fini(&b);
	arena_fini(&a);
}

static void
test_errors(void)
{
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof whole / sizeof whole[0]; i++)
		run(whole[i].yaml, strlen(whole[i].yaml), whole[i].errors);
	buf_init(&b, 65536);
	for (i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		buf_clear(&b);
		buf_puts(&b, BEFORE);
		buf_puts(&b, columns[i].yaml);
		run(b.p, b.len, columns[i].errors);
	}
	/* A byte order mark counts as bytes of its line, and is no error. */
	buf_clear(&b);
	buf_puts(&b, "\xef\xbb\xbfsource: {copybook: c}\ntables: {t: "
	    "{columns: {a: A == B}}}\n");
	run(b.p, b.len, "2:29 M047");
	buf_fini(&b);
}

/* Hints say what to write. */
static void
test_hints(void)
{
	static const struct {
		const char *yaml, *hint;	/* part of the first hint */
	} rows[] = {
		{ "   a: 'x' || NAME # c\n", ": '''x'' || NAME'" },
		{ "   a: {from: coalesce(A, B), type: text}\n",
		    ": 'coalesce(A, B)'" },
		{ "   a: {from: A || ', ' || B, type: text}\n",
		    ": 'A || '', '' || B'" },
		{ "   a: A || ' #' || B\n", ": 'A || '' #'' || B'" },
		{ "   a: concat(A, ': ', B)\n", ": 'concat(A, '': '', B)'" },
		{ "   a: @A || B\n", ": '@A || B'" },
		{ "   a: {from: A, not_null: true}\n", "'not null'?" },
		{ "   a: A & B\n", "||" },
		{ "   a: A -B\n", "blank on both sides" },
	};
	struct arena a;
	struct diags ds;
	const struct srctext *text;
	const char *yaml;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		arena_init(&a);
		diags_init(&ds, &a);
		yaml = arena_printf(&a, "%s%s", BEFORE, rows[i].yaml);
		text = srctext_new(&a, "test.yaml", yaml, strlen(yaml));
		mapping_parse(&a, &ds, text);
		ok(ds.first != NULL && ds.first->hint != NULL &&
		    strstr(ds.first->hint, rows[i].hint) != NULL,
		    "a hint with %s", rows[i].hint);
		arena_fini(&a);
	}
}

static const char sample[] =
    "version: 3\n"
    "source:\n"
    "  copybook: ../copybooks/customer.cpy\n"
    "  record: CUSTOMER\n"
    "  file: [../data/*.ebc, -, /abs/x]\n"
    "  format: v\n"
    "  encoding: cp1047\n"
    "  record_length: 200\n"
    "  rdw: {endian: little, inclusive: false}\n"
    "  floats: ieee-little\n"
    "  comp-5: little\n"
    "  include: lib\n"
    "  copybook_format: free\n"
    "target: {database: 'sqlite:customer.db', schema: benefits}\n"
    "defaults:\n"
    "  number: {spaces: zero, low-values: reject, leading-blanks: zero, "
    "sign: lenient, pad: digit}\n"
    "  text: {trim: both, empty: null, unmappable: keep}\n"
    "  date: {nines: reject}\n"
    "tables:\n"
    "  person:\n"
    "    key: person_id\n"
    "    when: IS-ACTIVE\n"
    "    columns:\n"
    "      person_id: CUST-ID\n"
    "      status:\n"
    "        from: >-\n"
    "          label(CUST-STATUS)\n"
    "        type: varchar(10)\n"
    "        not null: true\n"
    "      balance: {from: BAL, sqlite: minor}\n"
    "  phone:\n"
    "    each: PHONE OF CUST\n"
    "    key: [person_id, seq]\n"
    "    columns:\n"
    "      seq: occurrence()\n"
    "      person_id: CUST-ID\n";

static void
test_source(const struct mapping *m)
{
	is_int(m->version, 3, "version");
	is_str(m->name, "customer", "name");
	is_str(m->copybook, "maps/../copybooks/customer.cpy", "copybook");
	is_int(m->copybook_at.line, 3, "its line");
	is_int(m->copybook_at.col, 13, "its column");
	is_str(m->record, "CUSTOMER", "record");
	is_int(m->nfile, 3, "files");
	is_str(m->file[0], "maps/../data/*.ebc", "a relative file");
	is_str(m->file[1], "-", "standard input");
	is_str(m->file[2], "/abs/x", "an absolute file");
	is_int(m->format, MAP_V, "format");
	is_str(m->encoding, "cp1047", "encoding");
	is_int(m->record_length, 200, "record_length");
	is_int(m->rdw_little, MAP_YES, "rdw endian");
	is_int(m->rdw_inclusive, MAP_NO, "rdw inclusive");
	ok(m->policies.number_sign_lenient && m->policies.number_pad_digit,
	    "lenient signs, pad digits");
	ok(m->ieee_floats && m->little_floats && m->little_comp5, "floats and comp-5");
	ok(m->copybook_free && !m->copybook_fixed, "copybook_format");
	is_int(m->ninclude, 1, "include");
	is_str(m->include[0], "maps/lib", "include's path");
	is_str(m->target, "sqlite:maps/customer.db", "target");
	is_str(m->schema, "benefits", "schema");
	is_int(m->policies.number_spaces, POLICY_ZERO, "spaces");
	is_int(m->policies.number_low, POLICY_REJECT, "low-values");
	is_int(m->policies.number_high, policies_default.number_high,
	    "high-values as they are by default");
	is_int(m->policies.number_leading_blanks, POLICY_ZERO, "blanks");
	is_int(m->policies.text_trim, TRIM_BOTH, "trim");
	is_int(m->policies.text_empty, POLICY_NULL, "empty");
	is_int(m->policies.text_unmappable, POLICY_KEEP, "unmappable");
	is_int(m->policies.date_nines, POLICY_REJECT, "nines");
	is_int(m->policies.date_zeros, policies_default.date_zeros, "zeros");
}

static void
test_tables(const struct mapping *m)
{
	const struct map_table *t = m->table;
	const struct map_column *c;

	is_int(m->ntable, 2, "tables");
	is_str(t->name, "person", "a table");
	is_int(t->at.line, 20, "its line");
	is_int(t->nkey, 1, "a key of one column");
	ok(t->when != NULL && t->when->kind == EX_NAME && t->each == NULL,
	    "when");
	is_int(t->ncolumn, 3, "columns");
	c = &t->column[1];
	is_str(c->name, "status", "a column");
	ok(c->from != NULL && c->from->kind == EX_CALL, "from");
	is_int(c->from->at.line, 27, "from's line");
	is_int(c->from->at.col, 11, "from's column");
	is_int(c->from->at.len, 18, "from's length");
	ok(c->has_type && c->type.kind == SQL_TEXT && c->type.length == 10,
	    "type");
	is_int(c->type_at.line, 28, "type's line");
	ok(c->not_null, "not null");
	is_int(c->sqlite, SQLITE_FORM_AUTO, "sqlite by default");
	is_int(t->column[2].sqlite, SQLITE_FORM_MINOR, "sqlite: minor");
	ok(!t->column[2].has_type && !t->column[2].not_null, "by default");
	t = &m->table[1];
	ok(t->each != NULL && t->each->nname == 2, "each");
	is_int(t->nkey, 2, "a key of two columns");
	is_str(t->key[1].name, "seq", "the second");
	is_int(t->key[1].at.col, 22, "its place");
	is_str(t->column[0].name, "seq", "columns in their order");
}

static void
test_sample(void)
{
	struct arena a;
	struct diags ds;
	struct buf b;
	const struct mapping *m;

	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&b, 4096);
	m = mapping_parse(&a, &ds, srctext_new(&a, "maps/customer.yaml",
	    sample, sizeof sample - 1));
	is_str(errors_of(&b, &ds), "", "the sample is clean");
	if (ok(m != NULL && m->ntable == 2, "the sample is read")) {
		test_source(m);
		test_tables(m);
	}
	buf_fini(&b);
	arena_fini(&a);
}

static void
test_defaults(void)
{
	static const char yaml[] = "source: {copybook: c}\n"
	    "tables: {t: {columns: {a: A}}}\ntarget: csv:-\n";
	static const struct {
		const char *path, *name;
	} names[] = {
		{ "x.yaml", "x" }, { "a.b/x.yml", "x" }, { "/y", "y" },
		{ "a/.yaml", ".yaml" }, { "x.yaml.bak", "x.yaml.bak" },
	};
	struct arena a;
	struct diags ds;
	const struct mapping *m;
	size_t i;

	arena_init(&a);
	diags_init(&ds, &a);
	m = mapping_parse(&a, &ds, srctext_new(&a, "x.yaml", yaml,
	    sizeof yaml - 1));
	ok(m != NULL && ds.errors == 0, "a small mapping");
	is_int(m->version, 1, "version by default");
	is_str(m->copybook, "c", "a copybook beside it");
	is_int(m->nfile, 0, "no file");
	is_int(m->format, MAP_FIXED, "fixed");
	is_str(m->encoding, "cp037", "cp037");
	ok(m->encoding_at.src == NULL, "by default");
	is_int(m->rdw_little, MAP_GUESS, "endian guessed");
	is_int(m->rdw_inclusive, MAP_GUESS, "inclusive guessed");
	ok(!m->ieee_floats && !m->little_comp5 && !m->copybook_free &&
	    !m->copybook_fixed, "the rest");
	is_str(m->target, "csv:-", "standard output stays");
	is_str(m->schema, "x", "schema");
	ok(memcmp(&m->policies, &policies_default, sizeof m->policies) == 0,
	    "policies");
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		m = mapping_parse(&a, &ds, srctext_new(&a, names[i].path,
		    yaml, sizeof yaml - 1));
		is_str(m->name, names[i].name, "the name of %s",
		    names[i].path);
	}
	arena_fini(&a);
}

/* Sizes: an error, quickly, and no more memory than the text needs. */
static void
test_limits(void)
{
	static const struct {
		const char *before, *repeat;
		unsigned times;
		const char *after, *code;
	} rows[] = {
		{ "a: ", "[", 100000, "", "M005" },
		{ "", "- ", 100000, "", "M005" },
		{ "a: ", "{b: ", 100000, "", "M005" },
		{ "- x\n", "- x\n", 250000, "", "M005" },
		{ "", "- &a x\n", 2000, "", "M005" },
		{ "", "0123456789abcdef", 600000, "", "M005" },
		{ BEFORE, "   a: A\n", 100, "", "M015" },
		{ BEFORE "   a: ", "A.", 1000, "A\n", "M048" },
	};
	struct arena a;
	struct diags ds;
	struct buf b;
	size_t i;
	unsigned k;

	buf_init(&b, 16u << 20);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&b);
		buf_puts(&b, rows[i].before);
		for (k = 0; k < rows[i].times; k++)
			buf_puts(&b, rows[i].repeat);
		buf_puts(&b, rows[i].after);
		arena_init(&a);
		diags_init(&ds, &a);
		mapping_parse(&a, &ds, srctext_new(&a, "x", b.p, b.len));
		is_str(ds.first != NULL ? diag_name(ds.first->code) : "none",
		    rows[i].code, "%u times %.4s", rows[i].times,
		    rows[i].repeat[0] == '-' ? "-" : rows[i].repeat);
		if (ds.first != NULL)
			raised[ds.first->code] = true;
		arena_fini(&a);
	}
	/* 1600 columns are PostgreSQL's limit */
	for (k = 1600; k <= 1601; k++) {
		buf_clear(&b);
		buf_puts(&b, BEFORE);
		for (i = 0; i < k; i++)
			buf_printf(&b, "   c%zu: A\n", i);
		arena_init(&a);
		diags_init(&ds, &a);
		mapping_parse(&a, &ds, srctext_new(&a, "x", b.p, b.len));
		is_int(ds.errors, k == 1601, "%u columns", k);
		arena_fini(&a);
	}
	/* aliases of aliases of aliases */
	buf_clear(&b);
	buf_puts(&b, "a: &a [x,x,x,x,x,x,x,x,x,x]\n");
	for (k = 'b'; k < 'k'; k++)
		buf_printf(&b, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n",
		    k, k, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1,
		    k - 1);
	arena_init(&a);
	diags_init(&ds, &a);
	ok(mapping_parse(&a, &ds, srctext_new(&a, "x", b.p, b.len)) == NULL &&
	    ds.first->code == DIAG_M005, "a billion laughs");
	arena_fini(&a);
	buf_fini(&b);
}

static void
test_files(void)
{
	struct arena a;
	struct diags ds;
	struct buf b;

	arena_init(&a);
	diags_init(&ds, &a);
	buf_init(&b, 4096);
	ok(mapping_read(&a, &ds, "/nonexistent/x.yaml") == NULL, "no file");
	is_str(errors_of(&b, &ds), "0:0 M001", "an error without a line");
	buf_clear(&b);
	diag_render(&b, ds.first, false);
	is_str(b.p, "/nonexistent/x.yaml: error M001: the mapping cannot be "
	    "read: No such file or directory\nhint: the mapping comes first, "
	    "then the data files; decant init writes one for a copybook\n",
	    "as it is shown");
	diags_init(&ds, &a);
	ok(mapping_read(&a, &ds, "/") == NULL && ds.errors == 1,
	    "a directory");
	buf_fini(&b);
	arena_fini(&a);
}

/* The keys that say how records stand in a file. */
static void
test_formats(void)
{
	static const char head[] = "source:\n  copybook: c\n",
	    tail[] = "tables: {t: {columns: {a: A}}}\n";
	static const struct {
		const char *name;
		enum map_format format;
		bool control;
	} t[] = {
		{ "fixed", MAP_FIXED, false }, { "v", MAP_V, false },
		{ "text", MAP_TEXT, false }, { "vb", MAP_VB, false },
		{ "vbs", MAP_VBS, false }, { "vs", MAP_VS, false },
		{ "u", MAP_U, false }, { "fba", MAP_FIXED, true },
		{ "vba", MAP_VB, true }, { "odo", MAP_ODO, false },
		{ "gnucobol", MAP_GNUCOBOL, false },
		{ "microfocus", MAP_MICROFOCUS, false },
	};
	static const char full[] =
	    "  format: length\n"
	    "  asa: true\n"
	    "  length:\n"
	    "    offset: 3\n"
	    "    size: 1\n"
	    "    map: {A: 80, \"x'00FF'\": 12}\n"
	    "  skip: {bytes_first: 1, bytes_last: 2, records_first: 3,\n"
	    "    records_last: 4, record_bytes_first: 0,\n"
	    "    record_bytes_last: 6}\n",
	    numbers[] =
	    "  format: length\n"
	    "  length: {field: REC-LEN OF HEAD, counts: rest, adjust: -4}\n",
	    others[] = "  format: text\n  line_end: nel\n  control: machine\n";
	struct arena a;
	struct diags ds;
	struct mapping *m;
	char text[600];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		arena_init(&a);
		diags_init(&ds, &a);
		snprintf(text, sizeof text, "%s  format: %s\n%s", head,
		    t[i].name, tail);
		m = mapping_parse(&a, &ds, srctext_new(&a, "m.yaml", text,
		    strlen(text)));
		ok(ds.errors == 0 && m->format == t[i].format &&
		    m->control == t[i].control && m->bdw == MAP_GUESS &&
		    m->varseq == MAP_VARSEQ_GUESS, "format %s", t[i].name);
		arena_fini(&a);
	}
	arena_init(&a);
	diags_init(&ds, &a);
	snprintf(text, sizeof text, "%s%s%s", head, full, tail);
	m = mapping_parse(&a, &ds, srctext_new(&a, "m.yaml", text,
	    strlen(text)));
	ok(ds.errors == 0 && m->control && m->length.offset == 3 &&
	    m->length.size == 1 && m->length.nchoice == 2 &&
	    m->length.choice[0].number == 80 && !m->length.choice[0].hex &&
	    m->length.choice[1].hex && m->length.choice[1].text.len == 2 &&
	    memcmp(m->length.choice[1].text.p, "\0\xff", 2) == 0,
	    "lengths by value");
	ok(m->skip.bytes_first == 1 && m->skip.bytes_last == 2 &&
	    m->skip.records_first == 3 && m->skip.records_last == 4 &&
	    m->skip.record_bytes_first == 0 && m->skip.record_bytes_last == 6,
	    "skip");
	snprintf(text, sizeof text, "%s%s%s", head, numbers, tail);
	m = mapping_parse(&a, &ds, srctext_new(&a, "m.yaml", text,
	    strlen(text)));
	ok(ds.errors == 0 && m->length.field->nname == 2 && m->length.rest &&
	    m->length.adjust == -4, "a length field by its name");
	snprintf(text, sizeof text, "%s%s%s", head, others, tail);
	m = mapping_parse(&a, &ds, srctext_new(&a, "m.yaml", text,
	    strlen(text)));
	ok(ds.errors == 0 && m->line_end == MAP_LINE_NEL && m->control,
	    "line_end and control");
	arena_fini(&a);
}

/* ---- dataset files ------------------------------------------------------ */

#define DATASET	"decant: dataset 1\nname: d\n"
#define MEMBERS	DATASET "members: [{mapping: a.yaml}, {mapping: b.yaml}]\n"
#define KEYS	MEMBERS "foreign keys:\n"

static const struct {
	const char *yaml, *want;
} datasets[] = {
	{ MEMBERS, "" },
	{ KEYS "- {table: u, columns: a, references: t}\n", "" },
	{ KEYS "- {table: u, columns: [a, b], references: T, to: [b, a]}\n",
	    "" },
	{ "decant: dataset 2\nname: d\nmembers: [{mapping: a.yaml}]\n",
	    "1:9 M082" },
	{ DATASET "members: [{mapping: none.yaml}]\n", "0:0 M001" },
	{ DATASET "members: [{mapping: a.yaml}, {mapping: a.yaml}]\n",
	    "3:30 M083 3:30 M084" },
	{ DATASET "members: [{mapping: a.yaml}, {mapping: c.yaml}]\n",
	    "3:30 M084" },
	{ DATASET "members: [{mapping: a.yaml}, {mapping: v.yaml}]\n", "" },
	{ DATASET "members: [{mapping: v.yaml}, {mapping: b.yaml}]\n",
	    "4:3 M087" },
	{ DATASET "members: [{mapping: b.yaml}, {mapping: v.yaml}]\n",
	    "4:3 M087" },
	{ KEYS "- {table: x, columns: a, references: t}\n", "5:11 M085" },
	{ KEYS "- {table: u, columns: x, references: t}\n", "5:23 M085" },
	{ KEYS "- {table: u, columns: a, references: x}\n", "5:38 M085" },
	{ KEYS "- {table: u, columns: a, references: t, to: b}\n",
	    "5:3 M085" },
	{ KEYS "- {table: u, columns: [a, b], references: t}\n",
	    "5:3 M085" },
	{ KEYS "- {table: t, columns: a, references: u}\n", "5:3 M086" },
	{ KEYS "- {table: u, columns: a, references: u}\n", "5:3 M086" },
	{ DATASET "members: [{mapping: d.yaml}]\n", "1:1 M081" },
};

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (!ok(f != NULL && fputs(text, f) != EOF && fclose(f) == 0,
	    "%s is written", name))
		exit(1);
}

static void
test_datasets(void)
{
	char dir[] = "/tmp/test_mapping.XXXXXX";
	struct map_dataset *d;
	struct arena a;
	struct diags ds;
	struct buf b;
	size_t i;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		exit(1);
	write_file("a.yaml", "source: {copybook: c}\ntables: {t: {key: a, "
	    "unique: [[a, b]], columns: {a: A, b: B}}}\n");
	write_file("b.yaml", "source: {copybook: c}\ntables: {u: {key: a, "
	    "columns: {a: A, b: B}}}\n");
	write_file("c.yaml", "source: {copybook: c}\ntables: {T: {columns: "
	    "{a: A}}}\n");
	write_file("v.yaml", "source: {copybook: c}\ntables: {x: {columns: "
	    "{a: A}}}\ncompat: {w: {table: x, columns: {b: a}},\n"
	    "  u: {table: x, columns: {b: a}}}\n");
	buf_init(&b, 1u << 20);
	for (i = 0; i < sizeof datasets / sizeof datasets[0]; i++) {
		write_file("d.yaml", datasets[i].yaml);
		arena_init(&a);
		diags_init(&ds, &a);
		d = dataset_file_read(&a, &ds, "d.yaml");
		if (d != NULL)
			dataset_file_members(&a, &ds, d);
		is_str(errors_of(&b, &ds), datasets[i].want, "dataset %zu", i);
		if (i == 1)
			is_int(d->own->ntest, 1, "a foreign key is a test");
		arena_fini(&a);
	}
	buf_fini(&b);
	for (i = 0; i < 5; i++)
		unlink(&"a.yaml\0b.yaml\0c.yaml\0v.yaml\0d.yaml"[7 * i]);
	if (chdir("/") != 0 || rmdir(dir) != 0)
		exit(1);
}

/* Each code of the area has a row that raises it. */
static void
test_all_raised(void)
{
	int i;

	for (i = 0; i < DIAG_COUNT; i++)
		if (diag_name((enum diag_code)i)[0] == 'M')
			ok(raised[i], "%s: %s", diag_name((enum diag_code)i),
			    diag_summary((enum diag_code)i));
}

int
main(void)
{
	test_errors();
	test_hints();
	test_sample();
	test_defaults();
	test_limits();
	test_files();
	test_formats();
	test_datasets();
	test_all_raised();
	return tap_done();
}
