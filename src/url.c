/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - references as pages write them -> addresses.
 *
 * This is the URL standard's parser, reduced to the "special" schemes http and https, and to the few steps for mailto.  All other
 * schemes are refused here, so that no output format has to know which schemes are dangerous.  Each reference takes one pass over a
 * cleaned copy of at most 8 kB, into one buffer; most addresses are already in their final form and need no buffer.
 *
 * https://url.spec.whatwg.org/#url-parsing
 */
#include "url.h"

#include "base/scan.h"

enum url_scheme { URL_RELATIVE, URL_HTTP, URL_HTTPS, URL_MAILTO, URL_OTHER };

/* The parts of an address, as slices.  Missing parts are empty; query and fragment include their "?" and "#". */
struct url_parts {
	enum url_scheme scheme;
	bool has_host;
	mk_str host, path, query, fragment;
};

/*
 * IN_PATH, IN_QUERY and IN_FRAGMENT: the character must be percent-encoded there (IN_PATH also in user names).  Controls, spaces
 * and bytes beyond ASCII are encoded everywhere.  IN_HOST: the character must not occur in a host name.
 * https://url.spec.whatwg.org/#percent-encoded-bytes
 */
enum { IN_PATH = 1, IN_QUERY = 2, IN_FRAGMENT = 4, IN_HOST = 8 };

/* The bits above for each ASCII character. */
static const uint8_t url_odd[128] = {
        ['"'] = IN_PATH | IN_QUERY | IN_FRAGMENT | IN_HOST,
        ['<'] = IN_PATH | IN_QUERY | IN_FRAGMENT | IN_HOST,
        ['>'] = IN_PATH | IN_QUERY | IN_FRAGMENT | IN_HOST,
        ['`'] = IN_PATH | IN_FRAGMENT | IN_HOST,
        ['{'] = IN_PATH | IN_HOST,
        ['}'] = IN_PATH | IN_HOST,
        ['^'] = IN_PATH | IN_HOST,
        ['\''] = IN_QUERY,
        ['#'] = IN_HOST, ['/'] = IN_HOST, [':'] = IN_HOST, ['?'] = IN_HOST, ['@'] = IN_HOST, ['['] = IN_HOST, ['\\'] = IN_HOST,
        [']'] = IN_HOST, ['|'] = IN_HOST, ['%'] = IN_HOST,
};

/* Appends s, percent-encoded for the place `where`. */
static void url_encode(struct buf *b, mk_str s, int where)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t run = 0;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.p[i];
		if (c > 0x20 && c < 0x7F && !(url_odd[c] & where))
			continue;
		buf_add(b, s.p + run, i - run);
		run = i + 1;
		buf_char(b, '%');
		buf_char(b, hex[c >> 4]);
		buf_char(b, hex[c & 15]);
	}
	if (run < s.len)
		buf_add(b, s.p + run, s.len - run);
}

static mk_str url_slice(mk_str s, size_t from, size_t to)
{
	return (mk_str){s.p + from, to - from};
}

/* Whether s may contain a tab or a line end: a byte below 14.  Reads eight bytes at a time; the last eight may overlap others. */
static bool url_may_break(mk_str s)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t found = 0;
	if (s.len < 8) {
		for (size_t i = 0; i < s.len; i++)
			found |= (uint8_t)s.p[i] < 14;
		return found;
	}
	for (size_t i = 0, last = s.len - 8;; i = i + 8 < last ? i + 8 : last) {
		const uint64_t w = load_word(s.p + i);
		found |= (w - 14 * ones) & ~w & 0x80 * ones;
		if (i == last)
			return found;
	}
}

/* Copies s without controls and spaces at its ends and without any tabs and line ends.  Returns false if it is too long. */
static bool url_clean(struct arena *a, mk_str s, mk_str *out)
{
	while (s.len && (uint8_t)s.p[0] <= 0x20)
		s = url_slice(s, 1, s.len);
	while (s.len && (uint8_t)s.p[s.len - 1] <= 0x20)
		s.len--;
	if (s.len > URL_LONGEST)
		return false;
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;
	if (s.len && !url_may_break(s)) {
		memcpy(p, s.p, s.len);
		n = s.len;
	}
	for (size_t i = n; i < s.len; i++)
		if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			p[n++] = s.p[i];
	*out = (mk_str){p, n};
	return true;
}

/* The scheme at the beginning of s; *len is set to its length with the colon, 0 if s is relative. */
static enum url_scheme url_scheme_of(mk_str s, size_t *len)
{
	*len = 0;
	if (!s.len || !is_alpha(s.p[0]))
		return URL_RELATIVE;
	size_t i = 1;
	while (i < s.len && (is_alnum(s.p[i]) || s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.'))
		i++;
	if (i == s.len || s.p[i] != ':')
		return URL_RELATIVE;
	*len = i + 1;
	return str_equals(s.p, i, "http")     ? URL_HTTP
	       : str_equals(s.p, i, "https")  ? URL_HTTPS
	       : str_equals(s.p, i, "mailto") ? URL_MAILTO
	                                      : URL_OTHER;
}

static bool url_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Splits s into its parts.  base: the scheme of the base address; "http:x" is relative to a base with the same scheme. */
static struct url_parts url_split(mk_str s, enum url_scheme base)
{
	struct url_parts u = {0};
	size_t i = 0;
	u.scheme = url_scheme_of(s, &i);
	size_t end = i;
	while (end < s.len && s.p[end] != '?' && s.p[end] != '#')
		end++;
	size_t query_end = end;
	while (query_end < s.len && s.p[query_end] != '#')
		query_end++;
	u.query = url_slice(s, end, query_end);
	u.fragment = url_slice(s, query_end, s.len);
	bool two = end - i >= 2 && url_slash(s.p[i]) && url_slash(s.p[i + 1]);
	bool web = u.scheme == URL_HTTP || u.scheme == URL_HTTPS;
	if (web && !two && u.scheme == base)
		u.scheme = URL_RELATIVE;
	u.has_host = (web && u.scheme != URL_RELATIVE) || (u.scheme == URL_RELATIVE && two);
	if (u.has_host) {
		while (i < end && url_slash(s.p[i]))
			i++;
		size_t host = i;
		while (i < end && !url_slash(s.p[i]))
			i++;
		u.host = url_slice(s, host, i);
	}
	u.path = url_slice(s, i, end);
	return u;
}

/* Appends ":port", unless it is empty or the default port of the scheme.  Returns false if it is not a port number. */
static bool url_put_port(struct buf *b, mk_str port, enum url_scheme scheme)
{
	unsigned number = 0;
	for (size_t i = 0; i < port.len; i++) {
		if (!is_digit(port.p[i]))
			return false;
		number = number * 10 + (unsigned)(port.p[i] - '0');
		if (number > 65535)
			return false;
	}
	if (port.len && number != (scheme == URL_HTTP ? 80u : 443u)) {
		buf_char(b, ':');
		buf_uint(b, number);
	}
	return true;
}

/* Whether c may occur in a host name or, if ip6, in an IPv6 address between brackets. */
static bool url_host_char(uint8_t c, bool ip6)
{
	if (ip6)
		return is_digit((char)c) || ((c | 32) >= 'a' && (c | 32) <= 'f') || c == ':' || c == '.';
	return c >= 0x80 || (c > 0x20 && c < 0x7F && !(url_odd[c] & IN_HOST));
}

/* Appends host in lower case, with user name, password and port if it has them.  Returns false if it is not valid. */
static bool url_put_host(struct buf *b, mk_str host, enum url_scheme scheme)
{
	for (size_t i = host.len; i-- > 0;) {
		if (host.p[i] != '@')
			continue;
		if (i) {
			url_encode(b, url_slice(host, 0, i), IN_PATH);
			buf_char(b, '@');
		}
		host = url_slice(host, i + 1, host.len);
		break;
	}
	size_t end = 0;
	bool ip6 = host.len && host.p[0] == '[';
	if (ip6) {
		const char *close = memchr(host.p, ']', host.len);
		if (!close)
			return false;
		end = (size_t)(close - host.p) + 1;
		if (end < host.len && host.p[end] != ':')
			return false;
	} else {
		while (end < host.len && host.p[end] != ':')
			end++;
	}
	if (end <= (ip6 ? 2u : 0u))
		return false;
	for (size_t i = 0; i < end; i++) {
		char c = host.p[i];
		if (!(ip6 && (i == 0 || i == end - 1)) && !url_host_char((uint8_t)c, ip6))
			return false;
		buf_char(b, to_lower(c));
	}
	return end == host.len || url_put_port(b, url_slice(host, end + 1, host.len), scheme);
}

/* 1 if s is ".", 2 if it is "..", with dots that may be percent-encoded; else 0. */
static int url_dots(mk_str s)
{
	int dots = 0;
	for (size_t i = 0; i < s.len; dots++) {
		if (s.p[i] == '.')
			i++;
		else if (s.len - i >= 3 && str_equals(s.p + i, 3, "%2e"))
			i += 3;
		else
			return 0;
	}
	return dots <= 2 ? dots : 0;
}

/*
 * Appends the segments of path to b and resolves the dot segments among them.  The path in b begins at offset root; it is empty, or
 * the directory of the base, which ends with a slash.
 */
static void url_put_path(struct buf *b, size_t root, mk_str path)
{
	if (b->len == root)
		buf_char(b, '/');
	for (size_t i = 0; i < path.len;) {
		size_t end = i;
		while (end < path.len && !url_slash(path.p[end]))
			end++;
		mk_str segment = url_slice(path, i, end);
		int dots = url_dots(segment);
		if (dots == 2) {
			size_t cut = b->len - 1;
			while (cut > root && b->p[cut - 1] != '/')
				cut--;
			b->len = cut > root ? cut : root + 1;
		} else if (!dots) {
			url_encode(b, segment, IN_PATH);
			if (end < path.len)
				buf_char(b, '/');
		}
		i = end + 1;
	}
}

/* Appends everything after the host: path, query and fragment, resolved against those of the base. */
static void url_put_rest(struct buf *b, const struct url_parts *u, const struct url_parts *base)
{
	size_t root = b->len;
	mk_str path = u->path, query = u->query;
	if (!u->has_host && !(path.len && url_slash(path.p[0]))) {
		size_t keep = base->path.len;
		if (path.len)
			while (keep && base->path.p[keep - 1] != '/')
				keep--;
		else if (!query.len)
			query = base->query;
		buf_add(b, base->path.p, keep);
	} else if (path.len) {
		path = url_slice(path, 1, path.len); /* url_put_path() writes the first slash */
	}
	if (path.len || b->len == root)
		url_put_path(b, root, path);
	url_encode(b, query, IN_QUERY);
	url_encode(b, u->fragment, IN_FRAGMENT);
}

/* Appends a mailto address.  Returns false if it has no recipient. */
static bool url_put_mailto(struct buf *b, const struct url_parts *u)
{
	if (!u->path.len)
		return false;
	buf_str(b, "mailto:");
	url_encode(b, u->path, IN_PATH);
	url_encode(b, u->query, IN_QUERY);
	url_encode(b, u->fragment, IN_FRAGMENT);
	return true;
}

/* Whether s is an http or https address with a host and a path that url_resolve() would not change. */
static bool url_is_plain(mk_str s)
{
	const size_t host = s.len > 8 && !memcmp(s.p, "https://", 8) ? 8 : s.len > 7 && !memcmp(s.p, "http://", 7) ? 7 : s.len;
	size_t i = host;
	while (i < s.len && (is_small(s.p[i]) || is_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == '-'))
		i++;
	if (i == host || i == s.len || s.p[i] != '/')
		return false;
	for (; i < s.len; i++) {
		const uint8_t c = (uint8_t)s.p[i];
		if (c <= 0x20 || c >= 0x7F || c == '\\' || url_odd[c] & (IN_PATH | IN_QUERY | IN_FRAGMENT))
			return false;
		if ((c == '.' || c == '%') && s.p[i - 1] == '/') /* may be a dot segment */
			return false;
	}
	return true;
}

/* Sets *out to the finished address, and returns the rest of its buffer to the arena: a long base has made it large. */
static bool url_done(struct buf *b, bool good, mk_str *out)
{
	good = good && b->len <= URL_LONGEST;
	if (good)
		*out = (mk_str){b->p, b->len};
	arena_trim(b->arena, b->p, good ? b->len : 0);
	return good;
}

bool url_resolve(struct arena *a, mk_str base, mk_str ref, mk_str *out)
{
	*out = (mk_str){NULL, 0};
	mk_str s;
	if (!url_clean(a, ref, &s))
		return false;
	if (url_is_plain(s)) {
		*out = s;
		return true;
	}
	struct url_parts from = {0};
	if (base.len)
		from = url_split(base, URL_RELATIVE);
	struct url_parts u = url_split(s, from.scheme);
	if (u.scheme == URL_OTHER || (u.scheme == URL_RELATIVE && !from.has_host))
		return false;
	struct buf b;
	buf_init(&b, a, s.len + base.len + 16);
	bool good = true;
	if (u.scheme == URL_MAILTO) {
		good = url_put_mailto(&b, &u);
	} else {
		enum url_scheme scheme = u.scheme == URL_RELATIVE ? from.scheme : u.scheme;
		buf_str(&b, scheme == URL_HTTP ? "http://" : "https://");
		good = url_put_host(&b, u.has_host ? u.host : from.host, scheme);
		if (good)
			url_put_rest(&b, &u, &from);
	}
	return url_done(&b, good, out);
}

bool url_is_long(mk_str base, mk_str ref)
{
	size_t scheme_len;
	ref = str_trim(ref);
	if (3 * ref.len + base.len <= URL_LONGEST) /* even if each byte is encoded */
		return false;
	const enum url_scheme scheme = url_scheme_of(ref, &scheme_len);
	size_t most = scheme == URL_RELATIVE ? base.len : 0;
	for (size_t i = 0; i < ref.len; i++) {
		const uint8_t c = (uint8_t)ref.p[i];
		most += c > 0x20 && c < 0x7F && !(url_odd[c] & (IN_PATH | IN_QUERY | IN_FRAGMENT)) ? 1 : 3;
	}
	return scheme != URL_OTHER && most > URL_LONGEST;
}

mk_str url_hostname(mk_str url)
{
	struct url_parts u = url_split(url, URL_RELATIVE);
	if (u.scheme != URL_HTTP && u.scheme != URL_HTTPS)
		return (mk_str){NULL, 0};
	mk_str host = u.host;
	for (size_t i = host.len; i-- > 0;) {
		if (host.p[i] == '@') {
			host = url_slice(host, i + 1, host.len);
			break;
		}
	}
	size_t end = host.len; /* a port is the digits after the last colon; an IPv6 address ends with a bracket */
	while (end && is_digit(host.p[end - 1]))
		end--;
	return end && host.p[end - 1] == ':' ? url_slice(host, 0, end - 1) : host;
}

bool url_link(mk_page *pg, mk_str href, mk_str *out)
{
	*out = (mk_str){NULL, 0};
	mk_str s;
	if (!url_clean(&pg->arena, href, &s) || !s.len)
		return false;
	size_t scheme_len;
	if (pg->base_url.len || url_scheme_of(s, &scheme_len) != URL_RELATIVE)
		return url_resolve(&pg->arena, pg->base_url, s, out);
	/* The reference stays relative, so it is split only to find out what must be encoded. */
	struct url_parts u = url_split(s, URL_RELATIVE);
	struct buf b;
	buf_init(&b, &pg->arena, s.len + 16);
	if (u.has_host) {
		buf_str(&b, "//");
		if (!url_put_host(&b, u.host, URL_HTTPS))
			return false;
	}
	size_t path = b.len;
	url_encode(&b, u.path, IN_PATH);
	for (size_t i = path; i < b.len; i++)
		if (b.p[i] == '\\')
			b.p[i] = '/';
	url_encode(&b, u.query, IN_QUERY);
	url_encode(&b, u.fragment, IN_FRAGMENT);
	return url_done(&b, true, out);
}
