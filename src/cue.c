/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cue.c - element -> cues: landmarks from tag, ARIA role, microdata and style; word groups from class, id and microdata.
 *
 * Names are split into words, and each word is looked up in a hash table made from words.def.  Pages use the same class values on
 * many elements, so results are cached by value.  Cues are evidence for the model and decide nothing by themselves.
 *
 * The time is linear in the length of attribute values; of a style attribute only STYLE_READ bytes are read.
 */
#include "cue.h"

#include "base/hash.h"
#include "base/scan.h"

#include <string.h>

#define BIT(cue) ((uint64_t)1 << (cue))

/* ---- Words of names ---- */

_Static_assert(WORD_LONGEST == 16, "a word is two times eight letters");

/* Returns the groups of a word of len lower-case letters, packed eight to a number as load_word() does.  The bytes after the
 * word may hold anything. */
static uint64_t groups_of(const uint64_t word[2], uint32_t len)
{
	struct name_key k = {.head = word[0], .len = len};
	if (len < 8)
		k.head &= ((uint64_t)1 << 8 * len) - 1;
	if (len > 8)
		k.tail = len < 16 ? word[0] >> 8 * (len - 8) | word[1] << 8 * (16 - len) : word[1];
	for (uint32_t at = name_hash(&k) & (WORD_SLOTS - 1); word_slots[at]; at = (at + 1) & (WORD_SLOTS - 1)) {
		const struct word_row *row = &word_rows[word_slots[at] - 1];
		if (row->head == k.head && row->tail == k.tail && row->len == len)
			return row->groups;
	}
	return 0;
}

/* Reads eight bytes at p as load_word() does, but no byte outside the name start … end - 1: bytes after its end are NUL. */
static inline uint64_t load_name(const char *p, const char *start, const char *end)
{
	if (end - p >= 8)
		return load_word(p);
	if (end - start >= 8)
		return p < end ? load_word(end - 8) >> 8 * (8 - (end - p)) : 0;
	uint64_t w = 0;
	for (const char *q = end; q-- > p;)
		w = w << 8 | (unsigned char)*q;
	return w;
}

/* A word is a run of ASCII letters, and a capital after a small letter starts a new one.  Eight letters are read at a time. */
uint64_t cue_words(const char *p, size_t len)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t word[2] = {0, 0};
	const char *const start = p, *const end = p + len;
	uint64_t groups = 0;
	while (p < end) {
		uint32_t n = 0, run;
		uint64_t last = 0; /* 0x80 if the character before w is a small letter, else 0 */
		do {
			const uint64_t w = load_name(p, start, end), letters = small_letters(w | 0x20 * ones), small = letters & w << 2;
			const uint64_t ends = (~letters & 0x80 * ones) | (letters & ~small & (small << 8 | last));
			run = first_marked(ends);
			if (n < WORD_LONGEST)
				word[n / 8] = w | 0x20 * ones;
			last = small >> 56;
			n += run;
			p += run;
		} while (run == 8);
		if (n >= 2 && n <= WORD_LONGEST)
			groups |= groups_of(word, n);
		while (p < end && (unsigned char)((*p | 32) - 'a') >= 26)
			p++;
	}
	return groups;
}

/* Word groups of an attribute's value, by way of the cache.  Values with the same 64-bit hash are taken as equal: a page built
 * to have such a collision spoils only its own features. */
static uint64_t hashed_groups(struct cue_cache *cache, const struct attr *a, uint32_t *hash)
{
	const uint64_t h = hash_text(a->value, a->value_len);
	*hash = (uint32_t)(h >> 32); /* the low bits depend little on the last bytes */
	const uint64_t at = h >> (64 - CUE_CACHE_BITS);
	if (cache->slots[at].hash != h) { /* the empty value has hash 0, as an empty slot has, and like it no groups */
		cache->slots[at].hash = h;
		cache->slots[at].words = cue_words(a->value, a->value_len);
	}
	return cache->slots[at].words;
}

uint64_t cue_value(struct cue_cache *cache, const struct attr *a)
{
	uint32_t hash;
	return hashed_groups(cache, a, &hash);
}

/* ---- Landmarks ---- */

/* Returns the landmark of the role attribute as a bit; 0 for other roles. */
static uint64_t landmark_of_role(const struct attr *a)
{
	static const struct {
		const char *role;
		enum landmark cue;
	} roles[] = {{"main", LANDMARK_MAIN},           {"article", LANDMARK_ARTICLE},    {"navigation", LANDMARK_NAV},
	             {"complementary", LANDMARK_ASIDE}, {"banner", LANDMARK_HEADER},      {"contentinfo", LANDMARK_FOOTER},
	             {"dialog", LANDMARK_DIALOG},       {"alertdialog", LANDMARK_DIALOG}, {"search", LANDMARK_FORM},
	             {"menu", LANDMARK_NAV},            {"menubar", LANDMARK_NAV},        {"list", LANDMARK_LIST},
	             {"listitem", LANDMARK_ITEM},       {"heading", LANDMARK_HEADING},    {"figure", LANDMARK_FIGURE},
	             {"form", LANDMARK_FORM},           {"button", LANDMARK_CONTROL},     {"table", LANDMARK_TABLE},
	             {"grid", LANDMARK_TABLE},          {"region", LANDMARK_SECTION},     {"doc-toc", LANDMARK_NAV}};
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (str_is((mk_str){a->value, a->value_len}, roles[i].role))
			return BIT(roles[i].cue);
	return 0;
}

static uint64_t landmark_of_tag(const struct node *n)
{
	switch (n->tag) {
	case TAG_ARTICLE: return BIT(LANDMARK_ARTICLE);
	case TAG_MAIN: return BIT(LANDMARK_MAIN);
	case TAG_SECTION: return BIT(LANDMARK_SECTION);
	case TAG_ASIDE: return BIT(LANDMARK_ASIDE);
	case TAG_NAV: case TAG_MENU: return BIT(LANDMARK_NAV);
	case TAG_HEADER: return BIT(LANDMARK_HEADER);
	case TAG_FOOTER: return BIT(LANDMARK_FOOTER);
	case TAG_FORM: case TAG_SEARCH: return BIT(LANDMARK_FORM);
	case TAG_DIALOG: return BIT(LANDMARK_DIALOG);
	case TAG_TABLE: return BIT(LANDMARK_TABLE);
	case TAG_TD: case TAG_TH: return BIT(LANDMARK_CELL);
	case TAG_UL: case TAG_OL: case TAG_DL: return BIT(LANDMARK_LIST);
	case TAG_LI: case TAG_DD: case TAG_DT: return BIT(LANDMARK_ITEM);
	case TAG_FIGURE: return BIT(LANDMARK_FIGURE);
	case TAG_BLOCKQUOTE: return BIT(LANDMARK_QUOTE);
	case TAG_DETAILS: return BIT(LANDMARK_DETAILS);
	case TAG_BUTTON: case TAG_SELECT: case TAG_FIELDSET: case TAG_SUMMARY: return BIT(LANDMARK_CONTROL);
	case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6: return BIT(LANDMARK_HEADING);
	case TAG_NOSCRIPT: return BIT(LANDMARK_NOSCRIPT);
	default: return 0;
	}
}

/* Whether the declaration, in lower case and without spaces, is in a style attribute at i.
 * White space in the attribute is skipped, and case is ignored. */
static bool style_says(mk_str style, size_t i, const char *declaration)
{
	for (; *declaration && i < style.len; i++) {
		if (is_space(style.p[i]))
			continue;
		if (to_lower(style.p[i]) != *declaration)
			return false;
		declaration++;
	}
	return !*declaration;
}

#define STYLE_READ 512 /* most bytes of a style attribute that are read */

static bool style_hides(const struct attr *a)
{
	mk_str style = {a->value, a->value_len < STYLE_READ ? a->value_len : STYLE_READ};
	for (size_t i = 0; i + 12 <= style.len; i++) {
		const char first = (char)(style.p[i] | 32); /* else every space of a run would scan the rest of the run */
		if ((first == 'd' && style_says(style, i, "display:none")) || (first == 'v' && style_says(style, i, "visibility:hidden")))
			return true;
	}
	return false;
}

bool cue_read_hides(const struct node *element)
{
	for (uint32_t i = 0; i < element->len; i++) {
		const struct attr *a = &element->u.attrs[i];
		if (a->id == ATTR_HIDDEN || (a->id == ATTR_STYLE && style_hides(a)))
			return true;
	}
	return false;
}

bool cue_is_hidden(const struct node *n)
{
	while (n && n->type == NODE_ELEMENT && !cue_hides(n))
		n = n->parent;
	return n && n->type == NODE_ELEMENT;
}

static uint64_t landmark_of_itemprop(const struct attr *a)
{
	static const char *const bodies[] = {"articlebody", "text", "description", "reviewbody", "mainentityofpage"};
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		if (str_is((mk_str){a->value, a->value_len}, bodies[i]))
			return BIT(LANDMARK_ITEM_BODY);
	return 0;
}

struct cues cue_element(struct cue_cache *cache, const struct node *n)
{
	struct cues m = {cue_hides(n) ? BIT(LANDMARK_HIDDEN) : 0, 0, 0};
	uint64_t role = 0;
	for (uint32_t i = 0; i < n->len; i++) {
		const struct attr *a = &n->u.attrs[i];
		switch (a->id) {
		case ATTR_CLASS:
			m.words |= hashed_groups(cache, a, &m.name);
			break;
		case ATTR_ID: case ATTR_ITEMTYPE:
			m.words |= cue_value(cache, a);
			break;
		case ATTR_ROLE:
			role = landmark_of_role(a);
			break;
		case ATTR_ARIA_HIDDEN:
			if (str_equals(a->value, a->value_len, "true"))
				m.landmarks |= BIT(LANDMARK_ARIA_HIDDEN);
			break;
		case ATTR_ITEMSCOPE:
			m.landmarks |= BIT(LANDMARK_ITEM_SCOPE);
			break;
		case ATTR_ITEMPROP:
			m.landmarks |= landmark_of_itemprop(a);
			m.words |= cue_value(cache, a);
			break;
		case ATTR_LANG:
			m.landmarks |= BIT(LANDMARK_LANGUAGE);
			break;
		default:
			break;
		}
	}
	m.words &= CUE_WORDS;
	m.landmarks |= role ? role : landmark_of_tag(n);
	return m;
}

/* ---- Kinds of things that the page declares ---- */

uint32_t schema_of_type(mk_str type)
{
	static const struct {
		const char *type;
		enum schema schema;
	} types[] = {{"article", SCHEMA_ARTICLE},       {"newsarticle", SCHEMA_NEWS},          {"reportagenewsarticle", SCHEMA_NEWS},
	             {"analysisnewsarticle", SCHEMA_NEWS}, {"opinionnewsarticle", SCHEMA_NEWS}, {"liveblogposting", SCHEMA_NEWS},
	             {"blogposting", SCHEMA_BLOG},      {"blog", SCHEMA_BLOG},                 {"scholarlyarticle", SCHEMA_ARTICLE},
	             {"product", SCHEMA_PRODUCT},       {"productgroup", SCHEMA_PRODUCT},      {"individualproduct", SCHEMA_PRODUCT},
	             {"offer", SCHEMA_OFFER},           {"aggregateoffer", SCHEMA_OFFER},      {"offercatalog", SCHEMA_OFFER},
	             {"discussionforumposting", SCHEMA_FORUM}, {"qapage", SCHEMA_FORUM},       {"socialmediaposting", SCHEMA_FORUM},
	             {"itemlist", SCHEMA_LIST},         {"collectionpage", SCHEMA_LIST},       {"searchresultspage", SCHEMA_LIST},
	             {"faqpage", SCHEMA_QUESTIONS},     {"organization", SCHEMA_ORGANIZATION}, {"corporation", SCHEMA_ORGANIZATION},
	             {"localbusiness", SCHEMA_SERVICE}, {"service", SCHEMA_SERVICE},           {"softwareapplication", SCHEMA_SERVICE},
	             {"professionalservice", SCHEMA_SERVICE}, {"webapplication", SCHEMA_SERVICE}, {"event", SCHEMA_EVENT},
	             {"jobposting", SCHEMA_EVENT},      {"recipe", SCHEMA_RECIPE},             {"videoobject", SCHEMA_VIDEO},
	             {"person", SCHEMA_PERSON},         {"profilepage", SCHEMA_PERSON},        {"techarticle", SCHEMA_GUIDE},
	             {"howto", SCHEMA_GUIDE},           {"apireference", SCHEMA_GUIDE},        {"course", SCHEMA_GUIDE},
	             {"review", SCHEMA_REVIEW},         {"aggregaterating", SCHEMA_REVIEW},    {"website", SCHEMA_WEBSITE},
	             {"comment", SCHEMA_COMMENT},       {"usercomments", SCHEMA_COMMENT}};
	type = str_local_name(type);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_is(type, types[i].type))
			return (uint32_t)1 << types[i].schema;
	return 0;
}

uint32_t schema_of_meta(const struct node *n)
{
	const struct attr *property = dom_attr(n, ATTR_PROPERTY);
	if (!property || !str_equals(property->value, property->value_len, "og:type"))
		return 0;
	mk_str type = str_trim(dom_value(n, ATTR_CONTENT));
	if (str_equals(type.p, type.len, "article"))
		return 1u << SCHEMA_OG_ARTICLE;
	if (str_equals(type.p, type.len, "website"))
		return 1u << SCHEMA_OG_WEBSITE;
	if (type.len >= 7 && str_equals(type.p + type.len - 7, 7, "product"))
		return 1u << SCHEMA_OG_PRODUCT;
	return 0;
}
