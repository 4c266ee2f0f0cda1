# SPDX-License-Identifier: Apache-2.0
"""The examples in docstrings and in docs/python.md, and that everything public has a docstring."""

import doctest
import inspect
import pydoc

import pytest
from conftest import ROOT

import makala


@pytest.fixture(autouse=True)
def in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_docstrings() -> None:
    for module in (makala, makala._article, makala._extract):
        failed, tried = doctest.testmod(module, extraglobs={"makala": makala})
        assert tried and not failed, module


def test_guide() -> None:
    failed, tried = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert tried > 20 and not failed


def test_everything_public_has_a_docstring() -> None:
    for name in makala.__all__:
        value = getattr(makala, name)
        if name != "__version__":
            assert inspect.getdoc(value), name
        if inspect.isclass(value):
            for member, what in vars(value).items():
                if not member.startswith("_") and not isinstance(what, type):
                    assert inspect.getdoc(what), f"{name}.{member}"


def test_help_is_an_introduction() -> None:
    text = pydoc.plain(pydoc.render_doc(makala))
    for word in ("extract(html)", "article.markdown()", "Extractor", "features()", "verdict"):
        assert word in text
