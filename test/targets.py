#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and tests the core for other processors and systems:  test/targets.py compile|run [TARGET…]

compile    Compiles src/all.c as one object for each target, with warnings as errors.
run        For each target whose programs can run here, natively or under qemu: runs the suites that are C programs and the html5lib
           tests, and writes records of the pages in test/cases/ and examples/, which must be the same bytes as those of the first
           target, x86-64.

Only the core is built, without the optional detectors.  `tools/needs targets` installs the compilers and emulators; a target
without its compiler or emulator is skipped.  The output of a target is kept in build/targets/TARGET/log.
"""

import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "targets"
ZIG = ROOT / "build" / "zig-venv" / "bin" / "python"
WARN = ["-std=c17", "-ffp-contract=off", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror"]
COUNT = re.compile(r"^\S+: (\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
# Not here: growth needs clang's counters, torture measures time, dates and write are driven by Python suites.
SUITES = ["real", "hazards", "features", "blocks", "meta", "limits", "model", "model_scalar", "decode", "encoding", "url", "threads"]
FORMS = ["record", "images", "pictures", "text"]  # see test/write.c; a record has all fields and the blocks with their scores


@dataclasses.dataclass(frozen=True)
class Target:
    name: str
    cc: str
    flags: str = ""
    runner: str | None = ""  # command that runs the target's programs, such as an emulator; None if they cannot run here


def zig(name: str, triple: str, flags: str = "") -> Target:
    return Target(name, f"{ZIG} -m ziglang cc -target {triple}", flags, None)


TARGETS = [
    Target("x86-64", "gcc"),
    Target("x86-64-clang", "clang"),
    Target("x86-64-scalar", "gcc", "-DMK_SCALAR -funsigned-char"),
    Target("i386", "i686-linux-gnu-gcc", "-msse2 -mfpmath=sse", "qemu-i386"),
    Target("aarch64", "aarch64-linux-gnu-gcc", "", "qemu-aarch64"),
    Target("s390x", "s390x-linux-gnu-gcc", "-fexcess-precision=fast", "qemu-s390x"),
    Target("musl", "musl-gcc"),
    zig("windows", "x86_64-windows-gnu", "-DMK_BUILD_DLL"),
    zig("macos", "aarch64-macos"),
    zig("wasm32", "wasm32-wasi", "-mexception-handling -mllvm -wasm-enable-sjlj"),
]


def is_there(target: Target) -> bool:
    return all(shutil.which(command) for command in [target.cc.split()[0], *(target.runner or "").split()[:1]])


def said_of(target: Target, passed: int, failed: int, skipped: int, start: float) -> tuple[int, int, int]:
    print(f"{target.name:14} {passed:6} passed {failed:4} failed {skipped:4} skipped {time.monotonic() - start:7.1f} s", flush=True)
    return passed, failed, skipped


def compile_core(target: Target) -> tuple[int, int, int]:
    start = time.monotonic()
    if not is_there(target):
        print(f"skipped: {target.cc.split()[0]} is missing; `tools/needs targets` installs it")
        return said_of(target, 0, 0, 1, start)
    folder = OUT / target.name
    folder.mkdir(parents=True, exist_ok=True)
    command = [*target.cc.split(), *WARN, *target.flags.split(), "-c", "src/all.c", "-o", str(folder / "core.o")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(OUT / "zig-cache"), "ZIG_LOCAL_CACHE_DIR": str(OUT / "zig-cache")})
    (folder / "log").write_text(done.stdout + done.stderr)
    if done.returncode:
        print(f"FAILED {' '.join(command)}\n{done.stderr[:4000]}")
    return said_of(target, int(not done.returncode), int(bool(done.returncode)), 0, start)


def runner_of(target: Target) -> list[str]:
    if target.name == "i386" and os.uname().machine == "x86_64":  # most x86-64 kernels run i386 programs without an emulator
        try:
            subprocess.run([OUT / target.name / "test" / "url"], cwd=ROOT, capture_output=True)
            return []
        except OSError:
            pass
    return (target.runner or "").split()


def build_tests(target: Target, log: pathlib.Path) -> bool:
    folder = f"build/targets/{target.name}"
    prefix = target.cc.removesuffix("gcc") if target.cc.endswith("-linux-gnu-gcc") else ""
    with open(log, "a") as out:
        return not subprocess.run(["make", "-s", "-k", f"CC={target.cc}", f"AR={prefix}ar", f"BUILD={folder}", f"CFLAGS=-O1 -static {target.flags}",
                                   "DETECTOR=", "LANGUAGES=", "CLI_LIBS=-lpthread",
                                   *(f"{folder}/test/{name}" for name in [*SUITES, "tokens", "write"])],
                                  cwd=ROOT, stdout=out, stderr=out).returncode


def run_suite(command: list[str], log: pathlib.Path, env: dict[str, str] | None = None) -> tuple[int, int, int]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", env={**os.environ, **(env or {})})
    with open(log, "a") as out:
        out.write(f"---- {' '.join(command)}\n{done.stdout}{done.stderr}")
    counts = [[int(n or 0) for n in m] for m in COUNT.findall(done.stdout)]
    passed, failed, skipped = (sum(column) for column in zip(*counts)) if counts else (0, 0, 0)
    failed += not failed and (done.returncode != 0 or not counts)
    if failed:
        print(f"FAILED {' '.join(command)}: {passed} passed, {failed} failed, exit status {done.returncode}; see {os.path.relpath(log, ROOT)}")
    return passed, failed, skipped


def records(target: Target, runner: list[str]) -> list[bytes]:
    """The writers' output for each page and form."""
    pages = sorted([*(ROOT / "test" / "cases").glob("*/page.html"), *(ROOT / "examples").glob("*.html")])
    feed = b""
    for path in pages:
        data, url = path.read_bytes(), path.parent / "url"
        for form in FORMS:
            feed += f"{form} 0 {len(data)} {url.read_text().strip() if url.exists() else '-'}\n".encode() + data
    out = subprocess.run([*runner, OUT / target.name / "test" / "write"], input=feed, capture_output=True, check=True).stdout
    answers = []
    while out:
        length, _, out = out.partition(b"\n")
        answers.append(out[: int(length)])
        out = out[int(length):]
    assert len(answers) == len(pages) * len(FORMS) and len(pages) >= 8
    return answers


def run_target(target: Target, expected: list[bytes]) -> tuple[int, int, int]:
    start = time.monotonic()
    if not is_there(target):
        print(f"skipped: {target.cc} or {target.runner} is missing; `tools/needs targets` installs it")
        return said_of(target, 0, 0, 1, start)
    folder = OUT / target.name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    log.write_text("")
    if not build_tests(target, log):
        print(f"FAILED {target.name}: the tests do not build, see {os.path.relpath(log, ROOT)}")
        return said_of(target, 0, 1, 0, start)
    runner = runner_of(target)
    print(f"{target.name:14} built in {time.monotonic() - start:.1f} s", flush=True)
    counts = [run_suite([*runner, f"build/targets/{target.name}/test/{name}"], log) for name in SUITES]
    counts.append(run_suite(["python3", "test/html5.py"], log, {"BUILD": f"build/targets/{target.name}", "RUNNER": " ".join(runner)}))
    got = records(target, runner)
    if not expected:
        expected.extend(got)
    same = sum(a == b for a, b in zip(expected, got))
    if same < len(got):
        print(f"FAILED {target.name}: {len(got) - same} of {len(got)} records differ from those of {TARGETS[0].name}")
    counts.append((same, len(got) - same, 0))
    return said_of(target, *(sum(column) for column in zip(*counts)), start)


def main() -> None:
    names = sys.argv[2:]
    unknown = [name for name in names if name not in {target.name for target in TARGETS}]
    if len(sys.argv) < 2 or sys.argv[1] not in ("compile", "run") or unknown:
        sys.exit(f"{__doc__}\nTargets: {' '.join(target.name for target in TARGETS)}")
    if sys.argv[1] == "compile":
        wanted = [t for t in TARGETS if t.name in names or not names and not t.name.startswith("x86-64")]  # the suite "build" compiles for x86-64
        with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            counts = list(pool.map(compile_core, wanted))
    else:
        expected: list[bytes] = []
        wanted = [t for t in TARGETS if t.runner is not None and (not names or t.name in names or t == TARGETS[0])]
        counts = [run_target(target, expected) for target in wanted]
    passed, failed, skipped = (sum(column) for column in zip(*counts))
    print(f"targets: {passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


main()
