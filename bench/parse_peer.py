# SPDX-License-Identifier: Apache-2.0
"""parse_peer - worker of bench/parse for parsers with a Python binding: lexbor (through selectolax) and turbohtml.

usage: parse_peer.py NAME PACK.  PACK and the protocol on stdin and stdout are the same as in parse.c.  The loop calls the parser
and frees the document at once.
"""
import struct
import sys
import time

TIMES = 1000

def lexbor():
    """selectolax treats bytes as UTF-8 and does not detect the encoding: its fastest path. No mutation events are raised."""
    from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

    options = LexborDocumentOptions.WO_EVENTS

    def run(pages):
        for page in pages:
            LexborHTMLParser(page, options=options)

    return run, bytes


def turbohtml():
    """turbohtml is faster on str than on bytes, so the bytes are decoded before the clock starts, in its favour."""
    from turbohtml import parse

    def run(pages):
        for page in pages:
            parse(page, positions=False)

    return run, lambda page: page.decode("utf-8", "replace")


def read_pack(path):
    """The pages of a pack file."""
    with open(path, "rb") as file:
        n = struct.unpack("=Q", file.read(8))[0]
        lengths = struct.unpack(f"={n}Q", file.read(8 * n))
        return [file.read(length) for length in lengths]


def seconds(run, pages):
    """CPU seconds of a run over the pages."""
    start = time.process_time()
    run(pages)
    return time.process_time() - start


def main():
    run, prepare = {"lexbor": lexbor, "turbohtml": turbohtml}[sys.argv[1]]()
    pages = [prepare(page) for page in read_pack(sys.argv[2])]
    print(f"{seconds(run, [prepare(b'<p>')] * TIMES) / TIMES:.9f}", flush=True)
    for _ in sys.stdin:
        print(f"{seconds(run, pages):.6f} 0", flush=True)


if __name__ == "__main__":
    main()
