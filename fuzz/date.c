/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.c - fuzz target for dates and captions.
 *
 * The first bytes, up to a line end and at most 8, are a language tag.  The rest is a text, which is searched for a date twice, as
 * running text and as an attribute value, and then split as the caption of a picture.
 */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_date(mk_page *pg, mk_str text, mk_str language, bool whole)
{
	struct date d;
	if (!date_find(text, language, whole, &d))
		return;
	CHECK(d.month >= 1 && d.month <= 12 && d.day <= days_in_month(d.year, d.month));
	CHECK(d.hour >= -1 && d.hour < 24 && (d.hour < 0 || d.minute < 60) && d.second < 60 && d.zone >= -14 * 60 - 59 &&
	        d.zone <= 14 * 60 + 59);
	CHECK(d.from < d.to && d.to <= text.len);
	mk_str iso = date_iso(&pg->arena, &d);
	CHECK(iso.len == 7 || iso.len == 10 || iso.len == 19 || iso.len == 20 || iso.len == 25);
	/* A date that is written in ISO 8601 must be read back as the same date. */
	struct date again;
	CHECK(date_find(iso, (mk_str){NULL, 0}, true, &again));
	CHECK(again.year == d.year && again.month == d.month && again.day == d.day && again.hour == d.hour);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mk_page *pg = mk_page_new(NULL);
	mk_str caption, credit;
	CHECK(mk_extract(pg, "", 0, NULL) == MK_OK);
	const char *p = (const char *)data;
	size_t tag = 0;
	while (tag < size && tag < 8 && p[tag] != '\n')
		tag++;
	mk_str text = {p + tag, size - tag};
	check_date(pg, text, (mk_str){p, tag}, false);
	check_date(pg, text, (mk_str){p, tag}, true);
	picture_split(text, &caption, &credit);
	CHECK(caption.len + credit.len <= text.len);
	mk_page_free(pg);
	return 0;
}
