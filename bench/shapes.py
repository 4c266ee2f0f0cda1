# SPDX-License-Identifier: Apache-2.0
"""shapes - folder of labelled pages, in one of three shapes -> list of pages with their gold, for quality.py and the trainer.

	WCXB      html/ID.html.gz, ground-truth/ID.json (ground_truth.main_content, .with, .without, .title, .author, .publish_date),
	          metadata.json (page type, domain)
	articles  html/KEY.html.gz, articles.json ({KEY: {articleBody, title, authors, date, site, url}})
	news      COUNTRY/PUBLISHER_DATE.html.gz, COUNTRY/PUBLISHER.json (a record for each page, in the order of dates)
"""
import collections
import glob
import json
import os

from benchlib import Missing

# kind: page type, or country of a news page.  must, must_not: snippets that the text must and must not contain.
Page = collections.namedtuple("Page", "key path gold kind domain url must must_not about")
# Gold metadata of a page; None, or an empty tuple, if the gold has no value.  authors: names as the gold writes them.
About = collections.namedtuple("About", "title authors date topics pictures", defaults=(None, (), None, (), ()))
Picture = collections.namedtuple("Picture", "caption credit")


def by_character(shape):
    """Whether each Han or kana character counts as a word. In WCXB's own measure it does not."""
    return shape != "WCXB"


def with_comments(shape):
    """Whether the gold can include readers' comments, as it includes the replies on forum pages in WCXB."""
    return shape == "WCXB"


def page_type(shape, page):
    """The gold page type. Shapes other than WCXB have articles only."""
    return page.kind if shape == "WCXB" else "article"


def load(folder):
    """(name of the shape, pages sorted by key)."""
    for name, mark, reader in SHAPES:
        if glob.glob(os.path.join(folder, mark)):
            pages = sorted(reader(folder), key=lambda page: page.key)
            if pages:
                return name, pages
    raise Missing(f"{folder}: no labelled pages here (ground-truth/*.json, articles.json or COUNTRY/PUBLISHER.json)")


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def gold_about(title, authors, date):
    """The About of a record. Empty values become None; authors is one string."""
    return About(title or None, (authors,) if authors else (), date or None)


def page_file(folder, key):
    """The file of a page, compressed or not; None if there is no such file."""
    for ending in (".html.gz", ".html"):
        path = os.path.join(folder, "html", key + ending)
        if os.path.exists(path):
            return path
    return None


def read_wcxb(folder):
    about = os.path.join(folder, "metadata.json")
    about = read_json(about)["files"] if os.path.exists(about) else {}
    for path in glob.glob(os.path.join(folder, "ground-truth", "*.json")):
        key = os.path.basename(path)[: -len(".json")]
        record, known, file = read_json(path), about.get(key, {}), page_file(folder, key)
        truth = record["ground_truth"]
        kind = record.get("_internal", {}).get("page_type", {}).get("primary") or known.get("page_type") or "unknown"
        if file:
            yield Page(key, file, truth.get("main_content") or "", kind, known.get("domain", ""), record.get("url"),
                       tuple(truth.get("with") or ()), tuple(truth.get("without") or ()),
                       gold_about(truth.get("title"), truth.get("author"), truth.get("publish_date")))


def read_articles(folder):
    for key, record in read_json(os.path.join(folder, "articles.json")).items():
        file = page_file(folder, key)
        if file:
            yield Page(key, file, record["articleBody"] or "", "article", record.get("site") or "", record.get("url"), (), (),
                       gold_about(record.get("title"), record.get("authors"), record.get("date")))


def news_body(record):
    """The gold text of a news record: summary, headlines and paragraphs."""
    parts = list(record["body"]["summary"])
    for section in record["body"]["sections"]:
        parts += section["headline"] + section["paragraphs"]
    return "\n\n".join(parts)


def news_about(record):
    pictures = {Picture(image.get("caption") or None, ", ".join(image.get("authors") or ()) or None): None
                for image in record.get("images") or ()}
    return About(record.get("title") or None, tuple(record.get("authors") or ()), record.get("publishing_date") or None,
                 tuple(record.get("topics") or ()), tuple(p for p in pictures if p != (None, None)))


def news_pages(path):
    """The pages whose records are in a publisher's file, in the order of the records."""
    return sorted(glob.glob(glob.escape(path[: -len(".json")]) + "_[0-9]*.html.gz"))


def read_news(folder):
    for path in glob.glob(os.path.join(folder, "*", "*.json")):
        stem, country = path[: -len(".json")], os.path.basename(os.path.dirname(path))
        records, files = list(read_json(path).values()), news_pages(path)
        if len(records) != len(files):
            raise Missing(f"{path}: {len(records)} records for {len(files)} pages")
        for record, file in zip(records, files):
            key = f"{country}/{os.path.basename(file)[: -len('.html.gz')]}"
            yield Page(key, file, news_body(record), country, os.path.basename(stem), None, (), (), news_about(record))


SHAPES = (("WCXB", "ground-truth/*.json", read_wcxb), ("articles", "articles.json", read_articles), ("news", "*/*.json", read_news))
