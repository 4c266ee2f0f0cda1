# SPDX-License-Identifier: Apache-2.0
"""where - the place of a check in the source, for the messages of Python suites. test/check.h does the same for C programs."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def where(depth=2):
    """File, line and test of the check `depth` frames up; 2 is the caller of the caller.

    The test is the innermost function on the stack whose name begins with test_, so that a check in a helper names its test. If
    there is none, it is the function with the check.
    """
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
