# SPDX-License-Identifier: Apache-2.0
"""teacher - trains a large model, the teacher, whose scores the shipped trees learn from.

The teacher is the mean of boosted trees that are larger than the shipped ones, of nets, and of trees that also see the columns from
initial scores ("late"). It is trained without each fold and without each pair of folds. Shipped trees that leave out fold i learn a
page of fold j from the teacher that has seen neither i nor j; trees that leave out no fold learn it from the teacher that has not
seen j. So no score that they learn from comes from a model that knew the label, and nothing of fold i reaches the trees that are
measured on fold i.
"""

import hashlib
import itertools
import multiprocessing
import time

import lightgbm
import numpy as np

import initial
import net
import pages
from folds import FOLDS

F = np.float32
TREES = {"objective": "cross_entropy", "learning_rate": 0.06, "num_leaves": 48, "feature_fraction": 0.15, "min_data_in_leaf": 60,
         "lambda_l2": 1.0, "max_bin": 127, "deterministic": True, "force_col_wise": True, "num_threads": 1, "verbose": -1}
N_TREES = 300
LATE = {**TREES, "feature_fraction": 0.25}


def sheet():
    """All blocks, binned once for all trees. The trees see the same 7-bit inputs as the nets."""
    return lightgbm.Dataset(shared.q, shared.labels, weight=shared.weight / shared.weight.mean(), params=TREES).construct()


def predict(model, x):
    return np.concatenate([model.predict(part, num_threads=1) for part in np.array_split(x, 1 + len(x) // net.ROWS)]).astype(F)


def fit_trees(held, seed):
    rows = shared.outside(held)
    model = lightgbm.train({**TREES, "seed": seed}, shared.sheet.subset(np.flatnonzero(rows)), N_TREES)
    return predict(model, shared.q[~rows])


def fit_late(held, seed):
    """Scores of held blocks by trees that also see the columns from initial scores."""
    rows = shared.outside(held)
    x = initial.late(shared.q, initial_scores.columns_for(held), initial_scores.kept(held), shared.n_block)
    weight = shared.weight[rows]
    sheet = lightgbm.Dataset(x[rows], shared.labels[rows], weight=weight / weight.mean(), params=LATE)
    return predict(lightgbm.train({**LATE, "seed": seed}, sheet, N_TREES), x[~rows])


def fit_net(held, seed):
    rows = shared.outside(held)
    recipe = shared.teacher_recipe
    recipe.seed = 100 + seed
    model = net.train([page for page in shared.pages if page.fold not in held], shared.q, recipe, shared.silent)
    return net.score_float(model, shared.q[~rows])


def task(job):
    held, kind, seed = job
    start = time.monotonic()
    out = {"trees": fit_trees, "net": fit_net, "late": fit_late}[kind](held, seed)
    return job, out, time.monotonic() - start


def all_scores(data, first_scores, jobs, say, members):
    """{fold left out, or None: the teacher's score of each block outside of that fold, NaN for the fold's own blocks}."""
    global shared, initial_scores
    shared, initial_scores = data, first_scores
    held = [(i,) for i in range(FOLDS)] + list(itertools.combinations(range(FOLDS), 2))
    todo = [(h, kind, seed) for kind, seeds in members for seed in range(1, seeds + 1) for h in held]
    how = repr((todo, first_scores.mark, TREES, LATE, N_TREES, initial.RECIPE, initial.KEPT, data.teacher_recipe))
    mark = hashlib.sha256(data.mark.encode() + how.encode()).hexdigest()[:16]
    path = pages.CACHE / f"teacher-{mark}.npz"
    if path.exists():
        with np.load(path) as kept:
            return {None if name == "none" else int(name): kept[name] for name in kept.files}
    shared.sheet = sheet()
    scores = {(h, kind): np.zeros(int((~shared.outside(h)).sum()), F) for h in held for kind, _ in members}
    count = dict(members)
    found, spent = {}, {}
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for job, out, seconds in pool.imap_unordered(task, todo):
            found[job] = out
            spent[job[1]] = spent.get(job[1], 0) + seconds
            if len(found) % len(held) == 0:
                say(f"teacher: {len(found)} of {len(todo)} models")
    for job in todo:  # in a fixed order, because sums of floats depend on it
        scores[job[0], job[1]] += found[job] / F(count[job[1]])
    say("teacher: " + ", ".join(f"{n} x {kind}, {spent[kind] / n / len(held):.0f} s each" for kind, n in members))
    out = {left_out: np.full(len(data.q), np.nan, F) for left_out in (None, *range(FOLDS))}
    for h in held:
        some = np.flatnonzero(~shared.outside(h))
        score = sum(scores[h, kind] for kind, _ in members) / F(len(members))
        fold = data.block_fold[some]
        if len(h) == 1:
            out[None][some] = score
        else:
            for left_out, other in (h, h[::-1]):
                out[left_out][some[fold == other]] = score[fold == other]
    np.savez(path, **{"none" if name is None else str(name): value for name, value in out.items()})
    return out
