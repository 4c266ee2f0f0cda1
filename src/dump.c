/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump.c - writes the document tree in the format of html5lib's tree-construction tests: one line per node, two spaces of
 * indentation per level, attributes on lines of their own in the order of their names.
 *
 * The format serves tests, which compare it with html5lib's expectations, and people who want to know why a page is parsed as it
 * is.  The walk does not recurse.  The work is linear in the output.  Since indentation grows with depth, the output could be larger
 * than the page by a factor of the depth of the tree; it ends when it reaches its budget.  Sorting is by insertion, which is cheap for the at most max_attributes (512)
 * attributes of an element.
 */
#include "token.h"

static void dump_indent(struct buf *b, uint32_t depth)
{
	buf_str(b, "| ");
	for (uint32_t i = 0; i < depth; i++)
		buf_str(b, "  ");
}

/*
 * html5lib sorts attribute names by UTF-16 code units.  The order of UTF-8 bytes differs from that only between a character above
 * U+FFFF, which is a surrogate pair in UTF-16, and one in U+E000 … U+FFFF.  Comparing bytes is good enough for such names.
 */
static bool attr_is_before(const struct attr *a, const struct attr *b)
{
	size_t n = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = memcmp(a->name, b->name, n);
	return order < 0 || (order == 0 && a->name_len < b->name_len);
}

static void dump_attrs(struct buf *b, const struct node *n, uint32_t depth)
{
	const struct attr **order = arena_array(b->arena, n->len + 1, sizeof *order);
	for (uint32_t i = 0; i < n->len; i++) {
		uint32_t at = i;
		for (; at > 0 && attr_is_before(&n->u.attrs[i], order[at - 1]); at--)
			order[at] = order[at - 1];
		order[at] = &n->u.attrs[i];
	}
	for (uint32_t i = 0; i < n->len; i++) {
		dump_indent(b, depth);
		buf_add(b, order[i]->name, order[i]->name_len);
		buf_str(b, "=\"");
		buf_add(b, order[i]->value, order[i]->value_len);
		buf_str(b, "\"\n");
	}
}

/*
 * The element's name with html5lib's prefix for its namespace.  Tag names are lower case in tag_rows; SVG elements of mixed case
 * get the standard's spelling back ("foreignObject").
 */
static void dump_name(const mk_page *pg, struct buf *b, const struct node *n)
{
	mk_str name = tag_name(pg, n->tag);
	if (n->ns == NS_MATHML)
		buf_str(b, "math ");
	if (n->ns == NS_SVG) {
		buf_str(b, "svg ");
		for (size_t i = 0; i < sizeof svg_tags / sizeof svg_tags[0]; i++)
			if (svg_tags[i].tag == n->tag)
				name = (mk_str){svg_tags[i].name, name.len};
	}
	buf_add(b, name.p, name.len);
}

static void dump_doctype(struct buf *b, const struct node *n)
{
	const struct attr *name = &n->u.attrs[0], *public_id = &n->u.attrs[1], *system_id = &n->u.attrs[2];
	buf_str(b, "<!DOCTYPE ");
	buf_add(b, name->value, name->value_len);
	if (public_id->value_len || system_id->value_len) {
		buf_str(b, " \"");
		buf_add(b, public_id->value, public_id->value_len);
		buf_str(b, "\" \"");
		buf_add(b, system_id->value, system_id->value_len);
		buf_str(b, "\"");
	}
	buf_str(b, ">\n");
}

static void dump_node(const mk_page *pg, struct buf *b, const struct node *n, uint32_t depth)
{
	dump_indent(b, depth);
	switch (n->type) {
	case NODE_DOCTYPE:
		dump_doctype(b, n);
		return;
	case NODE_ELEMENT:
		buf_char(b, '<');
		dump_name(pg, b, n);
		buf_str(b, ">\n");
		dump_attrs(b, n, depth + 1);
		return;
	case NODE_TEXT:
		buf_char(b, '"');
		buf_add(b, n->u.text, n->len);
		buf_str(b, "\"\n");
		return;
	case NODE_COMMENT:
		buf_str(b, "<!-- ");
		buf_add(b, n->u.text, n->len);
		buf_str(b, " -->\n");
		return;
	default: /* processing instruction */
		buf_str(b, "<?");
		buf_add(b, n->as.leaf.target, n->tag);
		buf_char(b, ' ');
		buf_add(b, n->u.text, n->len);
		buf_str(b, ">\n");
	}
}

void dump_write(mk_page *pg, struct buf *b)
{
	const struct node *root = pg->document;
	if (pg->is_fragment)
		root = root->as.kids.first; /* the root html element of a fragment; its children are the fragment */
	uint32_t depth = 0;
	const struct node *n = first_child(root);
	while (n) {
		if (!buf_room(b)) {
			warn(pg, MK_WARN_OUTPUT);
			return;
		}
		dump_node(pg, b, n, depth);
		if (is_html(n, TAG_TEMPLATE)) {
			dump_indent(b, ++depth); /* the children are one level deeper; undone on leaving the element */
			buf_str(b, "content\n");
		}
		if (first_child(n)) {
			depth++;
			n = first_child(n);
			continue;
		}
		for (;; n = n->parent, depth--) {
			if (n == root)
				return;
			if (is_html(n, TAG_TEMPLATE))
				depth--;
			if (n->next)
				break;
		}
		n = n->next;
	}
}
