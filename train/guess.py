# SPDX-License-Identifier: Apache-2.0
"""guess - the first part of the trees, and what its scores say of the blocks around: the columns the second part adds.

The second part must learn from guesses as good as those it will meet, which come from trees that have not seen the page. So the
first part is trained without each fold, each pair and each triple of folds. Whatever is trained without the folds `held` learns a
page of fold k from the guess of the trees without held and k, and meets held pages with the guess of the trees without held: no
answer of a held page reaches it, not even by way of a guess. The first part learns from labels alone, as a teacher would have to
be trained without all these too.
"""

import ctypes
import hashlib
import itertools
import multiprocessing
import pickle

import numpy as np

import export
import net
import pages
import trees
from folds import FOLDS

F = np.float32
KEPT = 96  # plain columns of a block that the second part sees, those that the first found most useful
RECIPE = trees.Recipe()


class Second:
    """The second part, and what it wants to see: first, the trees that guess; kept, numbers of plain columns."""

    shift = F(0)  # added to the log odds where comments are not wanted

    def __init__(self, part, first, kept):
        self.part, self.first, self.kept = part, first, kept


def held_sets(deepest):
    return [held for n in range(1, deepest + 1) for held in itertools.combinations(range(FOLDS), n)]


def kept_columns(first, n_block):
    """In the order of the columns."""
    return np.sort(np.argsort(-first.gain[:n_block], kind="stable")[:KEPT])


def late(q, guess, kept, n_block):
    """What the second part sees, as late_sheet of src/model.c: the page's columns, those of the guess, and the kept ones."""
    return np.concatenate([q[:, n_block:], guess, q[:, kept]], axis=1)


# ---- Columns of a guess ----

library = None


def start_worker(path):
    global library
    library = pages.Library(path)
    library.so.guess_rows.argtypes = [ctypes.c_void_p] * 3


def rows_of(job):
    """Columns of a page for each of some lists of scores; as they are, or as 7-bit integers by (scale, offset)."""
    path, lists, scales, n_columns = job
    html, out = pages.read_html(path), []
    if library.so.mk_extract(library.page, html, len(html), None):
        raise RuntimeError(f"mk_extract: {path}")
    for scores in lists:
        rows = np.zeros((len(scores), n_columns), F)
        scores = np.ascontiguousarray(scores, F)
        library.so.guess_rows(library.page, scores.ctypes.data, rows.ctypes.data)
        out.append(net.quantise(rows, *scales) if scales else rows)
    return out


def build(model_table):
    return pages.build_library("guess", model_table, "guess.so")


class Guesses:
    """columns_for() and first, {folds held back: trees}, the heart of it."""

    def __init__(self, data, jobs, deepest, say):
        self.data, self.jobs, self.n_block = data, jobs, data.n_block
        self.n_columns = len(data.guess_names)
        self.path = build(export.blank())
        self.rows = {k: np.flatnonzero(data.block_fold == k) for k in range(FOLDS)}
        self.first, self.score, self.quiet = self.fit_all(deepest)
        say(f"guesses: {len(self.first)} first parts")
        self.find_columns(deepest)
        say(f"guesses: {self.n_columns} columns for each")

    def fit_all(self, deepest):
        """({folds held back: first part}, their scores of held pages, those where no word is known), from the cache if they are there."""
        mark = hashlib.sha256(self.data.mark.encode() + repr((RECIPE, deepest)).encode()).hexdigest()[:16]
        path = pages.CACHE / f"guess-{mark}.pickle"
        if path.exists():
            return pickle.loads(path.read_bytes())
        first, score, quiet = {}, {}, {}
        with multiprocessing.get_context("fork").Pool(self.jobs, begin_fit, (self.data,)) as pool:
            for held, *found in pool.imap_unordered(fit, [(), *held_sets(deepest)]):
                first[held], score[held], quiet[held] = found
        path.write_bytes(pickle.dumps((first, score, quiet)))
        return first, score, quiet

    def find_columns(self, deepest):
        alone = self.compute(held_sets(1), self.score, None)
        values = np.concatenate(list(alone.values()))
        self.scale, self.offset = net.scales(values)
        self.columns = {held: net.quantise(rows, self.scale, self.offset) for held, rows in alone.items()}
        self.columns |= self.compute([h for h in held_sets(deepest) if len(h) > 1], self.score, (self.scale, self.offset))
        quiet = [i for i, p in enumerate(self.data.pages) if self.data.quiet[i]]
        self.quiet_columns = self.compute(held_sets(deepest), self.quiet, (self.scale, self.offset), quiet)

    def compute(self, sets, scores, scales, some=None):
        """{held: columns of the held folds' blocks, in order}; zeros for pages but some."""
        kind = F if scales is None else np.uint8
        full = {held: np.zeros((len(self.data.block_fold), self.n_columns), kind) for held in sets}
        some = range(len(self.data.pages)) if some is None else some
        jobs, wanted = [], []
        for p in (self.data.pages[i] for i in some):
            mine = [held for held in sets if p.fold in held]
            wanted.append((p, mine))
            jobs.append((p.path, [scores[held][p.at : p.at + len(p.n)] for held in mine], scales, self.n_columns))
        with multiprocessing.get_context("fork").Pool(self.jobs, start_worker, (self.path,)) as pool:
            for (p, mine), found in zip(wanted, pool.imap(rows_of, jobs, chunksize=16)):
                for held, rows in zip(mine, found):
                    full[held][p.at : p.at + len(p.n)] = rows
        return {held: full[held][np.concatenate([self.rows[k] for k in held])] for held in sets}

    def put(self, out, held, folds, columns):
        """Copies what columns[held] has for these folds."""
        at = 0
        for k in held:
            n = len(self.rows[k])
            if k in folds:
                out[self.rows[k]] = columns[held][at : at + n]
            at += n

    def columns_for(self, held, learnt=False):
        """A row for each block, for what is trained without held; learnt: pages that are quiet to learn from are so."""
        out = np.zeros((len(self.data.block_fold), self.n_columns), np.uint8)
        self.put(out, held, held, self.columns)
        for k in set(range(FOLDS)) - set(held):
            with_k = tuple(sorted((*held, k)))
            self.put(out, with_k, (k,), self.columns)
            if learnt:
                loud = out[self.rows[k]]
                self.put(out, with_k, (k,), self.quiet_columns)
                keep = ~self.data.block_quiet[self.rows[k]]
                out[self.rows[k][keep]] = loud[keep]
        return out

    def of_scores(self, some, scores):
        """Columns for these pages' scores, 7-bit, one page behind the other."""
        jobs = [(p.path, [s], (self.scale, self.offset), self.n_columns) for p, s in zip(some, scores)]
        with multiprocessing.get_context("fork").Pool(self.jobs, start_worker, (self.path,)) as pool:
            return [rows for (rows,) in pool.imap(rows_of, jobs, chunksize=16)]

    def kept(self, held):
        return kept_columns(self.first[held], self.n_block)


# ---- The first part ----

shared = None


def begin_fit(data):
    global shared
    shared = data


def fit(held):
    """(held, trees, their scores of held pages, those where no word is known)."""
    rows = ~np.isin(shared.block_fold, held)
    part = trees.train(shared.learnt[rows], shared.labels[rows], shared.weight[rows], RECIPE)
    score, quiet = (np.full(len(rows), np.nan, F) for _ in range(2))
    score[~rows] = part.score(shared.q[~rows])
    some = ~rows & shared.block_quiet
    quiet[some] = part.score(shared.learnt[some])
    return held, part, score, quiet
