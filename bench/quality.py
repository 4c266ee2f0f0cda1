#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""quality - how much of the article makala finds on labelled pages: word F1, snippets, the worst pages and why, peers beside it.

The folder has one of the shapes told in shapes.py.  See bench/README.md.
"""
import argparse
import collections
import json
import multiprocessing
import os
import sys

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "train"))
import benchlib  # noqa: E402
import measure  # noqa: E402
import runs  # noqa: E402
import shapes  # noqa: E402
from benchlib import Missing  # noqa: E402

# One page's result.  failed: the tool gave nothing back, as opposed to an empty text.
Result = collections.namedtuple("Result", "page f1 precision recall n_gold n_got matched n_must n_has n_must_not n_lacks failed")
SMALL = 0.05  # of a page's F1: what the loss table leaves aside as "good"


def judge(page, text, by_character):
    """The Result of one page; text is None where the tool failed."""
    gold, got = measure.words(page.gold, by_character), measure.words(text or "", by_character)
    f1 = measure.score(got, gold)
    run = measure.joined(got)
    must = [snippet for snippet in (measure.words(s, by_character) for s in page.must) if snippet]
    must_not = [snippet for snippet in (measure.words(s, by_character) for s in page.must_not) if snippet]
    return Result(page, f1.f1, f1.precision, f1.recall, len(gold), len(got), f1.matched,
                  len(must), sum(measure.has_snippet(snippet, run) for snippet in must),
                  len(must_not), sum(not measure.has_snippet(snippet, run) for snippet in must_not), text is None)


def reason(result):
    """Why a page's F1 is below 1, in a word or two."""
    if result.f1 == 1:
        return "right"
    if not result.n_gold:
        return "gold is empty"
    if result.failed:
        return "failed"
    if not result.n_got:
        return "nothing"
    if result.f1 > 1 - SMALL:
        return "good"
    if result.precision < 0.5 and result.recall < 0.5:
        return "wrong region"
    if result.recall >= 0.9 or result.recall - result.precision > 0.2:
        return "over"
    if result.precision >= 0.9 or result.precision - result.recall > 0.2:
        return "under"
    return "mixed"


def share(parts, whole):
    return parts / whole if whole else None


def summary(results):
    """The figures of a list of results, as data."""
    f1, error = measure.mean(r.f1 for r in results)
    with_gold = [r for r in results if r.n_gold]
    return {
        "pages": len(results), "f1": f1, "standard_error": error,
        "precision": measure.mean(r.precision for r in results)[0], "recall": measure.mean(r.recall for r in results)[0],
        "snippets_present": share(sum(r.n_has for r in results), sum(r.n_must for r in results)),
        "snippets_absent": share(sum(r.n_lacks for r in results), sum(r.n_must_not for r in results)),
        "zero_pages": sum(not r.n_got for r in with_gold), "failed": sum(r.failed for r in results),
    }


def figure(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def groups(results):
    """(name, results) of all pages, of those with gold text, and of each kind of page, the most frequent kind first."""
    kinds = collections.Counter(r.page.kind for r in results)
    with_gold = [r for r in results if r.n_gold]
    found = [("all pages", results)]
    if len(with_gold) < len(results):
        found += [("  with gold text", with_gold), ("  gold is empty", [r for r in results if not r.n_gold])]
    if len(kinds) > 1:
        by_number = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
        found += [(kind, [r for r in results if r.page.kind == kind]) for kind in by_number]
    return found


def print_groups(results):
    rows, data = [], {}
    for name, members in groups(results):
        s = data[name.strip()] = summary(members)
        rows.append([name, s["pages"], figure(s["f1"]), figure(s["standard_error"]), figure(s["precision"]), figure(s["recall"]),
                     figure(s["snippets_present"]), figure(s["snippets_absent"]), s["zero_pages"], s["failed"]])
    headings = ["", "pages", "F1", "+-", "precision", "recall", "must present", "must-not absent", "zero", "failed"]
    benchlib.print_table(headings, rows)
    return data


def print_loss(results):
    """Where the F1 that is missing goes, by reason."""
    lost = collections.defaultdict(list)
    for r in results:
        lost[reason(r)].append(1 - r.f1)
    by_loss = sorted(lost.items(), key=lambda item: (-sum(item[1]), item[0]))
    rows = [[why, len(values), f"{sum(values) / len(results):.4f}"] for why, values in by_loss]
    benchlib.print_table(["lost to", "pages", "F1"], rows)
    return {why: {"pages": len(values), "f1": sum(values) / len(results)} for why, values in lost.items()}


def print_worst(results, n):
    worst = sorted(results, key=lambda r: (r.f1, -r.n_gold, r.page.key))[:n]
    rows = [[r.page.key, f"{r.f1:.3f}", reason(r), r.n_gold, r.n_got, r.n_gold - r.matched, r.n_got - r.matched, r.page.kind,
             r.page.domain[:40]] for r in worst]
    benchlib.print_table(["worst page", "F1", "why", "gold words", "got", "missing", "extra", "kind", "site"], rows)


def print_peers(tools):
    """All tools side by side; tools is {name: results}, makala first."""
    makala = next(iter(tools.values()))
    tables = {name: groups(results) for name, results in tools.items()}
    rows = [[group, len(members)] + [figure(summary(tables[name][i][1])["f1"]) for name in tools]
            for i, (group, members) in enumerate(groups(makala))]
    whole = {name: summary(results) for name, results in tools.items()}
    for label, field in (("precision", "precision"), ("recall", "recall"), ("must present", "snippets_present"),
                         ("must-not absent", "snippets_absent")):
        rows.append([label, None] + [figure(whole[name][field]) for name in tools])
    for label, field in (("zero pages", "zero_pages"), ("failed", "failed")):
        rows.append([label, None] + [whole[name][field] for name in tools])
    better = [measure.mean(a.f1 - b.f1 for a, b in zip(makala, results)) for results in tools.values()]
    rows.append(["makala is better by", None, ""] + [f"{d:+.3f}" for d, _ in better[1:]])
    rows.append(["  +- (paired)", None, ""] + [figure(e) for _, e in better[1:]])
    benchlib.print_table(["F1", "pages"] + list(tools), rows)


def oracle_of(job):
    """(F1 of the aligned blocks, F1 of the best choice, F1 of all blocks) of one page."""
    from label import label_blocks

    texts, gold_text, by_character = job
    gold = measure.words(gold_text, by_character)
    blocks = [measure.words(text, by_character) for text in texts]
    labels, _ = label_blocks(texts, gold_text)
    aligned, best = measure.best_selection(blocks, gold, [label > 0.5 for label in labels])
    return aligned, best, measure.score([word for block in blocks for word in block], gold).f1


def print_oracle(jobs, kinds, processes):
    """What perfect scores could reach with the blocks as they are, over all pages and by kind."""
    with multiprocessing.Pool(processes) as pool:
        found = pool.map(oracle_of, jobs, chunksize=8)
    rows, data = [], {}
    names = ["all pages"] + sorted(set(kinds), key=lambda kind: (-kinds.count(kind), kind)) * (len(set(kinds)) > 1)
    for name in names:
        members = [f for f, kind in zip(found, kinds) if name in ("all pages", kind)]
        best, error = measure.mean(m[1] for m in members)
        aligned, everything = measure.mean(m[0] for m in members)[0], measure.mean(m[2] for m in members)[0]
        data[name] = {"best": best, "standard_error": error, "aligned": aligned, "everything": everything}
        rows.append([name, len(members), figure(best, 4), figure(error, 4), figure(aligned, 4), figure(everything, 4)])
    benchlib.print_table(["block oracle", "pages", "best choice", "+-", "aligned blocks", "every block"], rows)
    return data


def measure_makala(pages, options, by_character):
    """(results in the order of pages, oracle jobs)."""
    found, blocks = {}, {}
    for page, record in runs.run_makala(pages, options.jobs, options.oracle):
        found[page.key] = judge(page, record and (record.get("text") or ""), by_character)
        if options.oracle:
            texts = [block["text"] for block in record["blocks"]] if record else []
            blocks[page.key] = (texts, page.gold, by_character)
    return [found[page.key] for page in pages], [blocks[page.key] for page in pages if page.key in blocks]


def measure_peers(pages, options, by_character):
    """({name and version: results}, {name: why it is left out})."""
    tools, missing = {}, {}
    if options.peers:
        benchlib.setup_peers()
    for name in options.peers:
        try:
            version, texts = runs.run_peer(name, pages, options.jobs)
            tools[f"{name} {version}"] = [judge(page, text, by_character) for page, text in zip(pages, texts)]
        except Missing as error:
            missing[name] = str(error)
    return tools, missing


def peer_list(text):
    names = list(runs.PEERS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in runs.PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]}: no such peer; there are {', '.join(runs.PEERS)}, all")
    return names


def arguments():
    parser = argparse.ArgumentParser(prog="bench/quality.py", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", help="folder of labelled pages")
    parser.add_argument("--peers", type=peer_list, default=[], metavar="LIST", help="peers to measure too, apart by commas, or all")
    parser.add_argument("--oracle", action=argparse.BooleanOptionalAction, default=True,
                        help="what the best choice of blocks would reach")
    parser.add_argument("--worst", type=int, default=20, metavar="N", help="pages to list (default 20)")
    parser.add_argument("--limit", type=int, metavar="N", help="N evenly spaced pages only")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default 2)")
    parser.add_argument("--json", metavar="FILE", help="write the figures, and each page's, there too")
    return parser.parse_args()


def report(results, jobs, tools, missing, options):
    """Prints all tables; returns them as data."""
    data = {"makala": print_groups(results)}
    print()
    data["loss"] = print_loss(results)
    if jobs:
        print()
        data["oracle"] = print_oracle(jobs, [r.page.kind for r in results], options.jobs)
    if tools:
        print()
        print_peers({"makala": results, **tools})
        data["peers"] = {name: {group.strip(): summary(some) for group, some in groups(found)} for name, found in tools.items()}
    for name, why in missing.items():
        print(f"{name}: left out: {why}")
    if options.worst:
        print()
        print_worst(results, options.worst)
    data["pages"] = [{**r._asdict(), "page": r.page.key, "why": reason(r)} for r in results]
    return data


def main():
    options = arguments()
    shape, pages = shapes.load(options.folder)
    pages = benchlib.spaced(pages, options.limit)
    by_character = shape != "WCXB"
    benchlib.build_makala(benchlib.MAKALA)
    results, jobs = measure_makala(pages, options, by_character)
    tools, missing = measure_peers(pages, options, by_character)
    print(f"makala {benchlib.makala_version()}, {shape} pages: word F1 a page, mean over pages, +- its standard error")
    data = report(results, jobs, tools, missing, options)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1, ensure_ascii=False)
    return benchlib.exit_status(missing, options.peers)


if __name__ == "__main__":
    benchlib.run_main("bench/quality.py", main)
