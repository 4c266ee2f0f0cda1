/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonld.h - the structured data of a page (JSON-LD) as one flat array of values.
 *
 * Values are in the order of the text, and an object or array comes before its members.  The first member of container i is i + 1,
 * the following member is `next` of that one, and so on up to `next` of i, which is after the last member.
 */
#ifndef MAKALA_JSONLD_H
#define MAKALA_JSONLD_H

#include "page.h"

enum ld_kind { LD_OBJECT, LD_ARRAY, LD_STRING, LD_LITERAL };

#define LD_NONE UINT32_MAX

struct ld_value {
	mk_str key;      /* key of a member, without quotes and prefix ("schema:"); {NULL, 0} in arrays and at the top */
	mk_str text;     /* string: the raw text between the quotes, see jsonld_text(); literal: a number, true or false */
	uint32_t parent; /* container of the value; LD_NONE at the top */
	uint32_t next;   /* index after the value and all its members */
	uint8_t kind;    /* enum ld_kind */
};

struct jsonld {
	struct ld_value *values;
	uint32_t n, cap;
	bool cut;       /* a budget was reached, and something was not read or was dropped */
	uint32_t *named; /* the @id of objects with other members, for jsonld_deref(); in the order of the @id, which differ */
	uint32_t n_named;
	uint32_t *pictures; /* objects of a type that ends with ImageObject; in page order */
	uint32_t n_pictures;
};

/* Appends the values of one script.  Returns the index of the first of them.  When a budget is used up, drops values that hardly
 * matter, or stops; see jsonld.c. */
uint32_t jsonld_read(struct jsonld *ld, struct arena *a, mk_str script);

/*
 * The member of object i with this key, which is given in lower case and compared ignoring case; LD_NONE if i is not an object or
 * has no such member.  If the member is an array with one item, returns the item.
 */
uint32_t jsonld_get(const struct jsonld *ld, uint32_t i, const char *key);

/* If object i has only an @id, the object with that @id and other members; i itself if there is none, and for other values. */
uint32_t jsonld_deref(const struct jsonld *ld, uint32_t i);

/* String or literal i as text: escapes and character references decoded, white space collapsed; {NULL, 0} for other values. */
mk_str jsonld_text(const struct jsonld *ld, struct arena *a, uint32_t i);

/* Decodes the escapes of s into out, which has room for s.len bytes and may be s itself.  Returns the number of bytes. */
size_t jsonld_unescape(mk_str s, char *out);

/* How likely a page is about an object of this type: 3 for works such as articles, 2 for other things, 1 for pages, else 0. */
int jsonld_rank_of(mk_str type);

/* The same for object i: the highest number of its types. */
int jsonld_rank(const struct jsonld *ld, uint32_t i);

#endif
