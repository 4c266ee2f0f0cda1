/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit.c - finds words of credits.def at the beginning of a line.  Some hundred words of a kind, each compared by its first byte
 * first: lines are few and short.
 */
#include "credit.h"

struct credit_word {
	uint8_t len;
	char text[47]; /* not elsewhere: most words are passed over for their first byte */
};

#define WORD(words) {sizeof words - 1, words},

static const struct credit_word words_by[] = {
#define BY WORD
#include "credits.def"
};

static const struct credit_word words_and[] = {
#define AND WORD
#include "credits.def"
};

static const struct credit_word words_picture[] = {
#define PICTURE WORD
#include "credits.def"
};

#undef WORD

static const struct {
	const struct credit_word *words;
	size_t n;
} credit_kinds[] = {
        [CREDIT_BY] = {words_by, sizeof words_by / sizeof *words_by},
        [CREDIT_AND] = {words_and, sizeof words_and / sizeof *words_and},
        [CREDIT_PICTURE] = {words_picture, sizeof words_picture / sizeof *words_picture},
};

/*
 * Whether line begins with a word; letters beyond ASCII are compared without regard to case as far as the pairs of Latin-1, Greek
 * and Cyrillic go, whose second bytes differ by 0x20 or whose capital stands in the block before.
 */
static bool credit_begins(mk_str line, const struct credit_word *word)
{
	if (line.len < word->len)
		return false;
	for (size_t i = 0; i < word->len; i++) {
		uint8_t a = (uint8_t)to_lower(line.p[i]), b = (uint8_t)word->text[i];
		if (a == b)
			continue;
		uint8_t lead = i ? (uint8_t)word->text[i - 1] : 0;
		bool latin = lead == 0xC3 && (a | 0x20) == b;
		bool other = i + 1 < word->len && a == 0xD0 && b == 0xD1; /* the capitals of р to я */
		bool cyrillic = (lead == 0xD0 && a + 0x20 == b) || (lead == 0xD1 && a == b + 0x20);
		if (!latin && !other && !cyrillic)
			return false;
	}
	return true;
}

/* Bytes of the words of a kind at the beginning of line, the longest that match; what follows them must not be a letter of the same
 * word. */
static size_t credit_len(mk_str line, enum credit_kind kind)
{
	size_t best = 0;
	const char first = line.len ? to_lower(line.p[0]) : 0;
	for (size_t i = 0; i < credit_kinds[kind].n; i++) {
		const struct credit_word *w = &credit_kinds[kind].words[i];
		const bool other = w->text[0] != first && ((uint8_t)first < 0x80 || (uint8_t)w->text[0] < 0x80);
		if (other || w->len <= best || !credit_begins(line, w))
			continue;
		bool ends = line.len == w->len || is_space(line.p[w->len]) || line.p[w->len] == ':' || line.p[w->len] == '.' ||
		            line.p[w->len] == '/' || line.p[w->len] == '|' || (uint8_t)line.p[w->len] == 0xC2 ||
		            (uint8_t)line.p[w->len] == 0xEF; /* a no-break space, a wide colon */
		if (ends)
			best = w->len;
	}
	return best;
}

mk_str credit_strip(mk_str line, enum credit_kind kind)
{
	size_t len;
	for (int turns = 0; turns < 3 && (len = credit_len(line, kind)); turns++) {
		while (len < line.len && (is_space(line.p[len]) || line.p[len] == ':' || line.p[len] == '.' || line.p[len] == '/' ||
		        line.p[len] == '|'))
			len++;
		if (len + 1 < line.len && !memcmp(line.p + len, "\xC2\xA0", 2))
			len += 2;
		if (len + 2 < line.len && !memcmp(line.p + len, "：", 3))
			len += 3;
		line = (mk_str){line.p + len, line.len - len};
	}
	return line;
}

size_t credit_and(mk_str s)
{
	size_t from = 0;
	while (from < s.len && s.p[from] == ' ')
		from++;
	size_t len = from ? credit_len((mk_str){s.p + from, s.len - from}, CREDIT_AND) : 0;
	return len && from + len < s.len && s.p[from + len] == ' ' ? from + len + 1 : 0;
}

#define INTRODUCTION_READ 128 /* bytes that a label ends in: its words, and spaces */

/* Whether s may begin with a label: with what is behind the words of one, or with the last of them.  Few lines do, and the words are many. */
static bool may_introduce(mk_str s)
{
	const size_t n = s.len < INTRODUCTION_READ ? s.len : INTRODUCTION_READ;
	for (size_t i = 0; i < n; i++) {
		const char c = s.p[i];
		if (c == ':' || c == '\xEF')
			return true;
		if (c == ' ' && n - i > 2 && (str_same(s.p + i + 1, "by", 2) || str_same(s.p + i + 1, "of", 2)))
			return true;
	}
	return false;
}

size_t credit_introduction(mk_str s)
{
	size_t len = may_introduce(s) ? credit_len(s, CREDIT_PICTURE) : 0, end = len;
	if (!len)
		return 0;
	while (end < s.len && (s.p[end] == ' ' || s.p[end] == '.'))
		end++;
	bool colon = end < s.len && (s.p[end] == ':' || (s.len - end >= 3 && !memcmp(s.p + end, "：", 3)));
	mk_str words = {s.p, len};
	bool by = (words.len > 3 && str_equals(words.p + words.len - 3, 3, " by")) || (words.len > 3 &&
	        str_equals(words.p + words.len - 3, 3, " of"));
	return colon ? end + 1 : by ? len : 0;
}
