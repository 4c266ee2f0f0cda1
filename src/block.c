/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block.c - tree -> blocks, containers, images.
 *
 * A block is what a reader sees as one piece.  The walk goes over the tree once; text runs collect in a flow, and whatever breaks a
 * line for a reader ends the flow: a block-level element's start or end, <hr>, two <br>.  All text of the page is written to one
 * string, white space collapsed, with its words, sentence ends and commas counted on the way.
 *
 * Spaces between words that stand in different inline elements: </span><span> is a gap, <b>T</b>he is one word, and nothing is put
 * between characters of scripts that have no spaces.
 */
#include "page.h"
#include "tables/unicode.h"

struct splitter {
	mk_page *pg;
	struct buf text;       /* of all blocks; pub.text.p holds offsets + 1 until the end, since it may move */
	uint32_t blocks_cap, containers_cap, images_cap;
	uint32_t section;      /* block of the latest heading */
	uint32_t container;    /* the innermost one that is open */
	uint32_t links, pres;  /* open a[href] and pre elements */

	/* The flow: the block being collected. */
	struct block flow;
	size_t start;          /* of its text in text */
	bool space;            /* a space is owed before the next character */
	bool in_word;
	bool inline_closed;    /* an inline element that makes a gap was closed, and no text has come since */
	bool gap;              /* and another one was opened */
	bool after_cjk;        /* the last character is of a script without spaces */
	bool br;               /* the last thing was a <br> */
};

/* ---- Characters ---- */

/* Code point at p and its length in *n; the text is valid UTF-8. */
static inline uint32_t block_decode(const char *p, uint32_t *n)
{
	const unsigned char *u = (const unsigned char *)p;
	if (u[0] < 0xE0) {
		*n = 2;
		return (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
	}
	if (u[0] < 0xF0) {
		*n = 3;
		return (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
	}
	*n = 4;
	return (u[0] & 0x07u) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 | (u[3] & 0x3Fu);
}

static inline enum char_kind kind_of(uint32_t c)
{
	return c <= UNICODE_LAST ? (enum char_kind)unicode_kinds[unicode_blocks[c / 128]][c % 128] : CHAR_OTHER;
}

static inline void count_char(struct splitter *s, enum char_kind kind)
{
	struct block *f = &s->flow;
	f->n_chars++;
	switch (kind) {
	case CHAR_DIGIT:
		f->n_digits++;
		/* fall through */
	case CHAR_LETTER:
		if (!s->in_word) {
			f->pub.n_words++;
			f->n_link_words += s->links > 0;
		}
		s->in_word = true;
		return;
	case CHAR_CJK:
		f->pub.n_words++;
		f->n_link_words += s->links > 0;
		break;
	case CHAR_MARK:
		return;
	case CHAR_STOP:
		f->n_stops++;
		break;
	case CHAR_COMMA:
		f->n_commas++;
		break;
	default:
		break;
	}
	s->in_word = false;
}

/* Whether a text node is the source as it stands, so that a place in the one is a place in the other. */
static inline bool is_slice(const struct splitter *s, const struct node *leaf)
{
	return leaf->u.text == s->pg->text + leaf->src;
}

/* The flow has got its first character from leaf. */
static void begin_flow(struct splitter *s, const struct node *leaf)
{
	s->flow.from = leaf;
	s->flow.pub.from = UINT32_MAX;
	s->start = s->text.len;
}

/* Text of the flow stands in the source from…to.  Misnested tables move text, so what follows may have stood before. */
static void widen_flow(struct splitter *s, uint32_t from, uint32_t to)
{
	mk_block *b = &s->flow.pub;
	b->from = from < b->from ? from : b->from;
	b->to = to > b->to ? to : b->to;
}

static inline bool flow_is_empty(const struct splitter *s)
{
	return !s->flow.from;
}

/* Whether a gap between two inline elements, after the byte before and in front of next, is none after all: there is no space before
 * punctuation, on the inner side of brackets, and inside scripts without spaces. */
static bool joins(const struct splitter *s, enum char_kind kind, char before, char next)
{
	return kind == CHAR_COMMA || kind == CHAR_STOP || (s->after_cjk && kind == CHAR_CJK) || before == '(' || before == '[' ||
	       before == '{' || next == ')' || next == ']' || next == '}';
}

/* Adds a text node to the flow. */
static void flow_text(struct splitter *s, const struct node *leaf)
{
	buf_reserve(&s->text, (size_t)leaf->len + 2);
	const char *p = leaf->u.text, *end = p + leaf->len;
	char *out = s->text.p + s->text.len, *const before = out;
	const char *first = NULL, *last = NULL; /* where the flow's part of p begins, and past its end */
	const bool keep_lines = s->pres > 0;
	while (p < end) {
		uint32_t n = 1;
		const unsigned char u = (unsigned char)*p;
		const enum char_kind kind = u < 0x80 ? (enum char_kind)unicode_kinds[0][u] : kind_of(block_decode(p, &n));
		if (kind == CHAR_SPACE) {
			if (keep_lines && !flow_is_empty(s)) {
				memcpy(out, p, n);
				out += n;
			} else {
				s->space = true;
			}
			s->in_word = false;
			p += n;
			continue;
		}
		if (flow_is_empty(s)) {
			if (kind == CHAR_MARK) { /* a zero-width space alone is nothing to read */
				p += n;
				continue;
			}
			begin_flow(s, leaf);
		} else if (s->space || (s->gap && !joins(s, kind, out[-1], *p))) {
			*out++ = ' ';
			s->in_word = false;
		}
		s->space = s->inline_closed = s->gap = s->br = false;
		if (kind != CHAR_MARK)
			s->after_cjk = kind == CHAR_CJK;
		count_char(s, kind);
		if (kind == CHAR_STOP)
			s->flow.ends_with_stop = true;
		else if (kind != CHAR_OTHER && kind != CHAR_MARK) /* a closing quote may follow the stop */
			s->flow.ends_with_stop = false;
		if (!first)
			first = p;
		do
			*out++ = *p++;
		while (--n);
		last = p;
	}
	s->text.len += (size_t)(out - before);
	if (!first)
		return;
	s->flow.to = leaf;
	if (is_slice(s, leaf))
		widen_flow(s, leaf->src + (uint32_t)(first - leaf->u.text), leaf->src + (uint32_t)(last - leaf->u.text));
	else
		widen_flow(s, leaf->src, leaf->as.leaf.src_end);
}

/* ---- Blocks ---- */

static bool stands_in(const mk_page *pg, uint32_t container, enum landmark mark)
{
	return pg->containers[container].distance[mark] != LANDMARK_NONE;
}

static enum mk_block_kind kind_of_box(const struct splitter *s, const struct node *box)
{
	if (s->pres)
		return MK_BLOCK_CODE;
	if (box->type == NODE_ELEMENT && box->ns == NS_HTML) {
		switch (box->tag) {
		case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6:
			return MK_BLOCK_HEADING;
		case TAG_LI: case TAG_DT: case TAG_DD:
			return MK_BLOCK_ITEM;
		case TAG_TD: case TAG_TH:
			return MK_BLOCK_CELL;
		case TAG_FIGCAPTION: case TAG_CAPTION:
			return MK_BLOCK_CAPTION;
		case TAG_BUTTON: case TAG_OPTION: case TAG_OPTGROUP: case TAG_SELECT: case TAG_LEGEND: case TAG_SUMMARY:
			return MK_BLOCK_CONTROL;
		default:
			break;
		}
	}
	return stands_in(s->pg, s->container, LANDMARK_QUOTE) ? MK_BLOCK_QUOTE : MK_BLOCK_PARAGRAPH;
}

static uint32_t hash_text(const char *p, size_t len)
{
	uint64_t h = 14695981039346656037u;
	for (; len >= 8; p += 8, len -= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		h = (h ^ w) * 1099511628211u;
		h ^= h >> 29;
	}
	for (; len; p++, len--)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return (uint32_t)(h ^ h >> 32);
}

/* Ends the flow; what it holds becomes a block. */
static void flush_flow(struct splitter *s)
{
	mk_page *pg = s->pg;
	struct block *f = &s->flow;
	if (!flow_is_empty(s)) {
		const char *text = s->text.p + s->start;
		size_t len = s->text.len - s->start;
		while (len && is_space(text[len - 1])) /* the last lines of a pre */
			len--;
		const struct node *box = pg->containers[s->container].node;
		f->pub.text = (mk_str){(const char *)(uintptr_t)(s->start + 1), len};
		f->pub.kind = (uint8_t)kind_of_box(s, box);
		f->pub.level = f->pub.kind == MK_BLOCK_HEADING ? (uint8_t)(box->tag - TAG_H1 + 1) : 0;
		f->box = box;
		f->container = s->container;
		f->hash = hash_text(text, len);
		if (f->pub.kind == MK_BLOCK_HEADING)
			s->section = pg->article.n_blocks;
		f->section = s->section;
		pg->blocks[pg->article.n_blocks++] = *f;
	}
	*f = (struct block){.box = NULL};
	s->space = s->in_word = s->inline_closed = s->gap = s->after_cjk = s->br = false;
}

/* ---- Containers ---- */

static bool is_role(const struct node *n, const char *role)
{
	mk_str value = dom_value(n, ATTR_ROLE);
	return value.p && str_equals(value.p, value.len, role);
}

/* The landmark that an element is by its tag or ARIA role, N_LANDMARKS for none. */
static enum landmark landmark_of(const struct node *n)
{
	static const struct {
		const char *role;
		enum landmark mark;
	} roles[] = {{"main", LANDMARK_MAIN},          {"article", LANDMARK_ARTICLE},  {"navigation", LANDMARK_NAV},
	             {"complementary", LANDMARK_ASIDE}, {"banner", LANDMARK_HEADER},    {"contentinfo", LANDMARK_FOOTER},
	             {"dialog", LANDMARK_DIALOG},       {"alertdialog", LANDMARK_DIALOG}, {"search", LANDMARK_FORM},
	             {"menu", LANDMARK_NAV},            {"menubar", LANDMARK_NAV},      {"list", LANDMARK_LIST}};
	if (n->len && dom_attr(n, ATTR_ROLE))
		for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
			if (is_role(n, roles[i].role))
				return roles[i].mark;
	switch (n->tag) {
	case TAG_ARTICLE: return LANDMARK_ARTICLE;
	case TAG_MAIN: return LANDMARK_MAIN;
	case TAG_SECTION: return LANDMARK_SECTION;
	case TAG_ASIDE: return LANDMARK_ASIDE;
	case TAG_NAV: case TAG_MENU: return LANDMARK_NAV;
	case TAG_HEADER: return LANDMARK_HEADER;
	case TAG_FOOTER: return LANDMARK_FOOTER;
	case TAG_FORM: case TAG_SEARCH: return LANDMARK_FORM;
	case TAG_DIALOG: return LANDMARK_DIALOG;
	case TAG_TABLE: return LANDMARK_TABLE;
	case TAG_UL: case TAG_OL: case TAG_DL: return LANDMARK_LIST;
	case TAG_FIGURE: return LANDMARK_FIGURE;
	case TAG_BLOCKQUOTE: return LANDMARK_QUOTE;
	case TAG_NOSCRIPT: return LANDMARK_NOSCRIPT;
	default: return N_LANDMARKS;
	}
}

/* Whether name: value stands in a style attribute; white space is skipped, the rest is compared in lower case. */
static bool style_says(mk_str style, const char *declaration)
{
	for (size_t i = 0; i < style.len; i++) {
		size_t k = i;
		const char *d = declaration;
		for (; *d && k < style.len; k++) {
			if (is_space(style.p[k]))
				continue;
			char c = style.p[k];
			if (c >= 'A' && c <= 'Z')
				c = (char)(c + 32);
			if (c != *d)
				break;
			d++;
		}
		if (!*d)
			return true;
	}
	return false;
}

#define STYLE_READ 512 /* bytes of a style attribute that are looked at */

static bool is_hidden(const struct node *n)
{
	for (uint32_t i = 0; i < n->len; i++) {
		const struct attr *a = &n->u.attrs[i];
		mk_str value = {a->value, a->value_len};
		switch (a->id) {
		case ATTR_HIDDEN:
			return true;
		case ATTR_ARIA_HIDDEN:
			if (str_equals(value.p, value.len, "true"))
				return true;
			break;
		case ATTR_STYLE:
			if (value.len > STYLE_READ)
				value.len = STYLE_READ;
			if (value.len >= 12 && (style_says(value, "display:none") || style_says(value, "visibility:hidden")))
				return true;
			break;
		default:
			break;
		}
	}
	return false;
}

static uint32_t add_container(struct splitter *s, const struct node *n)
{
	mk_page *pg = s->pg;
	struct container *c = &pg->containers[pg->n_containers];
	const struct container *parent = pg->n_containers ? &pg->containers[s->container] : NULL;
	*c = (struct container){.node = n, .parent = s->container, .first = pg->article.n_blocks, .end = pg->article.n_blocks};
	for (int i = 0; i < N_LANDMARKS; i++) {
		uint8_t d = parent ? parent->distance[i] : LANDMARK_NONE;
		c->distance[i] = d < LANDMARK_NONE - 1 ? (uint8_t)(d + 1) : d;
	}
	return pg->n_containers++;
}

static void open_container(struct splitter *s, const struct node *n)
{
	flush_flow(s);
	uint32_t i = add_container(s, n);
	struct container *c = &s->pg->containers[i];
	enum landmark mark = landmark_of(n);
	if (mark < N_LANDMARKS)
		c->distance[mark] = 0;
	if (is_hidden(n))
		c->distance[LANDMARK_HIDDEN] = 0;
	if (s->links)
		c->distance[LANDMARK_LINK] = 0;
	if (n->tag == TAG_PRE)
		s->pres++;
	s->container = i;
}

static void close_container(struct splitter *s, const struct node *n)
{
	flush_flow(s);
	struct container *c = &s->pg->containers[s->container];
	c->end = s->pg->article.n_blocks;
	if (n->tag == TAG_PRE)
		s->pres--;
	s->container = c->parent;
}

/* Fills container.wider, which needs every end. */
static void link_wider(mk_page *pg)
{
	for (uint32_t i = 1; i < pg->n_containers; i++) {
		struct container *c = &pg->containers[i];
		const struct container *parent = &pg->containers[c->parent];
		c->wider = parent->end - parent->first > c->end - c->first ? c->parent : parent->wider;
	}
}

/* Bytes that one allocation may have, give or take a chunk's header. */
static size_t room_for_one(const struct arena *a)
{
	const size_t here = (size_t)(a->end - a->at), more = a->limit > a->held ? a->limit - a->held : 0;
	return here > more ? here : more;
}

/* ---- Images ---- */

static bool is_tiny(mk_str size)
{
	return size.p && (size.len == 1 || (size.len == 3 && !memcmp(size.p + 1, "px", 2))) && size.p[0] >= '0' && size.p[0] <= '2';
}

static void note_image(struct splitter *s, const struct node *n)
{
	mk_page *pg = s->pg;
	if (stands_in(pg, s->container, LANDMARK_HIDDEN) || is_hidden(n) || is_tiny(dom_value(n, ATTR_WIDTH)) ||
	    is_tiny(dom_value(n, ATTR_HEIGHT)))
		return;
	if (pg->n_images == s->images_cap) {
		if (8 * (size_t)s->images_cap * sizeof *pg->images > room_for_one(&pg->arena)) {
			warn(pg, MK_WARN_MEMORY);
			return;
		}
		s->images_cap = s->images_cap ? 2 * s->images_cap : 64;
		struct image *grown = arena_array(&pg->arena, s->images_cap, sizeof *grown);
		if (pg->n_images)
			memcpy(grown, pg->images, pg->n_images * sizeof *grown);
		pg->images = grown;
	}
	pg->images[pg->n_images++] = (struct image){n, pg->article.n_blocks};
}

/* ---- The walk ---- */

/* b, i, font … and a */
static bool is_formatting(const struct node *n)
{
	return n->tag < N_TAGS && tag_rows[n->tag].flags & TAGF_FORMATTING;
}

/* Inline elements whose end sets a word apart: all but the ones that only change the look of letters. */
static bool makes_gap(const struct node *n)
{
	if (n->tag == TAG_A)
		return true;
	return n->ns == NS_HTML && !is_formatting(n) && n->tag != TAG_SUB &&
	       n->tag != TAG_SUP && n->tag != TAG_WBR && n->tag != TAG_MARK && n->tag != TAG_RUBY && n->tag != TAG_RB &&
	       n->tag != TAG_RT && n->tag != TAG_RP;
}

static bool is_block_level(const struct node *n)
{
	return n->ns == NS_HTML && n->tag < N_TAGS && tag_rows[n->tag].flags & TAGF_BLOCK;
}

/* Enters an element; false when what is in it is not to be read. */
static bool enter_element(struct splitter *s, const struct node *n)
{
	if (n->ns == NS_HTML && n->tag < N_TAGS && tag_rows[n->tag].flags & TAGF_NO_TEXT)
		return false;
	if (n->ns != NS_HTML)
		return true;
	if (is_block_level(n)) {
		open_container(s, n);
		return true;
	}
	switch (n->tag) {
	case TAG_BR:
		if (s->br)
			flush_flow(s);
		else if (s->pres && !flow_is_empty(s))
			buf_char(&s->text, '\n');
		s->space = !s->pres;
		s->br = !s->pres && !flow_is_empty(s);
		return true;
	case TAG_IMG:
		note_image(s, n);
		s->space = true;
		return true;
	case TAG_INPUT:
		s->space = true;
		return true;
	case TAG_A:
		if (dom_attr(n, ATTR_HREF)) {
			s->links++;
			s->flow.n_links++;
		}
		break;
	default:
		break;
	}
	s->gap |= s->inline_closed && (makes_gap(n) || is_formatting(n));
	return true;
}

static void leave_element(struct splitter *s, const struct node *n)
{
	if (n->ns != NS_HTML)
		return;
	if (is_block_level(n)) {
		close_container(s, n);
		return;
	}
	if (n->tag == TAG_A && dom_attr(n, ATTR_HREF))
		s->links--;
	s->inline_closed |= !s->pres && !flow_is_empty(s) && makes_gap(n);
}

/*
 * Makes room for all blocks and containers that there can be: a block starts with a text node of its own, a container is an element or
 * the document.  Under a tight budget there is room for some only: half of what is left, the rest being for text and later stages.
 */
static void make_room(struct splitter *s)
{
	mk_page *pg = s->pg;
	struct arena *a = &pg->arena;
	const double room = (double)room_for_one(a) / 2;
	const double wanted = (double)pg->n_texts * sizeof *pg->blocks + (double)pg->n_elements * sizeof *pg->containers;
	const double share = wanted > room ? room / wanted : 1;
	s->blocks_cap = (uint32_t)(pg->n_texts * share) + 2;
	s->containers_cap = (uint32_t)(pg->n_elements * share) + 2;
	pg->blocks = arena_array(a, s->blocks_cap, sizeof *pg->blocks);
	pg->containers = arena_array(a, s->containers_cap, sizeof *pg->containers);
}

/* Whether the next node might not find room. */
static bool is_over_budget(const struct splitter *s)
{
	const mk_page *pg = s->pg;
	return arena_used(&pg->arena) > pg->options.max_arena_bytes / 8 * 7 || pg->article.n_blocks + 2 > s->blocks_cap ||
	       pg->n_containers + 1 > s->containers_cap;
}

static void block_walk(struct splitter *s)
{
	const struct node *root = s->pg->document, *n = first_child(root);
	while (n) {
		bool inside = false;
		if (is_over_budget(s)) {
			warn(s->pg, MK_WARN_MEMORY);
			break;
		}
		if (n->type == NODE_TEXT && n->parent->ns == NS_SVG) {
			/* Labels of a drawing; but HTML in a foreignObject is read, and a stray tag may put the rest of the page there. */
		} else if (n->type == NODE_TEXT) {
			if (s->inline_closed && is_space(n->u.text[0]))
				s->space = true;
			flow_text(s, n);
		} else if (is_element(n)) {
			inside = enter_element(s, n);
			if (inside && first_child(n)) {
				n = first_child(n);
				continue;
			}
			if (inside)
				leave_element(s, n);
		}
		for (; !n->next; leave_element(s, n)) {
			n = n->parent;
			if (n == root)
				return;
		}
		n = n->next;
	}
}

#define SAME_PROBES 64

/*
 * Fills block.same.  The table is given up on for a text that finds no place after a few steps: hashes can be made to collide, and a
 * repeat that is overlooked costs less than a page that takes minutes.
 */
static void link_same(mk_page *pg)
{
	uint32_t size = 64;
	while (size < 2 * pg->article.n_blocks)
		size *= 2;
	uint32_t *slots = arena_zero(&pg->arena, size * sizeof *slots); /* a block + 1 */
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		struct block *b = &pg->blocks[i];
		b->same = i;
		for (uint32_t k = 0; k < SAME_PROBES; k++) {
			uint32_t *slot = &slots[(b->hash + k) & (size - 1)];
			const struct block *said = &pg->blocks[*slot ? *slot - 1 : i];
			if (!*slot)
				*slot = i + 1;
			if (said->hash == b->hash && said->pub.text.len == b->pub.text.len &&
			    !memcmp(said->pub.text.p, b->pub.text.p, b->pub.text.len)) {
				b->same = (uint32_t)(said - pg->blocks);
				break;
			}
		}
	}
}

void block_split(mk_page *pg)
{
	struct splitter s = {.pg = pg};
	make_room(&s);
	buf_init(&s.text, &pg->arena, pg->text_len / 6 + 256);
	add_container(&s, pg->document);
	block_walk(&s);
	while (s.container) /* open ones remain when a budget ended the walk */
		close_container(&s, pg->containers[s.container].node);
	flush_flow(&s);
	pg->containers[0].end = pg->article.n_blocks;
	link_wider(pg);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_str *text = &pg->blocks[i].pub.text;
		text->p = s.text.p + ((uintptr_t)text->p - 1);
	}
	link_same(pg);
}
