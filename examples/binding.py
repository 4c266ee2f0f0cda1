#!/usr/bin/env python3
"""A binding in a page of code.  LIBMAKALA=build/libmakala.so examples/binding.py PAGE.html QUOTE prints title, authors, images
and blocks of a page, and for a quotation from its Markdown the bytes of the page that it comes from.
"""
import ctypes as c
import os
import sys


class Str(c.Structure):
    _fields_ = [("p", c.c_void_p), ("len", c.c_size_t)]

    def __str__(self):
        return c.string_at(self.p, self.len).decode() if self.p else ""


class Block(c.Structure):
    _fields_ = [("text", Str), ("score", c.c_float), ("start", c.c_uint32), ("end", c.c_uint32), ("n_words", c.c_uint32),
                ("kind", c.c_uint8), ("level", c.c_uint8), ("reason", c.c_uint8), ("keep", c.c_bool)]


class Image(c.Structure):
    _fields_ = [("src", Str), ("alt", Str), ("caption", Str), ("credit", Str)]  # later members are not read here


class Span(c.Structure):
    _fields_ = [("start", c.c_size_t), ("end", c.c_size_t), ("block", c.c_uint32), ("source_start", c.c_uint32),
                ("source_end", c.c_uint32)]


def function(name, result, *arguments):
    found = getattr(library, name)
    found.restype, found.argtypes = result, [c.c_void_p, *arguments]  # the page comes first
    return lambda *values: found(page, *values)


library, page, n, md, spans = c.CDLL(os.environ.get("LIBMAKALA", "libmakala.so.1")), None, c.c_size_t(), Str(), c.POINTER(Span)()
page = function("mk_page_new", c.c_void_p)()
field = c.CFUNCTYPE(c.c_uint64, c.c_char_p)(("mk_field_by_name", library))
html = open(sys.argv[1], "rb").read()
if function("mk_extract", c.c_int, c.c_char_p, c.c_size_t, c.c_void_p)(html, len(html), None):
    sys.exit(function("mk_error", c.c_char_p)().decode())
print("title:", function("mk_string", Str, c.c_uint64)(field(b"title")))
authors = function("mk_strings", c.POINTER(Str), c.c_uint64, c.c_void_p)(field(b"authors"), c.byref(n))
print("authors:", ", ".join(str(authors[i]) for i in range(n.value)))
function("mk_images", c.c_int, c.c_void_p)(c.byref(n))
for i in range(n.value):
    image = function("mk_image_at", c.POINTER(Image), c.c_size_t)(i).contents
    print("image:", image.src, image.caption, image.credit, sep=" | ")
for i in range(function("mk_n_blocks", c.c_uint32)()):
    block = function("mk_block_at", c.POINTER(Block), c.c_uint32)(i).contents
    print("keep" if block.keep else "drop", f"{block.score:.2f}", block.text)
function("mk_markdown", c.c_int, c.c_uint, c.c_void_p)(0, c.byref(md))
function("mk_spans", c.c_int, c.c_uint64, c.c_uint, c.c_void_p, c.c_void_p)(field(b"markdown"), 0, c.byref(spans), c.byref(n))
source, at = function("mk_source", Str)(), str(md).encode().find(sys.argv[2].encode())  # offsets are bytes, not characters
for span in spans[: n.value]:
    if at >= 0 and span.start <= at < span.end:
        text = c.string_at(source.p + span.source_start, span.source_end - span.source_start).decode()
        print(f"quote: bytes {span.source_start} to {span.source_end}:", text)
function("mk_page_free", None)()
