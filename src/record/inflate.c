/*
 * Decompression; see inflate.h.
 *
 *	gzip	1F 8B 08 flags …   members one after another (RFC 1952); zero
 *		bytes after the last one are padding, as gzip(1) has it
 *	zstd	28 B5 2F FD, or 50-5F 2A 4D 18 for a skippable frame; frames
 *		one after another (RFC 8878)
 *	bzip2	"BZh" 1-9 31 41 59 26 53 59 …   streams one after another
 *	xz	FD "7zXZ" 00 …   streams one after another, perhaps with zero
 *		bytes between them (The .xz File Format, 2.2)
 *
 * All keep output back when the caller's room is full (`pending`), so the
 * end of the input is the end of the data only when nothing is pending.
 * What is read ahead is one buffer; zstd's window is at most 128 MB, its
 * library's default, and so is the memory that xz may take.
 */
#include "record/inflate.h"

#include <bzlib.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

#define IN_SIZE		(128u << 10)
#define XZ_MEMORY	(UINT64_C(128) << 20)

struct inflate {
	enum compression kind;
	inflate_input *input;
	void *arg;
	uint8_t *in;
	uint64_t read;		/* bytes of input so far */
	bool pending;		/* output may wait inside the library */
	bool between;		/* no member or frame is open */
	bool padding;		/* gzip: zero bytes were met; xz: the end */
	z_stream z;
	ZSTD_DStream *zstd;
	ZSTD_inBuffer zin;
	bz_stream bz;
	lzma_stream xz;
	bool finishing;		/* xz: no input is left */
	struct inflate_error error;
};

enum compression
inflate_detect(const uint8_t *p, size_t n)
{
	if (n >= 3 && memcmp(p, "\x1f\x8b\x08", 3) == 0)
		return COMPRESSION_GZIP;
	if (n >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0)
		return COMPRESSION_ZSTD;
	if (n >= 4 && (p[0] & 0xf0) == 0x50 &&
	    memcmp(p + 1, "\x2a\x4d\x18", 3) == 0)
		return COMPRESSION_ZSTD;
	if (n >= 10 && memcmp(p, "BZh", 3) == 0 &&
	    memcmp(p + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0)
		return COMPRESSION_BZIP2;
	if (n >= 6 && memcmp(p, "\xfd" "7zXZ\0", 6) == 0)
		return COMPRESSION_XZ;
	if (n >= 4 && memcmp(p, "PK\x03\x04", 4) == 0)
		return COMPRESSION_ZIP;
	return COMPRESSION_NONE;
}

const char *
inflate_name(enum compression kind)
{
	static const char *const name[] = {
		NULL, "gzip", "zstd", "bzip2", "xz", "zip"
	};

	return name[kind];
}

static voidpf
inflate_alloc(voidpf arg, uInt n, uInt size)
{
	(void)arg;
	return mem_array(n, size);
}

static void
inflate_release(voidpf arg, voidpf p)
{
	(void)arg;
	mem_free(p);
}

struct inflate *
inflate_new(enum compression kind, inflate_input *input, void *arg)
{
	struct inflate *f = mem_zalloc(sizeof *f);

	f->kind = kind;
	f->input = input;
	f->arg = arg;
	f->in = mem_alloc(IN_SIZE);
	f->zin.src = f->in;
	f->between = true;
	if (kind == COMPRESSION_GZIP) {
		f->z.zalloc = inflate_alloc;
		f->z.zfree = inflate_release;
		/* 15: the largest window; 16: a gzip header and trailer */
		if (inflateInit2(&f->z, 15 + 16) != Z_OK)
			mem_exhausted(sizeof f->z);
	} else if (kind == COMPRESSION_XZ) {
		f->xz = (lzma_stream)LZMA_STREAM_INIT;
		if (lzma_stream_decoder(&f->xz, XZ_MEMORY,
		    LZMA_CONCATENATED) != LZMA_OK)
			mem_exhausted(sizeof f->xz);
	} else if (kind == COMPRESSION_ZSTD) {
		f->zstd = ZSTD_createDStream();
		if (f->zstd == NULL)
			mem_exhausted(ZSTD_DStreamInSize());
	}
	return f;
}

void
inflate_free(struct inflate *f)
{
	if (f == NULL)
		return;
	if (f->kind == COMPRESSION_GZIP)
		inflateEnd(&f->z);
	if (f->kind == COMPRESSION_BZIP2 && !f->between)
		BZ2_bzDecompressEnd(&f->bz);
	if (f->kind == COMPRESSION_XZ)
		lzma_end(&f->xz);
	ZSTD_freeDStream(f->zstd);
	mem_free(f->in);
	mem_free(f);
}

const struct inflate_error *
inflate_error(const struct inflate *f)
{
	return &f->error;
}

static enum grade
inflate_fail(struct inflate *f, const char *why, size_t unread)
{
	f->error.why = why;
	f->error.offset = f->read - unread;
	return FATAL;
}

/* Gets more input; at its end, whether that may be the end. */
static enum grade
inflate_refill(struct inflate *f, size_t *got)
{
	enum grade g = f->input(f->arg, f->in, IN_SIZE, got);

	if (g == OK)
		f->read += *got;
	if (g == END && !f->between) {
		f->error.truncated = true;
		return inflate_fail(f, "the data end too early", 0);
	}
	return g;
}

/* Before a member: skips padding.  OK with avail_in 0: nothing but padding. */
static enum grade
inflate_open_member(struct inflate *f)
{
	while (f->z.avail_in > 0 && *f->z.next_in == 0) {
		f->z.next_in++;
		f->z.avail_in--;
		f->padding = true;
	}
	if (f->z.avail_in == 0)
		return OK;
	if (f->padding || *f->z.next_in != 0x1f)
		return inflate_fail(f, "other bytes follow the gzip data",
		    f->z.avail_in);
	inflateReset(&f->z);
	f->between = false;
	return OK;
}

static enum grade
inflate_gzip(struct inflate *f, uint8_t *p, size_t n, size_t *got)
{
	enum grade g;
	uInt room = n > (1u << 30) ? 1u << 30 : (uInt)n;
	int r;

	f->z.next_out = p;
	f->z.avail_out = room;
	while (f->z.avail_out == room) {
		if (f->z.avail_in == 0 && !f->pending) {
			if ((g = inflate_refill(f, got)) != OK)
				return g;
			f->z.next_in = f->in;
			f->z.avail_in = (uInt)*got;
		}
		if (f->between) {
			f->pending = false;
			if ((g = inflate_open_member(f)) != OK)
				return g;
			if (f->between)
				continue;
		}
		r = inflate(&f->z, Z_NO_FLUSH);
		f->pending = f->z.avail_out == 0;
		if (r == Z_STREAM_END)
			f->between = true;
		else if (r == Z_MEM_ERROR)
			mem_exhausted(IN_SIZE);
		else if (r != Z_OK && r != Z_BUF_ERROR)
			return inflate_fail(f, f->z.msg != NULL ? f->z.msg :
			    "invalid data", f->z.avail_in);
	}
	*got = room - f->z.avail_out;
	return OK;
}

static enum grade
inflate_zstd(struct inflate *f, uint8_t *p, size_t n, size_t *got)
{
	ZSTD_outBuffer out = { p, n, 0 };
	enum grade g;
	size_t r;

	while (out.pos == 0) {
		if (f->zin.pos == f->zin.size && !f->pending) {
			if ((g = inflate_refill(f, got)) != OK)
				return g;
			f->zin.size = *got;
			f->zin.pos = 0;
		}
		r = ZSTD_decompressStream(f->zstd, &out, &f->zin);
		if (ZSTD_isError(r))
			return inflate_fail(f, ZSTD_getErrorName(r),
			    f->zin.size - f->zin.pos);
		f->between = r == 0;
		f->pending = r != 0 && out.pos == out.size;
	}
	*got = out.pos;
	return OK;
}

static enum grade
inflate_open_bzip2(struct inflate *f)
{
	bz_stream fresh = { .next_in = f->bz.next_in,
	    .avail_in = f->bz.avail_in };

	if (*f->bz.next_in != 'B')
		return inflate_fail(f, "other bytes follow the bzip2 data",
		    f->bz.avail_in);
	f->bz = fresh;
	if (BZ2_bzDecompressInit(&f->bz, 0, 0) != BZ_OK)
		mem_exhausted(IN_SIZE);
	f->between = false;
	return OK;
}

static enum grade
inflate_bzip2(struct inflate *f, uint8_t *p, size_t n, size_t *got)
{
	unsigned room = n > (1u << 30) ? 1u << 30 : (unsigned)n, left = room;
	enum grade g;
	int r;

	while (left == room) {
		if (f->bz.avail_in == 0 && !f->pending) {
			if ((g = inflate_refill(f, got)) != OK)
				return g;
			f->bz.next_in = (char *)f->in;
			f->bz.avail_in = (unsigned)*got;
		}
		if (f->between && (g = inflate_open_bzip2(f)) != OK)
			return g;
		f->bz.next_out = (char *)p;
		f->bz.avail_out = room;
		r = BZ2_bzDecompress(&f->bz);
		left = f->bz.avail_out;
		f->pending = left == 0;
		if (r == BZ_STREAM_END) {
			BZ2_bzDecompressEnd(&f->bz);
			f->between = true;
			f->pending = false;
		} else if (r == BZ_MEM_ERROR) {
			mem_exhausted(IN_SIZE);
		} else if (r != BZ_OK) {
			return inflate_fail(f, "invalid data",
			    f->bz.avail_in);
		}
	}
	*got = room - left;
	return OK;
}

static enum grade
inflate_xz(struct inflate *f, uint8_t *p, size_t n, size_t *got)
{
	enum grade g;
	lzma_ret r;

	f->xz.next_out = p;
	f->xz.avail_out = n;
	while (f->xz.avail_out == n) {
		if (f->padding)
			return END;
		if (f->xz.avail_in == 0 && !f->pending && !f->finishing) {
			/* liblzma itself knows whether this may be the end */
			f->between = true;
			if ((g = inflate_refill(f, got)) == FATAL)
				return g;
			f->finishing = g == END;
			f->xz.next_in = f->in;
			f->xz.avail_in = g == END ? 0 : *got;
		}
		r = lzma_code(&f->xz, f->finishing ? LZMA_FINISH : LZMA_RUN);
		f->pending = f->xz.avail_out == 0;
		if (r == LZMA_STREAM_END) {
			f->padding = true;
		} else if (r == LZMA_BUF_ERROR && f->finishing) {
			f->error.truncated = true;
			return inflate_fail(f, "the data end too early", 0);
		} else if (r == LZMA_MEM_ERROR) {
			mem_exhausted(IN_SIZE);
		} else if (r != LZMA_OK && r != LZMA_BUF_ERROR) {
			return inflate_fail(f, r == LZMA_MEMLIMIT_ERROR ?
			    "it needs more than 128 MB of memory" :
			    "invalid data", f->xz.avail_in);
		}
	}
	*got = n - f->xz.avail_out;
	return OK;
}

enum grade
inflate_read(struct inflate *f, uint8_t *p, size_t n, size_t *got)
{
	*got = 0;
	switch (f->kind) {
	case COMPRESSION_GZIP:
		return inflate_gzip(f, p, n, got);
	case COMPRESSION_BZIP2:
		return inflate_bzip2(f, p, n, got);
	case COMPRESSION_XZ:
		return inflate_xz(f, p, n, got);
	default:
		return inflate_zstd(f, p, n, got);
	}
}
