# SPDX-License-Identifier: Apache-2.0
"""initial - trains the first part of the trees and computes the columns from its scores, the initial scores.

In the library, the first part scores every block from its plain columns; the second part, "refine", sees columns computed from the
initial scores of the block and of its surroundings as well.

Initial scores of a page that the first part was trained on are better than those of a new page. The second part must not learn from
such scores, so the first part is trained without each fold, each pair of folds and each triple of folds. A model trained without
the folds `held` learns a page of fold k from the initial scores of the trees trained without held and k. Pages of the held folds
are scored with the initial scores of the trees trained without held. No label of a held page therefore reaches the model, not even
through an initial score.

The first part learns from labels alone: a teacher for it would have to be trained without all these sets of folds too.

About half of the blocks are menus and other boilerplate. If the initial score of a block is below UNLIKELY, it is the final score.
The second part learns from these blocks as well, which adds 0.001 to F1.
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
from trees import UNLIKELY

F = np.float32
KEPT = 96  # plain columns of a block that the second part sees: those with the highest gain in the first part
RECIPE = trees.Recipe()


class Second:
    """part: the second part of the trees; first: the first part; kept: numbers of the plain columns that the second part sees."""

    unlikely = UNLIKELY
    shift = F(0)  # added to the log odds if comments are not wanted

    def __init__(self, part, first, kept):
        self.part, self.first, self.kept = part, first, kept

    def score(self, initial, x):
        """The final scores.  initial: the initial scores; x: the inputs from late()."""
        return np.where(initial < self.unlikely, initial, self.part.score(x))


def held_sets(deepest):
    """All sets of 1 to `deepest` folds."""
    return [held for n in range(1, deepest + 1) for held in itertools.combinations(range(FOLDS), n)]


def late(q, initial, kept, n_block):
    """Inputs of the second part, as late_sheet in src/model.c: page columns, columns from initial scores, kept plain columns."""
    return np.concatenate([q[:, n_block:], initial, q[:, kept]], axis=1)


# ---- Columns from initial scores ----

library = None


def start_worker(path):
    global library
    library = pages.Library(path)
    library.so.initial_rows.argtypes = [ctypes.c_void_p] * 3


def rows_of(job):
    """A page's columns for each list of initial scores: floats, or 7-bit integers if scales, (scale, offset), is given."""
    path, lists, scales, n_columns = job
    html, out = pages.read_html(path), []
    if not len(lists[0]):
        return [np.zeros((0, n_columns), np.uint8 if scales else F) for _ in lists]
    if library.so.mk_extract(library.page, html, len(html), None):
        raise RuntimeError(f"mk_extract: {path}")
    for scores in lists:
        rows = np.zeros((len(scores), n_columns), F)
        scores = np.ascontiguousarray(scores, F)
        library.so.initial_rows(library.page, scores.ctypes.data, rows.ctypes.data)
        out.append(net.quantise(rows, *scales) if scales else rows)
    return out


class InitialScores:
    """The initial scores and their columns, by set of folds held back.

    part: the first part of the trees; score: its scores, NaN for blocks of other pages than the held ones; columns: the columns
    from these scores, a row for each held block, fold by fold; learnt: the same columns to learn from, computed for quiet pages
    as if none of their words had a weight.
    """

    def __init__(self, data, jobs, deepest, say):
        self.data, self.jobs, self.n_block = data, jobs, data.n_block
        self.n_columns = len(data.initial_names)
        self.path = pages.build_library("initial", export.blank(), "initial.so")
        self.rows = {k: np.flatnonzero(data.block_fold == k) for k in range(FOLDS)}
        self.part, self.score, quiet = self.fit_all(deepest)
        say(f"initial scores: {len(self.part)} first parts trained")
        self.find_columns(deepest, quiet)
        self.mark = hashlib.sha256(b"".join(rows.tobytes() for _, rows in sorted(self.columns.items()))).hexdigest()
        say(f"initial scores: {self.n_columns} columns for each")

    def fit_all(self, deepest):
        """Dictionaries by folds held back: first part, scores of held pages, scores of quiet held pages. Cached on disk."""
        mark = hashlib.sha256(self.data.mark.encode() + repr((RECIPE, deepest)).encode()).hexdigest()[:16]
        path = pages.CACHE / f"initial-{mark}.pickle"
        if path.exists():
            return pickle.loads(path.read_bytes())
        first, score, quiet = {}, {}, {}
        with multiprocessing.get_context("fork").Pool(self.jobs, begin_fit, (self.data,)) as pool:
            for held, *found in pool.imap_unordered(fit, [(), *held_sets(deepest)]):
                first[held], score[held], quiet[held] = found
        path.write_bytes(pickle.dumps((first, score, quiet)))
        return first, score, quiet

    def find_columns(self, deepest, quiet_scores):
        """Sets columns, learnt, and the scale and offset of the columns, which come from the models without one fold."""
        everyone = np.ones(len(self.data.pages), bool)
        alone = self.compute(held_sets(1), self.score, everyone, None)
        self.scale, self.offset = scales = net.scales(np.concatenate(list(alone.values())))
        self.columns = {held: net.quantise(rows, *scales) for held, rows in alone.items()}
        self.columns |= self.compute([h for h in held_sets(deepest) if len(h) > 1], self.score, everyone, scales)
        self.learnt = self.compute(held_sets(deepest), quiet_scores, self.data.quiet, scales)
        for held, rows in self.learnt.items():
            loud = ~self.data.block_quiet[self.rows_held(held)]
            rows[loud] = self.columns[held][loud]

    def rows_held(self, held):
        """Rows of the held folds' blocks, fold by fold."""
        return np.concatenate([self.rows[k] for k in held])

    def ask(self, some, lists, scales):
        """Yields for each page the columns for each of its lists of scores."""
        jobs = [(p.path, scores, scales, self.n_columns) for p, scores in zip(some, lists)]
        with multiprocessing.get_context("fork").Pool(self.jobs, start_worker, (self.path,)) as pool:
            yield from pool.imap(rows_of, jobs, chunksize=16)

    def compute(self, sets, scores, wanted, scales):
        """{held: columns of the blocks of the held folds, fold by fold}. Pages that are not wanted get zeros."""
        kind = F if scales is None else np.uint8
        full = {held: np.zeros((len(self.data.block_fold), self.n_columns), kind) for held in sets}
        some = [p for p, is_wanted in zip(self.data.pages, wanted) if is_wanted]
        mine = [[held for held in sets if p.fold in held] for p in some]
        lists = [[scores[held][p.at : p.at + len(p.n)] for held in of_page] for p, of_page in zip(some, mine)]
        for p, of_page, found in zip(some, mine, self.ask(some, lists, scales)):
            for held, rows in zip(of_page, found):
                full[held][p.at : p.at + len(p.n)] = rows
        return {held: full[held][self.rows_held(held)] for held in sets}

    def columns_for(self, held, learnt=False):
        """The columns of all blocks for a model trained without held, a row for each block.

        learnt: True for learning, where the words of quiet pages have no weights.
        """
        out = np.zeros((len(self.data.block_fold), self.n_columns), np.uint8)
        if held:
            out[self.rows_held(held)] = self.columns[held]
        for k in set(range(FOLDS)) - set(held):
            with_k = tuple(sorted((*held, k)))
            of_k = self.data.block_fold[self.rows_held(with_k)] == k
            out[self.rows[k]] = (self.learnt if learnt else self.columns)[with_k][of_k]
        return out

    def of_scores(self, some, scores):
        """For each of these pages the columns from its scores, as 7-bit integers."""
        return [rows for (rows,) in self.ask(some, [[s] for s in scores], (self.scale, self.offset))]

    def kept(self, held):
        """Numbers of the plain columns that the second part sees, in ascending order."""
        return np.sort(np.argsort(-self.part[held].gain[: self.n_block], kind="stable")[:KEPT])


# ---- Training ----

shared = None


def begin_fit(data):
    global shared
    shared = data


def fit(held):
    """(held, trees, their scores of held pages, their scores of quiet held pages); NaN for all other blocks."""
    rows = shared.outside(held)
    part = trees.train(shared.learnt[rows], shared.labels[rows], shared.weight[rows], RECIPE)
    score, quiet = (np.full(len(rows), np.nan, F) for _ in range(2))
    score[~rows] = part.score(shared.q[~rows])
    some = ~rows & shared.block_quiet
    quiet[some] = part.score(shared.learnt[some])
    return held, part, score, quiet
