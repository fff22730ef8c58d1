"""Inks, paper and tools shared by every picture of the sample paper.

The canvas is 1600 x 900 units. Everything is flat colour from one small set of
inks; depth comes from layers, halftone dots and hatching, as in two- or
three-colour newspaper printing. Randomness is seeded per picture, so that the
same scene gives the same file on every run.
"""

import math
import random
from contextlib import contextmanager

W, H = 1600, 900

NAVY = "#14233f"
BLUE = "#35527a"
VERM = "#d5472b"
OCHRE = "#e2a23b"
TEAL = "#2b7d7c"
MINT = "#93bdb1"
GREY = "#b8b3a6"
CREAM = "#f3e8d2"
PAPER = "#fbf5e8"
EARTH = "#7f432d"


def n(value):
    """A coordinate, short: one decimal is a twentieth of a printed point."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def pts(points):
    return " ".join(f"{n(x)},{n(y)}" for x, y in points)


def attrs(extra):
    return "".join(f' {key.replace("_", "-")}="{value}"' for key, value in extra.items())


class Sheet:
    """One sheet of paper: shapes are laid on it from back to front."""

    def __init__(self, seed, ground=CREAM, grain=0.10):
        self.dice = random.Random(seed)
        self.parts = []
        self.defs = []
        self.ground = ground
        self.grain = grain

    def add(self, text):
        self.parts.append(text)

    # ---- plain shapes

    def rect(self, x, y, w, h, fill, **k):
        self.add(f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" fill="{fill}"{attrs(k)}/>')

    def circle(self, x, y, r, fill, **k):
        self.add(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{fill}"{attrs(k)}/>')

    def oval(self, x, y, rx, ry, fill, **k):
        self.add(f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}" fill="{fill}"{attrs(k)}/>')

    def poly(self, points, fill, **k):
        self.add(f'<polygon points="{pts(points)}" fill="{fill}"{attrs(k)}/>')

    def path(self, d, fill="none", **k):
        self.add(f'<path d="{d}" fill="{fill}"{attrs(k)}/>')

    def line(self, x1, y1, x2, y2, ink, width=4, **k):
        self.add(
            f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" '
            f'stroke="{ink}" stroke-width="{n(width)}"{attrs(k)}/>'
        )

    def stroke(self, d, ink, width=4, cap="round", **k):
        self.path(d, "none", stroke=ink, stroke_width=n(width), stroke_linecap=cap, stroke_linejoin="round", **k)

    def wire(self, points, ink, width=4, **k):
        self.add(
            f'<polyline points="{pts(points)}" fill="none" stroke="{ink}" stroke-width="{n(width)}" '
            f'stroke-linejoin="round" stroke-linecap="round"{attrs(k)}/>'
        )

    # ---- groups

    @contextmanager
    def group(self, **k):
        self.add(f"<g{attrs(k)}>")
        yield
        self.add("</g>")

    @contextmanager
    def at(self, x, y, scale=1.0, turn=0, flip=False):
        sx = -scale if flip else scale
        self.add(f'<g transform="translate({n(x)} {n(y)}) rotate({n(turn)}) scale({sx:.3f} {scale:.3f})">')
        yield
        self.add("</g>")

    @contextmanager
    def within(self, shape):
        """Everything drawn inside is cut to the outline of `shape` (SVG text)."""
        name = f"c{len(self.defs)}"
        self.defs.append(f'<clipPath id="{name}">{shape}</clipPath>')
        self.add(f'<g clip-path="url(#{name})">')
        yield
        self.add("</g>")

    # ---- textures

    def halftone(self, x, y, w, h, ink, size, step=18, opacity=1.0):
        """Dots on a 45-degree screen; `size(u, v)` in 0..1 is the ink's strength."""
        out = []
        half = step / 2
        row = 0
        yy = y
        while yy <= y + h:
            xx = x + (half if row % 2 else 0)
            while xx <= x + w:
                r = half * 0.98 * max(0.0, min(1.0, size((xx - x) / w, (yy - y) / h)))
                if r > 0.9:
                    out.append(f"M{n(xx - r)} {n(yy)}a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0")
                xx += step
            yy += half
            row += 1
        self.path("".join(out), ink, opacity=opacity)

    def hatch(self, x, y, w, h, ink, gap=12, width=3, slope=0.0, opacity=1.0):
        out = []
        yy = y
        while yy <= y + h:
            out.append(f"M{n(x)} {n(yy)}L{n(x + w)} {n(yy + slope * w)}")
            yy += gap
        self.stroke("".join(out), ink, width, opacity=opacity)

    def speckle(self, count, ink, box=(0, 0, W, H), small=0.8, large=2.2, opacity=0.5):
        x, y, w, h = box
        out = []
        for _ in range(count):
            r = self.dice.uniform(small, large)
            xx, yy = x + self.dice.random() * w, y + self.dice.random() * h
            out.append(f"M{n(xx - r)} {n(yy)}a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0")
        self.path("".join(out), ink, opacity=opacity)

    # ---- things that recur

    def bands(self, colours, top=0, bottom=H):
        """A sky or a sea in flat bands; each edge is a slow wave."""
        step = (bottom - top) / len(colours)
        for i, colour in enumerate(colours):
            y = top + i * step
            if i == 0:
                self.rect(0, y, W, bottom - y, colour)
                continue
            a, b = self.dice.uniform(-14, 14), self.dice.uniform(-14, 14)
            self.path(
                f"M0 {n(y + a)}C400 {n(y + b)} 900 {n(y - a)} {W} {n(y - b)}V{n(bottom)}H0Z", colour
            )

    def hill(self, points, fill, base=H):
        """A smooth ridge through `points`, filled down to `base`."""
        d = f"M{n(points[0][0])} {n(base)}L{n(points[0][0])} {n(points[0][1])}"
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            mid = (x0 + x1) / 2
            d += f"C{n(mid)} {n(y0)} {n(mid)} {n(y1)} {n(x1)} {n(y1)}"
        self.path(d + f"V{n(base)}Z", fill)

    def birds(self, x, y, count, ink, spread=160, size=16):
        for _ in range(count):
            bx, by = x + self.dice.uniform(-1, 1) * spread, y + self.dice.uniform(-0.4, 0.4) * spread
            s = size * self.dice.uniform(0.6, 1.2)
            self.stroke(f"M{n(bx - s)} {n(by - s * .35)}q{n(s * .6)} {n(-s * .4)} {n(s)} {n(s * .4)}q{n(s * .4)} {n(-s * .8)} {n(s)} {n(-s * .4)}", ink, 3.5)

    def cloud(self, x, y, s, fill, **k):
        self.path(
            f"M{n(x - 130 * s)} {n(y)}q{n(-6 * s)} {n(-34 * s)} {n(34 * s)} {n(-36 * s)}q{n(14 * s)} {n(-52 * s)} {n(70 * s)} {n(-36 * s)}"
            f"q{n(50 * s)} {n(-36 * s)} {n(84 * s)} {n(16 * s)}q{n(60 * s)} {n(-6 * s)} {n(66 * s)} {n(56 * s)}Z", fill, **k)

    def windows(self, x, y, w, h, cols, rows, ink, chance=1.0, fill=0.55):
        cw, rh = w / cols, h / rows
        out = []
        for i in range(cols):
            for j in range(rows):
                if self.dice.random() < chance:
                    out.append(f"M{n(x + i * cw + cw * (1 - fill) / 2)} {n(y + j * rh + rh * (1 - fill) / 2)}h{n(cw * fill)}v{n(rh * fill)}h{n(-cw * fill)}z")
        self.path("".join(out), ink)

    def person(self, x, y, h, coat, legs=NAVY, skin=EARTH, hair=NAVY, kind="suit", stride=0.0, flip=False):
        """A standing figure, feet at (x, y), `h` units tall, seen from the side or behind."""
        with self.at(x, y, h / 300, flip=flip):
            if kind in ("sari", "robe", "kurta"):
                foot = -14 if kind == "kurta" else 0
                if kind == "kurta":
                    self.poly([(-26, -120), (26, -120), (20 + stride * 30, 0), (2 + stride * 30, 0), (0, -90), (-4 - stride * 30, 0), (-22 - stride * 30, 0)], legs)
                self.path(f"M-34 -236Q0 -256 34 -236Q46 -150 44 {-90 if kind == 'kurta' else foot}L-46 {-90 if kind == 'kurta' else foot}Q-44 -150 -34 -236Z", coat)
            else:
                s = stride * 44
                self.poly([(-26, -140), (26, -140), (18 + s, 0), (-2 + s, 0), (0, -100), (2 - s, 0), (-20 - s, 0)], legs)
                self.path("M-36 -238Q0 -256 36 -238Q42 -170 34 -118L-34 -118Q-42 -170 -36 -238Z", coat)
            if kind == "sari":
                self.path("M-34 -236Q10 -250 30 -232L-40 -96L-46 -40Q-48 -150 -34 -236Z", legs)
                self.path("M-30 -236Q-6 -252 22 -242L44 -70L36 -60Z", legs, opacity=0.55)
            self.rect(-9, -262, 18, 24, skin)
            self.oval(0, -276, 21, 25, skin)
            if kind == "helmet":
                self.path("M-27 -278Q-26 -308 0 -308Q26 -308 27 -278L34 -274L-29 -274Z", hair)
            elif kind == "sari":
                self.path("M-23 -272Q-24 -304 0 -304Q22 -304 22 -280Q8 -292 2 -292Q-8 -262 -18 -258Z", hair)
                self.circle(-22, -268, 11, hair)
            else:
                self.path("M-23 -268Q-26 -304 2 -304Q24 -302 22 -280Q6 -290 0 -290Q-10 -286 -12 -264Z", hair)

    def bust(self, x, y, s, coat, hair=NAVY, skin=EARTH, bun=False):
        """Head and shoulders from behind, neck at (x, y)."""
        with self.at(x, y, s):
            self.path("M-120 220Q-124 60 -60 36Q0 14 60 36Q124 60 120 220Z", coat)
            self.path("M-26 -20H26L34 34Q0 56 -34 34Z", skin)
            self.oval(0, -62, 46, 58, skin)
            self.path("M-48 -50Q-56 -128 0 -128Q56 -128 48 -50Q40 -16 0 -14Q-40 -16 -48 -50Z", hair)
            if bun:
                self.circle(0, -52, 34, hair, stroke=BLUE, stroke_width=2.5)
                for a in range(8):
                    t = math.pi * (1.06 + a * 0.126)
                    self.circle(39 * math.cos(t), -52 + 39 * math.sin(t), 7.5, PAPER if a % 2 else OCHRE)

    # ---- out

    def svg(self):
        """The finished picture: slightly uneven edges, as cut by hand, on paper with a grain."""
        cut = (
            '<filter id="cut" x="0" y="0" width="1" height="1" filterUnits="objectBoundingBox">'
            '<feTurbulence type="fractalNoise" baseFrequency="0.018" numOctaves="2" seed="7" result="t"/>'
            '<feDisplacementMap in="SourceGraphic" in2="t" scale="5" xChannelSelector="R" yChannelSelector="G"/></filter>'
        )
        grain = (
            '<filter id="grain" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency="0.11 0.16" numOctaves="2" seed="3"/>'
            '<feColorMatrix values="0 0 0 0 0.45  0 0 0 0 0.36  0 0 0 0 0.24  0 0 0 2.6 -1.15"/></filter>'
        )
        self.speckle(220, PAPER, opacity=0.5)
        self.speckle(160, NAVY, small=0.6, large=1.7, opacity=0.35)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" width="{W}" height="{H}">'
            f"<defs>{cut}{grain}{''.join(self.defs)}</defs>"
            f'<rect width="{W}" height="{H}" fill="{self.ground}"/>'
            f'<g filter="url(#cut)"><rect width="{W}" height="{H}" fill="{self.ground}"/>'
            + "".join(self.parts)
            + f'</g><rect width="{W}" height="{H}" filter="url(#grain)" opacity="{self.grain}"/></svg>'
        )


def ring(cx, cy, r, count, start=0.0):
    """`count` points on a circle, from `start` radians."""
    return [(cx + r * math.cos(start + 2 * math.pi * i / count), cy + r * math.sin(start + 2 * math.pi * i / count)) for i in range(count)]


def gear(cx, cy, r, teeth, depth):
    out = []
    for i in range(teeth * 4):
        rr = r if i % 4 < 2 else r - depth
        a = 2 * math.pi * (i + 0.5) / (teeth * 4)
        out.append((cx + rr * math.cos(a), cy + rr * math.sin(a)))
    return out
