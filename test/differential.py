#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares makala's trees node by node with those of two independent parsers, parse5 and turbohtml.

    test/differential.py [--count N] [--seed N] [--mutate] [--pages DIR] [--verbose]

The inputs are COUNT small documents of hostile markup from a seeded generator, every third of them as a fragment in some context;
the inputs of test/tree.dat; and the pages in examples/ and test/cases/.  With --mutate, the inputs are splices and mutations of
html5lib's tests instead (from MAKALA_HTML5LIB_TESTS or ../shared/html5lib-tests).  With --pages, they are only the pages of a
folder.  makala's trees come from build/test/tokens.

KNOWN below lists rules of the living standard that a peer does not follow.  Any other difference is a failure: the input is cut
down while the difference remains, and printed with the trees.  --verbose does the same for known differences.

test/run installs both peers: parse5 (npm, test/package.json) into build/test-node, turbohtml (PyPI, test/requirements.txt) into
build/test-venv.  The comparison with a missing peer is skipped.
"""

import argparse
import collections
import dataclasses
import gzip
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import typing

import html5

ROOT = pathlib.Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "build" / "test-node" / "node_modules"
HOW_TO_GET = {"parse5": "install nodejs and npm, then run test/run differential with a network",
              "turbohtml": "run test/run differential with a network; it needs Python 3.11 or newer"}
CONTEXTS = ["div", "td", "tr", "table", "select", "template", "p", "body", "html", "frameset", "colgroup", "caption", "tbody", "option",
            "button", "svg path", "svg foreignObject", "math mi", "math annotation-xml", "textarea", "title", "noscript"]
PIECE = re.compile(r"<[^<>]*>?|[^<]+")


class Parse5:
    name = "parse5"

    def __init__(self):
        module = NODE_MODULES / "parse5" / "dist" / "index.js"
        if not shutil.which("node") or not module.exists():
            raise ImportError
        self.version = json.loads((NODE_MODULES / "parse5" / "package.json").read_text())["version"]
        self.process = subprocess.Popen(["node", ROOT / "test" / "parse5.mjs", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tree(self, text, context=None):
        self.process.stdin.write(json.dumps([text, context]).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Turbohtml:
    name = "turbohtml"

    def __init__(self):
        import turbohtml
        self.module, self.version = turbohtml, turbohtml.__version__

    def attributes(self, element):
        """Sorted pairs (name as in html5lib's format, value). Values come from attr(), because attrs loses white space."""
        foreign = element.namespace is not self.module.Namespace.HTML
        pairs = [(k, element.attr(k)) for k in element.attrs]
        return sorted((re.sub("^(xlink|xml|xmlns):", r"\1 ", k) if foreign and k in FOREIGN_ATTRIBUTES else k, v or "") for k, v in pairs)

    def lines(self, node, indent):
        m = self.module
        if isinstance(node, m.Element):
            prefix = {m.Namespace.SVG: "svg ", m.Namespace.MATHML: "math "}.get(node.namespace, "")
            return [f"{indent}<{prefix}{node.tag}>"] + [f'{indent}  {k}="{v}"' for k, v in self.attributes(node)]
        if isinstance(node, m.DocumentFragment):
            return [indent + "content"]
        if isinstance(node, m.Doctype):
            ids = f' "{node.public_id or ""}" "{node.system_id or ""}"' if node.public_id or node.system_id else ""
            return [f"{indent}<!DOCTYPE {node.name or ''}{ids}>"]
        if isinstance(node, m.Comment):
            return [f"{indent}<!-- {node.data} -->"]
        if isinstance(node, m.ProcessingInstruction):
            return [f"{indent}<?{node.target} {node.data}>"]
        return [f'{indent}"{node.text}"']

    def tree(self, text, context=None):
        m = self.module
        if context:
            root = m.parse_fragment(text, context, positions=False)
        else:
            root = m.parse(text, positions=False, allow_declarative_shadow_roots=False)
        lines, stack = [], [(c, 0) for c in reversed(list(root.children))]
        while stack:
            node, depth = stack.pop()
            lines += self.lines(node, "| " + "  " * depth)
            if isinstance(node, (m.Element, m.DocumentFragment)):
                stack += [(c, depth + 1) for c in reversed(list(node.children))]
        return "".join(line + "\n" for line in lines)


FOREIGN_ATTRIBUTES = {"xlink:actuate", "xlink:arcrole", "xlink:href", "xlink:role", "xlink:show", "xlink:title", "xlink:type", "xml:lang",
                      "xml:space", "xmlns:xlink"}


# ---- Known differences ----

PEERS = [Parse5, Turbohtml]


def instructions_of_comments(text, tree):
    """parse5's tree with bogus comments replaced by the processing instructions that the present standard makes of them."""
    unfinished = re.search(r"<(\?(?:[A-Za-z_][^>]*)?)$", text)
    if unfinished:  # the standard drops an unfinished instruction
        data = re.escape(re.sub("\r\n?", "\n", unfinished[1]).replace("\0", "\ufffd"))
        tree = re.sub(rf"\| *<!-- {data} -->\n(?!.*<!-- {data} -->)", "", tree, flags=re.S)

    def convert(m):
        if m[2].lower() in ("xml", "xml-stylesheet"):
            return m[0]
        return f"{m[1]}<?{m[2]} {re.sub('[?]$', '', (m[3] or '').lstrip(chr(9) + chr(10) + chr(12) + ' '))}>"
    return re.sub(r"(?m)^(\| *)<!-- \?([A-Za-z_][A-Za-z0-9_-]*)((?:[\t\n\f ?])[^>]*?)? -->$", convert, tree)


@dataclasses.dataclass
class Known:
    """A rule of the living standard that a peer does not follow."""
    peer: str
    name: str
    reason: str
    excuses: typing.Callable  # (input, context, our tree, the peer's tree) -> whether this rule can explain the difference
    alone: bool = True  # the explanation is accepted only if the other peer agrees with makala


KNOWN = [
    Known("parse5", "instruction", "parses <?target data> as a comment, as the standard did before 2026; the text must be the same",
          lambda text, context, ours, theirs: ours.replace("\0", "\ufffd") == instructions_of_comments(text, theirs), alone=False),
    Known("parse5", "select", "drops most elements in a select, as the standard did before 2025",
          lambda text, context, ours, theirs: "<select>" in ours or context in ("select", "option")),
    Known("parse5", "search", "does not know that search is in the special category",
          lambda text, context, ours, theirs: "<search>" in ours),
    Known("parse5", "noscript", "parses a fragment in a noscript as raw text although scripting is disabled",
          lambda text, context, ours, theirs: context == "noscript"),
    Known("parse5", "CDATA", "parses a CDATA section directly in an integration point as a comment",
          lambda text, context, ours, theirs: "<![CDATA[" in text and "<!-- [CDATA[" in theirs),
    Known("parse5", "foreign end tag", "closes a foreign element at an end tag that is processed by the rules for HTML",
          lambda text, context, ours, theirs: re.search(r"<(svg|math) ([^>]+)>(?s:.*)</\2[\s/>]", ours + text, re.I) is not None),
    Known("parse5", "table body end tag", "closes a row at the end tag of a table body that is not in table scope",
          lambda text, context, ours, theirs: re.search("<tr[ />](?s:.*)</t(body|head|foot)", text, re.I) is not None),
    Known("turbohtml", "obsolete elements", "treats command and isindex as special elements, as the standard once did",
          lambda text, context, ours, theirs: re.search("<(command|isindex)>", ours) is not None),
    Known("turbohtml", "void elements", "reconstructs the active formatting elements before param, source and track",
          lambda text, context, ours, theirs: re.search("<(param|source|track)>", ours) is not None),
    Known("turbohtml", "NUL", "reconstructs the active formatting elements at a NUL that is dropped",
          lambda text, context, ours, theirs: "\0" in text),
    Known("turbohtml", "col end tag", "closes the column group at an end tag col, which must be ignored",
          lambda text, context, ours, theirs: re.search("</col[ />]", text, re.I) is not None),
    Known("turbohtml", "text in noscript", "moves leading white space out of a noscript in the head with the text after it",
          lambda text, context, ours, theirs: re.search("<noscript[^>]*>(?s:.*)[\t\n\f\r ]", text, re.I) is not None),
    Known("turbohtml", "html start tag", "leaves the insertion mode at an html start tag after the body, and drops its attributes in a frameset",
          lambda text, context, ours, theirs: re.search("(</?body|</html|<frameset)(?s:.*)<html", text, re.I) is not None),
    Known("turbohtml", "white space after a frameset", "does not reconstruct the active formatting elements for white space after the html end tag",
          lambda text, context, ours, theirs: re.search("<frameset(?s:.*)</html", text, re.I) is not None),
    Known("turbohtml", "head start tag", "implies the body at a head start tag after the head, which must be ignored",
          lambda text, context, ours, theirs: re.search("</head(?s:.*)<head", text, re.I) is not None),
    Known("turbohtml", "Noah's Ark", "treats formatting elements with the same attributes in another order as different",
          lambda text, context, ours, theirs: re.search(r"<(\w+) (\S+) (\S+)>(?s:.*)<\1 \3 \2>", text) is not None),
    Known("turbohtml", "form as context", "allows a form in a fragment of a form",
          lambda text, context, ours, theirs: context == "form"),
    Known("turbohtml", "select as context", "generates implied end tags in a fragment of a select, though no select is on the stack of open elements",
          lambda text, context, ours, theirs: context == "select"),
]


# ---- Inputs ----

TAGS = {  # weight: names
    8: "p div span b i a table tr td".split(),
    4: "ul li dl dt dd em font nobr tbody th caption h1 h2 button form".split(),
    3: "svg math g path desc foreignObject title mi mo mtext annotation-xml mglyph malignmark template colgroup col thead tfoot".split(),
    2: "select option optgroup input hr br img pre textarea style script noscript ruby rb rt rtc rp object marquee applet".split(),
    1: "html head body frameset frame noframes iframe xmp listing plaintext noembed meta link base image address section article search main "
       "details summary menu menuitem dialog center code strong tt u s big small strike keygen area embed param source track wbr image isindex "
       "command figure figcaption nav aside header footer hgroup fieldset blockquote dir bgsound basefont selectedcontent label video audio "
       "canvas sarcasm x-y".split(),
}
ATTRIBUTES = ["a=b", "A='b c'", 'id="x"', "a", "color=red", "face", "size=1", "type=hidden", "type=text", "encoding=text/html",
              "encoding='application/XHTML+xml'", "xlink:href=#", "xml:lang=en", "definitionurl=u", "viewbox=0", "class=' p  q '", "=x", "x=&amp",
              "y=&lt;z", "href='?a&copy=1'", "selected", "disabled", "multiple", "/", "a\0b=\0", 'title="<p>"', "xmlns=foo"]
TEXTS = ["x", "y z", " ", "\n", "\t ", "\0", "a\0b", " x ", "\nq", "&amp;", "&lt", "&notit;", "&#0;", "&#x80;", "&#128512;", "&nbsp;",
         "\r\n", "\r", "\f", "é", "<", "< x", "</>", "&", "]]>", "-->", "–", "\ufeff"]
MARKUP = ["<!--c-->", "<!-- a > b -->", "<!-->", "<!--->", "<!--a--!>", "<!--<!--x-->", "<!doctype html>", "<!DOCTYPE p PUBLIC 'q' \"r\">",
          "<!x>", "<?a b?>", "<?a>", "<?1>", "<?xml version='1'?>", "<![CDATA[x<y]]>", "<![CDATA[\0]]>", "</ x>", "</1>", "<!---", "<?b",
          "<!--", "<p", "<p a='", "</p"]
DOCTYPES = ["", "<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 3.2//EN">',
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x">']


class Generator:
    """Generates small documents of hostile markup: tags that rarely match, in places where special rules apply."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.names = [name for names in TAGS.values() for name in names]
        self.weights = [weight for weight, names in TAGS.items() for _ in names]

    def name(self):
        name = self.rng.choices(self.names, self.weights)[0]
        return name.upper() if self.rng.random() < 0.03 else name

    def start(self, name):
        attributes = "".join(" " + self.rng.choice(ATTRIBUTES) for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2))))
        return f"<{name}{attributes}{'/' if self.rng.random() < 0.05 else ''}>"

    def document(self):
        rng, out, opened = self.rng, [], []
        few = [self.name() for _ in range(rng.randint(2, 7))]  # a document that repeats its names reaches more rules
        for _ in range(rng.randint(1, 24)):
            kind = rng.random()
            if kind < 0.5:
                opened.append(rng.choice(few) if rng.random() < 0.8 else self.name())
                out.append(self.start(opened[-1]))
            elif kind < 0.7:
                out.append(f"</{rng.choice(opened or few) if rng.random() < 0.85 else self.name()}>")
            elif kind < 0.93:
                out.append(rng.choice(TEXTS))
            else:
                out.append(rng.choice(MARKUP))
        return "".join(out)

    def items(self, count):
        for i in range(count):
            if i % 3 == 2:
                yield f"fragment {i}", self.document(), self.rng.choice(CONTEXTS)
            else:
                yield f"document {i}", self.rng.choice(DOCTYPES) + self.document(), None


def html5lib_inputs():
    """The inputs of html5lib's tree-construction tests, without the long ones."""
    texts = []
    for path in sorted((html5.SUITE / "tree-construction").glob("*.dat")):
        for part in re.split(r"(?m)^#data\n", path.read_bytes().decode("utf-8", "replace"))[1:]:
            texts.append(part.split("\n#errors", 1)[0])
    return [t for t in texts if len(t) < 2000]


def mutate(rng, texts):
    pieces = PIECE.findall(rng.choice(texts))
    for _ in range(rng.randint(1, 5)):
        other = PIECE.findall(rng.choice(texts)) or ["x"]
        at = rng.randint(0, len(pieces))
        kind = rng.randrange(6)
        if kind == 0:
            pieces[at:at] = other[:8]
        elif kind == 1:
            pieces[at:at] = [rng.choice(other)]
        elif kind == 2 and pieces:
            del pieces[rng.randrange(len(pieces))]
        elif kind == 3 and pieces:
            pieces.insert(at, rng.choice(pieces))
        elif kind == 4 and pieces:
            i = rng.randrange(len(pieces))
            j = rng.randint(0, len(pieces[i]))
            pieces[i] = pieces[i][:j] + rng.choice(["\0", "<", ">", "/", "&", "\n", " ", "'", "=", "-", "!", "\r"]) + pieces[i][j:]
        else:
            pieces[at:at] = ["</" + (re.findall(r"<([a-z][a-z0-9]*)", "".join(other)) or ["p"])[0] + ">"]
    return "".join(pieces)[:1500]


def pages(paths):
    for path in sorted(paths):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield str(path), data.decode("utf-8", "replace").lstrip("\ufeff"), None


def own_inputs():
    for test in html5.dat_tests(html5.OWN_TREES):
        context = test["document-fragment"][0].decode() if "document-fragment" in test else None
        yield f"test/tree.dat:{test['line']}", html5.visible(b"\n".join(test["data"])).decode(), context


def inputs(args):
    if args.pages:
        yield from pages(pathlib.Path(args.pages).iterdir())
    elif args.mutate:
        rng, texts = random.Random(args.seed), html5lib_inputs()
        for i in range(args.count):
            yield f"mutation {i}", mutate(rng, texts), rng.choice(CONTEXTS) if i % 3 == 2 else None
    else:
        yield from pages([*(ROOT / "examples").glob("*.html"), *(ROOT / "test" / "cases").glob("*/page.html")])
        yield from own_inputs()
        yield from Generator(args.seed).items(args.count)


# ---- Comparison ----

class Comparison:
    def __init__(self, peers):
        self.parser, self.peers = html5.Parser(), peers

    def trees(self, text, context):
        ours = self.parser.tree(text.encode(), context and context.encode()).decode()
        return ours, {p.name: p.tree(text, context) for p in self.peers}

    def verdicts(self, text, context):
        """{peer: verdict}: "" for the same tree, the name of a known difference, "both", or "unknown".

        "both": the two peers differ from makala, each in a way that one of its known differences can explain.
        """
        ours, theirs = self.trees(text, context)
        out, doubtful = {}, {}
        for peer, tree in theirs.items():
            excuses = [k for k in KNOWN if k.peer == peer and k.excuses(text, context, ours, tree)] if tree != ours else []
            sure = tree == ours or any(not k.alone for k in excuses)
            if sure or not excuses:
                out[peer] = "" if tree == ours else excuses[0].name if excuses else "unknown"
            else:
                doubtful[peer] = excuses[0].name
        agreed = any(verdict != "unknown" for verdict in out.values())
        for peer, name in doubtful.items():
            out[peer] = name if agreed else "both" if len(doubtful) == len(self.peers) else "unknown"
        return out

    def shrink(self, text, context, peer, verdict):
        """Removes pieces and then characters from the text, as long as the verdict stays the same."""
        for split in (PIECE.findall, list):
            pieces = split(text)
            size = max(1, len(pieces) // 2)
            while size:
                i = 0
                while i < len(pieces):
                    less = pieces[:i] + pieces[i + size:]
                    if self.verdicts("".join(less), context)[peer] == verdict:
                        pieces = less
                    else:
                        i += size
                size //= 2
            text = "".join(pieces)
        return text

    def report(self, name, text, context, peer, verdict):
        small = self.shrink(text, context, peer, verdict) if len(text) < 3000 else text
        ours, theirs = self.trees(small, context)
        say = "FAILED" if verdict == "unknown" else f"known ({verdict})"
        if len(small) > 3000:
            print(f"{say} {name}: {peer} differs\n")
            return
        print(f"{say} {name}{' in ' + context if context else ''}: {peer} differs\ninput: {small!r}\nmakala:\n{ours}", end="")
        for other, tree in theirs.items():
            print(f"{other}: the same" if tree == ours else f"{other}:\n{tree}", end="\n")
        print(flush=True)


def available_peers():
    peers = []
    for peer in PEERS:
        try:
            peers.append(peer())
        except ImportError:
            print(f"skipped: {peer.name} is not installed; {HOW_TO_GET[peer.name]}\n{peer.name}: 0 passed, 0 failed, 1 skipped")
    return peers


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", action="store_true", help="use mutations of html5lib's tests as inputs")
    parser.add_argument("--pages", metavar="DIR")
    parser.add_argument("--verbose", action="store_true", help="also print known differences")
    args = parser.parse_args()
    peers = available_peers()
    if not peers:
        return
    comparison, total, counts = Comparison(peers), 0, collections.Counter()
    for name, text, context in inputs(args):
        total += 1
        for peer, verdict in comparison.verdicts(text, context).items():
            counts[peer, verdict] += 1
            if verdict == "unknown" and counts[peer, verdict] <= 20 or verdict and args.verbose:
                comparison.report(name, text, context, peer, verdict)
    for peer in peers:
        if counts[peer.name, "both"]:
            print(f"{counts[peer.name, 'both']:5} trees: {peer.name} and the other peer differ, both by known differences")
    for known in KNOWN:
        print(f"{counts[known.peer, known.name]:5} trees: {known.peer} {known.reason} ({known.name})")
    for peer in peers:
        failed = counts[peer.name, "unknown"]
        print(f"{peer.name} {peer.version}, {total} trees, {counts[peer.name, '']} the same")
        print(f"{peer.name}: {total - failed} passed, {failed} failed")
    sys.exit(any(counts[peer.name, "unknown"] for peer in peers))


if __name__ == "__main__":
    main()
