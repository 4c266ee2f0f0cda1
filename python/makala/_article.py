# SPDX-License-Identifier: Apache-2.0
"""The result of an extraction: Article.

Modules that not every program needs are imported where they are used, so that "import makala" takes little time.
"""

from __future__ import annotations

from . import _makala

TYPE_CHECKING = False  # that of typing, which takes as long to import as all of this package
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable
    from typing import Any

    from ._lists import Block, Image, Link

_FIELDS = {name: (kind, default) for name, kind, default in _makala.fields()}
IMAGES, NO_LINKS = 1, 2  # flags of the writers in makala.h
_WRITTEN = frozenset({"text", "markdown", "html", "comments", "blocks", "links", "images"})  # not in Result.record
_FRONT_MATTER = (
    "title", "authors", "date_published", "date_modified", "canonical_url", "site_name", "language", "description", "categories",
    "tags", "license", "image",
)  # fmt: skip


def _yaml(value: object) -> str:
    """A value in YAML, which reads JSON; characters that YAML takes for line ends or forbids are escaped."""
    import json
    import re

    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match[0]):04x}", text)


class Article:
    """The article of a page: its text, and a record of what is known about it.

    Attributes are read-only.  A value that the page does not have is None, or an empty list.  Fields that a newer library adds to
    the record are attributes too: ``dir(article)`` lists them.

    Examples
    --------
    >>> article = makala.extract("<title>Mvua</title><article><h1>Mvua</h1><p>Mvua kubwa imenyesha leo mjini.</p></article>")
    >>> article.title
    'Mvua'
    """

    __slots__ = ("__weakref__", "_all_blocks", "_record", "_result")

    def __init__(self, result: _makala.Result, all_blocks: bool = False) -> None:
        self._result = result
        self._all_blocks = all_blocks
        self._record: dict[str, Any] | None = None  # parsed on first use

    def _read(self, name: str) -> Any:
        record = self._record
        if record is None:
            import json

            record = self._record = json.loads(self._result.record)
        return record[name]

    def __reduce__(self) -> tuple[Callable[..., Article], tuple[bytes, bytes, bool]]:
        result = self._result
        return _restored, (result.record, result.packed, self._all_blocks)

    # ---- Documents ----

    @property
    def text(self) -> str:
        """The article as plain text, paragraphs separated by empty lines."""
        return self._result.text

    @property
    def comments(self) -> str | None:
        """Readers' comments below the article as plain text; None if there are none."""
        return self._result.comments()

    def markdown(self, *, images: bool = False, links: bool = True, front_matter: bool | Iterable[str] = False) -> str:
        """Return the article as Markdown: CommonMark with the tables and strikethrough of GFM.

        Parameters
        ----------
        images
            Write pictures.
        links
            Write the addresses of links, not only their text.
        front_matter
            Begin with a block of YAML that holds fields of the record, or only the fields with these names.

        Returns
        -------
        str
            The document.  Empty if the page has no content and no front matter is asked for.

        Raises
        ------
        ValueError
            A name in `front_matter` is not the name of a field.
        """
        text = self._result.markdown(IMAGES * bool(images) | NO_LINKS * (not links))
        if front_matter is False:
            return text
        record = self.to_dict(_FRONT_MATTER if front_matter is True else front_matter)
        del record["schema"]
        lines = [f"{name}: {_yaml(value)}" for name, value in record.items() if value is not None and value != []]
        return "\n".join(["---", *lines, "---", "", text]) if lines else text

    def html(self, *, images: bool = True, links: bool = True) -> str:
        """Return the article as clean HTML: one ``<article>`` element without scripts, styles and event attributes.

        Parameters
        ----------
        images
            Write pictures.
        links
            Write the addresses of links, not only their text.
        """
        return self._result.html(IMAGES * bool(images) | NO_LINKS * (not links))

    # ---- Lists ----

    @property
    def blocks(self) -> list[Block]:
        """The blocks of the article in page order.

        With the option ``blocks=True`` also those that were dropped, each with its score and reason.
        """
        from ._lists import Block

        return [Block(*(block[name] for name in (*Block._fields[:-2], "from", "to"))) for block in self._objects("blocks")]

    @property
    def images(self) -> list[Image]:
        """The pictures of the article in page order."""
        from ._lists import Image

        return [Image(*(image[name] for name in Image._fields)) for image in self._objects("images")]

    @property
    def links(self) -> list[Link]:
        """The links in the article in page order."""
        from ._lists import Link

        return [Link(*(link[name] for name in Link._fields)) for link in self._objects("links")]

    def _objects(self, name: str) -> list[dict[str, Any]]:
        import json

        objects: list[dict[str, Any]] = json.loads(self._result.value(name))
        return [block for block in objects if block["keep"]] if name == "blocks" and not self._all_blocks else objects

    # ---- The record ----

    @property
    def url(self) -> str | None:
        """The address that was passed, if it is an absolute http or https address."""
        return self._read("url")  # type: ignore[no-any-return]

    @property
    def canonical_url(self) -> str | None:
        """The address that the page declares as its own."""
        return self._read("canonical_url")  # type: ignore[no-any-return]

    @property
    def hostname(self) -> str | None:
        """The host of `canonical_url`, or else of `url`."""
        return self._read("hostname")  # type: ignore[no-any-return]

    @property
    def title(self) -> str | None:
        """The headline, white space collapsed."""
        return self._read("title")  # type: ignore[no-any-return]

    @property
    def authors(self) -> list[str]:
        """Names as the page writes them."""
        return self._read("authors")  # type: ignore[no-any-return]

    @property
    def date_published(self) -> str | None:
        """ISO 8601, as exact as the page says: ``"2022-10"``, ``"2022-10-22T14:03:00+02:00"``."""
        return self._read("date_published")  # type: ignore[no-any-return]

    @property
    def date_modified(self) -> str | None:
        """As `date_published`."""
        return self._read("date_modified")  # type: ignore[no-any-return]

    @property
    def date_raw(self) -> str | None:
        """The text that `date_published` was read from."""
        return self._read("date_raw")  # type: ignore[no-any-return]

    @property
    def language(self) -> str | None:
        """Language tag (``"sw"``, ``"pt-BR"``), declared or detected."""
        return self._read("language")  # type: ignore[no-any-return]

    @property
    def language_declared(self) -> str | None:
        """The language that the page declares, as written."""
        return self._read("language_declared")  # type: ignore[no-any-return]

    @property
    def language_detected(self) -> str | None:
        """The language of the text; None without a language detector, see `makala.features`."""
        return self._read("language_detected")  # type: ignore[no-any-return]

    @property
    def language_score(self) -> float | None:
        """How sure the language detector is, 0 to 1."""
        return self._read("language_score")  # type: ignore[no-any-return]

    @property
    def direction(self) -> str | None:
        """``"ltr"`` or ``"rtl"``."""
        return self._read("direction")  # type: ignore[no-any-return]

    @property
    def site_name(self) -> str | None:
        """The name of the site."""
        return self._read("site_name")  # type: ignore[no-any-return]

    @property
    def description(self) -> str | None:
        """The summary that the page gives of itself."""
        return self._read("description")  # type: ignore[no-any-return]

    @property
    def categories(self) -> list[str]:
        """Sections that the page files itself under."""
        return self._read("categories")  # type: ignore[no-any-return]

    @property
    def tags(self) -> list[str]:
        """Keywords."""
        return self._read("tags")  # type: ignore[no-any-return]

    @property
    def license(self) -> str | None:
        """An absolute address, or the wording."""
        return self._read("license")  # type: ignore[no-any-return]

    @property
    def image(self) -> str | None:
        """Absolute address of the main picture."""
        return self._read("image")  # type: ignore[no-any-return]

    @property
    def next_page(self) -> str | None:
        """Absolute address of the next page of the same article."""
        return self._read("next_page")  # type: ignore[no-any-return]

    @property
    def page_type(self) -> str | None:
        """``"article"``, ``"forum"``, ``"product"``, ``"collection"``, ``"listing"``, ``"documentation"`` or ``"service"``.

        None if the verdict is not content, and for plain text.
        """
        return self._read("page_type")  # type: ignore[no-any-return]

    @property
    def verdict(self) -> str:
        """Whether content was found: ``"content"``, or else ``"empty"``, ``"shell"``, ``"error_page"`` or ``"nothing"``."""
        return self._read("verdict")  # type: ignore[no-any-return]

    @property
    def confidence(self) -> float:
        """Expected F1 of the text against that of a careful reader, 0 to 1."""
        return self._read("confidence")  # type: ignore[no-any-return]

    @property
    def charset(self) -> str | None:
        """WHATWG name of the encoding used, in lower case (``"utf-8"``)."""
        return self._read("charset")  # type: ignore[no-any-return]

    @property
    def warnings(self) -> list[str]:
        """Why results may differ from what the author meant: ``"memory"``, ``"charset"`` and others, see ``mk_warning`` in ``makala.h``."""
        return self._read("warnings")  # type: ignore[no-any-return]

    @property
    def provenance(self) -> dict[str, str | None]:
        """For each field that has one, where its value was found: ``"json-ld"``, ``"meta"``, ``"byline"`` and others."""
        return self._read("provenance")  # type: ignore[no-any-return]

    @property
    def published(self) -> datetime.date | datetime.datetime | None:
        """`date_published` as an object.

        A date if the page gives no time of day; None if it gives less than a day, or none.  A time has a time zone if the page
        gives one.
        """
        import datetime

        text = self.date_published
        try:
            return None if not text else datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text)
        except ValueError:
            return None

    def to_dict(self, fields: Iterable[str] | str | None = None) -> dict[str, Any]:
        """Return the record as a dictionary, with the keys and values of the JSON records that the command writes.

        Parameters
        ----------
        fields
            Names of fields, or ``"all"``.  By default all fields except ``markdown``, ``html``, ``blocks``, ``links`` and
            ``images``.

        Raises
        ------
        ValueError
            There is no field with this name.
        """
        if fields is None:
            names = [name for name, (_, default) in _FIELDS.items() if default]
        elif isinstance(fields, str):
            names = list(_FIELDS) if fields == "all" else [name.strip() for name in fields.split(",")]
        else:
            names = list(fields)
        for name in names:
            if name not in _FIELDS:
                raise ValueError(f"fields: there is no field {name!r}; the fields are {', '.join(_FIELDS)}")
        return {"schema": _makala.SCHEMA_VERSION} | {name: self._value(name) for name in _FIELDS if name in names}

    def _value(self, name: str) -> Any:
        if name not in _WRITTEN:
            return self._read(name)
        if name == "text":
            return self.text
        if name == "comments":
            return self.comments
        if name == "markdown":
            return self.markdown()
        return self.html(images=False) if name == "html" else self._objects(name)

    def to_json(self, fields: Iterable[str] | str | None = None) -> str:
        """Return the record as a JSON object on one line, as the command writes it with ``-t json``.

        Parameters
        ----------
        fields
            As for `to_dict`.
        """
        import json

        return json.dumps(self.to_dict(fields), ensure_ascii=False, separators=(",", ":"))

    if not TYPE_CHECKING:  # a checker knows only the fields above

        def __getattr__(self, name):
            if name in _FIELDS:
                return self._value(name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_FIELDS})

    def __repr__(self) -> str:
        if self.verdict != "content":
            return f"<Article: no content (verdict {self.verdict!r})>"
        title = self.title or self.text[:80].replace("\n", " ")
        known = [self.date_published, self.hostname, self.language, self.page_type, f"{len(self.text):,} characters"]
        known.append(f"confidence {self.confidence:.2f}")
        return f"<Article {title[:60] + '…' if len(title) > 60 else title!r}: {', '.join(filter(None, known))}>"

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        """Show the article in notebooks."""
        text = self.markdown(images=True)
        return text if not self.title or self.title in text[:1000] else f"# {self.title}\n\n{text}"


_restorer = _makala.Extractor()  # unpacks articles that were pickled or copied


def _restored(record: bytes, packed: bytes, all_blocks: bool) -> Article:
    """The article that was pickled or copied."""
    return Article(_restorer.restore(record, packed), all_blocks)
