# SPDX-License-Identifier: Apache-2.0
"""judge - trains two small nets that judge a page as a whole after its cut: one for the page type, one for the expected F1.

Their inputs mean the same whichever trees made the scores: the means of some columns over the words of the page and over its likely
words, the page columns, and measures of the cut, including how far the second part of the trees moved the initial scores. A net
trained on out-of-fold scores, which come from the trees of several folds, is therefore valid for the shipped trees.
"""

import dataclasses

import lightgbm
import numpy as np

from choose import N_MEASURES
from net import Adam, keep_mask
from trees import UNLIKELY

F = np.float32
POOL = 64  # block columns whose means the nets see
KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")
HIDDEN = 16
SURVEY_WORDS, SURVEY_UNIT = 511, 64  # must equal those in src/model.c
NETS = 4  # nets trained with different seeds and averaged
BEND = 0.02  # below this error of the confidence, the loss is quadratic


class Views:
    """The possible inputs for each page, a row for each page.

    by_words: means of all block columns, weighted by words, over the blocks that are not unlikely by their initial score;
    by_likely: the same, weighted by words times initial score; rest: page columns without the policy, which describes the request
    and not the page, and the measures of the cut.  quiet: computed as if no word had a weight.
    """

    def __init__(self, data, initial_scores, measures, quiet=False):
        n_block = len(data.names) - len(data.page_names)
        policy = data.names.index("policy")
        others = [i for i in range(n_block, len(data.names)) if i != policy]
        self.n_block = n_block
        self.by_words, self.by_likely = np.zeros((len(initial_scores), n_block), F), np.zeros((len(initial_scores), n_block), F)
        self.rest = np.zeros((len(initial_scores), len(others) + N_MEASURES), F)
        for i, (page, initial, of_cut) in enumerate(zip(data.pages, initial_scores, measures)):
            if not len(initial):
                continue
            q = data.q[page.at : page.at + len(initial)].astype(F)
            if quiet:
                q[:, data.silent[0]] = data.silent[1]
            q /= F(127)
            words = np.where(initial < UNLIKELY, F(0), np.minimum(page.n, F(SURVEY_WORDS)))
            likely = np.floor(initial * words * F(SURVEY_UNIT) + F(0.5))
            self.by_words[i] = words @ q[:, :n_block] / max(float(words.sum()), 1)
            self.by_likely[i] = likely @ q[:, :n_block] / max(float(likely.sum()), 1e-30)
            self.rest[i] = np.concatenate([q[0, others], of_cut])

    def of(self, pool):
        return np.hstack([self.by_words[:, pool], self.by_likely[:, pool], self.rest])


def choose_pool(views, members, kind, f1, weight):
    """Numbers of the POOL block columns whose means have the highest gain in trees that predict type and F1."""
    x = np.hstack([views.by_words, views.by_likely, views.rest])[members]
    options = {"verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": 1, "num_leaves": 12,
               "learning_rate": 0.1, "feature_fraction": 0.1, "min_data_in_leaf": 10, "max_bin": 63}
    gain = np.zeros(views.n_block)
    for task, target in (({"objective": "multiclass", "num_class": len(KINDS)}, kind), ({"objective": "cross_entropy"}, f1)):
        model = lightgbm.train({**options, **task}, lightgbm.Dataset(x, target[members], weight=weight[members]), 60)
        importance = model.feature_importance("gain")
        both = importance[: views.n_block] + importance[views.n_block : 2 * views.n_block]
        gain += both / max(both.sum(), 1e-9)
    return np.sort(np.argsort(-gain, kind="stable")[:POOL])


@dataclasses.dataclass
class PageNet:
    w1: np.ndarray  # hidden x inputs; inputs are not scaled
    b1: np.ndarray
    w2: np.ndarray  # outputs x hidden
    b2: np.ndarray

    def out(self, x):
        return np.maximum(x @ self.w1.T + self.b1, 0) @ self.w2.T + self.b2


def train_page_net(x, slope, n_out, weight, epochs, drop, decay=0.1, rate=3e-3, seed=1):
    """Trains one net.  slope(outputs, rows) returns the gradient of each row's loss with respect to its outputs."""
    rng = np.random.Generator(np.random.PCG64(seed))
    mean, deviation = x.mean(0), x.std(0)
    moves = deviation > 1e-6
    factor = np.where(moves, 1 / np.where(moves, deviation, 1), 0).astype(F)
    z = np.clip((x - mean) * factor, -4, 4)
    w1, b1 = (rng.standard_normal((x.shape[1], HIDDEN)) * np.sqrt(2 / x.shape[1])).astype(F), np.zeros(HIDDEN, F)
    w2, b2 = (rng.standard_normal((HIDDEN, n_out)) * np.sqrt(2 / HIDDEN)).astype(F), np.zeros(n_out, F)
    adam = Adam([w1, b1, w2, b2], decay)
    size = 64
    steps, step = epochs * -(-len(x) // size), 0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), size):
            rows = order[start : start + size]
            v = z[rows] * keep_mask(rng, (len(rows), x.shape[1]), drop)
            a = np.maximum(v @ w1 + b1, 0)
            mask = keep_mask(rng, a.shape, drop / 2)
            d = a * mask
            g2 = (slope(d @ w2 + b2, rows) * (weight[rows] / weight[rows].sum())[:, None]).astype(F)
            g1 = (g2 @ w2.T) * mask * (a > 0)
            adam.step([v.T @ g1, g1.sum(0), d.T @ g2, g2.sum(0)], rate * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * step / steps))))
            step += 1
    scaled = w1 * factor[:, None]
    return PageNet(scaled.T.copy(), (b1 - mean @ scaled).astype(F), w2.T.copy(), b2)


def softmax(v):
    e = np.exp(v - v.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train_mean(x, slope, n_out, weight, **recipe):
    """One net that outputs the mean of NETS nets, because the errors of a single net vary too much with its seed."""
    nets = [train_page_net(x, slope, n_out, weight, seed=seed, **recipe) for seed in range(1, NETS + 1)]
    return PageNet(np.vstack([net.w1 for net in nets]), np.hstack([net.b1 for net in nets]),
                   np.hstack([net.w2 for net in nets]) / F(NETS), np.mean([net.b2 for net in nets], axis=0))


def train_type(x, kind, weight):
    def slope(out, rows):
        return softmax(out) - np.eye(len(KINDS), dtype=F)[kind[rows]]
    return train_mean(x, slope, len(KINDS), weight, epochs=60, drop=0.3)


def train_confidence(x, f1, weight):
    """Minimises the absolute error, made smooth below BEND. Sees only the measures of the cut: with more inputs it overfits."""
    def slope(out, rows):
        p = 1 / (1 + np.exp(-np.clip(out, -30, 30)))
        return np.clip((p - f1[rows][:, None]) / BEND, -1, 1) * p * (1 - p)
    return train_mean(x[:, -N_MEASURES:], slope, 1, weight, epochs=600, drop=0.1)


def confidence(model, x):
    return 1 / (1 + np.exp(-np.clip(model.out(x[:, -N_MEASURES:])[:, 0], -30, 30)))
