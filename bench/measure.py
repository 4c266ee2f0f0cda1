# SPDX-License-Identifier: Apache-2.0
"""measure - WCXB's measure and related ones: words and their F1, shingles, snippets, the best F1 of a choice of blocks.

All functions work on lists of words; the callers decide whether each Han or kana character is a word.
"""
import collections
import math
import re

WORD = re.compile(r"\w+")
# Han and kana are written without spaces, so each character can count as a word; whether it does depends on the data set.
CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
WORD_OR_CJK = re.compile(rf"[{CJK}]|[^\W{CJK}]+")

Score = collections.namedtuple("Score", "f1 precision recall matched")


def words(text, by_character=False):
    """The words of a text in lower case.  by_character: each Han or kana character is a word."""
    return (WORD_OR_CJK if by_character else WORD).findall(text.lower())


def score(got, gold):
    """Bag-of-words F1, precision and recall of two lists of words. All are 1 if both lists are empty, 0 if one is."""
    if not got or not gold:
        same = float(not got and not gold)
        return Score(same, same, same, 0)
    matched = sum((collections.Counter(got) & collections.Counter(gold)).values())
    return Score(2 * matched / (len(got) + len(gold)), matched / len(got), matched / len(gold), matched)


def shingles(some_words, n=4):
    """All runs of n words. A text of fewer words is one run."""
    if len(some_words) < n:
        return [tuple(some_words)] if some_words else []
    return list(zip(*(some_words[i:] for i in range(n))))


def has_snippet(snippet_words, text):
    """Whether the text, which is joined() words, contains these words one after the other."""
    return joined(snippet_words) in text


def joined(some_words):
    """The words as one string with a space around each, in which runs of whole words can be searched for."""
    return f" {' '.join(some_words)} "


def mean(values):
    """(mean, its standard error); (None, None) if there are no values."""
    values = list(values)
    if not values:
        return None, None
    middle = math.fsum(values) / len(values)
    if len(values) < 2:
        return middle, None
    return middle, math.sqrt(math.fsum((v - middle) ** 2 for v in values) / (len(values) - 1) / len(values))


class Selection:
    """A choice of blocks and its F1, updated as blocks are added and removed."""

    def __init__(self, blocks, gold):
        self.blocks = [collections.Counter(block) for block in blocks]
        self.sizes = [len(block) for block in blocks]
        self.gold, self.n_gold = collections.Counter(gold), len(gold)
        self.got, self.n_got, self.matched = collections.Counter(), 0, 0
        self.chosen = [False] * len(blocks)

    def f1(self, matched=0, n_got=0):
        """The F1 of the choice, or its F1 after a change by these numbers of matched and chosen words."""
        total = self.n_got + n_got + self.n_gold
        return 2 * (self.matched + matched) / total if total else 1.0

    def gain(self, i):
        """(matched words, words) that flipping block i would add; negative if it would remove them."""
        got, gold = self.got, self.gold
        if self.chosen[i]:
            return sum(min(got[w] - n, gold[w]) - min(got[w], gold[w]) for w, n in self.blocks[i].items()), -self.sizes[i]
        return sum(min(got[w] + n, gold[w]) - min(got[w], gold[w]) for w, n in self.blocks[i].items()), self.sizes[i]

    def turn(self, i):
        """Flips block i: adds it to the choice or removes it."""
        matched, size = self.gain(i)
        self.matched += matched
        self.n_got += size
        (self.got.subtract if self.chosen[i] else self.got.update)(self.blocks[i])
        self.chosen[i] = not self.chosen[i]


def best_selection(blocks, gold, start):
    """(F1 of the choice start, F1 of the best choice found from there by flipping single blocks).  start: a bool for each block.

    Both figures belong to a real choice of blocks, so neither exceeds the true optimum, which is hard to find exactly.
    """
    selection = Selection(blocks, gold)
    for i, chosen in enumerate(start):
        if chosen:
            selection.turn(i)
    before, turned = selection.f1(), True
    while turned:
        turned = False
        for i in range(len(blocks)):
            if selection.f1(*selection.gain(i)) > selection.f1() + 1e-12:
                selection.turn(i)
                turned = True
    return before, selection.f1()
