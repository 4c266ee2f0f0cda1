/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c - outline -> plain text; and the margin, which the Markdown writer uses too.
 *
 * The text of each kept block, or of each block of the readers' comments, is written once, in page order, exactly as block_split()
 * produced it; only white space at the end of code is omitted.  Added are an empty line between paragraphs, "- " or "1. " and
 * indentation for list items, and for a data table one line for each row with tabs between the cells.
 *
 * The list markers are part of the text on purpose, since lists are hard to read without them; an item has the number that the page
 * shows.  Quotes and headings are not marked in plain text.
 */
#include "outline.h"

/* ---- Margin ---- */

void margin_begin(struct margin *m, struct buf *b, bool quotes)
{
	memset(m, 0, offsetof(struct margin, line));
	m->b = b;
	m->quotes = quotes;
	m->closed_len = UINT32_MAX;
}

/*
 * Appends one nesting level to the margin, if there is room.  The len bytes of first go to the next line.  With repeat they go to
 * the lines after it too; otherwise those lines are indented by len spaces.
 */
static void margin_push(struct margin *m, const char *first, bool repeat, uint32_t len)
{
	if (m->len + len > MARGIN_MOST) {
		m->tight = false; /* an item without a marker is a paragraph, which needs an empty line before it */
		return;
	}
	memcpy(m->first + m->len, first, len);
	if (repeat)
		memcpy(m->line + m->len, first, len);
	else
		memset(m->line + m->len, ' ', len);
	m->len += len;
}

/* Adds the marker of the item that has just opened.  Several fresh items may share a line: "- 1. text". */
static void margin_item(struct margin *m, const struct outline *o)
{
	const struct outline_part *item = &o->containers[o->n_containers - 1];
	const struct outline_part *list = o->n_containers > 1 && item[-1].kind == CONTAINER_LIST ? item - 1 : NULL;
	bool other = list && m->other[o->n_containers - 2];
	char marker[16];
	uint32_t len = 0;
	if (!m->fresh)
		m->far = list && list->ordered && item->number != 1;
	m->fresh = true;
	if (list && list->ordered) {
		/* CommonMark allows at most nine digits and no negative numbers. */
		uint32_t number = item->number < 0 ? 0 : item->number > 999999999 ? 999999999 : (uint32_t)item->number;
		uint32_t scale = 1;
		while (number / scale >= 10)
			scale *= 10;
		for (; scale; scale /= 10)
			marker[len++] = (char)('0' + number / scale % 10);
		marker[len++] = other ? ')' : '.';
	} else {
		marker[len++] = other ? '*' : '-';
	}
	marker[len++] = ' ';
	margin_push(m, marker, false, len);
}

void margin_open(struct margin *m, struct outline *o)
{
	const struct outline_part *c = outline_top(o);
	size_t i = (size_t)(c - o->containers);
	m->before[i] = (uint8_t)m->len;
	if (c->kind == CONTAINER_QUOTE && m->quotes) {
		m->tight = false;
		margin_push(m, "> ", true, 2);
	} else if (c->kind == CONTAINER_LIST) {
		/* Directly after a list of the same type, CommonMark would continue that list unless the marker changes. */
		m->other[i] = m->quotes && m->closed_len == m->len && m->closed_ordered == c->ordered && !m->closed_other;
		if (m->closed_len == m->len)
			m->tight = false;
	} else if (c->kind == CONTAINER_ITEM) {
		m->closed_len = UINT32_MAX;
		margin_item(m, o);
	}
}

void margin_close(struct margin *m, const struct outline *o)
{
	const struct outline_part *c = outline_closed(o);
	m->len = m->before[o->n_containers];
	if (m->len < m->low)
		m->low = m->len;
	if (c->kind == CONTAINER_QUOTE)
		m->tight = false;
	if (c->kind == CONTAINER_LIST) {
		m->closed_len = m->len;
		m->closed_ordered = c->ordered;
		m->closed_other = m->other[o->n_containers];
	}
}

/* Writes the first len bytes of the margin for an empty line, without trailing spaces. */
static void margin_empty(struct margin *m, uint32_t len)
{
	while (len && m->line[len - 1] == ' ')
		len--;
	buf_add(m->b, m->line, len);
}

void margin_block(struct margin *m, bool paragraph)
{
	/*
	 * No empty line between the first paragraph of an item and the next item, except before a nested ordered list that starts
	 * at a number other than 1: such a list cannot interrupt a paragraph and would be read as part of it.
	 */
	bool close = m->tight && m->fresh && !(m->far && m->low >= m->at_block);
	if (m->started) {
		buf_char(m->b, '\n');
		if (!close) {
			margin_empty(m, m->low);
			buf_char(m->b, '\n');
		}
	}
	buf_add(m->b, m->first, m->len);
	memcpy(m->first, m->line, m->len);
	m->tight = m->fresh && paragraph;
	m->fresh = m->far = false;
	m->started = true;
	m->low = m->at_block = m->len;
	m->closed_len = UINT32_MAX;
}

void margin_line(struct margin *m)
{
	buf_char(m->b, '\n');
	buf_add(m->b, m->line, m->len);
}

void margin_end(struct margin *m)
{
	if (m->started)
		buf_char(m->b, '\n');
}

/*
 * Writes the blanks before the first line of code.  They are not in the block's text, which begins at its first character that is
 * not white space, so they are taken from the leaf.
 */
static void margin_indentation(struct margin *m, const struct block *block)
{
	const struct node *leaf = block->from;
	uint32_t end = 0, start;
	if (!leaf || leaf->type != NODE_TEXT)
		return;
	while (end < leaf->len && is_space(leaf->u.text[end]))
		end++;
	for (start = end; start && (leaf->u.text[start - 1] == ' ' || leaf->u.text[start - 1] == '\t');)
		start--;
	if (end < leaf->len && leaf->u.text[end] == block->pub.text.p[0])
		buf_add(m->b, leaf->u.text + start, end - start);
}

void margin_code(struct margin *m, struct outline *o)
{
	const char *p = o->text.p, *end = p + o->text.len;
	while (end > p && is_space(end[-1]))
		end--;
	if (p < end)
		margin_indentation(m, o->block);
	while (p < end) {
		const char *q = p;
		while (q < end && *q != '\n' && *q != '\r')
			q++;
		if (buf_room(m->b) < (size_t)(q - p) + 1024) { /* a margin can be longer than its line */
			outline_stop(o);
			return;
		}
		buf_add(m->b, p, (size_t)(q - p));
		if (q == end)
			return;
		p = q + (q[0] == '\r' && q + 1 < end && q[1] == '\n' ? 2 : 1);
		if (*p != '\n' && *p != '\r') {
			margin_line(m);
		} else {
			buf_char(m->b, '\n');
			margin_empty(m, m->len);
		}
	}
}

/* ---- Text ---- */

struct text_writer {
	struct outline o;
	struct margin m;
	const struct node *pre, *table, *row, *cell; /* around the previous block; pre and table are NULL if it was in none */
	uint32_t column;                             /* grid column reached in the open row */
};

/* Separates a block in a data table from the previous block, according to the table, row and cell of both. */
static void text_cell(struct text_writer *w, const struct outline_part *table, const struct outline_part *row, const struct outline_part *cell)
{
	if (table->node != w->table) {
		margin_block(&w->m, false);
		w->column = 0;
	} else if (row->node != w->row) {
		margin_line(&w->m);
		w->column = 0;
	} else if (cell->node == w->cell) {
		buf_char(w->m.b, ' ');
		return;
	} else if (!table->grid || w->column >= cell->column) {
		buf_char(w->m.b, '\t');
	}
	for (; table->grid && w->column < cell->column; w->column++)
		buf_char(w->m.b, '\t');
}

static void text_block(struct text_writer *w)
{
	struct outline *o = &w->o;
	struct buf *b = w->m.b;
	const struct block *block = o->block;
	const struct outline_part *cell = outline_top(o);
	const struct outline_part *pre = cell && cell->kind == CONTAINER_PRE ? cell : NULL;
	if (cell && cell->kind == CONTAINER_CELL) {
		text_cell(w, cell - 2, cell - 1, cell);
		w->table = cell[-2].node;
		w->row = cell[-1].node;
		w->cell = cell->node;
		buf_add(b, o->text.p, o->text.len);
		outline_span(o, b->len - o->text.len, b->len);
		w->pre = NULL;
		return;
	}
	w->table = NULL;
	if (pre && pre->node == w->pre)
		margin_line(&w->m);
	else
		margin_block(&w->m, !pre);
	w->pre = pre ? pre->node : NULL;
	const size_t from = b->len;
	if (pre || block->pub.kind == MK_BLOCK_CODE)
		margin_code(&w->m, o);
	else
		buf_add(b, o->text.p, o->text.len);
	outline_span(o, from, b->len);
}

void text_write(mk_page *pg, bool comments, struct buf *b, struct written *out)
{
	struct text_writer w;
	outline_begin(&w.o, pg, comments ? OUTLINE_COMMENTS : 0);
	outline_write(&w.o, b, out->most);
	margin_begin(&w.m, b, false);
	w.pre = w.table = w.row = w.cell = NULL;
	w.column = 0;
	for (enum outline_event event; (event = outline_next(&w.o)) != OUTLINE_END;) {
		if (event == OUTLINE_OPEN)
			margin_open(&w.m, &w.o);
		else if (event == OUTLINE_CLOSE)
			margin_close(&w.m, &w.o);
		else
			text_block(&w);
	}
	margin_end(&w.m);
	out->spans = w.o.ranges;
	out->n_spans = w.o.n_ranges;
}
