# SPDX-License-Identifier: Apache-2.0
"""readme - results on all folders -> the tables of the README in Markdown: text, F1 by page type, title, authors and date."""
import collections

import about
import measure
from benchlib import figure

# how: which models scored makala's blocks; versions: {tool: version}; results: {tool: [Result]}; judged: {field: {tool: [Judged]}}.
Folder = collections.namedtuple("Folder", "shape how versions results judged")
TYPES = ("article", "documentation", "service", "forum", "collection", "listing", "product")


def print_markdown(headings, rows):
    for row in [headings, ["---"] * len(headings), *rows]:
        print("| " + " | ".join(row) + " |")
    print()


def mean_of(results, field, kind=None):
    return figure(measure.mean(getattr(r, field) for r in results or () if kind in (None, r.page.kind))[0])


def print_text(folders, tools):
    """Word F1 on each folder. 4-gram F1 and the share of exact texts only if the gold is the article's body alone."""
    headings, columns = ["text"], []
    for folder in folders:
        for name, field in (("word F1", "f1"), ("4-gram F1", "shingles"), ("exact", "exact")):
            if field == "f1" or folder.shape == "articles":
                headings.append(f"{folder.shape}: {name}")
                columns.append((folder.results, field))
    print_markdown(headings, [[tool] + [mean_of(results.get(tool), field) for results, field in columns] for tool in tools])


def print_types(results, tools):
    found = [kind for kind in TYPES if any(r.page.kind == kind for r in results["makala"])]
    rows = [[tool] + [mean_of(results.get(tool), "f1", kind) for kind in found] for tool in tools]
    print_markdown(["word F1 by page type"] + found, rows)


def print_about(folders):
    """Share of right values on the pages with gold, and number of false dates on the pages without a gold date."""
    tools, headings, columns = about.tools_of(folder.judged for folder in folders), ["right"], []
    for folder in folders:
        figures = {field: {tool: about.summary(some) for tool, some in by_tool.items()} for field, by_tool in folder.judged.items()}
        for field in about.FIELDS:
            headings.append(f"{folder.shape}: {field}")
            columns.append((figures[field], "right"))
        if any(one["without_gold"] for one in figures["date"].values()):
            headings.append(f"{folder.shape}: false dates")
            columns.append((figures["date"], "false"))
    print_markdown(headings, [[tool] + [about.shown(by_tool.get(tool), key) for by_tool, key in columns] for tool in tools])


def print_tables(folders):
    """Prints all tables. makala is the first tool of each folder."""
    tools = list(dict.fromkeys(tool for folder in folders for tool in folder.results))
    print(", ".join(f"{tool} {version}" for tool, version in folders[0].versions.items()), end=".\n")
    for folder in folders:
        print(f"{folder.shape}: {len(folder.results['makala'])} pages; makala {folder.how}.")
    print()
    print_text(folders, tools)
    for folder in folders:
        if folder.shape == "WCXB":
            print_types(folder.results, tools)
    print_about(folders)
