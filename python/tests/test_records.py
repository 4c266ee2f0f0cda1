# SPDX-License-Identifier: Apache-2.0
"""Records are those of the command, field by field."""

import ctypes
import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

import makala

COMMAND = Path(os.environ.get("MAKALA_COMMAND", ROOT / "build" / "makala"))


def detectors(library: Path) -> set[str]:
    """The detectors of the library that make has built next to the command."""
    details = ctypes.CDLL(str(library)).mk_version_details
    details.restype = ctypes.c_char_p
    return set(details().decode().split()[1:3])


def test_records_are_those_of_the_command(pages: list[Path], tmp_path: Path) -> None:
    if not COMMAND.exists():
        pytest.skip(f"no {COMMAND}")
    if detectors(COMMAND.parent / "libmakala.so") != set(makala._makala.version_details().split()[1:3]):
        pytest.skip("the command has other detectors")
    out = tmp_path / "records.jsonl"
    fields = "+markdown,html,blocks,links,images"
    subprocess.run([COMMAND, "-q", "-t", "json", "--fields", fields, "-o", out, *pages], check=True)
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]
    assert len(records) == len(pages)
    extractor = makala.Extractor(blocks=True)
    for file, wanted in zip(pages, records, strict=True):
        found = extractor.extract_file(file).to_dict("all")
        assert list(found) == list(wanted)
        for name, value in wanted.items():
            assert found[name] == value, f"{file}: {name}"
    assert json.loads(extractor.extract_file(pages[0]).to_json("all")) == records[0]
