# SPDX-License-Identifier: Apache-2.0
"""verdict - measures a tool's judgement of a page and of its own result: page type against the gold, confidence against F1."""
import collections
import math

import benchlib
import measure

LEAST = 0.1  # share of pages with the lowest confidence; with a good confidence, they have much of the lost F1


def page_types(pairs):
    """(share of right types, {gold type: Counter of detected types}).  pairs: (gold type, detected type) of each page."""
    confusion = collections.defaultdict(collections.Counter)
    for gold, said in pairs:
        confusion[gold][said or "none"] += 1
    right = sum(confusion[gold][gold] for gold in confusion)
    return right / len(pairs) if pairs else None, dict(confusion)


def print_page_types(pairs):
    """Prints a table, gold types by detected types, and returns the figures."""
    share, confusion = page_types(pairs)
    by_number = sorted(confusion, key=lambda kind: (-sum(confusion[kind].values()), kind))
    columns = by_number + sorted({said for row in confusion.values() for said in row} - set(by_number))
    rows = [[gold, sum(confusion[gold].values()), benchlib.figure(confusion[gold][gold] / sum(confusion[gold].values()))] +
            [confusion[gold][said] or None for said in columns] for gold in by_number]
    rows.append(["all", len(pairs), benchlib.figure(share)] + [sum(row[said] for row in confusion.values()) for said in columns])
    benchlib.print_table(["page type", "pages", "right"] + columns, rows)
    return {"right": share, "said": {gold: dict(row) for gold, row in confusion.items()}}


def confidence(pairs):
    """The figures of pairs (confidence, actual F1)."""
    n_least = math.ceil(LEAST * len(pairs))
    least = sorted(pairs)[:n_least]
    lost = math.fsum(1 - f1 for _, f1 in pairs)
    return {"error": measure.mean(abs(said - f1) for said, f1 in pairs)[0],
            "mean": measure.mean(said for said, _ in pairs)[0], "mean_f1": measure.mean(f1 for _, f1 in pairs)[0],
            "least_pages": n_least, "least_share_of_loss": math.fsum(1 - f1 for _, f1 in least) / lost if lost else None}


def calibration(pairs, parts=5):
    """[(number of pages, mean confidence, mean F1)] of equal parts of the pages, the least confident part first."""
    ordered = sorted(pairs)
    cut = [ordered[i * len(ordered) // parts : (i + 1) * len(ordered) // parts] for i in range(parts)]
    return [(len(part), measure.mean(said for said, _ in part)[0], measure.mean(f1 for _, f1 in part)[0]) for part in cut if part]


def print_confidence(tools):
    """Prints and returns the figures.  tools: {name: pairs (confidence, actual F1)}."""
    data, rows = {name: confidence(pairs) for name, pairs in tools.items()}, []
    for name, d in data.items():
        rows.append([name, len(tools[name]), *(benchlib.figure(d[k]) for k in ("error", "mean", "mean_f1")), d["least_pages"],
                     benchlib.figure(d["least_share_of_loss"])])
    benchlib.print_table(["confidence", "pages", "mean error", "mean", "mean F1", "least confident", "hold of the lost F1"], rows)
    print()
    name, pairs = next(iter(tools.items()))
    benchlib.print_table([f"{name}, least confident first", "mean confidence", "mean F1"],
                         [[f"{n} pages", benchlib.figure(said), benchlib.figure(f1)] for n, said, f1 in calibration(pairs)])
    return data
