/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picture.c - an img element -> alternative text, caption, credit, width, height.
 *
 * The caption is searched for in the figure around the picture, or in the element that serves as one.  The credit may have an
 * element of its own there; otherwise it is searched for at the end of the caption, then in structured data, then in the alt and
 * title attributes.  Within text a credit is recognised by a sign or an introduction ("©", "Foto:", the words of credits.def), by
 * slashes between the names of agencies, or as a few names after the last sentence.
 *
 * The search is bounded: at most FIGURE_ABOVE_MOST elements above the picture, FIGURE_NODES_MOST nodes inside each of them, and
 * CAPTION_LONGEST bytes of text.
 */
#include "credit.h"
#include "claim.h"
#include "picture.h"
#include "base/scan.h"

#define FIGURE_NODES_MOST 80
#define CAPTION_NODES_MOST 200 /* nodes read for the text of a caption; empty elements do not make it longer */

/* ---- Words in class names ---- */

/* What the names of an element say: bits of node.marks. */
enum { MARKED = 1, MARKED_CAPTION = 2, MARKED_TEXT = 4, MARKED_CREDIT = 8 };

/*
 * Whether the class, id or itemprop of an element contains a word for this.  They can be as long as the page, and an element is
 * asked about for each picture and each block near it, so they are read once and the answer is kept in the node.
 */
static bool is_named(const struct node *n, unsigned mark)
{
	if (!n->marks) {
		uint64_t words = 0;
		for (uint32_t i = 0; i < n->len; i++) {
			const struct attr *a = &n->u.attrs[i];
			if (a->id == ATTR_CLASS || a->id == ATTR_ITEMPROP || a->id == ATTR_ID)
				words |= cue_words(a->value, a->value_len);
		}
		((struct node *)(uintptr_t)n)->marks = (uint8_t)(MARKED | (words & WORD_BIT(PICTURE_CAPTION) ? MARKED_CAPTION : 0) |
		        (words & WORD_BIT(PICTURE_TEXT) ? MARKED_TEXT : 0) | (words & WORD_BIT(PICTURE_CREDIT) ? MARKED_CREDIT : 0));
	}
	return n->marks & mark;
}

bool picture_is_caption(const struct node *n)
{
	return is_html(n, TAG_FIGCAPTION) || is_named(n, MARKED_CAPTION);
}

/* Whether an element is marked as a description, which counts as a caption only inside a figure. */
static bool is_description(const struct node *n)
{
	return is_named(n, MARKED_TEXT);
}

/* Whether an element is marked as a credit, or is of a kind that figures use for credits. */
static bool is_credit(const struct node *n)
{
	return is_html(n, TAG_FOOTER) || is_html(n, TAG_CITE) || is_html(n, TAG_SMALL) || is_named(n, MARKED_CREDIT);
}

/* ---- Which elements are pictures ---- */

bool picture_is(const mk_page *pg, const struct node *n)
{
	if (!is_element(n) || n->ns != NS_HTML)
		return false;
	if (n->tag < N_TAGS || n->tag - N_TAGS >= pg->n_names)
		return n->tag == TAG_IMG;
	return pg->names[n->tag - N_TAGS].is_picture;
}

/* The first block that ends after byte src of the page. */
static uint32_t block_behind(const mk_page *pg, uint32_t src)
{
	size_t at;
	SEARCH(at, 0, pg->article.n_blocks, pg->blocks[at].pub.to <= src);
	return (uint32_t)at;
}

static void read_files(mk_page *pg);

/* block_split() lists the img elements only, so pages without other picture elements need little work here. */
void picture_find(mk_page *pg)
{
	uint32_t n_others = 0, n = 0, at = 0;
	bool named = false;
	if (pg->n_images && pg->facts->ld.n_pictures)
		read_files(pg);
	for (uint32_t i = 0; i < pg->n_names; i++)
		named |= pg->names[i].is_picture;
	if (!named)
		return;
	for (const struct node *e = pg->document; e; e = dom_next(e, pg->document))
		n_others += e->tag != TAG_IMG && picture_is(pg, e);
	struct image *all = arena_array(&pg->arena, (size_t)pg->n_images + n_others, sizeof *all);
	for (const struct node *e = pg->document; e; e = dom_next(e, pg->document)) {
		if (at < pg->n_images && pg->images[at].node == e)
			all[n++] = pg->images[at++];
		else if (e->tag != TAG_IMG && picture_is(pg, e))
			all[n++] = (struct image){e, block_behind(pg, e->src), 0};
	}
	pg->images = all;
	pg->n_images = n;
}

bool picture_is_byline(const struct node *n)
{
	const mk_str rel = dom_value(n, ATTR_REL);
	return is_html(n, TAG_ADDRESS) || str_equals(rel.p, rel.len, "author");
}

/* ---- Location of the caption ---- */

/* Whether n is a picture and not a direct child of noscript, which repeats a picture for browsers without scripts. */
static bool is_shown(const mk_page *pg, const struct node *n)
{
	return picture_is(pg, n) && !(n->parent && is_html(n->parent, TAG_NOSCRIPT));
}

static unsigned count_pictures(const mk_page *pg, const struct node *root)
{
	unsigned n = 0, looked = 0;
	for (const struct node *at = root; at && looked < FIGURE_NODES_MOST; at = dom_next(at, root), looked++)
		n += is_shown(pg, at);
	return n;
}

/* The first element inside root that has content and satisfies the predicate. */
static const struct node *find_marked(const struct node *root, bool (*is)(const struct node *))
{
	unsigned looked = 0;
	for (const struct node *n = dom_next(root, root); n && looked < FIGURE_NODES_MOST; n = dom_next(n, root), looked++)
		if (is_element(n) && n->ns == NS_HTML && first_child(n) && is(n))
			return n;
	return NULL;
}

const struct node *picture_caption_in(const struct node *figure)
{
	return find_marked(figure, picture_is_caption);
}

const struct node *picture_figure(const mk_page *pg, const struct node *img)
{
	const struct node *figure = NULL;
	int up = 0;
	for (const struct node *n = img->parent; n && n->type == NODE_ELEMENT && up < FIGURE_ABOVE_MOST; n = n->parent, up++) {
		bool is = is_html(n, TAG_FIGURE);
		if (is_html(n, TAG_BODY) || is_html(n, TAG_ARTICLE) || is_html(n, TAG_MAIN) || (!is && count_pictures(pg, n) > 2))
			break;
		if (picture_caption_in(n))
			return n;
		figure = is && !figure ? n : figure;
	}
	return figure;
}

bool picture_has_caption(mk_page *pg, const struct node *img)
{
	const struct node *figure = picture_figure(pg, img);
	const struct node *caption = figure ? picture_caption_in(figure) : NULL;
	if (caption)
		return !picture_is_byline(caption) && !find_marked(caption, picture_is_byline);
	struct picture p;
	const struct arena_mark mark = arena_mark(&pg->arena);
	picture_read(pg, img, (mk_str){NULL, 0}, &p);
	arena_rewind(&pg->arena, mark);
	return p.credit.p && (p.caption.p || figure);
}

/* ---- Text ---- */

#define PIECE '\x1F' /* separates lines; white space collapsing leaves it in place */

/*
 * The visible text of root without the content of skip, with PIECE between lines.  {NULL, 0} if it is CAPTION_LONGEST bytes or
 * longer, or has more than CAPTION_NODES_MOST nodes: that is not a caption.
 */
static mk_str text_without(struct arena *a, const struct node *root, const struct node *skip)
{
	struct buf b;
	unsigned nodes = 0;
	buf_init(&b, a, 256);
	for (const struct node *n = root; n && b.len < CAPTION_LONGEST;) {
		if (++nodes > CAPTION_NODES_MOST)
			return (mk_str){NULL, 0};
		unsigned flags = n->type == NODE_ELEMENT && n->tag < N_TAGS ? tag_rows[n->tag].flags : 0;
		bool inside = n != skip && !(n != root && (flags & TAGF_NO_TEXT || (is_element(n) && cue_hides(n))));
		if (n->type == NODE_TEXT)
			buf_add(&b, n->u.text, n->len < CAPTION_LONGEST ? n->len : CAPTION_LONGEST);
		if (((flags & TAGF_BLOCK) || is_html(n, TAG_BR)) && b.len && b.p[b.len - 1] != PIECE)
			buf_char(&b, PIECE);
		else if (n == skip || is_html(n, TAG_SPAN))
			buf_char(&b, ' ');
		const struct node *next = inside ? first_child(n) : NULL;
		if (!next)
			next = dom_next_outside(n, root);
		if (next && n->parent != next->parent && next->parent != n)
			buf_char(&b, ' ');
		n = next;
	}
	while (b.len && (b.p[b.len - 1] == PIECE || is_space(b.p[b.len - 1])))
		b.len--;
	return b.len < CAPTION_LONGEST ? str_collapse(a, (mk_str){b.p, b.len}) : (mk_str){NULL, 0};
}

/* Removes from both ends the punctuation and spaces that set a credit off from other text, and "©" from the start. */
static mk_str trim_signs(mk_str s)
{
	bool opens = true; /* s may contain an opening parenthesis: searched for until there is none */
	for (;;) {
		size_t len = s.len;
		while (s.len && (is_space(s.p[0]) || memchr("():|/-,;[]", s.p[0], 10)))
			s.p++, s.len--;
		while (s.len && (is_space(s.p[s.len - 1]) || memchr("(:|/-,;[]", s.p[s.len - 1], 9)))
			s.len--;
		if (s.len && s.p[s.len - 1] == ')' && !(opens = opens && memchr(s.p, '(', s.len)))
			s.len--;
		if (s.len >= 2 && (!memcmp(s.p, "\xC2\xA9", 2) || !memcmp(s.p, "\xC2\xA0", 2)))
			s.p += 2, s.len -= 2;
		if (s.len >= 3 && (!memcmp(s.p, "–", 3) || !memcmp(s.p, "：", 3) || !memcmp(s.p, "（", 3)))
			s.p += 3, s.len -= 3;
		if (s.len >= 3 && (!memcmp(s.p + s.len - 3, "–", 3) || !memcmp(s.p + s.len - 3, "）", 3) ||
		        !memcmp(s.p + s.len - 3, "（", 3)))
			s.len -= 3;
		if (s.len == len)
			return s;
	}
}

/* A credit without its introductions ("Photo:", "by"), of which there may be several; {NULL, 0} if no name is left. */
static mk_str bare_credit(mk_str s)
{
	mk_str bare = trim_signs(s);
	for (int turns = 0; turns < 3; turns++) {
		size_t label = credit_introduction(bare);
		bare = trim_signs((mk_str){bare.p + label, bare.len - label});
	}
	bare = trim_signs(credit_strip(bare, CREDIT_BY));
	if (!credit_strip(bare, CREDIT_PICTURE).len)
		bare.len = 0;
	return bare.len ? bare : (mk_str){NULL, 0};
}

/* Length of the first line of text in bytes. */
static size_t first_line(mk_str text)
{
	const char *end = memchr(text.p, PIECE, text.len);
	return end ? (size_t)(end - text.p) : text.len;
}

/* s without leading spaces and line separators. */
static mk_str next_line(mk_str s)
{
	while (s.len && (s.p[0] == PIECE || s.p[0] == ' '))
		s.p++, s.len--;
	return s;
}

/* Whether a text consists of exactly two lines, the second of which is a credit with an introduction. */
static bool is_line_and_credit(mk_str text)
{
	text = next_line(text);
	const size_t first = first_line(text);
	const mk_str rest = next_line((mk_str){text.p + first, text.len - first});
	return rest.len && rest.len <= CREDIT_LONGEST && first_line(rest) == rest.len && credit_introduction(rest);
}

/*
 * Finds a caption that no element, class or id marks as one: the text of the smallest element around the picture that has any.  The
 * text must be short, and the element must not be a card that teases another article: not a link itself, no heading inside, not
 * more than two pictures.  A heading is accepted as a caption if only the picture's credit follows it.
 */
static mk_str lone_text(mk_page *pg, const struct node *img, const struct node *credit)
{
	int up = 0;
	for (const struct node *n = img->parent; n && n->type == NODE_ELEMENT && up < FIGURE_ABOVE_MOST; n = n->parent, up++) {
		unsigned looked = 0, pictures = 0;
		bool heading = false;
		if (is_html(n, TAG_BODY) || is_html(n, TAG_ARTICLE) || is_html(n, TAG_MAIN) || is_html(n, TAG_P))
			break;
		for (const struct node *at = n; at && looked < FIGURE_NODES_MOST; at = dom_next(at, n), looked++) {
			pictures += is_shown(pg, at);
			heading |= is_element(at) && at->ns == NS_HTML && at->tag >= TAG_H1 && at->tag <= TAG_H5;
		}
		if (pictures > 2 || (heading && looked == FIGURE_NODES_MOST))
			break;
		mk_str text = text_without(&pg->arena, n, credit);
		if (!text.len && looked < FIGURE_NODES_MOST)
			continue;
		const bool credited = text.len && is_line_and_credit(text);
		return is_html(n, TAG_A) || (heading && !credited) || text.len > LONE_LONGEST + (credited ? CREDIT_LONGEST : 0)
		               ? (mk_str){NULL, 0}
		               : text;
	}
	return (mk_str){NULL, 0};
}

/* ---- A caption with a credit at its end ---- */

static bool is_letter_byte(char c)
{
	return is_alpha(c) || (uint8_t)c >= 0x80;
}

/*
 * The offset at which a credit with an introduction begins ("© …", "Foto: …"); the length of text if there is none.  An
 * introduction does not begin inside a word, except where a small letter is followed by a capital, since two lines may have been
 * joined without a space.  Of several introductions the first counts; but one that follows more than CREDIT_LONGEST bytes later
 * replaces it, because a credit is not that long.
 */
static size_t introduced_credit(mk_str text)
{
	size_t found = text.len;
	for (size_t i = 0; i < text.len; i++) {
		if (text.len - i >= 2 && !memcmp(text.p + i, "\xC2\xA9", 2))
			return found < i ? found : i;
		bool glued = i && text.p[i - 1] >= 'a' && text.p[i - 1] <= 'z' && text.p[i] >= 'A' && text.p[i] <= 'Z';
		if (((uint8_t)text.p[i] & 0xC0) == 0x80 || (i && is_letter_byte(text.p[i - 1]) && !glued))
			continue;
		size_t len = credit_introduction((mk_str){text.p + i, text.len - i});
		found = len && (found == text.len || i - found > CREDIT_LONGEST) ? i : found;
	}
	return found;
}

/*
 * Whether a few words look like the names of photographers and agencies: at least three quarters of the words begin with a capital,
 * or half of them if there is a slash between words.
 */
static bool looks_like_names(mk_str s)
{
	size_t words = 0, capitals = 0, letters = 0;
	bool slash = false, uncased = false; /* uncased: lead bytes of scripts without capitals, from Hebrew on */
	for (size_t i = 0; i < s.len; i++) {
		bool first = !i || s.p[i - 1] == ' ' || s.p[i - 1] == '/';
		slash |= s.p[i] == '/' && i && i + 1 < s.len;
		words += first && s.p[i] != ' ';
		capitals += first && ((s.p[i] >= 'A' && s.p[i] <= 'Z') || (uint8_t)s.p[i] >= 0xD7);
		uncased |= (uint8_t)s.p[i] >= 0xD7;
		letters += is_letter_byte(s.p[i]);
	}
	return words && words <= (uncased ? 3u : 8u) && letters > 1 && (slash ? 2 * capitals >= words : 4 * capitals >= 3 * words);
}

/* Whether s has four digits in a row: a year is the date of a picture, not part of its credit. */
static bool has_year(mk_str s)
{
	for (size_t i = 0, n = 0; i < s.len; i++) {
		n = s.p[i] >= '0' && s.p[i] <= '9' ? n + 1 : 0;
		if (n == 4)
			return true;
	}
	return false;
}

/*
 * Whether a sentence, or a part set off by a sign, ends directly before offset i.  The stop after an initial ("J. Doe") does not
 * count.
 */
static bool ends_part(mk_str s, size_t i)
{
	if (i >= 3 && !memcmp(s.p + i - 3, "＝", 3))
		return true;
	if (s.p[i - 1] != ' ')
		return false;
	char c = s.p[i - 2];
	bool initial = c == '.' && i >= 4 && s.p[i - 3] >= 'A' && s.p[i - 3] <= 'Z' && (s.p[i - 4] == ' ' || s.p[i - 4] == '.');
	bool slash = c == '/' && i >= 3 && s.p[i - 3] == ' ';
	bool dash = c == '-' && i >= 3 && s.p[i - 3] == ' ';
	return slash || dash || (!initial && (c == '.' || c == '!' || c == '?' || c == '|' || (uint8_t)c == 0x9D));
}

/*
 * The offset of a credit without an introduction, in parentheses at the end or after the last sentence; text.len if there is none.
 */
static size_t bare_end(mk_str text)
{
	if (text.len > 2 && text.p[text.len - 1] == ')') {
		size_t open = text.len;
		while (open && text.p[open - 1] != '(')
			open--;
		mk_str inside = {text.p + open, text.len - 1 - open};
		if (open > 1 && looks_like_names(inside) && (memchr(inside.p, '/', inside.len) || inside.len < 40))
			return open - 1;
		return text.len;
	}
	if (text.len > 6 && !memcmp(text.p + text.len - 3, "）", 3)) {
		size_t open = text.len - 3;
		while (open > 3 && memcmp(text.p + open - 3, "（", 3))
			open--;
		return open > 3 && text.len - open < 40 ? open - 3 : text.len;
	}
	size_t stop = text.len;
	while (stop > 2 && !ends_part(text, stop))
		stop--;
	mk_str rest = {text.p + stop, text.len - stop};
	if (stop <= 8 || !rest.len || rest.p[rest.len - 1] == '.' || has_year(rest) || !looks_like_names(rest))
		return text.len;
	return stop;
}

/* The offset of the last of several lines if it looks like names, as a credit below a caption does; otherwise text.len. */
static size_t last_line(mk_str text)
{
	size_t from = text.len;
	while (from && text.p[from - 1] != PIECE)
		from--;
	mk_str before = str_trim((mk_str){text.p, from ? from - 1 : 0});
	return from && before.len && looks_like_names(str_trim((mk_str){text.p + from, text.len - from})) ? from : text.len;
}

/* Joins the lines of text with spaces. */
static mk_str one_line(struct arena *a, mk_str text)
{
	char *line = arena_alloc(a, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		line[i] = text.p[i] == PIECE ? ' ' : text.p[i];
	return str_collapse(a, (mk_str){line, text.len});
}

/* Whether a part of text directly follows a slash, as an agency follows the photographer's name. */
static bool follows_slash(mk_str text, mk_str part)
{
	const char *p = part.p;
	while (p > text.p && p[-1] == ' ')
		p--;
	return p > text.p && p[-1] == '/';
}

static mk_str joined_credit(struct arena *a, mk_str maker, mk_str agency)
{
	struct buf b;
	buf_init(&b, a, maker.len + agency.len + 1);
	buf_add(&b, maker.p, maker.len);
	buf_char(&b, '/');
	buf_add(&b, agency.p, agency.len);
	return (mk_str){b.p, b.len};
}

/* Splits the text of an element into caption and credit, whether they are on separate lines or run together. */
static void split_lines(struct arena *a, mk_str text, struct picture *out)
{
	const size_t first = first_line(text);
	const mk_str head = str_trim((mk_str){text.p, first});
	if (!out->credit.p && first < text.len && credit_introduction(head)) {
		out->credit = bare_credit(head); /* the credit is above the caption */
		text = (mk_str){text.p + first + 1, text.len - first - 1};
	}
	size_t at = out->credit.p ? text.len : last_line(text);
	mk_str whole = one_line(a, (mk_str){text.p, at}), credit = {NULL, 0};
	if (at < text.len)
		out->credit = bare_credit(one_line(a, (mk_str){text.p + at, text.len - at}));
	if (!whole.p)
		return;
	if (!out->credit.p && memchr(whole.p, '/', whole.len) && looks_like_names(whole) && bare_end(whole) == whole.len) {
		out->credit = bare_credit(whole); /* the text is only a credit */
		return;
	}
	picture_split(whole, &out->caption, &credit);
	if (!out->credit.p)
		out->credit = credit;
	else if (credit.p && at < text.len)
		out->caption = whole; /* the last line is the credit; do not take another from the caption */
	else if (credit.p && follows_slash(whole, credit))
		out->credit = joined_credit(a, out->credit, credit);
}

void picture_split(mk_str text, mk_str *caption, mk_str *credit)
{
	size_t at = introduced_credit(text);
	if (at == text.len)
		at = bare_end(text);
	*credit = at < text.len ? bare_credit((mk_str){text.p + at, text.len - at}) : (mk_str){NULL, 0};
	size_t end = at;
	while (end && (is_space(text.p[end - 1]) || memchr("(|/-[", text.p[end - 1], 5)))
		end--;
	*caption = end ? (mk_str){text.p, end} : (mk_str){NULL, 0};
}

bool picture_has_credit_word(mk_str text)
{
	return introduced_credit(text) < text.len;
}

/* ---- Structured data ---- */

/* The file name in an address: the last part of its path. */
static mk_str file_name(mk_str url)
{
	size_t end = 0;
	if (!url.p)
		return url;
	while (end < url.len && url.p[end] != '?' && url.p[end] != '#')
		end++;
	size_t from = end;
	while (from && url.p[from - 1] != '/')
		from--;
	return (mk_str){url.p + from, end - from};
}

/* The file names in structured data are read once, since their addresses can be long and each picture is compared with them. */
static void read_files(mk_page *pg)
{
	const struct jsonld *ld = &pg->facts->ld;
	mk_str *files = arena_array(&pg->arena, (size_t)ld->n_pictures + 1, sizeof *files);
	for (uint32_t p = 0; p < ld->n_pictures; p++) {
		const mk_str url = jsonld_text(ld, &pg->arena, jsonld_get(ld, ld->pictures[p], "url"));
		files[p] = file_name(url.p ? url : jsonld_text(ld, &pg->arena, jsonld_get(ld, ld->pictures[p], "contenturl")));
	}
	pg->facts->picture_files = files;
}

/*
 * Fills a missing caption or credit from the JSON-LD image object with the same file name.  Only file names are compared, so an
 * object with the address of the picture in another directory or on another host matches too.
 */
static void read_structured(mk_page *pg, mk_str source, struct picture *out)
{
	static const char *const captions[] = {"caption", "description"}, *const credits[] = {"credittext",
	        "copyrightnotice", "creator", "copyrightholder", "author"};
	const struct jsonld *ld = pg->facts && pg->facts->picture_files ? &pg->facts->ld : NULL;
	mk_str name = file_name(source);
	for (uint32_t p = 0; ld && p < ld->n_pictures && name.len > 4; p++) {
		const uint32_t i = ld->pictures[p];
		const mk_str other = pg->facts->picture_files[p];
		if (other.len != name.len || memcmp(other.p, name.p, name.len))
			continue;
		for (size_t k = 0; k < sizeof captions / sizeof *captions && !out->caption.p; k++)
			out->caption = jsonld_text(ld, &pg->arena, jsonld_get(ld, i, captions[k]));
		for (size_t k = 0; k < sizeof credits / sizeof *credits && !out->credit.p; k++) {
			uint32_t value = jsonld_get(ld, i, credits[k]), inner = jsonld_get(ld, value, "name");
			mk_str s = jsonld_text(ld, &pg->arena, inner == LD_NONE ? value : inner);
			out->credit = s.p ? bare_credit(s) : s;
		}
		return;
	}
}

/* ---- All fields of a picture ---- */

/* Whether a credit begins with the name of an author of the article: it may be the byline next to the lead picture. */
static bool is_author(const mk_page *pg, mk_str credit)
{
	for (size_t i = 0; i < pg->article.authors.n; i++) {
		const mk_str name = pg->article.authors.items[i];
		if (memchr(name.p, ' ', name.len) && credit.len >= name.len && !memcmp(credit.p, name.p, name.len))
			return true; /* names of one word are excluded: they may be those of agencies */
	}
	return false;
}

/* What was read from a picture of an unpacked page before it was packed.  Pictures are in the order of the nodes. */
static const struct picture *packed_picture(const mk_page *pg, const struct node *img)
{
	size_t at;
	SEARCH(at, 0, pg->n_images, pg->images[at].node < img);
	return &pg->pictures[at];
}

void picture_read(mk_page *pg, const struct node *img, mk_str source, struct picture *out)
{
	if (pg->pictures) {
		*out = *packed_picture(pg, img);
		return;
	}
	*out = (struct picture){.width = dom_integer(img, ATTR_WIDTH, -1, -1, 1000000),
	        .height = dom_integer(img, ATTR_HEIGHT, -1, -1, 1000000)};
	out->alt = str_collapse(&pg->arena, dom_value(img, ATTR_ALT));
	const struct node *figure = picture_figure(pg, img);
	const struct node *caption = figure ? picture_caption_in(figure) : NULL;
	if (figure && !caption)
		caption = find_marked(figure, is_description);
	const struct node *credit = figure ? find_marked(figure, is_credit) : NULL;
	if (caption && credit && credit != caption && dom_is_inside(caption, credit))
		credit = NULL; /* a caption inside the element marked as a credit: its text may have both */
	if (credit) {
		mk_str text = text_without(&pg->arena, credit, NULL);
		if (text.p)
			out->credit = bare_credit(one_line(&pg->arena, text));
		if (out->credit.p && is_author(pg, out->credit) && text.p && introduced_credit(text) == text.len)
			out->credit = (mk_str){NULL, 0};
	}
	if (caption && caption != credit) {
		mk_str text = text_without(&pg->arena, caption, credit);
		if (text.p)
			split_lines(&pg->arena, text, out);
	}
	if (!caption) {
		mk_str text = lone_text(pg, img, credit);
		if (text.p)
			split_lines(&pg->arena, text, out);
	}
	read_structured(pg, source, out);
	const mk_str said[] = {out->alt, str_collapse(&pg->arena, dom_value(img, ATTR_TITLE))};
	for (size_t i = 0; i < sizeof said / sizeof *said && !out->credit.p; i++) {
		mk_str rest;
		if (said[i].p && introduced_credit(said[i]) < said[i].len)
			picture_split(said[i], &rest, &out->credit);
	}
}
