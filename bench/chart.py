#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""chart - figures of quality.py and pages -> an SVG picture of accuracy against speed, for makala and the other extractors.

	bench/quality.py FOLDER… --peers all --no-oracle --json build/quality.json
	bench/pages FOLDER --json build/pages.json
	build/bench-venv/bin/python bench/chart.py build/quality.json build/pages.json docs/img/accuracy-speed.svg

`make chart DATA=FOLDER…` runs all three commands.  Accuracy is the mean of a tool's word F1 over the measured sets of pages, with
the same weight for each set.  Speed is pages per CPU second on one core, without start-up.  The figures are printed as a table too.
"""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "makala"  # fixed, so that the same figures give the same file
matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text: a smaller file, sharp at any size
from matplotlib import pyplot  # noqa: E402

OURS, OTHERS = "#2f7d32", "#5a6b7b"


def accuracy(quality):
    """(names of the sets, {tool: its word F1 on each set}), for the tools that were measured on every set."""
    sets = [quality] if "shape" in quality else list(quality.values())
    found = [{"makala": one["makala"]["all pages"]["f1"], **{name: peer["all pages"]["f1"] for name, peer in one.get("peers", {}).items()}}
             for one in sets]
    return [one["shape"] for one in sets], {tool: [each[tool] for each in found] for tool in found[0] if all(tool in each for each in found)}


def speed(pages):
    """{tool: pages per second}. makala also has figures for the sample; those for the whole folder come first and count."""
    found = {}
    for tool in pages["tools"]:
        found.setdefault(tool["name"], tool["pages_per_second"])
    return found


def crowded(point, points):
    """Whether another point is so close to the right that a label between the two would cover it."""
    rate, f1 = point
    return any(1 < other / rate < 2.5 and abs(height - f1) < 0.012 for other, height in points)


def draw(points, n_sets, path):
    figure, axes = pyplot.subplots(figsize=(8, 4.2))
    for name, (rate, f1) in sorted(points.items()):
        ours, left = name == "makala", name == "makala" or crowded((rate, f1), points.values())
        color = OURS if ours else OTHERS
        axes.scatter([rate], [f1], s=90 if ours else 50, color=color, zorder=3)
        axes.annotate(name, (rate, f1), xytext=(-9 if left else 9, 0), textcoords="offset points", ha="right" if left else "left", va="center",
                      color=color, fontweight="bold" if ours else "normal")
    axes.set_xscale("log")
    axes.set_xlim(min(rate for rate, _ in points.values()) / 3, max(rate for rate, _ in points.values()) * 1.7)
    axes.set_ylim(min(f1 for _, f1 in points.values()) - 0.02, max(f1 for _, f1 in points.values()) + 0.03)
    axes.set_xlabel("pages per second on one core (logarithmic)")
    axes.set_ylabel(f"word F1, mean of {n_sets} sets" if n_sets > 1 else "word F1")
    axes.grid(color="#e3e7ea", zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def print_table(sets, f1, rates, times):
    """Prints the figures of the picture as a Markdown table, the most accurate tool first.  times: {tool: how many times faster makala is on
    the pages that the tool was measured on}."""
    print("| | " + " | ".join(f"word F1, {name}" for name in sets) + " | pages per second | makala is faster by |")
    print("| --- |" + " --- |" * (len(sets) + 2))
    for name in sorted(f1, key=lambda name: -sum(f1[name])):
        faster = "" if name == "makala" else f"{times[name]:.1f} x"
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in f1[name]) + f" | {rates[name]:.0f} | {faster} |")


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: chart.py QUALITY.json PAGES.json OUT.svg")
    quality, pages = (json.loads(pathlib.Path(name).read_text()) for name in sys.argv[1:3])
    sets, f1 = accuracy(quality)
    rates = speed(pages)
    f1 = {name: values for name, values in f1.items() if name in rates}
    draw({name: (rates[name], sum(values) / len(values)) for name, values in f1.items()}, len(sets), sys.argv[3])
    print_table(sets, f1, rates, {tool["name"]: tool["makala_times_faster"] for tool in pages["tools"]})


main()
