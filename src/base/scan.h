/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - finds the next byte that matters to the tokenizer, 16 or 32 bytes at a time, and classifies characters.
 *
 * The scan_…() functions read text that is followed by MK_PADDING NUL bytes, as the text of a page is.  All of them stop at a NUL
 * byte, so they need no check for the end of the text, and a load of 16 or 32 bytes cannot leave the padding.  Each has a path
 * for SSE2 and a portable one, which MK_SCALAR selects; scan_set() has one for NEON as well.
 *
 * The functions that take a uint64_t treat eight bytes at once with ordinary arithmetic.  Those for single characters come last.
 */
#ifndef MAKALA_SCAN_H
#define MAKALA_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if !defined(MK_SCALAR) && defined(__SSE2__)
#include <emmintrin.h>
#define SCAN_SSE2 1
#elif !defined(MK_SCALAR) && defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define SCAN_NEON 1
#endif

#if defined(SCAN_SSE2)
static inline unsigned set_mask(const char *p, char a, char b, char c)
{
	const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(a)), _mm_cmpeq_epi8(v, _mm_set1_epi8(b))),
	                                 _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)), _mm_cmpeq_epi8(v, _mm_setzero_si128())));
	return (unsigned)_mm_movemask_epi8(hit);
}
#endif

/* The first byte at or after p that is NUL, a, b or c.  Fewer than three bytes are sought by repeating one of them. */
static inline const char *scan_set(const char *p, char a, char b, char c)
{
#if defined(SCAN_SSE2)
	for (;; p += 32) {
		unsigned mask = set_mask(p, a, b, c) | set_mask(p + 16, a, b, c) << 16;
		if (mask)
			return p + __builtin_ctz(mask);
	}
#elif defined(SCAN_NEON)
	const uint8x16_t va = vdupq_n_u8((uint8_t)a), vb = vdupq_n_u8((uint8_t)b), vc = vdupq_n_u8((uint8_t)c);
	for (;; p += 16) {
		uint8x16_t v = vld1q_u8((const uint8_t *)p);
		uint8x16_t hit = vorrq_u8(vorrq_u8(vceqq_u8(v, va), vceqq_u8(v, vb)), vorrq_u8(vceqq_u8(v, vc), vceqzq_u8(v)));
		uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(hit), 4)), 0);
		if (mask)
			return p + (__builtin_ctzll(mask) >> 2);
	}
#else
	while (*p && *p != a && *p != b && *p != c)
		p++;
	return p;
#endif
}

/* The first byte at or after p that may end the name of a tag or attribute: `/`, `>`, extra (`=` for attributes), or any byte up
 * to the space.  One comparison finds white space and the NUL at the end of the text, but also other control characters, and a
 * NUL within the page; these are part of a name, and the caller goes on after them. */
static inline const char *scan_name(const char *p, char extra)
{
#if defined(SCAN_SSE2)
	const __m128i slash = _mm_set1_epi8('/'), gt = _mm_set1_epi8('>'), more = _mm_set1_epi8(extra), space = _mm_set1_epi8(' ');
	for (;; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, slash), _mm_cmpeq_epi8(v, gt)),
		                           _mm_or_si128(_mm_cmpeq_epi8(v, more), _mm_cmpeq_epi8(_mm_min_epu8(v, space), v)));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);
		if (mask)
			return p + __builtin_ctz(mask);
	}
#else
	while ((unsigned char)*p > ' ' && *p != '/' && *p != '>' && *p != extra)
		p++;
	return p;
#endif
}

/* The first byte at or after p that is not HTML's ASCII white space: tab, line feed, form feed, carriage return, space. */
static inline const char *scan_spaces(const char *p)
{
#if defined(SCAN_SSE2)
	const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t'), four = _mm_set1_epi8(4), vertical = _mm_set1_epi8('\v');
	for (;; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p), from_tab = _mm_sub_epi8(v, tab);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, space), _mm_cmpeq_epi8(_mm_min_epu8(from_tab, four), from_tab));
		unsigned others = ~(unsigned)_mm_movemask_epi8(_mm_andnot_si128(_mm_cmpeq_epi8(v, vertical), hit)) & 0xFFFF;
		if (others)
			return p + __builtin_ctz(others);
	}
#else
	while (*p == ' ' || (*p >= '\t' && *p <= '\r' && *p != '\v'))
		p++;
	return p;
#endif
}

/* The eight bytes at p as a number whose lowest byte is the first, on every system. */
static inline uint64_t load_word(const char *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof w);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* A mask with the highest bit of each byte of w that lies in first … last; both are ASCII characters.  The additions work on
 * seven bits per byte, so no byte carries into the next. */
static inline uint64_t bytes_between(uint64_t w, unsigned first, unsigned last)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t low7 = w & (0x7F * ones);
	return (low7 + (0x80 - first) * ones) & ~(low7 + (0x7F - last) * ones) & ~w & (0x80 * ones);
}

/* Like bytes_between(), for a … z. */
static inline uint64_t small_letters(uint64_t w)
{
	return bytes_between(w, 'a', 'z');
}

/* Like bytes_between(), for 0 … 9. */
static inline uint64_t digits(uint64_t w)
{
	return bytes_between(w, '0', '9');
}

/* Index of the first of eight bytes whose highest bit is set in marks, which has no other bits; 8 if marks is 0. */
static inline uint32_t first_marked(uint64_t marks)
{
	return marks ? (uint32_t)__builtin_ctzll(marks) / 8 : 8;
}

/* Number of lower-case ASCII letters with which the sixteen bytes at p begin, 0 to 16. */
static inline uint32_t small_letters_at(const char *p)
{
#if defined(SCAN_SSE2)
	const __m128i from_a = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8('a'));
	const unsigned letters = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(25)), from_a));
	return (uint32_t)__builtin_ctz(~letters); /* the mask has 16 bits, so ~letters is never 0 */
#else
	const uint64_t ends = 0x8080808080808080u;
	const uint32_t n = first_marked(~small_letters(load_word(p)) & ends);
	return n < 8 ? n : 8 + first_marked(~small_letters(load_word(p + 8)) & ends);
#endif
}

/* w with each byte A … Z replaced by a … z. */
static inline uint64_t lower_word(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t low7 = w & (0x7F * ones);
	uint64_t past_z = low7 + (0x7F - 'Z') * ones, from_a = low7 + (0x80 - 'A') * ones;
	uint64_t upper = ~w & (from_a ^ past_z) & (0x80 * ones);
	return w | upper >> 2;
}

/* Lower-case ASCII letter. */
static inline bool is_small(char c)
{
	return (unsigned char)(c - 'a') < 26;
}

/* ASCII letter. */
static inline bool is_alpha(char c)
{
	return (unsigned)((c | 0x20) - 'a') < 26;
}

/* ASCII letter or digit. */
static inline bool is_alnum(char c)
{
	return is_alpha(c) || (unsigned)(c - '0') < 10;
}

#endif
