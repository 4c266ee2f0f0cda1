#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the software bill of materials of a release, as SPDX 2.3 in JSON:  tools/sbom.py makala-VERSION.tar.gz

It names the archive, the libraries that makala is linked with, and the data from which its tables were made (see NOTICE).  The
date is SOURCE_DATE_EPOCH, so the same archive gives the same bytes.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# name, licence, home page, relationship to makala, comment
PARTS = [
    ("glibc", "LGPL-2.1-or-later", "https://www.gnu.org/software/libc/", "DEPENDENCY", "or another C library"),
    ("zlib", "Zlib", "https://zlib.net/", "DEPENDENCY", "libmakala-io and the command"),
    ("zstd", "BSD-3-Clause", "https://facebook.github.io/zstd/", "DEPENDENCY", "libmakala-io and the command"),
    ("uchardet", "MPL-1.1", "https://www.freedesktop.org/wiki/Software/uchardet/", "OPTIONAL_DEPENDENCY", "detects encodings"),
    ("cld2", "Apache-2.0", "https://github.com/CLD2Owners/cld2", "OPTIONAL_DEPENDENCY", "detects languages"),
    ("WCXB", "CC-BY-4.0", "https://github.com/Murrough-Foley/web-content-extraction-benchmark", "DATA", "the model was trained on it"),
    ("article-extraction-dataset", "Apache-2.0", "https://github.com/AndyTheFactory/article-extraction-dataset", "DATA",
     "the model was trained on it"),
    ("fundus-test-data", "MIT", "https://github.com/flairNLP/fundus", "DATA", "the model was trained on it"),
    ("CLDR", "Unicode-3.0", "https://cldr.unicode.org/", "DATA", "src/tables/dates.h was derived from it"),
    ("Unicode-Character-Database", "Unicode-3.0", "https://www.unicode.org/ucd/", "DATA", "src/tables/unicode.h was derived from it"),
    ("WHATWG-HTML", "BSD-3-Clause", "https://html.spec.whatwg.org/", "DATA", "src/tables/entities.h and tags.h were derived from it"),
    ("WHATWG-Encoding", "BSD-3-Clause", "https://encoding.spec.whatwg.org/", "DATA", "src/tables/encodings.h was derived from it"),
]
RELATIONSHIPS = {
    "DEPENDENCY": lambda part: ("SPDXRef-makala", "DEPENDS_ON", part),
    "OPTIONAL_DEPENDENCY": lambda part: (part, "OPTIONAL_DEPENDENCY_OF", "SPDXRef-makala"),
    "DATA": lambda part: (part, "DATA_FILE_OF", "SPDXRef-makala"),
}


def package(name: str, licence: str, home: str, **more: object) -> dict[str, object]:
    return {"SPDXID": f"SPDXRef-{name}", "name": name, "homepage": home, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION", **more}


def main() -> None:
    archive = pathlib.Path(sys.argv[1])
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    found = re.search(r'^#define MK_VERSION_STRING "(.*)"', (ROOT / "makala.h").read_text(), re.M)
    assert found
    version = found[1]
    created = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    makala = package("makala", "Apache-2.0", "NOASSERTION", versionInfo=version, packageFileName=archive.name,
                     checksums=[{"algorithm": "SHA256", "checksumValue": digest}], primaryPackagePurpose="SOURCE")
    del makala["homepage"]
    packages = [makala] + [package(name, licence, home, comment=comment) for name, licence, home, _, comment in PARTS]
    edges = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-makala")]
    edges += [RELATIONSHIPS[kind](f"SPDXRef-{name}") for name, _, _, kind, _ in PARTS]
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"makala-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/makala-{version}-{digest}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: tools/sbom.py"]},
        "packages": packages,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in edges],
    }, sys.stdout, indent=1)
    print()


main()
