#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command: options, outputs, bad input, interruption, resuming.

    test/cli.py [-v] [NAME...]      NAME: test methods to run, by default all

Tests build/makala, or the program that the environment variable MAKALA names. The last line is "cli: N passed, N failed".
"""

import base64
import fcntl
import gzip
import hashlib
import json
import os
import pty
import quopri
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAKALA = os.path.abspath(os.environ.get("MAKALA", os.path.join(ROOT, os.environ.get("BUILD", "build"), "makala")))
IN_CI = os.environ.get("CI") == "true"
TIMEOUT = 120  # seconds for one run

SENTENCE = "This sentence number %d is about nothing much, but it has a subject, a verb and an end. "


def page(name, n=6):
    """A page with a menu, one article that contains the name, and a footer."""
    paragraphs = "".join("<p>%s %s</p>" % (name, "".join(SENTENCE % (i + k) for k in range(3))) for i in range(n))
    return (
        "<!DOCTYPE html><html lang=en><head><title>Title of %s</title></head><body><nav><a href=/>Home</a> <a href=/about>About</a></nav>"
        '<main><article><h1>Heading of %s</h1>%s<p>See <a href="/more">the rest of it</a>, which goes on for a while, they say.</p>'
        '<p><img src="/pic.png" alt="A picture"></p>'
        "<table><tr><th>Year</th><th>Count</th></tr><tr><td>2001</td><td>17</td></tr><tr><td>2002</td><td>18</td></tr></table></article></main>"
        "<footer>Copyright, terms, privacy</footer></body></html>" % (name, name, paragraphs)
    ).encode()


def zstd_frame(data, repeat=None):
    """A zstd frame with data in raw blocks. If repeat is given, data is one byte, and the frame expands to `repeat` such bytes."""
    head = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", repeat or len(data))
    blocks, most = [], 128 << 10
    left = repeat or len(data)
    while True:
        size = min(left, most)
        start = (len(data) - left) if repeat is None else 0
        left -= size
        kind = 0 if repeat is None else 1
        blocks.append(struct.pack("<I", (left == 0) | kind << 1 | size << 3)[:3])
        blocks.append(data[start:start + size] if repeat is None else data)
        if left == 0:
            return head + b"".join(blocks)


def terminal(columns=0):
    """Both ends of a new terminal, (outer, inner); None if the system has none to give, as in some containers."""
    try:
        ends = pty.openpty()
    except OSError:
        return None
    fcntl.ioctl(ends[1], termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    return ends


def screen(outer):
    """Everything written to a terminal until its other end is closed."""
    shown = b""
    while select.select([outer], [], [], TIMEOUT)[0]:
        try:
            part = os.read(outer, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(outer)
    return shown


class Result:
    """Exit status and outputs of a run."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err.decode("utf-8", "replace")

    def records(self):
        return [json.loads(line) for line in self.out.decode("utf-8").splitlines()]


class Case(unittest.TestCase):
    """Gives each test a directory of its own and helpers that run the command there."""

    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="makala-cli-")
        self.addCleanup(shutil.rmtree, self.dir, True)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def start(self, *args, **how):
        how.setdefault("stdin", subprocess.DEVNULL)
        how.setdefault("stdout", subprocess.PIPE)
        how.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([MAKALA, *args], cwd=self.dir, **how)

    def end(self, process, data=None):
        out, err = process.communicate(data, timeout=TIMEOUT)
        return Result(process.returncode, out or b"", err or b"")

    def run_makala(self, *args, data=None, **how):
        if data is not None:
            how["stdin"] = subprocess.PIPE
        return self.end(self.start(*args, **how), data)

    def good(self, *args, **how):
        """A run that must succeed and print nothing on standard error."""
        r = self.run_makala(*args, **how)
        self.assertEqual((r.code, r.err), (0, ""), args)
        return r

    def usage(self, *args, says):
        """A run that must fail with a usage error, whose message contains `says`."""
        r = self.run_makala(*args)
        self.assertEqual(r.code, 2, (args, r.err))
        self.assertEqual(r.out, b"")
        lines = r.err.splitlines()
        self.assertEqual(lines[1:], ["makala: see makala --help"], r.err)
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, lines[0])

    def fails(self, *args, says, code=1, **how):
        """A run that must end with this status and exactly these messages on standard error."""
        r = self.run_makala(*args, **how)
        self.assertEqual(r.code, code, r.err)
        self.assertEqual(r.err.splitlines(), ["makala: " + line for line in ([says] if isinstance(says, str) else says)])
        return r

    def leftovers(self, *names):
        """Temporary files of the command that are still there."""
        return [n for n in os.listdir(self.path(*names)) if n.startswith(".makala")]


class Formats(Case):
    """Output formats, views and fields."""

    def setUp(self):
        super().setUp()
        self.write("a.html", page("alpha"))

    def test_markdown_is_the_default(self):
        out = self.good("--no-title-heading", "a.html").out
        self.assertTrue(out.startswith(b"alpha This sentence number 0"), out[:80])
        self.assertIn(b"[the rest of it](/more)", out)
        self.assertNotIn(b"Copyright", out)
        self.assertTrue(out.endswith(b"\n"))
        self.assertEqual(out, self.good("--no-title-heading", "--to", "markdown", "a.html").out)

    def test_text(self):
        out = self.good("--no-title-heading", "-t", "text", "a.html").out
        self.assertTrue(out.startswith(b"alpha This sentence number 0"), out[:80])
        self.assertNotIn(b"/more", out)

    def test_html(self):
        out = self.good("-thtml", "a.html").out
        self.assertIn(b"<article", out)
        self.assertIn(b"<p>alpha This sentence number 0", out)

    def test_json(self):
        out = self.good("--to=json", "a.html")
        self.assertEqual(out.out.count(b"\n"), 1)
        (record,) = out.records()
        self.assertEqual(record["input"], "a.html")
        self.assertEqual(record["title"], "Heading of alpha")
        self.assertEqual(record["language"], "en")
        self.assertEqual(record["verdict"], "content")
        self.assertIsNone(record["url"])
        self.assertEqual(record["text"].encode(), self.good("-t", "text", "a.html").out)
        self.assertNotIn("blocks", record)
        self.assertNotIn("markdown", record)

    def test_url(self):
        (record,) = self.good("-t", "json", "--links", "--url", "https://example.org/x/", "a.html").records()
        self.assertEqual(record["url"], "https://example.org/x/")
        self.assertIn({"href": "https://example.org/more", "text": "the rest of it"}, record["links"])
        self.assertIn(b"(https://example.org/more)", self.good("--url=https://example.org/x/", "a.html").out)

    def test_fields(self):
        (record,) = self.good("-t", "json", "--fields", "title,input", "a.html").records()
        self.assertEqual(list(record), ["schema", "input", "title"])
        (record,) = self.good("-t", "json", "--fields", "+markdown,html", "a.html").records()
        self.assertEqual(record["markdown"].encode(), self.good("a.html").out)
        self.assertIn("<article", record["html"])
        self.assertIn("text", record)
        (record,) = self.good("-t", "json", "--fields", "title", "--blocks", "--links", "--images", "a.html").records()
        self.assertEqual(list(record), ["schema", "title", "blocks", "links", "images"])

    def test_blocks(self):
        (record,) = self.good("-t", "json", "--blocks", "a.html").records()
        kept = [b for b in record["blocks"] if b["keep"]]
        self.assertTrue(0 < len(kept) < len(record["blocks"]))
        source = self.read("a.html")
        for b in record["blocks"]:
            self.assertTrue(0 <= b["from"] < b["to"] <= len(source))

    def test_chunks(self):
        markdown = self.good("-t", "markdown", "--everything", "a.html").out
        chunks = [json.loads(line) for line in self.good("-t", "chunks", "--everything", "--max-tokens", "20", "a.html").out.splitlines()]
        self.assertGreater(len(chunks), 2)
        self.assertEqual([c["index"] for c in chunks], list(range(len(chunks))))
        for c in chunks:
            self.assertEqual((c["schema"], c["input"]), (1, "a.html"))
            self.assertLessEqual(c["tokens"], 20)
            self.assertIn(markdown[c["markdown_from"]:c["markdown_to"]].decode(), c["text"])
        repeated = self.good("-t", "chunks", "--everything", "--max-tokens", "20", "--overlap", "10", "a.html").out.splitlines()
        self.assertTrue(any(c["markdown_own_from"] > c["markdown_from"] for c in map(json.loads, repeated)))
        self.usage("--max-tokens", "9", "a.html", says="--max-tokens needs --to chunks")
        self.usage("-t", "chunks", "--max-tokens", "0", says="--max-tokens 0: must be a number from 1 to 2147483647")
        self.usage("-t", "chunks", "--max-tokens", "9", "--overlap", "9", "a.html", says="--overlap 9: must be less than --max-tokens")

    def test_views_nest(self):
        sizes = [len(self.good("-t", "text", v, "a.html").out) for v in ("--precision", "--balanced", "--recall", "--everything")]
        self.assertEqual(sizes, sorted(sizes))
        self.assertEqual(self.good("-t", "text", "--balanced", "a.html").out, self.good("-t", "text", "a.html").out)
        self.assertIn(b"Copyright", self.good("--everything", "a.html").out)
        self.assertNotIn(b"Copyright", self.good("--everything", "--precision", "a.html").out)

    def test_tables_images_links(self):
        with_all = self.good("--everything", "--images", "a.html").out
        self.assertIn(b"| Year | Count |", with_all)
        self.assertIn(b"![A picture](/pic.png)", with_all)
        plain = self.good("--everything", "--no-tables", "--no-links", "a.html").out
        self.assertNotIn(b"Year", plain)
        self.assertNotIn(b"![", plain)
        self.assertIn(b"the rest of it", plain)
        self.assertNotIn(b"/more", plain)

    def test_comments(self):
        page_with_comments = os.path.join(ROOT, "examples", "habari.html")
        with_all, without = (self.good("-t", "json", *o, page_with_comments).records()[0] for o in ([], ["--no-comments"]))
        self.assertIn("Hongera sana! Tunasubiri na sisi huku kwetu.", with_all["comments"])
        self.assertIsNone(without["comments"])
        for record in (with_all, without):
            self.assertNotIn("Hongera sana", record["text"])
            self.assertGreater(len(record["text"]), 1000)
        self.assertNotIn(b"Hongera sana", self.good("--recall", "--no-comments", page_with_comments).out)
        self.assertIn(b"Hongera sana", self.good("--everything", page_with_comments).out)
        self.assertRegex(self.good("explain", page_with_comments).out, rb"(?m)^apart .* comment .*Hongera sana")

    def test_title_heading(self):
        self.assertIn(b"# Heading of alpha", self.good("--everything", "a.html").out)
        self.assertNotIn(b"# Heading of alpha", self.good("--everything", "--no-title-heading", "a.html").out)

    def test_page_type(self):
        types = {"article", "forum", "product", "collection", "listing", "documentation", "service"}
        self.assertIn(self.good("-t", "json", "a.html").records()[0]["page_type"], types)
        self.write("e.html", b"<title>404 Not Found</title><h1>Not Found</h1><p>No such page.")
        run = self.good("-t", "json", "a.html", "e.html")
        self.assertEqual([r["verdict"] for r in run.records()], ["content", "error_page"])
        self.assertIsNone(run.records()[1]["page_type"])
        self.assertIn("e.html: warning: the page is an error message of the server", self.run_makala("e.html").err)

    def test_text_does_not_depend_on_other_options(self):
        want = self.good("-t", "text", "a.html").out
        for options in (["--images"], ["--no-links"], ["-j", "4"], ["--max-memory", "1G"], ["--strict-exit"], ["--url", "http://e.org/"]):
            self.assertEqual(self.good("-t", "text", *options, "a.html").out, want, options)

    def test_charset(self):
        self.write("r.html", "<title>Имя</title><p>Это предложение довольно длинное, чтобы остаться здесь, не так ли.".encode("koi8-r"))
        (record,) = self.good("-t", "json", "--everything", "--charset", "KOI8-R", "r.html").records()
        self.assertEqual((record["charset"], record["title"]), ("koi8-r", "Имя"))
        self.assertEqual(record["provenance"]["charset"], "option")

    def test_names_of_formats(self):
        for names, form in ((["--markdown", "-tmd", "-tmarkdown"], "markdown"), (["--text", "-ttxt"], "text"), (["--json", "-tjsonl", "-tndjson"], "json"),
                            (["--html", "-thtm"], "html")):
            for name in names:
                self.assertEqual(self.good(name, "a.html").out, self.good("-t", form, "a.html").out)
        self.assertEqual(self.good("--json", "--text", "a.html").out, self.good("-ttext", "a.html").out)  # the last one counts

    def test_format_from_the_name_of_the_output(self):
        for ending, form in (("md", "markdown"), ("markdown", "markdown"), ("txt", "text"), ("text", "text"), ("json", "json"), ("jsonl", "json"),
                             ("ndjson", "json"), ("html", "html"), ("htm", "html"), ("xyz", "markdown")):
            self.good("-o", "new." + ending, "a.html")
            self.assertEqual(self.read("new." + ending), self.good("-t", form, "a.html").out, ending)
        self.good("-ttext", "-o", "new.html", "a.html")
        self.assertEqual(self.read("new.html"), self.good("-t", "text", "a.html").out)
        os.mkdir(self.path("folder.json"))
        self.good("-o", "folder.json", "a.html")
        self.assertEqual(os.listdir(self.path("folder.json")), ["a.md"])
        self.assertEqual(list(self.good("--fields", "title", "a.html").records()[0]), ["schema", "title"])
        self.good("--fields", "title", "-o", "new.jsonl", "a.html")
        self.assertEqual(list(json.loads(self.read("new.jsonl"))), ["schema", "title"])

    def test_several_documents(self):
        self.write("b.html", page("beta"))
        one, two = self.good("a.html").out, self.good("b.html").out
        self.assertEqual(self.good("a.html", "b.html").out, one + b"\f\n" + two)
        self.assertEqual(self.good("-", "b.html", data=page("alpha")).out, one + b"\f\n" + two)
        html = self.good("-t", "html", "a.html", "b.html").out
        self.assertEqual(html, self.good("-t", "html", "a.html").out + self.good("-t", "html", "b.html").out)
        self.assertEqual([r["input"] for r in self.good("-tjson", "b.html", "a.html").records()], ["b.html", "a.html"])


class Reports(Case):
    """The subcommands explain, features and tree."""

    def setUp(self):
        super().setUp()
        self.write("a.html", page("alpha"))

    def test_explain(self):
        out = self.good("explain", "a.html").out.decode()
        (record,) = self.good("-t", "json", "--blocks", "a.html").records()
        rows = re.findall(r"^(keep|drop) +(\d\.\d{3}) ", out, re.M)
        self.assertEqual([r[0] == "keep" for r in rows], [b["keep"] for b in record["blocks"]])
        for row, block in zip(rows, record["blocks"]):
            self.assertAlmostEqual(float(row[1]), block["score"], delta=0.0011)
        self.assertIn("Heading of alpha", out)
        moves = [re.findall(r"([+-]\d+\.\d) (\w+) (-?[\d.e-]+)", line) for line in out.splitlines() if line.startswith("        ")]
        self.assertTrue(moves and all(1 <= len(m) <= 4 for m in moves))
        for line in moves:
            self.assertEqual(line, sorted(line, key=lambda m: -abs(float(m[0]))))
        self.assertTrue(any(float(m[0]) > 0 for line in moves for m in line) and any(float(m[0]) < 0 for line in moves for m in line))
        self.assertIn("%d of %d blocks kept" % (sum(b["keep"] for b in record["blocks"]), len(rows)), out)
        self.assertGreater(self.good("explain", "--everything", "a.html").out.count(b"\nkeep "), out.count("\nkeep "))

    def test_explain_shows_no_control_characters(self):
        out = self.good("explain", "-", data=b"<pre>one\x1b[31m two\nthree &#x9b;1m four</pre>").out
        self.assertNotIn(b"\x1b", out)
        self.assertNotIn("\x9b".encode(), out)
        self.assertIn(b"two three", out)

    def test_features(self):
        lines = self.good("features", "a.html").out.decode().splitlines()
        (record,) = self.good("-t", "json", "--blocks", "a.html").records()
        names = lines[0].split("\t")
        with open(os.path.join(ROOT, "src", "features.def"), encoding="utf-8") as f:
            self.assertEqual(names, re.findall(r"^(?:PAGE_|INITIAL_)?FEATURE\((\w+), ", f.read(), re.M))
        self.assertEqual(len(lines) - 1, len(record["blocks"]))
        for line in lines[1:]:
            self.assertEqual(len([float(x) for x in line.split("\t")]), len(names))
        policy = names.index("policy")
        without = self.good("features", "--no-comments", "a.html").out.decode().splitlines()
        self.assertEqual([line.split("\t")[policy] for line in lines[1:] + without[1:]], ["1"] * (len(lines) - 1) + ["0"] * (len(lines) - 1))

    def test_tree(self):
        want = '| <!DOCTYPE html>\n| <html>\n|   <head>\n|   <body>\n|     <p>\n|       class="x"\n|       "a"\n|     <p>\n|       "b"\n'
        self.assertEqual(self.good("tree", "-", data=b"<!DOCTYPE html><p class=x>a<p>b").out.decode(), want)
        self.assertEqual(self.good("tree", "--charset", "koi8-r", "-", data=b"<p>\xc1").out.decode().split('"')[1], "а")

    def test_fragment(self):
        self.assertEqual(self.good("tree", "--fragment", "tr", "-", data=b"<td>a").out, b'| <td>\n|   "a"\n')
        self.assertEqual(self.good("tree", "--fragment=svg g", data=b"<a/>b").out, b'| <svg a>\n| "b"\n')

    def test_usage(self):
        self.usage("tree", "a.html", "b.html", says="makala tree takes one PAGE, not 2")
        self.usage("tree", "--jobs", "2", "a.html", says="--jobs does not apply to makala tree")
        self.usage("explain", "--to", "json", "a.html", says="--to does not apply to makala explain")
        self.usage("features", "--recall", "a.html", says="--recall does not apply to makala features")
        self.usage("--fragment", "td", "a.html", says="--fragment applies only to makala tree")
        self.usage("tree", "--fragment", "td", "--charset", "utf-8", "a.html", says="--charset does not apply")

    def test_bad_pages(self):
        for command in ("explain", "features", "tree"):
            self.fails(command, "none.html", says="none.html: No such file or directory")
            self.fails(command, "-", data=b"%PDF-1.7 x", says="standard input: not a web page (PDF)")
            with open("/dev/full", "wb") as full:
                self.fails(command, "a.html", stdout=full, says="standard output: No space left on device")
        self.fails("tree", "--max-input", "10", "a.html", says="a.html: larger than 10 bytes; --max-input sets the limit")

    def test_empty_page(self):
        self.assertIn(b"0 of 0 blocks kept", self.good("explain", "-", data=b"").out)
        self.assertEqual(self.good("features", "-", data=b"").out.count(b"\n"), 1)
        self.assertEqual(self.good("tree", "-", data=b"").out, b"| <html>\n|   <head>\n|   <body>\n")


class Inputs(Case):
    """Files, directories, standard input, compression."""

    def test_stdin(self):
        want = self.good(self.write("a.html", page("alpha"))).out
        self.assertEqual(self.good(data=page("alpha")).out, want)
        self.assertEqual(self.good("-", data=page("alpha")).out, want)
        self.assertEqual(self.good("--", "a.html").out, want)
        self.assertEqual(self.good("-t", "json", "-", data=page("alpha")).records()[0]["input"], "-")

    def test_terminal_is_no_input(self):
        ends = terminal()
        if not ends:
            return
        r = self.run_makala(stdin=ends[1])
        os.close(ends[0])
        os.close(ends[1])
        self.assertEqual(r.code, 2)
        self.assertIn("no input: give a file, a directory, or - for standard input", r.err)

    def test_named_pipe(self):
        os.mkfifo(self.path("pipe"))
        p = self.start("pipe")
        with open(self.path("pipe"), "wb") as f:
            f.write(page("alpha", 1000))
        self.assertIn(b"sentence number 1000", self.end(p).out)

    def test_gzip(self):
        data = page("alpha", 400)
        want = self.good("-", data=data).out
        packed = gzip.compress(data)
        for name, content in (
            ("one.html.gz", packed),
            ("no-ending", packed),
            ("members.gz", gzip.compress(data[:99]) + gzip.compress(b"") + gzip.compress(data[99:])),
            ("padded.gz", packed + bytes(700)),
        ):
            self.write(name, content)
            self.assertEqual(self.good(name).out, want, name)
        self.assertEqual(self.good("-", data=packed).out, want)

    def test_zstd(self):
        data = page("alpha", 400)
        want = self.good("-", data=data).out
        for name, content in (
            ("one.html.zst", zstd_frame(data)),
            ("frames", zstd_frame(data[:99]) + zstd_frame(data[99:])),
            ("skippable", b"\x5a\x2a\x4d\x18\x03\0\0\0abc" + zstd_frame(data)),
        ):
            self.write(name, content)
            self.assertEqual(self.good(name).out, want, name)
        self.assertEqual(self.good("-", data=zstd_frame(data)).out, want)

    def test_damaged(self):
        packed = gzip.compress(page("alpha"))
        framed = zstd_frame(page("alpha"))
        for name, content, reason in (
            ("cut.gz", packed[:-9], "damaged gzip data (cut short)"),
            ("magic.gz", packed[:2], "damaged gzip data (cut short)"),
            ("stray.gz", packed + b"xyz", "damaged gzip data (3 stray bytes after its end)"),
            ("sum.gz", packed[:-8] + bytes(8), "damaged gzip data (incorrect data check)"),
            ("method.gz", b"\x1f\x8b\x07" + packed[3:], "damaged gzip data (unknown compression method)"),
            ("cut.zst", framed[:-5], "damaged zstd data (cut short)"),
            ("second.gz", packed + packed[:-4], "damaged gzip data (cut short)"),
        ):
            self.write(name, content)
            self.fails(name, says="%s: %s" % (name, reason))
        self.write("stray.zst", framed + b"xyz")
        r = self.run_makala("stray.zst")
        self.assertEqual(r.code, 1)
        self.assertIn("stray.zst: damaged zstd data (", r.err)

    def test_bombs(self):
        self.write("bomb.gz", gzip.compress(bytes(3 << 20)))
        self.write("bomb.zst", zstd_frame(b" ", repeat=3 << 20))
        for name in ("bomb.gz", "bomb.zst"):
            self.fails("--max-input", "2M", name, says=name + ": decompresses to more than 2097152 bytes; --max-input sets the limit")
        self.assertEqual(self.run_makala("--max-input", "4M", "bomb.zst").code, 0)

    def test_max_input(self):
        data = page("alpha")
        self.write("a.html", data)
        self.good("--max-input", str(len(data)), "a.html")
        self.fails("--max-input", str(len(data) - 1), "a.html", says="a.html: larger than %d bytes; --max-input sets the limit" % (len(data) - 1))
        self.fails("--max-input", "1K", "/dev/zero", says="/dev/zero: larger than 1024 bytes; --max-input sets the limit")
        self.write("a.gz", gzip.compress(data))
        self.good("--max-input", str(len(data)), "a.gz")

    def test_max_memory(self):
        self.write("big.html", page("alpha", 40000))
        r = self.run_makala("--max-memory", "4M", "big.html")
        self.assertTrue(r.code == 1 or "only the first part was read" in r.err, r.err)
        r = self.run_makala("--max-memory", "4M", "--strict-exit", "big.html")
        self.assertEqual(r.code, 1)
        self.good("--max-memory", "1G", "big.html")

    def test_directories(self):
        for name in ("d/b.html", "d/a.HTM", "d/B/x", "d/B/a.php", "d/a/z.html.gz", "d/.hidden.html", "d/.git/x.html", "d/style.css", "d/p.PNG",
                     "d/data.json.gz", "d/notes.txt"):
            self.write(name, gzip.compress(page(name)) if name.endswith(".gz") else page(name))
        os.symlink("..", self.path("d", "loop"))
        os.symlink("b.html", self.path("d", "link.html"))
        r = self.run_makala("-t", "json", "d")
        want = ["d/B/a.php", "d/B/x", "d/a/z.html.gz", "d/a.HTM", "d/b.html", "d/link.html", "d/notes.txt"]
        self.assertEqual([x["input"] for x in r.records()], want)
        self.assertEqual((r.code, r.err), (0, "makala: files skipped in directories: 4 (names of other formats: 3, links to directories: 1)\n"))
        self.assertEqual(self.run_makala("-q", "d").err, "")
        self.assertEqual([x["input"] for x in self.run_makala("-tjson", "d/", "d/style.css").records()], want + ["d/style.css"])

    def test_directory_without_pages(self):
        os.mkdir(self.path("empty"))
        self.fails("empty", says="empty: contains no pages")
        self.write("a.html", page("alpha"))
        self.assertIn(b"alpha", self.fails("empty", "a.html", says="empty: contains no pages").out)

    def test_deep_directories(self):
        name = "/".join(["d"] * 300)
        self.write(name + "/x.html", page("deep"))
        self.assertIn(b"deep", self.good("d").out)

    def test_missing(self):
        self.write("a.html", page("alpha"))
        self.write("b.html", page("beta"))
        for jobs in ("1", "3"):
            r = self.fails("-j", jobs, "a.html", "none.html", "a.html/x", "b.html", says=["none.html: No such file or directory", "a.html/x: Not a directory"])
            self.assertEqual(r.out, self.good("a.html", "b.html").out)
        os.symlink("nowhere", self.path("dangling.html"))
        self.fails("dangling.html", says="dangling.html: No such file or directory")
        self.fails("-q", "none.html", says=[])

    def test_no_permission(self):
        who = {}
        binary = MAKALA
        if os.geteuid() == 0:  # permissions do not restrict root
            binary = shutil.copy(MAKALA, self.path("makala"))
            who = {"user": 65534, "group": 65534, "extra_groups": []}
        self.write("d/a.html", page("alpha"))
        self.write("secret.html", page("beta"))
        self.write("c.html", page("gamma"))
        os.chmod(self.dir, 0o755)
        os.chmod(self.path("d"), 0)
        os.chmod(self.path("secret.html"), 0)
        self.addCleanup(os.chmod, self.path("d"), 0o755)
        try:
            p = subprocess.run([binary, "d", "secret.html", "c.html"], cwd=self.dir, stdin=subprocess.DEVNULL, capture_output=True,
                               timeout=TIMEOUT, check=False, **who)
        except (PermissionError, subprocess.SubprocessError) as error:
            if IN_CI:
                raise
            self.skipTest("cannot become another user: %s" % error)
        self.assertEqual(p.returncode, 1)
        self.assertEqual(p.stderr, b"makala: d: Permission denied\nmakala: secret.html: Permission denied\n")
        self.assertIn(b"gamma This sentence number 0", p.stdout)
        p = subprocess.run([binary, "-o", "out.md", "c.html"], cwd=self.dir, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT,
                           check=False, **who)
        if who:
            self.assertEqual((p.returncode, p.stderr), (1, b"makala: out.md: Permission denied\n"))

    def test_no_pages(self):
        for data, name in (
            (b"%PDF-1.4\n%\xe2\xe3", "PDF"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG image"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG image"),
            (b"GIF89a\1\0\1\0", "GIF image"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP image"),
            (b"\x7fELF\2\1\1\0", "ELF program"),
            (b"PK\3\4\x14\0", "ZIP archive or office document"),
            (b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0", "Windows program"),
            (bytes(257) + b"ustar\x0000", "tar archive"),
            (b"WARC/1.0\r\nWARC-Type: response", "WARC archive, which this version does not read"),
            (gzip.compress(b"<p>x"), None),
            (gzip.compress(gzip.compress(b"<p>x")), "gzip data inside compressed data"),
            (gzip.compress(b"%PDF-1.4"), "PDF"),
        ):
            self.write("page.html", data)
            if name:
                self.fails("page.html", says="page.html: not a web page (%s)" % name)
            else:
                self.assertEqual(self.run_makala("page.html").code, 0)
        self.assertEqual(self.run_makala("--everything", "-", data=b"MZ is how a page may begin. BM too. " * 9).code, 0)

    def test_addresses(self):
        self.fails("file:///tmp/no%20such.html", says="file:///tmp/no%20such.html: give the path instead: /tmp/no such.html")
        self.fails("FILE://localhost/x", says="FILE://localhost/x: give the path instead: /x")
        for url in ("www.example.org", "WWW.Example.org/x"):
            self.fails(url, says=url + ": No such file or directory; this version does not fetch pages; save the page to a file, and pass its address with --url")
        self.fails("ftp://example.org/x", says="ftp://example.org/x: this version does not fetch pages; save the page to a file, and pass its address with --url")
        self.write("www.example.org", page("saved"))
        self.assertIn(b"saved", self.good("www.example.org").out)
        for url in ("HTTPS://X.Y", "Http://x", "https://example.org/x", "http://example.org"):
            self.fails(url, says=url + ": this version does not fetch pages; save the page to a file, and pass its address with --url")

    def test_mhtml(self):
        html = page("saved").replace(b"about nothing", "about \u00e9tudes = 1".encode())
        want = self.good("--url", "https://example.org/a/page", "-", data=html).out
        outer = ("From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/snapshot\r\nSubject: =?utf-8?Q?x?=\r\nMIME-Version: 1.0\r\n"
                 "Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----Multi--part----\"\r\n\r\n\r\n")
        part = "------Multi--part----\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n%s\r\n"
        end = "\r\n------Multi--part------\r\n"
        css = part % ("text/css", "quoted-printable", "") + "p { color: red }\r\n"
        here = "Content-Location: https://example.org/a/\r\n page\r\n"
        for encoding, body in (("quoted-printable", quopri.encodestring(html).replace(b"\n", b"\r\n")), ("base64", base64.encodebytes(html)),
                               ("8bit", html), ("binary", html), ("7BIT", html)):
            for before in ("", css):
                message = (outer + before + part % ("text/html; charset=utf-8", encoding, here)).encode() + body + end.encode()
                self.write("a.mhtml", message)
                self.assertEqual(self.good("a.mhtml").out, want, encoding)
                (record,) = self.good("--json", "--links", "a.mhtml").records()
                self.assertEqual((record["url"], record["links"][0]["href"]), ("https://example.org/a/page", "https://example.org/more"))
                self.assertEqual(self.good("--json", "--url", "http://e.org/", "a.mhtml").records()[0]["url"], "http://e.org/")
        self.assertIn(b"saved This sentence", self.good("explain", "a.mhtml").out)
        self.write("z.mht.gz", gzip.compress(message))
        self.good("-o", "out/", "a.mhtml", "z.mht.gz")
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["a.md", "z.md"])
        latin = (outer + part % ('TEXT/HTML; charset="windows-1251"', "8bit", "")).encode() + "<title>Имя</title><p>Слово за слово".encode("cp1251")
        (record,) = self.good("--json", "--everything", "-", data=latin).records()
        self.assertEqual((record["title"], record["charset"], record["url"]), ("Имя", "windows-1251", "https://example.org/snapshot"))
        nested = ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=b\n\n--b\n"
                  "Content-Type: image/png\n\nx\n--b\nContent-Type: text/html\n\n<p>inner text</p>\n--b--\n--a--\n").encode()
        self.assertEqual(self.good("-ttext", "--everything", "-", data=nested).out, b"inner text\n")
        single = b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>a =3D b=\nc = d=3"
        self.assertEqual(self.good("-ttext", "--everything", "-", data=single).out, b"a = bc = d=3\n")
        self.fails("-", data=(outer + css + end).encode(), says="standard input: not a web page (MHTML without an HTML part)")
        for cut in range(0, len(nested), 3):
            self.run_makala("-", data=nested[:cut])
        self.assertIn(b"Content-Type", self.good("-ttext", "--everything", "-", data=b"Content-Type: text/html\n\nNo MIME version, no e-mail").out)

    def test_strange_names(self):
        names = [b"line\nbreak.html", b"bad\xff\xfeutf8.html", b'quote"back\\slash.html', b"esc\x1b[31m.html", "ünï.html".encode()]
        for name in names:
            with open(os.path.join(os.fsencode(self.dir), name), "wb") as f:
                f.write(page("x"))
        got = [r["input"] for r in self.good("-t", "json", *names).records()]
        self.assertEqual(got, ["line\nbreak.html", "bad\ufffd\ufffdutf8.html", 'quote"back\\slash.html', "esc\x1b[31m.html", "ünï.html"])
        for name in names:
            os.unlink(os.path.join(os.fsencode(self.dir), name))
        r = self.run_makala("--errors", "e.jsonl", *names)
        want = ["line\\nbreak.html", "bad\\xff\\xfeutf8.html", 'quote"back\\slash.html', "esc\\x1b[31m.html", "ünï.html"]
        self.assertEqual(r.err.splitlines(), ["makala: %s: No such file or directory" % n for n in want])
        self.assertEqual([json.loads(line)["input"] for line in self.read("e.jsonl").decode().splitlines()], got)

    def test_files_from(self):
        names = ["a b.html", " c", "d\ne.html", "f.html", "-x.html"]
        for name in names + ["sub/g.html"]:
            self.write(name, page(name))
        self.write("list", b"a b.html\n\n c\n-x.html\nsub\nf.html")
        got = [r["input"] for r in self.good("--json", "--files-from", "list").records()]
        self.assertEqual(got, ["a b.html", " c", "-x.html", "sub/g.html", "f.html"])
        self.assertEqual([r["input"] for r in self.good("--json", "--files-from=list", "f.html").records()], ["f.html"] + got)
        packed = b"d\ne.html\0f.html\0"
        for data in (packed, packed[:-1]):
            self.assertEqual([r["input"] for r in self.good("--json", "-0", "--files-from", "-", data=data).records()], ["d\ne.html", "f.html"])
        self.fails("--files-from", "-", data=b"none.html\n", says="none.html: No such file or directory")
        self.assertEqual(self.good("--json", "--files-from", "-", data=b"").out, b"")
        self.usage("--files-from", "none", says="--files-from none: No such file or directory")
        self.usage("--files-from", "/", says="--files-from /: Is a directory")
        for args in (["--files-from", "-", "-"], ["--files-from", "two"]):
            self.write("two", b"-\n-\n")
            self.usage(*args, says="standard input (-) can be read only once")
        self.write("packed", packed)
        self.usage("--files-from", "packed", says="--files-from packed: contains NUL bytes; --null reads names that end with one")
        self.write("me", b"me\n")
        self.fails("--files-from", "list", "-o", "list", says="list: is one of the inputs")
        self.fails("--files-from", "list", "--errors", "list", says="list: is one of the inputs")

    def test_nothing_found_is_said(self):
        self.fails(code=0, data=b"", says="standard input: warning: no article: the page has no text")
        self.fails("--strict-exit", data=b"", says="standard input: warning: no article: the page has no text")
        self.assertEqual(self.good("-t", "json", data=b"").records()[0]["verdict"], "empty")


class Outputs(Case):
    """--output, --errors, and outputs that break."""

    def setUp(self):
        super().setUp()
        self.write("a.html", page("alpha"))
        self.write("b.html", page("beta"))
        self.alpha = self.good("a.html").out

    def test_file(self):
        self.assertEqual(self.good("-o", "out.md", "a.html").out, b"")
        self.assertEqual(self.read("out.md"), self.alpha)
        self.assertEqual(os.stat(self.path("out.md")).st_mode & 0o777, 0o666 & ~current_umask())
        self.write("out.md", b"old")
        os.chmod(self.path("out.md"), 0o640)
        os.symlink("out.md", self.path("link.md"))
        self.good("--output=link.md", "a.html")
        self.assertEqual(self.read("out.md"), self.alpha)
        self.assertTrue(os.path.islink(self.path("link.md")))
        self.assertEqual(os.stat(self.path("out.md")).st_mode & 0o777, 0o640)
        self.assertEqual(self.good("-o", "-", "a.html").out, self.alpha)
        self.good("-o", "/dev/null", "a.html")
        self.assertEqual(self.good("-o", "/dev/stdout", "a.html").out, self.alpha)
        self.assertEqual(self.leftovers(), [])

    def test_failed_run_keeps_old_file(self):
        self.write("out.md", b"old")
        self.fails("-o", "out.md", "none.html", says="none.html: No such file or directory")
        self.assertEqual(self.read("out.md"), b"old")
        self.fails("-o", "a.html", "a.html", says="a.html: is one of the inputs")
        self.assertEqual(self.read("a.html"), page("alpha"))
        self.assertEqual(self.leftovers(), [])

    def test_directory(self):
        for name in ("d/x.html", "d/sub/x.html", "d/sub/y.htm.gz", "e/x.html", "e/x-2.html", "plain"):
            self.write(name, gzip.compress(page(name)) if name.endswith(".gz") else page(name))
        inputs = ["d", "e/x.html", "e/x-2.html", "plain", "e/x.html"]
        for jobs in ("1", "4"):
            self.good("--no-title-heading", "-j", jobs, "-o", "out/", *inputs)
            found = {}
            for base, _, names in os.walk(self.path("out")):
                for n in names:
                    with open(os.path.join(base, n), "rb") as f:
                        found[os.path.relpath(os.path.join(base, n), self.path("out"))] = f.read()[:200].split(b" This sentence")[0]
            want = {"sub/x.md": "d/sub/x.html", "sub/y.md": "d/sub/y.htm.gz", "x.md": "d/x.html", "x-2.md": "e/x.html", "x-2-2.md": "e/x-2.html",
                    "plain.md": "plain", "x-3.md": "e/x.html"}
            self.assertEqual(found, {k: v.encode() for k, v in want.items()})
            shutil.rmtree(self.path("out"))
        os.mkdir(self.path("out"))
        self.good("-o", "out", "-t", "json", "-", data=page("alpha"))
        self.assertEqual(json.loads(self.read("out/stdin.json"))["title"], "Heading of alpha")
        for form, ending in (("text", "txt"), ("html", "html")):
            self.good("-o", "new/er/", "-t", form, "a.html")
            self.assertEqual(self.read("new/er/a." + ending), self.good("-t", form, "a.html").out)

    def test_directory_or_file(self):
        self.write("d/x.html", page("x"))
        self.write("d/y.html", page("y"))
        for args, found in ((["-o", "out", "d"], ["x.md", "y.md"]), (["-o", "out", "a.html", "b.html"], ["a.md", "b.md"]),
                            (["-ttext", "-o", "out.d-1", "d"], ["x.txt", "y.txt"]), (["-o", "v1.0", "d"], ["x.md", "y.md"]),
                            (["-o", "out/", "a.html"], ["a.md"]), (["-tjson", "-o", "out/", "d"], ["x.json", "y.json"])):
            self.good(*args)
            name = args[args.index("-o") + 1]
            self.assertEqual(sorted(os.listdir(self.path(name))), found, args)
            shutil.rmtree(self.path(name))
        for args in (["-o", "out", "a.html"], ["-o", "out.md", "d"], ["-tjson", "-o", "out", "d"], ["-o", "out.log", "a.html", "b.html"]):
            self.good(*args)
            name = args[args.index("-o") + 1]
            self.assertTrue(os.path.isfile(self.path(name)), args)
            os.unlink(self.path(name))
        self.write("out", b"old")
        self.good("-o", "out", "d")  # a file that exists stays a file
        self.assertIn(b"\f\n", self.read("out"))

    def test_many_equal_names(self):
        for i in range(300):
            self.write("in/%d/index.html" % i, page("p%d" % i, 1))
        self.good("-o", "out/", *["in/%d/index.html" % i for i in range(300)])
        self.assertEqual(len(os.listdir(self.path("out"))), 300)
        self.assertIn(b"p299", self.read("out/index-300.md"))

    def test_own_place(self):
        r = self.run_makala("-t", "html", "-o", ".", "a.html")
        self.assertEqual(r.code, 1)
        self.assertIn("a.html: its output would overwrite it", r.err)
        self.assertEqual(self.read("a.html"), page("alpha"))

    def test_unwritable(self):
        self.fails("-o", "none/out.md", "a.html", says="none/out.md: No such file or directory")
        self.fails("-o", "a.html/x/", "b.html", says="a.html/x/: Not a directory")
        self.fails("-o", "a.html/out.md", "b.html", says="a.html/out.md: Not a directory")
        self.fails("--errors", "none/e", "a.html", says="none/e: No such file or directory")
        os.mkdir(self.path("out"))
        os.mkdir(self.path("out/a.md"))
        r = self.run_makala("-o", "out", "a.html", "b.html")
        self.assertEqual(r.code, 1)
        self.assertIn("makala: a.html: out/a.md: Is a directory", r.err)
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["a.md", "b.md"])

    def test_disk_full(self):
        for jobs in ("1", "4"):
            with open("/dev/full", "wb") as full:
                self.fails("-j", jobs, *["a.html"] * 9, stdout=full, says="standard output: No space left on device")
        self.fails("-o", "/dev/full", "a.html", says="/dev/full: No space left on device")
        self.fails("--errors", "/dev/full", "none.html",
                   says=["none.html: No such file or directory", "/dev/full: no more errors are written: No space left on device"])
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.run_makala("--help", stdout=full).code, 1)

    def test_file_size_limit(self):
        """A limit on file sizes simulates a full disk: no incomplete record and no temporary file may remain."""
        many = ["a.html"] * 600
        args = ["-t", "json", "-j", "1"]
        whole = self.good(*args, "a.html").out
        limit = "ulimit -f 512; trap '' XFSZ; exec \"$0\" \"$@\""  # 256 or 512 kB, depending on the shell's unit
        for resume in ([], ["--resume"]):
            p = subprocess.run(["sh", "-c", limit, MAKALA, *args, *resume, "-o", "out.jsonl", *many], cwd=self.dir, stdin=subprocess.DEVNULL,
                               capture_output=True, timeout=TIMEOUT, check=False)
            self.assertEqual((p.returncode, p.stderr), (1, b"makala: out.jsonl: File too large\n"))
            self.assertEqual(self.leftovers(), [])
            if resume:
                got = self.read("out.jsonl")
                self.assertEqual(got, whole * (len(got) // len(whole)))
                self.assertTrue(got)
            else:
                self.assertFalse(os.path.exists(self.path("out.jsonl")))

    def test_closed_pipe(self):
        for args in (["-j1"], ["-j4"], ["-t", "json"]):
            p = self.start(*args, *["a.html"] * 3000)
            p.stdout.read(100)
            p.stdout.close()
            err = p.stderr.read()
            p.stderr.close()
            self.assertEqual((p.wait(TIMEOUT), err), (1, b""))

    def test_errors_file(self):
        self.write("x.pdf", b"%PDF-1.4")
        self.write("x.gz", b"\x1f\x8b")
        r = self.run_makala("-j2", "--errors", "e.jsonl", "x.pdf", "a.html", "none", "x.gz")
        self.assertEqual(r.code, 1)
        self.assertEqual([json.loads(line) for line in self.read("e.jsonl").splitlines()], [
            {"input": "x.pdf", "status": "not_a_page", "message": "not a web page (PDF)"},
            {"input": "none", "status": "io", "message": "No such file or directory"},
            {"input": "x.gz", "status": "bad_archive", "message": "damaged gzip data (cut short)"},
        ])
        self.good("--errors", "e.jsonl", "a.html")
        self.assertEqual(self.read("e.jsonl"), b"")
        self.fails("--max-input", "9", "--errors", "e.jsonl", "a.html", says="a.html: larger than 9 bytes; --max-input sets the limit")
        self.assertEqual(json.loads(self.read("e.jsonl"))["status"], "too_big")

    def test_strict_exit(self):
        self.write("deep.html", b"<div>" * 600 + page("alpha"))
        self.good("deep.html")
        self.fails("--strict-exit", "deep.html", says="deep.html: warning: elements nested too deeply were flattened")
        self.good("--strict-exit", "a.html")


class Many(Case):
    """Workers, order, progress, interruption, resuming."""

    def setUp(self):
        super().setUp()
        self.names = ["p%03d.html" % i for i in range(120)]
        for i, name in enumerate(self.names):
            self.write("in/" + name, page(name, 1 + (i * 37) % 150))

    def test_same_bytes_with_any_number_of_workers(self):
        for form in ("json", "markdown", "text", "html"):
            hashes = {hashlib.sha256(self.good("-t", form, *jobs, "in").out).hexdigest() for jobs in (["-j1"], ["-j4"], ["--jobs=16"], [])}
            self.assertEqual(len(hashes), 1, form)
        self.assertEqual([r["input"] for r in self.good("-tjson", "-j5", "in").records()], ["in/" + n for n in self.names])

    def test_examples_with_any_number_of_workers(self):
        examples = os.path.join(ROOT, "examples")
        hashes = {self.run_makala("-q", "-t", "json", "--blocks", "--fields", "+markdown,html", j, examples).out for j in ("-j1", "-j4")}
        self.assertEqual(len(hashes), 1)

    def test_order_of_inputs_changes_nothing_else(self):
        forward = self.good("-tjson", "-j2", *["in/" + n for n in self.names]).out.splitlines()
        back = self.good("-tjson", "-j3", *["in/" + n for n in self.names[::-1]]).out.splitlines()
        self.assertEqual(forward, back[::-1])

    def test_memory_is_flat(self):
        self.write("one.html", page("alpha", 40))
        peaks = []
        for n in (100, 6000):
            os.mkdir(self.path("m%d" % n))
            for i in range(n):
                os.link(self.path("one.html"), self.path("m%d" % n, "%05d.html" % i))
            with open(os.devnull, "wb") as null:
                p = self.start("-j2", "-tjson", "m%d" % n, stdout=null, stderr=null)
                _, status, usage = os.wait4(p.pid, 0)
            p.returncode = status
            self.assertEqual(status, 0)
            peaks.append(usage.ru_maxrss)
        self.assertLess(peaks[1] - peaks[0], 4096, peaks)

    def start_and_block(self, *args, **how):
        """Starts a run whose input number 60 of 120 is a named pipe; returns once the command has opened it and waits for data."""
        os.rename(self.path("in", "p060.html"), self.path("p060.html"))
        os.mkfifo(self.path("in", "p060.html"))
        p = self.start(*args, *["in/" + n for n in self.names], **how)
        writer = os.open(self.path("in", "p060.html"), os.O_WRONLY)  # blocks until the command opens the pipe
        self.addCleanup(os.close, writer)
        return p

    def unblock(self):
        os.unlink(self.path("in", "p060.html"))
        os.rename(self.path("p060.html"), self.path("in", "p060.html"))

    def interrupt(self, p, number=signal.SIGINT):
        p.send_signal(number)
        r = self.end(p)
        self.assertEqual(r.code, 128 + number, r.err)
        self.assertRegex(r.err, r"^makala: interrupted: \d+ of 120 inputs done\n$")
        return r

    def test_interrupt_and_resume_a_file(self):
        want = sorted(self.good("-tjson", "in").out.splitlines())
        for jobs in ("-j1", "-j3"):
            for resume in ([], ["--resume"]):
                p = self.start_and_block("-tjson", "-o", "out.jsonl", jobs, *resume)
                self.interrupt(p)
                lines = self.read("out.jsonl").splitlines()
                # Whole records in order. With several workers, the last of them may not have been written yet.
                self.assertEqual([json.loads(x)["input"] for x in lines], ["in/" + n for n in self.names[: len(lines)]])
                self.assertTrue(len(lines) == 60 if jobs == "-j1" else 0 < len(lines) <= 60, (jobs, len(lines)))
                self.assertEqual(self.leftovers(), [])
                self.unblock()
                r = self.run_makala("-tjson", "-o", "out.jsonl", "--resume", jobs, *["in/" + n for n in self.names])
                self.assertEqual((r.code, r.err), (0, "makala: inputs finished by an earlier run: %d\n" % len(lines)))
                self.assertEqual(sorted(self.read("out.jsonl").splitlines()), want)
                os.unlink(self.path("out.jsonl"))

    def test_interrupt_keeps_what_was_there(self):
        for form in ("json", "markdown"):
            self.write("out", b"old")
            self.interrupt(self.start_and_block("-t", form, "-o", "out", "-j2"), signal.SIGTERM)
            self.assertEqual(self.read("out"), b"old")
            self.assertEqual(self.leftovers(), [])
            self.unblock()
        self.interrupt(self.start_and_block("-o", "new.md", "-j1"))
        self.assertFalse(os.path.exists(self.path("new.md")))

    def test_interrupt_on_stdout_ends_with_a_whole_record(self):
        with open(self.path("stdout"), "wb") as out:  # not a pipe, which would fill up and block the run before input 60
            self.interrupt(self.start_and_block("-tjson", "-j2", stdout=out))
        records = [json.loads(line) for line in self.read("stdout").splitlines()]
        self.assertTrue(records)
        self.assertEqual([r["input"] for r in records], ["in/" + n for n in self.names[: len(records)]])

    def test_interrupt_and_resume_a_directory(self):
        for jobs in ("-j1", "-j3"):
            self.interrupt(self.start_and_block("-o", "out/", jobs), signal.SIGHUP)
            done = os.listdir(self.path("out"))
            self.assertGreaterEqual(len(done), 60)
            self.assertEqual([n for n in done if not n.endswith(".md")], [])
            self.unblock()
            self.write("out/p003.md", b"mine")
            r = self.run_makala("-o", "out", "--resume", jobs, *["in/" + n for n in self.names])
            self.assertEqual((r.code, r.err), (0, "makala: inputs finished by an earlier run: %d\n" % len(done)))
            self.assertEqual(sorted(os.listdir(self.path("out"))), [n[:-5] + ".md" for n in self.names])
            self.assertEqual(self.read("out/p003.md"), b"mine")
            self.assertEqual(self.read("out/p119.md"), self.good("in/p119.html").out)
            shutil.rmtree(self.path("out"))

    def test_killed_run_resumes(self):
        whole = self.good("-tjson", "in").out
        for cut in (0, 1, 5, len(whole) // 2, len(whole) - 1, len(whole)):
            self.write("out.jsonl", whole[:cut])
            r = self.run_makala("-tjson", "-o", "out.jsonl", "--resume", "in")
            self.assertEqual(r.code, 0)
            self.assertEqual(self.read("out.jsonl"), whole)

    def test_resume_with_strange_names_and_repeats(self):
        names = [b"a\nb.html", b"q\"\\.html", b"bad\xff.html", b"bad\xfe.html", "ü\t\x01.html".encode(), b"in/p001.html", b"in/p001.html"]
        for name in names[:5]:
            with open(os.path.join(os.fsencode(self.dir), name), "wb") as f:
                f.write(page("x"))
        whole = self.good("-tjson", *names).out.splitlines(True)
        for n in range(len(whole) + 1):
            self.write("out.jsonl", b"".join(whole[:n]))
            self.assertEqual(self.run_makala("-tjson", "-o", "out.jsonl", "--resume", *names).code, 0)
            self.assertEqual(self.read("out.jsonl"), b"".join(whole))

    def test_resume_tries_failures_again(self):
        self.run_makala("-tjson", "-o", "o.jsonl", "--resume", "--errors", "e.jsonl", "in/p001.html", "none.html")
        self.write("none.html", page("late"))
        r = self.run_makala("-tjson", "-o", "o.jsonl", "--resume", "--errors", "e.jsonl", "in/p001.html", "none.html")
        self.assertEqual(r.code, 0)
        self.assertEqual([json.loads(x)["input"] for x in self.read("o.jsonl").splitlines()], ["in/p001.html", "none.html"])
        self.assertEqual(self.read("e.jsonl").count(b"\n"), 1)

    def test_resume_refuses_foreign_files(self):
        self.write("o.jsonl", b'{"id":1}\n')
        self.fails("-tjson", "-o", "o.jsonl", "--resume", "in",
                   says='o.jsonl: line 1 is not a record with an "input"; --resume continues only files written by makala')
        self.assertEqual(self.read("o.jsonl"), b'{"id":1}\n')
        self.fails("-tjson", "-o", "/dev/null", "--resume", "in", says="/dev/null: not a regular file, so --resume cannot continue it")

    def test_progress(self):
        r = self.run_makala("--progress", "-j1", "-tjson", "in", "none.html")
        self.assertEqual(r.code, 1)
        self.assertRegex(r.err, r"\Amakala: none.html: No such file or directory\n121 of 121 done, [\d.]+ pages/s, 1 failed\n\Z")
        self.assertEqual(self.good("in").err, "")
        self.assertEqual(self.good("-q", "--progress", "in").err, "")

    def on_terminal(self, *args, columns=0):
        """Runs the command with standard error on a terminal. Returns the output there; without a terminal, that of --progress."""
        ends = terminal(columns)
        if not ends:
            return None
        p = self.start(*args, stdout=subprocess.DEVNULL, stderr=ends[1])
        os.close(ends[1])
        shown = screen(ends[0])
        self.assertEqual(p.wait(TIMEOUT), 0)
        return shown.decode()

    def test_progress_on_a_terminal(self):
        os.mkfifo(self.path("slow"))
        ends = terminal()
        p = self.start("-j2", "-o", "out.md", *([] if ends else ["--progress"]), *["in/" + n for n in self.names], "slow",
                       stderr=ends[1] if ends else subprocess.PIPE)
        if ends:
            os.close(ends[1])
        writer = os.open(self.path("slow"), os.O_WRONLY)
        time.sleep(0.8)
        os.write(writer, page("late"))
        os.close(writer)
        shown = screen(ends[0]).decode() if ends else None
        _, err = p.communicate(timeout=TIMEOUT)
        self.assertEqual(p.returncode, 0)
        if ends:
            self.assertRegex(shown, r"\r120 of 121 done, [\d.]+ pages/s, 0 failed, eta \d+:\d\d:\d\d\x1b\[K")
            self.assertRegex(shown, r"\r121 of 121 done, [\d.]+ pages/s, 0 failed\x1b\[K\r\n\Z")
        else:
            self.assertIn(b"121 of 121 done", err)

    def test_progress_fits_the_terminal(self):
        for columns, want in ((80, r"120 of 120 done, [\d.]+ pages/s, 0 failed"), (40, "120 of 120 done, 0 failed"), (30, "120 of 120 done, 0 failed"),
                              (20, "120/120, 0 failed"), (10, "120/120"), (5, "120/")):
            shown = self.on_terminal("--progress", "-o", "out.md", "in", columns=columns)
            if shown is None:
                return
            self.assertRegex(shown, r"\r%s\x1b\[K\r\n\Z" % want)
            for line in re.split(r"[\r\n]+", shown.replace("\x1b[K", "")):
                self.assertLess(len(line), columns)

    def test_no_progress_on_a_terminal(self):
        shown = self.on_terminal("--no-progress", "-o", "out.md", "in")
        self.assertIn(shown, ("", None))
        shown = self.on_terminal("--progress", "-o", "out.md", "in")
        if shown is not None:
            self.assertRegex(shown, r"120 of 120 done, [\d.]+ pages/s, 0 failed\x1b\[K\r\n\Z")


class Terminal(Case):
    """What pages and names can make a terminal do: nothing."""

    CONTROLS = [chr(c) for c in [*range(1, 9), 11, 12, *range(14, 32), 127, *range(0x80, 0xA0)]]
    DIRECTIONS = list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    ATTACK = "\x1b]0;title\x07 \x1b[31mred \x9b32m \x90q\x9c \x08\x0b\x0c\x7f\x85 \u202etxt.exe \u2066x\u2069 \u200f\u061c"

    def setUp(self):
        super().setUp()
        attack = "".join("&#%d;" % ord(c) if c == "\r" else c for c in self.ATTACK + "".join(self.CONTROLS) + "".join(self.DIRECTIONS))
        text = "<p>%s This sentence has a subject, a verb and an end, and goes on for a while. %s</p>" % (attack, attack)
        self.write("a.html", ("<!DOCTYPE html><meta charset=utf-8><title>T %s</title><article><h1>H %s</h1>%s<pre>a &#13; b &#27;[2J &#x9b;2J</pre>"
                              "<p title='%s'><a href='/x%s'>l %s</a><img alt='%s' src=x.png></article>"
                              % (attack, attack, text * 3, attack, attack, attack, attack)).encode())

    def run_on_terminal(self, *args):
        """The output of a run, with standard output and error on one terminal. Without terminals, what the filters leave is not known, so
        only messages are checked."""
        ends = terminal()
        if not ends:
            return self.run_makala(*args).err.encode()
        p = self.start(*args, stdout=ends[1], stderr=ends[1])
        os.close(ends[1])
        shown = screen(ends[0])
        p.wait(TIMEOUT)
        return shown

    def check(self, shown, in_line, *args):
        text = re.sub(r"\r\x1b\[K", "", shown.decode("utf-8").replace("\r\n", "\n"))
        for c in self.CONTROLS + ["\r"] + (self.DIRECTIONS if in_line else []):
            self.assertNotIn(c, text, (args, hex(ord(c))))

    def test_outputs(self):
        ends = terminal()
        has_terminal = ends is not None
        for end in ends or ():
            os.close(end)
        for args in (["-t", "markdown", "--images"], ["-t", "text"], ["-t", "html", "--images"], ["-t", "json", "--blocks", "--links", "--images"],
                     ["-t", "json", "--fields", "+markdown,html"]):
            for inputs in (["a.html"], ["a.html", "a.html"]):
                shown = self.run_on_terminal("--everything", *args, *inputs)
                self.check(shown, False, *args)
                if has_terminal:
                    self.assertIn(b"This sentence has", shown)
        for command in ("explain", "tree", "features"):
            self.check(self.run_on_terminal(command, "a.html"), command == "explain", command)

    def test_outputs_are_raw_elsewhere(self):
        for form in ("markdown", "text", "html"):
            self.assertIn("\x1b[31m".encode(), self.run_makala("-t", form, "--everything", "a.html").out)
            self.run_makala("-t", form, "--everything", "-o", "out", "a.html")
            self.assertIn("\x1b[31m".encode(), self.read("out"))
        self.assertIn(b"\x1b[31m", self.good("tree", "a.html").out)

    def test_messages(self):
        name = self.ATTACK.replace("/", "") + ".html"
        raw = os.fsencode(name) + b"\xff\x9b"
        with open(os.path.join(os.fsencode(self.dir), os.fsencode("pdf" + name)), "wb") as f:
            f.write(b"%PDF-1.4")
        self.write("x.html", page("x"))
        for args in ([name], [raw], ["pdf" + name], ["--" + name], ["--to", name], ["--charset", name], ["--fields", name, "-tjson"], ["-j", name],
                     ["--max-input", name], ["--input-type", name], ["-" + name], ["explain", name], ["tree", name],
                     ["-o", "none/" + name, "x.html"], ["--errors", "none/" + name, "x.html"], ["-o", "pdf" + name, "--resume", "-tjson", "x.html"],
                     ["--errors", "pdf" + name, "x.html"], ["--url", name, "x.html"], ["--files-from", name], ["http://" + name]):
            shown = self.run_on_terminal(*args)
            self.assertIn(b"makala: ", shown, args)
            self.check(shown, True, *args)

    def test_records_are_utf8(self):
        self.write("x.html", page("x"))
        for url in (b"http://\xff.org/", b"http://e.org/\xff", b"http://e.org/\xc3", b"http://e.org/?\xed\xa0\x80#\xff", "http://e.org/\x9b".encode()):
            out = self.run_makala("-t", "json", "--links", "--url", url, "x.html").out
            for c in self.CONTROLS[32:]:
                self.assertNotIn(c, out.decode("utf-8"))
        for name in (b"bad\xff.html", b"\xc2\x9b\xc2", b"\xed\xa0\x80"):
            with open(os.path.join(os.fsencode(self.dir), name), "wb") as f:
                f.write(page("x"))
            (record,) = self.good("-t", "json", name).records()
            self.assertEqual(re.sub(rb"%(..)", lambda m: bytes([int(m[1], 16)]), record["input_bytes"].encode()), name)
            self.assertNotIn("\x9b".encode(), self.good("-t", "json", name).out)
            self.run_makala("--errors", "e.jsonl", name + b"x")
            self.assertNotIn("\x9b", self.read("e.jsonl").decode("utf-8"))


class CommandLine(Case):
    """Wrong options, help, manual page, completions."""

    def test_wrong_options(self):
        self.usage("--markdwon", says="unknown option --markdwon")
        self.usage("--progrss", "x", says="unknown option --progrss; did you mean --progress?")
        self.usage("--no-lnks", "x", says="did you mean --no-links?")
        self.usage("--xyzzy", "x", says="unknown option --xyzzy")
        self.usage("-x", says="unknown option -x; the short options are -t -o -0 -j -q -V -h")
        self.usage("-qx", says="unknown option -x")
        self.usage("--resume=yes", says="--resume takes no value")
        self.usage("--to", says="--to needs a value: --to FORMAT (markdown")
        self.usage("-j", says="--jobs needs a value")
        self.usage("--url=", "x", says="--url: the value is empty")
        self.usage("", says="an INPUT is an empty string")
        self.usage("--=x", "x", says="unknown option --")

    def test_abbreviations(self):
        self.write("a.html", page("alpha"))
        want = self.good("--no-links", "--everything", "a.html").out
        self.assertEqual(self.good("--no-l", "--every", "a.html").out, want)
        self.assertEqual(self.good("--out=x.md", "--no-li", "--ev", "a.html").out, b"")
        self.assertEqual(self.read("x.md"), want)
        self.usage("--no", "a.html", says="--no is short for several options: --no-comments, --no-tables, --no-title-heading, --no-links, --no-progress")
        self.usage("--f", "x", "a.html", says="--f is short for several options: --force, --files-from, --fields")
        self.assertEqual(self.good("tree", "--f", "td", data=b"x").out, b'| "x"\n')  # the only one for makala tree
        self.usage("tree", "--js", "a.html", says="unknown option --js")
        self.good("--text", "a.html")  # exact, although --t is short for two

    def test_names_that_look_like_options(self):
        self.write("-x.html", page("alpha"))
        self.write("-x", page("alpha"))
        self.write("--y", page("alpha"))
        self.usage("-x.html", says="unknown option -x; an input of that name is given as ./-x.html, or after --")
        self.usage("-x", says="unknown option -x; an input of that name is given as ./-x, or after --")
        self.usage("--y", says="unknown option --y; an input of that name is given as ./--y, or after --")
        self.assertIn(b"alpha", self.good("--", "-x.html").out)
        self.assertIn(b"alpha", self.good("./-x.html").out)

    def test_addresses_of_pages(self):
        self.write("a.html", page("alpha"))
        for url in ("notaurl", "file:///tmp/a.html", "http://", "mailto:a@b.org", "//example.org/", "/x", "http://e.org/" + "x" * 9000):
            self.usage("--url", url, "a.html", says="must be an absolute address that begins with http:// or https://")
        self.usage("--url", "www.example.org/a", "a.html", says="https://; did you mean https://www.example.org/a?")
        self.usage("explain", "--url", "notaurl", "a.html", says="--url notaurl")
        for url in ("http://e.org", "HTTPS://E.ORG/x", "https://b\u00fccher.example/?q"):
            self.good("--url", url, "a.html")

    def test_wrong_values(self):
        self.usage("--to", "markdwon", "x", says=["--to markdwon: unknown format; did you mean markdown?", "markdown, text, json, html and chunks"])
        self.usage("-tcsv", "x", says="--to csv: unknown format")
        self.usage("-tjson", "--fields", "title,autor", "x", says=['unknown field "autor"', "input, url, canonical_url", "provenance"])
        self.usage("-tjson", "--fields", "titel", "x", says="did you mean title?")
        self.usage("-tjson", "--fields", "title,,url", "x", says='unknown field ""')
        for value in ("0", "257", "-1", "x", "4x", "99999999999999999999"):
            self.usage("-j", value, "x", says="--jobs %s: must be a number from 1 to 256" % value)
        for value in ("0", "12Q", "M", "3G", "99999999999999999999999", "-5", "1MB"):
            self.usage("--max-input", value, "x", says="--max-input %s: must be a size from 1 to 2G" % value)
        for value in ("1023K", "1025G"):
            self.usage("--max-memory", value, "x", says="--max-memory %s: must be a size from 1M to 1024G" % value)
        self.usage("--charset", "uft-8", "x", says=["--charset uft-8: unknown encoding; did you mean utf-8?", "encoding.spec.whatwg.org"])
        self.usage("--input-type", "txt", "x", says=["--input-type txt: unknown type; did you mean text?", "auto, html and text"])
        self.usage("tree", "--input-type", "html", "x", says="--input-type")
        self.usage("--charset", "klingon", "x", says="--charset klingon: unknown encoding. All labels: https://")

    def test_sizes(self):
        data = page("alpha")
        for size in ("2G", "1048576", "512k", "3m"):
            self.good("--max-input", size, data=data)
        for size in ("1M", "1024G", "2g"):
            self.assertEqual(self.run_makala("--max-memory", size, data=b"<p>x").code, 0)

    def test_what_does_not_go_together(self):
        for option in (["--fields", "title"], ["--blocks"], ["--links"]):
            self.usage("-tmarkdown", *option, "x", says=option[0] + " needs --to json")
            self.usage("-o", "x.html", *option, "x", says=option[0] + " needs --to json")
        self.usage("--links", "x", says="--links needs --to json")
        self.usage("-0", "x", says="--null needs --files-from")
        self.usage("--errors", "-", "x", says="--errors needs a file")
        self.usage("--resume", "x", says="--resume needs --output")
        self.usage("--resume", "-o", "-", "-tjson", "x", says="--resume needs --output")
        self.usage("--resume", "-o", "out.md", "x", says="--resume with --output out.md needs --to json")
        self.usage("--resume", "-o", "o", "-tjson", "--fields", "title", "x", says="--resume needs the field input")
        self.usage("--url", "http://e.org/", "x", "y", says="--url is the address of one page; there are 2 inputs")
        self.usage("-", "-", says="standard input (-) can be read only once")

    def test_version(self):
        with open(os.path.join(ROOT, "makala.h"), encoding="utf-8") as f:
            version = re.search(r'MK_VERSION_STRING "(.*)"', f.read()).group(1)
        out = self.good("--version").out.decode()
        self.assertRegex(out, r"\Amakala %s\nbuilt with: detector=(uchardet|none) languages=(cld2|none) vectors=\w+\ncompressed inputs: gzip, zstd\n\Z" % re.escape(version))
        self.assertEqual(self.good("-V").out.decode(), out)

    def help_options(self):
        text = self.good("--help").out.decode()
        self.assertEqual(text, self.good("-h").out.decode())
        return text, dict((long, short) for short, long in re.findall(r"^  (?:-(\w),|   ) --([\w-]+)", text, re.M))

    def test_help_fits_a_terminal(self):
        text, _ = self.help_options()
        self.assertEqual(re.findall(r"^(\w.*):$", text, re.M), ["Output", "Inputs", "What to keep", "Fields of JSON", "Chunks", "Long runs", "Limits", "Others"])
        self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_manual_lists_the_same_options(self):
        _, want = self.help_options()
        with open(os.path.join(ROOT, "docs", "makala.1"), encoding="utf-8") as f:
            manual = f.read()
        body = manual[manual.index("The options are:"):manual.index(".Ss Questions")]
        items = [line for line in body.splitlines() if line.startswith(".It Fl ")]
        got = {}
        for item in items:
            letter = re.search(r"Fl (\w) ", item)
            for name in re.findall(r"Fl \\-([\w-]+)", item):
                got[name] = letter.group(1) if letter else ""
        self.assertEqual(got, want)
        fields = re.findall(r"^\.It Li (\w+)", manual[manual.index(".Sh RECORD"):manual.index(".Sh SIGNALS")], re.M)
        self.assertEqual(fields, ["schema", *self.fields()])
        for name in re.findall(r"Fl \\-([\w-]+)", manual):
            self.assertIn(name, want)

    def fields(self):
        err = self.run_makala("-tjson", "--fields", "?", "x").err
        return re.search(r"The fields are (.*)", err).group(1).split(", ")

    def test_completions_list_the_same_options(self):
        _, want = self.help_options()
        names, letters = set(want), {s for s in want.values() if s}
        texts = {}
        for name in ("makala.bash", "_makala", "makala.fish"):
            with open(os.path.join(ROOT, "completions", name), encoding="utf-8") as f:
                texts[name] = f.read()
            fields = re.search(r"fields[= ]['(]?([a-z_ ]+)", texts[name]).group(1).split()
            self.assertEqual(fields, self.fields(), name)
        lists = " ".join(re.findall(r"options='([^']*)'", texts["makala.bash"])).split()
        self.assertEqual({w[2:] for w in lists if w.startswith("--")}, names)
        self.assertEqual({w[1] for w in lists if re.fullmatch(r"-\w", w)}, letters)
        zsh = re.sub(r"'\([^)]*\)'", "'", re.sub(r"'\((?:-| |\*|\w)*\)--", "'--", texts["_makala"]))
        self.assertEqual(set(re.findall(r"(?:'|,)--([\w-]+)", zsh)), names)
        self.assertEqual(set(re.findall(r"\{-(\w),--", zsh)), letters)
        self.assertEqual(set(re.findall(r"^complete .* -l ([\w-]+)", texts["makala.fish"], re.M)), names)
        self.assertEqual(set(re.findall(r" -s (\w)\b", texts["makala.fish"])), letters)

    def test_bash_completion_works(self):
        script = ". '%s'; COMP_WORDS=(makala %s); COMP_CWORD=%d; compopt() { :; }; _makala; printf '%%s\\n' \"${COMPREPLY[@]}\""
        for words, want in (
            ("--no-ta", ["--no-tables"]),
            ("-t js", ["json"]),
            ("--to = ma", ["markdown"]),
            ("expl", ["explain"]),
            ("tree --fr", ["--fragment"]),
            ("explain --fi", [""]),
            ("--fields title,can", ["title,canonical_url"]),
            ("--fields +mark", ["+markdown"]),
            ("--fields +html,aut", ["+html,authors"]),
            ("--mark", ["--markdown"]),
        ):
            source = script % (os.path.join(ROOT, "completions", "makala.bash"), words, len(words.split()))
            p = subprocess.run(["bash", "-c", source], cwd=self.dir, capture_output=True, timeout=TIMEOUT, check=False)
            self.assertEqual((p.stdout.decode().splitlines(), p.stderr), (want, b""), words)

    def test_shells_accept_the_completions(self):
        ran = 0
        for command in (["bash", "-n", "makala.bash"], ["zsh", "-n", "_makala"], ["fish", "--no-execute", "makala.fish"]):
            if shutil.which(command[0]):
                p = subprocess.run(command, cwd=os.path.join(ROOT, "completions"), capture_output=True, timeout=TIMEOUT, check=False)
                self.assertEqual((p.returncode, p.stderr), (0, b""), command)
                ran += 1
        self.assertGreaterEqual(ran, 1)

    def test_manual_page_is_well_formed(self):
        if not shutil.which("mandoc"):
            if IN_CI:
                self.fail("mandoc is not installed")
            self.skipTest("mandoc is not installed")
        p = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", os.path.join(ROOT, "docs", "makala.1")], capture_output=True,
                           timeout=TIMEOUT, check=False)
        self.assertEqual(p.stdout.decode(), "")


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in background jobs, and programs inherit that
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    suite = unittest.TestSuite()
    for case in (Formats, Reports, Inputs, Outputs, Many, Terminal, CommandLine):
        for name in unittest.defaultTestLoader.getTestCaseNames(case):
            if not names or name in names:
                suite.addTest(case(name))
    if not os.access(MAKALA, os.X_OK):
        print("cli: %s is missing; run make first" % MAKALA)
        return 1
    result = unittest.TextTestRunner(verbosity=2 if "-v" in sys.argv[1:] else 1).run(suite)
    failed = len(result.failures) + len(result.errors)
    for test, reason in result.skipped:
        print("SKIPPED %s: %s" % (test.id(), reason))
    sys.stderr.flush()
    print("cli: %d passed, %d failed" % (result.testsRun - failed - len(result.skipped), failed), flush=True)
    return 1 if failed or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
