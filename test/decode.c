/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.c - tests of src/decode.c: encoding labels, every table, special cases of each decoder, the choice of an encoding when the
 * declaration and the bytes disagree, and memory limits.
 *
 * The decoder is compiled a second time here, with MK_SCALAR, and compared with the library's on inputs at the end of readable
 * memory and on random bytes: the vector paths must read and write what the scalar paths do.  Tables are compared with digests, see
 * below.  Texts in legacy encodings are produced with iconv, which the library does not use.
 */
#include "src/decode.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/check.h"

#undef MK_SCALAR
#define MK_SCALAR
#define decode_page scalar_page
#define decode_utf8 scalar_utf8
#define decode_is_label scalar_is_label
#define decode_name scalar_name
#define decode_sniff scalar_sniff
#define decode_string scalar_string
#include "src/decode.c"
#undef decode_page
#undef decode_utf8
#undef decode_is_label
#undef decode_name
#undef decode_sniff
#undef decode_string

#define check_of(ok, what, detail) check(ok, "%s: %s", what, detail)

typedef void decoder_of_page(mk_page *, const char *, size_t);

/* Decodes s into pg, with one of the two decoders. */
static mk_status run(mk_page *pg, decoder_of_page *decoder, const void *s, size_t n, const mk_options *options)
{
	memset(&pg->article, 0, sizeof pg->article);
	pg->text = NULL;
	pg->text_len = 0;
	mk_options_init(&pg->options);
	if (options)
		pg->options = *options;
	pg->options.max_arena_bytes = pg->options.max_arena_bytes ? pg->options.max_arena_bytes : (size_t)1 << 31;
	pg->arena.limit = pg->options.max_arena_bytes;
	arena_reset(&pg->arena, 3 * n);
	if (setjmp(pg->arena.escape))
		return MK_NO_MEMORY;
	decoder(pg, s, n);
	return MK_OK;
}

static bool text_is(const mk_page *pg, const void *text, size_t n)
{
	return pg->text_len == n && !memcmp(pg->text, text, n);
}

static bool padded(const mk_page *pg)
{
	for (size_t i = 0; i < MK_PADDING; i++)
		if (pg->text[pg->text_len + i])
			return false;
	return true;
}

/* ---- Labels ---- */

/* Labels from the table of the Encoding Standard: some of each kind, including all those that browsers added late. */
static const char *const known_labels[][2] = {
	{"utf8", "utf-8"},
	{"unicode-1-1-utf-8", "utf-8"},
	{"x-unicode20utf8", "utf-8"},
	{"latin1", "windows-1252"},
	{"ISO-8859-1", "windows-1252"},
	{" us-ascii\n", "windows-1252"},
	{"ASCII", "windows-1252"},
	{"iso-8859-9", "windows-1254"},
	{"l5", "windows-1254"},
	{"tis-620", "windows-874"},
	{"iso-8859-11", "windows-874"},
	{"gb2312", "gbk"},
	{"GB_2312-80", "gbk"},
	{"chinese", "gbk"},
	{"gb18030", "gb18030"},
	{"big5-hkscs", "big5"},
	{"x-x-big5", "big5"},
	{"x-euc-jp", "euc-jp"},
	{"csiso2022jp", "iso-2022-jp"},
	{"\tShift-JIS ", "shift_jis"},
	{"windows-31j", "shift_jis"},
	{"ms932", "shift_jis"},
	{"ks_c_5601-1987", "euc-kr"},
	{"korean", "euc-kr"},
	{"iso-2022-kr", "replacement"},
	{"hz-gb-2312", "replacement"},
	{"replacement", "replacement"},
	{"utf-16", "utf-16le"},
	{"unicodefffe", "utf-16be"},
	{"ucs-2", "utf-16le"},
	{"866", "ibm866"},
	{"koi8-ru", "koi8-u"},
	{"koi", "koi8-r"},
	{"x-mac-roman", "macintosh"},
	{"x-mac-ukrainian", "x-mac-cyrillic"},
	{"logical", "iso-8859-8-i"},
	{"visual", "iso-8859-8"},
	{"csiso88598e", "iso-8859-8"},
	{"sun_eu_greek", "iso-8859-7"},
	{"ecma-114", "iso-8859-6"},
	{"x-user-defined", "x-user-defined"},
	{"cp1258", "windows-1258"},
};
static const char *const unknown_labels[] = {
	"",
	" ",
	"utf-7",
	"utf-32",
	"utf 8",
	"utf-8;",
	"iso-8859-17",
	"cp850",
	"uhc",
	"bogus",
	"utf-8x",
	"a label that is far longer than the longest label there is, so that no buffer may hold it"};

static void test_labels(void)
{
	mk_page *pg = mk_page_new(NULL);
	for (size_t i = 0; i < sizeof known_labels / sizeof *known_labels; i++) {
		mk_options o;
		mk_options_init(&o);
		o.charset = known_labels[i][0];
		check_of(decode_is_label(o.charset, strlen(o.charset)), "label is known", o.charset);
		run(pg, decode_page, "x", 1, &o);
		check_of(!strcmp(pg->article.charset.p, known_labels[i][1]), "encoding of a label", o.charset);
	}
	for (size_t i = 0; i < sizeof unknown_labels / sizeof *unknown_labels; i++)
		check_of(!decode_is_label(unknown_labels[i], strlen(unknown_labels[i])), "label is unknown", unknown_labels[i]);
	check_of(!decode_is_label("utf-8\0", 6), "label is unknown", "utf-8 and a NUL");
	for (size_t i = 0; i < N_LABELS; i++) {
		check_of(decode_is_label(encoding_labels[i].label, strlen(encoding_labels[i].label)), "label is found",
		      encoding_labels[i].label);
		check_of(!i || strcmp(encoding_labels[i - 1].label, encoding_labels[i].label) < 0, "labels are sorted",
		      encoding_labels[i].label);
	}
	check_of(N_LABELS == 228 && N_ENCODINGS == 40, "counts as in the Encoding Standard", "228 labels, 40 encodings");
	mk_page_free(pg);
}

/* ---- Tables ---- */

/*
 * FNV-1a digests of the decoded text of patterns().  They were not computed with this decoder but with the standard's reference
 * decoder in JavaScript (npm text-encoding 0.7.0) and the standard's own index files, after updating it for later changes of the
 * standard: the 18 characters of GB 18030-2022, and, for gb18030, EUC-JP and EUC-KR, the current rules on which bytes of an invalid
 * sequence are decoded again.
 */
static const struct digest {
	const char *label;
	uint64_t digest;
} digests[] = {
	{"ibm866", 0x28977788b6777e1a},         {"iso-8859-2", 0xdc9ac95114a4cf7c},   {"iso-8859-3", 0x8b1a3060030d5ab5},
	{"iso-8859-4", 0x4f479feb52cdb4f5},     {"iso-8859-5", 0x46f37b1242999f0d},   {"iso-8859-6", 0x24f4813aa9dd50dc},
	{"iso-8859-7", 0xfbc05879ca1158d1},     {"iso-8859-8", 0x417fd257ef4812bd},   {"iso-8859-8-i", 0x417fd257ef4812bd},
	{"iso-8859-10", 0x6dffe86219f1923f},    {"iso-8859-13", 0xea6eb40bd1b1d43d},  {"iso-8859-14", 0x908272e7660ff393},
	{"iso-8859-15", 0xaa01513e1f5be432},    {"iso-8859-16", 0x48fc2cb4b9edd164},  {"koi8-r", 0x276d85b3bc181131},
	{"koi8-u", 0xff7cc155c6829f9d},         {"macintosh", 0x7d42323e70b1a809},    {"windows-874", 0x31fede6fbb780959},
	{"windows-1250", 0x87bebf87d92b1b11},   {"windows-1251", 0x60a97ba24b80f1e1}, {"windows-1252", 0xc91d9bd7f1018b48},
	{"windows-1253", 0x4407374e83c62d2c},   {"windows-1254", 0x1ebf31fbe2ca9524}, {"windows-1255", 0xeeb2185a8c7e7e65},
	{"windows-1256", 0x48748d65473e54eb},   {"windows-1257", 0xa2a194788638289a}, {"windows-1258", 0x9850d0d7fbbec09f},
	{"x-mac-cyrillic", 0x1a5778545a74646f}, {"gbk", 0xe00fcb8baa9c9dff},          {"gb18030", 0x2755111bdf789025},
	{"big5", 0xb8a8fcd6701ec4f0},           {"euc-jp", 0xae3ee734921fd3e3},       {"iso-2022-jp", 0x5081a2ed0cf4636f},
	{"shift_jis", 0x98b159f8c9a6deb3},      {"euc-kr", 0xb7ddd5c4f99d95de},
};

static uint64_t fnv(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
	return h;
}

struct bytes {
	uint8_t *p;
	size_t n;
};

static void push(struct bytes *b, const uint8_t *p, size_t n)
{
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void push_gb18030(struct bytes *b)
{
	for (unsigned pointer = 0; pointer < 1260000; pointer += pointer < 39500 ? 1 : 997) {
		unsigned rest = pointer / 10;
		const uint8_t four[] = {(uint8_t)(rest / 1260 + 0x81), (uint8_t)(rest / 126 % 10 + 0x30),
					(uint8_t)(rest % 126 + 0x81), (uint8_t)(pointer % 10 + 0x30), '\n'};
		push(b, four, 5);
	}
}

/* Writes the test bytes for an encoding: every single byte; in multi-byte encodings every pair with a lead byte above 0x7F, and
 * ASCII after it; and the longer sequences of encodings that have them. */
static void patterns(struct bytes *b, const char *label)
{
	bool pairs = strstr("gbk gb18030 big5 euc-jp shift_jis euc-kr", label) != NULL;
	b->n = 0;
	for (unsigned i = 0; i < 256; i++)
		push(b, (const uint8_t[]){(uint8_t)i, '\n'}, 2);
	for (unsigned i = 0x80; pairs && i < 256; i++)
		for (unsigned j = 0; j < 256; j++)
			push(b, (const uint8_t[]){(uint8_t)i, (uint8_t)j, 'A', '\n'}, 4);
	for (unsigned i = 0xA0; !strcmp(label, "euc-jp") && i < 256; i++)
		for (unsigned j = 0xA0; j < 256; j++)
			push(b, (const uint8_t[]){0x8F, (uint8_t)i, (uint8_t)j, 'A', '\n'}, 5);
	if (!strcmp(label, "gb18030"))
		push_gb18030(b);
	for (unsigned i = 0x21; !strcmp(label, "iso-2022-jp") && i < 0x7F; i++)
		for (unsigned j = 0x21; j < 0x7F; j++)
			push(b, (const uint8_t[]){0x1B, '$', 'B', (uint8_t)i, (uint8_t)j, 0x1B, '(', 'B', '\n'}, 9);
}

static void test_tables(void)
{
	mk_page *pg = mk_page_new(NULL);
	struct bytes b = {malloc(1 << 20), 0};
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		mk_options o;
		mk_options_init(&o);
		o.charset = digests[i].label;
		patterns(&b, o.charset);
		run(pg, decode_page, b.p, b.n, &o);
		check_of(fnv(pg->text, pg->text_len) == digests[i].digest, "table and decoder", o.charset);
		check_of(padded(pg), "padding", o.charset);
	}
	check_of(sizeof digests / sizeof *digests == N_ENCODINGS - 5, "all encodings except UTF-8, UTF-16 (LE, BE), replacement and x-user-defined",
		 "digests");
	free(b.p);
	mk_page_free(pg);
}

/* ---- Decoders ---- */

static const struct {
	const char *label;
	size_t n;
	const char *bytes, *text;
} decoded[] = {
	/* UTF-8: one U+FFFD for each maximal subpart (Unicode Standard, table 3-8 and the tables around it) */
	{"utf-8", 8, "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
	{"utf-8", 9, "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41",
	 "\uFFFD\uFFFD\uFFFD\uFFFD"
	 "A"},
	{"utf-8", 3, "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
	{"utf-8", 4, "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
	{"utf-8", 4, "\xF4\x8F\xBF\xBF", "\U0010FFFF"},
	{"utf-8", 3, "a\xE2\x82", "a\uFFFD"},
	{"utf-8", 6, "\xEF\xBB\xBF\xC3\xA9!", "\u00E9!"},
	/* a lone lead byte does not consume the ASCII byte after it */
	{"gbk", 3, "\x81\x22x", "\uFFFD\"x"},
	{"big5", 3, "\x81<x", "\uFFFD<x"},
	{"big5", 3, "\x81\x40x", "\uFFFD@x"},
	{"shift_jis", 3, "\x81\"x", "\uFFFD\"x"},
	{"euc-kr", 3, "\xC7\x41x",
	 "\uFFFD"
	 "Ax"},
	{"euc-jp", 3, "\xA4<x", "\uFFFD<x"},
	{"euc-jp", 4, "\x8F\xA1<x", "\uFFFD<x"},
	{"gbk", 4, "\x81\x30\"x",
	 "\uFFFD"
	 "0\"x"},
	/* the labels gbk and gb18030 use the same decoder */
	{"gbk", 1, "\x80", "\u20AC"},
	{"gb2312", 2, "\xA2\xE3", "\u20AC"},
	{"gbk", 4, "\x81\x30\x81\x30", "\xC2\x80"},
	{"gbk", 2, "\xFF!", "\uFFFD!"},
	{"gb18030", 4, "\x81\x35\xF4\x37", "\uE7C7"},
	{"gb18030", 2, "\xA8\xBC", "\u1E3F"},
	{"gb18030", 4, "\x90\x30\x81\x30", "\U00010000"},
	{"gb18030", 4, "\xE3\x32\x9A\x35", "\U0010FFFF"},
	{"gb18030", 4, "\xE3\x32\x9A\x36", "\uFFFD"},
	{"gb18030", 3, "\x81\x30\x81", "\uFFFD"},
	/* big5: the four pairs that decode to two characters, and one character beyond the BMP */
	{"big5", 8, "\x88\x62\x88\x64\x88\xA3\x88\xA5", "\u00CA\u0304\u00CA\u030C\u00EA\u0304\u00EA\u030C"},
	{"big5", 2, "\x87\x7B", "\U00021D53"},
	{"big5", 2, "\xA1\x45", "\u2027"},
	{"big5", 2, "\xF9\xFE", "\uFFED"},
	{"shift_jis", 3, "\x80\x5C\x7E", "\xC2\x80\\~"},
	{"shift_jis", 2, "\xB1\xDF", "\uFF71\uFF9F"},
	{"shift_jis", 2, "\x81\x60", "\uFF5E"},
	{"shift_jis", 2, "\xF0\x40", "\uE000"},
	{"shift_jis", 2, "\xFA\x40", "\u2170"},
	{"shift_jis", 2, "\xA0\xFD", "\uFFFD\uFFFD"},
	{"euc-jp", 2, "\x8E\xB1", "\uFF71"},
	{"euc-jp", 3, "\x8F\xA2\xB7", "\uFF5E"},
	{"euc-jp", 2, "\xA1\xDD", "\uFF0D"},
	{"euc-kr", 2, "\xB0\xA1", "\uAC00"},
	{"euc-kr", 2, "\x81\x41", "\uAC02"},
	{"iso-2022-jp", 11, "\x1B$B\x24\x22\x1B(J\\~!", "\u3042\u00A5\u203E!"},
	{"iso-2022-jp", 5, "\x1B(I1\x0E", "\uFF71\uFFFD"},
	{"iso-2022-jp", 7, "\x1B(B\x1B(Bx", "\uFFFDx"},
	{"iso-2022-jp", 4, "\x1B$Dx", "\uFFFD$Dx"},
	{"iso-2022-jp", 4, "\x1B$B\x24", "\uFFFD"},
	{"utf-16le", 6, "a\0\x3D\xD8\x00\xDE", "a\U0001F600"},
	{"utf-16be", 4,
	 "\xD8\x3D\x00"
	 "a",
	 "\uFFFD"
	 "a"},
	{"utf-16le", 3, "a\0b", "a\uFFFD"},
	{"utf-16le", 3, "\x3D\xD8\x00", "\uFFFD"},
	{"utf-16le", 4,
	 "\xFF\xFE"
	 "a\0",
	 "a"},
	{"utf-16be", 2, "\xDC\x00", "\uFFFD"},
	{"iso-2022-kr", 5, "\x1B$)Cx", "\uFFFD"},
	{"x-user-defined", 3, "a\x80\xFF", "a\uF780\uF7FF"},
	{"windows-1252", 3, "\x80\x81\x9F", "\u20AC\xC2\x81\u0178"},
	{"windows-874", 2, "\x80\xDB", "\u20AC\uFFFD"},
	{"windows-1255", 1, "\xCA", "\u05BA"},
	{"koi8-u", 2, "\xAE\xBE", "\u045E\u040E"},
	{"iso-8859-8-i", 2, "\xE0\xA1", "\u05D0\uFFFD"},
	{"macintosh", 1, "\xDB", "\u20AC"},
	{"x-mac-cyrillic", 1, "\xFF", "\u20AC"},
	{"iso-8859-7", 1, "\xA4", "\u20AC"},
};

static void test_decoders(void)
{
	mk_page *pg = mk_page_new(NULL);
	for (size_t i = 0; i < sizeof decoded / sizeof *decoded; i++) {
		mk_options o;
		mk_options_init(&o);
		o.charset = decoded[i].label;
		char detail[64];
		snprintf(detail, sizeof detail, "%s, case %zu", decoded[i].label, i);
		run(pg, decode_page, decoded[i].bytes, decoded[i].n, &o);
		check_of(text_is(pg, decoded[i].text, strlen(decoded[i].text)), "decoded text", detail);
		bool bad = strstr(decoded[i].text, "\uFFFD") != NULL;
		check_of(!!(pg->article.warnings & MK_WARN_ENCODING) == bad, "warning if and only if there is a U+FFFD", detail);
		check_of(!strcmp(pg->article.charset_source, "option"), "charset_source", detail);
	}
	mk_page_free(pg);
}

/* ---- Declarations against bytes ---- */

/* Returns a page of head, text and "</p>", with the text converted to another encoding by iconv.  A text that the encoding cannot
 * represent is a mistake in this test, so the program ends. */
static struct bytes page_in(const char *encoding, const char *head, const char *text)
{
	size_t left = strlen(text), room = 4 * left + 64, n_head = strlen(head);
	struct bytes b = {malloc(n_head + room + 16), n_head};
	memcpy(b.p, head, n_head);
	iconv_t to = iconv_open(encoding, "UTF-8");
	char *in = (char *)(uintptr_t)text, *out = (char *)b.p + n_head;
	if (to == (iconv_t)-1 || iconv(to, &in, &left, &out, &room) == (size_t)-1 ||
	    iconv(to, NULL, NULL, &out, &room) == (size_t)-1) {
		printf("FAILED: iconv does not know %s, or cannot represent all of the text in it\n", encoding);
		exit(1);
	}
	iconv_close(to);
	b.n = (size_t)(out - (char *)b.p);
	push(&b, (const uint8_t *)"</p>", 4);
	return b;
}

#define CHINESE "今天上午，北京市政府召开新闻发布会，介绍了城市交通建设的最新进展情况。市民可以通过网站了解详细的施工计划。"
#define JAPANESE \
	"東京都は今日、新しい交通計画を発表しました。来年から工事が始まります。市民はウェブサイトで計画を見ることができます。"
#define KOREAN \
	"서울시는 오늘 새로운 교통 계획을 발표했습니다. 내년부터 공사가 시작됩니다. 시민들은 웹사이트에서 계획을 볼 수 있습니다."
#define RUSSIAN "Сегодня утром правительство города объявило о начале строительства новой линии метро, сообщает пресс-служба."
#define FRENCH "Les élèves français préfèrent déjà le café à la fenêtre, où qu’ils soient nés, dès l’été."
#define ENGLISH \
	"<meta name=\"description\" content=\"A page with an English head, as many Chinese pages have, long enough to mislead.\">"

#ifdef MK_WITH_DETECTOR
#define DETECTED(with, without) with
#else
#define DETECTED(with, without) without
#endif

/* A page: the encoding that it is stored in, its declarations, and the encoding that decode_page() should choose.  With DETECTED(),
 * the expected value depends on whether the library is built with the detector. */
struct belief {
	const char *name, *stored, *head, *text, *http; /* http: charset of the Content-Type header */
	const char *charset, *source; /* expected */
	unsigned warnings;
};

static const struct belief beliefs[] = {
	{"UTF-8, declared UTF-8", "UTF-8", "<meta charset=utf-8><p>", RUSSIAN, NULL, "utf-8", "meta", 0},
	{"UTF-8, nothing declared", "UTF-8", "<p>", RUSSIAN, NULL, "utf-8", "valid-utf-8", 0},
	{"UTF-8, declared latin1", "UTF-8", "<meta charset=iso-8859-1><p>", FRENCH, NULL, "utf-8", "valid-utf-8", MK_WARN_CHARSET},
	{"UTF-8, gb2312 in the HTTP header", "UTF-8", "<p>", CHINESE, "gb2312", "utf-8", "valid-utf-8", MK_WARN_CHARSET},
	{"GBK, declared gb2312", "GBK", "<meta charset=gb2312><p>", CHINESE, NULL, "gbk", "meta", 0},
	{"GBK, in the HTTP header, another in the page", "GBK", "<meta charset=big5><p>", CHINESE, "GBK", "gbk", "http", 0},
	{"GBK, unknown label in the HTTP header, declared in the page", "GBK", "<meta charset=gbk><p>", CHINESE, "x-nonsense", "gbk", "meta", 0},
	{"GBK, declared UTF-8", "GBK", "<meta charset=utf-8><p>", CHINESE, NULL, DETECTED("gb18030", "windows-1252"),
	 DETECTED("detected", "default"), MK_WARN_CHARSET},
	{"GBK, nothing declared, English head", "GBK", "<html><head><title>News</title>" ENGLISH "</head><p>", CHINESE, NULL,
	 DETECTED("gb18030", "windows-1252"), DETECTED("detected", "default"), 0},
	{"windows-1252, nothing declared", "WINDOWS-1252", "<p>", FRENCH, NULL, "windows-1252", DETECTED("detected", "default"), 0},
	{"windows-1252, declared UTF-8", "WINDOWS-1252", "<meta charset=utf-8><p>", FRENCH, NULL, "windows-1252",
	 DETECTED("detected", "default"), MK_WARN_CHARSET},
	{"windows-1251, nothing declared", "WINDOWS-1251", "<p>", RUSSIAN, NULL, DETECTED("windows-1251", "windows-1252"),
	 DETECTED("detected", "default"), 0},
	{"KOI8-R, nothing declared", "KOI8-R", "<p>", RUSSIAN, NULL, DETECTED("koi8-r", "windows-1252"), DETECTED("detected", "default"), 0},
	{"Shift_JIS, nothing declared", "CP932", "<p>", JAPANESE, NULL, DETECTED("shift_jis", "windows-1252"), DETECTED("detected", "default"), 0},
	{"Shift_JIS, declared EUC-JP", "CP932", "<meta charset=euc-jp><p>", JAPANESE, NULL, DETECTED("shift_jis", "windows-1252"),
	 DETECTED("detected", "default"), MK_WARN_CHARSET},
	{"EUC-JP, nothing declared", "EUC-JP", "<p>", JAPANESE, NULL, DETECTED("euc-jp", "windows-1252"), DETECTED("detected", "default"), 0},
	{"EUC-KR, nothing declared", "UHC", "<p>", KOREAN, NULL, DETECTED("euc-kr", "windows-1252"), DETECTED("detected", "default"), 0},
	{"ISO-2022-JP, nothing declared", "ISO-2022-JP", "<p>", JAPANESE, NULL, "iso-2022-jp", "detected", 0},
	{"ISO-2022-JP, declared UTF-8", "ISO-2022-JP", "<meta charset=utf-8><p>", JAPANESE, NULL, "iso-2022-jp", "detected",
	 MK_WARN_CHARSET},
	{"ASCII, nothing declared", "UTF-8", "<p>", "plain", NULL, "utf-8", "valid-utf-8", 0},
	{"ASCII, declared Shift_JIS", "UTF-8", "<meta charset=shift_jis><p>", "plain", NULL, "shift_jis", "meta", 0},
	{"ASCII, UTF-16 in the HTTP header", "UTF-8", "<p>", "plain", "utf-16", "utf-8", "valid-utf-8", MK_WARN_CHARSET},
	{"KOI8-R, in an XML declaration", "KOI8-R", "<?xml version=\"1.0\" encoding='koi8-r'?><p>", RUSSIAN, NULL, "koi8-r", "meta", 0},
	{"an encoding that is replaced (iso-2022-kr)", "UTF-8", "<meta charset=iso-2022-kr><p>", "plain", NULL, "replacement", "meta",
	 MK_WARN_ENCODING | MK_WARN_NOT_HTML},
};

static void test_beliefs(void)
{
	mk_page *pg = mk_page_new(NULL);
	for (size_t i = 0; i < sizeof beliefs / sizeof *beliefs; i++) {
		const struct belief *b = &beliefs[i];
		struct bytes page = page_in(b->stored, b->head, b->text);
		mk_options o;
		mk_options_init(&o);
		o.http_charset = b->http;
		run(pg, decode_page, page.p, page.n, &o);
		const mk_article *a = &pg->article;
		char got[200];
		snprintf(got, sizeof got, "%s (got %s, %s, warnings %u)", b->name, a->charset.p, a->charset_source,
			 (unsigned)a->warnings);
		check_of(!strcmp(a->charset.p, b->charset), "charset", got);
		check_of(!strcmp(a->charset_source, b->source), "charset_source", got);
		check_of(a->warnings == b->warnings, "warnings", got);
		/* A page that falls back to windows-1252 decodes to wrong characters, so its text is not compared. */
		if (strcmp(b->source, "default") && strcmp(b->charset, "replacement"))
			check_of(strstr(pg->text, b->text) != NULL, "text", got);
		free(page.p);
	}
	mk_page_free(pg);
}

/* The same for pages that page_in() cannot make as they are: UTF-16, and pages with damaged bytes. */
static void test_more_beliefs(void)
{
	mk_page *pg = mk_page_new(NULL);
	mk_options o;
	mk_options_init(&o);
	struct bytes page = page_in("UTF-16LE", "", "<html><body><p>Kwaheri, höher</p></body></html>");
	page.n -= 4; /* page_in()'s "</p>" is ASCII */
	run(pg, decode_page, page.p, page.n, &o);
	check_of(!strcmp(pg->article.charset.p, "utf-16le") && strstr(pg->text, "höher"), "UTF-16LE without a byte order mark", pg->text);
	o.http_charset = "utf-8";
	run(pg, decode_page, page.p, page.n, &o);
	check_of(!strcmp(pg->article.charset.p, "utf-16le") && pg->article.warnings == MK_WARN_CHARSET, "UTF-16LE, UTF-8 in the HTTP header",
	      pg->text);
	o.http_charset = NULL;
	free(page.p);
	page = page_in("UTF-16BE", "", "\n<html><body><p>Kwaheri, höher</p></body></html>");
	run(pg, decode_page, page.p, page.n - 4, &o);
	check_of(!strcmp(pg->article.charset.p, "utf-16be") && strstr(pg->text, "höher"), "UTF-16BE without a byte order mark", pg->text);
	free(page.p);

	page = page_in("UTF-8", "<p>", RUSSIAN "ж");
	run(pg, decode_page, page.p, page.n - 5, &o); /* cuts the last character in half */
	check_of(!strcmp(pg->article.charset.p, "utf-8") && pg->article.warnings == MK_WARN_ENCODING, "UTF-8 with a cut character",
	      pg->article.charset.p);
	check_of(pg->text_len > 3 && !memcmp(pg->text + pg->text_len - 3, "\uFFFD", 3), "UTF-8 with a cut character ends with U+FFFD", pg->text);
	page.p[page.n - 8] = 0xFF;
	o.http_charset = "utf-8";
	run(pg, decode_page, page.p, page.n, &o);
	check_of(!strcmp(pg->article.charset.p, "utf-8") && !strcmp(pg->article.charset_source, "http") &&
		      pg->article.warnings == MK_WARN_ENCODING,
	      "UTF-8 with one bad byte stays UTF-8", pg->article.charset.p);
	free(page.p);

	page = page_in("GBK", "<meta charset=utf-8><p>", CHINESE);
	o.charset = "utf-8";
	run(pg, decode_page, page.p, page.n, &o);
	check_of(!strcmp(pg->article.charset.p, "utf-8") && pg->article.warnings == MK_WARN_ENCODING, "the caller's charset always wins",
	      pg->article.charset.p);
	free(page.p);
	mk_page_free(pg);
}

/* ---- What a reader's comment cannot change ---- */

#define SAID \
	"All of this text is visible in every browser, since nothing else on the page says what it is, and it has a few more words " \
	"than the comment that a reader leaves below it, as any page has."

/* Pages with an encoding that stands, and bytes that speak for other ones in one place of the page. */
static const struct belief standing[] = {
	{"ASCII, declared UTF-8", "UTF-8", "<meta charset=utf-8>", SAID, NULL, "utf-8", "meta", 0},
	{"ASCII, UTF-8 in the HTTP header", "UTF-8", "", SAID, "utf-8", "utf-8", "http", 0},
	{"ASCII, declared windows-1252", "UTF-8", "<meta charset=windows-1252>", SAID, NULL, "windows-1252", "meta", 0},
	{"ASCII, nothing declared", "UTF-8", "", SAID, NULL, "utf-8", "valid-utf-8", 0},
	{"ASCII, UTF-16 in the HTTP header", "UTF-8", "", SAID, "utf-16", "utf-8", "valid-utf-8", 0},
	{"a few quotes in UTF-8", "UTF-8", "<meta charset=utf-8>", "“" SAID "”", NULL, "utf-8", "meta", 0},
	{"UTF-8, a byte order mark", "UTF-8", "\xEF\xBB\xBF", FRENCH SAID, NULL, "utf-8", "bom", 0},
	{"UTF-8, nothing declared", "UTF-8", "", RUSSIAN SAID, NULL, "utf-8", "valid-utf-8", 0},
	{"windows-1252, declared", "WINDOWS-1252", "<meta charset=iso-8859-1>", FRENCH SAID, NULL, "windows-1252", "meta", 0},
	{"one letter in windows-1252, declared", "WINDOWS-1252", "<meta charset=iso-8859-1>", "é " SAID, NULL, "windows-1252", "meta", 0},
	{"GBK, declared", "GBK", "<meta charset=gbk>", CHINESE SAID, NULL, "gbk", "meta", 0},
	{"Shift_JIS, in the HTTP header", "CP932", "", JAPANESE SAID, "shift_jis", "shift_jis", "http", 0},
	{"ISO-2022-JP, declared", "ISO-2022-JP", "<meta charset=iso-2022-jp>", JAPANESE SAID, NULL, "iso-2022-jp", "meta", 0},
	{"ISO-2022-JP, nothing declared", "ISO-2022-JP", "", JAPANESE SAID, NULL, "iso-2022-jp", "detected", 0},
};

/* ascii: the bytes are all ASCII; other bytes may well change the encoding of an ASCII page that declares a legacy one or none. */
static const struct {
	const char *bytes;
	size_t n;
	bool ascii;
} remarks[] = {
#define REMARK(s, ascii) {s, sizeof s - 1, ascii}
	REMARK("\x1B$B", true),
	REMARK("\x1B$@\x1B$B", true),
	REMARK("\x1B$B$3$s$K\x1B(B", true),
	REMARK("\x1B(J", true),
	REMARK("\x1B$)C\x0E!!\x0F", true),
	REMARK("~{VPND~}", true),
	REMARK("+AGEAYg-", true),
	REMARK("charset=koi8-r", true),
	REMARK("&lt;meta charset=big5&gt;", true),
	REMARK("<?xml encoding='big5'?", true),
	REMARK("\0\0\0a\0b", true),
	REMARK("\x1A\x7F\x01\x02", true),
	REMARK("\xFE\xFF\0a\0b", false),
	REMARK("\xFF\xFEw\0o\0r\0d\0", false),
	REMARK("\xE9\xE8\xE0\xF9\xFB\xFF", false),
	REMARK("\x82\xB1\x82\xF1\x82\xC9\x82\xBF", false),
	REMARK("\xE4\xBB\x8A\xE5\xA4\xA9\xE4", false),
	REMARK("\xE4\xBB\x8A\xE5\xA4\xA9\xE4\xB8\x8A\xE5\x8D\x88", false),
	REMARK("Сегодня утром правительство", false),
#undef REMARK
};

/* Each remark is put into a comment, into text, an attribute, a title and a script of each page. */
static void test_remarks(void)
{
	static const char *const around[][2] = {{"<!-- ", " -->"}, {"<p>", "</p>"}, {"<p title=\"", "\">x</p>"}, {"<title>", "</title>"},
	                                        {"<script>x='", "'</script>"}};
	mk_page *pg = mk_page_new(NULL);
	for (size_t i = 0; i < sizeof standing / sizeof *standing; i++) {
		const struct belief *b = &standing[i];
		struct bytes start = page_in(b->stored, b->head, ""), text = page_in(b->stored, "<p>", b->text);
		const bool seven_bits = strstr(b->name, "ASCII") || strstr(b->name, "ISO-2022-JP");
		for (size_t k = 0; k < sizeof remarks / sizeof *remarks * 5; k++) {
			const char *const *marks = around[k % 5];
			const char *remark = remarks[k / 5].bytes;
			if (seven_bits && strcmp(b->charset, "utf-8") && !remarks[k / 5].ascii)
				continue;
			if (!strcmp(b->name, "ASCII, nothing declared") && !remarks[k / 5].ascii)
				continue;
			if (!strcmp(b->name, "ASCII, UTF-16 in the HTTP header") && !remarks[k / 5].ascii)
				continue;
			/* An open double-byte run in a page that is in ISO-2022-JP ends where the standard says: at the next escape. */
			if (!strcmp(b->charset, "iso-2022-jp") && remark[0] == 0x1B)
				continue;
			for (int twice = 0; twice < 2; twice++) {
				struct bytes page = {malloc(start.n + 2 * text.n + 256), 0};
				push(&page, start.p, start.n);
				push(&page, text.p, twice ? text.n : 0);
				push(&page, (const uint8_t *)marks[0], strlen(marks[0]));
				push(&page, (const uint8_t *)remark, remarks[k / 5].n);
				push(&page, (const uint8_t *)marks[1], strlen(marks[1]));
				push(&page, text.p, text.n);
				mk_options o;
				mk_options_init(&o);
				o.http_charset = b->http;
				run(pg, decode_page, page.p, page.n, &o);
				char got[300];
				snprintf(got, sizeof got, "%s, remark %zu in %s (got %s, %s)", b->name, k / 5, marks[0],
				         pg->article.charset.p, pg->article.charset_source);
				check_of(!strcmp(pg->article.charset.p, b->charset), "the encoding stands", got);
				const char *at = memmem(pg->text, pg->text_len, b->text, strlen(b->text));
				check_of(at != NULL, "the text stays", got);
				const size_t left = at ? pg->text_len - (size_t)(at + 1 - pg->text) : 0;
				check_of(!twice || (at && memmem(at + 1, left, b->text, strlen(b->text))), "the text after it stays", got);
				free(page.p);
			}
		}
		free(start.p);
		free(text.p);
	}
	mk_page_free(pg);
}

/* ---- Small inputs and memory limits ---- */

static void test_small(void)
{
	mk_page *pg = mk_page_new(NULL);
	mk_options o;
	mk_options_init(&o);
	run(pg, decode_page, NULL, 0, &o);
	check_of(pg->text && !pg->text_len && padded(pg) && !pg->article.warnings && !strcmp(pg->article.charset.p, "utf-8"), "empty",
	      "");
	static const char *const marks[] = {"\xEF\xBB\xBF", "\xFE\xFF", "\xFF\xFE"};
	static const char *const names[] = {"utf-8", "utf-16be", "utf-16le"};
	for (size_t i = 0; i < 3; i++) {
		run(pg, decode_page, marks[i], strlen(marks[i]), &o);
		check_of(!pg->text_len && padded(pg) && !strcmp(pg->article.charset.p, names[i]), "only a byte order mark", names[i]);
		check_of(!strcmp(pg->article.charset_source, "bom"), "charset_source with a byte order mark", pg->article.charset_source);
	}
	for (unsigned i = 0; i < 256; i++) {
		char byte = (char)i;
		run(pg, decode_page, &byte, 1, &o);
		check_of(pg->text_len >= 1 && pg->text_len <= 3 && padded(pg) && (i >= 0x80 || pg->text[0] == byte), "one byte", "");
		run(pg, decode_utf8, &byte, 1, &o);
		check_of(pg->text_len == (i < 0x80 ? 1 : 3) && padded(pg), "one byte as UTF-8", "");
	}
	run(pg, decode_page, "\0\0\0\0\0\0\0\0", 8, &o);
	check_of(text_is(pg, "\0\0\0\0\0\0\0\0", 8) && (pg->article.warnings & MK_WARN_NOT_HTML),
	      "a page of NULs is kept, with the warning not_html", "");
	run(pg, decode_page, "a\r\nb\0c<p>", 9, &o);
	check_of(text_is(pg, "a\r\nb\0c<p>", 9) && !pg->article.warnings, "CR and NUL are kept", "");
	static const char *const binary[] = {"%PDF-1.7\n<<", "\x89PNG\r\n\x1A\n<a>", "\xFF\xD8\xFF\xE0<a>", "GIF89a<a>",
					     "PK\3\4<a>",    "\x1F\x8B\x08<a>"};
	for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
		run(pg, decode_page, binary[i], strlen(binary[i]), &o);
		check_of(pg->article.warnings & MK_WARN_NOT_HTML, "a file that is not a page", binary[i]);
	}
	run(pg, decode_page, "just a sentence, 1 < 2", 22, &o);
	check_of(pg->article.warnings == MK_WARN_NOT_HTML, "text without markup", "");
	mk_page_free(pg);
}

/* Input is binary if more than one byte in sixteen is a control character, wherever they are: of 105 bytes, seven. */
static void test_controls(void)
{
	mk_page *pg = mk_page_new(NULL);
	mk_options o;
	mk_options_init(&o);
	for (int c = 0; c < 128; c++) {
		const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0x1B) || c == 0x7F;
		for (size_t shift = 0; shift < 14; shift++) {
			char page[105];
			for (size_t n = 0; n <= 7; n++) {
				memset(page, 'x', sizeof page);
				memcpy(page, "<p>", 3);
				for (size_t k = 0; k < n; k++)
					page[4 + shift + k * 14] = (char)c;
				run(pg, decode_page, page, sizeof page, &o);
				check_of(pg->is_binary == (control && n == 7), "seven control characters in 105 bytes are binary, six are not", "");
			}
		}
	}
	mk_page_free(pg);
}

static void test_memory(void)
{
	mk_page *pg = mk_page_new(NULL);
	size_t n = 600000;
	char *p = malloc(n);
	mk_options o;
	mk_options_init(&o);
	o.max_arena_bytes = 1 << 20;
	memset(p, 'x', n);
	check_of(run(pg, decode_page, p, n, &o) == MK_OK && pg->text_len == n && !(pg->article.warnings & MK_WARN_MEMORY), "a text that fits", "");
	mk_page_free(pg);
	pg = mk_page_new(NULL);
	o.charset = "windows-1251";
	memset(p, 0xC0, n);
	memcpy(p, "<p>", 3);
	check_of(run(pg, decode_page, p, n, &o) == MK_OK, "text that outgrows the memory limit", "status");
	check_of(pg->article.warnings & MK_WARN_MEMORY && pg->text_len >= n && pg->text_len < 2 * n && pg->text_len % 2 == 1 &&
		      padded(pg),
	      "text that outgrows the memory limit", "is cut between characters, with a warning");
	free(p);
	p = calloc(1, 2 << 20);
	check_of(run(pg, decode_page, p, 2 << 20, &o) == MK_NO_MEMORY, "a page of which not even a copy fits", "status");
	free(p);
	mk_page_free(pg);
}

/* ---- Vector and scalar paths ---- */

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Both decoders must produce the same text, warnings and charset. */
static void compare(mk_page *pg[2], const uint8_t *p, size_t n, const char *charset, const char *what)
{
	mk_options o;
	mk_options_init(&o);
	o.charset = charset;
	run(pg[0], decode_page, p, n, &o);
	run(pg[1], scalar_page, p, n, &o);
	bool same = text_is(pg[0], pg[1]->text, pg[1]->text_len) && pg[0]->article.warnings == pg[1]->article.warnings &&
		    !strcmp(pg[0]->article.charset.p, pg[1]->article.charset.p) && padded(pg[0]) && padded(pg[1]);
	check_of(same, "the vector and scalar decoders agree", what);
}

/* Inputs whose last byte is the last readable one: any read beyond it ends the program. */
static void test_guarded(void)
{
	static const char *const specials[] = {"",
					       "\x80",
					       "\xC3\xA9",
					       "\xE2\x82\xAC",
					       "\xF0\x9F\x98\x80",
					       "\xC3",
					       "\xE2\x82",
					       "\xF0\x9F\x98",
					       "\xF0\x9F\x98\x80\xE4\xB8\xAD\xE6",
					       "\xED\xA0\x80",
					       "\xF5",
					       "\xC0\xAF",
					       "\x1B$B"};
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || mprotect(memory + page, page, PROT_NONE)) {
		check_of(false, "guard page", "mmap");
		return;
	}
	mk_page *pg[2] = {mk_page_new(NULL), mk_page_new(NULL)};
	static const char *const charsets[] = {NULL, "utf-8", "gb18030", "utf-16le", "iso-2022-jp", "euc-jp"};
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
		size_t len = strlen(specials[i]);
		for (size_t n = len; n < 150; n++) {
			uint8_t *p = memory + page - n;
			for (size_t at = 0; at + len <= n; at += at + len + 20 < n ? 7 : 1) {
				memset(p, 'a', n);
				memcpy(p + at, specials[i], len);
				compare(pg, p, n, charsets[(n + at) % 6], "at the end of readable memory");
			}
		}
	}
	for (size_t i = 0; i < 2; i++)
		mk_page_free(pg[i]);
	munmap(memory, 2 * page);
}

/* Random bytes of four kinds: any bytes, mostly ASCII, mostly UTF-8, and ASCII with markup that declares an encoding. */
static void test_random(void)
{
	uint32_t state = 2463534242u;
	uint8_t bytes[700];
	mk_page *pg[2] = {mk_page_new(NULL), mk_page_new(NULL)};
	for (unsigned round = 0; round < 6000; round++) {
		size_t n = next_random(&state) % 600, i = 0;
		unsigned temper = round % 4;
		while (i < n) {
			uint32_t r = next_random(&state);
			if (temper == 0 || (temper == 1 && r % 40 == 0) || (temper == 2 && r % 64 == 0))
				bytes[i++] = (uint8_t)(r >> 8);
			else if (temper == 2 && r % 3)
				i += (size_t)snprintf((char *)bytes + i, 8, "%s",
						      (const char *[]){"é", "中", "😀", "ж", "x", " "}[r / 3 % 6]);
			else if (temper == 3 && r % 5 == 0)
				i += (size_t)snprintf(
					(char *)bytes + i, 24, "%s",
					(const char *[]){"<meta charset=", "<meta ", "<!--", "-->", "gbk>"}[r / 5 % 5]);
			else
				bytes[i++] = (uint8_t)(0x20 + (r >> 8) % 0x5F);
		}
		compare(pg, bytes, i, NULL, "on random bytes");
	}
	for (size_t i = 0; i < 2; i++)
		mk_page_free(pg[i]);
}

int main(void)
{
	TEST(test_labels());
	TEST(test_tables());
	TEST(test_decoders());
	const iconv_t legacy = iconv_open("GBK", "UTF-8");
	if (legacy == (iconv_t)-1) { /* in musl, and in static programs that cannot load the modules of iconv */
		n_skipped = 3;
	} else {
		iconv_close(legacy);
		TEST(test_beliefs());
		TEST(test_more_beliefs());
		TEST(test_remarks());
	}
	TEST(test_small());
	TEST(test_controls());
	TEST(test_memory());
	TEST(test_guarded());
	TEST(test_random());
	return check_end("decode");
}
