/*
 * Going to a record without reading what stands before it: the same as when
 * all of it is read, where it can be done.
 */
#include "record_fixture.h"

static struct source *
open_files(const char *const *file, uint32_t n, uint32_t length,
    enum framing framing)
{
	struct source_options o = { .file = file, .nfile = n,
	    .batch_records = 2, .tail_is_data = true };

	o.framing.framing = framing;
	o.framing.record_length = o.framing.max_length = length;
	o.framing.page = &ascii;
	return source_new(&diags, &o);
}

/* "2:5@3 def": file, number, offset, bytes of the next record or fragment. */
static void
show_next(struct source *s, char *out, size_t size)
{
	const struct fragment *f;
	struct slab slab;
	enum grade g;

	slab_init(&slab);
	g = source_next(s, &slab);
	f = source_fragment(s);
	if (g == OK)
		snprintf(out, size, "%u:%u@%u %.*s", slab.file,
		    (unsigned)slab.first_record, (unsigned)slab.offset,
		    (int)slab.rec[0].len, (const char *)slab.rec[0].p);
	else if (g == BAD)
		snprintf(out, size, "%u:%u@%u! %.*s", f->file,
		    (unsigned)f->record, (unsigned)f->offset,
		    (int)f->bytes.len, (const char *)f->bytes.p);
	else
		snprintf(out, size, "%s", g == END ? "end" : "fatal");
	slab_fini(&slab);
}

int
main(void)
{
	static const struct {
		uint64_t record;
		const char *next;
	} t[] = {
		{ 1, "0:1@0 abc" }, { 2, "0:2@3 def" }, { 3, "0:3@6! g" },
		{ 4, "2:4@0 hij" }, { 5, "2:5@3 klm" }, { 6, "end" },
		{ 1000, "end" }, { UINT64_MAX / 2, "end" },
	};
	const char *file[3];
	struct source *s;
	char got[64];
	size_t i;

	(void)is_diag;
	if (mkdtemp(dir) == NULL)
		tap_skip_all("no directory");
	arena_init(&arena);
	diags_init(&diags, &arena);
	file[0] = file_put("a", "abcdefg", 7);
	file[1] = file_put("b", "", 0);
	file[2] = file_put("c", "hijklm", 6);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		s = open_files(file, 3, 3, FRAMING_FIXED);
		ok(source_seek(s, t[i].record), "record %llu is found",
		    (unsigned long long)t[i].record);
		show_next(s, got, sizeof got);
		is_str(got, t[i].next, "record %llu",
		    (unsigned long long)t[i].record);
		source_free(s);
	}
	s = open_files(file, 3, 3, FRAMING_FIXED);
	show_next(s, got, sizeof got);
	ok(!source_seek(s, 2), "not after the first was read");
	source_free(s);
	s = open_files(file, 3, 3, FRAMING_TEXT);
	ok(!source_seek(s, 2), "lines must be read");
	show_next(s, got, sizeof got);
	is_str(got, "0:1@0 abcdefg", "then nothing has happened");
	source_free(s);
	run("rm -r %s%s", dir, "");
	arena_fini(&arena);
	return tap_done();
}
