/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.c - the functions of str.h that contain loops; see str.h for their contracts.
 */
#include "str.h"

bool str_same(const char *p, const char *lower, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (to_lower(p[i]) != lower[i])
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

mk_str str_local_name(mk_str s)
{
	for (size_t i = s.len; i-- > 0;)
		if (s.p[i] == '/' || s.p[i] == ':' || s.p[i] == '#')
			return (mk_str){s.p + i + 1, s.len - i - 1};
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
