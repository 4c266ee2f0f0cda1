# SPDX-License-Identifier: Apache-2.0
"""mypy --strict and pyright find nothing, and both know the types of the interface."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

USE = """\
import datetime
import makala

article = makala.extract(b"", url=None, view="recall", blocks=True)
title: str | None = article.title
authors: list[str] = article.authors
published: datetime.date | None = article.published
caption: str | None = article.images[0].caption
for each in makala.extract_many([b"", ("", "https://example.org/")], workers=2, tables=False):
    text: str = each.text
"""
WRONG = ['makala.extract(5)', 'makala.extract("", view="best")', 'makala.extract("").tilte', 'makala.extract_file(5)', 'makala.extract("", colour=1)']


def test_mypy(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    file = tmp_path / "use.py"
    file.write_text(USE + "".join(f"{line}\n" for line in WRONG))
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", ROOT / "build" / "mypy-cache", "python/makala", "python/tests", file],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    errors = [line for line in found.stdout.splitlines() if ": error:" in line]
    assert len(errors) == len(WRONG) and all("use.py" in line for line in errors), found.stdout


def test_pyright(tmp_path: Path) -> None:
    pytest.importorskip("pyright")
    if not shutil.which("node"):
        pytest.skip("no node")
    file = tmp_path / "use.py"
    file.write_text(USE)
    found = subprocess.run([sys.executable, "-m", "pyright", "--project", ROOT], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
