/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dom.c - reading the finished tree.  Nothing here changes it, and no walk recurses.
 */
#include "dom.h"

#include <string.h>

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

const struct node *dom_find(const struct node *root, enum tag tag)
{
	for (const struct node *n = root; n; n = dom_next(n, root))
		if (is_html(n, tag))
			return n;
	return NULL;
}

bool str_same(const char *p, const char *lower, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (c != lower[i])
			return false;
	}
	return true;
}

mk_str str_trim(mk_str s)
{
	while (s.len && is_space(s.p[0]))
		s.p++, s.len--;
	while (s.len && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

mk_str str_collapse(struct arena *a, mk_str s)
{
	char *out = arena_alloc(a, s.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		bool no_break = (uint8_t)s.p[i] == 0xC2 && i + 1 < s.len && (uint8_t)s.p[i + 1] == 0xA0;
		if (!no_break && !is_space(s.p[i]))
			out[n++] = s.p[i];
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
		i += no_break;
	}
	n -= n && out[n - 1] == ' ';
	arena_trim(a, out, n);
	return n ? (mk_str){out, n} : (mk_str){NULL, 0};
}
