#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what the documentation shows.

In README.md and docs/*.md every fenced block marked "console" is run: lines that begin with "$ " are commands, the lines behind one are what it
must print ("..." on a line of its own stands for any lines).  Blocks marked "c" must compile.  Files named in backticks with a folder in front
must exist.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
PATH = re.compile(r"`((?:src|test|tools|bench|fuzz|docs|io|cli|train|examples|completions)/[\w./-]+)`")


def commands(block):
    """(command, expected lines) of a console block."""
    out = []
    for line in block.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        elif out:
            out[-1][1].append(line)
    return out


def matches(expected, got):
    """Whether the lines are as expected; "..." matches any lines."""
    pattern = "\n".join(r"(?:.*\n)*?.*" if line == "..." else re.escape(line) for line in expected)
    return re.fullmatch(pattern, "\n".join(got)) is not None


def run_console(block, where):
    failed = 0
    env = {**os.environ, "PATH": f"{ROOT / 'build'}:{os.environ['PATH']}"}
    for command, expected in commands(block):
        run = subprocess.run(["sh", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True)
        while expected and not expected[-1].strip():
            expected.pop()
        got = run.stdout.rstrip("\n").splitlines()
        if run.returncode or not matches(expected, got):
            failed += 1
            print(f"FAILED {where}: {command}\nexpected:\n" + "\n".join(expected) + "\ngot:\n" + "\n".join(got) + run.stderr)
    return len(commands(block)), failed


def compile_c(block, where):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as f:
        f.write(block)
        f.flush()
        run = subprocess.run(["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-I.", "-fsyntax-only", f.name], cwd=ROOT, capture_output=True,
                             text=True)
    if run.returncode:
        print(f"FAILED {where}: does not compile\n{run.stderr}")
    return 1, int(run.returncode != 0)


def main():
    total = failed = 0
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "bench" / "README.md"]:
        text = path.read_text()
        for language, block in FENCE.findall(text):
            run = {"console": run_console, "c": compile_c}.get(language)
            if run:
                n, wrong = run(block, path.name)
                total, failed = total + n, failed + wrong
        for name in sorted(set(PATH.findall(text))):
            total += 1
            if not (ROOT / name).exists():
                failed += 1
                print(f"FAILED {path.name} names {name}, which is not there")
    print(f"docs: {total - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
