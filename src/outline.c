/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline.c - kept blocks and the tree, which is not changed -> a stream of events for the writers; see outline.h.
 *
 * A block points to its leaves; the elements around them are found in the tree.  For each kept block, the walk climbs from its
 * first leaf to the nearest ancestor that the previous block has as well.  A small hash of the open levels finds this common
 * ancestor, so each level is entered and left only once, however deep the page is, and the total cost is proportional to the kept
 * part of the tree.  Nothing is stored per block: a page of a million rows needs no more memory here than a page of ten.
 */
#include "outline.h"
#include "picture.h"
#include "base/hash.h"
#include "base/utf8.h"

#include "url.h"

/* Whether block i is part of the outline, which depends on the flags. */
static inline bool shows(const struct outline *o, uint32_t i)
{
	const mk_block *b = &o->pg->blocks[i].pub;
	return o->all || (o->comments ? b->reason == MK_KEPT_COMMENT : b->keep);
}

/* ---- Levels ---- */

static uint32_t level_hash(const struct node *n)
{
	return (uint32_t)(((uint64_t)(uintptr_t)n * HASH_TIMES) >> 40) & (OUTLINE_SLOTS - 1);
}

/*
 * The level of n, counted from 1 for the outermost, which is the number of levels to keep open if n stays open; 0 if n is not open.
 */
static uint32_t level_find(const struct outline *o, const struct node *n)
{
	for (uint32_t h = level_hash(n); o->slots[h]; h = (h + 1) & (OUTLINE_SLOTS - 1))
		if (o->levels[o->slots[h] - 1].node == n)
			return o->slots[h];
	return 0;
}

static void level_push(struct outline *o, const struct node *n, enum container_kind kind)
{
	uint32_t h = level_hash(n);
	while (o->slots[h])
		h = (h + 1) & (OUTLINE_SLOTS - 1);
	o->levels[o->n_levels++] = (struct outline_level){n, (uint16_t)h, (uint8_t)kind};
	o->slots[h] = (uint16_t)o->n_levels;
}

/*
 * Levels are popped in reverse order of pushing, so emptying a slot never breaks the probe sequence of a level that is still open.
 */
static const struct outline_level *level_pop(struct outline *o)
{
	const struct outline_level *level = &o->levels[--o->n_levels];
	o->slots[level->slot] = 0;
	return level;
}

/* The span that an element makes of its content, EDGE_NONE if it is not inline markup that writers use. */
static enum edge_kind span_of(const struct node *n)
{
	if (n->type != NODE_ELEMENT || n->ns != NS_HTML)
		return EDGE_NONE;
	switch (n->tag) {
	case TAG_B: case TAG_STRONG:
		return EDGE_STRONG;
	case TAG_I: case TAG_EM:
		return EDGE_EM;
	case TAG_DEL: case TAG_S: case TAG_STRIKE:
		return EDGE_DEL;
	case TAG_CODE: case TAG_KBD: case TAG_SAMP: case TAG_TT:
		return EDGE_CODE;
	case TAG_A:
		return dom_attr(n, ATTR_HREF) ? EDGE_LINK : EDGE_NONE;
	default:
		return EDGE_NONE;
	}
}

/* ---- Attributes ---- */

static bool language_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '#' || c == '.' || c == '-' || c == '_';
}

#define CLASS_READ 256 /* bytes of a class attribute that are searched for a language; the same one may be around many blocks */

/* The language named by a class attribute; {NULL, 0} if there is none.  A name is at most 24 bytes. */
static mk_str language_in(mk_str classes)
{
	static const char *const prefixes[] = {"language-", "lang-", "highlight-source-"};
	classes.len = classes.len < CLASS_READ ? classes.len : CLASS_READ;
	if (!classes.len || !memchr(classes.p, '-', classes.len))
		return (mk_str){NULL, 0};
	for (size_t i = 0, end; i < classes.len; i = end + 1) {
		for (end = i; end < classes.len && !is_space(classes.p[end]); end++)
			;
		if ((classes.p[i] | 32) != 'l' && (classes.p[i] | 32) != 'h')
			continue;
		for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
			size_t skip = strlen(prefixes[k]);
			if (end - i <= skip || end - i > skip + 24 || !str_equals(classes.p + i, skip, prefixes[k]))
				continue;
			size_t at = i + skip;
			while (at < end && language_char(classes.p[at]))
				at++;
			if (at == end)
				return (mk_str){classes.p + i + skip, end - i - skip};
		}
	}
	return (mk_str){NULL, 0};
}

mk_str outline_language(const struct block *block)
{
	const struct node *n = block->from ? block->from->parent : NULL;
	int above_pre = -1; /* steps above pre: highlighters put the class on one of the one or two elements around it */
	for (int steps = 0; n && n->type == NODE_ELEMENT && steps < 8 && above_pre < 2; n = n->parent, steps++) {
		mk_str language = language_in(dom_value(n, ATTR_CLASS));
		if (language.p)
			return language;
		if (above_pre >= 0 || is_html(n, TAG_PRE))
			above_pre++;
	}
	return (mk_str){NULL, 0};
}

/* ---- Tables ---- */

static bool is_cell(const struct node *n)
{
	return is_html(n, TAG_TD) || is_html(n, TAG_TH);
}

static bool is_section(const struct node *n)
{
	return is_html(n, TAG_TBODY) || is_html(n, TAG_THEAD) || is_html(n, TAG_TFOOT);
}

static void grid_begin(struct grid *g)
{
	memset(g, 0, sizeof *g);
}

/*
 * Moves to the next row; before is the previous row, NULL for the first.  A row span ends with its row group (thead, tbody, tfoot).
 */
static void grid_row(struct grid *g, const struct node *before, const struct node *row)
{
	if (before)
		g->row++;
	if (before && before->parent != row->parent)
		memset(g->busy_until, 0, sizeof g->busy_until);
	g->column = 0;
}

/*
 * Places the next cell of the row and returns its first column, OUTLINE_COLUMNS_MOST if it is outside the grid.  Column spans are
 * cut at the edge of the grid, so the work and the memory do not depend on attribute values that a page can choose freely.
 */
static uint32_t grid_cell(struct grid *g, const struct node *cell)
{
	while (g->column < OUTLINE_COLUMNS_MOST && g->busy_until[g->column] > g->row)
		g->column++;
	uint32_t column = g->column;
	uint32_t across = (uint32_t)dom_integer(cell, ATTR_COLSPAN, 1, 1, 1000);
	uint32_t down = (uint32_t)dom_integer(cell, ATTR_ROWSPAN, 1, 0, 65534);
	uint32_t end = column + across < OUTLINE_COLUMNS_MOST ? column + across : OUTLINE_COLUMNS_MOST;
	if (down != 1)
		for (uint32_t i = column; i < end; i++)
			g->busy_until[i] = down ? g->row + down : UINT32_MAX;
	g->column = end;
	return column;
}

/* Measurements of a table, from one scan. */
struct table_facts {
	/*
	 * n_heads: th, or td with scope; n_filled: cells with text; n_slots: grid places up to each row's last cell, empty ones too
	 */
	uint32_t n_rows, n_cells, n_heads, n_filled, n_columns, n_slots;
	uint32_t n_lists, n_controls, n_pictures;
	uint32_t longest, total; /* characters except white space: of the longest cell, of all cells */
	bool caption, structure; /* caption: a caption element; structure: headings, quotes, code, sections or tables inside */
};

struct table_scan {
	struct grid grid;
	const struct node *row; /* latest row */
	uint32_t chars;     /* characters of the open cell, except white space */
	uint32_t row_end;   /* column after the start of the row's last cell */
};

static void scan_end_cell(struct table_scan *s, struct table_facts *f)
{
	if (s->chars > f->longest)
		f->longest = s->chars;
	f->total += s->chars;
	f->n_filled += s->chars > 0;
	s->chars = 0;
}

static void scan_element(struct table_scan *s, struct table_facts *f, const struct node *n)
{
	switch (n->tag) {
	case TAG_TR:
		scan_end_cell(s, f);
		grid_row(&s->grid, s->row, n);
		s->row = n;
		f->n_slots += s->row_end;
		s->row_end = 0;
		f->n_rows++;
		break;
	case TAG_TH:
	case TAG_TD:
		scan_end_cell(s, f);
		f->n_cells++;
		f->n_heads += n->tag == TAG_TH || dom_attr(n, ATTR_SCOPE);
		s->row_end = grid_cell(&s->grid, n) + 1;
		if (s->row_end > f->n_columns)
			f->n_columns = s->row_end;
		break;
	case TAG_CAPTION:
		f->caption = true;
		break;
	case TAG_UL: case TAG_OL: case TAG_DL: case TAG_MENU: case TAG_DIR:
		f->n_lists++;
		break;
	case TAG_INPUT: case TAG_SELECT: case TAG_BUTTON: case TAG_TEXTAREA:
		f->n_controls++;
		break;
	case TAG_IMG:
		f->n_pictures++;
		break;
	case TAG_TABLE: case TAG_PRE: case TAG_BLOCKQUOTE: case TAG_ARTICLE: case TAG_SECTION: case TAG_HR: case TAG_TEMPLATE:
	case TAG_H1: case TAG_H2: case TAG_H3: case TAG_H4: case TAG_H5: case TAG_H6:
		f->structure = true;
		break;
	default:
		break;
	}
}

/* Stops at the first sign of structure.  A nested table is such a sign, so it is not scanned again for each table around it. */
static struct table_facts scan_table(const struct node *table)
{
	struct table_facts f = {0};
	struct table_scan s = {0};
	grid_begin(&s.grid);
	const struct node *n = dom_next(table, table);
	while (n && !f.structure) {
		if (n->type == NODE_TEXT && f.n_cells)
			for (uint32_t i = 0; i < n->len; i++)
				s.chars += !is_space(n->u.text[i]) && ((unsigned char)n->u.text[i] & 0xC0) != 0x80;
		bool html = n->type == NODE_ELEMENT && n->ns == NS_HTML && n->tag < N_TAGS;
		if (html)
			scan_element(&s, &f, n);
		n = html && tag_rows[n->tag].flags & TAGF_NO_TEXT ? dom_next_outside(n, table) : dom_next(n, table);
	}
	scan_end_cell(&s, &f);
	f.n_slots += s.row_end;
	return f;
}

/*
 * Whether a table holds data.  If it has header cells or a caption, a cell may be as long as a paragraph.  Otherwise the cells must
 * be short, without lists or form controls, at least half of them filled, and the rows of similar length: this distinguishes rows
 * of values from a page laid out in two columns.
 */
static bool judge_table(const struct node *table, const struct table_facts *f)
{
	mk_str role = dom_value(table, ATTR_ROLE);
	if (role.p && (str_equals(role.p, role.len, "presentation") || str_equals(role.p, role.len, "none")))
		return false;
	if (f->structure || f->n_rows < 2 || f->n_columns < 2)
		return false;
	if (f->n_heads || f->caption)
		return f->longest <= 2000;
	return !f->n_lists && !f->n_controls && f->longest <= 240 && f->total <= 60 * f->n_filled && 2 * f->n_pictures <= f->n_cells &&
	       2 * f->n_filled >= f->n_cells && 4 * (uint64_t)f->n_cells >= 3 * (uint64_t)f->n_rows * f->n_columns;
}

/*
 * Whether a table can be drawn as a grid.  A grid may have empty places, but their number is limited in proportion to the cells, so
 * the size of the output is bounded by the size of the table and not by its span attributes.
 */
static bool is_grid(const struct table_facts *f)
{
	return f->n_columns <= OUTLINE_COLUMNS_MOST && f->n_slots <= 4 * (uint64_t)f->n_cells + OUTLINE_COLUMNS_MOST;
}

/*
 * Sets MK_WARN_TABLE if a data table with kept blocks is too large to be drawn as a grid.  A table inside a pre is written as text
 * and does not count.  Containers are in document order, so one pass over the blocks is enough; and the scan of a table stops where
 * a nested table begins, so no node is scanned twice.
 */
void outline_check_tables(mk_page *pg)
{
	const uint32_t n = pg->article.n_blocks;
	uint32_t kept = 0, pre_end = 0; /* index of the next kept block; index after the last block of the latest pre */
	for (uint32_t i = 1; i < pg->n_containers; i++) {
		const struct container *c = &pg->containers[i];
		if (is_html(c->node, TAG_PRE) && c->end > pre_end)
			pre_end = c->end;
		if (!is_html(c->node, TAG_TABLE))
			continue;
		while (kept < n && (kept < c->first || !pg->blocks[kept].pub.keep))
			kept++;
		if (kept >= c->end || c->first < pre_end)
			continue;
		const struct table_facts f = scan_table(c->node);
		if (judge_table(c->node, &f) && !is_grid(&f)) {
			warn(pg, MK_WARN_TABLE);
			return;
		}
	}
}

bool outline_is_data_table(mk_page *pg, const struct node *table)
{
	(void)pg;
	struct table_facts f = scan_table(table);
	return judge_table(table, &f);
}

/* The row after row; the first row of the table if row is NULL.  Skips rows of nested tables. */
static const struct node *next_row(const struct node *table, const struct node *row)
{
	const struct node *n = row ? dom_next_outside(row, table) : dom_next(table, table);
	while (n && !is_html(n, TAG_TR))
		n = is_section(n) ? dom_next(n, table) : dom_next_outside(n, table);
	return n;
}

/*
 * Advances the open table's grid to row.  Rows without kept blocks are passed cell by cell, since their row spans occupy columns.
 */
static void reach_row(struct outline *o, struct outline_part *table, const struct node *row)
{
	for (const struct node *n; table->last != row && (n = next_row(table->node, table->last)); table->last = n) {
		grid_row(&o->grid, table->last, n);
		if (n != row)
			for (const struct node *cell = first_child(n); cell; cell = cell->next)
				if (is_cell(cell))
					grid_cell(&o->grid, cell);
	}
}

/* Advances the grid to a cell of the open row and returns its column.  Cells without kept blocks take up columns too. */
static uint32_t reach_cell(struct outline *o, struct outline_part *row, const struct node *cell)
{
	const struct node *n = row->last ? row->last->next : first_child(row->node);
	uint32_t column = 0;
	for (; n; n = n->next) {
		if (is_cell(n))
			column = grid_cell(&o->grid, n);
		if (n == cell)
			break;
	}
	row->last = cell;
	return column;
}

/* ---- Containers ---- */

/* Sets number so that the first item gets the number of HTML's start attribute; by default a reversed list counts down to 1. */
static void open_list(struct outline_part *list)
{
	const struct node *n = list->node;
	list->ordered = is_html(n, TAG_OL);
	list->step = 1;
	if (!list->ordered)
		return;
	int64_t start = 1;
	if (dom_attr(n, ATTR_REVERSED)) {
		list->step = -1;
		start = 0;
		for (const struct node *child = first_child(n); child; child = child->next)
			start += is_html(child, TAG_LI);
	}
	list->number = dom_integer(n, ATTR_START, start, INT32_MIN, INT32_MAX) - list->step;
}

/* Numbers an item.  Dropped items before it are counted too, so a kept item has the number that a reader of the page sees. */
static void open_item(struct outline *o, struct outline_part *item)
{
	struct outline_part *list = o->n_containers > 1 ? item - 1 : NULL;
	if (!list || list->kind != CONTAINER_LIST)
		return;
	const struct node *n = list->last ? list->last->next : first_child(list->node);
	if (item->node->parent != list->node)
		n = item->node;
	for (; n; n = n->next) {
		if (is_html(n, TAG_LI))
			list->number = dom_integer(n, ATTR_VALUE, list->number + list->step, INT32_MIN, INT32_MAX);
		if (n == item->node)
			break;
	}
	if (item->node->parent == list->node)
		list->last = item->node;
	item->number = list->number;
}

static void open_table(struct outline *o, struct outline_part *table, const struct table_facts *f)
{
	table->n_columns = f->n_columns;
	table->grid = is_grid(f);
	grid_begin(&o->grid);
}

/*
 * The kind of container that n is in its present context.  A list directly in a list, outside its items, is not a container: its
 * items belong to the outer list.  Inside a cell or a pre there are no containers.  For an element that may be a table, sets *f.
 */
static enum container_kind container_of(struct outline *o, const struct node *n, struct table_facts *f)
{
	const struct outline_part *top = outline_top(o);
	enum container_kind in = top ? (enum container_kind)top->kind : CONTAINER_NONE;
	if (n->ns != NS_HTML || n->type != NODE_ELEMENT || in == CONTAINER_CELL || in == CONTAINER_PRE)
		return CONTAINER_NONE;
	switch (n->tag) {
	case TAG_BLOCKQUOTE:
		return CONTAINER_QUOTE;
	case TAG_UL: case TAG_OL: case TAG_MENU: case TAG_DIR:
		return in == CONTAINER_LIST ? CONTAINER_NONE : CONTAINER_LIST;
	case TAG_LI:
		return CONTAINER_ITEM;
	case TAG_PRE:
		return CONTAINER_PRE;
	case TAG_TABLE:
		*f = scan_table(n);
		return judge_table(n, f) ? CONTAINER_TABLE : CONTAINER_NONE;
	case TAG_TR:
		return in == CONTAINER_TABLE ? CONTAINER_ROW : CONTAINER_NONE;
	case TAG_TD: case TAG_TH:
		return in == CONTAINER_ROW ? CONTAINER_CELL : CONTAINER_NONE;
	default:
		return CONTAINER_NONE;
	}
}

/* Enters one ancestor of the next block.  Returns whether it is a container. */
static bool outline_enter(struct outline *o, const struct node *n)
{
	struct table_facts f;
	enum container_kind kind = container_of(o, n, &f);
	enum edge_kind span = span_of(n);
	level_push(o, n, kind);
	if (span != EDGE_NONE && !o->spans[span])
		o->spans[span] = n;
	if (kind == CONTAINER_NONE)
		return false;
	struct outline_part *c = &o->containers[o->n_containers++];
	*c = (struct outline_part){.node = n, .kind = (uint8_t)kind};
	switch (kind) {
	case CONTAINER_LIST:
		open_list(c);
		break;
	case CONTAINER_ITEM:
		open_item(o, c);
		break;
	case CONTAINER_TABLE:
		open_table(o, c, &f);
		break;
	case CONTAINER_ROW:
		reach_row(o, c - 1, n);
		c->number = o->grid.row;
		break;
	case CONTAINER_CELL:
		c->column = reach_cell(o, c - 1, n);
		c->head = is_html(n, TAG_TH);
		break;
	default:
		break;
	}
	return true;
}

/* Leaves the innermost level.  Returns whether it was a container. */
static bool outline_leave(struct outline *o)
{
	const struct outline_level *level = level_pop(o);
	for (unsigned i = 0; i < N_SPANS; i++)
		if (o->spans[i] == level->node)
			o->spans[i] = NULL;
	if (level->kind == CONTAINER_NONE)
		return false;
	o->n_containers--;
	return true;
}

/* Sets keep and path: how many open levels are also ancestors of leaf, and which ancestors remain to be entered. */
static void plan_path(struct outline *o, const struct node *leaf)
{
	o->n_path = 0;
	o->keep = 0;
	for (const struct node *n = leaf ? leaf->parent : NULL; n && o->n_path < OUTLINE_DEPTH_MOST; n = n->parent) {
		o->keep = level_find(o, n);
		if (o->keep)
			break;
		o->path[o->n_path++] = n;
	}
	if (o->keep + o->n_path > OUTLINE_DEPTH_MOST) /* cannot happen: the tree has at most half this depth; guards the arrays */
		o->n_path = 0;
}

/* ---- Pictures ---- */

/* Takes what an address or the alternative text of a picture takes when it is written.  If there is not enough room for it, no
 * further address is written. */
static bool take_room(struct outline *o, mk_str s)
{
	size_t cost = s.len;
	const char *end = s.len ? s.p + s.len : s.p;
	for (const char *p = s.p; p < end && (p = memchr(p, '&', (size_t)(end - p))); p++)
		cost += 5; /* no other character takes more than three */
	if (cost >= o->room)
		warn(o->pg, MK_WARN_OUTPUT);
	o->room = cost < o->room ? o->room - cost : 0;
	return o->room > 0;
}

mk_str outline_candidate(mk_str set)
{
	if (set.len > 2 * URL_LONGEST) /* one source element can be read for many pictures */
		set.len = 2 * URL_LONGEST;
	while (set.len && (is_space(*set.p) || *set.p == ','))
		set.p++, set.len--;
	size_t end = 0;
	while (end < set.len && !is_space(set.p[end]))
		end++;
	while (end && set.p[end - 1] == ',')
		end--;
	return (mk_str){end ? set.p : NULL, end};
}

static bool is_address(struct outline *o, mk_str s, mk_str *out)
{
	s = str_trim(s);
	return s.len && s.len <= URL_LONGEST && !(s.len >= 7 && str_equals(s.p, 7, "mailto:")) && take_room(o, s) &&
	       url_link(o->pg, s, out) && out->len;
}

/*
 * The first of the source elements that belong to an img: those of the picture element around it that come before it and after any
 * other element in between, so that none of them is read for more than one img.
 */
static const struct node *first_source(const struct node *img)
{
	const struct node *first = NULL;
	if (!img->parent || !is_html(img->parent, TAG_PICTURE))
		return NULL;
	for (const struct node *n = img->prev; n && (!is_element(n) || is_html(n, TAG_SOURCE)); n = n->prev)
		first = n;
	return first;
}

/* Whether an img may have an address.  Most that have none need no further look. */
static bool may_have_source(const struct node *img)
{
	for (uint32_t i = 0; i < img->len; i++)
		for (size_t k = 0; k < sizeof picture_attrs / sizeof *picture_attrs; k++)
			if (img->u.attrs[i].id == picture_attrs[k])
				return true;
	return img->parent && is_html(img->parent, TAG_PICTURE);
}

/*
 * Finds the address of an img: first the data attributes in which lazy loaders keep it, since src is then only a placeholder; next
 * src; last the first candidate of a srcset, of the img itself or of a source element in the picture element around it.
 */
static bool picture_source(struct outline *o, const struct node *img, mk_str *out)
{
	static const enum attr_id plain[] = {ATTR_DATA_SRC, ATTR_DATA_LAZY_SRC, ATTR_DATA_ORIGINAL};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (is_address(o, dom_value(img, plain[i]), out))
			return true;
	if (is_address(o, dom_value(img, ATTR_SRC), out))
		return true;
	if (is_address(o, outline_candidate(dom_value(img, ATTR_SRCSET)), out) ||
	    is_address(o, outline_candidate(dom_value(img, ATTR_DATA_SRCSET)), out))
		return true;
	const struct node *source = first_source(img);
	for (int tries = 0; source && source != img && tries < 8; source = source->next, tries++)
		if (is_html(source, TAG_SOURCE) && is_address(o, outline_candidate(dom_value(source, ATTR_SRCSET)), out))
			return true;
	return false;
}

/*
 * Whether a picture directly before this block is among kept blocks.  True if there is a kept block on both sides, with at most two
 * dropped blocks (a credit, a button) between it and the picture; and for a picture directly before the first kept block, which is
 * the lead picture of the article.
 */
static bool stands_among(const struct outline *o, uint32_t before)
{
	if (before >= o->end_kept)
		return false;
	if (before <= o->first_kept)
		return before == o->first_kept;
	bool left = false, right = false;
	for (uint32_t k = 0; k < 3; k++) {
		left |= before > k && shows(o, before - 1 - k);
		right |= before + k < o->end_kept && shows(o, before + k);
	}
	return left && right;
}

#define LEAD_MOST 12 /* blocks between a lead picture and the first kept block: caption, byline, buttons */

/*
 * Whether picture i belongs to the article.  A picture with a caption of its own may be anywhere from LEAD_MOST blocks before the
 * first kept block to directly after the last: captions are often dropped themselves, and a gallery has many of them in a row.
 */
bool outline_has_picture(const struct outline *o, uint32_t i)
{
	struct image *image = &o->pg->images[i];
	if (o->pg->pictures || stands_among(o, image->before)) /* an unpacked page has no others */
		return true;
	if (!o->end_kept || image->before > o->end_kept || image->before + LEAD_MOST < o->first_kept)
		return false;
	if (!image->captioned) /* every writer asks */
		image->captioned = picture_has_caption(o->pg, image->node) ? 2 : 1;
	return image->captioned == 2;
}

/*
 * Sets *out to the address of a picture that is to be shown.  Returns false if the picture is a tracking pixel (width or height at
 * most 2), has no usable address, or repeats the picture shown last, as the copy of a lazily loaded img in a noscript does.
 */
static bool picture_shows(struct outline *o, const struct node *node, mk_str *out)
{
	const struct arena_mark mark = arena_mark(&o->pg->arena);
	if (dom_integer(node, ATTR_WIDTH, 100, 0, 100) <= 2 || dom_integer(node, ATTR_HEIGHT, 100, 0, 100) <= 2 || !o->room ||
	    !picture_source(o, node, out))
		return false;
	if (out->len == o->source.len && memcmp(out->p, o->source.p, out->len) == 0) {
		arena_rewind(&o->pg->arena, mark);
		return false;
	}
	if (!take_room(o, *out) || !take_room(o, dom_value(node, ATTR_ALT)))
		return false;
	o->source = *out;
	return true;
}

/* Finds the next picture before the next block of the outline.  Pictures inside that block are left to outline_edges(). */
static bool seek_picture(struct outline *o)
{
	const mk_page *pg = o->pg;
	const struct block *next = o->at < o->end_kept ? &pg->blocks[o->at] : NULL;
	for (; o->at_picture < pg->n_images; o->at_picture++) {
		const struct image *image = &pg->images[o->at_picture];
		if (next && (image->before > o->at || (image->before == o->at && next->from && image->node->src > next->from->src)))
			return false;
		mk_str source;
		if (may_have_source(image->node) && outline_has_picture(o, o->at_picture) && picture_shows(o, image->node, &source)) {
			o->picture = image->node;
			o->at_picture++;
			return true;
		}
	}
	return false;
}

/* ---- Events ---- */

/* Spans and points that a quarter of a budget allows: one takes up to 16 bytes, or 64 if it is a line break with a margin. */
static uint32_t most_edges(size_t budget)
{
	return (uint32_t)(budget / 64 < UINT32_MAX / 4 ? budget / 64 : UINT32_MAX / 4);
}

static void set_budget(struct outline *o, size_t most)
{
	const size_t room = output_room(o->pg);
	o->most = most < room ? most : room;
	o->room = o->most / 8;
	o->most_edges = most_edges(o->most);
}

void outline_begin(struct outline *o, mk_page *pg, unsigned flags)
{
	memset(o, 0, offsetof(struct outline, levels));
	memset(o->slots, 0, sizeof o->slots);
	o->pg = pg;
	o->pictures = (flags & OUTLINE_PICTURES) && pg->n_images;
	o->comments = flags & OUTLINE_COMMENTS;
	o->all = flags & OUTLINE_ALL;
	o->end_kept = pg->article.n_blocks;
	while (o->end_kept && !shows(o, o->end_kept - 1))
		o->end_kept--;
	while (o->first_kept < o->end_kept && !shows(o, o->first_kept))
		o->first_kept++;
	o->at = o->first_kept;
	set_budget(o, OUTPUT_MOST(pg));
}

void outline_write(struct outline *o, struct buf *b, size_t most)
{
	size_t n = 0;
	o->out = b;
	set_budget(o, most);
	b->most = o->most;
	for (uint32_t i = o->first_kept; i < o->end_kept; i++)
		n += shows(o, i);
	n = n < o->most / sizeof *o->ranges ? n : o->most / sizeof *o->ranges;
	o->ranges = arena_array(&o->pg->arena, n + 1, sizeof *o->ranges);
}

void outline_stop(struct outline *o)
{
	warn(o->pg, MK_WARN_OUTPUT);
	o->at = o->end_kept;
	o->pictures = false;
}

/* Bytes of text that take at most `room` bytes when they are written: letters take one, and other characters up to six. */
static size_t text_that_fits(mk_str text, size_t room)
{
	size_t i = 0;
	if (text.len <= room / 6)
		return text.len;
	for (; i < text.len; i++) {
		const char c = text.p[i];
		const size_t cost = is_alnum(c) || c == ' ' || (unsigned char)c >= 0x80 ? 1 : 6;
		if (cost > room)
			break;
		room -= cost;
	}
	i = utf8_whole(text.p, text.len, i);
	while (i && is_space(text.p[i - 1]))
		i--;
	return i;
}

/*
 * Divides what is left of the budget of the output.  The text of the next block may take three eighths, spans and pictures in it a
 * quarter, line breaks another quarter, and addresses an eighth.  Returns false if no more text fits.
 */
static bool share_budget(struct outline *o)
{
	const size_t used = o->out->len + o->n_ranges * sizeof *o->ranges, left = used < o->most ? o->most - used : 0;
	o->most_edges = most_edges(left);
	o->room = o->room < left / 8 ? o->room : left / 8;
	if (o->at >= o->end_kept)
		return left > 0;
	const mk_str text = o->pg->blocks[o->at].pub.text;
	o->text = (mk_str){text.p, text_that_fits(text, left / 8 * 3)};
	return o->text.len > 0;
}

/*
 * Selects the next picture or block and plans the path to it.  Returns false at the end, when only open levels remain to be closed.
 */
static bool outline_seek(struct outline *o)
{
	while (o->at < o->end_kept && !shows(o, o->at))
		o->at++;
	if (o->out && (o->at < o->end_kept || o->pictures) && !share_budget(o))
		outline_stop(o);
	if (o->pictures && seek_picture(o)) {
		o->ready = OUTLINE_PICTURE;
		plan_path(o, o->picture);
		return true;
	}
	if (o->at >= o->end_kept) {
		o->keep = 0;
		return false;
	}
	o->block = &o->pg->blocks[o->at++];
	if (!o->out)
		o->text = o->block->pub.text;
	else if (o->text.len < o->block->pub.text.len)
		outline_stop(o);
	o->ready = OUTLINE_BLOCK;
	plan_path(o, o->block->from);
	return true;
}

/* First leaves the levels that the next block does not share, then enters its other ancestors, then reports the block itself. */
enum outline_event outline_next(struct outline *o)
{
	for (;;) {
		if (o->n_levels > o->keep) {
			if (outline_leave(o))
				return OUTLINE_CLOSE;
		} else if (o->n_path) {
			o->keep++;
			if (outline_enter(o, o->path[--o->n_path]))
				return OUTLINE_OPEN;
		} else if (o->ready) {
			enum outline_event event = o->ready;
			o->ready = OUTLINE_END;
			return event;
		} else if (!outline_seek(o) && !o->n_levels) {
			return OUTLINE_END;
		}
	}
}

/* ---- Inline edges ---- */

/* State while the edges of one block are read. */
struct marking {
	struct outline *o;
	mk_str text;                       /* text of the block */
	uint32_t at;                       /* offset in text after the leaves read so far */
	size_t next;                       /* offset after the white space at `at`, plus 1, if it is larger: for find_leaf() */
	uint32_t loose;                    /* edges from this index on have no offset yet: the next text or picture sets it */
	const struct node *spans[N_SPANS]; /* for each kind: its outermost open element; elements of that kind inside add nothing */
	uint32_t opened[N_SPANS];          /* index of its opening edge; UINT32_MAX if it has none: a link with an unsafe address */
};

static struct edge *add_edge(struct marking *m, enum edge_kind kind, const struct node *node, bool open)
{
	struct outline *o = m->o;
	if (o->n_edges == o->cap_edges) {
		uint32_t cap = o->cap_edges ? 2 * o->cap_edges : 64;
		struct edge *edges = arena_array(&o->pg->arena, cap, sizeof *edges);
		if (o->n_edges)
			memcpy(edges, o->edges, o->n_edges * sizeof *edges);
		o->edges = edges;
		o->cap_edges = cap;
	}
	struct edge *edge = &o->edges[o->n_edges++];
	*edge = (struct edge){.node = node, .at = m->at, .kind = (uint8_t)kind, .open = open};
	return edge;
}

/* Whether the budget allows a further span or point; parts: 4 if it is a line break, see most_edges(). */
static bool may_add_edge(struct marking *m, uint32_t parts)
{
	if (m->o->n_edges < m->o->most_edges / parts)
		return true;
	warn(m->o->pg, MK_WARN_OUTPUT);
	return false;
}

static void span_open(struct marking *m, enum edge_kind kind, const struct node *node)
{
	mk_str link = {NULL, 0};
	m->spans[kind] = node;
	m->opened[kind] = UINT32_MAX;
	if (!may_add_edge(m, 1))
		return;
	if (kind == EDGE_LINK &&
	    (!m->o->room || !url_link(m->o->pg, dom_value(node, ATTR_HREF), &link) || !take_room(m->o, link)))
		return;
	m->opened[kind] = m->o->n_edges;
	add_edge(m, kind, node, true)->link = link;
}

static void span_close(struct marking *m, enum edge_kind kind)
{
	uint32_t opened = m->opened[kind];
	m->spans[kind] = NULL;
	if (opened == UINT32_MAX)
		return;
	if (opened >= m->loose) { /* the span is empty, so its opening edge is the last edge */
		m->o->n_edges = opened;
		return;
	}
	add_edge(m, kind, NULL, false);
	struct edge *edges = m->o->edges;
	uint32_t closed = m->o->n_edges - 1;
	m->loose = m->o->n_edges;
	while (edges[closed - 1].kind == EDGE_BREAK && edges[closed - 1].at == m->at) { /* a final line break goes after the span */
		edges[closed] = edges[closed - 1];
		closed--;
	}
	edges[closed] = (struct edge){.node = edges[opened].node, .at = m->at, .partner = opened, .kind = (uint8_t)kind};
	edges[opened].partner = closed;
}

/*
 * Sets the offset of the loose edges to `at`, where the next text starts.  If the first of them opens a span where a span of the
 * same kind has just closed, the two become one span.  Links are not joined, since each has its own address.
 */
static void place_edges(struct marking *m, uint32_t at)
{
	struct edge *edges = m->o->edges;
	for (uint32_t i = m->loose; i < m->o->n_edges; i++)
		edges[i].at = at;
	if (m->loose && m->loose < m->o->n_edges) {
		struct edge *before = &edges[m->loose - 1], *first = &edges[m->loose];
		if (before->kind == first->kind && before->kind < EDGE_LINK && !before->open && before->at == at) {
			m->opened[first->kind] = before->partner;
			before->kind = first->kind = EDGE_NONE;
		}
	}
	m->loose = m->o->n_edges;
}

/*
 * Adds a line break, before the spans that are about to open.  Several br elements in one place make one break.  A br where the
 * text has no white space is ignored, so a break cannot split a word.
 */
static void edge_of_break(struct marking *m, const struct node *n)
{
	if (m->at >= m->text.len || !is_space(m->text.p[m->at]) || !may_add_edge(m, 4))
		return;
	struct edge *before = m->loose ? &m->o->edges[m->loose - 1] : NULL;
	if (before && before->kind == EDGE_BREAK && before->at == m->at)
		return;
	struct edge line_break = *add_edge(m, EDGE_BREAK, n, false);
	struct edge *at = &m->o->edges[m->loose];
	memmove(at + 1, at, (m->o->n_edges - 1 - m->loose) * sizeof *at);
	*at = line_break;
	for (unsigned i = 0; i < N_SPANS; i++)
		if (m->spans[i] && m->opened[i] != UINT32_MAX && m->opened[i] >= m->loose)
			m->opened[i]++;
	m->loose++;
}

/* Opens the spans of elements around the block, outermost first. */
static void open_outer_spans(struct marking *m)
{
	const struct outline *o = m->o;
	for (uint32_t above = 0, depth;; above = depth) {
		unsigned next = N_SPANS;
		depth = UINT32_MAX;
		for (unsigned i = 0; i < N_SPANS; i++) {
			uint32_t d = o->spans[i] ? level_find(o, o->spans[i]) : 0;
			if (d > above && d < depth) {
				depth = d;
				next = i;
			}
		}
		if (next == N_SPANS)
			return;
		span_open(m, (enum edge_kind)next, o->spans[next]);
	}
}

/* Closes the spans that are still open at the end of the block, innermost first. */
static void close_all_spans(struct marking *m)
{
	for (;;) {
		unsigned next = N_SPANS;
		for (unsigned i = 0; i < N_SPANS; i++)
			if (m->spans[i] && (next == N_SPANS || m->opened[next] == UINT32_MAX ||
			                    (m->opened[i] != UINT32_MAX && m->opened[i] > m->opened[next])))
				next = i;
		if (next == N_SPANS)
			return;
		span_close(m, (enum edge_kind)next);
	}
}

static void span_enter(struct marking *m, const struct node *n)
{
	enum edge_kind kind = span_of(n);
	if (kind != EDGE_NONE && !m->spans[kind])
		span_open(m, kind, n);
}

static void span_leave(struct marking *m, const struct node *n)
{
	for (unsigned i = 0; i < N_SPANS; i++)
		if (m->spans[i] == n)
			span_close(m, (enum edge_kind)i);
}

/* Whether u can be the first byte of an odd space, see odd_space(). */
static inline bool is_odd_lead(unsigned char u)
{
	return u < 0x20 || u == 0xC2 || u == 0xE2 || u == 0xE3 || u == 0xEF;
}

/* Bytes of the odd space at p, 0 if there is none: white space or an invisible character that is_space() does not recognise. */
static inline size_t odd_space(const char *p, size_t len)
{
	const unsigned char *u = (const unsigned char *)p;
	if (!is_odd_lead(u[0]))
		return 0;
	if (u[0] < 0x20)
		return !is_space(*p);
	if (len >= 2 && u[0] == 0xC2 && (u[1] == 0xA0 || u[1] == 0xAD || u[1] == 0x85))
		return 2;
	if (len < 3)
		return 0;
	if (u[0] == 0xE2 && u[1] == 0x80) /* spaces of other widths, zero-width characters, line separators, direction marks */
		return u[2] <= 0x8F || (u[2] >= 0xA8 && u[2] <= 0xAF) ? 3 : 0;
	if (u[0] == 0xE2 && u[1] == 0x81)
		return u[2] >= 0x9F && u[2] <= 0xA4 ? 3 : 0;
	return (u[0] == 0xE3 && u[1] == 0x80 && u[2] == 0x80) || (u[0] == 0xEF && u[1] == 0xBB && u[2] == 0xBF) ? 3 : 0;
}

/* Bytes of white space at p, odd spaces included. */
static size_t space_before(const char *p, size_t len)
{
	size_t i = 0;
	for (size_t odd = 0; i < len && (is_space(p[i]) || (odd = odd_space(p + i, len - i))); odd = 0)
		i += odd ? odd : 1;
	return i;
}

/*
 * The fast path of find_leaf(): how many bytes p and text have in common at their start, counted up to the first byte that may
 * begin white space which is_space() does not recognise, see odd_space().
 */
static size_t same_run(const char *p, const char *text, size_t len)
{
	size_t i = 0;
	while (i < len && p[i] == text[i] && !is_odd_lead((unsigned char)p[i]))
		i++;
	return i;
}

/*
 * Finds the characters of a leaf in the block's text, from m->at on, ignoring white space in both.  On success sets *start to the
 * offset of the first character and m->at to the offset after the last.  Writers write the block's text; the leaves only determine
 * where edges go.  So no text can be lost or duplicated here, whatever block_split() did to the white space.
 */
static bool find_leaf(struct marking *m, const char *p, size_t len, uint32_t *start)
{
	const char *text = m->text.p;
	size_t i = 0, j = m->at, n = m->text.len;
	i += space_before(p, len);
	if (i == len) { /* a blank leaf; but a zero-width space in it is a character of the text */
		for (size_t k = 0, odd; k < len; k += odd ? odd : 1) {
			size_t at = m->at + (m->at < n && is_space(text[m->at]));
			if ((odd = odd_space(p + k, len - k)) && n - at >= odd && !memcmp(p + k, text + at, odd))
				m->at = (uint32_t)(at + odd);
		}
		return false;
	}
	if (m->next <= j) /* else leaves that are not in the text would all pass the same white space */
		m->next = j + space_before(text + j, n - j) + 1;
	j = m->next - 1;
	if (j == n)
		return false;
	*start = (uint32_t)j;
	while (i < len && j < n) {
		size_t odd, same = same_run(p + i, text + j, len - i < n - j ? len - i : n - j);
		if (same) {
			i += same;
			j += same;
		} else if ((odd = odd_space(p + i, len - i))) {
			if (n - j >= odd && !memcmp(p + i, text + j, odd))
				j += odd;
			i += odd;
		} else if (!is_space(p[i]) && (odd = odd_space(text + j, n - j))) {
			j += odd;
		} else if (p[i] == text[j]) {
			i++, j++;
		} else if (is_space(p[i])) {
			i++;
		} else if (is_space(text[j])) {
			j++;
		} else {
			return false;
		}
	}
	while (j > *start && is_space(text[j - 1]))
		j--;
	if (j <= *start)
		return false;
	m->at = (uint32_t)j;
	return true;
}

static void edges_of_leaf(struct marking *m, const struct node *n)
{
	const char *p = n->u.text;
	size_t len = n->len, skip = 0;
	const struct block *block = m->o->block;
	/* Several blocks may share a text node; skip the part before this block. */
	const bool as_in_page = m->o->pg->pictures ? n->flags & NODE_SHARED : p == m->o->pg->text + n->src;
	if (n == block->from && as_in_page && block->pub.from > n->src && block->pub.from - n->src < len)
		skip = block->pub.from - n->src;
	uint32_t start;
	if (find_leaf(m, p + skip, len - skip, &start))
		place_edges(m, start);
}

/*
 * Adds an edge for a picture inside the block.  A span that contains only the picture is kept, since the picture places its edges.
 */
static void edge_of_picture(struct marking *m, const struct node *n)
{
	struct outline *o = m->o;
	mk_str source;
	while (o->at_picture < o->pg->n_images && o->pg->images[o->at_picture].node != n &&
	       o->pg->images[o->at_picture].node->src < n->src)
		o->at_picture++;
	if (o->at_picture == o->pg->n_images || o->pg->images[o->at_picture].node != n)
		return;
	o->at_picture++;
	if (!may_add_edge(m, 1) || !picture_shows(o, n, &source))
		return;
	place_edges(m, m->at);
	add_edge(m, EDGE_PICTURE, n, false)->link = source;
	m->loose = o->n_edges;
}

static bool no_text_inside(const struct node *n)
{
	return n->ns == NS_HTML && n->tag < N_TAGS && tag_rows[n->tag].flags & TAGF_NO_TEXT;
}

/* Reads n.  Returns whether its children are to be read too, in which case its span is open. */
static bool edges_of_node(struct marking *m, const struct node *n)
{
	/* Labels of a drawing are in blocks of their own only. */
	if (n->type == NODE_TEXT && (n->parent->ns != NS_SVG || m->o->block->from->parent->ns == NS_SVG))
		edges_of_leaf(m, n);
	if (n->type != NODE_ELEMENT)
		return false;
	if (is_html(n, TAG_BR))
		edge_of_break(m, n);
	else if (m->o->pictures && picture_is(m->o->pg, n))
		edge_of_picture(m, n);
	if (!first_child(n) || no_text_inside(n))
		return false;
	span_enter(m, n);
	return true;
}

void outline_edges(struct outline *o)
{
	const struct block *block = o->block;
	struct marking m = {.o = o, .text = o->text};
	o->n_edges = 0;
	if (!block->from || !block->to)
		return;
	open_outer_spans(&m);
	for (const struct node *n = block->from;;) {
		bool inside = edges_of_node(&m, n);
		if (n == block->to)
			break;
		if (inside) {
			n = first_child(n);
			continue;
		}
		while (!n->next && n->parent && n->parent != block->box) {
			n = n->parent;
			span_leave(&m, n);
		}
		if (!n->next)
			break;
		n = n->next;
	}
	close_all_spans(&m);
}
