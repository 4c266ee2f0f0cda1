/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.c - text -> tokens, as in section "Tokenization" of the WHATWG HTML standard.
 *
 * Why it is fast: the whole page is in memory and is followed by NUL bytes, so reading never has to be suspended and resumed, and
 * scans need no check for the end.  Text, attribute values, comments and raw text are found as runs, 16 or 32 bytes at a time,
 * and returned as slices of the page.  Only a run that contains a character reference, CR or NUL is copied, into the arena, and
 * changed there.
 *
 * Conventions: t->p is the next unread character.  The standard's states are not values of a variable but positions in functions;
 * a comment names the state where it is not obvious.  Parse errors are not reported.  Functions read forward only, except for a
 * memchr() over a run that they then consume, so the time is linear in the input.
 */
#include "token.h"

#include "base/hash.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "tables/entities.h"

#define NAMES_MOST 65536 /* distinct unknown tag names of a page; further ones count as one name */
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void token_init(struct tokenizer *t, mk_page *pg)
{
	memset(t, 0, offsetof(struct tokenizer, attrs));
	t->forks = NULL;
	t->names_root = t->names_cap = 0;
	t->pg = pg;
	t->p = pg->text;
	t->end = pg->text + pg->text_len;
	t->base = (uintptr_t)pg->text;
	t->state = STATE_DATA;
	t->last_start = UINT32_MAX;
	t->attrs_most = pg->options.max_attributes;
}

/* The source offset of p, which points into the text that is being read. */
static inline uint32_t offset(const struct tokenizer *t, const char *p)
{
	return (uint32_t)((uintptr_t)p - t->base);
}

/* ---- Names ---- */

mk_str tag_name(const mk_page *pg, uint32_t tag)
{
	if (tag < N_TAGS)
		return (mk_str){tag_rows[tag].name, tag_rows[tag].len};
	return (mk_str){pg->names[tag - N_TAGS].p, pg->names[tag - N_TAGS].len};
}

/* A copy of name in the arena, in lower case and with U+FFFD in place of NUL. */
static mk_str clean_name(struct tokenizer *t, const char *name, uint32_t len)
{
	char *out = arena_array(&t->pg->arena, (size_t)len + 1, 3);
	size_t n = 0;
	for (uint32_t i = 0; i < len; i++) {
		if (name[i]) {
			out[n++] = to_lower(name[i]);
		} else {
			memcpy(out + n, REPLACEMENT, 3);
			n += 3;
		}
	}
	arena_trim(&t->pg->arena, out, n);
	return (mk_str){out, n};
}

/* Hash of the name of a character reference.  tools/gen_entities.py computes the same. */
static uint32_t hash_bytes(const char *p, size_t len)
{
	uint32_t h = HASH_START;
	for (size_t i = 0; i < len; i++)
		h = hash_byte(h, p[i]);
	return h ^ h >> 15;
}

#define NAME_FOUND ((uint32_t)1 << 31)

/* Byte i of a name as the tree of names compares it: its length comes first, so that no name is the beginning of another. */
static inline uint8_t name_byte(mk_str name, uint32_t i)
{
	return i < 4 ? (uint8_t)(name.len >> 8 * i) : (uint8_t)name.p[i - 4];
}

/* The side of a fork on which a name is.  All names below the fork have the same length, unless the length itself decides. */
static inline unsigned name_side(const struct name_fork *f, mk_str name)
{
	return (f->at < 4 || f->at - 4 < name.len) && name_byte(name, f->at) & f->bit;
}

/* The name that agrees with this one at each fork on the way; the only one that can be equal to it.  A way has at most eight forks
 * for each byte of a name, so the time is linear in the name, whatever other names the page has. */
static uint32_t nearest_name(const struct tokenizer *t, mk_str name)
{
	uint32_t at = t->names_root;
	while (!(at & NAME_FOUND))
		at = t->forks[at].next[name_side(&t->forks[at], name)];
	return at & ~NAME_FOUND;
}

/* Doubles the room for unknown names. */
static void grow_names(struct tokenizer *t)
{
	mk_page *pg = t->pg;
	const uint32_t cap = t->names_cap ? 2 * t->names_cap : 32;
	struct tag_name *names = arena_array(&pg->arena, cap, sizeof *names);
	struct name_fork *forks = arena_array(&pg->arena, cap, sizeof *forks);
	if (pg->n_names) {
		memcpy(names, pg->names, pg->n_names * sizeof *names);
		memcpy(forks, t->forks, pg->n_names * sizeof *forks);
	}
	pg->names = names;
	t->forks = forks;
	t->names_cap = cap;
}

/* Whether a name has several parts separated by hyphens and one of them is "img" or "image". */
static bool names_picture(mk_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const size_t from = i;
		while (i < name.len && name.p[i] != '-')
			i++;
		if (str_equals(name.p + from, i - from, "img") || str_equals(name.p + from, i - from, "image"))
			return from > 0 || i < name.len;
	}
	return false;
}

/* Adds a name to the table and to the tree, at a fork that decides by the bit in which it differs first from the nearest name. */
static uint32_t add_tag_name(struct tokenizer *t, mk_str name, uint32_t at, uint8_t bit)
{
	mk_page *pg = t->pg;
	if (pg->n_names == t->names_cap)
		grow_names(t);
	const uint32_t found = pg->n_names | NAME_FOUND, fork = pg->n_names - 1;
	uint32_t *link = &t->names_root;
	if (pg->n_names) {
		struct name_fork *f;
		while (!(*link & NAME_FOUND) && (f = &t->forks[*link], f->at < at || (f->at == at && f->bit > bit)))
			link = &f->next[name_side(f, name)];
		const unsigned side = (name_byte(name, at) & bit) != 0;
		t->forks[fork].at = at;
		t->forks[fork].bit = bit;
		t->forks[fork].next[side] = found;
		t->forks[fork].next[!side] = *link;
	}
	*link = pg->n_names ? fork : found;
	/* What later stages ask about a name is found out once: it can be long, and many elements can have it. */
	pg->names[pg->n_names] = (struct tag_name){name.p, (uint32_t)name.len, names_picture(name), memchr(name.p, ':', name.len) != NULL};
	return N_TAGS + pg->n_names++;
}

/* The tag number of all names beyond NAMES_MOST.  Their common name is short, since a tree may have it many times. */
static uint32_t name_of_rest(struct tokenizer *t)
{
	mk_page *pg = t->pg;
	warn(pg, MK_WARN_NAMES);
	if (pg->n_names == NAMES_MOST) {
		if (pg->n_names == t->names_cap)
			grow_names(t);
		pg->names[pg->n_names++] = (struct tag_name){"other", 5, false, false};
	}
	return N_TAGS + NAMES_MOST;
}

/* The tag number of a name that enum tag lacks; new names are added to the table. */
static uint32_t intern(struct tokenizer *t, mk_str name)
{
	mk_page *pg = t->pg;
	if (!pg->n_names)
		return add_tag_name(t, name, 0, 0);
	const uint32_t nearest = nearest_name(t, name);
	const mk_str other = {pg->names[nearest].p, pg->names[nearest].len};
	if (other.len == name.len && !memcmp(other.p, name.p, name.len))
		return N_TAGS + nearest;
	if (pg->n_names >= NAMES_MOST) /* a table that outgrows the caches would make each further name slower */
		return name_of_rest(t);
	uint32_t at = 0;
	while (name_byte(name, at) == name_byte(other, at)) /* ends within the length if the lengths differ */
		at++;
	uint8_t bit = 0x80;
	while (!((name_byte(name, at) ^ name_byte(other, at)) & bit))
		bit >>= 1;
	return add_tag_name(t, name, at, bit);
}

/* Whether the name p[0 … len), whose key equals that of a table row, equals the row's name.  Only the middle of a name longer
 * than 16 bytes can differ. */
static bool same_middle(const char *p, uint32_t len, const char *row_name)
{
	return len <= 16 || str_equals(p, len, row_name);
}

/* Whether the name p[0 … len) with key k contains neither capital letters nor NUL, and so can be used without a copy. */
static bool is_clean(const struct name_key *k, const char *p, uint32_t len)
{
	bool clean = !k->upper && !memchr(p, 0, len);
	for (uint32_t i = 8; clean && i + 8 < len; i++) /* the bytes that the key does not contain */
		clean = !(p[i] >= 'A' && p[i] <= 'Z');
	return clean;
}

uint32_t token_tag(struct tokenizer *t, const char *name, uint32_t len)
{
	struct name_key k = name_key(name, len);
	for (uint32_t at = name_hash(&k) & (TAG_SLOTS - 1); tag_slots[at]; at = (at + 1) & (TAG_SLOTS - 1)) {
		uint32_t tag = tag_slots[at] - 1u;
		const struct tag_row *row = &tag_rows[tag];
		if (row->head == k.head && row->tail == k.tail && row->len == len && same_middle(name, len, row->name))
			return tag;
	}
	return intern(t, is_clean(&k, name, len) ? (mk_str){name, len} : clean_name(t, name, len));
}

/* Whether no later stage reads the attribute.  Of the attributes without an id, only xmlns and xml:lang are read.  So an element
 * keeps at most N_ATTRS + 2 attributes, which bounds what later stages do for each. */
static bool is_unread(const struct attr *attr)
{
	return attr->id == ATTR_OTHER && ((attr->name[0] | 32) != 'x' || (!str_equals(attr->name, attr->name_len, "xmlns") &&
	        !str_equals(attr->name, attr->name_len, "xml:lang")));
}

/* Sets the name and the id of an attribute whose name is written as p[0 … len). */
static void name_attr(struct tokenizer *t, struct attr *attr, const char *p, uint32_t len)
{
	struct name_key k = name_key(p, len);
	for (uint32_t at = name_hash(&k) & (ATTR_SLOTS - 1); attr_slots[at]; at = (at + 1) & (ATTR_SLOTS - 1)) {
		uint32_t id = attr_slots[at];
		const struct attr_row *row = &attr_rows[id];
		if (row->head == k.head && row->tail == k.tail && row->len == len && same_middle(p, len, row->name)) {
			attr->id = (uint16_t)id;
			attr->name = row->name;
			attr->name_len = len;
			return;
		}
	}
	attr->id = ATTR_OTHER;
	attr->name = p;
	attr->name_len = len;
	if (t->lean && is_unread(attr))
		return;
	if (is_clean(&k, p, len))
		return;
	const mk_str name = clean_name(t, p, len);
	attr->name = name.p;
	attr->name_len = (uint32_t)name.len;
}

/* ---- Character references ---- */

/* "Numeric character reference end state": the code point that the number c represents. */
static uint32_t numeric_meaning(uint32_t c)
{
	/* 0x80 … 0x9F represent the characters that they are in windows-1252; 0: the number is kept. */
	static const uint16_t c1[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	                                0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	                                0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};
	if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0xFFFD;
	if (c >= 0x80 && c < 0xA0 && c1[c - 0x80])
		return c1[c - 0x80];
	return c;
}

/* Reads a numeric character reference; p points to its "&#".  Writes the UTF-8 of its character to out, four bytes at most, and
 * their number to *n.  Returns the position after the reference, or p if there is no digit. */
static const char *numeric_reference(const char *p, char *out, uint32_t *n)
{
	const char *q = p + 2;
	uint32_t c = 0;
	bool hex = (*q | 0x20) == 'x';
	const char *digits = hex ? ++q : q;
	for (;; q++) {
		uint32_t digit;
		if ((unsigned)(*q - '0') < 10)
			digit = (uint32_t)(*q - '0');
		else if (hex && (unsigned)((*q | 0x20) - 'a') < 6)
			digit = (uint32_t)((*q | 0x20) - 'a') + 10;
		else
			break;
		if (c <= 0x10FFFF) /* a number that is too large stays so, without overflow */
			c = c * (hex ? 16 : 10) + digit;
	}
	if (q == digits)
		return p;
	*n = utf8_encode(out, numeric_meaning(c));
	return *q == ';' ? q + 1 : q;
}

/* The named character reference of that name, without `&` and `;`; NULL if there is none. */
static const struct charref *find_charref(const char *name, uint32_t len)
{
	for (uint32_t at = hash_bytes(name, len) & (CHARREF_SLOTS - 1); charref_slots[at]; at = (at + 1) & (CHARREF_SLOTS - 1)) {
		const struct charref *ref = &charrefs[charref_slots[at] - 1];
		if (ref->name_len == len && !memcmp(ref->name, name, len))
			return ref;
	}
	return NULL;
}

/* Reads one of the three most frequent character references at p without a table.  Writes its one or two bytes to out.  Returns
 * the position after it, or p if another reference is there. */
static const char *frequent_reference(const char *p, char *out, uint32_t *n)
{
#define LETTERS(a, b, c, d) ((uint64_t)(a) << 8 | (uint64_t)(b) << 16 | (uint64_t)(c) << 24 | (uint64_t)(d) << 32 | '&')
	const uint64_t five = load_word(p) & 0xFFFFFFFFFF;
	if (five == LETTERS('a', 'm', 'p', ';')) {
		*n = 1;
		*out = '&';
		return p + 5;
	}
	if (five == LETTERS('q', 'u', 'o', 't') && p[5] == ';') {
		*n = 1;
		*out = '"';
		return p + 6;
	}
	if (five == LETTERS('n', 'b', 's', 'p') && p[5] == ';') {
		*n = 2;
		memcpy(out, "\xC2\xA0", 2);
		return p + 6;
	}
#undef LETTERS
	return p;
}

/* "Named character reference state": reads the reference at p, an ampersand.  Output and result are as for
 * numeric_reference(). */
static const char *named_reference(const char *p, bool in_attribute, char *out, uint32_t *n)
{
	const char *frequent = frequent_reference(p, out, n);
	if (frequent != p)
		return frequent;
	const char *name = p + 1;
	uint32_t len = 0;
	while (len <= CHARREF_NAME_MOST && is_alnum(name[len]))
		len++;
	const struct charref *ref = name[len] == ';' ? find_charref(name, len) : NULL;
	const char *past = name + len + 1;
	if (!ref) { /* find the longest prefix that is a reference without a semicolon, such as "&copy" */
		if (len > CHARREF_LEGACY_MOST)
			len = CHARREF_LEGACY_MOST;
		for (; len >= 2; len--) {
			ref = find_charref(name, len);
			if (ref && ref->legacy)
				break;
			ref = NULL;
		}
		past = name + len;
		if (ref && in_attribute && (*past == '=' || is_alnum(*past)))
			return p; /* part of an address such as "?a=b&copy=1" */
	}
	if (!ref)
		return p;
	memcpy(out, ref->text, ref->text_len);
	*n = ref->text_len;
	return past;
}

/* ---- Runs that must be copied and changed ---- */

/* Flags for decode_run() and set_text(): resolve character references; replace NUL; apply the rules for references in attribute
 * values; do not change anything, not even line ends. */
enum { DECODE_REFS = 1, DECODE_NUL = 2, DECODE_ATTRIBUTE = 4, DECODE_NOTHING = 8 };

/*
 * A copy of p[0 … len) in the arena, with line ends normalised and, depending on how, character references resolved and NUL
 * replaced by U+FFFD.  The room is sufficient: a reference expands to at most twice its length, a NUL to three bytes.
 */
static mk_str decode_run(struct arena *a, const char *p, size_t len, unsigned how)
{
	char *out = arena_array(a, len + ATTR_BEHIND, how & DECODE_NUL ? 3 : 2);
	char *o = out;
	const char *end = p + len;
	while (p < end) {
		const char *q = scan_set(p, '&', '\r', '\r');
		if (q > end)
			q = end;
		if (q - p <= 16)
			memcpy(o, p, 16); /* of fixed size: p has padding, and excess bytes in out are overwritten or spare */
		else
			memcpy(o, p, (size_t)(q - p));
		o += q - p;
		p = q;
		if (p == end)
			break;
		uint32_t n = 0;
		if (*p == '\r') {
			*o++ = '\n';
			p += p + 1 < end && p[1] == '\n' ? 2 : 1;
		} else if (!*p) {
			if (how & DECODE_NUL)
				n = 3, memcpy(o, REPLACEMENT, 3);
			else
				*o++ = 0;
			p++;
		} else {
			const char *past = p;
			if (how & DECODE_REFS)
				past = p[1] == '#' ? numeric_reference(p, o, &n) : named_reference(p, how & DECODE_ATTRIBUTE, o, &n);
			if (past == p)
				*o++ = *p++;
			else
				p = past;
		}
		o += n;
	}
	memset(o, 0, ATTR_BEHIND);
	arena_trim(a, out, (size_t)(o - out));
	return (mk_str){out, (size_t)(o - out)};
}

mk_str token_unescape(struct arena *a, mk_str s)
{
	char *copy = arena_alloc(a, s.len + MK_PADDING);
	memcpy(copy, s.p, s.len);
	memset(copy + s.len, 0, MK_PADDING);
	return decode_run(a, copy, s.len, DECODE_REFS | DECODE_ATTRIBUTE);
}

/* Sets the token's text to [p, q): a slice, unless something in it has to be changed according to how. */
static void set_text(struct tokenizer *t, struct token *tok, const char *p, const char *q, unsigned how)
{
	size_t len = (size_t)(q - p);
	tok->src = offset(t, p);
	tok->src_end = offset(t, q);
	tok->copied = !(how & DECODE_NOTHING) &&
	              (memchr(p, '\r', len) || ((how & DECODE_NUL) && memchr(p, 0, len)) || ((how & DECODE_REFS) && memchr(p, '&', len)));
	tok->text = tok->copied ? decode_run(&t->pg->arena, p, len, how) : (mk_str){p, len};
}

/* ---- Text ---- */

/* Whether the "<" at p begins a tag, comment, doctype or processing instruction; otherwise it is text. */
static inline bool opens_markup(const struct tokenizer *t, const char *p)
{
	char c = p[1];
	return is_alpha(c) || c == '!' || c == '?' || (c == '/' && p + 2 < t->end);
}

/* Makes the NUL characters at t->p a token of their own. */
static void nul_run(struct tokenizer *t, struct token *tok)
{
	const char *start = t->p;
	while (t->p < t->end && !*t->p)
		t->p++;
	tok->type = TOKEN_NUL;
	tok->text = (mk_str){start, (size_t)(t->p - start)};
	tok->src = offset(t, start);
	tok->src_end = offset(t, t->p);
}

/* Data state: reads text up to the next markup or NUL.  t->p points to neither. */
static void data_text(struct tokenizer *t, struct token *tok)
{
	const char *start = t->p, *q = start;
	bool plain = true;
	for (;;) {
		q = scan_set(q, '<', '&', '\r');
		if (!*q || (*q == '<' && opens_markup(t, q)))
			break;
		if (*q != '<')
			plain = false;
		q++;
	}
	if (q > t->end)
		q = t->end;
	tok->type = TOKEN_TEXT;
	tok->text = plain ? (mk_str){start, (size_t)(q - start)} : decode_run(&t->pg->arena, start, (size_t)(q - start), DECODE_REFS);
	tok->copied = !plain;
	tok->src = offset(t, start);
	tok->src_end = offset(t, q);
	t->p = q;
}

/* Whether the "<" at p begins an "appropriate end tag": one with the name of the last start tag, in upper or lower case, and not
 * a longer name. */
static bool is_appropriate_end(const struct tokenizer *t, const char *p)
{
	if (p[1] != '/' || t->last_start == UINT32_MAX)
		return false;
	mk_str name = tag_name(t->pg, t->last_start);
	if ((size_t)(t->end - p) < name.len + 3 || !str_equals(p + 2, name.len, name.p))
		return false;
	char c = p[2 + name.len];
	return is_space(c) || c == '/' || c == '>';
}

/* Where RCDATA or RAWTEXT content ends: at the "<" of its end tag, or at the end of the page. */
static const char *raw_end(const struct tokenizer *t)
{
	for (const char *p = t->p; (p = memchr(p, '<', (size_t)(t->end - p))); p++)
		if (is_appropriate_end(t, p))
			return p;
	return t->end;
}

/* Whether the tag name at p, which is after "<" or "</", is exactly "script". */
static bool is_script_word(const struct tokenizer *t, const char *p)
{
	return t->end - p >= 7 && str_equals(p, 6, "script") && (is_space(p[6]) || p[6] == '/' || p[6] == '>');
}

/* Where script data ends: as raw_end(), except that an end tag does not count after "<!--" and "<script>" (the standard's "script
 * data double escaped state"). */
static const char *script_end(const struct tokenizer *t)
{
	const char *p = t->p;
	enum { PLAIN, ESCAPED, DOUBLE_ESCAPED } in = PLAIN;
	while (p < t->end) {
		if (in == PLAIN) {
			p = memchr(p, '<', (size_t)(t->end - p));
			if (!p)
				break;
			if (is_appropriate_end(t, p))
				return p;
			if (t->end - p >= 4 && !memcmp(p, "<!--", 4)) {
				in = ESCAPED;
				p += 2; /* to the dashes, which may also belong to "-->" */
			} else {
				p++;
			}
			continue;
		}
		p = scan_set(p, '<', '-', '-');
		if (p >= t->end)
			break;
		if (*p == '-' && t->end - p >= 3 && p[1] == '-' && p[2] == '>') {
			in = PLAIN;
		} else if (*p == '<' && in == ESCAPED) {
			if (is_appropriate_end(t, p))
				return p;
			if (is_script_word(t, p + 1))
				in = DOUBLE_ESCAPED;
		} else if (*p == '<' && p[1] == '/' && is_script_word(t, p + 2)) {
			in = ESCAPED;
		}
		p++;
	}
	return t->end;
}

static bool is_cdata_end(const struct tokenizer *t, const char *p)
{
	return t->end - p >= 3 && p[1] == ']' && p[2] == '>';
}

/* CDATA section state: reads characters up to "]]>" or a NUL, which the tree builder handles, or else a run of NULs.  Returns
 * false at the end of the section. */
static bool cdata_text(struct tokenizer *t, struct token *tok)
{
	const char *q = t->p;
	for (;;) {
		q = scan_set(q, ']', ']', ']');
		if (!*q || is_cdata_end(t, q))
			break;
		q++;
	}
	if (q > t->p) {
		tok->type = TOKEN_TEXT;
		set_text(t, tok, t->p, q, 0);
		t->p = q;
		return true;
	}
	if (q < t->end && !*q) {
		nul_run(t, tok);
		return true;
	}
	t->state = STATE_DATA;
	t->p = q < t->end ? q + 3 : t->end;
	return false;
}

/* Reads text in a state other than the data state.  Returns false if no text is left in it; the data state is then set. */
static bool special_text(struct tokenizer *t, struct token *tok)
{
	const char *q = t->end;
	unsigned how = t->as_written ? DECODE_NOTHING : DECODE_NUL;
	t->as_written = false;
	switch (t->state) {
	case STATE_CDATA:
		return cdata_text(t, tok);
	case STATE_PLAINTEXT:
		break;
	case STATE_SCRIPT_DATA:
		q = script_end(t);
		break;
	case STATE_RCDATA:
		how |= DECODE_REFS;
		q = raw_end(t);
		break;
	default:
		q = raw_end(t);
	}
	if (t->state != STATE_PLAINTEXT)
		t->state = STATE_DATA; /* next comes the end tag, or the end of the page */
	if (q == t->p)
		return false;
	tok->type = TOKEN_TEXT;
	set_text(t, tok, t->p, q, how);
	t->p = q;
	return true;
}

/* ---- Comments, doctypes, instructions ---- */

/* Makes [p, q) a comment token; reading continues at past. */
static void comment_data(struct tokenizer *t, struct token *tok, const char *p, const char *q, const char *past)
{
	tok->type = TOKEN_COMMENT;
	set_text(t, tok, p, q, DECODE_NUL);
	t->p = past;
}

/* Bogus comment state: the data are the characters from p to the next ">". */
static void bogus_comment(struct tokenizer *t, struct token *tok, const char *p)
{
	const char *q = memchr(p, '>', (size_t)(t->end - p));
	comment_data(t, tok, p, q ? q : t->end, q ? q + 1 : t->end);
}

/* Comment start state: p is after "<!--". */
static void comment(struct tokenizer *t, struct token *tok, const char *p)
{
	if (*p == '>' || (*p == '-' && p[1] == '>')) {
		comment_data(t, tok, p, p, p + (*p == '>' ? 1 : 2));
		return;
	}
	for (const char *q = p; (q = memchr(q, '-', (size_t)(t->end - q))); q++) {
		if (q[1] != '-')
			continue;
		if (q[2] == '>' || (q[2] == '!' && q[3] == '>')) {
			comment_data(t, tok, p, q, q + (q[2] == '>' ? 3 : 4));
			return;
		}
	}
	/* The page ends within the comment.  A beginning of "--!>" or "-->" at the end is not data. */
	const char *q = t->end;
	if (q - p >= 3 && !memcmp(q - 3, "--!", 3))
		q -= 3;
	else if (q - p >= 2 && !memcmp(q - 2, "--", 2))
		q -= 2;
	else if (q - p >= 1 && q[-1] == '-')
		q -= 1;
	comment_data(t, tok, p, q, t->end);
}

static const char *skip_space(const char *p)
{
	while (is_space(*p))
		p++;
	return p;
}

/* Reads a quoted identifier of a doctype; t->p is at the quote.  Sets force_quirks and returns false if ">" or the end of the
 * page comes before the closing quote. */
static bool doctype_id(struct tokenizer *t, struct token *tok, mk_str *id)
{
	char quote = *t->p++;
	const char *start = t->p;
	while (t->p < t->end && *t->p != quote && *t->p != '>')
		t->p++;
	size_t len = (size_t)(t->p - start);
	*id = memchr(start, 0, len) || memchr(start, '\r', len) ? decode_run(&t->pg->arena, start, len, DECODE_NUL) : (mk_str){start, len};
	if (t->p < t->end && *t->p == quote) {
		t->p++;
		return true;
	}
	tok->force_quirks = true;
	return false;
}

/* After DOCTYPE name state: reads the public and system identifiers.  doctype() then skips to the ">". */
static void doctype_ids(struct tokenizer *t, struct token *tok)
{
	bool is_public = str_equals(t->p, (size_t)(t->end - t->p >= 6 ? 6 : 0), "public");
	if (!is_public && !str_equals(t->p, (size_t)(t->end - t->p >= 6 ? 6 : 0), "system")) {
		tok->force_quirks = true;
		return;
	}
	t->p = skip_space(t->p + 6);
	if (*t->p != '"' && *t->p != '\'') {
		tok->force_quirks = true;
		return;
	}
	if (!doctype_id(t, tok, is_public ? &tok->public_id : &tok->system_id))
		return;
	t->p = skip_space(t->p);
	if (!is_public)
		return;
	if (*t->p == '"' || *t->p == '\'') {
		if (doctype_id(t, tok, &tok->system_id))
			t->p = skip_space(t->p);
	} else if (*t->p != '>') {
		tok->force_quirks = true;
	}
}

/* DOCTYPE state: t->p is after "<!doctype". */
static void doctype(struct tokenizer *t, struct token *tok)
{
	tok->type = TOKEN_DOCTYPE;
	t->p = skip_space(t->p);
	const char *start = t->p;
	while (t->p < t->end && !is_space(*t->p) && *t->p != '>')
		t->p++;
	if (t->p > start)
		tok->text = clean_name(t, start, (uint32_t)(t->p - start));
	else
		tok->force_quirks = true;
	t->p = skip_space(t->p);
	if (t->p < t->end && *t->p != '>')
		doctype_ids(t, tok);
	if (t->p >= t->end)
		tok->force_quirks = true;
	/* Bogus DOCTYPE state: skips everything else up to the ">". */
	const char *q = memchr(t->p, '>', (size_t)(t->end - t->p));
	t->p = q ? q + 1 : t->end;
}

/* Markup declaration open state: p is at "<!".  Returns false if it opens a CDATA section, which yields no token itself. */
static bool declaration(struct tokenizer *t, struct token *tok, const char *p)
{
	if (p[2] == '-' && p[3] == '-' && t->end - p >= 4) {
		comment(t, tok, p + 4);
	} else if (t->end - p >= 9 && str_equals(p + 2, 7, "doctype")) {
		t->p = p + 9;
		doctype(t, tok);
	} else if (t->in_foreign && t->end - p >= 9 && !memcmp(p + 2, "[CDATA[", 7)) {
		t->p = p + 9;
		t->state = STATE_CDATA;
		return false;
	} else {
		bogus_comment(t, tok, p + 2);
	}
	return true;
}

/*
 * Reads "<?" at p: a processing instruction if a simple name follows other than "xml" and "xml-stylesheet", otherwise a bogus
 * comment.  Returns false if the page ends before the end of the target or of the instruction, which is then dropped.
 */
static bool instruction(struct tokenizer *t, struct token *tok, const char *p)
{
	const char *target = p + 2, *q = target;
	if (is_alpha(*q) || *q == '_')
		while (is_alnum(*q) || *q == '_' || *q == '-')
			q++;
	size_t len = (size_t)(q - target);
	if (q >= t->end) {
		t->p = t->end;
		return false;
	}
	if (!len || !(is_space(*q) || *q == '?' || *q == '>') || str_equals(target, len, "xml") ||
	    str_equals(target, len, "xml-stylesheet")) {
		bogus_comment(t, tok, p + 1);
		return true;
	}
	const char *data = skip_space(q), *end = memchr(q, '>', (size_t)(t->end - q));
	t->p = end ? end + 1 : t->end;
	if (!end)
		return false;
	if (end > data && end[-1] == '?')
		set_text(t, tok, data, end - 1, 0);
	else
		set_text(t, tok, data, end, 0);
	tok->type = TOKEN_INSTRUCTION;
	tok->public_id = (mk_str){target, len};
	return true;
}

/* ---- Tags ---- */

/* Before attribute value state: t->p is after the "=".  Returns false if the page ends within the value. */
static bool attr_value(struct tokenizer *t, struct attr *attr)
{
	const char *p = t->p;
	while (is_space(*p))
		p++;
	const char *start, *q;
	bool plain = true;
	if (*p == '"' || *p == '\'') {
		char quote = *p;
		start = q = p + 1;
		for (;; q++) {
			q = plain ? scan_set(q, quote, '&', '\r') : scan_set(q, quote, quote, quote);
			if (*q == quote)
				break;
			if (q >= t->end)
				return false;
			plain = false;
		}
		t->p = q + 1;
	} else {
		for (start = q = p;; q++) {
			if (*q == '>' || is_space(*q))
				break;
			if (*q == '&')
				plain = false;
			if (!*q) {
				if (q >= t->end)
					return false;
				plain = false;
			}
		}
		t->p = q;
	}
	mk_str value = {start, (size_t)(q - start)};
	if (!plain && !(t->lean && is_unread(attr)))
		value = decode_run(&t->pg->arena, start, value.len, DECODE_REFS | DECODE_NUL | DECODE_ATTRIBUTE);
	attr->value = value.p;
	attr->value_len = (uint32_t)value.len;
	return true;
}

/* Whether one of the first n attributes of the tag has the same name. */
static bool is_duplicate(const struct tokenizer *t, uint32_t n, const struct attr *attr)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct attr *a = &t->attrs[i];
		if (a->id == attr->id &&
		    (a->id != ATTR_OTHER || (a->name_len == attr->name_len && !memcmp(a->name, attr->name, a->name_len))))
			return true;
	}
	return false;
}

/* One of 64 bits for a name.  If the bits of two names differ, so do the names: this avoids most calls to is_duplicate(). */
static uint64_t bit_of_name(const struct attr *attr)
{
	return (uint64_t)1 << ((attr->name_len * 5 + (unsigned char)attr->name[0] + attr->id) & 63);
}

/* Before attribute name state: reads attributes up to the ">" that ends the tag.  Returns false if the page ends within the tag. */
static bool attributes(struct tokenizer *t, struct token *tok)
{
	struct attr spare;
	uint32_t n = 0, unread = 0;
	uint64_t seen = 0;
	for (;;) {
		struct attr *attr = n < t->attrs_most ? &t->attrs[n] : &spare;
		const char *p = t->p;
		while (is_space(*p) || *p == '/') {
			if (*p == '/' && p[1] == '>')
				tok->self_closing = true;
			p++;
		}
		if (*p == '>') {
			t->p = p + 1;
			tok->n_attrs = n;
			return true;
		}
		if (p >= t->end)
			return false;
		/* Attribute name state; a leading "=" is part of the name. */
		const char *start = p++;
		for (;; p++) {
			p = scan_name(p, '=');
			if (*p == '/' || *p == '>' || *p == '=' || is_space(*p) || p >= t->end)
				break; /* otherwise a control character or NUL, which is part of the name */
		}
		*attr = (struct attr){.value = "", .src = offset(t, start)};
		name_attr(t, attr, start, (uint32_t)(p - start));
		while (is_space(*p))
			p++;
		t->p = p;
		if (*p == '=') {
			t->p = p + 1;
			if (!attr_value(t, attr))
				return false;
		}
		if (t->lean && is_unread(attr)) {
			if (n + unread++ >= t->attrs_most)
				warn(t->pg, MK_WARN_ATTRIBUTES);
			continue;
		}
		tok->styled |= attr->id == ATTR_STYLE || attr->id == ATTR_HIDDEN;
		const uint64_t bit = bit_of_name(attr);
		if (seen & bit && is_duplicate(t, n, attr))
			continue;
		seen |= bit;
		if (attr == &spare)
			warn(t->pg, MK_WARN_ATTRIBUTES);
		else
			n++;
	}
}

/* Tag name state: name points to the first letter.  Returns false if the page ends within the tag. */
static bool tag(struct tokenizer *t, struct token *tok, const char *name)
{
	const char *p = name;
	for (;; p++) {
		p = scan_name(p, '>');
		if (*p == '/' || *p == '>' || is_space(*p) || p >= t->end)
			break;
	}
	if (p >= t->end)
		return false;
	tok->tag = token_tag(t, name, (uint32_t)(p - name));
	t->p = p;
	if (*p == '>') {
		t->p++;
		return true;
	}
	return attributes(t, tok);
}

/* Tag open state: t->p is at a "<" that opens markup.  Returns false if it results in no token: the caller reads on. */
static bool markup(struct tokenizer *t, struct token *tok)
{
	const char *p = t->p;
	char c = p[1];
	bool done;
	if (is_alpha(c) || (c == '/' && is_alpha(p[2]))) {
		tok->type = c == '/' ? TOKEN_END : TOKEN_START;
		done = tag(t, tok, p + (c == '/' ? 2 : 1));
		if (!done)
			t->p = t->end; /* the standard drops a tag that the page does not finish */
		else if (c != '/')
			t->last_start = tok->tag;
	} else if (c == '!') {
		done = declaration(t, tok, p);
	} else if (c == '?') {
		done = instruction(t, tok, p);
	} else if (p[2] == '>') { /* "</>", which the standard ignores */
		t->p = p + 3;
		done = false;
	} else {
		bogus_comment(t, tok, p + 2);
		done = true;
	}
	tok->src = offset(t, p);
	tok->src_end = offset(t, t->p);
	return done;
}

void token_next(struct tokenizer *t, struct token *tok)
{
	*tok = (struct token){.type = TOKEN_EOF};
	for (;;) {
		if (t->p >= t->end) {
			tok->src = tok->src_end = t->pg->text_len;
			tok->type = TOKEN_EOF;
			return;
		}
		if (t->state != STATE_DATA) {
			if (special_text(t, tok))
				return;
			continue;
		}
		char c = *t->p;
		if (c == '<' && opens_markup(t, t->p)) {
			if (markup(t, tok))
				return;
		} else if (!c) {
			nul_run(t, tok);
			return;
		} else {
			data_text(t, tok);
			return;
		}
	}
}
