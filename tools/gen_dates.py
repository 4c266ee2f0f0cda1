#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints src/tables/dates.h: the words, digits and orders of dates in all locales of CLDR.  With --cases prints test/dates.txt.

    tools/gen_dates.py [--cases] FOLDER

FOLDER contains the packages listed in PACKAGES, installed with npm install --legacy-peer-deps NAME@VERSION …  They take 300 MB,
so `make tables` does not include this table.  The data is from the Unicode Common Locale Data Repository, under the Unicode
License v3.
"""

import collections
import json
import os
import re
import sys
import unicodedata

PACKAGES = {
    "cldr-core": "48.2.0", "cldr-dates-full": "48.2.0", "cldr-numbers-full": "48.2.0", "cldr-cal-islamic-full": "48.2.0",
    "cldr-cal-hebrew-full": "48.2.0", "cldr-cal-persian-full": "46.1.0", "cldr-cal-ethiopic-full": "46.1.0",
    "cldr-cal-japanese-full": "39.0.0",
}

# The meaning of a word is kind << 8 | value, with one of these kinds.
GREGORIAN, PERSIAN, ISLAMIC, HEBREW, ETHIOPIC, WEEKDAY, FILLER, MONTH_BEFORE, MONTH_AFTER, ERA, HALF = range(11)
KINDS = ["GREGORIAN", "PERSIAN", "ISLAMIC", "HEBREW", "ETHIOPIC", "WEEKDAY", "FILLER", "MONTH_BEFORE", "MONTH_AFTER", "ERA", "HALF"]
CALENDARS = [(PERSIAN, "persian", "cldr-cal-persian-full"), (ISLAMIC, "islamic", "cldr-cal-islamic-full"),
             (HEBREW, "hebrew", "cldr-cal-hebrew-full"), (ETHIOPIC, "ethiopic", "cldr-cal-ethiopic-full")]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Eras in which years are counted, with the Gregorian year before their first year: the modern Japanese eras by their numbers in
# CLDR, and the era of the Republic of China, which CLDR names only in Chinese.
JAPANESE_ERAS = {"232": 1867, "233": 1911, "234": 1925, "235": 1988, "236": 2018}
ROC_ERA = 1911
FIRST_YEAR = 8  # added to the value of an era in names for its first year ("令和元年")
ROC_NAMES = ["民國", "民国", "中華民國", "中华民国"]
WORDS_MOST = 8   # most words of a name
SHORT = 2        # letters; names of at most this length count only in their own language
ORDERS = ["DMY", "MDY", "YMD"]


def read(folder, package, locale, file):
    path = os.path.join(folder, "node_modules", package, "main", locale, file + ".json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as f:
        return json.load(f)["main"][locale]


def pattern_of(value):
    return value["_value"] if isinstance(value, dict) else value


# ---- Folding: spellings that count as the same word ----

def is_dropped(c):
    return (0x300 <= c <= 0x36F or 0x591 <= c <= 0x5C7 and unicodedata.category(chr(c)) == "Mn" or 0x610 <= c <= 0x61A
            or c == 0x640 or 0x64B <= c <= 0x65F or c == 0x670 or unicodedata.category(chr(c)) == "Cf" or c == 0xAD)


SAME = {0x6CC: 0x64A, 0x649: 0x64A, 0x6A9: 0x643, 0x6D5: 0x647, 0x131: 0x69}


def fold_char(c):
    """The code point that c folds to; 0 if c is dropped."""
    if is_dropped(c):
        return 0
    if not is_letter(chr(c)):
        return c
    if 0xAC00 <= c <= 0xD7A3:
        return c
    # Take the lower case first, so that both cases fold alike; then decompose the letter, drop its marks, and fold the rest.
    for form in (chr(c).lower(), chr(c)):
        parts = [ord(d) for d in unicodedata.normalize("NFKD", form)]
        kept = [d for d in parts if not is_dropped(d)]
        if len(kept) == 1:
            low = chr(kept[0]).lower()
            d = ord(low[0])
            return SAME.get(d, d)
    return SAME.get(c, c)


def is_letter(ch):
    category = unicodedata.category(ch)
    return category[0] in "LM" or category in ("Nl", "No")


def words_of(text):
    """The folded words of a text."""
    out, word = [], ""
    for ch in text:
        c = fold_char(ord(ch))
        if not c:
            continue
        if is_letter(chr(c)):
            word += chr(c)
        elif word:
            out.append(word)
            word = ""
    return out + [word] * bool(word)


# ---- Reading ----

class Table:
    def __init__(self):
        self.names = collections.defaultdict(lambda: collections.defaultdict(set))  # name -> meaning -> languages

    def add(self, words, kind, value, language):
        name = " ".join(words)
        if name and len(words) <= WORDS_MOST and len(name.encode()) <= 90:
            self.names[name][kind << 8 | value].add(language)


def split_pattern(pattern):
    """Splits a CLDR date pattern into [(field or None, text)].  Runs of a letter outside quotes are fields."""
    out = []
    for field, quoted, other in re.findall(r"(([A-Za-z])\2*)|'((?:[^']|'')*)'|([^A-Za-z']+)", pattern) and \
            [(m.group(1), m.group(3), m.group(4)) for m in re.finditer(r"(([A-Za-z])\2*)|'((?:[^']|'')*)'|([^A-Za-z']+)", pattern)]:
        if field:
            out.append((field, ""))
        else:
            text = quoted if quoted is not None else other
            text = "'" if quoted == "" else text.replace("''", "'")
            if out and out[-1][0] is None:
                out[-1] = (None, out[-1][1] + text)
            else:
                out.append((None, text))
    return out


def leading_letters(characters):
    out = []
    for ch in characters:
        if not is_letter(ch) and not is_dropped(ord(ch)):
            break
        out.append(ch)
    return out


def glued(pattern):
    """(before, after): the letters that a pattern writes directly before and after the name of the month."""
    parts = split_pattern(pattern)
    for i, (field, _) in enumerate(parts):
        if field and field[0] in "ML" and len(field) >= 3:
            before = parts[i - 1][1] if i and parts[i - 1][0] is None else ""
            after = parts[i + 1][1] if i + 1 < len(parts) and parts[i + 1][0] is None else ""
            return "".join(reversed(leading_letters(reversed(before)))), "".join(leading_letters(after))
    return "", ""


def patterns_of(calendar):
    formats = calendar["dateFormats"]
    available = calendar["dateTimeFormats"]["availableFormats"]
    out = [pattern_of(formats[k]) for k in ("full", "long", "medium")]
    return out + [pattern_of(available[k]) for k in ("yMMMM", "yMMM", "yMMMd", "yMMMMd") if k in available]


def add_month(table, kind, month, text, language):
    """Adds the name of a month.  If the name contains a number ("tháng 10", "10月"), adds the words next to the number instead."""
    number = re.search(r"\d+", text)
    if number and kind == GREGORIAN:
        if int(number.group()) != month:
            return
        before, after = words_of(text[: number.start()]), words_of(text[number.end():])
        if before and not after:
            table.add(before, MONTH_BEFORE, 0, language)
        if after and not before:
            table.add(after, MONTH_AFTER, 0, language)
    elif not number:
        table.add(words_of(text), kind, month, language)


def add_locale(table, folder, locale, root):
    language = locale.split("-")[0]
    calendar = read(folder, "cldr-dates-full", locale, "ca-gregorian")["dates"]["calendars"]["gregorian"]
    patterns = patterns_of(calendar)
    around = {glued(p) for p in patterns} | {("", "")}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, text in calendar["months"][context][width].items():
                for before, after in around:
                    add_month(table, GREGORIAN, int(month), before + text + after, language)
            for day, text in calendar["days"][context][width].items():
                if text.lower() != day or language == "en":
                    table.add(words_of(text), WEEKDAY, DAYS.index(day) + 1, language)
            for half, text in calendar["dayPeriods"][context][width].items():
                if half in ("am", "pm"):
                    table.add(words_of(text), HALF, half == "pm", language)
    for pattern in patterns:
        for field, text in split_pattern(pattern):
            for word in words_of(text) if field is None else []:
                table.add([word], FILLER, 0, language)
        if "G" in pattern:
            for text in calendar["eras"]["eraAbbr"].values():
                table.add(words_of(text), FILLER, 0, language)
                for word in words_of(text):
                    table.add([word], FILLER, 0, language)
    for kind, name, package in CALENDARS:
        data = read(folder, package, locale, "ca-" + name)
        if not data:
            continue
        months = data["dates"]["calendars"][name]["months"]
        pattern = glued(pattern_of(data["dates"]["calendars"][name]["dateFormats"]["long"]))
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, text in months[context][width].items():
                    value = 14 if month == "7-yeartype-leap" else int(month)
                    if text == root[name].get((width, month)) and language not in ("en", "root"):
                        continue  # not translated
                    for before, after in {pattern, ("", "")}:
                        add_month(table, kind, value, before + text + after, language)
    japanese = read(folder, "cldr-cal-japanese-full", locale, "ca-japanese")
    if japanese:
        eras = japanese["dates"]["calendars"]["japanese"]["eras"]["eraAbbr"]
        for number, before in JAPANESE_ERAS.items():
            if language in ("ja", "zh", "yue", "ko", "en"):
                table.add(words_of(eras[number]), ERA, list(JAPANESE_ERAS).index(number), language)
                if language == "ja":
                    table.add([eras[number] + "元"], ERA, FIRST_YEAR + list(JAPANESE_ERAS).index(number), language)


def order_of(pattern):
    fields = [f[0] for f, _ in split_pattern(pattern) if f and f[0] in "yMLd"]
    order = "".join({"y": "Y", "M": "M", "L": "M", "d": "D"}[f] for f in fields)
    return ORDERS.index(order) if order in ORDERS else {"YDM": 2}.get(order, 0)


def read_all(folder):
    for package, version in PACKAGES.items():
        with open(os.path.join(folder, "node_modules", package, "package.json"), encoding="utf-8") as f:
            found = json.load(f)["version"]
        if found != version:
            sys.exit(f"gen_dates.py: {package} is {found}, not {version}")
    locales = sorted(l for l in os.listdir(os.path.join(folder, "node_modules", "cldr-dates-full", "main")) if l != "und")
    root = {}
    for _, name, package in CALENDARS:
        data = read(folder, package, "en", "ca-" + name)["dates"]["calendars"][name]["months"]["format"]
        root[name] = {(width, month): text for width in ("wide", "abbreviated") for month, text in data[width].items()}
    table, orders = Table(), {}
    for locale in locales:
        add_locale(table, folder, locale, root)
        available = read(folder, "cldr-dates-full", locale, "ca-gregorian")["dates"]["calendars"]["gregorian"]["dateTimeFormats"]["availableFormats"]
        orders[locale] = order_of(pattern_of(available["yMd"]))
    for name in ROC_NAMES:
        table.add([name], ERA, len(JAPANESE_ERAS), "zh")
    for word in ["日", "号", "號", "年"]:
        table.add([word], FILLER, 0, "zh")
    return locales, table, orders, calendars_of(folder, {l.split("-")[0] for l in locales})


def calendars_of(folder, languages):
    """The calendar, other than the Gregorian one, in which the main country of a language counts years."""
    def supplemental(name, key):
        with open(os.path.join(folder, "node_modules", "cldr-core", "supplemental", name + ".json"), encoding="utf-8") as f:
            return json.load(f)["supplemental"][key]
    preferred = supplemental("calendarPreferenceData", "calendarPreferenceData")
    likely = supplemental("likelySubtags", "likelySubtags")
    out = {}
    for language in languages:
        region = likely.get(language, "").split("-")[-1]
        used = [c.split("-")[0] for c in preferred.get(region, preferred["001"]) if c.split("-")[0] in ("persian", "islamic")]
        out[language] = KINDS[PERSIAN if used and used[0] == "persian" else ISLAMIC if used else GREGORIAN]
    return out


# ---- Writing the table ----

def tag(language):
    return language.encode("ascii")


def write_table(locales, table, orders, calendars):
    w = sys.stdout.write
    languages = sorted({l.split("-")[0] for l in locales})
    index = {l: i for i, l in enumerate(languages)}
    sources = ", ".join(f"{p} {v}" for p, v in PACKAGES.items())
    w("/* Generated by tools/gen_dates.py; do not edit. */\n")
    w("/* Derived from the Unicode CLDR (Copyright (c) Unicode, Inc.; Unicode License v3, https://www.unicode.org/license.txt),\n")
    w(f" * packages {sources}. */\n")
    w("#ifndef MAKALA_TABLES_DATES_H\n#define MAKALA_TABLES_DATES_H\n\n#include <stdint.h>\n\n")
    w("/* What a word can mean: DATE_… << 8 | number of the month, of the weekday\n * (1 Monday) or of the era; halves of the day: 0 morning, 1 afternoon.  14 is Adar II. */\nenum date_word {\n")
    w("".join(f"\tDATE_{k},\n" for k in KINDS) + "};\n\n")
    w(f"#define DATE_NAME_WORDS {WORDS_MOST}\n#define DATE_NAME_SHORT {SHORT}\n\n")
    w(f"#define DATE_FIRST_YEAR {FIRST_YEAR} /* added to an era whose first year is meant */\n\n")
    w("/* Year before the first of each era. */\n")
    w("static const uint16_t date_eras[] = {" + ", ".join(str(v) for v in [*JAPANESE_ERAS.values(), ROC_ERA]) + "};\n\n")
    write_folding(w, table)
    write_orders(w, languages, orders, calendars)
    write_names(w, table, index)
    w("#endif\n")


def write_folding(w, table):
    used = {ord(ch) for name in table.names for ch in name}
    pairs = []
    for c in range(0x80, 0x1EA00):
        f = fold_char(c)
        if f != c and (f == 0 or f in used):
            pairs.append((c, f))
    runs = []  # (first, last, step, delta): c in first…last, (c - first) % step == 0 -> c + delta
    for c, f in pairs:
        if f and runs:
            first, last, step, delta = runs[-1]
            if f - c == delta and (last == first and c - last in (1, 2) or c - last == step):
                runs[-1] = (first, c, c - last, delta)
                continue
        elif not f and runs and runs[-1][3] is None and c == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], c, 1, None)
            continue
        runs.append((c, c, 1, f - c if f else None))
    w("/* Letters that are told apart by case or marks only are one.  Each step-th code point from first to last folds to itself + delta,\n")
    w(" * or to nothing where delta is 0. */\nstatic const struct date_fold {\n\tuint32_t first, last;\n\tint32_t delta;\n\tuint8_t step;\n")
    w(f"}} date_folds[{len(runs)}] = {{\n")
    for i in range(0, len(runs), 6):
        w("\t" + " ".join(f"{{0x{a:X}, 0x{b:X}, {d or 0}, {s}}}," for a, b, s, d in runs[i : i + 6]) + "\n")
    w("};\n\n")
    zeros = [c for c in range(0x80, 0x1FFFF) if unicodedata.category(chr(c)) == "Nd" and unicodedata.digit(chr(c)) == 0]
    w("/* The zero of each script's digits. */\n")
    w(f"static const uint32_t date_zeros[{len(zeros)}] = {{\n")
    for i in range(0, len(zeros), 12):
        w("\t" + " ".join(f"0x{z:X}," for z in zeros[i : i + 12]) + "\n")
    w("};\n\n")


def write_orders(w, languages, orders, calendars):
    w("/* Languages in order, with how they write a date in numbers: 0 day month year, 1 month day year, 2 year month day;\n * and the calendar of years that are no Gregorian ones. */\n")
    w(f"static const struct date_language {{\n\tchar tag[4];\n\tuint8_t order, calendar;\n}} date_languages[{len(languages)}] = {{\n")
    rows = [f'{{"{l}", {orders[l]}, DATE_{calendars[l]}}},' for l in languages]
    for i in range(0, len(rows), 5):
        w("\t" + " ".join(rows[i : i + 5]) + "\n")
    w("};\n\n/* Countries in which a language's order is another one. */\n")
    other = sorted((l.split("-")[0], l.split("-")[-1], orders[l]) for l in orders
                   if len(l.split("-")[-1]) == 2 and "-" in l and orders[l] != orders[l.split("-")[0]])
    w(f"static const struct date_region {{\n\tchar tag[4], region[3];\n\tuint8_t order;\n}} date_regions[{len(other)}] = {{\n")
    rows = [f'{{"{l}", "{r}", {o}}},' for l, r, o in dict.fromkeys(other)]
    for i in range(0, len(rows), 8):
        w("\t" + " ".join(rows[i : i + 8]) + "\n")
    w("};\n\n")


def is_short(name):
    first = ord(name[0])
    return len(name.replace(" ", "")) <= SHORT and first < 0x2E80


def write_names(w, table, index):
    """Writes the names by length in bytes, sorted within a length, each with an offset into the meanings."""
    meanings, known = [], {}

    def place(name):
        found = table.names[name]
        # 月 and 日 after numbers are not weekdays.
        if len(name) == 1 and {m >> 8 for m in found} & {MONTH_AFTER, FILLER} and ord(name) >= 0x2E80:
            found = {m: l for m, l in found.items() if m >> 8 != WEEKDAY}
        if any(m >> 8 in (MONTH_BEFORE, MONTH_AFTER) for m in found) and ord(name[0]) >= 0x2E80:
            found = {m: l for m, l in found.items() if m >> 8 != FILLER}
        many = len(found) > 1
        with_languages = is_short(name) or many
        # Months of the Gregorian calendar first, then other months, then the rest.  Within these, the meaning of most languages comes
        # first, since it is used if the page is in none of the languages.
        ordered = sorted(found, key=lambda m: (m >> 8 != GREGORIAN, m >> 8 > ETHIOPIC, -len(found[m]), m))
        row = []
        for m in ordered:
            sets = sorted(index[l] for l in found[m]) if with_languages else []
            row += [m, len(sets)] + sets
        row = (len(ordered),) + tuple(row)
        if row not in known:
            known[row] = len(meanings)
            meanings.extend(row)
        return known[row]

    by_length = collections.defaultdict(list)
    for name in table.names:
        by_length[len(name.encode())].append(name)
    longest = max(by_length)
    w("/* Names by their length in bytes: first name, and byte in date_text, of each length; the names of a length are sorted. */\n")
    first, text, offsets, rows = 0, 0, [], []
    blob, places = [], []
    for length in range(longest + 2):
        offsets.append((first, text))
        names = sorted(by_length.get(length, []), key=lambda n: n.encode())
        blob += names
        places += [place(n) for n in names]
        first += len(names)
        text += length * len(names)
    w(f"#define DATE_NAME_LONGEST {longest}\n")
    w(f"static const struct date_length {{\n\tuint16_t first;\n\tuint32_t text;\n}} date_lengths[{len(offsets)}] = {{\n")
    for i in range(0, len(offsets), 10):
        w("\t" + " ".join(f"{{{a}, {b}}}," for a, b in offsets[i : i + 10]) + "\n")
    w(f"}};\n\nstatic const char date_text[] =\n")
    line = ""
    for name in blob:
        line += name
        if len(line) > 100:
            w(f'\t"{line}"\n')
            line = ""
    w(f'\t"{line}";\n\n')
    assert len(meanings) < 65536
    write_filter(w, blob)
    w(f"/* Where the meanings of each name are. */\nstatic const uint16_t date_places[{len(places)}] = {{\n")
    for i in range(0, len(places), 24):
        w("\t" + " ".join(f"{p}," for p in places[i : i + 24]) + "\n")
    w("};\n\n/* How many meanings; for each what it is, how many languages, and the languages (none: said in no case where it matters). */\n")
    w(f"static const uint16_t date_meanings[{len(meanings)}] = {{\n")
    for i in range(0, len(meanings), 28):
        w("\t" + " ".join(f"{m}," for m in meanings[i : i + 28]) + "\n")
    w("};\n\n")


FILTER_BITS = 65536


def name_hash(name):
    """Must give the same value as the function in src/date.c."""
    h = 2166136261
    for byte in name.encode():
        h = (h ^ byte) * 16777619 & 0xFFFFFFFF
    return (h ^ h >> 16) % FILTER_BITS


def write_filter(w, names):
    words = [0] * (FILTER_BITS // 64)
    for name in names:
        h = name_hash(name)
        words[h // 64] |= 1 << h % 64
    w("/* Bit h is set when a name has the hash h: most words are in no table, and need not be looked for. */\n")
    w(f"#define DATE_FILTER_BITS {FILTER_BITS}u\nstatic const uint64_t date_filter[{len(words)}] = {{\n")
    for i in range(0, len(words), 6):
        w("\t" + " ".join(f"0x{v:X}u," for v in words[i : i + 6]) + "\n")
    w("};\n\n")


# ---- Writing the cases ----

def write_cases(folder, locales):
    """Lines "tags TAB zero TAB form=parts …", from which test/dates.py writes dates in the form of each locale."""
    rows = collections.defaultdict(list)
    for locale in locales:
        calendar = read(folder, "cldr-dates-full", locale, "ca-gregorian")["dates"]["calendars"]["gregorian"]
        numbers = read(folder, "cldr-numbers-full", locale, "numbers")
        system = numbers["numbers"]["defaultNumberingSystem"] if numbers else "latn"
        with open(os.path.join(folder, "node_modules", "cldr-core", "supplemental", "numberingSystems.json"), encoding="utf-8") as f:
            digits = json.load(f)["supplemental"]["numberingSystems"][system].get("_digits", "0123456789")
        available = calendar["dateTimeFormats"]["availableFormats"]
        forms = [pattern_of(calendar["dateFormats"]["long"]), pattern_of(calendar["dateFormats"]["medium"]), pattern_of(available["yMMMM"])]
        names = {}
        for pattern in forms:
            for field, _ in split_pattern(pattern):
                if field and field[0] in "ML" and len(field) in (3, 4):
                    context = calendar["months"]["format" if field[0] == "M" else "stand-alone"]
                    names[field] = [context["wide" if len(field) == 4 else "abbreviated"][str(m)] for m in range(1, 13)]
        era = calendar["eras"]["eraAbbr"]["1"]
        rows[json.dumps({"digits": digits, "forms": [split_pattern(p) for p in forms], "names": names, "era": era}, ensure_ascii=False,
                        sort_keys=True, separators=(",", ":"))].append(locale)
    for data, tags in sorted(rows.items(), key=lambda item: item[1][0]):
        print(" ".join(tags) + "\t" + data)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--cases"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    if "--cases" in sys.argv:
        locales = sorted(l for l in os.listdir(os.path.join(arguments[0], "node_modules", "cldr-dates-full", "main")) if l != "und")
        print("# Generated by tools/gen_dates.py --cases; do not edit.  Derived from the Unicode CLDR (Unicode License v3).")
        write_cases(arguments[0], locales)
    else:
        write_table(*read_all(arguments[0]))


main()
