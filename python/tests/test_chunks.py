# SPDX-License-Identifier: Apache-2.0
"""chunks()."""

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, read

import makala


def words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def manual() -> makala.Article:
    return makala.extract_file(ROOT / "examples" / "docs.html")


def test_pieces_cover_the_markdown(pages: list[Path]) -> None:
    for file in pages[::3]:
        article = makala.extract(read(file))
        for images in (False, True):
            markdown = article.markdown(images=images).encode()
            pieces = makala.chunks(article, 100, images=images)
            assert bool(pieces) == bool(markdown.strip()), file
            end = 0
            for piece in pieces:
                assert piece.tokens <= 100 or piece.over
                between = markdown[end : piece.markdown_own_start]
                assert not between.strip(b" \n>"), file  # empty lines of quotations too
                end = piece.markdown_end
            assert not markdown[end:].strip()


def test_own_counter(manual: makala.Article) -> None:
    pieces = makala.chunks(manual, 40, words)
    assert all(piece.tokens == words(piece.text) <= 40 or piece.over for piece in pieces)
    assert len(pieces) > len(makala.chunks(manual, 80, count=words))


def test_place_in_the_page(manual: makala.Article) -> None:
    page = (ROOT / "examples" / "docs.html").read_bytes()
    for piece in makala.chunks(manual):
        assert 0 <= piece.start < piece.end <= len(page)
    assert any(piece.headings for piece in makala.chunks(manual))


def test_overlap(manual: makala.Article) -> None:
    pieces = makala.chunks(manual, 60, overlap=20)
    assert any(piece.markdown_own_start > piece.markdown_start for piece in pieces)


def test_exceptions_of_the_counter(manual: makala.Article) -> None:
    def fails(text: str) -> int:
        raise KeyError("no such vocabulary")

    with pytest.raises(KeyError, match="no such vocabulary"):
        makala.chunks(manual, count=fails)
    values: list[tuple[Any, type[Exception]]] = [(-1, ValueError), (None, TypeError), (1.5, TypeError), ("3", TypeError), (2**70, OverflowError)]
    for value, error in values:
        with pytest.raises(error):
            makala.chunks(manual, count=lambda text, value=value: value)  # type: ignore[misc]
    assert makala.chunks(manual)


def test_the_counter_may_use_the_article(manual: makala.Article) -> None:
    def count(text: str) -> int:
        assert manual.markdown()
        makala.chunks(manual, 1000)
        return words(text)

    assert [piece.text for piece in makala.chunks(manual, 100, count)] == [piece.text for piece in makala.chunks(manual, 100, words)]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"max_tokens": 0}, ValueError),
        ({"max_tokens": -5}, ValueError),
        ({"max_tokens": 2**40}, ValueError),
        ({"max_tokens": 10.0}, TypeError),
        ({"overlap": -1}, ValueError),
        ({"overlap": 512}, ValueError),
        ({"count": 5}, TypeError),
    ],
)
def test_wrong_arguments(manual: makala.Article, arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(arguments))):
        makala.chunks(manual, **arguments)
    with pytest.raises(TypeError, match="article: must be an Article, not str"):
        makala.chunks("text")  # type: ignore[arg-type]


def test_empty() -> None:
    assert makala.chunks(makala.extract(b"")) == []
