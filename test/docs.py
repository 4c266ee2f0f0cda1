#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the examples in the documentation.

The files are README.md, CONTRIBUTING.md, docs/*.md and bench/README.md.  Each fenced block marked "console" is run: a line that
begins with "$ " is a command, and the lines after it are the output that it must print, where a line "..." matches any lines.
Blocks marked "c" must compile.  Files named in backticks with their folder must exist.  The binding in examples/ is run too.
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
    """[(command, expected lines)] of a console block."""
    out = []
    for line in block.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        elif out:
            out[-1][1].append(line)
    return out


def matches(expected, got):
    """Whether the lines match the expected ones, of which "..." matches any lines."""
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


def run_binding():
    """Checks examples/binding.py: at most 60 lines, only calls of makala.h, and the right output for a page in examples/."""
    page, quote = ROOT / "examples" / "habari.html", "lenye urefu wa mita 212"
    command = [sys.executable, ROOT / "examples" / "binding.py", page, quote]
    run = subprocess.run(command, env={**os.environ, "LIBMAKALA": str(ROOT / "build" / "libmakala.so")}, capture_output=True, text=True)
    lines, source = run.stdout.splitlines(), page.read_bytes()
    found = [re.fullmatch(r"quote: bytes (\d+) to (\d+): (.*)", line) for line in lines]
    quotes = [m for m in found if m]
    code = (ROOT / "examples" / "binding.py").read_text()
    public = set(re.findall(r"\bmk_\w+(?=\()", (ROOT / "makala.h").read_text()))
    checks = {
        "runs": run.returncode == 0,
        "60 lines": len(code.splitlines()) <= 60,
        "public calls only": set(re.findall(r"\bmk_\w+", code)) <= public,
        "title": "title: Daraja jipya la Mto Kiboga lafunguliwa baada ya miaka sita" in lines,
        "authors": "authors: Mwanaidi Salehe" in lines,
        "image": any(line.startswith("image: | ") and line.endswith(" | Juma Kheri") for line in lines),
        "kept block": any(re.fullmatch(r"keep \d\.\d\d Safari ya saa mbili sasa ni dakika kumi", line) for line in lines),
        "dropped block": any(line.startswith("drop ") for line in lines),
        "one quote": len(quotes) == 1,
        "the quote's source": all(source[int(m[1]):int(m[2])].decode() == m[3] and quote in m[3] for m in quotes),
    }
    for name in (name for name, good in checks.items() if not good):
        print(f"FAILED examples/binding.py: {name}\n{run.stdout[-500:]}{run.stderr}")
    return len(checks), sum(not good for good in checks.values())


def main():
    total, failed = run_binding()
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
                print(f"FAILED {path.name} names {name}, which does not exist")
    print(f"docs: {total - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
