#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies the labelled pages on which makala is trained and measured, from a clone of their repository into a folder.

	bench/sets.py wcxb|articles|news CLONE FOLDER

The pages are those listed in sets.txt; of articles, all are used.  FOLDER gets one of the shapes of shapes.py, as all commands with
DATA=FOLDER take it.  Fails if pages are missing, because figures on other pages cannot be compared.
"""

import glob
import json
import os
import pathlib
import re
import shutil
import sys

import shapes

LISTS = pathlib.Path(__file__).with_name("sets.txt")


def listed(name: str) -> list[str]:
    """The keys of a set's pages in sets.txt."""
    found = re.search(rf"^\[{name}\]\n([^\[]*)", LISTS.read_text(), re.M)
    return found[1].split() if found else []


def copy(source: str, clone: str, folder: str) -> None:
    target = os.path.join(folder, os.path.relpath(source, clone))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(source, target)


def copy_wcxb(clone: str, folder: str) -> int:
    shutil.copy(os.path.join(clone, "metadata.json"), folder)
    dev = os.path.join(clone, "dev") if os.path.isdir(os.path.join(clone, "dev")) else clone
    files = [(shapes.page_file(dev, key), os.path.join(dev, "ground-truth", f"{key}.json")) for key in listed("wcxb")]
    there = [(page, truth) for page, truth in files if page and os.path.exists(truth)]
    for page, truth in there:
        copy(page, dev, folder)
        copy(truth, dev, folder)
    return len(files) - len(there)


def copy_articles(clone: str, folder: str) -> int:
    shutil.copy(os.path.join(clone, "articles.json"), folder)
    files = [shapes.page_file(clone, key) for key in shapes.read_json(os.path.join(clone, "articles.json"))]
    for page in filter(None, files):
        copy(page, clone, folder)
    return files.count(None)


def copy_news(clone: str, folder: str) -> int:
    tests = os.path.join(clone, "tests", "resources", "parser", "test_data")
    clone, wanted = tests if os.path.isdir(tests) else clone, set(listed("news"))
    for path in glob.glob(os.path.join(clone, "*", "*.json")):
        records, pages = shapes.read_json(path), shapes.news_pages(path)
        kept = {page: name for page, name in zip(pages, records) if os.path.relpath(page, clone).removesuffix(".html.gz") in wanted}
        for page in kept:
            copy(page, clone, folder)
            wanted.remove(os.path.relpath(page, clone).removesuffix(".html.gz"))
        if kept:
            with open(os.path.join(folder, os.path.relpath(path, clone)), "w", encoding="utf-8") as file:
                json.dump({name: records[name] for name in kept.values()}, file, ensure_ascii=False, indent=2)
    return len(wanted)


COPIERS = {"wcxb": copy_wcxb, "articles": copy_articles, "news": copy_news}


def main() -> None:
    if len(sys.argv) != 4 or sys.argv[1] not in COPIERS:
        sys.exit("bench/sets.py wcxb|articles|news CLONE FOLDER")
    name, clone, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    missing = COPIERS[name](clone, folder)
    shape, pages = shapes.load(folder)
    print(f"{folder}: {len(pages)} pages of {shape}, {missing} missing")
    sys.exit(missing > 0)


if __name__ == "__main__":
    main()
