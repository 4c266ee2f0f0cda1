# SPDX-License-Identifier: Apache-2.0
"""extract(), extract_file(), Extractor: inputs of all types, and wrong ones."""

import array
import gzip
import io
import mmap
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import makala


def run(program: str, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments], capture_output=True, text=True, timeout=timeout, cwd=ROOT
    )


def test_inputs(habari: bytes, tmp_path: Path) -> None:
    wanted = makala.extract(habari).to_dict("all")
    assert makala.extract(bytearray(habari)).to_dict("all") == wanted
    assert makala.extract(memoryview(habari)).to_dict("all") == wanted
    assert makala.extract(array.array("B", habari)).to_dict("all") == wanted
    file = tmp_path / "page.html"
    file.write_bytes(habari)
    with open(file, "rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert makala.extract(mapped).to_dict("all") == wanted
    decoded = makala.extract(habari.decode())
    assert decoded.charset == "utf-8"
    assert decoded.text == wanted["text"]


def test_str_ignores_the_encoding_that_the_page_declares() -> None:
    page = '<meta charset="iso-8859-1"><title>x</title><p>Žluťoučký kůň pěl ďábelské ódy, a to celý den až do noci.</p>'
    for charset in (None, "windows-1252"):
        assert makala.extract(page, charset=charset).text == "Žluťoučký kůň pěl ďábelské ódy, a to celý den až do noci.\n"


def test_charset() -> None:
    page = "<p>Цены на хлеб выросли во всех районах города, сообщает газета.</p>".encode("koi8-r")
    assert makala.extract(page, charset="koi8-r").text.startswith("Цены на хлеб")
    assert makala.Extractor().extract(page, http_charset="koi8-r").text.startswith("Цены на хлеб")


def test_lone_surrogates() -> None:
    assert makala.extract("<p>A half \ud83d alone, and two \ud83d\ude00 that are a face.</p>").text == "A half \ufffd alone, and two \U0001f600 that are a face.\n"
    assert makala.extract("\udcff" * 50).verdict in ("content", "nothing")


@pytest.mark.parametrize("page", [b"", "", b"\0", b"\xff\xfe", bytes(range(256)) * 100, "<" * 10000, b"<div>" * 10000, b"\x1f\x8b" * 500])
def test_any_bytes_have_a_result(page: str | bytes) -> None:
    article = makala.extract(page)
    assert article.verdict in ("content", "empty", "shell", "error_page", "nothing")
    article.to_dict("all")
    assert repr(article)


@pytest.mark.parametrize("value", [None, 5, 1.5, [], {}, object(), Path("x.html"), io.BytesIO(b"")])
def test_wrong_type(value: Any) -> None:
    with pytest.raises(TypeError, match=f"html: must be a str or an object with bytes, not {type(value).__name__}"):
        makala.extract(value)


def test_hint_for_files() -> None:
    with pytest.raises(TypeError, match=r"use extract_file\(\)"):
        makala.extract(Path("x.html"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"view": "best"}, ValueError, "view: must be one of 'balanced', 'precision', 'recall', 'everything', not 'best'"),
        ({"view": 2}, TypeError, "view: must be a str, not int"),
        ({"view": ["recall"]}, TypeError, "view: must be a str, not list"),
        ({"input_type": "pdf"}, ValueError, "input_type: must be one of"),
        ({"charset": "klingon"}, ValueError, "charset: is not an encoding label"),
        ({"charset": b"utf-8"}, TypeError, "charset: must be a str or None, not bytes"),
        ({"charset": "utf\0-8"}, ValueError, "null character"),
        ({"max_memory": 5}, ValueError, "max_memory: 5 is outside 1048576 to"),
        ({"max_memory": -1}, ValueError, "max_memory: -1 is outside 1 to"),
        ({"max_memory": 2**80}, ValueError, "max_memory: .* is outside 1 to"),
        ({"max_memory": 1.5e9}, TypeError, "max_memory: must be an int or None, not float"),
        ({"max_memory": True}, TypeError, "max_memory: must be an int or None, not bool"),
        ({"max_depth": 5}, ValueError, "max_depth: 5 is outside 16 to 512"),
        ({"max_attributes": 513}, ValueError, "max_attributes: 513 is outside 1 to 512"),
        ({"max_work": 2**64}, ValueError, "max_work"),
        ({"max_input_bytes": 2**31}, ValueError, "max_input_bytes: 2147483648 is outside 1 to 2147483647"),
        ({"colour": "red"}, TypeError, "colour"),
        ({"url": 5}, TypeError, "url: must be a str or None"),
        ({"url": "https://e.org/\0"}, ValueError, "url: has a NUL character"),
        ({"url": "https://e.org/\udc80"}, ValueError, "surrogates not allowed"),
    ],
)
def test_wrong_options(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        makala.extract("<p>x</p>", **options)


def test_memory_that_is_not_contiguous() -> None:
    with pytest.raises(ValueError, match="html: .*contiguous"):
        makala.extract(memoryview(b"<p>abc</p>" * 10)[::2])


def test_two_gigabytes() -> None:
    with mmap.mmap(-1, 2**31) as mapped, pytest.raises(ValueError, match="2147483648 is more than max_input_bytes, 2147483647"):
        makala.extract(mapped)
    with pytest.raises(ValueError, match="max_input_bytes, 10"):
        makala.Extractor(max_input_bytes=10).extract(b"<p>Hello, world</p>")


def test_a_page_beyond_the_memory_limit_has_a_warning() -> None:
    page = b"<p>One more paragraph of the same page, which never seems to end at all.</p>" * 100_000
    article = makala.extract(page, max_memory=20_000_000)
    assert "memory" in article.warnings
    assert article.text.startswith("One more paragraph")
    assert "memory" in makala.extract(b"<p>x" + b" y" * 2_500_000, max_memory=2**20).warnings
    assert makala.extract(b"<p>Small pages still fit into the same memory.</p>", max_memory=2**20).verdict == "content"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the address space")
def test_memory_error() -> None:
    ended = run(
        """
        import makala, resource
        page = b"<p>word " * 12_000_000
        most = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + 50_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        for _ in range(2):
            try:
                makala.extract(page)
            except MemoryError as error:
                print(error)
        print(makala.extract(b"<p>A small page can be read afterwards.</p>").verdict)
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert [line[:13] for line in ended.stdout.splitlines()] == ["out of memory", "out of memory", "content"]


def test_other_limits_have_warnings() -> None:
    assert "depth" in makala.extract("<div>" * 100 + "<p>Deep text is not lost, whatever the depth.</p>", max_depth=16).warnings
    assert "work" in makala.extract("<p>Words in <b>bold</b>.</p>" * 1000, max_work=100).warnings


def test_views_and_options() -> None:
    page = (ROOT / "examples" / "docs.html").read_bytes()
    views: tuple[Any, ...] = ("precision", "balanced", "recall", "everything")
    words = {view: len(makala.extract(page, view=view).text.split()) for view in views}
    assert words["precision"] <= words["balanced"] <= words["recall"] <= words["everything"]
    assert words["precision"] < words["everything"]
    assert "| --- |" in makala.extract(page).markdown()
    assert "| --- |" not in makala.extract(page, tables=False).markdown()
    assert "<b>" in makala.extract("<b>Bold</b> text\n\nA line of text that is taken as it is.\n", input_type="text", view="everything").text


def test_extractor() -> None:
    assert repr(makala.Extractor()) == "Extractor()"
    extractor = makala.Extractor(view="recall", max_depth=100)
    assert repr(extractor) == repr(pickle.loads(pickle.dumps(extractor))) == "Extractor(view='recall', max_depth=100)"


def test_files(habari: bytes, tmp_path: Path) -> None:
    wanted = makala.extract(habari).text
    file = tmp_path / "page.html"
    file.write_bytes(habari)
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(habari[:100]) + gzip.compress(habari[100:]))
    for path in (file, str(file), tmp_path / "page.html.gz"):
        article = makala.extract_file(path)
        assert article.text == wanted
        assert article.input == str(path)  # type: ignore[attr-defined]
    with open(file, "rb") as binary:
        assert makala.extract_file(binary, url="https://example.org/").url == "https://example.org/"
    with open(file, encoding="utf-8") as text:
        assert makala.extract_file(text).text == wanted


def test_zstd(habari: bytes, tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    file = tmp_path / "page.html.zst"
    file.write_bytes(zstandard.compress(habari[:100]) + zstandard.compress(habari[100:]))
    assert makala.extract_file(file).text == makala.extract(habari).text


def test_wrong_files(habari: bytes, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        makala.extract_file(tmp_path / "missing.html")
    with pytest.raises(IsADirectoryError):
        makala.extract_file(tmp_path)
    with pytest.raises(TypeError, match="file: must be a path or an open file, not int"):
        makala.extract_file(5)  # type: ignore[arg-type]
    closed = io.BytesIO(habari)
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        makala.extract_file(closed)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(habari)[:-100])
    with pytest.raises(ValueError, match="cut.gz: the compressed data is damaged"):
        makala.extract_file(cut)
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(3_000_000)))
    with pytest.raises(ValueError, match="larger than max_input_bytes, 1000000"):
        makala.extract_file(bomb, max_input_bytes=1_000_000)


def test_names_that_are_not_utf8(habari: bytes, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.html"
    try:
        with open(name, "wb") as file:
            file.write(habari)
    except OSError:
        pytest.skip("the file system takes no such names")
    assert makala.extract_file(os.fsdecode(name)).verdict == "content"


def test_the_buffer_is_held_during_the_call() -> None:
    """A bytearray cannot be resized while another thread reads it, and can be afterwards."""
    page = bytearray(b"<p>A paragraph of the page, one of very many of the same kind.</p>" * 30_000)
    refused = []
    done = threading.Event()

    def resize() -> None:
        while not done.is_set():
            try:
                page.append(32)
                page.pop()
            except BufferError:
                refused.append(1)

    thread = threading.Thread(target=resize)
    thread.start()
    for _ in range(5):
        makala.extract(page)
    done.set()
    thread.join()
    assert refused
    page.append(32)


def test_threads_share_an_extractor(habari: bytes) -> None:
    extractor = makala.Extractor()
    wanted = extractor.extract(habari).to_dict("all")
    shared = extractor.extract(habari)
    wrong: list[Any] = []

    def work() -> None:
        for _ in range(30):
            if extractor.extract(habari).to_dict("all") != wanted or shared.markdown() != wanted["markdown"] or not shared._result.packed:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork() here")
def test_fork_after_use(habari: bytes) -> None:
    article = makala.extract(habari)
    wanted = article.text
    ended = run(
        """
        import os, sys, makala, threading
        page = open("examples/habari.html", "rb").read()
        article = makala.extract(page)
        stop = False
        def work():
            while not stop:
                makala.extract(page)
        threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
        for thread in threads: thread.start()
        for _ in range(20):
            child = os.fork()
            if child == 0:
                same = makala.extract(page).markdown() == article.markdown()
                os._exit(0 if same else 3)
            if os.waitpid(child, 0)[1]:
                sys.exit("a child failed")
        stop = True
        for thread in threads: thread.join()
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert article.text == wanted


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="only CPython has sub-interpreters")
def test_sub_interpreters() -> None:
    ended = run(
        """
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        import makala, sys
        page = open("examples/habari.html", "rb").read()
        article = makala.extract(page)
        program = '''
        import makala
        page = open("examples/habari.html", "rb").read()
        for _ in range(3):
            articles = [makala.extract(page) for _ in range(20)]
        print(articles[7].title)
        '''
        import textwrap
        for _ in range(3):
            one = interpreters.create()
            failed = interpreters.run_string(one, textwrap.dedent(program))
            assert failed is None, failed
            interpreters.destroy(one)
        print(article.title)
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["Daraja jipya la Mto Kiboga lafunguliwa baada ya miaka sita"] * 4


def test_exit_while_threads_work() -> None:
    ended = run(
        """
        import makala, threading
        page = open("examples/habari.html", "rb").read() * 50
        def work():
            while True:
                makala.extract(page).markdown()
        for _ in range(4):
            threading.Thread(target=work, daemon=True).start()
        import time
        time.sleep(0.3)
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert not ended.stderr


def test_exit_in_the_middle_of_extract_many() -> None:
    ended = run(
        """
        import makala, itertools
        page = open("examples/habari.html", "rb").read() * 20
        articles = makala.extract_many(itertools.repeat(page), workers=4)
        for _ in range(5):
            next(articles)
        print("end")
        """
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "end\n"
    assert not ended.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_keyboard_interrupt_stops_extract_many() -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import makala, itertools, signal\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # background jobs of a shell ignore it
            "page = open('examples/habari.html', 'rb').read()\n"
            "for n, article in enumerate(makala.extract_many(itertools.repeat(page), workers=3)):\n"
            "    if n == 50: print('running', flush=True)\n",
        ],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout and child.stdout.readline() == "running\n"
    child.send_signal(signal.SIGINT)
    try:
        _, errors = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode != 0
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_import_is_light() -> None:
    ended = run("import sys, makala; print(*sorted(sys.modules))")
    for heavy in ("concurrent.futures", "threading", "gzip", "typing_extensions", "importlib.metadata", "asyncio", "logging"):
        assert heavy not in ended.stdout.split()


def test_features() -> None:
    found = makala.features()
    assert found["version"] == makala.__version__
    assert set(found) >= {"version", "detector", "languages", "vectors", "gzip", "zstd"}
    assert found["detector"] in (None, "uchardet")
    assert found["languages"] in (None, "cld2")


def test_no_memory_is_lost(habari: bytes) -> None:
    resource = pytest.importorskip("resource")

    def use(n: int) -> None:
        for i in range(n):
            article = makala.extract(habari)
            article.markdown(images=True)
            articles = [makala.extract(habari) for _ in range(12)]
            articles[-1].html()
            articles[0].to_dict("all")
            if i % 5 == 0:
                list(makala.extract_many([habari] * 5, workers=2))
                try:
                    makala.extract(habari, url="\0")
                except ValueError:
                    pass

    use(20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    use(60)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8000  # kB
