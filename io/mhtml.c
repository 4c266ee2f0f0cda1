/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mhtml.c - a page that a browser saved as one file -> its HTML, decoded in place.
 *
 * MHTML (RFC 2557) is an e-mail message: headers, and parts between lines with a boundary.  The page is the first part that is
 * HTML; the others are its pictures, styles and frames.  A part may contain parts itself, with another boundary.  Every line is
 * looked at once and compared with at most BOUNDARIES_MOST boundaries, and a decoded part is never longer than the encoded one.
 */
#include "io.h"

#include <strings.h>

#define HEAD_MOST ((size_t)64 << 10) /* bytes; longer headers are not read */
#define BOUNDARIES_MOST 8

struct text {
	const char *p;
	size_t len;
};

/* A position in the message, and all boundaries that have been declared before it. */
struct message {
	char *p, *end;
	struct text boundaries[BOUNDARIES_MOST];
	unsigned n_boundaries;
};

/* The headers of a message or of a part that are needed here.  A missing one is {NULL, 0}. */
struct head {
	struct text version, type, encoding, location, snapshot;
};

/* ---- Headers ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct text trimmed(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	while (p < end && is_space(end[-1]))
		end--;
	return (struct text){p, (size_t)(end - p)};
}

static bool begins(struct text t, const char *word)
{
	size_t n = strlen(word);
	return t.len >= n && strncasecmp(t.p, word, n) == 0;
}

/* The end of the line at p, after its newline. */
static char *line_end(char *p, char *end)
{
	char *newline = memchr(p, '\n', (size_t)(end - p));
	return newline ? newline + 1 : end;
}

static void keep_header(struct head *head, struct text name, struct text value)
{
	static const char *const names[] = {"mime-version", "content-type", "content-transfer-encoding", "content-location",
	                                    "snapshot-content-location"};
	struct text *const slots[] = {&head->version, &head->type, &head->encoding, &head->location, &head->snapshot};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (name.len == strlen(names[i]) && begins(name, names[i]))
			*slots[i] = value;
}

/* Reads headers up to the empty line after them, and moves past it.  Returns false if there is something else. */
static bool read_head(struct message *m, struct head *head)
{
	char *limit = (size_t)(m->end - m->p) > HEAD_MOST ? m->p + HEAD_MOST : m->end;
	*head = (struct head){0};
	while (m->p < limit) {
		char *next = line_end(m->p, limit);
		if (trimmed(m->p, next).len == 0) {
			m->p = next;
			return true;
		}
		while (next < limit && (*next == ' ' || *next == '\t')) /* the header goes on in the next line */
			next = line_end(next, limit);
		char *colon = memchr(m->p, ':', (size_t)(next - m->p));
		for (const char *p = m->p; p < (colon ? colon : next); p++)
			if (!colon || *p <= ' ' || *p >= 0x7f)
				return false;
		keep_header(head, (struct text){m->p, (size_t)(colon - m->p)}, trimmed(colon + 1, next));
		m->p = next;
	}
	return false;
}

/* The value of a parameter of a content type, such as charset in "text/html; charset=utf-8"; {NULL, 0} if there is none. */
static struct text parameter(struct text type, const char *name)
{
	const char *p = type.p, *end = type.p + type.len;
	while (p < end && (p = memchr(p, ';', (size_t)(end - p)))) {
		struct text rest = trimmed(p + 1, end);
		p = rest.p;
		if (!begins(rest, name) || rest.len <= strlen(name) || rest.p[strlen(name)] != '=')
			continue;
		const char *value = p + strlen(name) + 1;
		bool quoted = value < end && *value == '"';
		value += quoted;
		const char *stop = value;
		while (stop < end && (quoted ? *stop != '"' : *stop != ';' && !is_space(*stop)))
			stop++;
		return (struct text){value, (size_t)(stop - value)};
	}
	return (struct text){NULL, 0};
}

/* ---- Parts ---- */

static void add_boundary(struct message *m, const struct head *head)
{
	struct text boundary = parameter(head->type, "boundary");
	if (begins(head->type, "multipart/") && boundary.len && m->n_boundaries < BOUNDARIES_MOST)
		m->boundaries[m->n_boundaries++] = boundary;
}

/* Whether the line from p to end is a boundary. */
static bool is_boundary(const struct message *m, const char *p, const char *end)
{
	if (end - p < 3 || p[0] != '-' || p[1] != '-')
		return false;
	const struct text line = trimmed(p + 2, end);
	for (unsigned i = 0; i < m->n_boundaries; i++) {
		const struct text b = m->boundaries[i];
		if (line.len >= b.len && memcmp(line.p, b.p, b.len) == 0 &&
		    (line.len == b.len || (line.len == b.len + 2 && memcmp(line.p + b.len, "--", 2) == 0)))
			return true;
	}
	return false;
}

/* Moves past the next boundary.  Returns the end of the text before it, without the line end that belongs to the boundary. */
static char *next_boundary(struct message *m)
{
	char *start = m->p;
	while (m->p < m->end) {
		char *line = m->p;
		m->p = line_end(line, m->end);
		if (!is_boundary(m, line, m->p))
			continue;
		if (line > start && line[-1] == '\n')
			line--;
		if (line > start && line[-1] == '\r')
			line--;
		return line;
	}
	return m->end;
}

static bool is_html(const struct head *head)
{
	return begins(head->type, "text/html") || begins(head->type, "application/xhtml+xml");
}

/* Finds the first part that is HTML.  Returns false if there is none. */
static bool find_html(struct message *m, struct head *head)
{
	while (!is_html(head)) {
		add_boundary(m, head);
		do {
			next_boundary(m);
			if (m->p >= m->end)
				return false;
		} while (!read_head(m, head));
	}
	return true;
}

/* ---- Decoding ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Each =XX is a byte, and = at the end of a line continues it (RFC 2045, 6.7).  Any other = is kept. */
static size_t decode_quoted(char *p, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		size_t end = i + 1;
		if (p[i] != '=') {
			p[n++] = p[i];
			continue;
		}
		if (i + 2 < len && hex_digit(p[i + 1]) >= 0 && hex_digit(p[i + 2]) >= 0) {
			p[n++] = (char)(hex_digit(p[i + 1]) << 4 | hex_digit(p[i + 2]));
			i += 2;
			continue;
		}
		while (end < len && end < i + 80 && (p[end] == ' ' || p[end] == '\t' || p[end] == '\r'))
			end++;
		if (end == len || p[end] == '\n')
			i = end;
		else
			p[n++] = '=';
	}
	return n;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	return c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Bytes that are no digits are skipped, as RFC 2045, 6.8 says; = ends the text. */
static size_t decode_base64(char *p, size_t len)
{
	size_t n = 0;
	unsigned bits = 0, n_bits = 0;
	for (size_t i = 0; i < len && p[i] != '='; i++) {
		int digit = base64_digit(p[i]);
		if (digit < 0)
			continue;
		bits = (bits << 6 | (unsigned)digit) & 0xffff;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			p[n++] = (char)(bits >> n_bits);
		}
	}
	return n;
}

/* ---- The page ---- */

/* Copies a header into b, NUL-terminated and without the line ends in it, and returns its offset there + 1; 0 if it is missing. */
static size_t copy_header(struct bytes *b, struct text t, bool *good)
{
	size_t at = b->len + 1;
	if (!t.len)
		return 0;
	for (size_t i = 0; i < t.len && *good; i++)
		if (!is_space(t.p[i]) && t.p[i])
			*good = bytes_add(b, t.p + i, 1);
	*good = *good && bytes_add(b, "", 1);
	return at;
}

enum mhtml io_mhtml(char *p, size_t len, struct bytes *names, mk_io_item *item)
{
	struct message m = {.p = p, .end = p + len};
	struct head top, part;
	bool good = true;
	if (!read_head(&m, &top) || !top.version.len || !(begins(top.type, "multipart/") || is_html(&top)))
		return MHTML_NOT;
	part = top;
	if (!find_html(&m, &part))
		return MHTML_NO_PAGE;
	char *body = m.p, *end = next_boundary(&m);
	const struct text location = begins(part.location, "http") ? part.location : top.snapshot.len ? top.snapshot : top.location;
	names->len = 0;
	size_t url = copy_header(names, location, &good), charset = copy_header(names, parameter(part.type, "charset"), &good);
	if (!good)
		return MHTML_NO_MEMORY;
	item->url = url ? names->p + url - 1 : NULL;
	item->charset = charset ? names->p + charset - 1 : NULL;
	item->content_type = "text/html";
	item->len = (size_t)(end - body);
	if (begins(part.encoding, "quoted-printable"))
		item->len = decode_quoted(body, item->len);
	else if (begins(part.encoding, "base64"))
		item->len = decode_base64(body, item->len);
	memset(body + item->len, 0, MK_PADDING);
	item->bytes = body;
	return MHTML_PAGE;
}
