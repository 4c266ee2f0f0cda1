#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the trees of build/libmakala.so with those of two other parsers of the living standard, lexbor and turbohtml.

    test/differential.py [--count N] [--seed N] [--fragments] [--pages DIR]

A development aid, not part of `make test`: pip install selectolax turbohtml first.  Inputs are splices and mutations of the html5lib tests
(MAKALA_HTML5LIB_TESTS, else ../shared/html5lib-tests); with --pages the pages of a folder as they are.  What makala reads differently from
both others is cut down to a small input and printed with the three trees; where the two others disagree with each other it is counted only,
except that --verbose prints it too.  Exit 1 if makala stands alone anywhere.
"""

import argparse
import collections
import ctypes
import gzip
import os
import pathlib
import random
import re
import sys

import turbohtml
from selectolax.lexbor import LexborHTMLParser

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE = pathlib.Path(os.environ.get("MAKALA_HTML5LIB_TESTS", ROOT.parent / "shared" / "html5lib-tests"))
BUILD = ROOT / os.environ.get("BUILD", "build")
PREFIX = {"svg": "svg ", "mathml": "math "}
CONTEXTS = ["div", "td", "tr", "table", "select", "template", "p", "body", "html", "frameset", "colgroup", "caption", "tbody", "option",
            "button", "svg path", "svg foreignObject", "math mi", "math annotation-xml", "textarea", "title", "noscript"]
PIECE = re.compile(r"<[^<>]*>?|[^<]+")


class Str(ctypes.Structure):
    _fields_ = [("p", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Makala:
    def __init__(self):
        so = self.so = ctypes.CDLL(str(BUILD / "libmakala.so"))
        so.mk_page_new.restype = ctypes.c_void_p
        so.mk_parse.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        so.mk_parse_fragment.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        so.mk_tree.argtypes = [ctypes.c_void_p, ctypes.POINTER(Str)]
        self.page = so.mk_page_new(None)

    def tree(self, text, context=None):
        data = text.encode()
        if context:
            status = self.so.mk_parse_fragment(self.page, context.encode(), data, len(data), None)
        else:  # a byte order mark says that it is UTF-8
            data = b"\xef\xbb\xbf" + data
            status = self.so.mk_parse(self.page, data, len(data), None)
        out = Str()
        if status or self.so.mk_tree(self.page, ctypes.byref(out)):
            raise RuntimeError(f"status {status}")
        return ctypes.string_at(out.p, out.len).decode()


def doctype_line(name, public, system):
    return f'<!DOCTYPE {name} "{public}" "{system}">' if public or system else f"<!DOCTYPE {name}>"


def attr_order(item):
    return re.sub("^(xlink|xml|xmlns):", r"\1 ", item[0]).encode()


def turbo_value(value):
    """The value as one string: turbohtml splits lists of words, which loses white space, so plain() does, too."""
    return " ".join(value) if isinstance(value, list) else value if value is not None else ""


def turbo_tree(text, context=None):
    if context:
        root = turbohtml.parse_fragment(text, context, positions=False)
    else:
        root = turbohtml.parse(text, positions=False, allow_declarative_shadow_roots=False)
    lines, stack = [], [(c, 0) for c in reversed(list(root.children))]
    while stack:
        node, depth = stack.pop()
        indent = "| " + "  " * depth
        if isinstance(node, turbohtml.Element):
            lines.append(f"{indent}<{PREFIX.get(node.namespace.value, '')}{node.tag}>")
            lines += [f'{indent}  {k}="{turbo_value(v)}"' for k, v in sorted(node.attrs.items(), key=attr_order)]
            stack += [(c, depth + 1) for c in reversed(list(node.children))]
        elif isinstance(node, turbohtml.DocumentFragment):
            lines.append(indent + "content")
            stack += [(c, depth + 1) for c in reversed(list(node.children))]
        elif isinstance(node, turbohtml.Doctype):
            lines.append(indent + doctype_line(node.name, node.public_id, node.system_id))
        elif isinstance(node, turbohtml.Comment):
            lines.append(f"{indent}<!-- {node.data} -->")
        elif isinstance(node, turbohtml.ProcessingInstruction):
            lines.append(f"{indent}<?{node.target} {node.data}>")
        else:
            lines.append(f'{indent}"{node.text}"')
    return "\n".join(lines) + "\n"


def lexbor_children(node):
    out, child = [], node.first_child
    while child:
        out.append(child)
        child = child.next
    return out


def lexbor_tree(text):
    """Without namespaces and identifiers of doctypes, which selectolax does not tell: see plain()."""
    root = LexborHTMLParser(text).root.parent
    lines, stack = [], [(c, 0) for c in reversed(lexbor_children(root))]
    while stack:
        node, depth = stack.pop()
        indent = "| " + "  " * depth
        if isinstance(node, str):
            lines.append(indent + node)
        elif node.is_element_node:
            lines.append(f"{indent}<{node.tag}>")
            lines += [f'{indent}  {k}="{v or ""}"' for k, v in sorted(node.attributes.items(), key=attr_order)]
            children = lexbor_children(node)
            if node.tag == "template" and not children:
                stack += [(c, depth + 2) for c in reversed(lexbor_children(node.template_fragments()[0]))] if node.template_fragments() else []
                stack.append(("content", depth + 1))
            else:
                stack += [(c, depth + 1) for c in reversed(children)]
        elif node.is_comment_node:
            lines.append(f"{indent}<!-- {node.comment_content} -->")
        elif node.is_text_node:
            lines.append(f'{indent}"{node.text_content}"')
        else:
            lines.append(indent + node.html)
    return "\n".join(lines) + "\n"


def plain(tree):
    """A tree, a node a line, less what not every parser's interface tells: runs of white space, some names."""
    tree = re.sub(r"(?m)^\| ( *)", lambda m: f"\1{len(m[1])}:", tree)
    lines = []
    for line in re.sub(r"[ \t\r\n\f]+", " ", tree).split("\1")[1:]:
        line = line.strip(" ")
        line = re.sub(r"^(\d+:<)(?:svg|math) ", r"\1", line)
        line = re.sub(r"^(\d+:<!DOCTYPE).*", r"\1", line)
        line = re.sub(r"^(\d+:<!--) ?(.*?) ?-->$", lambda m: f"{m[1]}{m[2].strip(' ')}", line)
        line = re.sub(r"^(\d+:<\?.*?) *\??>$", r"\1", line)
        line = re.sub(r"^(\d+:)(xlink|xml|xmlns)[: ]", r"\1\2:", line)
        lines.append(line.replace('=" ', '="').replace(' "', '"'))
    return "\n".join(lines)


def corpus():
    texts = []
    for path in sorted((SUITE / "tree-construction").glob("*.dat")):
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


def judge(makala, text, context):
    """Who differs: '' (nobody), 'makala' (alone), 'others' (they disagree)."""
    ours = plain(makala.tree(text, context))
    turbo = plain(turbo_tree(text, context))
    if ours == turbo:
        return ""
    if context:
        return "makala"
    lexbor = plain(lexbor_tree(text))
    return "others" if ours == lexbor else "makala" if lexbor == turbo else "all"


def shrink(makala, text, context, verdict):
    """Cuts pieces, then characters, as long as the verdict stays."""
    for pieces in (PIECE.findall(text), None):
        pieces = pieces if pieces is not None else list(text)
        size = max(1, len(pieces) // 2)
        while size:
            i = 0
            while i < len(pieces):
                less = pieces[:i] + pieces[i + size:]
                if judge(makala, "".join(less), context) == verdict:
                    pieces = less
                else:
                    i += size
            size //= 2
        text = "".join(pieces)
    return text


def report(makala, text, context, verdict):
    print(f"==== {verdict}{' in ' + context if context else ''}\n{text!r}\n-- makala\n{makala.tree(text, context)}-- turbohtml\n"
          f"{turbo_tree(text, context)}" + ("" if context else f"-- lexbor\n{lexbor_tree(text)}"), flush=True)


def inputs(args):
    if args.pages:
        for path in sorted(pathlib.Path(args.pages).iterdir()):
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield path.name, data.decode("utf-8", "replace").lstrip("\ufeff"), None
        return
    rng, texts = random.Random(args.seed), corpus()
    for i in range(args.count):
        yield i, mutate(rng, texts), rng.choice(CONTEXTS) if args.fragments else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fragments", action="store_true", help="fragments in many contexts; turbohtml is the only other one here")
    parser.add_argument("--pages", metavar="DIR")
    parser.add_argument("--verbose", action="store_true", help="print where the others disagree with each other, too")
    args = parser.parse_args()
    makala, seen, counts = Makala(), set(), collections.Counter()
    for name, text, context in inputs(args):
        verdict = judge(makala, text, context)
        counts[verdict or "same"] += 1
        if verdict not in ("makala", "all") and not (verdict and args.verbose):
            continue
        small = shrink(makala, text, context, verdict) if len(text) < 3000 else None
        if small is None:
            print(f"==== {verdict}: {name}, {len(text)} characters", flush=True)
        elif small not in seen:
            seen.add(small)
            report(makala, small, context, verdict)
    print(", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    sys.exit(1 if counts["makala"] else 0)


main()
