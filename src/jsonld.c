/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonld.c - <script type=application/ld+json> as pages write it -> values.
 *
 * This reader never fails.  Authors of pages see no error if a script is broken, so a third of a percent of the scripts are.
 * Search engines read such scripts all the same, and so does this reader.  Commas and colons only separate values.  Comments,
 * CDATA marks and semicolons between values are skipped.  An object may follow another without a comma.  Strings may contain line
 * ends and quotes: a quote ends a string only if the next characters can follow a string.  Open brackets close at the end of the
 * script.
 *
 * One pass without recursion; the LD_*_MOST budgets bound the depth, the values of a page, and the bytes of a string.
 * What they leave out sets jsonld.cut.
 * Strings are slices of the script until jsonld_text() decodes them.
 *
 * https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents
 */
#include "jsonld.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "token.h"

#define LD_DEPTH_MOST 64
#define LD_VALUES_MOST 65536u
#define LD_NAMED_MOST 1024u /* objects with an @id */
#define LD_PICTURES_MOST 64u
#define LD_TEXT_MOST 16384u /* bytes of one string; longer ones are ignored, because names and descriptions are shorter */

struct ld_reader {
	struct jsonld *ld;
	struct arena *arena;
	const char *p, *end;
	mk_str key;          /* key whose value has not been read yet */
	uint32_t open;       /* innermost open container; LD_NONE at the top */
	uint32_t depth;
	uint32_t from;       /* first value of the script */
	uint32_t skipped;    /* open containers deeper than LD_DEPTH_MOST, which are not read */
	bool unescaped;      /* character references of the whole script have been decoded */
	bool full;           /* a budget is used up */
};

/* ---- Values ---- */

/* Whether a type ends with `ending`.  Types are compared with case, unlike keys. */
static bool ld_type_ends(mk_str type, const char *ending)
{
	type = str_local_name(type);
	size_t len = strlen(ending);
	return type.len >= len && !memcmp(type.p + type.len - len, ending, len);
}

int jsonld_rank_of(mk_str type)
{
	static const char *const works[] = {"Article", "Posting", "Recipe", "HowTo", "Report",
	        "Review", "CreativeWork", "Question"};
	static const char *const things[] = {"Product", "Event", "Course", "Book", "Movie",
	        "VideoObject", "Episode", "Application", "Page"};
	for (size_t k = 0; k < sizeof works / sizeof *works; k++)
		if (ld_type_ends(type, works[k]))
			return 3;
	for (size_t k = 0; k < sizeof things / sizeof *things; k++)
		if (ld_type_ends(type, things[k]))
			return k + 1 < sizeof things / sizeof *things ? 2 : 1;
	return 0;
}

#define LD_ITEMS_KEPT 64u /* of a list, or of the values at the top; of an object, 16 times as many */

/* A value while room is made: its new index, how many of its members are kept, and whether it is kept in any case. */
struct ld_place {
	uint32_t to, n;
	bool needed;
};

/* Marks what is kept in any case: objects that the page may be about, open containers, and all around these. */
static void ld_mark(const struct ld_reader *r, struct ld_place *places)
{
	const struct ld_value *values = r->ld->values;
	for (uint32_t i = r->open; i != LD_NONE; i = values[i].parent)
		places[i].needed = true;
	for (uint32_t i = r->ld->n; i-- > 0;) { /* members come after their container */
		const uint32_t up = values[i].parent;
		if (up == LD_NONE)
			continue;
		const uint32_t object = values[i].key.p ? up : values[up].parent; /* if the value is a type */
		const mk_str key = values[i].key.p ? values[i].key : values[up].key;
		if (values[i].kind == LD_STRING && object != LD_NONE && str_equals(key.p, key.len, "@type") && jsonld_rank_of(values[i].text) > 1)
			places[object].needed = true;
		places[up].needed |= places[i].needed;
	}
}

/* Moves the values that are kept to the front: in each container the first ones, and all that is needed. */
static void ld_compact(struct ld_reader *r, struct ld_place *places, uint32_t items)
{
	struct jsonld *ld = r->ld;
	uint32_t n = 0, from = 0, n_top = 0;
	for (uint32_t i = 0; i < ld->n;) {
		struct ld_value v = ld->values[i];
		uint32_t *kept = v.parent == LD_NONE ? &n_top : &places[v.parent].n;
		const bool in_object = v.parent != LD_NONE && ld->values[places[v.parent].to].kind == LD_OBJECT;
		if (!places[i].needed && *kept >= (in_object ? 16 * items : items)) {
			i = v.next;
			continue;
		}
		++*kept;
		from += i < r->from;
		places[i].to = n;
		v.parent = v.parent == LD_NONE ? LD_NONE : places[v.parent].to;
		v.next = n + 1;
		ld->values[n++] = v;
		i++;
	}
	for (uint32_t i = n; i-- > 0;) {
		const struct ld_value *v = &ld->values[i];
		if (v->parent != LD_NONE && ld->values[v->parent].next < v->next)
			ld->values[v->parent].next = v->next;
	}
	ld->n = n;
	r->from = from;
	r->open = r->open == LD_NONE ? LD_NONE : places[r->open].to;
}

/*
 * Makes room when LD_VALUES_MOST is reached, so that a mass of values does not keep out the object that the page is about.  Returns
 * false if less than half of the room becomes free; else the next call is so many values later that all calls together are linear
 * in the values.
 */
static bool ld_sweep(struct ld_reader *r)
{
	struct jsonld *ld = r->ld;
	const size_t size = ld->n * sizeof(struct ld_place);
	ld->cut = true;
	if (arena_used(r->arena) + 8 * size > r->arena->limit)
		return false;
	struct ld_place *places = arena_alloc(r->arena, size);
	for (uint32_t items = LD_ITEMS_KEPT; items && ld->n > LD_VALUES_MOST / 2; items /= 8) {
		memset(places, 0, size);
		ld_mark(r, places);
		ld_compact(r, places, items);
	}
	arena_trim(r->arena, places, 0);
	ld->n_named = ld->n_pictures = 0;
	return ld->n <= LD_VALUES_MOST / 2;
}

static bool ld_make_room(struct ld_reader *r)
{
	struct jsonld *ld = r->ld;
	struct arena *a = r->arena;
	if (ld->n < ld->cap)
		return true;
	if (ld->n >= LD_VALUES_MOST)
		return ld_sweep(r);
	uint32_t cap = ld->cap ? 2 * ld->cap : 256;
	size_t size = cap * sizeof *ld->values;
	if (arena_used(a) + 2 * size > a->limit)
		return false;
	struct ld_value *grown = arena_alloc(a, size);
	if (ld->n)
		memcpy(grown, ld->values, ld->n * sizeof *grown);
	ld->values = grown;
	ld->cap = cap;
	return true;
}

/* Adds a value, unless it is to be skipped.  Returns whether it was added. */
static bool ld_add(struct ld_reader *r, enum ld_kind kind, mk_str text)
{
	struct jsonld *ld = r->ld;
	mk_str key = r->key;
	r->key = (mk_str){NULL, 0};
	if (r->skipped || r->full)
		return false;
	if (!ld_make_room(r)) {
		r->full = ld->cut = true;
		return false;
	}
	ld->values[ld->n] = (struct ld_value){key, text, r->open, ld->n + 1, (uint8_t)kind};
	ld->n++;
	return true;
}

static void ld_open(struct ld_reader *r, enum ld_kind kind)
{
	if (r->skipped || r->depth == LD_DEPTH_MOST) {
		r->skipped++;
		r->ld->cut = true;
	} else if (ld_add(r, kind, (mk_str){NULL, 0})) {
		r->open = r->ld->n - 1;
		r->depth++;
	}
}

static void ld_close_one(struct ld_reader *r)
{
	struct ld_value *v = &r->ld->values[r->open];
	v->next = r->ld->n;
	r->open = v->parent;
	r->depth--;
}

/* Closes the innermost container of this kind and everything open inside it.  A bracket without such a container is ignored. */
static void ld_close(struct ld_reader *r, enum ld_kind kind)
{
	r->key = (mk_str){NULL, 0};
	if (r->skipped) {
		r->skipped--;
		return;
	}
	uint32_t i = r->open;
	while (i != LD_NONE && r->ld->values[i].kind != kind)
		i = r->ld->values[i].parent;
	if (i == LD_NONE)
		return;
	while (r->open != i)
		ld_close_one(r);
	ld_close_one(r);
}

/* ---- The text between values ---- */

static bool ld_starts(const struct ld_reader *r, const char *p, const char *with)
{
	size_t len = strlen(with);
	return (size_t)(r->end - p) >= len && !memcmp(p, with, len);
}

static bool ld_blank(char c)
{
	return (uint8_t)c <= ' ';
}

static const char *ld_skip_blank(const struct ld_reader *r, const char *p)
{
	while (p < r->end && ld_blank(*p))
		p++;
	return p;
}

/* The position after the next occurrence of `what`; the end if there is none. */
static const char *ld_past(const struct ld_reader *r, const char *p, const char *what)
{
	for (; p < r->end; p++)
		if (*p == *what && ld_starts(r, p, what))
			return p + strlen(what);
	return r->end;
}

/* The position after a comment at p, or after a mark that hides the script from old browsers; p if there is none. */
static const char *ld_skip_mark(const struct ld_reader *r, const char *p)
{
	static const char *const marks[] = {"<!--", "-->", "<![CDATA[", "]]>"};
	if (p == r->end || (*p != '<' && *p != '-' && *p != ']' && *p != '/'))
		return p;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (ld_starts(r, p, marks[i]))
			return p + strlen(marks[i]);
	if (ld_starts(r, p, "//")) {
		/* In "//<![CDATA[ {" on one line, only the mark is a comment; the object after it is not. */
		const char *q = ld_skip_blank(r, p + 2);
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
			if (ld_starts(r, q, marks[i]))
				return q + strlen(marks[i]);
		return ld_past(r, p, "\n");
	}
	return ld_starts(r, p, "/*") ? ld_past(r, p + 2, "*/") : p;
}

/* ---- Strings ---- */

/* Whether a value can begin at p, the first character after a comma; in an object, whether a key can. */
static bool ld_begins_value(const struct ld_reader *r, const char *p, bool in_object)
{
	if (p == r->end || *p == '"' || *p == '\'' || *p == '}' || *p == ']' || *p == ',' || *p == '/')
		return true;
	return in_object ? *p == '&' : *p == '{' || *p == '[' || *p == '-' || (*p >= '0' && *p <= '9') || *p == 'n';
}

#define LD_KEY_LONGEST 64 /* bytes */

/* Whether p is at the quote of a key that a colon follows. */
static bool ld_begins_key(const struct ld_reader *r, const char *p)
{
	const char *q = p + 1;
	while (q < r->end && q - p < LD_KEY_LONGEST && *q != *p)
		q++;
	if (q == r->end || *q != *p)
		return false;
	q = ld_skip_blank(r, q + 1);
	return q < r->end && *q == ':';
}

/* Whether the quote before p ends a string, judged by the next characters. */
static bool ld_ends_string(const struct ld_reader *r, const char *p, bool is_key)
{
	const char *q = ld_skip_blank(r, p);
	if (q == r->end)
		return true;
	bool in_object = r->open != LD_NONE && r->ld->values[r->open].kind == LD_OBJECT;
	switch (*q) {
	case ':':
		return is_key || r->skipped; /* keys and values are not distinguished in skipped containers */
	case '}':
	case ']':
	case ';':
		return true;
	case ',':
		return !is_key && ld_begins_value(r, ld_skip_blank(r, q + 1), in_object);
	case '/':
		return ld_skip_mark(r, q) != q;
	case '"':
	case '\'':
		return q > p && (memchr(p, '\n', (size_t)(q - p)) || ld_begins_key(r, q)); /* the comma is missing */
	default:
		return false;
	}
}

/* Reads the string that begins with the quote at r->p. */
static mk_str ld_string(struct ld_reader *r, bool is_key)
{
	char quote = *r->p++;
	const char *from = r->p, *p = from;
	for (; p < r->end; p++) {
		if (*p == '\\' && p + 1 < r->end)
			p++;
		else if (*p == quote && ld_ends_string(r, p + 1, is_key))
			break;
	}
	r->p = p < r->end ? p + 1 : p;
	return (mk_str){from, (size_t)(p - from)};
}

/* Handles a string or literal as a key if is_key, else as a value.  A null is dropped. */
static void ld_scalar(struct ld_reader *r, enum ld_kind kind, mk_str text, bool is_key)
{
	if (is_key) {
		const char *q = ld_skip_blank(r, r->p);
		r->key = q < r->end && *q == ':' ? str_local_name(text) : (mk_str){NULL, 0};
	} else if (kind == LD_LITERAL && str_equals(text.p, text.len, "null")) {
		r->key = (mk_str){NULL, 0};
	} else {
		ld_add(r, kind, text);
	}
}

static bool ld_literal_char(char c)
{
	return c == '-' || c == '+' || c == '.' || c == '_' || c == '@' || is_alnum(c) || (uint8_t)c >= 0x80;
}

/* Reads or skips one thing at r->p: a comment, a bracket, a string, a literal or a single character. */
static void ld_step(struct ld_reader *r)
{
	bool is_key = !r->key.p && !r->skipped && r->open != LD_NONE && r->ld->values[r->open].kind == LD_OBJECT;
	const char *mark = ld_skip_mark(r, r->p);
	if (mark != r->p) {
		r->p = mark;
		return;
	}
	switch (*r->p) {
	case '{':
		r->p++;
		ld_open(r, LD_OBJECT);
		return;
	case '[':
		r->p++;
		ld_open(r, LD_ARRAY);
		return;
	case '}':
		r->p++;
		ld_close(r, LD_OBJECT);
		return;
	case ']':
		r->p++;
		ld_close(r, LD_ARRAY);
		return;
	case '"':
	case '\'':
		ld_scalar(r, LD_STRING, ld_string(r, is_key), is_key);
		return;
	case '&':
		if (!r->unescaped && arena_used(r->arena) + 4 * (size_t)(r->end - r->p) < r->arena->limit) {
			/* The whole script went through an HTML escaper. */
			mk_str rest = token_unescape(r->arena, (mk_str){r->p, (size_t)(r->end - r->p)});
			r->p = rest.p;
			r->end = rest.p + rest.len;
			r->unescaped = true;
			return;
		}
		break;
	default:
		break;
	}
	const char *from = r->p;
	while (r->p < r->end && ld_literal_char(*r->p))
		r->p++;
	if (r->p == from)
		r->p++; /* a comma, a colon, or a character without meaning */
	else
		ld_scalar(r, LD_LITERAL, (mk_str){from, (size_t)(r->p - from)}, is_key);
}

/* Compares two strings as memcmp() does; a shorter one comes first. */
static int ld_compare(mk_str a, mk_str b)
{
	return a.len != b.len ? (a.len < b.len ? -1 : 1) : memcmp(a.p, b.p, a.len);
}

/* The place in ld->named of this @id, or where it belongs.  Takes about ten comparisons, each at most as long as the @id. */
static size_t ld_find_named(const struct jsonld *ld, mk_str id)
{
	size_t at;
	SEARCH(at, 0, ld->n_named, ld_compare(ld->values[ld->named[at]].text, id) < 0);
	return at;
}

/* Whether ld->named has this @id at that place. */
static bool ld_is_named(const struct jsonld *ld, size_t at, mk_str id)
{
	return at < ld->n_named && !ld_compare(ld->values[ld->named[at]].text, id);
}

/* Adds value i, an @id, to ld->named, unless an object before has the same one. */
static void ld_name(struct jsonld *ld, uint32_t i)
{
	const size_t at = ld_find_named(ld, ld->values[i].text);
	if (ld_is_named(ld, at, ld->values[i].text))
		return;
	memmove(ld->named + at + 1, ld->named + at, (ld->n_named - at) * sizeof *ld->named);
	ld->named[at] = i;
	ld->n_named++;
}

/* Adds the objects from value `from` on to ld->named if they have an @id and other members, to ld->pictures if they are images. */
static void ld_list_objects(struct jsonld *ld, struct arena *a, uint32_t from)
{
	if (!ld->named) {
		ld->named = arena_array(a, LD_NAMED_MOST, sizeof *ld->named);
		ld->pictures = arena_array(a, LD_PICTURES_MOST, sizeof *ld->pictures);
	}
	for (uint32_t i = from; i < ld->n; i++) {
		const struct ld_value *v = &ld->values[i];
		if (v->kind != LD_STRING || v->parent == LD_NONE || v->key.len < 3)
			continue;
		bool more = ld->values[v->parent].next - v->parent > 2;
		if (more && ld->n_named < LD_NAMED_MOST && str_equals(v->key.p, v->key.len, "@id"))
			ld_name(ld, i);
		if (ld->n_pictures < LD_PICTURES_MOST && str_equals(v->key.p, v->key.len, "@type") &&
		        ld_type_ends(v->text, "ImageObject"))
			ld->pictures[ld->n_pictures++] = v->parent;
	}
}

uint32_t jsonld_read(struct jsonld *ld, struct arena *a, mk_str script)
{
	struct ld_reader r = {.ld = ld, .arena = a, .p = script.p, .end = script.p + script.len, .open = LD_NONE, .from = ld->n};
	const uint32_t n_named = ld->n_named, n_pictures = ld->n_pictures;
	while ((r.p = ld_skip_blank(&r, r.p)) < r.end && !r.full)
		ld_step(&r);
	while (r.open != LD_NONE)
		ld_close_one(&r);
	const bool swept = ld->n_named < n_named || ld->n_pictures < n_pictures;
	ld_list_objects(ld, a, swept ? 0 : r.from);
	return r.from;
}

/* ---- Lookup ---- */

uint32_t jsonld_get(const struct jsonld *ld, uint32_t i, const char *key)
{
	if (i == LD_NONE || ld->values[i].kind != LD_OBJECT)
		return LD_NONE;
	for (uint32_t m = i + 1; m < ld->values[i].next; m = ld->values[m].next) {
		const struct ld_value *v = &ld->values[m];
		if (!str_equals(v->key.p, v->key.len, key))
			continue;
		while (v->kind == LD_ARRAY && v->next > m + 1 && ld->values[m + 1].next == v->next)
			v = &ld->values[++m];
		return m;
	}
	return LD_NONE;
}

uint32_t jsonld_deref(const struct jsonld *ld, uint32_t i)
{
	uint32_t id = jsonld_get(ld, i, "@id");
	mk_str wanted = id == LD_NONE ? (mk_str){NULL, 0} : ld->values[id].text;
	if (!wanted.len || ld->values[i].next - i > 2) /* an empty @id, or one that is not a string, refers to nothing */
		return i;
	const size_t at = ld_find_named(ld, wanted);
	return ld_is_named(ld, at, wanted) ? ld->values[ld->named[at]].parent : i;
}

/* The value of the four hexadecimal digits at p; UINT32_MAX if they are not all digits. */
static uint32_t ld_hex(const char *p)
{
	uint32_t n = 0;
	for (int i = 0; i < 4; i++) {
		const int digit = hex_digit(p[i]);
		if (digit < 0)
			return UINT32_MAX;
		n = n * 16 + (uint32_t)digit;
	}
	return n;
}

/* Decodes the escape whose letter is s.p[*i], and leaves *i at its last character.  An unpaired surrogate becomes U+FFFD. */
static size_t ld_unescape(mk_str s, size_t *i, char *out)
{
	char c = s.p[*i];
	if (c == 'u' && *i + 4 < s.len) {
		uint32_t unit = ld_hex(s.p + *i + 1), low = UINT32_MAX;
		if (unit == UINT32_MAX)
			return utf8_encode(out, 'u');
		*i += 4;
		if (unit >= 0xD800 && unit < 0xDC00 && *i + 6 < s.len && s.p[*i + 1] == '\\' && s.p[*i + 2] == 'u')
			low = ld_hex(s.p + *i + 3);
		if (low >= 0xDC00 && low < 0xE000) {
			*i += 6;
			return utf8_encode(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
		}
		return utf8_encode(out, (unit >= 0xD800 && unit < 0xE000) || !unit ? 0xFFFD : unit);
	}
	out[0] = c == 'n' || c == 'r' ? '\n' : c == 't' || c == 'b' || c == 'f' ? ' ' : c;
	return 1;
}

size_t jsonld_unescape(mk_str s, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len) {
			i++;
			n += ld_unescape(s, &i, out + n);
		} else {
			out[n++] = s.p[i];
		}
	}
	return n;
}

mk_str jsonld_text(const struct jsonld *ld, struct arena *a, uint32_t i)
{
	if (i == LD_NONE || (ld->values[i].kind != LD_STRING && ld->values[i].kind != LD_LITERAL))
		return (mk_str){NULL, 0};
	mk_str s = ld->values[i].text;
	if (s.len > LD_TEXT_MOST)
		return (mk_str){NULL, 0};
	char *p = arena_alloc(a, s.len + 1);
	mk_str text = {p, jsonld_unescape(s, p)};
	if (memchr(p, '&', text.len))
		text = token_unescape(a, text);
	return str_collapse(a, text);
}

int jsonld_rank(const struct jsonld *ld, uint32_t i)
{
	uint32_t type = jsonld_get(ld, i, "@type");
	int best = 0;
	if (type == LD_NONE)
		return 0;
	const struct ld_value *v = &ld->values[type];
	if (v->kind == LD_STRING)
		return jsonld_rank_of(v->text);
	for (uint32_t m = type + 1; v->kind == LD_ARRAY && m < v->next; m = ld->values[m].next) {
		const int rank = ld->values[m].kind == LD_STRING ? jsonld_rank_of(ld->values[m].text) : 0;
		best = rank > best ? rank : best;
	}
	return best;
}
