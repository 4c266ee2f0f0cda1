/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutate.h - a mutator for fuzz targets that read HTML: changes of whole tags, texts and elements.
 *
 * Bytes that the fuzzer changes at random seldom are tags.  Here an input is a row of pieces, each a tag, a comment or a text, and
 * an element is the pieces from a start tag to its end tag.  Elements are removed, copied, moved, repeated and put into each other;
 * tags get other names and attributes; pieces are taken from a list that includes structured data.  One change in four is left to
 * the fuzzer's own mutator.  All choices follow from the seed.
 *
 * A target defines HEADER, the number of bytes before the HTML, before it includes this file.
 */
#ifndef MAKALA_FUZZ_MUTATE_H
#define MAKALA_FUZZ_MUTATE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t n_one, const uint8_t *other, size_t n_other, uint8_t *out, size_t most, unsigned seed);

#define PIECES_MOST 4096 /* the rest of a longer input is one piece */
#define INPUT_MOST_BYTES 65536
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const char *const mutate_names[] = {
        "p",      "div",      "span",     "a",      "b",        "i",        "table",    "tr",       "td",       "th",       "caption",  "ul",
        "ol",     "li",       "dl",       "dd",     "pre",      "code",     "h1",       "h3",       "blockquote", "figure", "figcaption", "img",
        "picture", "source",  "svg",      "text",   "tspan",    "foreignObject", "math", "mi",      "annotation-xml", "object", "video",  "iframe",
        "noembed", "noframes", "frameset", "textarea", "select", "option",  "selectedcontent", "datalist", "canvas", "template", "noscript",
        "script", "style",    "title",    "head",   "body",     "html",     "base",     "meta",     "link",     "form",     "button",   "article",
        "main",   "nav",      "aside",    "section", "time",    "ruby",     "rt",       "br",       "hr",       "amp-img",  "x-y",      "plaintext"};

static const char *const mutate_attributes[] = {
        " class='comment reply'", " class=byline", " id=content", " itemprop=author", " itemprop='author datePublished'",
        " itemscope itemtype=http://schema.org/Article", " href=x", " href='//h/%'", " href='mailto:a@b'", " src=a.png", " srcset='a 1x, b 2x'",
        " alt='a]b'", " width=1", " height=400", " colspan=9", " rowspan=0", " hidden", " style='display:none'", " role=navigation",
        " rel='author tag'", " datetime=2022-10-22", " property=og:title content=x", " name=author content='A B'", " charset=gbk",
        " http-equiv=refresh content='0;url=x'", " start=-7 reversed", " value=3", " lang=sw dir=rtl", " type=application/ld+json", "/"};

static const char *const mutate_pieces[] = {
        "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"x\",\"author\":[{\"@id\":\"a\"},{\"@id\":\"a\",\"name\":\"A B\"}]}</script>",
        "<script type=application/ld+json>[{\"@graph\":[{\"@type\":\"ImageObject\",\"url\":\"a.png\",\"caption\":\"c\"}]}]</script>",
        "<!doctype html>", "<!-- c -->", "<![CDATA[x]]>", "</>", "&amp;", "&#0;", "&nbsp", "<br><br>", "words of a sentence, and more. ",
        "By Amina Juma", "22 October 2022", "\xE4\xB8\xAD\xE6\x96\x87\xE3\x80\x82", "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7", "\x1B$B", "\n\n    ", "[^1]", "|"};

/* The bytes of an input after its header, the place where each piece begins, and a source of numbers. */
struct mutation {
	const uint8_t *p;
	size_t n, at[PIECES_MOST + 1], n_pieces; /* piece i: at[i] … at[i + 1] - 1 */
	uint64_t random;
};

/* A number below n, which is not 0. */
static size_t mutate_pick(struct mutation *m, size_t n)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(m->random >> 33) % n;
}

/* Finds the pieces: "<" begins one, and ">" ends one that began with "<". */
static void mutate_split(struct mutation *m)
{
	bool tag = false;
	m->n_pieces = 0;
	for (size_t i = 0; i < m->n && m->n_pieces + 1 < PIECES_MOST; i++) {
		if (!i || m->p[i] == '<' || (tag && m->p[i - 1] == '>')) {
			m->at[m->n_pieces++] = i;
			tag = m->p[i] == '<';
		}
	}
	m->at[m->n_pieces] = m->n;
}

static bool mutate_is_letter(uint8_t c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Length of the name that begins at p and ends before end. */
static size_t mutate_name(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p;
	while (q < end && (mutate_is_letter(*q) || (q > p && ((*q >= '0' && *q <= '9') || *q == '-'))))
		q++;
	return (size_t)(q - p);
}

/* The piece after the element that begins with piece i; i + 1 if that is no start tag, or has no end tag. */
static size_t mutate_element(const struct mutation *m, size_t i)
{
	const uint8_t *from = m->p + m->at[i], *end = m->p + m->n;
	const size_t len = *from == '<' ? mutate_name(from + 1, end) : 0;
	size_t depth = 0;
	for (size_t k = i; len && k < m->n_pieces; k++) {
		const uint8_t *p = m->p + m->at[k];
		const bool close = end - p > 1 && p[0] == '<' && p[1] == '/';
		const uint8_t *name = p + 1 + close;
		if (*p != '<' || name > end || mutate_name(name, end) != len || memcmp(name, from + 1, len))
			continue;
		depth += close ? (size_t)-1 : 1;
		if (!depth)
			return k + 1;
	}
	return i + 1;
}

/* Appends n bytes to the output, as far as there is room. */
static void mutate_put(uint8_t *out, size_t *len, size_t most, const void *p, size_t n)
{
	n = n < most - *len ? n : most - *len;
	memcpy(out + *len, p, n);
	*len += n;
}

/* Writes the input with the bytes from … to - 1 replaced by times copies of the n bytes at p. */
static size_t mutate_write(const struct mutation *m, size_t from, size_t to, const void *p, size_t n, size_t times, uint8_t *out, size_t most)
{
	size_t len = 0;
	mutate_put(out, &len, most, m->p, from);
	for (; times; times--)
		mutate_put(out, &len, most, p, n);
	mutate_put(out, &len, most, m->p + to, m->n - to);
	return len;
}

/* Changes the tag in piece i: its name, in the end tag of the element too, or its attributes. */
static size_t mutate_tag(struct mutation *m, size_t i, uint8_t *out, size_t most)
{
	const uint8_t *tag = m->p + m->at[i];
	const size_t name = m->at[i] + 1, len = *tag == '<' ? mutate_name(tag + 1, m->p + m->n) : 0, last = mutate_element(m, i) - 1;
	if (!len)
		return 0;
	if (mutate_pick(m, 2)) {
		const char *attribute = mutate_attributes[mutate_pick(m, COUNT_OF(mutate_attributes))];
		const size_t end = m->at[i + 1] - (m->p[m->at[i + 1] - 1] == '>'), from = mutate_pick(m, 4) ? name + len : end;
		const size_t to = mutate_pick(m, 4) && end >= name + len ? from : end;
		return mutate_write(m, from < to ? from : to, to, attribute, strlen(attribute), 1, out, most);
	}
	const char *other = mutate_names[mutate_pick(m, COUNT_OF(mutate_names))];
	size_t size = mutate_write(m, name, name + len, other, strlen(other), 1, out, most);
	if (last <= i || size == most)
		return size;
	const size_t close = m->at[last] + 2 + strlen(other) - len; /* the name in the end tag, which the new name has moved */
	struct mutation again = {.p = memcpy(malloc(size + 1), out, size), .n = size};
	size = mutate_write(&again, close, close + len < size ? close + len : size, other, strlen(other), 1, out, most);
	free((void *)(uintptr_t)again.p);
	return size;
}

/* One change; the number of bytes in out, 0 if the change is not possible. */
static size_t mutate_once(struct mutation *m, uint8_t *out, size_t most)
{
	char text[256];
	const size_t i = mutate_pick(m, m->n_pieces), end = mutate_element(m, i), k = mutate_pick(m, m->n_pieces + 1);
	const size_t from = m->at[i], to = m->at[end], n = to - from, place = m->at[k];
	const char *piece = mutate_pieces[mutate_pick(m, COUNT_OF(mutate_pieces))];
	const char *name = mutate_names[mutate_pick(m, COUNT_OF(mutate_names))];
	switch (mutate_pick(m, 10)) {
	case 0: /* removes an element */
		return mutate_write(m, from, to, "", 0, 0, out, most);
	case 1: /* copies one to another place */
		return mutate_write(m, place, place, m->p + from, n, 1, out, most);
	case 2: /* puts it in place of another */
		return mutate_write(m, place, k < m->n_pieces ? m->at[mutate_element(m, k)] : place, m->p + from, n, 1, out, most);
	case 3: /* repeats it */
		return mutate_write(m, to, to, m->p + from, n, (size_t)1 << mutate_pick(m, 8), out, most);
	case 4: /* repeats its start tag, so that it is deep */
		return mutate_write(m, from, from, m->p + from, m->at[i + 1] - from, (size_t)1 << mutate_pick(m, 8), out, most);
	case 5: /* puts it into a new element */
		snprintf(text, sizeof text, "<%s%s>%.*s</%s>", name, mutate_attributes[mutate_pick(m, COUNT_OF(mutate_attributes))],
		         (int)(n < 128 ? n : 128), (const char *)m->p + from, name);
		return mutate_write(m, from, to, text, strlen(text), 1, out, most);
	case 6: /* opens or closes an element */
		snprintf(text, sizeof text, "<%s%s>", mutate_pick(m, 2) ? "/" : "", name);
		return mutate_write(m, place, place, text, strlen(text), 1, out, most);
	case 7: /* a piece from the list */
		return mutate_write(m, place, place, piece, strlen(piece), (size_t)1 << mutate_pick(m, 4), out, most);
	default:
		return mutate_tag(m, i, out, most);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	static uint8_t before[INPUT_MOST_BYTES];
	static struct mutation m;
	m.random = seed;
	if (size <= HEADER || size > sizeof before || !mutate_pick(&m, 4))
		return LLVMFuzzerMutate(data, size, most);
	memcpy(before, data, size);
	m.p = before + HEADER;
	m.n = size - HEADER;
	mutate_split(&m);
	const size_t n = mutate_once(&m, data + HEADER, most - HEADER);
	if (n)
		return HEADER + n;
	memcpy(data, before, size);
	return LLVMFuzzerMutate(data, size, most);
}

/* Puts elements of the other input into the first one. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t n_one, const uint8_t *other, size_t n_other, uint8_t *out, size_t most, unsigned seed)
{
	static struct mutation a, b;
	if (n_one <= HEADER || n_other <= HEADER || most <= HEADER)
		return 0;
	a.random = b.random = seed;
	a.p = one + HEADER;
	a.n = n_one - HEADER;
	b.p = other + HEADER;
	b.n = n_other - HEADER;
	mutate_split(&a);
	mutate_split(&b);
	const size_t i = mutate_pick(&a, b.n_pieces), place = a.at[mutate_pick(&a, a.n_pieces + 1)];
	memcpy(out, one, HEADER);
	return HEADER + mutate_write(&a, place, place, b.p + b.at[i], b.at[mutate_element(&b, i)] - b.at[i], 1, out + HEADER, most - HEADER);
}

#endif
