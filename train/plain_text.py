#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""plain_text - plain-text renderings of labelled pages -> src/tables/plain_text.h, and its F1 on sites not seen in training.

	make train-plain-text DATA=../shared/wcxb-dev,../shared/news,../shared/articles

1. renderings.py runs four programs that turn each page into text.
2. The library computes blocks and features of these texts, with word weights that have not seen the page's site (`make train`
   writes them); label.py computes the share of each block that is in the gold text.
3. Three nets are trained: the first gives initial scores, the second refines them with columns from the initial scores, the third
   finds the block with the title. Each is trained once without each fold, for the figures, and once on everything. The second must
   learn from initial scores that are no better than those of a new page, so the first is trained without each pair of folds too:
   see initial.py. Every page is also learnt in the letters of another script or in words of no language, so that neither case nor
   word length nor any single word decides.
4. The tables are written to src/tables/plain_text.h and, trained without fold K, to build/train/plain_text-K.h.

All renderings of a page are in the same fold. Gold text that no rendering can contain (noscript) still counts in the measure.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_CORETYPE="Haswell",
                  NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR")

import argparse  # noqa: E402
import collections  # noqa: E402
import copy  # noqa: E402
import ctypes  # noqa: E402
import functools  # noqa: E402
import hashlib  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import multiprocessing  # noqa: E402
import pathlib  # noqa: E402
import re  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import types  # noqa: E402
import warnings  # noqa: E402
import zlib  # noqa: E402

warnings.filterwarnings("ignore", message=".*NPY_DISABLE_CPU_FEATURES.*")

import numpy as np  # noqa: E402

import choose  # noqa: E402
import export  # noqa: E402
import label  # noqa: E402
import net  # noqa: E402
import pages as reader  # noqa: E402
import renderings  # noqa: E402
from folds import FOLDS, fold_of  # noqa: E402

F = np.float32
WEIGHT = {"WCXB": 1.0, "articles": 0.3, "news": 0.6}  # of a rendering, by data set
DISGUISED = 1.0  # weight of a rendering in disguise, relative to the others
RECIPE = functools.partial(net.Recipe, drop=0.1, drop_columns=0.05, drop_words=0.0, h1=80, h2=32)
TITLE_LEAST = 0.1  # a block is the title only if the title net's score is above this
MK_INPUT_TEXT = 2  # enum mk_input_type
START = time.monotonic()


def say(text):
    print(f"{time.monotonic() - START:6.0f} s  {text}", flush=True)


class Options(ctypes.Structure):
    """The first members of mk_options. `rest` stands for all others: zeros are their defaults."""

    _fields_ = [("size", ctypes.c_size_t), ("url", ctypes.c_char_p), ("input", ctypes.c_char_p), ("charset", ctypes.c_char_p),
                ("http_charset", ctypes.c_char_p), ("view", ctypes.c_int), ("input_type", ctypes.c_int), ("rest", ctypes.c_char * 256)]


class Library(reader.Library):
    """The library with its input set to plain text in UTF-8."""

    def __init__(self, path):
        super().__init__(path)
        self.options = Options(size=ctypes.sizeof(Options), input_type=MK_INPUT_TEXT, charset=b"utf-8")
        self.so.mk_plain_text_feature_name.restype = ctypes.c_char_p
        self.names = []
        while name := self.so.mk_plain_text_feature_name(len(self.names)):
            self.names.append(name.decode())
        self.n_columns = len(self.names)
        extract, options = self.so.mk_extract, ctypes.byref(self.options)
        self.so = types.SimpleNamespace(mk_extract=lambda page, text, n, _: extract(page, text, n, options),
                                        **{name: getattr(self.so, name) for name in ("mk_block_at", "mk_features_of", "mk_json")})


class InitialLibrary(Library):
    """The library with train/initial.c: computes columns from given scores and chooses blocks by them."""

    def __init__(self, path):
        super().__init__(path)
        so = ctypes.CDLL(str(path))
        choose.bind(so)
        self.so.choose_rows, self.call = so.choose_rows, so.plain_text_initial_rows
        self.call.argtypes = [ctypes.c_void_p] * 3

    def read(self, text):
        if self.so.mk_extract(self.page, text, len(text), None):
            raise RuntimeError("mk_extract")

    def rows(self, text, lists):
        """Yields the columns for each list of initial scores; a list has one score for each block with words."""
        self.read(text)
        for scores in lists:
            rows = np.zeros((len(scores), self.n_columns - n_plain(self.names)), F)
            self.call(self.page, np.ascontiguousarray(scores, F).ctypes.data, rows.ctypes.data)
            yield rows


def net_lines(name, score):
    out = export.array(f"int8_t {name}_w1[][PLAIN_TEXT_H1]", score.w1, str)
    out += export.array(f"float {name}_s1[]", score.s1) + export.array(f"float {name}_b1[]", score.b1)
    out += export.array(f"float {name}_w2[][PLAIN_TEXT_H2]", score.w2) + export.array(f"float {name}_b2[]", score.b2)
    out += export.array(f"float {name}_w3[]", score.w3)
    parts = ", ".join(f"{name}_{part}" for part in ("w1", "s1", "b1", "w2", "b2", "w3"))
    return [*out, f"static const struct plain_text_net {name} = {{{len(score.w1)}, {parts}, {export.number(score.b3)}}};", ""]


def header(names, scale, offset, nets, title_least, confidence, about):
    content = nets["content"]
    mark = hashlib.sha256((reader.ROOT / "src" / "plain_text.def").read_bytes()).hexdigest()
    out = ["/* Generated by train/plain_text.py; do not edit. */", *[f"/* {line} */" for line in about],
           "#ifndef MAKALA_TABLES_PLAIN_TEXT_H", "#define MAKALA_TABLES_PLAIN_TEXT_H", "", f"#define PLAIN_TEXT_H1 {content.w2.shape[0]}",
           f"#define PLAIN_TEXT_H2 {content.w2.shape[1]}", f"#define PLAIN_TEXT_TITLE_LEAST {export.number(title_least)}",
           f'#define PLAIN_TEXT_FEATURES_HASH "{mark}"', "",
           f'_Static_assert(N_PLAIN_TEXT_FEATURES == {len(names)}, "the columns have changed: train again");',
           *[f'_Static_assert(PLAIN_TEXT_{name} == {i}, "{name}");' for i, name in enumerate(names)], "",
           "/* A net with two hidden layers. w1: int8 weights of the columns; s1: the scale of each unit's weights. */",
           "struct plain_text_net {", "\tint n_columns;", "\tconst int8_t (*w1)[PLAIN_TEXT_H1];", "\tconst float *s1, *b1;",
           "\tconst float (*w2)[PLAIN_TEXT_H2];", "\tconst float *b2, *w3;", "\tfloat b3;", "};", ""]
    out += export.array("float plain_text_scale[]", scale) + export.array("float plain_text_offset[]", offset)
    for name, score in nets.items():
        out += net_lines(f"plain_text_{name}", score)
    out += export.array("float plain_text_confidence[]", np.asarray(confidence, F)) + ["#endif", ""]
    return "\n".join(out)


def n_plain(names):
    """The number of columns that do not depend on initial scores."""
    return names.index("initial")


def blank(names):
    """A table of zeros, with which the library compiles and computes features before there is a model."""
    zeros = np.zeros

    def score(n):
        return types.SimpleNamespace(w1=zeros((n, 16), int), s1=zeros(16), b1=zeros(16), w2=zeros((16, 16)), b2=zeros(16), w3=zeros(16), b3=0)

    nets = {"first": score(n_plain(names)), "titles": score(n_plain(names)), "content": score(len(names))}
    return header(names, zeros(len(names)), zeros(len(names)), nets, 1, [0, 0], ["No model."])


def column_names():
    """Names of all columns, in order, from src/plain_text.def through the C preprocessor."""
    command = [os.environ.get("CC", "cc"), "-E", "-P", "-DPLAIN_TEXT_FEATURE(name, meaning)=@name@", "-x", "c",
               str(reader.ROOT / "src" / "plain_text.def")]
    return re.findall(r"@ *(\w+) *@", subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def build_library(name, table, file="libmakala.so", **variables):
    return reader.build_library(name, table, file, "PLAIN_TEXT", **variables)


# ---- Pages ----


def start_worker(path, kind=Library):
    global library, decoder
    decoder = renderings.Decoder(reader.Library(path))
    library = kind(path)


def says_title(texts, title):
    """For each block whether it is the title by the rule of bench/quality.py: token F1 of 0.8 or more."""
    gold = collections.Counter(label.tokens(title or ""))
    out = np.zeros(len(texts), F)
    for i, text in enumerate(texts):
        if gold and len(text) <= 400:
            said = collections.Counter(label.tokens(text))
            out[i] = 2 * sum((gold & said).values()) >= 0.8 * (sum(gold.values()) + sum(said.values()))
    return out


def text_of(renderer, source, disguised=True):
    """A rendering of a page.  disguised: whether a rendering in disguise is returned in disguise or as it was before."""
    text = renderings.render("resiliparse" if renderer in renderings.DISGUISES else renderer, source, decoder)
    return renderings.disguise(renderer, text) if disguised and renderer in renderings.DISGUISES else text


def read_plain_text(job):
    """(words, labels, features) of a rendering. In disguise it has the labels of its original; None if the blocks differ."""
    renderer, shape, source = job
    text = text_of(renderer, source, False)
    texts, words, x = library.blocks(text)
    labels = {**reader.labels_of(shape, source, texts), "title": says_title(texts, source.about.title if source.about else None)}
    if renderer in renderings.DISGUISES:
        _, words, x = library.blocks(text_of(renderer, source))
        if len(words) != len(texts):
            return None
    return words, labels, x


def word_libraries(names):
    """For each fold a library with the word weights that have not seen the fold, from `make train`, and no net for plain text."""
    words = [reader.CACHE / f"fold-{fold}.h" for fold in range(FOLDS)]
    if missing := [path for path in words if not path.exists()]:
        sys.exit(f"plain_text.py: {missing[0]} is missing; `make train DATA=...` writes it")
    return [build_library(f"plain_text-words-{fold}", blank(names), MODEL=os.path.relpath(path, reader.ROOT))
            for fold, path in enumerate(words)]


def read_plain_texts(options, sources, libraries):
    """The result of read_plain_text() for each source, from the library whose word weights have not seen its site."""
    found = [None] * len(sources)
    for fold, path in enumerate(libraries):
        some = [i for i, (_, shape, source) in enumerate(sources) if fold_of(shape, source) == fold]
        with multiprocessing.Pool(options.jobs, start_worker, (path,)) as pool:
            for i, result in zip(some, pool.imap(read_plain_text, [sources[i] for i in some], chunksize=16)):
                found[i] = result
    return found


def load(options, libraries):
    """(features of all blocks, renderings as pages.Page), cached under a hash of the libraries and the sources.

    learnt: the nets learn from all renderings except two of the four of an article; learnt_first: the first net learns from half
    of these. Renderings in disguise are always among them.
    """
    sources = []
    for folder in options.data:
        shape, found = reader.shapes.load(str(folder))
        found = found[: options.limit] if options.limit else found
        sources += [(r, shape, s) for r in renderings.RENDERERS for s in found]
        sources += [(renderings.DISGUISES[i % len(renderings.DISGUISES)], shape, s) for i, s in enumerate(found)]
    mark = hashlib.sha256(b"".join(pathlib.Path(path).read_bytes() for path in libraries) + reader.LABELLER.encode()
                          + repr([(r, s, p.path) for r, s, p in sources]).encode()).hexdigest()[:16]
    path = reader.CACHE / f"plain_texts-{mark}.npz"
    if not path.exists():
        found = read_plain_texts(options, sources, libraries)
        kept = np.array([f is not None for f in found])
        found = [f for f in found if f is not None]
        out = {"words": np.concatenate([w for w, *_ in found]), "n_words": np.array([len(w) for w, *_ in found])}
        for name in found[0][1]:
            out[name] = np.concatenate([labels[name] for _, labels, _ in found])
            out["n_" + name] = np.array([len(labels[name]) for _, labels, _ in found])
        for old in reader.CACHE.glob("plain_texts-*.np?"):
            old.unlink()
        out["kept"], out["n_kept"] = kept, np.zeros(0)
        np.save(path.with_suffix(".npy"), np.concatenate([x for *_, x in found]))
        part = path.with_suffix(".part.npz")
        np.savez(part, **out)
        os.replace(part, path)
    with np.load(path) as kept:
        data = {name: kept[name] for name in kept.files}
    some = data.pop("kept")
    del data["n_kept"]
    sources = [s for s, good in zip(sources, some) if good]
    pages = list(reader.cut([(shape, source) for _, shape, source in sources], data))
    for page, (renderer, shape, source) in zip(pages, sources):
        turn = (zlib.crc32(source.key.encode()) + renderings.RENDERERS.index(renderer)) if renderer in renderings.RENDERERS else 0
        page.learnt, page.learnt_first = turn % 2 == 0 or shape != "articles", turn % (4 if shape == "articles" else 2) == 0
        page.renderer, page.source = renderer, source
        page.weight = WEIGHT[shape] * (DISGUISED if renderer in renderings.DISGUISES else 1)
        page.n = page.words.astype(F)
        page.block_weight = reader.block_weight(page)
        page.target, page.hit = page.y, page.y * page.n
    return np.load(path.with_suffix(".npy"), mmap_mode="r"), pages


# ---- Models ----


class Quantised:
    """A net as src/plain_text_score.c computes it, with the first layer in integers."""

    def __init__(self, learnt, moves):
        """moves: which columns are not constant; constant ones get no weight."""
        w1, b1, w2, b2, w3, b3 = learnt.all
        w1 = w1 * moves[:, None]
        top = np.maximum(np.abs(w1).max(axis=0), 1e-9)
        self.w1 = np.rint(w1 * (127 / top)).astype(np.int8)
        self.s1 = (top / 127 * net.STEP).astype(F)
        self.b1 = (b1 - net.MIDDLE * self.s1 * self.w1.sum(axis=0, dtype=np.int64)).astype(F)
        self.w2, self.b2, self.w3, self.b3 = w2, b2, w3[:, 0].copy(), F(b3[0])

    def score(self, q):
        sums = q.astype(F) @ self.w1.astype(F)  # exact: below 2^24
        h1 = np.maximum(self.b1 + self.s1 * sums, 0)
        h2 = np.maximum(self.b2 + h1 @ self.w2, 0)
        return net.sigmoid(self.b3 + h2 @ self.w3)


def rows_of(held):
    """The rows of the pages of some folds."""
    return np.flatnonzero(np.isin(data.fold, held))


def score_rows(exact, q, rows):
    return np.concatenate([exact.score(q[part]) for part in np.array_split(rows, 1 + len(rows) // net.ROWS)])


def lessons(held):
    """The renderings that a net without the held folds learns from."""
    return [page for page in data.pages if page.fold not in held and page.learnt]


def learn(some, q, recipe):
    return Quantised(net.train(some, q, recipe, (np.zeros(0, int), np.zeros(0, np.uint8))), data.moves[: q.shape[1]])


def train_first(held):
    """(held, the net, its scores of the held folds' blocks)."""
    some = [page for page in lessons(held) if page.learnt_first]  # enough for initial scores, and there are many nets
    exact = learn(some, data.q, data.first_recipe)
    return held, exact, score_rows(exact, data.q, rows_of(held))


def train_content(held):
    """The same for the second net, which also sees the columns from initial scores."""
    q = np.concatenate([data.q, data.initial_for(held)], axis=1)
    exact = learn(lessons(held), q, data.recipe)
    return held, exact, score_rows(exact, q, rows_of(held))


def train_titles(held):
    """The same for the net that finds the block with the title."""
    some = []
    for page in lessons(held):
        if page.title.any():
            page = copy.copy(page)
            page.target = page.hit = page.title
            page.block_weight = np.full(len(page.n), 0.1, F) + page.title
            some.append(page)
    exact = learn(some, data.q, data.title_recipe)
    return held, exact, score_rows(exact, data.q, rows_of(held))


def train_all(train, sets):
    """({folds held back: net}, {folds held back: its scores of their blocks}). The forked processes see data as it is now."""
    nets, scores = {}, {}
    with multiprocessing.get_context("fork").Pool(data.jobs) as pool:
        for held, exact, p in pool.imap(train, sets):
            nets[held], scores[held] = exact, p
            say(f"{train.__name__[6:]} without {held}")
    return nets, scores


def out_of_fold(scores):
    """The score of each block by the net that has not seen its fold."""
    out = np.zeros(len(data.q), F)
    for fold in range(FOLDS):
        out[data.fold == fold] = scores[fold,]
    return out


# ---- Initial scores ----


def initial_rows(job):
    renderer, source, lists = job
    return list(library.rows(text_of(renderer, source), lists))


class InitialScores:
    """Columns from initial scores, as 7-bit integers.

    columns: five arrays with a row for each block of all pages. The first has the columns by the net without the page's fold, the
    others by the nets without that fold and one of the other folds each.
    """

    def __init__(self, names, scores):
        self.sets = [[(fold,)] + [tuple(sorted((fold, k))) for k in range(FOLDS) if k != fold] for fold in range(FOLDS)]
        at = {held: np.full(len(data.q), -1) for held in scores}
        for held, rows in at.items():
            rows[rows_of(held)] = np.arange(len(scores[held]))
        jobs = [(page.renderer, page.source, [scores[held][at[held][page.at : page.at + len(page.n)]] for held in self.sets[page.fold]])
                for page in data.pages]
        self.path = build_library("plain_text-initial", blank(names), file="initial.so")
        self.columns = [np.zeros((len(data.q), len(names) - n_plain(names)), F) for _ in range(FOLDS)]
        with multiprocessing.get_context("fork").Pool(data.jobs, start_worker, (self.path, InitialLibrary)) as pool:
            for page, lists in zip(data.pages, pool.imap(initial_rows, jobs, chunksize=16)):
                for columns, rows in zip(self.columns, lists):
                    columns[page.at : page.at + len(page.n)] = rows
        self.scale, self.offset = net.scales(self.columns[0])
        self.columns = [net.quantise(columns, self.scale, self.offset) for columns in self.columns]

    def columns_for(self, held):
        """The columns for a net trained without held, which is () or one fold."""
        out = self.columns[0].copy()
        for fold in set(range(FOLDS)) - set(held) if held else ():
            out[data.fold == fold] = self.columns[self.sets[fold].index(tuple(sorted((fold, *held))))][data.fold == fold]
        return out


# ---- Figures ----


def title_figures(scores, least):
    """{"set renderer": [share with the right title, share without one, number]} of renderings that have the title in a block."""
    table = {}
    for page in data.pages:
        p = scores[page.at : page.at + len(page.n)]
        if not page.title.any():
            continue
        best = int(p.argmax())
        table.setdefault((page.set, page.renderer), []).append((page.title[best] > 0 and p[best] > least, p[best] <= least))
    return {" ".join(key): np.mean(v, axis=0).round(4).tolist() + [len(v)] for key, v in table.items()}


def choose_plain_text(job):
    renderer, source, lists = job
    library.read(text_of(renderer, source))
    return [choose.choose(library, 0, False, scores, scores) for scores in lists]  # plain text has no page type


def choose_all(path, lists):
    """For each list of scores of all blocks, choose.choose() of each page.  path: of initial.so."""
    jobs = [(page.renderer, page.source, [scores[page.at : page.at + len(page.n)] for scores in lists]) for page in data.pages]
    with multiprocessing.get_context("fork").Pool(data.jobs, start_worker, (path, InitialLibrary)) as pool:
        return list(zip(*pool.imap(choose_plain_text, jobs, chunksize=16)))


def figures(chosen):
    """(mean word F1 by set and renderer, and by page type, [(expected F1, actual F1) of each page])."""
    table, pairs = {}, []
    for page, (keep, measures) in zip(data.pages, chosen):
        f1 = choose.word_f1(keep, page)
        pairs.append((measures[0], f1))
        table.setdefault((page.set, page.renderer), []).append(f1)
        for key in ((page.set, "all"), (page.set, "all", page.kind)) if page.renderer in renderings.RENDERERS else ():
            table.setdefault(key, []).append(f1)
    return {" ".join(key): round(float(np.mean(v)), 4) for key, v in table.items()}, pairs


def fit_confidence(pairs):
    """a, b of confidence = 1 / (1 + exp(-(a + b * log odds of the expected F1))), by gradient descent on the log loss."""
    p, y = np.array(pairs).T
    p = np.clip(p, 1e-3, 0.999)
    x = np.log(p / (1 - p))
    w = np.array([0.0, 1.0])
    for _ in range(3000):
        error = 1 / (1 + np.exp(-(w[0] + w[1] * x))) - y
        w -= 0.3 * np.array([error.mean(), (error * x).mean()])
    return w


def report(name, chosen):
    table, pairs = figures(chosen)
    for key in sorted(table):
        if key.startswith("WCXB") or key.count(" ") == 1:
            say(f"{name:6} {key:32} {table[key]:.4f}")
    return table, pairs


def write_tables(out, names, scale, offset, nets, confidence, about):
    """Writes a table for each set of folds held back; the one for all pages goes to out.  nets: {name: {folds held back: net}}."""
    for held in nets["content"]:
        path = reader.CACHE / f"plain_text-{held[0]}.h" if held else out
        path.write_text(header(names, scale, offset, {name: of[held] for name, of in nets.items()}, TITLE_LEAST, confidence,
                               [f"Without fold {held[0]}."] if held else about))


def check_library(names, table, nets, scale, offset):
    """The largest difference between the library's scores, initial and final, and the trainer's, over about 200 renderings.

    The trainer's scores are computed from the library's columns.
    """
    path, worst, plain = build_library("plain_text-check", table), 0.0, n_plain(names)
    start_worker(path)
    for page in data.pages[:: max(1, len(data.pages) // 200)]:
        text = text_of(page.renderer, page.source)
        *_, x = library.blocks(text)
        scores, _ = library.results(text)
        q = net.quantise(x, scale, offset)
        initial = nets["first"][()].score(q[:, :plain])
        apart = scores == 0  # a cross-reference that was split off, see src/plain_text.c: it gets no score
        off = np.abs(nets["content"][()].score(q) - scores), np.abs(net.sigmoid(x[:, plain]) - (initial + F(0.001)) / F(1.002))
        worst = max([worst, *(float(d[~apart].max(initial=0)) for d in off)])
    return worst


def main():
    global data
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="+", type=lambda text: text)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--limit", type=int, help="use only the first LIMIT pages of each data set")
    parser.add_argument("--out", type=pathlib.Path, default=reader.ROOT / "src" / "tables" / "plain_text.h", help="the table to write")
    parser.add_argument("--work", type=pathlib.Path, default=reader.CACHE,
                        help="folder with the models of `make train`; caches and fold models are written there too")
    options = parser.parse_args()
    reader.CACHE = options.work.resolve()
    options.data = [folder for text in options.data for folder in text.split(",")]
    reader.CACHE.mkdir(parents=True, exist_ok=True)
    names = column_names()
    x, pages = load(options, word_libraries(names))
    x = x[:, : n_plain(names)]
    scale, offset = net.scales(x)
    data = types.SimpleNamespace(pages=pages, q=net.quantise(x, scale, offset), moves=scale > 0, jobs=options.jobs,
                                 fold=np.concatenate([np.full(len(page.n), page.fold) for page in pages]),
                                 first_recipe=RECIPE(epochs=6), recipe=RECIPE(epochs=10, drop=0.15), title_recipe=RECIPE(epochs=3, f1=0.0))
    say(f"{len(pages)} renderings, {len(data.q)} blocks, {len(names)} columns")
    del x
    each = [(), *((fold,) for fold in range(FOLDS))]
    firsts, initial_scores = train_all(train_first, [*each, *itertools.combinations(range(FOLDS), 2)])
    del initial_scores[()]
    found = InitialScores(names, initial_scores)
    say("columns from initial scores computed")
    data.initial_for, data.moves = found.columns_for, np.concatenate([data.moves, found.scale > 0])
    contents, scores = train_all(train_content, each)
    titles, title_scores = train_all(train_titles, each)
    lists = [np.concatenate([page.y for page in pages]), out_of_fold(initial_scores), out_of_fold(scores)]
    for name, chosen in zip(("oracle", "first", "net"), choose_all(found.path, lists)):
        table, pairs = report(name, chosen)
    for key, values in sorted(title_figures(out_of_fold(title_scores), TITLE_LEAST).items()):
        say(f"title  {key:32} right {values[0]:.3f}, not found {values[1]:.3f}, of {values[2]}")
    reached = ", ".join(f"{name} {table['WCXB ' + name]:.3f}" for name in (*renderings.RENDERERS, "all"))
    nets = {"first": {held: firsts[held] for held in each}, "titles": titles, "content": contents}
    scale, offset = np.append(scale, found.scale), np.append(offset, found.offset)
    write_tables(options.out, names, scale, offset, nets, fit_confidence(pairs), [f"Word F1 out of fold, WCXB: {reached}."])
    table["library is off by"] = check_library(names, options.out.read_text(), nets, scale, offset)
    say(f"scores of the library differ by up to {table['library is off by']:.1e}")
    (reader.CACHE / "plain_texts.json").write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
