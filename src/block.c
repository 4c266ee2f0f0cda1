/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block.c - tree -> blocks, containers, images.
 *
 * A block is a piece of text that a reader sees as one: a paragraph, a heading, a list item.  One walk over the tree collects text
 * nodes in the flow, the block under construction.  Whatever starts a new line for a reader ends the flow: the start or end of a
 * block-level element, <hr>, two <br> in a row.  The text of all blocks is written to one string with white space collapsed, unless
 * it is in a pre.  Characters, words and sentence ends are counted in the same pass.
 *
 * Between two inline elements without white space in the source the walk decides whether there is a space: </span><span> is a gap
 * between words, but <b>T</b>he is one word, and characters of scripts without spaces are never separated.
 *
 * Text in elements that readers see as a part of something else, or only if something fails, is embedded text: in svg, object,
 * textarea, iframe, video …  It is collected beside the page's own text, so that it changes nothing about other blocks, and makes
 * blocks of its own after all others.  If a page has no other words, embedded text is its content, and a second walk reads it like
 * all text.
 *
 * The walk is linear in the size of the tree.  Under a tight memory limit it ends early, with MK_WARN_MEMORY, and holds back the
 * memory that later stages need for the blocks made so far, because those stages cannot end early.
 */
#include "feature.h"

#include "base/hash.h"
#include "base/scan.h"
#include "base/utf8.h"

struct splitter {
	mk_page *pg;
	struct splitter *side; /* where embedded text goes: a splitter of its own, or this one if that is the page's content */
	const struct node *embed; /* the outermost open element with embedded text, outside of svg; NULL if there is none */
	uint32_t n_side;       /* splitter of embedded text: blocks made, which are at the end of pg->blocks, last one first */
	struct buf text;       /* text of all blocks.  It moves when it grows, so until the walk ends pub.text.p holds offset + 1 */
	uint32_t blocks_cap, containers_cap, images_cap;
	uint32_t section;      /* index of the latest heading block */
	uint32_t container;    /* the innermost open container */
	uint32_t links, pres, bolds, templates; /* numbers of open a[href], pre, b or strong, and template elements */
	bool plenty;           /* the memory limit cannot be reached during the walk */

	/* The flow. */
	struct block flow;
	size_t start;          /* offset of the flow's text in text */
	bool space;            /* a space must precede the next character */
	bool in_word;
	uint32_t word_kinds;   /* bits of the kinds of characters in the current word */
	uint32_t word_len;     /* characters of the current word */
	uint32_t number;       /* value of the current word's first four digits, valid if it consists of ASCII digits only */
	bool inline_closed;    /* since the last text an inline element was closed that separates words, see makes_gap() */
	bool gap;              /* and after that another inline element was opened */
	bool after_cjk;        /* the last character belongs to a script without spaces */
	bool br;               /* nothing has followed the last <br> */
};

/* ---- Characters ---- */

#define KIND(name) (1u << CHAR_##name)
#define ENDS_SENTENCE (KIND(STOP) | KIND(QUESTION) | KIND(ELLIPSIS))
#define MAY_FOLLOW_STOP (KIND(OTHER) | KIND(MARK) | KIND(BRACKET)) /* quotes and brackets after a sentence end do not undo it */

static void end_word(struct splitter *s)
{
	struct block *f = &s->flow;
	if (s->word_kinds & KIND(DIGIT)) {
		f->n_digit_words++;
		f->n_years += s->word_kinds == KIND(DIGIT) && s->word_len == 4 && s->number >= 1900 && s->number < 2100;
	} else if (s->word_len > 1 && !(s->word_kinds & ~KIND(UPPER))) {
		f->n_shouted_words++;
	}
	f->longest_word = s->word_len > f->longest_word ? s->word_len : f->longest_word;
	s->in_word = false;
}

static void begin_word(struct splitter *s)
{
	struct block *f = &s->flow;
	f->pub.n_words++;
	f->n_link_words += s->links > 0;
	f->n_bold_words += s->bolds > 0;
	s->word_kinds = s->word_len = s->number = 0;
}

/* Counts a character, whose first byte is c, and the words that it begins or ends.  Each CJK character is a word of its own;
 * combining marks neither begin nor end a word. */
static inline void count_char(struct splitter *s, enum char_kind kind, char c)
{
	struct block *f = &s->flow;
	f->kinds[kind]++;
	if (IN_WORD >> kind & 1) {
		if (!s->in_word) {
			begin_word(s);
			f->n_capital_words += kind == CHAR_UPPER;
			s->in_word = true;
		}
		s->word_kinds |= 1u << kind;
		s->word_len++;
		if (kind == CHAR_DIGIT && s->word_len <= 4)
			s->number = 10 * s->number + ((unsigned char)c & 15u);
	} else if (kind == CHAR_CJK) {
		if (s->in_word)
			end_word(s);
		begin_word(s);
	} else if (kind != CHAR_MARK && s->in_word) {
		end_word(s);
	}
}

/* Whether a text node's text is a slice of the page's text, which is so unless it contains character references or the like.
 * Offsets in the node are then offsets in the page. */
static inline bool is_slice(const struct splitter *s, const struct node *leaf)
{
	return leaf->u.text == s->pg->text + leaf->src;
}

/* Begins a flow whose first character is in leaf. */
static void begin_flow(struct splitter *s, const struct node *leaf)
{
	s->flow.from = leaf;
	s->flow.images_before = s->pg->n_images;
	s->flow.controls_before = s->pg->n_controls;
	s->flow.pub.from = UINT32_MAX;
	s->start = s->text.len;
}

/* Extends the flow's range in the source by from … to.  Minimum and maximum are needed because foster parenting moves text out of
 * tables: text that follows in the tree may precede in the source. */
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

/* Whether the text on both sides of a gap between inline elements belongs together without a space: before punctuation, on the
 * inner side of brackets, and between characters of scripts without spaces.  kind is the kind of the character after the gap;
 * before and next are the bytes on its two sides. */
static bool joins(const struct splitter *s, enum char_kind kind, char before, char next)
{
	return kind == CHAR_COMMA || ENDS_SENTENCE >> kind & 1 || (s->after_cjk && kind == CHAR_CJK) || before == '(' || before == '[' ||
	       before == '{' || next == ')' || next == ']' || next == '}';
}

/*
 * Copies and counts a run of small ASCII letters, 16 bytes at a time, and moves *at and *to to its end.  Most text consists of such
 * runs, and inside a word they change nothing but two counters.  padded: at least 16 bytes can be read after end, see is_slice().
 */
static inline void flow_small_letters(struct splitter *s, const char **at, const char *end, bool padded, char **to)
{
	const char *p = *at;
	char *out = *to;
	uint32_t n = 16;
	while (n == 16 && (padded || end - p >= 16)) { /* copies up to 15 bytes too many, for which flow_text() reserves room */
		n = small_letters_at(p);
		if (n > (size_t)(end - p))
			n = (uint32_t)(end - p);
		memcpy(out, p, 16);
		p += n;
		out += n;
	}
	while (n == 16 && p < end && is_small(*p))
		*out++ = *p++;
	s->flow.kinds[CHAR_LOWER] += (uint32_t)(p - *at);
	s->word_len += (uint32_t)(p - *at);
	*at = p;
	*to = out;
}

/* Copies and counts words of small ASCII letters that follow *at, the end of a word, with one space before each. */
static inline void flow_small_words(struct splitter *s, const char **at, const char *end, bool padded, char **to)
{
	while (end - *at > 1 && (*at)[0] == ' ' && is_small((*at)[1])) {
		end_word(s);
		begin_word(s);
		s->word_kinds = KIND(LOWER);
		s->in_word = true;
		*(*to)++ = *(*at)++;
		flow_small_letters(s, at, end, padded, to);
	}
}

/* The end of the white space at p, usually indentation.  padded: p is in the page's text, which scan_spaces() requires. */
static inline const char *skip_spaces(const char *p, const char *end, bool padded)
{
	if (padded && p < end && is_space(*p)) {
		p = scan_spaces(p + 1);
		return p < end ? p : end;
	}
	while (p < end && is_space(*p))
		p++;
	return p;
}

/* Handles a white-space character of n bytes at p: copied inside pre, otherwise collapsed with all white space that follows.
 * Returns where to continue. */
static inline const char *flow_space(struct splitter *s, const char *p, uint32_t n, const char *end, bool padded, char **out)
{
	const bool kept = s->pres > 0 && !flow_is_empty(s);
	if (kept) {
		memcpy(*out, p, n);
		*out += n;
	} else {
		s->space = true;
	}
	if (s->in_word)
		end_word(s);
	p += n;
	return kept ? p : skip_spaces(p, end, padded);
}

/* Adds a text node to the flow. */
static void flow_text(struct splitter *s, const struct node *leaf)
{
	buf_reserve(&s->text, (size_t)leaf->len + 2 + 16);
	const char *p = leaf->u.text, *end = p + leaf->len;
	char *out = s->text.p + s->text.len, *const before = out;
	const char *first = NULL, *last = NULL; /* the part of the node in the flow, without white space around */
	const bool keep_lines = s->pres > 0, padded = is_slice(s, leaf);
	while (p < end) {
		uint32_t n = 1;
		const unsigned char u = (unsigned char)*p;
		const enum char_kind kind = u < 0x80 ? (enum char_kind)unicode_kinds[0][u] : char_kind_of(utf8_decode_more(p, &n));
		if (kind == CHAR_SPACE) {
			p = flow_space(s, p, n, end, padded, &out);
			continue;
		}
		if (flow_is_empty(s)) {
			if (kind == CHAR_MARK) { /* a zero-width space or the like must not make a block of its own */
				p += n;
				continue;
			}
			begin_flow(s, leaf);
			s->flow.first_kind = (uint8_t)kind;
		} else if (s->space || (s->gap && !joins(s, kind, out[-1], *p))) {
			*out++ = ' ';
			if (s->in_word)
				end_word(s);
		}
		s->space = s->inline_closed = s->gap = s->br = false;
		if (kind != CHAR_MARK)
			s->after_cjk = kind == CHAR_CJK;
		count_char(s, kind, *p);
		if (!(MAY_FOLLOW_STOP >> kind & 1))
			s->flow.last_kind = (uint8_t)kind;
		if (!first)
			first = p;
		do
			*out++ = *p++;
		while (--n);
		if (kind == CHAR_LOWER || (kind == CHAR_UPPER && p < end && is_small(*p))) {
			s->word_kinds |= KIND(LOWER);
			s->flow.last_kind = CHAR_LOWER;
			flow_small_letters(s, &p, end, padded, &out);
			if (!keep_lines)
				flow_small_words(s, &p, end, padded, &out);
		}
		last = p;
	}
	s->text.len += (size_t)(out - before);
	if (!first)
		return;
	s->flow.to = leaf;
	if (padded)
		widen_flow(s, leaf->src + (uint32_t)(first - leaf->u.text), leaf->src + (uint32_t)(last - leaf->u.text));
	else
		widen_flow(s, leaf->src, leaf->as.leaf.src_end);
}

/* ---- Blocks ---- */

static bool stands_in(const mk_page *pg, uint32_t container, enum landmark cue)
{
	return pg->containers[container].near[cue] != 0;
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

/* Ends the flow and makes a block of it, unless it is empty. */
static void flush_flow(struct splitter *s)
{
	mk_page *pg = s->pg;
	struct block *f = &s->flow;
	if (!flow_is_empty(s)) {
		const char *text = s->text.p + s->start;
		size_t len = s->text.len - s->start;
		while (len && is_space(text[len - 1])) /* line ends at the end of a pre */
			len--;
		const struct node *box = pg->containers[s->container].node;
		f->pub.text = (mk_str){(const char *)(uintptr_t)(s->start + 1), len};
		f->pub.kind = (uint8_t)(s->side ? kind_of_box(s, box) : MK_BLOCK_PARAGRAPH);
		f->pub.level = f->pub.kind == MK_BLOCK_HEADING ? (uint8_t)(box->tag - TAG_H1 + 1) : 0;
		f->box = box;
		f->container = s->container;
		f->hash = (uint32_t)(hash_text(text, len) >> 32);
		if (s->in_word)
			end_word(s);
		f->ends_with_bracket = text[len - 1] == ')' || text[len - 1] == ']';
		f->ends_with_stop = ENDS_SENTENCE >> f->last_kind & 1;
		if (f->pub.kind == MK_BLOCK_HEADING)
			s->section = pg->article.n_blocks;
		f->section = s->section;
		pg->blocks[s->side ? pg->article.n_blocks++ : s->blocks_cap - ++s->n_side] = *f;
		*f = (struct block){.box = NULL};
	}
	f->n_links = 0;
	s->space = s->in_word = s->inline_closed = s->gap = s->after_cjk = s->br = false;
}

/* ---- Containers ---- */

/* Enters cues that a container of this depth has itself into its near array.  bits: the cues, of which bit 0 is cue number
 * first. */
static void set_cues(mk_page *pg, uint16_t *near, int first, uint64_t bits, uint16_t depth)
{
	for (; bits; bits &= bits - 1) {
		const int cue = first + __builtin_ctzll(bits);
		near[cue] = (uint16_t)(depth + 1);
		pg->n_with_cue[cue]++;
	}
}

/* The near array of a container.  Most containers have no cues of their own and share their parent's array. */
static const uint16_t *near_of(struct splitter *s, const uint16_t *parent, const struct cues *m, uint16_t depth)
{
	if (!(m->landmarks | m->words))
		return parent;
	uint16_t *near = arena_array(&s->pg->arena, N_CUES, sizeof *near);
	memcpy(near, parent, N_CUES * sizeof *near);
	set_cues(s->pg, near, 0, m->landmarks, depth);
	set_cues(s->pg, near, N_LANDMARKS, m->words, depth);
	return near;
}

static uint32_t add_container(struct splitter *s, const struct node *n, const struct cues *m)
{
	mk_page *pg = s->pg;
	struct container *c = &pg->containers[pg->n_containers];
	const struct container *parent = pg->n_containers ? &pg->containers[s->container] : NULL;
	*c = (struct container){.node = n, .parent = s->container, .first = pg->article.n_blocks, .end = pg->article.n_blocks};
	if (parent) {
		c->depth = (uint16_t)(parent->depth + 1);
		c->landmarks = parent->landmarks | m->landmarks;
		c->words = parent->words | m->words;
		c->near = near_of(s, parent->near, m, c->depth);
		c->name = hash_pair(n->tag, m->name);
		c->path = hash_pair(parent->path, n->tag);
	} else {
		c->near = arena_zero(&pg->arena, N_CUES * sizeof *c->near);
	}
	return pg->n_containers++;
}

static void open_container(struct splitter *s, const struct node *n)
{
	flush_flow(s);
	struct cues m = cue_element(s->pg->cue_cache, n);
	if (s->links)
		m.landmarks |= (uint64_t)1 << LANDMARK_LINK;
	if (n->tag == TAG_PRE)
		s->pres++;
	s->container = add_container(s, n, &m);
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

/* Fills container.wider; called after the walk, because it needs the end of every container. */
static void link_wider(mk_page *pg)
{
	for (uint32_t i = 1; i < pg->n_containers; i++) {
		struct container *c = &pg->containers[i];
		const struct container *parent = &pg->containers[c->parent];
		c->wider = parent->end - parent->first > c->end - c->first ? c->parent : parent->wider;
	}
}

/* ---- Memory ---- */

/*
 * Later stages need memory in proportion to the numbers of blocks and containers, and cannot end early.  So before each node the
 * walk makes sure that enough memory would be left for them.  block_split() allocates the tables of feature_measure()
 * (pg->room) as soon as the walk ends.
 */
#define SHARE_BESIDES 16 /* one part in this many of the memory is reserved for metadata and the choice of blocks */
#define NODE_BYTES 1024 /* upper bound of the bytes that a node takes besides text and pictures: a near array, a chunk header */

/* Upper bound of the bytes that feature_measure() and later stages take for the blocks and containers made so far and for those
 * that one more node may add. */
static uint64_t bytes_of_tables(const mk_page *pg)
{
	return ((uint64_t)pg->article.n_blocks + 2) * FEATURE_BLOCK_BYTES + ((uint64_t)pg->n_containers + 2) * FEATURE_CONTAINER_BYTES;
}

/* Bytes to reserve for everything whose size does not depend on the numbers of blocks and containers. */
static uint64_t bytes_besides(const mk_page *pg)
{
	return pg->most_memory / SHARE_BESIDES + overlap_bytes(&pg->overlap);
}

/* Bytes that may still be allocated: in the arena's current chunk, and in new chunks. */
struct room {
	size_t here, beyond;
};

/*
 * Bytes that the walk may allocate and still leave enough for later stages.  The tables of feature_measure() are one allocation:
 * they fit into a new chunk, or else into the current chunk, or else nothing more may be allocated.
 */
static struct room room_of(const mk_page *pg)
{
	const struct arena *a = &pg->arena;
	const size_t most = pg->most_memory;
	const uint64_t tables = bytes_of_tables(pg), meant = tables + bytes_besides(pg);
	const uint64_t here = (uint64_t)(a->end - a->at), beyond = most > a->held ? most - a->held : 0;
	if (meant <= beyond)
		return (struct room){(size_t)here, (size_t)(beyond - meant)};
	if (tables > here || meant > here + beyond)
		return (struct room){0, 0};
	return (struct room){(size_t)(here - tables < here + beyond - meant ? here - tables : here + beyond - meant), 0};
}

/* The largest single allocation that leaves enough for later stages. */
static size_t most_room(const mk_page *pg)
{
	const struct room room = room_of(pg);
	return room.here > room.beyond ? room.here : room.beyond;
}

/* Whether size bytes may be allocated.  A new chunk for them may be larger than size, so the arena's limit is lowered for it: it
 * must not take memory that is held back for later stages. */
static bool has_room(mk_page *pg, size_t size)
{
	struct arena *a = &pg->arena;
	const struct room room = room_of(pg);
	a->limit = pg->most_memory;
	if (size <= (size_t)(a->end - a->at))
		return size <= room.here;
	if (size > room.beyond)
		return false;
	a->limit = a->held + room.beyond;
	return true;
}

/* ---- Images ---- */

/* Whether a width or height is 0, 1 or 2 pixels, as that of a spacer or a tracking pixel; these do not count as pictures. */
static bool is_tiny(mk_str size)
{
	return size.p && (size.len == 1 || (size.len == 3 && !memcmp(size.p + 1, "px", 2))) && size.p[0] >= '0' && size.p[0] <= '2';
}

/* Notes the length of an address, so that list_check_addresses() need not look at pages without long ones.  Of a srcset, which is a
 * list of addresses, a third counts; data: is never written. */
static void note_address(mk_page *pg, const struct node *n, enum attr_id id)
{
	const mk_str s = dom_value(n, id);
	const size_t len = id == ATTR_SRCSET || id == ATTR_DATA_SRCSET ? s.len / 3 : s.len;
	if (len > pg->longest_address && !str_begins_with(s, "data:"))
		pg->longest_address = len;
}

/* Adds an img element to pg->images, unless it is hidden or tiny. */
static void note_image(struct splitter *s, const struct node *n)
{
	mk_page *pg = s->pg;
	const uint64_t unseen = (uint64_t)1 << LANDMARK_HIDDEN | (uint64_t)1 << LANDMARK_ARIA_HIDDEN;
	if (stands_in(pg, s->container, LANDMARK_HIDDEN) || stands_in(pg, s->container, LANDMARK_ARIA_HIDDEN) ||
	    cue_element(pg->cue_cache, n).landmarks & unseen || is_tiny(dom_value(n, ATTR_WIDTH)) ||
	    is_tiny(dom_value(n, ATTR_HEIGHT)))
		return;
	if (pg->n_images == s->images_cap) {
		const uint32_t cap = s->images_cap ? 2 * s->images_cap : 64;
		if (!has_room(pg, cap * sizeof *pg->images + NODE_BYTES)) {
			warn(pg, MK_WARN_MEMORY);
			return;
		}
		s->images_cap = cap;
		struct image *grown = arena_array(&pg->arena, s->images_cap, sizeof *grown);
		if (pg->n_images)
			memcpy(grown, pg->images, pg->n_images * sizeof *grown);
		pg->images = grown;
	}
	pg->images[pg->n_images++] = (struct image){n, pg->article.n_blocks, 0};
}

/* ---- The walk ---- */

/* Whether an element is one of the HTML standard's formatting elements: b, i, font … and a. */
static bool is_formatting(const struct node *n)
{
	return n->tag < N_TAGS && tag_rows[n->tag].flags & TAGF_FORMATTING;
}

/* Whether an inline element separates words: a link or an element like span.  Elements that only change the look of letters do not,
 * since authors use them inside words. */
static bool makes_gap(const struct node *n)
{
	if (n->tag == TAG_A)
		return true;
	return n->ns == NS_HTML && !is_formatting(n) && n->tag != TAG_SUB &&
	       n->tag != TAG_SUP && n->tag != TAG_WBR && n->tag != TAG_MARK && n->tag != TAG_RUBY && n->tag != TAG_RB &&
	       n->tag != TAG_RT && n->tag != TAG_RP;
}

/* Notes the metadata in an HTML element.  A template's contents describe nodes that a script may make later, not this page. */
static void read_facts(struct splitter *s, const struct node *n)
{
	mk_page *pg = s->pg;
	if (!pg->facts || s->templates)
		return;
	if (n->tag == TAG_META || n->tag == TAG_SCRIPT)
		pg->overlap.room = most_room(pg) / 4;
	meta_note(pg, n);
}

/* Notes the metadata in all elements inside an element without text for readers, such as head, which holds most of a page's
 * metadata. */
static void read_facts_inside(struct splitter *s, const struct node *root)
{
	mk_page *pg = s->pg;
	if (!pg->facts || s->templates)
		return;
	pg->overlap.room = most_room(pg) / 4;
	meta_note_inside(pg, root);
}

/* ---- Embedded text ---- */

/* Whether an element has embedded text: of those whose contents are not text of the page, all that a reader may see in any way. */
static bool has_embedded(const struct node *n)
{
	return is_any_of(n, TAGF_NO_TEXT) && n->tag != TAG_SCRIPT && n->tag != TAG_STYLE && n->tag != TAG_TITLE && n->tag != TAG_HEAD &&
	       n->tag != TAG_SELECTEDCONTENT;
}

/* Whether the name of an element that HTML does not know is one of these two. */
static bool is_named_as(const mk_page *pg, const struct node *n, const char *name, const char *other)
{
	if (n->tag < N_TAGS || n->tag - N_TAGS >= pg->n_names)
		return false;
	const struct tag_name *t = &pg->names[n->tag - N_TAGS];
	return str_equals(t->p, t->len, name) || str_equals(t->p, t->len, other);
}

/* Whether an element of a drawing starts and ends a line of text. */
static bool breaks_drawing(const mk_page *pg, const struct node *n)
{
	return n->tag != TAG_A && !is_named_as(pg, n, "tspan", "textpath");
}

/* Whether a text node is directly in an element of a drawing, and drawn. */
static bool is_drawn(const mk_page *pg, const struct node *leaf)
{
	const struct node *n = leaf->parent;
	if (n->ns != NS_SVG || n->tag == TAG_TITLE || n->tag == TAG_DESC || n->tag == TAG_STYLE || n->tag == TAG_SCRIPT ||
	    is_named_as(pg, n, "metadata", "dc:format"))
		return false;
	return !(n->tag >= N_TAGS && n->tag - N_TAGS < pg->n_names && pg->names[n->tag - N_TAGS].has_prefix);
}

/* Whether the parser reads the contents of an element with embedded text as text although they are markup. */
static bool is_raw(const struct node *n)
{
	return is_html(n, TAG_IFRAME) || is_html(n, TAG_NOEMBED) || is_html(n, TAG_NOFRAMES);
}

/* Whether the tag at "<" is that of an element inside a word or sentence. */
static bool is_inline_tag(const char *tag, const char *end)
{
	static const char *const names[] = {"a", "b", "i", "u", "em", "strong", "span", "font"};
	const char *from = tag + 1 + (tag[1] == '/'), *to = from;
	while (to < end && is_alnum(*to))
		to++;
	bool found = false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		found |= str_equals(from, (size_t)(to - from), names[i]);
	return found;
}

/* Adds the content of an iframe, noembed or noframes, which is markup for other browsers, without its tags.  The parser takes all of
 * it for one text, which may not make more than one block: there is room for one for each text node. */
static void embed_raw(struct splitter *side, const struct node *leaf)
{
	const char *const end = leaf->u.text + leaf->len;
	struct node part = *leaf; /* text between two tags */
	for (const char *p = leaf->u.text; p < end;) {
		const char *tag = memchr(p, '<', (size_t)(end - p)), *close = tag ? memchr(tag, '>', (size_t)(end - tag)) : NULL;
		const bool is_tag = close && (is_alpha(tag[1]) || tag[1] == '/' || tag[1] == '!');
		const char *stop = !close ? end : is_tag ? tag : tag + 1;
		part.u.text = p;
		part.len = (uint32_t)(stop - p);
		part.src = leaf->src + (is_slice(side, leaf) ? (uint32_t)(p - leaf->u.text) : 0);
		if (part.len)
			flow_text(side, &part);
		side->flow.from = side->flow.from == &part ? leaf : side->flow.from;
		side->flow.to = side->flow.to == &part ? leaf : side->flow.to;
		side->space |= is_tag && !is_inline_tag(tag, end);
		p = is_tag ? close + 1 : stop;
	}
}

/* Adds a text node to the splitter of embedded text. */
static void embed_text(struct splitter *s, const struct node *leaf)
{
	struct splitter *side = s->side;
	if (!side->text.p)
		buf_init(&side->text, &s->pg->arena, 256);
	if (side != s) {
		side->container = s->container;
		side->section = s->section;
		side->blocks_cap = s->blocks_cap;
	}
	if (is_raw(leaf->parent))
		embed_raw(side, leaf);
	else
		flow_text(side, leaf);
}

/* Enters an element inside one with embedded text.  Returns false if its contents must be skipped. */
static bool embed_enter(struct splitter *s, const struct node *n)
{
	if (is_any_of(n, TAGF_NO_TEXT) && !has_embedded(n))
		return false;
	if (is_any_of(n, TAGF_BLOCK | TAGF_NO_TEXT) || n->tag == TAG_BR)
		flush_flow(s->side);
	s->side->gap |= s->side->inline_closed;
	return true;
}

static void embed_leave(struct splitter *s, const struct node *n)
{
	s->side->inline_closed |= !flow_is_empty(s->side) && makes_gap(n);
	if (is_any_of(n, TAGF_BLOCK | TAGF_NO_TEXT))
		flush_flow(s->side);
	if (n == s->embed)
		s->embed = NULL;
}

/* Moves the blocks of embedded text to the place directly after the page's own ones. */
static void embed_append(struct splitter *s)
{
	mk_page *pg = s->pg;
	struct splitter *side = s->side;
	struct block *tail = pg->blocks + (s->blocks_cap - side->n_side), *to = pg->blocks + pg->article.n_blocks;
	for (uint32_t i = 0, j = side->n_side; i + 1 < j; i++) {
		struct block swap = tail[i];
		tail[i] = tail[--j];
		tail[j] = swap;
	}
	memmove(to, tail, side->n_side * sizeof *to);
	for (uint32_t i = 0; i < side->n_side; i++) {
		to[i].pub.text.p = side->text.p + ((uintptr_t)to[i].pub.text.p - 1);
		to[i].same = pg->article.n_blocks + i;
	}
	pg->n_embedded = side->n_side;
}

/* Enters an element that has no text of its own in the page.  Returns whether it holds embedded text. */
static bool enter_textless(struct splitter *s, const struct node *n)
{
	const bool embedded = has_embedded(n) && first_child(n), content = embedded && s->side == s;
	if (first_child(n) && !content)
		read_facts_inside(s, n);
	s->pg->n_media += n->tag == TAG_IFRAME || n->tag == TAG_VIDEO || n->tag == TAG_AUDIO || n->tag == TAG_OBJECT;
	s->pg->n_controls += n->tag == TAG_TEXTAREA;
	s->embed = embedded && !content ? n : NULL;
	if (content)
		flush_flow(s);
	return embedded;
}

/* Enters an element.  Returns false if its contents must be skipped, in which case leave_element() must not be called. */
static bool enter_element(struct splitter *s, const struct node *n)
{
	if (n->ns == NS_HTML)
		read_facts(s, n);
	if (is_any_of(n, TAGF_NO_TEXT))
		return enter_textless(s, n);
	if (n->ns == NS_SVG && breaks_drawing(s->pg, n))
		flush_flow(s->side);
	if (n->ns != NS_HTML)
		return true;
	if (is_any_of(n, TAGF_BLOCK)) {
		open_container(s, n);
		s->templates += n->tag == TAG_TEMPLATE;
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
		for (size_t i = 0; i < sizeof picture_attrs / sizeof *picture_attrs; i++)
			note_address(s->pg, n, picture_attrs[i]);
		note_image(s, n);
		s->space = true;
		return true;
	case TAG_SOURCE:
		note_address(s->pg, n, ATTR_SRCSET);
		break;
	case TAG_INPUT:
		s->pg->n_controls++;
		s->space = true;
		return true;
	case TAG_EMBED:
		s->pg->n_media++;
		return true;
	case TAG_B: case TAG_STRONG:
		s->bolds++;
		break;
	case TAG_A:
		if (dom_attr(n, ATTR_HREF)) {
			note_address(s->pg, n, ATTR_HREF);
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
	if (s->embed) {
		embed_leave(s, n);
		return;
	}
	if ((n->ns == NS_SVG && breaks_drawing(s->pg, n)) || has_embedded(n))
		flush_flow(s->side);
	if (n->ns != NS_HTML || has_embedded(n))
		return;
	if (is_any_of(n, TAGF_BLOCK)) {
		close_container(s, n);
		s->templates -= n->tag == TAG_TEMPLATE;
		return;
	}
	if (n->tag == TAG_A && dom_attr(n, ATTR_HREF))
		s->links--;
	else if (n->tag == TAG_B || n->tag == TAG_STRONG)
		s->bolds--;
	s->inline_closed |= !s->pres && !flow_is_empty(s) && makes_gap(n);
}

#define PLENTY_TEXT 1024   /* at least the bytes that a text node takes, here and in later stages */
#define PLENTY_ELEMENT 256 /* the same for an element */
#define PLENTY_BYTE 12     /* the same for a byte of the page: at most 3 bytes of text, in a buffer that doubles, and 2 of overlap */

/* Whether the memory limit is so much more than the page can need that is_over_budget() need not be called for each node. */
static bool is_plenty(const mk_page *pg)
{
	const uint64_t nodes = (pg->n_texts + 2) * (uint64_t)PLENTY_TEXT + (pg->n_elements + 2) * (uint64_t)PLENTY_ELEMENT;
	return pg->arena.held + nodes + (uint64_t)pg->text_len * PLENTY_BYTE + sizeof(struct cue_cache) < pg->most_memory / 8 * 7;
}

/*
 * Allocates the arrays for as many blocks and containers as there can be: each block starts in another text node, and each
 * container is an element or the document.  If a quarter of the memory left is not enough for that, the arrays share this quarter.
 * Later stages take three times as much memory for a block as the array does, so larger arrays could not be used.  Half of all text
 * nodes are only white space, so smaller arrays often hold the whole page.
 */
static void make_room(struct splitter *s)
{
	mk_page *pg = s->pg;
	struct arena *a = &pg->arena;
	const double room = (double)most_room(pg) / 4;
	const double wanted = (double)pg->n_texts * sizeof *pg->blocks + (double)pg->n_elements * sizeof *pg->containers;
	const double share = wanted > room ? room / wanted : 1;
	s->plenty = share >= 1 && is_plenty(pg);
	s->blocks_cap = (uint32_t)(pg->n_texts * share) + 2;
	s->containers_cap = (uint32_t)(pg->n_elements * share) + 2;
	pg->blocks = arena_array(a, s->blocks_cap, sizeof *pg->blocks);
	pg->containers = arena_array(a, s->containers_cap, sizeof *pg->containers);
}

/* Whether there might not be enough memory for the next node, here or in later stages. */
static bool is_over_budget(struct splitter *s, const struct node *n)
{
	mk_page *pg = s->pg;
	const struct buf *text = s->embed || n->parent->ns == NS_SVG ? &s->side->text : &s->text;
	const size_t more = (n->type == NODE_TEXT ? n->len : 0) + 2;
	size_t size = NODE_BYTES;
	if (more > text->cap - text->len) /* the new size of the buffer, as buf_reserve() computes it */
		size += 2 * text->cap > text->len + more ? 2 * text->cap : text->len + more;
	return !has_room(pg, size) || pg->article.n_blocks + s->side->n_side + 2 > s->blocks_cap || pg->n_containers + 1 > s->containers_cap;
}

static void block_walk(struct splitter *s)
{
	const struct node *root = s->pg->document, *n = first_child(root);
	while (n) {
		bool inside = false;
		if (!s->plenty && is_over_budget(s, n)) {
			if (!s->pg->article.n_blocks && flow_is_empty(s))
				longjmp(s->pg->arena.escape, 1); /* no text at all: mk_extract() reads a smaller part of the page */
			warn(s->pg, MK_WARN_MEMORY);
			break;
		}
		if (n->type == NODE_TEXT && (s->embed || n->parent->ns == NS_SVG || is_raw(n->parent))) {
			/* Labels of a drawing are embedded text.  HTML inside of a drawing is not, since it may be in a foreignObject,
			 * or a stray tag may have put the rest of the page inside the svg element. */
			if (n->parent->ns != NS_SVG || is_drawn(s->pg, n))
				embed_text(s, n);
		} else if (n->type == NODE_TEXT) {
			if (s->inline_closed && is_space(n->u.text[0]))
				s->space = true;
			flow_text(s, n);
		} else if (is_element(n)) {
			inside = s->embed ? embed_enter(s, n) : enter_element(s, n);
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
 * Fills block.same and block.copies with a hash table of texts.  A text that finds no slot after SAME_PROBES steps counts as new: a
 * page can be made so that hashes collide, and an overlooked repeat is better than quadratic time.
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
		b->copies = 0;
		for (uint32_t k = 0; k < SAME_PROBES; k++) {
			uint32_t *slot = &slots[(b->hash + k) & (size - 1)];
			if (!*slot) {
				*slot = i + 1;
				break;
			}
			struct block *said = &pg->blocks[*slot - 1];
			if (said->hash == b->hash && said->pub.text.len == b->pub.text.len &&
			    !memcmp(said->pub.text.p, b->pub.text.p, b->pub.text.len)) {
				b->same = (uint32_t)(said - pg->blocks);
				said->copies++;
				break;
			}
		}
	}
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		pg->blocks[i].copies = pg->blocks[pg->blocks[i].same].copies;
}

/* Whether embedded text is the content of the page: it has no other words. */
static bool embedded_is_content(const mk_page *pg)
{
	uint32_t words = 0;
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		words |= pg->blocks[i].pub.n_words;
	return !words;
}

/* Walks over the tree. */
static void walk(struct splitter *s)
{
	mk_page *pg = s->pg;
	add_container(s, pg->document, NULL);
	block_walk(s);
	while (s->container) /* containers are still open if the walk ended early */
		close_container(s, pg->containers[s->container].node);
	flush_flow(s);
	if (s->side != s)
		flush_flow(s->side);
}

/* Walks again and takes embedded text for text of the page. */
static void walk_embedded(struct splitter *s)
{
	mk_page *pg = s->pg;
	struct splitter again = {.pg = pg, .text = s->text, .blocks_cap = s->blocks_cap, .containers_cap = s->containers_cap,
	                         .images_cap = s->images_cap, .plenty = s->plenty};
	*s = again;
	s->side = s;
	s->text.len = 0;
	pg->article.n_blocks = pg->n_containers = pg->n_images = pg->n_controls = pg->n_media = 0;
	memset(pg->n_with_cue, 0, sizeof pg->n_with_cue);
	pg->schema = 0;
	memset(&pg->overlap, 0, sizeof pg->overlap);
	meta_open(pg);
	walk(s);
}

void block_split(mk_page *pg)
{
	struct splitter side = {.pg = pg}, s = {.pg = pg, .side = &side};
	make_room(&s);
	pg->cue_cache = arena_zero(&pg->arena, sizeof *pg->cue_cache);
	const size_t expected = pg->text_len / 6 + 256, most = most_room(pg) / 8;
	buf_init(&s.text, &pg->arena, expected < most ? expected : most);
	walk(&s);
	if (side.n_side && embedded_is_content(pg))
		walk_embedded(&s);
	else if (side.n_side)
		embed_append(&s);
	pg->arena.limit = pg->most_memory;
	if (!pg->plain_text)
		pg->room = arena_alloc(&pg->arena, feature_bytes(pg)); /* before any other allocation, while the reserved memory is free */
	pg->containers[0].end = pg->article.n_blocks;
	link_wider(pg);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++) {
		mk_str *text = &pg->blocks[i].pub.text;
		text->p = s.text.p + ((uintptr_t)text->p - 1);
	}
	link_same(pg);
}
