/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk.c - Markdown, spans, outline -> chunks: pieces of the article of a limited number of tokens.
 *
 * Three steps, each linear in the Markdown:
 *   1. One walk over the outline divides the Markdown into units: a paragraph, a heading, a table row, the code of one pre.  Units
 *      begin at line starts and leave no gaps.  The depth of the boundary before a unit is the number of list items and code blocks
 *      that it would cut.
 *   2. Every unit is counted once.  A unit above the limit is split into sentences or lines, and these into words, which are
 *      counted too.  The results are the pieces.
 *   3. Pieces are added to a chunk while the sum of their tokens is within the limit.  The chunk ends at the boundary of least
 *      depth among those it could reach, and at the latest before the next heading.  Its text is then counted as a whole; if that
 *      is above the limit, because a counter need not be additive, the chunk is shortened.
 */
#include "outline.h"
#include "base/utf8.h"

#define NO_FRAME UINT32_MAX
#define TOKENS_DEFAULT 512
#define HEADER_MOST 4096 /* bytes of a table's header row that is repeated, so that repetition cannot multiply the output */
#define FENCE_MOST 256   /* the same for the first line of a code block with its fence */

/* Depths of boundaries inside a unit; those between units are less, see OUTLINE_DEPTH_MOST. */
enum { DEPTH_SENTENCE = 2000, DEPTH_WORD, DEPTH_WORST };

enum piece_kind { PIECE_PROSE, PIECE_HEADING, PIECE_ROW, PIECE_CODE };

/* A part of the Markdown, from `from` to the next piece's `from`. */
struct piece {
	size_t from;
	size_t size;          /* tokens */
	uint32_t first, last; /* the spans in it, both included */
	uint32_t path;        /* index in paths */
	uint32_t frame;       /* index in frames; NO_FRAME outside of tables and code */
	uint16_t depth;       /* of the boundary before it */
	uint8_t kind;         /* enum piece_kind */
	uint8_t level;        /* of a heading */
	bool header;          /* the header row of a table */
};

/* Markdown that is repeated if a chunk begins or ends inside of a table or a code block; both parts may be empty. */
struct frame {
	mk_str before, after;
};

/* The headings above a piece, outermost first. */
struct path {
	const mk_str *headings;
	size_t n;
};

struct vector {
	void *items;
	size_t n, cap;
};

struct chunker {
	mk_page *pg;
	mk_chunk_options options;
	volatile bool *failed; /* set if count has failed */
	mk_str md;
	const mk_span *spans;
	size_t n_spans;
	size_t reach; /* bytes that a chunk may have at the first try; less after a chunk that was too long */
	struct vector units, pieces, frames, paths, cuts, chunks;
};

static void *vector_add(struct chunker *c, struct vector *v, size_t size)
{
	if (v->n == v->cap) {
		const size_t cap = v->cap ? 2 * v->cap : 32;
		void *items = arena_array(&c->pg->arena, cap, size);
		if (v->n)
			memcpy(items, v->items, v->n * size);
		v->items = items;
		v->cap = cap;
	}
	return (char *)v->items + size * v->n++;
}

static const struct piece *piece_at(const struct chunker *c, size_t i)
{
	return (const struct piece *)c->pieces.items + i;
}

/* ---- Counting ---- */

/* The share of a letter in a token, in twelfths, fitted to the vocabulary o200k on news in 25 languages: a token holds many letters
 * of an English word, and the fewer the rarer a script is in the texts that the vocabulary was made from. */
static size_t letter_weight(uint32_t code)
{
	if (code < 0x80)
		return 2;
	if (code < 0x250) /* Latin */
		return 6;
	return code < 0x800 ? 3 : code >= 0xAC00 && code < 0xD7A4 ? 8 : 4; /* 8: syllables of Hangul */
}

/* The tokens of a run of characters of one class, of which each token holds per_token units of weight. */
static size_t tokens_of_run(size_t weight, size_t per_token)
{
	return (weight + per_token - 1) / per_token;
}

/* An estimate of the tokens of a text, see mk_chunk_options.count.  Runs end at white space, so the tokens of a text are the sum of
 * those of its lines and words. */
static size_t estimate(const char *p, size_t len)
{
	enum { NOTHING, WORD, DIGITS, SIGNS, SPACES, LINE_END } now = NOTHING, next;
	static const uint8_t per_token[] = {1, 12, 3, 2, 8, 64};
	size_t tokens = 0, weight = 0;
	for (size_t i = 0; i < len;) {
		uint32_t n;
		const uint32_t code = utf8_decode_within(p + i, len - i, &n);
		const enum char_kind kind = char_kind_of(code);
		size_t more = 1;
		if (kind == CHAR_LETTER || kind == CHAR_UPPER || kind == CHAR_LOWER || kind == CHAR_MARK) {
			next = WORD;
			more = letter_weight(code);
		} else if (kind == CHAR_DIGIT) {
			next = DIGITS;
		} else if (kind == CHAR_CJK) {
			next = NOTHING;
			tokens++;
		} else if (code == '\n') {
			next = LINE_END;
		} else if (kind == CHAR_SPACE) {
			next = now == LINE_END ? LINE_END : SPACES;
		} else {
			next = SIGNS;
			more = n > 1 ? 2 : 1;
		}
		if (next != now) {
			tokens += now == SPACES ? (weight - 1) / 8 : tokens_of_run(weight, per_token[now]);
			weight = 0;
			now = next;
		}
		weight += next == NOTHING ? 0 : more;
		i += n;
	}
	return tokens + (now == SPACES ? (weight - 1) / 8 : tokens_of_run(weight, per_token[now]));
}

/* Tokens of a text.  If the caller's counter fails, leaves mk_chunks(). */
static size_t count_tokens(struct chunker *c, const char *p, size_t len)
{
	if (!c->options.count)
		return estimate(p, len);
	const size_t n = c->options.count(c->options.user, p, len);
	if (n == SIZE_MAX) {
		*c->failed = true;
		longjmp(c->pg->arena.escape, 1);
	}
	return n;
}

static size_t trim_end(const char *p, size_t from, size_t to)
{
	while (to > from && is_space(p[to - 1]))
		to--;
	return to;
}

/* Without white space and, in a quote, empty lines at its end. */
static size_t trim_lines(const struct chunker *c, size_t from, size_t to)
{
	for (size_t at;; to = at) {
		to = trim_end(c->md.p, from, to);
		for (at = to; at > from && (c->md.p[at - 1] == '>' || c->md.p[at - 1] == ' ');)
			at--;
		if (at == to || at == from || c->md.p[at - 1] != '\n')
			return to;
	}
}

/* ---- Step 1: units ---- */

/* State of the walk over the outline. */
struct walk {
	struct outline o;
	mk_str headings[7];   /* by level, the text of the heading that applies; p is NULL if there is none */
	uint32_t path, frame; /* of the next piece; frame only inside of a table or pre */
	uint32_t depth, low;  /* open list items and pre elements; the minimum since the last block */
	bool opens;           /* the next block is the first of its pre, or in the first row of a table */
};

static void walk_container(struct walk *w, const struct outline_part *part, bool open)
{
	if (part->kind == CONTAINER_ITEM || part->kind == CONTAINER_PRE) {
		w->depth += open ? 1 : UINT32_MAX;
		w->low = w->depth < w->low ? w->depth : w->low;
	}
	if (open && (part->kind == CONTAINER_TABLE || part->kind == CONTAINER_PRE)) {
		w->opens = true;
		w->frame = NO_FRAME;
	}
	if (!open && part->kind == CONTAINER_ROW) /* it may have been a header row of pictures, which are not blocks */
		w->opens = false;
}

/* Makes the path of the sections that begin with this heading. */
static void enter_section(struct chunker *c, struct walk *w, const mk_block *block)
{
	const unsigned level = block->level;
	mk_str *list = arena_array(&c->pg->arena, level, sizeof *list);
	size_t n = 0;
	w->headings[level] = block->text;
	for (unsigned i = 1; i < 7; i++)
		if (i > level)
			w->headings[i].p = NULL;
		else if (w->headings[i].p)
			list[n++] = w->headings[i];
	w->path = (uint32_t)c->paths.n;
	*(struct path *)vector_add(c, &c->paths, sizeof(struct path)) = (struct path){list, n};
}

/* The start of the line that begins after `least` and contains at; `least` if that line begins earlier. */
static size_t line_start(mk_str md, size_t least, size_t at)
{
	while (at > least && md.p[at - 1] != '\n')
		at--;
	return at;
}

/* Adds the unit of span k, which is that of the latest block; or adds the span to the latest unit if both are on one line. */
static void add_unit(struct chunker *c, struct walk *w, uint32_t k)
{
	const mk_block *block = &w->o.block->pub;
	const struct outline_part *top = outline_top(&w->o);
	const bool row = top && (top->kind == CONTAINER_CELL || top->kind == CONTAINER_ROW);
	const bool code = !row && ((top && top->kind == CONTAINER_PRE) || block->kind == MK_BLOCK_CODE);
	const bool fence = code && (w->opens || !top || top->kind != CONTAINER_PRE);
	if (block->level && block->level < 7)
		enter_section(c, w, block);
	const size_t least = k ? c->spans[k - 1].to : 0;
	size_t from = line_start(c->md, least, c->spans[k].from);
	if (k && from == least) {
		w->low = w->depth;
		((struct piece *)c->units.items)[c->units.n - 1].last = k;
		return;
	}
	if (fence && from > least)
		from = line_start(c->md, least, from - 1);
	if (top && top->kind == CONTAINER_TABLE)
		w->opens = true; /* after a caption, the next row begins a new table */
	const bool grid = row && top[top->kind == CONTAINER_CELL ? -2 : -1].grid, header = grid && w->opens;
	if (fence || header) {
		w->frame = (uint32_t)c->frames.n;
		*(struct frame *)vector_add(c, &c->frames, sizeof(struct frame)) = (struct frame){{NULL, 0}, {NULL, 0}};
	}
	w->opens = w->opens && !code && !row;
	const bool heading = block->kind == MK_BLOCK_HEADING && !row && !code;
	*(struct piece *)vector_add(c, &c->units, sizeof(struct piece)) = (struct piece){
	        .from = k ? from : 0,
	        .first = k,
	        .last = k,
	        .path = w->path,
	        .frame = code || grid ? w->frame : NO_FRAME,
	        .depth = (uint16_t)w->low,
	        .kind = code ? PIECE_CODE : row ? PIECE_ROW : heading ? PIECE_HEADING : PIECE_PROSE,
	        .level = block->level,
	        .header = header,
	};
	w->low = w->depth;
}

static void find_units(struct chunker *c)
{
	struct walk *w = arena_zero(&c->pg->arena, sizeof *w);
	uint32_t k = 0;
	*(struct path *)vector_add(c, &c->paths, sizeof(struct path)) = (struct path){NULL, 0};
	outline_begin(&w->o, c->pg, c->options.flags & MK_IMAGES ? OUTLINE_PICTURES : 0);
	for (enum outline_event event; (event = outline_next(&w->o)) != OUTLINE_END;) {
		if (event == OUTLINE_OPEN)
			walk_container(w, outline_top(&w->o), true);
		else if (event == OUTLINE_CLOSE)
			walk_container(w, outline_closed(&w->o), false);
		else if (event == OUTLINE_BLOCK && k < c->n_spans) /* the Markdown of a page that takes too much memory ends early */
			add_unit(c, w, k++);
	}
}

/* ---- Step 2: pieces ---- */

/* Bytes of the closing marks at p, which follow the end of a sentence: quotation marks, brackets, and the signs of Markdown. */
static size_t closing_marks(const char *p, size_t len)
{
	size_t i = 0;
	for (uint32_t n; i < len; i += n) {
		const uint32_t code = utf8_decode_within(p + i, len - i, &n);
		if (code != '*' && code != '~' && code != '`' && char_kind_of(code) != CHAR_BRACKET)
			break;
	}
	return i;
}

/* Bytes of white space at p, and of the quote signs at the start of lines.  line: p is the start of a line. */
static size_t skip_margin(const char *p, size_t len, bool line)
{
	size_t i = 0;
	for (; i < len && (is_space(p[i]) || (line && p[i] == '>')); i++)
		line |= p[i] == '\n';
	return i;
}

/* The end of the sentence at p + start: white space after a stop, or the place after a stop of a script without spaces; a line end;
 * in a table row also the space before a pipe.  len if there is none.  White space belongs to the text after it. */
static size_t sentence_end(const char *p, size_t len, size_t start, bool row)
{
	for (size_t i = start; i < len;) {
		uint32_t n;
		const uint32_t code = utf8_decode_within(p + i, len - i, &n);
		if (i > start && (code == '\n' || (row && code == ' ' && i + 1 < len && p[i + 1] == '|')))
			return i;
		i += n;
		const enum char_kind kind = char_kind_of(code);
		if (kind != CHAR_STOP && kind != CHAR_QUESTION && kind != CHAR_ELLIPSIS)
			continue;
		i += closing_marks(p + i, len - i);
		if (i < len && (is_space(p[i]) || (code >= 0x3000 && code != 0xFFFD)))
			return i;
	}
	return len;
}

/* The end of the word at p + start; at most `most` bytes of a long word, but whole characters. */
static size_t word_end(const char *p, size_t len, size_t start, size_t most)
{
	size_t i = start;
	while (i < len && !is_space(p[i])) {
		uint32_t n;
		utf8_decode_within(p + i, len - i, &n);
		if (i > start && i + n - start > most)
			break;
		i += n;
	}
	return i;
}

static bool at_line(const struct chunker *c, size_t at)
{
	return !at || c->md.p[at - 1] == '\n';
}

/* to, if only empty lines are between at and to; otherwise at.  No piece is blank. */
static size_t with_blanks(const struct chunker *c, size_t at, size_t to)
{
	return trim_lines(c, at, to) == at ? to : at;
}

/* Adds a piece of a unit, from `from` to `to`.  *k is the first span of the unit that may reach into it. */
static void add_piece(struct chunker *c, const struct piece *unit, size_t from, size_t to, size_t size, unsigned depth, uint32_t *k)
{
	struct piece piece = *unit;
	while (*k < unit->last && c->spans[*k].to <= from)
		++*k;
	piece.from = from;
	piece.size = size;
	piece.first = piece.last = *k;
	while (piece.last < unit->last && c->spans[piece.last + 1].from < to)
		piece.last++;
	if (from > unit->from)
		piece.depth = (uint16_t)depth;
	*(struct piece *)vector_add(c, &c->pieces, sizeof piece) = piece;
}

/* The end of the part of code at `from`: its line, with the line end.  The line of a fence is not separated from the code. */
static size_t code_end(const struct chunker *c, const struct piece *unit, size_t from, size_t to)
{
	const size_t first = c->spans[unit->first].from, last = c->spans[unit->last].to;
	size_t at = from < first ? first : from;
	const char *end = memchr(c->md.p + at, '\n', to - at);
	at = end ? (size_t)(end - c->md.p) + 1 : to;
	if (at >= last && from < last) { /* the closing fence is the next line */
		end = at < to ? memchr(c->md.p + at, '\n', to - at) : NULL;
		at = end ? (size_t)(end - c->md.p) + 1 : to;
	}
	for (size_t i = at; i < to && is_space(c->md.p[i]); i++) /* blank lines belong to the line before them */
		if (c->md.p[i] == '\n')
			at = i + 1;
	return with_blanks(c, at, to);
}

/* Bytes between `from` and the next word: white space, quote signs at the start of lines, and the marker of a heading or item. */
static size_t before_word(const struct chunker *c, const struct piece *unit, size_t from, size_t to)
{
	const char *p = c->md.p + from;
	size_t i = skip_margin(p, to - from, at_line(c, from));
	const size_t margin = i, text = c->spans[unit->first].from - unit->from;
	if (from != unit->from || text >= to - from)
		return margin;
	while (i < text && strchr(" #>-*.)0123456789", p[i])) /* but no picture */
		i++;
	return i == text ? i : margin;
}

static size_t part_end(const struct chunker *c, const struct piece *unit, size_t from, size_t to)
{
	if (unit->kind == PIECE_CODE)
		return code_end(c, unit, from, to);
	return with_blanks(c, from + sentence_end(c->md.p + from, to - from, before_word(c, unit, from, to), unit->kind == PIECE_ROW), to);
}

/* Splits a unit, which ends at `to`, into sentences or lines, and those of more than max_tokens into words. */
static void split_unit(struct chunker *c, const struct piece *unit, size_t to)
{
	const size_t most = c->options.max_tokens;
	uint32_t k = unit->first;
	for (size_t at = unit->from, end, size; at < to; at = end) {
		end = part_end(c, unit, at, to);
		size = count_tokens(c, c->md.p + at, end - at);
		if (size <= most) {
			add_piece(c, unit, at, end, size, DEPTH_SENTENCE, &k);
			continue;
		}
		for (size_t from = at, next; from < end; from = next) {
			next = with_blanks(c, from + word_end(c->md.p + from, end - from, before_word(c, unit, from, end), most), end);
			add_piece(c, unit, from, next, count_tokens(c, c->md.p + from, next - from), from == at ? DEPTH_SENTENCE : DEPTH_WORD, &k);
		}
	}
}

/* Sets what is repeated if a chunk ends inside of the table or code that begins with this unit, which has been counted. */
static void set_frame(struct chunker *c, const struct piece *unit, size_t to, size_t size)
{
	struct frame *frame = (struct frame *)c->frames.items + unit->frame;
	const char *p = c->md.p + unit->from;
	const size_t len = trim_end(c->md.p, unit->from, to) - unit->from;
	if (unit->header && len <= HEADER_MOST && size <= c->options.max_tokens / 2)
		frame->before = (mk_str){p, len};
	if (unit->kind != PIECE_CODE)
		return;
	const char *end = memchr(p, '\n', len), *ticks = memchr(p, '`', len), *info = ticks;
	if (!end || !ticks || end - p > FENCE_MOST || ticks > end)
		return;
	while (*info == '`')
		info++;
	if (count_tokens(c, p, (size_t)(end - p)) + count_tokens(c, p, (size_t)(info - p)) > c->options.max_tokens / 2)
		return;
	char *close = arena_alloc(&c->pg->arena, (size_t)(info - p));
	for (const char *q = p; q < info; q++) /* the marker of a list item becomes indentation */
		close[q - p] = *q == '>' || *q == '`' ? *q : ' ';
	frame->before = (mk_str){p, (size_t)(end - p)};
	frame->after = (mk_str){close, (size_t)(info - p)};
}

static void find_pieces(struct chunker *c)
{
	const struct piece *units = c->units.items;
	const size_t most = c->options.max_tokens;
	size_t above = 0; /* tokens of the headings directly before the unit */
	for (size_t i = 0; i < c->units.n; i++) {
		const struct piece *unit = &units[i];
		const size_t to = i + 1 < c->units.n ? units[i + 1].from : c->md.len;
		/* Prose is also split if it fits only without its heading. */
		const size_t room = unit->kind == PIECE_PROSE && above <= most / 2 ? most - above : most;
		size_t size = count_tokens(c, c->md.p + unit->from, to - unit->from);
		if (size > room)
			size = count_tokens(c, c->md.p + unit->from, trim_end(c->md.p, unit->from, to) - unit->from);
		if (unit->header || (unit->kind == PIECE_CODE && (!i || unit->frame != units[i - 1].frame)))
			set_frame(c, unit, to, size);
		uint32_t k = unit->first;
		if (size > room)
			split_unit(c, unit, to);
		else
			add_piece(c, unit, unit->from, to, size, 0, &k);
		above = unit->kind != PIECE_HEADING || size > most ? 0 : above > most - size ? most : above + size;
	}
}

/* ---- Step 3: chunks ---- */

/* Whether a new chunk must begin at piece i: a heading not inside of an item, nor after a heading of the same or a higher rank. */
static bool begins_section(const struct chunker *c, size_t i)
{
	const struct piece *piece = piece_at(c, i);
	return piece->kind == PIECE_HEADING && !piece->depth && i && (piece[-1].kind != PIECE_HEADING || piece[-1].level > piece->level);
}

/* The end of the longest run of pieces from start on with at most `budget` tokens and about `reach` bytes, one piece at least, and
 * within one section. */
static size_t furthest(const struct chunker *c, size_t start, size_t budget, size_t reach)
{
	size_t end = start;
	while (end < c->pieces.n && !(end > start && begins_section(c, end)) && piece_at(c, end)->size <= budget &&
	       piece_at(c, end)->from - piece_at(c, start)->from <= reach)
		budget -= piece_at(c, end++)->size;
	return end > start ? end : start + 1;
}

/* Whether the pieces from i up to the next boundary of depth 0 fit into a chunk and have not been split. */
static bool whole_fits(const struct chunker *c, size_t i)
{
	size_t budget = c->options.max_tokens, first = i;
	for (; i < c->pieces.n && (i == first || piece_at(c, i)->depth); i++) {
		const struct piece *piece = piece_at(c, i);
		if (piece->size > budget || (i > first && piece->depth >= DEPTH_SENTENCE))
			return false;
		budget -= piece->size;
	}
	return true;
}

/* How bad it is to end a chunk before piece i.  0 is best.  A heading or a table's header row should not be the end of a chunk; it
 * is still better than to cut a list item, code or a row that fits into the next chunk. */
static unsigned badness(const struct chunker *c, size_t i)
{
	const struct piece *piece = piece_at(c, i);
	if (piece->depth)
		return piece->depth + 1u;
	if (piece[-1].kind == PIECE_HEADING)
		return whole_fits(c, i) ? 1 : DEPTH_WORST;
	return piece[-1].header && piece->frame == piece[-1].frame;
}

/* The best end of a chunk that begins at start and may reach up to limit. */
static size_t best_end(const struct chunker *c, size_t start, size_t limit)
{
	size_t best = limit;
	unsigned least = UINT32_MAX;
	if (limit == c->pieces.n || begins_section(c, limit))
		return limit;
	for (size_t i = limit; i > start && least; i--) {
		const unsigned bad = badness(c, i);
		if (bad < least) {
			least = bad;
			best = i;
		}
	}
	return best;
}

static bool same_frame(const struct chunker *c, size_t i)
{
	return i && i < c->pieces.n && piece_at(c, i)->frame != NO_FRAME && piece_at(c, i)->frame == piece_at(c, i - 1)->frame;
}

/* A chunk being made: pieces start … end - 1, and before them an overlap that begins in piece `first` at byte from. */
struct draft {
	size_t first, start, end, from;
	bool framed; /* repeat a header row or fence */
};

static size_t text_start(const struct chunker *c, size_t from, size_t to, const struct piece *piece)
{
	const bool inside = piece->depth >= DEPTH_SENTENCE && piece->kind != PIECE_CODE; /* at a line start, keeps the margin */
	while (from < to && (inside ? is_space(c->md.p[from]) : c->md.p[from] == '\n'))
		from++;
	return from;
}

/* Sets the text and the place of the chunk in the Markdown. */
static void write_chunk(struct chunker *c, const struct draft *d, mk_chunk *out)
{
	const size_t end = d->end < c->pieces.n ? piece_at(c, d->end)->from : c->md.len;
	const bool inside = same_frame(c, d->end);
	const struct piece *first = piece_at(c, d->first);
	const struct frame *frames = c->frames.items, *before = NULL, *after = NULL;
	if (d->framed && same_frame(c, d->first) && (first->kind == PIECE_CODE || first->depth < DEPTH_SENTENCE))
		before = &frames[first->frame]; /* not before the rest of a row */
	if (d->framed && inside)
		after = &frames[piece_at(c, d->end)->frame];
	out->to = inside ? trim_end(c->md.p, d->from, end) : trim_lines(c, d->from, end);
	out->from = d->from < piece_at(c, d->start)->from ? text_start(c, d->from, out->to, &(struct piece){.depth = DEPTH_SENTENCE})
	                                                  : text_start(c, d->from, out->to, first);
	const size_t own = piece_at(c, d->start)->from;
	out->own_from = d->first == d->start && own == d->from ? out->from : text_start(c, own, out->to, piece_at(c, d->start));
	out->text = (mk_str){c->md.p + out->from, out->to - out->from};
	out->n_repeated = 0;
	if (!(before && before->before.len) && !(after && after->after.len))
		return;
	struct buf b;
	buf_init(&b, &c->pg->arena, out->text.len + HEADER_MOST / 2);
	if (before && before->before.len) {
		buf_add(&b, before->before.p, before->before.len);
		buf_char(&b, '\n');
	}
	out->n_repeated = b.len;
	buf_add(&b, out->text.p, out->text.len);
	if (after && after->after.len) {
		buf_char(&b, '\n');
		buf_add(&b, after->after.p, after->after.len);
	}
	arena_trim(&c->pg->arena, b.p, b.len);
	out->text = (mk_str){b.p, b.len};
}

/*
 * Finds the end of the chunk that begins at d->start, if its own pieces may have `budget` tokens.  If the whole has more tokens
 * than its pieces and is above the limit, it is shortened in proportion, after the third time by a quarter at least.  The next
 * chunk then begins with twice that length, not with all that its pieces allow, so that all tries together count a few times the
 * text.
 */
static void fill(struct chunker *c, struct draft *d, size_t budget, mk_chunk *out)
{
	const size_t most = c->options.max_tokens;
	size_t limit = furthest(c, d->start, budget, c->reach);
	c->reach = c->reach > SIZE_MAX / 2 ? SIZE_MAX : 2 * c->reach;
	for (unsigned tries = 1;; tries++) {
		d->end = best_end(c, d->start, limit);
		write_chunk(c, d, out);
		out->tokens = count_tokens(c, out->text.p, out->text.len);
		if (out->tokens <= most)
			return;
		if (d->end == d->start + 1) {
			if (d->from == piece_at(c, d->start)->from && !d->framed)
				return;
			d->from = piece_at(c, d->start)->from; /* a single piece: without overlap, then without a frame */
			d->framed = d->first != d->start;
			d->first = d->start;
			continue;
		}
		const size_t bytes = (size_t)((double)out->text.len * ((double)most / (double)out->tokens));
		const size_t least = tries > 3 ? (d->end - d->start) / 4 + 1 : 1, next = furthest(c, d->start, budget, bytes);
		c->reach = 2 * bytes;
		limit = next < d->end - least ? next : d->end - least;
		limit = limit > d->start ? limit : d->start + 1;
	}
}

/*
 * Sets the overlap of the chunk that begins at d->start: whole pieces at the end of the chunk before, whose own text begins at
 * piece `before`; then sentences of the piece before them.  Returns its tokens.  No text is repeated more than once, because an
 * overlap holds none of the chunk before last.
 */
static size_t set_overlap(struct chunker *c, struct draft *d, size_t before)
{
	const size_t most = c->options.max_tokens, size = piece_at(c, d->start)->size;
	const size_t room = size >= most ? 0 : most - size < c->options.overlap ? most - size : c->options.overlap;
	size_t left = room, i = d->start;
	while (i > before && piece_at(c, i - 1)->kind != PIECE_HEADING && piece_at(c, i - 1)->size <= left)
		left -= piece_at(c, --i)->size;
	d->first = i;
	d->from = piece_at(c, i)->from;
	if (!left || i == before || piece_at(c, i - 1)->kind != PIECE_PROSE)
		return room - left;
	c->cuts.n = 0;
	for (size_t at = piece_at(c, i - 1)->from; at < d->from; at = part_end(c, piece_at(c, i - 1), at, d->from))
		*(size_t *)vector_add(c, &c->cuts, sizeof(size_t)) = at;
	const size_t *cuts = c->cuts.items;
	for (size_t k = c->cuts.n; k-- > 1;) { /* the first sentence is left out: the piece as a whole is too long */
		const size_t tokens = count_tokens(c, c->md.p + cuts[k], d->from - cuts[k]);
		if (tokens > left)
			break;
		left -= tokens;
		d->from = cuts[k];
		d->first = i - 1;
	}
	return room - left;
}

/* Sets what the chunk says about itself apart from its text. */
static void describe(struct chunker *c, const struct draft *d, mk_chunk *out)
{
	size_t i = d->start;
	while (i + 1 < d->end && piece_at(c, i)->kind == PIECE_HEADING)
		i++;
	const struct path *path = (const struct path *)c->paths.items + piece_at(c, i)->path;
	uint32_t first = piece_at(c, d->first)->first, last = piece_at(c, d->end - 1)->last;
	while (first < last && c->spans[first].to <= out->from)
		first++;
	while (last > first && c->spans[last].from >= out->to)
		last--;
	out->headings = path->headings;
	out->n_headings = path->n;
	out->first_block = c->spans[first].block;
	out->last_block = c->spans[last].block;
	out->source_from = c->spans[first].source_from;
	out->source_to = c->spans[first].source_to;
	for (uint32_t k = first; k <= last; k++) { /* not always in the order of the source: tables move misplaced text before them */
		out->source_from = c->spans[k].source_from < out->source_from ? c->spans[k].source_from : out->source_from;
		out->source_to = c->spans[k].source_to > out->source_to ? c->spans[k].source_to : out->source_to;
	}
	out->cut_start = piece_at(c, d->start)->depth > 0;
	out->cut_end = d->end < c->pieces.n && piece_at(c, d->end)->depth > 0;
	out->over = out->tokens > c->options.max_tokens;
}

static void make_chunks(mk_page *pg, const mk_chunk_options *options, volatile bool *failed)
{
	struct chunker *c = arena_zero(&pg->arena, sizeof *c);
	c->pg = pg;
	c->options = *options;
	c->failed = failed;
	const struct written *w = written_field(c->pg, MK_FIELD_MARKDOWN, c->options.flags);
	c->md = w->text;
	c->spans = w->spans;
	c->n_spans = w->n_spans;
	c->reach = SIZE_MAX;
	find_units(c);
	find_pieces(c);
	for (size_t start = 0, before = 0, end; start < c->pieces.n; before = start, start = end) {
		struct draft d = {.first = start, .start = start, .from = piece_at(c, start)->from, .framed = true};
		size_t overlap = 0;
		mk_chunk chunk = {.text = {NULL, 0}};
		if (start && c->options.overlap && !begins_section(c, start))
			overlap = set_overlap(c, &d, before);
		fill(c, &d, c->options.max_tokens - overlap, &chunk);
		describe(c, &d, &chunk);
		*(mk_chunk *)vector_add(c, &c->chunks, sizeof chunk) = chunk;
		end = d.end;
	}
	c->pg->n_chunk_list = c->chunks.n;
	c->pg->chunk_list = c->chunks.items ? c->chunks.items : arena_alloc(&c->pg->arena, 1);
}

/* ---- Public ---- */

/* Fills *o from the caller's options and defaults. */
static mk_status chunk_options(mk_page *pg, mk_chunk_options *o, const mk_chunk_options *given)
{
	const mk_status status = record_options(pg, o, sizeof *o, given, given ? given->size : 0);
	if (status)
		return status;
	o->max_tokens = o->max_tokens ? o->max_tokens : TOKENS_DEFAULT;
	if (o->max_tokens > INT32_MAX)
		return record_fail(pg, MK_BAD_ARGUMENT, "max_tokens: %zu is outside 1 to %d", o->max_tokens, INT32_MAX);
	if (o->overlap >= o->max_tokens)
		return record_fail(pg, MK_BAD_ARGUMENT, "overlap: %zu is not less than max_tokens, %zu", o->overlap, o->max_tokens);
	if (o->flags & ~(unsigned)(MK_IMAGES | MK_NO_LINKS))
		return record_fail(pg, MK_BAD_ARGUMENT, "flags: 0x%x has an unknown bit", o->flags);
	return MK_OK;
}

mk_status mk_chunks(mk_page *pg, const mk_chunk_options *options, size_t *n)
{
	if (n)
		*n = 0;
	mk_status status = record_ready(pg);
	if (status)
		return status;
	if (!n)
		return record_fail(pg, MK_BAD_ARGUMENT, "n: is NULL");
	pg->chunk_list = NULL;
	pg->n_chunk_list = 0;
	mk_chunk_options known;
	status = chunk_options(pg, &known, options);
	if (status)
		return status;
	volatile bool failed = false;
	const struct results_before before = results_before(pg);
	if (setjmp(pg->arena.escape) && (failed || !results_again(pg, &before)))
		return failed ? record_fail(pg, MK_BAD_ARGUMENT, "count: has failed") : MK_NO_MEMORY;
	make_chunks(pg, &known, &failed);
	*n = pg->n_chunk_list;
	return MK_OK;
}

const mk_chunk *mk_chunk_at(const mk_page *pg, size_t i)
{
	return pg && pg->has_article && pg->chunk_list && i < pg->n_chunk_list ? &pg->chunk_list[i] : NULL;
}
