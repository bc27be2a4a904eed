/*
 * Codecs of text of more than a byte a character: mixed, double-byte,
 * national, UTF-8.  What the bytes are is ICU's word (uconv -f ibm-930 …) and
 * Unicode's; all double bytes of all pages are compared with iconv.
 */
#include <iconv.h>

#include "base/utf8.h"
#include "codec_fixture.h"

static const struct text mixed_930[] = {
	{ "C1C2C3", "ABC" }, { "0E456245660F", "日本" },
	{ "C10E456245660FC24040", "A日本B" },
	{ "0E456245660F4040", "日本" }, { "40404040", "" },
	{ "00000000", "null" }, { "0E0F", "" }, { "0E0FC1", "A" },
	{ "0E45620F0E45660F", "日本" }, { "0E404045620F", "　日" },
	{ "0E456240400F", "日　" }, { "62", "a" }, { "8182", "ｱｲ" },
	/* the shift state must end in single bytes */
	{ "0E4562", "D026" }, { "C10E", "D026" }, { "0E45624040", "D026" },
	{ "0F", "D026" }, { "C10FC2", "D026" }, { "0E0E45620F", "D026" },
	/* half a character */
	{ "0E450F", "D026" }, { "0E4562450F", "D026" }, { "0E45", "D026" },
	/* none there */
	{ "0E45000F", "D007" }, { "0EFEFE0F", "D007" }, { "0EFFFF0F", "D007" },
	{ "0E40410F", "D007" }, { "C100C2", "D008" },
	{ "0E000045620F", "D008" },
};

static const struct text mixed_1399[] = {
	{ "0EECB50F", "か゚" }, { "0EB3420F", "𠀋" },
	{ "0EECB5B342ECB50FC1", "か゚𠀋か゚A" }, { "41", "D007" },
	{ "C1ECB5", "D007" },
};

static const struct text mixed_935[] = {
	{ "0E5BCF57C30F", "中文" }, { "C10E5BCF0F40", "A中" },
};

static const struct text dbcs_939[] = {
	{ "45624566", "日本" }, { "4562456640404040", "日本" },
	{ "40404562", "　日" }, { "4040", "" }, { "0000", "null" },
	{ "456200004040", "日" }, { "456200004566", "D008" },
	{ "0E450F62", "D007" }, { "C1C2", "D007" }, { "4562C1", "D011" },
};

static const struct text national[] = {
	{ "00410042", "AB" }, { "0041004200200020", "AB" },
	{ "65E5672C", "日本" }, { "D840DC0B", "𠀋" }, { "0020", "" },
	{ "0000", "null" }, { "004100000020", "A" },
	{ "004100000042", "D008" }, { "00E1", "á" }, { "FFFD", "\xef\xbf\xbd" },
	{ "D840", "D026" }, { "DC0B", "D026" }, { "D8400041", "D026" },
	{ "DC0BD840", "D026" }, { "0041D840", "D026" },
	{ "D840D840DC0B", "D026" }, { "3000", "　" }, { "FFFE", "\xef\xbf\xbe" },
	{ "00204EAC0020", " 京" }, { "2000", "\xe2\x80\x80" },
	{ "410042", "D011" },
};

static const struct text utf8[] = {
	{ "414243", "ABC" }, { "41202020", "A" }, { "E697A5E69CAC", "日本" },
	{ "F0A0808B", "𠀋" }, { "C3A12020", "á" }, { "2020", "" },
	{ "0000", "null" }, { "410042", "D008" }, { "41C3", "D026" },
	{ "C041", "D026" }, { "EDA08041", "D026" }, { "41FF", "D026" },
	{ "C3A1C3", "D026" }, { "F5808080", "D026" },
};

static void
test_texts(void)
{
	static const struct text keep[] = {
		{ "0E45000F", "\xef\xbf\xbd" },
		{ "0E450FC1", "\xef\xbf\xbd" "A" }, { "0E4562", "日" },
		{ "0F0F", "\xef\xbf\xbd\xef\xbf\xbd" },
	};
	static const struct text keep_national[] = {
		{ "D8400041", "\xef\xbf\xbd" "A" },
		{ "00410000", "A" },
	};
	static const struct text null[] = {
		{ "0E4562", "null" }, { "0F", "null" }, { "4040", "null" },
	};
	static const struct text both[] = {
		{ "40400E45620F40", "日" }, { "4040C140", "A" },
	};
	static const struct text none[] = {
		{ "400E45620F40", " 日 " }, { "C140", "A " },
	};

	reset(CODEC_TEXT, "cp930");
	TEXTS(mixed_930);
	reset(CODEC_TEXT, "cp1399");
	TEXTS(mixed_1399);
	reset(CODEC_TEXT, "935");
	TEXTS(mixed_935);
	reset(CODEC_DBCS, "939");
	TEXTS(dbcs_939);
	reset(CODEC_NATIONAL, "cp037");
	TEXTS(national);
	policies.text_unmappable = POLICY_KEEP;
	TEXTS(keep_national);
	reset(CODEC_UTF8, "cp037");
	TEXTS(utf8);
	reset(CODEC_TEXT, "cp930");
	policies.text_unmappable = POLICY_KEEP;
	TEXTS(keep);
	policies = policies_default;
	policies.text_unmappable = policies.text_empty = POLICY_NULL;
	TEXTS(null);
	policies = policies_default;
	policies.text_trim = TRIM_BOTH;
	TEXTS(both);
	policies.text_trim = TRIM_NONE;
	TEXTS(none);
	reset(CODEC_DBCS, "cp037");	/* has no double bytes */
	model.size = 2;
	check(&model, (const uint8_t *)"\x45\x62", "D011",
	    "double bytes of a page without");
}

/* What iconv makes of the item, or "" where it takes it for wrong. */
static void
by_iconv(iconv_t cd, const uint8_t *p, size_t n, char *out, size_t size)
{
	char *ip = (char *)p, *op = out;
	size_t left = size - 1;

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &n, &op, &left) == (size_t)-1 || n > 0 ||
	    iconv(cd, NULL, NULL, &op, &left) == (size_t)-1)
		op = out;
	*op = '\0';
}

/* Every double byte of every mixed page, between an A and a B. */
static void
test_all(void)
{
	static const char *const pages[] = { "930", "933", "935", "937",
		"939", "1364", "1371", "1388", "1390", "1399" };
	uint8_t item[6 + 64] = { 0xc1, 0x0e, 0, 0, 0x0f, 0xc2 };
	char want[64], name[16];
	const uint8_t *base = item;
	uint32_t len = 6, i, w, wrong, found;
	struct rows rows = { 1, &base, &len, 6 };
	struct arena arena;
	struct column col;
	iconv_t cd;

	arena_init(&arena);
	for (i = 0; i < COUNT(pages); i++) {
		reset(CODEC_TEXT, pages[i]);
		snprintf(name, sizeof name, "IBM%s", pages[i]);
		cd = iconv_open("UTF-8", name);
		if (cd == (iconv_t)-1 || model.page == NULL) {
			ok(false, "%s is there", name);
			continue;
		}
		model.offset = 0;
		model.size = 6;
		for (wrong = found = 0, w = 0x4040; w < 0xff00; w++) {
			item[2] = (uint8_t)(w >> 8);
			item[3] = (uint8_t)w;
			if (item[3] < 0x40)
				continue;
			by_iconv(cd, item, 6, want, sizeof want);
			codec_decode(&model, &rows, &col, &arena);
			if (strcmp(want, "") == 0)
				wrong += col.bad.n != 1;
			else
				wrong += col.bad.n != 0 ||
				    strcmp(show(&col, 0), want) != 0;
			found += *want != '\0';
			arena_reset(&arena);
		}
		is_int(wrong, 0, "%s: all double bytes as iconv has them",
		    name);
		ok(found > 9000, "%s: there are many", name);
		iconv_close(cd);
	}
	arena_fini(&arena);
}

/* Random bytes: never a read or write beyond, always UTF-8 or a fault. */
static void
test_random(void)
{
	static const enum codec_kind kinds[] = { CODEC_TEXT, CODEC_DBCS,
		CODEC_NATIONAL, CODEC_UTF8 };
	static const uint8_t dice[] = { 0x0e, 0x0f, 0x40, 0x45, 0x62, 0xc1,
		0x00, 0xd8, 0xdc, 0xe6, 0x97, 0xa5, 0xff, 0xec, 0xb5, 0xb3 };
	const uint8_t *base;
	uint32_t len = 24, i, k, wrong = 0, seed = 1;
	struct rows rows = { 1, &base, &len, 24 };
	uint8_t *item = mem_zalloc(24 + 64);
	struct arena arena;
	struct column col;
	size_t n, used;

	base = item;
	arena_init(&arena);
	for (i = 0; i < 40000; i++) {
		reset(kinds[i % 4], "1399");
		model.offset = 0;
		model.size = 24;
		if (i % 8 > 3)
			policies.text_unmappable = policies.text_nul =
			    POLICY_KEEP;
		for (k = 0; k < 24; k++) {
			seed = seed * 1103515245 + 12345;
			item[k] = dice[seed >> 20 & 15];
		}
		codec_decode(&model, &rows, &col, &arena);
		if (col.bad.n == 0 && !column_is_null(&col, 0)) {
			const struct slice *s = &col.v.text[0];

			for (used = 0; used < s->len; used += n)
				if ((n = utf8_valid(s->p + used,
				    s->len - used)) == 0)
					break;
			wrong += used != s->len;
		} else
			wrong += i % 8 > 3 && col.bad.n != 0;
		arena_reset(&arena);
	}
	is_int(wrong, 0, "random bytes are UTF-8 or a fault");
	arena_fini(&arena);
	mem_free(item);
}

int
main(void)
{
	test_texts();
	test_all();
	test_random();
	return tap_done();
}
