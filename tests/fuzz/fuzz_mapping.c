/*
 * Any text as a mapping for the sample's copybook: it is read, its names and
 * types are bound, and it is compiled; nothing may crash or run away.
 * SRCDIR names the source tree.  Seeds: mappings/.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "cobol/copybook.h"
#include "mapping/mapping.h"
#include "plan/plan.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The sample's layout, made once. */
static const struct layout *
sample_layout(void)
{
	static struct layout *layout;
	static struct arena arena;
	static struct diags diags;
	struct copybook_options options = { 0 };
	const char *top = getenv("SRCDIR");
	char path[4096];

	if (layout != NULL)
		return layout;
	arena_init(&arena);
	diags_init(&diags, &arena);
	snprintf(path, sizeof path, "%s/copybooks/customer.cpy",
	    top != NULL ? top : ".");
	layout = layout_build(&arena, &diags,
	    copybook_parse(&arena, &diags, path, &options));
	if (layout == NULL)
		abort();
	return layout;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct plan_options options = { .page = charset_find("cp037", NULL) };
	const struct layout *layout = sample_layout();
	struct mapping *mapping;
	struct arena arena;
	struct diags diags;

	arena_init(&arena);
	diags_init(&diags, &arena);
	mapping = mapping_parse(&arena, &diags,
	    srctext_new(&arena, "fuzz.yaml", (const char *)p, len));
	if (mapping != NULL && diags.errors == 0)
		plan_build(&arena, &diags, layout, layout->record[0], mapping,
		    &options);
	arena_fini(&arena);
	return 0;
}
