/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonld.h - the structured data of a page (JSON-LD) as one flat list of values.
 * Values stand in the order of the text, a container before what is in it: the members of container i are i + 1, then the next of
 * that one and so on, up to (and without) the next of i.
 */
#ifndef MAKALA_JSONLD_H
#define MAKALA_JSONLD_H

#include "page.h"

enum ld_kind { LD_OBJECT, LD_ARRAY, LD_STRING, LD_LITERAL };

#define LD_NONE UINT32_MAX

struct ld_value {
	mk_str key;      /* of a member of an object, without quotes and prefix ("schema:"); {NULL, 0} in arrays */
	mk_str text;     /* string: as written between its quotes, see jsonld_text(); literal: a number, true, false */
	uint32_t parent; /* LD_NONE at the top */
	uint32_t next;   /* past all that is in it */
	uint8_t kind;    /* enum ld_kind */
};

struct jsonld {
	struct ld_value *values;
	uint32_t n, cap;
	size_t n_bytes; /* of the scripts read so far */
	uint32_t *named; /* objects that have an @id, to be found by it; in order of appearance */
	uint32_t n_named;
	uint32_t *pictures; /* objects of type ImageObject */
	uint32_t n_pictures;
};

/* Appends the values of one script, as much of it as the budgets allow. */
void jsonld_read(struct jsonld *ld, struct arena *a, mk_str script);

/* The member of object i with this key (lower case; those of the script count in any case); LD_NONE if i is no object or has none.
 * A list of one counts as what is in it. */
uint32_t jsonld_get(const struct jsonld *ld, uint32_t i, const char *key);

/* The object that i refers to by nothing but an @id, i itself when it does not or there is no such object. */
uint32_t jsonld_deref(const struct jsonld *ld, uint32_t i);

/* String or number i as text: escapes and character references resolved, white space collapsed; {NULL, 0} for what has no text. */
mk_str jsonld_text(const struct jsonld *ld, struct arena *a, uint32_t i);

/* s without its escapes into out, which has room for s.len bytes; returns how many it took. */
size_t jsonld_unescape(mk_str s, char *out);

/* Whether @type of object i is, or is among others, a type that ends with this ("Article" for NewsArticle). */
bool jsonld_is(const struct jsonld *ld, uint32_t i, const char *ending);

#endif
