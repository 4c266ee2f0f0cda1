# SPDX-License-Identifier: Apache-2.0
"""measure - WCXB's measure and what goes with it: words, their F1, shingles, snippets, what a choice of blocks could reach."""
import collections
import math
import re

WORD = re.compile(r"\w+")
# Han and kana are written without spaces: there each character is a word, where the data set asks for it.
CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
WORD_OR_CJK = re.compile(rf"[{CJK}]|[^\W{CJK}]+")

Score = collections.namedtuple("Score", "f1 precision recall matched")


def words(text, by_character=False):
    """The words of a text, lower-cased; by_character takes each Han and kana character for a word."""
    return (WORD_OR_CJK if by_character else WORD).findall(text.lower())


def score(got, gold):
    """Bag-of-words F1, precision and recall of two lists of words: both empty scores 1, one empty scores 0."""
    if not got or not gold:
        same = float(not got and not gold)
        return Score(same, same, same, 0)
    matched = sum((collections.Counter(got) & collections.Counter(gold)).values())
    return Score(2 * matched / (len(got) + len(gold)), matched / len(got), matched / len(gold), matched)


def shingles(some_words, n=4):
    """The runs of n words, all of them; of a shorter text the one run that it is."""
    if len(some_words) < n:
        return [tuple(some_words)] if some_words else []
    return list(zip(*(some_words[i:] for i in range(n))))


def has_snippet(snippet_words, text):
    """Whether the words stand in the text one after the other; text is joined() words."""
    return joined(snippet_words) in text


def joined(some_words):
    """Words with a space around each, to look for runs of words in."""
    return f" {' '.join(some_words)} "


def mean(values):
    """The mean, and its standard error; (None, None) of nothing."""
    values = list(values)
    if not values:
        return None, None
    middle = math.fsum(values) / len(values)
    if len(values) < 2:
        return middle, None
    return middle, math.sqrt(math.fsum((v - middle) ** 2 for v in values) / (len(values) - 1) / len(values))


class Selection:
    """A choice of blocks and its F1, kept up to date as blocks go in and out."""

    def __init__(self, blocks, gold):
        self.blocks = [collections.Counter(block) for block in blocks]
        self.sizes = [len(block) for block in blocks]
        self.gold, self.n_gold = collections.Counter(gold), len(gold)
        self.got, self.n_got, self.matched = collections.Counter(), 0, 0
        self.chosen = [False] * len(blocks)

    def f1(self, matched=0, n_got=0):
        """F1 now, or after a change of so many matched and chosen words."""
        total = self.n_got + n_got + self.n_gold
        return 2 * (self.matched + matched) / total if total else 1.0

    def gain(self, i):
        """(matched words, words) that turning block i over would add."""
        got, gold = self.got, self.gold
        if self.chosen[i]:
            return sum(min(got[w] - n, gold[w]) - min(got[w], gold[w]) for w, n in self.blocks[i].items()), -self.sizes[i]
        return sum(min(got[w] + n, gold[w]) - min(got[w], gold[w]) for w, n in self.blocks[i].items()), self.sizes[i]

    def turn(self, i):
        """Takes block i in, or out."""
        matched, size = self.gain(i)
        self.matched += matched
        self.n_got += size
        (self.got.subtract if self.chosen[i] else self.got.update)(self.blocks[i])
        self.chosen[i] = not self.chosen[i]


def best_selection(blocks, gold, start):
    """F1 of the choice start (a truth value for each block), and of the best choice found by turning single blocks over from there.

    Both are reached by a real choice of blocks, so neither is above the true optimum, which is hard to find exactly.
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
