#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comments - prints comments of the C code drawn at random, for a reader to judge whether they stand alone.

	tools/comments.py [NUMBER [SEED]]
"""
import pathlib
import random
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|(/\*.*?\*/)', re.S)


def comments():
    """(place, text) of every comment of more than three words, generated tables left out."""
    for name in sorted(subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()):
        if name.startswith("src/tables/"):
            continue
        text = (ROOT / name).read_text()
        for found in COMMENT.finditer(text):
            words = re.sub(r"^\s*\*", "", (found.group(1) or "")[2:-2], flags=re.M).split()
            if len(words) > 3 and "SPDX" not in words[0]:
                yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}", " ".join(words)


def main():
    number, seed = (int(value) for value in (sys.argv[1:] + ["20", "1"][len(sys.argv) - 1:])[:2])
    for place, text in random.Random(seed).sample(list(comments()), number):
        print(f"{place}: {text}\n")


main()
