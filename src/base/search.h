/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.h - binary search, with the comparison compiled into the loop.
 */
#ifndef MAKALA_SEARCH_H
#define MAKALA_SEARCH_H

#include <stddef.h>

/*
 * Sets at, a size_t, to the first number from `from` to `end` that is_before, a condition on at, does not hold for.  The condition
 * must hold for some first numbers and for none after these; it is never asked of end itself.
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
