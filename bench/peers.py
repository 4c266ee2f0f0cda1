# SPDX-License-Identifier: Apache-2.0
"""peers - worker of bench/pages and bench/quality.py: extracts pages with one peer, with its fastest public call and its defaults.

usage: peers.py NAME [SECONDS] <LIST >RECORDS.  A line of LIST is a JSON object:

	path      path of the page's file
	url       the page's address, or null
	comments  false if reader comments are not wanted; ignored by peers without such an option
	about     whether title, authors and date are wanted too, from peers that find them

A line of RECORDS is {"input", "text", "about"} or {"input", "error"}.  Runs in the peers' virtual environment.  A page that takes
longer than SECONDS ends the process by SIGALRM, because a loop inside a C extension cannot be interrupted in any other way.
"""
import gzip
import json
import logging
import re
import signal
import sys

WARM_UP = b"<!doctype html><title>t</title><article><h1>Words</h1><p>" + b"Some words to warm up with. " * 20 + b"</article>"
# Elements whose start and end separate words, for peers that return HTML.
BREAKS = frozenset("address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 "
                   "h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead tr ul".split())


def text_or_bytes(page):
    """str if the page is valid UTF-8, which saves the peers their encoding detection; otherwise the bytes, for them to detect."""
    try:
        return page.decode()
    except UnicodeDecodeError:
        return page


def decoded(page):
    """Like text_or_bytes(), for peers that take only str: by the encoding that the page declares, otherwise as windows-1252."""
    text = text_or_bytes(page)
    if isinstance(text, str):
        return text
    declared = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", page[:4096], re.I)
    try:
        return page.decode(declared.group(1).decode() if declared else "cp1252", "replace")
    except LookupError:
        return page.decode("cp1252", "replace")


def html_text(html):
    """The text of an HTML fragment, with a line break at the start and end of each block-level element."""
    from lxml.html import fromstring

    if not html or not html.strip():
        return ""
    parts = []

    def walk(top):
        stack = [(top, False)]
        while stack:
            node, left = stack.pop()
            parts.append("\n" if node.tag in BREAKS else "")
            if left:
                parts.append(node.tail or "")
                continue
            stack.append((node, True))
            if isinstance(node.tag, str) and node.tag not in ("script", "style"):
                parts.append(node.text or "")
                stack += [(child, False) for child in reversed(node)]

    walk(fromstring(html))
    return "".join(parts)


def lexbor():
    """The yardstick: parses the page and extracts nothing."""
    from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

    options = LexborDocumentOptions.WO_EVENTS

    def extract(page, url, comments):
        LexborHTMLParser(page, options=options)

    return extract, None


def trafilatura():
    from trafilatura import extract as run
    from trafilatura import extract_metadata

    def extract(page, url, comments):
        return run(text_or_bytes(page), url=url, include_comments=comments)

    def about(page, url):
        found = extract_metadata(text_or_bytes(page), default_url=url)
        return {"title": found.title, "authors": found.author, "date": found.date}

    return extract, about


def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    def extract(page, url, comments):
        text = text_or_bytes(page)
        if isinstance(text, bytes):
            text = bytes_to_str(page, detect_encoding(page))
        return extract_plain_text(text, main_content=True, comments=comments)

    return extract, None


def rs_trafilatura():
    from rs_trafilatura import extract as run
    from rs_trafilatura import extract_bytes

    def result(page, url):
        text = text_or_bytes(page)
        return run(text, url=url) if isinstance(text, str) else extract_bytes(text, url=url)

    def extract(page, url, comments):  # it has no comments by default, which is kept for all pages
        return result(page, url).main_content

    def about(page, url):
        found = result(page, url)
        return {"title": found.title, "authors": found.author, "date": found.date,
                "page_type": found.page_type, "confidence": found.extraction_quality}

    return extract, about


def turbohtml():
    from turbohtml import parse

    def article(page):
        return parse(text_or_bytes(page), positions=False).article()

    def extract(page, url, comments):
        return article(page).text

    def about(page, url):
        """Two dates: one from its date finder, and one from its article record, which is free text and is parsed here."""
        from dateparser import parse as parse_date
        from turbohtml.extract import DateExtraction, dates

        found, date = article(page), dates(decoded(page), DateExtraction(original=True))
        in_record = found.date and parse_date(found.date)
        return {"title": found.title, "authors": found.byline, "date": date and date.date,
                "date_in_record": in_record and in_record.date().isoformat()}

    return extract, about


def htmldate():
    from htmldate import find_date

    def about(page, url):
        return {"date": find_date(text_or_bytes(page), url=url, original_date=True)}

    return None, about


def magic_html():
    from magic_html import GeneralExtractor

    extractor = GeneralExtractor()

    def extract(page, url, comments):
        return html_text(extractor.extract(decoded(page), base_url=url or "")["html"])

    return extract, None


def readability():
    from readability import Document

    def extract(page, url, comments):
        return html_text(Document(text_or_bytes(page)).summary(html_partial=True))

    return extract, None


def justext():
    from justext import get_stoplist
    from justext import justext as run

    english = get_stoplist("English")

    def extract(page, url, comments):
        language = re.search(rb"<html[^>]*\slang=[\"']?([a-z]+)", page[:8192], re.I)
        if not language or language.group(1).lower() == b"en":
            paragraphs = run(text_or_bytes(page), english)
        else:  # its language-independent mode
            paragraphs = run(text_or_bytes(page), frozenset(), stopwords_low=0, stopwords_high=0)
        return "\n\n".join(p.text for p in paragraphs if not p.is_boilerplate)

    return extract, None


# Name on the command line: function that returns the peer's extract(page, url, comments) and about(page, url); None if it has none.
EXTRACTORS = {"lexbor": lexbor, "trafilatura": trafilatura, "resiliparse": resiliparse, "rs-trafilatura": rs_trafilatura,
              "turbohtml": turbohtml, "magic-html": magic_html, "readability-lxml": readability, "jusText": justext,
              "htmldate": htmldate}


def read_page(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read()


def attempt(run, *arguments):
    """(result, None) or (None, error message). Any exception of a peer counts as its failure on this page only."""
    try:
        return run(*arguments), None
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"[:200]


def record(extract, about, job):
    """The record of one page."""
    found = {"input": job["path"]}
    page, error = attempt(read_page, job["path"])
    if error:
        return {**found, "error": error}
    if extract:
        text, error = attempt(extract, page, job["url"], job["comments"])
        found.update({"error": error} if error else {"text": text or ""})
    if about and job["about"]:
        found["about"], error = attempt(about, page, job["url"])
        if error:
            found["about_error"] = error
    return found


def main():
    logging.disable(logging.CRITICAL)
    extract, about = EXTRACTORS[sys.argv[1]]()
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if extract:
        extract(WARM_UP, None, True)
    for line in sys.stdin:
        signal.alarm(seconds)
        found = json.dumps(record(extract, about, json.loads(line)), ensure_ascii=False)
        sys.stdout.buffer.write(found.encode("utf-8", "replace") + b"\n")
        if seconds:
            sys.stdout.buffer.flush()
    signal.alarm(0)


if __name__ == "__main__":
    main()
