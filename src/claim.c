/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim.c - elements -> claims: what a page declares about itself, see claim.h.
 *
 * meta_note() is called for each HTML element while block.c walks the tree, in the body too: when a head is broken, tree
 * construction puts its <meta> elements into the body.  Claims are slices of the page, so nothing is copied until a claim is
 * compared or chosen.  CLAIMS_MOST claims of each field are collected; the rest is ignored.
 */
#include "date.h"
#include "claim.h"
#include "base/hash.h"
#include "base/search.h"

#define CLAIM_NODES_MOST 4096 /* nodes read for the text of a claim; CLAIM_LONGEST does not bound elements without text */

const char *meta_source_name(enum source source)
{
	static const char *const names[N_SOURCES] = {
	        [FROM_JSON_LD] = "json-ld",     [FROM_OG] = "og",               [FROM_META] = "meta",
	        [FROM_DUBLIN_CORE] = "dublin-core",
	        [FROM_TWITTER] = "twitter",     [FROM_MICRODATA] = "microdata", [FROM_REL] = "rel",     [FROM_LINK] = "link",
	        [FROM_TIME] = "time",           [FROM_BYLINE] = "byline",       [FROM_TEXT] = "text",   [FROM_URL] = "url",
	        [FROM_TITLE] = "title",         [FROM_H1] = "h1",               [FROM_HTML] = "html",
	};
	return names[source];
}

/* ---- Claims ---- */

/* Adds a claim, unless its value is empty or the field has CLAIMS_MOST.  A value of {NULL, 0} means the text of node. */
static void claim(struct facts *f, enum claim_field field, enum source source, mk_str value, const struct node *node)
{
	if (value.p && !(value = str_trim(value)).len)
		return;
	if (f->n_of[field] == CLAIMS_MOST) {
		f->cut |= field != CLAIM_DATE; /* most are of cards, and those that count stand near the heading */
		return;
	}
	f->n_of[field]++;
	f->claims[f->n_claims++] = (struct claim){value, node, (uint8_t)field, (uint8_t)source};
}

const struct claim *meta_next(const struct facts *f, enum claim_field field, uint32_t *i)
{
	for (; *i < f->n_claims; (*i)++)
		if (f->claims[*i].field == field)
			return &f->claims[(*i)++];
	return NULL;
}

/* ---- <meta> ---- */

/* Names of <meta name> and <meta property> that pages use, sorted for a binary search. */
static const struct meta_name {
	const char *name;
	uint8_t field, source;
} meta_names[] = {
        {"application-name", CLAIM_SITE, FROM_META},
        {"article.created", CLAIM_CREATED, FROM_META},
        {"article.published", CLAIM_PUBLISHED, FROM_META},
        {"article.updated", CLAIM_MODIFIED, FROM_META},
        {"article:author", CLAIM_AUTHOR, FROM_OG},
        {"article:modified_time", CLAIM_MODIFIED, FROM_OG},
        {"article:published_time", CLAIM_PUBLISHED, FROM_OG},
        {"article:section", CLAIM_CATEGORY, FROM_OG},
        {"article:tag", CLAIM_TAG, FROM_OG},
        {"article_date_original", CLAIM_PUBLISHED, FROM_META},
        {"author", CLAIM_AUTHOR, FROM_META},
        {"bt:moddate", CLAIM_MODIFIED, FROM_META},
        {"bt:pubdate", CLAIM_PUBLISHED, FROM_META},
        {"byl", CLAIM_AUTHOR, FROM_META},
        {"citation_author", CLAIM_AUTHOR, FROM_META},
        {"citation_date", CLAIM_PUBLISHED, FROM_META},
        {"citation_keywords", CLAIM_TAG, FROM_META},
        {"citation_online_date", CLAIM_PUBLISHED, FROM_META},
        {"citation_publication_date", CLAIM_PUBLISHED, FROM_META},
        {"citation_title", CLAIM_TITLE, FROM_META},
        {"content-language", CLAIM_LANGUAGE, FROM_META},
        {"cxenseparse:recs:publishtime", CLAIM_PUBLISHED, FROM_META},
        {"date", CLAIM_PUBLISHED, FROM_META},
        {"date.created", CLAIM_CREATED, FROM_META},
        {"date_published", CLAIM_PUBLISHED, FROM_META},
        {"datecreated", CLAIM_CREATED, FROM_META},
        {"datemodified", CLAIM_MODIFIED, FROM_META},
        {"datepublished", CLAIM_PUBLISHED, FROM_META},
        {"dc.creator", CLAIM_AUTHOR, FROM_DUBLIN_CORE},
        {"dc.date", CLAIM_PUBLISHED, FROM_DUBLIN_CORE},
        {"dc.date.created", CLAIM_CREATED, FROM_DUBLIN_CORE},
        {"dc.date.issued", CLAIM_PUBLISHED, FROM_DUBLIN_CORE},
        {"dc.date.modified", CLAIM_MODIFIED, FROM_DUBLIN_CORE},
        {"dc.description", CLAIM_DESCRIPTION, FROM_DUBLIN_CORE},
        {"dc.language", CLAIM_LANGUAGE, FROM_DUBLIN_CORE},
        {"dc.publisher", CLAIM_SITE, FROM_DUBLIN_CORE},
        {"dc.subject", CLAIM_TAG, FROM_DUBLIN_CORE},
        {"dc.title", CLAIM_TITLE, FROM_DUBLIN_CORE},
        {"dc:creator", CLAIM_AUTHOR, FROM_DUBLIN_CORE},
        {"dc:date", CLAIM_PUBLISHED, FROM_DUBLIN_CORE},
        {"dcterms.created", CLAIM_CREATED, FROM_DUBLIN_CORE},
        {"dcterms.creator", CLAIM_AUTHOR, FROM_DUBLIN_CORE},
        {"dcterms.date", CLAIM_PUBLISHED, FROM_DUBLIN_CORE},
        {"dcterms.issued", CLAIM_PUBLISHED, FROM_DUBLIN_CORE},
        {"dcterms.license", CLAIM_LICENSE, FROM_DUBLIN_CORE},
        {"dcterms.modified", CLAIM_MODIFIED, FROM_DUBLIN_CORE},
        {"dcterms.title", CLAIM_TITLE, FROM_DUBLIN_CORE},
        {"description", CLAIM_DESCRIPTION, FROM_META},
        {"keywords", CLAIM_TAG, FROM_META},
        {"language", CLAIM_LANGUAGE, FROM_META},
        {"last-modified", CLAIM_MODIFIED, FROM_META},
        {"lastmod", CLAIM_MODIFIED, FROM_META},
        {"news_keywords", CLAIM_TAG, FROM_META},
        {"og:article:author", CLAIM_AUTHOR, FROM_OG},
        {"og:article:modified_time", CLAIM_MODIFIED, FROM_OG},
        {"og:article:published_time", CLAIM_PUBLISHED, FROM_OG},
        {"og:article:section", CLAIM_CATEGORY, FROM_OG},
        {"og:article:tag", CLAIM_TAG, FROM_OG},
        {"og:description", CLAIM_DESCRIPTION, FROM_OG},
        {"og:image", CLAIM_IMAGE, FROM_OG},
        {"og:image:secure_url", CLAIM_IMAGE, FROM_OG},
        {"og:image:url", CLAIM_IMAGE, FROM_OG},
        {"og:locale", CLAIM_LANGUAGE, FROM_OG},
        {"og:pubdate", CLAIM_PUBLISHED, FROM_OG},
        {"og:published_time", CLAIM_PUBLISHED, FROM_OG},
        {"og:site_name", CLAIM_SITE, FROM_OG},
        {"og:title", CLAIM_TITLE, FROM_OG},
        {"og:updated_time", CLAIM_MODIFIED, FROM_OG},
        {"og:url", CLAIM_URL, FROM_OG},
        {"originalpublicationdate", CLAIM_PUBLISHED, FROM_META},
        {"parsely-author", CLAIM_AUTHOR, FROM_META},
        {"parsely-pub-date", CLAIM_PUBLISHED, FROM_META},
        {"parsely-section", CLAIM_CATEGORY, FROM_META},
        {"parsely-tags", CLAIM_TAG, FROM_META},
        {"parsely-title", CLAIM_TITLE, FROM_META},
        {"pubdate", CLAIM_PUBLISHED, FROM_META},
        {"publication_date", CLAIM_PUBLISHED, FROM_META},
        {"publish-date", CLAIM_PUBLISHED, FROM_META},
        {"publish_date", CLAIM_PUBLISHED, FROM_META},
        {"publishdate", CLAIM_PUBLISHED, FROM_META},
        {"published", CLAIM_PUBLISHED, FROM_META},
        {"rnews:datepublished", CLAIM_PUBLISHED, FROM_META},
        {"sailthru.author", CLAIM_AUTHOR, FROM_META},
        {"sailthru.date", CLAIM_PUBLISHED, FROM_META},
        {"sailthru.tags", CLAIM_TAG, FROM_META},
        {"sailthru.title", CLAIM_TITLE, FROM_META},
        {"thumbnail", CLAIM_IMAGE, FROM_META},
        {"timestamp", CLAIM_PUBLISHED, FROM_META},
        {"twitter:description", CLAIM_DESCRIPTION, FROM_TWITTER},
        {"twitter:image", CLAIM_IMAGE, FROM_TWITTER},
        {"twitter:image:src", CLAIM_IMAGE, FROM_TWITTER},
        {"twitter:title", CLAIM_TITLE, FROM_TWITTER},
};

/* Compares name with a lower-case word as strcmp() does, ignoring ASCII case. */
static int compare_name(mk_str name, const char *word)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = to_lower(name.p[i]);
		if (c != word[i] || !word[i])
			return (uint8_t)c - (uint8_t)word[i];
	}
	return -(int)(uint8_t)word[name.len];
}

/* Adds the claim of a <meta> element, named by property, name or, for two names, http-equiv. */
static void read_meta(struct facts *f, const struct node *n)
{
	mk_str name = {NULL, 0}, content = {NULL, 0};
	for (uint32_t i = 0; i < n->len; i++) {
		const struct attr *a = &n->u.attrs[i];
		mk_str value = {a->value, a->value_len};
		if (a->id == ATTR_CONTENT)
			content = value;
		else if (a->id == ATTR_PROPERTY || (a->id == ATTR_NAME && !name.p))
			name = str_trim(value);
		else if (a->id == ATTR_HTTP_EQUIV && (str_equals(a->value, a->value_len, "content-language") ||
		                                      str_equals(a->value, a->value_len, "last-modified")))
			name = value;
	}
	if (!name.p || !content.p)
		return;
	const size_t n_names = sizeof meta_names / sizeof *meta_names;
	size_t at;
	SEARCH(at, 0, n_names, compare_name(name, meta_names[at].name) > 0);
	if (at < n_names && !compare_name(name, meta_names[at].name)) {
		claim(f, (enum claim_field)meta_names[at].field, (enum source)meta_names[at].source, content, n);
		return;
	}
	/* Many sites use names of their own: "w-published-date", "ms.date".  Words in the name tell which date it is. */
	const uint64_t words = cue_words(name.p, name.len);
	if ((words & WORD_BIT(DATE)) && date_has_digits(content))
		claim(f, words & WORD_BIT(MODIFIED) ? CLAIM_MODIFIED : words & WORD_BIT(PUBLISHED) ? CLAIM_PUBLISHED : CLAIM_CREATED,
		        FROM_META, content, n);
}

/* ---- Microdata, RDFa ---- */

/* Properties of schema.org and other vocabularies, in lower case and without prefixes. */
static const struct {
	const char *name;
	uint8_t field;
} prop_names[] = {
        {"headline", CLAIM_TITLE},         {"author", CLAIM_AUTHOR},           {"creator", CLAIM_AUTHOR},
        {"datepublished", CLAIM_PUBLISHED}, {"datecreated", CLAIM_CREATED},    {"datemodified", CLAIM_MODIFIED},
        {"articlesection", CLAIM_CATEGORY}, {"keywords", CLAIM_TAG},           {"license", CLAIM_LICENSE},
        {"published_time", CLAIM_PUBLISHED}, {"date", CLAIM_PUBLISHED},        {"created", CLAIM_CREATED},
        {"issued", CLAIM_PUBLISHED},        {"modified", CLAIM_MODIFIED},
};

#define SCOPES_MOST 64 /* ancestors of a property that are read */

bool meta_is_foreign(const struct node *n)
{
	int up = 0;
	for (n = n->parent; n && n->type == NODE_ELEMENT && up < SCOPES_MOST; n = n->parent, up++) {
		mk_str prop = dom_value(n, ATTR_ITEMPROP), type = dom_value(n, ATTR_ITEMTYPE);
		if (!type.p)
			type = dom_value(n, ATTR_TYPEOF);
		if (str_equals(prop.p, prop.len, "comment") || str_equals(prop.p, prop.len, "review") || str_ends_with(type, "comment") ||
		    str_equals(prop.p, prop.len, "publisher") || str_ends_with(type, "answer") || str_ends_with(type, "imageobject"))
			return true;
	}
	return false;
}

/* The value of a property: the content or datetime attribute; {NULL, 0}, which means the element's text, if it has neither. */
static mk_str property_value(const struct node *n)
{
	const struct attr *value = dom_attr(n, ATTR_CONTENT);
	if (!value)
		value = dom_attr(n, ATTR_DATETIME);
	return value ? (mk_str){value->value, value->value_len} : (mk_str){NULL, 0};
}

/* Adds a claim for the first known property in the words of an itemprop or property attribute. */
static void read_property(struct facts *f, const struct node *n, mk_str words)
{
	for (size_t i = 0; i < words.len;) {
		size_t from = i;
		while (i < words.len && !is_space(words.p[i]))
			i++;
		mk_str name = str_local_name((mk_str){words.p + from, i - from});
		for (size_t k = 0; k < sizeof prop_names / sizeof *prop_names; k++) {
			if (compare_name(name, prop_names[k].name) || f->n_of[prop_names[k].field] == CLAIMS_MOST)
				continue;
			if (!meta_is_foreign(n)) /* asked once, not for each word: the answer is the same */
				claim(f, (enum claim_field)prop_names[k].field, FROM_MICRODATA, property_value(n), n);
			return;
		}
		while (i < words.len && is_space(words.p[i]))
			i++;
	}
}

/* ---- Links ---- */

enum {
	REL_AUTHOR = 1,
	REL_CANONICAL = 2,
	REL_CATEGORY = 4,
	REL_IMAGE = 8,
	REL_LICENSE = 16,
	REL_NEXT = 32,
	REL_TAG = 64,
};

/* The REL_ bits of the words in a rel attribute. */
static unsigned rel_words(mk_str rel)
{
	static const struct {
		const char *word;
		unsigned bit;
	} rels[] = {{"author", REL_AUTHOR}, {"canonical", REL_CANONICAL}, {"category", REL_CATEGORY}, {"image_src", REL_IMAGE},
	            {"license", REL_LICENSE}, {"next", REL_NEXT}, {"tag", REL_TAG}};
	unsigned found = 0;
	for (size_t i = 0, from; i < rel.len; i++) {
		for (from = i; i < rel.len && !is_space(rel.p[i]); i++)
			;
		for (size_t k = 0; k < sizeof rels / sizeof *rels; k++)
			if (str_is((mk_str){rel.p + from, i - from}, rels[k].word))
				found |= rels[k].bit;
	}
	return found;
}

static void read_rel(struct facts *f, const struct node *n, mk_str rel)
{
	const unsigned words = rel_words(rel);
	if (!words)
		return;
	const mk_str href = dom_value(n, ATTR_HREF), text = {NULL, 0};
	if (n->tag == TAG_LINK) {
		if (words & REL_CANONICAL)
			claim(f, CLAIM_URL, FROM_LINK, href, n);
		if (words & REL_IMAGE)
			claim(f, CLAIM_IMAGE, FROM_LINK, href, n);
	}
	if (words & REL_NEXT)
		claim(f, CLAIM_NEXT, FROM_REL, href, n);
	if (words & REL_LICENSE)
		claim(f, CLAIM_LICENSE, FROM_REL, href, n);
	if (n->tag != TAG_A)
		return;
	if (words & REL_AUTHOR)
		claim(f, CLAIM_AUTHOR, FROM_REL, text, n);
	if (words & (REL_CATEGORY | REL_TAG))
		claim(f, words & REL_CATEGORY ? CLAIM_CATEGORY : CLAIM_TAG, FROM_REL, text, n);
}

/* ---- Elements ---- */

/* The lang attribute, or xml:lang, which XHTML pages use. */
static mk_str lang_of(const struct node *n)
{
	mk_str lang = dom_value(n, ATTR_LANG);
	for (uint32_t i = 0; i < n->len && !lang.len; i++)
		if (str_equals(n->u.attrs[i].name, n->u.attrs[i].name_len, "xml:lang"))
			lang = (mk_str){n->u.attrs[i].value, n->u.attrs[i].value_len};
	return lang;
}

/* Whether a value is the @type of an object in structured data: a string or a list. */
static bool is_type(const struct ld_value *v)
{
	return v->kind != LD_OBJECT && str_equals(v->key.p, v->key.len, "@type");
}

/* Reads the JSON-LD of a script element: values, types for pg->schema, and text for the structured-text overlap. */
static void read_script(mk_page *pg, const struct node *n)
{
	mk_str type = str_trim(dom_value(n, ATTR_TYPE));
	const struct node *text = first_child(n);
	if (type.len < 19 || !str_equals(type.p, 19, "application/ld+json") || !text || text->type != NODE_TEXT)
		return;
	struct jsonld *ld = &pg->facts->ld;
	const uint32_t from = jsonld_read(ld, &pg->arena, (mk_str){text->u.text, text->len});
	if (ld->cut)
		warn(pg, MK_WARN_METADATA);
	for (uint32_t i = from; i < ld->n; i++) {
		const struct ld_value *v = &ld->values[i];
		if (v->kind == LD_STRING && v->parent != LD_NONE && is_type(v->key.p ? v : &ld->values[v->parent]))
			pg->schema |= schema_of_type(v->text);
	}
	if (!overlap_data(&pg->overlap, ld, from))
		warn(pg, MK_WARN_MEMORY);
}

static void read_attributes(mk_page *pg, const struct node *n)
{
	struct facts *f = pg->facts;
	for (uint32_t i = 0; i < n->len; i++) {
		const struct attr *a = &n->u.attrs[i];
		mk_str value = {a->value, a->value_len};
		switch (a->id) {
		case ATTR_CLASS:
			if (n->tag != TAG_TIME && first_child(n) &&
			    (cue_value(pg->cue_cache, a) & (WORD_BIT(DATE) | WORD_BIT(ASIDE))) == WORD_BIT(DATE))
				claim(f, CLAIM_DATE, FROM_BYLINE, (mk_str){NULL, 0}, n);
			break;
		case ATTR_REL:
			read_rel(f, n, value);
			break;
		case ATTR_ITEMTYPE:
			pg->schema |= schema_of_type(value);
			break;
		case ATTR_PROPERTY:
			if (n->tag == TAG_META) /* read by read_meta() */
				break;
			/* fall through */
		case ATTR_ITEMPROP:
			read_property(f, n, value);
			break;
		default:
			break;
		}
	}
}

void meta_note(mk_page *pg, const struct node *n)
{
	struct facts *f = pg->facts;
	switch (n->tag) {
	case TAG_META:
		pg->schema |= schema_of_meta(n);
		read_meta(f, n);
		if (!overlap_meta(&pg->overlap, n))
			warn(pg, MK_WARN_MEMORY);
		break;
	case TAG_BASE:
		if (!f->base.p)
			f->base = str_trim(dom_value(n, ATTR_HREF));
		return;
	case TAG_HTML:
	case TAG_BODY:
		claim(f, CLAIM_LANGUAGE, FROM_HTML, lang_of(n), n);
		claim(f, CLAIM_DIRECTION, FROM_HTML, dom_value(n, ATTR_DIR), n);
		pg->schema |= schema_of_type(dom_value(n, ATTR_ITEMTYPE));
		return;
	case TAG_TITLE:
		if (!f->title)
			f->title = n;
		return;
	case TAG_SCRIPT:
		read_script(pg, n);
		return;
	case TAG_H1:
		if (f->n_headings < HEADINGS_MOST)
			f->headings[f->n_headings++] = n;
		break;
	case TAG_TIME:
		claim(f, CLAIM_DATE, FROM_TIME, property_value(n), n);
		break;
	default:
		break;
	}
	read_attributes(pg, n);
}

void meta_note_inside(mk_page *pg, const struct node *root)
{
	for (const struct node *n = dom_next(root, root); n;) {
		const bool html = n->type == NODE_ELEMENT && n->ns == NS_HTML;
		if (html)
			meta_note(pg, n);
		n = html && n->tag == TAG_TEMPLATE ? dom_next_outside(n, root) : dom_next(n, root);
	}
}

void meta_open(mk_page *pg)
{
	struct facts *f = pg->facts = arena_zero(&pg->arena, sizeof *f);
	f->claims = arena_array(&pg->arena, CLAIMS_MOST * N_CLAIM_FIELDS, sizeof *f->claims);
	f->main = LD_NONE;
}

/* ---- Claims as text ---- */

/* Text while it is copied: white space is collapsed; more than CLAIM_LONGEST bytes set too_long. */
struct line_text {
	char *p;
	size_t len, read;
	bool space, too_long;
};

#define CLAIM_READ 65536 /* bytes read for the text of a claim, with white space: claims inside each other have the same text */

static void line_add(struct line_text *t, const char *p, size_t len)
{
	t->read += len;
	t->too_long |= t->read > CLAIM_READ;
	for (size_t i = 0; i < len && !t->too_long; i++) {
		if (is_space(p[i])) {
			t->space = t->len > 0;
			continue;
		}
		if (t->len + t->space >= CLAIM_LONGEST) {
			t->too_long = true;
			return;
		}
		if (t->space)
			t->p[t->len++] = ' ';
		t->space = false;
		t->p[t->len++] = p[i];
	}
}

/* Returns the memory that was not needed to the arena. */
static mk_str line_done(struct arena *a, struct line_text *t)
{
	arena_trim(a, t->p, t->too_long ? 0 : t->len);
	return t->too_long || !t->len ? (mk_str){NULL, 0} : (mk_str){t->p, t->len};
}

static mk_str line_of_value(struct arena *a, mk_str value)
{
	struct line_text t = {arena_alloc(a, CLAIM_LONGEST), 0, 0, false, false};
	line_add(&t, value.p, value.len);
	return line_done(a, &t);
}

mk_str meta_node_text(struct arena *a, const struct node *root)
{
	if (!root)
		return (mk_str){NULL, 0};
	struct line_text t = {arena_alloc(a, CLAIM_LONGEST), 0, 0, false, false};
	size_t nodes = 0;
	for (const struct node *n = root; n && !t.too_long;) {
		t.too_long = ++nodes > CLAIM_NODES_MOST;
		unsigned flags = n->type == NODE_ELEMENT && n->tag < N_TAGS ? tag_rows[n->tag].flags : 0;
		if (n->type == NODE_TEXT)
			line_add(&t, n->u.text, n->len);
		else if ((flags & TAGF_BLOCK) || is_html(n, TAG_BR))
			t.space = t.len > 0;
		const struct node *child = n != root && (flags & TAGF_NO_TEXT) ? NULL : first_child(n);
		if (child) {
			n = child;
			continue;
		}
		for (; n != root && !n->next; n = n->parent)
			t.space |= t.len > 0 && n->tag < N_TAGS && n->type == NODE_ELEMENT && (tag_rows[n->tag].flags & TAGF_BLOCK);
		if (n == root)
			break;
		t.space |= t.len > 0 && n->type == NODE_ELEMENT && n->tag < N_TAGS && (tag_rows[n->tag].flags & TAGF_BLOCK);
		n = n->next;
	}
	return line_done(a, &t);
}

mk_str meta_claim_text(struct arena *a, const struct claim *c)
{
	return c->value.p ? line_of_value(a, c->value) : c->node ? meta_node_text(a, c->node) : (mk_str){NULL, 0};
}
