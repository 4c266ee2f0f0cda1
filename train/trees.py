# SPDX-License-Identifier: Apache-2.0
"""trees - the boosted trees that score blocks, of either part: training, and the sums of integers that src/model.c makes of them.

	q = clamp(round(x * scale + offset), 0, 127)      scale, offset: +-4 standard deviations
	p = 1 / (1 + exp(-(base + unit * sum of the leaf of each tree)))

Trees are small, LEAVES leaves, and many: so the bits of all leaves of a tree fit a byte, and LANES blocks pass a split at once.
"""

import dataclasses

import lightgbm
import numpy as np

F = np.float32
LANES, LEAVES, GROVE, LEAF_MOST = 32, 8, 8, 4095  # as in src/feature.h
ROWS = 1 << 14  # looked at in one go
UNLIKELY = F(0.03)  # a chance below is a block's score, whatever trees come behind


@dataclasses.dataclass
class Recipe:
    trees: int = 200
    rate: float = 0.15
    columns: float = 0.15    # of them looked at by a tree
    least_rows: int = 60     # in a leaf
    ridge: float = 1.0
    seed: int = 1

    def options(self):
        return {"objective": "cross_entropy", "learning_rate": self.rate, "num_leaves": LEAVES, "feature_fraction": self.columns,
                "min_data_in_leaf": self.least_rows, "lambda_l2": self.ridge,
                "max_bin": 127, "deterministic": True, "force_col_wise": True, "num_threads": 1, "verbose": -1, "seed": self.seed}


class Trees:
    """As arrays: of each tree its splits' column, most (to the left up to there) and left (a bit for each leaf on that side), and its
    leaves' values, integers, from left to right; gain: what each column was worth."""

    def __init__(self, model):
        """model: a lightgbm.Booster."""
        self.gain = model.feature_importance("gain")
        dump = model.dump_model()["tree_info"]
        n = -(-len(dump) // GROVE) * GROVE
        self.column, self.most = np.zeros((n, LEAVES - 1), int), np.full((n, LEAVES - 1), 127)
        self.left, values = np.zeros((n, LEAVES - 1), int), np.zeros((n, LEAVES))
        for i, tree in enumerate(dump):
            self.read(i, tree["tree_structure"], values[i])
        self.base = F((values[0].min() + values[0].max()) / 2)  # the first tree holds the mean of what is learnt
        values[0] -= self.base
        self.unit = F(max(np.abs(values).max(), 1e-9) / LEAF_MOST)
        self.leaf = np.rint(values / self.unit).astype(int)

    def read(self, i, root, values):
        """Splits in any order; leaves from left to right."""
        n_splits = n_leaves = 0
        todo, spans = [root], {}
        while todo:  # a split comes back after its left side, to learn which leaves that has
            node = todo.pop()
            if "leaf_value" in node:
                values[n_leaves] = node["leaf_value"]
                n_leaves += 1
            elif id(node) not in spans:
                spans[id(node)] = n_leaves
                todo += [node["right_child"], node, node["left_child"]]
            else:
                self.column[i, n_splits] = node["split_feature"]
                self.most[i, n_splits] = int(np.floor(node["threshold"]))
                self.left[i, n_splits] = (1 << n_leaves) - (1 << spans[id(node)])
                n_splits += 1

    def score(self, q):
        """Chance that a block is content, as src/model.c computes it."""
        out = []
        for at in range(0, len(q), ROWS):
            rows = np.ascontiguousarray(q[at : at + ROWS].T)
            total = np.zeros(rows.shape[1], int)
            for column, most, left, leaf in zip(self.column, self.most, self.left, self.leaf):
                bits = np.full(rows.shape[1], 255, np.uint8)
                for c, m, b in zip(column, most, left):
                    if b:
                        bits &= np.where(rows[c] > m, np.uint8(255 - b), np.uint8(255))
                total += leaf[LOWEST[bits]]
            out.append(self.base + self.unit * total.astype(F))
        return 1 / (1 + np.exp(-np.concatenate([*out, np.zeros(0, F)])))


LOWEST = np.array([0] + [(i & -i).bit_length() - 1 for i in range(1, 256)])


def train(x, y, weight, recipe):
    """x: 7-bit inputs of blocks; y: what is to be learnt of each, 0 … 1."""
    options = recipe.options()
    sheet = lightgbm.Dataset(x, y, weight=weight / weight.mean(), params=options)
    return Trees(lightgbm.train(options, sheet, recipe.trees))
