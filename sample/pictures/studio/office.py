"""Money and desks: counters, vaults, screens, shops."""

import math

from .ink import BLUE, CREAM, EARTH, GREY, H, MINT, NAVY, OCHRE, PAPER, TEAL, VERM, W, Sheet, n, ring


def trading_floor():
    s = Sheet(21, NAVY)
    s.rect(0, 0, W, 640, "#1d3152")
    s.hatch(0, 0, 1600, 60, NAVY, 16, 7)
    # the great board
    s.rect(90, 70, 1420, 400, NAVY)
    s.rect(104, 84, 1392, 372, "#0e1a31")
    for i in range(1, 6):
        s.line(104, 84 + i * 62, 1496, 84 + i * 62, BLUE, 2, opacity=.6)
    level, path = 330.0, []
    for i in range(42):
        x = 130 + i * 32.6
        move = s.dice.uniform(-30, 30) - (4.2 if i not in range(14, 21) else -15)
        top, bottom = min(level, level + move), max(level, level + move)
        ink = TEAL if move < 0 else VERM
        s.line(x + 9, top - s.dice.uniform(6, 22), x + 9, bottom + s.dice.uniform(6, 22), ink, 4)
        s.rect(x, top, 18, max(7, bottom - top), ink)
        level = max(130, min(420, level + move))
        path.append((x + 9, level + 34 * math.sin(i / 6)))
    s.wire(path, OCHRE, 6)
    s.halftone(104, 250, 1392, 206, BLUE, lambda u, v: v * .55, 20, .5)
    # ceiling lamps
    for x in (300, 800, 1300):
        s.line(x, 0, x, 36, GREY, 5)
        s.path(f"M{x - 70} 62Q{x} 4 {x + 70} 62Z", OCHRE)
    # far row, then near row of desks
    s.rect(0, 560, W, 340, "#182a49")
    for i in range(8):
        x = 60 + i * 215
        s.rect(x, 478, 120, 74, "#0b1528")
        s.rect(x + 7, 485, 106, 60, MINT if i % 3 else OCHRE)
        s.wire([(x + 14 + k * 12, 520 + s.dice.uniform(-22, 18)) for k in range(8)], NAVY, 4)
        s.bust(x + 160, 560, .40, (VERM, PAPER, TEAL, OCHRE)[i % 4], bun=i % 5 == 2)
    s.rect(0, 600, W, 18, BLUE)
    s.rect(0, 618, W, 282, "#101d36")
    for x in (60, 480, 900, 1320):
        for k in range(2):
            xx = x + k * 130 - 40
            s.poly([(xx, 600), (xx + 122, 592), (xx + 122, 690), (xx, 700)], "#0b1528")
            s.poly([(xx + 8, 609), (xx + 114, 602), (xx + 114, 682), (xx + 8, 690)], BLUE if k else TEAL)
            s.wire([(xx + 16 + q * 15, 650 + s.dice.uniform(-28, 22)) for q in range(7)], PAPER, 4)
    for x, k, coat, bun in ((230, 1.02, PAPER, False), (640, .96, VERM, True), (1060, 1.04, OCHRE, False), (1450, .98, TEAL, False)):
        s.bust(x, 726, k, coat, bun=bun)
    # one trader on his feet, arm up
    s.stroke("M1105 770Q1190 640 1180 520", OCHRE, 46)
    s.stroke("M1180 525V480", EARTH, 30)
    s.stroke("M1170 478V446M1182 476V440M1194 478V450", EARTH, 9)
    s.stroke("M585 770Q540 730 570 690", VERM, 36)
    s.path("M560 640h26v62h-26z", GREY)
    return s


def note(s, w, h, ground, ink, accent):
    """One banknote, centred on the origin: frames, rosettes and waves, no letters."""
    s.rect(-w / 2, -h / 2, w, h, ground)
    s.rect(-w / 2 + 12, -h / 2 + 12, w - 24, h - 24, "none", stroke=ink, stroke_width=4)
    for i in range(5):
        d = f"M{n(-w / 2 + 18)} {n(-h * .3 + i * h * .15)}"
        for k in range(8):
            d += f"q{n((w - 36) / 32)} {n(-18 + i * 2)} {n((w - 36) / 16)} 0t{n((w - 36) / 16)} 0"
        s.stroke(d, accent, 2.2, opacity=.55)
    for k in range(8):
        s.add(f'<ellipse cx="{n(w * .2)}" cy="0" rx="{n(h * .36)}" ry="{n(h * .15)}" fill="none" stroke="{ink}" stroke-width="3" transform="rotate({k * 22.5} {n(w * .2)} 0)"/>')
    s.circle(w * .2, 0, h * .1, ink)
    s.oval(-w * .26, 0, h * .24, h * .33, accent)
    s.oval(-w * .26, 0, h * .2, h * .28, ground)
    # a stepwell arch in the medallion
    s.path(f"M{n(-w * .26 - h * .13)} {n(h * .17)}v{n(-h * .2)}q{n(h * .13)} {n(-h * .2)} {n(h * .26)} 0v{n(h * .2)}z", ink)
    s.path(f"M{n(-w * .26 - h * .06)} {n(h * .17)}v{n(-h * .15)}q{n(h * .06)} {n(-h * .09)} {n(h * .12)} 0v{n(h * .15)}z", ground)
    for x, y in ((-1, -1), (1, 1), (-1, 1), (1, -1)):
        s.circle(x * (w / 2 - 40), y * (h / 2 - 38), 14, accent)
    s.line(w * .41, -h / 2, w * .41, h / 2, accent, 7, stroke_dasharray="22 12")


def coin(s, x, y, rx, ink, edge, thick=22):
    ry = rx * .34
    s.path(f"M{n(x - rx)} {n(y)}v{thick}a{n(rx)} {n(ry)} 0 0 0 {n(2 * rx)} 0v{-thick}Z", edge)
    d = "".join(f"M{n(x - rx + 2 * rx * k / 16)} {n(y + ry * math.sin(math.pi * k / 16) + 2)}v{thick - 4}" for k in range(1, 16))
    s.stroke(d, ink, 2.5, opacity=.6)
    s.oval(x, y, rx, ry, ink)
    s.oval(x, y, rx * .8, ry * .8, "none", stroke=edge, stroke_width=4)
    s.path(f"M{n(x)} {n(y - ry * .5)}l{n(rx * .3)} {n(ry * .5)}l{n(-rx * .3)} {n(ry * .5)}l{n(-rx * .3)} {n(-ry * .5)}Z", edge)


def rupee_notes():
    s = Sheet(22, TEAL)
    s.halftone(0, 0, 1600, 900, NAVY, lambda u, v: .62 * math.hypot(u - .42, v - .45), 40, .4)
    s.path("M0 720Q800 650 1600 740V900H0Z", NAVY, opacity=.55)
    # a fan of notes held together at the lower left
    inks = ((MINT, NAVY, TEAL), ("#eab9a0", EARTH, VERM), ("#f0cf93", EARTH, "#c98a2e"), ("#c9d3dd", NAVY, BLUE), ("#eec3ae", EARTH, VERM))
    for i, (ground, ink, accent) in enumerate(inks):
        with s.at(470, 800, 1, -66 + i * 17):
            with s.at(560, -20, 1.06):
                s.rect(-346, -150, 700, 320, NAVY, opacity=.35)
                note(s, 700, 310, ground, ink, accent)
    s.path("M250 900Q300 690 440 640Q620 640 700 760L760 900Z", EARTH)
    s.path("M470 690Q600 660 690 720Q720 760 650 770Q560 750 490 760Z", "#9a5a3e")
    s.path("M620 722q44 -8 66 12q-4 18 -38 18z", "#d9a287")
    s.path("M150 900Q190 800 280 770L420 900Z", PAPER)
    # coins
    for x, y, count, rx in ((1160, 800, 6, 92), (1340, 830, 10, 92), (1500, 846, 4, 86), (1010, 850, 2, 80)):
        for k in range(count):
            coin(s, x + s.dice.uniform(-6, 6), y - k * 25, rx, OCHRE if (k + count) % 4 else GREY, "#9b6420" if (k + count) % 4 else "#7d786c")
    return s


def bank_counter():
    s = Sheet(23, CREAM)
    s.rect(0, 0, W, 620, "#e9d9b8")
    s.halftone(0, 0, 1600, 300, OCHRE, lambda u, v: .5 - v * .5, 22, .6)
    # tall windows in the hall
    for i in range(5):
        x = 110 + i * 310
        s.path(f"M{x} 380V170Q{x + 80} 40 {x + 160} 170V380Z", TEAL)
        s.path(f"M{x + 14} 380V176Q{x + 80} 66 {x + 146} 176V380Z", MINT)
        s.stroke(f"M{x + 80} 100V380M{x} 250H{x + 160}M{x} 180H{x + 160}", TEAL, 7)
        s.poly([(x, 390), (x + 160, 390), (x + 40, 640), (x - 170, 640)], PAPER, opacity=.4)
    for x in (50, 360, 670, 980, 1290):
        s.rect(x - 22, 40, 60, 600, OCHRE)
        s.rect(x - 22, 40, 18, 600, "#c98a2e")
        s.rect(x - 40, 30, 96, 26, EARTH)
    # brass fan lights
    for x in (515, 1135):
        s.line(x, 0, x, 96, NAVY, 6)
        s.circle(x, 126, 34, PAPER)
        s.path(f"M{x - 40} 116a40 40 0 0 1 80 0Z", NAVY)
    # the clerks behind the counter
    for x, coat, bun in ((300, PAPER, False), (800, VERM, True), (1300, BLUE, False)):
        with s.at(x, 470, 1):
            s.path("M-84 140Q-90 40 -44 24Q0 8 44 24Q90 40 84 140Z", coat)
            s.rect(-17, -10, 34, 44, EARTH)
            s.oval(0, -46, 38, 46, EARTH)
            s.path("M-42 -40Q-50 -100 0 -100Q50 -100 42 -40Q30 -72 0 -72Q-30 -72 -42 -40Z", NAVY)
            if bun:
                s.circle(0, -104, 20, NAVY)
            else:
                s.path("M-6 30L0 100L8 30Z", NAVY)
    # grilles
    for x in (300, 800, 1300):
        s.path(f"M{x - 190} 600V330Q{x} 220 {x + 190} 330V600H{x + 168}V344Q{x} 250 {x - 168} 344V600Z", NAVY)
        d = "".join(f"M{x + k * 28} {n(600)}V{n(305 + abs(k) ** 1.8 * 1.6)}" for k in range(-5, 6) if abs(k) > 2)
        s.stroke(d, NAVY, 6)
        s.stroke(f"M{x - 70} 600V440Q{x} 380 {x + 70} 440V600", NAVY, 6, opacity=0)
    # the counter
    s.rect(0, 590, W, 34, EARTH)
    s.rect(0, 624, W, 276, NAVY)
    for i in range(8):
        s.rect(30 + i * 200, 660, 150, 200, "#1e3357")
        s.rect(48 + i * 200, 678, 114, 164, NAVY)
    s.rect(190, 560, 90, 30, GREY)
    for k in range(5):
        s.rect(420, 580 - k * 12, 96, 10, PAPER if k % 2 else MINT)
    s.circle(935, 574, 18, OCHRE)
    s.rect(1120, 548, 60, 42, VERM)
    # customers in front, a queue at the middle window
    s.bust(800, 700, 1.25, OCHRE, bun=True)
    s.path("M690 910Q700 760 760 742L900 900Z", TEAL)
    s.bust(1130, 752, 1.1, PAPER)
    s.bust(420, 760, 1.12, TEAL, hair=GREY)
    s.stroke("M500 850Q560 720 540 640", TEAL, 46)
    s.stroke("M540 645V610", EARTH, 30)
    return s


def vault():
    s = Sheet(24, NAVY)
    s.rect(0, 0, W, H, "#1c2f50")
    for r in range(6):
        for c in range(12):
            s.rect(c * 140 - (70 if r % 2 else 0), r * 130, 132, 122, "#20365b" if (r * 5 + c * 3) % 4 else "#264069")
    s.poly([(0, 790), (W, 790), (W, H), (0, H)], NAVY)
    # light from the strongroom
    s.poly([(620, 700), (1010, 700), (1420, 900), (330, 900)], OCHRE, opacity=.85)
    s.halftone(330, 700, 1090, 200, NAVY, lambda u, v: v * .75, 20, .55)
    s.circle(815, 440, 372, "#0d172c")
    s.circle(815, 440, 344, GREY)
    s.circle(815, 440, 320, "#8f8b80")
    s.circle(815, 440, 300, "#f2c873")
    with s.within('<circle cx="815" cy="440" r="300"/>'):
        s.rect(500, 100, 640, 660, "#f0c064")
        for c in range(7):
            for r in range(5):
                s.rect(528 + c * 84, 150 + r * 90, 76, 82, "#d99a34" if (c * r + c) % 3 else "#e5ae4c")
                s.circle(590 + c * 84, 192 + r * 90, 6, EARTH)
        s.poly([(515, 600), (1115, 600), (1200, 760), (430, 760)], "#c27f2b")
        for i, x in enumerate((600, 672, 744, 636, 708, 672)):
            y = 640 - (0 if i < 3 else 30 if i < 5 else 60)
            s.poly([(x - 34, y), (x + 34, y), (x + 26, y - 28), (x - 26, y - 28)], PAPER)
            s.poly([(x - 26, y - 28), (x + 26, y - 28), (x + 20, y - 34), (x - 20, y - 34)], OCHRE)
        s.halftone(515, 130, 600, 240, PAPER, lambda u, v: .7 - v * .8, 20, .45)
    # the open door, seen at a slant
    with s.at(1310, 440, 1):
        s.oval(40, 0, 190, 366, "#0d172c")
        s.oval(14, 0, 190, 362, BLUE)
        s.oval(-16, 0, 178, 344, GREY)
        s.oval(-24, 0, 150, 300, "#8f8b80")
        s.oval(-28, 0, 120, 244, GREY)
        for k in range(16):
            a = 2 * math.pi * k / 16
            s.circle(-24 + 164 * math.cos(a), 322 * math.sin(a), 13, NAVY)
        for k in range(3):
            with s.at(-28, 0, 1, k * 60 + 12):
                s.rect(-10, -190, 20, 380, NAVY)
        s.oval(-28, 0, 62, 124, "none", stroke=NAVY, stroke_width=16)
        s.oval(-28, 0, 24, 44, VERM)
    for y in (250, 600):
        s.rect(1120, y, 90, 46, "#8f8b80")
    for k in range(18):
        a = 2 * math.pi * k / 18
        s.circle(815 + 332 * math.cos(a), 440 + 332 * math.sin(a), 9, NAVY)
    s.poly([(700, 780), (770, 780), (600, 900), (420, 900)], NAVY, opacity=.6)
    s.person(735, 792, 250, VERM, NAVY, hair="#0d172c")
    s.stroke("M702 620Q676 660 686 700", VERM, 22)
    s.rect(654, 700, 58, 44, EARTH)
    return s


def phone_payment():
    s = Sheet(25, OCHRE)
    s.rect(0, 0, W, H, "#edc177")
    # the stall: awning, shelves, fruit
    s.rect(80, 220, 1440, 420, EARTH)
    s.halftone(80, 220, 1440, 300, NAVY, lambda u, v: .75 - v * .7, 22, .6)
    s.line(110, 60, 110, 900, NAVY, 22)
    s.line(1490, 60, 1490, 900, NAVY, 22)
    for i in range(12):
        x = 40 + i * 127
        ink = VERM if i % 2 else PAPER
        s.path(f"M{x} 90H{x + 127}L{x + 127} 210Q{x + 63} 280 {x} 210Z", ink)
    s.rect(30, 66, 1540, 32, NAVY)
    # the stallkeeper
    with s.at(470, 440, 1.2):
        s.path("M-130 260Q-136 90 -66 62Q0 40 66 62Q136 90 130 260Z", TEAL)
        s.path("M-26 62L0 112L26 62L20 20H-20Z", EARTH)
        s.oval(0, -40, 56, 68, "#9a5a3e")
        s.path("M-60 -40Q-70 -118 0 -120Q70 -118 60 -40Q48 -80 6 -82Q-40 -84 -60 -40Z", NAVY)
        s.path("M-30 -10Q0 -22 30 -10Q20 0 0 -2Q-20 0 -30 -10Z", NAVY)
        s.stroke("M-20 14Q0 28 20 14", NAVY, 5)
        s.circle(-20, -42, 5, NAVY)
        s.circle(20, -42, 5, NAVY)
        s.stroke("M100 110Q190 130 220 60", TEAL, 50)
        s.stroke("M214 66L236 20", "#9a5a3e", 32)
    s.rect(0, 640, W, 260, NAVY)
    s.rect(0, 630, W, 26, GREY)
    for tray, (x0, ink, other, r) in enumerate(((60, VERM, "#b93a22", 40), (470, OCHRE, "#c98a2e", 44), (910, TEAL, "#1f6665", 38), (1290, "#e7d08e", OCHRE, 40))):
        for row in range(4):
            for k in range(4 - row):
                x, y = x0 + 60 + k * r * 2 + row * r, 690 - row * r * 1.5
                s.circle(x, y + 90, r, ink if (k + row) % 2 else other)
                s.path(f"M{n(x - r * .5)} {n(y + 72)}q{n(r * .2)} {n(-r * .4)} {n(r * .6)} {n(-r * .4)}", "none", stroke=PAPER, stroke_width=5, stroke_linecap="round", opacity=.5)
        s.poly([(x0, 800), (x0 + 370, 800), (x0 + 340, 900), (x0 + 30, 900)], EARTH if tray % 2 else "#945236")
        s.hatch(x0 + 20, 824, 330, 70, NAVY, 26, 4, 0, .5)
    # the plate with the code, hanging from the awning
    s.line(800, 230, 800, 300, NAVY, 6)
    s.rect(690, 296, 220, 250, PAPER)
    s.rect(690, 296, 220, 26, TEAL)
    cells = "".join(f"M{712 + i * 16} {338 + j * 16}h16v16h-16z" for i in range(11) for j in range(11) if s.dice.random() < .5 and not ((i < 4 or i > 6) and j < 4) and not (i < 4 and j > 6))
    s.path(cells, NAVY)
    for x, y in ((712, 338), (840, 338), (712, 466)):
        s.rect(x, y, 48, 48, NAVY)
        s.rect(x + 8, y + 8, 32, 32, PAPER)
        s.rect(x + 16, y + 16, 16, 16, NAVY)
    # the customer's hand and telephone, close to us
    with s.at(1190, 520, 1.12, 9):
        s.path("M40 120Q190 60 240 160L420 480H120Q60 300 40 120Z", "#9a5a3e")
        s.path("M150 330L400 240L560 560H220Z", VERM)
        s.rect(-116, -190, 236, 440, "#0c1830", rx=30)
        s.rect(-100, -162, 204, 384, MINT, rx=10)
        s.circle(0, -20, 74, TEAL)
        s.stroke("M-36 -18L-10 12L40 -46", PAPER, 20)
        s.rect(-66, 92, 132, 20, NAVY, rx=8)
        s.rect(-46, 128, 92, 14, BLUE, rx=7)
        s.rect(-74, 172, 148, 34, OCHRE, rx=12)
        for y in (-40, 34, 104, 168):
            s.path(f"M-140 {y}q-10 -30 22 -32q44 0 46 26q-6 24 -40 26q-22 0 -28 -20z", "#9a5a3e")
        s.path("M60 240Q110 160 96 60Q120 20 146 60Q170 140 150 240Z", "#9a5a3e")
    for i in range(3):
        r = 46 + i * 34
        s.stroke(f"M{n(1000 - r * .2)} {n(440 - r)}A{r} {r} 0 0 1 {n(1000 - r * .2)} {n(440 + r)}", PAPER, 9, opacity=.95 - i * .2)
    return s


def gold_shop():
    s = Sheet(26, "#5b1f22")
    s.rect(0, 0, W, H, "#6d2420")
    s.halftone(0, 0, 1600, 520, VERM, lambda u, v: .7 - math.hypot(u - .5, v * .8) * .8, 44, .6)
    # curtain and arch
    s.path("M0 0H1600V900H1480V330Q1440 120 1120 110Q860 100 800 50Q740 100 480 110Q160 120 120 330V900H0Z", NAVY)
    s.stroke("M140 900V335Q178 138 486 130Q744 118 800 78Q856 118 1114 130Q1422 138 1460 335V900", OCHRE, 7)
    for x in (440, 800, 1160):
        s.line(x, 60, x, 190, OCHRE, 4)
        s.path(f"M{x - 44} 226Q{x} 150 {x + 44} 226Z", OCHRE)
        s.circle(x, 232, 15, PAPER)
    # shelves with busts and necklaces
    for x, k in ((800, 1.25), (500, .98), (1100, .98), (255, .78), (1345, .78)):
        with s.at(x, 580, k):
            s.path("M-110 90Q-104 -10 -54 -50Q-34 -70 -34 -150H34Q34 -70 54 -50Q104 -10 110 90Z", NAVY if k < 1 else PAPER)
            s.path("M34 -150Q34 -70 54 -50Q104 -10 110 90H40Q50 -40 10 -150Z", BLUE if k < 1 else GREY, opacity=.6)
            for ring_no, (rx, ry) in enumerate(((44, 74), (58, 104), (72, 134))):
                beads = 19 + ring_no * 6
                for b in range(beads):
                    a = math.pi * (b + .5) / beads
                    s.circle(rx * math.cos(a), -76 + ry * math.sin(a), 5.5 + ring_no + (2 if abs(b - beads / 2) < 2 else 0), OCHRE if b % 2 or ring_no == 1 else "#f3cf7c")
            s.poly([(-16, 58), (16, 58), (0, 92)], VERM)
            s.circle(0, 52, 13, "#f3cf7c")
    s.rect(120, 660, 1360, 30, OCHRE)
    s.rect(120, 690, 1360, 210, "#3a1517")
    s.path("M140 700H1460V880H140Z", TEAL, opacity=.75)
    s.halftone(140, 700, 1320, 180, NAVY, lambda u, v: v * .8, 20, .6)
    for i in range(9):
        x = 220 + i * 145
        if i % 3 == 0:
            for r in (46, 36, 26):
                s.oval(x, 780, r, r * .62, "none", stroke=OCHRE if r != 36 else "#f3cf7c", stroke_width=9)
        elif i % 3 == 1:
            for q in (-26, 26):
                s.stroke(f"M{x + q} 736v16", OCHRE, 4)
                s.circle(x + q, 768, 16, OCHRE)
                s.poly([(x + q - 16, 790), (x + q + 16, 790), (x + q, 826)], "#f3cf7c")
        else:
            s.rect(x - 44, 762, 88, 44, PAPER)
            for q in (-22, 0, 22):
                s.oval(x + q, 778, 12, 14, "none", stroke=OCHRE, stroke_width=6)
                s.circle(x + q, 764, 5, VERM)
    # two customers looking in
    s.bust(560, 760, 1.3, TEAL, bun=True)
    s.path("M410 950Q420 830 500 800L600 950Z", OCHRE)
    s.bust(980, 790, 1.2, VERM, bun=True)
    s.path("M840 950Q850 850 920 826L1030 950Z", PAPER)
    s.circle(634, 704, 8, OCHRE)
    s.circle(1048, 738, 8, OCHRE)
    return s


def server_room():
    s = Sheet(27, NAVY, .07)
    vx, vy = 800, 400
    s.rect(0, 0, W, H, "#0e1a31")
    s.poly([(0, H), (W, H), (880, 470), (720, 470)], "#1e3557")
    for i in range(9):
        t = (i / 9) ** 1.8
        y = 480 + t * 430
        s.line(vx - (y - vy) * 1.6, y, vx + (y - vy) * 1.6, y, BLUE, 2 + t * 4, opacity=.6)
    for k in range(-4, 5):
        s.line(vx + k * 14, 470, vx + k * 260, H, BLUE, 3, opacity=.5)
    s.poly([(0, 0), (W, 0), (880, 330), (720, 330)], "#15243f")
    for k in range(5):
        t = (k + 1) / 5
        half, y = 30 + 330 * t ** 2, 330 - 330 * t ** 1.6
        s.poly([(vx - half * .5, y), (vx + half * .5, y), (vx + half * .42, y + 20 * t), (vx - half * .42, y + 20 * t)], PAPER, opacity=.85)
    s.rect(720, 330, 160, 142, TEAL)
    s.rect(770, 350, 60, 122, MINT)
    s.halftone(560, 240, 480, 330, MINT, lambda u, v: .8 - 1.9 * math.hypot(u - .5, v - .45), 20, .4)
    edges = [80, 132, 200, 300, 440, 640, 900]
    for side in (-1, 1):
        for i in range(len(edges) - 1):
            a, b = edges[i] + 4, edges[i + 1] - edges[i + 1] * .02
            x0, x1 = vx + side * a, vx + side * b

            def y(x, t):
                d = abs(x - vx)
                return vy - d * .86 + t * d * 1.74

            s.poly([(x0, y(x0, 0)), (x1, y(x1, 0)), (x1, y(x1, 1)), (x0, y(x0, 1))], "#1a2c4b" if i % 2 else "#22395e")
            for r in range(15):
                t0, t1 = .05 + r * .061, .05 + r * .061 + .045
                xa, xb = x0 + (x1 - x0) * .1, x0 + (x1 - x0) * .9
                s.poly([(xa, y(xa, t0)), (xb, y(xb, t0)), (xb, y(xb, t1)), (xa, y(xa, t1))], "#0b1528")
                for q in range(5):
                    xl = xa + (xb - xa) * (.1 + q * .12)
                    if s.dice.random() < .75:
                        s.circle(xl, y(xl, (t0 + t1) / 2), max(1.4, abs(xl - vx) * .0075), s.dice.choice((OCHRE, MINT, MINT, TEAL, VERM)))
                if r % 3 == 1:
                    xl = xa + (xb - xa) * .78
                    s.line(xl, y(xl, (t0 + t1) / 2), xb - (xb - xa) * .05, y(xb, (t0 + t1) / 2), BLUE, max(2, abs(x0 - vx) * .012))
    # cables over the aisle
    for k, ink in enumerate((VERM, OCHRE, MINT)):
        s.stroke(f"M{180 - k * 60} 0Q{420 + k * 30} {210 + k * 20} {640 + k * 14} {300 + k * 8}", ink, 9 - k)
    s.oval(890, 846, 110, 16, "#0b1528")
    s.person(890, 846, 400, VERM, "#0b1528", stride=.3)
    s.stroke("M862 560Q830 610 880 640", VERM, 34)
    s.poly([(830, 636), (930, 624), (936, 640), (836, 654)], GREY)
    s.poly([(830, 636), (812, 560), (822, 558), (842, 634)], MINT)
    return s


def coffee_desk():
    s = Sheet(28, "#c9824d")
    s.rect(0, 0, W, H, "#bd7444")
    for i in range(8):
        y = i * 118
        s.path(f"M0 {y}H1600V{y + 4}H0Z", EARTH, opacity=.6)
        for _ in range(5):
            x = s.dice.uniform(0, 1500)
            yy = y + s.dice.uniform(20, 100)
            s.stroke(f"M{n(x)} {n(yy)}q{n(s.dice.uniform(60, 120))} {n(s.dice.uniform(-10, 10))} {n(s.dice.uniform(160, 340))} 0", EARTH, 3, opacity=.4)
    # leaf shadows and the leaves themselves
    for turn in (8, 34, 60, 84):
        with s.at(1630, -40, 1, turn + 60):
            s.path("M40 30Q240 -60 560 60Q260 120 40 30Z", NAVY, opacity=.25)
    for turn in (0, 26, 52, 78):
        with s.at(1640, -60, 1, turn + 62):
            s.path("M0 0Q220 -90 520 20Q220 90 0 0Z", TEAL if turn % 52 else "#1f6665")
            s.stroke("M10 2Q240 0 500 20", MINT, 4)
    # the newspaper: columns as ruled grey, a picture, no letters
    with s.at(560, 520, 1, -9):
        s.rect(-420, -330, 860, 720, NAVY, opacity=.3)
        s.rect(-440, -350, 860, 720, PAPER)
        s.rect(-440, 6, 860, 8, GREY)
        s.rect(-400, -318, 780, 54, NAVY)
        s.rect(-400, -252, 780, 5, VERM)
        s.rect(-400, -226, 370, 200, MINT)
        s.path("M-400 -26V-110Q-300 -190 -220 -120T-30 -150V-26Z", TEAL)
        s.circle(-110, -170, 28, VERM)
        for c in range(4):
            x = -400 + c * 198
            for r in range(26):
                y = -226 + r * 22
                if (c < 2 and r < 10) or 10 <= r <= 11:
                    continue
                w = 176 if s.dice.random() < .82 else s.dice.uniform(60, 150)
                s.rect(x, y, w, 7, GREY if r > 1 else NAVY)
        s.rect(-4, -226, 376, 26, NAVY)
        s.rect(-4, -190, 300, 26, NAVY)
    # spectacles
    with s.at(470, 620, 1.1, 14):
        for dx, dy in ((6, 10), (0, 0)):
            ink = NAVY
            k = {"opacity": .3} if dx else {}
            s.circle(-84 + dx, dy, 62, "none", stroke=ink, stroke_width=13, **k)
            s.circle(84 + dx, dy, 62, "none", stroke=ink, stroke_width=13, **k)
            s.stroke(f"M{-24 + dx} {-8 + dy}Q{dx} {-26 + dy} {24 + dx} {-8 + dy}M{-146 + dx} {-10 + dy}Q-190 -90 -150 -170M{146 + dx} {-10 + dy}Q196 -80 160 -170", ink, 11, **k)
    # cup and saucer
    s.circle(1212, 500, 246, NAVY, opacity=.3)
    s.circle(1196, 482, 246, PAPER)
    s.circle(1196, 482, 214, CREAM)
    s.circle(1196, 482, 226, "none", stroke=VERM, stroke_width=8)
    s.path("M1310 400Q1440 330 1452 420Q1456 500 1330 500Z", PAPER)
    s.path("M1326 424Q1410 380 1418 424Q1420 466 1336 472Z", CREAM)
    s.circle(1196, 482, 150, GREY)
    s.circle(1190, 476, 146, PAPER)
    s.circle(1190, 476, 122, "#4a2319")
    s.path("M1190 372Q1286 384 1290 476Q1230 400 1130 420Q1150 380 1190 372Z", "#7f432d")
    for q in range(4):
        s.stroke(f"M{1150 - q * 6} {440 + q * 26}q40 {-26 + q * 4} {84 + q * 10} 0", "#d9a26b", 9)
    s.path("M1000 690L1090 620L1110 640L1030 712Q1000 724 1000 690Z", GREY)
    # pen, and biscuits
    with s.at(1000, 200, 1, -24):
        s.rect(-170, 4, 330, 26, NAVY, opacity=.3)
        s.rect(-180, -14, 260, 28, VERM)
        s.rect(60, -14, 90, 28, NAVY)
        s.poly([(150, -13), (196, 0), (150, 13)], OCHRE)
    for x, y in ((1420, 770), (1500, 720)):
        s.circle(x + 8, y + 8, 60, NAVY, opacity=.3)
        s.circle(x, y, 60, OCHRE)
        for px, py in ring(x, y, 34, 6) + [(x, y)]:
            s.circle(px, py, 5, EARTH)
    return s


SCENES = {
    "trading-floor": trading_floor,
    "rupee-notes": rupee_notes,
    "bank-counter": bank_counter,
    "vault": vault,
    "phone-payment": phone_payment,
    "gold-shop": gold_shop,
    "server-room": server_room,
    "coffee-desk": coffee_desk,
}
