/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.c - documents -> standard output, a file, the files of a directory; what an earlier run finished; messages.
 *
 * A reader of our files must never see half a document.  A file is written under another name beside its place and renamed when it is
 * complete.  The one exception is a file of JSON lines with --resume, which grows in place: it is written in whole records, cut
 * back to the last whole one when the disk is full, and what a crash tore off is cut when the next run starts.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOLD ((size_t)256 << 10) /* bytes gathered before a write() */

/* Of growing bytes.  malloc() puts a large buffer 16 bytes into a page, where read() of a file takes four times as long: the system's copy
 * then reads from addresses that end in the same bits as those it has just written to. */
#define BYTES_ALIGN ((size_t)64)

/* ---- Bytes ---- */

bool bytes_reserve(struct bytes *b, size_t more)
{
	size_t want = b->len + more;
	if (want <= b->cap && b->p)
		return true;
	if (want < b->cap + b->cap / 2)
		want = b->cap + b->cap / 2;
	want = (want / BYTES_ALIGN + 1) * BYTES_ALIGN;
	char *p = aligned_alloc(BYTES_ALIGN, want);
	if (!p)
		return false;
	if (b->len)
		memcpy(p, b->p, b->len);
	free(b->p);
	b->p = p;
	b->cap = want;
	return true;
}

bool bytes_add(struct bytes *b, const void *p, size_t len)
{
	if (!bytes_reserve(b, len))
		return false;
	if (len)
		memcpy(b->p + b->len, p, len);
	b->len += len;
	return true;
}

void bytes_free(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){0};
}

uint64_t hash_of(const char *p, size_t len)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

/* Bytes of the UTF-8 character at s, which ends with a zero; 0 when there is none. */
static unsigned char_len(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	for (unsigned i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

const char *utf8_of(const char *s, struct bytes *b)
{
	const char *p = s;
	while (*p && char_len(p))
		p += char_len(p);
	if (!*p)
		return s;
	b->len = 0;
	for (p = s; *p;) {
		unsigned n = char_len(p);
		if (!(n ? bytes_add(b, p, n) : bytes_add(b, "\xef\xbf\xbd", 3)))
			return NULL;
		p += n ? n : 1;
	}
	return bytes_add(b, "", 1) ? b->p : NULL;
}

bool json_quote(struct bytes *b, const char *s)
{
	bool good = bytes_add(b, "\"", 1);
	for (; *s && good; s++) {
		char escape[8];
		if (*s == '"' || *s == '\\')
			good = bytes_add(b, "\\", 1) && bytes_add(b, s, 1);
		else if ((unsigned char)*s < 0x20)
			good = bytes_add(b, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*s));
		else
			good = bytes_add(b, s, 1);
	}
	return good && bytes_add(b, "\"", 1);
}

/* ---- Messages ---- */

bool fail(struct trouble *t, enum failure failure, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	t->failure = failure;
	vsnprintf(t->message, sizeof t->message, format, args);
	va_end(args);
	return false;
}

bool fail_errno(struct trouble *t, enum failure failure, int error, const char *doing)
{
	char text[120];
	if (strerror_r(error, text, sizeof text))
		snprintf(text, sizeof text, "error %d", error);
	return fail(t, failure, "%s%s%s", doing ? doing : "", doing ? ": " : "", text);
}

/* A path as something to show: what a terminal would obey, and what is no UTF-8, becomes \xHH. */
static bool add_shown(struct bytes *b, const char *path)
{
	while (*path) {
		const unsigned char *p = (const unsigned char *)path;
		unsigned n = char_len(path);
		char escape[8];
		bool control = *p < 0x20 || *p == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
		if (n == 0 || control) {
			n = 1;
			int len = *p == '\n' ? snprintf(escape, sizeof escape, "\\n") : snprintf(escape, sizeof escape, "\\x%02x", *p);
			if (!bytes_add(b, escape, (size_t)len))
				return false;
		} else if (!bytes_add(b, path, n)) {
			return false;
		}
		path += n;
	}
	return true;
}

/* Writes p[*done … len) and counts *done up; returns the error number, 0 when well. */
static int write_more(int fd, const char *p, size_t len, size_t *done)
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

static int write_all(int fd, const char *p, size_t len)
{
	size_t done = 0;
	return write_more(fd, p, len, &done);
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

/* ---- A file under another name ---- */

bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;
	return stat(a, &sa) == 0 && S_ISREG(sa.st_mode) && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/* The name to write under until path is complete: hidden, so that no walk through the directory takes it for a page. */
static char *temp_name(const char *path)
{
	static const char name[] = ".makala-XXXXXX";
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	char *temp = malloc(len + sizeof name);
	if (temp) {
		memcpy(temp, path, len);
		memcpy(temp + len, name, sizeof name);
	}
	return temp;
}

/* Opens a temporary file for path, with the rights that path has, or else mode.  -1 with errno set on failure. */
static int open_temp(char *temp, const char *path, mode_t mode)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;
	if (exists && access(path, W_OK)) /* a rename would not ask */
		return -1;
	int fd = mkstemp(temp); /* for the owner alone, hence: */
	if (fd >= 0)
		(void)fchmod(fd, exists ? st.st_mode & 0777 : mode);
	return fd;
}

/* ---- One stream of documents ---- */

const char *const format_names[N_FORMATS] = {"markdown", "text", "json", "html"};
static const char *const format_endings[N_FORMATS] = {".md", ".txt", ".json", ".html"};

static bool sink_open_in_place(struct sink *s, int flags, struct trouble *t)
{
	s->fd = open(s->target, flags | O_CLOEXEC | O_NOCTTY, 0666);
	return s->fd >= 0 || fail_errno(t, BAD_WRITE, errno, NULL);
}

bool sink_open(struct sink *s, const struct settings *set, struct trouble *t)
{
	struct stat st;
	bool good = true;
	*s = (struct sink){.fd = STDOUT_FILENO, .name = "standard output", .lines = set->format == FORMAT_JSON};
	if (set->output && strcmp(set->output, "-") != 0) {
		s->name = set->output;
		/* The file itself where the name is a link, so that the link stays one. */
		bool exists = stat(set->output, &st) == 0;
		s->target = exists && S_ISREG(st.st_mode) ? realpath(set->output, NULL) : strdup(set->output);
		s->temp = s->target ? temp_name(s->target) : NULL;
		if (!s->temp)
			return fail_errno(t, BAD_WRITE, errno, NULL);
		if (set->resume || (exists && !S_ISREG(st.st_mode))) {
			free(s->temp);
			s->temp = NULL;
			good = sink_open_in_place(s, set->resume ? O_RDWR | O_CREAT | O_APPEND : O_WRONLY, t);
		} else {
			s->fd = open_temp(s->temp, s->target, set->file_mode);
			good = s->fd >= 0 || fail_errno(t, BAD_WRITE, errno, NULL);
		}
	}
	if (!good)
		return false;
	s->eager = isatty(s->fd);
	s->regular = s->target && fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode);
	s->offset = s->regular ? st.st_size : 0;
	return true;
}

/* Writes whole records.  A disk that fills up in the middle of one loses that one again. */
static bool put_records(struct sink *s, const char *p, size_t len, struct trouble *t)
{
	size_t done = 0;
	int error = write_more(s->fd, p, len, &done);
	if (!error) {
		s->offset += (off_t)len;
		return true;
	}
	while (done && !(s->lines && p[done - 1] == '\n'))
		done--;
	s->offset += (off_t)done;
	if (s->regular && ftruncate(s->fd, s->offset))
		return fail_errno(t, BAD_WRITE, errno, "cutting off an incomplete record");
	if (error == EPIPE) /* the reader has what it wanted: head, a pager that was closed */
		return fail(t, STOPPED, "closed by its reader");
	return fail_errno(t, BAD_WRITE, error, NULL);
}

bool sink_flush(struct sink *s, struct trouble *t)
{
	size_t len = s->held.len;
	s->held.len = 0;
	return len == 0 || put_records(s, s->held.p, len, t);
}

bool sink_add(struct sink *s, enum format format, mk_str document, struct trouble *t)
{
	/* A form feed on its own line, where pages end since line printers: neither text nor Markdown has one at that place. */
	const char *before = (format == FORMAT_MARKDOWN || format == FORMAT_TEXT) && s->n_records ? "\f\n" : "";
	bool line_end = document.len && document.p[document.len - 1] != '\n';
	if (!bytes_add(&s->held, before, strlen(before)) || !bytes_add(&s->held, document.p, document.len) ||
	    !bytes_add(&s->held, "\n", line_end))
		return fail(t, BAD_MEMORY, "out of memory");
	s->n_records++;
	if ((s->eager || s->held.len >= HOLD) && !sink_flush(s, t))
		return false;
	if (s->held.len == 0 && s->held.cap > 8 * HOLD) /* after a giant */
		bytes_free(&s->held);
	return true;
}

bool sink_close(struct sink *s, bool commit, struct trouble *t)
{
	bool good = !commit || sink_flush(s, t);
	if (s->target && s->fd >= 0 && close(s->fd) && good)
		good = fail_errno(t, BAD_WRITE, errno, NULL);
	if (s->temp && commit && good && rename(s->temp, s->target))
		good = fail_errno(t, BAD_WRITE, errno, NULL);
	if (s->temp && !(commit && good))
		unlink(s->temp);
	bytes_free(&s->held);
	free(s->target);
	free(s->temp);
	return good;
}

/* ---- The names of files in a directory ---- */

/* Names that are taken, by hash; last is the number that was tried last for a name that was wanted again. */
struct name {
	size_t at; /* offset + 1 in inputs.text; 0: free */
	uint32_t last;
};
struct names {
	struct name *slots;
	size_t n_slots; /* a power of two, at least twice the names */
};

static struct name *find_name(struct names *names, const struct inputs *in, const char *p)
{
	size_t i = hash_of(p, strlen(p)) & (names->n_slots - 1);
	while (names->slots[i].at && strcmp(in->text.p + names->slots[i].at - 1, p) != 0)
		i = (i + 1) & (names->n_slots - 1);
	return &names->slots[i];
}

static size_t without_ending(const char *p, size_t len)
{
	static const char *const endings[] = {".gz", ".zst", ".html", ".htm", ".xhtml", ".xht", ".HTML", ".HTM"};
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t n = strlen(endings[i]);
		if (len > n && memcmp(p + len - n, endings[i], n) == 0 && p[len - n - 1] != '/')
			len -= n;
	}
	return len;
}

/* The name for input i: its own below the directory that was asked for, less .html and the like. */
static void name_output(struct inputs *in, size_t i, struct names *names, const char *ending, struct bytes *name)
{
	const char *path = inputs_path(in, i), *p = path;
	if (strcmp(path, STDIN_NAME) == 0) {
		p = "stdin";
	} else if (in->items[i].root) {
		for (p += in->items[i].root; *p == '/'; p++)
			;
	} else if (strrchr(path, '/')) {
		p = strrchr(path, '/') + 1;
	}
	size_t len = without_ending(p, strlen(p));
	name->len = 0;
	if (!bytes_add(name, p, len) || !bytes_add(name, ending, strlen(ending) + 1))
		no_memory();
	struct name *slot = find_name(names, in, name->p);
	while (slot->at) { /* taken: page-2.md, page-3.md … */
		char number[16];
		snprintf(number, sizeof number, "-%u", ++slot->last);
		name->len = len;
		if (!bytes_add(name, number, strlen(number)) || !bytes_add(name, ending, strlen(ending) + 1))
			no_memory();
		struct name *other = find_name(names, in, name->p);
		if (!other->at)
			slot = other;
	}
	in->items[i].out = inputs_keep(in, name->p, name->len - 1);
	*slot = (struct name){.at = in->items[i].out + 1, .last = 1};
}

/* Makes the directory part of path, and the ones above it.  Returns the error number, 0 when well. */
static int make_directories(char *path)
{
	for (char *p = path; *p; p++) {
		if (*p != '/' || p == path)
			continue;
		*p = '\0';
		int error = mkdir(path, 0777) && errno != EEXIST ? errno : 0;
		*p = '/';
		if (error)
			return error;
	}
	return 0;
}

static char *output_path(const struct inputs *in, size_t i, const struct settings *set)
{
	const char *name = in->text.p + in->items[i].out;
	size_t len = strlen(set->output);
	char *path = malloc(len + strlen(name) + 2);
	if (path) {
		memcpy(path, set->output, len);
		if (len && path[len - 1] != '/')
			path[len++] = '/';
		strcpy(path + len, name);
	}
	return path;
}

bool outputs_name(struct inputs *in, const struct settings *set, struct trouble *t)
{
	struct names names = {.n_slots = 16};
	struct bytes name = {0};
	while (names.n_slots < 2 * in->n)
		names.n_slots *= 2;
	names.slots = calloc(names.n_slots, sizeof *names.slots);
	if (!names.slots)
		no_memory();
	for (size_t i = 0; i < in->n; i++)
		name_output(in, i, &names, format_endings[set->format], &name);
	free(names.slots);
	bytes_free(&name);
	char *path = malloc(strlen(set->output) + 2);
	if (!path)
		no_memory();
	strcpy(path, set->output);
	strcat(path, "/");
	int error = make_directories(path);
	struct stat st;
	if (!error && stat(path, &st))
		error = errno;
	free(path);
	return !error || fail_errno(t, BAD_WRITE, error, NULL);
}

/* ---- One file of a directory ---- */

/* Opens a temporary file for path; makes the directories it needs, which a page further down than any before it does. */
static int open_output(char **temp, char *path, mode_t mode)
{
	for (bool again = false;; again = true) {
		free(*temp);
		*temp = temp_name(path);
		if (!*temp)
			return -1;
		int fd = open_temp(*temp, path, mode);
		if (fd >= 0 || errno != ENOENT || again)
			return fd;
		int error = make_directories(path);
		if (error) {
			errno = error;
			return -1;
		}
	}
}

bool output_write(const struct inputs *in, size_t i, const struct settings *set, mk_str document, struct trouble *t)
{
	char *path = output_path(in, i, set), *temp = NULL;
	bool good = path || fail(t, BAD_MEMORY, "out of memory");
	if (good && same_file(path, inputs_path(in, i)))
		good = fail(t, BAD_WRITE, "its output would take its own place; give another directory with --output");
	int fd = good ? open_output(&temp, path, set->file_mode) : -1;
	if (good && fd < 0)
		good = fail_errno(t, BAD_WRITE, errno, path);
	if (good) {
		int error = write_all(fd, document.p, document.len);
		if (!error && document.len && document.p[document.len - 1] != '\n')
			error = write_all(fd, "\n", 1);
		if (close(fd) && !error)
			error = errno;
		if (!error && rename(temp, path))
			error = errno;
		if (error) {
			unlink(temp);
			good = fail_errno(t, BAD_WRITE, error, path);
		}
	}
	free(temp);
	free(path);
	return good;
}

/* ---- What is done already ---- */

static size_t resume_directory(struct inputs *in, const struct settings *set)
{
	size_t kept = 0, n = in->n;
	for (size_t i = 0; i < n; i++) {
		char *path = output_path(in, i, set);
		if (!path)
			no_memory();
		if (access(path, F_OK))
			in->items[kept++] = in->items[i];
		free(path);
	}
	in->n = kept;
	return n - kept;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Adds the character of \uXXXX at p (after the u).  Paths need no surrogates: what lies beyond U+FFFF is written as it is. */
static bool add_escape(struct bytes *b, const char *p)
{
	unsigned code = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return false;
		code = code << 4 | (unsigned)digit;
	}
	char c[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))};
	if (code >= 0x800)
		return bytes_add(b, c, 3);
	c[1] = (char)(code < 0x80 ? code : 0xc0 | code >> 6);
	return bytes_add(b, c + 1, 1) && (code < 0x80 || bytes_add(b, c + 2, 1));
}

/* Reads the "input" of a record, which is its first field, into b, zero-terminated.  false when line is no record of ours. */
static bool record_input(const char *line, size_t len, struct bytes *b)
{
	static const char head[] = "{\"input\":\"", letters[] = "n\nt\tr\rb\bf\f";
	size_t n = sizeof head - 1;
	if (len < n + 2 || memcmp(line, head, n) != 0 || memcmp(line + len - 2, "}\n", 2) != 0)
		return false;
	b->len = 0;
	for (const char *p = line + n; *p && *p != '\n'; p++) {
		if (*p == '"')
			return bytes_add(b, "", 1);
		bool good;
		if (*p != '\\') {
			good = bytes_add(b, p, 1);
		} else if (*++p == 'u') {
			good = add_escape(b, p + 1);
			p += 4;
		} else {
			const char *letter = *p ? strchr(letters, *p) : NULL;
			good = *p && bytes_add(b, letter ? letter + 1 : p, 1);
		}
		if (!good)
			return false;
	}
	return false;
}

/* The inputs by the name that their records carry. */
struct known {
	size_t *slots; /* index + 1; 0: free */
	size_t n_slots;
	bool *done;
};

/* Marks the first input of that name that is not done yet; one input may have been given twice. */
static void mark_done(struct known *known, const struct inputs *in, const char *name)
{
	struct bytes clean = {0};
	for (size_t i = hash_of(name, strlen(name)) & (known->n_slots - 1); known->slots[i]; i = (i + 1) & (known->n_slots - 1)) {
		size_t at = known->slots[i] - 1;
		const char *candidate = known->done[at] ? NULL : utf8_of(inputs_path(in, at), &clean);
		if (candidate && strcmp(candidate, name) == 0) {
			known->done[at] = true;
			break;
		}
	}
	bytes_free(&clean);
}

static void know_inputs(struct known *known, const struct inputs *in)
{
	struct bytes clean = {0};
	*known = (struct known){.n_slots = 16};
	while (known->n_slots < 2 * in->n)
		known->n_slots *= 2;
	known->slots = calloc(known->n_slots, sizeof *known->slots);
	known->done = calloc(in->n + 1, sizeof *known->done);
	if (!known->slots || !known->done)
		no_memory();
	for (size_t i = 0; i < in->n; i++) {
		const char *name = utf8_of(inputs_path(in, i), &clean);
		if (!name)
			no_memory();
		size_t slot = hash_of(name, strlen(name)) & (known->n_slots - 1);
		while (known->slots[slot])
			slot = (slot + 1) & (known->n_slots - 1);
		known->slots[slot] = i + 1;
	}
	bytes_free(&clean);
}

/* Reads the records of an earlier run; cuts off a last line that is torn. */
static bool read_records(FILE *f, const char *path, struct known *known, const struct inputs *in, struct trouble *t)
{
	struct bytes name = {0};
	char *line = NULL;
	size_t cap = 0, n_lines = 0;
	ssize_t len;
	off_t whole = 0;
	bool good = true;
	while (good && (len = getline(&line, &cap, f)) > 0) {
		n_lines++;
		if (line[len - 1] != '\n')
			break; /* torn */
		if (record_input(line, (size_t)len, &name)) {
			whole += len;
			mark_done(known, in, name.p);
		} else {
			good = fail(t, BAD_WRITE, "line %zu is no record with an \"input\"; --resume goes on with files of makala only", n_lines);
		}
	}
	if (good && ferror(f))
		good = fail_errno(t, BAD_WRITE, errno, NULL);
	if (good && truncate(path, whole))
		good = fail_errno(t, BAD_WRITE, errno, NULL);
	free(line);
	bytes_free(&name);
	return good;
}

bool resume_inputs(struct inputs *in, const struct settings *set, size_t *n, struct trouble *t)
{
	size_t before = in->n, kept = 0;
	*n = 0;
	if (set->to_directory) {
		*n = resume_directory(in, set);
		return true;
	}
	struct stat st;
	FILE *f = fopen(set->output, "r");
	if (!f)
		return errno == ENOENT || fail_errno(t, BAD_WRITE, errno, NULL);
	struct known known;
	know_inputs(&known, in);
	bool good;
	if (fstat(fileno(f), &st) || !S_ISREG(st.st_mode))
		good = fail(t, BAD_WRITE, "not a regular file, so --resume cannot go on with it");
	else
		good = read_records(f, set->output, &known, in, t);
	fclose(f);
	for (size_t i = 0; i < before && good; i++)
		if (!known.done[i])
			in->items[kept++] = in->items[i];
	if (good) {
		in->n = kept;
		*n = before - kept;
	}
	free(known.slots);
	free(known.done);
	return good;
}
