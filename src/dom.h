/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dom.h - the tree: nodes, attributes, and how to walk them.  tree.c builds it; from then on it is const.
 *
 * The children of a <template> element are its template contents; there is no separate fragment node.
 */
#ifndef MAKALA_DOM_H
#define MAKALA_DOM_H

#include "base/str.h"
#include "tables/tags.h" /* enum tag (TAG_A …), enum attr_id (ATTR_CLASS …), TAGF_ flags */

enum node_type { NODE_DOCUMENT, NODE_ELEMENT, NODE_DOCTYPE, NODE_TEXT, NODE_COMMENT, NODE_INSTRUCTION };
enum ns { NS_HTML, NS_SVG, NS_MATHML };

#define ATTR_BEHIND 32 /* bytes behind an attribute's value, unless that is empty, that can be read, whatever they are */

/* An attribute.  Names are lower case, but for the adjusted ones of foreign elements ("viewBox", "xlink href"). */
struct attr {
	const char *name, *value; /* slices of the page's text, of a table, or in the arena; not NUL-terminated */
	uint32_t name_len, value_len;
	uint16_t id;              /* ATTR_CLASS …, ATTR_OTHER when the name has no id */
	uint16_t unused;
	uint32_t src;             /* byte offset of the name in the page's text */
};

struct node {
	struct node *parent, *prev, *next;
	union {
		struct {
			struct node *first, *last;
		} kids; /* document, element */
		struct {
			uint32_t src_end; /* past the last source byte */
			uint32_t cap;     /* room at text if that is in the arena and may be appended to, else 0 */
			const char *target; /* of a processing instruction */
		} leaf; /* text, comment, instruction */
	} as;
	union {
		const struct attr *attrs; /* element; doctype: three, name, public and system identifier (value NULL if missing) */
		const char *text;         /* text, comment, instruction */
	} u;
	uint32_t len;   /* bytes of text; number of attributes */
	uint32_t src;   /* byte offset of the start in the page's text */
	uint32_t tag;   /* enum tag; N_TAGS + i is the page's unknown name i.  Instruction: bytes of leaf.target */
	uint8_t type;   /* enum node_type */
	uint8_t ns;     /* enum ns */
	uint8_t flags;  /* NODE_… bits below */
};

_Static_assert(sizeof(struct node) <= 64, "a node fits a cache line");
_Static_assert(sizeof(struct attr) <= 32, "an attribute is at most half a cache line");

#define NODE_IMPLIED 1   /* element made without a tag in the source, or again by error repair */
#define NODE_FLATTENED 2 /* would have stood deeper than the depth cap */

static inline bool is_html(const struct node *n, enum tag tag)
{
	return n->tag == (uint32_t)tag && n->type == NODE_ELEMENT && n->ns == NS_HTML;
}

static inline bool is_element(const struct node *n)
{
	return n->type == NODE_ELEMENT;
}

/* Whether an element is one of HTML's with one of these TAGF_ flags. */
static inline bool is_any_of(const struct node *element, unsigned tag_flags)
{
	return element->ns == NS_HTML && element->tag < N_TAGS && tag_rows[element->tag].flags & tag_flags;
}

static inline struct node *first_child(const struct node *n)
{
	return n->type <= NODE_ELEMENT ? n->as.kids.first : NULL;
}

/* The attribute with this id, NULL if there is none. */
const struct attr *dom_attr(const struct node *element, enum attr_id id);

/* Its value; {NULL, 0} if there is none. */
mk_str dom_value(const struct node *element, enum attr_id id);

/* An attribute as an integer by HTML's rules for integers, cut to least…most; otherwise if it is missing or none. */
int64_t dom_integer(const struct node *element, enum attr_id id, int64_t otherwise, int64_t least, int64_t most);

/* Document order within root: the node after n, and the node after all that is in n.  NULL at the end of root. */
const struct node *dom_next(const struct node *n, const struct node *root);
const struct node *dom_next_outside(const struct node *n, const struct node *root);

/* Whether n is root or stands in it. */
bool dom_is_inside(const struct node *n, const struct node *root);

/* The first HTML element with this tag in or below root, NULL if there is none. */
const struct node *dom_find(const struct node *root, enum tag tag);

#endif
