/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.c - an article -> a few bytes that the writers can start from again: mk_pack(), mk_unpack().
 *
 * A binding that returns articles cannot keep a page of several megabytes for each.  A packed article has the kept blocks and the
 * part of the tree that the outline reads: their leaves, the elements around them, the items of numbered lists, the cells of data
 * tables, and the pictures that are shown.  Every function on blocks, lists and documents gives the same for an unpacked page as for
 * the original one.  The exceptions are the indices of blocks, the source, and the fields of the record, which a binding reads first.
 *
 * The text is stored once: blocks and leaves are slices of it wherever they have the same characters.  Nodes follow in document
 * order, then blocks.  Numbers take 7 bits for each byte.  Everything is linear in the marked part of the tree and the siblings of
 * its nodes.
 */
#include "outline.h"
#include "picture.h"
#include "plain_text.h"

/* Bits of node.flags while a page is packed.  The tree is of no use afterwards, so its nodes may be changed. */
#define MARKED 0x80
#define SLICED 0x40 /* leaf: as.leaf.src_end and cap are offset and length in the packed text */
#define SHARED NODE_SHARED /* leaf: several blocks begin or end in it */
#define HEADED 0x20 /* cell: the first of a data table, which gets a scope attribute so that the table is still taken for one */

enum { PACK_CLOSE, PACK_SLICE, PACK_TEXT, PACK_SHARED, PACK_PICTURE, PACK_ELEMENT }; /* elements: PACK_ELEMENT + their tag … */

/* A picture that writers show. */
struct shown {
	const struct node *node;
	mk_str source;
	uint32_t before;
};

struct packer {
	mk_page *pg;
	bool all;          /* pack dropped blocks too */
	struct buf text, nodes, blocks;
	struct shown *shown;
	uint32_t n_shown, n_written, cap_shown; /* n_written: pictures written so far */
	uint32_t n_nodes, n_blocks, n_before; /* n_before: packed blocks before block at_before */
	uint32_t at_before, src, slice; /* the values written last, since only differences are written */
};

/* ---- Numbers and strings ---- */

static void put(struct buf *b, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_char(b, (char)(n | 0x80));
	buf_char(b, (char)n);
}

/* The difference from *last, which becomes n. */
static void put_step(struct buf *b, uint32_t n, uint32_t *last)
{
	const uint32_t step = n - *last;
	put(b, step >> 31 ? ~step << 1 | 1 : step << 1);
	*last = n;
}

/* A string, or a missing one. */
static void put_string(struct buf *b, mk_str s)
{
	put(b, s.p ? s.len + 1 : 0);
	if (s.len)
		buf_add(b, s.p, s.len);
}

/* ---- Which nodes ---- */

static struct node *mutable(const struct node *n)
{
	return (struct node *)(uintptr_t)n;
}

static bool has_no_text(const struct node *n)
{
	return is_element(n) && is_any_of(n, TAGF_NO_TEXT);
}

static void mark(const struct node *n)
{
	for (; n && !(n->flags & MARKED); n = n->parent)
		mutable(n)->flags |= MARKED;
}

static bool is_packed(const struct packer *p, const mk_block *b)
{
	return p->all || b->keep || b->reason == MK_KEPT_COMMENT;
}

/* Makes a leaf a slice of the packed text, which must have its characters at offset from. */
static void slice(const struct node *leaf, size_t from, size_t len)
{
	struct node *n = mutable(leaf);
	n->flags |= SLICED;
	n->as.leaf.src_end = (uint32_t)from;
	n->as.leaf.cap = (uint32_t)len;
}

/*
 * Looks for the characters of a leaf in the text of its block, from *at on.  Only white space may differ, since the outline ignores
 * it; in code nothing may.  Sets *from and *at to the range.
 */
static bool find_slice(const struct node *leaf, mk_str text, bool code, size_t *from, size_t *at)
{
	const char *p = leaf->u.text;
	size_t i = 0, j = *at;
	if (code) {
		*from = j;
		*at += leaf->len;
		return text.len - j >= leaf->len && !memcmp(p, text.p + j, leaf->len);
	}
	while (i < leaf->len && is_space(p[i]))
		i++;
	while (i < leaf->len && j < text.len && is_space(text.p[j]))
		j++;
	*from = j;
	while (i < leaf->len) {
		if (is_space(p[i]))
			i++;
		else if (j < text.len && p[i] == text.p[j])
			i++, j++;
		else if (j < text.len && j > *from && is_space(text.p[j]) && is_space(p[i - 1]))
			j++;
		else
			return false;
	}
	*at = j;
	return true;
}

/* Marks the nodes of a block, and appends its text. */
static void pack_text(struct packer *p, const struct block *b)
{
	const mk_str text = b->pub.text;
	const bool code = b->pub.kind == MK_BLOCK_CODE;
	const size_t start = p->text.len;
	size_t at = 0, from;
	bool follows = !code || b->from != b->to; /* the leaves seen so far are slices */
	buf_add(&p->text, text.p, text.len);
	for (const struct node *n = b->from; n;) {
		mark(n);
		if (n->type == NODE_TEXT && !(n->flags & (SHARED | SLICED)) && follows) {
			follows = find_slice(n, text, code, &from, &at);
			if (follows)
				slice(n, start + from, at - from);
		}
		if (n == b->to)
			break;
		n = has_no_text(n) ? dom_next_outside(n, p->pg->document) : dom_next(n, p->pg->document);
	}
}

/* Notes in which leaves more than one block begins or ends. */
static void find_shared(const mk_page *pg)
{
	for (uint32_t i = 1; i < pg->article.n_blocks; i++)
		if (pg->blocks[i].from && pg->blocks[i].from == pg->blocks[i - 1].to)
			mutable(pg->blocks[i].from)->flags |= SHARED;
}

static void add_shown(struct packer *p, const struct node *node, mk_str source, uint32_t before)
{
	if (p->n_shown < p->cap_shown)
		p->shown[p->n_shown++] = (struct shown){node, source, before};
	mark(node);
}

/* Finds the pictures that the writers show. */
static void find_shown(struct packer *p)
{
	mk_page *pg = p->pg;
	struct outline o;
	uint32_t at = 0; /* the first picture that is not before the block */
	p->cap_shown = pg->n_images;
	p->shown = arena_array(&pg->arena, (size_t)pg->n_images + 1, sizeof *p->shown);
	if (!pg->n_images)
		return;
	outline_begin(&o, pg, OUTLINE_PICTURES);
	for (enum outline_event event; (event = outline_next(&o)) != OUTLINE_END;) {
		if (event == OUTLINE_PICTURE)
			add_shown(p, o.picture, o.source, pg->images[o.at_picture - 1].before);
		if (event != OUTLINE_BLOCK)
			continue;
		const uint32_t i = outline_index(&o);
		while (at < pg->n_images && pg->images[at].before < i)
			at++;
		if (at == pg->n_images || pg->images[at].before > i)
			continue;
		outline_edges(&o);
		for (uint32_t k = 0; k < o.n_edges; k++)
			if (o.edges[k].kind == EDGE_PICTURE)
				add_shown(p, o.edges[k].node, o.edges[k].link, i);
	}
}

/* Marks what writers read inside an element although it is not around a kept block. */
static void mark_inside(struct packer *p, const struct node *n)
{
	const bool pre = is_html(n, TAG_PRE), table = is_html(n, TAG_TABLE) && outline_is_data_table(p->pg, n);
	if (is_html(n, TAG_OL))
		for (struct node *child = first_child(n); child; child = child->next)
			child->flags |= is_html(child, TAG_LI) ? MARKED : 0;
	bool headed = false;
	for (const struct node *at = pre || table ? dom_next(n, n) : NULL; at; at = dom_next(at, n)) {
		if (pre || (is_element(at) && is_any_of(at, TAGF_TABLE_PART)))
			mutable(at)->flags |= MARKED;
		if (table && !headed && (is_html(at, TAG_TD) || is_html(at, TAG_TH))) {
			mutable(at)->flags |= HEADED;
			headed = true;
		}
	}
	if (is_html(n, TAG_TABLE))
		mutable(n)->ns = table ? NS_HTML : NS_SVG; /* the verdict on the whole table; a table of another namespace is ignored */
}

/* ---- Nodes ---- */

static void pack_attribute(struct buf *b, const struct node *n, enum attr_id id)
{
	const mk_str value = dom_value(n, id);
	if (!value.p)
		return;
	put(b, (uint64_t)id + 1);
	put_string(b, value);
}

static void pack_attributes(struct buf *b, const struct node *n)
{
	static const enum attr_id links[] = {ATTR_HREF}, lists[] = {ATTR_START, ATTR_REVERSED}, items[] = {ATTR_VALUE},
	        cells[] = {ATTR_COLSPAN, ATTR_ROWSPAN, ATTR_ALIGN, ATTR_STYLE};
#define PACK(ids) for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) pack_attribute(b, n, ids[i])
	if (is_html(n, TAG_A)) {
		PACK(links);
	} else if (is_html(n, TAG_OL)) {
		PACK(lists);
	} else if (is_html(n, TAG_LI)) {
		PACK(items);
	} else if (is_html(n, TAG_TD) || is_html(n, TAG_TH)) {
		PACK(cells);
		if (n->flags & HEADED) {
			put(b, (uint64_t)ATTR_SCOPE + 1);
			put_string(b, (mk_str){"", 0});
		}
	}
#undef PACK
	const mk_str classes = dom_value(n, ATTR_CLASS); /* may name a programming language */
	for (size_t i = 0; i + 4 < classes.len; i++)
		if (!memcmp(classes.p + i, "lang", 4) || !memcmp(classes.p + i, "high", 4)) {
			pack_attribute(b, n, ATTR_CLASS);
			break;
		}
	put(b, 0);
}

static void pack_picture(struct packer *p, const struct shown *s)
{
	struct picture picture;
	picture_read(p->pg, s->node, s->source, &picture);
	for (; p->at_before < s->before; p->at_before++)
		p->n_before += is_packed(p, &p->pg->blocks[p->at_before].pub);
	put(&p->nodes, PACK_PICTURE);
	put_step(&p->nodes, s->node->src, &p->src);
	put(&p->nodes, p->n_before);
	put_string(&p->nodes, s->source);
	put_string(&p->nodes, dom_value(s->node, ATTR_ALT));
	put_string(&p->nodes, picture.caption);
	put_string(&p->nodes, picture.credit);
	put(&p->nodes, (uint64_t)(picture.width + 1));
	put(&p->nodes, (uint64_t)(picture.height + 1));
	p->n_written++;
}

static void pack_leaf(struct packer *p, const struct node *n)
{
	const bool shared = n->flags & SHARED && n->u.text == p->pg->text + n->src;
	put(&p->nodes, n->flags & SLICED ? PACK_SLICE : shared ? PACK_SHARED : PACK_TEXT);
	put_step(&p->nodes, n->src, &p->src);
	if (n->flags & SLICED) {
		put_step(&p->nodes, n->as.leaf.src_end, &p->slice);
		p->slice += n->as.leaf.cap;
		put(&p->nodes, n->as.leaf.cap);
	} else {
		put_string(&p->nodes, (mk_str){n->u.text, n->len});
	}
	mutable(n)->tag = p->n_nodes;
}

/* Writes a node; returns whether its children and PACK_CLOSE follow. */
static bool pack_node(struct packer *p, const struct node *n)
{
	bool open = false;
	if (p->n_written < p->n_shown && p->shown[p->n_written].node == n) {
		pack_picture(p, &p->shown[p->n_written]);
		open = true;
	} else if (n->type == NODE_TEXT) {
		pack_leaf(p, n);
	} else {
		const bool unknown = n->tag >= N_TAGS || n->type == NODE_DOCUMENT || picture_is(p->pg, n);
		mark_inside(p, n);
		put(&p->nodes, PACK_ELEMENT + (uint64_t)(unknown ? N_TAGS : n->tag) * 4 + n->ns);
		pack_attributes(&p->nodes, n);
		open = true;
	}
	p->n_nodes++;
	return open;
}

/* The first node from n on, among its siblings, that is to be written. */
static const struct node *next_marked(const struct node *n)
{
	while (n && !(n->flags & MARKED && (n->type == NODE_TEXT || n->type == NODE_ELEMENT)))
		n = n->next;
	return n;
}

static void pack_tree(struct packer *p)
{
	const struct node *root = p->pg->document, *n = root;
	for (;;) {
		const bool open = pack_node(p, n);
		const struct node *next = open ? next_marked(first_child(n)) : NULL;
		if (open && !next)
			put(&p->nodes, PACK_CLOSE);
		while (!next && n != root) {
			next = next_marked(n->next);
			if (!next) {
				n = n->parent;
				put(&p->nodes, PACK_CLOSE);
			}
		}
		if (!next)
			return;
		n = next;
	}
}

/* ---- Blocks ---- */

static void pack_block(struct packer *p, const struct block *b, uint32_t last[3])
{
	struct buf *out = &p->blocks;
	uint32_t up = 0;
	put(out, b->pub.text.len);
	put(out, (uint64_t)b->pub.kind | (uint64_t)b->pub.level << 4 | (uint64_t)b->pub.reason << 8 | (uint64_t)b->pub.keep << 7);
	put(out, (uint64_t)((double)b->pub.score * 1000 + 0.5));
	put(out, b->pub.n_words);
	put_step(out, b->pub.from, &last[0]);
	put(out, b->pub.to - b->pub.from);
	put(out, b->from != NULL);
	if (!b->from)
		return;
	for (const struct node *n = b->from; n && n != b->box; n = n->parent)
		up++;
	put_step(out, b->from->tag, &last[1]);
	put(out, b->to->tag - b->from->tag);
	put(out, up);
}

static void pack_page(struct packer *p, struct buf *out)
{
	mk_page *pg = p->pg;
	const struct plain_text *plain = pg->plain_text;
	uint32_t last[3] = {0};
	buf_init(&p->text, &pg->arena, 16384);
	buf_init(&p->nodes, &pg->arena, 8192);
	buf_init(&p->blocks, &pg->arena, 4096);
	find_shared(pg);
	find_shown(p);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (is_packed(p, &pg->blocks[i].pub)) {
			pack_text(p, &pg->blocks[i]);
			p->n_blocks++;
		}
	pack_tree(p);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		if (is_packed(p, &pg->blocks[i].pub))
			pack_block(p, &pg->blocks[i], last);
	buf_init(out, &pg->arena, p->text.len + p->nodes.len + p->blocks.len + pg->base_url.len + 64);
	put(out, pg->text_len + pg->packed_len);
	put(out, pg->memory);
	put(out, p->n_nodes);
	put(out, p->n_blocks);
	put(out, p->n_written);
	put_string(out, pg->base_url);
	put(out, plain ? plain->n_pictures + 1 : 0);
	for (uint32_t i = 0; plain && i < plain->n_pictures; i++) {
		put_string(out, plain->pictures[i].caption);
		put_string(out, plain->pictures[i].credit);
	}
	put_string(out, (mk_str){p->text.p, p->text.len});
	buf_add(out, p->nodes.p, p->nodes.len);
	buf_add(out, p->blocks.p, p->blocks.len);
}

mk_status mk_pack(mk_page *pg, bool all_blocks, mk_str *out)
{
	mk_status status = record_ready_for(pg, out);
	if (status)
		return status;
	if (setjmp(pg->arena.escape)) {
		pg->has_article = false;
		return record_no_memory(pg);
	}
	struct packer p = {.pg = pg, .all = all_blocks};
	struct buf b;
	const size_t more = ((size_t)1 << 20) + (size_t)pg->text_len * 16; /* so that a page that has used up its memory can be packed */
	pg->arena.limit = pg->memory < SIZE_MAX / 2 ? pg->memory + more : pg->memory;
	pack_page(&p, &b);
	pg->has_article = false; /* the tree has been changed */
	*out = (mk_str){b.p, b.len};
	return MK_OK;
}

/* ---- Unpacking ---- */

struct unpacker {
	mk_page *pg;
	const char *p, *end;
	bool damaged;
	mk_str text;
	struct node *nodes;
	struct picture *pictures;
	uint32_t n_nodes, n_images, at_image; /* n_nodes: made so far; at_image: likewise */
	uint32_t cap_nodes, src, slice;
};

static uint64_t get(struct unpacker *u)
{
	uint64_t n = 0;
	for (unsigned shift = 0; u->p < u->end && shift < 64; shift += 7) {
		const unsigned char c = (unsigned char)*u->p++;
		n |= (uint64_t)(c & 0x7F) << shift;
		if (c < 0x80)
			return n;
	}
	u->damaged = true;
	return 0;
}

/* A number that may not be larger than most, since memory is allocated by it. */
static uint32_t get_count(struct unpacker *u, uint64_t most)
{
	const uint64_t n = get(u);
	u->damaged |= n > most;
	return n > most ? 0 : (uint32_t)n;
}

static uint32_t get_step(struct unpacker *u, uint32_t *last)
{
	const uint32_t n = (uint32_t)get(u);
	return *last += n & 1 ? ~(n >> 1) : n >> 1;
}

static mk_str get_string(struct unpacker *u)
{
	const size_t len = get_count(u, (uint64_t)(u->end - u->p));
	if (!len)
		return (mk_str){NULL, 0};
	const char *p = u->p;
	u->p += len - 1;
	return (mk_str){p, len - 1};
}

/* A slice of the packed text. */
static mk_str get_slice(struct unpacker *u, uint32_t from, uint32_t len)
{
	if (from > u->text.len || len > u->text.len - from) {
		u->damaged = true;
		return (mk_str){u->text.p, 0};
	}
	return (mk_str){u->text.p + from, len};
}

static struct node *unpack_new(struct unpacker *u, struct node *parent, enum node_type type)
{
	if (u->n_nodes == u->cap_nodes) {
		u->damaged = true;
		return NULL;
	}
	struct node *n = &u->nodes[u->n_nodes++];
	n->type = (uint8_t)type;
	n->parent = parent;
	if (!parent)
		return n;
	n->prev = parent->as.kids.last;
	*(n->prev ? &n->prev->next : &parent->as.kids.first) = n;
	parent->as.kids.last = n;
	return n;
}

/* An attribute value, followed by readable bytes as ATTR_BEHIND demands: more of the packed article follows, or its padding. */
static struct attr attribute(enum attr_id id, mk_str value)
{
	return (struct attr){.name = "", .value = value.p, .value_len = (uint32_t)value.len, .id = (uint16_t)id};
}

static void unpack_element(struct unpacker *u, struct node *n, uint64_t kind)
{
	struct attr attrs[8];
	uint32_t n_attrs = 0;
	n->ns = (uint8_t)(kind & 3);
	n->tag = (uint32_t)(kind >> 2);
	for (uint64_t id; (id = get(u)) && !u->damaged;) {
		const mk_str value = get_string(u);
		if (n_attrs == 8 || !value.p)
			u->damaged = true;
		else
			attrs[n_attrs++] = attribute((enum attr_id)(id - 1), value);
	}
	u->damaged |= n->tag > N_TAGS;
	if (!n_attrs)
		return;
	n->u.attrs = memcpy(arena_array(&u->pg->arena, n_attrs, sizeof *attrs), attrs, n_attrs * sizeof *attrs);
	n->len = n_attrs;
}

static void unpack_picture(struct unpacker *u, struct node *n)
{
	if (u->at_image == u->n_images) {
		u->damaged = true;
		return;
	}
	struct picture *picture = &u->pictures[u->at_image];
	struct attr *attrs = arena_array(&u->pg->arena, 2, sizeof *attrs);
	n->tag = TAG_IMG;
	n->src = get_step(u, &u->src);
	u->pg->images[u->at_image++] = (struct image){.node = n, .before = (uint32_t)get(u)};
	attrs[0] = attribute(ATTR_SRC, get_string(u));
	const mk_str alt = get_string(u);
	attrs[1] = attribute(ATTR_ALT, alt);
	n->u.attrs = attrs;
	n->len = alt.p ? 2 : 1;
	picture->alt = str_collapse(&u->pg->arena, alt);
	picture->caption = get_string(u);
	picture->credit = get_string(u);
	picture->width = (int64_t)get(u) - 1;
	picture->height = (int64_t)get(u) - 1;
}

static void unpack_leaf(struct unpacker *u, struct node *n, uint64_t kind)
{
	n->src = get_step(u, &u->src);
	mk_str text;
	if (kind == PACK_SLICE) {
		const uint32_t from = get_step(u, &u->slice);
		text = get_slice(u, from, (uint32_t)get(u));
		u->slice += (uint32_t)text.len;
	} else {
		text = get_string(u);
	}
	n->u.text = text.p ? text.p : "";
	n->len = (uint32_t)text.len;
	n->flags = kind == PACK_SHARED ? SHARED : 0;
}

static void unpack_tree(struct unpacker *u)
{
	struct node *open = NULL;
	do {
		const uint64_t kind = get(u);
		if (kind == PACK_CLOSE) {
			if (!open)
				u->damaged = true;
			else
				open = open->parent;
			continue;
		}
		const bool leaf = kind == PACK_SLICE || kind == PACK_TEXT || kind == PACK_SHARED;
		struct node *n = unpack_new(u, open, leaf ? NODE_TEXT : NODE_ELEMENT);
		if (!n || (leaf && !open)) {
			u->damaged = true;
			return;
		}
		if (leaf)
			unpack_leaf(u, n, kind);
		else if (kind == PACK_PICTURE)
			unpack_picture(u, n);
		else
			unpack_element(u, n, kind - PACK_ELEMENT);
		if (!leaf)
			open = n;
	} while (open && !u->damaged);
	if (u->n_nodes)
		u->nodes[0].type = NODE_DOCUMENT;
}

static void unpack_block(struct unpacker *u, struct block *b, uint32_t last[3])
{
	const uint32_t len = (uint32_t)get(u), kind = (uint32_t)get(u);
	b->pub.text = get_slice(u, last[2], len);
	last[2] += len;
	b->pub.kind = kind & 15;
	b->pub.level = kind >> 4 & 7;
	b->pub.keep = kind >> 7 & 1;
	b->pub.reason = (uint8_t)(kind >> 8);
	b->pub.score = (float)get(u) / 1000;
	b->pub.n_words = (uint32_t)get(u);
	b->pub.from = get_step(u, &last[0]);
	b->pub.to = b->pub.from + (uint32_t)get(u);
	if (!get(u))
		return;
	const uint32_t from = get_step(u, &last[1]), to = from + (uint32_t)get(u);
	if (from >= u->n_nodes || to >= u->n_nodes || u->nodes[from].type != NODE_TEXT || u->nodes[to].type != NODE_TEXT) {
		u->damaged = true;
		return;
	}
	b->from = b->box = &u->nodes[from];
	b->to = &u->nodes[to];
	for (uint64_t up = get(u); up && b->box; up--)
		b->box = b->box->parent;
}

/* Plain text has no pictures, but captions of them. */
static void unpack_captions(struct unpacker *u)
{
	const uint32_t n = get_count(u, (uint64_t)(u->end - u->p));
	if (!n)
		return;
	struct plain_text *plain = arena_zero(&u->pg->arena, sizeof *plain);
	plain->pictures = arena_array(&u->pg->arena, n, sizeof *plain->pictures);
	for (; plain->n_pictures < n - 1; plain->n_pictures++) {
		const mk_str caption = get_string(u);
		plain->pictures[plain->n_pictures] = (struct plain_text_picture){0, caption, get_string(u)};
	}
	u->pg->plain_text = plain;
}

static void unpack_page(struct unpacker *u)
{
	mk_page *pg = u->pg;
	uint32_t last[3] = {0};
	const uint64_t room = (uint64_t)(u->end - u->p);
	u->cap_nodes = get_count(u, room);
	const uint32_t n_blocks = get_count(u, room);
	u->n_images = get_count(u, room);
	pg->base_url = get_string(u);
	unpack_captions(u);
	u->text = get_string(u);
	u->nodes = arena_zero(&pg->arena, ((size_t)u->cap_nodes + 1) * sizeof *u->nodes);
	u->pictures = arena_zero(&pg->arena, ((size_t)u->n_images + 1) * sizeof *u->pictures);
	pg->images = arena_array(&pg->arena, (size_t)u->n_images + 1, sizeof *pg->images);
	pg->blocks = arena_zero(&pg->arena, ((size_t)n_blocks + 1) * sizeof *pg->blocks);
	unpack_tree(u);
	for (uint32_t i = 0; i < n_blocks && !u->damaged; i++) {
		unpack_block(u, &pg->blocks[i], last);
		pg->article.n_kept += pg->blocks[i].pub.keep;
	}
	pg->document = u->nodes;
	pg->pictures = u->pictures;
	pg->n_images = u->at_image;
	pg->article.n_blocks = n_blocks;
}

mk_status mk_unpack(mk_page *pg, const void *packed, size_t len)
{
	if (!pg)
		return MK_BAD_ARGUMENT;
	mk_status status = mk_extract(pg, NULL, 0, NULL); /* clears the page */
	if (status)
		return status;
	pg->has_article = false;
	if (!packed || !len)
		return record_fail(pg, MK_BAD_ARGUMENT, "packed: is empty");
	if (setjmp(pg->arena.escape))
		return record_no_memory(pg);
	struct unpacker u = {.pg = pg, .p = packed, .end = (const char *)packed + len};
	pg->packed_len = get_count(&u, UINT32_MAX); /* it and the memory are the limits of the outputs */
	const uint64_t memory = get(&u);
	pg->memory += memory < SIZE_MAX / 4 ? (size_t)memory : SIZE_MAX / 4;
	pg->arena.limit = pg->memory;
	const size_t rest = (size_t)(u.end - u.p);
	char *copy = arena_zero(&pg->arena, rest + MK_PADDING);
	memcpy(copy, u.p, rest);
	u.p = copy;
	u.end = copy + rest;
	unpack_page(&u);
	if (u.damaged)
		return record_fail(pg, MK_BAD_ARGUMENT, "packed: is damaged");
	pg->has_article = true;
	return MK_OK;
}
