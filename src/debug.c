/* SPDX-License-Identifier: Apache-2.0 */
/*
 * debug.c - facts, record -> mk_claims(): what the page says about itself, and which of it the record repeats.
 *
 * Made only when asked for.  The stages that choose do not say which claim they took, since several often agree; so a claim has won when
 * the record's value has its provenance and its words.
 */
#include "claim.h"
#include "date.h"
#include "url.h"

#define STRUCTURED_MOST 40 /* values of one JSON-LD list, as many as claims of a field */

static bool same_text(mk_str a, mk_str b)
{
	return a.len == b.len && a.len && !memcmp(a.p, b.p, a.len);
}

/* Whether part stands in text; quadratic at worst in texts of at most CLAIM_LONGEST bytes. */
static bool holds_text(mk_str text, mk_str part)
{
	for (size_t i = 0; part.len && text.len <= CLAIM_LONGEST && i + part.len <= text.len; i++)
		if (!memcmp(text.p + i, part.p, part.len))
			return true;
	return false;
}

/* Whether a claim of a date says the record's. */
static bool says_same_date(mk_page *pg, mk_str value, mk_str date)
{
	struct date d;
	return value.len <= DATE_LONGEST && date_find(value, pg->article.language, false, &d) && same_text(date_iso(&pg->arena, &d), date);
}

static bool says_value(mk_page *pg, uint64_t field, mk_str value)
{
	mk_str url;
	if (mk_field_type_of(field) == MK_TYPE_STRINGS) {
		const mk_list list = record_strings(pg, field);
		bool found = false;
		for (size_t i = 0; i < list.n; i++)
			found |= holds_text(value, list.items[i]);
		return found;
	}
	const mk_str chosen = record_string(pg, field, 0);
	if (field == MK_FIELD_DATE_PUBLISHED || field == MK_FIELD_DATE_MODIFIED)
		return (field == MK_FIELD_DATE_PUBLISHED && same_text(value, pg->article.date_raw)) || says_same_date(pg, value, chosen);
	if (field & (MK_FIELD_CANONICAL_URL | MK_FIELD_IMAGE | MK_FIELD_NEXT_PAGE | MK_FIELD_LICENSE) && value.p &&
	    url_resolve(&pg->arena, pg->base_url, value, &url) && same_text(url, chosen))
		return true;
	return same_text(value, chosen) || (field == MK_FIELD_TITLE && holds_text(value, chosen)); /* a title may have lost the site's name */
}

/* The claims found so far; there is room for all. */
struct claiming {
	mk_page *pg;
	mk_claim *list;
	size_t n, cap;
};

static void add_claim(struct claiming *c, uint64_t field, enum source source, mk_str value)
{
	if (c->n == c->cap)
		return;
	const char *provenance = meta_source_name(source), *chosen = record_source(c->pg, field);
	c->list[c->n++] = (mk_claim){
	        .field = field,
	        .value = value,
	        .provenance = provenance,
	        .won = chosen && !strcmp(chosen, provenance) && says_value(c->pg, field, value),
	};
}

static void add_noted(struct claiming *c, const struct facts *f)
{
	static const uint64_t fields[N_CLAIM_FIELDS] = {
	        [CLAIM_TITLE] = MK_FIELD_TITLE,
	        [CLAIM_AUTHOR] = MK_FIELD_AUTHORS,
	        [CLAIM_PUBLISHED] = MK_FIELD_DATE_PUBLISHED,
	        [CLAIM_CREATED] = MK_FIELD_DATE_PUBLISHED,
	        [CLAIM_MODIFIED] = MK_FIELD_DATE_MODIFIED,
	        [CLAIM_DATE] = MK_FIELD_DATE_PUBLISHED,
	        [CLAIM_DESCRIPTION] = MK_FIELD_DESCRIPTION,
	        [CLAIM_SITE] = MK_FIELD_SITE_NAME,
	        [CLAIM_CATEGORY] = MK_FIELD_CATEGORIES,
	        [CLAIM_TAG] = MK_FIELD_TAGS,
	        [CLAIM_LICENSE] = MK_FIELD_LICENSE,
	        [CLAIM_IMAGE] = MK_FIELD_IMAGE,
	        [CLAIM_URL] = MK_FIELD_CANONICAL_URL,
	        [CLAIM_NEXT] = MK_FIELD_NEXT_PAGE,
	        [CLAIM_LANGUAGE] = MK_FIELD_LANGUAGE,
	        [CLAIM_DIRECTION] = MK_FIELD_DIRECTION,
	};
	for (uint32_t i = 0; i < f->n_claims; i++) {
		const struct claim *noted = &f->claims[i];
		if (noted->source != FROM_HTML || noted->value.p) /* html and body without the attribute are noted too */
			add_claim(c, fields[noted->field], (enum source)noted->source, meta_claim_text(&c->pg->arena, noted));
	}
	if (f->title_text.p)
		add_claim(c, MK_FIELD_TITLE, FROM_TITLE, f->title_text);
	for (uint32_t i = 0; i < f->n_headings; i++)
		add_claim(c, MK_FIELD_TITLE, FROM_H1, meta_node_text(&c->pg->arena, f->headings[i]));
}

/* One value of structured data: a string, or an object by its name or address. */
static void add_structured(struct claiming *c, const struct jsonld *ld, uint64_t field, uint32_t i)
{
	static const char *const keys[] = {"name", "url", "contenturl", "@id"};
	mk_str text = jsonld_text(ld, &c->pg->arena, i);
	i = jsonld_deref(ld, i);
	for (size_t k = 0; k < sizeof keys / sizeof *keys && !text.p; k++)
		text = jsonld_text(ld, &c->pg->arena, jsonld_get(ld, i, keys[k]));
	if (text.p)
		add_claim(c, field, FROM_JSON_LD, text);
}

static void add_json_ld(struct claiming *c, const struct facts *f)
{
	static const struct {
		const char *key;
		uint64_t field;
	} keys[] = {
	        {"headline", MK_FIELD_TITLE},
	        {"author", MK_FIELD_AUTHORS},
	        {"creator", MK_FIELD_AUTHORS},
	        {"datepublished", MK_FIELD_DATE_PUBLISHED},
	        {"datecreated", MK_FIELD_DATE_PUBLISHED},
	        {"uploaddate", MK_FIELD_DATE_PUBLISHED},
	        {"datemodified", MK_FIELD_DATE_MODIFIED},
	        {"description", MK_FIELD_DESCRIPTION},
	        {"publisher", MK_FIELD_SITE_NAME},
	        {"articlesection", MK_FIELD_CATEGORIES},
	        {"keywords", MK_FIELD_TAGS},
	        {"license", MK_FIELD_LICENSE},
	        {"image", MK_FIELD_IMAGE},
	        {"inlanguage", MK_FIELD_LANGUAGE},
	};
	const struct jsonld *ld = &f->ld;
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
		const uint32_t i = jsonld_get(ld, f->main, keys[k].key);
		if (i == LD_NONE)
			continue;
		if (ld->values[i].kind != LD_ARRAY) {
			add_structured(c, ld, keys[k].field, i);
			continue;
		}
		uint32_t n = 0;
		for (uint32_t m = i + 1; m < ld->values[i].next && n < STRUCTURED_MOST; m = ld->values[m].next, n++)
			add_structured(c, ld, keys[k].field, m);
	}
}

static void list_claims(mk_page *pg)
{
	const struct facts *f = pg->facts;
	if (pg->claim_list)
		return;
	struct claiming c = {.pg = pg, .cap = f ? f->n_claims + 1 + HEADINGS_MOST + 14 * STRUCTURED_MOST : 1};
	c.list = arena_array(&pg->arena, c.cap, sizeof *c.list);
	if (f)
		add_noted(&c, f);
	if (f && f->main != LD_NONE)
		add_json_ld(&c, f);
	pg->n_claim_list = c.n;
	pg->claim_list = c.list;
}

mk_status mk_claims(mk_page *pg, size_t *n)
{
	LIST_PUBLIC(pg, n, list_claims, pg->n_claim_list);
}

const mk_claim *mk_claim_at(const mk_page *pg, size_t i)
{
	return pg && pg->has_article && pg->claim_list && i < pg->n_claim_list ? &pg->claim_list[i] : NULL;
}
