# SPDX-License-Identifier: Apache-2.0
"""benchlib - functions shared by the benchmarks: finding pages, virtual environments of the peers, pinning to a core, tables.

A measurement that lacks something raises Missing; the commands print its message as one line and go on with the other tools.
"""
import fcntl
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "bench")
BUILD = os.path.join(ROOT, "build")
MAKALA = os.path.join(BUILD, "makala")
LIBRARY = os.path.join(BUILD, "libmakala.so")
PAGE_ENDINGS = (".html", ".htm", ".html.gz", ".htm.gz")


class Missing(Exception):
    """Something that a measurement needs is missing; the message says what is missing and how to get it."""


def relative(path):
    """The path relative to the project's root."""
    return os.path.relpath(path, ROOT)


def find_pages(folder):
    """All pages below folder, sorted by path."""
    found = []
    for top, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(top, name) for name in names if name.endswith(PAGE_ENDINGS)]
    if not found:
        raise Missing(f"{folder}: no page ({', '.join(PAGE_ENDINGS)}) in this folder")
    return sorted(found)


def spaced(items, limit):
    """At most limit items, evenly spaced. All items if limit is 0 or None."""
    if not limit or limit >= len(items):
        return list(items)
    return [items[i * len(items) // limit] for i in range(limit)]


def copy_page(path, file):
    """Appends the decompressed bytes of a page to a file, in pieces, so that the memory of the benchmark itself stays small."""
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as page:
            shutil.copyfileobj(page, file)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Missing(f"{path}: {error}") from None


def plain_folder(folder):
    """Decompresses the pages of folder into a folder in build/bench-pages/, if needed, and returns (that folder, paths)."""
    folder = os.path.abspath(folder)
    tag = hashlib.sha256(folder.encode()).hexdigest()[:8]
    target = os.path.join(BUILD, "bench-pages", f"{os.path.basename(folder)}-{tag}")
    wanted = []
    for path in find_pages(folder):
        plain = os.path.join(target, os.path.relpath(path, folder))
        plain = plain[:-3] if plain.endswith(".gz") else plain
        wanted.append(plain)
        if os.path.exists(plain) and os.path.getmtime(plain) >= os.path.getmtime(path):
            continue
        os.makedirs(os.path.dirname(plain), exist_ok=True)
        with open(plain + ".part", "wb") as file:
            copy_page(path, file)
        os.replace(plain + ".part", plain)
    for path in set(find_pages(target)) - set(wanted):
        os.remove(path)
    return target, wanted


def setup_peers():
    """Creates the virtual environments of the peers on first use. A lock keeps two benchmarks from doing so at the same time."""
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, "bench-setup.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if subprocess.run([os.path.join(BENCH, "setup.sh")], stdin=subprocess.DEVNULL).returncode:
            raise Missing("the peers could not be installed")


def peer_python(environment):
    """The interpreter of a virtual environment created by setup.sh. Raises Missing if there is none."""
    python = os.path.join(BUILD, environment, "bin", "python")
    if not os.path.exists(python):
        raise Missing("needs Python 3.12 or newer, which is not installed")
    return python


def peer_version(environment, package):
    """The version of a package in a virtual environment. Raises Missing if it is not installed."""
    code = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    done = subprocess.run([peer_python(environment), "-c", code, package], capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{package} is not installed in {environment}")
    return done.stdout.strip()


def build_makala(target, **variables):
    """Builds build/makala or another target of the Makefile and returns its path. Raises Missing with the reason if that fails."""
    variables = {"BUILD": relative(BUILD), **variables}
    command = ["make", "-s", "-C", ROOT, *(f"{name}={value}" for name, value in variables.items()), relative(target)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Missing(f"makala cannot be built: {(done.stderr.strip().splitlines() or ['make printed no message'])[-1]}")
    return target


def makala_version():
    """The version of makala in this source tree."""
    with open(os.path.join(ROOT, "makala.h"), encoding="utf-8") as file:
        return re.search(r'MK_VERSION_STRING "(.*)"', file.read()).group(1)


def pin_to_one_core():
    """Binds the calling process to the last core it may use, if the system supports that. Usable as preexec_fn."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def exit_status(missing, asked_for):
    """1 if makala, or a tool that was asked for by name, is missing; otherwise 0."""
    return 1 if {"makala", *(asked_for or ())} & set(dict(missing)) else 0


def run_main(name, main):
    """Runs a command's main() and ends the process. An error is printed in one line."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (Missing, OSError) as error:
        sys.exit(f"{name}: {error}")


def figure(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def print_table(headings, rows, file=None):
    """Prints rows under headings, the first column aligned left, the others right. None is printed as an empty cell."""
    file = file or sys.stdout
    cells = [headings] + [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headings))]
    for n, row in enumerate(cells):
        line = [cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i]) for i, cell in enumerate(row)]
        print("  ".join(line).rstrip(), file=file)
        if n == 0:
            print("  ".join("-" * width for width in widths), file=file)
