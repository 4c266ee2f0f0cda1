# SPDX-License-Identifier: Apache-2.0
"""runs - what a tool makes of a list of pages: makala in one call, peers by peers.py with results kept in build/."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading

import benchlib
from benchlib import BENCH, BUILD, MAKALA, Missing

ARGUMENTS = 4000  # paths in one call of makala: the system bounds the length of a command line
SECONDS = 60      # for one page of a peer
PEERS = {
    "trafilatura": ("trafilatura", "bench-venv"),
    "resiliparse": ("resiliparse", "bench-venv"),
    "rs-trafilatura": ("rs-trafilatura", "bench-venv"),
    "turbohtml": ("turbohtml", "bench-venv"),
    "readability-lxml": ("readability-lxml", "bench-venv"),
    "jusText": ("jusText", "bench-venv"),
    "magic-html": ("magic-html", "bench-venv-magic"),
}


def run_makala(pages, jobs, with_blocks):
    """Yields (page, record) for each page; the record is None where makala wrote none."""
    command = [MAKALA, f"-j{jobs}", "-q", "-t", "json", "--fields", "input,text,verdict,confidence" + ",blocks" * with_blocks]
    for start in range(0, len(pages), ARGUMENTS):
        batch = pages[start : start + ARGUMENTS]
        waiting = {page.path: page for page in batch}
        child = subprocess.Popen(command + list(waiting), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for line in child.stdout:
            record = json.loads(line)
            yield waiting.pop(record["input"]), record
        if child.wait() not in (0, 1):
            raise Missing(f"makala ended with {child.returncode}")
        for page in waiting.values():
            yield page, None


class Cache:
    """The results of one version of one peer: a file of JSON lines that is only ever appended to."""

    def __init__(self, name, version):
        with open(os.path.join(BENCH, "peers.py"), "rb") as file:
            how = hashlib.sha256(file.read()).hexdigest()[:8]
        self.path = os.path.join(BUILD, "quality-cache", f"{name}-{version}-{how}.jsonl")
        self.lock = threading.Lock()
        self.records = {}
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                self.records = {record["key"]: record for record in map(parse_line, file) if record}

    def add(self, key, record):
        record["key"] = key
        with self.lock, open(self.path, "a", encoding="utf-8") as file:
            self.records[key] = record
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def parse_line(line):
    """A record; None for a line that was cut short when an earlier run was stopped."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def page_key(page):
    """What a peer's result depends on: the bytes of the page's file and its address."""
    with open(page.path, "rb") as file:
        return hashlib.sha256(file.read() + b"\0" + (page.url or "").encode()).hexdigest()[:32]


def work(command, todo, cache):
    """Runs one peer over the (page, key) pairs in todo, starting it anew behind a page that killed it."""
    while todo:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as listed:
            listed.write("".join(json.dumps([page.path, page.url]) + "\n" for page, _ in todo))
            listed.seek(0)
            child = subprocess.Popen(command, stdin=listed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        done = 0
        for line in child.stdout:
            record = parse_line(line)
            if record is None:
                break
            cache.add(todo[done][1], record)
            done += 1
        child.stdout.close()
        status = child.wait()
        if done < len(todo):
            cache.add(todo[done][1], {"error": f"ended with {status}"})
        todo = todo[done + 1 :]


def run_peer(name, pages, jobs):
    """(version, list of the peer's text for each page; None where it failed)."""
    package, environment = PEERS[name]
    version = benchlib.peer_version(environment, package)
    cache = Cache(name, version)
    keys = [page_key(page) for page in pages]
    todo = [(page, key) for page, key in zip(pages, keys) if key not in cache.records]
    if todo:
        print(f"{name} {version}: {len(todo)} pages, {len(pages) - len(todo)} known", file=sys.stderr)
    command = [benchlib.peer_python(environment), os.path.join(BENCH, "peers.py"), name, str(SECONDS)]
    threads = [threading.Thread(target=work, args=(command, todo[i::jobs], cache)) for i in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return version, [cache.records[key].get("text") for key in keys]
