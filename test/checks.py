#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the checks and of test/run: a failing check must print file, line and test, and make its program fail.

Tested are the C checks (test/check.h), the Python checks (test/where.py) and how test/run counts the results of a suite.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from where import ROOT, where  # noqa: E402

PROGRAM = """\
#include "test/check.h"
static void helper(int n)
{
	check(n == 1, "%d is not one", n);
}
static void test_numbers(int n)
{
	check(true, "not printed");
	helper(n);
}
int main(int argc, char **argv)
{
	(void)argv;
	TEST(test_numbers(argc));
	return check_end("sample");
}
"""
counts = {True: 0, False: 0}


def same(what, got, expected):
    counts[got == expected] += 1
    if got != expected:
        print(f"FAILED {where()}: {what}: {got!r} instead of {expected!r}")


def test_c_checks():
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "sample.c"), os.path.join(folder, "sample")
        pathlib.Path(source).write_text(PROGRAM)
        subprocess.run(["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-I.", source, "-o", program], cwd=ROOT, check=True)
        good = subprocess.run([program], capture_output=True, text=True)
        same("a passing program", (good.stdout, good.returncode), ("sample: 2 passed, 0 failed, 0 skipped\n", 0))
        bad = subprocess.run([program, "more"], capture_output=True, text=True)
        same("a failing program", (bad.stdout, bad.returncode),
             (f"FAILED {source}:4: test_numbers: 2 is not one\nsample: 1 passed, 1 failed, 0 skipped\n", 1))


def test_python_checks():
    line = sys._getframe().f_lineno + 2
    def helper():
        return where(1)
    same("in a helper", helper(), f"test/checks.py:{line}: test_python_checks")
    same("in the test", where(1), f"test/checks.py:{line + 2}: test_python_checks")


def test_runner():
    """A suite that fails, counts no test, or skips tests if CI=true must count at least one failure in test/run."""
    script = "import runpy; run = runpy.run_path('test/run'); print(run['run_suite']('checks-sample', COMMAND, run['Progress'](1)))"
    for command, ci, counted in [("echo 'a: 2 passed, 0 failed'", "", (2, 0, 0)), ("echo 'a: 2 passed, 0 failed'; exit 1", "", (2, 1, 0)),
                                 ("true", "", (0, 1, 0)), ("echo 'a: 1 passed, 2 failed'; exit 1", "", (1, 2, 0)),
                                 ("echo 'a: 1 passed, 0 failed, 1 skipped'", "", (1, 0, 1)),
                                 ("echo 'a: 1 passed, 0 failed, 1 skipped'", "true", (1, 1, 1))]:
        run = subprocess.run([sys.executable, "-c", script.replace("COMMAND", repr(command))], cwd=ROOT,
                             env={**os.environ, "CI": ci}, capture_output=True, text=True)
        same(f"{command} with CI={ci}", run.stdout.splitlines()[-1:], [str(counted)])


test_c_checks()
test_python_checks()
test_runner()
print(f"checks: {counts[True]} passed, {counts[False]} failed")
sys.exit(1 if counts[False] else 0)
