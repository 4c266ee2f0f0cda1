# SPDX-License-Identifier: Apache-2.0
"""Builds the C half of the package: python/_makala.c together with the whole core, src/all.c.

What pyproject.toml cannot say is here: which optional libraries exist, and the stable ABI.  A library exists if a small program that
uses it compiles and links.  MAKALA_WITHOUT=uchardet,cld2 in the environment leaves out libraries that exist.

MAKALA_LIBRARY=build/libmakala.a links the core that make has built, with the same optional libraries.  The tests use it, since compiling
the core takes half a minute.
"""

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # setuptools before 70.1
    from wheel.bdist_wheel import bdist_wheel

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
WITHOUT = set(os.environ.get("MAKALA_WITHOUT", "").split(","))
LIBRARY = os.environ.get("MAKALA_LIBRARY")

UCHARDET = ("uchardet.c", "#include <uchardet/uchardet.h>\nint main(void) { return !uchardet_new(); }\n", ["uchardet"])
CLD2 = (
    "cld2.cc",
    "#include <cstdio>\n#include <cld2/public/compact_lang_det.h>\n"
    'int main() { bool reliable; return CLD2::DetectLanguage("", 0, true, &reliable) == CLD2::ENGLISH; }\n',
    ["cld2"],
)
CLD2_FULL = (CLD2[0], CLD2[1], ["cld2_full", "cld2"])  # the larger tables, under the same names


def version():
    return re.search(r'MK_VERSION_STRING "(.+)"', Path("makala.h").read_text(encoding="utf-8"))[1]


class Build(build_ext):
    def links(self, program):
        """Whether a program compiles and links with these libraries."""
        name, source, libraries = program
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, name)
            file.write_text(source, encoding="utf-8")
            compiler = os.environ.get("CXX", "c++") if name.endswith(".cc") else os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
            command = [*shlex.split(compiler), str(file), "-o", str(Path(folder, "program")), *(f"-l{library}" for library in libraries)]
            try:
                return subprocess.run(command, capture_output=True).returncode == 0
            except OSError:
                return False

    def build_extension(self, extension):
        if self.compiler.compiler_type != "msvc":
            extension.extra_compile_args += ["-O2", "-ffp-contract=off", "-fvisibility=hidden"]
        if sys.platform == "linux":
            extension.extra_link_args += ["-Wl,-Bsymbolic"]  # calls inside the module never go to another copy of the library
        if "uchardet" not in WITHOUT and self.links(UCHARDET):
            extension.define_macros.append(("MK_WITH_DETECTOR", None))
            extension.libraries += UCHARDET[2]
        languages = [] if "cld2" in WITHOUT else next((p[2] for p in (CLD2_FULL, CLD2) if self.links(p)), [])
        if languages:
            extension.define_macros.append(("MK_WITH_LANGUAGES", None))
            if not LIBRARY:
                extension.sources.append("src/cld2.cc")
            extension.extra_link_args += ["-Wl,--no-as-needed", *(f"-l{name}" for name in languages), "-Wl,--as-needed", "-lstdc++"]
        super().build_extension(extension)


class Wheel(bdist_wheel):
    def finalize_options(self):
        if not FREE_THREADED:  # these have no stable ABI: each version gets its own build
            self.py_limited_api = "cp311"
        super().finalize_options()


setup(
    version=version(),
    ext_modules=[
        Extension(
            "makala._makala",
            ["python/_makala.c"] if LIBRARY else ["python/_makala.c", "src/all.c"],
            extra_objects=[LIBRARY] if LIBRARY else [],
            define_macros=[] if FREE_THREADED else [("Py_LIMITED_API", "0x030b0000")],
            py_limited_api=not FREE_THREADED,
            libraries=[] if sys.platform == "win32" else ["m"],
            depends=[str(file) for folder in ("src", "src/base", "src/tables") for file in sorted(Path(folder).glob("*"))] + ["makala.h", "makala_debug.h"],
        )
    ],
    cmdclass={"build_ext": Build, "bdist_wheel": Wheel},
)
