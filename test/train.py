#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Unit tests of the trainer: labels (train/label.py, align.c), folds (folds.py), and scores in integers (trees.py, net.py).

test/run starts it with build/train-venv/bin/python, see train/setup.sh.  Without the packages of that environment, the tests of
trees.py and net.py are skipped.
"""

import ctypes
import itertools
import pathlib
import random
import sys
import types

TEST = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(TEST.parent / "train"), str(TEST)]
import folds  # noqa: E402
import label  # noqa: E402
from where import where  # noqa: E402

counts = {"passed": 0, "failed": 0, "skipped": 0}


def check(good, what):
    counts["passed" if good else "failed"] += 1
    if not good:
        print(f"FAILED {where()}: {what}")


def same(got, expected, what=""):
    good = bool(got == expected)
    counts["passed" if good else "failed"] += 1
    if not good:
        print(f"FAILED {where()}: {what}{': ' if what else ''}{got!r} instead of {expected!r}")


# ---- align.c ----


def align_once(page, gold, cost):
    """(for each page token the position of its match in the gold text, the same for gold tokens); -1 for no match."""
    pages, golds = ctypes.c_int32 * len(page), ctypes.c_int32 * len(gold)
    page_at, gold_at = pages(*[-1] * len(page)), golds(*[-1] * len(gold))
    label.compiled("align").align_round(pages(*page), len(page), golds(*gold), len(gold), max([*page, *gold], default=0) + 1, cost, page_at, gold_at)
    return list(page_at), list(gold_at)


def worth(page_at, cost):
    """The value of an alignment: two for each matched token, minus the cost of each run."""
    pairs = [(i, at) for i, at in enumerate(page_at) if at >= 0]
    runs = sum(k == 0 or pairs[k - 1] != (i - 1, at - 1) for k, (i, at) in enumerate(pairs))
    return 2 * len(pairs) - cost * runs


def best_worth(page, gold, cost):
    """The value of the best alignment, by dynamic programming over all pairs of prefixes."""
    best = [[0] * (len(gold) + 1) for _ in range(len(page) + 1)]
    run = [[-(10**9)] * (len(gold) + 1) for _ in range(len(page) + 1)]  # best value of alignments that end with this pair
    for i, j in itertools.product(range(1, len(page) + 1), range(1, len(gold) + 1)):
        if page[i - 1] == gold[j - 1]:
            run[i][j] = 2 + max(run[i - 1][j - 1], best[i - 1][j - 1] - cost)
        best[i][j] = max(best[i - 1][j], best[i][j - 1], run[i][j])
    return best[-1][-1]


def test_best_alignment():
    r = random.Random(1)
    for n in range(300):
        n_tokens, cost = r.choice((1, 2, 3, 8)), r.choice((1, 3, 6))
        page, gold = ([r.randrange(n_tokens) for _ in range(r.randrange(25))] for _ in range(2))
        page_at, gold_at = align_once(page, gold, cost)
        pairs = [(i, at) for i, at in enumerate(page_at) if at >= 0]
        check(all(page[i] == gold[at] and gold_at[at] == i for i, at in pairs) and len(pairs) == sum(at >= 0 for at in gold_at),
              f"{page} {gold}: pairs of equal tokens, the same from both sides")
        check(all(a[1] < b[1] for a, b in itertools.pairwise(pairs)), f"{page} {gold}: in order")
        same(worth(page_at, cost), best_worth(page, gold, cost), f"{page} {gold}, a run costs {cost}")


def test_matched_tokens_stay():
    """A later round keeps existing matches and does not use a matched token again."""
    page, gold = [1, 2, 3, 4, 5, 6], [4, 5, 6, 1, 2, 3]
    tokens = ctypes.c_int32 * 6
    page_at, gold_at = tokens(3, 4, 5, -1, -1, -1), tokens(-1, -1, -1, 0, 1, 2)
    label.compiled("align").align_round(tokens(*page), 6, tokens(*gold), 6, 7, 3, page_at, gold_at)
    same((list(page_at), list(gold_at)), ([3, 4, 5, 0, 1, 2], [3, 4, 5, 0, 1, 2]))
    page_at, gold_at = tokens(3, 4, 5, -1, -1, -1), tokens(-1, -1, -1, 0, 1, 2)
    label.compiled("align").align_round(tokens(1, 2, 3, 1, 2, 3), 6, tokens(*gold), 6, 7, 3, page_at, gold_at)
    same(list(page_at), [3, 4, 5, -1, -1, -1], "a gold token matches one page token")


def test_frequent_tokens():
    """Above 24 million pairs, the tokens with the most pairs stay unmatched; other tokens still match."""
    many, text = ["the"] * 6000, "one two three four five six".split()
    hit = label.align(many + text, many + text)
    same((any(hit[:6000]), all(hit[6000:])), (False, True))
    hit = label.align(["the"] * 4000 + text, ["the"] * 4000 + text)
    check(all(hit), "16 million pairs are below the limit")


# ---- label.py ----


def test_tokens():
    for text, expected in [("Maji ya mto: 3,5 m.", ["maji", "ya", "mto", "3", "5", "m"]), ("", []), ("—!", []), ("ÉTÉ Straße", ["été", "straße"]),
                           ("東京タワー 333m", ["東", "京", "タ", "ワ", "ー", "333m"]), ("iPhone版", ["iphone", "版"]), ("한국어 글", ["한국어", "글"]),
                           ("𠮷野", ["𠮷", "野"]), ("snake_case", ["snake_case"])]:
        same(label.tokens(text), expected, text)


BODY = ["The river rises every year, say people of the village.", "Rain comes later, and little of it falls on the fields.",
        "Nobody has counted the boats that are built there."]


def test_labels():
    shares, sizes = label.label_blocks(["Home News Sport", BODY[0], "", BODY[1], "Read the news"], BODY[0] + "\n\n" + BODY[1])
    same((shares, sizes), ([0, 1, 0, 1, 0], [3, 10, 0, 11, 3]), "a menu, an empty block, and words that stand in the gold alone")
    shares, _ = label.label_blocks([BODY[0] + " Advertisement by our partners here"], BODY[0])
    same(shares, [10 / 15], "part of a block")
    shares, _ = label.label_blocks([BODY[2], BODY[0], BODY[1]], "\n".join(BODY))
    same(shares, [1, 1, 1], "gold in another order")
    shares, _ = label.label_blocks([BODY[0], BODY[1], BODY[0]], BODY[1] + BODY[0])
    same((sorted([shares[0], shares[2]]), shares[1]), ([0, 1], 1), "a block that is twice on the page and once in the gold")
    same(label.label_blocks([], BODY[0]), ([], []), "no blocks")
    same(label.label_blocks(BODY, ""), ([0, 0, 0], [10, 11, 9]), "no gold")


# ---- folds.py ----


def page_of(domain="", url="", key="key-1"):
    return types.SimpleNamespace(domain=domain, url=url, key=key)


def test_sites():
    for host, site in [("example.com", "example"), ("www.example.com", "example"), ("cloud.google.com", "google"), ("google.co.uk", "google"),
                       ("news.bbc.co.uk", "bbc"), ("WWW.Der-Standard.AT", "derstandard"), ("blog.example.com.", "example"), ("localhost", "localhost"),
                       ("www.de", "www"), ("co.uk", "co"), ("a.b.c.example.org", "example"), ("uni.ac.jp", "uni"), ("me.example", "me"),
                       ("https://www.example.com:8080/a/b?c", "example"), ("münchen.de", "münchen")]:
        same(folds.site_of("wcxb", page_of(domain=host)), site, host)
    same(folds.site_of("wcxb", page_of(url="https://forum.example.net/t/1")), "example", "the host, if there is no domain")
    same(folds.site_of("wcxb", page_of(key="0017")), "0017", "the key, if there is neither")
    same(folds.site_of("wcxb", page_of(domain="-.de")), "key-1", "a name without letters")
    same(folds.site_of("news", page_of(domain="Der Standard")), "derstandard", "a publisher is the same site as its host")


def test_folds():
    pages = [page_of(domain=f"site{i}.com") for i in range(1000)]
    found = [folds.fold_of("wcxb", page) for page in pages]
    same(set(found), set(range(folds.FOLDS)), "all folds are used")
    check(all(150 < found.count(fold) < 250 for fold in range(folds.FOLDS)), "folds are of similar size")
    for hosts in [("example.com", "www.example.com", "blog.example.com", "example.co.uk", "example.de")]:
        same(len({folds.fold_of("wcxb", page_of(domain=host, key=host)) for host in hosts}), 1, "a site is in one fold")
    same(folds.fold_of("news", page_of(domain="Der Standard")), folds.fold_of("wcxb", page_of(domain="derstandard.at")), "a site is in one fold in all data sets")
    # These may not change: the tables that have not seen a fold were trained with them.
    same([folds.fold_of("wcxb", page_of(domain=name)) for name in ("example.com", "google.com", "bbc.co.uk", "derstandard.at")], PINNED)


# ---- trees.py, net.py ----


class Booster:
    """The part of lightgbm.Booster that trees.Trees reads, for trees built by hand."""

    def __init__(self, roots):
        self.roots = roots

    def feature_importance(self, kind):
        return kind

    def dump_model(self):
        return {"tree_info": [{"tree_structure": root} for root in self.roots]}


def leaf(value):
    return {"leaf_value": value}


def split(column, most, left, right):
    return {"split_feature": column, "threshold": most, "left_child": left, "right_child": right}


def test_made_up_trees():
    roots = [split(0, 63.5, leaf(-1.0), leaf(3.0)), split(1, 10.0000001, split(0, 20.5, leaf(-0.5), leaf(0.25)), leaf(0.1))]
    made = trees.Trees(Booster(roots))
    same(len(made.leaf), trees.GROVE, "padded to whole groves with trees that add 0")
    same(float(made.base), 1.0, "the base is the middle of the first tree")
    same(made.leaf[0][:2].tolist(), [-trees.LEAF_MOST, trees.LEAF_MOST], "the largest leaf uses all 13 bits")
    same(made.leaf[2:].any(), False)
    same((made.most[0][0], made.most[1].tolist()[:2]), (63, [20, 10]), "thresholds are whole numbers")
    check(abs(made.unit * made.leaf[1][:3] - [-0.5, 0.25, 0.1]).max() <= made.unit / 2, "leaves are rounded to the nearest")
    q = np.array([[63, 11], [64, 11], [20, 10], [21, 10], [127, 127], [0, 0]], np.uint8)
    want = [-1 + 0.1, 3 + 0.1, -1 - 0.5, -1 + 0.25, 3 + 0.1, -1 - 0.5]
    chance = made.score(q)
    check(np.abs(np.log(chance / (1 - chance)) - want).max() < 1e-3, f"{chance} of {want}")
    same(made.score(np.zeros((0, 2), np.uint8)).shape, (0,), "no blocks")


def test_trained_trees():
    """Rounding changes the sum of n trees by at most n half units."""
    r = np.random.default_rng(1)
    x = r.integers(0, 128, (4000, 12)).astype(np.uint8)
    y = (x[:, 0].astype(float) * x[:, 1] > 4000) * 0.8 + (x[:, 2] > 100) * 0.2
    weight = r.uniform(0.5, 2, len(x))
    recipe = trees.Recipe(trees=37, columns=0.5)
    options = recipe.options()
    booster = trees.lightgbm.train(options, trees.lightgbm.Dataset(x, y, weight=weight / weight.mean(), params=options), recipe.trees)
    made = trees.train(x, y, weight, recipe)
    check(made.leaf.min() >= -trees.LEAF_MOST and made.leaf.max() <= trees.LEAF_MOST and np.abs(made.leaf).max() == trees.LEAF_MOST,
          "leaves are 13-bit integers")
    check(made.most.min() >= 0 and made.most.max() <= 127, "thresholds are 7-bit integers")
    same(made.leaf.shape, (40, trees.LEAVES))
    chance = made.score(x).astype(float)
    moved = np.abs(np.log(chance / (1 - chance)) - booster.predict(x, raw_score=True)).max()
    check(moved <= 37 * made.unit / 2 + 1e-4, f"log odds differ by {moved}, a unit is {made.unit}")
    check(np.abs(chance - y).mean() < 0.1, "the trees have learnt the target")
    again = trees.train(x, y, weight, recipe)
    check((again.leaf == made.leaf).all() and (again.most == made.most).all(), "the same rows give the same trees")


def test_rounded_columns():
    """Columns become 7-bit integers that span four standard deviations on each side of the mean; values beyond are clamped."""
    r = np.random.default_rng(2)
    x = np.stack([r.normal(5, 2, 5000), r.normal(-100, 0.01, 5000), np.full(5000, 7.0)], axis=1).astype(np.float32)
    scale, offset = net.scales(x)
    q = net.quantise(x, scale, offset)
    same((q.dtype, int(q.max()) <= 127), (np.dtype(np.uint8), True))
    step = 8 * x[:, :2].std(axis=0) / 127
    back = (q[:, :2] - offset[:2]) / scale[:2]
    inside = (q[:, :2] > 0) & (q[:, :2] < 127)
    check((np.abs(back - x[:, :2])[inside].max() <= step.max() * 0.51) and inside.mean() > 0.99, "values are rounded to the nearest step")
    same(len(set(q[:, 2])), 1, "a constant column")
    ends = net.quantise(np.array([[1e9, -1e9, 7]], np.float32), scale, offset)
    same(ends[0, :2].tolist(), [127, 0], "values out of range are clamped")


TESTS = [test_best_alignment, test_matched_tokens_stay, test_frequent_tokens, test_tokens, test_labels, test_sites, test_folds]
PINNED = [3, 2, 3, 0]
try:
    import numpy as np

    import net
    import trees

    TESTS += [test_made_up_trees, test_trained_trees, test_rounded_columns]
except ImportError as missing:
    counts["skipped"] = 3
    print(f"skipped: tests of trees.py and net.py, because the package {missing.name} is missing")
for test in TESTS:
    test()
print(f"train: {counts['passed']} passed, {counts['failed']} failed" + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
sys.exit(1 if counts["failed"] else 0)
