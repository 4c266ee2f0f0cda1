/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - finds dates in text, as people and programs write them, in any language.
 */
#ifndef MAKALA_DATE_H
#define MAKALA_DATE_H

#include "page.h"

#define DATE_LONGEST 256 /* bytes of a text that are read; the rest is ignored */

struct date {
	int16_t year;          /* Gregorian */
	uint8_t month;         /* 1…12 */
	uint8_t day;           /* 0: not stated */
	int8_t hour, minute, second; /* hour -1: no time stated; second -1: not stated */
	bool has_zone;
	int16_t zone;          /* minutes east of Greenwich */
	bool ambiguous;        /* day and month are numbers, and both orders are valid dates */
	uint16_t from, to;     /* byte range of the date, and of its time, in the text */
};

/*
 * Finds the first date in text; returns false if there is none.  A date with a day is preferred to an earlier month without one.
 * language: the page's language tag, which decides the order of numbers and the meaning of ambiguous words; {NULL, 0} if unknown.
 * whole: text is expected to be a date and nothing else, as in an attribute.  Forms that mean something else in running text are
 * then read too: "20221022", "10/2022", seconds since 1970.
 */
bool date_find(mk_str text, mk_str language, bool whole, struct date *out);

/* The date in ISO 8601, allocated in the arena.  Parts that are not stated are left out, except seconds, which become 00. */
mk_str date_iso(struct arena *a, const struct date *d);

/* Days since 1 January 1970; a date without a day counts as the first of its month. */
int32_t date_days(const struct date *d);

/*
 * Whether text has enough digits to be worth a date_find(): three in ASCII text, one of any script in other text, where months and
 * eras may be words ("令和元年5月").
 */
bool date_has_digits(mk_str text);

#endif
