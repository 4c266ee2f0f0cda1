# SPDX-License-Identifier: Apache-2.0
"""where - says where a check stands, for the messages of the Python suites; test/check.h does it for the C programs."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def where(depth=2):
    """File, line and test of a check: those of the caller's caller, or further up. A helper's check goes by the name of the test around it."""
    frame = sys._getframe(depth)
    path = pathlib.Path(frame.f_code.co_filename).resolve()
    place = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{frame.f_lineno}"
    name, outer = frame.f_code.co_name, frame
    while outer:
        if outer.f_code.co_name.startswith("test_"):
            name = outer.f_code.co_name
            break
        outer = outer.f_back
    return f"{place}: {name}"
