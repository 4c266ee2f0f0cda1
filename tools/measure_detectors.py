#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares two packaged charset detectors, ICU and uchardet, on pages without declarations.

    tools/measure_detectors.py [DIRECTORY…]     pages, NAME.html.gz at any depth; default ../shared/news

The charset declarations of each UTF-8 page are removed, and the page is encoded again in the legacy encodings that are common for
its language (the lang attribute), with character references for characters that do not fit.  An answer is right if it decodes the
bytes to the same text.  An answer that is not an encoding of the Web counts as windows-1252, as in src/decode.c, and the two
rules of src/detect.c apply to both detectors.  Languages without a page are represented by a short text, the first article of the
Universal Declaration of Human Rights.

Needs cc, libicu-dev and libuchardet-dev.  Prints the tables of docs/libraries.md.
"""

import gzip
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

PROGRAM = r"""
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/ucsdet.h>
#include <uchardet/uchardet.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static const char *by_icu(const char *p, uint32_t n, char *name)
{
	UErrorCode e = U_ZERO_ERROR;
	UCharsetDetector *d = ucsdet_open(&e);
	ucsdet_setText(d, p, (int32_t)n, &e);
	const UCharsetMatch *m = ucsdet_detect(d, &e);
	snprintf(name, 64, "%s", m ? ucsdet_getName(m, &e) : "");
	ucsdet_close(d);
	return name;
}

static const char *by_uchardet(const char *p, uint32_t n, char *name)
{
	uchardet_t d = uchardet_new();
	uchardet_handle_data(d, p, n);
	uchardet_data_end(d);
	snprintf(name, 64, "%s", uchardet_get_charset(d));
	uchardet_delete(d);
	return name;
}

/* Reads length and bytes, over and over; writes for each what the detectors say and the microseconds they took. */
int main(void)
{
	uint32_t n;
	while (fread(&n, 4, 1, stdin) == 1) {
		char *p = malloc(n + 1), icu[64], uchardet[64];
		if (!p || fread(p, 1, n, stdin) != n)
			return 1;
		double t0 = now();
		by_icu(p, n, icu);
		double t1 = now();
		by_uchardet(p, n, uchardet);
		double t2 = now();
		printf("%s\t%.1f\t%s\t%.1f\n", icu, t1 - t0, uchardet, t2 - t1);
		free(p);
	}
	return 0;
}
"""

USUAL = {
    "windows-1252 iso-8859-15": "de fr es it pt nl da sv no nb nn fi id en ms",
    "windows-1251 koi8-r iso-8859-5": "ru",
    "windows-1251 koi8-u": "uk",
    "windows-1251": "bg be sr mk",
    "windows-1250 iso-8859-2": "pl cs sk hu ro hr sl",
    "windows-1254": "tr",
    "windows-1253 iso-8859-7": "el",
    "windows-1255 iso-8859-8": "he",
    "windows-1256 iso-8859-6": "ar fa",
    "windows-1257": "lt lv et",
    "cp874": "th",
    "shift_jis euc-jp iso-2022-jp": "ja",
    "gb18030": "zh zh-cn",
    "big5": "zh-tw zh-hk",
    "euc-kr": "ko",
}

ARTICLE_1 = {
    "zh-cn": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "zh-tw": "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。",
    "el": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι με λογική και "
    "συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους με πνεύμα αδελφοσύνης.",
    "he": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם לנהוג איש ברעהו ברוח של אחווה.",
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء.",
    "th": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat v duchu "
    "bratrství.",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és lelkiismerettel bírván, egymással "
    "szemben testvéri szellemben kell hogy viseltessenek.",
}

PYTHON_NAMES = {
    "shift_jis": "cp932", "euc-kr": "cp949", "uhc": "cp949", "gb2312": "gb18030", "big5": "big5hkscs", "tis-620": "cp874",
    "iso-8859-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "iso-8859-8-i": "iso-8859-8", "ascii": "cp1252",
    "mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
NOT_OF_THE_WEB = ("ibm85", "ibm86", "ibm42", "mac-central", "viscii", "georgian")
SIGNS = set(b"\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA9\xAB\xAE\xB0\xB7\xBB")
N_SAMPLE = 32768


def encodings_of(language):
    for name in (language, language.split("-")[0]):
        for encodings, languages in USUAL.items():
            if name in languages.split():
                return encodings.split()
    return []


def refine(data, answer):
    """The label that src/detect.c returns for an answer of a detector."""
    beyond = {byte for byte in data if byte >= 0x80}
    iso = answer.upper().startswith("ISO-8859-") and answer[9:] not in ("1", "9", "11")
    if beyond and beyond <= SIGNS or iso and min(beyond, default=0xFF) < 0xA0:
        return "windows-1252"
    return answer


def decode(data, label):
    """data decoded with the encoding, without the last two characters: a sample may end within a character."""
    label = label.lower()
    if not label or label.startswith(NOT_OF_THE_WEB) and label != "ibm866":
        label = "windows-1252"
    codec = PYTHON_NAMES.get(label, label)
    return data.decode(codec, "replace")[:-2]


def sample_of(page):
    """The sample that src/detect.c passes to a detector: words with bytes beyond ASCII and their neighbours, without markup."""
    text = re.sub(rb"(?is)<(script|style)\b.*?</\1", b" ", page)
    text = re.sub(rb"<[^>]*>", b" ", text)
    words = text.split()
    near = [any(byte >= 0x80 or byte == 0x1B for byte in word) for word in words]
    kept = [w for i, w in enumerate(words) if near[i] or (i and near[i - 1]) or (i + 1 < len(near) and near[i + 1])]
    return b" ".join(kept)[:N_SAMPLE]


def read_cases(directories):
    """(kind, encoding, bytes) for all pages and samples of them, in all their encodings."""
    for path in sorted(p for d in directories for p in pathlib.Path(d).rglob("*.html.gz")):
        try:
            page = gzip.decompress(path.read_bytes()).decode("utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        language = re.search(r"<html[^>]*\slang=[\"']?([A-Za-z-]+)", page)
        page = re.sub(r"(?i)charset\s*=\s*[\"']?utf-?8[\"']?", "", page)
        for encoding in encodings_of(language.group(1).lower() if language else "en"):
            data = page.encode(PYTHON_NAMES.get(encoding, encoding), "xmlcharrefreplace")
            if sum(byte >= 0x80 or byte == 0x1B for byte in data) < 4:
                continue
            sample = sample_of(data)
            yield "page, first 32 kB", encoding, data[:N_SAMPLE]
            yield "page, sample", encoding, sample
            yield "page, 400 bytes of sample", encoding, sample[:400]
    for language, text in ARTICLE_1.items():
        for encoding in encodings_of(language):
            data = text.encode(PYTHON_NAMES.get(encoding, encoding), "xmlcharrefreplace")
            yield "one sentence", encoding, data


def run(cases):
    """The answers of the two detectors for each case: [(answer, microseconds, answer, microseconds)]."""
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch, "detect.c")
        source.write_text(PROGRAM, encoding="utf-8")
        program = source.with_suffix("")
        subprocess.run(["cc", "-O2", "-o", program, source, "-licui18n", "-licuuc", "-luchardet"], check=True)
        data = b"".join(struct.pack("=I", len(case[2])) + case[2] for case in cases)
        lines = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    return [line.split("\t") for line in lines]


def main():
    cases = list(read_cases(sys.argv[1:] or ["../shared/news"]))
    if not cases:
        sys.exit("no pages found")
    table, times = {}, {}
    for (kind, encoding, data), (icu, icu_us, uchardet, uchardet_us) in zip(cases, run(cases)):
        truth = decode(data, encoding)
        row = table.setdefault((kind, encoding), [0, 0, 0])
        row[0] += 1
        row[1] += decode(data, refine(data, icu)) == truth
        row[2] += decode(data, refine(data, uchardet)) == truth
        time = times.setdefault(kind, [0, 0.0, 0.0])
        time[0] += 1
        time[1] += float(icu_us)
        time[2] += float(uchardet_us)
    print("| input | encoding | n | ICU | uchardet |\n|---|---|--:|--:|--:|")
    for (kind, encoding), (n, icu, uchardet) in sorted(table.items()):
        print(f"| {kind} | {encoding} | {n} | {icu / n:.0%} | {uchardet / n:.0%} |")
    print("\n| input | µs ICU | µs uchardet |\n|---|--:|--:|")
    for kind, (n, icu_us, uchardet_us) in sorted(times.items()):
        print(f"| {kind} | {icu_us / n:.0f} | {uchardet_us / n:.0f} |")


main()
