# SPDX-License-Identifier: Apache-2.0
"""about - measures how well tools find a page's metadata: title, authors, date, topics, captions and credits of pictures.

A tool returns a dict for each page, with a key for each field that the tool looks for at all:

	title, authors, date   a string or None; authors may be a list
	topics                 a list of categories and tags
	pictures               a list of {caption, credit}

A field is right or wrong on the pages whose gold has it. On the other pages any value counts as false.
"""
import collections
import re
import unicodedata

import benchlib
import measure

RIGHT = 0.8  # a title, names, a caption or a credit are right from this token F1
FIELDS = ("title", "authors", "date")
# right: True, False, or None if the gold has no value.  said: whether the tool returned a value.
Judged = collections.namedtuple("Judged", "right said")
BETWEEN_NAMES = re.compile(r"[,;|&/\n]|\band\b", re.I)
SNIPPET = 5  # words; shorter captions are not searched for in the text, since they can be there by chance


def plain(text):
    """The text in lower case, without combining marks such as accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def words(text):
    return measure.words(text or "", by_character=True)


def names(authors):
    """The words of all names, without accents and case. Names are split at commas and similar; repeated names count once."""
    found = dict.fromkeys(tuple(words(plain(name))) for one in authors or () for name in BETWEEN_NAMES.split(one))
    return [word for name in found for word in name]


def as_list(value):
    return [value] if isinstance(value, str) else list(value or ())


def alike(got, gold):
    return measure.score(got, gold).f1 >= RIGHT


def is_right(field, said, gold):
    if field == "title":
        return alike(words(said), words(gold))
    if field == "authors":
        return alike(names(as_list(said)), names(gold))
    return bool(said) and said[:10][: len(gold[:10])] == gold[:10]  # if the gold has no day, year and month must agree


def judge(field, said, page):
    """The Judged of one field of one page.  said: the dict that the tool returned for the page."""
    value, gold = said.get(field), getattr(page.about, field)
    return Judged(is_right(field, value, gold) if gold else None, bool(value))


def summary(judged):
    """The figures of one field over all pages."""
    with_gold = [j for j in judged if j.right is not None]
    share, error = measure.mean(j.right for j in with_gold)
    return {"pages": len(with_gold), "right": share, "standard_error": error,
            "nothing": sum(not j.said for j in with_gold), "wrong": sum(j.said and not j.right for j in with_gold),
            "without_gold": len(judged) - len(with_gold), "false": sum(j.said for j in judged if j.right is None)}


def judge_all(pages, tools):
    """{field: {tool: [Judged]}}, with the tools that look for the field.  tools: {tool: its dicts, page by page}."""
    return {field: {tool: [judge(field, one, page) for one, page in zip(said, pages)]
                    for tool, said in tools.items() if any(field in one for one in said)} for field in FIELDS}


def tools_of(several):
    """The names of all tools in several results of judge_all(), makala first."""
    names = dict.fromkeys(tool for judged in several for by_tool in judged.values() for tool in by_tool)
    return sorted(names, key=lambda tool: tool != "makala")


def print_fields(judged):
    """Prints the tools side by side, makala first, and returns the figures."""
    tools, rows, data = tools_of([judged]), [], {}
    for field, by_tool in judged.items():
        data[field] = {tool: summary(some) for tool, some in by_tool.items()}
        first = next(iter(data[field].values()), None)
        if not first or not first["pages"]:
            continue
        rows.append([field, first["pages"]] + [shown(data[field].get(tool), "right") for tool in tools])
        rows += difference_rows(by_tool, tools)
        for label, key in (("  nothing", "nothing"), ("  wrong", "wrong")):
            rows.append([label, None] + [shown(data[field].get(tool), key) for tool in tools])
        if first["without_gold"]:
            rows.append(["  false", first["without_gold"]] + [shown(data[field].get(tool), "false") for tool in tools])
    if rows:
        benchlib.print_table(["right", "pages"] + tools, rows)
    return data


def shown(figures, key):
    return "" if figures is None else benchlib.figure(figures[key]) if key == "right" else str(figures[key])


def difference_rows(by_tool, tools):
    """Two rows: by how much makala's share of right pages exceeds that of each other tool, and the standard error, page by page."""
    base = by_tool.get("makala")
    if base is None or len(by_tool) < 2:
        return []
    better = {tool: measure.mean(a.right - b.right for a, b in zip(base, other) if a.right is not None)
              for tool, other in by_tool.items() if tool != "makala"}
    return [["  makala is better by", None] + [f"{better[tool][0]:+.3f}" if tool in better else "" for tool in tools],
            ["    +- (paired)", None] + [benchlib.figure(better[tool][1]) if tool in better else "" for tool in tools]]


def doubtful(pages, tools, judged):
    """{field: [page]}: pages where at least three tools agree and no tool agrees with the gold. The gold may be wrong there."""
    found = collections.defaultdict(list)
    for field, by_tool in judged.items():
        for i, page in enumerate(pages):
            if any(some[i].right is not False for some in by_tool.values()):
                continue
            values = [value for value in (comparable(field, tools[tool][i].get(field)) for tool in by_tool) if value]
            if values and collections.Counter(values).most_common(1)[0][1] >= 3:
                found[field].append(page)
    return found


def print_doubtful(pages, tools, judged):
    found = doubtful(pages, tools, judged)
    for field, some in found.items():
        print(f"{field}: on {len(some)} pages at least three tools agree with each other and none with the gold: "
              f"{' '.join(page.key for page in some[:8])}{' ...' * (len(some) > 8)}")
    return {field: [page.key for page in some] for field, some in found.items()}


def print_wrong(field, pages, tools, judged):
    """Prints each page on which makala's field is wrong or false, with the gold and the value of each tool."""
    for i, page in enumerate(pages):
        mine = judged[field].get("makala", {})[i]
        if mine.right or mine.right is None and not mine.said:
            continue
        print(f"\n{page.key}  {page.url or page.domain}\n  gold: {getattr(page.about, field)!r}")
        for tool, some in judged[field].items():
            print(f"  {tool}{'' if some[i].right else ' (not right)'}: {tools[tool][i].get(field)!r}")


def comparable(field, value):
    """A form in which equivalent values are equal; empty if there is no value."""
    if field == "date":
        return (value or "")[:10]
    return tuple(names(as_list(value)) if field == "authors" else words(value))


def best_picture(pictures, gold):
    """The picture of a record that is most similar to a gold one, by caption, or by credit if the gold one has no caption."""
    key = "caption" if gold.caption else "credit"
    wanted = words(getattr(gold, key))
    return max(pictures, key=lambda picture: measure.score(words(picture.get(key)), wanted).f1, default={})


def measure_pictures(pages, said):
    """Numbers of captions and credits in the gold, and how many of them are right. A credit must be that of the right picture."""
    found = collections.Counter()
    for page, one in zip(pages, said):
        for gold in page.about.pictures:
            picture = best_picture(one.get("pictures") or [], gold)
            for key in ("caption", "credit"):
                wanted = getattr(gold, key)
                if wanted:
                    found[key + "s"] += 1
                    found[key + "s_right"] += alike(names([picture.get(key) or ""]), names([wanted]))
    return found


def captions_inside(page, text):
    """(number of captions of at least SNIPPET words that are not in the gold text, number of these that are in the tool's text)."""
    gold, got = (measure.joined(words(some)) for some in (page.gold, text))
    captions = {tuple(words(p.caption)) for p in page.about.pictures}
    looked_for = [c for c in captions if len(c) >= SNIPPET and not measure.has_snippet(c, gold)]
    return len(looked_for), sum(measure.has_snippet(c, got) for c in looked_for)


def print_pictures(pages, said, texts):
    """Prints and returns the figures.  said: makala's dicts; texts: {tool: its texts}."""
    data = dict(measure_pictures(pages, said)) if any("pictures" in one for one in said) else {}
    rows = [[key, data[key], benchlib.figure(data[key + "_right"] / data[key])] for key in ("captions", "credits") if data.get(key)]
    if rows:
        print()
        benchlib.print_table(["pictures", "gold", "right"], rows)
    inside = {tool: [sum(column) for column in zip(*map(captions_inside, pages, some))] for tool, some in texts.items()}
    looked_for = next(iter(inside.values()))[0] if inside else 0
    if looked_for:
        print()
        benchlib.print_table(["captions inside text", "looked for"] + list(inside),
                             [["", looked_for] + [n for _, n in inside.values()]])
        data["captions_inside"] = {tool: n for tool, (_, n) in inside.items()}
        data["captions_looked_for"] = looked_for
    return data


def measure_topics(pages, said):
    """(number of gold topics, number of these that are among the categories and tags, word for word)."""
    gold = got = 0
    for page, one in zip(pages, said):
        have = {tuple(words(plain(topic))) for topic in one.get("topics") or ()}
        wanted = {tuple(words(plain(topic))) for topic in page.about.topics}
        gold += len(wanted)
        got += len(wanted & have)
    return gold, got


def print_topics(pages, said):
    if not any("topics" in one for one in said):
        return {}
    gold, got = measure_topics(pages, said)
    if gold:
        print(f"gold topics found among the categories and tags: {got} of {gold}")
    return {"gold": gold, "found": got}
