/*
 * Any text as a copybook: it is parsed, laid out, and what is wrong with it
 * is said; nothing may crash or run away.  The length chooses the dialect.
 * Seeds: copybooks/ and tests/golden.
 * `fuzz_copybook.t -max_total_time=600 seeds/`
 */
#include "base/buf.h"
#include "base/mem.h"
#include "cobol/copybook.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const char *const replace[] = { "==:TAG:== BY ==A-B==" };
	static const char *const define[] = { "N=3" };
	struct copybook_options options = { .dialect = (enum dialect)(len % 4),
	    .replace = replace, .nreplace = len % 3 == 0,
	    .define = define, .ndefine = 1, .comments = true };
	struct copybook *book;
	struct arena arena;
	struct diags diags;
	struct diag *d;
	struct buf text;

	arena_init(&arena);
	diags_init(&diags, &arena);
	book = copybook_parse_text(&arena, &diags,
	    srctext_new(&arena, "fuzz.cpy", (const char *)p, len), &options);
	if (book != NULL)
		layout_build(&arena, &diags, book);
	buf_init(&text, 1u << 20);
	for (d = diags.first; d != NULL; d = d->next)
		diag_render(&text, d, true);
	buf_fini(&text);
	arena_fini(&arena);
	return 0;
}
