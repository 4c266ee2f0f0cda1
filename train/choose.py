# SPDX-License-Identifier: Apache-2.0
"""choose - scores of a page's blocks -> the kept ones and the measures of the cut, by src/choose.c itself; and the page's word F1."""

import ctypes
import multiprocessing

import numpy as np

import pages

F = np.float32
N_MEASURES = 11  # as in src/model.c; the first is the expected F1


def bind(so):
    so.choose_rows.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_bool] + [ctypes.c_void_p] * 4


def choose(library, kind, no_comments, initial, scores):
    """(the kept blocks, measures) of the page that a library has extracted.  kind: enum mk_page_type; initial: the first part's scores."""
    initial, scores = np.ascontiguousarray(initial, F), np.ascontiguousarray(scores, F)
    keep, measures = np.zeros(len(scores), bool), np.zeros(N_MEASURES, F)
    library.so.choose_rows(library.page, kind, no_comments, initial.ctypes.data, scores.ctypes.data, keep.ctypes.data, measures.ctypes.data)
    return keep, measures


def start_worker(path):
    global library
    library = pages.Library(path)
    bind(library.so)


def choose_page(job):
    path, kind, no_comments, lists = job
    if not len(lists[0][1]):  # a page without blocks, or whose blocks a script brings
        return [(np.zeros(0, bool), np.zeros(N_MEASURES, F)) for _ in lists]
    html = pages.read_html(path)
    if library.so.mk_extract(library.page, html, len(html), None):
        raise RuntimeError(f"mk_extract: {path}")
    return [choose(library, kind, no_comments, initial, scores) for initial, scores in lists]


def choose_all(path, jobs, some, lists):
    """Yields for each page what choose() gives for each of its (initial, scores).  path: of initial.so."""
    todo = [(p.path, p.type, p.set != "WCXB", of_page) for p, of_page in zip(some, lists)]
    with multiprocessing.get_context("fork").Pool(jobs, start_worker, (path,)) as pool:
        yield from pool.imap(choose_page, todo, chunksize=16)


def word_f1(keep, page):
    """Bag-of-words F1 of the kept blocks' words and the gold's."""
    said = int(page.sizes[keep].sum())
    if not said or not page.n_gold:
        return float(not said and not page.n_gold)
    token_block = np.repeat(np.arange(len(page.n)), np.diff(page.starts))
    ids = page.ids[keep[token_block]]
    matched = int(np.minimum(np.bincount(ids, minlength=len(page.gold)), page.gold).sum())
    return 2 * matched / (said + page.n_gold)
