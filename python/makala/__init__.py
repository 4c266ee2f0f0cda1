# SPDX-License-Identifier: Apache-2.0
"""The article of a web page, without menus, cookie banners, advertisements and footers.

    >>> import makala
    >>> page = open("examples/habari.html", "rb").read()
    >>> article = makala.extract(page, url="https://example.org/habari/daraja")
    >>> article.title
    'Daraja jipya la Mto Kiboga lafunguliwa baada ya miaka sita'
    >>> article.authors
    ['Mwanaidi Salehe']
    >>> print(article.markdown()[:60])
    **KIBOGA** – Maelfu ya wakazi wa vijiji vya Kiboga na Mwembe

What to call
------------
extract(html)
    for a page as ``bytes`` or ``str``.
extract_file(file)
    for a path or an open file, compressed or not.
extract_many(pages)
    for many pages, on all processors.
chunks(article)
    to divide an article into pieces for search indexes and language models.
Extractor(**options)
    to keep options for many calls.  It may be shared by threads.
features()
    says which optional parts are built in.

What comes back is an `Article`: ``text``, ``markdown()`` and ``html()``; ``title``, ``authors``, ``date_published`` and the other
fields of the record; ``images``, ``links`` and ``blocks``; ``to_dict()`` and ``to_json()``.

There is no invalid page: any bytes have a result.  ``article.verdict`` says whether there was content, ``article.confidence`` how
good the text is likely to be, and ``article.warnings`` what was unusual.  Exceptions are raised for wrong arguments only, and if
memory runs out.
"""

from . import _makala
from ._article import Article
from ._chunks import chunks
from ._extract import Extractor, extract, extract_file, extract_many

TYPE_CHECKING = False  # see _article.py
if TYPE_CHECKING:
    from ._lists import Block, Chunk, Image, Link

__all__ = ["Article", "Block", "Chunk", "Extractor", "Image", "Link", "__version__", "chunks", "extract", "extract_file", "extract_many", "features"]
__version__: str = _makala.VERSION

if not TYPE_CHECKING:

    def __getattr__(name):
        if name in ("Block", "Chunk", "Image", "Link"):
            from . import _lists

            return getattr(_lists, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})


def features() -> dict[str, str | bool | None]:
    """Return the version and which optional parts are built in.

    Returns
    -------
    dict
        ``version``; ``detector``, which guesses encodings (``"uchardet"``); ``languages``, which detects the language of a text
        (``"cld2"``); ``vectors``, the instructions used (``"avx2"``); and whether ``gzip`` and ``zstd`` files can be read by
        `extract_file`.  A missing part is None or False.  Records may differ between builds with different detectors or languages,
        and never differ by vectors.
    """
    from importlib.util import find_spec

    version, *parts = _makala.version_details().split()
    found: dict[str, str | bool | None] = {"version": version}
    for part in parts:
        name, _, value = part.partition("=")
        found[name] = None if value == "none" else value
    found["gzip"] = find_spec("zlib") is not None
    found["zstd"] = find_spec("zstandard") is not None or find_spec("compression") is not None
    return found
