/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dom.h - the document tree: nodes, attributes, and functions that search and walk them.
 *
 * tree.c builds the tree.  Afterwards no stage changes it: results of later stages are kept in arrays of their own.  Nodes and
 * attributes are allocated in the page's arena and live as long as the page.
 *
 * The children of a <template> element are its template contents; there is no separate DocumentFragment node.
 */
#ifndef MAKALA_DOM_H
#define MAKALA_DOM_H

#include "base/str.h"
#include "tables/tags.h" /* enum tag (TAG_A …), enum attr_id (ATTR_CLASS …), TAGF_ flags */

/* The types that can have children come first: first_child() relies on it. */
enum node_type { NODE_DOCUMENT, NODE_ELEMENT, NODE_DOCTYPE, NODE_TEXT, NODE_COMMENT, NODE_INSTRUCTION };
enum ns { NS_HTML, NS_SVG, NS_MATHML };

/*
 * Readable bytes after the end of a non-empty attribute value; their content is unspecified.  They let a value be searched several
 * bytes at a time without a copy of its end.
 */
#define ATTR_BEHIND 32

/* An attribute.  Names are lower case, except for the adjusted attributes of foreign elements ("viewBox", "xlink href"). */
struct attr {
	const char *name, *value; /* slices of the page's text, of a table or of the arena; not NUL-terminated */
	uint32_t name_len, value_len;
	uint16_t id;              /* ATTR_CLASS …; ATTR_OTHER if the name has no id */
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
			uint32_t src_end; /* byte offset of the end (exclusive) in the page's text */
			uint32_t cap;     /* capacity in bytes of u.text if that is this node's own copy in the arena, else 0 */
			const char *target; /* processing instruction: its target, not NUL-terminated */
		} leaf; /* text, comment, processing instruction */
	} as;
	union {
		const struct attr *attrs; /* element; doctype: name, public and system identifier (value NULL if missing) */
		const char *text;         /* data of a text, comment or processing instruction; not NUL-terminated */
	} u;
	uint32_t len;   /* bytes of u.text, or number of u.attrs (3 for a doctype) */
	uint32_t src;   /* byte offset of the start in the page's text */
	uint32_t tag;   /* enum tag; N_TAGS + i is pg->names[i].  Processing instruction: bytes of leaf.target */
	uint8_t type;   /* enum node_type */
	uint8_t ns;     /* enum ns */
	uint8_t flags;  /* NODE_… bits below */
	uint8_t marks;  /* words of its names that picture.c has looked for; the one field that a later stage sets */
};

_Static_assert(sizeof(struct node) <= 64, "a node fits a cache line");
_Static_assert(sizeof(struct attr) <= 32, "an attribute is at most half a cache line");

#define NODE_IMPLIED 1   /* element without a start tag of its own: implied, or a copy made by error repair */
#define NODE_FLATTENED 2 /* start tag met when max_depth elements were open: nested less deeply than written */
#define NODE_HIDES 4     /* its own attributes hide the element, see cue_hides() */
#define NODE_SHARED 8    /* text of an unpacked page in which several blocks begin or end, see pack.c */

static inline bool is_html(const struct node *n, enum tag tag)
{
	return n->tag == (uint32_t)tag && n->type == NODE_ELEMENT && n->ns == NS_HTML;
}

static inline bool is_element(const struct node *n)
{
	return n->type == NODE_ELEMENT;
}

/* Whether an element is in the HTML namespace and its tag has at least one of these TAGF_ flags. */
static inline bool is_any_of(const struct node *element, unsigned tag_flags)
{
	return element->ns == NS_HTML && element->tag < N_TAGS && tag_rows[element->tag].flags & tag_flags;
}

/* The first child; NULL if n has no children or is of a type that cannot have any. */
static inline struct node *first_child(const struct node *n)
{
	return n->type <= NODE_ELEMENT ? n->as.kids.first : NULL;
}

/* The attribute with this id; NULL if the element has no such attribute. */
const struct attr *dom_attr(const struct node *element, enum attr_id id);

/* The value of the attribute with this id; {NULL, 0} if the element has no such attribute. */
mk_str dom_value(const struct node *element, enum attr_id id);

/*
 * The value of an attribute by the standard's "rules for parsing integers", clamped to least … most.  Returns otherwise if the
 * attribute is missing or its value does not start with an integer.
 */
int64_t dom_integer(const struct node *element, enum attr_id id, int64_t otherwise, int64_t least, int64_t most);

/*
 * Walks in document order within root.  dom_next() returns the node that follows n, its first child if it has children;
 * dom_next_outside() skips the descendants of n.  Both return NULL at the end of root.
 */
const struct node *dom_next(const struct node *n, const struct node *root);
const struct node *dom_next_outside(const struct node *n, const struct node *root);

/* Whether n is root or a descendant of root. */
bool dom_is_inside(const struct node *n, const struct node *root);

/* The first HTML element with this tag in document order, root included; NULL if there is no such element. */
const struct node *dom_find(const struct node *root, enum tag tag);

#endif
