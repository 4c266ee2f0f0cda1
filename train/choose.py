# SPDX-License-Identifier: Apache-2.0
"""choose - scores of a page's blocks -> the kept blocks, the measures of the cut, and the page's word F1.

The library itself chooses the blocks (src/choose.c, called through train/initial.c), so the figures of the trainer hold for the
library. The work is one extraction of each page, spread over processes.
"""

import ctypes
import multiprocessing

import numpy as np

import pages

F = np.float32
N_MEASURES = 11  # as in src/model.c; the first measure is the expected F1


def bind(so):
    so.choose_rows.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_bool] + [ctypes.c_void_p] * 4


def choose(library, kind, no_comments, initial, scores):
    """(which blocks are kept, measures of the cut) for the page that the library has extracted last.

    kind: enum mk_page_type; initial: the initial scores.
    """
    initial, scores = np.ascontiguousarray(initial, F), np.ascontiguousarray(scores, F)
    keep, measures = np.zeros(len(scores), bool), np.zeros(N_MEASURES, F)
    library.so.choose_rows(library.page, kind, no_comments, initial.ctypes.data, scores.ctypes.data, keep.ctypes.data,
                           measures.ctypes.data)
    return keep, measures


def start_worker(path):
    global library
    library = pages.Library(path)
    bind(library.so)


def choose_page(job):
    path, kind, no_comments, lists = job
    if not len(lists[0][1]):  # a page without blocks, or one whose text is in a script: the trainer has no blocks of it
        return [(np.zeros(0, bool), np.zeros(N_MEASURES, F)) for _ in lists]
    html = pages.read_html(path)
    if library.so.mk_extract(library.page, html, len(html), None):
        raise RuntimeError(f"mk_extract: {path}")
    return [choose(library, kind, no_comments, initial, scores) for initial, scores in lists]


def choose_all(path, jobs, some, lists):
    """Yields for each page a list of choose() results, one for each pair (initial, scores) in its list.  path: of initial.so."""
    todo = [(p.path, p.type, p.set != "WCXB", of_page) for p, of_page in zip(some, lists)]
    with multiprocessing.get_context("fork").Pool(jobs, start_worker, (path,)) as pool:
        yield from pool.imap(choose_page, todo, chunksize=16)


def word_f1(keep, page):
    """Bag-of-words F1 of the words of the kept blocks against the words of the gold text."""
    said = int(page.sizes[keep].sum())
    if not said or not page.n_gold:
        return float(not said and not page.n_gold)
    token_block = np.repeat(np.arange(len(page.n)), np.diff(page.starts))
    ids = page.ids[keep[token_block]]
    matched = int(np.minimum(np.bincount(ids, minlength=len(page.gold)), page.gold).sum())
    return 2 * matched / (said + page.n_gold)
