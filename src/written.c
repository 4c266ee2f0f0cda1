/* SPDX-License-Identifier: Apache-2.0 */
/*
 * written.c - the output of the writers, kept with the page, so that asking again costs nothing and returns the same string.
 *
 * A page has few outputs: a form, a set of fields and a set of flags each, so a list is enough.
 */
#include "page.h"

const struct written *written_find(const mk_page *pg, enum form form, uint64_t fields, unsigned flags)
{
	const struct written *w = pg->written;
	while (w && !(w->form == form && w->fields == fields && w->flags == flags))
		w = w->next;
	return w;
}

struct written *written_begin(mk_page *pg, enum form form, uint64_t fields, unsigned flags, size_t expected, struct buf *b)
{
	struct written *w = arena_zero(&pg->arena, sizeof *w);
	w->form = form;
	w->fields = fields;
	w->flags = flags;
	const size_t room = output_room(pg);
	buf_init(b, &pg->arena, expected < room ? expected : room);
	return w;
}

const struct written *written_keep(mk_page *pg, struct written *w, const struct buf *b)
{
	w->text = (mk_str){b->p, b->len};
	w->next = pg->written;
	pg->written = w;
	return w;
}

/* The first buffer holds a usual article; it grows when needed. */
static struct written *write_field(mk_page *pg, uint64_t field, unsigned flags, size_t most, struct buf *b)
{
	struct written *w = written_begin(pg, FORM_FIELD, field, flags, field == MK_FIELD_COMMENTS ? 4096 : 16384, b);
	w->most = most;
	if (field & (MK_FIELD_TEXT | MK_FIELD_COMMENTS))
		text_write(pg, field == MK_FIELD_COMMENTS, b, w);
	else if (field == MK_FIELD_MARKDOWN)
		markdown_write(pg, flags, b, w);
	else
		html_write(pg, flags, b, w);
	return w;
}

/* Text and comments ignore flags, so these are cleared first, and the same text is kept only once. */
const struct written *written_field(mk_page *pg, uint64_t field, unsigned flags)
{
	if (field & (MK_FIELD_TEXT | MK_FIELD_COMMENTS))
		flags = 0;
	const struct written *kept = written_find(pg, FORM_FIELD, field, flags);
	if (kept)
		return kept;
	struct buf b;
	struct written *w = write_field(pg, field, flags, OUTPUT_MOST(pg), &b);
	return written_keep(pg, w, &b);
}

mk_str written_short(mk_page *pg, uint64_t field, unsigned flags, size_t most)
{
	struct buf b;
	write_field(pg, field, flags, most, &b);
	return (mk_str){b.p, b.len};
}
