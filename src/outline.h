/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline.h - the kept blocks as an outline, for the writers: containers that open and close, blocks between them, and the marks
 * (bold, links, line breaks …) inside one block.
 *
 *	struct outline o;
 *	outline_begin(&o, pg, 0);
 *	for (enum outline_event e; (e = outline_next(&o)) != OUTLINE_END;)
 *		…
 *
 * A container opens only when a kept block stands in it, so no writer meets an empty list.  Events nest; containers do not open
 * inside a table cell or a pre.
 */
#ifndef MAKALA_OUTLINE_H
#define MAKALA_OUTLINE_H

#include "page.h"

enum outline_event {
	OUTLINE_END,
	OUTLINE_OPEN,   /* outline_top() is the container that opened */
	OUTLINE_CLOSE,  /* outline_closed() is the one that closed */
	OUTLINE_BLOCK,  /* o->block */
	OUTLINE_PICTURE /* o->picture, one that stands between blocks; only when asked for */
};

enum container_kind {
	CONTAINER_NONE,
	CONTAINER_QUOTE,
	CONTAINER_LIST,
	CONTAINER_ITEM,
	CONTAINER_TABLE, /* a data table; layout tables are no containers */
	CONTAINER_ROW,
	CONTAINER_CELL,
	CONTAINER_PRE
};

struct outline_part {
	const struct node *node;
	const struct node *last; /* list: the item counted last; table: the row; row: the cell */
	int64_t number;          /* item: its number; list: that of its latest item; row: its index in the table */
	uint32_t n_columns;      /* table */
	uint32_t column;         /* cell: the grid column it starts in, from 0; row: of its latest cell */
	uint8_t kind;
	int8_t step;  /* list: 1, or -1 when reversed */
	bool ordered; /* list */
	bool grid;    /* table: small enough to be drawn; else its rows are lines of text */
	bool head;    /* cell: th */
};

/* What can be marked in the text of a block. */
enum edge_kind {
	EDGE_STRONG,
	EDGE_EM,
	EDGE_DEL,
	EDGE_CODE,
	EDGE_LINK,
	N_SPANS, /* the kinds above have two ends, those below are points */
	EDGE_BREAK = N_SPANS,
	EDGE_PICTURE,
	EDGE_NONE /* taken back */
};

struct edge {
	const struct node *node; /* the element */
	mk_str link;             /* of MARK_LINK and MARK_PICTURE: resolved address */
	uint32_t at;             /* offset in the block's text */
	uint32_t partner;        /* index of the other end */
	uint8_t kind;
	bool open;
};

#define OUTLINE_DEPTH_MOST 1024
#define OUTLINE_SLOTS 2048 /* a power of two, twice the depth */
#define OUTLINE_COLUMNS_MOST 64

/* The occupied columns of a table, row by row. */
struct grid {
	uint32_t busy_until[OUTLINE_COLUMNS_MOST]; /* the first row in which the column is free */
	uint32_t row, column;                      /* next free place */
};

struct outline_level {
	const struct node *node;
	uint16_t slot;
	uint8_t kind;
};

struct outline {
	mk_page *pg;
	const struct block *block;
	const struct node *picture;
	mk_str source;      /* of picture: its address */
	struct edge *edges; /* after outline_marks() */
	uint32_t n_edges, cap_edges;
	uint32_t n_containers;

	/* private */
	uint32_t at, at_picture;       /* next block, next picture */
	uint32_t first_kept, end_kept; /* kept blocks lie in first_kept…end_kept - 1 */
	uint32_t n_levels, keep, n_path;
	enum outline_event ready;
	bool pictures, comments, all;
	mk_span *ranges;               /* of the blocks written so far; NULL unless outline_keep_spans() */
	size_t n_ranges;
	const struct node *spans[N_SPANS]; /* outermost open element of each kind above the block */
	struct grid grid;
	struct outline_level levels[OUTLINE_DEPTH_MOST]; /* all ancestors of the latest block, outermost first */
	const struct node *path[OUTLINE_DEPTH_MOST];     /* ancestors still to be entered, innermost first */
	struct outline_part containers[OUTLINE_DEPTH_MOST];
	uint16_t slots[OUTLINE_SLOTS];                   /* hash of levels: index + 1 */
};

enum {
	OUTLINE_PICTURES = 1, /* report those that stand by kept blocks too */
	OUTLINE_COMMENTS = 2, /* the comments in place of the kept blocks */
	OUTLINE_ALL = 4       /* all blocks of the page */
};

/* Starts at the first kept block. */
void outline_begin(struct outline *o, mk_page *pg, unsigned flags);
enum outline_event outline_next(struct outline *o);

static inline struct outline_part *outline_top(struct outline *o)
{
	return o->n_containers ? &o->containers[o->n_containers - 1] : NULL;
}

static inline const struct outline_part *outline_closed(const struct outline *o)
{
	return &o->containers[o->n_containers];
}

/* The index of o->block. */
static inline uint32_t outline_index(const struct outline *o)
{
	return (uint32_t)(o->block - o->pg->blocks);
}

/* After outline_begin(): makes room for the span of each block of the outline. */
void outline_keep_spans(struct outline *o);

/* Notes that bytes [from, to) of the output hold o->block. */
static inline void outline_span(struct outline *o, size_t from, size_t to)
{
	const mk_block *block = &o->block->pub;
	o->ranges[o->n_ranges++] = (mk_span){from, to, outline_index(o), block->from, block->to};
}

/* The innermost open container of this kind, NULL if there is none. */
const struct outline_part *outline_inside(const struct outline *o, enum container_kind kind);

/* Reads the marks of o->block into o->marks, sorted by place, spans nested.  Spans never begin or end with white space, are never empty
 * (but for a link around a picture) and equal neighbours are one.  Links that lead nowhere safe are left out. */
void outline_edges(struct outline *o);

/* After outline_begin(): whether picture i of the page belongs to the article. */
bool outline_has_picture(const struct outline *o, uint32_t i);

/*
 * Whether the table shows data (rows and columns that mean something) or only places things on the page.  Looks at the whole table,
 * so ask once per table.
 */
bool outline_is_data_table(mk_page *pg, const struct node *table);

/* The programming language that a class on the code or around it names; {NULL, 0} if none does. */
mk_str outline_language(const struct block *block);

/* ---- Lines: what plain text and Markdown share; in text.c ---- */

#define MARGIN_MOST 48 /* bytes before a line; quotes and lists nested deeper are flattened, so deep nesting cannot multiply the output */

struct margin {
	struct buf *b;
	bool quotes;                    /* write "> " before quotes, and tell adjacent lists apart by their markers */
	bool fresh;                     /* an item opened and nothing of it is written yet */
	bool tight;                     /* the last block was the first paragraph of an item: the next item may follow at once */
	bool started;                   /* something is written */
	bool far;                       /* the outermost fresh item is an ordered one that does not start at 1 */
	uint32_t len, low, at_block;    /* bytes in line; the least of it since the last block; len at the last block */
	uint32_t closed_len;            /* margin of the list that closed since the last block, UINT32_MAX if none did */
	bool closed_ordered, closed_other;
	char line[MARGIN_MOST + 1];     /* before each line but the first of a block */
	char first[MARGIN_MOST + 1];    /* before the first: the same with the markers of fresh items */
	uint8_t before[OUTLINE_DEPTH_MOST]; /* len before each open container */
	bool other[OUTLINE_DEPTH_MOST];     /* for lists: uses the other marker */
};

void margin_begin(struct margin *m, struct buf *b, bool quotes);
void margin_open(struct margin *m, struct outline *o);
void margin_close(struct margin *m, const struct outline *o);
/* Ends what is before and starts a new block; margin_line() goes to its next line.  paragraph: plain text, as opposed to code, tables … */
void margin_block(struct margin *m, bool paragraph);
void margin_line(struct margin *m);
/* Ends the last line. */
void margin_end(struct margin *m);
/* Writes a block of code line by line, empty lines at both ends left out. */
void margin_code(struct margin *m, const struct block *block);

#endif
