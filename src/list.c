/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.c - kept blocks, pictures -> the lists of makala.h: images, links and the structure of blocks.
 *
 * Each list is made on first use by one walk over the outline, in time proportional to the blocks and inline edges of the walk.
 * The pointer to a list is set last, so a walk that runs out of memory leaves no incomplete list.
 */
#include "plain_text.h"
#include "outline.h"
#include "picture.h"
#include "url.h"

/* A growing array.  It is moved when it is full, so no pointers to its elements may be kept while it grows. */
struct growing {
	mk_page *pg;
	void *items;
	size_t n, cap, size;
	size_t n_bytes; /* of strings that elements do not share with the page */
};

/* Appends an element and returns it, uninitialised. */
static void *grow(struct growing *g)
{
	if (g->n == g->cap) {
		const size_t cap = g->cap ? 2 * g->cap : 16;
		void *items = arena_array(&g->pg->arena, cap, g->size);
		if (g->n)
			memcpy(items, g->items, g->n * g->size);
		g->items = items;
		g->cap = cap;
	}
	return (char *)g->items + g->size * g->n++;
}

/* The finished array.  Not NULL even if it is empty, since NULL means that the list has not been made. */
static void *grown(const struct growing *g)
{
	return g->items ? g->items : arena_alloc(&g->pg->arena, 1);
}

/* ---- Images ---- */

/* Whether the list may have a further element.  If not, the outline ends, and with it the list. */
static bool may_grow(struct growing *g, struct outline *o)
{
	if (g->n * g->size + g->n_bytes < o->most)
		return true;
	outline_stop(o);
	return false;
}

static void add_image(struct growing *g, struct outline *o, const struct node *img, mk_str source, uint32_t block, bool inside)
{
	struct picture p;
	if (!may_grow(g, o))
		return;
	const size_t before = arena_used(&g->pg->arena);
	picture_read(g->pg, img, source, &p);
	g->n_bytes += arena_used(&g->pg->arena) - before;
	*(mk_image *)grow(g) = (mk_image){
	        .src = source,
	        .alt = p.alt,
	        .caption = p.caption,
	        .credit = p.credit,
	        .width = (int32_t)p.width,
	        .height = (int32_t)p.height,
	        .block = block,
	        .inside = inside,
	};
}

/* Plain-text input has no pictures, but it may have captions and credits of pictures. */
static void add_captions(struct growing *g, const struct plain_text *c)
{
	for (uint32_t i = 0; i < c->n_pictures; i++)
		*(mk_image *)grow(g) = (mk_image){
		        .caption = c->pictures[i].caption,
		        .credit = c->pictures[i].credit,
		        .width = -1,
		        .height = -1,
		        .block = c->pictures[i].block,
		        .inside = true,
		};
}

static void add_images(struct growing *g)
{
	struct outline o;
	outline_begin(&o, g->pg, OUTLINE_PICTURES);
	for (enum outline_event event; (event = outline_next(&o)) != OUTLINE_END;) {
		if (event == OUTLINE_PICTURE)
			add_image(g, &o, o.picture, o.source, g->pg->images[o.at_picture - 1].before, false);
		if (event != OUTLINE_BLOCK)
			continue;
		outline_edges(&o);
		for (uint32_t i = 0; i < o.n_edges; i++)
			if (o.edges[i].kind == EDGE_PICTURE)
				add_image(g, &o, o.edges[i].node, o.edges[i].link, outline_index(&o), true);
	}
}

void list_images(mk_page *pg)
{
	struct growing g = {.pg = pg, .size = sizeof(mk_image)};
	if (pg->image_list)
		return;
	if (pg->plain_text)
		add_captions(&g, pg->plain_text);
	else
		add_images(&g);
	pg->n_image_list = g.n;
	pg->image_list = grown(&g);
}

/* ---- Links ---- */

void list_links(mk_page *pg)
{
	struct growing g = {.pg = pg, .size = sizeof(mk_link)};
	struct outline o;
	if (pg->link_list)
		return;
	outline_begin(&o, pg, 0);
	for (enum outline_event event; (event = outline_next(&o)) != OUTLINE_END;) {
		if (event != OUTLINE_BLOCK)
			continue;
		outline_edges(&o);
		for (uint32_t i = 0; i < o.n_edges; i++) {
			const struct edge *edge = &o.edges[i];
			if (edge->kind != EDGE_LINK || !edge->open || !may_grow(&g, &o))
				continue;
			const uint32_t from = edge->at, to = o.edges[edge->partner].at;
			*(mk_link *)grow(&g) = (mk_link){
			        .href = edge->link,
			        .text = {o.block->pub.text.p + from, to - from},
			        .block = outline_index(&o),
			        .from = from,
			        .to = to,
			};
		}
	}
	pg->n_link_list = g.n;
	pg->link_list = grown(&g);
}

/* ---- Structure ---- */

#define LEVELS 7 /* heading levels 1 to 6; 7 represents blocks that are not headings, which any heading may be above */

struct structuring {
	mk_structure now;                          /* values for a block in the open containers */
	uint32_t n_tables;                         /* data tables opened so far */
	uint32_t headings[2][LEVELS];              /* by level, the heading that still applies: of all headings, of kept ones */
	uint32_t item_around[OUTLINE_DEPTH_MOST];  /* for each open container: value of item before it opened */
	uint32_t item;                             /* the innermost open list item: index in o.containers + 1, 0 if there is none */
	struct outline o;
};

/* Follows container i that has opened (by 1) or closed (by -1). */
static void count_container(struct structuring *s, const struct outline_part *c, uint32_t i, int by)
{
	if (c->kind == CONTAINER_LIST)
		s->now.list_depth += (uint32_t)by;
	else if (c->kind == CONTAINER_QUOTE)
		s->now.quote_depth += (uint32_t)by;
	else if (c->kind == CONTAINER_TABLE)
		s->now.table = by > 0 ? s->n_tables++ : MK_NO_INDEX;
	if (by > 0) {
		s->item_around[i] = s->item;
		if (c->kind == CONTAINER_ITEM)
			s->item = i + 1;
	} else {
		s->item = s->item_around[i];
	}
}

/* The heading above a block.  If the block is a heading itself and note is set, it becomes the latest heading of its level. */
static uint32_t heading_above(uint32_t headings[LEVELS], const mk_block *block, uint32_t index, bool note)
{
	const unsigned level = block->level && block->level < LEVELS ? block->level : LEVELS;
	uint32_t above = MK_NO_INDEX;
	for (unsigned k = level; k-- > 1 && above == MK_NO_INDEX;)
		above = headings[k];
	if (level == LEVELS || !note)
		return above;
	headings[level] = index;
	for (unsigned k = level + 1; k < LEVELS; k++)
		headings[k] = MK_NO_INDEX;
	return above;
}

/* A block in a row but outside its cells has a row and no column. */
static void place_in_table(struct structuring *s, mk_structure *out)
{
	const struct outline_part *top = outline_top(&s->o), *cell = top && top->kind == CONTAINER_CELL ? top : NULL;
	const struct outline_part *row = cell ? cell - 1 : top && top->kind == CONTAINER_ROW ? top : NULL;
	if (row)
		out->row = (uint32_t)row->number;
	if (!cell)
		return;
	out->column = cell->column;
	out->header_cell = cell->head;
	out->column_span = (uint32_t)dom_integer(cell->node, ATTR_COLSPAN, 1, 1, 1000);
	out->row_span = (uint32_t)dom_integer(cell->node, ATTR_ROWSPAN, 1, 0, 65534);
}

static void place_block(struct structuring *s, mk_structure *out)
{
	const mk_block *block = &s->o.block->pub;
	const uint32_t index = outline_index(&s->o);
	*out = s->now;
	const uint32_t of_all = heading_above(s->headings[0], block, index, true);
	const uint32_t of_kept = heading_above(s->headings[1], block, index, block->keep);
	out->heading = block->keep ? of_kept : of_all;
	if (block->kind == MK_BLOCK_CODE)
		out->code_language = outline_language(s->o.block);
	const struct outline_part *item = s->item ? &s->o.containers[s->item - 1] : NULL;
	if (item && s->item > 1 && item[-1].kind == CONTAINER_LIST && item[-1].ordered) {
		out->ordered = true;
		out->item_number = (int32_t)(item->number < INT32_MIN ? INT32_MIN : item->number > INT32_MAX ? INT32_MAX : item->number);
	}
	place_in_table(s, out);
}

static void list_structures(mk_page *pg)
{
	if (pg->structure_list)
		return;
	mk_structure *list = arena_array(&pg->arena, (size_t)pg->article.n_blocks + 1, sizeof *list);
	struct structuring s;
	memset(&s, 0, offsetof(struct structuring, o));
	s.now = (mk_structure){.heading = MK_NO_INDEX, .table = MK_NO_INDEX, .row = MK_NO_INDEX, .column = MK_NO_INDEX};
	memset(s.headings, 0xFF, sizeof s.headings);
	for (uint32_t i = 0; i < pg->article.n_blocks; i++)
		list[i] = s.now;
	outline_begin(&s.o, pg, OUTLINE_ALL);
	for (enum outline_event event; (event = outline_next(&s.o)) != OUTLINE_END;) {
		if (event == OUTLINE_OPEN)
			count_container(&s, outline_top(&s.o), s.o.n_containers - 1, 1);
		else if (event == OUTLINE_CLOSE)
			count_container(&s, outline_closed(&s.o), s.o.n_containers, -1);
		else
			place_block(&s, &list[outline_index(&s.o)]);
	}
	pg->structure_list = list;
}

/* ---- Addresses ---- */

/* Whether an address of an element may be left out because it is too long. */
static bool has_long_address(const mk_page *pg, const struct node *n)
{
	if (!picture_is(pg, n) && !is_html(n, TAG_SOURCE))
		return is_html(n, TAG_A) && url_is_long(pg->base_url, dom_value(n, ATTR_HREF));
	bool found = false;
	for (size_t i = 0; i < sizeof picture_attrs / sizeof *picture_attrs; i++) {
		const mk_str s = dom_value(n, picture_attrs[i]);
		const bool set = picture_attrs[i] == ATTR_SRCSET || picture_attrs[i] == ATTR_DATA_SRCSET;
		found |= !set ? url_is_long(pg->base_url, s) : !dom_value(n, ATTR_SRC).len && url_is_long(pg->base_url, outline_candidate(s));
	}
	return found;
}

void list_check_addresses(mk_page *pg)
{
	if (3 * pg->longest_address + pg->base_url.len <= URL_LONGEST)
		return;
	for (const struct node *n = pg->document; n; n = dom_next(n, pg->document))
		if (is_element(n) && has_long_address(pg, n)) {
			warn(pg, MK_WARN_ADDRESS);
			return;
		}
}

/* ---- Public ---- */

mk_status mk_images(mk_page *pg, size_t *n)
{
	LIST_PUBLIC(pg, n, list_images, pg->n_image_list);
}

mk_status mk_links(mk_page *pg, size_t *n)
{
	LIST_PUBLIC(pg, n, list_links, pg->n_link_list);
}

mk_status mk_structures(mk_page *pg, size_t *n)
{
	LIST_PUBLIC(pg, n, list_structures, pg->article.n_blocks);
}

const mk_image *mk_image_at(const mk_page *pg, size_t i)
{
	return pg && pg->has_article && pg->image_list && i < pg->n_image_list ? &pg->image_list[i] : NULL;
}

const mk_link *mk_link_at(const mk_page *pg, size_t i)
{
	return pg && pg->has_article && pg->link_list && i < pg->n_link_list ? &pg->link_list[i] : NULL;
}

const mk_structure *mk_structure_at(const mk_page *pg, size_t i)
{
	return pg && pg->structure_list && i < mk_n_blocks(pg) ? &pg->structure_list[i] : NULL;
}
