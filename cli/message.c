/* SPDX-License-Identifier: Apache-2.0 */
/* message.c - messages on standard error, JSON strings, write(). */
#include "cli.h"

#include <errno.h>
#include <strings.h>
#include <unistd.h>

bool json_quote(struct bytes *b, const char *s)
{
	bool good = bytes_add(b, "\"", 1);
	for (; *s && good; s++) {
		char escape[8];
		if (*s == '"' || *s == '\\')
			good = bytes_add(b, "\\", 1) && bytes_add(b, s, 1);
		else if ((unsigned char)*s < 0x20)
			good = bytes_add(b, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*s));
		else if (*s == (char)0xc2 && (unsigned char)s[1] < 0xa0) /* U+0080 to U+009F */
			good = bytes_add(b, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)*++s));
		else
			good = bytes_add(b, s, 1);
	}
	return good && bytes_add(b, "\"", 1);
}

int write_more(int fd, const char *p, size_t len, size_t *done)
{
	while (*done < len) {
		ssize_t n = write(fd, p + *done, len - *done);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			*done += (size_t)n;
	}
	return 0;
}

int write_all(int fd, const char *p, size_t len)
{
	size_t done = 0;
	return write_more(fd, p, len, &done);
}

size_t unsafe_len(const char *s, size_t len, bool in_line)
{
	const unsigned char *p = (const unsigned char *)s;
	if (p[0] < 0x20 || p[0] == 0x7f)
		return in_line || (p[0] != '\n' && p[0] != '\t');
	if (p[0] == 0xc2 && len > 1 && p[1] < 0xa0)
		return 2;
	if (!in_line || len < 2)
		return 0;
	if (p[0] == 0xd8 && p[1] == 0x9c) /* U+061C */
		return 2;
	bool direction = len > 2 && p[0] == 0xe2 && ((p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae))) ||
	                                             (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
	return direction ? 3 : 0;
}

bool add_for_terminal(struct bytes *b, mk_str s)
{
	size_t from = 0, i = 0;
	while (i < s.len) {
		size_t n = unsafe_len(s.p + i, s.len - i, false);
		if (n && !(bytes_add(b, s.p + from, i - from) && bytes_add(b, "\xef\xbf\xbd", 3)))
			return false;
		i += n ? n : 1;
		from = n ? i : from;
	}
	return bytes_add(b, s.p + from, i - from);
}

/* Appends text for display on one line: what a terminal would obey, and bytes that are not UTF-8, become \xHH. */
static bool add_shown(struct bytes *b, const char *s)
{
	for (size_t left = strlen(s); left;) {
		size_t n = char_len(s), unsafe = n ? unsafe_len(s, left, true) : 1;
		char escape[8];
		bool good = unsafe || bytes_add(b, s, n);
		for (size_t i = 0; i < unsafe && good; i++) {
			int len = snprintf(escape, sizeof escape, s[i] == '\n' ? "\\n" : "\\x%02x", (unsigned)(unsigned char)s[i]);
			good = bytes_add(b, escape, (size_t)len);
		}
		if (!good)
			return false;
		n = unsafe ? unsafe : n;
		s += n;
		left -= n;
	}
	return true;
}

void say(const char *path, const char *message)
{
	struct bytes b = {0};
	bool good = bytes_add(&b, "makala: ", 8);
	if (path)
		good = good && add_shown(&b, strcmp(path, STDIN_NAME) == 0 ? "standard input" : path) && bytes_add(&b, ": ", 2);
	good = good && add_shown(&b, message) && bytes_add(&b, "\n", 1);
	if (good)
		(void)write_all(STDERR_FILENO, b.p, b.len);
	bytes_free(&b);
}

void usage_error(const char *format, ...)
{
	char message[1000];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	say(NULL, message);
	fputs("makala: see makala --help\n", stderr);
	exit(EXIT_USAGE);
}

void no_memory(void)
{
	fputs("makala: out of memory\n", stderr);
	exit(EXIT_SOME_FAILED);
}

/* Whether s begins with prefix, which is in lower case; case does not matter. */
static bool begins(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

/* Writes the path of a file: address into text, without its host and with its escapes decoded. */
static void path_of_address(const char *address, char *text, size_t size)
{
	const char *p = strchr(address + strlen("file://"), '/');
	size_t n = 0;
	for (; p && *p && n + 1 < size; p++) {
		unsigned byte;
		bool escaped = *p == '%' && p[1] && p[2] && sscanf(p + 1, "%2x", &byte) == 1 && byte;
		text[n++] = escaped ? (char)byte : *p;
		p += escaped ? 2 : 0;
	}
	text[n] = '\0';
}

void add_hint(mk_io_error *e, bool in_extraction)
{
	const char *path = e->path ? e->path : "", *hint = "";
	bool is_missing = e->status == MK_IO_READ_FAILED && (!e->system_error || e->system_error == ENOENT);
	if (is_missing && begins(path, "file://")) {
		char file[180];
		path_of_address(path, file, sizeof file);
		fail(e, e->status, "give the path instead: %s", file);
	} else if (e->status == MK_IO_TOO_BIG) {
		hint = "; --max-input sets the limit";
	} else if (e->status == MK_IO_NO_MEMORY && in_extraction) {
		hint = "; --max-memory sets the limit";
	} else if (is_missing && strstr(path, "://") && !e->system_error) {
		hint = "; save the page to a file, and pass its address with --url";
	} else if (is_missing && begins(path, "www.")) {
		hint = "; this version does not fetch pages; save the page to a file, and pass its address with --url";
	}
	size_t len = strlen(e->message);
	snprintf(e->message + len, sizeof e->message - len, "%s", hint);
}
