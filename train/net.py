# SPDX-License-Identifier: Apache-2.0
"""net - a multi-layer perceptron with two hidden layers that scores blocks.

It is one of the models in the teacher (teacher.py), and the shipped model for plain-text input (plain_text.py). Inputs are columns
as 7-bit integers; the loss is the cross entropy of the labels, minus a soft F1 of each page. All random numbers come from the seed
of the recipe, so the same data gives the same net.
"""

import dataclasses

import numpy as np

F = np.float32
MIDDLE, STEP = F(64), F(8 / 127)  # of 7-bit inputs: the integer for the mean, standard deviations per unit
H1, H2 = 48, 24
ROWS = 1 << 14  # rows in one piece, to bound memory


@dataclasses.dataclass
class Recipe:
    epochs: int = 10
    batch: int = 8          # pages
    rate: float = 2e-3
    warm_up: int = 200      # steps
    last_rate: float = 0.02 # of rate
    decay: float = 0.02
    drop: float = 0.2       # dropout of inputs and hidden units
    drop_columns: float = 0.1 # dropout of columns, for a page as a whole
    drop_words: float = 0.15 # share of pages that are learnt as if no word had a weight
    f1: float = 0.5         # weight of 1 - soft page F1
    smooth: float = 0.0     # not used
    h1: int = H1
    h2: int = H2
    seed: int = 1


def scales(x):
    """(scale, offset) for 7-bit inputs: the mean becomes 64, 4 standard deviations become 63.5. Constant columns get (0, 64)."""
    mean, square = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for at in range(0, len(x), ROWS):
        mean += x[at : at + ROWS].sum(axis=0, dtype=np.float64) / len(x)
    for at in range(0, len(x), ROWS):
        square += np.square(x[at : at + ROWS] - mean).sum(axis=0) / len(x)
    deviation = np.sqrt(square)
    moves = deviation > 1e-6
    scale = np.where(moves, 127 / 8 / np.where(moves, deviation, 1), 0)
    return scale.astype(F), np.where(moves, 64 - mean * scale, 64).astype(F)


def quantise(x, scale, offset):
    out = np.empty(x.shape, np.uint8)
    for at in range(0, len(x), ROWS):
        out[at : at + ROWS] = np.clip(np.rint(x[at : at + ROWS] * scale + offset), 0, 127)
    return out


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


class Net:
    """The parameters, as floats."""

    def __init__(self, n, recipe, rng):
        def normal(rows, columns):
            return (rng.standard_normal((rows, columns)) * np.sqrt(2 / rows)).astype(F)

        self.all = [normal(n, recipe.h1), np.zeros(recipe.h1, F), normal(recipe.h1, recipe.h2), np.zeros(recipe.h2, F),
                    normal(recipe.h2, 1) * F(0.5), np.full(1, -1, F)]


class Adam:
    def __init__(self, values, decay):
        self.values, self.decay = values, decay
        self.m, self.v = [np.zeros_like(p) for p in values], [np.zeros_like(p) for p in values]
        self.t = 0

    def step(self, gradients, rate):
        self.t += 1
        c1, c2 = 1 - 0.9**self.t, 1 - 0.999**self.t
        for p, g, m, v in zip(self.values, gradients, self.m, self.v):
            m += F(0.1) * (g - m)
            v += F(0.001) * (g * g - v)
            if p.ndim == 2:
                p -= F(rate * self.decay) * p
            p -= F(rate / c1) * m / (np.sqrt(v / F(c2)) + F(1e-8))


def rate_at(step, steps, recipe):
    if step < recipe.warm_up:
        return recipe.rate * (step + 1) / recipe.warm_up
    part = (step - recipe.warm_up) / max(1, steps - recipe.warm_up)
    return recipe.rate * (recipe.last_rate + (1 - recipe.last_rate) * 0.5 * (1 + np.cos(np.pi * part)))


def keep_mask(rng, shape, drop):
    """A dropout mask: 0 with the chance drop, otherwise 1 / (1 - drop). drop is rounded to a 256th, so a random byte decides."""
    limit = round(drop * 256)
    size = int(np.prod(shape))
    bits = np.frombuffer(rng.bytes(size), np.uint8).reshape(shape) >= limit
    return bits.astype(F) * F(256 / (256 - limit))


def loss_gradient(p, batch, recipe):
    """Gradient of the batch's loss, a weighted mean over its pages, with respect to the log odds of each block."""
    out = np.empty_like(p)
    at = 0
    total = sum(page.weight for page in batch)
    for page in batch:
        rows = slice(at, at + len(page.n))
        at = rows.stop
        q = p[rows]
        g = page.block_weight * (q - page.target)
        hit, said = float(q @ page.hit), float(q @ page.n) + page.n_gold
        if recipe.f1 and said > 0 and page.n_gold:
            slope = 2 * (page.hit * F(said) - F(hit) * page.n) / F(said * said)
            g -= F(recipe.f1) * slope * q * (1 - q)
        out[rows] = g * F(page.weight / total)
    return out


def train(pages, quantised, recipe, silent):
    """Trains a net.

    pages: have at, n, n_gold, weight, block_weight, target and hit; quantised: the inputs of all blocks of all pages, of which a
    page has n rows from `at`; silent: (columns from word weights, their inputs if no word has a weight).
    """
    rng = np.random.Generator(np.random.PCG64(recipe.seed))
    pages = [page for page in pages if len(page.n)]
    net = Net(quantised.shape[1], recipe, rng)
    w1, b1, w2, b2, w3, b3 = net.all
    adam = Adam(net.all, recipe.decay)
    steps, step = recipe.epochs * -(-len(pages) // recipe.batch), 0
    for _ in range(recipe.epochs):
        order = rng.permutation(len(pages))
        for start in range(0, len(pages), recipe.batch):
            batch = [pages[i] for i in order[start : start + recipe.batch]]
            x = np.concatenate([quantised[page.at : page.at + len(page.n)] for page in batch]).astype(F)
            if recipe.drop_words:
                unknown = rng.random(len(batch)) < recipe.drop_words
                rows = np.repeat(unknown, [len(page.n) for page in batch])
                x[np.ix_(rows, silent[0])] = silent[1]
            x -= MIDDLE
            x *= STEP
            if recipe.drop:
                x *= keep_mask(rng, x.shape, recipe.drop)
            if recipe.drop_columns:
                at = 0
                for page in batch:
                    x[at : at + len(page.n)] *= keep_mask(rng, x.shape[1], recipe.drop_columns)
                    at += len(page.n)
            a1 = np.maximum(x @ w1 + b1, 0)
            mask1 = keep_mask(rng, a1.shape, recipe.drop) if recipe.drop else F(1)
            d1 = a1 * mask1
            a2 = np.maximum(d1 @ w2 + b2, 0)
            mask2 = keep_mask(rng, a2.shape, recipe.drop) if recipe.drop else F(1)
            d2 = a2 * mask2
            g3 = loss_gradient(sigmoid(d2 @ w3[:, 0] + b3), batch, recipe)
            g2 = np.outer(g3, w3[:, 0]) * mask2 * (a2 > 0)
            g1 = (g2 @ w2.T) * mask1 * (a1 > 0)
            adam.step([x.T @ g1, g1.sum(0), d1.T @ g2, g2.sum(0), (d2.T @ g3)[:, None], g3.sum(keepdims=True)],
                      rate_at(step, steps, recipe))
            step += 1
    return net


def score_float(net, q):
    w1, b1, w2, b2, w3, b3 = net.all
    h1 = np.maximum((q.astype(F) - MIDDLE) * STEP @ w1 + b1, 0)
    return sigmoid(np.maximum(h1 @ w2 + b2, 0) @ w3[:, 0] + b3)
