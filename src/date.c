/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.c - text -> the first date in it.
 *
 * The text is split into tokens (numbers, times, words).  Words are looked up in a table of names from all CLDR locales.  The
 * result is a short list of items: numbers, months, weekdays, and filler words that may occur inside a date ("de", "gada").  A
 * month with numbers next to it is a date; so are three numbers with the same separator between them.  The sizes of the numbers
 * decide which one is the day; if they leave a choice, the page's language decides.
 *
 * Words are compared without case and diacritics.  If a word means different months in different languages, the page's language
 * decides; if that language does not have the word, the meaning in most languages wins.  Names of two letters count in their own
 * language only, because such words are everywhere.
 *
 * Dates in other calendars become Gregorian.  The arithmetic follows Reingold and Dershowitz, "Calendrical Calculations".  The
 * Islamic calendar is the tabular one (civil epoch), which can differ by a day from the announced one.
 *
 * Work is bounded by DATE_LONGEST bytes of text and DATE_TOKENS_MOST tokens.
 */
#include "date.h"
#include "tables/dates.h"
#include "base/hash.h"
#include "base/search.h"
#include "base/utf8.h"

#define DATE_TOKENS_MOST 96
#define DATE_WORD_LONGEST 48 /* bytes of folded letters; no word of a name is longer */
#define DATE_LANGUAGE_NONE UINT16_MAX

enum { /* bits for the characters between a token and the one before it */
	GAP_SPACE = 1,
	GAP_DOT = 2,
	GAP_DASH = 4,
	GAP_SLASH = 8,
	GAP_COMMA = 16,
	GAP_COLON = 32,
	GAP_QUOTE = 64,
	GAP_OTHER = 128, /* characters that occur inside some dates: parentheses, punctuation of many scripts */
	GAP_BREAK = 256, /* characters that occur in no date */
	GAP_LONG = 512 /* more than 8 bytes between the tokens */
};

enum date_token_kind { TOKEN_NUMBER, TOKEN_TIME, TOKEN_WORD };

struct date_token {
	uint8_t kind, n_digits;
	uint8_t minute, word_len;
	int8_t second;
	bool cjk;
	uint16_t gap, from, to;
	uint16_t word;    /* offset of the folded letters in reader.letters */
	int64_t number;   /* value of a number; hour of a time */
};

enum date_item_kind { ITEM_NUMBER, ITEM_TIME, ITEM_MONTH, ITEM_WEEKDAY, ITEM_FILLER, ITEM_HALF, ITEM_ERA, ITEM_WORD };

#define DATE_READINGS_MOST 3

struct date_item {
	uint8_t kind, n_digits;
	uint8_t value;     /* of a weekday: 1 for Monday to 7; of half a day: 0 morning, 1 afternoon */
	uint8_t n_readings;
	uint16_t readings[DATE_READINGS_MOST]; /* of a month: calendar (DATE_GREGORIAN …) << 8 | number, likeliest first */
	uint16_t gap, from, to;
	uint16_t token;
	bool era_year;     /* a year counted from an era, already converted to Gregorian */
	int64_t number;
};

struct date_reader {
	mk_str text;
	uint16_t language;   /* index into date_languages, or DATE_LANGUAGE_NONE */
	uint8_t order;       /* of numeric dates: 0 day month year, 1 month day year, 2 year month day */
	bool whole;
	uint32_t n_tokens, n_items;
	uint32_t n_letters;
	struct date_token tokens[DATE_TOKENS_MOST];
	struct date_item items[DATE_TOKENS_MOST];
	char letters[2 * DATE_LONGEST]; /* folded letters of the words, in UTF-8 */
};

/* ---- Characters ---- */

static uint32_t date_decode(mk_str s, size_t i, uint32_t *n)
{
	return utf8_decode_within(s.p + i, s.len - i, n);
}

static enum char_kind date_kind(uint32_t c)
{
	const enum char_kind kind = char_kind_of(c);
	return kind == CHAR_UPPER || kind == CHAR_LOWER ? CHAR_LETTER : kind;
}

/* The letter that c is compared as, without case and diacritics; 0 if c is ignored. */
static uint32_t date_fold(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	const size_t n = sizeof date_folds / sizeof *date_folds;
	size_t at;
	SEARCH(at, 0, n, date_folds[at].last < c);
	const struct date_fold *f = &date_folds[at];
	if (at == n || c < f->first || (c - f->first) % f->step)
		return c;
	return f->delta ? (uint32_t)((int32_t)c + f->delta) : 0;
}

/* The value of a decimal digit of any script; -1 for other characters. */
static int date_digit(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9' ? (int)c - '0' : -1;
	if (date_kind(c) != CHAR_DIGIT)
		return -1;
	size_t at;
	SEARCH(at, 0, sizeof date_zeros / sizeof *date_zeros, date_zeros[at] <= c);
	return at && c - date_zeros[at - 1] < 10 ? (int)(c - date_zeros[at - 1]) : -1;
}

bool date_has_digits(mk_str s)
{
	unsigned digits = 0, beyond = 0;
	for (size_t i = 0; i < s.len; i++) {
		digits += s.p[i] >= '0' && s.p[i] <= '9';
		beyond |= (uint8_t)s.p[i] >> 7;
	}
	if (digits >= 3 || !beyond)
		return digits >= 3;
	if (digits)
		return true;
	uint32_t n;
	for (size_t i = 0; i < s.len; i += n) {
		uint32_t c = date_decode(s, i, &n);
		if (c >= 0x80 && date_digit(c) >= 0)
			return true;
	}
	return false;
}

/* The GAP_ bit of a character between tokens; 0 for a combining mark, which separates nothing. */
static unsigned date_gap(uint32_t c)
{
	switch (c) {
	case '.': case 0x3002: case 0xFF0E: case 0x2024:
		return GAP_DOT;
	case '-': case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2212: case 0xFF0D:
		return GAP_DASH;
	case '/': case 0xFF0F:
		return GAP_SLASH;
	case ',': case 0x60C: case 0x2E41: case 0xFF0C: case 0x3001: case 0x104A: case 0x1802:
		return GAP_COMMA;
	case ':': case 0xFF1A:
		return GAP_COLON;
	case '\'': case 0x2019: case 0x2BC: case '`':
		return GAP_QUOTE;
	case '|': case '!': case '?': case '=': case '&': case '%': case '$': case '+': case '*': case '@': case 0x20AC: case 0xA3: case 0x2026: case 0x2022: case 0x2192:
		return GAP_BREAK;
	default:
		return c == 0x180E || c == 0x200E || c == 0x200F || c == 0xFEFF || date_kind(c) == CHAR_SPACE ? GAP_SPACE
		       : date_kind(c) == CHAR_MARK                                                              ? 0
		                                                                                                : GAP_OTHER;
	}
}

/* ---- Tokens ---- */

static struct date_token *date_token(struct date_reader *r, enum date_token_kind kind, unsigned gap, size_t from)
{
	struct date_token *t = &r->tokens[r->n_tokens++];
	*t = (struct date_token){.kind = (uint8_t)kind, .gap = (uint16_t)gap, .from = (uint16_t)from,
	        .second = -1, .word = (uint16_t)r->n_letters};
	return t;
}

/* Adds the run of digits that begins at byte i as a token; returns the offset after it.  Digits after the fifteenth do not count in
 * the value, so that it cannot overflow. */
static size_t date_number(struct date_reader *r, size_t i, unsigned gap)
{
	struct date_token *t = date_token(r, TOKEN_NUMBER, gap, i);
	uint32_t n;
	unsigned digits = 0;
	for (; i < r->text.len; i += n) {
		int digit = date_digit(date_decode(r->text, i, &n));
		if (digit < 0)
			break;
		if (digits < 15)
			t->number = t->number * 10 + digit;
		digits += digits < 99;
	}
	t->n_digits = (uint8_t)digits;
	t->to = (uint16_t)i;
	return i;
}

static void date_put(struct date_reader *r, struct date_token *t, uint32_t c)
{
	if (r->n_letters + 4 > sizeof r->letters || t->word_len > DATE_WORD_LONGEST)
		return;
	const uint32_t n = utf8_encode(r->letters + r->n_letters, c);
	r->n_letters += n;
	t->word_len = (uint8_t)(t->word_len + n);
}

/* Adds the word that begins at byte i as a token, with its folded letters; returns the offset after it. */
static size_t date_word(struct date_reader *r, size_t i, unsigned gap)
{
	struct date_token *t = date_token(r, TOKEN_WORD, gap, i);
	uint32_t n;
	for (; i < r->text.len; i += n) {
		uint32_t c = date_decode(r->text, i, &n);
		enum char_kind kind = c < 0x80 ? ((c | 32) >= 'a' && (c | 32) <= 'z' ? CHAR_LETTER : CHAR_OTHER) : date_kind(c);
		uint32_t folded = date_fold(c);
		if (!folded)
			continue; /* a combining mark or a joiner */
		if (kind != CHAR_LETTER && kind != CHAR_CJK && kind != CHAR_MARK)
			break;
		t->cjk |= kind == CHAR_CJK;
		date_put(r, t, folded);
	}
	t->to = (uint16_t)i;
	return i;
}

/* Merges the last two tokens into a time if a colon is between them: "14" and "03", then "14:03" and "00". */
static void date_join_time(struct date_reader *r)
{
	struct date_token *b = &r->tokens[r->n_tokens - 1];
	if (r->n_tokens < 2 || b->kind != TOKEN_NUMBER || b->n_digits != 2 || b->number > 59 || b->gap != GAP_COLON)
		return;
	struct date_token *a = b - 1;
	if (a->kind == TOKEN_NUMBER && a->n_digits <= 2 && a->number < 25) {
		a->kind = TOKEN_TIME;
		a->minute = (uint8_t)b->number;
	} else if (a->kind == TOKEN_TIME && a->second < 0) {
		a->second = (int8_t)b->number;
	} else {
		return;
	}
	a->to = b->to;
	r->n_tokens--;
}

static void date_tokens(struct date_reader *r)
{
	unsigned gap = 0;
	size_t gap_from = 0;
	uint32_t n;
	for (size_t i = 0; i < r->text.len && r->n_tokens < DATE_TOKENS_MOST;) {
		uint32_t c = date_decode(r->text, i, &n);
		enum char_kind kind = date_kind(c);
		if (i - gap_from > 8)
			gap |= GAP_LONG;
		if (date_digit(c) >= 0) {
			i = date_number(r, i, gap);
			date_join_time(r);
		} else if ((kind == CHAR_LETTER || kind == CHAR_CJK || kind == CHAR_MARK) && date_fold(c)) {
			i = date_word(r, i, gap);
		} else {
			gap |= date_gap(c);
			i += n;
			continue;
		}
		gap = 0;
		gap_from = i;
	}
}

/* ---- Words ---- */

/* Whether the table may have a name with this hash: a Bloom filter, which saves most words the search. */
static bool date_may_be_name(uint32_t hash)
{
	uint32_t bit = (hash ^ hash >> 16) % DATE_FILTER_BITS;
	return date_filter[bit / 64] >> bit % 64 & 1;
}

/* The offset of a name in date_meanings; -1 if the table does not have the name. */
static int date_lookup(const char *name, size_t len)
{
	if (!len || len > DATE_NAME_LONGEST)
		return -1;
	const size_t first = date_lengths[len].first, end = date_lengths[len + 1].first;
	const char *names = date_text + date_lengths[len].text;
	size_t at;
	SEARCH(at, first, end, memcmp(names + (at - first) * len, name, len) < 0);
	return at < end && !memcmp(names + (at - first) * len, name, len) ? date_places[at] : -1;
}

/*
 * The meanings of a name on this page: DATE_… << 8 | value, likeliest first.  If the page's language has the name, only the
 * meanings in that language.
 */
struct date_meaning {
	uint16_t what[DATE_READINGS_MOST];
	unsigned n;
};

/*
 * Collects the meanings at an offset of date_meanings.  The table orders them: Gregorian months, other months, other words, each
 * by the number of languages.  is_short: the name is too short to count in languages other than its own.
 */
static struct date_meaning date_meaning(const struct date_reader *r, int place, bool is_short)
{
	const uint16_t *m = date_meanings + place;
	struct date_meaning own = {.n = 0}, others = {.n = 0};
	for (unsigned n = *m++; n > 0; n--) {
		uint16_t what = m[0], kind = what >> 8;
		unsigned n_languages = m[1];
		m += 2;
		bool is_own = false;
		for (unsigned k = 0; k < n_languages; k++)
			is_own |= m[k] == r->language;
		m += n_languages;
		if (is_own && own.n < DATE_READINGS_MOST)
			own.what[own.n++] = what;
		bool said = false; /* a likelier meaning is known: a month of the same calendar; any, if this is no month */
		for (unsigned k = 0; k < others.n; k++)
			said |= others.what[k] >> 8 == kind || kind > DATE_ETHIOPIC;
		/* Short names count if they are filler or if at least 20 languages share them, as with "am" and "pm". */
		if (!said && (!is_short || kind == DATE_FILLER || (kind == DATE_HALF && n_languages >= 20)) &&
		        others.n < DATE_READINGS_MOST)
			others.what[others.n++] = what;
	}
	return own.n ? own : others;
}

/* Looks for the longest name that begins at token i.  Returns the number of tokens in it, 0 if there is none. */
static unsigned date_name(const struct date_reader *r, uint32_t i, struct date_meaning *meaning)
{
	char name[DATE_NAME_LONGEST + DATE_WORD_LONGEST + 8];
	size_t len = 0, ends[DATE_NAME_WORDS], letters = 0;
	uint32_t hash = HASH_START, hashes[DATE_NAME_WORDS];
	unsigned n = 0;
	for (uint32_t k = i; k < r->n_tokens && n < DATE_NAME_WORDS; k++) {
		const struct date_token *t = &r->tokens[k];
		if (t->kind != TOKEN_WORD || (n && t->gap & (GAP_COLON | GAP_SLASH | GAP_BREAK | GAP_LONG)) ||
		    len + t->word_len + 1 > DATE_NAME_LONGEST)
			break;
		if (n) {
			name[len++] = ' ';
			hash = hash_byte(hash, ' ');
		}
		for (unsigned b = 0; b < t->word_len; b++) {
			name[len] = r->letters[t->word + b];
			hash = hash_byte(hash, name[len++]);
		}
		hashes[n] = hash;
		ends[n++] = len;
	}
	for (; n; n--) {
		int place = date_may_be_name(hashes[n - 1]) ? date_lookup(name, ends[n - 1]) : -1;
		if (place < 0)
			continue;
		letters = 0;
		for (size_t k = 0; k < ends[n - 1]; k++)
			letters += (name[k] & 0xC0) != 0x80 && name[k] != ' ';
		*meaning = date_meaning(r, place, letters <= DATE_NAME_SHORT && (uint8_t)name[0] < 0xE2);
		if (meaning->n)
			return n;
	}
	return 0;
}

/* ---- Items ---- */

static struct date_item *date_item(struct date_reader *r, enum date_item_kind kind, const struct date_token *t)
{
	struct date_item *item = &r->items[r->n_items++];
	*item = (struct date_item){.kind = (uint8_t)kind, .gap = t->gap, .from = t->from, .to = t->to, .n_digits = t->n_digits,
	                           .token = (uint16_t)(t - r->tokens), .number = t->number};
	return item;
}

/*
 * Makes a month of a number and a word such as "月" (DATE_MONTH_AFTER) or "tháng" (DATE_MONTH_BEFORE).  what: the meaning of the
 * word at token *i, n: its number of tokens.  Moves *i after the month; returns false if the number is missing.
 */
static bool date_join_month(struct date_reader *r, uint32_t *i, int what, unsigned n)
{
	struct date_item *last = r->n_items ? &r->items[r->n_items - 1] : NULL;
	if (what >> 8 == DATE_MONTH_AFTER && last && last->kind == ITEM_NUMBER && last->n_digits <= 2 && last->number >= 1 &&
	        last->number <= 12) {
		last->kind = ITEM_MONTH;
		last->readings[0] = (uint16_t)last->number;
		last->n_readings = 1;
		last->to = r->tokens[*i + n - 1].to;
		*i += n;
		return true;
	}
	const struct date_token *t = *i + n < r->n_tokens ? &r->tokens[*i + n] : NULL;
	if (what >> 8 == DATE_MONTH_BEFORE && t && t->kind == TOKEN_NUMBER && t->n_digits <= 2 && t->number >= 1 &&
	        t->number <= 12 &&
	    !(t->gap & ~(unsigned)(GAP_SPACE | GAP_DOT | GAP_OTHER))) {
		struct date_item *item = date_item(r, ITEM_MONTH, &r->tokens[*i]);
		item->readings[0] = (uint16_t)t->number;
		item->n_readings = 1;
		item->to = t->to;
		*i += n + 1;
		return true;
	}
	return false;
}

/*
 * Makes a Gregorian year of an era and the number after it ("令和4").  A meaning of DATE_FIRST_YEAR or more is the era's first
 * year, which is a word ("令和元年").  Moves *i after the year; returns false if the number is missing.
 */
static bool date_join_era(struct date_reader *r, uint32_t *i, int what, unsigned n)
{
	unsigned era = (unsigned)what & 0xFF;
	const struct date_token *t = *i + n < r->n_tokens ? &r->tokens[*i + n] : NULL;
	int64_t year = 1;
	if (era < DATE_FIRST_YEAR) {
		if (!t || t->kind != TOKEN_NUMBER || t->n_digits > 3 || t->gap & ~(unsigned)GAP_SPACE)
			return false;
		year = t->number;
	}
	struct date_item *item = date_item(r, ITEM_NUMBER, &r->tokens[*i]);
	item->number = date_eras[era % DATE_FIRST_YEAR] + year;
	item->n_digits = 4;
	item->era_year = true;
	item->to = era < DATE_FIRST_YEAR ? t->to : r->tokens[*i + n - 1].to;
	*i += n + (era < DATE_FIRST_YEAR);
	return true;
}

/*
 * In scripts without spaces between words, a name is part of a longer run of letters: at the start of the run after a number
 * ("10月22日星期六"), or at its end before a number.  Splits token i at the edge of the first name in it.  Returns whether it did.
 */
static bool date_cut_run(struct date_reader *r, uint32_t i)
{
	struct date_token *t = &r->tokens[i];
	const char *p = r->letters + t->word;
	if (!t->cjk || r->n_tokens == DATE_TOKENS_MOST || t->word_len > DATE_WORD_LONGEST)
		return false;
	size_t best_from = 0, best_len = 0;
	for (size_t from = 0; from < t->word_len && !best_len; from++) {
		if ((p[from] & 0xC0) == 0x80)
			continue;
		for (size_t len = t->word_len - from; len > 0 && !best_len; len--)
			if ((from + len == t->word_len || (p[from + len] & 0xC0) != 0x80) && (from || len < t->word_len) &&
			    date_lookup(p + from, len) >= 0)
				best_from = from, best_len = len;
	}
	if (!best_len)
		return false;
	/* Folding drops marks, so offsets in letters and in the text differ.  Both halves keep the byte range of the whole run. */
	size_t at = best_from ? best_from : best_len;
	memmove(t + 2, t + 1, (r->n_tokens - i - 1) * sizeof *t);
	r->n_tokens++;
	t[1] = *t;
	t[1].gap = 0;
	t[1].word = (uint16_t)(t->word + at);
	t[1].word_len = (uint8_t)(t->word_len - at);
	t->word_len = (uint8_t)at;
	t->cjk = !best_from; /* the letters before the name have been searched already */
	if (best_from)
		t->cjk = false;
	return true;
}

#define DATE_REACH 8 /* most tokens between a word of a date and the nearest number: names have up to eight words */

/* Whether a number or a time is close enough to word i for the word to be part of a date; other words are not looked up. */
static bool near_number(const struct date_reader *r, uint32_t i)
{
	uint32_t end = i + DATE_REACH + 2 < r->n_tokens ? i + DATE_REACH + 2 : r->n_tokens;
	for (uint32_t k = i > DATE_REACH ? i - DATE_REACH : 0; k < end; k++)
		if (r->tokens[k].kind != TOKEN_WORD)
			return true;
	return false;
}

/* Makes an item of the word at token *i, or of the longer name that begins there; moves *i after it. */
static void date_item_word(struct date_reader *r, uint32_t *i)
{
	struct date_meaning m = {.n = 0};
	bool near = near_number(r, *i);
	unsigned n = near ? date_name(r, *i, &m) : 0;
	if (near && !n && date_cut_run(r, *i))
		n = date_name(r, *i, &m);
	int what = n ? m.what[0] : -1;
	if (n && (date_join_month(r, i, what, n) || (what >> 8 == DATE_ERA && date_join_era(r, i, what, n))))
		return;
	struct date_item *item = date_item(r, ITEM_WORD, &r->tokens[*i]);
	for (unsigned k = 0; k < m.n; k++)
		if (m.what[k] >> 8 <= DATE_ETHIOPIC)
			item->readings[item->n_readings++] = m.what[k];
	unsigned kind = n ? (unsigned)what >> 8 : DATE_MONTH_BEFORE;
	if (item->n_readings)
		item->kind = ITEM_MONTH;
	else if (kind == DATE_FILLER || kind == DATE_MONTH_AFTER)
		item->kind = ITEM_FILLER;
	else if (kind == DATE_WEEKDAY)
		item->kind = ITEM_WEEKDAY;
	else if (kind == DATE_HALF)
		item->kind = ITEM_HALF;
	if (n) {
		item->value = (uint8_t)what;
		item->to = r->tokens[*i + n - 1].to;
	}
	*i += n ? n : 1;
}

static void date_items(struct date_reader *r)
{
	for (uint32_t i = 0; i < r->n_tokens && r->n_items < DATE_TOKENS_MOST;) {
		const struct date_token *t = &r->tokens[i];
		if (t->kind == TOKEN_WORD) {
			date_item_word(r, &i);
		} else {
			date_item(r, t->kind == TOKEN_TIME ? ITEM_TIME : ITEM_NUMBER, t);
			i++;
		}
	}
}

/* ---- Calendars ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Day number of a Gregorian date, where 1 January of the year 1 is day 1; all calendars below are converted by way of it. */
static int64_t days_of_gregorian(int64_t y, int64_t m, int64_t d)
{
	int64_t before = y - 1;
	int64_t leaps = floor_div(before, 4) - floor_div(before, 100) + floor_div(before, 400);
	int64_t days = 365 * before + leaps + (367 * m - 362) / 12 + d;
	bool leap = y % 4 == 0 && (y % 100 || y % 400 == 0);
	return m <= 2 ? days : days - (leap ? 1 : 2);
}

static void gregorian_of_days(int64_t days, int64_t *y, int64_t *m, int64_t *d)
{
	int64_t year = floor_div(400 * days, 146097) + 1;
	while (days_of_gregorian(year, 1, 1) > days)
		year--;
	while (days_of_gregorian(year + 1, 1, 1) <= days)
		year++;
	int64_t month = 1;
	while (month < 12 && days_of_gregorian(year, month + 1, 1) <= days)
		month++;
	*y = year;
	*m = month;
	*d = days - days_of_gregorian(year, month, 1) + 1;
}

static unsigned days_in_month(int64_t y, unsigned m)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 || y % 400 == 0) ? 1u : 0u);
}

/* The 33-year rule, which agrees with the astronomical calendar from 1178 to 1633 except in isolated years far from the present. */
static int64_t days_of_persian(int64_t y, int64_t m, int64_t d)
{
	return 226895 + 365 * (y - 1) + floor_div(8 * y - 12, 33) + (m <= 7 ? 31 * (m - 1) : 30 * (m - 1) + 6) + d;
}

/* The tabular calendar: 11 leap years in 30 years. */
static int64_t days_of_islamic(int64_t y, int64_t m, int64_t d)
{
	return 227014 + 354 * (y - 1) + floor_div(3 + 11 * y, 30) + 29 * (m - 1) + m / 2 + d;
}

static int64_t days_of_ethiopic(int64_t y, int64_t m, int64_t d)
{
	return 2795 + 365 * (y - 1) + floor_div(y, 4) + 30 * (m - 1) + d;
}

static bool hebrew_leap(int64_t y)
{
	return (7 * y + 1) % 19 < 7;
}

/* Days from the epoch to the new year: the mean new moon, moved by a day where the weekday is not allowed. */
static int64_t hebrew_new_year(int64_t y)
{
	int64_t months = floor_div(235 * y - 234, 19), parts = 12084 + 13753 * months, day = 29 * months + floor_div(parts, 25920);
	return (3 * (day + 1)) % 7 < 3 ? day + 1 : day;
}

/* Day number of the new year, moved by a day or two where this year would be too long or the year before too short. */
static int64_t hebrew_year_start(int64_t y)
{
	int64_t before = hebrew_new_year(y - 1), here = hebrew_new_year(y), after = hebrew_new_year(y + 1);
	return -1373427 + here + (after - here == 356 ? 2 : here - before == 382 ? 1 : 0);
}

/* Months are numbered as in CLDR: 1 Tishri, 6 Adar I, 7 Adar, 8 Nisan, 13 Elul; 14 is added here for Adar II. */
static int64_t days_of_hebrew(int64_t y, int64_t m, int64_t d)
{
	int64_t start = hebrew_year_start(y), length = hebrew_year_start(y + 1) - start, days = start + d - 1;
	bool leap = hebrew_leap(y);
	if (m == 14)
		m = 7;
	for (int64_t k = 1; k < m; k++) {
		if (k == 6 && !leap)
			continue;
		bool long_month = k == 1 || k == 5 || k == 6 || k == 8 || k == 10 || k == 12 || (k == 2 && length % 10 == 5) ||
		                  (k == 3 && length % 10 != 3);
		days += long_month ? 30 : 29;
	}
	return days;
}

/* Whether a page could plausibly name this year of the calendar; other numbers are no years. */
static bool year_fits(unsigned calendar, int64_t y)
{
	switch (calendar) {
	case DATE_PERSIAN:
		return y >= 1250 && y <= 1499;
	case DATE_ISLAMIC:
		return y >= 1300 && y <= 1550;
	case DATE_HEBREW:
		return y >= 5600 && y <= 5899;
	case DATE_ETHIOPIC:
		return y >= 1900 && y <= 2100;
	default:
		return (y >= 1500 && y <= 2199) || (y >= 2400 && y <= 2699); /* the second range: Buddhist years, 543 ahead */
	}
}

/*
 * Sets year, month and day of *out from a date in any calendar; d is 0 if the day is not known.  Returns false if the date does not
 * exist, or if the day is not known and the calendar is not Gregorian.
 */
static bool date_convert(struct date *out, unsigned calendar, int64_t y, unsigned m, unsigned d)
{
	if (!year_fits(calendar, y))
		return false;
	if (calendar == DATE_GREGORIAN) {
		y -= y >= 2400 ? 543 : 0;
		if (m < 1 || m > 12 || d > days_in_month(y, m))
			return false;
		out->year = (int16_t)y;
		out->month = (uint8_t)m;
		out->day = (uint8_t)d;
		return true;
	}
	int64_t days, month, day;
	if (d > (calendar == DATE_PERSIAN ? 31u : 30u) || m < 1 ||
	        m > (calendar == DATE_HEBREW ? 14u : calendar == DATE_ETHIOPIC ? 13u : 12u))
		return false;
	int64_t in = d ? d : 1;
	days = calendar == DATE_PERSIAN   ? days_of_persian(y, m, in)
	       : calendar == DATE_ISLAMIC ? days_of_islamic(y, m, in)
	       : calendar == DATE_HEBREW  ? days_of_hebrew(y, m, in)
	                                  : days_of_ethiopic(y, m, in);
	gregorian_of_days(days, &y, &month, &day);
	out->year = (int16_t)y;
	out->month = (uint8_t)month;
	out->day = d ? (uint8_t)day : 0;
	return d != 0; /* a month of another calendar overlaps two Gregorian months */
}

int32_t date_days(const struct date *d)
{
	return (int32_t)(days_of_gregorian(d->year, d->month, d->day ? d->day : 1) - 719163);
}

/* ---- Dates with a month in words ---- */

/* Whether an item can be the year of a date in this calendar; two_digits: years such as "22" count too. */
static bool is_year(const struct date_item *n, unsigned calendar, bool two_digits)
{
	if (n->kind != ITEM_NUMBER)
		return false;
	if (n->era_year)
		return calendar == DATE_GREGORIAN;
	return (n->n_digits == 4 && year_fits(calendar, n->number)) || (two_digits && n->n_digits == 2 &&
	        calendar == DATE_GREGORIAN);
}

static bool is_day(const struct date_item *n)
{
	return n->kind == ITEM_NUMBER && n->n_digits <= 2 && n->number >= 1 && n->number <= 31 && !n->era_year;
}

/* The year, with its century: two digits below 70 are 20xx, others 19xx. */
static int64_t full_year(const struct date_item *n)
{
	return n->n_digits == 2 && !n->era_year ? n->number + (n->number < 70 ? 2000 : 1900) : n->number;
}

/*
 * The nearest number before (step -1) or after (step 1) item i; -1 if there is none.  Skips up to four items that may occur inside
 * a date: filler words, weekdays, times, and endings of numbers.
 */
static int date_neighbour(const struct date_reader *r, int i, int step)
{
	unsigned words = 0;
	for (int k = i + step; k >= 0 && k < (int)r->n_items; k += step) {
		const struct date_item *item = &r->items[k], *later = &r->items[step > 0 ? k : k + 1];
		if (later->gap & (GAP_BREAK | GAP_LONG))
			return -1;
		if (item->kind == ITEM_NUMBER)
			return k;
		/* The ending of an ordinal, or a case ending: a few letters attached to a number ("22nd", "22-го"). */
		bool ending = item->kind == ITEM_WORD && !item->gap && k && r->items[k - 1].kind == ITEM_NUMBER &&
		        item->to - item->from <= 9;
		bool dashed = item->kind == ITEM_WORD && (item->gap == GAP_DASH || item->gap == GAP_QUOTE) && k &&
		              r->items[k - 1].kind == ITEM_NUMBER && item->to - item->from <= 6;
		if (item->kind != ITEM_FILLER && item->kind != ITEM_WEEKDAY && item->kind != ITEM_TIME && !ending && !dashed)
			return -1;
		if (++words > 4)
			return -1;
	}
	return -1;
}

struct date_span {
	int first, last; /* indices of items, both inclusive */
};

/*
 * Makes a date of the month at item `at` (calendar << 8 | number) and the items of its day (-1: no day) and its year.  Returns
 * false if the date is not valid.
 */
static bool date_take(const struct date_reader *r, unsigned month, int day, int year,
        struct date_span *span, int at, struct date *out)
{
	const struct date_item *y = &r->items[year];
	if (!date_convert(out, month >> 8, full_year(y), month & 0xFF, day < 0 ? 0 : (unsigned)r->items[day].number))
		return false;
	span->first = span->last = at;
	const int other[] = {day, year};
	for (int i = 0; i < 2; i++) {
		if (other[i] < 0)
			continue;
		if (other[i] < span->first)
			span->first = other[i];
		if (other[i] > span->last)
			span->last = other[i];
	}
	return true;
}

/*
 * Makes a date of the month at item i, read as m, and the two nearest numbers on either side.  Tries the orders that are in use,
 * surest first: four-digit years before two-digit years, dates with a day before months alone.
 */
static bool date_by_reading(const struct date_reader *r, int i, unsigned m, struct date_span *span, struct date *out)
{
	int b1 = date_neighbour(r, i, -1), b2 = b1 < 0 ? -1 : date_neighbour(r, b1, -1);
	int a1 = date_neighbour(r, i, 1), a2 = a1 < 0 ? -1 : date_neighbour(r, a1, 1);
#define IS_YEAR(k, two) ((k) >= 0 && is_year(&r->items[k], m >> 8, two))
#define IS_DAY(k) ((k) >= 0 && is_day(&r->items[k]))
	if (IS_DAY(b1) && IS_YEAR(a1, false) && date_take(r, m, b1, a1, span, i, out))
		return true;
	if (IS_DAY(a1) && IS_YEAR(a2, false) && date_take(r, m, a1, a2, span, i, out))
		return true;
	if (IS_YEAR(b1, false) && IS_DAY(a1) && date_take(r, m, a1, b1, span, i, out))
		return true;
	if (IS_DAY(b1) && IS_YEAR(b2, false) && date_take(r, m, b1, b2, span, i, out))
		return true;
	if (IS_DAY(b1) && IS_YEAR(a1, true) && date_take(r, m, b1, a1, span, i, out))
		return true;
	if (IS_DAY(a1) && IS_YEAR(a2, true) && (r->items[a2].gap & (GAP_COMMA | GAP_QUOTE | GAP_DASH)) &&
	        date_take(r, m, a1, a2, span, i, out))
		return true;
	if (IS_YEAR(a1, false) && date_take(r, m, -1, a1, span, i, out))
		return true;
	return IS_YEAR(b1, false) && date_take(r, m, -1, b1, span, i, out);
#undef IS_YEAR
#undef IS_DAY
}

static bool date_by_month(const struct date_reader *r, int i, struct date_span *span, struct date *out)
{
	for (unsigned k = 0; k < r->items[i].n_readings; k++)
		if (date_by_reading(r, i, r->items[i].readings[k], span, out))
			return true;
	return false;
}

/* ---- Dates in numbers ---- */

/* The separator between two numbers of a date: a dot, dash or slash, with or without spaces, or spaces alone; else 0. */
static unsigned date_sign(unsigned gap)
{
	unsigned sign = gap & ~(unsigned)GAP_SPACE;
	return sign == GAP_DOT || sign == GAP_DASH || sign == GAP_SLASH ? sign : gap == GAP_SPACE ? GAP_SPACE : 0;
}

/* The calendar of a numeric date: that of the page's language if the year is too low for a Gregorian one. */
static unsigned numeric_calendar(const struct date_reader *r, int64_t year)
{
	if (year < 1250 || year > 1550 || r->language == DATE_LANGUAGE_NONE)
		return DATE_GREGORIAN;
	return date_languages[r->language].calendar;
}

/* Makes a date of a year item and two numbers. */
static bool numeric_ymd(const struct date_reader *r, const struct date_item *y, int64_t month, int64_t day, struct date *out)
{
	int64_t year = full_year(y);
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	unsigned calendar = y->n_digits == 4 ? numeric_calendar(r, year) : (unsigned)DATE_GREGORIAN;
	return date_convert(out, calendar, year, (unsigned)month, (unsigned)day);
}

/* Reads the three numbers that begin at item i as a date: 2022-10-22, 22.10.2022, 10/22/2022, 22.10.22. */
static bool date_by_numbers(const struct date_reader *r, int i, struct date_span *span, struct date *out)
{
	if (i + 2 >= (int)r->n_items)
		return false;
	const struct date_item *a = &r->items[i], *b = a + 1, *c = a + 2;
	if (a->kind != ITEM_NUMBER || b->kind != ITEM_NUMBER || c->kind != ITEM_NUMBER || b->n_digits > 2)
		return false;
	unsigned sign = date_sign(b->gap);
	if (!sign || sign != date_sign(c->gap) || (sign == GAP_SPACE && !r->whole))
		return false;
	/* Longer chains of numbers are version numbers, addresses or telephone numbers. */
	if ((i && a[-1].kind == ITEM_NUMBER && date_sign(a->gap) == sign && a->gap != GAP_SPACE) ||
	    (i + 3 < (int)r->n_items && c[1].kind == ITEM_NUMBER && date_sign(c[1].gap) == sign && c[1].gap == c->gap &&
	        sign != GAP_SPACE))
		return false;
	*span = (struct date_span){i, i + 2};
	out->ambiguous = false;
	if (a->n_digits == 4 && c->n_digits <= 2)
		return numeric_ymd(r, a, b->number, c->number, out) || numeric_ymd(r, a, c->number, b->number, out);
	if (a->n_digits > 2 || (c->n_digits != 4 && !(c->n_digits == 2 && a->n_digits == 2 && b->n_digits == 2)))
		return false;
	bool month_first = r->order == 1;
	if (c->n_digits == 2 && r->order == 2 && numeric_ymd(r, a, b->number, c->number, out))
		return true;
	struct date other = *out;
	bool swapped = numeric_ymd(r, c, month_first ? b->number : a->number, month_first ? a->number : b->number, &other);
	if (!numeric_ymd(r, c, month_first ? a->number : b->number, month_first ? b->number : a->number, out)) {
		*out = other;
		return swapped;
	}
	out->ambiguous = swapped && a->number != b->number;
	return true;
}

/* Reads "10/2022" and "2022-10", if the text has no other items. */
static bool date_by_two(const struct date_reader *r, struct date_span *span, struct date *out)
{
	if (r->n_items != 2 || r->items[0].kind != ITEM_NUMBER || r->items[1].kind != ITEM_NUMBER || !date_sign(r->items[1].gap))
		return false;
	const struct date_item *a = &r->items[0], *b = a + 1;
	*span = (struct date_span){0, 1};
	if (a->n_digits == 4 && b->n_digits <= 2)
		return date_convert(out, DATE_GREGORIAN, a->number, (unsigned)b->number, 0);
	return b->n_digits == 4 && a->n_digits <= 2 && date_convert(out, DATE_GREGORIAN, b->number, (unsigned)a->number, 0);
}

/*
 * Reads runs of digits in attributes: the day of 20221022, 20221022140300 and 20221022T140300Z; seconds (10 digits) or milliseconds
 * (13 digits) since 1970.
 */
static bool date_by_digits(const struct date_reader *r, struct date_span *span, struct date *out)
{
	const struct date_item *a = &r->items[0];
	if (!r->n_items || a->kind != ITEM_NUMBER)
		return false;
	*span = (struct date_span){0, 0};
	if (a->n_digits == 8 || a->n_digits == 14) {
		int64_t day = a->n_digits == 8 ? a->number : a->number / 1000000;
		return day > 15000000 && date_convert(out, DATE_GREGORIAN, day / 10000, (unsigned)(day / 100 % 100),
		        (unsigned)(day % 100));
	}
	if (r->n_items > 1 || (a->n_digits != 10 && a->n_digits != 13))
		return false;
	int64_t seconds = a->n_digits == 10 ? a->number : a->number / 1000, y, m, d;
	gregorian_of_days(719163 + seconds / 86400, &y, &m, &d);
	if (!year_fits(DATE_GREGORIAN, y))
		return false;
	*out = (struct date){(int16_t)y, (uint8_t)m, (uint8_t)d, (int8_t)(seconds / 3600 % 24), (int8_t)(seconds / 60 % 60),
	                     (int8_t)(seconds % 60), true, 0, false, 0, 0};
	return true;
}

/* ---- Time and zone ---- */

/* Sets the zone of *out from "Z", "+02:00", "GMT" or "UTC+2" at byte i of the text, just after a time. */
static void date_zone(mk_str s, size_t i, struct date *out)
{
	if (i < s.len && s.p[i] == '.') /* fraction of a second */
		for (i++; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			continue;
	while (i < s.len && s.p[i] == ' ')
		i++;
	mk_str rest = {s.p + i, s.len - i};
	bool named = rest.len >= 3 && (str_equals(rest.p, 3, "gmt") || str_equals(rest.p, 3, "utc"));
	bool z = rest.len && (rest.p[0] | 32) == 'z' && (rest.len == 1 || !((rest.p[1] | 32) >= 'a' && (rest.p[1] | 32) <= 'z'));
	size_t k = named ? 3 : 0;
	if (k < rest.len && (rest.p[k] == '+' || rest.p[k] == '-') && !z) {
		int sign = rest.p[k] == '-' ? -1 : 1, digits[4], n = 0;
		for (k++; k < rest.len && n < 4; k++) {
			if (rest.p[k] >= '0' && rest.p[k] <= '9')
				digits[n++] = rest.p[k] - '0';
			else if (rest.p[k] != ':' || n == 0 || n > 2)
				break;
		}
		int hours = n == 1 || n == 3 ? digits[0] : n ? 10 * digits[0] + digits[1] : 99;
		int minutes = n >= 3 ? 10 * digits[n - 2] + digits[n - 1] : 0;
		if (hours <= 14 && minutes < 60) {
			out->has_zone = true;
			out->zone = (int16_t)(sign * (60 * hours + minutes));
			return;
		}
	}
	if (z || named) {
		out->has_zone = true;
		out->zone = 0;
	}
}

/*
 * Sets the time and zone of *out.  The time is inside the date, up to five items after it, or the item just before it.  A word for
 * a half of the day ("pm") is next to the time.
 */
static void date_time(const struct date_reader *r, const struct date_span *span, struct date *out)
{
	int at = -1;
	for (int i = span->first; i <= span->last + 5 && i < (int)r->n_items && at < 0; i++) {
		if (i > span->last && (r->items[i].gap & GAP_LONG || r->items[i].kind == ITEM_NUMBER ||
		        r->items[i].kind == ITEM_MONTH))
			break;
		if (r->items[i].kind == ITEM_TIME)
			at = i;
	}
	if (at < 0 && span->first && r->items[span->first - 1].kind == ITEM_TIME)
		at = span->first - 1;
	if (at < 0 || r->tokens[r->items[at].token].number > 23)
		return;
	const struct date_token *t = &r->tokens[r->items[at].token];
	int hour = (int)t->number;
	const struct date_item *half = NULL;
	if (at + 1 < (int)r->n_items && r->items[at + 1].kind == ITEM_HALF)
		half = &r->items[at + 1];
	else if (at && r->items[at - 1].kind == ITEM_HALF)
		half = &r->items[at - 1];
	if (half && hour <= 12)
		hour = hour % 12 + 12 * half->value;
	out->hour = (int8_t)hour;
	out->minute = (int8_t)t->minute;
	out->second = t->second;
	date_zone(r->text, half && half > &r->items[at] ? half->to : t->to, out);
	if (t->to > out->to)
		out->to = t->to;
	if (t->from < out->from)
		out->from = t->from;
}

/* ---- The whole ---- */

/* Sets the language and the order of numeric dates from a language tag; the region can change the order ("en-US", "en-GB"). */
static void date_languages_of(struct date_reader *r, mk_str language)
{
	r->language = DATE_LANGUAGE_NONE;
	r->order = 0;
	size_t len = 0;
	while (len < language.len && language.p[len] != '-' && language.p[len] != '_')
		len++;
	char tag[4] = "";
	for (size_t i = 0; i < len && len < sizeof tag; i++)
		tag[i] = (char)(language.p[i] | 32);
	const size_t n = sizeof date_languages / sizeof *date_languages;
	size_t at;
	SEARCH(at, 0, n, strcmp(date_languages[at].tag, tag) < 0);
	if (at < n && !strcmp(date_languages[at].tag, tag)) {
		r->language = (uint16_t)at;
		r->order = date_languages[at].order;
	}
	if (language.len < 3 || r->language == DATE_LANGUAGE_NONE)
		return;
	size_t region = language.len;
	while (region && language.p[region - 1] != '-' && language.p[region - 1] != '_')
		region--;
	for (size_t i = 0; i < sizeof date_regions / sizeof *date_regions; i++) {
		const struct date_region *d = &date_regions[i];
		if (d->tag[0] == tag[0] && !strcmp(d->tag, date_languages[r->language].tag) && language.len - region == 2 &&
		        (language.p[region] & ~32) == d->region[0] &&
		    (language.p[region + 1] & ~32) == d->region[1])
			r->order = d->order;
	}
}

/* Resolves an ambiguous date by a weekday next to it: swaps day and month if only the swapped date falls on that weekday. */
static void date_check_weekday(const struct date_reader *r, const struct date_span *span, struct date *d)
{
	for (int i = span->first - 2 < 0 ? 0 : span->first - 2; i <= span->last + 2 && i < (int)r->n_items && d->ambiguous; i++) {
		if (r->items[i].kind != ITEM_WEEKDAY)
			continue;
		struct date other = *d;
		other.month = d->day;
		other.day = d->month;
		int wanted = r->items[i].value - 1; /* 1 January 1970 was a Thursday, 3 */
		int day = (int)((date_days(d) + 3) % 7 + 7) % 7, swapped = (int)((date_days(&other) + 3) % 7 + 7) % 7;
		if (day != wanted && swapped == wanted) {
			d->month = other.month;
			d->day = other.day;
		}
		d->ambiguous = day != wanted && swapped != wanted;
		return;
	}
}

bool date_find(mk_str text, mk_str language, bool whole, struct date *out)
{
	struct date_reader r;
	text.len = text.len < DATE_LONGEST ? text.len : DATE_LONGEST;
	while (text.len && text.len == DATE_LONGEST && ((uint8_t)text.p[text.len - 1] & 0xC0) == 0x80)
		text.len--;
	if (!text.len || !date_has_digits(text))
		return false;
	r.text = text;
	r.whole = whole;
	r.n_tokens = r.n_items = r.n_letters = 0;
	date_languages_of(&r, language);
	date_tokens(&r);
	date_items(&r);
	*out = (struct date){.hour = -1, .second = -1};
	struct date_span span = {0, 0};
	bool found = false;
	struct date month_only; /* the first month without a day: used if no date with a day follows */
	struct date_span month_span = {0, 0};
	bool has_month = false;
	for (int i = 0; i < (int)r.n_items && !found; i++) {
		if (r.items[i].kind == ITEM_MONTH && date_by_month(&r, i, &span, out)) {
			found = out->day != 0;
			if (!found && !has_month) {
				month_only = *out;
				month_span = span;
				has_month = true;
			}
		} else if (r.items[i].kind == ITEM_NUMBER) {
			found = date_by_numbers(&r, i, &span, out);
		}
	}
	if (!found && has_month) {
		*out = month_only;
		span = month_span;
		found = true;
	}
	if (!found && whole)
		found = date_by_digits(&r, &span, out) || date_by_two(&r, &span, out);
	if (!found)
		return false;
	out->from = r.items[span.first].from;
	out->to = r.items[span.last].to;
	date_check_weekday(&r, &span, out);
	if (out->hour < 0 && out->day)
		date_time(&r, &span, out);
	return true;
}

mk_str date_iso(struct arena *a, const struct date *d)
{
	struct buf b;
	buf_init(&b, a, 32);
#define TWO(n) (buf_char(&b, (char)('0' + (n) / 10)), buf_char(&b, (char)('0' + (n) % 10)))
	TWO(d->year / 100);
	TWO(d->year % 100);
	buf_char(&b, '-');
	TWO(d->month);
	if (d->day) {
		buf_char(&b, '-');
		TWO(d->day);
	}
	if (d->day && d->hour >= 0) {
		buf_char(&b, 'T');
		TWO(d->hour);
		buf_char(&b, ':');
		TWO(d->minute);
		buf_char(&b, ':');
		TWO(d->second < 0 ? 0 : d->second);
		if (d->has_zone && !d->zone)
			buf_char(&b, 'Z');
		if (d->has_zone && d->zone) {
			int zone = d->zone < 0 ? -d->zone : d->zone;
			buf_char(&b, d->zone < 0 ? '-' : '+');
			TWO(zone / 60);
			buf_char(&b, ':');
			TWO(zone % 60);
		}
	}
#undef TWO
	return (mk_str){b.p, b.len};
}
