#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/tables/encodings.h: the encodings of the WHATWG Encoding standard, their labels, and their index tables.

The tables are derived from Python's codecs.  Where the standard differs from them, the difference is listed below, so this file
shows everything that is special about the Web's encodings.  A digest ensures that a Python version with other codecs cannot
change the tables unnoticed.

The tables were verified once, by hand:

* Every pointer of every index was compared with the index files of the standard in the npm package text-encoding 0.7.0.  The 18
  code points that GB 18030-2022 moved are newer than the package and come from the standard of 2023.
* 218 labels were compared with the same package.  The nine labels for UTF-8 and UTF-16 that were added since were compared with
  TextDecoder of Node 20 with full ICU.  This leaves only the label "replacement".
* Every byte of every single-byte encoding was compared with that TextDecoder.  It agrees, except where its converters deviate
  from the standard: windows-1252 (decoded as Latin-1), bytes 1A, 1C and 7F of ibm866, AE and BE of koi8-u, DB to DE and FC to FF
  of windows-874, AA of windows-1253, CA of windows-1255.  It lacks iso-8859-16.

test/decode.c has digests of the results of the standard's indexes and reference decoder for every byte and every pair of bytes.
"""

import hashlib
import sys

# Names in the order of the standard (section "Names and labels"), each followed by its other labels.  A name is also a label.
LABELS = """
utf-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8
ibm866: 866 cp866 csibm866
iso-8859-2: csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
iso-8859-3: csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
iso-8859-4: csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
iso-8859-5: csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
iso-8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6
    iso88596 iso_8859-6 iso_8859-6:1987
iso-8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek
iso-8859-8: csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual
iso-8859-8-i: csiso88598i logical
iso-8859-10: csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso-8859-13: iso8859-13 iso885913
iso-8859-14: iso8859-14 iso885914
iso-8859-15: csisolatin9 iso8859-15 iso885915 iso_8859-15 l9
iso-8859-16:
koi8-r: cskoi8r koi koi8 koi8_r
koi8-u: koi8-ru
macintosh: csmacintosh mac x-mac-roman
windows-874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620
windows-1250: cp1250 x-cp1250
windows-1251: cp1251 x-cp1251
windows-1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1
    iso_8859-1:1987 l1 latin1 us-ascii x-cp1252
windows-1253: cp1253 x-cp1253
windows-1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 x-cp1254
windows-1255: cp1255 x-cp1255
windows-1256: cp1256 x-cp1256
windows-1257: cp1257 x-cp1257
windows-1258: cp1258 x-cp1258
x-mac-cyrillic: x-mac-ukrainian
gbk: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk
gb18030:
big5: big5-hkscs cn-big5 csbig5 x-x-big5
euc-jp: cseucpkdfmtjapanese x-euc-jp
iso-2022-jp: csiso2022jp
shift_jis: csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis
euc-kr: cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
replacement: csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr
utf-16be: unicodefffe
utf-16le: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16
x-user-defined:
"""

# Single-byte encodings that have another name in Python.
CODECS = {"ibm866": "cp866", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "windows-874": "cp874"}

# Differences between the standard's single-byte indexes and Python's codecs: letters of KOI8-RU in KOI8-U, and a Hebrew point.  Bytes
# 0x80 to 0x9F that Microsoft left undefined in its code pages are C1 controls; other undefined bytes stay undefined.
SINGLE_BYTE = {("koi8-u", 0xAE): 0x45E, ("koi8-u", 0xBE): 0x40E, ("windows-1255", 0xCA): 0x5BA}

# GB 18030: two older choices of the Encoding standard, and the characters that GB 18030-2022 moved out of the private use area.
GB18030 = """
A3A0:3000 A8BC:1E3F A6D9:FE10 A6DA:FE12 A6DB:FE11 A6DC:FE13 A6DD:FE14 A6DE:FE15 A6DF:FE16 A6EC:FE17 A6ED:FE18 A6F3:FE19 FE59:9FB4
FE61:9FB5 FE66:9FB6 FE67:9FB7 FE6D:9FB8 FE7E:9FB9 FE90:9FBA FEA0:9FBB
"""

# Big5: characters of HKSCS-2008 that Python's big5hkscs (2004) lacks, and Microsoft's choice for some signs.
BIG5 = """
877A:3875 877B:21D53 877C:2369E 877D:26021 877E:3EEC 87A1:258DE 87A2:3AF5 87A3:7AFC 87A4:9F97 87A5:24161 87A6:2890D 87A7:231EA
87A8:20A8A 87A9:2325E 87AA:430A 87AB:8484 87AC:9F96 87AD:942F 87AE:4930 87AF:8613 87B0:5896 87B1:974A 87B2:9218 87B3:79D0
87B4:7A32 87B5:6660 87B6:6A29 87B7:889D 87B8:744C 87B9:7BC5 87BA:6782 87BB:7A2C 87BC:524F 87BD:9046 87BE:34E6 87BF:73C4 87C0:25DB9
87C1:74C6 87C2:9FC7 87C3:57B3 87C4:492F 87C5:544C 87C6:4131 87C7:2368E 87C8:5818 87C9:7A72 87CA:27B65 87CB:8B8F 87CC:46AE
87CD:26E88 87CE:4181 87CF:25D99 87D0:7BAE 87D1:224BC 87D2:9FC8 87D3:224C1 87D4:224C9 87D5:224CC 87D6:9FC9 87D7:8504 87D8:235BB
87D9:40B4 87DA:9FCA 87DB:44E1 87DC:2ADFF 87DD:62C1 87DE:706E 87DF:9FCB 8E69:7BB8 8E6F:7C06 8E7E:7CCE 8EAB:7DD2 8EB4:7E1D 8ECD:8005
8ED0:8028 8F57:83C1 8F69:84A8 8F6E:840F 8FCB:89A6 8FCC:89A9 8FFE:8D77 906D:90FD 907A:92B9 90DC:975C 90F1:97FF 91BF:9F16 9244:8503
92AF:5159 92B0:515B 92B1:515D 92B2:515E 92C8:936E 92D1:7479 9447:6D67 94CA:799B 95D9:9097 9644:975D 96ED:701E 96FC:5B28 9B76:7201
9B78:77D7 9B7B:7E87 9BC6:99D6 9BDE:91D4 9BEC:60DE 9BF6:6FB6 9C42:8F36 9C53:4FBB 9C62:71DF 9C68:9104 9C6B:9DF0 9C77:83CF 9CBC:5C10
9CBD:79E3 9CD0:5A67 9D57:8F0B 9D5A:7B51 9DC4:62D0 9EA9:6062 9EEF:75F9 9EFD:6C4A 9F60:9B2E 9F66:9F17 9FCB:50ED 9FD8:5F0C A063:880F
A077:62CE A0D5:7468 A0DF:7162 A0E4:7250 A145:2027 A14E:FE51 A1C2:AF A1E3:FF5E A1F2:2295 A1F3:2299 A241:2215 A242:FE68 A244:FFE5
A246:FFE0 A247:FFE1 A3C0:2400 A3C1:2401 A3C2:2402 A3C3:2403 A3C4:2404 A3C5:2405 A3C6:2406 A3C7:2407 A3C8:2408 A3C9:2409 A3CA:240A
A3CB:240B A3CC:240C A3CD:240D A3CE:240E A3CF:240F A3D0:2410 A3D1:2411 A3D2:2412 A3D3:2413 A3D4:2414 A3D5:2415 A3D6:2416 A3D7:2417
A3D8:2418 A3D9:2419 A3DA:241A A3DB:241B A3DC:241C A3DD:241D A3DE:241E A3DF:241F A3E0:2421 A3E1:20AC C6CF:5EF4 C6D3:65E0 C6D5:7676
C6D7:96B6 C6DE:3003 C6DF:4EDD FA5F:5029 FA66:507D FABD:5305 FAC5:5344 FAD5:537F FB48:5605 FBB8:5A77 FBF3:5E75 FBF9:5ED0 FC4F:5F58
FC6C:60A4 FCB9:6490 FCE2:6674 FCF1:675E FDB7:6C9C FDB8:6E1D FDBB:6E2F FDF1:716E FE52:732A FE6F:745C FEAA:74E9 FEDD:7809
"""

# JIS X 0212: the wide tilde.
JIS0212 = "8FA2B7:FF5E"

DIGEST = "d087d9b5331742c1e72ccd5788d36cb297ef59cd36eb816f3d0d80fba70a023a"

DECODERS = {
    "utf-8": "UTF8",
    "gbk": "GB18030",
    "gb18030": "GB18030",
    "big5": "BIG5",
    "euc-jp": "EUC_JP",
    "iso-2022-jp": "ISO_2022_JP",
    "shift_jis": "SHIFT_JIS",
    "euc-kr": "EUC_KR",
    "replacement": "REPLACEMENT",
    "utf-16be": "UTF16BE",
    "utf-16le": "UTF16LE",
    "x-user-defined": "USER_DEFINED",
}


def read_labels():
    """[(name, [label, …])]; the name is the first of its labels."""
    encodings = []
    for line in LABELS.replace("\n    ", " ").split("\n"):
        if line:
            name, others = line.split(":", 1)
            encodings.append((name, [name] + others.split()))
    return encodings


def decode_one(data, codec):
    """The code point that data decodes to; 0 if it decodes to no code point or to several."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return 0
    return ord(text) if len(text) == 1 else 0


def single_byte(name):
    """Code points of the bytes 0x80 to 0xFF; 0 for an undefined byte."""
    codec = CODECS.get(name, name)
    index = []
    for byte in range(0x80, 0x100):
        code = SINGLE_BYTE.get((name, byte)) or decode_one(bytes([byte]), codec)
        if not code and byte < 0xA0 and name.startswith("windows-"):
            code = byte
        index.append(code)
    return index


def corrections(text):
    return {bytes.fromhex(b): int(code, 16) for b, code in (item.split(":") for item in text.split())}


def index_of(pointers, to_bytes, codec, corrected=""):
    """The index of a double-byte encoding: a code point for each pointer."""
    special = corrections(corrected)
    sequences = [to_bytes(pointer) for pointer in pointers]
    return [special.get(s) or decode_one(s, codec) for s in sequences]


def gb18030_bytes(pointer):
    lead, trail = divmod(pointer, 190)
    return bytes([lead + 0x81, trail + (0x40 if trail < 0x3F else 0x41)])


def big5_bytes(pointer):
    lead, trail = divmod(pointer, 157)
    return bytes([lead + 0x81, trail + (0x40 if trail < 0x3F else 0x62)])


def euc_kr_bytes(pointer):
    lead, trail = divmod(pointer, 190)
    return bytes([lead + 0x81, trail + 0x41])


def shift_jis_bytes(pointer):
    lead, trail = divmod(pointer, 188)
    return bytes([lead + (0x81 if lead < 0x1F else 0xC1), trail + (0x40 if trail < 0x3F else 0x41)])


def jis0212_bytes(pointer):
    row, cell = divmod(pointer, 94)
    return bytes([0x8F, row + 0xA1, cell + 0xA1])


def gb18030_ranges():
    """The ranges of the four-byte part: [(first pointer, first code point), …]."""
    runs = []
    expected = 0
    for pointer in range(39420):
        rest, b4 = divmod(pointer, 10)
        rest, b3 = divmod(rest, 126)
        b1, b2 = divmod(rest, 10)
        code = decode_one(bytes([b1 + 0x81, b2 + 0x30, b3 + 0x81, b4 + 0x30]), "gb18030")
        if code and code != expected:
            runs.append((pointer, code))
        expected = code + 1 if code else 0
    return runs


def rows(values, per_line=16):
    return "\n".join("\t" + " ".join(f"0x{v:x}," for v in values[i : i + per_line]) for i in range(0, len(values), per_line))


def table(kind, name, values, comment=None):
    text = f"static const {kind} {name}[{len(values)}] = {{\n{rows(values)}\n}};\n\n"
    return f"/* {comment} */\n{text}" if comment else text


def names_and_labels(encodings, singles):
    """The enumerations, the table of encodings, and the sorted table of labels."""
    out = ["enum decoder {\n\tDECODER_SINGLE_BYTE,\n"]
    out.extend(f"\tDECODER_{d},\n" for d in dict.fromkeys(DECODERS.values()))
    out.append("};\n\nenum encoding_id {\n")
    out.extend(f"\tENCODING_{name.upper().replace('-', '_')},\n" for name, _ in encodings)
    out.append("\tN_ENCODINGS\n};\n\n")
    out.append("struct encoding {\n\tconst char *name;\n\tuint8_t decoder; /* enum decoder */\n")
    out.append("\tuint8_t table;   /* of single_byte */\n};\n\nstatic const struct encoding encodings[N_ENCODINGS] = {\n")
    for name, _ in encodings:
        decoder = DECODERS.get(name, "SINGLE_BYTE")
        row = singles.index(name.replace("8859-8-i", "8859-8")) if decoder == "SINGLE_BYTE" else 0
        out.append(f'\t{{"{name}", DECODER_{decoder}, {row}}},\n')
    labels = sorted((label, i) for i, (_, group) in enumerate(encodings) for label in group)
    assert len(encodings) == 40 and len(labels) == len(dict(labels)) == 228
    out.append("};\n\n/* Sorted by label. */\nstruct encoding_label {\n\tconst char *label;\n")
    out.append(f"\tuint8_t encoding; /* enum encoding_id */\n}};\n\n#define N_LABELS {len(labels)}\n")
    out.append(f"#define LABEL_LONGEST {max(len(label) for label, _ in labels)}\n")
    out.append("static const struct encoding_label encoding_labels[N_LABELS] = {\n")
    out.extend(f'\t{{"{label}", {i}}},\n' for label, i in labels)
    out.append("};\n\n")
    return "".join(out)


def single_byte_tables(singles):
    out = ["/* Code points of bytes 0x80 to 0xFF, 0 where there is none. */\n"]
    out.append(f"static const uint16_t single_byte[{len(singles)}][128] = {{\n")
    for name in singles:
        out.append(f"\t/* {name} */\n\t{{\n{rows(single_byte(name))}\n\t}},\n")
    out.append("};\n\n")
    return "".join(out)


def double_byte_tables():
    big5 = index_of(range(942, 19782), big5_bytes, "big5hkscs", BIG5)
    assert all(code >> 16 in (0, 2) for code in big5)
    plane2 = [sum((big5[i + bit] >> 16 == 2) << bit for bit in range(8) if i + bit < len(big5)) for i in range(0, len(big5), 8)]
    jis0208 = index_of(range(11104), shift_jis_bytes, "cp932")
    jis0208[8836:10716] = [0] * 1880  # the private use area of Shift_JIS, which is not part of the index
    ranges = gb18030_ranges()
    return "".join(
        [
            table("uint16_t", "index_gb18030", index_of(range(23940), gb18030_bytes, "gb18030", GB18030), "Index gb18030."),
            table("uint16_t", "gb18030_pointers", [p for p, _ in ranges], "Index gb18030 ranges: where runs begin, and with what."),
            table("uint16_t", "gb18030_codes", [c for _, c in ranges]),
            "/* Index big5 begins here: the pointers below mean nothing. */\n#define BIG5_FIRST 942\n\n",
            table("uint16_t", "index_big5", [c & 0xFFFF for c in big5], "Low 16 bits; bit i of big5_plane2 adds 0x20000 to it."),
            table("uint8_t", "big5_plane2", plane2),
            table("uint16_t", "index_euc_kr", index_of(range(23940), euc_kr_bytes, "cp949"), "Index EUC-KR."),
            table("uint16_t", "index_jis0208", jis0208, "Index jis0208."),
            table("uint16_t", "index_jis0212", index_of(range(8836), jis0212_bytes, "euc_jp", JIS0212), "Index jis0212."),
        ]
    )


def main():
    encodings = read_labels()
    singles = [name for name, _ in encodings if name not in DECODERS and name != "iso-8859-8-i"]
    guard = "MAKALA_TABLES_ENCODINGS_H"
    text = f"/* Generated by tools/gen_encodings.py; do not edit. */\n#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>\n\n"
    text += names_and_labels(encodings, singles) + single_byte_tables(singles) + double_byte_tables() + "#endif\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest != DIGEST:
        sys.exit(f"gen_encodings.py: the tables changed (digest {digest}); are this Python's codecs of another version?")
    sys.stdout.write(text)


main()
