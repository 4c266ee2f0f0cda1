/* SPDX-License-Identifier: Apache-2.0 */
/*
 * debug.c - facts, record -> mk_claims(): the page's claims about itself, and for each whether it became a value of the record.
 *
 * The list is made only on request.  The stages that choose a value do not record which claim they took, since several claims often
 * agree.  So a claim counts as having won if the value in the record has the same provenance and the same content.
 */
#include "claim.h"
#include "date.h"
#include "url.h"

#define STRUCTURED_MOST 40 /* values listed from one JSON-LD array; equal to CLAIMS_MOST, the limit for claims of one field */

static bool same_text(mk_str a, mk_str b)
{
	return a.len == b.len && a.len && !memcmp(a.p, b.p, a.len);
}

/*
 * Whether text contains part.  The search is quadratic in the worst case, so texts longer than CLAIM_LONGEST bytes are not
 * searched.
 */
static bool holds_text(mk_str text, mk_str part)
{
	for (size_t i = 0; part.len && text.len <= CLAIM_LONGEST && i + part.len <= text.len; i++)
		if (!memcmp(text.p + i, part.p, part.len))
			return true;
	return false;
}

/* Whether a claimed date, in whatever format, is the date of the record. */
static bool says_same_date(mk_page *pg, mk_str value, mk_str date)
{
	struct date d;
	return value.len <= DATE_LONGEST && date_find(value, pg->article.language, false, &d) && same_text(date_iso(&pg->arena, &d), date);
}

/* Whether a claim states the record's value of a field.  For a list of strings, one of them in the claim is enough. */
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
	return same_text(value, chosen) || (field == MK_FIELD_TITLE && holds_text(value, chosen)); /* without the site name */
}

/* The claims found so far.  cap is computed in advance as an upper bound, see list_claims(). */
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

/* Adds the claims found in elements: meta, link and time elements, microdata, bylines, title and h1. */
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
		if (noted->source != FROM_HTML || noted->value.p) /* html and body are noted even without the attribute */
			add_claim(c, fields[noted->field], (enum source)noted->source, meta_claim_text(&c->pg->arena, noted));
	}
	if (f->title_text.p)
		add_claim(c, MK_FIELD_TITLE, FROM_TITLE, f->title_text);
	for (uint32_t i = 0; i < f->n_headings; i++)
		add_claim(c, MK_FIELD_TITLE, FROM_H1, meta_node_text(&c->pg->arena, f->headings[i]));
}

/* Adds one value of structured data: a string, or for an object its name or address. */
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
