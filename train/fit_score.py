#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the weights of the transparent score and writes src/tables/score.h.

	pip install numpy scikit-learn
	make && python3 train/fit_score.py build/libmakala.so ../shared/wcxb-dev > src/tables/score.h

Features come from the library, labels from train/label.py, weights from L2-regularised logistic regression; a block weighs as much as its
words move its page's F1.  Prints the F1 of scores that were fitted without the page's domain on standard error (5 folds).
"""

import ctypes
import gzip
import json
import pathlib
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

from label import label_blocks, tokens, word_f1

FOLDS = 5
BUCKETS = 1024  # as in src/choose.c


class Str(ctypes.Structure):
    _fields_ = [("p", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Block(ctypes.Structure):
    _fields_ = [("text", Str), ("score", ctypes.c_float), ("from_", ctypes.c_uint32), ("to", ctypes.c_uint32),
                ("n_words", ctypes.c_uint32), ("kind", ctypes.c_uint8), ("level", ctypes.c_uint8), ("reason", ctypes.c_uint8),
                ("keep", ctypes.c_bool)]


class Library:
    def __init__(self, path):
        self.so = ctypes.CDLL(path)
        self.so.mk_page_new.restype = ctypes.c_void_p
        self.so.mk_block_at.restype = ctypes.POINTER(Block)
        self.so.mk_features_of.restype = ctypes.POINTER(ctypes.c_float)
        self.so.mk_feature_name.restype = ctypes.c_char_p
        self.so.mk_extract.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        self.so.mk_block_at.argtypes = self.so.mk_features_of.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        self.page = self.so.mk_page_new(None)
        self.names = []
        while self.so.mk_feature_name(len(self.names)):
            self.names.append(self.so.mk_feature_name(len(self.names)).decode())

    def blocks(self, html):
        """Texts, numbers of words, hashes of repeats, and the feature matrix of a page."""
        status = self.so.mk_extract(self.page, html, len(html), None)
        assert status == 0, status
        texts, words, rows = [], [], []
        while True:
            b = self.so.mk_block_at(self.page, len(texts))
            if not b:
                break
            b = b.contents
            texts.append(ctypes.string_at(b.text.p, b.text.len).decode())
            words.append(b.n_words)
            rows.append(np.ctypeslib.as_array(self.so.mk_features_of(self.page, len(rows)), (len(self.names),)).copy())
        return texts, np.array(words), np.array(rows, dtype=np.float32).reshape(len(texts), len(self.names))


def read_pages(library, folder):
    folder = pathlib.Path(folder)
    domains = {k: v["domain"] for k, v in json.load(open(folder / "metadata.json"))["files"].items()}
    pages = []
    for path in sorted((folder / "ground-truth").glob("*.json")):
        truth = json.load(open(path))
        gold = truth["ground_truth"].get("main_content") or ""
        texts, words, rows = library.blocks(gzip.open(folder / "html" / (path.stem + ".html.gz")).read())
        shares, n = label_blocks(texts, gold)
        pages.append({"texts": texts, "words": words, "x": rows, "y": np.array(shares), "n": np.array(n), "gold": tokens(gold),
                      "type": truth["_internal"]["page_type"]["primary"], "domain": domains[path.stem]})
    return pages


def choose(p, words):
    """The kept blocks, as src/choose.c."""
    at = np.clip((p * BUCKETS).astype(int), 0, BUCKETS - 1)
    kept = np.cumsum(np.bincount(at, words, BUCKETS)[::-1])
    hit = np.cumsum(np.bincount(at, p * words, BUCKETS)[::-1])
    f1 = np.where(kept > 0, 2 * hit / np.maximum(kept + hit[-1], 1e-9), 0)
    if f1.max() < 0.2 and words.sum() < 60:
        return np.zeros(len(p), bool)
    return at >= BUCKETS - 1 - int(f1.argmax())


def kept_text(page, keep):
    said, out = set(), []
    for text, words, k in zip(page["texts"], page["words"], keep):
        if k and not (words >= 8 and text in said):
            said.add(text)
            out += tokens(text)
    return out


def fit(pages):
    x = np.vstack([p["x"] for p in pages])
    y = np.concatenate([p["y"] for p in pages])
    w = np.concatenate([p["n"] / max(len(p["gold"]), 0.3 * p["n"].sum(), 20) for p in pages])
    keep = w > 0
    x, y, w = x[keep], y[keep], w[keep]
    scale = x.std(axis=0)
    scale[scale == 0] = 1
    x = x / scale
    model = LogisticRegression(C=0.05, max_iter=1000)
    model.fit(np.vstack([x, x]), np.r_[np.ones(len(y)), np.zeros(len(y))], sample_weight=np.r_[w * y, w * (1 - y)] * len(y) / w.sum())
    return np.round(model.coef_[0] / scale, 2), round(float(model.intercept_[0]), 2)


def main():
    library = Library(sys.argv[1])
    pages = read_pages(library, sys.argv[2])
    oracle = [word_f1(kept_text(p, p["y"] > 0.5), p["gold"])[0] for p in pages]
    print(f"{len(pages)} pages, block oracle {np.mean(oracle):.4f}", file=sys.stderr)
    fold_of = {d: i % FOLDS for i, d in enumerate(sorted({p["domain"] for p in pages}))}
    scores = {}
    for fold in range(FOLDS):
        weights, bias = fit([p for p in pages if fold_of[p["domain"]] != fold])
        for i, p in enumerate(pages):
            if fold_of[p["domain"]] == fold:
                chance = 1 / (1 + np.exp(-(p["x"] @ weights + bias)))
                scores[i] = word_f1(kept_text(p, choose(chance, p["words"])), p["gold"])[0]
    kinds = sorted({p["type"] for p in pages})
    print(f"out of fold: F1 {np.mean(list(scores.values())):.4f}  " +
          "  ".join(f"{k} {np.mean([scores[i] for i, p in enumerate(pages) if p['type'] == k]):.3f}" for k in kinds), file=sys.stderr)
    weights, bias = fit(pages)
    print("/* Generated by train/fit_score.py; do not edit. */\n#ifndef MAKALA_TABLES_SCORE_H\n#define MAKALA_TABLES_SCORE_H\n")
    print("/* One a column of features.def, for the log odds of being content. */\nstatic const float score_weights[] = {")
    for name, weight in zip(library.names, weights):
        print(f"\t{weight:.2f}f, /* {name} */")
    print(f"}};\n\n#define SCORE_BIAS {bias:.2f}f\n\n#endif")


main()
