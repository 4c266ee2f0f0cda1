# SPDX-License-Identifier: Apache-2.0
"""Labels for blocks: which share of a block's tokens stands in the gold text, by aligning the page with the gold.

The page's tokens (blocks in order) are aligned with the gold tokens as the longest chain of common runs, found by a patience-like
recursion over rare n-grams: cheap, and good enough where the gold is a part of the page in the page's order.  What is left over is
matched once more without regard to order, run by run, for gold that was put together from several places.
"""

import re
from bisect import bisect_left

TOKEN = re.compile(r"\w+")
RUN = 5      # tokens of an anchor in the first round
RUN_LATE = 3 # and for leftovers


def tokens(text):
    return TOKEN.findall(text.lower())


def word_f1(got, gold):
    """Bag-of-words F1, with precision and recall, of two token lists; two empty ones agree."""
    if not got or not gold:
        same = float(not got and not gold)
        return same, same, same
    left = {}
    for t in gold:
        left[t] = left.get(t, 0) + 1
    hit = 0
    for t in got:
        if left.get(t, 0):
            left[t] -= 1
            hit += 1
    p, r = hit / len(got), hit / len(gold)
    return (2 * p * r / (p + r) if hit else 0.0), p, r


def grams(seq, n):
    where = {}
    for i in range(len(seq) - n + 1):
        where.setdefault(tuple(seq[i : i + n]), []).append(i)
    return where


def longest_chain(pairs):
    """The longest increasing subsequence of (a, b) pairs sorted by a, strictly increasing in b."""
    tails, tail_at, back = [], [], []
    for i, (_, b) in enumerate(pairs):
        at = bisect_left(tails, b)
        if at == len(tails):
            tails.append(b)
            tail_at.append(i)
        else:
            tails[at] = b
            tail_at[at] = i
        back.append(tail_at[at - 1] if at else -1)
    chain, i = [], tail_at[-1] if tail_at else -1
    while i >= 0:
        chain.append(pairs[i])
        i = back[i]
    return chain[::-1]


def extend(page, gold, i, j, page_hit, gold_hit):
    """Marks the common run around page[i] = gold[j]."""
    a, b = i, j
    while a < len(page) and b < len(gold) and page[a] == gold[b] and not page_hit[a] and not gold_hit[b]:
        page_hit[a] = gold_hit[b] = True
        a, b = a + 1, b + 1
    a, b = i - 1, j - 1
    while a >= 0 and b >= 0 and page[a] == gold[b] and not page_hit[a] and not gold_hit[b]:
        page_hit[a] = gold_hit[b] = True
        a, b = a - 1, b - 1


def align(page, gold):
    """For each page token whether it is part of the gold."""
    page_hit, gold_hit = [False] * len(page), [False] * len(gold)
    for n, in_order in ((RUN, True), (RUN_LATE, True), (RUN_LATE, False)):
        gold_grams = grams(gold, n)
        pairs = []
        for i in range(len(page) - n + 1):
            if page_hit[i]:
                continue
            places = [j for j in gold_grams.get(tuple(page[i : i + n]), ()) if not gold_hit[j]]
            if not places or (in_order and len(places) > 1 and n == RUN):
                continue
            pairs.extend((i, j) for j in sorted(places[:4], reverse=True))
        for i, j in longest_chain(pairs) if in_order else pairs:
            if not page_hit[i] and not gold_hit[j]:
                extend(page, gold, i, j, page_hit, gold_hit)
    return page_hit, gold_hit


def label_blocks(texts, gold_text):
    """For each block the share of its tokens that the gold holds, and its number of tokens."""
    block_tokens = [tokens(t) for t in texts]
    page = [t for b in block_tokens for t in b]
    gold = tokens(gold_text)
    page_hit, gold_hit = align(page, gold)
    shares, at = [], 0
    for b in block_tokens:
        shares.append(sum(page_hit[at : at + len(b)]) / len(b) if b else 0.0)
        at += len(b)
    # Short blocks hold no run: they count when what is left of the gold still has their words and a neighbour is gold.
    left = {}
    for t, hit in zip(gold, gold_hit):
        if not hit:
            left[t] = left.get(t, 0) + 1
    for i, b in enumerate(block_tokens):
        if not b or len(b) > 4 or shares[i] > 0.5:
            continue
        near = max(shares[max(0, i - 2) : i] + shares[i + 1 : i + 3] or [0])
        if near > 0.5 and all(left.get(t, 0) > 0 for t in b):
            shares[i] = 1.0
            for t in b:
                left[t] -= 1
    return shares, [len(b) for b in block_tokens]
