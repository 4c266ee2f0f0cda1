/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values.c - values of options -> numbers, formats, fields; suggestions for words that are mistyped.
 */
#include "cli.h"

/* ---- Suggestions ---- */

/* The edit distance of a and b (insert, delete, replace, swap neighbours).  If either is longer than MOST, the result is MOST. */
static unsigned distance(const char *a, const char *b)
{
	enum { MOST = 32 };
	unsigned d[MOST + 1][MOST + 1];
	size_t n = strlen(a), m = strlen(b);
	if (n > MOST || m > MOST)
		return MOST;
	for (size_t i = 0; i <= n; i++) {
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j) {
				d[i][j] = (unsigned)(i + j);
				continue;
			}
			unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (best > d[i - 1][j] + 1)
				best = d[i - 1][j] + 1;
			if (best > d[i][j - 1] + 1)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && best > d[i - 2][j - 2] + 1)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

/* A candidate is suggested only if the edits are at most one more than a third of its letters, and fewer than its letters. */
void nearer(const char *word, const char *candidate, const char **best)
{
	unsigned d = distance(word, candidate);
	if (d <= 1 + strlen(candidate) / 3 && d < strlen(candidate) && (!*best || d < distance(word, *best)))
		*best = candidate;
}

const char *suggestion(char *text, size_t size, const char *dashes, const char *best)
{
	text[0] = '\0';
	if (best)
		snprintf(text, size, "; did you mean %s%s?", dashes, best);
	return text;
}

/* ---- Values ---- */

size_t read_size(const char *option, const char *value, uint64_t least, uint64_t most, const char *range)
{
	uint64_t n = 0;
	const char *p = value;
	for (; *p >= '0' && *p <= '9' && n < (uint64_t)1 << 50; p++)
		n = 10 * n + (uint64_t)(*p - '0');
	unsigned shift = *p == 'K' || *p == 'k' ? 10 : *p == 'M' || *p == 'm' ? 20 : *p == 'G' || *p == 'g' ? 30 : 0;
	if (p == value || p[shift ? 1 : 0] || n > most >> shift || n << shift < least)
		usage_error("--%s %s: must be a size from %s, such as 64M", option, value, range);
	return (size_t)(n << shift);
}

unsigned read_number(const char *option, const char *value, unsigned least, unsigned most)
{
	uint64_t n = 0;
	const char *p = value;
	for (; *p >= '0' && *p <= '9' && n <= most; p++)
		n = 10 * n + (unsigned)(*p - '0');
	if (p == value || *p || n < least || n > most)
		usage_error("--%s %s: must be a number from %u to %u", option, value, least, most);
	return (unsigned)n;
}

/* The names of formats, the usual one first.  They are also the endings of file names that stand for a format. */
static const struct {
	const char *name;
	enum format format;
} formats[] = {{"markdown", FORMAT_MARKDOWN}, {"text", FORMAT_TEXT},  {"json", FORMAT_JSON},    {"html", FORMAT_HTML}, {"chunks", FORMAT_CHUNKS}, {"md", FORMAT_MARKDOWN},
               {"txt", FORMAT_TEXT},          {"jsonl", FORMAT_JSON}, {"ndjson", FORMAT_JSON}, {"htm", FORMAT_HTML}};

enum format read_format(const char *value)
{
	const char *best = NULL;
	char text[80];
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (strcmp(value, formats[i].name) == 0)
			return formats[i].format;
		nearer(value, formats[i].name, &best);
	}
	usage_error("--to %s: unknown format%s The formats are markdown, text, json, html and chunks", value,
	            *suggestion(text, sizeof text, "", best) ? text : ".");
}

mk_input_type read_input_type(const char *value)
{
	const char *best = NULL;
	char text[80];
	for (int i = 0; i < MK_N_INPUT_TYPES; i++) {
		const char *name = mk_input_type_name((mk_input_type)i);
		if (strcmp(value, name) == 0)
			return (mk_input_type)i;
		nearer(value, name, &best);
	}
	usage_error("--input-type %s: unknown type%s The types are auto, html and text", value, *suggestion(text, sizeof text, "", best) ? text : ".");
}

static uint64_t read_field(const char *name)
{
	const char *best = NULL;
	char text[80], all[800];
	size_t len = 0;
	for (unsigned i = 0; i < MK_N_FIELDS; i++) {
		const char *field = mk_field_name(UINT64_C(1) << i);
		if (strcmp(name, field) == 0)
			return UINT64_C(1) << i;
		nearer(name, field, &best);
		len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? ", " : "", field);
	}
	usage_error("--fields: unknown field \"%s\"%s The fields are %s", name, *suggestion(text, sizeof text, "", best) ? text : ".", all);
}

uint64_t read_fields(const char *list)
{
	uint64_t fields = *list == '+' ? MK_FIELDS_DEFAULT : 0;
	for (const char *p = list + (*list == '+');; p++) {
		char name[40];
		size_t len = strcspn(p, ",");
		snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), p);
		fields |= read_field(name);
		p += len;
		if (!*p)
			return fields;
	}
}

/* Parses an empty page with the label, since only the library knows all labels.  usual is for suggestions. */
void check_charset(const char *label)
{
	static const char *const usual[] = {
	        "utf-8", "ibm866", "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
	        "iso-8859-8-i", "iso-8859-9", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u",
	        "macintosh", "windows-874", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
	        "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic", "gbk", "gb2312", "gb18030", "big5", "euc-jp", "iso-2022-jp",
	        "shift_jis", "euc-kr", "utf-16be", "utf-16le", "latin1", "us-ascii"};
	mk_options o;
	mk_page *page = mk_page_new(NULL);
	if (!page)
		no_memory();
	mk_options_init(&o);
	o.charset = label;
	mk_status status = mk_parse(page, NULL, 0, &o);
	mk_page_free(page);
	if (status != MK_BAD_ARGUMENT)
		return;
	const char *best = NULL;
	char text[80];
	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		nearer(label, usual[i], &best);
	usage_error("--charset %s: unknown encoding%s All labels: https://encoding.spec.whatwg.org/#names-and-labels", label,
	            *suggestion(text, sizeof text, "", best) ? text : ".");
}

/* Whether the library takes url as the address of a page. */
static bool is_address(mk_page *page, const char *url)
{
	mk_options o;
	mk_options_init(&o);
	o.url = url;
	return mk_extract(page, NULL, 0, &o) == MK_OK && mk_string(page, MK_FIELD_URL).p;
}

void check_url(const char *url)
{
	char longer[1000];
	mk_page *page = mk_page_new(NULL);
	if (!page)
		no_memory();
	bool good = is_address(page, url);
	snprintf(longer, sizeof longer, "https://%s", url);
	bool better = !good && !strstr(url, "://") && strchr(url, '.') && !strchr(url, ' ') && is_address(page, longer);
	mk_page_free(page);
	if (!good)
		usage_error("--url %.300s: must be an absolute address that begins with http:// or https://%s%.300s%s", url,
		            better ? "; did you mean " : "", better ? longer : "", better ? "?" : "");
}

bool format_of_name(const char *path, enum format *format)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
	for (size_t i = 0; dot && dot > name && i < sizeof formats / sizeof formats[0]; i++) {
		if (strcmp(dot + 1, formats[i].name) == 0) {
			*format = formats[i].format;
			return true;
		}
	}
	return false;
}
