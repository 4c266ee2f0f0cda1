# SPDX-License-Identifier: Apache-2.0
"""runs - runs makala and the peers on a list of pages and returns their records.

makala runs once for each model, so that pages that a model was trained on can be scored by a model that has not seen their sites.
Peers run in peers.py; their results are cached in build/, so that the same version of a peer never runs on a page twice.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading

import benchlib
from benchlib import BENCH, BUILD, MAKALA, Missing

TRAIN = os.path.join(BUILD, "train")
FIELDS = {"title": "title", "authors": "authors", "date": "date_published", "pictures": "images", "page_type": "page_type",
          "confidence": "confidence"}
WITHOUT_TEXT = {"htmldate"}
ARGUMENTS = 4000  # paths in one call of makala, because the system limits the length of a command line
SECONDS = 60      # time limit of a peer for one page
# Name of each peer, which is also the name of its package: its virtual environment.
PEERS = {
    "trafilatura": "bench-venv",
    "rs-trafilatura": "bench-venv",
    "resiliparse": "bench-venv",
    "turbohtml": "bench-venv",
    "readability-lxml": "bench-venv",
    "jusText": "bench-venv",
    "magic-html": "bench-venv-magic",
    "htmldate": "bench-venv",
}


def read_folds():
    """{(shape, key): fold} of the pages that the models in build/train/ were trained on; empty if there are no such models."""
    path = os.path.join(TRAIN, "report.json")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return {tuple(name.split("/", 1)): page["fold"] for name, page in json.load(file)["pages"].items()}


def build_fold(fold):
    """Builds the command with the model that has not seen the sites of a fold; returns its path."""
    model = os.path.join(TRAIN, f"fold-{fold}.h")
    if not os.path.exists(model):
        raise Missing(f"{benchlib.relative(model)}: not there; `make train` writes it")
    return benchlib.build_makala(os.path.join(BUILD, "folds", str(fold), "makala"), MODEL=benchlib.relative(model),
                                 BUILD=benchlib.relative(os.path.join(BUILD, "folds", str(fold))))


def commands_for(shape, pages, weights):
    """[(command, pages to run it on, True if its model is one that has not seen their sites)].

    With weights "shipped", build/makala runs on all pages. Otherwise each page that the models were trained on goes to the command
    with the model that has not seen its site, and all other pages go to build/makala.
    """
    folds = {} if weights == "shipped" else read_folds()
    if weights == "folds" and not folds:
        raise Missing("no fold models in build/train; `make train` writes them")
    by_fold = {}
    for page in pages:
        by_fold.setdefault(folds.get((shape, page.key)), []).append(page)
    return [(benchlib.build_makala(MAKALA) if fold is None else build_fold(fold), some, fold is not None)
            for fold, some in sorted(by_fold.items(), key=str)]


def how_measured(n_pages, n_unseen, weights):
    """How the pages were measured, for the first line of a report.  n_unseen: number of pages scored by fold models."""
    if n_unseen == n_pages:
        return "out of fold: each page scored by a model that has not seen its site"
    if n_unseen:
        return f"{n_unseen} pages out of fold, the others by the shipped model, which was not trained on them"
    if weights != "shipped" and read_folds():
        return "by the shipped model, which was not trained on these pages"
    return "NOT out of fold: by the shipped model, which may have been trained on these pages"


def takes_no_comments(command):
    return "--no-comments" in subprocess.run([command, "--help"], capture_output=True, text=True).stdout


def run_makala(command, pages, jobs, comments, with_blocks):
    """Yields (page, record) for each page; the record is None if makala wrote none."""
    no_comments = ["--no-comments"] if not comments and takes_no_comments(command) else []
    command = [command, f"-j{jobs}", "-q", "-t", "json", "--fields", "+images" + ",blocks" * with_blocks] + no_comments
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


def said_by_makala(record):
    """The fields of a record other than the text, by the names that about.py and verdict.py use."""
    said = {name: record[field] for name, field in FIELDS.items() if field in record}
    if "tags" in record:
        said["topics"] = (record["tags"] or []) + (record.get("categories") or [])
    if not any("caption" in picture for picture in said.get("pictures") or ()):
        said.pop("pictures", None)
    return said


class Cache:
    """The results of one version of a peer: a file of JSON lines. Lines are only appended, so a stopped run keeps its results.

    The name of the file has a hash of peers.py, because results depend on how it calls the peer.
    """

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
    """A record, or None if the line is incomplete because an earlier run was stopped."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def page_key(page, comments):
    """A hash of everything that a peer's result depends on: the page's file, its address, and whether comments are wanted."""
    with open(page.path, "rb") as file:
        return hashlib.sha256(file.read() + f"\0{page.url or ''}\0{comments:d}".encode()).hexdigest()[:32]


def work(command, todo, cache, comments):
    """Runs a peer on the (page, key) pairs in todo. If a page ends the process, the peer is started again with the next page."""
    while todo:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as listed:
            for page, _ in todo:
                listed.write(json.dumps({"path": page.path, "url": page.url, "comments": comments, "about": True}) + "\n")
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


def run_peer(name, pages, jobs, comments):
    """(version of the peer, its record for each page: text and about, or error)."""
    environment = PEERS[name]
    version = benchlib.peer_version(environment, name)
    cache = Cache(name, version)
    keys = [page_key(page, comments) for page in pages]
    todo = [(page, key) for page, key in zip(pages, keys) if key not in cache.records]
    if todo:
        print(f"{name} {version}: {len(todo)} pages, {len(pages) - len(todo)} known", file=sys.stderr)
    command = [benchlib.peer_python(environment), os.path.join(BENCH, "peers.py"), name, str(SECONDS)]
    threads = [threading.Thread(target=work, args=(command, todo[i::jobs], cache, comments)) for i in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return version, [cache.records[key] for key in keys]
