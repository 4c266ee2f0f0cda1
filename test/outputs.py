#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests that the command destroys no file.

    test/outputs.py [-v] [--kills N] [NAME...]    N: runs to kill, by default 15; NAME: test methods to run, by default all

A table has a row for each kind of file that an option for an output may lead to, and a column for each such option. Every run of
the table happens in a folder full of foreign files, and is checked to have changed only the file that it may change. Another test
kills runs at random moments and resumes them. The last line is "outputs: N passed, N failed".
"""

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAKALA = os.path.abspath(os.environ.get("MAKALA", os.path.join(ROOT, os.environ.get("BUILD", "build"), "makala")))
TIMEOUT = 120
KILLS = 15

FOREIGN_TEXT = b"my only copy"
FOREIGN_JSON = b'{"id": 1, "text": "mine"}\n{"id": 2}\n'
NOBODY = 65534


def page(name, n=3):
    text = "".join("<p>%s: sentence %d has a subject, a verb and an end, and so it goes on for a while.</p>" % (name, i) for i in range(n))
    return ("<!DOCTYPE html><title>%s</title><article><h1>%s</h1>%s</article>" % (name, name, text)).encode()


def snapshot(folder):
    """For each path below folder: kind, mode, inode and content; for links also where they lead to."""
    found = {}
    for base, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(base, name)
            st = os.lstat(path)
            content = os.readlink(path) if stat.S_ISLNK(st.st_mode) else None
            if stat.S_ISREG(st.st_mode):
                with open(path, "rb") as f:
                    content = f.read()
            found[os.path.relpath(path, folder)] = (stat.S_IFMT(st.st_mode), stat.S_IMODE(st.st_mode), content)
    return found


class Case(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="makala-outputs-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o777)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as f:
            f.write(data)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def makala(self, *args, **how):
        how.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run([MAKALA, *args], cwd=self.dir, capture_output=True, timeout=TIMEOUT, check=False, **how)

    def records(self, *inputs):
        return self.makala("-t", "json", *inputs).stdout


class Table(Case):
    """Each kind of existing file, for each option that names an output."""

    # For each option: the arguments before the target, and the name of the target.
    OPTIONS = {
        "-o markdown": ["-t", "markdown", "-o"],
        "-o text": ["-t", "text", "-o"],
        "-o html": ["-t", "html", "-o"],
        "-o json": ["-t", "json", "-o"],
        "--resume": ["-t", "json", "--resume", "-o"],
        "--errors": ["-t", "json", "-o", "other.jsonl", "--errors"],
        "--errors --resume": ["-t", "json", "-o", "other.jsonl", "--resume", "--errors"],
    }

    def own(self, option):
        """The output of an earlier run with this option, of other inputs."""
        if "errors" in option:
            self.makala("-o", "/dev/null", "--errors", "made", "lost-1.html", "lost-2.html")
            data = self.read("made")
            os.unlink(self.path("made"))
            return data
        return self.records("old-1.html", "old-2.html")

    def prepare(self, kind, option):
        """Makes the target. Returns its name."""
        name = "target"
        own = self.own(option)
        contents = {"empty": b"", "own whole": own, "own torn": own[:-9], "own without its last newline": own[:-1], "foreign text": FOREIGN_TEXT,
                    "foreign lines": FOREIGN_TEXT + b"\n", "foreign JSON": FOREIGN_JSON, "own with a foreign line": own + b"my note\n",
                    "own with a foreign tail": own + b"my note", "torn alone": own.splitlines(True)[0][:-9], "read-only file": own}
        if kind == "missing":
            name = "target.new"  # with an ending, since two inputs would make a directory of it
        elif kind in contents:
            self.write(name, contents[kind])
        if kind == "read-only file":
            os.chmod(self.path(name), 0o444)
        elif kind == "input":
            name = "in.html"
        elif kind == "input by another path":
            name = "./sub/../in.html"
        elif kind == "symlink to an input":
            os.symlink("in.html", self.path(name))
        elif kind == "symlink to a symlink to an input":
            os.symlink("sub/link", self.path(name))
            os.symlink("../in.html", self.path("sub/link"))
        elif kind == "hard link to an input":
            os.link(self.path("in.html"), self.path(name))
        elif kind == "symlink":
            self.write("sub/behind", own)
            os.symlink("sub/behind", self.path(name))
        elif kind == "dangling symlink":
            os.symlink("nowhere", self.path(name))
        elif kind == "symlink in a circle":
            os.symlink(name, self.path(name))
        elif kind == "directory":
            self.write("target/mine.txt", FOREIGN_TEXT)
        elif kind == "file in an unwritable folder":
            self.write("locked/target", own)
            os.chmod(self.path("locked"), 0o555)
            name = "locked/target"
        elif kind == "fifo":
            os.mkfifo(self.path(name))
        elif kind == "/dev/null":
            name = kind
        return name

    # What must happen: "changed" the target is written, "same" nothing changes and the run fails, "direct" the run succeeds and the
    # target is still what it was. By default for all options; "-o" stands for those without --resume.
    KINDS = {
        "missing": "changed",
        "empty": "changed",
        "own whole": "changed",
        "own torn": "changed",
        "own without its last newline": "changed",
        "foreign text": {"-o": "changed", "--resume": "same", "--errors": "same"},
        "foreign lines": {"-o": "changed", "--resume": "same", "--errors": "same"},
        "foreign JSON": {"-o": "changed", "--resume": "same", "--errors": "same"},
        "own with a foreign line": {"-o": "changed", "--resume": "same", "--errors": "same"},
        "own with a foreign tail": {"-o": "changed", "--resume": "same", "--errors": "same"},
        "torn alone": {"-o": "changed", "--resume": "same", "--errors": "same"},
        "input": "same",
        "input by another path": "same",
        "symlink to an input": "same",
        "symlink to a symlink to an input": "same",
        "hard link to an input": "same",
        "symlink": "changed",
        "dangling symlink": "same",
        "symlink in a circle": "same",
        "directory": {"-o": "inside", "--resume": "inside", "--errors": "same"},
        "read-only file": "same",
        "file in an unwritable folder": {"-o": "same", "--resume": "changed", "--errors": "changed"},
        "fifo": {"-o": "direct", "--resume": "same", "--errors": "direct"},
        "/dev/null": {"-o": "direct", "--resume": "same", "--errors": "direct"},
    }
    PERMISSIONS = {"read-only file", "file in an unwritable folder"}

    def run_one(self, kind, option, name):
        """Runs the command as a user who is bound by permissions; drains a fifo meanwhile."""
        drained = []
        how = {}
        binary = MAKALA
        if kind in self.PERMISSIONS and os.geteuid() == 0:
            binary = shutil.copy(MAKALA, self.path("makala"))
            for base, folders, files in os.walk(self.dir):
                for n in folders + files:
                    os.lchown(os.path.join(base, n), NOBODY, NOBODY)
            how = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        drain = None
        if kind == "fifo":
            def read_fifo():
                with open(self.path(name), "rb") as f:
                    drained.append(f.read())
            drain = threading.Thread(target=read_fifo, daemon=True)
            drain.start()
        before = snapshot(self.dir)
        run = subprocess.run([binary, *self.OPTIONS[option], name, "in.html", "lost.html"], cwd=self.dir, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=TIMEOUT, check=False, **how)
        if drain and not drained:
            if run.returncode and b"regular" in run.stderr:  # refused: end the wait of the reader
                with open(self.path(name), "wb"):
                    pass
            drain.join(TIMEOUT)
        return run, before, drained

    def check(self, kind, option):
        self.write("in.html", page("input"))
        self.write("old-1.html", page("old one"))
        self.write("old-2.html", page("old two"))
        self.write("mine.txt", FOREIGN_TEXT)
        self.write("sub/mine.html", page("mine"))
        name = self.prepare(kind, option)
        want = self.KINDS[kind]
        if isinstance(want, dict):
            want = want["--errors" if "errors" in option else "--resume" if "resume" in option else "-o"]
        run, before, drained = self.run_one(kind, option, name)
        after = snapshot(self.dir)
        said = run.stderr.decode()
        self.assertEqual(run.returncode, 1, said)  # lost.html is missing, so every run has a failure
        real = os.path.relpath(os.path.realpath(self.path(name)), self.dir)
        may = {"other.jsonl"} | ({real} if want == "changed" else {n for n in after if n.startswith("target/in.")} if want == "inside" else set())
        for other in set(before) | set(after):
            if other not in may:
                self.assertEqual(after.get(other), before.get(other), other)
        if want == "same":
            self.assertIn(name, said)
            self.assertNotIn("lost.html", said)  # said before any work was done
        else:
            self.assertIn("lost.html: No such file or directory", said)
        if want == "changed":
            self.check_changed(option, before.get(real), after[real])
        if want == "inside":
            self.assertEqual(len(may), 2)
        if drained and want == "direct":
            self.assertIn(b"lost.html" if "errors" in option else b"sentence 1 has", drained[0])

    def check_changed(self, option, before, after):
        self.assertEqual(before[0] if before else stat.S_IFREG, after[0])
        if before:
            self.assertEqual(before[1], after[1])
        if "errors" in option or "json" in option or option == "--resume":
            rows = [json.loads(line) for line in after[2].splitlines()]
            self.assertTrue(after[2].endswith(b"\n"))
            self.assertEqual(rows[-1]["input"], "lost.html" if "errors" in option else "in.html")
            old = [json.loads(line) for line in before[2].splitlines() if line.endswith(b"}")] if before and "resume" in option else []
            self.assertEqual(rows[:-1], old)
        else:
            self.assertIn(b"sentence 1 has", after[2])

    def test_table(self):
        for option in self.OPTIONS:
            for kind in self.KINDS:
                with self.subTest(option=option, kind=kind):
                    self.check(kind, option)
                for base, folders, _ in os.walk(self.dir):
                    for n in folders:
                        os.chmod(os.path.join(base, n), 0o755)
                shutil.rmtree(self.dir)
                os.mkdir(self.dir)
                os.chmod(self.dir, 0o777)


class Others(Case):
    """Cases that are not in the table."""

    def setUp(self):
        super().setUp()
        self.write("a.html", page("alpha"))
        self.write("b.html", page("beta"))

    def unchanged(self, *args, says, code=1, **how):
        before = snapshot(self.dir)
        run = self.makala(*args, **how)
        self.assertEqual(run.returncode, code, run.stderr)
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, run.stderr.decode())
        self.assertEqual(snapshot(self.dir), before)
        return run

    def test_outputs_that_meet(self):
        self.unchanged("-o", "x", "--errors", "x", "a.html", says="x: is the file of --errors too")
        self.unchanged("-o", "x", "--errors", "./x", "a.html", says="x: is the file of --errors too")
        os.mkdir(self.path("d"))
        os.symlink("d", self.path("e"))
        self.unchanged("-o", "d/x", "--errors", "e/x", "a.html", says="d/x: is the file of --errors too")
        self.write("old", b"")
        os.link(self.path("old"), self.path("other"))
        os.symlink("old", self.path("link"))
        for name in ("old", "other", "link"):
            self.unchanged("-tjson", "-o", "old", "--errors", name, "a.html", says="old: is the file of --errors too")
        with open(self.path("stdout"), "ab") as out:
            self.assertEqual(subprocess.run([MAKALA, "--errors", "stdout", "a.html"], cwd=self.dir, stdout=out, stderr=subprocess.DEVNULL, check=False).returncode, 1)
        self.assertEqual(self.read("stdout"), b"")
        self.assertEqual(self.makala("-o", "/dev/null", "--errors", "/dev/null", "a.html").returncode, 0)

    def test_standard_output_is_an_input(self):
        for args in (["a.html"], ["-o", "/dev/stdout", "b.html", "a.html"], ["-o", "/dev/fd/1", "a.html"]):
            with open(self.path("a.html"), "ab") as out:
                run = subprocess.run([MAKALA, *args], cwd=self.dir, stdout=out, stderr=subprocess.PIPE, check=False)
            self.assertEqual(run.returncode, 1, args)
            self.assertRegex(run.stderr, rb"\Amakala: (standard output|/dev/fd/1): is one of the inputs\n\Z")
            self.assertEqual(self.read("a.html"), page("alpha"))

    def test_standard_input_is_an_input(self):
        with open(self.path("a.html"), "rb") as f:
            self.unchanged("-o", "a.html", stdin=f, says="a.html: is one of the inputs")
        with open(self.path("a.html"), "rb") as f:
            self.unchanged("--errors", "a.html", "b.html", "-", stdin=f, says="a.html: is one of the inputs")

    def test_devices_keep_what_is_there(self):
        with open(self.path("log"), "wb") as out:
            out.write(b"before\n")
            out.flush()
            self.assertEqual(subprocess.run([MAKALA, "-o", "/dev/stdout", "a.html"], cwd=self.dir, stdout=out, check=False).returncode, 0)
        self.assertEqual(self.read("log"), b"before\n" + self.makala("a.html").stdout)

    def test_errors_without_its_file(self):
        self.unchanged("--errors", "a.html", "b.html", says="a.html: line 1 is not an error of a makala run, so the file is left alone")
        self.unchanged("b.html", "--errors", "a.html", says="a.html: line 1")

    def test_names_in_a_folder(self):
        for name in ("e/a.htm", "e/a.html", "e/a.xht", "e/a.html.gz"):
            self.write(name, page(name))
        run = self.makala("-t", "html", "-o", "e/", "e/")
        self.assertEqual(run.returncode, 1)
        self.assertIn("e/a.htm: its output would overwrite another input", run.stderr.decode())
        for name in ("e/a.htm", "e/a.html", "e/a.xht", "e/a.html.gz"):
            self.assertEqual(self.read(name), page(name))
        shutil.rmtree(self.path("e"))
        for name in ("e/a.htm", "e/a.html", "e/a.xht", "e/a.html.gz"):
            self.write(name, page(name))
        self.makala("-t", "text", "-o", "out/", "e/")
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["a-2.txt", "a-3.txt", "a-4.txt", "a.txt"])
        texts = b"".join(self.read("out/" + name) for name in os.listdir(self.path("out")))
        for name in (b"e/a.htm:", b"e/a.html:", b"e/a.xht:", b"e/a.html.gz:"):
            self.assertIn(name, texts)

    def test_existing_files_in_a_folder(self):
        self.write("out/a.md", FOREIGN_TEXT)
        run = self.makala("-o", "out", "--errors", "e.jsonl", "a.html", "b.html")
        self.assertEqual((run.returncode, run.stderr), (1, b"makala: a.html: out/a.md exists and is left alone; --force replaces it\n"
                                                           b"makala: files left alone because they exist: 1 (--force replaces them, --resume takes them as done)\n"))
        self.assertEqual(self.read("out/a.md"), FOREIGN_TEXT)
        self.assertIn(b"beta: sentence 1", self.read("out/b.md"))
        self.assertEqual(json.loads(self.read("e.jsonl"))["status"], "write")
        self.assertEqual(self.makala("-o", "out", "--resume", "a.html", "b.html").returncode, 0)
        self.assertEqual(self.read("out/a.md"), FOREIGN_TEXT)
        self.assertEqual(self.makala("-o", "out", "--force", "a.html", "b.html").returncode, 0)
        self.assertIn(b"alpha: sentence 1", self.read("out/a.md"))

    def test_force_spares_inputs_and_links(self):
        self.write("real.html", page("real"))
        os.mkdir(self.path("out"))
        os.symlink("../real.html", self.path("out/a.html"))
        os.symlink("nowhere", self.path("out/b.html"))
        os.link(self.path("real.html"), self.path("out/c.html"))
        self.write("c.html", page("gamma"))
        run = self.makala("-t", "html", "--force", "-o", "out", "a.html", "b.html", "c.html", "real.html")
        self.assertEqual(run.returncode, 1)
        said = run.stderr.decode()
        self.assertIn("a.html: its output would overwrite another input", said)
        self.assertIn("b.html: out/b.html: is a symbolic link to a file that does not exist", said)
        self.assertIn("c.html: its output would overwrite another input", said)
        self.assertEqual(self.read("real.html"), page("real"))
        self.assertTrue(os.path.islink(self.path("out/a.html")) and os.path.islink(self.path("out/b.html")))
        run = self.makala("-t", "html", "--force", "-o", "out", "a.html")
        self.assertEqual(run.returncode, 0)  # now real.html is no input: written through the link, as cp does
        self.assertTrue(os.path.islink(self.path("out/a.html")))
        self.assertIn(b"alpha: sentence 1", self.read("real.html"))

    def test_errors_among_the_outputs(self):
        os.mkdir(self.path("out"))
        run = self.makala("--force", "-o", "out", "--errors", "out/a.md", "a.html", "b.html")
        self.assertIn("a.html: its output would overwrite", run.stderr.decode())
        self.assertEqual(json.loads(self.read("out/a.md"))["input"], "a.html")

    def test_names_that_are_not_utf8(self):
        folder = os.fsencode(self.path("nu"))
        os.mkdir(folder)
        names = [b"a\xfe.html", b"a\xff.html", b"a\xc3\x28.html", b"a%FE.html", "a\ufffd.html".encode()]
        for name in names:
            with open(os.path.join(folder, name), "wb") as f:
                f.write(b"%PDF-1.4" if name == names[0] else page(repr(name)))
        for jobs in ("-j1", "-j3"):
            self.makala("-q", jobs, "-t", "json", "-o", "r.jsonl", "--resume", "nu")
            with open(os.path.join(folder, names[0]), "wb") as f:
                f.write(page(repr(names[0])))
            self.makala("-q", jobs, "-t", "json", "-o", "r.jsonl", "--resume", "nu")
            text = self.read("r.jsonl").decode()
            for name in names:
                self.assertEqual(sum(json.loads(line)["title"] == repr(name) for line in text.splitlines()), 1, name)
            self.assertEqual(self.makala("-t", "json", "-o", "r.jsonl", "--resume", "nu").stderr,
                             b"makala: inputs finished by an earlier run: 5\n")
            with open(os.path.join(folder, names[0]), "wb") as f:
                f.write(b"%PDF-1.4")
            os.unlink(self.path("r.jsonl"))

    def test_resume_repeats_no_error(self):
        for _ in range(3):
            self.makala("-t", "json", "-o", "o.jsonl", "--resume", "--errors", "e.jsonl", "a.html", "none.html", "gone.html")
        self.assertEqual([json.loads(line)["input"] for line in self.read("e.jsonl").splitlines()], ["none.html", "gone.html"])

    def test_full_disk_keeps_the_old_file(self):
        """A limit on file sizes simulates a full disk. The signal of that limit is not ignored here, but makala ignores it."""
        self.write("big.html", page("big", 12000))
        os.mkdir(self.path("out"))
        for args in (["-o", "old.md"], ["-t", "json", "-o", "old.md"], ["--force", "-o", "out"]):
            self.write("old.md", FOREIGN_TEXT)
            self.write("out/big.md", FOREIGN_TEXT)
            before = snapshot(self.dir)
            run = subprocess.run(["sh", "-c", "ulimit -f 256; exec \"$0\" \"$@\"", MAKALA, *args, "big.html"], cwd=self.dir, stdin=subprocess.DEVNULL,
                                 capture_output=True, timeout=TIMEOUT, check=False)
            self.assertEqual(run.returncode, 1)
            self.assertIn(b"File too large", run.stderr)
            self.assertEqual(snapshot(self.dir), before)

    def test_two_runs_cannot_continue_one_file(self):
        os.mkfifo(self.path("slow"))
        for start in (self.records("b.html"), b""):  # a file that exists, and one that the first run creates
            if start:
                self.write("o.jsonl", start)
            args = ["-t", "json", "-o", "o.jsonl", "--resume", "-j1"]
            many = ["a.html"] * 2000 if not start else ["a.html"]  # enough records to be written before the end
            p = subprocess.Popen([MAKALA, *args, *many, "slow"], cwd=self.dir, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            writer = os.open(self.path("slow"), os.O_WRONLY)
            self.unchanged(*args, "b.html", says="o.jsonl: another run is writing to it")
            os.write(writer, page("slow"))
            os.close(writer)
            self.assertEqual(p.wait(TIMEOUT), 0)
            self.assertEqual(len(self.read("o.jsonl").splitlines()), len(many) + 1 + bool(start))
            os.unlink(self.path("o.jsonl"))

    def test_owner_is_kept(self):
        if os.geteuid():
            return  # only root can give files away
        self.write("out.md", b"old")
        os.chown(self.path("out.md"), NOBODY, NOBODY)
        os.chmod(self.path("out.md"), 0o604)
        self.makala("-o", "out.md", "a.html")
        st = os.stat(self.path("out.md"))
        self.assertEqual((st.st_uid, st.st_gid, st.st_mode & 0o7777), (NOBODY, NOBODY, 0o604))


class Kills(Case):
    """Runs that are killed at random moments, in a folder full of foreign files."""

    N = 60

    def foreign(self):
        for name, data in (("notes.txt", FOREIGN_TEXT), ("data.jsonl", FOREIGN_JSON), ("out.jsonl.bak", FOREIGN_TEXT), ("in/notes.md", FOREIGN_TEXT),
                           ("folder/notes.md", FOREIGN_TEXT), ("folder/p000.md", FOREIGN_TEXT), (".makala-abcdef", FOREIGN_TEXT)):
            self.write(name, data)
        for i in range(self.N):
            self.write("in/p%03d.html" % i, page("p%03d" % i, 20 + (i * 37) % 400))

    def test_kill(self):
        self.foreign()
        chance = random.Random(int(os.environ.get("SEED", "24")))
        inputs = ["in/p%03d.html" % i for i in range(self.N)] + ["in/lost.html"]
        before = snapshot(self.dir)
        start = time.monotonic()
        want = self.records(*inputs)
        seconds = time.monotonic() - start
        n_partial = 0
        for i in range(KILLS):
            file = i % 3 != 2
            args = ["-j%d" % (1 + i % 2), *(["-t", "json", "-o", "out.jsonl"] if file else ["-o", "folder"]), "--resume", "--errors", "e.jsonl", *inputs]
            p = subprocess.Popen([MAKALA, *args], cwd=self.dir, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, 1.2 * seconds))
            p.send_signal(signal.SIGINT if i % 5 == 4 else signal.SIGKILL)
            p.wait(TIMEOUT)
            self.check_foreign(before)
            if file and os.path.exists(self.path("out.jsonl")):
                n_partial += 0 < len(self.read("out.jsonl")) < len(want)
            if chance.random() < 0.5:  # finish this one, else kill the next run on top of it
                run = self.makala(*args)
                self.assertEqual(run.returncode, 1, run.stderr)  # in/lost.html
                self.check_foreign(before)
                if file:
                    self.assertEqual(sorted(self.read("out.jsonl").splitlines()), sorted(want.splitlines()))
                    os.unlink(self.path("out.jsonl"))
                else:
                    self.assertEqual(len([n for n in os.listdir(self.path("folder")) if n.startswith("p")]), self.N)
                    for n in os.listdir(self.path("folder")):
                        if n not in ("p000.md", "notes.md"):
                            os.unlink(self.path("folder", n))
                self.assertEqual([json.loads(line)["input"] for line in self.read("e.jsonl").splitlines()], ["in/lost.html"])
        if KILLS >= 100:
            self.assertGreater(n_partial, 0)

    def check_foreign(self, before):
        after = snapshot(self.dir)
        for name, was in before.items():
            self.assertEqual(after.get(name), was, name)

    def test_interrupt_replaces_nothing(self):
        self.foreign()
        os.mkfifo(self.path("slow"))
        for args in (["-t", "json", "-o", "notes.txt"], ["-o", "notes.txt"], ["-t", "html", "-o", "notes.txt"]):
            before = snapshot(self.dir)
            p = subprocess.Popen([MAKALA, *args, "in/p001.html", "slow"], cwd=self.dir, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            writer = os.open(self.path("slow"), os.O_WRONLY)
            p.send_signal(signal.SIGINT)
            self.assertEqual(p.wait(TIMEOUT), 130)
            os.close(writer)
            self.assertEqual(snapshot(self.dir), before)


def main():
    global KILLS
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in background jobs, and programs inherit that
    args = sys.argv[1:]
    if "--kills" in args:
        KILLS = int(args.pop(args.index("--kills") + 1))
    names = [a for a in args if not a.startswith("-")]
    suite = unittest.TestSuite()
    for case in (Table, Others, Kills):
        for name in unittest.defaultTestLoader.getTestCaseNames(case):
            if not names or name in names:
                suite.addTest(case(name))
    if not os.access(MAKALA, os.X_OK):
        print("outputs: %s is missing; run make first" % MAKALA)
        return 1
    result = unittest.TextTestRunner(verbosity=2 if "-v" in args else 1).run(suite)
    failed = len(result.failures) + len(result.errors)
    cells = len(Table.OPTIONS) * len(Table.KINDS) - 1 if not names or "test_table" in names else 0
    sys.stderr.flush()
    print("outputs: %d passed, %d failed" % (result.testsRun + cells - failed, failed), flush=True)
    return 1 if failed or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
