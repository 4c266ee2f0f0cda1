#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check - tests the trainer on generated pages, from labelled pages to a library with the trained model.

	make train-check

Generates pages in each of the three shapes that bench/shapes.py reads. They have paragraphs, which are the gold text, among menus
and teasers, and comments, which are gold on forum pages only. One page is empty, and some use letters that no other page does. A
small model is trained on them twice. The checks: both tables are the same; the table compiles into a library; the library's scores
are those that the trainer computed; the F1 is close to 1, because these pages are easy. The nets for plain text are trained on some
of the pages too.
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
SITES = 25  # pages in each shape, each from a site of its own
SYLLABLES = "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no sa se si so ta te ti to wa we wi".split()
TRAINED = ["--jobs", "2", "--teacher", "trees:1,net:1,late:1", "--set", "trees=100", "--set", "least_rows=20"]


class Words(random.Random):
    """A random generator, with the syllables that words are made of."""

    syllables = SYLLABLES


def word(r):
    return "".join(r.choice(r.syllables) for _ in range(r.randint(1, 4)))


def sentence(r, least, most):
    words = [word(r) for _ in range(r.randint(least, most))]
    return " ".join([words[0].capitalize(), *words[1:]]) + "."


def make_page(r, kind="article"):
    """A page: (HTML, gold text)."""
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
    """Writes the three folders of labelled pages: WCXB, articles and news."""
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
    """Trains a model, writes its table to out and returns the report."""
    folders = ",".join(str(FOLDER / name) for name in ("wcxb", "articles", "news"))
    command = [sys.executable, str(HERE / "train.py"), *TRAINED, "--work", str(FOLDER / "work"), "--out", str(out), folders]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout)
        sys.exit("train-check: the trainer failed")
    return json.loads((FOLDER / "work" / "report.json").read_text())


def check_labels():
    """Checks the alignment on texts where the right result is obvious."""
    cases = (
        ("in order", ["Home News", "one two three", "Share this", "four five six"], "one two three four five six", [0, 1, 0, 1]),
        ("sections in another order", ["four five six seven", "one two three eight"],
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
    """Trains the nets for plain text on some of the pages and returns the report of plain_text.py."""
    folders = ",".join(str(FOLDER / name) for name in ("wcxb", "articles", "news"))
    command = [sys.executable, str(HERE / "plain_text.py"), "--limit", "10", "--work", str(FOLDER / "work"),
               "--out", str(FOLDER / "plain_text.h"), folders]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout)
        sys.exit("train-check: the trainer for plain text failed")
    report = json.loads((FOLDER / "work" / "plain_texts.json").read_text())
    if not report["WCXB all"] > 0.6:
        sys.exit(f"train-check: F1 {report['WCXB all']:.3f} out of fold on plain text of the generated pages")
    if not report["library is off by"] < 1e-4:
        sys.exit(f"train-check: scores of plain text differ by up to {report['library is off by']}")
    return report


def main():
    check_labels()
    os.environ["CFLAGS"] = "-O1"  # several libraries are built
    make_pages()
    report = train(FOLDER / "model.h")
    again = FOLDER / "again.h"
    for path in [*(FOLDER / "work").glob("*.np?"), *(FOLDER / "work").glob("*.pickle")]:  # caches
        path.unlink()
    train(again)
    if again.read_bytes() != (FOLDER / "model.h").read_bytes():
        sys.exit("train-check: a second run on the same pages wrote another table")
    for name in ("WCXB", "articles", "news"):
        f1 = report["shipped"][name]["f1"]
        if not 0.9 < f1 <= 1:
            sys.exit(f"train-check: F1 {f1:.3f} out of fold on {name}, where nearly 1 is expected")
    if not report["library"]["score"] < 1e-5:
        sys.exit(f"train-check: scores of the library differ by up to {report['library']['score']}")
    if not report["library"]["confidence"] < 6e-4 or report["library"]["type"]:  # records round to thousandths
        sys.exit(f"train-check: confidences of the library differ by up to {report['library']['confidence']}, "
                 f"{report['library']['type']} page types differ")
    plain_texts = check_plain_texts()
    print("the trainer works: " + ", ".join(f"{name} {report['shipped'][name]['f1']:.3f}" for name in ("WCXB", "articles", "news"))
          + f", the library's scores within {report['library']['score']:.1e} of the trainer's; "
          f"plain text {plain_texts['WCXB all']:.3f}, within {plain_texts['library is off by']:.1e}")


main()
