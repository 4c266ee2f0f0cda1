/* SPDX-License-Identifier: Apache-2.0 */
/*
 * all.c - the whole library as one translation unit.  This is the file that the build compiles; the includes are roughly in the
 * order of the pipeline, so it also serves as a table of contents.
 *
 *	cc -std=c17 -O2 -ffp-contract=off -c src/all.c
 *
 * Results must be the same on every system, which puts two conditions on floating-point arithmetic:
 *   - a * b + c is rounded after the product and after the sum, never fused: -ffp-contract=off, or the pragma below for clang.
 *   - floats are computed in the precision of float (FLT_EVAL_METHOD is 0): add -msse2 -mfpmath=sse on 32-bit x86, and
 *     -fexcess-precision=fast for gcc on s390x.
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
#ifdef MK_WITH_DETECTOR /* detect.c is the only C file that needs a library (uchardet), see docs/libraries.md */
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
#include "language.c" /* with MK_WITH_LANGUAGES, link it with src/cld2.cc */
#include "comment.c"
#include "choose.c"
#include "outline.c"
#include "text.c"
#include "markdown.c"
#include "html.c"
#include "written.c"
#include "picture.c"
#include "caption.c"
#include "list.c"
#include "chunk.c"
#include "record.c"
#include "json.c"
#include "debug.c"
#include "pack.c"
#include "makala.c"
