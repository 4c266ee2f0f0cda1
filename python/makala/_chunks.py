# SPDX-License-Identifier: Apache-2.0
"""chunks(): an article in pieces of a limited number of tokens."""

from __future__ import annotations

import sys

from ._article import IMAGES, NO_LINKS, Article

TYPE_CHECKING = False  # see _article.py
if TYPE_CHECKING:
    from collections.abc import Callable

    from ._lists import Chunk


def chunks(
    article: Article,
    max_tokens: int = 512,
    count: Callable[[str], int] | None = None,
    overlap: int = 0,
    *,
    images: bool = False,
    links: bool = True,
) -> list[Chunk]:
    """Divide an article, as Markdown, into pieces for search indexes and language models.

    A piece never holds text of two sections.  Pieces end between paragraphs, list items, code blocks and table rows, and inside of one
    only if it has too many tokens by itself.

    Parameters
    ----------
    article
        The article.
    max_tokens
        Tokens of a piece, overlap and repeated parts included; 1 or more.
    count
        Returns the number of tokens of a text.  None: an estimate for the vocabularies of current language models.
    overlap
        Tokens that a piece may repeat of the one before; less than `max_tokens`.
    images, links
        As for `Article.markdown`.

    Returns
    -------
    list of Chunk
        Empty if the article has no text.

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of its range; `count` returns something else than a number of tokens.
    Exception
        What `count` raises.

    Examples
    --------
    >>> article = makala.extract_file("examples/docs.html")
    >>> pieces = makala.chunks(article, max_tokens=200)
    >>> all(piece.tokens <= 200 for piece in pieces)
    True
    >>> words = makala.chunks(article, 100, count=lambda text: len(text.split()))
    """
    from ._lists import Chunk

    _check(article, max_tokens, count, overlap)
    flags = IMAGES * bool(images) | NO_LINKS * (not links)
    return [Chunk(*chunk) for chunk in article._result.chunks(max_tokens, overlap, flags, count)]  # pyright: ignore[reportPrivateUsage]


def _check(article: object, max_tokens: object, count: object, overlap: object) -> None:
    if not isinstance(article, Article):
        raise TypeError(f"article: must be an Article, not {type(article).__name__}")
    if count is not None and not callable(count):
        raise TypeError(f"count: must be callable or None, not {type(count).__name__}")
    for name, value, least in (("max_tokens", max_tokens, 1), ("overlap", overlap, 0)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{name}: must be an int, not {type(value).__name__}")
        if not least <= value <= min(sys.maxsize, 2**31 - 1):
            raise ValueError(f"{name}: {value} is outside {least} to {2**31 - 1}")
