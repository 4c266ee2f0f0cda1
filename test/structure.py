#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests that the files of the project form layers: no two files need each other, either directly or through other files.

Each .c file is compiled by itself.  If its object needs a symbol that another object defines, there is an edge between the two
files.  Included headers form a second graph.  Neither graph may have a cycle; src/base may not need the rest of the library, and
the library may not need io/ or cli/.  --graph prints the edges between the .c files, with the symbols that are needed.
"""

import collections
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent import futures

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)

Graph = dict[str, set[str]]


def cycles(graph: Graph) -> list[list[str]]:
    """The groups of nodes that reach each other. First, nodes without incoming or outgoing edges are removed repeatedly."""
    rest = {node: set(targets) for node, targets in graph.items()}
    for targets in graph.values():
        for node in targets:
            rest.setdefault(node, set())
    while True:
        targeted = {target for targets in rest.values() for target in targets}
        ends = {node for node, targets in rest.items() if not targets or node not in targeted}
        if not ends:
            break
        rest = {node: targets - ends for node, targets in rest.items() if node not in ends}
    groups = []
    while rest:
        reached = {node: reach(rest, node) for node in rest}
        first = min(rest)
        group = sorted(node for node in reached[first] | {first} if first in reached[node] or node == first)
        if first in reached[first]:
            groups.append(group)
        rest = {node: targets - set(group) for node, targets in rest.items() if node not in group}
    return groups


def reach(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += graph.get(node, ())
    return seen


def compile_one(file: pathlib.Path, out: pathlib.Path) -> tuple[str, set[str], set[str]]:
    """(path of a file, symbols that it defines, symbols that it needs)."""
    name = str(file.relative_to(ROOT))
    target = out / (name.replace("/", "-") + ".o")
    flags = ["-DMK_WITH_DETECTOR", *shlex.split(pkg_config("--cflags"))] if file.name == "detect.c" else ["-D_POSIX_C_SOURCE=200809L"]
    subprocess.run([os.environ.get("CC", "cc"), "-std=c17", "-O0", "-w", "-I.", *flags, "-c", name, "-o", target], cwd=ROOT, check=True)
    defined, needed = set(), set()
    for line in subprocess.run(["nm", target], capture_output=True, text=True, check=True).stdout.splitlines():
        *_, kind, symbol = line.split()
        if kind == "U":
            needed.add(symbol)
        elif kind.isupper():
            defined.add(symbol)
    return name, defined, needed


def pkg_config(option: str) -> str:
    return subprocess.run(["pkg-config", option, "uchardet"], capture_output=True, text=True, check=True).stdout


def has_detector() -> bool:
    return not subprocess.run(["pkg-config", "--exists", "uchardet"]).returncode


def sources(*folders: str) -> list[pathlib.Path]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.c"))]
    return [file for file in files if file.name != "all.c" and (file.name != "detect.c" or has_detector())]


def needs(files: list[pathlib.Path]) -> dict[str, dict[str, set[str]]]:
    """{file: {file that it needs: symbols}}."""
    with tempfile.TemporaryDirectory() as folder, futures.ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(lambda file: compile_one(file, pathlib.Path(folder)), files))
    owner = {symbol: name for name, defined, _ in objects for symbol in defined}
    graph: dict[str, dict[str, set[str]]] = {name: collections.defaultdict(set) for name, _, _ in objects}
    for name, _, needed in objects:
        for symbol in needed & owner.keys():
            graph[name][owner[symbol]].add(symbol)
    return graph


def includes(files: list[pathlib.Path]) -> Graph:
    """{header or source: files of the project that it includes}."""
    graph: Graph = {}
    for file in files:
        for name in INCLUDE.findall(file.read_text()):
            found = [base / name for base in (file.parent, ROOT) if (base / name).exists()]
            if found:
                graph.setdefault(str(file.relative_to(ROOT)), set()).add(str(found[0].resolve().relative_to(ROOT)))
    return graph


def main() -> None:
    failures = []
    if cycles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "e": {"a"}}) != [["b", "c"]] or cycles({"a": {"b", "c"}, "b": {"c"}}):
        failures.append("cycles() does not find the cycles of a known graph")
    folders = ["src", "io", "cli"] if (ROOT / "io").exists() else ["src"]
    arrows = needs(sources(*folders))
    if "--graph" in sys.argv:
        for name in sorted(arrows):
            for other in sorted(arrows[name]):
                print(f"{name} -> {other}: {' '.join(sorted(arrows[name][other]))}")
        return
    calls: Graph = {name: set(others) for name, others in arrows.items()}
    for group in cycles(calls):
        failures.append(f"these files call each other: {' '.join(group)}")
        for name in group:
            for other in sorted(calls[name] & set(group)):
                failures.append(f"    {name} needs {' '.join(sorted(arrows[name][other]))} of {other}")
    headers = includes([file for folder in folders for file in sorted((ROOT / folder).rglob("*.[ch]"))])
    failures += [f"these files include each other: {' '.join(group)}" for group in cycles(headers)]
    outside = lambda name: not name.startswith(("src/base/", "src/tables/")) and name != "makala.h"
    base = [(name, other) for graph in (calls, headers) for name in graph if name.startswith("src/base/") for other in graph[name]]
    failures += [f"{name} is in src/base and needs {other}" for name, other in base if outside(other)]
    upwards = [(name, other) for graph in (calls, headers) for name in graph if name.startswith("src/") for other in graph[name]]
    failures += [f"{name} is in the library and needs {other}" for name, other in upwards if other.startswith(("io/", "cli/"))]
    for failure in failures:
        print("FAILED" if not failure.startswith(" ") else "", failure)
    n = sum(map(len, calls.values())) + sum(map(len, headers.values()))
    print(f"structure: {n if not failures else 0} passed, {len(failures)} failed")
    sys.exit(bool(failures))


main()
