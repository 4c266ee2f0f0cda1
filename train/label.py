# SPDX-License-Identifier: Apache-2.0
"""label - texts of a page's blocks and the gold text -> training labels: the share of each block's tokens that is in the gold text.

train/align.c aligns the tokens of all blocks, in page order, with the tokens of the gold text. A matched token is worth 1 and each
run of matched tokens costs 1.5, so a single word of a menu does not match one in the middle of the gold text. The tokens that
remain are aligned twice more, with a cost of 3 for a run, because some gold texts have their sections in another order than the
page. Each Han or kana character is one token.
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
OPEN = (3, 6, 6)  # cost of a run in each round, in halves of a match
CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{CJK}]|[^\W{CJK}]+")


def tokens(text):
    return TOKEN.findall(text.lower())


def compiled(name):
    """Compiles train/NAME.c to a shared library, unless build/train/ has it, and loads it."""
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
    """For each page token whether it matches a token of the gold text. Tokens are strings."""
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
    """For each block the share of its tokens that match the gold text, and its number of tokens."""
    block_tokens = [tokens(t) for t in texts]
    hit = align([t for b in block_tokens for t in b], tokens(gold_text))
    sizes = [len(b) for b in block_tokens]
    shares, at = [], 0
    for n in sizes:
        shares.append(sum(hit[at : at + n]) / n if n else 0.0)
        at += n
    return shares, sizes
