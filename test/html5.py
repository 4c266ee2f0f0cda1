#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs tokenizer and tree-construction tests on build/test/tokens: the project's own and, if they are found, html5lib's.

The project's own tests are test/tree.dat and test/tokens.test, in html5lib's formats.  Each is named by the section of the standard
and the rule that it tests: in a line "#section" before "#data", or in the description.  In test/tree.dat, U+2400, U+240D and U+240C
represent NUL, CR and form feed.  There must be at least OWN_LEAST tests, five for each insertion mode of src/tree.c, and one for
each state of the standard's tokenizer.

html5lib's files are used unmodified, from the folder named by MAKALA_HTML5LIB_TESTS or from ../shared/html5lib-tests.  Tree
construction: all tests that can run with scripting disabled, including fragments; scripted/ needs a script engine and is not run.
Tokenizer: each test in each state that it names.  xmlViolation.test tests an optional change for XML tools, which makala does not
implement.  If the living standard has changed since a test was written, test/html5-changed.txt has the present expectation and the
reason.

Parse errors are not compared, since makala reports none.

BUILD names another build folder than build; RUNNER is a command that runs the programs in it, such as an emulator.
"""

import collections
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE = pathlib.Path(os.environ.get("MAKALA_HTML5LIB_TESTS", ROOT.parent / "shared" / "html5lib-tests"))
BUILD = ROOT / os.environ.get("BUILD", "build")
OWN_TREES = ROOT / "test" / "tree.dat"
OWN_TOKENS = ROOT / "test" / "tokens.test"
OWN_LEAST = 400
TREE_LEAST, TOKENIZER_LEAST = 1784, 7030  # numbers of html5lib's tests; fewer mean that files are missing
NOT_APPLICABLE = {"xmlViolation.test"}
SECTIONS = {"data", "errors", "new-errors", "document-fragment", "script-off", "script-on", "document"}
STATES = {"Data state": "data", "RCDATA state": "rcdata", "RAWTEXT state": "rawtext", "Script data state": "script",
          "PLAINTEXT state": "plaintext", "CDATA section state": "cdata"}


# The tokenizer states of the standard, section 13.2.5. Each must be tested in test/tokens.test.
TOKENIZER_STATES = """
Data|RCDATA|RAWTEXT|Script data|PLAINTEXT|Tag open|End tag open|Tag name|RCDATA less-than sign|RCDATA end tag open|RCDATA end tag name|
RAWTEXT less-than sign|RAWTEXT end tag open|RAWTEXT end tag name|Script data less-than sign|Script data end tag open|Script data end tag name|
Script data escape start|Script data escape start dash|Script data escaped|Script data escaped dash|Script data escaped dash dash|
Script data escaped less-than sign|Script data escaped end tag open|Script data escaped end tag name|Script data double escape start|
Script data double escaped|Script data double escaped dash|Script data double escaped dash dash|Script data double escaped less-than sign|
Script data double escape end|Before attribute name|Attribute name|After attribute name|Before attribute value|Attribute value (double-quoted)|
Attribute value (single-quoted)|Attribute value (unquoted)|After attribute value (quoted)|Self-closing start tag|Bogus comment|
Markup declaration open|Comment start|Comment start dash|Comment|Comment less-than sign|Comment less-than sign bang|
Comment less-than sign bang dash|Comment less-than sign bang dash dash|Comment end dash|Comment end|Comment end bang|DOCTYPE|
Before DOCTYPE name|DOCTYPE name|After DOCTYPE name|After DOCTYPE public keyword|Before DOCTYPE public identifier|
DOCTYPE public identifier (double-quoted)|DOCTYPE public identifier (single-quoted)|After DOCTYPE public identifier|
Between DOCTYPE public and system identifiers|After DOCTYPE system keyword|Before DOCTYPE system identifier|
DOCTYPE system identifier (double-quoted)|DOCTYPE system identifier (single-quoted)|After DOCTYPE system identifier|Bogus DOCTYPE|
CDATA section|CDATA section bracket|CDATA section end|Processing instruction open|Processing instruction target|
After processing instruction target|Processing instruction data|Processing instruction questionable|Character reference|
Named character reference|Ambiguous ampersand|Numeric character reference|Hexadecimal character reference start|
Decimal character reference start|Hexadecimal character reference|Decimal character reference|Numeric character reference end
""".replace("\n", "").split("|")


def dat_tests(path):
    """Yields the tests of a .dat file as dictionaries: the lines of each section, and "line" and "name"."""
    test, section, title = None, None, ""
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        name = line[1:].decode("utf-8", "replace") if line.startswith(b"#") else None
        if name and name.startswith("section ") and section in (None, "document"):
            title = name[8:]
        elif name in SECTIONS and not (name == "data" and section == "data"):
            if name == "data":
                if test:
                    yield test
                test, title = {"line": number, "name": title}, ""
            section = name
            test[section] = []
        elif test is not None:
            test[section].append(line)
    if test:
        yield test


def read_changes(suite):
    """{(file, data): present expectation} of one suite, from test/html5-changed.txt."""
    changes = {}
    for part in re.split(r"\n(?=#(?:tree|tokenizer) )", (ROOT / "test" / "html5-changed.txt").read_text()):
        head, _, rest = part.partition("\n")
        if not head.startswith("#" + suite + " "):
            continue
        data, _, expected = rest.partition("\n#now\n")
        changes[(head.split()[1], data.split("\n#data\n", 1)[-1] if not data.startswith("#data\n") else data[6:])] = expected.rstrip("\n")
    return changes


COMMAND = [*shlex.split(os.environ.get("RUNNER", "")), BUILD / "test" / "tokens"]


class Parser:
    """The program test/tokens.c as one running process, which answers with one tree after another."""

    def __init__(self):
        self.process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tree(self, data, context):
        self.process.stdin.write(b"tree %s %d\n" % (context.replace(b" ", b":") if context else b"-", len(data)) + data)
        self.process.stdin.flush()
        return self.process.stdout.read(int(self.process.stdout.readline()))


def show(where, data, expected, got):
    print(f"FAILED {where}\ninput: {data!r}\nexpected:\n{expected}\ngot:\n{got}\n")


def is_run(test):
    return "script-on" not in test


def visible(text):
    """Bytes of test/tree.dat with the symbols for control characters replaced by these characters."""
    return text.replace("␀".encode(), b"\0").replace("␍".encode(), b"\r").replace("␌".encode(), b"\f")


def tree_cases(paths, changes):
    """Yields (where, data, context, expected tree) of each test, as it is expected now."""
    for path in paths:
        for test in filter(is_run, dat_tests(path)):
            data, expected = b"\n".join(test["data"]), b"\n".join(test["document"]).rstrip(b"\n")
            if path == OWN_TREES:
                data, expected = visible(data), visible(expected)
            context = test["document-fragment"][0] if "document-fragment" in test else None
            changed = changes.pop((path.name, data.decode("utf-8", "replace")), None)
            if changed is not None:
                expected = changed.encode()
            yield f"{path.name}:{test['line']}: {test['name']}{' in ' + context.decode() if context else ''}", data, context, expected


def run_tree_files(parser, paths, changes):
    """Passed and failed tests."""
    passed = failed = 0
    for where, data, context, expected in tree_cases(paths, changes):
        got = parser.tree(data, context).rstrip(b"\n")
        if got == expected:
            passed += 1
        else:
            failed += 1
            show(where, data, expected.decode("utf-8", "replace"), got.decode("utf-8", "replace"))
    return passed, failed


def fail_unused(changes):
    for key in changes:
        print(f"FAILED test/html5-changed.txt names a test that does not exist: {key}")
    return len(changes)


def run_trees():
    paths, changes = sorted((SUITE / "tree-construction").glob("*.dat")), read_changes("tree")
    passed, failed = run_tree_files(Parser(), paths, changes)
    if passed + failed < TREE_LEAST:
        print(f"FAILED only {passed + failed} tests found, at least {TREE_LEAST} are known")
        failed += 1
    failed += fail_unused(changes)
    with_scripts = sum(not is_run(test) for path in paths for test in dat_tests(path))
    print(f"{with_scripts} tests need scripting and were not run")
    print(f"html5lib-tree: {passed} passed, {failed} failed")
    return failed


def check_coverage(trees, tokens):
    """Prints insertion modes and tokenizer states without enough tests; returns their number.  trees, tokens: names of tests."""
    modes = re.findall(r"^\tMODE_([A-Z_]+)", (ROOT / "src" / "tree.c").read_text(), re.M)
    missing = [f'the insertion mode "{mode}"' for mode in (m.lower().replace("_", " ") for m in modes)
               if sum(f'"{mode}": ' in name for name in trees) < 5]
    missing += [f"the {state} state" for state in TOKENIZER_STATES if not any(f"13.2.5 {state} state: " in name for name in tokens)]
    if len(modes) < 20:
        missing.append(f"src/tree.c, where {len(modes)} insertion modes were found")
    if len(trees) + len(tokens) < OWN_LEAST:
        missing.append(f"{OWN_LEAST - len(trees) - len(tokens)} of our tests are missing")
    repeated = [name for name, n in collections.Counter(trees + tokens).items() if n > 1 or ": " not in name]
    for what in missing:
        print(f"FAILED too few tests: {what}")
    for name in repeated:
        print(f"FAILED a test has no name or shares it with another: {name!r}")
    print(f"{len(modes)} insertion modes and {len(TOKENIZER_STATES)} tokenizer states have tests"
          f"\ncoverage: {1 if not missing + repeated else 0} passed, {len(missing) + len(repeated)} failed")
    return len(missing) + len(repeated)


def run_own():
    passed, failed = run_tree_files(Parser(), [OWN_TREES], {})
    print(f"{OWN_TREES.name}: {passed} passed, {failed} failed")
    tokens_passed, tokens_failed = run_token_files([OWN_TOKENS], {})
    print(f"{OWN_TOKENS.name}: {tokens_passed} passed, {tokens_failed} failed")
    names = [test["name"] for test in dat_tests(OWN_TREES)], [test["description"] for test in json.loads(OWN_TOKENS.read_text())["tests"]]
    return failed + tokens_failed + check_coverage(*names)


def unescape(value):
    """Decodes the second level of escapes in a test marked doubleEscaped."""
    if isinstance(value, str):
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), value)
    if isinstance(value, list):
        return [unescape(v) for v in value]
    if isinstance(value, dict):
        return {unescape(k): unescape(v) for k, v in value.items()}
    return value


def merged(output):
    """Tokens without parse errors, with adjacent character tokens merged into one."""
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
    """UTF-8 of a text from JSON, whose escapes may be surrogates: pairs are joined, lone surrogates are kept."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")


def token_cases(paths, changes):
    """Yields (where, state, last start tag, input, expected tokens) for each test in each state that it names."""
    for path in paths:
        text = path.read_text()
        lines = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(r'"description"\s*:', text)]
        for line, test in zip(lines, json.loads(text).get("tests", [])):
            if test.get("doubleEscaped"):
                test = {**test, "input": unescape(test["input"]), "output": unescape(test["output"])}
            key = (path.name, json.dumps(test["input"]))
            output = json.loads(changes.pop(key)) if key in changes else test["output"]
            for state in test.get("initialStates", ["Data state"]):
                where = f"{path.name}:{line}: {test['description']} ({state})"
                yield where, state, test.get("lastStartTag", "-"), utf8(test["input"]), merged(output)


def run_token_files(paths, changes):
    """Passed and failed tests."""
    cases = list(token_cases(paths, changes))
    feed = b"".join(f"{STATES[state]} {last} {len(data)}\n".encode() + data for _, state, last, data, _ in cases)
    out = subprocess.run(COMMAND, input=feed, stdout=subprocess.PIPE, check=True).stdout.decode()
    blocks, lines = [], []
    for line in out.split("\n"):
        if line:
            lines.append(line)
        else:
            blocks.append(lines)
            lines = []
    passed = failed = 0
    for (where, _, _, data, expected), lines in zip(cases, blocks):
        got = merged(parse_token(line) for line in lines)
        if utf8(json.dumps(got, ensure_ascii=False)) == utf8(json.dumps(expected, ensure_ascii=False)):
            passed += 1
        else:
            failed += 1
            show(where, data, expected, got)
    if passed + failed != len(cases):
        failed += 1
        print(f"FAILED {passed + failed} of {len(cases)} tests ran")
    return passed, failed


def run_tokenizer():
    paths, changes = sorted((SUITE / "tokenizer").glob("*.test")), read_changes("tokenizer")
    print(f"{', '.join(NOT_APPLICABLE)} tests an option that makala does not have; not run")
    passed, failed = run_token_files([path for path in paths if path.name not in NOT_APPLICABLE], changes)
    if passed + failed < TOKENIZER_LEAST:
        print(f"FAILED {passed + failed} tests ran, at least {TOKENIZER_LEAST} are known")
        failed += 1
    failed += fail_unused(changes)
    print(f"html5lib-tokenizer: {passed} passed, {failed} failed")
    return failed


def main():
    failed = run_own()
    if SUITE.is_dir():
        failed += run_trees() + run_tokenizer()
    else:
        print(f"skipped: html5lib's tests are not in {os.path.relpath(SUITE, ROOT)}; clone html5lib/html5lib-tests from GitHub and set "
              "MAKALA_HTML5LIB_TESTS to the folder\nhtml5lib: 0 passed, 0 failed, 2 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
