/*
 * The mapping that decant init would write; see init_source.h.
 */
#include "command/init_source.h"

#include <string.h>

#include "command/describe.h"
#include "command/init_mapping.h"

enum status
init_source(struct invocation *in, struct buf *out,
    const struct init_source *s)
{
	struct copybook_options co;
	struct init_options o = { .copybook = s->copybook, .name = "init",
	    .format = init_formats[s->format], .read = &co };
	struct layout *l = NULL;
	struct copybook *book;
	uint32_t record;

	if (s->encoding != NULL && !init_knows_encoding(in, s->encoding))
		return STATUS_USAGE;
	copybook_args_options(&co, s->args);
	book = copybook_parse(&in->arena, &in->diags, s->copybook, &co);
	if (book != NULL)
		l = layout_build(&in->arena, &in->diags, book);
	if (l == NULL || in->diags.errors > 0)
		return STATUS_FAILED;
	record = describe_record(&in->diags, l, s->record);
	if (record == ITEM_NONE)
		return STATUS_USAGE;
	o.encoding = s->encoding != NULL ? s->encoding :
	    init_encoding(o.format, l->dialect);
	if (!init_fits(in, o.format, l, record))
		return STATUS_FAILED;
	o.say_record = l->nrecord > 1;
	o.types = s->record == NULL && strcmp(o.format, "odo") != 0 &&
	    strcmp(o.format, "delimited") != 0;
	init_mapping(&in->arena, out, l, record, &o);
	return STATUS_CLEAN;
}
