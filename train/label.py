# SPDX-License-Identifier: Apache-2.0
"""Labels for blocks: which share of a block's tokens stands in the gold text, by aligning the page with the gold.

The page's tokens, its blocks in order, are aligned with the gold tokens by train/align.c: a matched token is worth 1, a run of
matched tokens costs 1.5. What is left over is aligned twice more, a run costing 3, for gold whose parts stand in another order.
Han and kana count by character.
"""

import ctypes
import hashlib
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / "build" / "train"
OPEN = (3, 6, 6)  # what a run costs in each round, in halves of a match
CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+")


def tokens(text):
    return TOKEN.findall(text.lower())


def compiled(name):
    """Compiles train/NAME.c, unless that has been done, and loads it."""
    source = HERE / f"{name}.c"
    mark = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    target = BUILD / f"{name}-{mark}.so"
    if not target.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=BUILD)
        os.close(handle)
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-std=c17", "-O2", "-fPIC", "-shared", str(source), "-o", part], check=True)
        os.replace(part, target)
    return ctypes.CDLL(str(target))


aligner = None


def align(page, gold):
    """For each page token whether the gold holds it; tokens are strings."""
    global aligner
    if not aligner:
        aligner = compiled("align").align_round
    ids = {}
    page, gold = ([ids.setdefault(t, len(ids)) for t in part] for part in (page, gold))
    pages, golds = ctypes.c_int32 * len(page), ctypes.c_int32 * len(gold)
    page_in, gold_in = pages(*page), golds(*gold)
    page_at, gold_at = pages(*[-1] * len(page)), golds(*[-1] * len(gold))
    for cost in OPEN:
        aligner(page_in, len(page), gold_in, len(gold), len(ids), cost, page_at, gold_at)
    return [at >= 0 for at in page_at]


def label_blocks(texts, gold_text):
    """For each block the share of its tokens that the gold holds, and its number of tokens."""
    block_tokens = [tokens(t) for t in texts]
    hit = align([t for b in block_tokens for t in b], tokens(gold_text))
    sizes = [len(b) for b in block_tokens]
    shares, at = [], 0
    for n in sizes:
        shares.append(sum(hit[at : at + n]) / n if n else 0.0)
        at += n
    return shares, sizes
