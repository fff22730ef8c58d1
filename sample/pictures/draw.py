#!/usr/bin/env python3
"""Draws the pictures of the sample paper.

    python3 sample/pictures/draw.py                 every picture
    python3 sample/pictures/draw.py harbour vault   only these
    python3 sample/pictures/draw.py --sheet x.png   and a contact sheet to look at

Needs rsvg-convert (Debian: librsvg2-bin), cwebp (Debian: webp) and Pillow
(Debian: python3-pil). For each key it writes KEY-640.webp, KEY-1280.webp and
KEY-1200.jpg beside this file; quality is lowered step by step until the file is
within its budget, so that a page with a dozen pictures stays light.
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

sys.dont_write_bytecode = True

from studio import land, office, state, works  # noqa: E402  (after the line that keeps byte code out)

HERE = Path(__file__).parent
SCENES = {**land.SCENES, **office.SCENES, **state.SCENES, **works.SCENES}
BUDGET = {"640": 25_000, "1280": 60_000, "jpg": 82_000}


def raster(svg, png, width):
    """Draws a little too large and trims, for the uneven cut also nibbles at the sheet's own edge."""
    subprocess.run(["rsvg-convert", "-w", str(width + 16), "-o", png, svg], check=True)
    Image.open(png).convert("RGB").crop((8, 4, width + 8, width * 9 // 16 + 4)).save(png)


def webp(png, target, budget):
    for quality in (82, 76, 70, 64, 58, 50, 42, 34):
        subprocess.run(["cwebp", "-quiet", "-m", "6", "-sharp_yuv", "-q", str(quality), png, "-o", target], check=True)
        if target.stat().st_size <= budget:
            return quality
    raise SystemExit(f"{target.name} is {target.stat().st_size} bytes: draw it with less texture")


def jpeg(png, target, budget):
    picture = Image.open(png).convert("RGB")
    for quality in (84, 78, 72, 66, 60, 52, 44):
        picture.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
        if target.stat().st_size <= budget:
            return quality
    raise SystemExit(f"{target.name} is {target.stat().st_size} bytes: draw it with less texture")


def draw(key):
    with tempfile.TemporaryDirectory() as folder:
        svg = Path(folder, "a.svg")
        svg.write_text(SCENES[key]().svg(), encoding="utf-8")
        notes = []
        for width, height in ((640, 360), (1280, 720)):
            png = Path(folder, f"{width}.png")
            raster(svg, png, width)
            assert Image.open(png).size == (width, height), key
            target = HERE / f"{key}-{width}.webp"
            notes.append(f"{webp(png, target, BUDGET[str(width)])}: {target.stat().st_size:,}")
        png = Path(folder, "1200.png")
        raster(svg, png, 1200)
        target = HERE / f"{key}-1200.jpg"
        notes.append(f"{jpeg(png, target, BUDGET['jpg'])}: {target.stat().st_size:,}")
    return f"{key:18} quality and bytes  " + "   ".join(notes)


def contact_sheet(keys, target):
    columns = 2
    rows = -(-len(keys) // columns)
    sheet = Image.new("RGB", (columns * 650, rows * 370), "white")
    for i, key in enumerate(keys):
        sheet.paste(Image.open(HERE / f"{key}-640.webp"), (i % columns * 650 + 5, i // columns * 370 + 5))
    sheet.save(target)


def main(words):
    sheet = None
    if "--sheet" in words:
        at = words.index("--sheet")
        sheet = words[at + 1]
        del words[at : at + 2]
    unknown = [key for key in words if key not in SCENES]
    if unknown:
        raise SystemExit(f"no such picture: {', '.join(unknown)}. There are: {', '.join(sorted(SCENES))}")
    keys = words or list(SCENES)
    with ThreadPoolExecutor(2) as pool:
        for line in pool.map(draw, keys):
            print(line)
    if sheet:
        contact_sheet(keys, sheet)


if __name__ == "__main__":
    main(sys.argv[1:])
