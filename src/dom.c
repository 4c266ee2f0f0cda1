/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dom.c - attribute look-ups and walks over the finished document tree.
 *
 * Nothing here changes the tree or allocates memory.  No walk recurses, so the depth of a tree cannot exhaust the C stack.  A
 * look-up of an attribute is linear in the attributes of the element, of which the tokenizer keeps at most max_attributes.
 */
#include "dom.h"

const struct attr *dom_attr(const struct node *element, enum attr_id id)
{
	for (uint32_t i = 0; i < element->len; i++)
		if (element->u.attrs[i].id == id)
			return &element->u.attrs[i];
	return NULL;
}

mk_str dom_value(const struct node *element, enum attr_id id)
{
	const struct attr *attr = dom_attr(element, id);
	return attr ? (mk_str){attr->value, attr->value_len} : (mk_str){NULL, 0};
}

int64_t dom_integer(const struct node *element, enum attr_id id, int64_t otherwise, int64_t least, int64_t most)
{
	mk_str s = dom_value(element, id);
	while (s.len && is_space(*s.p))
		s.p++, s.len--;
	bool negative = s.len && *s.p == '-';
	if (s.len && (*s.p == '-' || *s.p == '+'))
		s.p++, s.len--;
	if (!s.len || *s.p < '0' || *s.p > '9')
		return otherwise;
	int64_t value = 0;
	for (; s.len && *s.p >= '0' && *s.p <= '9'; s.p++, s.len--)
		if (value < (int64_t)1 << 40) /* far above every limit that callers pass, and ten times this cannot overflow */
			value = 10 * value + (*s.p - '0');
	if (negative)
		value = -value;
	return value < least ? least : value > most ? most : value;
}

const struct node *dom_next_outside(const struct node *n, const struct node *root)
{
	while (n != root) {
		if (n->next)
			return n->next;
		n = n->parent;
	}
	return NULL;
}

const struct node *dom_next(const struct node *n, const struct node *root)
{
	const struct node *child = first_child(n);
	return child ? child : dom_next_outside(n, root);
}

bool dom_is_inside(const struct node *n, const struct node *root)
{
	while (n && n != root)
		n = n->parent;
	return n != NULL;
}

const struct node *dom_find(const struct node *root, enum tag tag)
{
	for (const struct node *n = root; n; n = dom_next(n, root))
		if (is_html(n, tag))
			return n;
	return NULL;
}
