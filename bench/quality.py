#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""quality - measures on labelled pages how much of the article and of its metadata makala finds, and compares it with peers.

This file measures text: word F1, 4-gram F1, snippets, and the worst pages with a reason.  about.py measures title, authors, date
and pictures, verdict.py page type and confidence.  shapes.py describes the possible shapes of the folders.  See bench/README.md.
"""
import argparse
import collections
import json
import multiprocessing
import os
import sys

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "train"))
import about  # noqa: E402
import benchlib  # noqa: E402
import measure  # noqa: E402
import readme  # noqa: E402
import runs  # noqa: E402
import shapes  # noqa: E402
import verdict  # noqa: E402
from benchlib import Missing, figure  # noqa: E402

# The result of a tool on a page.  failed: the tool returned nothing, not even an empty text.
Result = collections.namedtuple(
    "Result", "page f1 precision recall n_gold n_got matched shingles exact n_must n_has n_must_not n_lacks failed")
# A tool's output for all pages, in order.  results, texts: None if the tool finds no text; said: a dict a page, see about.py.
Tool = collections.namedtuple("Tool", "version results said texts")
# Everything measured on one folder.  tools: {name: Tool}, makala first; how: which models scored makala's blocks.
Measured = collections.namedtuple("Measured", "folder shape pages how tools missing oracle_jobs")
SMALL = 0.05  # of F1: a page that loses less is "good" in the loss table
ENOUGH = 3    # pages: in smaller groups, no best peer is named


def judge(page, text, by_character):
    """The Result of one page.  text: None if the tool failed."""
    gold, got = measure.words(page.gold, by_character), measure.words(text or "", by_character)
    f1 = measure.score(got, gold)
    run = measure.joined(got)
    must = [snippet for snippet in (measure.words(s, by_character) for s in page.must) if snippet]
    must_not = [snippet for snippet in (measure.words(s, by_character) for s in page.must_not) if snippet]
    return Result(page, f1.f1, f1.precision, f1.recall, len(gold), len(got), f1.matched,
                  measure.score(measure.shingles(got), measure.shingles(gold)).f1, got == gold,
                  len(must), sum(measure.has_snippet(snippet, run) for snippet in must),
                  len(must_not), sum(not measure.has_snippet(snippet, run) for snippet in must_not), text is None)


def reason(result):
    """A short reason why a page's F1 is below 1; bench/README.md explains them."""
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
    """The figures of a list of results."""
    f1, error = measure.mean(r.f1 for r in results)
    with_gold = [r for r in results if r.n_gold]
    return {
        "pages": len(results), "f1": f1, "standard_error": error,
        "precision": measure.mean(r.precision for r in results)[0], "recall": measure.mean(r.recall for r in results)[0],
        "shingles": measure.mean(r.shingles for r in results)[0], "exact": measure.mean(r.exact for r in results)[0],
        "snippets_present": share(sum(r.n_has for r in results), sum(r.n_must for r in results)),
        "snippets_absent": share(sum(r.n_lacks for r in results), sum(r.n_must_not for r in results)),
        "zero_pages": sum(not r.n_got for r in with_gold), "failed": sum(r.failed for r in results),
    }


def groups(results):
    """[(name, results)] for all pages and for each kind, the most frequent first; if some gold is empty, also for the rest."""
    kinds = collections.Counter(r.page.kind for r in results)
    by_number = sorted(kinds, key=lambda kind: (-kinds[kind], kind)) if len(kinds) > 1 else []
    found = []
    for name in ["all pages"] + by_number:
        members = [r for r in results if name in ("all pages", r.page.kind)]
        with_gold = [r for r in members if r.n_gold]
        found.append((name, members))
        if 0 < len(with_gold) < len(members):
            found.append((f"  {name}, with gold text", with_gold))
    return found


def print_groups(results):
    columns = {"F1": "f1", "+-": "standard_error", "precision": "precision", "recall": "recall", "4-gram F1": "shingles",
               "exact": "exact", "must present": "snippets_present", "must-not absent": "snippets_absent"}
    rows, data = [], {}
    for name, members in groups(results):
        s = data[name.strip()] = summary(members)
        rows.append([name, s["pages"], *(figure(s[key]) for key in columns.values()), s["zero_pages"], s["failed"]])
    benchlib.print_table(["", "pages", *columns, "zero", "failed"], rows)
    return data


def print_loss(results):
    """Prints and returns how much of the missing F1 each reason accounts for."""
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


def compared(tools):
    """[(group, pages, {tool: F1}, best peer, makala's F1 minus that peer's)]. The last two are None if there are too few pages."""
    tables = {name: groups(results) for name, results in tools.items()}
    found = []
    for i, (group, members) in enumerate(tables["makala"]):
        f1 = {name: summary(table[i][1])["f1"] for name, table in tables.items()}
        best = max((name for name in f1 if name != "makala"), key=f1.get)
        told = len(members) >= ENOUGH
        found.append((group, len(members), f1, best if told else None, f1["makala"] - f1[best] if told else None))
    return found


def print_peers(tools):
    """Prints all tools side by side; returns the groups in which makala is behind a peer.  tools: {name: results}, makala first."""
    makala = tools["makala"]
    rows = [[group, n, *map(figure, f1.values()), best, "" if ahead is None else f"{ahead:+.3f}"]
            for group, n, f1, best, ahead in compared(tools)]
    whole = {name: summary(results) for name, results in tools.items()}
    for label, field in (("4-gram F1", "shingles"), ("exact", "exact"), ("precision", "precision"), ("recall", "recall"),
                         ("must present", "snippets_present"), ("must-not absent", "snippets_absent")):
        values = {name: s[field] for name, s in whole.items()}
        if values["makala"] is not None:
            best = max((name for name in values if name != "makala"), key=values.get)
            rows.append([label, None, *map(figure, values.values()), best, f"{values['makala'] - values[best]:+.3f}"])
    for label, field in (("zero pages", "zero_pages"), ("failed", "failed")):
        rows.append([label, None] + [whole[name][field] for name in tools] + [None, None])
    better = [measure.mean(a.f1 - b.f1 for a, b in zip(makala, results)) for results in tools.values()]
    rows.append(["makala is better by", None, ""] + [f"{d:+.3f}" for d, _ in better[1:]] + [None, None])
    rows.append(["  +- (paired)", None, ""] + [figure(e) for _, e in better[1:]] + [None, None])
    benchlib.print_table(["F1", "pages"] + list(tools) + ["best peer", "ahead"], rows)
    behind = [group.strip() for group, _, _, _, ahead in compared(tools) if ahead is not None and round(ahead, 3) < 0]
    print(f"makala is behind the best peer in: {'; '.join(behind)}" if behind else
          f"makala is level with the best peer, or ahead, in every group of {ENOUGH} pages or more")
    return behind


def oracle_of(job):
    """(F1 of the aligned blocks, F1 of the best choice of blocks, F1 of all blocks) of a page."""
    from label import label_blocks

    texts, gold_text, by_character = job
    gold = measure.words(gold_text, by_character)
    blocks = [measure.words(text, by_character) for text in texts]
    labels, _ = label_blocks(texts, gold_text)
    aligned, best = measure.best_selection(blocks, gold, [label > 0.5 for label in labels])
    return aligned, best, measure.score([word for block in blocks for word in block], gold).f1


def print_oracle(jobs, kinds, processes):
    """Prints the F1 that perfect scores could reach with the present blocks, for all pages and by kind, and returns the figures."""
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


def measure_makala(shape, pages, options):
    """(Tool, jobs for oracle_of(), which models scored the blocks)."""
    records, unseen, by_character = {}, 0, shapes.by_character(shape)
    for command, some, not_seen in runs.commands_for(shape, pages, options.weights):
        unseen += len(some) * not_seen
        records.update((page.key, record) for page, record in
                       runs.run_makala(command, some, options.jobs, shapes.with_comments(shape), options.oracle))
    in_order = [records[page.key] for page in pages]
    texts = [None if record is None else record.get("text") or "" for record in in_order]
    jobs = [([block["text"] for block in (record or {}).get("blocks", ())], page.gold, by_character)
            for page, record in zip(pages, in_order)] if options.oracle else []
    results = [judge(page, text, by_character) for page, text in zip(pages, texts)]
    said = [runs.said_by_makala(record or {}) for record in in_order]
    return Tool(benchlib.makala_version(), results, said, texts), jobs, runs.how_measured(len(pages), unseen, options.weights)


def measure_peers(shape, pages, options):
    """({name: Tool}, {name: reason why it is left out})."""
    tools, missing = {}, {}
    if options.peers:
        benchlib.setup_peers()
    for name in options.peers:
        try:
            version, records = runs.run_peer(name, pages, options.jobs, shapes.with_comments(shape))
        except Missing as error:
            missing[name] = str(error)
            continue
        texts = None if name in runs.WITHOUT_TEXT else [record.get("text") for record in records]
        results = texts and [judge(page, text, shapes.by_character(shape)) for page, text in zip(pages, texts)]
        tools[name] = Tool(version, results, [record.get("about") or {} for record in records], texts)
    return tools, missing


def measure_folder(folder, options):
    shape, pages = shapes.load(folder)
    pages = benchlib.spaced(pages, options.limit)
    makala, jobs, how = measure_makala(shape, pages, options)
    tools, missing = measure_peers(shape, pages, options)
    return Measured(folder, shape, pages, how, {"makala": makala, **tools}, missing, jobs)


def text_results(measured):
    """{tool: results} for the tools that find text."""
    return {name: tool.results for name, tool in measured.tools.items() if tool.results}


def versions(measured):
    return {name: tool.version for name, tool in measured.tools.items()}


def sayings(measured):
    """{tool: its dicts}. turbohtml has two dates, by its date finder and in its article record; the latter is a tool of its own."""
    found = {}
    for name, tool in measured.tools.items():
        found[name] = tool.said
        if any("date_in_record" in one for one in tool.said):
            found[f"{name} record"] = [{"date": one.get("date_in_record")} for one in tool.said]
    return found


def report_verdicts(measured):
    """Prints page types and confidence of the tools that have them, and returns the figures."""
    data = {"page_types": {}, "confidence": {}}
    for name, tool in measured.tools.items():
        if any("page_type" in one for one in tool.said):
            print(f"\n{name}")
            data["page_types"][name] = verdict.print_page_types(
                [(shapes.page_type(measured.shape, page), one.get("page_type")) for page, one in zip(measured.pages, tool.said)])
    pairs = {}
    for name, tool in measured.tools.items():
        told = [(one.get("confidence"), result.f1) for one, result in zip(tool.said, tool.results or ())]
        pairs[name] = [pair for pair in told if pair[0] is not None]
    pairs = {name: some for name, some in pairs.items() if some}
    if pairs:
        print()
        data["confidence"] = verdict.print_confidence(pairs)
    return data


def report_about(measured, options):
    """Prints title, authors, date, pictures and topics, and returns the figures."""
    pages, said = measured.pages, sayings(measured)
    judged = about.judge_all(pages, said)
    print()
    data = about.print_fields(judged)
    data["doubtful"] = about.print_doubtful(pages, said, judged)
    data["pictures"] = about.print_pictures(pages, said["makala"], {n: t.texts for n, t in measured.tools.items() if t.texts})
    data["topics"] = about.print_topics(pages, said["makala"])
    if options.wrong:
        about.print_wrong(options.wrong, pages, said, judged)
    return data


def page_data(measured, judged):
    """The figures of makala on each page, for --json."""
    tool = measured.tools["makala"]
    return [{**result._asdict(), "page": result.page.key, "why": reason(result),
             "about": {field: by_tool["makala"][i].right for field, by_tool in judged.items() if "makala" in by_tool},
             "said": tool.said[i], "gold": result.page.about._asdict()} for i, result in enumerate(tool.results)]


def report(measured, options):
    """Prints all tables of a folder and returns their figures."""
    results = measured.tools["makala"].results
    print(f"makala {benchlib.makala_version()}, {measured.shape} pages: word F1 a page, mean over pages, +- its standard error; "
          f"{measured.how}\n")
    data = {"shape": measured.shape, "how": measured.how, "versions": versions(measured), "makala": print_groups(results)}
    print()
    data["loss"] = print_loss(results)
    if measured.oracle_jobs:
        print()
        data["oracle"] = print_oracle(measured.oracle_jobs, [r.page.kind for r in results], options.jobs)
    by_tool = text_results(measured)
    if len(measured.tools) > 1:
        print(f"\n{', '.join(f'{name} {version}' for name, version in versions(measured).items())}")
    if len(by_tool) > 1:
        print()
        data["behind"] = print_peers(by_tool)
        data["peers"] = {name: {group.strip(): summary(some) for group, some in groups(found)}
                         for name, found in by_tool.items() if name != "makala"}
    data.update(report_verdicts(measured))
    data["about"] = report_about(measured, options)
    for name, why in measured.missing.items():
        print(f"{name}: left out: {why}")
    if options.worst:
        print()
        print_worst(results, options.worst)
    data["pages"] = page_data(measured, about.judge_all(measured.pages, {"makala": measured.tools["makala"].said}))
    return data


def peer_list(text):
    names = list(runs.PEERS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in runs.PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]}: no such peer; choose from {', '.join(runs.PEERS)} or all")
    return names


def arguments():
    parser = argparse.ArgumentParser(prog="bench/quality.py", description=__doc__.splitlines()[0])
    parser.add_argument("folders", metavar="DIR", nargs="+", help="folders of labelled pages")
    parser.add_argument("--peers", type=peer_list, default=[], metavar="LIST",
                        help="peers to compare with, separated by commas, or all")
    parser.add_argument("--weights", choices=("auto", "folds", "shipped"), default="auto",
                        help="auto: models that have not seen a page's site, if there are any; folds: require such models; "
                             "shipped: the model that users get")
    parser.add_argument("--readme", action="store_true", help="print only the tables of the README, with all peers")
    parser.add_argument("--oracle", action=argparse.BooleanOptionalAction, default=True,
                        help="compute the F1 of the best choice of blocks")
    parser.add_argument("--worst", type=int, default=20, metavar="N", help="number of worst pages to list (default 20)")
    parser.add_argument("--wrong", choices=about.FIELDS, metavar="FIELD",
                        help=f"list the pages on which makala's FIELD is wrong: {', '.join(about.FIELDS)}")
    parser.add_argument("--limit", type=int, metavar="N", help="use only N evenly spaced pages of each folder")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="number of processes (default 2)")
    parser.add_argument("--json", metavar="FILE", help="also write the figures, with those of each page, to FILE")
    options = parser.parse_args()
    if options.readme:
        options.peers, options.oracle = options.peers or list(runs.PEERS), False
    return options


def main():
    options = arguments()
    data, missing = {}, {}
    measured = []
    for folder in options.folders:
        measured.append(measure_folder(folder, options))
        missing.update(measured[-1].missing)
        if not options.readme:
            print("\n" * (len(measured) > 1), end="")
            data[folder] = report(measured[-1], options)
    if options.readme:
        readme.print_tables([readme.Folder(m.shape, m.how, versions(m), text_results(m), about.judge_all(m.pages, sayings(m)))
                             for m in measured])
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(data if len(data) > 1 else next(iter(data.values()), {}), file, indent=1, ensure_ascii=False)
    return benchlib.exit_status(missing, options.peers)


if __name__ == "__main__":
    benchlib.run_main("bench/quality.py", main)
