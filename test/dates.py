#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of src/date.c: the long, medium and month-year forms of 40 dates in every locale must be read back; so must CASES.

    test/dates.py [--list]

The forms are in test/dates.txt, written by tools/gen_dates.py --cases.  --list prints all forms that fail; without it, they are
printed only if there are fewer than 20.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys

TEST = pathlib.Path(__file__).resolve().parent
PROGRAM = TEST.parent / os.environ.get("BUILD", "build") / "test" / "dates"
# 40 dates: all months, days that could be months and days that could not, leap days, ends of months and years.
DATES = [(1990 + (i * 13) % 45, i % 12 + 1, (i * 11) % 28 + 1) for i in range(30)] + [
    (2020, 2, 29), (2024, 2, 29), (2000, 2, 29), (1999, 12, 31), (2000, 1, 1), (2022, 10, 22), (2021, 3, 31), (2019, 7, 30), (2016, 5, 31),
    (1970, 1, 1)]

# language (with "!" before it: the text is a whole attribute), text, expected date ("-" for no date)
CASES = [
    ("sw", "22 Oktoba 2022", "2022-10-22"),
    ("en", "Sat, 22 Oct 2022 14:03:00 +0200", "2022-10-22T14:03:00+02:00"),
    ("en", "Sat Oct 22 2022 14:03:00 GMT+0200 (CEST)", "2022-10-22T14:03:00+02:00"),
    ("en", "Sat Oct 22 14:03:00 2022", "2022-10-22T14:03:00"),
    ("en", "Posted on October 22nd, 2022 at 2:03 pm", "2022-10-22T14:03:00"),
    ("en", "Oct 22, '22", "2022-10-22"),
    ("en", "22-Oct-22", "2022-10-22"),
    ("en", "Updated 3 hours ago", "-"),
    ("en", "copyright 2022", "-"),
    ("en", "1.2.3.4", "-"),
    ("en", "192.168.10.22", "-"),
    ("en", "May 2022", "2022-05"),
    ("en", "31 June 2022", "2022-06"),
    ("en", "2022-10", "-"),
    ("en", "03/04/2022", "2022-03-04"),
    ("en-GB", "03/04/2022", "2022-04-03"),
    ("en", "13/04/2022", "2022-04-13"),
    ("en", "Sunday 03/04/2022", "2022-04-03"),
    ("!en", "2022-10", "2022-10"),
    ("!", "20221022", "2022-10-22"),
    ("!", "1666396800", "2022-10-22T00:00:00Z"),
    ("!", "1666396800000", "2022-10-22T00:00:00Z"),
    ("!", "7777777777", "-"),
    ("zh", "1011年10月22日", "-"),
    ("", "2022-10-22T14:03:00.123Z", "2022-10-22T14:03:00Z"),
    ("", "2022-10-22T14:03:00-0530", "2022-10-22T14:03:00-05:30"),
    ("", "2022-10-22T14:03", "2022-10-22T14:03:00"),
    ("", "2022-02-30", "-"),
    ("", "22 Oktoba 2022", "2022-10-22"),
    ("", "22 октября 2022", "2022-10-22"),
    ("ja", "令和4年10月22日", "2022-10-22"),
    ("ja", "平成元年1月8日", "1989-01-08"),
    ("zh", "中華民國111年10月22日", "2022-10-22"),
    ("zh", "发布时间2022年10月22日星期六上午10:05", "2022-10-22T10:05:00"),
    ("ko", "2022년 10월 22일 오후 3:05", "2022-10-22T15:05:00"),
    ("th", "22 ตุลาคม 2565", "2022-10-22"),
    ("th", "วันที่22ตุลาคม2565", "2022-10-22"),
    ("fa", "۳۰ مهر ۱۴۰۱", "2022-10-22"),
    ("fa", "۱۴۰۱/۰۷/۳۰", "2022-10-22"),
    ("fa", "1 فروردین 1403", "2024-03-20"),
    ("fa", "1 فروردین 1399", "2020-03-20"),
    ("ps", "۳۰ تله ۱۴۰۱", "2022-10-22"),
    ("ar", "26 ربيع الأول 1444", "2022-10-22"),
    ("am", "ጥቅምት 12 2015", "2022-10-22"),
    ("he", "27 בתשרי 5783", "2022-10-22"),
    ("he", "5 באדר ב׳ 5784", "2024-03-15"),
    ("he", "22 באוקטובר 2022", "2022-10-22"),
    ("fr", "publié le 1er février 2021 à 14h05", "2021-02-01"),
    ("hr", "22. listopada 2022.", "2022-10-22"),
    ("cs", "22. listopadu 2022", "2022-11-22"),
    ("!", "20220231", "-"),
    ("!", "10001022", "-"),
    ("!", "20221022140300", "2022-10-22"),
    ("!en", "10/2022", "2022-10"),
    ("!en", "13/2022", "-"),
    ("en", "22 October 2022 14:03 +5", "2022-10-22T14:03:00+05:00"),
    ("en", "22 October 2022 14:03 GMT+5:30", "2022-10-22T14:03:00+05:30"),
    ("en", "22 October 2022 14:03 UTC", "2022-10-22T14:03:00Z"),
    ("en", "22 October 2022 14:03z", "2022-10-22T14:03:00Z"),
    ("en", "22 October 2022 14:03 Zulu", "2022-10-22T14:03:00"),
    ("", "2022-10-22T14:03:00+99:00", "2022-10-22T14:03:00"),
    ("", "2022-10-22T14:03:00+05:75", "2022-10-22T14:03:00"),
    ("", "2022-10-22T14:03:00+530", "2022-10-22T14:03:00+05:30"),
    ("", "2022-10-22T14:03:00-:00", "2022-10-22T14:03:00"),
    ("", "2022-10-22T14:03:00.5+02:00", "2022-10-22T14:03:00+02:00"),
    ("en", "14:03, 22 October 2022", "2022-10-22T14:03:00"),
    ("en", "pm 3:05, 22 October 2022", "2022-10-22T15:05:00"),
    ("en", "22 October 2022 12:30 pm", "2022-10-22T12:30:00"),
    ("en", "22 October 2022 12:30 am", "2022-10-22T00:30:00"),
    ("en", "22 October 2022 25:10", "2022-10-22"),
    ("en", "22 October 2022 10:75", "2022-10-22"),
    ("", "2000-02-29", "2000-02-29"),
    ("", "1900-02-29", "-"),
    ("", "2024-02-29", "2024-02-29"),
    ("", "2023-02-29", "-"),
    ("en", "10.22.2022", "2022-10-22"),
    ("en", "2022.22.10", "2022-10-22"),
    ("de", "22.10.22", "2022-10-22"),
    ("de", "32.10.22", "-"),
    ("de", "22.13.2022", "-"),
    ("de", "00.10.2022", "-"),
    ("sv", "22-10-23", "2022-10-23"),
    ("hu", "22. 10. 23.", "2022-10-23"),
    ("en", "1/2/3", "-"),
    ("en", "123/2/2022", "-"),
    ("en", "1-2/2022", "-"),
    ("en", "1/2/2022/3", "-"),
    ("en", "1234567890123456789 22 October 2022", "2022-10-22"),
    ("en", "2022 October 22", "2022-10-22"),
    ("en", "2022, 22 October", "2022-10-22"),
    ("en", "October 22", "-"),
    ("en", "22 October 1200", "-"),
    ("en", "22 October 9999", "-"),
    ("en", "22nd of October, in the year 2022", "-"),
    ("en", "22/Oct/2022:14:03:00 +0200", "2022-10-22T14:03:00+02:00"),
    ("en", "Thursday 10/11/2022", "2022-11-10"),
    ("en", "10/11/2022", "2022-10-11"),
    ("en_GB", "10/11/2022", "2022-11-10"),
    ("en-Latn-GB", "10/11/2022", "2022-11-10"),
    ("en", "May the 4th be with you", "-"),
    ("en", "3–5 May 2022", "2022-05-05"),
    ("!", "99999999999999", "-"),
    ("!", "22 10 2022", "2022-10-22"),
    ("he", "1 בתשרי 5784", "2023-09-16"),
    ("he", "29 באדר א׳ 5784", "2024-03-09"),
    ("he", "1 בחשוון 5785", "2024-11-02"),
    ("he", "15 בניסן 5783", "2023-04-06"),
    ("he", "30 בחשוון 5783", "2022-11-24"),
    ("he", "1 בטבת 5784", "2023-12-13"),
    ("he", "25 בכסלו 5785", "2024-12-26"),
    ("fa", "30 اسفند 1403", "2025-03-20"),
    ("fa", "31 فروردین 1401", "2022-04-20"),
    ("fa", "32 فروردین 1401", "-"),
    ("fa", "۱۴۰۱/۱۳/۳۰", "-"),
    ("fa", "۱۴۰۱/۰۷/۳۲", "-"),
    ("am", "ጳጉሜን 5 2015", "2023-09-10"),
    ("am", "ጳጉሜን 6 2015", "2023-09-11"),
    ("ja", "昭和64年1月7日", "1989-01-07"),
    ("ja", "令和4年13月2日", "-"),
    ("zh", "2022年10月", "2022-10"),
    ("zh", "10月22日", "-"),
    ("vi", "22 tháng 10, 2022", "2022-10-22"),
    ("vi", "tháng 10 năm 2022", "2022-10"),
    ("vi", "ngày 22 tháng 13 năm 2022", "-"),
    ("ar", "١٤٤٤/٠٣/٢٦", "2022-10-22"),
]

# Forms that cannot be read back: June and July in Jola-Fonyi differ only in an accent, which src/date.c folds away.
KNOWN = {("dyo", "medium", 7)}


def written(date, form, row):
    """The date in a form of the locale.  form: fields and literal texts of its CLDR pattern."""
    year, month, day = date
    out = ""
    for field, text in form:
        if field is None:
            out += text
        elif field[0] in "yY":
            out += f"{year % 100:02}" if len(field) == 2 else str(year)
        elif field[0] in "ML":
            out += row["names"][field][month - 1] if len(field) > 2 else str(month).zfill(len(field))
        elif field[0] == "d":
            out += str(day).zfill(len(field))
        elif field[0] == "G":
            out += row["era"]
        else:
            raise ValueError(field)
    # Numbers are written in the locale's digits, and so are numbers in names, as in CLDR.
    return "".join(row["digits"][int(c)] if c in "0123456789" else c for c in out) if row["digits"] else out


def ask(questions):
    run = subprocess.run([PROGRAM], input="".join(f"{language}\t{text}\n" for language, text in questions), capture_output=True, text=True,
                         check=True)
    return run.stdout.splitlines()


def locale_cases():
    """Yields ((locale, form, line of dates.txt), text, expected date) for all locales, forms and dates."""
    for number, line in enumerate((TEST / "dates.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        tags, data = line.split("\t")
        row = json.loads(data)
        for locale in tags.split():
            for name, form in zip(("long", "medium", "month"), row["forms"]):
                for date in DATES:
                    if (locale, name, date[1]) in KNOWN:
                        continue
                    text = written(date, form, row)
                    has_day = any(field and field[0] == "d" for field, _ in form)
                    yield (locale, name, number), text, "%04d-%02d-%02d" % date if has_day else "%04d-%02d" % date[:2]


def main():
    questions = [(language, text, wanted, f"{language} {text}") for language, text, wanted in CASES]
    cases = list(locale_cases())
    # Numbers separated by spaces, or a month and a year in numbers, are a date only if the text is a whole attribute.
    answers = ask([(("" if any(map(str.isalpha, text)) else "!") + locale, text) for (locale, *_), text, _ in cases])
    failed = collections.Counter()
    shown = {}
    for (key, text, wanted), got in zip(cases, answers):
        if got != wanted:
            failed[key] += 1
            shown.setdefault(key, f"{text!r} is {got}, not {wanted}")
    rows = [(q, got) for q, got in zip(questions, ask([q[:2] for q in questions])) if got != q[2]]
    for q, got in rows:
        print(f"FAILED test/dates.py: {q[3]!r} is {got}, not {q[2]}")
    for key, n in sorted(failed.items()):
        if "--list" in sys.argv or len(failed) < 20:
            print(f"FAILED test/dates.txt:{key[2]}: {key[0]} {key[1]}: {n} of {len(DATES)}: {shown[key]}")
    locales = {case[0][0] for case in cases}
    languages = {locale.split("-")[0] for locale in locales}
    broken = {locale.split("-")[0] for locale, *_ in failed}
    print(f"{len(locales)} locales of {len(languages)} languages, {len(DATES)} dates in 3 forms each; "
          f"all forms of {len(languages - broken)} languages are read back")
    n = len(cases) + len(questions)
    wrong = sum(failed.values()) + len(rows)
    print(f"dates: {n - wrong} passed, {wrong} failed")
    sys.exit(wrong > 0)


main()
