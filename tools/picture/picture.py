#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""picture - writes docs/img/page.png: examples/habari.html in a browser, next to the article that makala extracts from it.

	make picture

Needs Chromium.  The example refers to a stylesheet and photographs that do not exist; site.css and drawn landscapes replace
them.  The record and the article on the right-hand side are the output of the command; nothing there is written by hand.
"""
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "examples" / "habari.html"
FIELDS = ("title", "authors", "date_published", "language", "site_name", "page_type", "confidence")
STYLE = """body { margin: 0; padding: 18px 26px; font: 17px/1.5 Georgia, "DejaVu Serif", serif; color: #222 }
img { width: 100%; max-height: 230px; object-fit: cover } figure { margin: 12px 0 } h2 { font-size: 22px; margin: 14px 0 4px } p { margin: 8px 0 }
pre { font: 14.5px/1.45 "DejaVu Sans Mono", monospace; background: #f1f6ee; border-left: 5px solid #5a9e46; padding: 10px 14px; white-space: pre-wrap }"""


def drawing(sky, ground):
    """A landscape with a river and a bridge, as a data: URL of an SVG picture."""
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400"><rect width="720" height="400" fill="{sky}"/>'
           f'<path d="M0 210 Q180 120 380 200 T720 180 V400 H0Z" fill="{ground}"/><path d="M0 330 Q360 270 720 340 V400 H0Z" fill="#5b93b5"/>'
           '<path d="M40 250 H680 V266 H40Z M120 266 V350 M280 266 V350 M440 266 V350 M600 266 V350" stroke="#6b625a" stroke-width="12" fill="#8a8178"/></svg>')
    return "data:image/svg+xml," + svg.replace("#", "%23").replace('"', "'")


def with_pictures(markup):
    """The page with drawings in place of the photographs, which a script would load."""
    markup = re.sub(r'<img[^>]*(?:daraja|data-src="/picha/daraja)[^>]*>', f'<img src="{drawing("#cfe3ef", "#7da35f")}">', markup)
    return re.sub(r'<img[^>]*soko[^>]*>', f'<img src="{drawing("#f0dfc0", "#b78a4f")}">', markup)


def makala(*arguments):
    return subprocess.run([ROOT / "build" / "makala", *arguments, PAGE], check=True, capture_output=True, text=True).stdout


def kept():
    """A page with some fields of the record and the article."""
    record = json.loads(makala("-t", "json", "--fields", ",".join(FIELDS)))
    lines = "\n".join(f"{field}: {json.dumps(record[field], ensure_ascii=False)}" for field in FIELDS)
    article = with_pictures(makala("-t", "html", "--images"))
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><pre>{html.escape(lines, quote=False)}</pre>{article}'


def main():
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        sys.exit("picture: Chromium is missing (Debian: apt-get install chromium)")
    page = PAGE.read_text().replace("href=/css/app.3f9a1c.css", "href=site.css").replace('<img src="/logo.svg" alt="Sauti ya Pwani" width=180 height=40>', "Sauti ya Pwani")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "page.html").write_text(re.sub(r"<script.*?</script>", "", with_pictures(page), flags=re.S))
        (folder / "kept.html").write_text(kept())
        for name in ("site.css", "sheet.html"):
            shutil.copy(HERE / name, folder)
        out = ROOT / "docs" / "img" / "page.png"
        out.parent.mkdir(exist_ok=True)
        subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--disable-sync",
                        "--no-first-run", f"--user-data-dir={folder / 'profile'}", "--window-size=1400,990", f"--screenshot={out}",
                        (folder / "sheet.html").as_uri()], check=True, capture_output=True, timeout=120)
    print(f"{out.relative_to(ROOT)}: {out.stat().st_size} bytes")


main()
