# SPDX-License-Identifier: Apache-2.0
"""Pages for the tests: those of the repository, and with --all-pages every labelled page in the folder next to it."""

import functools
import gzip
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("MAKALA_SHARED", ROOT.parent / "shared"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-pages", action="store_true", help="use every labelled page, not a sample")


@functools.cache
def _pages(every: bool) -> list[Path]:
    labelled = sorted(file for folder in ("wcxb-dev/html", "articles/html", "news", "comments", "threads", "listings") for file in SHARED.glob(f"{folder}/**/*.html*"))
    return [*sorted(ROOT.glob("examples/*.html")), *sorted(ROOT.glob("test/cases/*/page.*")), *(labelled if every else labelled[::40])]


@pytest.fixture(scope="session")
def pages(request: pytest.FixtureRequest) -> list[Path]:
    """Files of pages, some of them compressed with gzip."""
    return _pages(bool(request.config.getoption("--all-pages")))


@pytest.fixture(scope="session")
def habari() -> bytes:
    return (ROOT / "examples" / "habari.html").read_bytes()


def read(file: Path) -> bytes:
    data = file.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
