/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens.c - the tokenizer and tree construction as a filter, for test/html5.py and test/differential.py.
 *
 * Reads requests from standard input, each a line "STATE LAST_START_TAG LENGTH" and LENGTH bytes of input.  Prints the tokens of
 * the input, one per line, and then an empty line.  Strings in tokens are printed as "=" and hexadecimal bytes, so that no byte of
 * a string can be mistaken for a separator.
 *
 * The state "tree" asks for the tree instead: of a page if LAST_START_TAG is "-", otherwise of a fragment with that context
 * element, with a colon in place of the space in its name ("svg:path").  The answer is a line with the length of the tree in bytes,
 * and the tree.
 */
#include "../src/all.c"

#include <stdio.h>
#include <stdlib.h>

static void print_string(const char *p, size_t len)
{
	putchar(' ');
	putchar('=');
	for (size_t i = 0; i < len; i++)
		printf("%02x", (unsigned char)p[i]);
}

static void print_id(mk_str s)
{
	if (s.p)
		print_string(s.p, s.len);
	else
		printf(" -");
}

static void print_token(const struct tokenizer *t, const struct token *tok)
{
	mk_str name;
	switch (tok->type) {
	case TOKEN_START:
	case TOKEN_END:
		name = tag_name(t->pg, tok->tag);
		printf(tok->type == TOKEN_START ? "start" : "end");
		print_string(name.p, name.len);
		printf(" %d", tok->self_closing);
		for (uint32_t i = 0; i < tok->n_attrs; i++) {
			print_string(t->attrs[i].name, t->attrs[i].name_len);
			print_string(t->attrs[i].value, t->attrs[i].value_len);
		}
		break;
	case TOKEN_TEXT:
	case TOKEN_NUL:
		printf("text");
		print_string(tok->text.p, tok->text.len);
		break;
	case TOKEN_COMMENT:
		printf("comment");
		print_string(tok->text.p, tok->text.len);
		break;
	case TOKEN_INSTRUCTION:
		printf("instruction");
		print_id(tok->public_id);
		print_string(tok->text.p, tok->text.len);
		break;
	case TOKEN_DOCTYPE:
		printf("doctype");
		print_id(tok->text);
		print_id(tok->public_id);
		print_id(tok->system_id);
		printf(" %d", !tok->force_quirks);
		break;
	case TOKEN_EOF:
		break;
	}
	putchar('\n');
}

static enum token_state state_named(const char *name)
{
	static const char *const names[] = {"data", "rcdata", "rawtext", "script", "plaintext", "cdata"};
	for (int i = 0; i < 6; i++)
		if (!strcmp(name, names[i]))
			return (enum token_state)i;
	fprintf(stderr, "no such state: %s\n", name);
	exit(2);
}

/* Reads an input and prints its tree.  A page gets a byte order mark in front, which declares it as UTF-8. */
static bool print_tree(mk_page *pg, char *context, size_t len)
{
	const size_t mark = strcmp(context, "-") ? 0 : 3;
	char *const input = malloc(mark + len + 1), *const colon = strchr(context, ':');
	mk_str out;
	if (colon)
		*colon = ' ';
	if (!input || fread(input + mark, 1, len, stdin) != len)
		return false;
	memcpy(input, "\xEF\xBB\xBF", mark);
	const mk_status status = mark ? mk_parse(pg, input, mark + len, NULL) : mk_parse_fragment(pg, context, input, len, NULL);
	free(input);
	if (status || mk_tree(pg, &out))
		return false;
	printf("%zu\n", out.len);
	fwrite(out.p, 1, out.len, stdout);
	return fflush(stdout) == 0; /* test/differential.py waits for the answer before it sends more */
}

int main(void)
{
	char state[32], last[64];
	size_t len;
	mk_page *pg = mk_page_new(NULL);
	struct tokenizer *t = malloc(sizeof *t);
	while (scanf("%31s %63s %zu", state, last, &len) == 3 && getchar() == '\n') {
		if (!strcmp(state, "tree")) {
			if (!print_tree(pg, last, len))
				return 1;
			continue;
		}
		if (begin(pg, "", len, NULL) || setjmp(pg->arena.escape))
			return 1;
		char *input = arena_zero(&pg->arena, len + MK_PADDING); /* not decoded, because a test may have lone surrogates */
		if (fread(input, 1, len, stdin) != len)
			return 1;
		pg->text = input;
		pg->text_len = (uint32_t)len;
		token_init(t, pg);
		t->state = state_named(state);
		if (strcmp(last, "-") != 0) {
			char *name = arena_zero(&pg->arena, strlen(last) + MK_PADDING);
			memcpy(name, last, strlen(last));
			t->last_start = token_tag(t, name, (uint32_t)strlen(last));
		}
		struct token tok;
		for (token_next(t, &tok); tok.type != TOKEN_EOF; token_next(t, &tok))
			print_token(t, &tok);
		putchar('\n');
	}
	free(t);
	mk_page_free(pg);
	return 0;
}
