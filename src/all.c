/* SPDX-License-Identifier: Apache-2.0 */
/*
 * all.c - the library as one translation unit, in the order of the pipeline: table of contents, and the file the build compiles.
 *
 *	cc -std=c17 -O2 -ffp-contract=off -c src/all.c
 *
 * The options see to it that every system gives the same results: a * b + c is rounded twice, and floats are computed as floats.
 * The latter takes -msse2 -mfpmath=sse on 32-bit x86, and with gcc -fexcess-precision=fast on s390x.
 */
#include <float.h>
_Static_assert(FLT_EVAL_METHOD == 0, "add -msse2 -mfpmath=sse or -fexcess-precision=fast, see above");
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif
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
#include "cue.c"
#include "jsonld.c"
#include "overlap.c"
#include "date.c"
#include "block.c"
#include "plain_text.c"
#include "credit.c"
#include "claim.c"
#include "title.c"
#include "byline.c"
#include "meta.c"
#include "word_weights.c"
#include "feature.c"
#include "model.c"
#include "plain_text_score.c"
#include "language.c" /* with MK_WITH_LANGUAGES it needs src/cld2.cc beside it */
#include "comment.c"
#include "choose.c"
#include "outline.c"
#include "text.c"
#include "markdown.c"
#include "html.c"
#include "picture.c"
#include "caption.c"
#include "list.c"
#include "record.c"
#include "json.c"
#include "debug.c"
#include "makala.c"
