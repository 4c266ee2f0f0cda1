#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""train - labelled pages -> src/tables/model.h, and its figures on pages whose sites it has not seen.

	make train DATA=../shared/wcxb-dev,../shared/articles,../shared/news

1. pages.py reads pages, features and labels.
2. initial.py trains the first part of the trees without each fold, pair and triple of folds, and computes the columns from its
   scores, the initial scores.
3. teacher.py trains large models without each fold and each pair of folds.
4. trees.py trains the second part, on 0.7 teacher + 0.3 label: once without each fold, for the figures, and once on everything.
5. judge.py trains the nets for page type and confidence on the out-of-fold results of step 4. The library itself chooses the kept
   blocks (choose.py), but with the true type of the page, so the figures of the whole library are slightly lower (make quality).
6. export.py writes the tables: src/tables/model.h, and build/train/fold-K.h, trained without fold K, so that the whole library can
   be measured on that fold.

The report is printed and written to build/train/report.json.
"""

import os

# The same arithmetic on every machine: one thread for each process, and kernels that every x86-64 processor with AVX2 can run.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_CORETYPE="Haswell",
                  NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL AVX512_SPR")

import argparse  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import multiprocessing  # noqa: E402
import pathlib  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402

warnings.filterwarnings("ignore", message=".*NPY_DISABLE_CPU_FEATURES.*")  # the warning is for processors without these features

import numpy as np  # noqa: E402

import choose  # noqa: E402
import export  # noqa: E402
import initial  # noqa: E402
import judge  # noqa: E402
import net  # noqa: E402
import pages as reader  # noqa: E402
import teacher  # noqa: E402
import trees  # noqa: E402
from folds import FOLDS  # noqa: E402

F = np.float32
SETS = ("WCXB", "articles", "news")
SET_WEIGHT = {"WCXB": 1.0, "articles": 0.6, "news": 1.0}  # of a page in training, by data set
SHIFTS = np.arange(0, -1.05, -0.1)  # candidates for Second.shift
TAUGHT = 0.7  # share of the teacher in the second part's target; the rest is the label
QUIET = 0.15  # share of pages that are learnt as if no word had a weight, as in languages that the table does not know
START = time.monotonic()


def say(text):
    print(f"{time.monotonic() - START:6.0f} s  {text}", flush=True)


class Data:
    """All pages, and arrays with a row for each block.

    q: 7-bit inputs of all columns except those from initial scores; learnt: the same inputs to learn from, where the words of
    quiet pages have no weight; block_fold, block_quiet, labels, weight. names: the columns of q; silent: (columns from word
    weights, their inputs if no word has a weight). The policy column is set to that of the page's data set: comments are part of
    the gold text of WCXB only.
    """

    def __init__(self, options):
        reader.CACHE.mkdir(parents=True, exist_ok=True)
        library = reader.build_library("blank", export.blank())
        self.columns = reader.column_names()
        block, self.page_names, self.initial_names = self.columns
        self.names, self.n_block = block + self.page_names, len(block)
        x, self.pages, self.words = reader.load(options.data, library, export.blank, options.jobs, options.limit)
        policy = self.names.index("policy")
        for p in self.pages:
            x[p.at : p.at + len(p.words), policy] = p.set == "WCXB"
        if options.without:
            x[:, [i for i, n in enumerate(self.names) if n.startswith(tuple(options.without.split(",")))]] = 0
        self.scale, self.offset = net.scales(x)
        self.moves = self.scale > 0
        self.q = net.quantise(x, self.scale, self.offset)
        of_words = [i for i, n in enumerate(self.names) if "word_weights" in n]
        self.silent = np.array(of_words), np.clip(np.rint(self.offset[of_words]), 0, 127).astype(np.uint8)
        for p in self.pages:
            prepare(p)
            p.type = judge.KINDS.index(p.kind) + 1 if p.kind in judge.KINDS else 1  # enum mk_page_type
        self.mark = hashlib.sha256(self.q.tobytes() + b"".join(p.y.tobytes() for p in self.pages)).hexdigest()
        self.kind = np.array([p.type - 1 for p in self.pages])
        self.fold = np.array([p.fold for p in self.pages])
        self.set = np.array([p.set for p in self.pages])
        self.spread()

    def spread(self):
        """Sets the arrays that give each block a property of its page, and learnt."""
        n = [len(p.n) for p in self.pages]
        self.quiet = np.random.Generator(np.random.PCG64(1)).random(len(self.pages)) < QUIET
        self.block_fold, self.block_quiet = np.repeat(self.fold, n), np.repeat(self.quiet, n)
        self.labels = np.concatenate([p.y for p in self.pages])
        self.weight = np.concatenate([p.block_weight * F(p.weight) for p in self.pages])
        self.learnt = self.q.copy()
        self.silence(self.learnt, self.block_quiet)

    def outside(self, held):
        """For each block whether its page is outside the folds held back."""
        return ~np.isin(self.block_fold, held)

    def silence(self, q, rows):
        """Sets the inputs of these rows of q as if no word had a weight."""
        q[np.ix_(rows, self.silent[0])] = self.silent[1]


def prepare(p):
    p.weight = SET_WEIGHT[p.set]
    p.n = p.words.astype(F)
    p.block_weight = reader.block_weight(p)
    p.target, p.hit = p.y, p.y * p.n


# ---- The second part of the trees ----


def train_second(job):
    """(fold left out, or None; the second part trained without it; its scores of that fold).  taught: the teacher's scores."""
    left_out, taught = job
    held = () if left_out is None else (left_out,)
    rows = data.outside(held)
    target = data.labels if taught is None else F(TAUGHT) * taught + F(1 - TAUGHT) * data.labels
    kept = initial_scores.kept(held)
    x = initial.late(data.learnt[rows], initial_scores.columns_for(held, learnt=True)[rows], kept, data.n_block)
    model = initial.Second(trees.train(x, target[rows], data.weight[rows], recipe), initial_scores.part[held], kept)
    return left_out, model, score_pages(model, left_out)


def score_pages(model, fold):
    """[(index of a page, its scores)] for the pages of a fold."""
    rows = data.block_fold == fold
    if not rows.any():
        return []
    score = np.zeros(len(rows), F)
    x = initial.late(data.q[rows], initial_scores.columns[fold,], model.kept, data.n_block)
    score[rows] = model.score(initial_scores.score[fold,][rows], x)
    return [(i, score[p.at : p.at + len(p.n)]) for i, p in enumerate(data.pages) if p.fold == fold]


def score_anew(model, some, inputs):
    """[(initial scores, final scores)] of some pages, by both parts, from other inputs than those in data."""
    first = [model.first.score(q) for q in inputs]
    columns = initial_scores.of_scores(some, first)
    return [(g, model.score(g, initial.late(q, c, model.kept, data.n_block))) for g, q, c in zip(first, inputs, columns)]


def out_of_fold(jobs, taught, also_all=False):
    """({fold left out: second part}, scores of each page by the trees that have not seen it).  also_all: train on all pages too."""
    models, scores = {}, [None] * len(data.pages)
    todo = [(i, taught and taught[i]) for i in [*range(FOLDS)] + [None] * also_all]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for left_out, model, part in pool.imap_unordered(train_second, todo):
            models[left_out] = model
            for i, p in part:
                scores[i] = p
    return models, scores


def without_words(models):
    """Scores of each page by the trees that have not seen it, as if no word had a weight."""
    scores = [None] * len(data.pages)
    for fold in range(FOLDS):
        some = [i for i, p in enumerate(data.pages) if p.fold == fold]
        inputs = [data.q[data.pages[i].at : data.pages[i].at + len(data.pages[i].n)].copy() for i in some]
        for q in inputs:
            data.silence(q, np.ones(len(q), bool))
        for i, (first, score) in zip(some, score_anew(models[fold], [data.pages[i] for i in some], inputs)):
            scores[i] = score if data.set[i] == "WCXB" else shifted(score, models[fold].shift, first)
    return scores


def initial_of_pages():
    """The initial scores of each page, by the trees that have not seen it."""
    return [initial_scores.score[p.fold,][p.at : p.at + len(p.n)] for p in data.pages]


def shifted(scores, shift, first):
    """Scores with shift added to their log odds, except scores that are initial scores.  first: the initial scores."""
    odds = np.exp(F(shift)) * scores / np.maximum(1 - scores, F(1e-7))
    return np.where(first < trees.UNLIKELY, scores, odds / (1 + odds))


def find_shifts(models, scores):
    """Sets each model's shift of the log odds for articles without comments, by F1 on other folds, and shifts the scores."""
    strict = [i for i, p in enumerate(data.pages) if p.set != "WCXB"]
    some = [data.pages[i] for i in strict]
    weight = np.array([p.weight for p in some])
    first = initial_of_pages()
    lists = [[(first[i], shifted(scores[i], shift, first[i])) for shift in SHIFTS] for i in strict]
    found = choose.choose_all(initial_scores.path, initial_scores.jobs, some, lists)
    f1 = np.array([[choose.word_f1(keep, p) for keep, _ in of_page] for p, of_page in zip(some, found)]).T
    for left_out, model in models.items():
        others = data.fold[strict] != left_out
        model.shift = F(SHIFTS[int((f1[:, others] @ weight[others]).argmax())]) if others.any() else F(0)
    for i in strict:
        scores[i] = shifted(scores[i], models[data.pages[i].fold].shift, first[i])


def choose_pages(scores, first=None):
    """(word F1, measures of the cut) of each page by its scores.  first: the initial scores; by default those out of fold."""
    pairs = [[pair] for pair in zip(first or initial_of_pages(), scores)]
    found = choose.choose_all(initial_scores.path, initial_scores.jobs, data.pages, pairs)
    f1, measures = zip(*((choose.word_f1(keep, p), measures) for p, [(keep, measures)] in zip(data.pages, found)))
    return np.array(f1), measures


def page_f1(scores):
    return choose_pages(scores)[0]


# ---- The page nets ----


def judge_without(job):
    """(fold left out, column numbers from choose_pool(), type net, confidence net), trained without that fold."""
    left_out, views, quiet, f1 = job
    members = np.flatnonzero((data.fold != left_out) & np.array([len(p.n) > 0 for p in data.pages]))
    weight = np.where(data.set == "WCXB", 1.0, 0.3).astype(F)
    f1 = f1.astype(F)
    pool = judge.choose_pool(views, members, data.kind, f1, weight)
    x = views.of(pool)
    both = np.concatenate([x[members], quiet.of(pool)[members]])  # typed pages are mostly English, users' mostly not
    kinds = judge.train_type(both, np.tile(data.kind[members], 2), np.tile(weight[members], 2))
    sure = judge.train_confidence(x[members], f1[members], weight[members])
    return left_out, pool, kinds, sure


def judge_all(jobs, measures, f1):
    """({fold left out: (pool, type net, confidence net)}, types and confidences out of fold)."""
    views, quiet = (judge.Views(data, initial_of_pages(), measures, quiet) for quiet in (False, True))
    found, kind, sure = {}, np.zeros(len(f1), int), np.zeros(len(f1))
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for left_out, *nets in pool.imap_unordered(judge_without, [(i, views, quiet, f1) for i in [*range(FOLDS), None]]):
            found[left_out] = nets
            if left_out is not None:
                some = np.flatnonzero(data.fold == left_out)
                x = views.of(nets[0])[some]
                kind[some], sure[some] = nets[1].out(x).argmax(axis=1), judge.confidence(nets[2], x)
    return found, kind, sure


# ---- Report ----


def groups():
    """Yields (name, indices of pages) for each data set and each page type of WCXB."""
    for name in SETS:
        members = np.flatnonzero(data.set == name)
        if len(members):
            yield name, members
        if name == "WCXB":
            for k, kind in enumerate(judge.KINDS):
                some = members[data.kind[members] == k]
                if len(some):
                    yield f"  {kind}", some


def with_error(values):
    return f"{values.mean():.4f} +- {values.std(ddof=1) / max(len(values), 1) ** 0.5:.4f}" if len(values) > 1 else "-"


def report_f1(f1, against=None):
    """Prints and returns the mean F1 by group.  against: another F1 of each page to compare with, NaN if missing."""
    out = {}
    for name, members in groups():
        line = f"{name:16} {len(members):5}  {with_error(f1[members])}"
        if against is not None:
            d = (f1 - against)[members]
            line += f"   {'+' if np.nanmean(d) >= 0 else ''}{with_error(d[~np.isnan(d)])}"
        print(line)
        out[name.strip()] = {"pages": len(members), "f1": float(f1[members].mean())}
    return out


def report_judge(kind, sure, f1):
    out = {}
    for name, members in groups():
        if name.startswith(" "):
            print(f"{name:16} type right {np.mean(kind[members] == data.kind[members]):.3f}")
            continue
        lost = (1 - f1)[members]
        worst = np.argsort(sure[members], kind="stable")[: max(1, len(members) // 10)]
        out[name] = {"type_right": float(np.mean(kind[members] == data.kind[members])),
                     "confidence_error": float(np.abs(sure - f1)[members].mean()), "confidence_mean": float(sure[members].mean()),
                     "lost_in_least_confident_tenth": float(lost[worst].sum() / max(lost.sum(), 1e-9))}
        print(f"{name:16} type right {out[name]['type_right']:.3f}  confidence off by {out[name]['confidence_error']:.4f}, "
              f"mean {out[name]['confidence_mean']:.4f} for {f1[members].mean():.4f}; the least confident tenth has "
              f"{out[name]['lost_in_least_confident_tenth']:.3f} of the lost F1")
    return out


def page_names():
    return [f"{p.set}/{p.key}" for p in data.pages]


def read_f1(path):
    known = json.loads(pathlib.Path(path).read_text())
    return np.array([known.get(name, np.nan) for name in page_names()])


# ---- Commands ----


def quick(options):
    """Trains both parts without a teacher, the second with one or more seeds, and prints the mean F1 out of fold."""
    global initial_scores
    initial_scores = initial.InitialScores(data, options.jobs, 2, say)
    f1 = []
    for seed in range(1, options.seeds + 1):
        recipe.seed = seed
        models, scores = out_of_fold(options.jobs, None)
        find_shifts(models, scores)
        f1.append(page_f1(scores))
        say(f"seed {seed}: WCXB {f1[-1][data.set == 'WCXB'].mean():.4f}")
    np.savez(reader.CACHE / "scores.npz", scores=np.concatenate(scores))
    f1 = np.mean(f1, axis=0)
    report_f1(f1, read_f1(options.against) if options.against else None)
    if options.save:
        pathlib.Path(options.save).write_text(json.dumps(dict(zip(page_names(), f1))))


def write_tables(options, models, judged):
    scale, offset = np.concatenate([data.scale, initial_scores.scale]), np.concatenate([data.offset, initial_scores.offset])
    for left_out, score in models.items():
        about = [f"Trained on {sum(p.fold != left_out for p in data.pages)} pages." if left_out is None else
                 f"Trained on the {sum(p.fold != left_out for p in data.pages)} pages outside of fold {left_out}."]
        text = export.header(data.columns, scale, offset, data.words[left_out], score, *judged[left_out], about)
        path = pathlib.Path(options.out) if left_out is None else reader.CACHE / f"fold-{left_out}.h"
        path.write_text(text)
        say(f"wrote {os.path.relpath(path, reader.ROOT)}, sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]}")


def check_library(options, judged, models):
    """Largest differences between the library with the new table and the trainer's own computation, over about 100 pages."""
    library = reader.Library(reader.build_library("final", pathlib.Path(options.out).read_text()))
    # WCXB only: these pages have the library's default policy.
    some = [i for i in np.flatnonzero((data.set == "WCXB") & np.array([len(p.n) > 0 for p in data.pages]))]
    some = some[:: max(1, len(some) // 100)]
    scores, first = ([p.n[:0] for p in data.pages] for _ in range(2))
    inputs = []
    # Inputs are computed again: those in data have word scores from the table without the page's fold, not from the shipped one.
    for p in (data.pages[i] for i in some):
        inputs.append(net.quantise(library.blocks(reader.read_html(p.path))[2], data.scale, data.offset))
        data.q[p.at : p.at + len(p.n)] = inputs[-1]
    for i, (initial_of, score) in zip(some, score_anew(models[None], [data.pages[i] for i in some], inputs)):
        scores[i], first[i] = score, initial_of
    pool, kinds, sure = judged[None]
    x = judge.Views(data, first, choose_pages(scores, first)[1]).of(pool)[some]
    kind, confidence = kinds.out(x).argmax(axis=1), judge.confidence(sure, x)
    off = {"pages": len(some), "score": 0.0, "confidence": 0.0, "type": 0}
    for i, k, c in zip(some, kind, confidence):
        found, record = library.results(reader.read_html(data.pages[i].path))
        off["score"] = max(off["score"], float(np.abs(found - scores[i]).max()))
        if record["verdict"] == "content":
            off["confidence"] = max(off["confidence"], abs(record["confidence"] - float(c)))
            off["type"] += record.get("page_type", judge.KINDS[k]) != judge.KINDS[k]
    say(f"the library on {len(some)} pages: scores differ by up to {off['score']:.1e}, confidences by up to "
        f"{off['confidence']:.1e}, {off['type']} types")
    return off


def full(options):
    global initial_scores
    initial_scores = initial.InitialScores(data, options.jobs, 3, say)
    taught = teacher.all_scores(data, initial_scores, options.jobs, say, options.teacher) if not options.no_teacher else None
    figures = {}
    if taught:
        print("F1 out of fold, teacher:")
        figures["teacher"] = report_f1(page_f1([taught[None][p.at : p.at + len(p.n)] for p in data.pages]))
    models, scores = out_of_fold(options.jobs, taught, also_all=True)
    find_shifts(models, scores)
    say("log odds added if comments are not wanted: " + ", ".join(f"{m.shift:.1f}" for m in models.values()))
    f1, measures = choose_pages(scores)
    np.savez(reader.CACHE / "scores.npz", scores=np.concatenate(scores))
    say("F1 out of fold:")
    figures["shipped"] = report_f1(f1, read_f1(options.against) if options.against else None)
    say("F1 out of fold if no word has a weight, and the difference:")
    figures["without_words"] = report_f1(page_f1(without_words(models)), f1)
    judged, kind, sure = judge_all(options.jobs, measures, f1)
    say("types and confidences out of fold:")
    figures["judge"] = report_judge(kind, sure, f1)
    write_tables(options, models, judged)
    figures["library"] = check_library(options, judged, models)
    figures["pages"] = {name: {"fold": p.fold, "f1": float(f), "type": judge.KINDS[k], "confidence": float(c)}
                        for name, p, f, k, c in zip(page_names(), data.pages, f1, kind, sure)}
    (reader.CACHE / "report.json").write_text(json.dumps(figures, indent=1))
    if options.save:
        pathlib.Path(options.save).write_text(json.dumps(dict(zip(page_names(), f1))))
    say("done")


def members(text):
    """"trees:2,net:3" as (("trees", 2), ("net", 3))."""
    return tuple((kind, int(n)) for kind, n in (part.split(":") for part in text.split(",")))


def arguments():
    parser = argparse.ArgumentParser(prog="train/train.py", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=lambda text: text.split(","), help="folders of labelled pages, separated by commas")
    parser.add_argument("--out", default=str(reader.ROOT / "src" / "tables" / "model.h"), help="the table to write")
    parser.add_argument("--work", default=str(reader.CACHE),
                        help="folder for caches, fold models and the report; must be inside build/")
    parser.add_argument("--teacher", type=members, default=members("trees:1,net:1,late:1"), metavar="KIND:N,...",
                        help="kinds and numbers of models in the teacher")
    parser.add_argument("--jobs", type=int, default=2, help="number of processes; it does not change the result")
    parser.add_argument("--limit", type=int, help="use only the first LIMIT pages of each folder")
    parser.add_argument("--quick", action="store_true", help="no teacher, no table: F1 out of fold only")
    parser.add_argument("--no-teacher", action="store_true", help="learn from labels only")
    parser.add_argument("--seeds", type=int, default=1, help="with --quick: report the mean F1 of SEEDS models")
    parser.add_argument("--without", help="leave out columns whose names begin with one of these prefixes, separated by commas")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="change a value of the second part's recipe")
    parser.add_argument("--save", help="write the F1 of each page to this file")
    parser.add_argument("--against", help="compare page by page with a file written by --save")
    return parser.parse_args()


def main():
    global data, recipe
    options = arguments()
    reader.CACHE = pathlib.Path(options.work).resolve()
    data = Data(options)
    data.teacher_recipe = net.Recipe()
    recipe = trees.Recipe(trees=700, rate=0.08, columns=0.25)
    for change in options.set:
        name, value = change.split("=")
        setattr(recipe, name, type(getattr(recipe, name))(value))
    say(f"{len(data.pages)} pages, {len(data.q)} blocks, {len(data.names)} columns, {(~data.moves).sum()} of them constant")
    (quick if options.quick else full)(options)


if __name__ == "__main__":
    sys.exit(main())
