# SPDX-License-Identifier: Apache-2.0
"""renderings - labelled pages -> plain text as four programs write it, kept in build/plain_texts/.

resiliparse writes one line for each block, as in the text records of Common Crawl; w3m, lynx and html2text break lines at 80
columns. All programs run with their defaults, except that lynx prints no list of link addresses and html2text no underscores for
the spaces in links. w3m, lynx and html2text are Debian packages; resiliparse is in the trainer's virtual environment.

The model for plain text also learns renderings "in disguise", with words in other scripts or in no language: see disguise().
"""

import ctypes
import hashlib
import os
import re
import subprocess

import pages

RENDERERS = ("resiliparse", "w3m", "lynx", "html2text")
RCFILE = pages.ROOT / "train" / "html2text.rc"
COMMANDS = {
    "w3m": ["w3m", "-dump", "-T", "text/html", "-O", "UTF-8", "-cols", "80"],
    "lynx": ["lynx", "-dump", "-nolist", "-force_html", "-display_charset=UTF-8", "-width=80", "-stdin"],
    "html2text": ["html2text", "-utf8", "-width", "80", "-rcfile", str(RCFILE)],
}
HOW = {name: " ".join(COMMANDS.get(name, [name])).replace(str(RCFILE), RCFILE.read_text()) for name in RENDERERS}
DISGUISES = ("ethiopic", "thai", "han", "latin")
LONGEST = 120  # seconds; a program that takes longer for a page counts as failed


def by_command(name, html):
    """The output of a program, or None if it fails or takes longer than LONGEST."""
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    try:
        run = subprocess.run(COMMANDS[name], input=html, capture_output=True, timeout=LONGEST, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return None
    return None if run.returncode else run.stdout


def by_resiliparse(html):
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html.decode("utf-8", "replace")).encode("utf-8", "replace")


class Decoder:
    """Decodes pages to UTF-8, for the two programs that do not detect the encoding themselves: resiliparse and html2text."""

    def __init__(self, library):
        self.so = library.so
        self.page = library.page
        self.so.mk_parse.argtypes = self.so.mk_extract.argtypes
        self.so.mk_source.argtypes = [ctypes.c_void_p]
        self.so.mk_source.restype = pages.Str

    def text_of(self, html):
        self.so.mk_parse(self.page, html, len(html), None)
        source = self.so.mk_source(self.page)
        return ctypes.string_at(source.p, source.len) if source.p else b""


def render(renderer, source, decoder):
    """The rendering of a page, from the cache if it is there; b"" if the program fails."""
    html = pages.read_html(source.path)
    mark = hashlib.sha256(HOW[renderer].encode() + html).hexdigest()[:32]
    path = pages.ROOT / "build" / "plain_texts" / renderer / mark[:2] / f"{mark}.txt"
    if path.exists():
        return path.read_bytes()
    if renderer in ("w3m", "lynx"):
        text = by_command(renderer, html)
    else:
        utf8 = decoder.text_of(html)
        text = by_resiliparse(utf8) if renderer == "resiliparse" else by_command(renderer, utf8)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(text or b"")
    os.replace(part, path)
    return text or b""


def latin_word(found):
    """An invented word of the same length, vowels and consonants in turn, computed from the letters. Capitals stay capitals."""
    word, all_of_it = found[0], sum(map(ord, found[0]))
    turn = ("aeiou", "bdfgklmnprstvz") if all_of_it % 2 else ("bdfgklmnprstvz", "aeiou")
    letters = [turn[i % 2][(all_of_it + 3 * ord(c)) % len(turn[i % 2])] for i, c in enumerate(word)]
    return "".join(new.upper() if old.isupper() else new for new, old in zip(letters, word))


def disguise(script, text):
    """A rendering with its words replaced, so that the model does not rely on known words, case or word length.

    latin: invented words, with the case of the original. The other scripts have no case: ethiopic has its own full stops and
    commas; thai has no spaces within a sentence and no full stops; han has one character for every four letters, no spaces and its
    own punctuation. Lines stay as they are, so the labels of the original rendering hold.
    """
    if script == "latin":
        return re.sub(r"[^\W\d_]+", latin_word, text.decode("utf-8", "replace")).encode()
    letters = {"ethiopic": 0x1208, "thai": 0x0E01, "han": 0x4E00}[script]
    signs = {"ethiopic": {".": "\u1362", ",": "\u1363"}, "thai": {}, "han": {".": "\u3002", ",": "\uff0c", "?": "\uff1f", ":": "\uff1a"}}[script]

    def word(found):
        w = found[0]
        codes = [sum(map(ord, w[i:])) % 40 for i in range(0, len(w), 1 if script != "han" else 4)][:24]
        return "".join(chr(letters + c + (40 * (len(w) % 7) if script == "han" else 0)) for c in codes)

    out = []
    for line in text.decode("utf-8", "replace").split("\n"):
        line = re.sub(r"(?<=\w)([.,?:])(?=\s|$)", lambda m: signs.get(m[1], m[1]), line)
        line = re.sub(r"[^\W\d_]+", word, line)
        if script != "ethiopic":
            line = re.sub(r"(?<=[\u0e00-\u0e7f\u4e00-\u9fff\uff0c\u3002]) (?=[\u0e00-\u0e7f\u4e00-\u9fff])", "", line)
        if script == "thai":
            line = re.sub(r"(?<=[\u0e00-\u0e7f])[.,](?= |$)", "", line)
        out.append(line)
    return "\n".join(out).encode()
