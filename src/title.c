/* SPDX-License-Identifier: Apache-2.0 */
/*
 * title.c - claims, headings, blocks -> the article's title, and the block that shows it.
 *
 * Each source is wrong in its own way.  <title> and og:title contain the site's name or are written for search engines, the first
 * h1 may be the name of the site or of a menu, and a headline in structured data may belong to the card of a related article.  So
 * the title is the text on which a heading and another source agree.  If no h1 agrees, a block with the text of og:title or
 * <title> is the title; else one source is taken, without the site's name.
 *
 * Comparisons use letter pairs and not words, because many scripts have no spaces between words.  HEADINGS_MOST, CUTS_MOST and
 * CLAIM_LONGEST bound the work.
 */
#include "meta.h"
#include "base/scan.h"

/* ---- Comparing titles ---- */

/* Copies the letters and digits of s to out, ASCII in lower case; other bytes count as letters.  Returns the number of bytes. */
static size_t title_letters(mk_str s, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len && n < CLAIM_LONGEST; i++) {
		const uint8_t c = (uint8_t)s.p[i], small = c | 32;
		const bool letter = (uint8_t)(small - 'a') < 26;
		out[n] = (char)(letter ? small : c); /* without a branch: other characters are overwritten */
		n += letter | (c >= 0x80) | ((uint8_t)(c - '0') < 10);
	}
	return n;
}

/* The first letter, in the sense of title_letters(), from offset *at on; moves *at after it.  0 at the end. */
static uint8_t next_letter(mk_str s, size_t *at)
{
	while (*at < s.len) {
		const uint8_t c = (uint8_t)s.p[(*at)++], small = c | 32;
		if ((uint8_t)(small - 'a') < 26)
			return small;
		if (c >= 0x80 || (uint8_t)(c - '0') < 10)
			return c;
	}
	return 0;
}

#define BIGRAM_SLOTS 4096

/* The slot that counts a pair of letters. */
static size_t bigram(const char *p)
{
	return ((uint8_t)p[0] * 61u + (uint8_t)p[1]) % BIGRAM_SLOTS;
}

/*
 * How alike two titles are, 0 to 1: the share of letter pairs in common (Dice).  Pairs are counted by hash; a collision can only
 * make two titles a little more alike.  Returns 0 without counting if the numbers of letters alone rule out more than `least`.
 */
static double likeness(mk_str one, mk_str other, double least)
{
	char a[CLAIM_LONGEST], b[CLAIM_LONGEST];
	uint16_t count[BIGRAM_SLOTS];
	size_t n_a = title_letters(one, a), n_b = title_letters(other, b), common = 0;
	if (n_a < 2 || n_b < 2 || 2.0 * (double)((n_a < n_b ? n_a : n_b) - 1) <= least * (double)(n_a + n_b - 2))
		return 0;
	memset(count, 0, sizeof count);
	for (size_t i = 0; i + 1 < n_a; i++)
		count[bigram(a + i)]++;
	for (size_t i = 0; i + 1 < n_b; i++) {
		uint16_t *slot = &count[bigram(b + i)];
		common += *slot > 0;
		*slot = (uint16_t)(*slot - (*slot > 0));
	}
	return 2.0 * (double)common / (double)(n_a + n_b - 2);
}

double title_likeness(mk_str one, mk_str other)
{
	return likeness(one, other, 0);
}

bool title_is_like(mk_str one, mk_str other, double least)
{
	return likeness(one, other, least) > least;
}

/* See meta.h.  A part of the host name needs at least three letters to count. */
bool title_is_site(mk_str part, mk_str site, mk_str host)
{
	char a[CLAIM_LONGEST], b[CLAIM_LONGEST];
	size_t n = title_letters(part, a);
	if (!n || (title_letters(site, b) == n && !memcmp(a, b, n)))
		return true;
	size_t n_host = title_letters(host, b);
	for (size_t i = 0; n >= 3 && i + n <= n_host; i++)
		if (!memcmp(a, b + i, n))
			return true;
	return false;
}

/* ---- Splitting titles ---- */

#define CUTS_MOST 6 /* separators in a title that are read */

/* A separator in a title: one part ends at `from`, the next begins at `to` (byte offsets). */
struct title_cut {
	size_t from, to;
	bool weak; /* a colon, which is just as often part of the article's title */
	bool bar;  /* a vertical bar, which occurs in no sentence */
};

/* The length of the separator at p, which has n bytes; 0 if there is none. */
static size_t separator_len(const char *p, size_t n)
{
	static const char *const signs[] = {"|", "-", "~", "/", "::", ":", "·", "«", "»", "–", "—", "•", "‹", "›", "｜"};
	if (n && is_alnum(*p))
		return 0;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		size_t len = strlen(signs[i]);
		if (n >= len && !memcmp(p, signs[i], len) && (n == len || signs[i][0] != ':' || p[len] != ':'))
			return len;
	}
	return 0;
}

/* Whether the character before p[i] is from U+3000…U+D7FF (three bytes of UTF-8), where scripts without spaces are. */
static bool after_cjk(const char *p, size_t i)
{
	return i >= 3 && (uint8_t)p[i - 3] >= 0xE3 && (uint8_t)p[i - 3] <= 0xED && (uint8_t)p[i - 1] >= 0x80;
}

/*
 * Finds a separator at t.p[i], with the spaces around it.  Most signs need a space on both sides, a colon needs one after it, bars
 * and "»" need none; nor does a hyphen or underscore after a script that has no spaces.
 */
static bool cut_at(mk_str t, size_t i, struct title_cut *cut)
{
	size_t at = i + (t.p[i] == ' ');
	size_t len = separator_len(t.p + at, t.len - at);
	char sign = t.p[at];
	bool space_after = at + len < t.len && t.p[at + len] == ' ';
	*cut = (struct title_cut){i, at + len + space_after, sign == ':' && len == 1, false};
	cut->bar = sign == '|' || (len == 3 && !memcmp(t.p + at, "｜", 3));
	if (len && at > i && space_after)
		return true;
	if (sign == ':' && len == 1)
		return space_after;
	bool firm = cut->bar || (len == 2 && !memcmp(t.p + at, "»", 2));
	if (len && firm)
		return true;
	if ((sign == '-' || sign == '_') && at == i && after_cjk(t.p, i)) {
		cut->to = i + 1;
		return true;
	}
	return false;
}

/* Finds the first separators in t, not at its ends; returns their number. */
static size_t title_cuts(mk_str t, struct title_cut cuts[CUTS_MOST])
{
	size_t n = 0;
	for (size_t i = 0; i < t.len && n < CUTS_MOST;) {
		char c = t.p[i];
		bool sign = c == ' ' || c == '|' || c == ':' || c == '-' || c == '_' || (uint8_t)c >= 0x80;
		if (i && sign && cut_at(t, i, &cuts[n]) && cuts[n].to < t.len)
			i = cuts[n++].to;
		else
			i++;
	}
	return n;
}

static mk_str title_part(mk_str t, size_t from, size_t to)
{
	return (mk_str){t.p + from, to - from};
}

/* The texts that headings are compared with. */
struct ballot {
	mk_str site, host;
	mk_str og, title;
};

/*
 * How well a heading agrees with a source: the best of its likeness to the whole source and to the parts before and after each
 * separator.  Parts that are the site's name do not count.  The part after a separator counts 0.8: if there is a heading for each
 * part, the first part is the page's title and the last part, for example, the title of a book that contains the page.
 */
static double agreement(const struct ballot *b, mk_str heading, mk_str source)
{
	struct title_cut cuts[CUTS_MOST];
	if (!source.len)
		return 0;
	double best = title_is_site(source, b->site, b->host) ? 0 : title_likeness(heading, source);
	for (size_t i = 0, n = title_cuts(source, cuts); i < n; i++) {
		mk_str front = title_part(source, 0, cuts[i].from), back = title_part(source, cuts[i].to, source.len);
		double vote = title_is_site(front, b->site, b->host) ? 0 : title_likeness(heading, front);
		best = vote > best ? vote : best;
		vote = title_is_site(back, b->site, b->host) ? 0 : 0.8 * title_likeness(heading, back);
		best = vote > best ? vote : best;
	}
	return best;
}

/*
 * Returns a title without the site's name at its end or start.  Everything after the first vertical bar is dropped too: sections
 * and slogans follow it.  If no part is known to be the site's name, the part after the last separator is taken for it if it is at
 * most half as long as the rest.
 */
static mk_str without_site(const struct ballot *b, mk_str t)
{
	struct title_cut cuts[CUTS_MOST];
	size_t n = title_cuts(t, cuts), last = CUTS_MOST;
	for (size_t i = 0; i < n; i++) {
		if (cuts[i].weak)
			continue;
		last = i;
		mk_str front = title_part(t, 0, cuts[i].from);
		if ((cuts[i].bar || title_is_site(title_part(t, cuts[i].to, t.len), b->site, b->host)) &&
		        !title_is_site(front, b->site, b->host))
			return front;
	}
	for (size_t i = n; i-- > 0;) {
		mk_str front = title_part(t, 0, cuts[i].from), back = title_part(t, cuts[i].to, t.len);
		if (!cuts[i].weak && title_is_site(front, b->site, b->host) && !title_is_site(back, b->site, b->host))
			return back;
	}
	if (last < n && 2 * (t.len - cuts[last].to) <= cuts[last].from)
		return title_part(t, 0, cuts[last].from);
	return t;
}

/*
 * Agreement from which a heading is the title: half of the letter pairs in common.  Of 0.45, 0.5 … 0.65 it is the best value on the
 * 1,358 pages of wcxb-dev (share of right titles: 0.856, 0.861 … 0.844).
 */
#define AGREEMENT_LEAST 0.5
#define AGREEMENT_SURE 0.9 /* below it, a block with exactly the text of a source is preferred */

/* Whether text may begin with this letter: a quick test that decides only if the first byte is an ASCII letter or digit. */
static bool begins_alike(mk_str text, char letter)
{
	const char c = to_lower(text.p[0]);
	return c == letter || !(is_small(c) || is_digit(c));
}

#define PART_LEAST 12 /* bytes of letters; a shorter text may be the name of a section */

/*
 * Looks for the title of a page whose heading is not an h1: a block with the letters of og:title or <title>, or of the part of
 * either before or after a separator.  The longest text wins; among texts of the same length a heading wins, then the first block.
 * Sets f->heading_block.
 */
static bool find_heading_block(const mk_page *pg, struct facts *f, const struct ballot *b)
{
	const mk_str sources[] = {b->og, b->title};
	mk_str parts[2 * (2 * CUTS_MOST + 1)];
	char letters[CLAIM_LONGEST], block[CLAIM_LONGEST];
	size_t n_parts = 0, best = 0;
	for (size_t k = 0; k < 2; k++) {
		struct title_cut cuts[CUTS_MOST];
		size_t n = sources[k].len ? title_cuts(sources[k], cuts) : 0;
		if (sources[k].len)
			parts[n_parts++] = sources[k];
		for (size_t i = 0; i < n; i++) {
			parts[n_parts++] = title_part(sources[k], 0, cuts[i].from);
			parts[n_parts++] = title_part(sources[k], cuts[i].to, sources[k].len);
		}
	}
	for (size_t k = 0; k < n_parts; k++) {
		size_t n = title_letters(parts[k], letters);
		if (n < PART_LEAST || n < best || title_is_site(parts[k], b->site, b->host))
			continue;
		for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
			mk_str text = pg->blocks[i].pub.text;
			if (text.len < n || text.len > 2 * n + 16 || !begins_alike(text, letters[0]) || title_letters(text, block) != n ||
			    memcmp(block, letters, n) || pg->containers[pg->blocks[i].container].near[LANDMARK_HIDDEN])
				continue;
			if (n > best || (pg->blocks[i].pub.level && !pg->blocks[f->heading_block].pub.level)) {
				best = n;
				f->heading_block = i;
			}
		}
	}
	return best > 0;
}

static void set_title(mk_article *article, mk_str title, enum source source)
{
	article->title = title;
	article->title_source = title.len ? meta_source_name(source) : NULL;
}

/*
 * Sets the title to the first of these that the page has: an h1 with an agreement of AGREEMENT_SURE; a block with exactly the text
 * of a source; an h1 with AGREEMENT_LEAST; the only h1, if there is no og:title; og:title; <title>; another claim; the first h1.
 */
void title_choose(mk_page *pg, struct facts *f)
{
	struct arena *a = &pg->arena;
	mk_article *article = &pg->article;
	struct ballot b = {f->site, article->hostname, f->og_title, f->title_text};
	mk_str headline = jsonld_text(&f->ld, a, jsonld_get(&f->ld, f->main, "headline"));
	mk_str first = {NULL, 0}, best = {NULL, 0};
	double most = 0;
	uint32_t n_shown = 0;
	for (uint32_t i = 0; i < f->n_headings; i++) {
		mk_str heading = meta_node_text(a, f->headings[i]);
		if (!heading.len || cue_is_hidden(f->headings[i]))
			continue;
		if (!n_shown++)
			first = heading;
		if (title_is_site(heading, b.site, b.host))
			continue;
		const mk_str sources[] = {b.og, b.title, headline};
		for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
			double vote = agreement(&b, heading, sources[k]);
			if (vote > most) {
				most = vote;
				best = heading;
				f->heading = f->headings[i];
			}
		}
	}
	uint32_t i = 0;
	const struct claim *other = meta_next(f, CLAIM_TITLE, &i);
	f->heading_block = UINT32_MAX;
	if (most < AGREEMENT_SURE && find_heading_block(pg, f, &b)) {
		set_title(article, pg->blocks[f->heading_block].pub.text, FROM_TEXT);
		return;
	}
	if (most >= AGREEMENT_LEAST) {
		const uint32_t at = block_from(pg, f->heading->src);
		f->heading_block = at < article->n_blocks ? at : UINT32_MAX;
		set_title(article, best, FROM_H1);
		return;
	}
	f->heading = NULL;
	char letters[CLAIM_LONGEST];
	if (!b.og.len && n_shown == 1 && title_letters(first, letters) >= PART_LEAST)
		set_title(article, first, FROM_H1);
	else if (b.og.len)
		set_title(article, without_site(&b, b.og), FROM_OG);
	else if (b.title.len)
		set_title(article, without_site(&b, b.title), FROM_TITLE);
	else if (other)
		set_title(article, meta_claim_text(a, other), (enum source)other->source);
	else
		set_title(article, first, FROM_H1);
}

mk_str title_letters_of(struct arena *a, mk_str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0, at = 0;
	for (uint8_t c; (c = next_letter(s, &at));)
		p[n++] = (char)c;
	return (mk_str){p, n};
}

size_t title_is_same(mk_str one, mk_str other)
{
	size_t i = 0, k = 0, n = 0;
	for (uint8_t c; (c = next_letter(one, &i)) == next_letter(other, &k); n++)
		if (!c)
			return n;
	return 0;
}
