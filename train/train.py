#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""train - labelled pages -> the model of src/model.c."""

import os

# The same arithmetic everywhere: one thread a process, and kernels that any x86-64 with AVX2 has.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_CORETYPE="Haswell")

import argparse  # noqa: E402
import json  # noqa: E402
import multiprocessing  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402

import choose  # noqa: E402
import net  # noqa: E402
import pages as reader  # noqa: E402
from folds import FOLDS  # noqa: E402

F = np.float32
SET_WEIGHT = {"WCXB": 1.0, "articles": 0.6, "news": 1.0}
KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")


def say(text):
    print(f"{time.monotonic() - START:6.0f} s  {text}", flush=True)


START = time.monotonic()


class Data:
    """All pages, their 7-bit inputs, and the columns' names."""

    def __init__(self, options):
        self.names, self.pages = reader.load(options.data, options.library, options.jobs, options.limit)
        self.page_names = reader.page_columns()
        x = np.concatenate([p.x for p in self.pages])
        if "policy" not in self.names:
            self.names, self.page_names = self.names + ["policy"], self.page_names + ["policy"]
            x = np.hstack([x, np.zeros((len(x), 1), F)])
        policy = self.names.index("policy")
        for p in self.pages:
            x[p.at : p.at + len(p.n), policy] = p.set == "WCXB"
        for name in (options.without or "").split(",") if options.without else ():
            x[:, [i for i, n in enumerate(self.names) if n.startswith(name)]] = 0
        self.x = x
        self.scale, self.offset = net.scales(x)
        self.moves = self.scale > 0
        self.q = net.quantise(x, self.scale, self.offset)
        for p in self.pages:
            prepare(p)


def prepare(p):
    p.x = None
    p.repeats = None
    p.weight = SET_WEIGHT[p.set]
    p.n = p.n.astype(F)
    p.block_weight = (p.n / max(p.n_gold, 0.3 * p.n.sum(), 20)).astype(F)
    p.target, p.hit = p.y, p.y * p.n


def score_fold(fold):
    """Scores of the fold's pages by a net that saw none of them."""
    model = net.train([p for p in data.pages if p.fold != fold], data.q, recipe)
    exact = net.Quantised(model, data.moves)
    return [(i, exact.score(data.q[p.at : p.at + len(p.n)])) for i, p in enumerate(data.pages) if p.fold == fold]


def out_of_fold(jobs):
    scores = [None] * len(data.pages)
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for part in pool.imap_unordered(score_fold, range(FOLDS)):
            for i, p in part:
                scores[i] = p
    return scores


def page_f1(scores):
    return np.array([choose.word_f1(choose.choose(s, p), p) for s, p in zip(scores, data.pages)])


def groups():
    """(name, indices of pages)."""
    for name in ("WCXB", "articles", "news"):
        members = [i for i, p in enumerate(data.pages) if p.set == name]
        if members:
            yield name, members
        if name == "WCXB":
            for kind in KINDS:
                some = [i for i in members if data.pages[i].kind == kind]
                if some:
                    yield f"  {kind}", some


def report(f1, against=None):
    for name, members in groups():
        mean, error = f1[members].mean(), f1[members].std(ddof=1) / len(members) ** 0.5
        line = f"{name:16} {len(members):5}  {mean:.4f} +- {error:.4f}"
        if against:
            d = np.array([f1[i] - against.get(f"{data.pages[i].set}/{data.pages[i].key}", np.nan) for i in members])
            d = d[~np.isnan(d)]
            line += f"   {d.mean():+.4f} +- {d.std(ddof=1) / len(d) ** 0.5:.4f}"
        print(line)


def arguments():
    parser = argparse.ArgumentParser(prog="train/train.py", description=__doc__)
    parser.add_argument("data", type=lambda text: text.split(","), help="folders of labelled pages, apart by commas")
    parser.add_argument("--library", default=str(reader.ROOT / "build" / "libmakala.so"))
    parser.add_argument("--jobs", type=int, default=2, help="processes; the result is the same")
    parser.add_argument("--limit", type=int, help="so many pages of each folder")
    parser.add_argument("--quick", action="store_true", help="one net a fold, its F1 out of fold, and no table")
    parser.add_argument("--save", help="write each page's F1 there")
    parser.add_argument("--against", help="compare with what --save wrote, page by page")
    parser.add_argument("--without", help="leave out columns whose names begin so, apart by commas")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another value in net.Recipe")
    parser.add_argument("--seeds", type=int, default=1, help="average the F1 over so many nets")
    return parser.parse_args()


def main():
    global data, recipe
    options = arguments()
    recipe = net.Recipe()
    for change in options.set:
        name, value = change.split("=")
        setattr(recipe, name, type(getattr(recipe, name))(value))
    data = Data(options)
    say(f"{len(data.pages)} pages, {len(data.q)} blocks, {len(data.names)} columns, {(~data.moves).sum()} of them constant")
    f1 = []
    for seed in range(options.seeds):
        recipe.seed = seed + 1
        f1.append(page_f1(out_of_fold(options.jobs)))
        say(f"seed {recipe.seed}: WCXB {np.mean([f for f, p in zip(f1[-1], data.pages) if p.set == 'WCXB']):.4f}")
    f1 = np.mean(f1, axis=0)
    against = json.load(open(options.against)) if options.against else None
    report(f1, against)
    if options.save:
        json.dump({f"{p.set}/{p.key}": float(f) for p, f in zip(data.pages, f1)}, open(options.save, "w"))


main()
