#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of bench/quality.py: its figures against values calculated by hand, on folders of labelled pages that are written here.

    test/quality.py

One test runs the whole command with build/makala.  Exits with 0 if all tests pass.
"""
import contextlib
import gzip
import io
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
sys.path.append(str(ROOT / "test"))
import about  # noqa: E402
import benchlib  # noqa: E402
import measure  # noqa: E402
import peers  # noqa: E402
import quality  # noqa: E402
import readme  # noqa: E402
import runs  # noqa: E402
import sets  # noqa: E402
import shapes  # noqa: E402
import verdict  # noqa: E402
from where import where  # noqa: E402

counts = {"passed": 0, "failed": 0}


def check(what, got, expected):
    """Counts one check. Floats may differ by rounding."""
    same = got == expected or isinstance(expected, float) and got is not None and math.isclose(got, expected, abs_tol=1e-9)
    counts["passed" if same else "failed"] += 1
    if not same:
        print(f"FAILED {where()}: {what}: expected {expected!r}, got {got!r}")


def write_page(path, html, packed=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    data = html.encode()
    path.write_bytes(gzip.compress(data) if packed else data)


def write_json(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")


def printed(run, *arguments):
    """(return value of a function, what it printed)."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        result = run(*arguments)
    return result, out.getvalue()


# ID: (page, gold, kind, must-have, must-not-have, title, author, date).
TRUTH = {
    "0001": ("<p>x", "The cat sat. The cat ran!", "article", ["cat sat", "the dog"], ["sat the"], "Cats", "Ann Lee", "2025-03-04"),
    "0002": ("<script>1</script>", "Some words that are not there", "forum", [], [], "Lost words", None, None),
    "0003": ("<title></title>", "", "forum", [], [], "", "", "2003-11"),
    "0004": ("", None, "product", ["..."], ["Subscribe now"], None, None, None),
}


def make_wcxb(folder):
    for key, (html, gold, kind, must, must_not, title, author, date) in TRUTH.items():
        write_page(folder / "html" / f"{key}.html.gz", html)
        truth = {"main_content": gold, "with": must, "without": must_not, "title": title, "author": author, "publish_date": date}
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


def test_shingles():
    check("runs of four", measure.shingles("a b c d e".split()), [("a", "b", "c", "d"), ("b", "c", "d", "e")])
    check("a short text is one run", measure.shingles(["a", "b"]), [("a", "b")])
    check("a text of four words", measure.shingles("a b c d".split()), [("a", "b", "c", "d")])
    check("no words, no run", measure.shingles([]), [])


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
    """Page 0001 with the text "a cat sat the"; its gold is "the cat sat the cat ran"."""
    result = quality.judge(pages[0], "A cat, sat. The", False)
    # Matched: cat, sat, the.  P = 3/4, R = 3/6, F1 = 2 * 3 / 10.
    check("judged", result[1:7], (0.6, 0.75, 0.5, 6, 4, 3))
    # Runs of four: "a cat sat the" against "the cat sat the", "cat sat the cat", "sat the cat ran".
    check("no run in common", (result.shingles, result.exact), (0.0, False))
    # got: the cat sat the, cat sat the dog.  One of two in common with one of three: 2 * 1 / 5.
    check("runs in common", quality.judge(pages[0], "the cat sat the dog", False).shingles, 0.4)
    check("exact except for case and punctuation", quality.judge(pages[0], "the CAT sat -- the cat ran", False).exact, True)
    check("the same words in another order", quality.judge(pages[0], "the cat ran the cat sat", False)[1:2] +
          quality.judge(pages[0], "the cat ran the cat sat", False)[8:9], (1.0, False))
    check("snippets", (result.n_must, result.n_has, result.n_must_not, result.n_lacks), (2, 1, 1, 0))
    check("reason", quality.reason(result), "under")
    check("reason over", quality.reason(quality.judge(pages[0], "the cat sat the cat ran a b c d", False)), "over")
    check("reason wrong", quality.reason(quality.judge(pages[0], "cat x y z", False)), "wrong region")
    check("reason failed", quality.reason(quality.judge(pages[0], None, False)), "failed")
    check("reason gold", quality.reason(quality.judge(pages[2], "text", False)), "gold is empty")
    check("a snippet without words does not count", quality.judge(pages[3], "", False).n_must, 0)


def test_summary(pages):
    results = [quality.judge(page, text, False) for page, text in zip(pages, ["a cat sat the", None, "", "Words"])]
    s = quality.summary(results)
    check("F1 of all", s["f1"], (0.6 + 0 + 1 + 0) / 4)
    check("precision of all", s["precision"], (0.75 + 0 + 1 + 0) / 4)
    check("snippets present", s["snippets_present"], 0.5)
    check("snippets absent", s["snippets_absent"], 0.5)
    check("zero pages", (s["zero_pages"], s["failed"]), (1, 1))
    check("exact texts", s["exact"], 0.25)
    check("mean of runs", s["shingles"], 0.25)
    members = dict(quality.groups(results))
    check("groups", list(members),
          ["all pages", "  all pages, with gold text", "forum", "  forum, with gold text", "article", "product"])
    check("F1 where gold has text", quality.summary(members["  all pages, with gold text"])["f1"], 0.3)
    check("F1 of forums with gold text", quality.summary(members["  forum, with gold text"])["f1"], 0.0)


def with_f1(page, f1):
    return quality.judge(page, "", False)._replace(f1=f1)


def test_compared(pages):
    """Two kinds of pages: makala is behind in the first, of four pages; the second has too few pages, two, to name a best peer."""
    some = [page._replace(kind=kind) for page, kind in zip(pages + pages[:2], "aaaabb")]
    tools = {"makala": [0.5, 0.5, 0.5, 0.5, 0.9, 0.9], "one": [0.6, 0.6, 0.6, 0.4, 0.0, 0.0], "two": [0.1] * 4 + [1.0, 1.0]}
    tools = {name: [with_f1(page, f1) for page, f1 in zip(some, values)] for name, values in tools.items()}
    found = {group: (best, ahead) for group, _, _, best, ahead in quality.compared(tools)}
    check("best peer", found["a"][0], "one")
    check("behind it", found["a"][1], 0.5 - 0.55)
    check("too few pages to tell", found["b"], (None, None))
    check("all pages", found["all pages"][0], "two")  # makala 3.8 / 6, one 2.2 / 6, two 2.4 / 6
    check("ahead", found["all pages"][1], (3.8 - 2.4) / 6)
    behind, text = printed(quality.print_peers, tools)
    check("who is behind", behind, ["a"])
    check("printed", "makala is behind the best peer in: a\n" in text, True)
    tools["one"], tools["two"] = tools["makala"], tools["makala"]
    behind, text = printed(quality.print_peers, tools)
    check("level", (behind, "makala is level with the best peer, or ahead" in text), ([], True))


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
    record = {"articleBody": "Body", "title": "T", "authors": "A B, C D", "date": "2023-12-22", "site": "s.example",
              "url": "https://s.example/"}
    write_json(folder / "articles" / "articles.json", {"k1": record})
    name, pages = shapes.load(str(folder / "articles"))
    check("articles", (name, [(p.key, p.gold, p.domain) for p in pages]), ("articles", [("k1", "Body", "s.example")]))
    check("articles: about", pages[0].about, ("T", ("A B, C D",), "2023-12-22", (), ()))
    check("articles: type and comments", (shapes.page_type(name, pages[0]), shapes.with_comments(name)), ("article", False))
    body = {"summary": ["Lead"], "sections": [{"headline": ["H"], "paragraphs": ["P1", "P2"]}]}
    picture = {"caption": "A cat", "authors": ["Ann", "AP"], "description": "cat"}
    first = {"body": body, "title": "N", "authors": ["X", "Y"], "publishing_date": "2024-01-02 10:00:00", "topics": ["t"],
             "images": [picture, picture, {"caption": None, "authors": []}, {"caption": None, "authors": ["AP"]}]}
    later = {"summary": [], "sections": [{"headline": [], "paragraphs": ["Later"]}]}
    for day in ("2024_01_02", "2025_01_02"):
        write_page(folder / "news" / "xx" / f"Daily_{day}.html.gz", "<p>x")
    write_json(folder / "news" / "xx" / "Daily.json", {"V1": first, "V2": {"body": later, "title": "L", "topics": None}})
    name, pages = shapes.load(str(folder / "news"))
    check("news", (name, [(p.key, p.gold, p.kind) for p in pages]),
          ("news", [("xx/Daily_2024_01_02", "Lead\n\nH\n\nP1\n\nP2", "xx"), ("xx/Daily_2025_01_02", "Later", "xx")]))
    check("news: about", pages[0].about[:4], ("N", ("X", "Y"), "2024-01-02 10:00:00", ("t",)))
    check("news: pictures once each, and only those with words", pages[0].about.pictures, (("A cat", "Ann, AP"), (None, "AP")))
    check("news: nothing about", pages[1].about, ("L", (), None, (), ()))
    try:
        shapes.load(str(folder / "wcxb" / "html"))
        check("a folder without labels", "loaded", "refused")
    except shapes.Missing as error:
        check("a folder without labels", "no labelled pages" in str(error), True)


def test_cache(folder, pages):
    """A peer whose worker dies on page 2 and again on page 4: both pages count as failed, the others have their text."""
    program = folder / "peer.py"
    program.write_text("import json, os, sys\n"
                       "for line in sys.stdin:\n"
                       "    job = json.loads(line)\n"
                       "    if job['url'][-1] in '24':\n"
                       "        os._exit(7)\n"
                       "    text = f\"{job['url']} {job['comments']} {job['about']}\"\n"
                       "    print(json.dumps({'input': job['path'], 'text': text}), flush=True)\n")
    runs.BUILD = str(folder)
    cache = runs.Cache("peer", "1")
    runs.work([sys.executable, str(program)], [(page, page.key) for page in pages], cache, False)
    found = runs.Cache("peer", "1").records
    kept = [found[page.key].get("text") for page in pages]
    check("results kept", kept, ["https://example.org/0001 False True", None, "https://example.org/0003 False True", None])
    check("why a page failed", found["0002"]["error"], "ended with 7")


def test_said():
    record = {"title": "T", "text": "t", "images": [{"src": "a.png", "alt": "A"}], "tags": ["x"], "categories": ["y"], "confidence": 0.5}
    check("no captions in the record yet", runs.said_by_makala(record), {"title": "T", "confidence": 0.5, "topics": ["x", "y"]})
    pictures = [{"src": "a.png", "caption": None}]
    record = {"images": pictures, "authors": [], "date_published": None, "page_type": "forum", "tags": None}
    check("fields of a record", runs.said_by_makala(record),
          {"pictures": pictures, "authors": [], "date": None, "page_type": "forum", "topics": []})


def test_peer_record():
    """An exception of a peer is its failure on one page, either in the text or in the metadata; the other part is kept."""
    def fail(*_):
        raise ValueError("no")

    job = {"path": str(ROOT / "LICENSE"), "url": "u", "comments": False, "about": True}
    seen = []
    got = peers.record(lambda *a: seen.append(a[1:]), lambda page, url: {"title": url}, job)
    check("record", got, {"input": job["path"], "text": "", "about": {"title": "u"}})
    check("url and comments are passed on", seen, [("u", False)])
    got = peers.record(fail, fail, job)
    check("both fail", (got["error"], got["about_error"], got["about"], "text" in got), ("ValueError: no",) * 2 + (None, False))
    check("no metadata asked for", "about" in peers.record(lambda *_: "t", fail, {**job, "about": False}), False)
    check("no file", "FileNotFoundError" in peers.record(fail, fail, {**job, "path": "/nowhere"})["error"], True)
    check("no text to find", peers.record(None, lambda *_: {"date": "d"}, job), {"input": job["path"], "about": {"date": "d"}})


def test_folds(folder, pages):
    """Two of the pages were trained on, in folds 0 and 3. Models and commands are only simulated."""
    runs.TRAIN = str(folder / "train")
    folds = {"WCXB/0001": 3, "WCXB/0003": 0, "news/0002": 1, "news/xx/0004": 2}
    write_json(folder / "train" / "report.json", {"pages": {name: {"fold": fold, "f1": 0.5} for name, fold in folds.items()}})
    check("folds", runs.read_folds()[("news", "xx/0004")], 2)
    built, build = [], benchlib.build_makala
    benchlib.build_makala = lambda target, **variables: built.append(variables) or os.path.basename(os.path.dirname(target))
    try:
        try:
            runs.commands_for("WCXB", pages, "auto")
            check("a model that is not there", "built", "refused")
        except runs.Missing as error:
            check("a model that is not there", "fold-0.h: not there" in str(error), True)
        for fold in (0, 3):
            (folder / "train" / f"fold-{fold}.h").write_text("")
        found = runs.commands_for("WCXB", pages, "auto")
        check("each page by a model that has not seen it", sorted((name, [page.key for page in some], new) for name, some, new in found),
              [("0", ["0003"], True), ("3", ["0001"], True), ("build", ["0002", "0004"], False)])
        check("the model is named", sorted(v["MODEL"][-8:] for v in built if v), ["fold-0.h", "fold-3.h"])
        shipped = runs.commands_for("WCXB", pages, "shipped")
        check("shipped model", [(len(some), unseen) for _, some, unseen in shipped], [(4, False)])
        check("how measured: all", runs.how_measured(4, 4, "auto")[:11], "out of fold")
        check("how measured: some", runs.how_measured(4, 2, "auto")[:19], "2 pages out of fold")
        check("how measured: pages from elsewhere", "not trained on these pages" in runs.how_measured(4, 0, "auto"), True)
        check("how measured: shipped", runs.how_measured(4, 0, "shipped")[:15], "NOT out of fold")
        (folder / "train" / "report.json").unlink()
        check("how measured: no fold models", runs.how_measured(4, 0, "auto")[:15], "NOT out of fold")
        try:
            runs.commands_for("WCXB", pages, "folds")
            check("fold models required", "ran", "refused")
        except runs.Missing:
            check("fold models required", "refused", "refused")
    finally:
        benchlib.build_makala = build
    made = subprocess.run(["make", "-n", "-B", "MODEL=build/train/fold-1.h", "BUILD=build/folds/1", "build/folds/1/all.o"],
                          capture_output=True, text=True, cwd=ROOT).stdout
    check("make passes the model on", "-DMODEL_TABLE='\"build/train/fold-1.h\"'" in made and "-o build/folds/1/all.o" in made, True)


def test_sets(folder):
    """sets.py copies the listed pages of a clone, and the records of these pages only."""
    clone = folder / "clone"
    for name in ("dev/html/0001.html", "dev/html/0002.html", "dev/ground-truth/0001.json", "dev/ground-truth/0002.json",
                 "html/a.html", "xx/Paper_2020_01_01.html.gz", "xx/Paper_2021_01_01.html.gz", "xx/Other_2020_01_01.html.gz"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("{}")
    (clone / "metadata.json").write_text("{}")
    (clone / "articles.json").write_text('{"a": {}}')
    (clone / "xx" / "Paper.json").write_text('{"V1": 1, "V2": 2}')
    (clone / "xx" / "Other.json").write_text('{"V1": 1}')
    (folder / "sets.txt").write_text("# pages\n[wcxb]\n0002\n0003\n[news]\nxx/Paper_2021_01_01\n")
    sets.LISTS = folder / "sets.txt"
    missing = {}
    for name, copier in sets.COPIERS.items():
        (folder / name).mkdir()
        missing[name] = copier(str(clone), str(folder / name))
    check("sets: missing pages", missing, {"wcxb": 1, "articles": 0, "news": 0})
    copied = sorted(str(path.relative_to(folder)) for name in sets.COPIERS for path in (folder / name).rglob("*.*"))
    check("sets: files", copied, ["articles/articles.json", "articles/html/a.html", "news/xx/Paper.json", "news/xx/Paper_2021_01_01.html.gz",
                                  "wcxb/ground-truth/0002.json", "wcxb/html/0002.html", "wcxb/metadata.json"])
    check("sets: records", json.loads((folder / "news" / "xx" / "Paper.json").read_text()), {"V2": 2})


def a_page(**said):
    return shapes.Page("k", "k.html", "Body text of the page", "article", "", None, (), (), shapes.About(**said))


def test_about():
    check("names", about.names(["José Ñu, ann lee and BO", "Ann Lee"]), ["jose", "nu", "ann", "lee", "bo"])
    page = a_page(title="a b c d", authors=("Ann Lee", "Bo Ek"), date="2024-05-06 23:10:00+02:00")
    # a b c d x y: 2 * 4 / (4 + 6) = 0.8 is right; with one more word, 2 * 4 / 11 is not.
    check("title, just right", about.judge("title", {"title": "A b, c d: x y"}, page), (True, True))
    check("title, just wrong", about.judge("title", {"title": "A b, c d: x y z"}, page), (False, True))
    check("no title", about.judge("title", {"title": None}, page), (False, False))
    check("authors in one string", about.judge("authors", {"authors": "Bo Ek; Ann Lee"}, page), (True, True))
    check("authors in a list", about.judge("authors", {"authors": ["ANN LEE", "Bo Ék", "Ann Lee"]}, page), (True, True))
    check("one of two authors", about.judge("authors", {"authors": ["Ann Lee"]}, page).right, False)  # 2 * 2 / 6
    check("same day", about.judge("date", {"date": "2024-05-06"}, page).right, True)
    check("another day", about.judge("date", {"date": "2024-05-07T01:10:00"}, page).right, False)
    check("a month is not a day", about.judge("date", {"date": "2024-05"}, page).right, False)
    check("a gold month", about.judge("date", {"date": "2003-11-30"}, a_page(date="2003-11")), (True, True))
    check("no gold, a false date", about.judge("date", {"date": "2003-11-30"}, a_page()), (None, True))
    judged = [about.Judged(*j) for j in ((True, True), (False, True), (False, False), (None, True), (None, False))]
    s = about.summary(judged)
    check("share right", s["right"], 1 / 3)
    check("counts", [s[key] for key in ("pages", "nothing", "wrong", "without_gold", "false")], [3, 1, 1, 2, 1])


def test_side_by_side():
    """makala finds one of two gold dates, the peer both; on the page without a gold date, the peer returns a false one."""
    pages = [a_page(date="2024-05-06", title="T"), a_page(date="2024-05-07", title="T"), a_page(title="T")]
    tools = {"makala": [{"date": "2024-05-06", "title": "T"}, {"date": None}, {"date": None}],
             "peer": [{"date": "2024-05-06"}, {"date": "2024-05-07"}, {"date": "2000-01-01"}]}
    judged = about.judge_all(pages, tools)
    check("fields of a tool that does not look for them", [list(judged[field]) for field in about.FIELDS],
          [["makala"], [], ["makala", "peer"]])
    data, text = printed(about.print_fields, judged)
    check("shares", [data["date"][tool]["right"] for tool in tools], [0.5, 1.0])
    check("false dates", [data["date"][tool]["false"] for tool in tools], [0, 1])
    rows = {line[:22].strip(): line.split()[-2:] for line in text.splitlines()}
    check("row of dates", rows["date"], ["0.500", "1.000"])
    check("difference", rows["makala is better by"][-1], "-0.500")
    check("false", rows["false"], ["0", "1"])
    _, text = printed(about.print_wrong, "date", pages, tools, judged)
    check("the wrong page only", text.count("gold:"), 1)
    check("the values of the tools", "makala (not right): None\n  peer: '2024-05-07'" in text, True)


def test_doubtful():
    """Page 0: three tools agree on another date than the gold. Page 1: one tool has the gold date. Page 2: only two tools agree."""
    pages = [a_page(date="2024-01-01") for _ in range(3)]
    dates = {"makala": ["2024-02-02", "2024-02-02", "2024-02-02"], "a": ["2024-02-02T10:00", "2024-02-02", "2024-02-02"],
             "b": ["2024-02-02", "2024-02-02", "2024-03-03"], "c": [None, "2024-01-01", None]}
    tools = {name: [{"date": date} for date in some] for name, some in dates.items()}
    found = about.doubtful(pages, tools, about.judge_all(pages, tools))
    check("gold alone", [any(page is pages[i] for page in found["date"]) for i in range(3)], [True, False, False])


def test_pictures():
    one, two = shapes.Picture("A cat sits on the red mat", "Ann Lee/AP"), shapes.Picture("Dogs", "Bo Ek")
    page = a_page(pictures=(one, two, shapes.Picture(None, "Reuters")))
    said = {"pictures": [{"caption": "a cat sits on the red mat", "credit": "AP, Ann Lee"},
                         {"caption": "Dogs", "credit": "Reuters"}, {"caption": None, "credit": "Reuters"}]}
    found = about.measure_pictures([page], [said])
    check("captions", (found["captions"], found["captions_right"]), (2, 2))
    # The picture of the dogs is credited to Reuters instead of Bo Ek, so one of three credits is wrong.
    check("credits", (found["credits"], found["credits_right"]), (3, 2))
    found = about.measure_pictures([page], [{}])
    check("no pictures found", (found["captions"], found["captions_right"], found["credits_right"]), (2, 0, 0))
    text = "Body. A cat sits on the red mat. Dogs!"
    check("a caption inside a text", about.captions_inside(page, text), (1, 1))
    check("a caption in pieces", about.captions_inside(page, "A cat sits on the mat. Red."), (1, 0))
    in_gold = page._replace(gold="So: a cat sits on the red mat.")
    check("a caption that is in the gold text", about.captions_inside(in_gold, text), (0, 0))
    page = a_page(topics=("Köln", "The News", "AFD"))
    check("topics", about.measure_topics([page], [{"topics": ["the news", "koln", "X"]}]), (3, 2))


def test_verdict():
    share, confusion = verdict.page_types([("article", "article"), ("article", "forum"), ("forum", "forum"), ("forum", None)])
    check("types right", share, 0.5)
    check("types detected", confusion["forum"], {"forum": 1, "none": 1})
    _, text = printed(verdict.print_page_types, [("article", "article"), ("article", "forum"), ("article", None)])
    check("row of a type", text.splitlines()[2].split(), ["article", "3", "0.333", "1", "1", "1"])
    # Errors 0.1, 0.1, 0.4, 0.0; lost F1 0.8 + 0 + 0.2 + 0 = 1, of which the least confident page has 0.8.
    pairs = [(0.3, 0.2), (0.9, 1.0), (0.4, 0.8), (1.0, 1.0)]
    found = verdict.confidence(pairs)
    check("mean error", found["error"], 0.15)
    check("means", (round(found["mean"], 9), round(found["mean_f1"], 9)), (0.65, 0.75))
    check("least confident", (found["least_pages"], round(found["least_share_of_loss"], 9)), (1, 0.8))
    check("a tenth, rounded up", verdict.confidence(pairs * 3)["least_pages"], 2)
    check("nothing lost", verdict.confidence([(0.5, 1.0)])["least_share_of_loss"], None)
    found = [(n, round(c, 9), round(f, 9)) for n, c, f in verdict.calibration(pairs, 2)]
    check("calibration", found, [(2, 0.35, 0.5), (2, 0.95, 1.0)])


def test_readme(pages):
    """The Markdown for a WCXB folder and for a folder of articles, whose gold has no comments."""
    results = {"makala": [with_f1(page, 0.5) for page in pages], "peer": [with_f1(page, 0.25) for page in pages]}
    judged = about.judge_all(pages, {"makala": [{"date": "2025-03-04"}] * 4, "peer": [{"title": "Cats", "date": None}] * 4})
    folders = [readme.Folder("WCXB", "out of fold", {"makala": "1", "peer": "2"}, results, judged),
               readme.Folder("articles", "out of fold", {"makala": "1", "peer": "2"}, {"makala": results["makala"]}, judged)]
    _, text = printed(readme.print_tables, folders)
    lines = text.splitlines()
    check("versions and how", lines[:2], ["makala 1, peer 2.", "WCXB: 4 pages; makala out of fold."])
    at = lines.index("| text | WCXB: word F1 | articles: word F1 | articles: 4-gram F1 | articles: exact |")
    check("text", lines[at + 2 : at + 4],
          ["| makala | 0.500 | 0.500 | 0.500 | 0.500 |", "| peer | 0.250 | - | - | - |"])
    check("types", "| peer | 0.250 | 0.250 | 0.250 |" in lines, True)
    # Two pages have a gold title, two a gold date. makala finds one date and two false ones; the peer finds a title and no dates.
    check("about", lines[-3:-1], ["| makala |  |  | 0.500 | 2 |  |  | 0.500 | 2 |",
                                  "| peer | 0.500 |  | 0.000 | 0 | 0.500 |  | 0.000 | 0 |"])


def test_whole(folder):
    """The whole command, on pages without text, whose results do not depend on scores."""
    out = folder / "figures.json"
    done = subprocess.run([sys.executable, str(ROOT / "bench" / "quality.py"), str(folder / "wcxb"), "--weights", "shipped", "--json", str(out)],
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
    check("how it was measured", data["how"][:15], "NOT out of fold")
    check("title of a page without one", (pages["0001"]["about"]["title"], pages["0001"]["gold"]["title"]), (False, "Cats"))
    check("gold without a title", pages["0004"]["about"]["title"], None)
    worst = done.stdout.split("worst page", 1)[1].splitlines()[2].split()[0]
    check("worst page first", worst in ("0001", "0002"), True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_wcxb(folder / "wcxb")
        shape, pages = shapes.load(str(folder / "wcxb"))
        check("WCXB", (shape, [(p.key, p.kind, p.domain) for p in pages]),
              ("WCXB", [("0001", "article", "example.org"), ("0002", "forum", ""), ("0003", "forum", ""), ("0004", "product", "")]))
        check("WCXB: about", [p.about[:3] for p in pages],
              [("Cats", ("Ann Lee",), "2025-03-04"), ("Lost words", (), None), (None, (), "2003-11"), (None, (), None)])
        check("WCXB: type and comments", (shapes.page_type(shape, pages[1]), shapes.with_comments(shape)), ("forum", True))
        check("a page with and without comments", runs.page_key(pages[0], True) == runs.page_key(pages[0], False), False)
        test_words()
        test_score()
        test_shingles()
        test_about()
        test_side_by_side()
        test_doubtful()
        test_pictures()
        test_verdict()
        test_said()
        test_peer_record()
        test_mean()
        test_snippets()
        test_judge(pages)
        test_summary(pages)
        test_compared(pages)
        test_readme(pages)
        test_selection()
        test_shapes(folder)
        test_cache(folder, pages)
        test_folds(folder, pages)
        test_whole(folder)
        test_sets(folder / "sets")
    print(f"quality: {counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
