#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check - the trainer on made-up pages: does the path from labelled pages to a library with the trained model hold?

	make train-check

Makes some pages of each of the three shapes that bench/shapes.py reads: paragraphs, which are the gold text, among menus and
teasers, and comments, which are gold on forum pages only. One is empty, and some use words that no other does. Trains a small
model on them, twice, and checks that both tables are the same, that the table compiles into a library, that this library's scores
are those that the trainer computed, and that the model has learnt what is easy to learn. The nets for plain_texts are trained on some of
the pages too.
"""

import gzip
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

import label

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "build" / "train-check"
SITES = 25  # of each shape
SYLLABLES = "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no sa se si so ta te ti to wa we wi".split()
TRAINED = ["--jobs", "2", "--teacher", "trees:1,net:1,late:1", "--set", "trees=100", "--set", "least_rows=20"]


class Words(random.Random):
    """Random numbers, and the syllables to make words of."""

    syllables = SYLLABLES


def word(r):
    return "".join(r.choice(r.syllables) for _ in range(r.randint(1, 4)))


def sentence(r, least, most):
    words = [word(r) for _ in range(r.randint(least, most))]
    return " ".join([words[0].capitalize(), *words[1:]]) + "."


def make_page(r, kind="article"):
    """(html, gold text)."""
    title = sentence(r, 3, 7)
    body = [" ".join(sentence(r, 6, 20) for _ in range(r.randint(2, 5))) for _ in range(r.randint(3, 9))]
    menu = "".join(f'<li><a href="/{word(r)}">{word(r).capitalize()}</a>' for _ in range(r.randint(4, 12)))
    more = "".join(f'<div class="card"><a href="/{word(r)}">{sentence(r, 3, 8)}</a></div>' for _ in range(r.randint(2, 8)))
    said = [sentence(r, 4, 15) for _ in range(r.randint(8, 20) if kind == "forum" else r.randint(0, 4))]
    outside = ("<main>", "</main>") if r.random() < 0.5 else ('<div class="content">', "</div>")
    html = (f"<!DOCTYPE html><title>{title}</title><nav><ul>{menu}</ul></nav>{outside[0]}<h1>{title}</h1>"
            + "".join(f"<p>{text}</p>" for text in body) + f"{outside[1]}<aside><h2>{word(r)}</h2>{more}</aside>"
            + "".join(f'<div class="comment">{text}</div>' for text in said)
            + f"<footer><p>© 2024 {word(r)} {word(r)}</p></footer>")
    return html, "\n\n".join(body + (said if kind == "forum" else []))


def write_page(path, html):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(html.encode(), mtime=0))


def make_pages():
    """The three folders."""
    r = Words(1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    kinds = ["article", "forum", "product", "collection", "listing", "documentation", "service"]
    about, articles = {}, {}
    for i in range(SITES):
        r.syllables = [chr(0x3b1 + 24 * i % 900 + k) for k in range(20)] if i % 5 == 4 else SYLLABLES
        key, site, kind = f"{i:04}", f"site{i}", kinds[i % len(kinds)]
        html, gold = make_page(r, kind) if i else ("", "")
        write_page(FOLDER / "wcxb" / "html" / f"{key}.html.gz", html)
        about[key] = {"domain": f"{site}.example", "page_type": kind}
        truth = {"url": f"https://{site}.example/", "ground_truth": {"main_content": gold},
                 "_internal": {"page_type": {"primary": kind}}}
        path = FOLDER / "wcxb" / "ground-truth" / f"{key}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(truth))
        html, gold = make_page(r)
        write_page(FOLDER / "articles" / "html" / f"a{key}.html.gz", html)
        articles[f"a{key}"] = {"articleBody": gold, "site": f"http://daily{i}.example", "url": f"http://daily{i}.example/{key}"}
        html, gold = make_page(r)
        write_page(FOLDER / "news" / "xx" / f"Paper{i}_2024_01_01.html.gz", html)
        record = {"body": {"summary": [], "sections": [{"headline": [], "paragraphs": gold.split("\n\n")}]}}
        (FOLDER / "news" / "xx" / f"Paper{i}.json").write_text(json.dumps({"V1": record}))
    (FOLDER / "wcxb" / "metadata.json").write_text(json.dumps({"files": about}))
    (FOLDER / "articles" / "articles.json").write_text(json.dumps(articles))


def train(out):
    folders = ",".join(str(FOLDER / name) for name in ("wcxb", "articles", "news"))
    command = [sys.executable, str(HERE / "train.py"), *TRAINED, "--work", str(FOLDER / "work"), "--out", str(out), folders]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout)
        sys.exit("train-check: the trainer failed")
    return json.loads((FOLDER / "work" / "report.json").read_text())


def check_labels():
    """The alignment, on texts where it is plain what it must find."""
    cases = (
        ("in order", ["Home News", "one two three", "Share this", "four five six"], "one two three four five six", [0, 1, 0, 1]),
        ("sections that changed places", ["four five six seven", "one two three eight"],
         "one two three eight four five six seven", [1, 1]),
        ("a word in the menu too", ["news", "the news of today is old", "news"], "the news of today is old", [0, 1, 0]),
        ("half of a block", ["one two three four", "five"], "one two", [0.5, 0]),
        ("characters", ["首页", "今日は天気がいい", "メニュー"], "今日は天気がいい", [0, 1, 0]),
        ("nothing", ["one two"], "", [0]),
        ("no blocks", [], "one two", []),
    )
    for name, texts, gold, labels in cases:
        found, sizes = label.label_blocks(texts, gold)
        if found != labels or sizes != [len(label.tokens(t)) for t in texts]:
            sys.exit(f"train-check: {name}: labels are {found}, not {labels}")


def check_plain_texts():
    """Trains the nets for plain_texts of some of the pages; returns what plain_text.py reports."""
    folders = ",".join(str(FOLDER / name) for name in ("wcxb", "articles", "news"))
    command = [sys.executable, str(HERE / "plain_text.py"), "--limit", "10", "--work", str(FOLDER / "work"), "--out", str(FOLDER / "plain_text.h"), folders]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout)
        sys.exit("train-check: the trainer of plain_texts failed")
    report = json.loads((FOLDER / "work" / "plain_texts.json").read_text())
    if not report["WCXB all"] > 0.6:
        sys.exit(f"train-check: F1 {report['WCXB all']:.3f} out of fold on plain_texts of made-up pages")
    if not report["library is off by"] < 1e-4:
        sys.exit(f"train-check: scores of plain_texts are off by up to {report['library is off by']}")
    return report


def main():
    check_labels()
    os.environ["CFLAGS"] = "-O1"  # several libraries are made
    make_pages()
    report = train(FOLDER / "model.h")
    again = FOLDER / "again.h"
    for path in [*(FOLDER / "work").glob("*.np?"), *(FOLDER / "work").glob("*.pickle")]:  # caches
        path.unlink()
    train(again)
    if again.read_bytes() != (FOLDER / "model.h").read_bytes():
        sys.exit("train-check: the same pages gave another table")
    for name in ("WCXB", "articles", "news"):
        f1 = report["shipped"][name]["f1"]
        if not 0.9 < f1 <= 1:
            sys.exit(f"train-check: F1 {f1:.3f} out of fold on {name}, where nearly 1 is easy")
    if not report["library"]["score"] < 1e-5:
        sys.exit(f"train-check: scores of the library are off by up to {report['library']['score']}")
    if not report["library"]["confidence"] < 6e-4 or report["library"]["type"]:  # records hold thousandths
        sys.exit(f"train-check: confidences of the library are off by up to {report['library']['confidence']}, "
                 f"{report['library']['type']} page types differ")
    plain_texts = check_plain_texts()
    print("the trainer works: " + ", ".join(f"{name} {report['shipped'][name]['f1']:.3f}" for name in ("WCXB", "articles", "news"))
          + f", the library's scores within {report['library']['score']:.1e} of the trainer's; "
          f"plain_texts {plain_texts['WCXB all']:.3f}, within {plain_texts['library is off by']:.1e}")


main()
