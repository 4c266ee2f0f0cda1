# SPDX-License-Identifier: Apache-2.0
"""pages - labelled pages -> the trainer's data: features computed by the library, labels, words.

Features and labels are cached in build/train/: features under a hash of the library and the pages, labels under a hash of the texts
of the blocks. Blocks without words are left out everywhere: they have no weight, and their scores come from their neighbours.
"""

import ctypes
import gzip
import hashlib
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys

import numpy as np

import label
import word_weights
from folds import FOLDS, fold_of, site_of

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = ROOT / "build" / "train"  # replaced by the folder of --work
sys.path.append(str(ROOT / "bench"))
import measure  # noqa: E402
import shapes  # noqa: E402


class Str(ctypes.Structure):
    _fields_ = [("p", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Block(ctypes.Structure):
    _fields_ = [("text", Str), ("score", ctypes.c_float), ("from_", ctypes.c_uint32), ("to", ctypes.c_uint32),
                ("n_words", ctypes.c_uint32), ("kind", ctypes.c_uint8), ("level", ctypes.c_uint8), ("reason", ctypes.c_uint8),
                ("keep", ctypes.c_bool)]


EMBEDDED = 12  # MK_DROPPED_EMBEDDED: such blocks come after all others and have no score


class Library:
    """A build of the library, loaded through ctypes, with one page object."""

    def __init__(self, path):
        self.so = ctypes.CDLL(str(path))
        self.so.mk_page_new.restype = ctypes.c_void_p
        self.so.mk_block_at.restype = ctypes.POINTER(Block)
        self.so.mk_features_of.restype = ctypes.c_void_p
        self.so.mk_extract.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        self.so.mk_block_at.argtypes = self.so.mk_features_of.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        self.so.mk_json.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint, ctypes.c_void_p]
        self.page = self.so.mk_page_new(None)
        self.n_columns = sum(len(names) for names in column_names()[:2])

    def extract(self, html):
        """Extracts a page and returns its JSON record."""
        status, out = self.so.mk_extract(self.page, html, len(html), None), Str()
        if status or self.so.mk_json(self.page, 0, 0, ctypes.byref(out)):
            raise RuntimeError(f"mk_extract: {status}")
        return json.loads(ctypes.string_at(out.p, out.len))

    def blocks(self, html):
        """(texts, numbers of words, plain columns) of the blocks with words.

        A page whose text is in a script has no blocks for the trainer: that text comes after all other blocks and is in no
        container, unlike the text of any other page.
        """
        brought = "script" in self.extract(html)["warnings"]
        texts, words, rows, i = [], [], [], 0
        while (b := self.so.mk_block_at(self.page, i)) and not brought:
            b = b.contents
            if b.n_words and b.reason != EMBEDDED:
                texts.append(ctypes.string_at(b.text.p, b.text.len).decode())
                words.append(b.n_words)
                rows.append(ctypes.string_at(self.so.mk_features_of(self.page, i), 4 * self.n_columns))
            i += 1
        x = np.frombuffer(b"".join(rows), np.float32).reshape(len(texts), self.n_columns)
        return texts, np.array(words, np.int32), x

    def results(self, html):
        """(scores of the blocks with words, the record)."""
        record = self.extract(html)
        scores, i = [], 0
        while b := self.so.mk_block_at(self.page, i):
            if b.contents.n_words and b.contents.reason != EMBEDDED:
                scores.append(b.contents.score)
            i += 1
        return np.array(scores, np.float32), record


class Page:
    """A labelled page; cut() sets the members.

    Of its blocks: at, row of the first; words, numbers of words; y, labels; sizes, numbers of tokens; ids, the tokens that are in
    the gold text too, block i from starts[i] to starts[i + 1] - 1. Of the page: gold, how often the gold text has each token;
    n_gold, the sum of these; set, kind, key, path, fold.
    """


def column_names():
    """Names of block columns, of page columns (the same for all blocks of a page), and of columns from initial scores.

    In this order they are all columns of src/features.def.
    """
    text = (ROOT / "src" / "features.def").read_text()
    return [re.findall(rf"^{kind}\((\w+)", text, re.M) for kind in ("FEATURE", "PAGE_FEATURE", "INITIAL_FEATURE")]



def build_library(name, table, file="libmakala.so", variable="MODEL", **variables):
    """Builds the library, or another target of the Makefile, with a table in a folder of its own, and returns its path.

    table: the text of the header; variable: the Makefile's variable that names the header; variables: further ones.
    """
    target, path = CACHE / name, CACHE / f"{name}.h"
    if not path.exists() or path.read_text() != table:
        path.write_text(table)
    variables = {**variables, "BUILD": target.relative_to(ROOT), variable: os.path.relpath(path, ROOT)}
    command = ["make", "-s", "-C", str(ROOT), *(f"{key}={value}" for key, value in variables.items()), str((target / file).relative_to(ROOT))]
    subprocess.run(command, check=True)
    return target / file


def read_html(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read()


def labels_of(shape, source, texts):
    """Labels and tokens of a page, which do not depend on features, from the cache if the texts are the same."""
    digest = hashlib.sha256("\0".join([LABELLER, shape, source.gold, *texts]).encode()).hexdigest()[:32]
    path = CACHE / "labels" / digest[:2] / f"{digest}.npz"
    if path.exists():
        with np.load(path) as kept:
            return {name: kept[name] for name in ("y", "ids", "starts", "sizes", "gold")}
    by_character = shape != "WCXB"
    gold = {}
    for t in measure.words(source.gold, by_character):
        gold[t] = gold.get(t, 0) + 1
    ids = {t: i for i, t in enumerate(gold)}
    tokens = [measure.words(t, by_character) for t in texts]
    found = [[ids[t] for t in b if t in ids] for b in tokens]
    out = {
        "y": np.array(label.label_blocks(texts, source.gold)[0], np.float32),
        "ids": np.array([i for b in found for i in b], np.int32),
        "starts": np.concatenate([[0], np.cumsum([len(b) for b in found])]).astype(np.int32),
        "sizes": np.array([len(b) for b in tokens], np.int32),
        "gold": np.array(list(gold.values()), np.int32),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(part, **out)
    os.replace(part, path)
    return out


LABELLER = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in ("align.c", "label.py"))).hexdigest()
library = reader = None


def read_page(job):
    """(numbers of words of the blocks, labels_of(), items of all blocks for src/word_weights.c, number of items of each block)."""
    shape, source = job
    texts, words, _ = library.blocks(read_html(source.path))
    items = [reader.items_of(t) for t in texts]
    return (words, labels_of(shape, source, texts), np.concatenate([np.zeros(0, np.uint32), *items]),
            np.array([len(i) for i in items], np.int64))


def read_features(source):
    return library.blocks(read_html(source.path))[2]


def start_worker(path):
    global library, reader
    library, reader = Library(path), word_weights.Reader()


def data_hash(sources):
    """A hash of the pages and their gold texts."""
    h = hashlib.sha256()
    for shape, source in sources:
        h.update(repr((shape, source.key, source.gold)).encode())
        h.update(pathlib.Path(source.path).read_bytes())
    return h.hexdigest()


def block_weight(page):
    """Roughly how much each block moves its page's F1."""
    return (page.words / max(page.n_gold, 0.3 * page.words.sum(), 20)).astype(np.float32)


def with_words(jobs, sources, pages, items, sizes, blank):
    """({fold left out: table of word weights}, features of all blocks).

    The word features of a page come from the table that has not seen its site, as they do for a new page.
    """
    folds = np.concatenate([np.full(len(page.words), page.fold) for page in pages])
    names = {}
    numbers = [names.setdefault(site_of(*source), len(names)) for source in sources]
    site = np.repeat(numbers, [len(page.words) for page in pages])
    tables = word_weights.tables(items, sizes, site, np.concatenate([page.y for page in pages]),
                          np.concatenate([block_weight(page) for page in pages]), folds, FOLDS)
    found = [None] * len(pages)
    for fold in range(FOLDS):
        some = [i for i, page in enumerate(pages) if page.fold == fold]
        with multiprocessing.Pool(jobs, start_worker, (build_library(f"words-{fold}", blank(tables[fold])),)) as pool:
            for i, x in zip(some, pool.imap(read_features, [sources[i][1] for i in some], chunksize=8)):
                found[i] = x
    return tables, np.concatenate(found)


def read_all(jobs, sources, library_path, blank):
    """The contents of load()'s caches: (arrays by name, features)."""
    with multiprocessing.Pool(jobs, start_worker, (library_path,)) as pool:
        found = pool.map(read_page, sources, chunksize=8)
    out = {"words": np.concatenate([w for w, *_ in found]), "n_words": np.array([len(w) for w, *_ in found])}
    for name in found[0][1]:
        out[name] = np.concatenate([labels[name] for _, labels, *_ in found])
        out["n_" + name] = np.array([len(labels[name]) for _, labels, *_ in found])
    pages = list(cut(sources, out))
    items, sizes = np.concatenate([i for *_, i, _ in found]), np.concatenate([s for *_, s in found])
    tables, x = with_words(jobs, sources, pages, items, sizes, blank)
    for left_out, (slots, scale) in tables.items():
        out[f"t_{left_out}"] = slots
        out[f"s_{left_out}"] = np.array(scale)
    return out, x


def load(folders, library_path, blank, jobs=2, limit=None):
    """(features of all blocks, pages, {fold left out: table of word weights}).

    The blocks of a page are consecutive rows of the features, starting at page.at. blank(table) returns the text of a header with
    that table of word weights and no model.
    """
    sources = []
    for folder in folders:
        shape, found = shapes.load(str(folder))
        sources += [(shape, source) for source in (found[:limit] if limit else found)]
    how = (HERE / "word_weights.py").read_bytes() + pathlib.Path(library_path).read_bytes()
    mark = hashlib.sha256((data_hash(sources) + LABELLER).encode() + how).hexdigest()[:16]
    path = CACHE / f"pages-{mark}.npz"
    if not path.exists():
        out, x = read_all(jobs, sources, library_path, blank)
        for old in CACHE.glob("pages-*.np?"):
            old.unlink()
        np.save(path.with_suffix(".npy"), x)
        part = path.with_suffix(".part.npz")
        np.savez(part, **out)
        os.replace(part, path)
    with np.load(path) as kept:
        data = {name: kept[name] for name in kept.files}
    tables = {left_out: (data.pop(f"t_{left_out}"), float(data.pop(f"s_{left_out}"))) for left_out in [*range(FOLDS), None]}
    return np.load(path.with_suffix(".npy")), list(cut(sources, data)), tables


def cut(sources, data):
    """Yields the pages: their arrays are consecutive parts of the arrays in data, with the lengths in data["n_" + name]."""
    names = [name for name in data if not name.startswith("n_")]
    at = dict.fromkeys(names, 0)
    for i, (shape, source) in enumerate(sources):
        page = Page()
        page.at = at["words"]
        for name in names:
            n = int(data["n_" + name][i])
            setattr(page, name, data[name][at[name] : at[name] + n])
            at[name] += n
        page.n_gold = int(page.gold.sum())
        page.set, page.kind, page.key, page.path, page.fold = shape, source.kind, source.key, source.path, fold_of(shape, source)
        yield page
