/*
 * Records out of files: framings, compression, streams, bad input, and back.
 *
 * Inputs are written out by hand, or made by gzip(1) and zstd(1); what should
 * come out stands beside them as a transcript (record_fixture.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record_fixture.h"

/* ---- small files, all framings, all ways to read them ---- */

#define FIX(n)	{ .framing = FRAMING_FIXED, .record_length = (n) }
#define V(little, inclusive)						\
	{ .framing = FRAMING_V, .rdw_little = (little),			\
	    .rdw_inclusive = (inclusive) }
#define TEXT(n, p)							\
	{ .framing = FRAMING_TEXT, .max_length = (n), .page = (p) }
#define IN(s)	(s), sizeof (s) - 1

static const struct small {
	const char *name, *in;
	size_t n;
	struct framing_options framing;
	const char *out;
} small[] = {
	{ "an empty file, fixed", IN(""), FIX(3), "" },
	{ "an empty file, v", IN(""), V(TRI_GUESS, TRI_GUESS), "" },
	{ "an empty file, text", IN(""), TEXT(5, &ascii), "" },
	{ "fixed", IN("abcdefghi"), FIX(3),
	    "0:1@0[abc]\n0:2@3[def]\n0:3@6[ghi]\n" },
	{ "fixed with a cut tail", IN("abcdefgh"), FIX(3),
	    "0:1@0[abc]\n0:2@3[def]\n0:3@6!2[gh]\n" },
	{ "fixed, less than one record", IN("ab"), FIX(3), "0:1@0!2[ab]\n" },
	{ "v as on z/OS", IN("\0\x7\0\0abc\0\x4\0\0\0\x5\0\0d"),
	    V(TRI_NO, TRI_YES), "0:1@0[abc]\n0:2@7[]\n0:3@11[d]\n" },
	{ "v as on z/OS, guessed", IN("\0\x7\0\0abc\0\x4\0\0\0\x5\0\0d"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7[]\n0:3@11[d]\n" },
	{ "v, big, exclusive", IN("\0\x3\0\0abc\0\x1\0\0d"),
	    V(TRI_NO, TRI_NO), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, big, exclusive, guessed", IN("\0\x3\0\0abc\0\x1\0\0d"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, little, inclusive, guessed", IN("\x7\0\0\0abc\x5\0\0\0d"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, little, exclusive, guessed", IN("\x3\0\0\0abc\x1\0\0\0d"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, the word swapped, guessed", IN("\0\0\x3\0abc\0\0\x1\0d"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, the word swapped, told", IN("\0\0\x3\0abc\0\0\x1\0d"),
	    V(TRI_YES, TRI_NO), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, the length last, guessed", IN("\0\0\0\x3" "abc\0\0\0\x1" "d"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7[d]\n" },
	{ "v, cut in the record", IN("\0\x7\0\0abc\0\x7\0\0de"),
	    V(TRI_NO, TRI_YES), "0:1@0[abc]\n0:2@7!6[\\00\\07\\00\\00de]\n" },
	{ "v, cut in the RDW, guessed", IN("\0\x7\0\0abc\0\x7\0"),
	    V(TRI_GUESS, TRI_GUESS), "0:1@0[abc]\n0:2@7!3[\\00\\07\\00]\n" },
	{ "v, length 0", IN("\0\x7\0\0abc\0\0\0\0xyz"), V(TRI_NO, TRI_YES),
	    "0:1@0[abc]\n0:2@7!7[\\00\\00\\00\\00xyz]\n" },
	{ "v, length 3 counting itself", IN("\0\x5\0\0a\0\x3\0\0xyz"),
	    V(TRI_NO, TRI_YES), "0:1@0[a]\n0:2@5!7[\\00\\03\\00\\00xyz]\n" },
	{ "v, length 0 not counting itself", IN("\0\x1\0\0a\0\0\0\0"),
	    V(TRI_NO, TRI_NO), "0:1@0[a]\n0:2@5!4[\\00\\00\\00\\00]\n" },
	{ "v, third byte", IN("\0\x5\0\0a\0\x5\x9\0b"), V(TRI_NO, TRI_YES),
	    "0:1@0[a]\n0:2@5!5[\\00\\05\\09\\00b]\n" },
	{ "v, too long for its layout", IN("\x1\0\0\0a\0\0\x1\0b"),
	    V(TRI_YES, TRI_NO), "0:1@0[a]\n0:2@5!5[\\00\\00\\01\\00b]\n" },
	{ "text, LF", IN("ab\ncde\n\nf\n"), TEXT(4, &ascii),
	    "0:1@0[ab  ]\n0:2@3[cde ]\n0:3@7[    ]\n0:4@8[f   ]\n" },
	{ "text, CRLF, the last line without", IN("ab\r\ncd\r\r\nef"),
	    TEXT(2, &ascii), "0:1@0[ab]\n0:2@4[cd\\0d]\n0:3@9[ef]\n" },
	{ "text, Ctrl-Z at the end", IN("ab\r\ncd\r\n\x1a"), TEXT(2, &ascii),
	    "0:1@0[ab]\n0:2@4[cd]\n" },
	{ "text, Ctrl-Z behind the last line", IN("a\x1a\ncd\x1a\x1a"),
	    TEXT(2, &ascii), "0:1@0[a\\1a]\n0:2@3[cd]\n" },
	{ "text, nothing but Ctrl-Z", IN("\x1a"), TEXT(2, &ascii), "" },
	{ "text, long lines keep all but blanks",
	    IN("abcdef  \nabc     \nab  x   \n"), TEXT(4, &ascii),
	    "0:1@0[abcdef]\n0:2@9[abc ]\n0:3@18[ab  x]\n" },
	{ "text, length not known", IN("ab  \n\nc\n"), TEXT(0, &ascii),
	    "0:1@0[ab  ]\n0:2@5[]\n0:3@6[c]\n" },
	{ "text, EBCDIC with NEL", IN("\xc1\x15\xc2\xc3\x15\x0a"),
	    TEXT(2, &ebcdic), "0:1@0[\\c1@]\n0:2@2[\\c2\\c3]\n0:3@5[\\0a@]\n" },
	{ "text, EBCDIC with LF and NEL", IN("\xc1\x25\xc2\x15\x25\x1a"),
	    TEXT(1, &ebcdic),
	    "0:1@0[\\c1]\n0:2@2[\\c2]\n0:3@4[@]\n0:4@5[\\1a]\n" },
};
#define NSMALL	(sizeof small / sizeof *small)

/* Reads with many batch sizes, twice each where `twice`. */
static void
check_small(const struct small *t, const char *const *file, const char *how,
    bool twice)
{
	static const uint32_t records[] = { 1, 2, 7, 1000 };
	static const uint32_t bytes[] = { 1, 9, 1000, 0 };
	struct source_options o = { .framing = t->framing, .file = file,
	    .nfile = 1, .tail_is_data = true };
	struct source *s;
	struct buf b;
	bool good = true;
	uint32_t i;

	buf_init(&b, 1 << 20);
	for (i = 0; i < 16 && good; i++) {
		o.batch_records = records[i / 4];
		o.batch_bytes = bytes[i % 4];
		buf_clear(&b);
		if ((s = source_new(&diags, &o)) == NULL) {
			good = false;
			break;
		}
		good = transcript(s, &b, &o) == END &&
		    strcmp(b.p != NULL ? b.p : "", t->out) == 0;
		buf_clear(&b);
		if (good && twice)
			good = source_rewind(s) == OK &&
			    transcript(s, &b, &o) == END &&
			    strcmp(b.p != NULL ? b.p : "", t->out) == 0;
		source_free(s);
	}
	if (!ok(good && diags.errors == 0, "%s, %s", t->name, how)) {
		printf("# batches of %u and %u bytes gave\n%s# %s\n",
		    o.batch_records, o.batch_bytes, b.p ? b.p : "",
		    diags.first != NULL ? diags.first->message : "");
		diags_clear();
	}
	buf_fini(&b);
}

static void
test_small(void)
{
	const char *file[1];
	bool zstd = run("zstd --version >/dev/null 2>&1%s%s", "", "");
	char copy[256];
	size_t i;

	for (i = 0; i < NSMALL; i++) {
		file[0] = file_put("small", small[i].in, small[i].n);
		check_small(&small[i], file, "plain", true);
		/* two members, the second one empty; then padding */
		snprintf(copy, sizeof copy, "%s", path_of("small.z"));
		run("(gzip -c %s; gzip -c </dev/null; head -c 99 /dev/zero) "
		    ">%s", file[0], copy);
		file[0] = copy;
		check_small(&small[i], file, "gzip", true);
		if (!zstd) {
			tap_skip(small[i].name, "no zstd(1)");
			continue;
		}
		run("(zstd -qc </dev/null; zstd -qc %s) >%s",
		    path_of("small"), copy);
		check_small(&small[i], file, "zstd", true);
	}
}

/* A child that writes the bytes in small pieces; its end is our stdin. */
static pid_t
feed_stdin(const void *p, size_t n, size_t piece)
{
	int fd[2];
	size_t at, k;
	pid_t pid;

	if (pipe(fd) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		signal(SIGPIPE, SIG_DFL);
		close(fd[0]);
		for (at = 0; at < n; at += k) {
			k = n - at < piece ? n - at : piece;
			if (write(fd[1], (const char *)p + at, k) != (ssize_t)k)
				_exit(1);
		}
		_exit(0);
	}
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	close(fd[1]);
	return pid;
}

static void
test_streams(void)
{
	static const char *const file[] = { "-" };
	struct source_options o = { .file = file, .nfile = 1 };
	struct source *s;
	struct buf b;
	uint32_t i, spool;
	pid_t pid;

	buf_init(&b, 1 << 20);
	for (i = 0; i < 2 * NSMALL; i++) {
		const struct small *t = &small[i / 2];

		spool = i % 2;
		o.framing = t->framing;
		o.spool = spool;
		o.batch_records = 2;
		pid = feed_stdin(t->in, t->n, 1);
		buf_clear(&b);
		s = source_new(&diags, &o);
		ok(s != NULL && transcript(s, &b, &o) == END &&
		    strcmp(b.p != NULL ? b.p : "", t->out) == 0,
		    "%s, from a pipe", t->name);
		waitpid(pid, NULL, 0);
		buf_clear(&b);
		if (spool)
			ok(source_rewind(s) == OK &&
			    transcript(s, &b, &o) == END &&
			    strcmp(b.p != NULL ? b.p : "", t->out) == 0,
			    "%s, from the spool", t->name);
		else if (t->out[0] != '\0' && source_rewind(s) == FATAL)
			is_diag(DIAG_F014, "(standard input)", t->name);
		source_free(s);
	}
	buf_fini(&b);
}

/* A second pass that starts before the first has read all of a pipe. */
static void
test_spool_half(void)
{
	static const char *const file[] = { "-" };
	struct source_options o = { .framing = FIX(1000), .file = file,
	    .nfile = 1, .batch_records = 3, .spool = true };
	size_t n = 1 << 20, i;
	uint64_t done, all, seen = 0;
	uint8_t *p = mem_alloc(n);
	struct source *s;
	struct slab slab;
	bool same = true;
	pid_t pid;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 2654435761u >> 24);
	pid = feed_stdin(p, n / 1000 * 1000, 4096);
	slab_init(&slab);
	s = source_new(&diags, &o);
	ok(source_next(s, &slab) == OK && source_rewind(s) == OK,
	    "a spool is rewound early");
	while (source_next(s, &slab) == OK) {
		same = same && memcmp(slab.bytes, p + seen, slab.used) == 0;
		seen += slab.used;
	}
	ok(same && seen == n / 1000 * 1000, "spool and pipe make one input");
	source_progress(s, &done, &all);
	ok(done == seen && all == 0, "progress of a pipe: no total");
	slab_fini(&slab);
	source_free(s);
	waitpid(pid, NULL, 0);
	mem_free(p);
}

/* ---- several files ---- */

static void
test_many(void)
{
	const char *file[4] = { file_put("a", "\0\5\0\0a\0\0", 7),
	    file_put("b", "", 0), file_put("c", "\0\6\0\0xy\0\0\0\0junk", 14),
	    file_put("d", "\0\5\0\0z", 5) };
	struct source_options o = { .framing = V(TRI_GUESS, TRI_GUESS),
	    .file = file, .nfile = 4 };
	uint64_t done, all;
	struct source *s;
	struct buf b;

	buf_init(&b, 1 << 20);
	s = source_new(&diags, &o);
	ok(transcript(s, &b, &o) == END, "four files");
	is_str(b.p, "0:1@0[a]\n0:2@5!2[\\00\\00]\n"
	    "2:3@0[xy]\n2:4@6!8[\\00\\00\\00\\00junk]\n3:5@0[z]\n",
	    "a cut tail and a broken chain end their files only");
	source_progress(s, &done, &all);
	ok(done == 26 && all == 26, "progress over all files");
	is_int(source_facts(s)->size, 26, "their size is a fact");
	buf_clear(&b);
	ok(source_rewind(s) == OK && transcript(s, &b, &o) == END &&
	    strstr(b.p, "3:5@0[z]") != NULL, "and again");
	source_free(s);
	file[0] = file[1];		/* the empty one first */
	file[2] = file[3];
	o.nfile = 3;
	s = source_new(&diags, &o);
	buf_clear(&b);
	ok(transcript(s, &b, &o) == END && strcmp(b.p, "2:1@0[z]\n") == 0 &&
	    source_facts(s)->guessed && source_facts(s)->rdw_inclusive,
	    "guessed from the first file that has bytes");
	source_free(s);
	buf_fini(&b);
}

static void
test_facts(void)
{
	static const struct {
		const char *in;
		size_t n;
		bool little, inclusive, last;
	} t[] = {
		{ IN("\0\x5\0\0a\0\x5\0\0b"), false, true, false },
		{ IN("\0\x1\0\0a\0\x1\0\0b"), false, false, false },
		{ IN("\x5\0\0\0a\x5\0\0\0b"), true, true, false },
		{ IN("\x1\0\0\0a\x1\0\0\0b"), true, false, false },
		{ IN("\0\0\x1\0a\0\0\x1\0b"), true, false, true },
		{ IN("\0\0\0\x5" "a\0\0\0\x5" "b"), false, true, true },
	};
	struct source_options o = { .framing = V(TRI_GUESS, TRI_GUESS),
	    .nfile = 1 };
	const struct source_facts *f;
	const char *file[1];
	struct source *s;
	size_t i;

	o.file = file;
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		file[0] = file_put("facts", t[i].in, t[i].n);
		s = source_new(&diags, &o);
		f = source_facts(s);
		ok(f->guessed && f->framing == FRAMING_V &&
		    f->rdw_little == t[i].little && f->rdw_last == t[i].last &&
		    f->rdw_inclusive == t[i].inclusive &&
		    f->compression == NULL && f->size == 10,
		    "facts of RDW form %zu", i);
		source_free(s);
	}
	run("gzip -c %s >%s", path_of("facts"), path_of("facts.gz"));
	file[0] = path_of("facts.gz");
	s = source_new(&diags, &o);
	is_str(source_facts(s)->compression, "gzip", "compression is a fact");
	source_free(s);
}

/* ---- what cannot be read ---- */

static void
refuses(const struct framing_options *f, const char *path,
    enum diag_code code, const char *words, const char *what)
{
	struct source_options o = { .framing = *f, .file = &path, .nfile = 1 };
	struct source *s = source_new(&diags, &o);

	if (!ok(s == NULL, "refused: %s", what))
		source_free(s);
	is_diag(code, words, what);
}

static void
test_refusals(void)
{
	static const struct framing_options fix = FIX(100), zero = FIX(0),
	    huge = FIX(RECORD_MAX + 1), guess = V(TRI_GUESS, TRI_GUESS),
	    zos = V(TRI_NO, TRI_YES), wide = TEXT(RECORD_MAX + 1, &ascii),
	    widev = { .framing = FRAMING_V, .max_length = RECORD_MAX + 1 };
	static const char *const twice[] = { "-", "-" };
	struct source_options o = { .framing = FIX(3), .file = twice };
	const char *a = file_put("f", "abc", 3), *path;

	ok(source_new(&diags, &o) == NULL, "no files");
	is_diag(DIAG_F001, NULL, "an empty list");
	o.nfile = 2;
	ok(source_new(&diags, &o) == NULL, "two standard inputs");
	is_diag(DIAG_F020, NULL, "- -");
	refuses(&fix, path_of("none"), DIAG_F002, "none", "no such file");
	refuses(&fix, path_of("f/x"), DIAG_F002, "f/x", "a file as directory");
	refuses(&fix, dir, DIAG_F004, "/*", "a directory");
	path = path_of("loop");
	if (symlink(path, path) != 0)
		abort();
	refuses(&fix, path, DIAG_F005, strerror(ELOOP), "a link to itself");
	refuses(&zero, a, DIAG_F007, "0 bytes", "record length 0");
	refuses(&huge, a, DIAG_F007, "16777217", "a fixed record too long");
	refuses(&wide, a, DIAG_F007, "16777217", "a text record too long");
	refuses(&widev, a, DIAG_F007, "16777217", "a v record too long");
	refuses(&guess, file_put("f", "just some text\n", 15), DIAG_F008,
	    "X'6A757374'", "text is no chain");
	refuses(&guess, file_put("f", "\0\0\0\0\0\0\0\0", 8), DIAG_F008,
	    "X'00000000'", "zeros are no chain");
	refuses(&guess, file_put("f", "\0\5\0\0a\0\5\1\0b\0\5\2\0c", 15),
	    DIAG_F009, "record 2", "a segment in second place");
	refuses(&zos, file_put("f", "\0\5\1\0b\0\5\2\0c", 10),
	    DIAG_F009, "record 1", "a segment in first place");
	/* Reading address 0 of a process is an I/O error (proc(5)). */
	if (access("/proc/self/mem", R_OK) == 0)
		refuses(&fix, "/proc/self/mem", DIAG_F010, strerror(EIO),
		    "a read error");
	else
		tap_skip("a read error", "no /proc");
	refuses(&fix, file_put("f", "PK\3\4........", 12), DIAG_F016,
	    "zip", "zip");
}

static void
test_permission(void)
{
	static const struct framing_options fix = FIX(3);
	const char *path = file_put("secret", "abc", 3);
	uid_t was = geteuid();

	chmod(path, 0);
	chmod(dir, 0755);
	if (was == 0 && seteuid(65534) != 0)
		abort();
	refuses(&fix, path, DIAG_F003, "ls -l", "permission denied");
	if (was == 0 && seteuid(was) != 0)
		abort();
}

static void
test_sizes(void)
{
	static const struct framing_options hundred = FIX(100), ten = FIX(10);
	static char bytes[1001];
	const char *file[2], *path;
	struct source_options o = { .framing = FIX(100), .file = file,
	    .nfile = 2 };

	/* 1001 = 7 x 11 x 13: the divisors are 1 7 11 13 77 91 143 1001 */
	path = file_put("f", bytes, 1001);
	refuses(&hundred, path, DIAG_F006, "91 and 143", "the nearest lengths");
	refuses(&hundred, path, DIAG_F006, "1001 bytes", "the size is named");
	refuses(&hundred, path, DIAG_F006, "length 100 ", "so is the length");
	refuses(&hundred, path, DIAG_F006, "(1 are left", "so is the rest");
	refuses(&ten, file_put("f", bytes, 7), DIAG_F006, "divides it is 7",
	    "a file shorter than a record");
	/* 997 is a prime number */
	refuses(&ten, file_put("f", bytes, 997), DIAG_F006, "divides it is 997",
	    "a prime size");
	file[0] = file_put("good", bytes, 1000);
	file[1] = file_put("f", bytes, 950);
	ok(source_new(&diags, &o) == NULL, "a second file is looked at");
	is_diag(DIAG_F006, "950 bytes", "before the first one is read");
}

/* ---- damage that shows late ---- */

static void
fails(const char *path, enum diag_code code, const char *words,
    const char *what)
{
	struct source_options o = { .framing = FIX(10), .file = &path,
	    .nfile = 1 };
	struct source *s = source_new(&diags, &o);
	struct slab slab;
	enum grade g;

	slab_init(&slab);
	while ((g = source_next(s, &slab)) == OK || g == BAD)
		;
	is_int(g, FATAL, "fatal: %s", what);
	is_diag(code, words, what);
	is_int(source_next(s, &slab), FATAL, "fatal for ever: %s", what);
	is_int(source_rewind(s), FATAL, "no second try: %s", what);
	is_int(diags.errors, 0, "said once: %s", what);
	slab_fini(&slab);
	source_free(s);
}

static void
test_damage(void)
{
	size_t n = 500000, i;
	uint8_t *p = mem_alloc(n), *q;
	char gz[256], bad[256];
	const char *plain;
	struct stat st;
	FILE *f;

	for (i = 0; i < n; i++)		/* does not compress well */
		p[i] = (uint8_t)((i * i + i / 7) * 2654435761u >> 24);
	plain = file_put("plain", p, n);
	snprintf(gz, sizeof gz, "%s", path_of("z"));
	snprintf(bad, sizeof bad, "%s", path_of("bad"));
	run("gzip -c %s >%s", plain, gz);
	run("head -c 1000 %s >%s", gz, bad);
	fails(bad, DIAG_F012, "offset 1000", "gzip data cut");
	run("head -c 5 %s >%s", gz, bad);
	fails(bad, DIAG_F012, "offset 5", "gzip cut in its header");
	run("(cat %s; echo garbage) >%s", gz, bad);
	fails(bad, DIAG_F011, "follow the gzip data", "garbage after gzip");
	stat(gz, &st);
	q = mem_alloc((size_t)st.st_size);
	f = fopen(gz, "rb");
	if (f == NULL || fread(q, 1, (size_t)st.st_size, f) !=
	    (size_t)st.st_size)
		abort();
	fclose(f);
	q[st.st_size - 8] ^= 1;		/* CRC-32, RFC 1952 2.3.1 */
	fails(file_put("bad", q, (size_t)st.st_size), DIAG_F011, "\"",
	    "wrong check sum of gzip");
	mem_free(q);
	if (run("zstd -qfc %s >%s", plain, gz)) {
		run("head -c 1000 %s >%s", gz, bad);
		fails(bad, DIAG_F012, "offset 1000", "zstd data cut");
		run("(cat %s; echo garbage) >%s", gz, bad);
		fails(bad, DIAG_F011, "zstd", "garbage after zstd");
	} else {
		tap_skip("damaged zstd", "no zstd(1)");
	}
	mem_free(p);
}

/* Changes the file after the first slab. */
static void
changes(const char *how, const char *words)
{
	const char *path = file_put("change", "abcdefghij", 10);
	struct source_options o = { .framing = FIX(1), .file = &path,
	    .nfile = 1, .batch_records = 4 };
	struct source *s = source_new(&diags, &o);
	struct slab slab;
	enum grade g;

	slab_init(&slab);
	source_next(s, &slab);
	run(how, path, "");
	while ((g = source_next(s, &slab)) == OK)
		;
	is_int(g, FATAL, "fatal: %s", how);
	is_diag(DIAG_F013, words, how);
	source_free(s);
	path = file_put("change", "abcdefghij", 10);
	s = source_new(&diags, &o);
	source_next(s, &slab);
	run(how, path, "");
	is_int(source_rewind(s), FATAL, "not rewound: %s", how);
	is_diag(DIAG_F013, words, how);
	source_free(s);
	slab_fini(&slab);
}

static void
test_changes(void)
{
	const char *path = file_put("change", "abcdefghij", 10);
	struct source_options o = { .framing = FIX(1), .file = &path,
	    .nfile = 1 };
	struct source *s = source_new(&diags, &o);
	struct slab slab;

	changes("echo more >>%s", NULL);
	changes("truncate -s 2 %s", "size");
	changes("touch -d 2001-01-01 %s", "written to");
	slab_init(&slab);
	while (source_next(s, &slab) == OK)
		;
	diags_clear();
	unlink(path);
	is_int(source_rewind(s), FATAL, "not rewound: the file is gone");
	slab_fini(&slab);
	source_free(s);
	diags_clear();
}

static void
test_spool_full(void)
{
	static const char *const file[] = { "-" };
	struct source_options o = { .framing = FIX(1), .file = file,
	    .nfile = 1, .spool = true };
	pid_t pid = feed_stdin("abc", 3, 3);

	setenv("TMPDIR", path_of("nowhere"), 1);
	ok(source_new(&diags, &o) == NULL, "no place for a spool");
	is_diag(DIAG_F015, "TMPDIR", "a spool in no directory");
	unsetenv("TMPDIR");
	waitpid(pid, NULL, 0);
}

/* ---- long records ---- */

static uint64_t
weigh(const char *path, const struct framing_options *f, uint64_t *records,
    uint64_t *fragments)
{
	struct source_options o = { .framing = *f, .file = &path,
	    .nfile = 1, .tail_is_data = true };
	struct source *s = source_new(&diags, &o);
	struct slab slab;
	uint64_t sum = 0;
	enum grade g;
	uint32_t i;

	*records = *fragments = 0;
	if (s == NULL)
		return 0;
	slab_init(&slab);
	while ((g = source_next(s, &slab)) == OK || g == BAD) {
		for (i = 0; i < slab.nrec; i++)
			sum += slab.rec[i].len;
		*records += slab.nrec;
		if (g == BAD)
			*fragments += source_fragment(s)->length;
	}
	slab_fini(&slab);
	source_free(s);
	return g == END ? sum : 0;
}

static void
test_long(void)
{
	static const struct framing_options fixed = FIX(RECORD_MAX),
	    text = TEXT(80, &ascii),
	    little = { .framing = FRAMING_V, .max_length = RECORD_MAX,
	    .rdw_little = TRI_YES, .rdw_inclusive = TRI_NO },
	    big = { .framing = FRAMING_V, .max_length = RECORD_MAX,
	    .rdw_little = TRI_GUESS, .rdw_inclusive = TRI_GUESS };
	size_t n = RECORD_MAX;
	uint8_t *p = mem_alloc(3 * n + 99);
	uint64_t records, rest;

	memset(p, 'x', 3 * n + 99);
	is_int(weigh(file_put("long", p, 2 * n), &fixed, &records, &rest),
	    2 * n, "fixed records of 16 MB");
	p[n] = '\n';
	p[2 * n + 1] = '\r';
	p[2 * n + 2] = '\n';
	is_int(weigh(file_put("long", p, 2 * n + 6), &text, &records, &rest),
	    2 * n + 80, "lines of 16 MB, and a short one");
	is_int(rest, 0, "they are no fragments");
	p[n] = 'x';
	p[n + 1] = '\n';
	p[2 * n + 2] = 'x';
	is_int(weigh(file_put("long", p, 3 * n + 50), &text, &records, &rest),
	    0, "lines of more than 16 MB");
	is_int(rest, 3 * n + 49, "are fragments");
	memset(p + n, ' ', 2 * n);
	p[3 * n] = '\n';
	is_int(weigh(file_put("long", p, 3 * n + 2), &text, &records, &rest),
	    80, "and reading goes on after them");
	is_int(rest, 3 * n, "a fragment of 48 MB");
	memcpy(p, "\0\0\0\1", 4);	/* 16,777,216 */
	memcpy(p + 4 + n, "\5\0\0\0", 4);
	is_int(weigh(file_put("long", p, n + 13), &little, &records, &rest),
	    n + 5, "a v record of 16 MB, little-endian");
	memcpy(p, "\1\0\0\4", 4);	/* 16,777,216 + 4 */
	memcpy(p + 4 + n, "\0\0\0\5", 4);
	is_int(weigh(file_put("long", p, n + 9), &big, &records, &rest),
	    n + 1, "a v record of 16 MB, guessed");
	memcpy(p, "\1\0\0\1", 4);	/* one byte too long */
	is_int(weigh(file_put("long", p, n + 20), &little, &records, &rest),
	    0, "a v record of more than 16 MB");
	is_int(rest, n + 20, "breaks the chain");
	mem_free(p);
	unlink(path_of("long"));
}

/* ---- writing ---- */

static void
test_writer(void)
{
	const char *file[1];
	char copy[256];
	struct source_options o = { .nfile = 1, .file = file,
	    .tail_is_data = true };
	struct recwriter *w;
	struct source *s;
	struct slab slab;
	struct buf a, b;
	struct stat st;
	enum grade g;
	uint32_t i;
	size_t t;

	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	slab_init(&slab);
	snprintf(copy, sizeof copy, "%s", path_of("copy"));
	for (t = 0; t < NSMALL; t++) {
		o.framing = small[t].framing;
		file[0] = file_put("small", small[t].in, small[t].n);
		s = source_new(&diags, &o);
		w = recwriter_new(&diags, copy, &o.framing, source_facts(s));
		buf_clear(&a);
		while ((g = source_next(s, &slab)) == OK || g == BAD)
			for (i = 0; i < slab.nrec; i++) {
				show_bytes(&a, slab.rec[i].p, slab.rec[i].len);
				recwriter_put(w, slab.rec[i]);
			}
		is_int(recwriter_close(w), OK, "%s, written", small[t].name);
		source_free(s);
		file[0] = copy;
		buf_clear(&b);
		s = source_new(&diags, &o);
		while ((g = source_next(s, &slab)) == OK || g == BAD)
			for (i = 0; i < slab.nrec; i++)
				show_bytes(&b, slab.rec[i].p, slab.rec[i].len);
		source_free(s);
		ok(g == END && a.len == b.len && (a.len == 0 ||
		    strcmp(a.p, b.p) == 0), "%s, back again", small[t].name);
		if (small[t].framing.framing == FRAMING_V &&
		    strchr(small[t].out, '!') == NULL)
			ok(run("cmp -s %s %s", copy, path_of("small")),
			    "%s, byte for byte", small[t].name);
	}
	ok(stat(copy, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "nobody else may read the copy");
	slab_fini(&slab);
	buf_fini(&a);
	buf_fini(&b);
}

static void
test_writer_errors(void)
{
	static const struct {
		struct framing_options framing;
		const char *p;
		uint32_t n;
		const char *words;
	} t[] = {
		{ FIX(5), "abcd", 4, "4 bytes" },
		{ TEXT(5, &ascii), "a\nb", 3, "two lines" },
		{ TEXT(5, &ebcdic), "a\x25" "b", 3, "two lines" },
		{ V(TRI_NO, TRI_NO), "", 0, "0 bytes" },
	};
	static char wide[65536];
	struct framing_options fix = FIX(sizeof wide), v = V(TRI_NO, TRI_YES);
	struct slice rec = { (const uint8_t *)wide, sizeof wide };
	struct recwriter *w;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		w = recwriter_new(&diags, path_of("w"), &t[i].framing, NULL);
		is_int(recwriter_put(w, (struct slice){
		    (const uint8_t *)t[i].p, t[i].n }), FATAL, "refused");
		is_diag(DIAG_F019, t[i].words, "does not fit");
		is_int(recwriter_close(w), FATAL, "nor is the file good");
	}
	w = recwriter_new(&diags, path_of("w"), &v, NULL);
	rec.len = 65531;
	is_int(recwriter_put(w, rec), OK, "the longest record of z/OS");
	rec.len = 65532;
	is_int(recwriter_put(w, rec), FATAL, "a longer one");
	is_diag(DIAG_F019, "too long", "a record too long for its RDW");
	recwriter_close(w);
	ok(recwriter_new(&diags, path_of("none/w"), &fix, NULL) == NULL,
	    "no directory to write to");
	is_diag(DIAG_F017, "none/w", "no directory to write to");
	if (access("/dev/full", W_OK) != 0) {
		tap_skip("a full disk", "no /dev/full");
		return;
	}
	rec.len = sizeof wide;
	w = recwriter_new(&diags, "/dev/full", &fix, NULL);
	recwriter_put(w, rec);
	is_int(recwriter_close(w), FATAL, "a full disk");
	is_diag(DIAG_F018, strerror(ENOSPC), "a full disk, seen at the end");
	w = recwriter_new(&diags, "/dev/full", &fix, NULL);
	for (i = 0; i < 100 && recwriter_put(w, rec) == OK; i++)
		;
	ok(i < 100, "a full disk is seen soon");
	is_int(recwriter_close(w), FATAL, "and again at the end");
	is_diag(DIAG_F018, "make room", "a full disk");
	is_int(diags.errors, 0, "said once");
}

/* ---- files that others made ---- */

static void
test_shared(void)
{
	static const struct {
		const char *name;
		struct framing_options framing;
		uint64_t records, bytes;	/* by the sets' READMEs */
	} t[] = {
		{ "zos-fcustdat/ZOS.FCUSTDAT.RDW.bin",
		    V(TRI_GUESS, TRI_GUESS), 10000, 1249075 - 4 * 10000 },
		{ "cobrix-05-ebcdic-rdw-multiseg/COMP.DETAILS.RDW.BE.dat",
		    V(TRI_GUESS, TRI_GUESS), 1000, 65264 - 4 * 1000 },
		{ "cobrix-05-ebcdic-rdw-multiseg/COMP.DETAILS.SEP30.DATA.dat",
		    V(TRI_GUESS, TRI_GUESS), 1000, 65264 - 4 * 1000 },
		{ "aws-unlock-emp/TEST.EMP.RECORD.FILE.dat", FIX(150),
		    5, 750 },
		{ "cms-ipps/psf1407_PROV147TST.txt", TEXT(260, &ascii),
		    1476, 1476 * 260 },
	};
	const char *shared = getenv("DECANT_SHARED");
	uint64_t records, rest;
	char path[512];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(path, sizeof path, "%s/data/sets/%s",
		    shared != NULL ? shared : "", t[i].name);
		if (shared == NULL || access(path, R_OK) != 0) {
			tap_skip(t[i].name, "not in DECANT_SHARED");
			continue;
		}
		is_int(weigh(path, &t[i].framing, &records, &rest), t[i].bytes,
		    "bytes of %s", t[i].name);
		ok(records == t[i].records && rest == 0, "records of %s",
		    t[i].name);
	}
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		tap_skip_all("no place in /tmp");
	unsetenv("TMPDIR");
	arena_init(&arena);
	diags_clear();
	test_small();
	test_streams();
	test_spool_half();
	test_many();
	test_facts();
	test_refusals();
	test_permission();
	test_sizes();
	test_damage();
	test_changes();
	test_spool_full();
	test_long();
	test_writer();
	test_writer_errors();
	test_shared();
	arena_fini(&arena);
	run("rm -r %s%s", dir, "");
	return tap_done();
}
