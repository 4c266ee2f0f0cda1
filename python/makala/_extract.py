# SPDX-License-Identifier: Apache-2.0
"""Extractor, and the functions that use one: extract(), extract_file(), extract_many()."""

from __future__ import annotations

import os
import sys

from . import _makala
from ._article import Article

TYPE_CHECKING = False  # see _article.py
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from queue import SimpleQueue
    from typing import Any, BinaryIO, Literal, TextIO, TypeAlias

    from typing_extensions import Buffer, TypedDict, Unpack

    Html: TypeAlias = str | Buffer
    View: TypeAlias = Literal["balanced", "precision", "recall", "everything"]
    InputType: TypeAlias = Literal["auto", "html", "text"]

    class MoreOptions(TypedDict, total=False):
        """Options of `Extractor` that few callers need."""

        blocks: bool
        input_type: InputType
        title_heading: bool
        max_depth: int | None
        max_attributes: int | None
        max_work: int | None
        max_input_bytes: int | None

    class Options(MoreOptions, total=False):
        """All options of `Extractor`."""

        view: View
        comments: bool
        tables: bool
        charset: str | None
        max_memory: int | None


_VIEWS = ("balanced", "precision", "recall", "everything")
_INPUT_TYPES = ("auto", "html", "text")
_INPUT_MOST = 2**31 - 1  # bytes that the library reads


def _choice(name: str, value: object, choices: tuple[str, ...]) -> int:
    if not isinstance(value, str):
        raise TypeError(f"{name}: must be a str, not {type(value).__name__}")
    if value not in choices:
        raise ValueError(f"{name}: must be one of {', '.join(map(repr, choices))}, not {value!r}")
    return choices.index(value)


def _with_options(options: dict[str, Any]) -> Extractor:
    return Extractor(**options)


def _string(name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name}: must be a str or None, not {type(value).__name__}")


def _limit(name: str, value: object, most: int) -> int:
    """A limit as the C half takes it, where 0 is the default."""
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name}: must be an int or None, not {type(value).__name__}")
    if not 0 < value <= most:
        raise ValueError(f"{name}: {value} is outside 1 to {most}")
    return value


class Extractor:
    """Extracts pages with the same options.  It may be used by any number of threads at the same time.

    Parameters
    ----------
    view
        How much to keep: ``"balanced"`` has the highest expected F1, ``"precision"`` keeps fewer blocks, ``"recall"`` more, and
        ``"everything"`` all.
    comments
        Keep readers' comments apart from the text, as `Article.comments`.  If False, they are dropped.
    tables
        Keep data tables.
    charset
        WHATWG label of the encoding of pages that are passed as bytes, whatever they declare.  None: determine it.  A str is
        already decoded.
    max_memory
        Largest number of bytes for a page and its results while it is read, 1 MiB or more; default 2 GiB.  Of a page that needs
        more the first part is read, and `Article.warnings` has ``"memory"``.
    blocks
        Keep the dropped blocks too, see `Article.blocks`.
    input_type
        ``"html"``, ``"text"`` for the plain text of a page, or ``"auto"``.
    title_heading
        Keep a heading that repeats the title.
    max_depth
        Elements open at the same time, 16 to 512; default 512.
    max_attributes
        Attributes of one tag, 1 to 512; default 512.
    max_work
        Tokens read and elements copied by error repair; default 1,000,000,000.
    max_input_bytes
        Longest page that is accepted, at most 2,147,483,647 bytes, which is the default.

    Raises
    ------
    TypeError
        An option has the wrong type.
    ValueError
        An option is out of its range; `charset` is not an encoding label.

    Examples
    --------
    >>> extractor = makala.Extractor(view="precision")
    >>> extractor.extract_file("examples/product.html").page_type
    'product'
    """

    __slots__ = ("_blocks", "_core", "_max_input_bytes", "_options")

    def __init__(
        self,
        *,
        view: View = "balanced",
        comments: bool = True,
        tables: bool = True,
        charset: str | None = None,
        max_memory: int | None = None,
        blocks: bool = False,
        input_type: InputType = "auto",
        title_heading: bool = True,
        max_depth: int | None = None,
        max_attributes: int | None = None,
        max_work: int | None = None,
        max_input_bytes: int | None = None,
    ) -> None:
        _string("charset", charset)
        self._options = {name: value for name, value in locals().items() if name != "self"}
        self._blocks = bool(blocks)
        self._max_input_bytes = max_input_bytes or _INPUT_MOST
        self._core = _makala.Extractor(
            view=_choice("view", view, _VIEWS),
            input_type=_choice("input_type", input_type, _INPUT_TYPES),
            comments=comments,
            tables=tables,
            title_heading=title_heading,
            charset=charset,
            max_depth=_limit("max_depth", max_depth, 2**32 - 1),
            max_attributes=_limit("max_attributes", max_attributes, 2**32 - 1),
            max_work=_limit("max_work", max_work, 2**64 - 1),
            max_input_bytes=_limit("max_input_bytes", max_input_bytes, sys.maxsize),
            max_memory=_limit("max_memory", max_memory, sys.maxsize),
            blocks=blocks,
            owned_most=4 * _n_processors(),
        )

    def __repr__(self) -> str:
        defaults = self.__init__.__kwdefaults__  # type: ignore[misc]
        changed = (f"{name}={value!r}" for name, value in self._options.items() if value != defaults[name])
        return f"Extractor({', '.join(changed)})"

    def __reduce__(self) -> tuple[Callable[..., Extractor], tuple[dict[str, Any]]]:
        return _with_options, (self._options,)

    def extract(self, html: Html, *, url: str | None = None, http_charset: str | None = None) -> Article:
        """Extract the article of a page.

        Parameters
        ----------
        html
            The page: a str, or an object with bytes (``bytes``, ``bytearray``, ``memoryview``, ``mmap`` …).  Bytes are better:
            their encoding is determined as a browser does it.
        url
            The address that the page was loaded from, the base of its relative links.
        http_charset
            The encoding in the Content-Type header that came with the page.

        Returns
        -------
        Article
            Whatever the page holds: see `Article.verdict` and `Article.warnings`.

        Raises
        ------
        TypeError
            `html` is neither a str nor an object with bytes.
        ValueError
            `html` is larger than `max_input_bytes`, or a memoryview that is not contiguous; `url` has a NUL character.
        MemoryError
            There is not enough memory.
        """
        return self._extract(html, url, None, http_charset)

    def _extract(self, html: Html, url: str | None, name: str | None, http_charset: str | None) -> Article:
        try:
            return Article(self._core.extract(html, url, name, http_charset), self._blocks)
        except TypeError:
            if isinstance(html, str) or _has_bytes(html):
                raise
            hint = "; use extract_file() for files and paths" if isinstance(html, os.PathLike) or hasattr(html, "read") else ""
            raise TypeError(f"html: must be a str or an object with bytes, not {type(html).__name__}{hint}") from None
        except BufferError as error:
            raise ValueError(f"html: {error}") from None

    def extract_file(
        self, file: str | os.PathLike[str] | BinaryIO | TextIO, *, url: str | None = None, http_charset: str | None = None
    ) -> Article:
        """Extract the article of a page in a file.

        Parameters
        ----------
        file
            A path, or an open file, binary or text.  Files compressed with gzip are decompressed; those compressed with zstd too,
            if Python is 3.14 or newer or the package ``zstandard`` is installed.
        url, http_charset
            As for `extract`.

        Raises
        ------
        OSError
            The file cannot be read.
        ValueError
            The file is closed, too large or damaged; otherwise as for `extract`.
        TypeError, MemoryError
            As for `extract`.
        """
        name = None
        if isinstance(file, str | os.PathLike):
            name = os.fsencode(file).decode("utf-8", "replace")
            with open(file, "rb") as opened:
                data: str | bytes = opened.read()
        elif hasattr(file, "read"):
            data = file.read()
        else:
            raise TypeError(f"file: must be a path or an open file, not {type(file).__name__}")
        if isinstance(data, bytes):
            data = _decompress(data, self._max_input_bytes, name or "file")
        return self._extract(data, url, name, http_charset)

    def extract_many(
        self, pages: Iterable[Html | tuple[Html, str | None]], *, workers: int | None = None, ordered: bool = True
    ) -> Iterator[Article]:
        """Extract pages in several threads, which run at the same time because the GIL is released.

        Parameters
        ----------
        pages
            Pages as for `extract`, or pairs of a page and its address.  It is read in the caller's thread, only a few pages ahead of
            the results.
        workers
            Number of threads; default: the number of processors.
        ordered
            Yield articles in the order of the pages.  If False, yield each as soon as it is ready.

        Yields
        ------
        Article
            One for each page.

        Raises
        ------
        Exception
            What `pages` raises, after the articles before it; what `extract` raises for a page, in its place.
        """
        return _run(self, iter(pages), _limit("workers", workers, 1024) or _n_processors(), ordered)


def _n_processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_bytes(value: object) -> bool:
    try:
        memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


def _decompress(data: bytes, most: int, name: str) -> bytes:
    """Data without its compression, gzip or zstd; at most `most` bytes."""
    import io

    opened: BinaryIO
    if data[:2] == b"\x1f\x8b":
        import gzip

        opened = gzip.GzipFile(fileobj=io.BytesIO(data))  # type: ignore[assignment]
    elif data[:4] == b"\x28\xb5\x2f\xfd":
        opened = _open_zstd(io.BytesIO(data), name)
    else:
        return data
    try:
        plain = opened.read(most + 1)
    except Exception as error:  # each module has exceptions of its own
        raise ValueError(f"{name}: the compressed data is damaged: {error}") from error
    if len(plain) > most:
        raise ValueError(f"{name}: decompressed, it is larger than max_input_bytes, {most}")
    return plain


def _open_zstd(file: BinaryIO, name: str) -> BinaryIO:
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd.ZstdFile(file)
    import importlib

    try:
        zstandard: Any = importlib.import_module("zstandard")
    except ImportError:
        raise ValueError(f"{name}: is compressed with zstd; install the package zstandard to read it") from None
    reader: BinaryIO = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return reader


def _extract_item(extractor: Extractor, item: Html | tuple[Html, str | None]) -> Article:
    html, url = item if isinstance(item, tuple) else (item, None)
    return extractor.extract(html, url=url)


def _run(extractor: Extractor, pages: Iterator[Html | tuple[Html, str | None]], workers: int, ordered: bool) -> Iterator[Article]:
    if workers == 1:
        for page in pages:
            yield _extract_item(extractor, page)
        return
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    pool = ThreadPoolExecutor(workers, "makala")
    pending: deque[Future[Article]] = deque()
    finished: SimpleQueue[Future[Article]] = SimpleQueue()
    n_unfinished, more, failure = 0, True, None
    try:
        while more or n_unfinished:
            if more:
                try:
                    page = next(pages)
                except StopIteration:
                    more = False
                    continue
                except Exception as error:  # raised below, after the articles of the pages before it
                    more, failure = False, error
                    continue
                future = pool.submit(_extract_item, extractor, page)
                if ordered:
                    pending.append(future)
                else:
                    future.add_done_callback(finished.put)
                n_unfinished += 1
                if n_unfinished <= 2 * workers:
                    continue
            n_unfinished -= 1
            yield (pending.popleft() if ordered else finished.get()).result()
        if failure is not None:
            raise failure
    finally:
        pool.shutdown(cancel_futures=True)


_extractors: dict[Any, Extractor] = {}


def _extractor(**options: Any) -> Extractor:
    """An extractor with these options, the same one each time, since it keeps memory for the next page."""
    key: tuple[Any, ...] = tuple((name, value.__class__, value) for name, value in options.items())
    try:
        return _extractors[key]
    except KeyError:
        if len(_extractors) >= 64:
            _extractors.clear()
        return _extractors.setdefault(key, Extractor(**options))
    except TypeError:  # an option that cannot be hashed; Extractor says what is wrong with it
        return Extractor(**options)


def extract(
    html: Html,
    *,
    url: str | None = None,
    view: View = "balanced",
    comments: bool = True,
    tables: bool = True,
    charset: str | None = None,
    max_memory: int | None = None,
    **options: Unpack[MoreOptions],
) -> Article:
    """Extract the article of a page.

    Parameters
    ----------
    html
        The page: a str, or an object with bytes (``bytes``, ``bytearray``, ``memoryview``, ``mmap`` …).  Bytes are better: their
        encoding is determined as a browser does it.
    url
        The address that the page was loaded from, the base of its relative links.
    view
        How much to keep: ``"balanced"`` has the highest expected F1, ``"precision"`` keeps fewer blocks, ``"recall"`` more, and
        ``"everything"`` all.
    comments
        Keep readers' comments apart from the text, as `Article.comments`.  If False, they are dropped.
    tables
        Keep data tables.
    charset
        WHATWG label of the encoding of bytes, whatever the page declares.  None: determine it.  A str is already decoded.
    max_memory
        Largest number of bytes for the page and its results while it is read, 1 MiB or more; default 2 GiB.
    **options
        Others of `Extractor`: ``blocks``, ``input_type``, ``title_heading`` …

    Returns
    -------
    Article
        Whatever the page holds: see `Article.verdict` and `Article.warnings`.

    Raises
    ------
    TypeError
        `html` is neither a str nor an object with bytes; an option has the wrong type.
    ValueError
        `html` is larger than 2,147,483,647 bytes; an option is out of its range.
    MemoryError
        There is not enough memory.

    Examples
    --------
    >>> makala.extract(b"<title>Habari</title><p>Daraja jipya la mto limefunguliwa leo asubuhi.</p>").text
    'Daraja jipya la mto limefunguliwa leo asubuhi.\\n'
    """
    extractor = _extractor(view=view, comments=comments, tables=tables, charset=charset, max_memory=max_memory, **options)
    return extractor.extract(html, url=url)


def extract_file(
    file: str | os.PathLike[str] | BinaryIO | TextIO, *, url: str | None = None, **options: Unpack[Options]
) -> Article:
    """Extract the article of a page in a file.

    Parameters
    ----------
    file
        A path, or an open file, binary or text, compressed or not; see `Extractor.extract_file`.
    url
        The address that the page was loaded from.
    **options
        As for `Extractor`.
    """
    return _extractor(**options).extract_file(file, url=url)


def extract_many(
    pages: Iterable[Html | tuple[Html, str | None]],
    workers: int | None = None,
    ordered: bool = True,
    **options: Unpack[Options],
) -> Iterator[Article]:
    """Extract pages in several threads, which run at the same time because the GIL is released.

    Parameters
    ----------
    pages
        Pages as for `extract`, or pairs of a page and its address.  It is read in the caller's thread, only a few pages ahead of the
        results.
    workers
        Number of threads; default: the number of processors.
    ordered
        Yield articles in the order of the pages.  If False, yield each as soon as it is ready.
    **options
        As for `Extractor`.

    Yields
    ------
    Article
        One for each page.

    Raises
    ------
    Exception
        What `pages` raises, after the articles before it; what `extract` raises for a page, in its place.

    Examples
    --------
    >>> pages = [(b"<h1>One</h1><p>The first page of two.</p>", "https://example.org/1"), b"<h1>Two</h1><p>The second page.</p>"]
    >>> [article.url for article in makala.extract_many(pages)]
    ['https://example.org/1', None]
    """
    return _extractor(**options).extract_many(pages, workers=workers, ordered=ordered)
