# SPDX-License-Identifier: Apache-2.0
"""trees - trains the boosted trees of either part and evaluates them in integers, as src/model.c does.

	q = clamp(round(x * scale + offset), 0, 127)      scale, offset: +-4 standard deviations
	p = 1 / (1 + exp(-(base + unit * sum of the leaf of each tree)))

There are many small trees of LEAVES leaves each, so that one bit for each leaf fits in a byte and src/model.c can pass LANES blocks
through a split at once.
"""

import dataclasses

import lightgbm
import numpy as np

F = np.float32
LANES, LEAVES, GROVE, LEAF_MOST = 32, 8, 8, 4095  # must equal those in src/feature.h
ROWS = 1 << 14  # rows in one piece, to bound memory
UNLIKELY = F(0.03)  # an initial score below this is final: the second part is skipped


@dataclasses.dataclass
class Recipe:
    trees: int = 200
    rate: float = 0.15
    columns: float = 0.15    # share of the columns that a tree may use
    least_rows: int = 60     # blocks in a leaf
    ridge: float = 1.0       # L2 penalty of leaf values
    seed: int = 1

    def options(self):
        return {"objective": "cross_entropy", "learning_rate": self.rate, "num_leaves": LEAVES, "feature_fraction": self.columns,
                "min_data_in_leaf": self.least_rows, "lambda_l2": self.ridge,
                "max_bin": 127, "deterministic": True, "force_col_wise": True, "num_threads": 1, "verbose": -1, "seed": self.seed}


class Trees:
    """Trees as arrays, a row for each tree.

    column, most, left: for each split its column, the largest value that goes left, and a bit for each leaf on the left side;
    leaf: integer values of the leaves, from left to right; gain: the gain of each column in training. The number of trees is
    padded to a multiple of GROVE with trees that add 0.
    """

    def __init__(self, model):
        """model: a lightgbm.Booster."""
        self.gain = model.feature_importance("gain")
        dump = model.dump_model()["tree_info"]
        n = -(-len(dump) // GROVE) * GROVE
        self.column, self.most = np.zeros((n, LEAVES - 1), int), np.full((n, LEAVES - 1), 127)
        self.left, values = np.zeros((n, LEAVES - 1), int), np.zeros((n, LEAVES))
        for i, tree in enumerate(dump):
            self.read(i, tree["tree_structure"], values[i])
        self.base = F((values[0].min() + values[0].max()) / 2)  # LightGBM adds the mean of the target to the first tree
        values[0] -= self.base
        self.unit = F(max(np.abs(values).max(), 1e-9) / LEAF_MOST)
        self.leaf = np.rint(values / self.unit).astype(int)

    def read(self, i, root, values):
        """Reads tree i. Splits may come in any order; leaves are numbered from left to right."""
        n_splits = n_leaves = 0
        todo, spans = [root], {}
        while todo:  # a split is visited again after its left side, when the leaves of that side are known
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
        """Probability that each block is content, computed as in src/model.c."""
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
    """x: 7-bit inputs of blocks; y: the target of each block, 0 to 1."""
    options = recipe.options()
    sheet = lightgbm.Dataset(x, y, weight=weight / weight.mean(), params=options)
    return Trees(lightgbm.train(options, sheet, recipe.trees))
