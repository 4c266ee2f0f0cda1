/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.h - binary search.
 *
 * A macro rather than a function, so that the comparison is compiled into the loop.  Unlike bsearch(), it also finds the place
 * where a missing element would be.
 */
#ifndef MAKALA_SEARCH_H
#define MAKALA_SEARCH_H

#include <stddef.h>

/*
 * Sets at, a size_t variable, to the first index in from … end - 1 for which the expression is_before is false, or to end if it
 * is true for all of them.  is_before uses at; it must be true for the indices up to some point and false for all after it.  It
 * is never evaluated with at == end.  For example, the first element of a sorted array that is not less than x:
 *
 *	SEARCH(i, 0, n, values[i] < x);
 */
#define SEARCH(at, from, end, is_before)                                                                                       \
	do {                                                                                                                       \
		size_t low_ = (from), high_ = (end);                                                                               \
		while (low_ < high_) {                                                                                             \
			at = low_ + (high_ - low_) / 2;                                                                            \
			if (is_before)                                                                                             \
				low_ = at + 1;                                                                                     \
			else                                                                                                       \
				high_ = at;                                                                                        \
		}                                                                                                                  \
		at = low_;                                                                                                         \
	} while (0)

#endif
