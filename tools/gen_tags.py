#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/tables/tags.h: tag and attribute identifiers, tag properties, and the hash tables that find them.

Sources: WHATWG HTML, sections "The stack of open elements", "The list of active formatting elements", "The rules for parsing
tokens in HTML content", "The rules for parsing tokens in foreign content", "The CSS user agent style sheet" (block-level elements).
"""

import sys

# Properties of tags, one bit each, with the comment for the generated header.
FLAGS = [
    ("SPECIAL", "category \"special\" of the stack of open elements"),
    ("FORMATTING", "category \"formatting\""),
    ("VOID", "never has content"),
    ("SCOPE", "ends the search of \"has an element in scope\""),
    ("IMPLIED_END", "popped by \"generate implied end tags\""),
    ("THOROUGH_END", "popped by \"generate all implied end tags thoroughly\""),
    ("CLOSES_P", "its start tag in body closes an open p and nothing else happens"),
    ("BLOCK_END", "its end tag in body closes it when it is in scope"),
    ("HEAD", "its start tag in body is handled as in head"),
    ("TABLE_PART", "its start tag is ignored in body: caption, col, tr …"),
    ("BREAKOUT", "its start tag leaves foreign content"),
    ("BLOCK", "a reader sees a line break around it"),
    ("NO_TEXT", "what is in it is not text for readers"),
]

SPECIAL = """address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd
details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
iframe img input keygen li link listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre script
search section select source style summary table tbody td template textarea tfoot th thead title tr track ul wbr xmp""".split()
FORMATTING = "a b big code em font i nobr s small strike strong tt u".split()
VOID = "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
SCOPE = "applet caption html marquee object select table td template th".split()
IMPLIED_END = "dd dt li optgroup option p rb rp rt rtc".split()
THOROUGH_END = IMPLIED_END + "caption colgroup tbody td tfoot th thead tr".split()
CLOSES_P = """address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header hgroup main
menu nav ol p search section summary ul""".split()
BLOCK_END = """address article aside blockquote button center details dialog dir div dl fieldset figcaption figure footer header hgroup
listing main menu nav ol pre search section select summary ul""".split()
HEAD = "base basefont bgsound link meta noframes script style template title".split()
TABLE_PART = "caption col colgroup frame head tbody td tfoot th thead tr".split()
BREAKOUT = """b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p
pre ruby s small span strong strike sub sup table tt u ul var""".split()
BLOCK = """address article aside blockquote body button caption center col colgroup dd details dialog dir div dl dt fieldset figcaption
figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav noframes noscript ol optgroup option p
plaintext pre search section select summary table tbody td template tfoot th thead title tr ul xmp""".split()
NO_TEXT = """script selectedcontent style title head iframe noembed noframes object applet audio video canvas svg math textarea datalist
""".split()

# Tags without properties.  They have identifiers so that later stages can refer to them.
OTHER = """abbr acronym annotation-xml audio bdi bdo canvas cite data datalist del desc dfn dialog foreignobject image input ins isindex
kbd label legend malignmark map mark math menuitem meter mglyph mi mn mo ms mtext output picture progress q rb rp rt rtc ruby samp selectedcontent slot span
sub sup svg time var video portal optgroup option path g""".split()

ATTRS = """id class href src alt title style type name content property rel lang dir role hidden aria-hidden aria-label itemprop itemtype
itemscope itemid charset http-equiv media srcset sizes data-src data-srcset data-original data-lazy-src width height colspan rowspan scope start
value reversed datetime color face size encoding action target onclick data-id aria-labelledby for tabindex loading decoding
crossorigin integrity async defer method placeholder d fill data-testid aria-expanded aria-controls selected checked disabled multiple open cite
about typeof vocab resource prefix cellpadding cellspacing border align valign bgcolor as hreflang stroke""".split()

# WHATWG HTML, "adjust SVG tag names"; looked up in lower case
SVG_TAGS = """altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend feColorMatrix
feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
feTurbulence foreignObject glyphRef linearGradient radialGradient textPath""".split()

# WHATWG HTML, "adjust SVG attributes"
SVG_ATTRS = """attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits glyphRef
gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust limitingConeAngle markerHeight
markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength patternContentUnits patternTransform patternUnits pointsAtX pointsAtY
pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant
specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX targetY textLength viewBox
viewTarget xChannelSelector yChannelSelector zoomAndPan""".split()

# WHATWG HTML, "adjust foreign attributes"; the dump of a tree shows a space between prefix and local name
FOREIGN_ATTRS = "xlink:actuate xlink:arcrole xlink:href xlink:role xlink:show xlink:title xlink:type xml:lang xml:space xmlns:xlink".split()


def identifier(name):
    return name.upper().replace("-", "_").replace(":", "_")


def name_key(name):
    """The first and the last eight bytes of a name as integers, the same as name_key() in src/base/hash.h."""
    raw = name.encode()
    head = int.from_bytes(raw[:8], "little")
    tail = int.from_bytes(raw[-8:], "little") if len(raw) > 8 else 0
    return head, tail


def name_hash(name):
    """The same as name_hash() in src/base/hash.h."""
    head, tail = name_key(name)
    mixed = (head ^ (tail * 3) ^ (len(name) << 59)) & (2**64 - 1)
    return (mixed * 0x9E3779B97F4A7C15 & (2**64 - 1)) >> 40


def hash_table(names):
    """A hash table with linear probing: index + 1, or 0 in a free slot.  At most a sixth full, since most lookups are for other names."""
    bits = 1
    while (1 << bits) < 6 * len(names):
        bits += 1
    size = 1 << bits
    slots = [0] * size
    for i, name in enumerate(names):
        at = name_hash(name) & (size - 1)
        while slots[at]:
            at = (at + 1) & (size - 1)
        slots[at] = i + 1
    return slots


def rows(values, per_line=24, width=1):
    out = []
    for i in range(0, len(values), per_line):
        out.append("\t" + " ".join(f"{v}," for v in values[i : i + per_line]))
    return "\n".join(out)


def main():
    w = sys.stdout.write
    groups = {name: set(globals()[name]) for name, _ in FLAGS}
    tags = sorted({t for g in groups.values() for t in g if not t.endswith("_")} | set(OTHER) | {t.lower() for t in SVG_TAGS})
    attrs = list(dict.fromkeys(ATTRS))
    foreign = {a.lower() for a in SVG_ATTRS} | set(FOREIGN_ATTRS) | {"definitionurl"}
    assert not foreign & set(attrs), "tree.c looks for adjusted names among those without an identifier"

    w("/* Generated by tools/gen_tags.py; do not edit. */\n#ifndef MAKALA_TABLES_TAGS_H\n#define MAKALA_TABLES_TAGS_H\n\n")
    w("#include <stdint.h>\n\nenum tag {\n")
    for t in tags:
        w(f"\tTAG_{identifier(t)},\n")
    w("\tN_TAGS /* unknown names of a page are numbered from here */\n};\n\n")
    w("/* Properties of tags. */\n")
    for i, (name, why) in enumerate(FLAGS):
        w(f"#define TAGF_{name} (1u << {i}) /* {why} */\n")
    w("\nenum attr_id {\n\tATTR_OTHER,\n")
    for a in attrs:
        w(f"\tATTR_{identifier(a)},\n")
    w("\tN_ATTRS\n};\n\n")

    w("struct tag_row {\n\tuint64_t head, tail; /* struct name_key */\n\tconst char *name;\n\tuint16_t len;\n\tuint16_t flags; /* TAGF_ */\n};\n\n")
    w("static const struct tag_row tag_rows[N_TAGS] = {\n")
    for t in tags:
        flags = [f"TAGF_{name}" for name, _ in FLAGS if t in groups[name]]
        head, tail = name_key(t)
        w(f'\t{{0x{head:x}, 0x{tail:x}, "{t}", {len(t)}, {" | ".join(flags) or "0"}}},\n')
    w("};\n\n")
    w("struct attr_row {\n\tuint64_t head, tail; /* struct name_key */\n\tconst char *name;\n\tuint32_t len;\n};\n\n")
    w('static const struct attr_row attr_rows[N_ATTRS] = {\n\t{0, 0, "", 0},\n')
    for a in attrs:
        head, tail = name_key(a)
        w(f'\t{{0x{head:x}, 0x{tail:x}, "{a}", {len(a)}}},\n')
    w("};\n\n")

    for kind, names in (("tag", tags), ("attr", attrs)):
        slots = hash_table(names)
        w(f"/* Open addressing: name hash -> {kind} index + 1, 0 where free. */\n")
        w(f"#define {kind.upper()}_SLOTS {len(slots)}\n")
        w(f"static const uint8_t {kind}_slots[{kind.upper()}_SLOTS] = {{\n{rows(slots)}\n}};\n\n")
        assert max(slots) < 256

    w("/* Foreign names as the standard spells them. */\nstruct adjusted {\n\tuint8_t len;\n\tconst char *lower, *name;\n};\n\n")
    w("struct adjusted_tag {\n\tuint16_t tag;\n\tconst char *name;\n};\n\n")
    w("static const struct adjusted_tag svg_tags[] = {\n")
    for t in SVG_TAGS:
        w(f'\t{{TAG_{identifier(t)}, "{t}"}},\n')
    w("};\n\nstatic const struct adjusted svg_attrs[] = {\n")
    for a in SVG_ATTRS:
        w(f'\t{{{len(a)}, "{a.lower()}", "{a}"}},\n')
    w("};\n\nstatic const struct adjusted foreign_attrs[] = {\n")
    for a in FOREIGN_ATTRS:
        w(f'\t{{{len(a)}, "{a}", "{a.replace(":", " ")}"}},\n')
    w("};\n\n#endif\n")


if __name__ == "__main__":
    main()
