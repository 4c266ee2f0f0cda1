/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.c - outline -> a clean <article>.
 *
 * None of the page's markup is copied: all elements are generated from the outline, and the only attributes are href, src, alt,
 * class (of code) and value (of list items).  Addresses have been checked by url_link(), and all text is escaped, so no unsafe
 * markup of the page can reach the output.  The places that a table cell spans are written as empty cells, as in Markdown.
 */
#include "outline.h"

#define HTML_DEPTH_MOST 64 /* lists and quotes nested deeper are flattened, to stay within the limits of any parser */

struct html_writer {
	struct buf *b;
	uint32_t depth;                     /* open quotes, lists and items whose tags were written */
	uint32_t column;                    /* next column of the open row */
	bool table_open, pre_open;          /* a start tag was written and its end tag is due */
	const struct node *filled;          /* container of the latest block; NULL at the start of an item or cell */
	bool written[OUTLINE_DEPTH_MOST];   /* for each open container: its tags are written, not flattened */
	int64_t number[OUTLINE_DEPTH_MOST]; /* for each open list: number of the next item without a value attribute */
	struct outline o;
};

/* ---- Text ---- */

static void html_text(struct buf *b, const char *p, size_t len)
{
	if (!len)
		return; /* p may be NULL, and NULL + 0 is undefined behaviour in C */
	const char *end = p + len, *run = p;
	for (; p < end; p++) {
		const char *name = *p == '&' ? "&amp;" : *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : *p == '"' ? "&quot;" : NULL;
		if (!name)
			continue;
		buf_add(b, run, (size_t)(p - run));
		buf_str(b, name);
		run = p + 1;
	}
	buf_add(b, run, (size_t)(end - run));
}

static void html_attribute(struct buf *b, const char *name, mk_str value)
{
	buf_char(b, ' ');
	buf_str(b, name);
	buf_str(b, "=\"");
	html_text(b, value.p, value.len);
	buf_char(b, '"');
}

static void html_picture(struct buf *b, const struct node *node, mk_str source)
{
	mk_str alt = str_trim(dom_value(node, ATTR_ALT));
	buf_str(b, "<img");
	html_attribute(b, "src", source);
	html_attribute(b, "alt", alt);
	buf_char(b, '>');
}

static void html_edge(struct html_writer *w, unsigned flags, const struct edge *edge)
{
	static const char *const ends[N_SPANS][2] = {
	        [EDGE_STRONG] = {"</strong>", "<strong>"},
	        [EDGE_EM] = {"</em>", "<em>"},
	        [EDGE_CODE] = {"</code>", "<code>"},
	};
	struct buf *b = w->b;
	if (edge->kind == EDGE_PICTURE) {
		html_picture(b, edge->node, edge->link);
	} else if (edge->kind == EDGE_BREAK) {
		buf_str(b, "<br>");
	} else if (edge->kind == EDGE_LINK && !(flags & MK_NO_LINKS)) {
		buf_str(b, edge->open ? "<a" : "</a>");
		if (edge->open) {
			html_attribute(b, "href", edge->link);
			buf_char(b, '>');
		}
	} else if (edge->kind < N_SPANS && ends[edge->kind][0]) {
		buf_str(b, ends[edge->kind][edge->open]);
	}
}

static void html_inline(struct html_writer *w, unsigned flags)
{
	struct outline *o = &w->o;
	mk_str text = o->text;
	uint32_t at = 0;
	outline_edges(o);
	for (uint32_t i = 0; i < o->n_edges; i++) {
		const struct edge *edge = &o->edges[i];
		if (edge->at > at) { /* false after a line break, which skips the spaces after it */
			html_text(w->b, text.p + at, edge->at - at);
			at = edge->at;
		}
		html_edge(w, flags, edge);
		while (edge->kind == EDGE_BREAK && at < text.len && is_space(text.p[at]))
			at++;
	}
	html_text(w->b, text.p + at, text.len - at);
}

/* ---- Containers ---- */

static void html_end_table(struct html_writer *w)
{
	if (w->table_open)
		buf_str(w->b, "</table>\n");
	w->table_open = false;
}

static void html_end_pre(struct html_writer *w)
{
	if (w->pre_open)
		buf_str(w->b, "</code></pre>\n");
	w->pre_open = false;
}

/*
 * An item outside a list gets a list of its own.  value is written only if the number differs from the one the browser would count.
 */
static void html_open_item(struct html_writer *w, const struct outline_part *item, uint32_t i)
{
	bool list = i && item[-1].kind == CONTAINER_LIST;
	bool numbered = list && item[-1].ordered;
	buf_str(w->b, list ? "<li" : "<ul>\n<li");
	if (numbered && item->number != w->number[i - 1]) {
		buf_str(w->b, item->number < 0 ? " value=\"-" : " value=\"");
		buf_uint(w->b, (uint64_t)(item->number < 0 ? -item->number : item->number));
		buf_char(w->b, '"');
	}
	if (numbered)
		w->number[i - 1] = item->number + 1;
	buf_char(w->b, '>');
	w->filled = NULL;
}

/* Writes empty cells up to the column of this cell. */
static void html_open_cell(struct html_writer *w, const struct outline_part *cell)
{
	for (; cell[-2].grid && w->column < cell->column; w->column++)
		buf_str(w->b, "<td></td>");
	buf_str(w->b, cell->head ? "<th>" : "<td>");
	w->column++;
	w->filled = NULL;
}

/* Tables are opened by their first row, since a caption may come before it or between rows. */
static void html_open(struct html_writer *w)
{
	const struct outline_part *c = outline_top(&w->o);
	uint32_t i = w->o.n_containers - 1;
	bool nests = c->kind == CONTAINER_QUOTE || c->kind == CONTAINER_LIST || c->kind == CONTAINER_ITEM;
	w->written[i] = true;
	if (nests && c->kind == CONTAINER_ITEM && i && c[-1].kind == CONTAINER_LIST)
		w->written[i] = w->written[i - 1];
	else if (nests)
		w->written[i] = w->depth < HTML_DEPTH_MOST;
	if (!w->written[i])
		return;
	w->depth += nests;
	w->number[i] = 1;
	switch (c->kind) {
	case CONTAINER_QUOTE:
		buf_str(w->b, "<blockquote>\n");
		break;
	case CONTAINER_LIST:
		buf_str(w->b, c->ordered ? "<ol>\n" : "<ul>\n");
		break;
	case CONTAINER_ITEM:
		html_open_item(w, c, i);
		break;
	case CONTAINER_ROW:
		buf_str(w->b, w->table_open ? "<tr>" : "<table>\n<tr>");
		w->table_open = true;
		w->column = 0;
		break;
	case CONTAINER_CELL:
		html_open_cell(w, c);
		break;
	default:
		break;
	}
}

static void html_close(struct html_writer *w)
{
	const struct outline_part *c = outline_closed(&w->o);
	uint32_t i = w->o.n_containers;
	if (!w->written[i])
		return;
	w->depth -= c->kind == CONTAINER_QUOTE || c->kind == CONTAINER_LIST || c->kind == CONTAINER_ITEM;
	switch (c->kind) {
	case CONTAINER_QUOTE:
		buf_str(w->b, "</blockquote>\n");
		break;
	case CONTAINER_LIST:
		buf_str(w->b, c->ordered ? "</ol>\n" : "</ul>\n");
		break;
	case CONTAINER_ITEM:
		buf_str(w->b, i && c[-1].kind == CONTAINER_LIST ? "</li>\n" : "</li>\n</ul>\n");
		break;
	case CONTAINER_TABLE:
		html_end_table(w);
		break;
	case CONTAINER_ROW:
		buf_str(w->b, "</tr>\n");
		break;
	case CONTAINER_CELL:
		buf_str(w->b, c->head ? "</th>" : "</td>");
		break;
	case CONTAINER_PRE:
		html_end_pre(w);
		break;
	default:
		break;
	}
}

/* ---- Blocks ---- */

/* All blocks of one pre share an element, which stays open until the pre closes. */
static void html_code(struct html_writer *w, bool in_pre)
{
	const struct block *block = w->o.block;
	if (w->pre_open) {
		buf_char(w->b, '\n');
	} else {
		mk_str language = outline_language(block);
		buf_str(w->b, "<pre><code");
		if (language.p) {
			buf_str(w->b, " class=\"language-");
			html_text(w->b, language.p, language.len);
			buf_char(w->b, '"');
		}
		buf_char(w->b, '>');
		w->pre_open = true;
	}
	const size_t from = w->b->len;
	html_text(w->b, w->o.text.p, w->o.text.len);
	outline_span(&w->o, from, w->b->len);
	if (!in_pre)
		html_end_pre(w);
}

/* The name of the element around a block; NULL for the first text of an item or cell, which is written directly into it. */
static const char *html_tag(struct html_writer *w, const struct outline_part *top)
{
	static const char *const headings[] = {"h1", "h2", "h3", "h4", "h5", "h6"};
	const struct block *block = w->o.block;
	bool bare = top && (top->kind == CONTAINER_ITEM || top->kind == CONTAINER_CELL) && w->written[w->o.n_containers - 1] &&
	            w->filled != top->node;
	if (top)
		w->filled = top->node;
	if (block->pub.kind == MK_BLOCK_HEADING)
		return headings[block->pub.level < 1 ? 0 : block->pub.level > 6 ? 5 : block->pub.level - 1];
	return bare ? NULL : "p";
}

/* A block directly in a list or row is wrapped in an item or cell, as the content model requires. */
static void html_block(struct html_writer *w, unsigned flags)
{
	const struct outline_part *top = outline_top(&w->o);
	enum container_kind in = top ? (enum container_kind)top->kind : CONTAINER_NONE;
	const char *wrap = in == CONTAINER_LIST && w->written[w->o.n_containers - 1] ? "li" : in == CONTAINER_ROW ? "td" : NULL;
	if (in == CONTAINER_PRE || (w->o.block->pub.kind == MK_BLOCK_CODE && in != CONTAINER_CELL && !wrap)) {
		html_code(w, in == CONTAINER_PRE);
		return;
	}
	if (in == CONTAINER_TABLE)
		html_end_table(w);
	const char *tag = wrap ? wrap : html_tag(w, top);
	if (tag) {
		buf_char(w->b, '<');
		buf_str(w->b, tag);
		buf_char(w->b, '>');
	}
	const size_t from = w->b->len;
	html_inline(w, flags);
	outline_span(&w->o, from, w->b->len);
	if (tag) {
		buf_str(w->b, "</");
		buf_str(w->b, tag);
		buf_str(w->b, ">\n");
	}
}

/* A picture between two blocks.  It is omitted where HTML does not allow a figure: in code, and directly in a row or list. */
static void html_lone_picture(struct html_writer *w)
{
	const struct outline_part *top = outline_top(&w->o);
	enum container_kind in = top ? (enum container_kind)top->kind : CONTAINER_NONE;
	if (in == CONTAINER_PRE || in == CONTAINER_ROW || in == CONTAINER_LIST)
		return;
	if (in == CONTAINER_TABLE)
		html_end_table(w);
	buf_str(w->b, "<figure>");
	html_picture(w->b, w->o.picture, w->o.source);
	buf_str(w->b, "</figure>\n");
}

void html_write(mk_page *pg, unsigned flags, struct buf *b, struct written *out)
{
	struct html_writer w;
	memset(&w, 0, offsetof(struct html_writer, written));
	outline_begin(&w.o, pg, flags & MK_IMAGES ? OUTLINE_PICTURES : 0);
	outline_write(&w.o, b, out->most);
	w.b = b;
	buf_str(b, "<article>\n");
	for (enum outline_event event; (event = outline_next(&w.o)) != OUTLINE_END;) {
		switch (event) {
		case OUTLINE_OPEN:
			html_open(&w);
			break;
		case OUTLINE_CLOSE:
			html_close(&w);
			break;
		case OUTLINE_PICTURE:
			html_lone_picture(&w);
			break;
		default:
			html_block(&w, flags);
		}
	}
	buf_str(b, "</article>\n");
	out->spans = w.o.ranges;
	out->n_spans = w.o.n_ranges;
}
