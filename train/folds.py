# SPDX-License-Identifier: Apache-2.0
"""folds - a page -> the number of its fold. All pages of a site are in the same fold, in whichever data set they are.

The site of a page is the registered name of its host without the ending: "cloud.google.com" and "google.co.uk" are "google", and
the publisher "DerStandard" of a news page is "derstandard", as is the host derstandard.at. The fold is a checksum of that name
modulo FOLDS. It therefore depends only on the site of the page, and does not change when pages are added or removed. SALT is the
number below 300 that spreads data sets and page types most evenly over the folds.
"""

import re
import zlib
from urllib.parse import urlsplit

FOLDS = 5
SALT = "180"
SECOND_LEVEL = set("ac co com edu go gob gov gv ltd me ne net nic nom or org plc sch".split())


def site_of(shape, page):
    """The site of a page from bench/shapes.py, as lower-case letters and digits; the page's key if no such characters remain."""
    if shape == "news":
        name = page.domain
    else:
        host = page.domain or page.url or page.key
        host = (urlsplit(host).hostname if "//" in host else host) or host
        labels = host.lower().strip(".").split(".")
        labels = labels[1:] if labels[0] == "www" and len(labels) > 2 else labels
        ending = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 1
        name = labels[-1 - ending] if len(labels) > ending else labels[0]
    return re.sub(r"[\W_]", "", name.lower()) or page.key


def fold_of(shape, page):
    """The page's fold, 0 to FOLDS - 1."""
    return zlib.crc32((SALT + site_of(shape, page)).encode()) % FOLDS
