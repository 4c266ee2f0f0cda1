#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the writers and of whole pages.

    test/cases.py [--program PATH] [--update] [cases] [regress] [roundtrip]

cases      test/cases/NAME/page.html against article.md and record.json, with all blocks kept, so that they hold for any model; and
           against must.json: text that must or must not be in the article, and fields of the record, in the balanced view
regress    test/regress.txt: HTML and the Markdown that must result, with all blocks kept; a name may end with another format
roundtrip  Markdown, read by an independent CommonMark parser, has the words of the kept blocks.  Plain text has these words and
           only list markers between them.  HTML is safe, and makala reads the same words from it.  JSON has the same texts as the
           other writers.  Tested on generated hostile pages and, if it exists, on ../shared/wcxb-dev/html

must.json is written by hand from the page.  "record" has fields and their values; "keep" and "drop" are pieces of text that are and
are not in the article; "comments" are pieces that are only in the comments; "captions" are pairs of caption and credit of pictures
in the article.  "not_yet" has claims of the same kinds that are right but do not hold yet: they are counted and never fail.

--update rewrites the expectations of cases and regress from the present output; review the changes before you keep them.  In
must.json it moves claims that now hold out of "not_yet", and never the other way.  PATH is the program test/write.c, by default
build/test/write.  Exits with 0 if all tests pass.
"""
import argparse
import functools
import gzip
import html
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from where import where  # noqa: E402

try:
    import cmarkgfm
except ImportError:
    cmarkgfm = None

TEST = pathlib.Path(__file__).resolve().parent
PAGES = TEST.parent.parent / "shared" / "wcxb-dev" / "html"
BALANCED, EVERYTHING = 0, 3
SHOWN = 5  # failures printed in full
PAGE_TYPES = {"article", "forum", "product", "collection", "listing", "documentation", "service"}
SCRIPTS_LEAST = 10  # scripts that all cases together must cover
PIECE_KINDS = ("keep", "drop", "comments", "captions")


class Writer:
    """The program test/write.c as one running process."""

    def __init__(self, program):
        self.process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, form, page, view=EVERYTHING, url="-"):
        data = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
        self.process.stdin.write(b"%s %d %d %s\n" % (form.encode(), view, len(data), url.encode()) + data)
        self.process.stdin.flush()
        size = self.process.stdout.readline()
        if not size:
            sys.exit("cases.py: the program under test ended while writing %s of a page that begins with %r" % (form, data[:200]))
        return self.process.stdout.read(int(size)).decode("utf-8")


class Tally:
    """Counts passed and failed checks of one kind and prints the first failures."""

    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0

    def check(self, good, title, detail):
        if good:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= SHOWN:
            print("FAILED %s: %s: %s\n%s" % (where(), self.name, title, detail))

    def done(self, least=0):
        print("%s: %d passed, %d failed" % (self.name, self.passed, self.failed))
        if self.passed + self.failed < least:
            print("%s: expected %d or more" % (self.name, least))
            return False
        return self.failed == 0


def difference(expected, got):
    """The first difference of two strings, with some context."""
    at = 0
    while at < min(len(expected), len(got)) and expected[at] == got[at]:
        at += 1
    begin = max(0, at - 60)
    return "  expected …%r\n  got      …%r" % (expected[begin:at + 100], got[begin:at + 100])


# ---- Cases and regressions --------------------------------------------------------------------------------------------------


def squeeze(text):
    return " ".join((text or "").split())


def claims(must):
    """The claims of a must.json, or of its "not_yet", as pairs (kind, value)."""
    return list(must.get("record", {}).items()) + [(kind, piece) for kind in PIECE_KINDS for piece in must.get(kind, [])]


def holds(kind, value, record):
    """Whether a claim holds for a record of the balanced view."""
    text, comments = squeeze(record["text"]), squeeze(record["comments"])
    if kind == "keep":
        return value in text
    if kind == "drop":
        return value not in text and value not in comments
    if kind == "comments":
        return value in comments and value not in text
    if kind == "captions":
        return value in [[picture["caption"], picture["credit"]] for picture in record["images"]]
    got = record.get(kind)
    return kind in record and (squeeze(got) == value if isinstance(got, str) else got == value)


def raise_claims(must, record):
    """Moves the claims that hold now out of "not_yet"."""
    later = must.pop("not_yet", {})
    for kind, value in claims(later):
        place = must if holds(kind, value, record) else must.setdefault("not_yet", {})
        if kind in PIECE_KINDS:
            place.setdefault(kind, []).append(value)
        else:
            place.setdefault("record", {})[kind] = value


def script_of(must):
    """The script of most letters in "keep": the first word of their Unicode names."""
    letters = [unicodedata.name(c).split()[0] for c in "".join(must.get("keep", [])) if c.isalpha()]
    return max(sorted(set(letters)), key=letters.count, default="")


@functools.cache
def detects_languages():
    """Whether makala was built with language detection."""
    makala = TEST.parent / os.environ.get("BUILD", "build") / "makala"
    return b"languages=none" not in subprocess.run([makala, "--version"], capture_output=True, check=True).stdout


def without_detected(text):
    """The record that a build without language detection must write instead."""
    record = json.loads(text)
    record["language_detected"] = record["language_score"] = None
    if record["provenance"]["language"] == "detected":
        record["language"] = record["provenance"]["language"] = None
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def check_must(writer, tally, folder, page, url, update):
    """Checks must.json; returns (page type, script, number of "not_yet" claims, messages for those that do not hold)."""
    path = folder / "must.json"
    must = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    record = json.loads(writer("record", page, BALANCED, url))
    everything = squeeze(writer("text", page, EVERYTHING, url))
    if update and must:
        raise_claims(must, record)
        path.write_text(json.dumps(must, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    later = must.get("not_yet", {})
    for kind, value in claims(must):
        if kind == "language" and not record["language_declared"] and not detects_languages():
            continue
        tally.check(holds(kind, value, record), "%s/must.json, %s" % (folder.name, kind),
                    "  %r%s" % (value, "" if kind in PIECE_KINDS else "\n  got %r" % (record.get(kind),)))
    for kind, value in claims(must) + claims(later):  # a "drop" with a typing error would always hold
        if kind in PIECE_KINDS:
            pieces = [value] if isinstance(value, str) else filter(None, value)
            good = all(piece and piece in everything for piece in pieces)
            tally.check(good, "%s/must.json, %s" % (folder.name, kind), "  %r is not on the page" % (value,))
    tally.check(must.get("keep") and must.get("drop"), "%s/must.json" % folder.name, "  \"keep\" or \"drop\" is empty")
    open_claims = ["%s: %s %r" % (folder.name, kind, value) for kind, value in claims(later) if not holds(kind, value, record)]
    return {**later.get("record", {}), **must.get("record", {})}.get("page_type"), script_of(must), len(claims(later)), open_claims


def run_cases(writer, update):
    tally = Tally("cases")
    types, scripts, n_later, later = set(), set(), 0, []
    for folder in sorted(path.parent for path in (TEST / "cases").glob("*/page.html")):
        page = (folder / "page.html").read_bytes()
        url = (folder / "url").read_text().strip() if (folder / "url").exists() else "-"
        record = json.loads(writer("record", page, EVERYTHING, url))
        left_out = ("markdown", "html", "page_type", "confidence")  # the last two depend on the model
        shown = {key: record[key] for key in record if key not in left_out}
        for block in shown["blocks"]:
            del block["score"]  # so does the score
        got = {"article.md": writer("images", page, EVERYTHING, url),
               "record.json": json.dumps(shown, ensure_ascii=False, indent=1) + "\n"}
        for name, text in got.items():
            path = folder / name
            if update:
                path.write_text(text, encoding="utf-8")
            expected = path.read_text(encoding="utf-8") if path.exists() else ""
            if name == "record.json" and not detects_languages():
                expected = without_detected(expected)
            tally.check(text == expected, "%s/%s" % (folder.name, name), difference(expected, text))
        page_type, script, n, missing = check_must(writer, tally, folder, page, url, update)
        types.add(page_type)
        scripts.add(script)
        n_later += n
        later += missing
    tally.check(types == PAGE_TYPES, "types of pages", "  %s" % sorted(map(str, types ^ PAGE_TYPES)))
    tally.check(len(scripts - {""}) >= SCRIPTS_LEAST, "scripts", "  %s" % sorted(scripts))
    for line in later:
        print("not yet: " + line)
    print("%d page types, %d scripts; of %d claims in \"not_yet\", %d hold now (--update moves them)" %
          (len(types), len(scripts), n_later, n_later - len(later)))
    return tally.done(least=2)


def read_regress():
    """(comment lines at the top of regress.txt, its entries as (name, HTML, expected output))."""
    lines = (TEST / "regress.txt").read_text(encoding="utf-8").split("\n")
    head = []
    while lines and (lines[0].startswith("#") or not lines[0]):
        head.append(lines.pop(0))
    entries = []
    while any(lines):
        name = lines.pop(0)
        if not name:
            continue
        parts = []
        for _ in range(2):
            end = lines.index(".")
            parts.append("\n".join(lines[:end]))
            del lines[:end + 1]
        entries.append((name, parts[0], parts[1]))
    return head, entries


def run_regress(writer, update):
    tally = Tally("regress")
    head, entries = read_regress()
    after = []
    for name, page, expected in entries:
        got = writer((name.split() + ["markdown"])[1], page).rstrip("\n")
        after.append((name, page, got))
        tally.check(update or got == expected, name, difference(expected, got))
    if update:
        text = "\n".join(head) + "".join("\n%s\n%s\n.\n%s\n.\n" % entry for entry in after)
        (TEST / "regress.txt").write_text(text, encoding="utf-8")
    tally.check(len({entry[0] for entry in entries}) == len(entries), "names", "two entries have the same name")
    return tally.done(least=60)


# ---- Round trips ------------------------------------------------------------------------------------------------------------

INLINE = re.compile(r"</?(?:strong|em|del|code|a|input)(?: [^>]*)?/?>")
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.S)
MARKER = re.compile(r"-|\d+\.")
UNSAFE = re.compile(r"<(?!/?(?:article|p|h[1-6]|ul|ol|li|blockquote|pre|code|table|tr|t[hd]|figure|img|a|strong|em|br)[ >])"
                    r"|<[^>]*?[\s\"'/]on\w+\s*=|(?:href|src)=\"\s*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", re.I)


def words_of_html(text):
    return html.unescape(TAG.sub(" ", INLINE.sub("", text))).split()


def words_of_markdown(text):
    return words_of_html(cmarkgfm.github_flavored_markdown_to_html(text))


def markers_only(kept, written):
    """Whether `written` is the words of `kept` with nothing but list markers between them."""
    at = 0
    for word in written:
        if at < len(kept) and word == kept[at]:
            at += 1
        elif not MARKER.fullmatch(word):
            return False
    return at == len(kept)


def check_page(writer, tallies, title, page, view):
    kept = writer("kept", page, view).replace("\0", " ").split()
    text = writer("text", page, view)
    markdown = writer("markdown", page, view)
    for form in ("markdown", "plain", "images"):
        read = words_of_markdown(markdown if form == "markdown" else writer(form, page, view))
        tallies[0].check(read == kept, "%s, %s" % (title, form), difference(" ".join(kept), " ".join(read)))
    tallies[1].check(markers_only(kept, text.split()) and (not text or text[-1] == "\n" != text[-2:-1]), title,
                     difference(" ".join(kept), " ".join(text.split())))
    clean = writer("html", page, view)
    pictures = writer("pictures", page, view)
    unsafe = UNSAFE.search(pictures)
    again = writer("kept", pictures if len(kept) % 2 else clean).replace("\0", " ").split()
    tallies[2].check(again == kept and not unsafe, title,
                     repr(unsafe.group()) if unsafe else difference(" ".join(kept), " ".join(again)))
    record = json.loads(writer("record", page, view))
    words = " ".join(block["text"] for block in record["blocks"] if block["keep"]).split()
    tallies[3].check(record["text"] == text == json.loads(writer("json", page, view))["text"] and record["markdown"] == markdown and
                     record["html"] == clean and words == kept, title, difference(text, record["text"]))


PIECES = ("word", "two words", "*", "**", "_", "__", "`", "```", "~", "~~~", "#", "##", "-", "---", "+", "=", "===", "1.", "12)", "&gt;", "|", "|-|",
          "\\", "\\\\", "&lt;b&gt;", "&lt;!--", "&amp;amp;", "&amp;#65;", "[", "]", "](", "![", "(", ")", "[a](b)", "!", ":", "[x]: y", "http://a.b/c_d_e",
          "www.a.b", "a@b.c", "é", "漢字", "。", "「", "」", "ሰላም።", "كلمة", "«", "»", "€", "\u00a0", "\u3000", "🎉", "\u200b", "\t", "\n", "    ", ".", ",", "a_b", "2*3",
          "{", "$", "^", "@", "\x01", "\x1f", "&#127;", "&#x85;", "&#0;", "\f", "\ufeff", "\u00ad", "\u2028", "\u0301", "<br>", "<br>", "<wbr>", "<img src=x.png alt='a ] * `'>", "--", "=-", "* *", "_ _", "- -")
SPANS = ("b", "strong", "i", "em", "code", "kbd", "s", "del", "a href='/x_(y)*`&amp;lt;?a=1&amp;copy=2|'", "a href='javascript:x'", "a href=''", "span", "u",
         "a href='http://x/ a\"onload=\"b'", "sup")
BOXES = ("p", "p", "p", "div", "li", "ul", "ol", "ol start=7", "ol reversed", "blockquote", "h1", "h3", "pre", "pre class=language-c", "td", "tr", "table", "th",
         "dl", "dt", "dd", "figure", "figcaption", "caption", "table role=presentation", "td colspan=3", "td rowspan=2", "td colspan=9007199254740991",
         "li value=99999999999", "li value=-4", "details", "summary", "section", "script", "style", "noscript", "button", "hr")


def hostile(rng):
    """A page of random markup, in which tags may be unclosed or wrongly nested."""
    out, stack = [], []
    for _ in range(rng.randrange(1, 60)):
        kind = rng.random()
        if kind < 0.5:
            out.append(rng.choice(PIECES))
            if rng.random() < 0.4:
                out.append(" ")
        elif kind < 0.68:
            stack.append(rng.choice(SPANS))
            out.append("<%s>" % stack[-1])
        elif kind < 0.84:
            stack.append(rng.choice(BOXES))
            out.append("<%s>" % stack[-1])
        elif stack:
            out.append("</%s>" % stack.pop(rng.choice((-1, -1, -1, rng.randrange(len(stack))))).split()[0])
    return "".join(out)


def styled(rng):
    """Properly nested paragraphs, lists and tables with much inline markup next to punctuation, spaces and several scripts."""
    def inline(depth):
        parts = []
        for _ in range(rng.randrange(1, 5)):
            if depth and rng.random() < 0.5:
                tag = rng.choice(("b", "i", "code", "s", "a href=/u", "b", "i"))
                parts.append("<%s>%s</%s>" % (tag, inline(depth - 1), tag.split()[0]))
            else:
                parts.append(rng.choice(PIECES))
            if rng.random() < 0.3:
                parts.append(" ")
        return "".join(parts)
    cells = "".join("<tr>" + "".join("<td>%s</td>" % inline(2) for _ in range(3)) for _ in range(3))
    return rng.choice(("<p>%s</p><ul><li>%s<li>%s</ul>" % (inline(3), inline(2), inline(2)), "<h2>%s</h2><p>%s" % (inline(2), inline(4)),
                       "<table><tr><th>a<th>b<th>c" + cells + "</table>", "<ol><li>%s<blockquote>%s</blockquote>" % (inline(2), inline(3))))


def run_roundtrip(writer, n_generated, every):
    if not cmarkgfm and os.environ.get("CI") != "true":
        print("skipped: round trips, because a package of test/requirements.txt is missing")
        print("roundtrip: 0 passed, 0 failed, 1 skipped")
        return True
    if not cmarkgfm:
        print("roundtrip: a Python package in test/requirements.txt is missing")
        return False
    rng = random.Random(20261124)
    tallies = [Tally("roundtrip-" + name) for name in ("markdown", "text", "html", "json")]
    for i in range(n_generated):
        check_page(writer, tallies, "generated page %d" % i, hostile(rng) if i % 2 else styled(rng), EVERYTHING if i % 8 else BALANCED)
    good = all([tally.done(least=n_generated) for tally in tallies])
    if not every:
        return good
    pages = sorted(PAGES.glob("*.html.gz"))[::every]
    if not pages:
        print("skipped: real pages, because ../shared/wcxb-dev/html is not there\npages: 0 passed, 0 failed, 1 skipped")
        return good and os.environ.get("CI") != "true"
    tallies = [Tally("pages-" + name) for name in ("markdown", "text", "html", "json")]
    for path in pages:
        page = gzip.decompress(path.read_bytes())
        for view in (EVERYTHING, BALANCED):
            check_page(writer, tallies, "%s, view %d" % (path.name, view), page, view)
    return all([tally.done(least=2 * len(pages)) for tally in tallies]) and good


def main():
    parser = argparse.ArgumentParser(description="Tests of the writers and of whole pages.")
    parser.add_argument("parts", nargs="*", metavar="cases|regress|roundtrip")
    parser.add_argument("--program", default=str(TEST.parent / os.environ.get("BUILD", "build") / "test" / "write"), help="the program test/write.c")
    parser.add_argument("--update", action="store_true", help="rewrite the expectations")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th real page in round trips; 0 for none")
    parser.add_argument("--generated", type=int, default=4000, help="number of generated pages")
    given = parser.parse_args()
    parts = given.parts or ["cases", "regress", "roundtrip"]
    if not set(parts) <= {"cases", "regress", "roundtrip"}:
        parser.error("parts are cases, regress and roundtrip")
    if not os.access(given.program, os.X_OK):
        sys.exit("cases.py: %s: not built; --program names another one" % given.program)
    writer = Writer(given.program)
    run = {"cases": lambda: run_cases(writer, given.update), "regress": lambda: run_regress(writer, given.update),
           "roundtrip": lambda: run_roundtrip(writer, given.generated, given.every)}
    sys.exit(0 if all([run[part]() for part in parts]) else 1)


if __name__ == "__main__":
    main()
