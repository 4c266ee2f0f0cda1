# SPDX-License-Identifier: Apache-2.0
"""pages - labelled pages -> what the trainer needs of them: features from the library, labels, words.

Both are kept in build/train/: features under the hash of the library and of the pages, labels under the hash of the blocks' texts.
Blocks without a word are left out everywhere: they weigh nothing and are decided by their neighbours.
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
CACHE = ROOT / "build" / "train"  # --work puts another folder here
sys.path.append(str(ROOT / "bench"))
import measure  # noqa: E402
import shapes  # noqa: E402


class Str(ctypes.Structure):
    _fields_ = [("p", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Block(ctypes.Structure):
    _fields_ = [("text", Str), ("score", ctypes.c_float), ("from_", ctypes.c_uint32), ("to", ctypes.c_uint32),
                ("n_words", ctypes.c_uint32), ("kind", ctypes.c_uint8), ("level", ctypes.c_uint8), ("reason", ctypes.c_uint8),
                ("keep", ctypes.c_bool)]



class Library:
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
        """The record."""
        status, out = self.so.mk_extract(self.page, html, len(html), None), Str()
        if status or self.so.mk_json(self.page, 0, 0, ctypes.byref(out)):
            raise RuntimeError(f"mk_extract: {status}")
        return json.loads(ctypes.string_at(out.p, out.len))

    def blocks(self, html):
        """Texts, numbers of words, and the plain columns of a page, of its blocks with words. A page whose text a script brings has none: that stands behind all else and in no container, as no other page's does."""
        brought = "script" in self.extract(html)["warnings"]
        texts, words, rows, i = [], [], [], 0
        while (b := self.so.mk_block_at(self.page, i)) and not brought:
            b = b.contents
            if b.n_words:
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
            if b.contents.n_words:
                scores.append(b.contents.score)
            i += 1
        return np.array(scores, np.float32), record


class Page:
    """Of the blocks: at the row of the first, words, y labels, ids and starts their tokens that stand in the gold, sizes all of their tokens; of the page: gold counts, its sum n_gold, set, kind, key, path, fold."""


def column_names():
    """Names of a block's own columns, of those that are the same for all blocks of a page, and of those of a initial; in this order they
    are all columns of src/features.def."""
    text = (ROOT / "src" / "features.def").read_text()
    return [re.findall(rf"^{kind}\((\w+)", text, re.M) for kind in ("FEATURE", "PAGE_FEATURE", "INITIAL_FEATURE")]



def build_library(name, table, file="libmakala.so", variable="MODEL", **variables):
    """The library, or another file of the Makefile, with a table, given as text, in a folder of its own; variable is the Makefile's for such
    tables, and variables are others."""
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
    """What does not depend on the features, from the cache when the texts are the same."""
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
    """(words of blocks, labels, items of src/word_weights.c, how many of them a block)."""
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
    h = hashlib.sha256()
    for shape, source in sources:
        h.update(repr((shape, source.key, source.gold)).encode())
        h.update(pathlib.Path(source.path).read_bytes())
    return h.hexdigest()


def block_weight(page):
    """About how much a block moves its page's F1."""
    return (page.words / max(page.n_gold, 0.3 * page.words.sum(), 20)).astype(np.float32)


def with_words(jobs, sources, pages, items, sizes, blank):
    """({fold left out: table of words}, features of all blocks): each page's by the table that has not seen its site."""
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
    """What load() keeps in its caches: (arrays by name, features)."""
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
    """(features of all blocks, pages, {fold left out: table of words}): a page's blocks are n rows of the features from at on.
    blank(table) gives a header with that table of words and no model."""
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
