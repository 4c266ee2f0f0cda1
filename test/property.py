#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests that the text of a page depends only on its bytes: not on other pages, their order, the number of workers or other options.

Runs makala in several ways on examples/ and, if it exists, on ../shared/wcxb-dev/html.  The text of each page is hashed, and the
hashes must be the same in every run.
"""

import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMAND = os.environ.get("MAKALA", str(ROOT / os.environ.get("BUILD", "build") / "makala"))
PAGES = ROOT.parent / "shared" / "wcxb-dev" / "html"

VARIANTS = {
    "again": ["-j1"],
    "4 workers": ["-j4"],
    "images": ["-j2", "--images"],
    "links": ["-j2", "--links"],
    "no link addresses": ["-j2", "--no-links", "--fields", "+markdown,html"],
    "blocks": ["-j2", "--blocks"],
    "every field": ["-j2", "--fields", "input,url,title,text,markdown,html,blocks,links,images,warnings,provenance"],
    "errors to a file": ["-j2", "--errors", os.devnull, "--progress"],
}


def hashes(paths, options):
    """{input: hash of its text}, from one run on the paths in this order."""
    command = [COMMAND, "-q", "-t", "json", *options, *map(str, paths)]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert [r["input"] for r in records] == [str(p) for p in paths], "records are not in the order of the inputs"
    return {r["input"]: hashlib.sha256((r["text"] or "").encode()).hexdigest() for r in records}


def main():
    passed = failed = skipped = 0
    folders = [sorted((ROOT / "examples").glob("*.html"))]
    if PAGES.is_dir():
        folders.append(sorted(PAGES.glob("*.html.gz")))
    else:
        print(f"skipped: {os.path.relpath(PAGES, ROOT)} is not there")
        skipped += 1
        failed += os.environ.get("CI") == "true"
    for paths in folders:
        expected = hashes(paths, ["-j1"])
        shuffled = list(paths)
        random.Random(1).shuffle(shuffled)
        runs = {name: (paths, options) for name, options in VARIANTS.items()}
        runs["backwards"] = (paths[::-1], ["-j1"])
        runs["shuffled, 4 workers"] = (shuffled, ["-j4"])
        for name, (order, options) in runs.items():
            got = hashes(order, options)
            different = [p for p in expected if got[p] != expected[p]]
            passed += not different
            failed += bool(different)
            if different:
                print(f"FAILED {name}: {len(different)} of {len(expected)} texts differ, the first is {different[0]}")
        print(f"{len(expected)} pages, {len(set(expected.values()))} different texts")
    print(f"property: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


main()
