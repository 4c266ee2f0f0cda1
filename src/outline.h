/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline.h - presents the kept blocks to the writers as a stream of events: containers (quotes, lists, tables, pre) open and
 * close, with blocks and pictures between them.  outline_edges() adds the inline edges of one block: where bold, links, line breaks
 * and so on begin and end in its text.
 *
 *	struct outline o;
 *	outline_begin(&o, pg, 0);
 *	for (enum outline_event e; (e = outline_next(&o)) != OUTLINE_END;)
 *		…
 *
 * A container opens only if it contains a block of the outline (or a picture), so no writer has to handle an empty list.  Events
 * nest.  No container opens inside a table cell or a pre: the content of both is reported as plain blocks.
 */
#ifndef MAKALA_OUTLINE_H
#define MAKALA_OUTLINE_H

#include "page.h"

enum outline_event {
	OUTLINE_END,
	OUTLINE_OPEN,   /* outline_top() is the container that opened */
	OUTLINE_CLOSE,  /* outline_closed() is the container that closed */
	OUTLINE_BLOCK,  /* o->block is the block */
	OUTLINE_PICTURE /* o->picture is a picture between two blocks; only with flag OUTLINE_PICTURES */
};

enum container_kind {
	CONTAINER_NONE,
	CONTAINER_QUOTE,
	CONTAINER_LIST,
	CONTAINER_ITEM,
	CONTAINER_TABLE, /* a data table; layout tables are not containers */
	CONTAINER_ROW,
	CONTAINER_CELL,
	CONTAINER_PRE
};

/* An open container.  Field comments begin with the kind of container that uses the field. */
struct outline_part {
	const struct node *node;
	const struct node *last; /* list: item counted last; table: row reached last; row: cell reached last */
	int64_t number;          /* item: its number; list: the number of its latest item; row: its index in the table, from 0 */
	uint32_t n_columns;      /* table: columns in which cells start, with columns occupied by row spans counted */
	uint32_t column;         /* cell: grid column in which it starts, from 0; OUTLINE_COLUMNS_MOST if outside the grid */
	uint8_t kind;            /* enum container_kind */
	int8_t step;  /* list: 1, or -1 if the list is reversed */
	bool ordered; /* list: ol */
	bool grid;    /* table: small enough to be drawn as a grid; otherwise each row is a line of text */
	bool head;    /* cell: th */
};

/* Kinds of inline markup in the text of a block. */
enum edge_kind {
	EDGE_STRONG,
	EDGE_EM,
	EDGE_DEL,
	EDGE_CODE,
	EDGE_LINK,
	N_SPANS, /* kinds before this one are spans with two ends; kinds from here on are single points */
	EDGE_BREAK = N_SPANS,
	EDGE_PICTURE,
	EDGE_NONE /* a discarded edge, to be skipped */
};

/* One end of a span, or a point, in the text of a block. */
struct edge {
	const struct node *node; /* the element */
	mk_str link;             /* EDGE_LINK (opening edge) and EDGE_PICTURE: resolved address */
	uint32_t at;             /* byte offset in the block's text */
	uint32_t partner;        /* span: index of its other edge */
	uint8_t kind;            /* enum edge_kind */
	bool open;               /* span: whether this is its opening edge */
};

#define OUTLINE_DEPTH_MOST 1024 /* levels; twice the depth to which tree construction limits the tree */
#define OUTLINE_SLOTS 2048 /* a power of two, twice OUTLINE_DEPTH_MOST: the hash is never more than half full */
#define OUTLINE_COLUMNS_MOST 64 /* columns of a grid; the rows of wider tables are written as lines of text */

/* Assigns the cells of a table to rows and columns, row by row, as HTML's table model does with row and column spans. */
struct grid {
	uint32_t busy_until[OUTLINE_COLUMNS_MOST]; /* for each column: the first row in which no row span occupies it */
	uint32_t row, column;                      /* where the next cell is tried */
};

/* An ancestor of the latest block. */
struct outline_level {
	const struct node *node;
	uint16_t slot; /* its index in slots */
	uint8_t kind;  /* enum container_kind; CONTAINER_NONE if it is not a container */
};

struct outline {
	mk_page *pg;
	const struct block *block;
	const struct node *picture;
	mk_str text;        /* text of block; the output of a writer that reaches its budget gets only the beginning */
	mk_str source;      /* address of the latest picture shown */
	struct edge *edges; /* edges of block, set by outline_edges() */
	uint32_t n_edges, cap_edges;
	uint32_t n_containers; /* open ones */

	/* private */
	uint32_t at, at_picture;       /* indices of the next block and the next picture */
	uint32_t first_kept, end_kept; /* the blocks of the outline are among first_kept…end_kept - 1 */
	uint32_t n_levels, keep, n_path; /* open levels; levels to keep open for the next event; length of path */
	enum outline_event ready;      /* event to report once keep and path are reached; OUTLINE_END if none is pending */
	bool pictures, comments, all;  /* the flags of outline_begin() */
	const struct buf *out;         /* the output, from outline_write() */
	size_t most;                   /* budget in bytes: of the output, or of a list */
	size_t room;                   /* bytes that addresses may still take */
	uint32_t most_edges;           /* of the block */
	mk_span *ranges;               /* spans of the blocks written so far; NULL unless outline_write() was called */
	size_t n_ranges;
	const struct node *spans[N_SPANS]; /* for each kind: its outermost element around the block */
	struct grid grid;              /* of the innermost open table */
	struct outline_level levels[OUTLINE_DEPTH_MOST]; /* all ancestors of the latest block, outermost first */
	const struct node *path[OUTLINE_DEPTH_MOST];     /* ancestors still to be entered, innermost first */
	struct outline_part containers[OUTLINE_DEPTH_MOST];
	uint16_t slots[OUTLINE_SLOTS];                   /* hash table from node to level: index in levels + 1, 0 if free */
};

enum {
	OUTLINE_PICTURES = 1, /* also report the article's pictures: OUTLINE_PICTURE between blocks, EDGE_PICTURE inside a block */
	OUTLINE_COMMENTS = 2, /* the blocks of the readers' comments instead of the kept blocks */
	OUTLINE_ALL = 4       /* all blocks of the page, kept or dropped */
};

/* Prepares o for the first call to outline_next().  flags: OUTLINE_ values, combined with |. */
void outline_begin(struct outline *o, mk_page *pg, unsigned flags);

/* Advances to the next event; OUTLINE_END when all containers are closed and no block is left. */
enum outline_event outline_next(struct outline *o);

/*
 * The innermost open container, NULL outside containers.  The containers around it precede it in o->containers: outline_top()[-1].
 */
static inline struct outline_part *outline_top(struct outline *o)
{
	return o->n_containers ? &o->containers[o->n_containers - 1] : NULL;
}

/* The container that just closed; valid only directly after OUTLINE_CLOSE. */
static inline const struct outline_part *outline_closed(const struct outline *o)
{
	return &o->containers[o->n_containers];
}

/* The index of o->block in the page's blocks. */
static inline uint32_t outline_index(const struct outline *o)
{
	return (uint32_t)(o->block - o->pg->blocks);
}

/*
 * Prepares for an output that is written to b.  Call it after outline_begin() and before any outline_span().  The output may have
 * `most` bytes, or less if memory is short: when it reaches that, the outline ends, with MK_WARN_OUTPUT, after a block of which
 * o->text is only the beginning.  An eighth of it may be addresses; later links and pictures are left out.
 */
void outline_write(struct outline *o, struct buf *b, size_t most);

/* Ends the outline, with MK_WARN_OUTPUT: only the containers that are open are still reported, as they close. */
void outline_stop(struct outline *o);

/* Records that bytes [from, to) of the output are the text of o->block.  At most once for a block: ranges has no room for more. */
static inline void outline_span(struct outline *o, size_t from, size_t to)
{
	const mk_block *block = &o->block->pub;
	o->ranges[o->n_ranges++] = (mk_span){from, to, outline_index(o), block->from, block->to};
}

/*
 * Reads the inline edges of o->block into o->edges, sorted by offset, with spans properly nested.  A span never begins or ends with
 * white space and is never empty, unless a picture is all it contains.  Adjacent spans of the same kind are joined, except links.
 * Links whose address url_link() rejects as unsafe or unusable are omitted, and so is everything beyond the budget of the output.
 */
void outline_edges(struct outline *o);

/* Whether pg->images[i] belongs to the article.  Call it after outline_begin(). */
bool outline_has_picture(const struct outline *o, uint32_t i);

/* The address of the first image candidate in a srcset attribute, which is the one that is written. */
mk_str outline_candidate(mk_str set);

/*
 * True if the table presents data in meaningful rows and columns, false if it only lays out the page.  Scans the whole table, so
 * call it once per table.
 */
bool outline_is_data_table(mk_page *pg, const struct node *table);

/*
 * The programming language named by a class on the code or on an element around it ("language-python"); {NULL, 0} if no class names
 * one.
 */
mk_str outline_language(const struct block *block);

/* ---- Margin: the start of each line, shared by the plain-text and Markdown writers; in text.c ---- */

/* Bytes of margin before a line.  Quotes and lists nested deeper are flattened, so deep nesting cannot multiply the output. */
#define MARGIN_MOST 48

/*
 * Item markers, indentation, quote signs and empty lines between blocks.  The rules are those of CommonMark's container blocks;
 * plain text uses them without the quote signs.
 */
struct margin {
	struct buf *b;
	bool quotes;                    /* Markdown: write "> " before quotes, and separate adjacent lists by different markers */
	bool fresh;                     /* an item has opened and nothing of it has been written yet */
	bool tight;                     /* the last block was an item's first paragraph: the next item follows directly */
	bool started;                   /* something has been written */
	bool far;                       /* the outermost fresh item belongs to an ordered list and its number is not 1 */
	uint32_t len, low, at_block;    /* bytes of line in use; the minimum of len since the last block; len at the last block */
	uint32_t closed_len;            /* len at the list that closed since the last block, UINT32_MAX if no list closed */
	bool closed_ordered, closed_other; /* of that list: ordered; used the other marker */
	char line[MARGIN_MOST + 1];     /* margin of each line of a block except the first */
	char first[MARGIN_MOST + 1];    /* margin of the first line: the same with the markers of fresh items */
	uint8_t before[OUTLINE_DEPTH_MOST]; /* for each open container: len before it opened */
	bool other[OUTLINE_DEPTH_MOST];     /* for each open list: uses the other marker, "*" or "1)" instead of "-" or "1." */
};

/* Prepares m for output appended to b. */
void margin_begin(struct margin *m, struct buf *b, bool quotes);
/* To be called for each OUTLINE_OPEN and OUTLINE_CLOSE. */
void margin_open(struct margin *m, struct outline *o);
void margin_close(struct margin *m, const struct outline *o);
/* Ends the previous block and writes the margin of a new one.  paragraph: running text, not code, a table … */
void margin_block(struct margin *m, bool paragraph);
/* Ends the line and writes the margin of the block's next line. */
void margin_line(struct margin *m);
/* Ends the last line of the output. */
void margin_end(struct margin *m);
/* Writes o->text, code, line by line, without the empty lines at its start and end. */
void margin_code(struct margin *m, struct outline *o);

#endif
