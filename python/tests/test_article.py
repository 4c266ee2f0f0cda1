# SPDX-License-Identifier: Apache-2.0
"""Article: its fields and documents, and that they do not depend on whether the article was packed."""

import copy
import datetime
import json
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, read

import makala
from makala import _makala

PAGE = """<!doctype html><html lang=en><head><title>Rain in June - The Daily Post</title><meta name=author content="Ann Lee">
<meta property="article:published_time" content="%s"></head><body><nav><a href=/>Home</a><a href=/news>News</a></nav><article>
<h1>Rain in June</h1><p>It has rained for <b>nine days</b> in a row in the valley, and the river is higher than in any June before.</p>
<figure><img src="/river.jpg" alt="The river" width=640 height=480><figcaption>The river on Monday morning. Photo: Bo Ek</figcaption></figure>
<p>The <a href="/office">water office</a> expects the level to fall again by the end of the week, it said on Monday evening.</p>
<ul><li>The bridge at the mill is closed to cars and lorries.</li><li>Trains run every hour until Friday night.</li></ul></article>
<footer>Imprint Privacy Cookies</footer></body></html>"""


@pytest.fixture
def article() -> makala.Article:
    return makala.extract(PAGE % "2024-06-11T08:30:00+02:00", url="https://example.org/rain/june")


def documents(article: makala.Article) -> list[Any]:
    found: list[Any] = [article.text, article.comments, article.blocks, article.images, article.links, article.to_dict("all")]
    for images in (False, True):
        for links in (False, True):
            found += [article.markdown(images=images, links=links), article.html(images=images, links=links)]
    return found


def test_fields(article: makala.Article) -> None:
    assert article.title == "Rain in June"
    assert article.authors == ["Ann Lee"]
    assert article.date_published == "2024-06-11T08:30:00+02:00"
    assert article.url == "https://example.org/rain/june"
    assert article.hostname == "example.org"
    assert article.canonical_url is None
    assert article.language == "en"
    assert article.verdict == "content"
    assert article.page_type == "article"
    assert 0.5 < article.confidence <= 1
    assert article.charset == "utf-8"
    assert article.provenance["date_published"] == "og"
    assert "It has rained for nine days" in article.text
    assert "Imprint" not in article.text
    assert article.comments is None


def test_every_field_of_the_record_is_an_attribute(article: makala.Article) -> None:
    names = [name for name, _, _ in _makala.fields()]
    assert len(names) >= 34
    for name in names:
        assert name in dir(article)
        value = getattr(article, name)
        if name not in ("markdown", "html", "blocks", "links", "images"):
            assert value == article.to_dict("all")[name]


def test_fields_that_the_class_does_not_know(article: makala.Article, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later:
        record = article._result.record[:-1] + b',"mood":"wet","posts":[{"text":"a"}]}'

    monkeypatch.setitem(makala._article._FIELDS, "mood", (1, True))
    monkeypatch.setitem(makala._article._FIELDS, "posts", (4, False))
    later: Any = makala.Article(Later())  # type: ignore[arg-type]
    assert later.mood == "wet"
    assert later.posts == [{"text": "a"}]
    assert "mood" in dir(later)


def test_unknown_attribute(article: makala.Article) -> None:
    with pytest.raises(AttributeError, match="'Article' object has no attribute 'tilte'"):
        article.tilte  # type: ignore[attr-defined] # noqa: B018


def test_attributes_are_read_only(article: makala.Article) -> None:
    with pytest.raises(AttributeError):
        article.title = "Snow"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2024-06-11", datetime.date(2024, 6, 11)),
        ("2024-06-11T08:30:00+02:00", datetime.datetime(2024, 6, 11, 8, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))),
        ("2024-06-11T08:30:00Z", datetime.datetime(2024, 6, 11, 8, 30, tzinfo=datetime.timezone.utc)),
        ("2024-06-11T08:30", datetime.datetime(2024, 6, 11, 8, 30)),
        ("2024-06", None),
        ("", None),
    ],
)
def test_published(written: str, published: datetime.date | None) -> None:
    found = makala.extract(PAGE % written).published
    assert found == published
    assert type(found) is type(published)


def test_markdown(article: makala.Article) -> None:
    assert "It has rained for **nine days**" in article.markdown()
    assert "[water office](https://example.org/office)" in article.markdown()
    assert "river.jpg" not in article.markdown()
    assert "![The river](https://example.org/river.jpg)" in article.markdown(images=True)
    assert "The water office expects" in article.markdown(links=False)


def test_front_matter(article: makala.Article) -> None:
    head = article.markdown(front_matter=True).split("\n---\n")[0].splitlines()
    assert head[:2] == ["---", 'title: "Rain in June"']
    assert 'authors: ["Ann Lee"]' in head
    assert 'language: "en"' in head
    assert not any(line.startswith(("categories", "schema", "license")) for line in head)
    assert article.markdown(front_matter=["language"]).startswith('---\nlanguage: "en"\n---\n\n')
    assert article.markdown(front_matter=["categories"]) == article.markdown()
    with pytest.raises(ValueError, match="no field 'mood'"):
        article.markdown(front_matter=["mood"])


def test_front_matter_is_yaml() -> None:
    yaml = pytest.importorskip("yaml")
    title = 'A "title": with # signs, 100 % [odd] \x7f\x85\u2028\ufeff --- &amp; \\ {and} more'
    article = makala.extract(f"<title>{title}</title><h1>{title}</h1><p>One sentence of the text that is long enough to stay.</p>")
    head = article.markdown(front_matter=["title"]).split("\n---\n")[0]
    assert yaml.safe_load(head.removeprefix("---\n")) == {"title": article.title}


def test_html(article: makala.Article) -> None:
    assert article.html().startswith("<article>")
    assert '<img src="https://example.org/river.jpg" alt="The river">' in article.html()
    assert "<img" not in article.html(images=False)
    assert "<a " not in article.html(links=False)


def test_lists(article: makala.Article) -> None:
    assert article.images == [
        makala.Image("https://example.org/river.jpg", "The river", "The river on Monday morning.", "Bo Ek", 640, 480)
    ]
    assert article.links == [makala.Link("https://example.org/office", "water office")]
    first = article.blocks[0]
    source = (PAGE % "2024-06-11T08:30:00+02:00").encode()
    assert all(block.keep for block in article.blocks)
    assert any(block.kind == "heading" and block.level == 1 for block in article.blocks) or first.kind == "paragraph"
    paragraph = next(block for block in article.blocks if block.text.startswith("The water office"))
    assert source[paragraph.start : paragraph.end].startswith(b'The <a href="/office">water office</a> expects')


def test_dropped_blocks_only_on_request() -> None:
    page = PAGE % ""
    assert not any("Imprint" in block.text for block in makala.extract(page).blocks)
    blocks = makala.extract(page, blocks=True).blocks
    assert [block.keep for block in blocks if "Imprint" in block.text] == [False]


def test_dict_and_json(article: makala.Article) -> None:
    record = article.to_dict()
    assert list(record)[:3] == ["schema", "input", "url"]
    assert "markdown" not in record
    assert record["text"] == article.text
    assert json.loads(article.to_json()) == record
    assert "\n" not in article.to_json()
    assert article.to_dict("title") == {"schema": 1, "title": "Rain in June"}
    assert list(article.to_dict(["title", "url"])) == ["schema", "url", "title"]
    assert set(article.to_dict("all")) == {"schema", *(name for name, _, _ in _makala.fields())}
    with pytest.raises(ValueError, match="there is no field 'titel'; the fields are input, url"):
        article.to_dict(["titel"])


def test_repr(article: makala.Article) -> None:
    assert repr(article).startswith("<Article 'Rain in June': 2024-06-11T08:30:00+02:00, example.org, en, article, ")
    assert repr(makala.extract(b"")) == "<Article: no content (verdict 'empty')>"
    assert str(article) == article.text
    assert article._repr_markdown_().startswith("# Rain in June\n")


def test_weak_references_and_hash(article: makala.Article) -> None:
    import weakref

    assert weakref.ref(article)() is article
    assert hash(article) == hash(article)


def test_packed_articles_are_the_same(pages: list[Path]) -> None:
    """Each page once with its own page in memory, once packed, and once pickled."""
    for blocks in (False, True):
        for file in pages if not blocks else pages[::5]:
            page = read(file)
            extractor = makala.Extractor(blocks=blocks)
            owned = extractor.extract(page, url="https://example.org/a/b")
            wanted = documents(owned)
            packed = extractor.extract(page, url="https://example.org/a/b")
            assert packed._result.packed
            assert documents(packed) == wanted, file
            assert documents(pickle.loads(pickle.dumps(packed))) == wanted, file


def test_many_articles_at_once(habari: bytes) -> None:
    wanted = documents(makala.extract(habari))
    extractor = makala.Extractor()
    articles = [extractor.extract(habari) for _ in range(300)]
    for article in (articles[0], articles[150], articles[-1]):
        assert documents(article) == wanted


def test_large_articles_are_packed_whole() -> None:
    page = "".join(f"<p>Paragraph {i} of a page that is longer than most books, and is read to its end.</p>" for i in range(40_000))
    article = makala.extract(f"<title>Long</title><article>{page}</article>")
    assert article.text.count("Paragraph") == article.markdown().count("Paragraph") == article.html().count("<p>") == 40_000
    assert not article.warnings


def test_memory_of_an_article() -> None:
    """A packed article and its record take at most three times the text, and a small amount for each article."""
    for file in sorted((ROOT / "examples").glob("*.html")):
        article = makala.extract(file.read_bytes())
        size = sys.getsizeof(article._result.packed) + sys.getsizeof(article._result.record) + sys.getsizeof(article)
        assert size <= 2 * len(article.text.encode()) + 2500, file


def test_copy(article: makala.Article) -> None:
    assert documents(copy.copy(article)) == documents(copy.deepcopy(article)) == documents(article)


@pytest.mark.parametrize("cut", range(0, 4000, 7))
def test_damaged_pickles_raise(habari: bytes, cut: int) -> None:
    """A packed article that lacks its end, or has a wrong byte, is refused or read, but never crashes."""
    result = makala.extract(habari)._result
    packed = result.packed
    for damaged in (packed[:cut], packed[:cut] + bytes([cut * 37 % 256]) + packed[cut + 1 :]):
        try:
            article = makala._article._restored(result.record, damaged, False)
            documents(article)
        except ValueError:
            pass
