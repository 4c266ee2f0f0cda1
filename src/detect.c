/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detect.c - bytes in an unknown legacy encoding -> an encoding label.
 *
 * Compiled only with MK_WITH_DETECTOR, since the core library needs nothing but libc.  All calls to uchardet are in this file;
 * docs/libraries.md explains why uchardet was chosen.
 *
 * The detector does not see the page itself but a sample: the words that contain bytes beyond ASCII, and the words next to them,
 * without markup.  Most of a page is tags and scripts in English, from which the detector would conclude that the page is in
 * English.  The sample is limited to SAMPLE_MOST bytes, which bounds the detector's time.
 */
#include "decode.h"

#include <uchardet/uchardet.h>

#define SAMPLE_MOST 32768 /* bytes of the sample */
#define DETECT_LABEL 64   /* bytes of a label, including its NUL */

struct sampler {
	const char *p, *end; /* rest of the page */
	char *out;           /* the sample, room for SAMPLE_MOST bytes */
	size_t len;          /* bytes of the sample so far */
};

/* With p at the "<" of a <script> or <style> start tag: moves p to the "<" of the end tag, or to the end of the page, since the
 * content is not text.  Returns false, with p unchanged, at any other tag. */
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

/* Reads the next word of text, skipping markup; {NULL, 0} at the end of the page. */
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

/* Appends a word and a space to the sample, as far as there is room. */
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

/* Fills the sample with the words that are not all ASCII and the word before and after each of them. */
static void sample_fill(struct sampler *s)
{
	mk_str before = {NULL, 0}; /* the previous word; empty if it is in the sample already */
	bool follows = false;      /* the previous word is not all ASCII */
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

/* Translates those of uchardet's names that are not labels in the Encoding standard, though the standard has the encodings. */
static const char *detect_alias(const char *name)
{
	if (!strcmp(name, "UHC"))
		return "euc-kr";
	return !strcmp(name, "MAC-CYRILLIC") ? "x-mac-cyrillic" : name;
}

/* Whether the standard decodes name as a part of ISO 8859.  It treats the labels of parts 1, 9 and 11 as Windows code pages. */
static bool detect_is_iso(const char *name)
{
	return !strncmp(name, "ISO-8859-", 9) && strcmp(name + 9, "1") && strcmp(name + 9, "9") && strcmp(name + 9, "11");
}

/*
 * Looks for two facts about the sample that settle what the detector often gets wrong.
 *
 * *only_signs: the only bytes beyond ASCII are curly quotes, dashes, no-break spaces and similar signs, which have the same codes
 * in all Windows code pages.  This is typical of an English page in windows-1252, in which detectors see Greek or Japanese.
 *
 * *controls: there are bytes 0x80 to 0x9F.  These are control characters in all parts of ISO 8859, so the page is in none
 * of them.
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
	uchardet_t detector = uchardet_new(); /* until uchardet_delete(), no arena call: its longjmp() would leak the detector */
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
