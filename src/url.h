/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.h - addresses: resolving references, and which of them are safe to write as a link.
 */
#ifndef MAKALA_URL_H
#define MAKALA_URL_H

#include "page.h"

/*
 * Resolves ref against base, an absolute http or https address or {NULL, 0}.  true: *out is an absolute http, https or mailto
 * address in the arena, as browsers spell it, except that hosts stay in their script ("bücher.example").  false, and *out {NULL,
 * 0}: another scheme, a relative reference without a base, an invalid host, more than 8 kB.
 */
bool url_resolve(struct arena *a, mk_str base, mk_str ref, mk_str *out);

/* Name of the host in an address that url_resolve() made, a slice of it; {NULL, 0} for mailto and for what is no address. */
mk_str url_hostname(mk_str url);

/*
 * The address that a link on the page may be written with: absolute when the page's base is known, else a relative reference stays
 * one. false: empty, or an address that a reader must not be led to (javascript:, data: and all that is not http, https or
 * mailto).
 */
bool url_link(mk_page *pg, mk_str href, mk_str *out);

#endif
