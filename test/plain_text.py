#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of plain-text input: text or HTML, which lines form a block, and the article found in the blocks.

    test/plain_text.py [--program PATH]

seed       the plain texts in ../shared/seed/*.txt: all of their metadata, captions and paragraphs.  The same texts with all words,
           except in the line with the date, written in Ethiopic, Thai or German letters: the result must not depend on the language
generated  plain texts with the structure of the seed, with words of random syllables
language   declared and detected languages, and which of them is reported; skipped if makala was built without CLD2

PATH is the command, build/makala by default.
"""

import argparse
import glob
import json
import os
import pathlib
import random
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from where import where  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = glob.glob(str(ROOT.parent / "shared" / "seed" / "*.txt"))
passed = failed = skipped = 0


def check(good, what, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {where()}: {what}{': ' if detail else ''}{str(detail)[:600]}")


def read(text, *options):
    """The record that makala writes for a text or page on its standard input."""
    data = text.encode() if isinstance(text, str) else text
    run = subprocess.run([program, "-t", "json", "--images", "--blocks", *options, "-"], input=data, capture_output=True, check=False)
    if run.returncode:
        sys.exit(f"plain_text.py: makala ended with {run.returncode}: {run.stderr.decode()}")
    record = json.loads(run.stdout)
    record["stderr"] = run.stderr.decode()
    return record


def blocks(text, *options):
    return [b["text"] for b in read(text, "--input-type", "text", *options)["blocks"]]


# ---- HTML or text ----


def is_text(record):
    """Whether a record is that of plain text: no page type, and either list items or tags kept as text."""
    return record["page_type"] is None and any("<" in b["text"] or b["kind"] == "item" for b in record["blocks"])


def test_sniffing():
    text = "1. one\n2. two\n\nWhat <em> means\n" + "A line about it.\n" * 20
    check(is_text(read(text)), "text with one tag is text")
    check(not is_text(read(text, "--input-type", "html")), "--input-type html")
    page = "<ul><li>one</ul><p>What it means."
    check(not is_text(read(page)), "HTML is HTML")
    check(read(page, "--input-type", "text")["blocks"][0]["text"] == page, "--input-type text")
    for html in ("  \n<!-- x -->\none\n", "a warning\n<!DOCTYPE html><p>one", "a\n<HTML>one", "\ufeff<p>one", "one <b>two</b> three", "<?xml?>one",
                 "one<br>\ntwo<br>\nthree"):
        check("<" not in read(html)["blocks"][-1]["text"], "is HTML", html)
    for text in ("a < b and b <c", "1 <2", "<3 you all", "mail <me@example.org>", "<\n", "plain words"):
        check(read(text)["blocks"][0]["text"] == text.strip(), "is text", text)
    check("markup" not in read("plain words and more")["stderr"], "text needs no markup")
    check("not_html" in read("plain words", "--input-type", "html")["warnings"], "plain words as HTML give a warning")
    check(read("Grüße aus Köln".encode("latin-1"))["blocks"][0]["text"] == "Grüße aus Köln", "text in an old encoding")


# ---- Lines ----


def fill(words, width, indent=""):
    """The words in lines of at most width columns, broken as by a text browser."""
    lines, line = [], indent
    for word in words:
        if line.strip() and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = indent
        line += ("" if line == indent else " ") + word
    return "\n".join([*lines, line])


def test_lines():
    r = random.Random(5)
    paragraphs = [make_sentence(r, 30) + " " + make_sentence(r, 40) for _ in range(6)]
    for width in (60, 72, 80, 120):
        for indent in ("", "   "):
            text = "\n\n".join(fill(p.split(), width, indent) for p in paragraphs)
            check(blocks(text) == paragraphs, f"paragraphs broken at {width} columns, indented {len(indent)}", blocks(text)[:2])
            text = "\n".join(["Home", "About us", "Contact", "", text, "", "Home", "Imprint and data"])
            check(blocks(text) == ["Home", "About us", "Contact", *paragraphs, "Home", "Imprint and data"], f"menus around, {width}")
    items = [make_sentence(r, 25) for _ in range(5)]
    text = "\n".join("   * " + fill(i.split(), 60).replace("\n", "\n     ") for i in items)
    check(blocks(text) == items, "items broken at 65 columns", blocks(text))
    check(blocks("\n".join(paragraphs)) == paragraphs, "one line for each paragraph")
    check(blocks("one\r\ntwo\rthree\n\n \xa0\nfour") == ["one", "two", "three", "four"], "line ends")
    han = "".join(chr(0x4E00 + r.randrange(2000)) for _ in range(400))
    text = "\n".join(han[i : i + 30] for i in range(0, 400, 30))
    check(blocks(text) == [han], "lines of Han are joined without spaces")
    record = read("1. one\n2. two\n\n* three\n• four\n- five\n", "--input-type", "text")
    check([b["kind"] for b in record["blocks"]] == ["item"] * 5, "bullets and numbers start items")
    check(read("7. one two\n8. three\n", "--everything")["text"] == "7. one two\n8. three\n", "numbers of items are kept")


# ---- Generated ----

SYLLABLES = "ba be bi bo do ka ke ki ko la le li lo ma me mi mo ne ni no sa se si so ta te ti to wa we wi".split()


def make_word(r):
    return "".join(r.choice(SYLLABLES) for _ in range(r.randint(1, 4)))


def make_sentence(r, n):
    words = [make_word(r) for _ in range(n)]
    return " ".join([words[0].capitalize(), *words[1:]]) + "."


def make_plain_text(r):
    """(a generated plain text, what must be found in it)."""
    title = make_sentence(r, 8)[:-1]
    paragraphs = [" ".join(make_sentence(r, r.randint(9, 22)) for _ in range(r.randint(2, 4))) for _ in range(7)]
    author = f"{make_word(r)}{make_word(r)}".capitalize() + " " + f"{make_word(r)}{make_word(r)}".capitalize()
    captions = [make_sentence(r, 6)[:-1] for _ in range(2)]
    tail = make_sentence(r, 5)[:-1]
    menu = "1. " + make_sentence(r, 3)[:-1] + "\n  2. " + make_sentence(r, 4)[:-1] + "\n  3. " + make_sentence(r, 3)[:-1]
    body = list(paragraphs)
    body[2] += "\xa0 " + tail
    body.insert(1, f"{captions[0]}\nPicha: Rita Lowe/AP Photo/picture alliance")
    body.insert(5, f"{captions[1]}Picha: Defence Ministry/REUTERS")
    after = make_sentence(r, 7)[:-1] + "\n\n" + make_sentence(r, 4)[:-1]
    text = "\n\n".join([menu, title, f"{author}\n22 Oktoba 2022", *body, "\xa0", after])
    return text, {"title": title, "author": author, "paragraphs": paragraphs, "captions": captions}


def test_made_up():
    for seed in range(20):
        text, want = make_plain_text(random.Random(seed))
        record = read(text)
        check(record["title"] == want["title"], f"title of {seed}", record["title"])
        check(record["authors"] == [want["author"]], f"author of {seed}", record["authors"])
        check(record["date_published"] == "2022-10-22", f"date of {seed}", record["date_published"])
        check(record["text"].strip().split("\n\n") == want["paragraphs"], f"paragraphs of {seed}", record["text"])
        check([i["caption"] for i in record["images"]] == want["captions"], f"captions of {seed}", record["images"])
        check([i["credit"] for i in record["images"]] == ["Rita Lowe/AP Photo/picture alliance", "Defence Ministry/REUTERS"],
              f"credits of {seed}", record["images"])


# ---- The seed ----

SEED_FIRST, SEED_LAST = "Mawaziri wa ulinzi wa Marekani na Urusi Lloyd Austin", "Bali Indonesia."
SCRIPTS = {
    "Ethiopic": [chr(c) for c in range(0x1208, 0x1248) if c % 8 != 7],
    "Thai": [chr(c) for c in range(0x0E01, 0x0E2F)],
    "German": list("abcdefghijklmnopqrstuvwxyzäöüß"),
}


def test_lone_sign():
    """A credit sign with nothing after it does not make a picture."""
    text = (ROOT / "fuzz" / "seeds" / "plain_text" / "lone-credit-sign").read_bytes()
    images = read(text, "--input-type", "text")["images"]
    check(images and all(i["caption"] or i["credit"] for i in images), "no picture without caption and credit", images)


def disguise(text, script):
    """The text with each letter replaced by one of a script, except in lines with a year. Capitals stay capitals if possible."""
    letters = SCRIPTS[script]

    def word(found):
        made = ""
        for i, c in enumerate(found[0]):
            to = letters[(ord(c) * 7 + i * 3) % len(letters)]
            made += to.upper() if c.isupper() and to != "ß" else to
        return made

    return "\n".join(line if re.search(r"\d{4}", line) else re.sub(r"[^\W\d_]+", word, line) for line in text.split("\n"))


def check_structure(text, name, how):
    """Checks title, date and paragraphs of a seed text and returns its record.  how: the name of its letters."""
    lines = text.split("\n")
    title = lines[4]
    first = next(i for i, line in enumerate(lines) if line and i > 7)
    wanted = []
    for line in lines[first:]:
        plain = line.split("\xa0")[0]
        if len(line) > 100:
            wanted.append(plain)
    record = read(text)
    check(record["title"] == title, f"{name}: title in {how}", record["title"])
    check(record["date_published"] == "2022-10-22", f"{name}: date in {how}", record["date_published"])
    check(record["text"].strip().split("\n\n") == wanted, f"{name}: paragraphs in {how}",
          [b["text"][:60] for b in record["blocks"] if b["keep"] != (b["text"] in wanted)])
    return record


def test_seed():
    global skipped
    if not SEEDS:
        skipped += 1
        print("skipped: ../shared/seed is not there")
    for path in SEEDS:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        name = os.path.basename(path)
        record = check_structure(text, name, "its own letters")
        check(record["title"] == "Marekani yarejesha mazungumzo ya ulinzi na Urusi", f"{name}: title", record["title"])
        check(record["authors"] == ["Sylvia Mwehozi"], f"{name}: authors", record["authors"])
        check(record["text"].startswith(SEED_FIRST) and record["text"].rstrip().endswith(SEED_LAST), f"{name}: begin and end")
        check([i["credit"] for i in record["images"]] == ["Kevin Wolf/AP Photo/picture alliance", "Russian Defence Ministry/REUTERS"],
              f"{name}: credits", record["images"])
        check([i["caption"] for i in record["images"]] == ["USA Verteidigungsminister Lloyd Austin",
                                                           "Waziri wa ulinzi wa Urusi Sergei Shoigu"], f"{name}: captions", record["images"])
        links = [b for b in record["blocks"] if b["text"] == "Austin: Ukraine inaweza kuishinda Urusi"]
        check(len(links) == 1 and not links[0]["keep"], f"{name}: cross-reference", links)
        for how in SCRIPTS:
            check_structure(disguise(text, how), name, how)


def test_language():
    global skipped
    article = "The people of the town went to the river in the morning, and all of them came back with what they had found there. "
    if not read(article)["language_detected"]:
        skipped += 1
        print("skipped: languages, because makala was built without CLD2")
        return
    for declared, text, want in (
            ("", article, ("en", None, "en")),
            ("en-GB", article, ("en-GB", "en-GB", "en")),
            ("de", article * 4, ("en", "de", "en")),
            ("de", "Berlin 2022", ("de", "de", None)),
            ("nb", "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter. De er utstyrt med fornuft.", ("nb", "nb", "no")),
            ("", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.", ("he", None, "he")),
            ("", "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው። የተፈጥሮ ማስተዋልና ሕሊና ስላለው", ("am", None, "am")),
            ("", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม", ("th", None, "th"))):
        record = read(f"<html{f' lang={declared}' if declared else ''}><p>{text}")
        check((record["language"], record["language_declared"], record["language_detected"]) == want, f"language of {text[:30]}", record)
    check(read("כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם")["direction"] == "rtl", "plain text has a direction")
    for path in SEEDS:
        check(read(pathlib.Path(path).read_bytes())["language"] == "sw", "language of the seed")


def main():
    global program
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / os.environ.get("BUILD", "build") / "makala"))
    program = parser.parse_args().program
    for test in (test_sniffing, test_lines, test_made_up, test_lone_sign, test_seed, test_language):
        test()
    print(f"plain_text: {passed} passed, {failed} failed{f', {skipped} skipped' if skipped else ''}")
    return failed > 0


sys.exit(main())
