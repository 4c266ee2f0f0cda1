#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the language detector CLD2 on news pages, whose language is taken to be the main language of their country.

    tools/measure_languages.py [DIRECTORY]     pages, COUNTRY/PAGE.html.gz; default ../shared/news

Prints for each country the declared and the detected languages, then how many are right as declared, as detected and in the record,
and the time that CLD2 takes for a sample as in src/language.c, 200 bytes of the longest blocks.  Needs build/makala, built with
libcld2-dev.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LANGUAGES = {"at": "de", "au": "en", "be": "nl", "ca": "en", "ch": "de", "de": "de", "dk": "da", "es": "es", "fr": "fr", "id": "id",
             "it": "it", "jp": "ja", "kr": "ko", "ls": "en", "my": "ms", "na": "en", "no": "no", "pl": "pl", "pt": "pt", "ru": "ru",
             "se": "sv", "tr": "tr", "tw": "zh", "ua": "uk", "uk": "en", "us": "en", "za": "en"}
SAME = {"nb": "no", "nn": "no"}
SAMPLE, PIECE = 200, 160
PROGRAM = r"""
#include "src/cld2.cc"
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>
int main(int, char **names)
{
	std::vector<std::string> texts;
	while (*++names) {
		std::ifstream file(*names);
		texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
	}
	int percent, rounds = 200;
	bool reliable;
	std::clock_t best = 0;
	for (int i = 0; i < 5; i++) {
		std::clock_t start = std::clock();
		for (int k = 0; k < rounds; k++)
			for (const auto &text : texts)
				language_cld2(text.data(), (int)text.size(), &percent, &reliable);
		std::clock_t spent = std::clock() - start;
		best = i && best < spent ? best : spent;
	}
	std::cout << (double)best / CLOCKS_PER_SEC * 1000 / rounds / texts.size() << " ms a page\n";
}
"""


def primary(tag):
    tag = (tag or "").lower().replace("_", "-").split("-")[0]
    return SAME.get(tag, tag)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT.parent / "shared" / "news")
    fields = "input,language,language_declared,language_detected,language_score,blocks"
    command = [str(ROOT / "build" / "makala"), "-q", "-t", "json", "--fields", fields, str(folder)]
    records = [json.loads(line) for line in subprocess.run(command, check=True, capture_output=True).stdout.splitlines()]
    table, right, samples = collections.defaultdict(collections.Counter), collections.Counter(), []
    for r in records:
        country = pathlib.Path(r["input"]).parent.name
        if country not in LANGUAGES:
            continue
        table[country][primary(r["language_declared"]) or "-", primary(r["language_detected"]) or "-"] += 1
        right["pages"] += 1
        for name in ("language", "language_declared", "language_detected"):
            right[name] += primary(r[name]) == LANGUAGES[country]
        kept = sorted((b["text"] for b in r["blocks"] if b["keep"]), key=len, reverse=True)
        samples.append(" ".join(t[:PIECE] for t in kept).encode()[:SAMPLE].decode(errors="ignore"))
    for country, counts in sorted(table.items()):
        print(country, LANGUAGES[country], ", ".join(f"{n} x declared {a}, detected {b}" for (a, b), n in counts.items()))
    print(f"{right['pages']} pages: right are {right['language_declared']} declared, {right['language_detected']} detected, "
          f"{right['language']} in the record; a country's main language counts")
    with tempfile.TemporaryDirectory() as work:
        names = []
        for i, text in enumerate(samples):
            names.append(f"{work}/{i}")
            pathlib.Path(names[-1]).write_text(text, encoding="utf-8")
        subprocess.run(["c++", "-std=c++17", "-O2", f"-I{ROOT}", "-x", "c++", "-", "-o", f"{work}/time", "-Wl,--no-as-needed", "-lcld2_full",
                        "-lcld2"], input=PROGRAM.encode(), check=True)
        subprocess.run([f"{work}/time", *names], check=True)


main()
