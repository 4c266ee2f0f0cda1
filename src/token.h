/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - the tokenizer: one call, one token; the tree builder asks and steers.
 */
#ifndef MAKALA_TOKEN_H
#define MAKALA_TOKEN_H

#include "page.h"

#define TOKEN_ATTRS_MOST 512

enum token_type {
	TOKEN_START,
	TOKEN_END,
	TOKEN_TEXT,        /* characters other than NUL */
	TOKEN_NUL,         /* a run of NUL characters, which means different things in different modes */
	TOKEN_COMMENT,
	TOKEN_DOCTYPE,
	TOKEN_INSTRUCTION, /* <?target data> */
	TOKEN_EOF
};

/* Where the next token starts.  The other states of the standard are places inside the functions of token.c. */
enum token_state { STATE_DATA, STATE_RCDATA, STATE_RAWTEXT, STATE_SCRIPT_DATA, STATE_PLAINTEXT, STATE_CDATA };

/* Strings are valid as long as the page. */
struct token {
	enum token_type type;
	uint32_t tag;          /* start and end tags: enum tag, or N_TAGS + index of the page's unknown names */
	uint32_t n_attrs;      /* start tags; the attributes are in the tokenizer until the next token */
	bool self_closing;
	bool copied;           /* text is in the arena, not a slice of the page */
	bool force_quirks;     /* doctype */
	mk_str text;           /* text; data of a comment or instruction; name of a doctype */
	mk_str public_id, system_id; /* doctype; target of an instruction in public_id */
	uint32_t src, src_end; /* byte range in the page's text */
};

/* The hash stands beside the index so that finding a free slot touches no name. */
struct name_slot {
	uint32_t hash, index; /* index + 1, 0 free */
};

struct tokenizer {
	mk_page *pg;
	const char *p, *end;         /* rest of the page's text, or of what a script brought */
	uintptr_t base;              /* where byte 0 of the page's text would be, for what is at p */
	enum token_state state;
	uint32_t last_start;         /* tag of the last start tag: what ends RCDATA, RAWTEXT and script data */
	bool in_foreign;             /* the tree's adjusted current node is not HTML: <![CDATA[ is meant */
	uint32_t attrs_most;
	bool lean;                   /* nobody reads attributes that have no id, which are left out but for xml:lang, nor space between blocks */
	bool as_written;             /* NUL and CR may stay as they are in the RAWTEXT or script data that comes */
	struct attr attrs[TOKEN_ATTRS_MOST]; /* of the last start tag */
	struct name_slot *name_slots; /* hash table over pg->names */
	uint32_t n_name_slots, names_cap;
};

void token_init(struct tokenizer *t, mk_page *pg);

/* Reads the next token.  At the end TOKEN_EOF, as often as asked. */
void token_next(struct tokenizer *t, struct token *tok);

/* The tag number for a name in any case; unknown names get a number for this page. */
uint32_t token_tag(struct tokenizer *t, const char *name, uint32_t len);

/* s with character references resolved as in an attribute value, in the arena. */
mk_str token_unescape(struct arena *a, mk_str s);

/* The name of a tag number, lower case. */
mk_str tag_name(const mk_page *pg, uint32_t tag);

#endif
