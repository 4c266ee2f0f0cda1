#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the html5lib tokenizer and tree-construction tests, files unmodified, against build/libmakala.so and build/test/tokens.

Tree construction: every test that may run with scripting off, fragments included.  scripted/ needs a script engine and is not run.
Tokenizer: every test in every state it names.  Parse errors are not compared, since makala does not report any.  xmlViolation.test describes an
optional change for XML tools, which makala does not make.

test/tree.dat holds more of the same kind, for rules younger than the suite.

Where the living standard has changed since a test was written, test/html5-changed.txt says what is expected now, and why.

The tests are looked for in MAKALA_HTML5LIB_TESTS, else in ../shared/html5lib-tests.
"""

import ctypes
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE = pathlib.Path(os.environ.get("MAKALA_HTML5LIB_TESTS", ROOT.parent / "shared" / "html5lib-tests"))
BUILD = ROOT / os.environ.get("BUILD", "build")
OWN_TREES = ROOT / "test" / "tree.dat"
TREE_LEAST, TOKENIZER_LEAST = 1786, 7030  # fewer means that files are missing
NOT_APPLICABLE = {"xmlViolation.test"}
SECTIONS = {"data", "errors", "new-errors", "document-fragment", "script-off", "script-on", "document"}
STATES = {"Data state": "data", "RCDATA state": "rcdata", "RAWTEXT state": "rawtext", "Script data state": "script",
          "PLAINTEXT state": "plaintext", "CDATA section state": "cdata"}


def dat_tests(path):
    """The tests of a .dat file, each a dictionary of sections."""
    test, section = None, None
    for line in path.read_bytes().split(b"\n"):
        name = line[1:].decode("ascii", "replace") if line.startswith(b"#") else None
        if name in SECTIONS and not (name == "data" and section == "data"):
            if name == "data":
                if test:
                    yield test
                test = {}
            section = name
            test[section] = []
        elif test is not None:
            test[section].append(line)
    if test:
        yield test


def read_changes(suite):
    """(file, data) -> expectation, from test/html5-changed.txt, for one suite."""
    changes = {}
    for part in re.split(r"\n(?=#(?:tree|tokenizer) )", (ROOT / "test" / "html5-changed.txt").read_text()):
        head, _, rest = part.partition("\n")
        if not head.startswith("#" + suite + " "):
            continue
        data, _, expected = rest.partition("\n#now\n")
        changes[(head.split()[1], data.split("\n#data\n", 1)[-1] if not data.startswith("#data\n") else data[6:])] = expected.rstrip("\n")
    return changes


class Str(ctypes.Structure):
    _fields_ = [("p", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Library:
    def __init__(self):
        so = self.so = ctypes.CDLL(str(BUILD / "libmakala.so"))
        so.mk_page_new.restype = ctypes.c_void_p
        so.mk_parse_fragment.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        so.mk_tree.argtypes = [ctypes.c_void_p, ctypes.POINTER(Str)]
        so.mk_parse.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        self.page = so.mk_page_new(None)

    def tree(self, data, context):
        if context:
            status = self.so.mk_parse_fragment(self.page, context, data, len(data), None)
        else:  # a byte order mark says that it is UTF-8
            data = b"\xef\xbb\xbf" + data
            status = self.so.mk_parse(self.page, data, len(data), None)
        out = Str()
        assert status == 0 and self.so.mk_tree(self.page, ctypes.byref(out)) == 0
        return ctypes.string_at(out.p, out.len)


def show(where, data, expected, got):
    print(f"FAILED {where}\n{data!r}\nexpected:\n{expected}\ngot:\n{got}\n")


def run_trees():
    library, changes = Library(), read_changes("tree")
    passed = failed = with_scripts = 0
    for path in [*sorted((SUITE / "tree-construction").glob("*.dat")), OWN_TREES]:
        for test in dat_tests(path):
            if "script-on" in test:
                with_scripts += 1
                continue
            data = b"\n".join(test["data"])
            context = test["document-fragment"][0] if "document-fragment" in test else None
            expected = b"\n".join(test["document"]).rstrip(b"\n")
            changed = changes.pop((path.name, data.decode("utf-8", "replace")), None)
            if changed is not None:
                expected = changed.encode()
            got = library.tree(data, context).rstrip(b"\n")
            if got == expected:
                passed += 1
            else:
                failed += 1
                show(f"{path.name} {context}", data, expected.decode("utf-8", "replace"), got.decode("utf-8", "replace"))
    for key in changes:
        failed += 1
        print(f"FAILED test/html5-changed.txt names a test that is not there: {key}")
    if passed + failed < TREE_LEAST:
        failed += 1
        print(f"FAILED only {passed + failed} tests found, {TREE_LEAST} at least are known")
    print(f"{with_scripts} tests are for scripting on and were not run")
    print(f"tree: {passed} passed, {failed} failed")
    return failed


def unescape(value):
    """The second level of escapes in a test that is doubleEscaped."""
    if isinstance(value, str):
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), value)
    if isinstance(value, list):
        return [unescape(v) for v in value]
    if isinstance(value, dict):
        return {unescape(k): unescape(v) for k, v in value.items()}
    return value


def merged(output):
    """Expected tokens, characters next to each other as one token."""
    out = []
    for token in output:
        if token == "ParseError":
            continue
        if token[0] == "Character" and out and out[-1][0] == "Character":
            out[-1] = ["Character", out[-1][1] + token[1]]
        else:
            out.append(list(token))
    return out


def text_of(field):
    return None if field == "-" else bytes.fromhex(field[1:]).decode("utf-8", "surrogatepass")


def parse_token(line):
    kind, *f = line.split(" ")
    if kind == "start":
        token = ["StartTag", text_of(f[0]), {text_of(k): text_of(v) for k, v in zip(f[2::2], f[3::2])}]
        return token + [True] if f[1] == "1" else token
    if kind == "end":
        return ["EndTag", text_of(f[0])]
    if kind == "doctype":
        return ["DOCTYPE", text_of(f[0]), text_of(f[1]), text_of(f[2]), f[3] == "1"]
    if kind == "instruction":
        return ["ProcessingInstruction", text_of(f[0]), text_of(f[1])]
    return ["Character" if kind == "text" else "Comment", text_of(f[0])]


def utf8(text):
    """UTF-8 with surrogate pairs joined, as the escapes of JSON leave them, and lone ones passed on."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")


def run_tokenizer():
    cases, feed, changes = [], [], read_changes("tokenizer")
    for path in sorted((SUITE / "tokenizer").glob("*.test")):
        if path.name in NOT_APPLICABLE:
            print(f"{path.name} is about an option that makala does not have; not run")
            continue
        for test in json.load(open(path)).get("tests", []):
            if test.get("doubleEscaped"):
                test = {**test, "input": unescape(test["input"]), "output": unescape(test["output"])}
            data = utf8(test["input"])
            key = (path.name, json.dumps(test["input"]))
            output = json.loads(changes.pop(key)) if key in changes else test["output"]
            for state in test.get("initialStates", ["Data state"]):
                feed.append(f"{STATES[state]} {test.get('lastStartTag', '-')} {len(data)}\n".encode() + data)
                cases.append((path.name, test["description"], state, data, merged(output)))
    out = subprocess.run([BUILD / "test" / "tokens"], input=b"".join(feed), capture_output=True, check=True).stdout.decode()
    blocks, lines = [], []
    for line in out.split("\n"):
        if line:
            lines.append(line)
        else:
            blocks.append(lines)
            lines = []
    passed = failed = 0
    for (name, what, state, data, expected), lines in zip(cases, blocks):
        got = merged(parse_token(line) for line in lines)
        if utf8(json.dumps(got, ensure_ascii=False)) == utf8(json.dumps(expected, ensure_ascii=False)):
            passed += 1
        else:
            failed += 1
            show(f"{name} {what} ({state})", data, expected, got)
    for key in changes:
        failed += 1
        print(f"FAILED test/html5-changed.txt names a test that is not there: {key}")
    if passed + failed != len(cases) or passed + failed < TOKENIZER_LEAST:
        failed += 1
        print(f"FAILED {passed + failed} of {len(cases)} tests ran, {TOKENIZER_LEAST} at least are known")
    print(f"tokenizer: {passed} passed, {failed} failed")
    return failed


def main():
    if not SUITE.is_dir():
        print(f"skipped: the html5lib tests are not in {os.path.relpath(SUITE, ROOT)}")
        if os.environ.get("CI") == "true":
            sys.exit(1)
        print("html5: 0 passed, 0 failed, 2 skipped")
        return
    failed = run_trees() + run_tokenizer()
    sys.exit(1 if failed else 0)


main()
