/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_text.c - plain-text input: text -> lines that belong together -> a tree of paragraphs and lists; after scoring, lines and
 * scores -> title, authors, dates, captions.
 *
 * Plain-text input is the text that a program made of a page: a record of Common Crawl's WET files, the output of a text browser.
 * Some programs write a line for each block.  Others break lines at a width; there a line continues on the next one if the next
 * word would not have fitted.  The width is not known.  It is taken to be the one that explains the most line ends and that few
 * lines exceed.
 *
 * The tree has a p or li element for each block, so that block.c and the writers work as they do for HTML.  Everything else that
 * markup tells is lost.  So plain_text_score.c computes other features than feature.c, and its own net scores blocks.
 *
 * After scoring, plain_text_read() takes the block that the net chose for the title, and looks for authors and date in the lines
 * around the first kept prose.  It goes by the position of a line and the way it ends, as a reader would.  Words of credits.def
 * help to recognise bylines and captions; only the names in a byline that begins with such a word cannot be found without them.
 *
 * All passes are linear in the length of the text.
 */
#include "plain_text.h"
#include "credit.h"
#include "date.h"
#include "meta.h"
#include "picture.h"
#include "base/scan.h"
#include "base/utf8.h"

/* ---- HTML or text ---- */

#define SNIFF_BYTES 65536

/* Length of the name at p if it is the name of an element of the HTML standard, otherwise 0.  The text ends with NUL. */
static size_t plain_text_tag(const char *p)
{
	size_t n = 0;
	while (n < 16 && is_alnum(p[n]))
		n++;
	for (unsigned t = 0; n && t < N_TAGS; t++)
		if (tag_rows[t].len == n && str_equals(p, n, tag_rows[t].name))
			return n;
	return 0;
}

/*
 * Whether an input is HTML: it begins with markup; or has an html, head or body tag or a doctype in its first SNIFF_BYTES bytes; or
 * has, in these, at least one tag or comment of the standard for every five lines that are not empty.  Plain text about HTML has
 * fewer tags.
 */
static bool looks_like_html(const char *p, size_t len)
{
	const char *const end = p + (len < SNIFF_BYTES ? len : SNIFF_BYTES), *at = p;
	uint32_t n_lines = 1, n_tags = 0;
	while (at < end && is_space(*at))
		at++;
	if (*at == '<' && (at[1] == '!' || at[1] == '?' || is_alpha(at[1])))
		return true;
	for (; at < end; at++) {
		n_lines += *at == '\n' && at[1] != '\n' && at[1] != '\r';
		if (*at != '<')
			continue;
		const char *name = at + 1 + (at[1] == '/');
		if (at[1] == '!')
			n_tags += at[2] == '-' && at[3] == '-';
		const size_t n = plain_text_tag(name);
		if (str_equals(at, (size_t)(end - at) < 9 ? (size_t)(end - at) : 9, "<!doctype") || (n == 4 && (str_equals(name, n, "html") ||
		        str_equals(name, n, "head") || str_equals(name, n, "body"))))
			return true;
		n_tags += n && (name[n] == '>' || name[n] == '/' || is_space(name[n]));
	}
	return n_tags && 5 * n_tags >= n_lines;
}

bool plain_text_is_text(const mk_page *pg)
{
	if (pg->options.input_type != MK_INPUT_AUTO)
		return pg->options.input_type == MK_INPUT_TEXT;
	return !pg->is_binary && pg->text_len && !looks_like_html(pg->text, pg->text_len);
}

/* ---- Lines ---- */

#define INDENT_MOST 200
#define WIDTH_MOST 250  /* columns; text with a larger width counts as not broken */
#define WIDTH_LEAST 30
#define JOIN_LEAST 20   /* columns of a line that may continue on the next one; menu entries are shorter */
#define TAB_COLUMNS 8

/* A line of the input. */
struct raw_line {
	uint32_t from, to;  /* bytes of the page's text, without white space around; from == to if the line is empty */
	uint32_t next;      /* where the next line begins */
	uint32_t body;      /* where the text after the list marker begins */
	uint32_t indent, body_indent, width; /* columns before from, before body and before to */
	uint32_t first;     /* columns of its first word */
	uint32_t gaps;      /* tabs and runs of two or more spaces inside it */
	uint8_t mark;       /* enum plain_text_mark */
	bool cjk_first, cjk_last; /* its first and last characters belong to a script without spaces */
	bool spaced;        /* has a space inside, so a program could have broken it */
};

/* Columns of a character on a terminal: two for Han, kana, Hangul and full-width forms, none for combining marks. */
static uint32_t columns_of(uint32_t c, enum char_kind kind)
{
	static const uint32_t wide[][2] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
	                                   {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x20000, 0x3FFFD}};
	if (c < 0x300)
		return 1;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (c >= wide[i][0] && c <= wide[i][1])
			return 2;
	return kind == CHAR_MARK ? 0 : 1;
}

/* Length of the bullet at p, 0 if there is none.  o, #, @ and = are bullets of text browsers, and count only in an indented
 * line. */
static uint32_t bullet_len(const char *p, uint32_t indent)
{
	static const uint16_t bullets[] = {0x2022, 0x25E6, 0x25AA, 0x25AB, 0x25A0, 0x25A1, 0x25CB, 0x25CF, 0x2023, 0x2043, 0xB7,
	                                   0x25CE, 0x25C6, 0x2219, 0x25B6, 0x2013};
	uint32_t n;
	if (*p == '*' || *p == '-' || *p == '+')
		return 1;
	if (*p == 'o' || *p == '#' || *p == '@' || *p == '=')
		return indent >= 2;
	if ((unsigned char)*p < 0x80)
		return 0;
	const uint32_t c = utf8_decode(p, &n);
	for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
		if (c == bullets[i])
			return n;
	return 0;
}

/* Finds the list marker of a line: a bullet or a number of at most three digits.  White space and text must follow it. */
static void read_mark(const char *text, struct raw_line *l)
{
	const char *p = text + l->from, *const end = text + l->to;
	const uint32_t bullet = bullet_len(p, l->indent);
	l->body = l->from;
	l->body_indent = l->indent;
	if (bullet) {
		p += bullet;
	} else {
		while (p < end && *p >= '0' && *p <= '9' && p - (text + l->from) < 4)
			p++;
		if (p == text + l->from || p - (text + l->from) > 3 || (*p != '.' && *p != ')'))
			return;
		p++;
	}
	if (p >= end || !is_space(*p))
		return;
	while (is_space(*p))
		p++;
	l->mark = bullet ? PLAIN_TEXT_BULLET : PLAIN_TEXT_NUMBER;
	l->body_indent = l->indent + (uint32_t)(p - (text + l->from)) - (bullet ? bullet - 1 : 0);
	l->body = (uint32_t)(p - text);
}

/* Reads the line that begins at byte at. */
static void read_line(const mk_page *pg, uint32_t at, struct raw_line *l)
{
	const char *const text = pg->text;
	uint32_t column = 0, space = 0; /* space: length of the current run of spaces; a tab counts as two */
	bool first_word = true;
	*l = (struct raw_line){.from = at, .to = at};
	while (at < pg->text_len && text[at] != '\n' && text[at] != '\r') {
		uint32_t n;
		const uint32_t c = utf8_decode(text + at, &n);
		const enum char_kind kind = char_kind_of(c);
		const bool any = l->to > l->from;
		if (kind == CHAR_SPACE || c < 0x20) {
			space += c == '\t' ? 2 : 1;
			column += c == '\t' ? TAB_COLUMNS - column % TAB_COLUMNS : 1;
			first_word = first_word && !any;
			at += n;
			continue;
		}
		if (!any) {
			l->from = at;
			l->indent = column < INDENT_MOST ? column : INDENT_MOST;
			l->cjk_first = kind == CHAR_CJK;
		}
		l->spaced |= any && space;
		l->gaps += any && space > 1;
		space = 0;
		column += columns_of(c, kind);
		if (first_word)
			l->first = column - l->indent;
		first_word = first_word && kind != CHAR_CJK;
		if (kind != CHAR_MARK)
			l->cjk_last = kind == CHAR_CJK;
		at += n;
		l->to = at;
		l->width = column;
	}
	if (at < pg->text_len)
		at += text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
	l->next = at;
	if (l->to == l->from)
		l->to = l->from = at;
	else
		read_mark(text, l);
}

static bool is_empty(const struct raw_line *l)
{
	return l->to == l->from;
}

/* Whether l is a line broken at this width: the first word of the next line would not have fitted. */
static bool was_broken(const struct raw_line *l, const struct raw_line *next, uint32_t width)
{
	return l->width >= JOIN_LEAST && l->width <= width && l->width + !next->cjk_first + next->first > width;
}

/* Counts of lines by width in columns. */
struct widths {
	int32_t broken[WIDTH_MOST + 2]; /* line ends that a width explains, as differences to the next smaller width */
	uint32_t ends[WIDTH_MOST + 2];  /* lines of a width that could have been broken; last element: wider ones */
};

/*
 * The width at which lines were broken, 0 if they were not; *n_lines is set to the number of lines that are not empty.
 *
 * A pair of lines is explained by the widths from that of the first line to what it would be with the first word of the second.
 * The best width has the most explained pairs, less six for each line that exceeds it although it could have been broken.  A width
 * needs at least four explained pairs.
 */
static uint32_t find_width(const mk_page *pg, struct widths *w, uint32_t *n_lines)
{
	struct raw_line l = {.next = 0}, next = l;
	*n_lines = 0;
	for (uint32_t at = 0; at < pg->text_len; at = l.next) {
		if (!at)
			read_line(pg, 0, &l);
		else
			l = next;
		read_line(pg, l.next, &next);
		if (is_empty(&l))
			continue;
		++*n_lines;
		w->ends[l.width > WIDTH_MOST ? WIDTH_MOST + 1 : l.width] += l.spaced || l.cjk_last;
		if (is_empty(&next) || next.mark || l.width < JOIN_LEAST || l.width > WIDTH_MOST)
			continue;
		const uint32_t until = l.width + !next.cjk_first + next.first;
		w->broken[l.width]++;
		w->broken[until < WIDTH_MOST + 1 ? until : WIDTH_MOST + 1]--;
	}
	int64_t broken = 0, longer = 0, most = 0;
	uint32_t best = 0;
	for (uint32_t k = 0; k <= WIDTH_MOST + 1; k++)
		longer += w->ends[k];
	for (uint32_t k = 0; k <= WIDTH_MOST; k++) {
		broken += w->broken[k];
		longer -= w->ends[k];
		if (k >= WIDTH_LEAST && broken >= 4 && broken > 6 * longer && broken - 6 * longer > most) {
			most = broken - 6 * longer;
			best = k;
		}
	}
	return best;
}

/* ---- The tree ---- */

/* The state of plain_text_build(). */
struct capturer {
	mk_page *pg;
	struct plain_text *c;
	struct node *body, *list;       /* list: the open ul or ol, NULL if there is none */
	uint8_t list_mark;              /* enum plain_text_mark of its items */
	struct plain_text_line line;       /* the line under construction */
	uint32_t cuts[64], n_cuts;      /* joins without a space: end of a piece, begin of the next, and so on */
	uint32_t number, number_len;    /* bytes of its list marker in the page's text */
	uint32_t body_indent;           /* columns before its text */
	struct raw_line last;           /* the last input line that was joined to it */
	bool open;                      /* a line is under construction */
};

static struct node *add_line_node(mk_page *pg, struct node *parent, uint8_t type, uint32_t src)
{
	struct node *n = arena_zero(&pg->arena, sizeof *n);
	n->type = type;
	n->src = src;
	n->parent = parent;
	if (!parent)
		return n;
	n->prev = parent->as.kids.last;
	if (n->prev)
		n->prev->next = n;
	else
		parent->as.kids.first = n;
	parent->as.kids.last = n;
	return n;
}

static struct node *add_line_element(mk_page *pg, struct node *parent, enum tag tag, uint32_t src)
{
	struct node *n = add_line_node(pg, parent, NODE_ELEMENT, src);
	n->tag = (uint32_t)tag;
	n->flags = NODE_IMPLIED;
	pg->n_elements++;
	return n;
}

static void add_run(mk_page *pg, struct node *parent, uint32_t from, uint32_t to)
{
	struct node *n = add_line_node(pg, parent, NODE_TEXT, from);
	n->u.text = pg->text + from;
	n->len = to - from;
	n->as.leaf.src_end = to;
	pg->n_texts++;
}

/* Makes the element for the line under construction: p; or li, in the open list if that has items with the same kind of marker,
 * otherwise in a new one.  A number becomes the attribute value, so that writers show it. */
static struct node *box_of(struct capturer *s)
{
	mk_page *pg = s->pg;
	const struct plain_text_line *l = &s->line;
	if (l->mark == PLAIN_TEXT_PLAIN || l->split_off) {
		s->list = NULL;
		return add_line_element(pg, s->body, TAG_P, l->from);
	}
	if (!s->list || s->list_mark != l->mark)
		s->list = add_line_element(pg, s->body, l->mark == PLAIN_TEXT_BULLET ? TAG_UL : TAG_OL, l->from);
	s->list_mark = l->mark;
	struct node *item = add_line_element(pg, s->list, TAG_LI, l->from);
	if (l->mark == PLAIN_TEXT_NUMBER) {
		struct attr *value = arena_zero(&pg->arena, sizeof *value);
		*value = (struct attr){.name = "value", .name_len = 5, .value = pg->text + s->number, .value_len = s->number_len,
		                       .id = ATTR_VALUE, .src = s->number};
		item->u.attrs = value;
		item->len = 1;
	}
	return item;
}

/* Adds the line under construction to the tree.  A joined line is one text node, unless lines of a script without spaces were
 * joined: the line end between these must not become a space, so each piece is a text node. */
static void emit(struct capturer *s)
{
	struct node *box = box_of(s);
	uint32_t from = s->line.from;
	for (uint32_t i = 0; i + 1 < s->n_cuts && s->cuts[i] < s->line.to; i += 2) {
		add_run(s->pg, box, from, s->cuts[i]);
		from = s->cuts[i + 1];
	}
	add_run(s->pg, box, from, s->line.to);
	s->c->lines[s->c->n_lines++] = s->line;
}

#define WORD_UNITS 4  /* length of a word; a character of a script without spaces has length 1 */
#define TAIL_MOST (14 * WORD_UNITS) /* length of a cross-reference */
#define TAIL_LEAST (2 * WORD_UNITS)
#define HEAD_LEAST (8 * WORD_UNITS) /* length of the text before it */

static bool ends_sentence(enum char_kind kind)
{
	return kind == CHAR_STOP || kind == CHAR_QUESTION || kind == CHAR_ELLIPSIS;
}

/*
 * The start of a cross-reference that the program attached to the end of a paragraph; 0 if there is none.  It begins after the last
 * sentence end, and is separated in a way in which no author separates sentences: by a no-break space, by several spaces, or by
 * nothing at all if a small letter precedes the stop and a capital follows it.  It does not end a sentence itself.
 */
static uint32_t glued_tail(const mk_page *pg, uint32_t from, uint32_t to)
{
	const char *text = pg->text;
	enum char_kind before = CHAR_SPACE, letter = CHAR_SPACE, last = CHAR_SPACE; /* letter: before the stop */
	uint32_t words = 0, head = 0, tail = 0, spaces = 0;
	bool stopped = false, odd = false, broken = false;
	for (uint32_t at = from, n; at < to; at += n) {
		const uint32_t c = utf8_decode(text + at, &n);
		const enum char_kind kind = char_kind_of(c);
		if (kind == CHAR_SPACE) {
			spaces++;
			odd |= c != ' ';
			broken |= c == '\n' || c == '\r';
			before = kind;
			continue;
		}
		const bool word = kind == CHAR_UPPER || kind == CHAR_LOWER || kind == CHAR_LETTER || kind == CHAR_DIGIT || kind == CHAR_CJK;
		if (stopped && (word || spaces)) {
			const bool glued = !spaces && letter == CHAR_LOWER && kind == CHAR_UPPER;
			tail = !broken && (odd || spaces > 1 || glued) ? at : 0;
			head = words;
			stopped = false;
		}
		words += kind == CHAR_CJK ? 1 : word && (before == CHAR_SPACE || !words) ? WORD_UNITS : 0;
		if (ends_sentence(kind)) {
			letter = before;
			stopped = true;
			odd = broken = false;
			spaces = 0;
		} else if (!stopped) {
			spaces = 0;
			odd = broken = false;
		}
		if (kind != CHAR_BRACKET && kind != CHAR_MARK && kind != CHAR_OTHER)
			last = kind;
		before = kind;
	}
	if (!tail || stopped || ends_sentence(last) || head < HEAD_LEAST || words < head + TAIL_LEAST || words > head + TAIL_MOST)
		return 0;
	return tail;
}

/* Ends the line under construction; a cross-reference at its end becomes a line of its own. */
static void flush_line(struct capturer *s)
{
	if (!s->open)
		return;
	s->open = false;
	const uint32_t to = s->line.to, tail = glued_tail(s->pg, s->line.from, to);
	if (!tail) {
		emit(s);
		return;
	}
	s->line.to = tail;
	while (s->line.to > s->line.from && (is_space(s->pg->text[s->line.to - 1]) ||
	        (s->line.to - s->line.from > 2 && !memcmp(s->pg->text + s->line.to - 2, "\xC2\xA0", 2))))
		s->line.to -= is_space(s->pg->text[s->line.to - 1]) ? 1 : 2;
	emit(s);
	s->line = (struct plain_text_line){.from = tail, .to = to, .n_lines = 1, .split_off = true};
	s->n_cuts = 0;
	emit(s);
}

/* Whether an input line continues the line under construction. */
static bool goes_on(const struct capturer *s, const struct raw_line *l)
{
	return s->open && s->c->width && !l->mark && was_broken(&s->last, l, s->c->width) &&
	       (l->indent == s->body_indent || l->indent == s->last.indent);
}

/* Joins an input line to the line under construction, or begins a new one with it.  blanks: empty lines before it. */
static void take_line(struct capturer *s, const struct raw_line *l, uint32_t blanks)
{
	if (!blanks && goes_on(s, l)) {
		if (s->last.cjk_last && l->cjk_first && s->n_cuts + 2 <= sizeof s->cuts / sizeof *s->cuts) {
			s->cuts[s->n_cuts++] = s->line.to;
			s->cuts[s->n_cuts++] = l->from;
		}
		s->line.to = l->to;
		s->line.n_lines++;
		s->line.gaps += l->gaps;
	} else {
		flush_line(s);
		s->line = (struct plain_text_line){.from = l->body, .to = l->to, .n_lines = 1, .gaps = l->gaps, .indent = (uint16_t)l->indent,
		                                .blanks = (uint8_t)(blanks < 3 ? blanks : 3), .mark = l->mark};
		s->number = l->from;
		s->number_len = l->body - l->from;
		s->body_indent = l->body_indent;
		s->n_cuts = 0;
		s->open = true;
	}
	s->last = *l;
}

void plain_text_build(mk_page *pg)
{
	struct capturer s = {.pg = pg};
	struct plain_text *c = pg->plain_text = arena_zero(&pg->arena, sizeof *c);
	uint32_t n_lines, blanks = 0;
	c->title = UINT32_MAX;
	if (!pg->is_binary)
		pg->article.warnings &= ~(uint32_t)MK_WARN_NOT_HTML; /* text need not be HTML */
	c->width = find_width(pg, arena_zero(&pg->arena, sizeof(struct widths)), &n_lines);
	/* Each line may be split in two.  If memory is short, the later stages need most of it for the blocks made of the lines. */
	const size_t wanted = 2 * (size_t)n_lines + 4, share = arena_room(&pg->arena) / 16 / sizeof *c->lines;
	const size_t lines_most = wanted < share ? wanted : share;
	c->lines = arena_array(&pg->arena, lines_most, sizeof *c->lines);
	pg->document = add_line_node(pg, NULL, NODE_DOCUMENT, 0);
	struct node *html = add_line_element(pg, pg->document, TAG_HTML, 0);
	add_line_element(pg, html, TAG_HEAD, 0);
	s.body = add_line_element(pg, html, TAG_BODY, 0);
	s.c = c;
	for (uint32_t at = 0; at < pg->text_len;) {
		struct raw_line l;
		if (c->n_lines + 4 > lines_most || arena_used(&pg->arena) + BLOCK_BYTES * (uint64_t)c->n_lines > pg->most_memory) {
			warn(pg, MK_WARN_MEMORY);
			break;
		}
		read_line(pg, at, &l);
		at = l.next;
		if (is_empty(&l)) {
			blanks++;
			continue;
		}
		take_line(&s, &l, blanks);
		blanks = 0;
	}
	flush_line(&s);
}

/* ---- Title, authors, dates, captions ---- */

#define CAPTION_WORDS 40  /* words of a caption with its credit, at most */
#define CAPTION_BYTES 2048
#define CREDIT_WORDS 16   /* words of a credit, at most */
#define REACH 10          /* blocks after the title, or before the lead, that may hold author and date */
#define LEAD_WORDS 12     /* words of the lead, at least */
#define NAME_WORDS_MOST 5

/* Where a credit begins that has a colon before it and a slash between its names, "word: name name/agency"; 0 if there is none.  In
 * such a credit the word need not be known, so this works in any language. */
static size_t slashed_credit(mk_str text)
{
	size_t colon = 0, slash = 0;
	for (size_t i = 1; i + 1 < text.len; i++) {
		if (text.p[i] == ':' && text.p[i + 1] != '/')
			colon = i + 1, slash = 0;
		else if (text.p[i] == '/' && text.p[i + 1] != '/' && text.p[i - 1] != '/' && text.p[i - 1] != ' ' && text.p[i + 1] != ' ' &&
		         !(text.p[i + 1] >= '0' && text.p[i + 1] <= '9'))
			slash = i;
	}
	if (!colon || slash <= colon)
		return 0;
	uint32_t words = 0;
	for (size_t i = colon; i < text.len; i++)
		words += text.p[i] != ' ' && text.p[i - 1] == ' ';
	return words && words <= CREDIT_WORDS ? colon : 0;
}

/* Whether a block is the caption or credit of a picture, recognised by a word of credits.def or by the form of a credit. */
static bool says_picture(const mk_page *pg, uint32_t i)
{
	const struct block *b = &pg->blocks[i];
	const mk_str text = b->pub.text;
	return text.len <= CAPTION_BYTES && plain_text_words(b) <= CAPTION_WORDS && !plain_text_line_of(pg, i)->mark && !b->ends_with_stop && (picture_has_credit_word(text) || slashed_credit(text));
}

/* Whether block i, directly before a credit, is the caption of the same picture: short, without a list marker or a sentence end,
 * with an empty line before it and none between it and the credit. */
static bool is_caption_to(const mk_page *pg, uint32_t i, uint32_t credit)
{
	const struct block *b = &pg->blocks[i];
	return !plain_text_line_of(pg, credit)->blanks && !plain_text_line_of(pg, i)->mark && b->role == ROLE_ARTICLE && plain_text_words(b) <= CAPTION_WORDS &&
	       !b->ends_with_stop && (plain_text_line_of(pg, i)->blanks || !i);
}

/* Takes a block out of the text, because it became a field. */
static void take_field(mk_page *pg, uint32_t i)
{
	pg->blocks[i].role = ROLE_FIELD;
}

/* Splits the text of a block into caption and credit; {NULL, 0} for a missing one. */
static void split_caption(mk_str text, struct plain_text_picture *out)
{
	picture_split(text, &out->caption, &out->credit);
	const size_t at = slashed_credit(text);
	if (out->credit.p || !at)
		return;
	size_t end = at - 1; /* the colon; the word before it means "photo" or the like, and belongs to neither */
	while (end && text.p[end - 1] != ' ')
		end--;
	out->caption = str_trim((mk_str){text.p, end});
	out->credit = str_trim((mk_str){text.p + at, text.len - at});
	if (!out->caption.len)
		out->caption = (mk_str){NULL, 0};
}

/* Finds the captions and credits in blocks first … end - 1. */
static void find_captions(mk_page *pg, uint32_t first, uint32_t end)
{
	struct plain_text *c = pg->plain_text;
	c->pictures = arena_array(&pg->arena, (size_t)(end - first) + 1, sizeof *c->pictures);
	for (uint32_t i = first; i < end; i++) {
		if (pg->blocks[i].role != ROLE_ARTICLE || !says_picture(pg, i))
			continue;
		struct plain_text_picture *p = &c->pictures[c->n_pictures];
		*p = (struct plain_text_picture){.block = i};
		split_caption(pg->blocks[i].pub.text, p);
		if (!p->caption.p && !p->credit.p)
			continue; /* a credit word or sign alone */
		c->n_pictures++;
		pg->blocks[i].pub.kind = MK_BLOCK_CAPTION;
		take_field(pg, i);
		if (p->caption.p || i == first || !is_caption_to(pg, i - 1, i))
			continue;
		p->block = i - 1;
		p->caption = pg->blocks[i - 1].pub.text;
		pg->blocks[i - 1].pub.kind = MK_BLOCK_CAPTION;
		take_field(pg, i - 1);
	}
}

/* Whether at least half of a block's text is a date. */
static bool says_date(const mk_page *pg, uint32_t i)
{
	struct date d;
	const mk_str text = pg->blocks[i].pub.text;
	return text.len <= DATE_LONGEST && date_has_digits(text) && date_find(text, pg->article.language, false, &d) &&
	       2 * (size_t)(d.to - d.from) >= text.len;
}

/* Whether a block looks like a person's name: two to five words, all but one with a capital if the script has capitals, and no
 * digits or signs. */
static bool says_name(const mk_page *pg, uint32_t i)
{
	const struct block *b = &pg->blocks[i];
	const uint32_t letters = b->kinds[CHAR_UPPER] + b->kinds[CHAR_LOWER] + b->kinds[CHAR_LETTER] + b->kinds[CHAR_CJK];
	uint32_t signs = 0;
	for (int k = 0; k < N_CHAR_KINDS; k++)
		signs += k > CHAR_CJK && k != CHAR_MARK && k != CHAR_STOP ? b->kinds[k] : 0;
	const bool cased = b->kinds[CHAR_UPPER] > 0;
	return b->pub.text.len <= NAME_LONGEST && !plain_text_line_of(pg, i)->mark && plain_text_words(b) >= 2 && plain_text_words(b) <= NAME_WORDS_MOST && letters > 3 && !signs && !b->kinds[CHAR_DIGIT] &&
	       (cased ? b->n_capital_words + 1 >= b->pub.n_words && !b->n_shouted_words : !b->kinds[CHAR_LOWER]) && !b->ends_with_stop;
}

/* Finds an author in blocks first … end - 1 if the byline has no word for "by": a name directly before or after the date. */
static void find_author(mk_page *pg, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end && !pg->article.authors.n; i++) {
		const bool dated = (i > first && says_date(pg, i - 1)) || (i + 1 < end && says_date(pg, i + 1));
		if (!dated || !says_name(pg, i))
			continue;
		mk_str *name = arena_alloc(&pg->arena, sizeof *name);
		*name = pg->blocks[i].pub.text;
		pg->article.authors = (mk_list){name, 1};
		pg->article.authors_source = meta_source_name(FROM_TEXT);
	}
}

static bool contains(mk_str text, mk_str part)
{
	for (size_t i = 0; part.len && i + part.len <= text.len; i++)
		if (!memcmp(text.p + i, part.p, part.len))
			return true;
	return false;
}

/* Takes lines out of the text that contain a date or an author and little else. */
static void take_bylines(mk_page *pg, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		const struct block *b = &pg->blocks[i];
		bool named = false;
		for (size_t k = 0; k < pg->article.authors.n; k++)
			named |= b->pub.text.len <= 2 * pg->article.authors.items[k].len + 32 &&
			         contains(b->pub.text, pg->article.authors.items[k]);
		if (named || says_date(pg, i))
			take_field(pg, i);
	}
}

/* The lead: the first block from i on that is above the cut and not short; the number of blocks if there is none. */
static uint32_t find_lead(const mk_page *pg, uint32_t i)
{
	for (; i < pg->article.n_blocks; i++)
		if (plain_text_words(&pg->blocks[i]) >= LEAD_WORDS && choose_is_above(pg, pg->blocks[i].pub.score))
			break;
	return i;
}

/* Title, authors and dates come from the blocks between title and lead; without a title, from those before the lead.  Captions are
 * looked for from there to the last block above the cut. */
void plain_text_read(mk_page *pg)
{
	struct plain_text *c = pg->plain_text;
	const uint32_t n = pg->article.n_blocks;
	uint32_t end = n;
	while (end && !choose_is_above(pg, pg->blocks[end - 1].pub.score))
		end--;
	uint32_t lead = find_lead(pg, c->title < n ? c->title + 1 : 0);
	if (c->title < n) {
		struct block *title = &pg->blocks[c->title];
		title->pub.kind = MK_BLOCK_HEADING;
		title->pub.level = 1;
		pg->article.title = title->pub.text;
		pg->article.title_source = meta_source_name(FROM_TEXT);
		take_field(pg, c->title);
	}
	const uint32_t first = c->title < n ? c->title + 1 : lead > REACH ? lead - REACH : 0;
	const uint32_t stop = lead < first + REACH ? lead : first + REACH < n ? first + REACH : n;
	meta_read_lines(pg, c->title < n ? c->title : lead < n ? lead : UINT32_MAX);
	find_author(pg, first, stop);
	take_bylines(pg, first, stop);
	find_captions(pg, first < end ? first : end, end);
}
