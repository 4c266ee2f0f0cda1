/* SPDX-License-Identifier: Apache-2.0 */
/*
 * magic.c - first bytes -> the name of a format that is not a web page.
 *
 * The signatures are those of src/magic.def, which the core uses too: here to refuse an input with a message that names its format.
 */
#include "io.h"

static const struct magic {
	const char *name;
	uint16_t at, len;
	const char *bytes;
} magics[] = {
#define MAGIC(name, at, bytes, n_refuse, n_doubt) {name, at, n_refuse, bytes},
#include "../src/magic.def"
#undef MAGIC
};

/* A Windows program starts with "MZ", which is too short to refuse an input: a text may start with it too.  The program also has
 * "PE\0\0" at the offset stored at 0x3c. */
static bool is_windows_program(const char *p, size_t len)
{
	if (len < 0x40 || memcmp(p, "MZ", 2) != 0)
		return false;
	const unsigned char *at = (const unsigned char *)p + 0x3c;
	size_t off = at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16;
	return off <= len - 4 && memcmp(p + off, "PE\0", 3) == 0;
}

const char *io_format_of(const char *p, size_t len)
{
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		const struct magic *m = &magics[i];
		if (m->len && len >= (size_t)m->at + m->len && memcmp(p + m->at, m->bytes, m->len) == 0)
			return m->name;
	}
	return is_windows_program(p, len) ? "Windows program" : NULL;
}
