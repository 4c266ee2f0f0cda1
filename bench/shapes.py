# SPDX-License-Identifier: Apache-2.0
"""shapes - folders of labelled pages, in the three shapes that bench/quality.py reads, as one list of pages.

	WCXB      html/ID.html.gz, ground-truth/ID.json (ground_truth.main_content, .with, .without), metadata.json (page type, domain)
	articles  html/KEY.html.gz, articles.json ({KEY: {articleBody, site, url}})
	news      COUNTRY/PUBLISHER_DATE.html.gz, COUNTRY/PUBLISHER.json (a record for each page, in the order of dates)
"""
import collections
import glob
import json
import os

from benchlib import Missing

# kind: page type, or country of a news page.  must, must_not: snippets that the text is to hold, and not to hold.
Page = collections.namedtuple("Page", "key path gold kind domain url must must_not")


def load(folder):
    """(the shape's name, pages sorted by key)."""
    for name, mark, reader in SHAPES:
        if glob.glob(os.path.join(folder, mark)):
            pages = sorted(reader(folder))
            if pages:
                return name, pages
    raise Missing(f"{folder}: no labelled pages here (ground-truth/*.json, articles.json or COUNTRY/PUBLISHER.json)")


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


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
                       tuple(truth.get("with") or ()), tuple(truth.get("without") or ()))


def read_articles(folder):
    for key, record in read_json(os.path.join(folder, "articles.json")).items():
        file = page_file(folder, key)
        if file:
            yield Page(key, file, record["articleBody"] or "", "article", record.get("site") or "", record.get("url"), (), ())


def news_body(record):
    """Summary, headlines and paragraphs of a news record as one text."""
    parts = list(record["body"]["summary"])
    for section in record["body"]["sections"]:
        parts += section["headline"] + section["paragraphs"]
    return "\n\n".join(parts)


def read_news(folder):
    for path in glob.glob(os.path.join(folder, "*", "*.json")):
        stem, country = path[: -len(".json")], os.path.basename(os.path.dirname(path))
        records, files = list(read_json(path).values()), sorted(glob.glob(glob.escape(stem) + "_[0-9]*.html.gz"))
        if len(records) != len(files):
            raise Missing(f"{path}: {len(records)} records for {len(files)} pages")
        for record, file in zip(records, files):
            key = f"{country}/{os.path.basename(file)[: -len('.html.gz')]}"
            yield Page(key, file, news_body(record), country, os.path.basename(stem), None, (), ())


SHAPES = (("WCXB", "ground-truth/*.json", read_wcxb), ("articles", "articles.json", read_articles), ("news", "*/*.json", read_news))
