/* SPDX-License-Identifier: Apache-2.0 */
/*
 * all.c - the library as one translation unit, in the order of the pipeline: table of contents, and the file the build compiles.
 *
 *	cc -O2 -c src/all.c
 */
#include "base/arena.c"
#include "base/buf.c"
#include "base/str.c"
#include "base/words.c"
#include "dom.c"
#include "names.c"
#include "decode.c"
#ifdef MK_WITH_DETECTOR /* the one file that needs a library, see docs/libraries.md */
#include "detect.c"
#endif
#include "token.c"
#include "tree.c"
#include "script.c"
#include "dump.c"
#include "url.c"
#include "mark.c"
#include "jsonld.c"
#include "told.c"
#include "date.c"
#include "block.c"
#include "capture.c"
#include "credit.c"
#include "claim.c"
#include "title.c"
#include "byline.c"
#include "meta.c"
#include "lexis.c"
#include "feature.c"
#include "model.c"
#include "capture_score.c"
#include "language.c" /* with MK_WITH_LANGUAGES it needs src/cld2.cc beside it */
#include "comment.c"
#include "choose.c"
#include "outline.c"
#include "text.c"
#include "markdown.c"
#include "html.c"
#include "picture.c"
#include "caption.c"
#include "json.c"
#include "makala.c"
