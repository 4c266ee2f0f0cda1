/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - the tokenizer.  Each call to token_next() returns one token.
 *
 * The tree builder calls it and controls it through members of struct tokenizer: as the standard requires, tree construction
 * decides in which state the next token is read and whether CDATA sections are recognised.
 */
#ifndef MAKALA_TOKEN_H
#define MAKALA_TOKEN_H

#include "page.h"

#define TOKEN_ATTRS_MOST 512 /* attributes of one tag; the largest value of the option max_attributes */

enum token_type {
	TOKEN_START,
	TOKEN_END,
	TOKEN_TEXT,        /* characters; never NUL unless as_written is set, see struct tokenizer */
	TOKEN_NUL,         /* a run of NUL characters, which the insertion modes treat differently */
	TOKEN_COMMENT,
	TOKEN_DOCTYPE,
	TOKEN_INSTRUCTION, /* <?target data> */
	TOKEN_EOF
};

/* The state in which the next token starts.  The standard's other states exist only as positions in the functions of token.c. */
enum token_state { STATE_DATA, STATE_RCDATA, STATE_RAWTEXT, STATE_SCRIPT_DATA, STATE_PLAINTEXT, STATE_CDATA };

/* A token.  Its strings are slices of the page's text or lie in the arena, so they stay valid as long as the page does. */
struct token {
	enum token_type type;
	uint32_t tag;          /* start and end tags: enum tag, or N_TAGS + index into pg->names for names that enum tag lacks */
	uint32_t n_attrs;      /* start tags: number of attributes, which are in tokenizer.attrs until the next token is read */
	bool self_closing;     /* start and end tags: ends in "/>" */
	bool styled;           /* start tags: has an attribute that may hide the element */
	bool copied;           /* text is in the arena, not a slice of the page's text */
	bool force_quirks;     /* doctype: the standard's force-quirks flag */
	mk_str text;           /* text; data of a comment or processing instruction; name of a doctype */
	mk_str public_id, system_id; /* doctype: identifiers.  Processing instruction: public_id is its target */
	uint32_t src, src_end; /* byte range of the token in the page's text */
};

/*
 * A fork of the tree in which unknown names are found: a crit-bit tree.  A name is compared as a string of bits, its length first.
 * All names below a fork agree in the bits before it.
 */
struct name_fork {
	uint32_t at;      /* the byte that decides, see name_byte() */
	uint8_t bit;      /* the bit of that byte */
	uint32_t next[2]; /* where to go if the bit is 0, or 1: to another fork, or if NAME_FOUND is set, to a name of pg->names */
};

struct tokenizer {
	mk_page *pg;
	const char *p, *end;         /* unread part of the page's text, or of HTML from a script, see script.c */
	uintptr_t base;              /* address that corresponds to byte 0 of the page's text: p - base is a source offset */
	enum token_state state;
	uint32_t last_start;         /* tag of the last start tag, whose end tag ends RCDATA, RAWTEXT and script data */
	bool in_foreign;             /* the adjusted current node is not an HTML element, so "<![CDATA[" opens a CDATA section */
	uint32_t attrs_most;         /* the option max_attributes */
	bool lean;                   /* extraction, where some parts of the tree are not needed: attributes without an id, other than
	                              * xmlns and xml:lang, and white space between blocks */
	bool as_written;             /* the next RAWTEXT or script data need not be decoded: its NUL and CR may stay as they are */
	struct attr attrs[TOKEN_ATTRS_MOST]; /* attributes of the last start tag */
	struct name_fork *forks;     /* a fork for each name in pg->names, the tag names that enum tag lacks, except the first */
	uint32_t names_root, names_cap; /* like name_fork.next, for the whole tree; allocated entries of pg->names and of forks */
};

/* Prepares to read the text of pg from its beginning. */
void token_init(struct tokenizer *t, mk_page *pg);

/* Reads the next token.  At the end of the text every call returns TOKEN_EOF. */
void token_next(struct tokenizer *t, struct token *tok);

/* The tag number for a name in upper or lower case.  A name that enum tag lacks is given a number that is valid for this page.
 * The eight bytes after the name must be readable. */
uint32_t token_tag(struct tokenizer *t, const char *name, uint32_t len);

/* A copy of s in the arena, with character references resolved as in an attribute value. */
mk_str token_unescape(struct arena *a, mk_str s);

/* The name for a tag number, in lower case. */
mk_str tag_name(const mk_page *pg, uint32_t tag);

#endif
