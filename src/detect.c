/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detect.c - bytes in an unknown legacy encoding -> a label for it.
 *
 * Compiled with MK_WITH_DETECTOR only: the core library stands on libc alone.  All calls of uchardet are here; docs/libraries.md
 * says why it is uchardet.
 *
 * The detector is given the words that hold bytes beyond ASCII and their neighbours, without markup: pages are for the most part
 * tags and scripts in English, and what it would learn from those is that the page is in English.
 */
#include "decode.h"

#include <uchardet/uchardet.h>

#define SAMPLE_MOST 32768
#define DETECT_LABEL 64

struct sampler {
	const char *p, *end;
	char *out;
	size_t len;
};

/* Over an element whose content is no text, p is at its "<"; false when it is none of those. */
static bool sample_skip_raw(struct sampler *s)
{
	static const char *const raw[] = {"script", "style"};
	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(raw[i]);
		if ((size_t)(s->end - s->p) <= len || !str_equals(s->p + 1, len, raw[i]))
			continue;
		for (const char *at = s->p + 1; (at = memchr(at, '<', (size_t)(s->end - at))); at++) {
			if ((size_t)(s->end - at) > len + 1 && at[1] == '/' && str_equals(at + 2, len, raw[i])) {
				s->p = at;
				return true;
			}
		}
		s->p = s->end;
		return true;
	}
	return false;
}

/* The next word of text; {NULL, 0} at the end. */
static mk_str sample_word(struct sampler *s)
{
	while (s->p < s->end) {
		const char *from = s->p;
		if (is_space(*from)) {
			s->p++;
		} else if (*from != '<') {
			while (s->p < s->end && *s->p != '<' && !is_space(*s->p))
				s->p++;
			return (mk_str){from, (size_t)(s->p - from)};
		} else if (!sample_skip_raw(s)) {
			const char *close = memchr(from, '>', (size_t)(s->end - from));
			s->p = close ? close + 1 : s->end;
		}
	}
	return (mk_str){NULL, 0};
}

static void sample_add(struct sampler *s, mk_str word)
{
	size_t room = SAMPLE_MOST - s->len;
	if (!word.len || !room)
		return;
	size_t len = word.len < room - 1 ? word.len : room - 1;
	memcpy(s->out + s->len, word.p, len);
	s->len += len;
	s->out[s->len++] = ' ';
}

static bool beyond_ascii(mk_str word)
{
	for (size_t i = 0; i < word.len; i++)
		if ((uint8_t)word.p[i] >= 0x80)
			return true;
	return false;
}

static void sample_fill(struct sampler *s)
{
	mk_str before = {NULL, 0}; /* the word before, unless it was added */
	bool follows = false;      /* the word before is beyond ASCII */
	for (mk_str word; s->len < SAMPLE_MOST && (word = sample_word(s)).p;) {
		bool beyond = beyond_ascii(word);
		if (beyond)
			sample_add(s, before);
		if (beyond || follows) {
			sample_add(s, word);
			word.len = 0;
		}
		before = word;
		follows = beyond;
	}
}

/* uchardet's names that are no labels of the Encoding standard, though the encodings are there. */
static const char *detect_alias(const char *name)
{
	if (!strcmp(name, "UHC"))
		return "euc-kr";
	return !strcmp(name, "MAC-CYRILLIC") ? "x-mac-cyrillic" : name;
}

/* Whether name means a part of ISO 8859 to the standard; the labels of parts 1, 9 and 11 mean Windows code pages. */
static bool detect_is_iso(const char *name)
{
	return !strncmp(name, "ISO-8859-", 9) && strcmp(name + 9, "1") && strcmp(name + 9, "9") && strcmp(name + 9, "11");
}

/*
 * What bytes beyond ASCII there are.  Curly quotes, dashes, no-break spaces and their like stand at the same place in all Windows
 * code pages: an English page with nothing else beyond ASCII is windows-1252, though detectors see Greek or Japanese.  And 0x80 to
 * 0x9F are controls in all of ISO 8859, so a page that has them is in none of it.
 */
static void sample_look(const struct sampler *s, bool *only_signs, bool *controls)
{
	static const char signs[] = "\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA9\xAB\xAE\xB0\xB7\xBB";
	*only_signs = true;
	*controls = false;
	for (size_t i = 0; i < s->len; i++) {
		uint8_t c = (uint8_t)s->out[i];
		*only_signs = *only_signs && (c < 0x80 || memchr(signs, c, sizeof signs - 1));
		*controls = *controls || (c >= 0x80 && c <= 0x9F);
	}
}

const char *detect_charset(struct arena *a, const char *bytes, size_t len)
{
	char *label = arena_alloc(a, DETECT_LABEL);
	struct sampler s = {bytes, bytes + len, arena_alloc(a, SAMPLE_MOST), 0};
	bool only_signs, controls;
	sample_fill(&s);
	sample_look(&s, &only_signs, &controls);
	if (!s.len || only_signs)
		return s.len ? "windows-1252" : NULL;
	label[0] = '\0';
	uchardet_t detector = uchardet_new(); /* from here to its end no call to the arena, which could leave by longjmp */
	if (detector && uchardet_handle_data(detector, s.out, s.len) == 0) {
		uchardet_data_end(detector);
		const char *found = detect_alias(uchardet_get_charset(detector));
		size_t n = strlen(found);
		if (n < DETECT_LABEL && !(controls && detect_is_iso(found)))
			memcpy(label, found, n + 1);
	}
	if (detector)
		uchardet_delete(detector);
	return label[0] ? label : NULL;
}
