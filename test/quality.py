#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of bench/quality.py: its arithmetic against values worked out by hand, on folders of labelled pages made here.

    test/quality.py

Uses build/makala for one run from end to end.  Exits 0 when everything passed.
"""
import gzip
import itertools
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "train")]
import measure  # noqa: E402
import quality  # noqa: E402
import runs  # noqa: E402
import shapes  # noqa: E402

counts = {"passed": 0, "failed": 0}


def check(what, got, expected):
    """Counts one test; numbers may differ by rounding only."""
    same = got == expected or isinstance(expected, float) and got is not None and math.isclose(got, expected, abs_tol=1e-9)
    counts["passed" if same else "failed"] += 1
    if not same:
        print(f"FAILED: {what}: expected {expected!r}, got {got!r}")


def write_page(path, html, packed=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = html.encode()
    path.write_bytes(gzip.compress(data) if packed else data)


def write_json(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")


# ID: (page, gold, kind, must-have, must-not-have).
TRUTH = {
    "0001": ("<p>x", "The cat sat. The cat ran!", "article", ["cat sat", "the dog"], ["sat the"]),
    "0002": ("<script>1</script>", "Some words that are not there", "forum", [], []),
    "0003": ("<title></title>", "", "forum", [], []),
    "0004": ("", None, "product", ["..."], ["Subscribe now"]),
}


def make_wcxb(folder):
    for key, (html, gold, kind, must, must_not) in TRUTH.items():
        write_page(folder / "html" / f"{key}.html.gz", html)
        truth = {"main_content": gold, "with": must, "without": must_not}
        write_json(folder / "ground-truth" / f"{key}.json",
                   {"url": f"https://example.org/{key}", "_internal": {"page_type": {"primary": kind}}, "ground_truth": truth})
    write_json(folder / "ground-truth" / "0009.json", {"ground_truth": {"main_content": "a record without its page"}})
    write_json(folder / "metadata.json", {"files": {"0001": {"page_type": "listing", "domain": "example.org"}}})


def test_words():
    check("words", measure.words("It's 3 Äpfel_x,\nÉT!"), ["it", "s", "3", "äpfel_x", "ét"])
    check("Han is one word", measure.words("東京tower 한국어"), ["東京tower", "한국어"])
    check("Han by character", measure.words("東京tower カナ々 한국어", True), ["東", "京", "tower", "カ", "ナ", "々", "한국어"])


def test_score():
    gold = "a a b c".split()
    check("same", measure.score(gold, gold), (1.0, 1.0, 1.0, 4))
    # got a a a d: two of three a count. P = 2/4, R = 2/4, F1 = 1/2.
    check("repeated words count as often as gold has them", measure.score("a a a d".split(), gold), (0.5, 0.5, 0.5, 2))
    # got b: P = 1/1, R = 1/4, F1 = 2 * 1 / (1 + 4).
    check("under", measure.score(["b"], gold), (0.4, 1.0, 0.25, 1))
    check("both empty", measure.score([], []), (1.0, 1.0, 1.0, 0))
    check("nothing got", measure.score([], gold), (0.0, 0.0, 0.0, 0))
    check("gold is empty", measure.score(gold, []), (0.0, 0.0, 0.0, 0))
    check("nothing in common", measure.score(["x"], ["y"]).f1, 0.0)


def test_mean():
    middle, error = measure.mean([1.0, 0.0, 0.5])
    check("mean", middle, 0.5)
    check("standard error", error, 0.5 / math.sqrt(3))  # variance (0.25 + 0.25 + 0) / 2 = 0.25
    check("mean of nothing", measure.mean([]), (None, None))


def test_snippets():
    text = measure.joined(measure.words("The cat, sat down."))
    check("snippet over punctuation", measure.has_snippet(["cat", "sat"], text), True)
    check("snippet in another order", measure.has_snippet(["sat", "cat"], text), False)
    check("part of a word is no snippet", measure.has_snippet(["at"], text), False)


def test_judge(pages):
    """Page 0001 with the text "a cat sat the": gold is the cat sat the cat ran."""
    result = quality.judge(pages[0], "A cat, sat. The", False)
    # Matched: cat, sat, the.  P = 3/4, R = 3/6, F1 = 2 * 3 / 10.
    check("judged", result[1:7], (0.6, 0.75, 0.5, 6, 4, 3))
    check("snippets", (result.n_must, result.n_has, result.n_must_not, result.n_lacks), (2, 1, 1, 0))
    check("reason", quality.reason(result), "under")
    check("reason over", quality.reason(quality.judge(pages[0], "the cat sat the cat ran a b c d", False)), "over")
    check("reason wrong", quality.reason(quality.judge(pages[0], "cat x y z", False)), "wrong region")
    check("reason failed", quality.reason(quality.judge(pages[0], None, False)), "failed")
    check("reason gold", quality.reason(quality.judge(pages[2], "text", False)), "gold is empty")
    check("a snippet without a word is none", quality.judge(pages[3], "", False).n_must, 0)


def test_summary(pages):
    results = [quality.judge(page, text, False) for page, text in zip(pages, ["a cat sat the", None, "", "Words"])]
    s = quality.summary(results)
    check("F1 of all", s["f1"], (0.6 + 0 + 1 + 0) / 4)
    check("precision of all", s["precision"], (0.75 + 0 + 1 + 0) / 4)
    check("snippets present", s["snippets_present"], 0.5)
    check("snippets absent", s["snippets_absent"], 0.5)
    check("zero pages", (s["zero_pages"], s["failed"]), (1, 1))
    members = dict(quality.groups(results))
    check("groups", list(members), ["all pages", "  with gold text", "  gold is empty", "forum", "article", "product"])
    check("F1 where gold has text", quality.summary(members["  with gold text"])["f1"], 0.3)


def test_selection():
    blocks = [text.split() for text in ("home news", "the cat sat", "on the mat", "read the news", "cat")]
    gold = "the cat sat on the mat".split()
    every = max(measure.score([w for block, take in zip(blocks, choice) if take for w in block], gold).f1
                for choice in itertools.product((False, True), repeat=len(blocks)))
    start, best = measure.best_selection(blocks, gold, [True, True, False, False, False])
    check("F1 of the start", start, 2 * 3 / 11)  # home news the cat sat
    check("best choice", best, 1.0)
    check("best choice of all", every, 1.0)
    check("nothing to choose from", measure.best_selection([], gold, []), (0.0, 0.0))
    check("nothing wanted", measure.best_selection(blocks, [], [False] * 5), (1.0, 1.0))
    # One block holds all the gold and as much again: 2 * 2 / (4 + 2).
    check("blocks are indivisible", measure.best_selection([["a", "b", "x", "y"]], ["a", "b"], [False])[1], 2 / 3)


def test_shapes(folder):
    write_page(folder / "articles" / "html" / "k1.html", "<p>x", packed=False)
    record = {"articleBody": "Body", "site": "s.example", "url": "https://s.example/"}
    write_json(folder / "articles" / "articles.json", {"k1": record})
    name, pages = shapes.load(str(folder / "articles"))
    check("articles", (name, [(p.key, p.gold, p.domain) for p in pages]), ("articles", [("k1", "Body", "s.example")]))
    body = {"summary": ["Lead"], "sections": [{"headline": ["H"], "paragraphs": ["P1", "P2"]}]}
    later = {"summary": [], "sections": [{"headline": [], "paragraphs": ["Later"]}]}
    for day in ("2024_01_02", "2025_01_02"):
        write_page(folder / "news" / "xx" / f"Daily_{day}.html.gz", "<p>x")
    write_json(folder / "news" / "xx" / "Daily.json", {"V1": {"body": body}, "V2": {"body": later}})
    name, pages = shapes.load(str(folder / "news"))
    check("news", (name, [(p.key, p.gold, p.kind) for p in pages]),
          ("news", [("xx/Daily_2024_01_02", "Lead\n\nH\n\nP1\n\nP2", "xx"), ("xx/Daily_2025_01_02", "Later", "xx")]))
    try:
        shapes.load(str(folder / "wcxb" / "html"))
        check("a folder without labels", "loaded", "refused")
    except shapes.Missing as error:
        check("a folder without labels", "no labelled pages" in str(error), True)


def test_cache(folder, pages):
    """A peer's worker that dies on page 2 and then on page 4: both have failed, the others have their text."""
    program = folder / "peer.py"
    program.write_text("import json, os, sys\n"
                       "for line in sys.stdin:\n"
                       "    path, url = json.loads(line)\n"
                       "    if url[-1] in '24':\n"
                       "        os._exit(7)\n"
                       "    print(json.dumps({'input': path, 'text': url}), flush=True)\n")
    runs.BUILD = str(folder)
    cache = runs.Cache("peer", "1")
    runs.work([sys.executable, str(program)], [(page, page.key) for page in pages], cache)
    found = runs.Cache("peer", "1").records
    kept = [found[page.key].get("text") for page in pages]
    check("results kept", kept, ["https://example.org/0001", None, "https://example.org/0003", None])
    check("why a page failed", found["0002"]["error"], "ended with 7")


def test_whole(folder):
    """From end to end: what must come of pages without text does not depend on scores."""
    out = folder / "figures.json"
    done = subprocess.run([sys.executable, str(ROOT / "bench" / "quality.py"), str(folder / "wcxb"), "--json", str(out)],
                          capture_output=True, text=True)
    check("exit status", (done.returncode, done.stderr), (0, ""))
    if done.returncode:
        return
    data = json.loads(out.read_text(encoding="utf-8"))
    pages = {page["page"]: page for page in data["pages"]}
    check("page without text", (pages["0002"]["f1"], pages["0002"]["why"]), (0.0, "nothing"))
    check("empty gold and nothing got", (pages["0003"]["f1"], pages["0003"]["why"]), (1.0, "right"))
    check("empty page", (pages["0004"]["f1"], pages["0004"]["failed"]), (1.0, False))
    check("pages", data["makala"]["all pages"]["pages"], 4)
    check("oracle", data["oracle"]["forum"]["best"], 0.5)
    worst = done.stdout.split("worst page", 1)[1].splitlines()[2].split()[0]
    check("worst page first", worst in ("0001", "0002"), True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_wcxb(folder / "wcxb")
        shape, pages = shapes.load(str(folder / "wcxb"))
        check("WCXB", (shape, [(p.key, p.kind, p.domain) for p in pages]),
              ("WCXB", [("0001", "article", "example.org"), ("0002", "forum", ""), ("0003", "forum", ""), ("0004", "product", "")]))
        test_words()
        test_score()
        test_mean()
        test_snippets()
        test_judge(pages)
        test_summary(pages)
        test_selection()
        test_shapes(folder)
        test_cache(folder, pages)
        test_whole(folder)
    print(f"quality: {counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
