/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.c - claims, blocks -> base_url and the article's addresses, language, direction, title, authors, dates, site, description,
 * categories, tags, license, image and next page, each with its source.
 *
 * claim.c has collected the claims.  Titles, authors and dates are wrong in different ways in each source, so title.c and byline.c
 * compare the claims with each other and with the text that readers see.  The other fields take the first claim in a fixed order of
 * sources.  Work is bounded by CLAIMS_MOST and by the budgets of jsonld.c.
 */
#include "meta.h"
#include "url.h"

/* ---- The page's object in structured data ---- */

/* Whether object i is where the page's object can be: at the top, in a @graph, or the main entity of such an object. */
static bool stands_on_top(const struct jsonld *ld, uint32_t i)
{
	for (uint32_t p = i; p != LD_NONE; p = ld->values[p].parent) {
		mk_str key = ld->values[p].key;
		if (key.p && !str_equals(key.p, key.len, "@graph") && !str_equals(key.p, key.len, "mainentity") &&
		    !str_equals(key.p, key.len, "mainentityofpage"))
			return false;
	}
	return true;
}

static bool same_address(mk_str a, mk_str b)
{
	if (a.len && a.p[a.len - 1] == '/')
		a.len--;
	if (b.len && b.p[b.len - 1] == '/')
		b.len--;
	return a.len && a.len == b.len && !memcmp(a.p, b.p, a.len);
}

/* Whether object i declares this address as its own or as that of its page. */
static bool names_address(mk_page *pg, const struct jsonld *ld, uint32_t i, mk_str address)
{
	static const char *const keys[] = {"url", "mainentityofpage", "@id"};
	for (size_t k = 0; k < sizeof keys / sizeof *keys && address.len; k++) {
		uint32_t value = jsonld_get(ld, i, keys[k]);
		uint32_t id = jsonld_get(ld, value, "@id");
		if (same_address(jsonld_text(ld, &pg->arena, id == LD_NONE ? value : id), address))
			return true;
	}
	return false;
}

#define OBJECTS_MOST 64 /* objects compared with the titles */

/*
 * Finds the object about this page: the best by type, then by the likeness of its headline to og:title or <title> and by its
 * address.  Pages also have objects for the site, for related articles and for breadcrumbs.
 */
static void find_main(mk_page *pg, struct facts *f)
{
	const struct jsonld *ld = &f->ld;
	mk_str address = pg->article.canonical_url.p ? pg->article.canonical_url : pg->article.url;
	double best = 0;
	uint32_t n = 0;
	for (uint32_t i = 0; i < ld->n && n < OBJECTS_MOST; i++) {
		if (ld->values[i].kind != LD_OBJECT || !stands_on_top(ld, i))
			continue;
		double rank = jsonld_rank(ld, i);
		if (rank <= 0)
			continue;
		n++;
		mk_str headline = jsonld_text(ld, &pg->arena, jsonld_get(ld, i, "headline"));
		if (!headline.p)
			headline = jsonld_text(ld, &pg->arena, jsonld_get(ld, i, "name"));
		double og = title_likeness(headline, f->og_title), title = title_likeness(headline, f->title_text);
		const bool work = rank > 2;
		rank += (og > title ? og : title) + (names_address(pg, ld, i, address) ? 0.5 : 0);
		if (rank > best) {
			best = rank;
			f->main = i;
			f->is_work = work;
		}
	}
}

/* ---- Addresses, language, direction ---- */

/* Whether s has the form of a language tag: two or three letters, then parts of up to eight letters or digits ("sw", "pt-BR"). */
static bool is_language_tag(mk_str s)
{
	size_t n = 0, part = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z', digit = c >= '0' && c <= '9';
		if (c == '-' || c == '_') {
			if (!n || (!part && n < 2))
				return false;
			part++;
			n = 0;
		} else if ((letter || (digit && part)) && n < (part ? 8u : 3u)) {
			n++;
		} else {
			return false;
		}
	}
	return n && (part || n > 1) && s.len <= 35;
}

/* Takes the first valid tag in the order <html> and <body>, <meta>, OpenGraph, Dublin Core, structured data. */
static void choose_language(mk_page *pg, const struct facts *f)
{
	static const uint8_t order[] = {FROM_HTML, FROM_META, FROM_OG, FROM_DUBLIN_CORE};
	for (size_t k = 0; k < sizeof order; k++) {
		uint32_t i = 0;
		for (const struct claim *c; (c = meta_next(f, CLAIM_LANGUAGE, &i)) && !pg->article.language.p;)
			if (c->source == order[k] && is_language_tag(c->value)) {
				pg->article.language = c->value;
				pg->article.language_source = meta_source_name((enum source)c->source);
			}
	}
	mk_str ld = jsonld_text(&f->ld, &pg->arena, jsonld_get(&f->ld, f->main, "inlanguage"));
	if (!pg->article.language.p && is_language_tag(ld)) {
		pg->article.language = ld;
		pg->article.language_source = meta_source_name(FROM_JSON_LD);
	}
	pg->article.language_declared = pg->article.language;
}

/* s resolved to an absolute http or https address; {NULL, 0} if that fails. */
static mk_str web_address(mk_page *pg, mk_str s)
{
	mk_str url;
	if (url_is_long(pg->base_url, s))
		warn(pg, MK_WARN_ADDRESS);
	if (!s.len || !url_resolve(&pg->arena, pg->base_url, s, &url) || !url_hostname(url).len)
		return (mk_str){NULL, 0};
	return url;
}

/* Sets the base for relative addresses, the article's address (given by the caller), the canonical address and the host name. */
static void choose_addresses(mk_page *pg, const struct facts *f)
{
	static const uint8_t order[] = {FROM_LINK, FROM_OG};
	mk_article *article = &pg->article;
	const char *own = pg->options.url;
	if (own)
		article->url = web_address(pg, (mk_str){own, strlen(own)});
	pg->base_url = article->url;
	mk_str base = web_address(pg, f->base);
	if (base.p)
		pg->base_url = base;
	for (size_t k = 0; k < sizeof order; k++) {
		uint32_t i = 0;
		for (const struct claim *c; (c = meta_next(f, CLAIM_URL, &i)) && !article->canonical_url.p;)
			if (c->source == order[k] && (article->canonical_url = web_address(pg, c->value)).p)
				article->canonical_url_source = meta_source_name((enum source)c->source);
	}
	mk_str url = article->canonical_url.p ? article->canonical_url : article->url;
	if (url.p)
		article->hostname = url_hostname(url);
}

/* The first claim of a field from the first of the sources that has one. */
static const struct claim *first_of(const struct facts *f, enum claim_field field, const uint8_t *sources, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		uint32_t i = 0;
		for (const struct claim *c; (c = meta_next(f, field, &i));)
			if (c->source == sources[k])
				return c;
	}
	return NULL;
}

static mk_str line_of(struct arena *a, const struct claim *c)
{
	return c ? meta_claim_text(a, c) : (mk_str){NULL, 0};
}

/* ---- Lists: categories, tags ---- */

#define LIST_MOST 32 /* items; the rest is ignored */

struct list {
	mk_str items[LIST_MOST];
	size_t n;
	bool cut; /* there are more */
};

/* Adds an item, unless it is empty or in the list already. */
static void list_add(struct list *list, mk_str item)
{
	item = str_trim(item);
	if (!item.len || list->cut)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].len == item.len && !memcmp(list->items[i].p, item.p, item.len))
			return;
	list->cut = list->n == LIST_MOST;
	if (!list->cut)
		list->items[list->n++] = item;
}

/* Adds the items that commas or semicolons separate. */
static void list_add_parts(struct list *list, mk_str s)
{
	for (size_t from = 0, i = 0; i <= s.len; i++)
		if (i == s.len || s.p[i] == ',' || s.p[i] == ';') {
			list_add(list, (mk_str){s.p + from, i - from});
			from = i + 1;
		}
}

/*
 * Adds the member `key` of the page's object: a string, or a list of strings and of objects with a name.  parts: a string is a list
 * separated by commas.
 */
static void list_add_structured(struct list *list, const struct facts *f, struct arena *a, const char *key, bool parts)
{
	const struct jsonld *ld = &f->ld;
	uint32_t i = jsonld_get(ld, f->main, key);
	if (i == LD_NONE)
		return;
	if (ld->values[i].kind != LD_ARRAY) {
		mk_str s = jsonld_text(ld, a, i);
		if (s.p && parts)
			list_add_parts(list, s);
		else if (s.p)
			list_add(list, s);
		return;
	}
	for (uint32_t m = i + 1; m < ld->values[i].next && !list->cut; m = ld->values[m].next) {
		uint32_t name = jsonld_get(ld, m, "name");
		mk_str s = jsonld_text(ld, a, name == LD_NONE ? m : name);
		if (s.p)
			list_add(list, s);
	}
}

/* The values of the first source that has any, and the name of the source.  Tags are separated by commas, categories are not. */
static mk_list choose_list(mk_page *pg, const struct facts *f, enum claim_field field, const char *key, const char **source)
{
	static const uint8_t order[] = {FROM_OG, FROM_JSON_LD, FROM_MICRODATA, FROM_REL, FROM_META, FROM_DUBLIN_CORE};
	struct list *list = arena_zero(&pg->arena, sizeof *list);
	bool parts = field == CLAIM_TAG;
	for (size_t k = 0; k < sizeof order && !list->n; k++) {
		uint32_t i = 0;
		if (order[k] == FROM_JSON_LD)
			list_add_structured(list, f, &pg->arena, key, parts);
		for (const struct claim *c; (c = meta_next(f, field, &i));) {
			if (c->source != order[k])
				continue;
			mk_str text = meta_claim_text(&pg->arena, c);
			if (text.p && parts && c->value.p)
				list_add_parts(list, text);
			else if (text.p)
				list_add(list, text);
		}
		*source = list->n ? meta_source_name((enum source)order[k]) : NULL;
	}
	if (list->cut)
		warn(pg, MK_WARN_METADATA);
	return list->n ? (mk_list){list->items, list->n} : (mk_list){NULL, 0};
}

/* ---- Single values ---- */

/* The address in value i of structured data: a string, an object with a URL, or a list whose first item is one of these. */
static mk_str ld_address(const struct jsonld *ld, struct arena *a, uint32_t i)
{
	static const char *const keys[] = {"url", "contenturl", "@id"};
	if (i != LD_NONE && ld->values[i].kind == LD_ARRAY)
		i = ld->values[i].next > i + 1 ? i + 1 : LD_NONE;
	if (i == LD_NONE)
		return (mk_str){NULL, 0};
	i = jsonld_deref(ld, i);
	for (size_t k = 0; k < sizeof keys / sizeof *keys && ld->values[i].kind == LD_OBJECT; k++) {
		mk_str s = jsonld_text(ld, a, jsonld_get(ld, i, keys[k]));
		if (s.p)
			return s;
	}
	return jsonld_text(ld, a, i);
}

static void choose_image(mk_page *pg, const struct facts *f)
{
	static const uint8_t order[] = {FROM_OG, FROM_JSON_LD, FROM_TWITTER, FROM_LINK, FROM_META, FROM_MICRODATA};
	mk_article *article = &pg->article;
	for (size_t k = 0; k < sizeof order && !article->image.p; k++) {
		uint32_t i = 0;
		if (order[k] == FROM_JSON_LD)
			article->image = web_address(pg, ld_address(&f->ld, &pg->arena, jsonld_get(&f->ld, f->main, "image")));
		for (const struct claim *c; (c = meta_next(f, CLAIM_IMAGE, &i)) && !article->image.p;)
			if (c->source == order[k])
				article->image = web_address(pg, c->value);
		if (article->image.p)
			article->image_source = meta_source_name((enum source)order[k]);
	}
}

/* Sets the license: its address if the page links to it, else its name. */
static void choose_license(mk_page *pg, const struct facts *f)
{
	static const uint8_t order[] = {FROM_REL, FROM_JSON_LD, FROM_MICRODATA, FROM_DUBLIN_CORE, FROM_META};
	mk_article *article = &pg->article;
	for (size_t k = 0; k < sizeof order && !article->license.p; k++) {
		uint32_t i = 0;
		mk_str said = {NULL, 0};
		if (order[k] == FROM_JSON_LD)
			said = ld_address(&f->ld, &pg->arena, jsonld_get(&f->ld, f->main, "license"));
		for (const struct claim *c; (c = meta_next(f, CLAIM_LICENSE, &i)) && !said.p;)
			if (c->source == order[k]) {
				mk_str href = c->node ? dom_value(c->node, ATTR_HREF) : (mk_str){NULL, 0};
				said = href.p ? href : meta_claim_text(&pg->arena, c);
			}
		mk_str url = said.p ? web_address(pg, said) : said;
		article->license = url.p ? url : said;
		article->license_source = article->license.p ? meta_source_name((enum source)order[k]) : NULL;
	}
}

static void choose_description(mk_page *pg, const struct facts *f)
{
	static const uint8_t order[] = {FROM_META, FROM_OG, FROM_JSON_LD, FROM_TWITTER, FROM_DUBLIN_CORE};
	mk_article *article = &pg->article;
	for (size_t k = 0; k < sizeof order && !article->description.p; k++) {
		const struct claim *c = first_of(f, CLAIM_DESCRIPTION, &order[k], 1);
		article->description = order[k] == FROM_JSON_LD ? jsonld_text(&f->ld, &pg->arena,
		        jsonld_get(&f->ld, f->main, "description"))
		                       : c                      ? str_collapse(&pg->arena, c->value)
		                                                : (mk_str){NULL, 0};
		article->description_source = article->description.p ? meta_source_name((enum source)order[k]) : NULL;
	}
}

/* Sets the name of the site: og:site_name, then the publisher in structured data, then <meta>. */
static void choose_site(mk_page *pg, const struct facts *f)
{
	static const uint8_t og[] = {FROM_OG}, others[] = {FROM_META, FROM_DUBLIN_CORE};
	mk_article *article = &pg->article;
	const struct claim *c = first_of(f, CLAIM_SITE, og, 1);
	article->site_name = line_of(&pg->arena, c);
	article->site_name_source = article->site_name.p ? meta_source_name(FROM_OG) : NULL;
	if (!article->site_name.p) {
		uint32_t publisher = jsonld_get(&f->ld, f->main, "publisher");
		if (publisher != LD_NONE)
			publisher = jsonld_deref(&f->ld, publisher);
		article->site_name = jsonld_text(&f->ld, &pg->arena, jsonld_get(&f->ld, publisher, "name"));
		article->site_name_source = article->site_name.p ? meta_source_name(FROM_JSON_LD) : NULL;
	}
	if (!article->site_name.p && (c = first_of(f, CLAIM_SITE, others, 2))) {
		article->site_name = line_of(&pg->arena, c);
		article->site_name_source = article->site_name.p ? meta_source_name((enum source)c->source) : NULL;
	}
}

/* Copies s without its digits to out; returns the number of bytes. */
static size_t without_digits(mk_str s, char *out, size_t room)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len && n < room; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			out[n++] = s.p[i];
	return n;
}

#define NEXT_LONGEST 512 /* bytes of an address */
#define PAGE_MARK_LONGEST 24 /* bytes of "/page/2", "?page=2", "-2.html" */

/*
 * Whether next is another page of the article at own: the same address with other digits, or with a short suffix that has a digit.
 * rel=next may also lead to the next article.
 */
static bool is_next_page(mk_str own, mk_str next)
{
	char a[NEXT_LONGEST], b[NEXT_LONGEST];
	if (!own.len || own.len > NEXT_LONGEST || next.len > NEXT_LONGEST || (own.len == next.len &&
	        !memcmp(own.p, next.p, own.len)))
		return false;
	size_t n = without_digits(own, a, sizeof a);
	if (n < own.len && n == without_digits(next, b, sizeof b) && !memcmp(a, b, n))
		return true;
	size_t stem = own.len;
	while (stem && (own.p[stem - 1] == '/' || own.p[stem - 1] == '?'))
		stem--;
	mk_str cue = {next.p + stem, next.len - stem};
	if (next.len <= stem || memcmp(own.p, next.p, stem) || cue.len > PAGE_MARK_LONGEST)
		return false;
	for (size_t i = 0; i < cue.len; i++)
		if (cue.p[i] >= '0' && cue.p[i] <= '9')
			return true;
	return false;
}

/* Sets the next page: the first rel=next that is_next_page() accepts. */
static void choose_next(mk_page *pg, const struct facts *f)
{
	mk_article *article = &pg->article;
	uint32_t i = 0;
	for (const struct claim *c; (c = meta_next(f, CLAIM_NEXT, &i)) && !article->next_page.p;) {
		mk_str url = web_address(pg, c->value);
		if (url.p && (is_next_page(article->url, url) || is_next_page(article->canonical_url, url))) {
			article->next_page = url;
			article->next_page_source = meta_source_name(FROM_REL);
		}
	}
}

#define DIRECTION_SAMPLE 1024 /* bytes of text that are counted */

/*
 * Sets the direction: the dir attribute of <html> or <body>, else the majority of letters in the text.  The first bytes of their
 * UTF-8 tell letters of Hebrew, Arabic, Syriac, Thaana and N'Ko (U+0590…U+08FF) from all others.
 */
static void choose_direction(mk_page *pg, const struct facts *f)
{
	mk_article *article = &pg->article;
	uint32_t i = 0;
	for (const struct claim *c; (c = meta_next(f, CLAIM_DIRECTION, &i));)
		if (str_equals(c->value.p, c->value.len, "ltr") || str_equals(c->value.p, c->value.len, "rtl")) {
			article->direction = (c->value.p[0] | 32) == 'l' ? (mk_str){"ltr", 3} : (mk_str){"rtl", 3};
			article->direction_source = meta_source_name(FROM_HTML);
			return;
		}
	size_t seen = 0, rtl = 0, ltr = 0;
	for (uint32_t b = 0; b < article->n_blocks && seen < DIRECTION_SAMPLE; b++) {
		mk_str s = pg->blocks[b].pub.text;
		for (size_t k = 0; k < s.len && seen < DIRECTION_SAMPLE; k++, seen++) {
			uint8_t c = (uint8_t)s.p[k];
			rtl += (c >= 0xD6 && c <= 0xDF) || (c == 0xE0 && k + 1 < s.len && (uint8_t)s.p[k + 1] <= 0xA3);
			ltr += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC3 && c < 0xD6) || (c > 0xE0 && c < 0xEF) ||
			       (c == 0xE0 && k + 1 < s.len && (uint8_t)s.p[k + 1] > 0xA3);
		}
	}
	if (rtl + ltr) {
		article->direction = rtl > ltr ? (mk_str){"rtl", 3} : (mk_str){"ltr", 3};
		article->direction_source = meta_source_name(FROM_TEXT);
	}
}

void meta_read(mk_page *pg)
{
	static const uint8_t og[] = {FROM_OG}, sites[] = {FROM_OG, FROM_META};
	struct facts *f = pg->facts;
	choose_addresses(pg, f);
	f->og_title = line_of(&pg->arena, first_of(f, CLAIM_TITLE, og, 1));
	f->title_text = meta_node_text(&pg->arena, f->title);
	f->site = line_of(&pg->arena, first_of(f, CLAIM_SITE, sites, 1));
	f->cut |= f->title && !f->title_text.p && first_child(f->title) && first_child(f->title)->len >= CLAIM_LONGEST;
	find_main(pg, f);
	choose_language(pg, f);
	title_choose(pg, f);
	byline_choose(pg, f);
	choose_site(pg, f);
	choose_description(pg, f);
	pg->article.categories = choose_list(pg, f, CLAIM_CATEGORY, "articlesection", &pg->article.categories_source);
	pg->article.tags = choose_list(pg, f, CLAIM_TAG, "keywords", &pg->article.tags_source);
	choose_license(pg, f);
	choose_image(pg, f);
	choose_next(pg, f);
	choose_direction(pg, f);
	if (f->cut)
		warn(pg, MK_WARN_METADATA);
}

void meta_read_lines(mk_page *pg, uint32_t heading)
{
	struct facts *f = pg->facts = arena_zero(&pg->arena, sizeof *f);
	f->main = LD_NONE;
	f->heading_block = heading;
	choose_addresses(pg, f);
	byline_choose(pg, f);
	byline_date(pg);
	choose_direction(pg, f);
}
