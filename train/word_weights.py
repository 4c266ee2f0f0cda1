# SPDX-License-Identifier: Apache-2.0
"""word_weights - words and labels of blocks -> the table of src/word_weights.c: a weight for each common word and word pair.

The weights come from a logistic regression with an L2 penalty on the items of src/word_weights.c. The value of an item is one over
the square root of the number of known items in its block, so that long and short blocks get scores of similar size. Words that only
one site uses tell nothing about other sites, so an item must be on SITES_LEAST sites or more. The trees must learn from word scores
that know neither the page nor its site, as for a new page; therefore there is one table for each fold, trained without it.
"""

import ctypes

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

import label

SITES_LEAST = 4
PENALTY = 0.15   # the usual C, the inverse of the penalty: a smaller value makes the weights smaller
STEPS = 200      # of L-BFGS, at most
SLOTS = 1 << 16
ITEMS_MOST = 32
TOP = 99.9       # percentile of the absolute weights that becomes 127; larger ones are cut off


class Reader:
    """Computes the items of texts, by src/word_weights.c itself."""

    def __init__(self):
        self.call = label.compiled("word_weights").text_items
        self.call.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        self.call.restype = ctypes.c_uint32
        self.items = np.zeros(ITEMS_MOST, np.uint32)

    def items_of(self, text):
        data = text.encode()
        return self.items[: self.call(data, len(data), self.items.ctypes.data)].copy()


def matrix(items, sizes, sites):
    """(sparse matrix of blocks x known items, hashes of the known items).

    items, sizes: the items of all blocks, and how many of them each block has; sites: the number of the site of each block.
    """
    block = np.repeat(np.arange(len(sizes)), sizes)
    pairs = np.unique(np.stack([items.astype(np.int64), sites[block]]), axis=1)
    known, n_sites = np.unique(pairs[0], return_counts=True)
    known = known[n_sites >= SITES_LEAST]
    at = np.searchsorted(known, items)
    good = (at < len(known)) & (known[np.minimum(at, len(known) - 1)] == items)
    n_known = np.bincount(block[good], minlength=len(sizes))
    value = 1 / np.sqrt(np.maximum(n_known, 1))[block[good]]
    return csr_matrix((value, (block[good], at[good])), shape=(len(sizes), len(known))), known.astype(np.uint32)


def fit(x, y, weight):
    """The weights of the columns of x, fitted to soft labels y from 0 to 1."""
    rows = np.flatnonzero((weight > 0) & (np.diff(x.indptr) > 0))
    x, y, weight = x[rows], y[rows].astype(np.float64), weight[rows] / weight[rows].mean()
    xt = x.T.tocsr()

    def loss(parameters):
        w, b = parameters[:-1], parameters[-1]
        z = x @ w + b
        p = 1 / (1 + np.exp(-z))
        error = weight * (p - y)
        value = float((weight * (np.logaddexp(0, z) - y * z)).sum() + w @ w / (2 * PENALTY))
        return value, np.append(xt @ error + w / PENALTY, error.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x[:-1]


def table(known, weights):
    """(slots, scale). A slot holds check << 8 | weight. If two items share a slot, the one with the larger weight is kept."""
    scale = max(float(np.percentile(np.abs(weights), TOP)) / 127, 1e-6)
    small = np.clip(np.rint(weights / scale), -127, 127).astype(np.int64)
    h = known.astype(np.uint64) * np.uint64(2654435769) & np.uint64(0xFFFFFFFF)
    slots = np.zeros(SLOTS, np.uint16)
    for i in np.lexsort((known, np.abs(small))):
        if small[i]:
            slots[int(h[i]) >> 16] = (int(h[i]) >> 8 & 255) << 8 | (int(small[i]) & 255)
    return slots, scale


def tables(items, sizes, sites, y, weight, folds, n_folds):
    """{fold left out, or None for the table of all pages: (slots, scale)}."""
    x, known = matrix(items, sizes, sites)
    return {left_out: table(known, fit(x, y, np.where(folds != left_out, weight, 0) if left_out is not None else weight))
            for left_out in [*range(n_folds), None]}
