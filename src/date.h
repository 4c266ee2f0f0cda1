/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - dates as people and programs write them, in any language.
 */
#ifndef MAKALA_DATE_H
#define MAKALA_DATE_H

#include "page.h"

#define DATE_LONGEST 256 /* bytes of a text that are looked at */

struct date {
	int16_t year;          /* Gregorian */
	uint8_t month;         /* 1…12 */
	uint8_t day;           /* 0: not said */
	int8_t hour, minute, second; /* hour -1: no time said; second -1: not said */
	bool has_zone;
	int16_t zone;          /* minutes east of Greenwich */
	bool ambiguous;        /* day and month in numbers, and either order makes a date */
	uint16_t from, to;     /* bytes of the text that say it */
};

/*
 * Finds the first date in text.  language: the page's language tag, which tells the order of numbers and what ambiguous words mean;
 * {NULL, 0} when it is unknown.  whole: the text should be a date and nothing else (an attribute), so forms count that mean
 * something else in running text: "20221022", "10/2022", seconds since 1970.
 */
bool date_find(mk_str text, mk_str language, bool whole, struct date *out);

/* The date in ISO 8601, in the arena. */
mk_str date_iso(struct arena *a, const struct date *d);

/* Days since 1 January 1970. */
int32_t date_days(const struct date *d);

/* Whether text has as many digits, of any script, as a date has at least. */
bool date_has_digits(mk_str text);

#endif
