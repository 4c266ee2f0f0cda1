# SPDX-License-Identifier: Apache-2.0
"""extract_many()."""

import threading
from collections.abc import Iterator

import pytest

import makala


def page(i: int, repeat: int = 1) -> bytes:
    return b"<title>Page %d</title>" % i + b"<p>A paragraph on the page, long enough to be read as its content.</p>" * repeat


def titles(articles: Iterator[makala.Article]) -> list[str | None]:
    return [article.title for article in articles]


@pytest.mark.parametrize("workers", [None, 1, 2, 7])
def test_order(workers: int | None) -> None:
    pages = [page(i, 2000 if i % 5 == 0 else 1) for i in range(60)]
    assert titles(makala.extract_many(pages, workers=workers)) == [f"Page {i}" for i in range(60)]
    assert sorted(titles(makala.extract_many(pages, workers, False)), key=str) == sorted(f"Page {i}" for i in range(60))


def test_pages_with_addresses_and_options() -> None:
    articles = makala.extract_many([(page(1), "https://example.org/1"), ("<p>A str is a page as well, in the same list.</p>", None), page(3)], view="recall")
    assert [article.url for article in articles] == ["https://example.org/1", None, None]


def test_empty() -> None:
    assert list(makala.extract_many([])) == []


@pytest.mark.parametrize("workers", [1, 3])
def test_nothing_is_read_far_ahead(workers: int) -> None:
    read = 0

    def pages() -> Iterator[bytes]:
        nonlocal read
        for read in range(1, 1001):
            yield page(read)

    for n, _ in enumerate(makala.extract_many(pages(), workers), 1):
        assert n <= read <= n + 2 * workers + 1
    assert read == 1000


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("ordered", [True, False])
def test_exception_of_the_iterator(workers: int, ordered: bool) -> None:
    def pages() -> Iterator[bytes]:
        yield from (page(i) for i in range(10))
        raise RuntimeError("no more pages")

    found = []
    with pytest.raises(RuntimeError, match="no more pages"):
        for article in makala.extract_many(pages(), workers, ordered):
            found.append(article.title)
    assert sorted(found, key=str) == sorted(f"Page {i}" for i in range(10))


@pytest.mark.parametrize("workers", [1, 3])
def test_exception_of_a_page(workers: int) -> None:
    found = []
    with pytest.raises(TypeError, match="html: must be a str or an object with bytes, not int"):
        for article in makala.extract_many([page(0), page(1), 5, page(3)], workers):  # type: ignore[list-item]
            found.append(article.title)
    assert found == ["Page 0", "Page 1"]


def test_the_iterator_is_read_in_the_callers_thread() -> None:
    def pages() -> Iterator[bytes]:
        for i in range(20):
            assert threading.current_thread() is threading.main_thread()
            yield page(i)

    assert len(list(makala.extract_many(pages(), 4))) == 20


def test_threads_end_with_the_iterator() -> None:
    before = threading.active_count()
    articles = makala.extract_many((page(i) for i in range(1000)), 4)
    next(articles)
    assert threading.active_count() > before
    articles.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


@pytest.mark.parametrize(("workers", "error"), [(0, ValueError), (-1, ValueError), (2000, ValueError), (1.5, TypeError), ("2", TypeError)])
def test_wrong_number_of_workers(workers: int, error: type[Exception]) -> None:
    with pytest.raises(error, match="workers"):
        makala.extract_many([page(0)], workers)


def test_wrong_pages() -> None:
    with pytest.raises(TypeError):
        makala.extract_many(5)  # type: ignore[arg-type]
