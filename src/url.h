/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.h - resolving references to addresses, and refusing those that are not safe to write as a link.
 */
#ifndef MAKALA_URL_H
#define MAKALA_URL_H

#include "page.h"

#define URL_LONGEST 8192 /* bytes of an address, as it is referred to and as it is written */

/*
 * Resolves ref against base, which is an absolute http or https address or {NULL, 0}.  Returns true and sets *out to an absolute
 * http, https or mailto address in the arena.  The address is spelled as in browsers, except that host names stay in their own
 * script ("bücher.example").  Returns false and sets *out to {NULL, 0} for other schemes, a relative reference without a base, an
 * invalid host, and more than 8 kB.
 */
bool url_resolve(struct arena *a, mk_str base, mk_str ref, mk_str *out);

/* Whether the address of ref may have more than the 8 kB that url_resolve() and url_link() allow, judged by its bytes and those of
 * the base if it is relative, so that it may be left out.  false for schemes that are always left out. */
bool url_is_long(mk_str base, mk_str ref);

/* The host name, a slice of an address that url_resolve() returned; {NULL, 0} for mailto and for other text. */
mk_str url_hostname(mk_str url);

/*
 * Sets *out to the address to write for a link of the page: absolute if the page's base is known, else a relative reference stays
 * relative.  Returns false for an empty reference and for addresses that readers must not be sent to: javascript:, data: and
 * everything else that is not http, https or mailto.
 */
bool url_link(mk_page *pg, mk_str href, mk_str *out);

#endif
