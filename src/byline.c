/* SPDX-License-Identifier: Apache-2.0 */
/*
 * byline.c - claims, blocks -> authors, date_published, date_modified, date_raw, by vote.
 *
 * Structured data, <meta>, marked elements and the lines around the heading name the authors and dates of a page.  Cards of related
 * articles, comments and templates name other authors and dates, in the same ways.  So no source is trusted alone: the votes of
 * sources that agree add up, sources near the heading count more than others, and a name that is the site's counts less.
 *
 * Authors: each source gives one list of names, and the list with the largest vote wins.  Dates: each claim votes for a day, the
 * day with the largest sum wins, and the strongest claim for that day gives the value and its source.  has_date() then decides
 * whether the page has a date of its own at all; it needs the page type, so dates are chosen after authors, in a second call.
 *
 * The *_MOST and *_LONGEST constants bound the work.
 */
#include "credit.h"
#include "date.h"
#include "meta.h"
#include "base/scan.h"

#define LINE_LONGEST 200 /* bytes of a line that names authors or a date; longer ones are prose */
#define AUTHORS_MOST 16  /* names in one list */
#define PERSONS_MOST 256 /* persons of a list in structured data that are read */
#define LOOK_READ 1024   /* bytes of a class that are compared with those of another */

/* ---- The surroundings of the heading ---- */

struct surroundings {
	mk_page *pg;
	const struct facts *f;
	uint32_t heading;      /* block of the title's heading; UINT32_MAX if there is none */
	uint32_t first, last;  /* first and last block around the heading that may hold a byline */
};

#define BEFORE_MOST 8  /* a byline is at most this many blocks before the heading … */
#define AFTER_MOST 16  /* … or this many blocks after it */
#define WORDS_MOST 120 /* a byline ends at most this many words after the heading; a standfirst or a caption may come before it */

/*
 * Finds the block of the heading and the range of blocks around it.  If no block is known to state the title, the first heading
 * similar to the title is used.
 */
static void find_place(struct surroundings *p)
{
	const mk_page *pg = p->pg;
	uint32_t n = pg->article.n_blocks;
	p->heading = UINT32_MAX;
	p->first = p->last = 0;
	p->heading = p->f->heading_block;
	for (uint32_t i = 0; i < n && p->heading == UINT32_MAX; i++)
		if (pg->blocks[i].pub.level && title_is_like(pg->blocks[i].pub.text, pg->article.title, 0.8))
			p->heading = i;
	if (p->heading >= n) {
		p->heading = UINT32_MAX;
		return;
	}
	p->first = p->heading > BEFORE_MOST ? p->heading - BEFORE_MOST : 0;
	p->last = p->heading;
	for (uint32_t words = 0; p->last + 1 < n && p->last < p->heading + AFTER_MOST; p->last++) {
		words += pg->blocks[p->last + 1].pub.n_words;
		if (words > WORDS_MOST)
			break;
	}
}

/* Whether an element is in the range of blocks around the heading that find_place() found. */
static bool is_near(const struct surroundings *p, const struct node *n)
{
	if (p->heading == UINT32_MAX || !n)
		return false;
	uint32_t i = block_from(p->pg, n->src);
	return i >= p->first && i <= p->last + 1;
}

/* ---- Names ---- */

/* The authors that one source names. */
struct names {
	mk_str items[AUTHORS_MOST];
	uint32_t n;
	bool cut; /* there are more */
	double vote;
	enum source source;
};

static bool is_name_edge(char c)
{
	return is_space(c) || c == ',' || c == ':' || c == ';' || c == '|' || c == '-' || c == '/' || c == '(' || c == ')' ||
	        c == '*';
}

/* s without white space and punctuation at its ends. */
static mk_str trim_name(mk_str s)
{
	for (;;) {
		size_t len = s.len;
		while (s.len && is_name_edge(s.p[0]))
			s.p++, s.len--;
		while (s.len && is_name_edge(s.p[s.len - 1]))
			s.len--;
		if (!s.len || ((uint8_t)s.p[0] < 0x80 && (uint8_t)s.p[s.len - 1] < 0x80))
			return s; /* none of the signs below is ASCII */
		static const char *const signs[] = {"–", "—", "•", "·", "\xC2\xA0", "\xE2\x80\x8B", "｜", "：", "、", "，"};
		for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
			size_t n = strlen(signs[i]);
			if (s.len >= n && !memcmp(s.p, signs[i], n))
				s.p += n, s.len -= n;
			if (s.len >= n && !memcmp(s.p + s.len - n, signs[i], n))
				s.len -= n;
		}
		if (s.len == len)
			return s;
	}
}

/* Whether s has a letter.  Bytes from 0xC3 on begin the letters of Latin-1 and everything after Latin-1. */
static bool has_letter(mk_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_alpha(s.p[i]) || (uint8_t)s.p[i] >= 0xC3)
			return true;
	return false;
}

static uint32_t count_words(mk_str s)
{
	uint32_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] != ' ' && (!i || s.p[i - 1] == ' ');
	return n;
}

static bool is_name(mk_str s)
{
	if (!s.len || s.len > NAME_LONGEST || !has_letter(s) || s.p[0] == '@' || count_words(s) > 10)
		return false;
	for (size_t i = 0; i + 2 < s.len; i++)
		if (!memcmp(s.p + i, "://", 3))
			return false;
	if (str_equals(s.p, s.len, "undefined") || str_equals(s.p, s.len, "null"))
		return false; /* printed by templates that have no name to fill in */
	return memchr(s.p, '{', s.len) == NULL && memchr(s.p, '<', s.len) == NULL;
}

static bool same_name(mk_str a, mk_str b)
{
	return title_is_like(a, b, 0.9);
}

/* Adds a name without words such as "by" before it, unless it cannot be a name or the list has it. */
static void add_name(struct names *list, mk_str name)
{
	name = trim_name(credit_strip(trim_name(name), CREDIT_BY));
	if (list->cut || !is_name(name))
		return;
	for (uint32_t i = 0; i < list->n; i++)
		if (same_name(list->items[i], name))
			return;
	list->cut = list->n == AUTHORS_MOST;
	if (!list->cut)
		list->items[list->n++] = name;
}

/*
 * Whether the comma at i separates two names.  Both sides need more than one word, so that "Last, First" and "Name, MD" stay whole.
 * from: where the name before the comma begins.
 */
static bool comma_parts(mk_str line, size_t from, size_t i)
{
	size_t next = i + 1;
	while (next < line.len && line.p[next] != ',' && line.p[next] != ';')
		next++;
	mk_str here = trim_name((mk_str){line.p + from, i - from});
	mk_str after = trim_name((mk_str){line.p + i + 1, next - i - 1});
	return count_words(here) > 1 && count_words(after) > 1;
}

/* Adds the names in a line, which are separated by punctuation or by words for "and". */
static void add_names(struct names *list, mk_str line)
{
	size_t from = 0;
	for (size_t i = 0; i <= line.len; i++) {
		bool end = i == line.len, sign = !end && (line.p[i] == ';' || line.p[i] == '|' || line.p[i] == '&');
		size_t skip = 1;
		if (!end && line.p[i] == ',')
			sign = comma_parts(line, from, i);
		else if (!end && line.p[i] == ' ' && (skip = credit_and((mk_str){line.p + i, line.len - i})))
			sign = count_words((mk_str){line.p + from, i - from}) > 0;
		if (!end && !sign)
			continue;
		add_name(list, (mk_str){line.p + from, i - from});
		from = i + skip;
		i += skip - 1;
	}
}

/* ---- Authors in structured data ---- */

/* Adds the names of value i: an object with a name, or a string with one or more names. */
static void ld_person(const struct facts *f, struct arena *a, uint32_t i, struct names *list)
{
	const struct jsonld *ld = &f->ld;
	i = jsonld_deref(ld, i);
	if (i == LD_NONE)
		return;
	if (ld->values[i].kind == LD_OBJECT) {
		mk_str name = jsonld_text(ld, a, jsonld_get(ld, i, "name"));
		if (name.p)
			add_name(list, name);
	} else if (ld->values[i].kind == LD_STRING) {
		mk_str name = jsonld_text(ld, a, i);
		if (name.p && name.len <= CLAIM_LONGEST)
			add_names(list, name);
	}
}

/* Adds the authors of the page's object in structured data, or its creators if it has no authors. */
static void ld_authors(const struct facts *f, struct arena *a, struct names *list)
{
	static const char *const keys[] = {"author", "creator"};
	const struct jsonld *ld = &f->ld;
	for (size_t k = 0; k < 2 && !list->n; k++) {
		uint32_t i = jsonld_get(ld, f->main, keys[k]), n = 0;
		if (i == LD_NONE)
			continue;
		if (ld->values[i].kind != LD_ARRAY)
			ld_person(f, a, i, list);
		else
			for (uint32_t m = i + 1; m < ld->values[i].next && !list->cut && n++ < PERSONS_MOST; m = ld->values[m].next)
				ld_person(f, a, m, list);
	}
}

/* ---- Authors ---- */

/* The text of a claim up to the first date in it; missing if the text is too long for a byline. */
static mk_str byline_of(struct arena *a, const struct claim *c)
{
	mk_str s = meta_claim_text(a, c);
	struct date d;
	if (s.len > LINE_LONGEST)
		return (mk_str){NULL, 0};
	if (s.len && date_find(s, (mk_str){NULL, 0}, false, &d))
		s.len = d.from;
	return s;
}

/*
 * The element that holds the name, inside an author element: <span itemprop=author><span itemprop=name>.  Without such an element,
 * the author element itself.
 */
static const struct node *name_element(const struct node *author)
{
	int looked = 0;
	for (const struct node *n = author; n && looked < 100; n = dom_next(n, author), looked++)
		if (is_element(n) && n->ns == NS_HTML && n != author) {
			mk_str prop = dom_value(n, ATTR_ITEMPROP);
			if (str_equals(prop.p, prop.len, "name"))
				return n;
		}
	return author;
}

/*
 * Adds the authors that the claims of one source name.  Links with rel=author also belong to cards and comments: if any of them is
 * near the heading, only those near it count; if none is, a single link counts and several do not.
 */
static void claimed_authors(const struct surroundings *p, enum source source, struct names *list)
{
	struct arena *a = &p->pg->arena;
	uint32_t i = 0;
	bool near_only = false;
	for (const struct claim *c; (c = meta_next(p->f, CLAIM_AUTHOR, &i));) {
		if (c->source != source || (c->node && c->node->tag != TAG_META && source != FROM_MICRODATA &&
		        cue_is_hidden(c->node)))
			continue;
		struct claim named = *c;
		if (source == FROM_MICRODATA && !c->value.p) {
			named.node = name_element(c->node);
			const struct attr *content = dom_attr(named.node, ATTR_CONTENT);
			if (content)
				named.value = (mk_str){content->value, content->value_len};
		}
		bool near = source != FROM_REL || is_near(p, c->node);
		if (near && !near_only && source == FROM_REL) {
			near_only = true;
			list->n = 0;
		}
		if (near_only && !near)
			continue;
		mk_str line = byline_of(a, &named);
		if (line.p)
			add_names(list, line);
	}
	if (!near_only && source == FROM_REL && list->n > 1)
		list->n = 0; /* several links, none near the heading: cards or comments */
}

/* ---- Authors near the heading ---- */

/* How surely an element holds the name of an author, least first. */
enum { NOT_AUTHOR, IN_BYLINE, IS_BYLINE, IS_AUTHOR, IS_NAME };

static bool is_naming(const struct attr *a)
{
	return a->id == ATTR_CLASS || a->id == ATTR_ID || a->id == ATTR_DATA_TESTID || a->id == ATTR_ITEMPROP || a->id == ATTR_REL;
}

/*
 * How surely an element holds a name and nothing else, judged by the words in its class, id, rel, itemprop, data-testid or link
 * address.  An element with words such as "avatar" or "comment" (the group "aside") holds no author.
 */
static int author_strength(const struct node *n)
{
	int strength = NOT_AUTHOR;
	for (uint32_t i = 0; i < n->len; i++) {
		const struct attr *a = &n->u.attrs[i];
		const bool link = a->id == ATTR_HREF && n->tag == TAG_A;
		uint64_t words = link || is_naming(a) ? cue_words(a->value, a->value_len) : 0;
		if (link)
			words = words & WORD_BIT(AUTHOR) ? WORD_BIT(AUTHOR) | WORD_BIT(NAME) : 0;
		if (words & WORD_BIT(ASIDE))
			return NOT_AUTHOR;
		int found = !(words & WORD_BIT(AUTHOR)) ? NOT_AUTHOR : words & WORD_BIT(NAME) ? IS_NAME : n->tag == TAG_A ? IS_AUTHOR : IS_BYLINE;
		strength = found > strength ? found : strength;
	}
	return strength;
}

/* Whether two elements have the same tag and class. */
static bool same_look(const struct node *a, const struct node *b)
{
	mk_str one = dom_value(a, ATTR_CLASS), other = dom_value(b, ATTR_CLASS);
	const size_t len = one.len < LOOK_READ ? one.len : LOOK_READ;
	return a->tag == b->tag && one.len == other.len && (!len || !memcmp(one.p, other.p, len));
}

/*
 * The first text node in root that can be a name, without the words for "by" and without a date; *at is set to the node.  after:
 * the node of the name before, NULL for the first name.  The next name must be in another element with the same tag and class, so
 * that other text after a name is not taken for a name.  Reads at most 60 nodes, and as many texts as *budget allows, which it
 * reduces.
 */
static mk_str next_name_in(struct arena *a, const struct node *root, const struct node **at, const struct node *after,
                           unsigned *budget)
{
	unsigned k = 0;
	for (const struct node *n = after ? dom_next(after, root) : root; n && k < 60 && *budget; n = dom_next(n, root), k++) {
		bool other = after && (n->parent == after->parent || !same_look(n->parent, after->parent));
		if (n->type != NODE_TEXT || n->len > LINE_LONGEST || other)
			continue;
		*at = n;
		--*budget;
		mk_str s = trim_name(str_collapse(a, (mk_str){n->u.text, n->len}));
		struct date d;
		if (s.len && date_find(s, (mk_str){NULL, 0}, false, &d))
			s.len = d.from;
		s = trim_name(credit_strip(trim_name(s), CREDIT_BY));
		if (is_name(s) && !date_has_digits(s) && count_words(s) <= 8)
			return s;
	}
	return (mk_str){NULL, 0};
}

#define NEAR_NODES_MOST 2000 /* nodes near the heading that are read for names */
#define NEAR_TEXTS_MOST 2000 /* texts in them that are read; marked elements inside each other have the same texts */

/*
 * Adds the names in marked elements near the heading: the first element of the surest kind, and further elements of that kind, each
 * in the same block as the one before or in the next block.
 */
static void near_authors(const struct surroundings *p, struct names *list)
{
	const mk_page *pg = p->pg;
	if (p->heading == UINT32_MAX)
		return;
	const struct node *n = pg->blocks[p->first].from;
	uint32_t stop = pg->blocks[p->last].pub.to, last_block = 0;
	unsigned budget = NEAR_TEXTS_MOST;
	int best = NOT_AUTHOR;
	for (unsigned k = 0; n && n->src <= stop && k < NEAR_NODES_MOST; k++, n = dom_next(n, pg->document)) {
		if (!is_element(n) || n->ns != NS_HTML)
			continue;
		int strength = author_strength(n);
		if (strength < best || !strength || cue_is_hidden(n) || meta_is_foreign(n))
			continue;
		uint32_t block = block_from(pg, n->src);
		const struct node *at = NULL;
		mk_str name = next_name_in(&p->pg->arena, n, &at, NULL, &budget);
		if (!name.len || (strength == best && list->n && block > last_block + 1))
			continue;
		if (strength > best)
			list->n = 0;
		best = strength;
		last_block = block;
		for (uint32_t names = 0; name.len && names < AUTHORS_MOST; names++) {
			add_names(list, name);
			name = at->parent == n ? (mk_str){NULL, 0} : next_name_in(&p->pg->arena, n, &at, at, &budget);
		}
	}
}

/* Adds the names in the first line near the heading that begins with a word for "by". */
static void line_authors(const struct surroundings *p, struct names *list)
{
	for (uint32_t i = p->first; p->heading != UINT32_MAX && i <= p->last && !list->n; i++) {
		mk_str text = p->pg->blocks[i].pub.text;
		if (i == p->heading || text.len > LINE_LONGEST)
			continue;
		struct date d;
		if (date_has_digits(text) && date_find(text, p->pg->article.language, false, &d) && d.from)
			text.len = d.from;
		mk_str rest = credit_strip(trim_name(text), CREDIT_BY);
		if (rest.p != trim_name(text).p && count_words(rest) <= 8 && !date_has_digits(rest))
			add_names(list, rest);
	}
}

/* How much two lists have in common, 0 to 1 (Dice). */
static double names_likeness(const struct names *a, const struct names *b)
{
	uint32_t common = 0;
	for (uint32_t i = 0; i < a->n; i++)
		for (uint32_t k = 0; k < b->n; k++)
			if (same_name(a->items[i], b->items[k])) {
				common++;
				break;
			}
	return a->n + b->n ? 2.0 * common / (a->n + b->n) : 0;
}

/*
 * Sets the authors: each source's list starts with a vote of its own, loses 2.5 if all its names are the site's, and gains up to 1
 * for each other list like it.  Lines that begin with "by" are read only if no marked element near the heading has a name.
 */
static void choose_authors(struct surroundings *p)
{
	static const struct {
		uint8_t source;
		double vote;
	} sources[] = {{FROM_JSON_LD, 3},   {FROM_MICRODATA, 2.5}, {FROM_META, 2.4},   {FROM_OG, 2.3},
	               {FROM_DUBLIN_CORE, 2}, {FROM_REL, 2.2},       {FROM_BYLINE, 2},   {FROM_TEXT, 1.5}};
	enum { N = sizeof sources / sizeof *sources };
	mk_page *pg = p->pg;
	struct names *lists = arena_zero(&pg->arena, N * sizeof *lists);
	for (size_t k = 0; k < N; k++) {
		if (sources[k].source == FROM_JSON_LD)
			ld_authors(p->f, &pg->arena, &lists[k]);
		else if (sources[k].source == FROM_BYLINE)
			near_authors(p, &lists[k]);
		else if (sources[k].source == FROM_TEXT && !lists[k - 1].n)
			line_authors(p, &lists[k]);
		else if (sources[k].source != FROM_TEXT)
			claimed_authors(p, (enum source)sources[k].source, &lists[k]);
		lists[k].source = (enum source)sources[k].source;
		lists[k].vote = sources[k].vote;
		bool site = lists[k].n > 0;
		for (uint32_t i = 0; i < lists[k].n; i++)
			site &= title_is_site(lists[k].items[i], p->f->site, pg->article.hostname);
		lists[k].vote -= site ? 2.5 : 0;
	}
	const struct names *best = NULL;
	double most = 0;
	for (size_t k = 0; k < N; k++) {
		double vote = lists[k].vote;
		for (size_t m = 0; m < N; m++)
			vote += m != k ? names_likeness(&lists[k], &lists[m]) : 0;
		if (lists[k].n && vote > most) {
			most = vote;
			best = &lists[k];
		}
	}
	if (!best)
		return;
	if (best->cut)
		warn(pg, MK_WARN_METADATA);
	pg->article.authors = (mk_list){best->items, best->n};
	pg->article.authors_source = meta_source_name(best->source);
}

/* ---- Dates ---- */

#define PURE 8         /* tenths of a line that the date must fill, in bytes, for the line to be nearly all date */
#define PURE_AFTER 6   /* blocks after the heading in which a line that is nearly all date has PURE_WEIGHT */
#define PURE_WEIGHT 6.0
#define FAR_WEIGHT 0.8 /* of a marked date that is not near the heading */
#define VOTE_LEAST 2.0 /* sum of votes that a day needs to be the date of publication */
#define CREATED_WEIGHT 2.5 /* of a claim of creation, and of a line that contains a date */
#define POINTS_LEAST 2 /* see has_date() */
#define DAYS_MOST 2    /* other days that a page may name without losing a point */
#define STANDING_DAYS 180 /* days from publication to the last change after which a page counts as kept up to date */
#define VOTES_MOST 64
#define DATES_READ_MOST 24 /* claims of a field that are read: a page of cards has hundreds of time elements */

struct vote {
	struct date date;
	mk_str raw;   /* the date as the page writes it */
	double weight;
	uint8_t source;
	bool modified; /* a claim of the last change, not of publication */
	bool changed; /* a line with the day of a change, see mark_changes() */
};

struct poll {
	struct surroundings *p;
	struct vote votes[VOTES_MOST];
	uint32_t n;
};

/*
 * Adds a vote for the first date in raw, unless the year is not one of the web's.  A month without a day has a quarter of the
 * weight.  whole: see date_find().
 */
static void cast(struct poll *poll, mk_str raw, bool whole, double weight, enum source source, bool modified)
{
	struct date d;
	mk_str s = whole ? str_trim(raw) : raw;
	if (poll->n == VOTES_MOST || s.len > LINE_LONGEST || !date_find(s, poll->p->pg->article.language, whole, &d))
		return;
	if (d.year < 1990 || d.year > 2100)
		return;
	mk_str said = whole ? s : (mk_str){s.p + d.from, (size_t)(d.to - d.from)};
	poll->votes[poll->n++] = (struct vote){d, said, d.day ? weight : weight / 4, (uint8_t)source, modified, false};
}

/* Whether a marked date is that of a thread's first message: the first one of a forum page, outside a footer.  Dates of the answers
 * follow it. */
static bool begins_thread(const struct poll *poll, const struct claim *c, uint32_t n_before)
{
	const struct node *n = c->node;
	while (n && !is_html(n, TAG_FOOTER))
		n = n->parent;
	return poll->p->pg->type == MK_PAGE_FORUM && !n_before && !n;
}

/* Adds the votes of all claims of a field.  Marked dates count by where they are, others by their source. */
static void cast_claims(struct poll *poll, enum claim_field field)
{
	static const double weights[N_SOURCES] = {[FROM_OG] = 8, [FROM_META] = 6, [FROM_DUBLIN_CORE] = 3.5, [FROM_MICRODATA] = 5};
	uint32_t i = 0, n = 0;
	for (const struct claim *c; (c = meta_next(poll->p->f, field, &i)) && n < DATES_READ_MOST; n++) {
		mk_str s = c->value.p ? c->value : meta_claim_text(&poll->p->pg->arena, c);
		double weight = weights[c->source];
		if (field == CLAIM_CREATED)
			weight = CREATED_WEIGHT;
		if (field == CLAIM_DATE) {
			bool near = is_near(poll->p, c->node);
			if (!near && cue_is_hidden(c->node))
				continue;
			weight = near ? 3 : begins_thread(poll, c, n) ? VOTE_LEAST : FAR_WEIGHT;
		}
		cast(poll, s, c->value.p != NULL, weight, (enum source)c->source, field == CLAIM_MODIFIED);
	}
}

/* Adds the votes of the page's object in structured data. */
static void cast_structured(struct poll *poll)
{
	static const struct {
		const char *key;
		double weight;
		bool modified;
	} keys[] = {
	        {"datepublished", 5, false},
	        {"datecreated", CREATED_WEIGHT, false},
	        {"uploaddate", CREATED_WEIGHT, false},
	        {"datemodified", 5, true},
	};
	const struct facts *f = poll->p->f;
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
		mk_str s = jsonld_text(&f->ld, &poll->p->pg->arena, jsonld_get(&f->ld, f->main, keys[k].key));
		if (s.p)
			cast(poll, s, true, keys[k].weight, FROM_JSON_LD, keys[k].modified);
	}
}

/* Adds the votes of the lines around the heading.  A line that is little more than a date is surer than a sentence with one. */
static void cast_lines(struct poll *poll)
{
	const struct surroundings *p = poll->p;
	for (uint32_t i = p->first; p->heading != UINT32_MAX && i <= p->last; i++) {
		mk_str text = p->pg->blocks[i].pub.text;
		uint32_t n = poll->n;
		if (i == p->heading || text.len > LINE_LONGEST || !date_has_digits(text))
			continue;
		cast(poll, text, false, CREATED_WEIGHT, FROM_TEXT, false);
		if (poll->n > n && 10 * poll->votes[n].raw.len >= PURE * text.len)
			poll->votes[n].weight = i > p->heading && i <= p->heading + PURE_AFTER ? PURE_WEIGHT : 3.5;
	}
}

/* Adds the votes of the page's address: /2022/10/22/, /2022-10-22- and /20221022. */
static void cast_address(struct poll *poll)
{
	mk_str url = poll->p->pg->article.canonical_url.p ? poll->p->pg->article.canonical_url : poll->p->pg->article.url;
	for (size_t i = 0; i + 10 <= url.len; i++) {
		if (url.p[i] != '/' && url.p[i] != '-' && url.p[i] != '=' && url.p[i] != '_')
			continue;
		mk_str s = {url.p + i + 1, url.len - i - 1 < 10 ? url.len - i - 1 : 10};
		size_t digits = 0;
		while (digits < s.len && s.p[digits] >= '0' && s.p[digits] <= '9')
			digits++;
		if (digits == 8 && (s.p[0] == '2' || s.p[0] == '1'))
			cast(poll, (mk_str){s.p, 8}, true, 2.5, FROM_URL, false);
		else if (digits == 4 && s.len > 4 && (s.p[4] == '/' || s.p[4] == '-' || s.p[4] == '_'))
			cast(poll, s, false, 3, FROM_URL, false);
	}
}

/* Whether a is the better of two votes for the same day: it has a time and b has not, else it has more weight. */
static bool says_more(const struct vote *a, const struct vote *b)
{
	bool a_time = a->date.hour >= 0, b_time = b->date.hour >= 0;
	return a_time != b_time ? a_time : a->weight > b->weight;
}

static bool same_day(const struct vote *a, const struct vote *b)
{
	return a->date.day && b->date.day && date_days(&a->date) == date_days(&b->date);
}

/* Whether two dates are the same day, or the same month if neither states a day. */
static bool is_same(const struct date *a, const struct date *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day;
}

/*
 * Whether a claim with a time in UTC supports the day in a line although the days differ by one: the line is written for the page's
 * readers, for whom the same moment may be on the day before or after.  A line with the day of a change is not about publication.
 */
static bool is_elsewhere(const struct vote *instant, const struct vote *line)
{
	if (line->source != FROM_TEXT || line->changed || !instant->date.has_zone || instant->date.zone || instant->date.hour < 0 ||
	        !line->date.day || !instant->date.day)
		return false;
	int32_t apart = date_days(&instant->date) - date_days(&line->date);
	return apart == 1 || apart == -1;
}

/* Whether the vote `other` counts for the day of v. */
static bool speaks_for(const struct vote *other, const struct vote *v)
{
	return same_day(other, v) || is_elsewhere(other, v);
}

/* Whether a and b are claims in <meta> and a is the earlier one: the later one is the day the page was published again. */
static bool is_earlier_claim(const struct vote *a, const struct vote *b)
{
	return a->source == FROM_META && b->source == FROM_META && a->date.day && b->date.day &&
	       date_days(&a->date) < date_days(&b->date);
}

/*
 * The best vote for the day with the largest sum, which is stored in *most; NULL if there are no votes.  Each source counts once
 * for a day, with its largest weight, so that repeating a claim does not strengthen it.
 */
static const struct vote *count(const struct poll *poll, bool modified, double *most)
{
	const struct vote *best = NULL;
	*most = 0;
	for (uint32_t i = 0; i < poll->n; i++) {
		const struct vote *v = &poll->votes[i];
		double of_source[N_SOURCES] = {0}, sum = 0;
		if (v->modified != modified)
			continue;
		for (uint32_t k = 0; k < poll->n; k++) {
			const struct vote *other = &poll->votes[k];
			if (other->modified == modified && (i == k || speaks_for(other, v)) &&
			        other->weight > of_source[other->source])
				of_source[other->source] = other->weight;
		}
		for (int s = 0; s < N_SOURCES; s++)
			sum += of_source[s];
		const bool level = best && sum > *most - 1e-9;
		if (sum > *most + 1e-9 || (level && (is_earlier_claim(v, best) || (same_day(v, best) && says_more(v, best))))) {
			*most = sum;
			best = v;
		}
	}
	return best;
}

/*
 * Reduces the weight of publication dates that are the same, to the second, as the date of the last change, if another claim is
 * older: the site then repeats the date of the change as the date of publication.
 */
static void doubt_modified(struct poll *poll)
{
	for (uint32_t i = 0; i < poll->n; i++) {
		struct vote *v = &poll->votes[i];
		bool changed = false, older = false;
		for (uint32_t k = 0; k < poll->n && !v->modified; k++) {
			const struct vote *o = &poll->votes[k];
			changed |= o->modified && v->date.hour >= 0 && same_day(o, v) && o->date.hour == v->date.hour &&
			           o->date.minute == v->date.minute && o->date.second == v->date.second;
			older |= !o->modified && o->weight >= VOTE_LEAST && date_days(&o->date) < date_days(&v->date);
		}
		v->weight *= changed && older ? 0.4 : 1;
	}
}

/*
 * Marks the lines that show the day of a change: a claim of change has that day, and no claim of publication has it.  Sources
 * before FROM_TIME are declarations; times and classes of elements may be those of the line itself.
 */
static void mark_changes(struct poll *poll)
{
	for (uint32_t i = 0; i < poll->n; i++) {
		struct vote *v = &poll->votes[i];
		bool changed = false, published = false;
		for (uint32_t k = 0; k < poll->n && v->source == FROM_TEXT; k++) {
			const struct vote *o = &poll->votes[k];
			changed |= o->modified && same_day(o, v);
			published |= !o->modified && o->source < FROM_TIME && same_day(o, v);
		}
		v->changed = changed && !published;
	}
}

/*
 * Raises the weight of the marked dates, which are the votes from `from` on, if all of them state the same day.  Dates far from the
 * heading are otherwise those of cards and comments.
 */
static void raise_single(struct poll *poll, uint32_t from)
{
	for (uint32_t i = from + 1; i < poll->n; i++)
		if (!same_day(&poll->votes[from], &poll->votes[i]))
			return;
	for (uint32_t i = from; i < poll->n; i++)
		if (poll->votes[i].weight < VOTE_LEAST && poll->votes[i].date.day)
			poll->votes[i].weight = VOTE_LEAST;
}

/* The number of different dates in the votes for publication, other than this one.  A month without a day is a date of its own. */
static unsigned count_other_days(const struct poll *poll, const struct date *day)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < poll->n; i++) {
		const struct vote *v = &poll->votes[i];
		bool known = v->modified || is_same(&v->date, day);
		for (uint32_t k = 0; k < i && !known; k++)
			known = !poll->votes[k].modified && is_same(&poll->votes[k].date, &v->date);
		n += !known;
	}
	return n;
}

/*
 * Whether a page has a date of its own, decided by points.  Shops, listings and company pages name days too: those of their
 * template, of offers and of other pages.
 *
 * Points are added if the page is an article or a thread, if it names an author, if it shows the day, and if claims of different
 * kinds agree on the day.  Points are taken off if the day is only in structured data of an object that is not a work such as an
 * article, more so if the page changed long after it: pages that are kept up to date do not show when they were first published.
 * A point is taken off if the page names many other days.
 *
 * The points come from a logistic regression (folds by domain), rounded; docs/metadata.md has the figures.
 */
static bool has_date(const struct poll *poll, const struct vote *chosen, const struct vote *changed)
{
	const mk_page *pg = poll->p->pg;
	bool claimed = false, shown = false, line = false, far = false, url = false, og = false, page = false;
	for (uint32_t i = 0; i < poll->n; i++) {
		const struct vote *v = &poll->votes[i];
		if (v->modified || !is_same(&v->date, &chosen->date))
			continue;
		const bool marked = v->source == FROM_TIME || v->source == FROM_BYLINE, near = v->weight > CREATED_WEIGHT;
		const bool structured = v->source == FROM_JSON_LD && near;
		og |= v->source == FROM_OG;
		claimed |= v->source == FROM_OG || v->source == FROM_MICRODATA || (structured && poll->p->f->is_work) ||
		           ((v->source == FROM_META || v->source == FROM_DUBLIN_CORE) && near);
		page |= structured && !poll->p->f->is_work;
		shown |= v->source == FROM_TEXT || (marked && near);
		line |= v->source == FROM_TEXT && near;
		far |= marked && !near;
		url |= v->source == FROM_URL;
	}
	int points = pg->type == MK_PAGE_ARTICLE || pg->type == MK_PAGE_FORUM || pg->type == MK_PAGE_NONE ? 3 : 0;
	points += (og ? 2 : 0) + (pg->article.authors.n > 0) + shown + (shown && claimed) + line + far + url;
	const bool standing = changed && date_days(&changed->date) - date_days(&chosen->date) > STANDING_DAYS;
	points -= (page && !shown && !claimed ? standing ? 3 : 1 : 0) + (count_other_days(poll, &chosen->date) > DAYS_MOST);
	return points >= POINTS_LEAST;
}

/* Collects the votes and sets the dates of publication and of the last change. */
static void choose_dates(struct surroundings *p)
{
	mk_page *pg = p->pg;
	struct poll *poll = arena_alloc(&pg->arena, sizeof *poll);
	poll->p = p;
	poll->n = 0;
	cast_structured(poll);
	cast_claims(poll, CLAIM_PUBLISHED);
	cast_claims(poll, CLAIM_CREATED);
	cast_claims(poll, CLAIM_MODIFIED);
	uint32_t before = poll->n;
	cast_claims(poll, CLAIM_DATE);
	raise_single(poll, before);
	cast_lines(poll);
	cast_address(poll);
	doubt_modified(poll);
	mark_changes(poll);
	double most;
	const struct vote *modified = count(poll, true, &most), *published = count(poll, false, &most);
	if (published && most >= VOTE_LEAST && has_date(poll, published, modified)) {
		pg->article.date_published = date_iso(&pg->arena, &published->date);
		pg->article.date_published_source = meta_source_name((enum source)published->source);
		pg->article.date_raw = published->raw;
	}
	if (modified) {
		pg->article.date_modified = date_iso(&pg->arena, &modified->date);
		pg->article.date_modified_source = meta_source_name((enum source)modified->source);
	}
}

/* Chooses the authors; the surroundings are kept for byline_date(), which runs when the page type is known. */
void byline_choose(mk_page *pg, const struct facts *f)
{
	struct surroundings *p = arena_zero(&pg->arena, sizeof *p);
	p->pg = pg;
	p->f = f;
	find_place(p);
	choose_authors(p);
	pg->place = p;
}

void byline_date(mk_page *pg)
{
	choose_dates(pg->place);
}
