# SPDX-License-Identifier: Apache-2.0
"""The elements of lists of an article."""

from typing import NamedTuple


class Block(NamedTuple):
    """What a reader sees as one piece: a paragraph, a heading, a list item, a table cell."""

    kind: str
    """``"paragraph"``, ``"heading"``, ``"item"``, ``"quote"``, ``"code"``, ``"cell"``, ``"caption"`` or ``"control"``."""
    level: int | None
    """Rank of a heading, 1 to 6; otherwise None."""
    text: str
    """Its text, white space collapsed except in code."""
    score: float
    """Probability that it is content, 0 to 1."""
    keep: bool
    """Whether it is part of the article."""
    reason: str
    """Why it was kept or dropped: ``"score"``, ``"beside"``, ``"comment"`` and others, see ``mk_reason`` in ``makala.h``."""
    start: int
    """Offset of its first byte in the page.  The page counts as UTF-8 without a byte order mark."""
    end: int
    """Offset after its last byte."""


class Image(NamedTuple):
    """A picture of the article.  In plain text only its caption and credit are known."""

    src: str | None
    """Address; absolute unless the page's own address is unknown."""
    alt: str | None
    """Alternative text."""
    caption: str | None
    """Caption without the credit."""
    credit: str | None
    """Photographer, agency."""
    width: int | None
    """Pixels, as the page declares them."""
    height: int | None
    """As width."""


class Link(NamedTuple):
    """A link in the article."""

    href: str
    """Address; absolute unless the page's own address is unknown."""
    text: str
    """The text of the link."""


class Chunk(NamedTuple):
    """A piece of an article, see `makala.chunks`."""

    text: str
    """Markdown: the piece itself, after its overlap with the piece before, and repeated parts such as the header row of a table."""
    tokens: int
    """Tokens of the text, as counted."""
    headings: tuple[str, ...]
    """Texts of the headings above it, outermost first, those at its own start included."""
    start: int
    """Offset of the first byte in the page that it comes from.  The page counts as UTF-8 without a byte order mark."""
    end: int
    """Offset after the last byte in the page."""
    markdown_start: int
    """Offset of its first byte in the Markdown, as UTF-8, with the same `images` and `links`."""
    markdown_end: int
    """Offset after its last byte in the Markdown."""
    markdown_own_start: int
    """Offset in the Markdown where the overlap ends."""
    cut_start: bool
    """It begins, overlap aside, inside of a paragraph, list item, table row or code block."""
    cut_end: bool
    """It ends inside of one."""
    over: bool
    """It has more tokens than allowed, since not even part of a word fits."""
