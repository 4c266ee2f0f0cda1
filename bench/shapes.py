# SPDX-License-Identifier: Apache-2.0
"""shapes - folders of labelled pages, in the three shapes that bench/quality.py reads, as one list of pages.

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

# kind: page type, or country of a news page.  must, must_not: snippets that the text is to hold, and not to hold.
Page = collections.namedtuple("Page", "key path gold kind domain url must must_not about")
# What the gold says about a page; None, or no items, where it says nothing.  authors: names as the gold writes them.
About = collections.namedtuple("About", "title authors date topics pictures", defaults=(None, (), None, (), ()))
Picture = collections.namedtuple("Picture", "caption credit")


def by_character(shape):
    """Whether each Han and kana character counts as a word.  WCXB's own measure takes words as they come."""
    return shape != "WCXB"


def with_comments(shape):
    """Whether what readers wrote can be part of the gold, as the replies of a forum are in WCXB."""
    return shape == "WCXB"


def page_type(shape, page):
    """The page type that the gold gives; the other two shapes are articles only."""
    return page.kind if shape == "WCXB" else "article"


def load(folder):
    """(the shape's name, pages sorted by key)."""
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
    """What a record says, where it says something; authors is one string."""
    return About(title or None, (authors,) if authors else (), date or None)


def page_file(folder, key):
    """The file of a page, compressed or not; None when it is not there."""
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
    """Summary, headlines and paragraphs of a news record as one text."""
    parts = list(record["body"]["summary"])
    for section in record["body"]["sections"]:
        parts += section["headline"] + section["paragraphs"]
    return "\n\n".join(parts)


def news_about(record):
    pictures = {Picture(image.get("caption") or None, ", ".join(image.get("authors") or ()) or None): None
                for image in record.get("images") or ()}
    return About(record.get("title") or None, tuple(record.get("authors") or ()), record.get("publishing_date") or None,
                 tuple(record.get("topics") or ()), tuple(p for p in pictures if p != (None, None)))


def read_news(folder):
    for path in glob.glob(os.path.join(folder, "*", "*.json")):
        stem, country = path[: -len(".json")], os.path.basename(os.path.dirname(path))
        records, files = list(read_json(path).values()), sorted(glob.glob(glob.escape(stem) + "_[0-9]*.html.gz"))
        if len(records) != len(files):
            raise Missing(f"{path}: {len(records)} records for {len(files)} pages")
        for record, file in zip(records, files):
            key = f"{country}/{os.path.basename(file)[: -len('.html.gz')]}"
            yield Page(key, file, news_body(record), country, os.path.basename(stem), None, (), (), news_about(record))


SHAPES = (("WCXB", "ground-truth/*.json", read_wcxb), ("articles", "articles.json", read_articles), ("news", "*/*.json", read_news))
