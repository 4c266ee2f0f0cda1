/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonld.c - fuzz target for JSON-LD.
 *
 * The input is cut at NUL bytes, and each part is one JSON-LD script of the same page.  The list of values must be well-formed, and
 * every query for a value must end.
 */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_values(const struct jsonld *ld)
{
	for (uint32_t i = 0; i < ld->n; i++) {
		const struct ld_value *v = &ld->values[i];
		CHECK(v->next > i && v->next <= ld->n);
		CHECK(v->parent == LD_NONE || (v->parent < i && v->next <= ld->values[v->parent].next));
		CHECK(v->kind == LD_OBJECT || v->kind == LD_ARRAY || v->next == i + 1);
	}
}

static void check_answers(const struct jsonld *ld, struct arena *a)
{
	static const char *const keys[] = {"@id", "@type", "author", "name", "headline", "datepublished", "image"};
	for (uint32_t i = 0; i < ld->n; i++) {
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
			uint32_t m = jsonld_get(ld, i, keys[k]);
			CHECK(m == LD_NONE || (m > i && m < ld->values[i].next));
		}
		CHECK(jsonld_deref(ld, i) < ld->n);
		mk_str text = jsonld_text(ld, a, i);
		CHECK(!text.p == !text.len && (!text.len || (text.p[0] != ' ' && text.p[text.len - 1] != ' ')));
		jsonld_rank(ld, i);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mk_page *pg = mk_page_new(NULL);
	struct jsonld ld;
	memset(&ld, 0, sizeof ld);
	CHECK(mk_extract(pg, "", 0, NULL) == MK_OK);
	for (size_t from = 0, i = 0; i <= size; i++)
		if (i == size || !data[i]) {
			jsonld_read(&ld, &pg->arena, (mk_str){(const char *)data + from, i - from});
			from = i + 1;
		}
	check_values(&ld);
	check_answers(&ld, &pg->arena);
	mk_page_free(pg);
	return 0;
}
