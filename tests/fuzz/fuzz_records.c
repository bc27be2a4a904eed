/*
 * Any bytes as an input file: the first byte chooses the framing, the rest is
 * the file, compressed or not.  Records must lie inside their slab and follow
 * each other without end only if the file does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "charset/charset.h"
#include "record/record.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_slab(const struct slab *slab)
{
	for (uint32_t i = 0; i < slab->nrec; i++)
		if (slab->rec[i].p < slab->bytes || slab->rec[i].p +
		    slab->rec[i].len > slab->bytes + slab->used)
			abort();
}

static void
read_all(struct source *source)
{
	struct slab slab;
	enum grade grade;

	slab_init(&slab);
	while ((grade = source_next(source, &slab)) == OK || grade == BAD)
		if (grade == OK)
			check_slab(&slab);
		else if (source_fragment(source) == NULL)
			abort();
	slab_fini(&slab);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct source_options options = { .nfile = 1, .batch_records = 7,
	    .batch_bytes = 4096, .tail_is_data = true };
	struct source *source;
	struct arena arena;
	struct diags diags;
	const char *file;
	char path[64];
	int fd;

	if (len == 0 || (fd = memfd_create("fuzz", 0)) < 0)
		return 0;
	if (write(fd, p + 1, len - 1) != (ssize_t)(len - 1))
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	file = path;
	options.file = &file;
	options.framing.framing = p[0] % 3;
	options.framing.record_length = 1 + p[0] / 3 % 16;
	options.framing.max_length = 1 + p[0] / 3;
	options.framing.rdw_little = p[0] / 3 % 3;
	options.framing.rdw_inclusive = p[0] / 9 % 3;
	options.framing.page = charset_find("cp037", NULL);
	arena_init(&arena);
	diags_init(&diags, &arena);
	source = source_new(&diags, &options);
	if (source != NULL) {
		read_all(source);
		source_free(source);
	}
	close(fd);
	arena_fini(&arena);
	return 0;
}
