# SPDX-License-Identifier: Apache-2.0
"""choose - scores of a page's blocks -> the kept ones, as src/choose.c does it, and the page's word F1.

What src/choose.c does by the page's type or for few blocks is left out: the standfirst, headings that are another story's link and other
articles behind the page's own; repeats in documentation; code and paragraphs between kept blocks, and headings where a caption
or a label stands between too.
"""

import numpy as np

BUCKETS = 1024
REPEAT_WORDS = 8
HOPELESS, FEW_WORDS = 0.2, 60
HEADING_LEAST = np.float32(0.1)


def bucket(p):
    return np.clip((p * BUCKETS).astype(int), 0, BUCKETS - 1)


def expected_f1(p, n):
    """(lowest bucket to keep, expected F1 of that); BUCKETS when there is nothing to keep."""
    at = bucket(p)
    kept = np.cumsum(np.bincount(at, n, BUCKETS)[::-1])
    hit = np.cumsum(np.bincount(at, p * n, BUCKETS)[::-1])
    f1 = np.where(kept > 0, 2 * hit / np.maximum(kept + hit[-1], 1e-9), 0)
    best = int(f1.argmax())
    return (BUCKETS - 1 - best, float(f1[best])) if f1[best] > 0 else (BUCKETS, 0.0)


def choose(p, page):
    """The kept blocks."""
    cut, f1 = expected_f1(p, page.n)
    if f1 < HOPELESS and page.n.sum() < FEW_WORDS:
        return np.zeros(len(p), bool)
    return with_headings(bucket(p) >= cut, p, page) & likeliest(p, page)


def with_headings(keep, p, page):
    """The kept blocks, and headings between them, one or several in a row."""
    below = page.heading & ~keep & (p >= HEADING_LEAST)
    if not below.any():
        return keep
    at, n = np.arange(len(p)), len(p)
    before = np.maximum.accumulate(np.where(below, -1, at))
    behind = np.minimum.accumulate(np.where(below, n, at)[::-1])[::-1]
    inside = below & (before >= 0) & (behind < n)
    inside[inside] = keep[before[inside]] & keep[behind[inside]]
    return keep | inside


def likeliest(p, page):
    """False for a block of REPEAT_WORDS words or more whose text stands in a likelier block, or as likely before it."""
    if page.repeats is None:
        copies = np.bincount(page.same, minlength=len(page.n))
        page.repeats = np.flatnonzero((copies[page.same] > 1) & (page.n >= REPEAT_WORDS))
    out, best = np.ones(len(p), bool), {}
    for i in page.repeats:
        first = page.same[i]
        if first not in best or p[i] > p[best[first]]:
            best[first] = i
    for i in page.repeats:
        out[i] = best[page.same[i]] == i
    return out


def word_f1(keep, page):
    """Bag-of-words F1 of the kept blocks' words and the gold's."""
    said = int(page.sizes[keep].sum())
    if not said or not page.n_gold:
        return float(not said and not page.n_gold)
    token_block = np.repeat(np.arange(len(page.n)), np.diff(page.starts))
    ids = page.ids[keep[token_block]]
    matched = int(np.minimum(np.bincount(ids, minlength=len(page.gold)), page.gold).sum())
    return 2 * matched / (said + page.n_gold)
