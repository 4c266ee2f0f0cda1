/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit.c - text -> length of the words of credits.def at its beginning.
 *
 * A kind has a hundred words or so at most.  A linear search that compares first bytes first is fast enough, because the lines that
 * callers pass are few and short.
 */
#include "credit.h"

struct credit_word {
	uint8_t len;
	char text[47]; /* inline: most words are rejected by the first byte, and a pointer would cost an access */
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
 * Whether line begins with a word, ignoring case.  Beyond ASCII this covers letters of Latin-1 and Cyrillic, whose second UTF-8
 * bytes differ by 0x20 in the two cases, or whose lead byte is 0xD0 for the capital and 0xD1 for the small letter.
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
		bool other = i + 1 < word->len && a == 0xD0 && b == 0xD1; /* the capitals of "р" to "я" */
		bool cyrillic = (lead == 0xD0 && a + 0x20 == b) || (lead == 0xD1 && a == b + 0x20);
		if (!latin && !other && !cyrillic)
			return false;
	}
	return true;
}

/* The length in bytes of the longest words of this kind at the beginning of line.  The word in the line must end there too. */
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
		            (uint8_t)line.p[w->len] == 0xEF; /* lead bytes of a no-break space and a fullwidth colon */
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

#define INTRODUCTION_READ 128 /* bytes of a line within which an introduction, its words and spaces, ends */

/*
 * Whether s may begin with an introduction: it has a colon, "by" or "of" near its start.  Few lines do, so this quick test saves
 * most lines the search through all words.
 */
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
