/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.c - lines of a file -> whether makala wrote them, and the inputs that they name.
 *
 * A file may only be continued if it proves to be makala's own: whole lines of the expected form, and after them at most one line
 * that was cut short, when a run was killed or the disk was full.  A line that was cut short proves nothing by itself, and could
 * be all that is left of somebody's data, so that it may be the only line only if it ends before its first value.
 */
#include "cli.h"

#include <errno.h>

#define BYTES_HEAD ",\"input_bytes\":\""

static const char *const heads[] = {[LINES_RECORDS] = "{\"schema\":1,\"input\":\"", [LINES_ERRORS] = "{\"input\":\""};

/* The end of the JSON string that starts at p, after its closing quote; NULL if it does not end before end. */
static const char *string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : NULL;
}

/* The end of the JSON object that starts at p; NULL if it does not end before end.  Only brackets and strings are checked. */
static const char *object_end(const char *p, const char *end)
{
	size_t depth = 0;
	while (p < end) {
		if (*p == '"') {
			p = string_end(p, end);
			if (!p)
				return NULL;
			continue;
		}
		depth += *p == '{' || *p == '[';
		if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return NULL;
}

/* ---- Strings ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The value of the n hexadecimal digits at p, which other text follows; -1 if one of the characters is not such a digit. */
static int hex_number(const char *p, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* Appends the character of an escape \uXXXX; p points after the u.  Surrogates are not handled: makala writes characters beyond
 * U+FFFF without an escape. */
static bool add_escape(struct bytes *b, const char *p)
{
	int code = hex_number(p, 4);
	if (code < 0)
		return false;
	char c[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))};
	if (code >= 0x800)
		return bytes_add(b, c, 3);
	c[1] = (char)(code < 0x80 ? code : 0xc0 | code >> 6);
	return bytes_add(b, c + 1, 1) && (code < 0x80 || bytes_add(b, c + 2, 1));
}

/* Sets b to the value of the JSON string at p, NUL-terminated.  The string must have an end. */
static bool read_string(struct bytes *b, const char *p)
{
	static const char letters[] = "n\nt\tr\rb\bf\f";
	b->len = 0;
	for (p++; *p != '"'; p++) {
		bool good;
		if (*p != '\\') {
			good = bytes_add(b, p, 1);
		} else if (*++p == 'u') {
			good = add_escape(b, p + 1);
			p += 4;
		} else {
			const char *letter = strchr(letters, *p);
			good = bytes_add(b, letter && *p ? letter + 1 : p, 1);
		}
		if (!good)
			return false;
	}
	return bytes_add(b, "", 1);
}

/* Decodes each %XX of b to its byte. */
static void read_percents(struct bytes *b)
{
	size_t n = 0;
	for (size_t i = 0; i < b->len; i++) {
		int byte = b->p[i] == '%' && i + 2 < b->len ? hex_number(b->p + i + 1, 2) : -1;
		b->p[n++] = byte < 0 ? b->p[i] : (char)byte;
		i += byte < 0 ? 0 : 2;
	}
	b->len = n;
}

/* ---- Lines ---- */

enum line { LINE_WHOLE, LINE_CUT, LINE_FOREIGN };

/* Whether line, which is NUL-terminated, is of the given form.  If it is whole, sets *input to the bytes of its input's path. */
static enum line line_check(enum lines lines, const char *line, size_t len, struct bytes *input)
{
	const char *head = heads[lines], *end = line + len;
	size_t n = strlen(head);
	if (len < n)
		return memcmp(line, head, len) == 0 ? LINE_CUT : LINE_FOREIGN;
	if (memcmp(line, head, n) != 0)
		return LINE_FOREIGN;
	const char *object = object_end(line, end);
	if (!object)
		return LINE_CUT;
	if (object != end)
		return LINE_FOREIGN;
	const char *name = line + n - 1, *after = string_end(name, end);
	if (lines == LINES_ERRORS && strncmp(after, ",\"status\":\"", 11) != 0)
		return LINE_FOREIGN;
	bool encoded = lines == LINES_RECORDS && strncmp(after, BYTES_HEAD, sizeof BYTES_HEAD - 1) == 0;
	if (!read_string(input, encoded ? after + sizeof BYTES_HEAD - 2 : name))
		return LINE_FOREIGN;
	if (encoded)
		read_percents(input);
	return LINE_WHOLE;
}

bool lines_read(FILE *f, enum lines lines, bool (*use)(void *, const char *, size_t, const char *), void *user, struct extent *extent,
                mk_io_error *e)
{
	static const char *const refusals[] = {
	        [LINES_RECORDS] = "line %zu is not a record with an \"input\"; --resume continues only files written by makala",
	        [LINES_ERRORS] = "line %zu is not an error of a makala run, so the file is left alone; name another file"};
	struct bytes input = {0};
	char *line = NULL;
	size_t cap = 0, n_lines = 0;
	ssize_t got;
	bool good = true, last = false;
	*extent = (struct extent){0};
	while (good && !last && (got = getline(&line, &cap, f)) > 0) {
		size_t len = (size_t)got;
		last = line[len - 1] != '\n';
		n_lines++;
		extent->size += got;
		if (!last)
			line[--len] = '\0';
		enum line is = strlen(line) == len ? line_check(lines, line, len, &input) : LINE_FOREIGN;
		if (is == LINE_WHOLE) {
			extent->whole += got;
			extent->needs_newline = last;
			good = use(user, line, len, input.p) || fail(e, MK_IO_NO_MEMORY, "out of memory");
		} else if (is == LINE_FOREIGN || !last || (n_lines == 1 && len >= strlen(heads[lines]))) {
			good = fail(e, MK_IO_WRITE_FAILED, refusals[lines], n_lines);
		}
	}
	if (good && ferror(f))
		good = fail_errno(e, MK_IO_WRITE_FAILED, errno, NULL);
	free(line);
	bytes_free(&input);
	return good;
}

/* ---- The bytes of a name ---- */

/* Appends the member "input_bytes": path with %XX for each byte that is not printable ASCII, and for % itself. */
static bool add_input_bytes(struct bytes *b, const char *path)
{
	char escape[4];
	bool good = bytes_add(b, BYTES_HEAD, sizeof BYTES_HEAD - 1);
	for (const char *p = path; *p && good; p++) {
		bool plain = (unsigned char)*p > 0x20 && (unsigned char)*p < 0x7f && !strchr("%\"\\", *p);
		snprintf(escape, sizeof escape, "%%%02X", (unsigned)(unsigned char)*p);
		good = plain ? bytes_add(b, p, 1) : bytes_add(b, escape, 3);
	}
	return good && bytes_add(b, "\"", 1);
}

bool record_with_bytes(mk_str *record, const char *path, struct bytes *room)
{
	const char *head = heads[LINES_RECORDS], *p = path, *end = record->p + record->len;
	size_t n = strlen(head);
	while (*p && char_len(p))
		p += char_len(p);
	if (!*p || record->len < n || memcmp(record->p, head, n) != 0)
		return true;
	const char *after = string_end(record->p + n - 1, end);
	room->len = 0;
	if (!after || !bytes_add(room, record->p, (size_t)(after - record->p)) || !add_input_bytes(room, path) ||
	    !bytes_add(room, after, (size_t)(end - after)))
		return false;
	*record = (mk_str){room->p, room->len};
	return true;
}
