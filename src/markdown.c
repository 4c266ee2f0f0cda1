/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markdown.c - outline -> CommonMark with GFM tables and strikethrough.
 *
 * The guarantee: a CommonMark parser that reads the output finds the words of the kept blocks, no more and no fewer.  So every
 * character that could be read as syntax is escaped, and emphasis is omitted where its delimiter runs would not be flanking (a bold
 * "(a)" inside a word), because the text matters more than its emphasis.
 *
 * A block is one line unless it contains line breaks; lines are not wrapped.  Bold is omitted in headings.  The first row of a
 * table becomes its header, since GFM has no tables without a header.  A cell that spans rows or columns is written in its first
 * place and the other places are empty.
 *
 * https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/
 */
#include "outline.h"
#include "base/scan.h"
#include "base/search.h"
#include "base/utf8.h"

struct md_writer {
	unsigned flags;    /* MK_NO_LINKS, MK_IMAGES */
	bool line_start;   /* at the start of a line of a paragraph, where block markers must be escaped */
	bool first_line;   /* on the first line of the block */
	bool heading, cell; /* the block is written as a heading; into a cell of a GFM table */
	bool in_link;      /* inside link text, where brackets must be escaped */
	bool edge_before, edge_next; /* markup directly before and directly after the text being written */
	bool strikes;      /* the block has strikethrough */
	bool link_next;    /* the text being written is directly followed by a link */
	uint32_t column;   /* next column of the open row */
	uint32_t n_rows;   /* rows of the open table written so far */
	uint32_t fence;    /* length of the open code fence, 0 if no fence is open */
	const struct node *filled; /* cell or row that already has content */
	bool lone_picture; /* the last content of that cell is a picture */
	struct outline o;  /* o and m are set up by their own functions; the fields above start at zero */
	struct margin m;
};

/* ---- Characters ---- */

enum md_class { MD_SPACE, MD_LETTER, MD_PUNCTUATION, MD_UNSURE, MD_TILDE };

/*
 * The class of a non-ASCII character in the rules for flanking delimiter runs.  Parsers disagree on symbols outside ASCII, which
 * count as punctuation since CommonMark 0.31, and an exact answer is not needed: ranges that contain any punctuation or symbols are
 * MD_UNSURE, and emphasis is written only if it works with either answer.  Tildes have a class of their own because cmark-gfm skips
 * them and looks at the character beyond.
 */
static enum md_class md_class_of(uint32_t c)
{
	static const uint32_t unsure[][2] = {
	        {0x80, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2C2, 0x2FF},   {0x375, 0x375},   {0x37E, 0x387},   {0x3F6, 0x3F6},
	        {0x482, 0x482},   {0x55A, 0x55F},   {0x589, 0x5C7},   {0x5EF, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6FF},   {0x700, 0x70F},
	        {0x7F6, 0x7FF},   {0x830, 0x83F},   {0x85E, 0x85F},   {0x888, 0x888},   {0x964, 0x965},   {0x970, 0x970},   {0x9F2, 0x9FD},
	        {0xA76, 0xA76},   {0xAF0, 0xAF1},   {0xB70, 0xB70},   {0xBF3, 0xBFA},   {0xC77, 0xC7F},   {0xC84, 0xC84},   {0xD4F, 0xD4F},
	        {0xD79, 0xD79},   {0xDF4, 0xDF4},   {0xE3F, 0xE3F},   {0xE4F, 0xE5B},   {0xF01, 0xF1F},   {0xF34, 0xF3D},   {0xF85, 0xF85},
	        {0xFBE, 0xFDA},   {0x104A, 0x104F}, {0x109E, 0x109F}, {0x10FB, 0x10FB}, {0x1360, 0x1368}, {0x1390, 0x1399}, {0x1400, 0x1400},
	        {0x166D, 0x166E}, {0x1680, 0x169C}, {0x16EB, 0x16ED}, {0x1735, 0x1736}, {0x17D4, 0x17DB}, {0x1800, 0x180E}, {0x1940, 0x1945},
	        {0x19DE, 0x19FF}, {0x1A1E, 0x1A1F}, {0x1AA0, 0x1AAD}, {0x1B4E, 0x1B7F}, {0x1BFC, 0x1BFF}, {0x1C3B, 0x1C3F}, {0x1C7E, 0x1C7F},
	        {0x1CC0, 0x1CD3}, {0x1FBD, 0x1FFE}, {0x2000, 0x2BFF}, {0x2CE5, 0x2CFF}, {0x2D70, 0x2D70}, {0x2E00, 0x303F}, {0x3099, 0x30A0},
	        {0x30FB, 0x30FB}, {0x3190, 0x31EF}, {0x3200, 0x33FF}, {0x4DC0, 0x4DFF}, {0xA490, 0xA4CF}, {0xA4FE, 0xA4FF}, {0xA60D, 0xA60F},
	        {0xA673, 0xA67E}, {0xA6F2, 0xA721}, {0xA789, 0xA78A}, {0xA828, 0xA839}, {0xA874, 0xA877}, {0xA8CE, 0xA8FC}, {0xA92E, 0xA95F},
	        {0xA9C1, 0xA9DF}, {0xAA5C, 0xAA5F}, {0xAA77, 0xAA79}, {0xAADE, 0xAAF1}, {0xAB5B, 0xAB6B}, {0xABEB, 0xABEB}, {0xFB29, 0xFB29},
	        {0xFBB2, 0xFBC2}, {0xFD3E, 0xFD4F}, {0xFDCF, 0xFDFF}, {0xFE00, 0xFE6F}, {0xFEFF, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40},
	        {0xFF5B, 0xFF65}, {0xFFE0, 0x1FFFF}, {0xE0000, 0x10FFFF}};
	const size_t n = sizeof unsure / sizeof *unsure;
	size_t at;
	SEARCH(at, 0, n, unsure[at][1] < c);
	return at < n && c >= unsure[at][0] ? MD_UNSURE : MD_LETTER;
}

static bool is_ascii_mark(char c)
{
	return c > ' ' && c < 0x7F && !is_alnum(c);
}

static enum md_class md_ascii_class(char c)
{
	if (c == '~')
		return MD_TILDE;
	return is_alnum(c) ? MD_LETTER : is_ascii_mark(c) ? MD_PUNCTUATION : is_space(c) ? MD_SPACE : MD_UNSURE;
}

/* The class of the character before offset at; MD_SPACE at the start of s. */
static enum md_class md_class_before(mk_str s, uint32_t at)
{
	if (!at)
		return MD_SPACE;
	const unsigned char *u = (const unsigned char *)s.p;
	if (u[at - 1] < 0x80)
		return md_ascii_class(s.p[at - 1]);
	for (at--; at && (u[at] & 0xC0) == 0x80;)
		at--;
	uint32_t n;
	return md_class_of(utf8_decode_within(s.p + at, s.len - at, &n));
}

/* The class of the character at offset at; MD_SPACE at the end of s. */
static enum md_class md_class_after(mk_str s, uint32_t at)
{
	if (at >= s.len)
		return MD_SPACE;
	if ((unsigned char)s.p[at] < 0x80)
		return md_ascii_class(s.p[at]);
	uint32_t n;
	return md_class_of(utf8_decode_within(s.p + at, s.len - at, &n));
}

/* ---- Escapes ---- */

/* Characters that md_text() has to examine: those of md_needs_escape(), line ends, and "#" at the end of a heading. */
static const bool md_special[256] = {
        ['\\'] = true, ['`'] = true, ['*'] = true, ['_'] = true, ['['] = true, [']'] = true, ['<'] = true, ['>'] = true,
        ['&'] = true,  ['~'] = true, ['!'] = true, ['|'] = true, ['#'] = true, ['\n'] = true, ['\r'] = true, [':'] = true, ['.'] = true,
};

/*
 * The first special character in p … end - 1, or end.  Letters, spaces, commas and non-ASCII bytes are skipped sixteen at a time;
 * only the other bytes are looked up in md_special.
 */
static const char *md_next_special(const char *p, const char *end)
{
#if defined(SCAN_SSE2)
	const __m128i small = _mm_set1_epi8(0x20), a = _mm_set1_epi8('a'), last = _mm_set1_epi8('z' - 'a');
	const __m128i comma = _mm_set1_epi8(',');
	for (; end - p >= 16; p += 16) {
		const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p), letter = _mm_sub_epi8(_mm_or_si128(v, small), a);
		const __m128i plain = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(letter, last), letter),
		                                   _mm_or_si128(_mm_cmpeq_epi8(v, small), _mm_or_si128(_mm_cmpeq_epi8(v, comma), v)));
		/* plain includes v itself: its high bits clear non-ASCII bytes from the mask */
		for (unsigned mask = ~(unsigned)_mm_movemask_epi8(plain) & 0xFFFF; mask; mask &= mask - 1)
			if (md_special[(unsigned char)p[__builtin_ctz(mask)]])
				return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && !md_special[(unsigned char)*p])
		p++;
	return p;
}

/* Whether the "&" at p may begin a character reference: "&name;", "&#12;", "&#xA;". */
static bool looks_like_reference(const char *p, const char *end)
{
	const char *q = p + 1;
	if (q < end && *q == '#')
		q++;
	const char *name = q;
	while (q < end && q - name < 40 && is_alnum(*q))
		q++;
	return q > name && q < end && *q == ';';
}

/* The piece of text being escaped.  Pieces are separated by markup. */
struct md_run {
	const char *start, *end;
	char before, after;  /* neighbouring characters: a space at the ends of the block, otherwise '*' to represent any markup */
	const char *url_end; /* end of the address examined last */
	bool url_breaks;     /* that address contains escapes or markup, which would become part of an autolink */
};

static bool md_escapes_address(const struct md_writer *w, struct md_run *r, const char *p);

static bool md_needs_escape(const struct md_writer *w, struct md_run *r, const char *p)
{
	char before = p > r->start ? p[-1] : r->before, after = p + 1 < r->end ? p[1] : r->after;
	switch (*p) {
	case '\\': case '`':
		return true;
	case '*':
		return !(is_space(before) && is_space(after));
	case '_':
		return !(is_space(before) && is_space(after)) && !(is_alnum(before) && is_alnum(after));
	case '~':
		return w->strikes || !is_space(before) || after == '~';
	case '[':
		return w->in_link;
	case ']': /* link reference definitions are never written, so [a] and [a][b] are text */
		return w->in_link || after == '(' || after == ':';
	case '!':
		return w->link_next && p + 1 == r->end;
	case '<':
		return after == '/' || after == '!' || after == '?' || after == '*' || is_alpha(after);
	case '&':
		return looks_like_reference(p, r->end);
	case '|':
		return w->cell;
	case ':': case '.':
		return md_escapes_address(w, r, p);
	default:
		return false;
	}
}

/*
 * GFM turns "http://" and "www." in text into extended autolinks.  It takes everything up to the next space literally, backslashes
 * and brackets included.  So if p is such a colon or dot, and a character up to the next space needs an escape or markup comes
 * before it, p is escaped and no autolink forms.  The result is kept in r, so that an address with many dots is scanned once.
 */
static bool md_escapes_address(const struct md_writer *w, struct md_run *r, const char *p)
{
	bool address = *p == ':' ? p + 2 < r->end && p[1] == '/' && p[2] == '/' && p > r->start && is_alnum(p[-1])
	                         : p - r->start >= 3 && str_equals(p - 3, 3, "www");
	if (!address)
		return false;
	if (p < r->url_end)
		return r->url_breaks;
	r->url_breaks = false;
	const char *q = p + 1;
	for (; q < r->end && !is_space(*q); q++)
		if (md_special[(unsigned char)*q] && *q != ':' && *q != '.' && md_needs_escape(w, r, q))
			r->url_breaks = true;
	r->url_breaks |= q == r->end && r->after == '*';
	r->url_end = q;
	return r->url_breaks;
}

/*
 * If the line p … end would be read as the start of a block, or as an underline or table delimiter row for the line before it,
 * returns the offset at which a backslash prevents that; otherwise -1.
 */
static int md_line_marker(const struct md_writer *w, const char *p, const char *end)
{
	const char *q = p;
	switch (*p) {
	case '#':
		while (q < end && *q == '#')
			q++;
		return q - p <= 6 && (q == end || is_space(*q)) ? 0 : -1;
	case '-':
		return p + 1 == end || is_space(p[1]) || p[1] == '-' ? 0 : -1;
	case '+':
		return p + 1 == end || is_space(p[1]) ? 0 : -1;
	case '>': case '*': case '_':
		return 0;
	case '=': case '|': case ':': /* a setext heading underline or a table's delimiter row, which need a line before them */
		return w->first_line ? -1 : 0;
	case '~':
		return p + 1 < end && p[1] == '~' ? 0 : -1;
	default:
		while (q < end && *q >= '0' && *q <= '9')
			q++;
		if (q == p || q - p > 9 || q == end || (*q != '.' && *q != ')'))
			return -1;
		return q + 1 == end || is_space(q[1]) ? (int)(q - p) : -1;
	}
}

/*
 * The offset of a run of # at the end of a heading, which would be read as the closing sequence of an ATX heading; `to` if there is
 * no such run.
 */
static uint32_t md_closing_hashes(const struct md_writer *w, mk_str text, uint32_t to)
{
	uint32_t at = to;
	if (!w->heading || to != text.len)
		return to;
	while (at && text.p[at - 1] == '#')
		at--;
	return !at || is_space(text.p[at - 1]) ? at : to;
}

/* Writes bytes [from, to) of the block's text, escaped.  Line ends in the text are written as spaces. */
static void md_text(struct md_writer *w, mk_str text, uint32_t from, uint32_t to)
{
	struct buf *b = w->m.b;
	struct md_run r = {text.p + from, text.p + to, w->edge_before ? '*' : ' ', w->edge_next ? '*' : ' ', NULL, false};
	const char *p = r.start, *run = p, *hashes = text.p + md_closing_hashes(w, text, to);
	if (from == to)
		return;
	if (w->line_start && !w->heading && !w->cell) {
		int skip = md_line_marker(w, p, text.p + text.len);
		if (skip >= 0 && skip < r.end - p) {
			buf_add(b, p, (size_t)skip);
			buf_char(b, '\\');
			run = p + skip; /* the escaped character is written with the text after it */
			p = run + 1;
		}
	}
	w->line_start = false;
	for (; (p = md_next_special(p, r.end)) < r.end; p++) {
		bool space = *p == '\n' || *p == '\r';
		if (!space && !md_needs_escape(w, &r, p) && !(*p == '#' && p >= hashes))
			continue;
		buf_add(b, run, (size_t)(p - run));
		buf_char(b, space ? ' ' : '\\');
		run = p + space;
	}
	buf_add(b, run, (size_t)(r.end - run));
}

/*
 * Whether the parentheses in an address are balanced and need no escapes.  Deep nesting counts as unbalanced: parsers may limit it.
 */
static bool md_is_balanced(mk_str link)
{
	int depth = 0;
	for (size_t i = 0; i < link.len && depth >= 0 && depth < 16; i++)
		depth += link.p[i] == '(' ? 1 : link.p[i] == ')' ? -1 : 0;
	return depth == 0;
}

static const bool md_not_in_address[256] = {
        ['<'] = true, ['>'] = true, ['\\'] = true, ['`'] = true, ['('] = true, [')'] = true, ['|'] = true, ['&'] = true, [0x7F] = true,
};

/*
 * Writes a link destination without angle brackets.  White space, control characters, angle brackets, backslashes and ` are
 * percent-encoded.  Unbalanced parentheses, ampersands that look like character references, and pipes in a table get a backslash,
 * which leaves the address itself unchanged.
 */
static void md_address(struct md_writer *w, mk_str link)
{
	static const char hex[] = "0123456789ABCDEF";
	struct buf *b = w->m.b;
	int balanced = -1; /* unknown; computed only when needed, since few addresses have parentheses */
	size_t run = 0;
	for (size_t i = 0; i < link.len; i++) {
		char c = link.p[i];
		if ((unsigned char)c > ' ' && !md_not_in_address[(unsigned char)c])
			continue;
		bool encode = (unsigned char)c <= ' ' || c == 0x7F || c == '<' || c == '>' || c == '\\' || c == '`';
		if ((c == '(' || c == ')') && balanced < 0)
			balanced = md_is_balanced(link);
		bool escape = ((c == '(' || c == ')') && !balanced) || (c == '|' && w->cell) ||
		              (c == '&' && looks_like_reference(link.p + i, link.p + link.len));
		if (!encode && !escape)
			continue;
		buf_add(b, link.p + run, i - run);
		run = i + encode;
		buf_char(b, encode ? '%' : '\\');
		if (encode) {
			buf_char(b, hex[(unsigned char)c >> 4]);
			buf_char(b, hex[(unsigned char)c & 15]);
		}
	}
	buf_add(b, link.p + run, link.len - run);
}

/* ---- Inline edges ---- */

/* Whether the delimiters of an edge are asterisks. */
static bool is_star(const struct edge *edge)
{
	return edge->kind == EDGE_STRONG || edge->kind == EDGE_EM;
}

/* Discards a span by either of its edges. */
static void md_drop(struct outline *o, uint32_t i)
{
	uint32_t partner = o->edges[i].partner;
	o->edges[i].kind = o->edges[partner].kind = EDGE_NONE;
}

/*
 * The class of the character before (step -1) or after (step 1) edge i in the output, skipping delimiters in the same delimiter
 * run.
 */
static enum md_class md_neighbour(const struct outline *o, uint32_t i, int step)
{
	const struct edge *edge = &o->edges[i];
	for (uint32_t k = i;;) {
		if (step < 0 ? k == 0 : k + 1 == o->n_edges)
			break;
		k = step < 0 ? k - 1 : k + 1;
		const struct edge *other = &o->edges[k];
		if (other->at != edge->at)
			break;
		if (other->kind == EDGE_NONE || (is_star(edge) && is_star(other)))
			continue;
		/*
		 * cmark-gfm skips the tildes of strikethrough here, other parsers see punctuation; and asterisks may yet be
		 * dropped.
		 */
		return other->kind == EDGE_BREAK ? MD_SPACE : other->kind == EDGE_DEL || is_star(other) ? MD_UNSURE : MD_PUNCTUATION;
	}
	return step < 0 ? md_class_before(o->block->pub.text, edge->at) : md_class_after(o->block->pub.text, edge->at);
}

/*
 * Whether a delimiter run is left-flanking as an opener or right-flanking as a closer, for either class that an MD_UNSURE neighbour
 * may turn out to have.  inner: the neighbour inside the span; outer: the one outside.
 */
static bool md_flanks(enum md_class inner, enum md_class outer)
{
	return inner == MD_LETTER || ((inner == MD_PUNCTUATION || inner == MD_UNSURE) && (outer == MD_SPACE || outer == MD_PUNCTUATION));
}

/*
 * Whether edge i opens where another emphasis closes, or where another one opens that ends elsewhere.  Their asterisks form one
 * delimiter run, which a parser may pair differently.
 */
static bool md_tangled(const struct outline *o, uint32_t i)
{
	const struct edge *edge = &o->edges[i];
	for (uint32_t k = i; k && o->edges[k - 1].at == edge->at; k--) {
		const struct edge *other = &o->edges[k - 1];
		if (other->kind == EDGE_NONE)
			continue;
		if (!is_star(other))
			return false;
		return !other->open || o->edges[other->partner].at != o->edges[edge->partner].at;
	}
	return false;
}

/*
 * Prepares the code span that opens at edge i.  Spans inside it are discarded, since a code span cannot contain markup.  The code
 * span itself is discarded if it contains only a picture, or text that cannot be written in one: in a table, a backslash before a
 * pipe; and "]:" in a paragraph that begins with a bracket, which would make the paragraph a link reference definition.
 */
static void md_settle_code(struct md_writer *w, uint32_t i)
{
	struct outline *o = &w->o;
	const char *text = o->text.p;
	uint32_t end = o->edges[i].partner;
	bool bracket = *text == '[' || (o->edges[0].kind == EDGE_LINK && !o->edges[0].at);
	bool drop = o->edges[end].at == o->edges[i].at; /* it contains only a picture */
	for (uint32_t k = o->edges[i].at; k + 1 < o->edges[end].at; k++)
		drop |= (w->cell && text[k] == '\\' && text[k + 1] == '|') || (bracket && text[k] == ']' && text[k + 1] == ':');
	if (drop)
		md_drop(o, i);
	for (uint32_t k = i + 1; k < end && !drop; k++)
		if (o->edges[k].kind < N_SPANS)
			o->edges[k].kind = EDGE_NONE;
}

/* Joins a span with a span of the same kind that closes directly before it, since their delimiters would be read as one run. */
static void md_join(struct outline *o, uint32_t i)
{
	struct edge *edge = &o->edges[i], *before = edge;
	while (before > o->edges && (before == edge || before->kind == EDGE_NONE))
		before--;
	if (before == edge || before->at != edge->at || before->kind != edge->kind || before->open)
		return;
	o->edges[before->partner].partner = edge->partner;
	o->edges[edge->partner].partner = before->partner;
	before->kind = edge->kind = EDGE_NONE;
}

/* Discards the spans that Markdown cannot express in their place, and joins those that would run together. */
static void md_settle(struct md_writer *w)
{
	struct outline *o = &w->o;
	w->strikes = false;
	for (uint32_t i = 0; i < o->n_edges; i++) {
		struct edge *edge = &o->edges[i];
		if (edge->kind == EDGE_CODE && edge->open)
			md_settle_code(w, i);
		else if (edge->kind == EDGE_LINK && edge->open && w->flags & MK_NO_LINKS)
			md_drop(o, i);
		else if (edge->kind == EDGE_STRONG && edge->open && w->heading)
			md_drop(o, i);
		w->strikes |= edge->kind == EDGE_DEL;
	}
	for (int stars = 0; stars < 2; stars++) /* tildes first: they are neighbours of asterisks, and may be dropped */
		for (uint32_t i = 0; i < o->n_edges; i++) {
			const struct edge *edge = &o->edges[i];
			if (!edge->open || (stars ? !is_star(edge) : edge->kind != EDGE_DEL))
				continue;
			uint32_t end = edge->partner;
			if (o->edges[end].at == edge->at || (stars && md_tangled(o, i)) ||
			    !md_flanks(md_neighbour(o, i, 1), md_neighbour(o, i, -1)) ||
			    !md_flanks(md_neighbour(o, end, -1), md_neighbour(o, end, 1)))
				md_drop(o, i);
		}
	for (uint32_t i = 1; i < o->n_edges; i++)
		if ((o->edges[i].kind == EDGE_CODE || o->edges[i].kind == EDGE_DEL) && o->edges[i].open)
			md_join(o, i);
}

/*
 * The longest run of ` in p.  *run is the length of a run directly before p, which may continue in p; then of the run at p's end.
 */
static uint32_t longest_ticks(const char *p, size_t len, uint32_t *run)
{
	uint32_t longest = 0;
	for (size_t i = 0; i < len; i++) {
		*run = p[i] == '`' ? *run + 1 : 0;
		if (*run > longest)
			longest = *run;
	}
	return longest;
}

static void md_repeat(struct buf *b, char c, uint32_t n)
{
	buf_reserve(b, n);
	memset(b->p + b->len, c, n);
	b->len += n;
}

/*
 * Writes bytes [from, to) of the text as a code span.  Its delimiters are longer than any run of ` inside, since backslashes do not
 * escape there; only a pipe in a table cell needs one.  A space separates a ` at either end from the delimiter; parsers strip it.
 */
static void md_code_span(struct md_writer *w, mk_str text, uint32_t from, uint32_t to)
{
	struct buf *b = w->m.b;
	uint32_t run = 0, ticks = longest_ticks(text.p + from, to - from, &run) + 1;
	bool pad = text.p[from] == '`' || text.p[to - 1] == '`';
	md_repeat(b, '`', ticks);
	if (pad)
		buf_char(b, ' ');
	for (uint32_t i = from; i < to; i++) {
		if (text.p[i] == '|' && w->cell)
			buf_char(b, '\\');
		buf_char(b, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
	}
	if (pad)
		buf_char(b, ' ');
	md_repeat(b, '`', ticks);
	w->line_start = false;
}

/* Writes ![alt](address), with the white space of the alternative text collapsed to single spaces. */
static void md_picture(struct md_writer *w, const struct node *node, mk_str source)
{
	struct buf *b = w->m.b;
	mk_str alt = dom_value(node, ATTR_ALT);
	bool in_link = w->in_link, space = false;
	w->line_start = w->link_next = false;
	w->edge_before = w->edge_next = true;
	buf_add(b, "![", 2);
	w->in_link = true; /* brackets must be escaped as in link text */
	for (size_t i = 0, end; i < alt.len; i = end) {
		for (end = i; end < alt.len && is_space(alt.p[end]) == is_space(alt.p[i]);)
			end++;
		if (is_space(alt.p[i])) {
			space = i > 0;
			continue;
		}
		if (space)
			buf_char(b, ' ');
		md_text(w, alt, (uint32_t)i, (uint32_t)end);
	}
	w->in_link = in_link;
	buf_add(b, "](", 2);
	md_address(w, source);
	buf_char(b, ')');
}

/* A hard line break: a backslash at the end of the line; <br> in a table cell; a space in a heading, which has only one line. */
static void md_break(struct md_writer *w)
{
	struct buf *b = w->m.b;
	while (b->len && b->p[b->len - 1] == ' ')
		b->len--;
	if (w->cell) {
		buf_str(b, "<br>");
	} else if (w->heading) {
		buf_char(b, ' ');
	} else {
		buf_char(b, '\\');
		margin_line(&w->m);
		w->line_start = true;
		w->first_line = false;
	}
}

/* Writes the delimiter of one end of a span, or a picture.  Code spans and line breaks are written by md_inline(). */
static void md_edge(struct md_writer *w, const struct edge *edge)
{
	struct buf *b = w->m.b;
	switch (edge->kind) {
	case EDGE_STRONG:
		buf_add(b, "**", 2);
		break;
	case EDGE_EM:
		buf_char(b, '*');
		break;
	case EDGE_DEL:
		buf_add(b, "~~", 2);
		break;
	case EDGE_LINK:
		w->in_link = edge->open;
		if (edge->open) {
			buf_char(b, '[');
		} else {
			buf_add(b, "](", 2);
			md_address(w, w->o.edges[edge->partner].link);
			buf_char(b, ')');
		}
		break;
	case EDGE_PICTURE:
		md_picture(w, edge->node, edge->link);
		break;
	default:
		return;
	}
	w->line_start = false;
}

/* Writes the text of the block with its inline markup. */
static void md_inline(struct md_writer *w)
{
	struct outline *o = &w->o;
	mk_str text = o->text;
	uint32_t at = 0, end = (uint32_t)text.len;
	outline_edges(o);
	md_settle(w);
	w->line_start = w->first_line = true;
	w->in_link = w->edge_before = false;
	w->edge_next = true;
	for (uint32_t i = 0; i < o->n_edges; i++) {
		const struct edge *edge = &o->edges[i];
		if (edge->kind == EDGE_NONE)
			continue;
		w->link_next = edge->kind == EDGE_LINK && edge->open;
		if (edge->at > at) { /* false after a line break, which skips the spaces after it */
			md_text(w, text, at, edge->at);
			at = edge->at;
		}
		w->edge_before = true;
		if (edge->kind == EDGE_CODE) {
			const struct edge *close = &o->edges[edge->partner];
			md_code_span(w, text, at, close->at);
			at = close->at;
			i = edge->partner;
		} else if (edge->kind == EDGE_BREAK) {
			/* a picture at the same offset comes first, and the space follows it */
			bool before_picture = i + 1 < o->n_edges && o->edges[i + 1].at == edge->at;
			md_break(w);
			while (at < end && is_space(text.p[at]) && !before_picture)
				at++;
		} else {
			char last = at ? w->m.b->p[w->m.b->len - 1] : ' ';
			/* a picture, or the opening of a span that contains only one: separated by a space from the word before */
			bool picture = edge->kind == EDGE_PICTURE || (edge->open && (at == end || is_space(text.p[at])));
			if (picture && last != ' ' && last != '\n' && last != '[' && last != '*' && last != '~')
				buf_char(w->m.b, ' ');
			md_edge(w, edge);
		}
	}
	w->link_next = w->edge_next = false;
	md_text(w, text, at, end);
}

/* ---- Blocks ---- */

/* A closing fence is at least as long as the opening one, so the fence gets one ` more than the longest run in the whole pre. */
static uint32_t md_fence_length(const struct md_writer *w, const struct outline_part *pre)
{
	mk_str text = w->o.text;
	uint32_t run = 0, longest = longest_ticks(text.p, text.len, &run);
	run = 0;
	for (const struct node *n = pre ? pre->node : NULL; n; n = dom_next(n, pre->node))
		if (n->type == NODE_TEXT) {
			uint32_t ticks = longest_ticks(n->u.text, n->len, &run);
			longest = ticks > longest ? ticks : longest;
		}
	return longest < 3 ? 3 : longest + 1;
}

static void md_end_fence(struct md_writer *w)
{
	if (!w->fence)
		return;
	margin_line(&w->m);
	md_repeat(w->m.b, '`', w->fence);
	w->fence = 0;
}

/* Writes a block of code.  All blocks of one pre share a fenced code block, which stays open until the pre closes. */
static void md_code(struct md_writer *w, const struct outline_part *pre)
{
	const struct block *block = w->o.block;
	if (w->fence) {
		margin_line(&w->m);
	} else {
		mk_str language = outline_language(block);
		w->fence = md_fence_length(w, pre);
		margin_block(&w->m, false);
		md_repeat(w->m.b, '`', w->fence);
		buf_add(w->m.b, language.p, language.len);
		margin_line(&w->m);
	}
	const size_t from = w->m.b->len;
	margin_code(&w->m, &w->o);
	outline_span(&w->o, from, w->m.b->len);
	if (!pre)
		md_end_fence(w);
}

/* The alignment of a header cell, from its align or style attribute: 'l' left, 'c' center, 'r' right, 0 if not given. */
static char md_alignment(const struct node *cell)
{
	mk_str align = dom_value(cell, ATTR_ALIGN), style = dom_value(cell, ATTR_STYLE);
	for (size_t i = 0; !align.p && i + 11 < style.len && i < 1024; i++)
		if (str_equals(style.p + i, 11, "text-align:")) {
			align = str_trim((mk_str){style.p + i + 11, style.len - i - 11});
			size_t end = 0;
			while (end < align.len && is_alnum(align.p[end]))
				end++;
			align.len = end;
		}
	if (str_equals(align.p, align.len, "center"))
		return 'c';
	return str_equals(align.p, align.len, "right") ? 'r' : str_equals(align.p, align.len, "left") ? 'l' : 0;
}

/* Writes the delimiter row of a table, with the alignments of the cells in its header row. */
static void md_delimiter_row(struct md_writer *w, const struct outline_part *table, const struct outline_part *row)
{
	char align[OUTLINE_COLUMNS_MOST] = {0};
	uint32_t column = 0;
	for (const struct node *n = first_child(row->node); n && column < OUTLINE_COLUMNS_MOST; n = n->next)
		if (is_html(n, TAG_TD) || is_html(n, TAG_TH)) {
			align[column] = md_alignment(n);
			column += (uint32_t)dom_integer(n, ATTR_COLSPAN, 1, 1, OUTLINE_COLUMNS_MOST);
		}
	margin_line(&w->m);
	for (uint32_t i = 0; i < table->n_columns; i++)
		buf_str(w->m.b, align[i] == 'c' ? "| :---: " : align[i] == 'r' ? "| ---: " : align[i] == 'l' ? "| :--- " : "| --- ");
	buf_char(w->m.b, '|');
}

static void md_open_row(struct md_writer *w, const struct outline_part *table)
{
	w->column = 0;
	if (!table->grid || !w->n_rows)
		margin_block(&w->m, false);
	else
		margin_line(&w->m);
}

/* The header row must have as many cells as the delimiter row; GFM allows later rows to be shorter. */
static void md_close_row(struct md_writer *w, const struct outline_part *row)
{
	const struct outline_part *table = row - 1;
	w->n_rows++;
	if (!table->grid)
		return;
	buf_str(w->m.b, " |");
	if (w->n_rows > 1)
		return;
	for (; w->column < table->n_columns; w->column++)
		buf_str(w->m.b, " |");
	md_delimiter_row(w, table, row);
}

/* In a grid, writes empty cells up to the column of this cell; otherwise a tab separates the cells of a line. */
static void md_open_cell(struct md_writer *w, const struct outline_part *cell)
{
	const struct outline_part *table = cell - 2;
	w->filled = NULL;
	if (!table->grid) {
		if (w->column++)
			buf_char(w->m.b, '\t');
		return;
	}
	if (w->column)
		buf_char(w->m.b, ' ');
	for (; w->column < cell->column; w->column++)
		buf_str(w->m.b, "| ");
	buf_str(w->m.b, "| ");
	w->column++;
}

static void md_open(struct md_writer *w)
{
	const struct outline_part *c = outline_top(&w->o);
	margin_open(&w->m, &w->o);
	if (c->kind == CONTAINER_TABLE)
		w->n_rows = 0;
	else if (c->kind == CONTAINER_ROW)
		md_open_row(w, c - 1);
	else if (c->kind == CONTAINER_CELL)
		md_open_cell(w, c);
}

static void md_close(struct md_writer *w)
{
	const struct outline_part *c = outline_closed(&w->o);
	if (c->kind == CONTAINER_PRE)
		md_end_fence(w);
	else if (c->kind == CONTAINER_ROW)
		md_close_row(w, c);
	margin_close(&w->m, &w->o);
}

/* Prepares for the next text or picture in a cell: joint separates it from text that the cell already has. */
static void md_cell_piece(struct md_writer *w, const struct outline_part *top, const char *joint)
{
	if (top->kind == CONTAINER_ROW && !w->column) { /* text in a row but in no cell, after a parse error */
		buf_str(w->m.b, top[-1].grid ? "| " : "");
		w->column = 1;
	} else if (w->filled == top->node) {
		buf_str(w->m.b, w->lone_picture ? " " : joint);
	}
	w->filled = top->node;
	w->lone_picture = false;
}

static void md_block(struct md_writer *w)
{
	const struct block *block = w->o.block;
	const struct outline_part *top = outline_top(&w->o);
	enum container_kind in = top ? (enum container_kind)top->kind : CONTAINER_NONE;
	bool row = in == CONTAINER_CELL || in == CONTAINER_ROW;
	w->cell = row && top[in == CONTAINER_CELL ? -2 : -1].grid;
	w->heading = block->pub.kind == MK_BLOCK_HEADING && !row;
	if (in == CONTAINER_PRE || (block->pub.kind == MK_BLOCK_CODE && !row)) {
		md_code(w, in == CONTAINER_PRE ? top : NULL);
		return;
	}
	if (in == CONTAINER_TABLE)
		w->n_rows = 0; /* a caption interrupts the table: the rows after it start a new one */
	if (row)
		md_cell_piece(w, top, w->cell ? "<br>" : " ");
	else
		margin_block(&w->m, !w->heading);
	if (w->heading) {
		md_repeat(w->m.b, '#', block->pub.level < 1 ? 1 : block->pub.level > 6 ? 6 : block->pub.level);
		buf_char(w->m.b, ' ');
	}
	const size_t from = w->m.b->len;
	md_inline(w);
	outline_span(&w->o, from, w->m.b->len);
}

/* A picture between two blocks becomes a paragraph of its own, or in a table a part of the cell.  Code has no pictures. */
static void md_lone_picture(struct md_writer *w)
{
	const struct outline_part *top = outline_top(&w->o);
	enum container_kind in = top ? (enum container_kind)top->kind : CONTAINER_NONE;
	bool row = in == CONTAINER_CELL || in == CONTAINER_ROW;
	if (in == CONTAINER_PRE)
		return;
	w->cell = row && top[in == CONTAINER_CELL ? -2 : -1].grid;
	w->heading = false;
	if (row)
		md_cell_piece(w, top, " ");
	else
		margin_block(&w->m, false);
	md_picture(w, w->o.picture, w->o.source);
	w->lone_picture = true;
}

void markdown_write(mk_page *pg, unsigned flags, struct buf *b, struct written *out)
{
	struct md_writer w;
	memset(&w, 0, offsetof(struct md_writer, o));
	outline_begin(&w.o, pg, flags & MK_IMAGES ? OUTLINE_PICTURES : 0);
	outline_write(&w.o, b, out->most);
	margin_begin(&w.m, b, true);
	w.flags = flags;
	for (enum outline_event event; (event = outline_next(&w.o)) != OUTLINE_END;) {
		switch (event) {
		case OUTLINE_OPEN:
			md_open(&w);
			break;
		case OUTLINE_CLOSE:
			md_close(&w);
			break;
		case OUTLINE_PICTURE:
			md_lone_picture(&w);
			break;
		default:
			md_block(&w);
		}
	}
	margin_end(&w.m);
	out->spans = w.o.ranges;
	out->n_spans = w.o.n_ranges;
}
