/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.c - bytes of a page -> pg->text (UTF-8), article.charset, article.charset_source.
 *
 * First, the declared encoding is determined as in browsers (WHATWG HTML, "Determining the character encoding": the caller's
 * override, the byte order mark, the transport, the prescan for <meta>).  Then the bytes may overrule the declaration, because
 * declarations in a crawl are wrong too often to be relied on: text that is valid UTF-8 is decoded as UTF-8 whatever was
 * declared, and text with many invalid sequences is not, even if UTF-8 was declared.  Only the page as a whole overrules it: what
 * one reader's comment contains must not turn the rest of the page into other characters.
 *
 * Nearly all pages are valid UTF-8, so this case comes first: one pass that validates and copies.  All other pages are decoded
 * afterwards, at most twice, in time linear in the bytes.  Legacy encodings are decoded with the algorithms and indexes of the
 * Encoding standard and not with iconv, whose results differ between C libraries and which allocates memory and takes locks;
 * makala.h promises not to do that.
 *
 * https://encoding.spec.whatwg.org/   https://html.spec.whatwg.org/#determining-the-character-encoding
 */
#include "decode.h"
#include "base/scan.h"
#include "base/search.h"
#include "base/utf8.h"
#include "tables/encodings.h"

#define TEXT_MOST ((size_t)INT32_MAX) /* bytes of decoded text */
#define PUT_MOST 8 /* most bytes that a decoder writes between two checks of the room left */

/*
 * The number of places of a page that bytes of some kind are at.  A place is a PLACES_OF_PAGE-th of the page, so that a reader's
 * comment has few of them.
 */
struct places {
	size_t n, next; /* next: offset from which on a byte is at a new place */
};

#define PLACES_OF_PAGE 32
#define PLACES_FEW 3    /* fewer places of the page may be somebody's quotation … */
#define MANY_BYTES 256  /* … unless this many characters are there */

/* Notes that such bytes are at this offset of len bytes. */
static inline void note_place(struct places *p, size_t offset, size_t len)
{
	if (offset < p->next)
		return;
	p->n++;
	p->next = offset + len / PLACES_OF_PAGE + 1;
}

/* Whether n characters, in at least that many places, say something about the page as a whole. */
static bool all_over(const struct places *p, size_t n, size_t least)
{
	return p->n >= least || n >= MANY_BYTES;
}

/* The output of a decoder: where it writes, and counts of what it wrote. */
struct sink {
	char *from, *at, *stop; /* first byte written; next byte to write; end of the room, which at may exceed by PUT_MOST bytes */
	size_t n_input;   /* bytes of the input */
	uint32_t n_bad;   /* U+FFFD written for invalid bytes */
	uint32_t n_good;  /* characters beyond ASCII written */
	struct places bad; /* the places of the U+FFFD in the output */
	bool full;        /* the room was used up before the end of the input */
};

/* ---- ASCII and UTF-8 ---- */

/*
 * The number of ASCII bytes with which s begins, n at most.  Copies them to d unless that is NULL.  May write other bytes after
 * them, up to d[n - 1], because whole vectors are copied before they are checked.
 */
static inline size_t ascii_copy(char *d, const uint8_t *s, size_t n)
{
	size_t i = 0;
#if defined(SCAN_SSE2)
	for (; n - i >= 64; i += 64) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
		__m128i b = _mm_loadu_si128((const __m128i *)(const void *)(s + i + 16));
		__m128i c = _mm_loadu_si128((const __m128i *)(const void *)(s + i + 32));
		__m128i e = _mm_loadu_si128((const __m128i *)(const void *)(s + i + 48));
		if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, e))))
			break;
		if (!d)
			continue;
		_mm_storeu_si128((__m128i *)(void *)(d + i), a);
		_mm_storeu_si128((__m128i *)(void *)(d + i + 16), b);
		_mm_storeu_si128((__m128i *)(void *)(d + i + 32), c);
		_mm_storeu_si128((__m128i *)(void *)(d + i + 48), e);
	}
	for (; n - i >= 16; i += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(const void *)(s + i));
		if (d)
			_mm_storeu_si128((__m128i *)(void *)(d + i), a);
		unsigned mask = (unsigned)_mm_movemask_epi8(a);
		if (mask)
			return i + (unsigned)__builtin_ctz(mask);
	}
#else
	for (; n - i >= 8; i += 8) {
		uint64_t word;
		memcpy(&word, s + i, 8);
		if (word & 0x8080808080808080u)
			break;
		if (d)
			memcpy(d + i, &word, 8);
	}
#endif
	for (; i < n && s[i] < 0x80; i++)
		if (d)
			d[i] = (char)s[i];
	return i;
}

/*
 * The length of the valid UTF-8 sequence at s, of which n bytes are available and whose first byte is not ASCII.  0 if it is
 * invalid: one U+FFFD then replaces the first *bad bytes, its "maximal subpart" in terms of the Unicode standard.
 */
static inline size_t utf8_sequence(const uint8_t *s, size_t n, size_t *bad)
{
	uint8_t lead = s[0];
	uint8_t low = 0x80, high = 0xBF;
	size_t len;
	*bad = 1;
	if (lead >= 0xC2 && lead <= 0xDF) {
		len = 2;
	} else if (lead >= 0xE0 && lead <= 0xEF) {
		len = 3;
		low = lead == 0xE0 ? 0xA0 : 0x80;
		high = lead == 0xED ? 0x9F : 0xBF;
	} else if (lead >= 0xF0 && lead <= 0xF4) {
		len = 4;
		low = lead == 0xF0 ? 0x90 : 0x80;
		high = lead == 0xF4 ? 0x8F : 0xBF;
	} else {
		return 0;
	}
	if (n < 2 || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if (i == n || (s[i] & 0xC0) != 0x80) {
			*bad = i;
			return 0;
		}
	}
	return len;
}

/* The number of valid UTF-8 bytes with which s begins; copies them to d unless that is NULL.  *beyond: whether s is not all
 * ASCII. */
static size_t utf8_copy(char *d, const uint8_t *s, size_t n, bool *beyond)
{
	size_t i = ascii_copy(d, s, n), bad;
	*beyond = i < n;
	while (i < n) {
		do {
			size_t len = utf8_sequence(s + i, n - i, &bad);
			if (!len)
				return i;
			for (size_t end = i + len; d && i < end; i++)
				d[i] = (char)s[i];
			i += d ? 0 : len;
		} while (i < n && s[i] >= 0x80);
		i += ascii_copy(d ? d + i : NULL, s + i, n - i);
	}
	return n;
}

/* How well bytes fit UTF-8. */
struct tally {
	size_t n_good;    /* number of valid sequences of two bytes or more */
	size_t n_bad;     /* number of invalid sequences, without one at the end that is only incomplete */
	size_t bad_bytes; /* bytes in all invalid sequences, including an incomplete one */
	bool cut;         /* the input ends with an incomplete sequence */
	struct places good, bad; /* the places of the valid and of the invalid sequences */
};

static struct tally utf8_tally(const uint8_t *s, size_t n)
{
	struct tally t = {.cut = false};
	size_t bad;
	for (size_t i = 0; i < n;) {
		if (s[i] < 0x80) {
			i++;
			continue;
		}
		size_t len = utf8_sequence(s + i, n - i, &bad);
		if (len) {
			t.n_good++;
			note_place(&t.good, i, n);
			i += len;
			continue;
		}
		t.bad_bytes += bad;
		if (i + bad == n && s[i] >= 0xC2 && s[i] <= 0xF4)
			t.cut = true;
		else
			t.n_bad++;
		note_place(&t.bad, i, n);
		i += bad;
	}
	return t;
}

/* Writes U+FFFD for invalid bytes. */
static inline void put_bad(struct sink *o)
{
	note_place(&o->bad, (size_t)(o->at - o->from), o->n_input);
	memcpy(o->at, "\xEF\xBF\xBD", 3);
	o->at += 3;
	o->n_bad++;
}

/* Writes a code point, which must not be a surrogate. */
static inline void put_code(struct sink *o, uint32_t code)
{
	if (code < 0x80) {
		*o->at++ = (char)code;
		return;
	}
	o->n_good++;
	o->at += utf8_encode(o->at, code);
}

/* The same, or U+FFFD for 0, which in the index tables means that there is no character. */
static inline void put_code_or_bad(struct sink *o, uint32_t code)
{
	if (code)
		put_code(o, code);
	else
		put_bad(o);
}

/*
 * The main loop of all decoders for encodings that contain ASCII.  It copies runs of ASCII; STEP then decodes the character at
 * s[i], which is not ASCII, and adds its length to i.
 */
#define DECODE_LOOP(o, s, n, STEP)                                                                                                 \
	for (size_t i = 0;;) {                                                                                                     \
		size_t room = (o)->at < (o)->stop ? (size_t)((o)->stop - (o)->at) : 0;                                             \
		size_t run = ascii_copy((o)->at, (s) + i, (n) - i < room ? (n) - i : room);                                        \
		(o)->at += run;                                                                                                    \
		i += run;                                                                                                          \
		if (i == (n))                                                                                                      \
			break;                                                                                                     \
		if ((o)->at >= (o)->stop) {                                                                                        \
			(o)->full = true;                                                                                          \
			break;                                                                                                     \
		}                                                                                                                  \
		STEP                                                                                                               \
	}

/* Decodes UTF-8 with U+FFFD in place of invalid sequences. */
static void decode_repair(struct sink *o, const uint8_t *s, size_t n)
{
	DECODE_LOOP(o, s, n, {
		size_t bad;
		size_t len = utf8_sequence(s + i, n - i, &bad);
		if (len) {
			memcpy(o->at, s + i, len);
			o->at += len;
			o->n_good++;
			i += len;
		} else {
			put_bad(o);
			i += bad;
		}
	})
}

/* ---- Steps of the other decoders, named as in the Encoding standard ---- */

/* Each …_step() decodes the character at s, of which n bytes are available, and returns the number of bytes that it consumed. */

/* The code point of a four-byte sequence; 0 if it has none. */
static uint32_t gb18030_four(const uint8_t *s)
{
	uint32_t pointer = (((s[0] - 0x81u) * 10 + (s[1] - 0x30u)) * 126 + (s[2] - 0x81u)) * 10 + (s[3] - 0x30u);
	if (pointer >= 189000)
		return pointer <= 1237575 ? 0x10000 + (pointer - 189000) : 0;
	if (pointer > 39419)
		return 0;
	if (pointer == 7457) /* a special case in the standard */
		return 0xE7C7;
	size_t at; /* index of the run after the one that contains pointer; the first run begins at 0 */
	SEARCH(at, 0, sizeof gb18030_pointers / sizeof *gb18030_pointers, gb18030_pointers[at] <= pointer);
	return gb18030_codes[at - 1] + (pointer - gb18030_pointers[at - 1]);
}

static inline bool between(uint8_t byte, uint8_t low, uint8_t high)
{
	return byte >= low && byte <= high;
}

/*
 * The number of bytes that an invalid double-byte sequence consumes.  A trail byte that is ASCII is not consumed, so that an
 * attacker cannot hide a quotation mark or "<" by a lead byte before it.
 */
static inline size_t bad_pair(const uint8_t *s, size_t n)
{
	return n > 1 && s[1] >= 0x80 ? 2 : 1;
}

static size_t gb18030_step(struct sink *o, const uint8_t *s, size_t n)
{
	if (s[0] == 0x80) {
		put_code(o, 0x20AC); /* the euro sign */
		return 1;
	}
	uint32_t code = 0;
	size_t len = 1;
	if (s[0] == 0xFF) {
		len = 1;
	} else if (n > 1 && between(s[1], 0x30, 0x39)) {
		if (n > 2 && !between(s[2], 0x81, 0xFE)) {
			len = 1;
		} else if (n < 4) {
			len = n;
		} else if (between(s[3], 0x30, 0x39)) {
			code = gb18030_four(s);
			len = 4;
		}
	} else if (n > 1 && (between(s[1], 0x40, 0x7E) || between(s[1], 0x80, 0xFE))) {
		code = index_gb18030[(s[0] - 0x81) * 190 + s[1] - (s[1] < 0x7F ? 0x40 : 0x41)];
		len = 2;
	} else {
		len = bad_pair(s, n);
	}
	put_code_or_bad(o, code);
	return len;
}

static size_t big5_step(struct sink *o, const uint8_t *s, size_t n)
{
	bool lead = between(s[0], 0x81, 0xFE);
	if (lead && n > 1 && (between(s[1], 0x40, 0x7E) || between(s[1], 0xA1, 0xFE))) {
		unsigned pointer = (s[0] - 0x81u) * 157u + s[1] - (s[1] < 0x7F ? 0x40u : 0x62u);
		if (pointer == 1133 || pointer == 1135 || pointer == 1164 || pointer == 1166) { /* two code points each */
			put_code(o, pointer < 1164 ? 0xCA : 0xEA);
			put_code(o, pointer == 1133 || pointer == 1164 ? 0x304 : 0x30C);
			return 2;
		}
		if (pointer >= BIG5_FIRST && index_big5[pointer - BIG5_FIRST]) {
			unsigned at = pointer - BIG5_FIRST;
			put_code(o, index_big5[at] + ((big5_plane2[at / 8] >> at % 8 & 1) ? 0x20000u : 0));
			return 2;
		}
	}
	put_bad(o);
	return lead ? bad_pair(s, n) : 1;
}

static size_t euc_kr_step(struct sink *o, const uint8_t *s, size_t n)
{
	bool lead = between(s[0], 0x81, 0xFE);
	if (lead && n > 1 && between(s[1], 0x41, 0xFE)) {
		uint32_t code = index_euc_kr[(s[0] - 0x81) * 190 + s[1] - 0x41];
		if (code) {
			put_code(o, code);
			return 2;
		}
	}
	put_bad(o);
	return lead ? bad_pair(s, n) : 1;
}

static size_t euc_jp_step(struct sink *o, const uint8_t *s, size_t n)
{
	bool lead = s[0] == 0x8E || s[0] == 0x8F || between(s[0], 0xA1, 0xFE);
	if (s[0] == 0x8E && n > 1 && between(s[1], 0xA1, 0xDF)) {
		put_code(o, 0xFF61u - 0xA1u + s[1]);
		return 2;
	}
	uint32_t code = 0;
	size_t len = lead ? bad_pair(s, n) : 1;
	if (s[0] == 0x8F && n > 1 && between(s[1], 0xA1, 0xFE)) {
		len = 1 + bad_pair(s + 1, n - 1);
		if (n > 2 && between(s[2], 0xA1, 0xFE))
			code = index_jis0212[(s[1] - 0xA1) * 94 + s[2] - 0xA1];
	} else if (lead && s[0] >= 0xA1 && n > 1 && between(s[1], 0xA1, 0xFE)) {
		code = index_jis0208[(s[0] - 0xA1) * 94 + s[1] - 0xA1];
	}
	put_code_or_bad(o, code);
	return len;
}

static size_t shift_jis_step(struct sink *o, const uint8_t *s, size_t n)
{
	if (s[0] == 0x80) {
		put_code(o, 0x80);
		return 1;
	}
	if (between(s[0], 0xA1, 0xDF)) {
		put_code(o, 0xFF61u - 0xA1u + s[0]);
		return 1;
	}
	bool lead = between(s[0], 0x81, 0x9F) || between(s[0], 0xE0, 0xFC);
	if (lead && n > 1 && (between(s[1], 0x40, 0x7E) || between(s[1], 0x80, 0xFC))) {
		unsigned pointer = (s[0] - (s[0] < 0xA0 ? 0x81u : 0xC1u)) * 188u + s[1] - (s[1] < 0x7F ? 0x40u : 0x41u);
		uint32_t code = 0;
		if (pointer >= 8836 && pointer <= 10715) /* user-defined characters: the private use area */
			code = 0xE000 - 8836 + pointer;
		else if (pointer < sizeof index_jis0208 / sizeof *index_jis0208)
			code = index_jis0208[pointer];
		if (code) {
			put_code(o, code);
			return 2;
		}
	}
	put_bad(o);
	return lead ? bad_pair(s, n) : 1;
}

/* States of the ISO-2022-JP decoder: the character set that the last escape sequence selected. */
enum jis_state { JIS_ASCII, JIS_ROMAN, JIS_KATAKANA, JIS_DOUBLE };

/* The state that the escape sequence at s, which begins with ESC and has n bytes, selects; -1 if the standard lacks it. */
static int jis_escape(const uint8_t *s, size_t n)
{
	if (n < 3)
		return -1;
	if (s[1] == '$')
		return s[2] == '@' || s[2] == 'B' ? JIS_DOUBLE : -1;
	if (s[1] != '(')
		return -1;
	return s[2] == 'B' ? JIS_ASCII : s[2] == 'J' ? JIS_ROMAN : s[2] == 'I' ? JIS_KATAKANA : -1;
}

/* Decodes one character that is not part of an escape sequence. */
static size_t jis_step(struct sink *o, const uint8_t *s, size_t n, int state)
{
	if (state == JIS_DOUBLE && between(s[0], 0x21, 0x7E)) {
		if (n == 1 || s[1] == 0x1B) {
			put_bad(o);
			return 1;
		}
		uint32_t code = between(s[1], 0x21, 0x7E) ? index_jis0208[(s[0] - 0x21) * 94 + s[1] - 0x21] : 0;
		put_code_or_bad(o, code);
		return 2;
	}
	if (state == JIS_KATAKANA && between(s[0], 0x21, 0x5F))
		put_code(o, 0xFF61u - 0x21u + s[0]);
	else if (state == JIS_ROMAN && s[0] == 0x5C)
		put_code(o, 0xA5);
	else if (state == JIS_ROMAN && s[0] == 0x7E)
		put_code(o, 0x203E);
	else if (state <= JIS_ROMAN && s[0] < 0x80 && s[0] != 0x0E && s[0] != 0x0F)
		put_code(o, s[0]);
	else
		put_bad(o);
	return 1;
}

static void decode_iso_2022_jp(struct sink *o, const uint8_t *s, size_t n)
{
	int state = JIS_ASCII;
	bool escaped = false; /* the last thing read was an escape sequence; the standard forbids two in a row */
	for (size_t i = 0; i < n;) {
		if (o->at >= o->stop) {
			o->full = true;
			break;
		}
		if (s[i] != 0x1B) {
			i += jis_step(o, s + i, n - i, state);
			escaped = false;
			continue;
		}
		int next = jis_escape(s + i, n - i);
		if (next >= 0) {
			if (escaped)
				put_bad(o);
			state = next;
			i += 3;
		} else {
			put_bad(o);
			i++;
		}
		escaped = next >= 0;
	}
}

static inline uint32_t utf16_unit(const uint8_t *s, bool big)
{
	return big ? (uint32_t)s[0] << 8 | s[1] : (uint32_t)s[1] << 8 | s[0];
}

static void decode_utf16(struct sink *o, const uint8_t *s, size_t n, bool big)
{
	for (size_t i = 0; i < n;) {
		if (o->at >= o->stop) {
			o->full = true;
			return;
		}
		size_t left = n - i;
		uint32_t unit = left > 1 ? utf16_unit(s + i, big) : 0xDC00;
		i += left > 1 ? 2 : 1;
		if ((unit & 0xF800) != 0xD800) {
			put_code(o, unit);
			continue;
		}
		uint32_t low = left > 3 ? utf16_unit(s + i, big) : 0;
		if (unit < 0xDC00 && (low & 0xFC00) == 0xDC00) {
			put_code(o, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
			i += 2;
			continue;
		}
		put_bad(o);
		if (unit < 0xDC00 && left == 3) /* a single byte at the end belongs to the same incomplete pair */
			i++;
	}
}

/* Decodes n bytes in encoding e. */
static void decode_with(struct sink *o, const struct encoding *e, const uint8_t *s, size_t n)
{
	switch ((enum decoder)e->decoder) {
	case DECODER_SINGLE_BYTE:
		DECODE_LOOP(o, s, n, { put_code_or_bad(o, single_byte[e->table][s[i++] & 0x7F]); })
		break;
	case DECODER_UTF8:
		decode_repair(o, s, n);
		break;
	case DECODER_GB18030:
		DECODE_LOOP(o, s, n, { i += gb18030_step(o, s + i, n - i); })
		break;
	case DECODER_BIG5:
		DECODE_LOOP(o, s, n, { i += big5_step(o, s + i, n - i); })
		break;
	case DECODER_EUC_JP:
		DECODE_LOOP(o, s, n, { i += euc_jp_step(o, s + i, n - i); })
		break;
	case DECODER_ISO_2022_JP:
		decode_iso_2022_jp(o, s, n);
		break;
	case DECODER_SHIFT_JIS:
		DECODE_LOOP(o, s, n, { i += shift_jis_step(o, s + i, n - i); })
		break;
	case DECODER_EUC_KR:
		DECODE_LOOP(o, s, n, { i += euc_kr_step(o, s + i, n - i); })
		break;
	case DECODER_REPLACEMENT:
		if (n)
			put_bad(o);
		break;
	case DECODER_UTF16BE:
	case DECODER_UTF16LE:
		decode_utf16(o, s, n, e->decoder == DECODER_UTF16BE);
		break;
	case DECODER_USER_DEFINED:
		DECODE_LOOP(o, s, n, { put_code(o, 0xF780u + (s[i++] & 0x7Fu)); })
		break;
	}
}

/* ---- Labels ---- */

/* "Get an encoding" of the Encoding standard: the encoding_id for a label, -1 if the label is unknown. */
static int find_encoding(const char *p, size_t len)
{
	mk_str label = str_trim((mk_str){p, len});
	if (!label.len || label.len > LABEL_LONGEST)
		return -1;
	char lower[LABEL_LONGEST + 1];
	for (size_t i = 0; i < label.len; i++)
		lower[i] = to_lower(label.p[i]);
	lower[label.len] = '\0';
	size_t at;
	SEARCH(at, 0, N_LABELS, strcmp(encoding_labels[at].label, lower) < 0);
	if (at < N_LABELS && !strcmp(encoding_labels[at].label, lower) && !memchr(lower, '\0', label.len))
		return encoding_labels[at].encoding;
	return -1;
}

bool decode_is_label(const char *label, size_t len)
{
	return find_encoding(label, len) >= 0;
}

const char *decode_name(int encoding)
{
	return encodings[encoding].name;
}

/* ---- The page's declaration ---- */

/* State of the prescan, a very lenient parser that only looks for declarations.  Functions are named after the standard's steps. */
struct prescan {
	const uint8_t *s; /* the page */
	size_t at, n;     /* next byte to read; bytes to search */
	bool late;        /* searches the whole head, and skips scripts, styles etc. as the parser does */
};

struct meta_attr {
	mk_str name, value; /* value: {NULL, 0} if the attribute has none */
};

static inline bool prescan_space(uint8_t c)
{
	return is_space((char)c);
}

static inline bool prescan_letter(uint8_t c)
{
	return is_alpha((char)c);
}

static mk_str prescan_slice(const struct prescan *p, size_t from, size_t to)
{
	return (mk_str){(const char *)p->s + from, to - from};
}

/* Reads the value of an attribute; p->at is after its "=". */
static void prescan_value(struct prescan *p, struct meta_attr *attr)
{
	while (p->at < p->n && prescan_space(p->s[p->at]))
		p->at++;
	if (p->at == p->n)
		return;
	uint8_t quote = p->s[p->at];
	if (quote == '"' || quote == '\'') {
		size_t from = ++p->at;
		const uint8_t *end = memchr(p->s + from, quote, p->n - from);
		p->at = end ? (size_t)(end - p->s) + 1 : p->n + 1; /* n + 1: the attribute is incomplete */
		attr->value = prescan_slice(p, from, end ? p->at - 1 : p->n);
		return;
	}
	size_t from = p->at;
	while (p->at < p->n && !prescan_space(p->s[p->at]) && p->s[p->at] != '>')
		p->at++;
	attr->value = prescan_slice(p, from, p->at);
}

/* "Get an attribute": false if the tag has no more attributes, or if the end of the bytes is reached; then p->at >= p->n. */
static bool prescan_attr(struct prescan *p, struct meta_attr *attr)
{
	while (p->at < p->n && (prescan_space(p->s[p->at]) || p->s[p->at] == '/'))
		p->at++;
	if (p->at >= p->n || p->s[p->at] == '>')
		return false;
	size_t from = p->at;
	while (p->at < p->n && !prescan_space(p->s[p->at]) && p->s[p->at] != '/' && p->s[p->at] != '>' &&
	       (p->s[p->at] != '=' || p->at == from))
		p->at++;
	attr->name = prescan_slice(p, from, p->at);
	attr->value = (mk_str){NULL, 0};
	while (p->at < p->n && prescan_space(p->s[p->at]))
		p->at++;
	if (p->at < p->n && p->s[p->at] == '=') {
		p->at++;
		prescan_value(p, attr);
	}
	return p->at < p->n;
}

/* "Extract a character encoding from a meta element": the encoding_id, -1 if there is none. */
static int content_encoding(mk_str s)
{
	for (size_t i = 0; i + 7 <= s.len; i++) {
		if (!str_equals(s.p + i, 7, "charset"))
			continue;
		size_t at = i + 7;
		while (at < s.len && is_space(s.p[at]))
			at++;
		if (at == s.len || s.p[at] != '=')
			continue;
		for (at++; at < s.len && is_space(s.p[at]);)
			at++;
		if (at == s.len)
			return -1;
		size_t end = at + 1;
		if (s.p[at] == '"' || s.p[at] == '\'') {
			const char *quote = memchr(s.p + end, s.p[at], s.len - end);
			return quote ? find_encoding(s.p + end, (size_t)(quote - s.p) - end) : -1;
		}
		for (end = at; end < s.len && !is_space(s.p[end]) && s.p[end] != ';';)
			end++;
		return find_encoding(s.p + at, end - at);
	}
	return -1;
}

static bool is_utf16(int encoding)
{
	return encoding == ENCODING_UTF_16BE || encoding == ENCODING_UTF_16LE;
}

/* The encoding to use for one that <meta> declares.  UTF-16 must be wrong, since the declaration was found by reading the bytes
 * as ASCII; the standard then takes UTF-8.  It also replaces x-user-defined by windows-1252. */
static int encoding_of_meta(int encoding)
{
	if (is_utf16(encoding))
		return ENCODING_UTF_8;
	return encoding == ENCODING_X_USER_DEFINED ? ENCODING_WINDOWS_1252 : encoding;
}

/* Reads the attributes of a meta tag; p->at is after "<meta".  Returns the encoding that the tag declares, or -1. */
static int prescan_meta(struct prescan *p)
{
	enum { HTTP_EQUIV = 1, CONTENT = 2, CHARSET = 4 } seen = 0;
	bool got_pragma = false, need_pragma = false, decided = false;
	int encoding = -1;
	struct meta_attr attr;
	while (prescan_attr(p, &attr)) {
		if (str_equals(attr.name.p, attr.name.len, "http-equiv") && !(seen & HTTP_EQUIV)) {
			seen |= HTTP_EQUIV;
			got_pragma = attr.value.p && str_equals(attr.value.p, attr.value.len, "content-type");
		} else if (str_equals(attr.name.p, attr.name.len, "content") && !(seen & CONTENT)) {
			seen |= CONTENT;
			int found = decided ? -1 : content_encoding(attr.value);
			if (found >= 0) {
				encoding = found;
				need_pragma = decided = true;
			}
		} else if (str_equals(attr.name.p, attr.name.len, "charset") && !(seen & CHARSET)) {
			seen |= CHARSET;
			encoding = find_encoding(attr.value.p, attr.value.len);
			need_pragma = false;
			decided = true;
		}
	}
	if (p->at >= p->n || (need_pragma && !got_pragma))
		return -1;
	return encoding_of_meta(encoding);
}

/* Moves to the position after the first needle that begins at or after from, or to the end if there is none. */
static void prescan_to(struct prescan *p, size_t from, const char *needle)
{
	size_t len = strlen(needle);
	while (from + len <= p->n) {
		const uint8_t *hit = memchr(p->s + from, needle[0], p->n - from - len + 1);
		if (!hit)
			break;
		from = (size_t)(hit - p->s);
		if (!memcmp(hit, needle, len)) {
			p->at = from + len;
			return;
		}
		from++;
	}
	p->at = p->n;
}

/* After a start tag of that name: skips the element's content if it cannot contain tags. */
static void prescan_raw_text(struct prescan *p, mk_str name)
{
	static const char *const raw[] = {"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"};
	for (size_t i = 0; i < sizeof raw / sizeof *raw; i++) {
		if (!str_equals(name.p, name.len, raw[i]))
			continue;
		do
			prescan_to(p, p->at, "</");
		while (p->at < p->n && (p->n - p->at < name.len || !str_equals((const char *)p->s + p->at, name.len, raw[i])));
		return;
	}
}

/* Skips a tag other than <meta>; p->at is after its "<".  In the late search, returns false at the end of the head. */
static bool prescan_tag(struct prescan *p)
{
	bool end_tag = p->s[p->at] == '/';
	size_t from = p->at += end_tag;
	while (p->at < p->n && !prescan_space(p->s[p->at]) && p->s[p->at] != '>')
		p->at++;
	mk_str name = prescan_slice(p, from, p->at);
	if (p->late && (end_tag ? str_equals(name.p, name.len, "head") : str_equals(name.p, name.len, "body")))
		return false;
	struct meta_attr attr;
	while (prescan_attr(p, &attr))
		;
	if (p->late && !end_tag)
		prescan_raw_text(p, name);
	return true;
}

/* "Prescan a byte stream to determine its encoding": the encoding_id, -1 if there is no declaration. */
static int prescan(const uint8_t *s, size_t n, bool late)
{
	struct prescan p = {s, 0, n, late};
	while (p.at < n) {
		const uint8_t *hit = memchr(s + p.at, '<', n - p.at);
		if (!hit)
			break;
		size_t at = (size_t)(hit - s), left = n - at;
		p.at = at + 1;
		if (left >= 4 && !memcmp(hit, "<!--", 4)) {
			prescan_to(&p, at + 2, "-->");
		} else if (left >= 6 && str_equals((const char *)hit, 5, "<meta") && (prescan_space(hit[5]) || hit[5] == '/')) {
			p.at = at + 5;
			int encoding = prescan_meta(&p);
			if (encoding >= 0)
				return encoding;
		} else if (left >= 3 && (prescan_letter(hit[1]) || (hit[1] == '/' && prescan_letter(hit[2])))) {
			if (!prescan_tag(&p))
				break;
		} else if (left >= 2 && (hit[1] == '!' || hit[1] == '/' || hit[1] == '?')) {
			prescan_to(&p, at + 1, ">");
		}
	}
	return -1;
}

/* "Get an XML encoding": the encoding_id in the XML declaration, -1 if there is none. */
static int xml_encoding(const uint8_t *s, size_t n)
{
	if (n < 5 || memcmp(s, "<?xml", 5))
		return -1;
	struct prescan p = {s, 0, n, false};
	const uint8_t *close = memchr(s, '>', n);
	if (!close)
		return -1;
	p.n = (size_t)(close - s);
	prescan_to(&p, 0, "encoding");
	while (p.at < p.n && s[p.at] <= 0x20)
		p.at++;
	if (p.at == p.n || s[p.at++] != '=')
		return -1;
	while (p.at < p.n && s[p.at] <= 0x20)
		p.at++;
	if (p.at == p.n || (s[p.at] != '"' && s[p.at] != '\''))
		return -1;
	size_t from = p.at + 1;
	const uint8_t *end = memchr(s + from, s[p.at], p.n - from);
	if (!end)
		return -1;
	for (const uint8_t *c = s + from; c < end; c++)
		if (*c <= 0x20)
			return -1;
	return encoding_of_meta(find_encoding((const char *)s + from, (size_t)(end - s) - from));
}

#define PRESCAN_BYTES 1024 /* the number that the standard recommends */

/*
 * The encoding that the page declares by <meta> or in an XML declaration.  The standard prescans 1024 bytes; if the parser finds
 * a declaration later, it starts again ("change the encoding").  Here the whole page is available, so the search goes on at once
 * to the end of the head.
 */
static int declared_in_page(const uint8_t *s, size_t n)
{
	size_t first = n < PRESCAN_BYTES ? n : PRESCAN_BYTES;
	int encoding = prescan(s, first, false);
	if (encoding < 0)
		encoding = xml_encoding(s, first);
	return encoding < 0 && n > first ? prescan(s, n, true) : encoding;
}

struct declaration decode_sniff(const mk_options *o, const uint8_t *s, size_t n)
{
	struct declaration d = {-1, NULL, 0, o->charset != NULL};
	int bom = -1;
	if (n >= 3 && !memcmp(s, "\xEF\xBB\xBF", 3)) {
		bom = ENCODING_UTF_8;
		d.bom_len = 3;
	} else if (n >= 2 && (!memcmp(s, "\xFE\xFF", 2) || !memcmp(s, "\xFF\xFE", 2))) {
		bom = s[0] == 0xFE ? ENCODING_UTF_16BE : ENCODING_UTF_16LE;
		d.bom_len = 2;
	}
	if (o->charset) {
		d.encoding = find_encoding(o->charset, strlen(o->charset));
		d.source = "option";
		if (bom != d.encoding)
			d.bom_len = 0; /* in another encoding, the same bytes are text */
		return d;
	}
	if (bom >= 0) {
		d.encoding = bom;
		d.source = "bom";
		d.sure = true;
		return d;
	}
	if (o->http_charset)
		d.encoding = find_encoding(o->http_charset, strlen(o->http_charset));
	d.source = "http";
	if (d.encoding < 0) {
		d.encoding = declared_in_page(s, n);
		d.source = d.encoding < 0 ? NULL : "meta";
	}
	return d;
}

/* ---- Evidence in the bytes ---- */

/*
 * Recognises UTF-16 without a byte order mark; returns its encoding_id or -1.  Such a page begins with "<" or white space, so one
 * of its first two bytes is NUL.  The first kilobyte is mostly markup, so most of its high bytes are NUL and hardly any low bytes
 * are.  The test requires at least half of the high and at most an eighth of the low ones.  No other encoding looks like this.
 */
static int looks_like_utf16(const uint8_t *s, size_t n)
{
	if (n < 4 || (s[0] && s[1]) || (!s[0] && !s[1]))
		return -1;
	size_t zeros[2] = {0, 0}, units = (n < 1024 ? n : 1024) / 2;
	for (size_t i = 0; i < 2 * units; i++)
		zeros[i % 2] += !s[i];
	bool big = !s[0];
	if (2 * zeros[!big] < units || 8 * zeros[big] > units)
		return -1;
	return big ? ENCODING_UTF_16BE : ENCODING_UTF_16LE;
}

/* What speaks for ISO-2022-JP in bytes. */
struct jis_tally {
	size_t n_good, n_bad; /* double-byte characters; invalid bytes or pairs between the escape sequences of such characters */
	size_t n_letters;     /* ASCII letters outside of tags */
};

static struct jis_tally jis_tally(const uint8_t *s, size_t n)
{
	struct jis_tally t = {0, 0, 0};
	if (!memchr(s, 0x1B, n))
		return t;
	bool in_tag = false;
	int state = JIS_ASCII;
	for (size_t i = 0; i < n;) {
		const int next = s[i] == 0x1B ? jis_escape(s + i, n - i) : -1;
		if (next >= 0) {
			state = next;
			i += 3;
		} else if (state == JIS_DOUBLE) {
			const bool pair = n - i > 1 && between(s[i], 0x21, 0x7E) && between(s[i + 1], 0x21, 0x7E);
			const bool good = pair && index_jis0208[(s[i] - 0x21) * 94 + s[i + 1] - 0x21];
			t.n_good += good;
			t.n_bad += !good;
			i += pair ? 2 : 1;
		} else {
			in_tag = s[i] == '<' || (in_tag && s[i] != '>');
			t.n_letters += !in_tag && prescan_letter(s[i]);
			i++;
		}
	}
	return t;
}

#define JIS_SHARE 8 /* letters for each double-byte character on a page in ISO-2022-JP that declares nothing */

/*
 * Whether bytes that are all ASCII are in ISO-2022-JP: hardly any of the double-byte characters are invalid, as many would be if a
 * stray escape sequence had made them of ordinary text, and they are a good part of the text, most of it if another encoding is
 * declared.
 */
static bool is_jis(const uint8_t *s, size_t n, bool declared)
{
	const struct jis_tally t = jis_tally(s, n);
	return t.n_good && 16 * t.n_bad <= t.n_good && t.n_letters <= (declared ? 1 : JIS_SHARE) * t.n_good;
}

/* Signatures of other file formats that are found in place of pages.  Rows of magic.def that only io/ uses have a len of 0. */
static const struct magic {
	uint16_t at;
	uint8_t len;
	const char *bytes;
} magics[] = {
#define MAGIC(name, at, bytes, n_refuse, n_doubt) {at, n_doubt, bytes},
#include "magic.def"
#undef MAGIC
};

#define BINARY_SAMPLE 4096 /* bytes at the beginning in which control characters are counted */

/* 1 for an ASCII control character other than HTML's white space and ESC, otherwise 0. */
static inline uint8_t is_control(uint8_t c)
{
	const uint8_t space = (uint8_t)((uint8_t)(c - '\t') < 2) | (uint8_t)((uint8_t)(c - '\f') < 2);
	return (uint8_t)((c < 0x20) & !space & (c != 0x1B)) | (uint8_t)(c == 0x7F);
}

/* The number of control characters, as defined by is_control(), in n bytes. */
static size_t count_controls(const uint8_t *s, size_t n)
{
	size_t count = 0, i = 0;
	for (; i + 16 <= n; i += 16) { /* hardly any 16 bytes contain one; the first inner loop can be vectorised */
		uint8_t any = 0;
		for (size_t k = 0; k < 16; k++)
			any |= is_control(s[i + k]);
		for (size_t k = 0; any && k < 16; k++)
			count += is_control(s[i + k]);
	}
	for (; i < n; i++)
		count += is_control(s[i]);
	return count;
}

/*
 * Whether bytes in an encoding that contains ASCII are not text: they begin with a known signature, or more than four of them and
 * more than one in 16 are control characters.  Damaged pages have far fewer (a stray NUL or two), compressed data more (one byte
 * in ten).  ESC is not counted, because ISO-2022-JP uses it.
 */
static bool looks_binary(const uint8_t *s, size_t n)
{
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (magics[i].len && n >= (size_t)magics[i].at + magics[i].len && !memcmp(s + magics[i].at, magics[i].bytes, magics[i].len))
			return true;
	const size_t sample = n < BINARY_SAMPLE ? n : BINARY_SAMPLE, controls = count_controls(s, sample);
	return controls > 4 && 16 * controls > sample;
}

/* Whether text contains anything like a tag, comment or doctype. */
static bool has_markup(const char *p, size_t n)
{
	for (const char *end = p + n; (p = memchr(p, '<', (size_t)(end - p))); p++)
		if (end - p > 1 && (prescan_letter((uint8_t)p[1]) || p[1] == '!' || p[1] == '/' || p[1] == '?'))
			return true;
	return false;
}

/*
 * Whether bytes that are not valid UTF-8 are UTF-8 with some damage.  In text in a single-byte encoding, hardly any bytes beyond
 * ASCII form valid UTF-8 sequences; in a double-byte encoding, at most one pair in seven does (GBK).  So four valid sequences for
 * each invalid one leave no doubt.
 */
static bool mostly_utf8(const struct tally *t)
{
	return t->n_good >= 4 * t->n_bad && (t->n_good || !t->n_bad);
}

/* ---- Putting it together ---- */

/* The encoding to decode with, and how it was chosen. */
struct choice {
	int encoding;
	const char *source;
	bool sure;    /* declared by the caller or by a byte order mark: may not be overruled */
	bool settled; /* certain, or already compared with the bytes: the decoded text is not compared with another encoding's */
};

/* Stores the results of the stage in pg. */
static void decode_finish(mk_page *pg, struct choice c, const char *text, size_t len)
{
	pg->text = text;
	pg->text_len = (uint32_t)len;
	const char *name = encodings[c.encoding].name;
	pg->article.charset = (mk_str){name, strlen(name)};
	pg->article.charset_source = c.source;
	if (len && !has_markup(text, len))
		warn(pg, MK_WARN_NOT_HTML);
}

/*
 * Allocates room for the text of n bytes, which can become `most` bytes.  If that is more than half of the page's memory limit,
 * only half of the limit, or n if that is more, since the tree needs memory too.  The room depends on the limit and not on the
 * memory in use, so that the result does not depend on earlier pages.
 */
static struct sink open_sink(mk_page *pg, size_t n, size_t most)
{
	size_t cap = most < TEXT_MOST ? most : TEXT_MOST, half = pg->arena.limit / 2;
	if (cap > half)
		cap = half > n ? half : n;
	char *text = arena_alloc(&pg->arena, cap + PUT_MOST + MK_PADDING);
	return (struct sink){.from = text, .at = text, .stop = text + cap, .n_input = n};
}

/* Decodes all n bytes in one encoding.  *text receives the beginning of the text. */
static struct sink transcode(mk_page *pg, int encoding, const uint8_t *s, size_t n, size_t most, char **text)
{
	struct sink o = open_sink(pg, n, most);
	*text = o.at;
	decode_with(&o, &encodings[encoding], s, n);
	return o;
}

/* The most bytes that n bytes can decode to: at worst each becomes U+FFFD or half-width katakana, three bytes. */
static size_t text_most(size_t n)
{
	return n > TEXT_MOST / 3 ? TEXT_MOST : 3 * n;
}

#ifdef MK_WITH_DETECTOR
/* Whether an encoding may be found by the detector, which sees a few words of the page: not UTF-8, known to be wrong by then, and
 * none in which the ASCII of the page would be something else; a word that begins like a byte order mark makes the detector say
 * UTF-16. */
static bool may_be_detected(enum decoder decoder)
{
	return decoder != DECODER_UTF8 && decoder != DECODER_REPLACEMENT && decoder != DECODER_UTF16BE && decoder != DECODER_UTF16LE &&
	       decoder != DECODER_ISO_2022_JP;
}
#endif

/* The encoding for bytes whose encoding is unknown: as detected, otherwise the standard's default, windows-1252. */
static struct choice initial(mk_page *pg, const uint8_t *s, size_t n)
{
	int encoding = -1;
#ifdef MK_WITH_DETECTOR
	if (!(pg->article.warnings & MK_WARN_NOT_HTML)) {
		const char *label = detect_charset(&pg->arena, (const char *)s, n);
		if (label)
			encoding = find_encoding(label, strlen(label));
		if (encoding >= 0 && !may_be_detected((enum decoder)encodings[encoding].decoder))
			encoding = -1;
	}
#else
	(void)pg, (void)s, (void)n;
#endif
	if (encoding < 0)
		return (struct choice){ENCODING_WINDOWS_1252, "default", false, true};
	return (struct choice){encoding, "detected", false, true};
}

/* Whether the encoding is probably wrong: more than one invalid character for every four valid ones beyond ASCII is more than
 * damage explains, except if there are no more than three, or all of them are in one corner of the page. */
static bool mostly_bad(size_t n_good, size_t n_bad, const struct places *bad)
{
	return n_bad > 3 && 4 * n_bad > n_good && all_over(bad, n_bad, PLACES_FEW);
}

/*
 * Decides on the encoding of bytes that are valid UTF-8; beyond: not all of them are ASCII.  Returns true if the bytes are the
 * text without decoding; c is then the encoding to report.  Returns false if they must be decoded with c.
 *
 * Valid UTF-8 overrules the declaration of a legacy encoding.  In a single-byte encoding, every character beyond ASCII on the whole
 * page would have to be a capital letter (0xC2 to 0xDF) or similar, followed by a sign (0x80 to 0xBF), such as "Ã©"; real text does
 * not look like that.  In a double-byte encoding, one pair in seven (GBK) or ten (EUC-KR) is valid UTF-8 by chance.  Therefore four
 * sequences are required, which is wrong for one short text in two thousand.
 */
static bool settle_valid(mk_page *pg, struct choice *c, const uint8_t *s, size_t n, bool beyond)
{
	const struct choice utf8 = {ENCODING_UTF_8, "valid-utf-8", false, true};
	if (!c->sure && !beyond && c->encoding != ENCODING_ISO_2022_JP && is_jis(s, n, c->encoding >= 0)) {
		if (c->encoding >= 0)
			warn(pg, MK_WARN_CHARSET);
		*c = (struct choice){ENCODING_ISO_2022_JP, "detected", false, true};
		return false;
	}
	if (c->encoding < 0)
		*c = utf8;
	if (c->encoding == ENCODING_UTF_8)
		return true;
	switch (encodings[c->encoding].decoder) {
	case DECODER_UTF16BE:
	case DECODER_UTF16LE:
		return false;
	case DECODER_ISO_2022_JP:
	case DECODER_REPLACEMENT:
		/* ISO-2022-JP and the encodings that the standard replaces use seven-bit bytes only. */
		if (!beyond || jis_tally(s, n).n_good > utf8_tally(s, n).n_good)
			return false;
		break;
	case DECODER_SINGLE_BYTE:
	case DECODER_USER_DEFINED:
		if (!beyond)
			return true;
		break;
	default:
		if (!beyond)
			return true;
		if (utf8_tally(s, n).n_good < 4)
			return false;
	}
	*c = utf8;
	warn(pg, MK_WARN_CHARSET);
	return true;
}

/* Decides on the encoding of bytes that are not all valid UTF-8: c becomes the encoding to decode with. */
static void settle_invalid(mk_page *pg, struct choice *c, const uint8_t *s, size_t n)
{
	const struct tally t = utf8_tally(s, n);
	if (c->encoding < 0) {
		if (mostly_utf8(&t))
			*c = (struct choice){ENCODING_UTF_8, t.n_bad ? "detected" : "valid-utf-8", false, true};
		else
			*c = initial(pg, s, n);
	} else if (c->encoding == ENCODING_UTF_8) {
		c->settled = true;
		/* A text in another encoding has few valid sequences, one for nine invalid ones in GBK. */
		if (!mostly_bad(t.n_good, t.n_bad, &t.bad) || t.n_bad < 4 * t.n_good)
			return;
		*c = initial(pg, s, n);
		warn(pg, MK_WARN_CHARSET);
	} else if (t.n_good >= 16 && t.n_good >= 16 * t.n_bad && all_over(&t.good, t.n_good, 3 * PLACES_FEW)) {
		/* Damaged UTF-8, declared as another encoding. */
		*c = (struct choice){ENCODING_UTF_8, "detected", false, true};
		warn(pg, MK_WARN_CHARSET);
	}
}

/* Decodes bytes that cannot be used unchanged.  If many are invalid and c is not settled, also tries the
 * encoding of initial() and keeps the text with fewer invalid characters. */
static void decode_slowly(mk_page *pg, struct choice c, const uint8_t *s, size_t n)
{
	size_t most = text_most(n);
	if (c.encoding == ENCODING_UTF_8) {
		const struct tally t = utf8_tally(s, n);
		most = n - t.bad_bytes + 3 * (t.n_bad + t.cut);
	}
	char *text;
	struct sink o = transcode(pg, c.encoding, s, n, most, &text);
	if (!c.settled && encodings[c.encoding].decoder != DECODER_REPLACEMENT && mostly_bad(o.n_good, o.n_bad, &o.bad)) {
		struct choice other = initial(pg, s, n);
		char *other_text;
		struct sink again = transcode(pg, other.encoding, s, n, most, &other_text);
		if (again.n_bad < o.n_bad && other.encoding != c.encoding) {
			c = other;
			o = again;
			text = other_text;
			warn(pg, MK_WARN_CHARSET);
		}
	} else {
		arena_trim(&pg->arena, text, (size_t)(o.at - text) + MK_PADDING);
	}
	memset(o.at, 0, MK_PADDING);
	if (o.n_bad)
		warn(pg, MK_WARN_ENCODING);
	if (o.full)
		warn(pg, MK_WARN_MEMORY);
	decode_finish(pg, c, text, (size_t)(o.at - text));
}

/* Whether bytes cannot be UTF-16 although that is declared: markup in UTF-16 has a NUL in nearly every unit, and other text
 * in UTF-16 is not valid UTF-8. */
static bool cannot_be_utf16(const uint8_t *s, size_t n)
{
	const size_t first = n < PRESCAN_BYTES ? n : PRESCAN_BYTES;
	size_t zeros = 0;
	for (size_t i = 0; i < first; i++)
		zeros += !s[i];
	bool beyond;
	return !zeros || (8 * zeros < first && utf8_copy(NULL, s, n, &beyond) == n);
}

/* Decides from the bytes whether the page is in UTF-16, whatever is declared: such pages have NULs among their first bytes,
 * others have hardly any.  If it cannot be, a declaration of UTF-16 is ignored and the page's own declaration is used. */
static void settle_utf16(mk_page *pg, struct choice *c, const uint8_t *s, size_t n)
{
	int found = looks_like_utf16(s, n), declared = c->encoding;
	if (c->sure)
		return;
	if (found >= 0) {
		*c = (struct choice){found, "detected", false, true};
	} else if (is_utf16(declared) && cannot_be_utf16(s, n)) {
		int in_page = declared_in_page(s, n);
		*c = (struct choice){in_page, in_page < 0 ? NULL : "meta", false, false};
	}
	if (declared >= 0 && c->encoding != declared)
		warn(pg, MK_WARN_CHARSET);
}

/* Room for a copy of n of the len bytes of the input, followed by NULs; NULL if the input can be used in place. */
static char *copy_for(mk_page *pg, size_t len, size_t n)
{
	if (pg->options.in_place && len)
		return NULL;
	char *copy = arena_alloc(&pg->arena, n + MK_PADDING);
	memset(copy + n, 0, MK_PADDING);
	return copy;
}

void decode_page(mk_page *pg, const char *bytes, size_t len)
{
	const uint8_t *s = (const uint8_t *)(len ? bytes : "");
	struct declaration d = decode_sniff(&pg->options, s, len);
	struct choice c = {d.encoding, d.source, d.sure, d.sure};
	s += d.bom_len;
	size_t n = len - d.bom_len;
	settle_utf16(pg, &c, s, n);
	pg->is_binary = !is_utf16(c.encoding) && looks_binary(s, n);
	if (pg->is_binary)
		warn(pg, MK_WARN_NOT_HTML);
	if (!c.sure || c.encoding == ENCODING_UTF_8) {
		bool beyond;
		char *copy = copy_for(pg, len, n);
		const bool valid = utf8_copy(copy, s, n, &beyond) == n;
		if (valid && settle_valid(pg, &c, s, n, beyond)) {
			decode_finish(pg, c, copy ? copy : (const char *)s, n);
			return;
		}
		if (copy)
			arena_trim(&pg->arena, copy, 0);
		if (!valid && !c.sure)
			settle_invalid(pg, &c, s, n);
	}
	decode_slowly(pg, c, s, n);
}

void decode_utf8(mk_page *pg, const char *bytes, size_t len)
{
	const struct choice c = {ENCODING_UTF_8, "option", true, true};
	char *copy = copy_for(pg, len, len);
	bool beyond;
	if (utf8_copy(copy, (const uint8_t *)bytes, len, &beyond) == len) {
		decode_finish(pg, c, copy ? copy : bytes, len);
	} else {
		if (copy)
			arena_trim(&pg->arena, copy, 0);
		decode_slowly(pg, c, (const uint8_t *)bytes, len);
	}
}

char *decode_string(mk_page *pg, const char *string)
{
	if (!string)
		return NULL;
	const uint8_t *s = (const uint8_t *)string;
	const size_t n = strlen(string);
	char *copy = arena_alloc(&pg->arena, 3 * n + 1), *to = copy;
	for (size_t i = 0, bad; i < n;) {
		const size_t len = s[i] < 0x80 ? 1 : utf8_sequence(s + i, n - i, &bad);
		memcpy(to, len ? string + i : "\xEF\xBF\xBD", len ? len : 3);
		to += len ? len : 3;
		i += len ? len : 1;
	}
	*to = '\0';
	return copy;
}
