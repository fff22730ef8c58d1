"""Making and moving: docks, mills, lines, looms, trains, airports."""

import math

from .ink import BLUE, CREAM, EARTH, GREY, H, MINT, NAVY, OCHRE, PAPER, TEAL, VERM, W, Sheet, gear, n


def box(s, x, y, w, h, ink):
    """One shipping container, long side towards us."""
    s.rect(x, y, w, h, ink)
    s.stroke("".join(f"M{n(x + w * k / 9)} {n(y + 6)}V{n(y + h - 6)}" for k in range(1, 9)), NAVY, 3, opacity=.28)
    s.rect(x, y, w, 5, PAPER, opacity=.35)
    s.rect(x, y + h - 6, w, 6, NAVY, opacity=.45)


def crane(s, x, y, k, ink):
    """A ship-to-shore gantry, boom to the left, feet at (x, y)."""
    with s.at(x, y, k):
        s.stroke("M-70 0L-56 -400M90 0L76 -400", ink, 17, cap="butt")
        s.stroke("M-64 -190H84M-62 -190L84 -390M84 -190L-58 -390", ink, 9, cap="butt")
        s.rect(-470, -430, 690, 30, ink)
        s.stroke("M-20 -430L10 -590L76 -430M10 -590L-440 -424M10 -590L210 -424M10 -590L-200 -424", ink, 8, cap="butt")
        s.rect(110, -470, 90, 46, ink)
        s.stroke("".join(f"M{-450 + i * 60} -430l30 30l30 -30" for i in range(11)), ink, 4)
        s.rect(-86, -14, 60, 18, ink)
        s.rect(60, -14, 60, 18, ink)


def container_port():
    s = Sheet(41, CREAM)
    s.bands(["#f2c98a", "#f3d9aa", "#f4e3c3", CREAM], 0, 640)
    s.circle(360, 300, 130, VERM)
    s.halftone(190, 130, 340, 340, CREAM, lambda u, v: (v - .35) * 1.3 if math.hypot(u - .5, v - .5) < .37 else 0, 20, .9)
    s.hill([(0, 520), (300, 480), (620, 530), (1000, 490), (1600, 520)], MINT, 620)
    crane(s, 1320, 620, .62, "#7b9ba4")
    crane(s, 1040, 620, .58, "#7b9ba4")
    s.rect(0, 600, W, 300, TEAL)
    for _ in range(36):
        x, y = s.dice.uniform(0, 1500), s.dice.uniform(640, 880)
        s.stroke(f"M{n(x)} {n(y)}q30 -8 60 0t60 0", MINT, 3.5, opacity=.5)
    inks = (VERM, OCHRE, TEAL, BLUE, PAPER, MINT, "#8f2a1c")
    # the ship, bow to the left
    heights = (3, 4, 5, 5, 4, 5, 3, 4)
    for c, top in enumerate(heights):
        for r in range(top):
            box(s, 300 + c * 108, 552 - r * 52, 104, 50, inks[(c * 3 + r * 2 + (c * r) % 3) % 7])
    s.rect(1170, 300, 130, 310, PAPER)
    s.rect(1150, 290, 170, 30, NAVY)
    s.rect(1150, 330, 170, 26, BLUE)
    s.windows(1180, 370, 110, 200, 4, 6, NAVY, 1, .5)
    s.rect(1210, 210, 60, 84, VERM)
    s.rect(1210, 228, 60, 16, NAVY)
    s.path("M170 590H1360L1330 790Q700 824 290 790Q210 700 170 590Z", NAVY)
    s.path("M256 744Q700 776 1338 740L1330 790Q700 824 290 790Z", VERM)
    s.path("M176 606H1358L1357 618H181Z", PAPER)
    s.circle(262, 668, 17, GREY)
    s.path("M250 806Q700 850 1360 800Q900 880 250 806Z", PAPER, opacity=.7)
    # the crane above, with one box in the air
    crane(s, 1470, 800, 1.24, NAVY)
    s.stroke("M980 280L960 400M1060 280L1080 400", NAVY, 5)
    s.rect(940, 396, 160, 16, OCHRE)
    box(s, 946, 414, 148, 66, VERM)
    # quay
    s.poly([(1240, 800), (1600, 770), (1600, 900), (1180, 900)], GREY)
    s.poly([(1240, 800), (1600, 770), (1600, 786), (1236, 818)], OCHRE)
    for c in range(3):
        box(s, 1330 + c * 104, 826 - (c % 2) * 4, 98, 48, inks[(c * 2 + 1) % 7])
    s.person(1290, 880, 96, OCHRE, NAVY, kind="helmet", hair=PAPER)
    s.birds(720, 150, 7, NAVY, 210, 20)
    return s


def chip_wafer():
    s = Sheet(42, NAVY)
    s.rect(0, 0, W, H, "#e2b04f")
    s.halftone(0, 0, 1600, 900, VERM, lambda u, v: .62 * (u - .25), 30, .55)
    s.path("M0 760H1600V900H0Z", "#c98a2e")
    s.circle(734, 490, 388, EARTH, opacity=.45)
    s.circle(710, 460, 388, PAPER)
    s.circle(710, 460, 376, BLUE)
    with s.within('<circle cx="710" cy="460" r="366"/>'):
        s.rect(330, 80, 760, 760, NAVY)
        size = 58
        for c in range(14):
            for r in range(14):
                x, y = 304 + c * size, 54 + r * size
                if math.hypot(x + size / 2 - 710, y + size / 2 - 460) > 372:
                    continue
                band = (x - 330) * .7 + (y - 80) + 40 * math.sin(x / 90)
                ink = (TEAL, "#35908a", MINT, OCHRE, VERM, "#8a4d6a", BLUE)[int(band / 150) % 7]
                s.rect(x, y, size - 6, size - 6, ink)
                s.rect(x + 6, y + 6, 20, 18, NAVY, opacity=.75)
                s.rect(x + 30, y + 6, 16, 30, PAPER, opacity=.5)
                s.stroke(f"M{x + 6} {y + 32}h20M{x + 6} {y + 40}h20M{x + 30} {y + 43}h16", NAVY, 3, opacity=.6)
        s.path("M330 520L820 80H960L330 660Z", PAPER, opacity=.26)
        s.path("M330 720L1010 100H1040L330 760Z", PAPER, opacity=.22)
    s.path("M690 826l20 -22l20 22z", "#e2b04f")
    # a gloved hand with a vacuum wand
    s.path("M1600 470Q1400 430 1310 470L1230 560Q1220 610 1270 610L1360 590Q1330 650 1370 660Q1400 700 1450 690Q1500 720 1600 700Z", PAPER)
    s.path("M1270 610L1360 590Q1330 650 1370 660Q1350 600 1400 580Q1320 570 1270 610Z", GREY)
    s.stroke("M1372 658Q1420 640 1450 616M1450 690Q1490 670 1510 640", GREY, 8)
    s.path("M1500 440L1600 440V730L1500 712Q1480 570 1500 440Z", TEAL)
    s.stroke("M1290 560L1060 640", NAVY, 22)
    s.stroke("M1070 636L1010 650", GREY, 16)
    s.oval(1000, 652, 44, 18, NAVY)
    # one die, enlarged, at the upper right
    with s.at(1330, 210, 1, 8):
        s.rect(-132, -122, 276, 276, EARTH, opacity=.4)
        for k in range(9):
            for x, y, w, h in ((-164, -112 + k * 27, 36, 11), (128, -112 + k * 27, 36, 11), (-112 + k * 27, -164, 11, 36), (-112 + k * 27, 128, 11, 36)):
                s.rect(x, y, w, h, PAPER)
        s.rect(-136, -136, 272, 272, NAVY)
        s.rect(-104, -104, 110, 90, TEAL)
        s.rect(18, -104, 86, 130, VERM)
        s.rect(-104, 0, 60, 104, OCHRE)
        s.rect(-30, 0, 36, 104, MINT)
        s.rect(18, 40, 86, 64, BLUE)
        s.hatch(26, -94, 70, 110, "#8f2a1c", 12, 4)
        s.hatch(-96, -96, 94, 74, NAVY, 14, 4, 0, .5)
    s.stroke("M1180 330L1050 400", PAPER, 5, stroke_dasharray="4 14")
    s.rect(1004, 390, 52, 52, "none", stroke=PAPER, stroke_width=6)
    return s


def steel_mill():
    s = Sheet(43, NAVY)
    s.rect(0, 0, W, H, "#1a1a2c")
    for r, ink in ((760, "#2a1c2c"), (560, "#452028"), (390, "#6b2a24"), (250, "#94381f")):
        s.circle(1180, 640, r, ink)
    s.halftone(830, 290, 700, 600, VERM, lambda u, v: .62 - 1.25 * math.hypot(u - .5, v - .58), 24, .7)
    # roof trusses and windows
    for i in range(8):
        s.rect(40 + i * 200, 120, 120, 130, "#5c2a2a")
        s.stroke(f"M{100 + i * 200} 120V250M{40 + i * 200} 184H{160 + i * 200}", NAVY, 7)
    s.stroke("M0 60H1600M0 20H1600" + "".join(f"M{i * 80} 60L{i * 80 + 40} 20L{i * 80 + 80} 60" for i in range(20)), "#0b1222", 11)
    for x in (120, 620, 1480):
        s.rect(x - 22, 60, 44, 800, "#0b1222")
    s.rect(0, 300, W, 34, "#0b1222")
    # the ladle on its crane, tilted
    s.stroke("M760 60V250M1060 60V230", GREY, 9)
    s.rect(730, 46, 360, 34, OCHRE)
    with s.at(910, 360, 1.1, 26):
        s.stroke("M-180 -40Q-190 -170 0 -180Q190 -170 180 -40", GREY, 20)
        s.path("M-190 -110H190L150 170Q0 210 -150 170Z", "#0b1222")
        s.path("M-190 -110H-60L-60 190Q-110 186 -150 170Z", "#2d3a55")
        s.oval(0, -110, 190, 34, "#f7d48a")
        s.oval(0, -110, 160, 22, OCHRE)
        s.rect(-186, -60, 372, 18, GREY)
        s.rect(-164, 90, 328, 18, GREY)
        s.circle(0, -30, 26, OCHRE)
    # the pour
    s.path("M1130 330Q1190 350 1206 470Q1212 600 1206 700H1166Q1176 560 1160 460Q1150 390 1106 376Z", "#f7d48a")
    s.path("M1136 350Q1176 380 1190 480Q1196 600 1192 700H1178Q1186 560 1172 460Q1160 390 1116 366Z", PAPER)
    s.path("M1040 700H1340L1310 860H1070Z", "#0b1222")
    s.oval(1190, 702, 150, 26, VERM)
    s.oval(1190, 702, 110, 17, "#f7d48a")
    for _ in range(70):
        a = s.dice.uniform(math.pi * 1.02, math.pi * 1.98)
        r0 = s.dice.uniform(40, 150)
        r1 = r0 + s.dice.uniform(20, 120)
        ink = s.dice.choice((OCHRE, "#f7d48a", VERM))
        x, y = 1190, 700
        s.stroke(f"M{n(x + r0 * math.cos(a) * 1.5)} {n(y + r0 * math.sin(a))}L{n(x + r1 * math.cos(a) * 1.5)} {n(y + r1 * math.sin(a) + 10)}", ink, s.dice.uniform(2.5, 5.5))
    # the floor, glowing slabs, and the melters
    s.path("M0 850Q800 820 1600 850V900H0Z", "#0b1222")
    for k in range(4):
        s.poly([(40 + k * 130, 800), (150 + k * 130, 800), (170 + k * 130, 846), (50 + k * 130, 846)], (VERM, "#e06a35", OCHRE, "#f7d48a")[k])
    for x, h, flip, stride in ((690, 330, False, .5), (850, 300, False, .2)):
        s.person(x, 872, h, "#31466a" if x == 690 else EARTH, "#0b1222", kind="helmet", hair=OCHRE, stride=stride, flip=flip)
        k = h / 300
        s.stroke(f"M{n(x + 26 * k)} {n(872 - 240 * k)}L{n(x + 24 * k)} {n(872 - 130 * k)}", VERM, 6)
    s.stroke("M706 668L800 690", "#31466a", 28)
    s.stroke("M760 704L1060 690", GREY, 8)
    return s


def metro_train():
    s = Sheet(44, MINT)
    s.bands(["#8fbcb4", "#b5d3c3", "#dbe2cc", CREAM], 0, 640)
    s.circle(1290, 200, 100, OCHRE)
    x = -30
    while x < W:
        w, h = s.dice.uniform(70, 140), s.dice.uniform(150, 390)
        s.rect(x, 660 - h, w, h, "#7fa9a9")
        s.windows(x + 8, 676 - h, w - 16, h - 30, 4, int(h / 34), CREAM, .55, .4)
        x += w + 8
    x = -60
    while x < W:
        w, h, ink = s.dice.uniform(110, 190), s.dice.uniform(80, 200), s.dice.choice((OCHRE, "#d9a37c", CREAM, "#c98a4e"))
        s.rect(x, 760 - h, w, h + 140, ink)
        s.rect(x - 4, 760 - h, w + 8, 10, EARTH)
        s.windows(x + 10, 784 - h, w - 20, h + 20, 4, int(h / 46) + 1, NAVY, .9, .42)
        x += w + 4
    s.rect(0, 790, W, 110, NAVY)
    for x, r in ((60, 56), (420, 46), (760, 62), (1180, 50), (1500, 60)):
        s.circle(x, 800, r, TEAL)
        s.circle(x + 40, 820, r * .8, "#1f6665")
    # the viaduct, rising out of the picture to the left
    for x, y in ((230, 560), (640, 590), (1050, 618), (1440, 648)):
        s.poly([(x - 36, y), (x + 36, y), (x + 26, 900), (x - 26, 900)], GREY)
        s.poly([(x + 6, y), (x + 36, y), (x + 26, 900), (x + 4, 900)], "#8f8b80")
        s.poly([(x - 120, y - 10), (x + 120, y + 4), (x + 50, y + 64), (x - 50, y + 58)], GREY)
    s.poly([(0, 520), (1600, 632), (1600, 690), (0, 566)], PAPER)
    s.poly([(0, 552), (1600, 674), (1600, 700), (0, 574)], "#8f8b80")
    # the train: three cars in perspective
    with s.at(0, 0, 1):
        s.path("M-20 300L1080 344Q1220 350 1300 470Q1330 540 1322 600L-20 512Z", PAPER)
        s.path("M-20 448L1326 560L1322 604L-20 516Z", VERM)
        s.path("M-20 300L1080 344Q1130 348 1170 366L-20 322Z", GREY)
        s.path("M1120 372Q1220 390 1270 478L1180 470Q1130 470 1120 372Z", NAVY)
        s.path("M1140 384Q1200 396 1240 440L1190 436Q1150 430 1140 384Z", MINT)
        for i in range(13):
            x0 = 6 + i * 84
            y0 = 340 + x0 * .042
            door = i % 4 == 1
            if door:
                s.poly([(x0, y0), (x0 + 58, y0 + 3), (x0 + 58, y0 + 168), (x0, y0 + 162)], TEAL)
                s.line(x0 + 29, y0 + 2, x0 + 29, y0 + 164, PAPER, 4)
                s.poly([(x0 + 6, y0 + 14), (x0 + 24, y0 + 15), (x0 + 24, y0 + 84), (x0 + 6, y0 + 82)], NAVY)
                s.poly([(x0 + 34, y0 + 15), (x0 + 52, y0 + 16), (x0 + 52, y0 + 85), (x0 + 34, y0 + 84)], NAVY)
            else:
                s.poly([(x0 - 4, y0 + 10), (x0 + 66, y0 + 13), (x0 + 66, y0 + 86), (x0 - 4, y0 + 82)], NAVY)
                if i % 3 != 1:
                    s.circle(x0 + 30, y0 + 50, 15, EARTH)
                    s.path(f"M{x0 + 6} {y0 + 84}q24 -34 50 2z", (OCHRE, VERM, PAPER)[i % 3])
        for x0 in (360, 728):
            s.poly([(x0 - 26, 318 + x0 * .04), (x0 - 16, 318 + x0 * .04), (x0 - 16, 512 + x0 * .07), (x0 - 26, 512 + x0 * .07)], NAVY)
        s.circle(1296, 540, 14, "#f7d48a")
        s.poly([(1300, 530), (1600, 520), (1600, 640), (1304, 550)], "#f7d48a", opacity=.4)
    s.stroke("M0 214L1600 340", NAVY, 5)
    for x in (160, 640, 1120, 1540):
        y = 214 + x * .079
        s.stroke(f"M{x} {n(y + 96 if x < 1130 else y + 300)}V{n(y - 26)}M{x - 60} {n(y - 18)}H{x + 60}", NAVY, 8)
    s.halftone(0, 560, 1600, 110, NAVY, lambda u, v: .6 - v * .5, 22, .28)
    s.birds(860, 130, 6, NAVY, 190, 20)
    return s


def airport():
    s = Sheet(45, CREAM)
    s.bands(["#e9a85c", "#f0bf7d", "#f4d5a5", CREAM], 0, 620)
    s.circle(560, 470, 120, VERM)
    s.hill([(0, 560), (400, 530), (800, 568), (1200, 520), (1600, 560)], TEAL, 640)
    s.rect(1180, 380, 44, 200, NAVY)
    s.path("M1150 386L1130 320H1274L1254 386Z", NAVY)
    s.rect(1142, 332, 120, 30, OCHRE)
    s.rect(1196, 270, 10, 50, NAVY)
    s.rect(0, 600, W, 160, GREY)
    s.poly([(0, 640), (1600, 620), (1600, 632), (0, 654)], PAPER)
    # one aircraft climbing, one at the gate
    with s.at(1010, 190, .62, -16):
        s.path("M-190 0Q-150 -26 60 -26H150L210 -90H240L222 -14Q230 10 190 16H-100Q-180 20 -190 0Z", NAVY)
        s.path("M20 6L130 100H176L116 4Z", NAVY)
    with s.at(420, 560, 1.15):
        s.poly([(-60, 40), (250, 150), (330, 150), (150, 30)], "#8f8b80")
        s.path("M-430 20Q-420 -50 -300 -62H420L560 -250H650L610 -50Q616 20 560 30L-300 66Q-420 66 -430 20Z", PAPER)
        s.path("M420 -62L560 -250H650L610 -50Q540 -70 420 -62Z", VERM)
        s.path("M500 -140L560 -220H640L630 -160Z", OCHRE)
        s.path("M-428 30Q-300 44 600 4Q592 26 560 30L-300 66Q-410 66 -428 30Z", TEAL)
        s.path("M-400 -18Q-380 -46 -330 -48L-326 -20Z", NAVY)
        for i in range(18):
            s.rect(-270 + i * 44, -34, 18, 26, NAVY, rx=7)
        s.rect(-300, -44, 26, 76, GREY)
        s.poly([(40, 24), (190, 10), (420, 170), (340, 180)], GREY)
        s.path("M110 70h120q20 30 0 66h-120q-26 -30 0 -66z", NAVY)
        for x in (-300, 120):
            s.rect(x - 5, 60, 10, 50, NAVY)
            s.circle(x, 116, 22, NAVY)
    # the glass wall of the hall and the travellers in front of it
    s.rect(0, 750, W, 150, "#22375a")
    s.poly([(0, 760), (1600, 760), (1600, 774), (0, 774)], OCHRE)
    s.halftone(0, 774, 1600, 126, NAVY, lambda u, v: v * .9, 22, .6)
    for x in (-10, 395, 800, 1205, 1590):
        s.rect(x - 12, 0, 26, 770, NAVY)
    s.rect(0, 0, W, 30, NAVY)
    s.rect(0, 226, W, 12, NAVY)
    s.poly([(30, 30), (240, 30), (60, 226), (30, 226)], PAPER, opacity=.25)
    s.poly([(900, 238), (1100, 238), (860, 740), (820, 740)], PAPER, opacity=.2)
    for x, h, coat, kind, flip, stride in ((1010, 420, NAVY, "suit", False, .9), (1310, 400, VERM, "sari", True, 0), (1420, 250, OCHRE, "suit", True, .3), (250, 410, TEAL, "kurta", False, .4)):
        s.oval(x, 874, h * .24, 10, "#0b1528", opacity=.6)
        s.person(x, 872, h, coat, NAVY if kind != "sari" else OCHRE, kind=kind, flip=flip, stride=stride)
    for x, ink in ((1120, VERM), (150, OCHRE)):
        s.stroke(f"M{x - 60 if x > 1000 else x + 60} 700L{x} 740V790", NAVY, 7)
        s.rect(x - 44, 772, 88, 96, ink, rx=10)
        s.stroke(f"M{x - 20} 784V858M{x + 20} 784V858", NAVY, 5, opacity=.5)
        s.circle(x - 28, 872, 9, NAVY)
        s.circle(x + 28, 872, 9, NAVY)
    return s


def arm(s, x, y, k, ink, bend, flip=False):
    """A jointed robot, base at (x, y)."""
    with s.at(x, y, k, flip=flip):
        s.path("M-70 0L-46 -70H46L70 0Z", NAVY)
        a = math.radians(-90 + bend * .4)
        ex, ey = 230 * math.cos(a), -70 + 230 * math.sin(a)
        b = math.radians(bend)
        wx, wy = ex + 210 * math.cos(b), ey + 210 * math.sin(b)
        s.line(0, -70, ex, ey, ink, 54, stroke_linecap="round")
        s.line(ex, ey, wx, wy, ink, 42, stroke_linecap="round")
        s.line(wx, wy, wx + 26, wy + 62, NAVY, 22, stroke_linecap="round")
        for px, py, r in ((0, -70, 34), (ex, ey, 32), (wx, wy, 22)):
            s.circle(px, py, r, NAVY)
            s.circle(px, py, r * .48, OCHRE)
        s.stroke(f"M-20 -90Q{n(ex - 90)} {n(ey + 20)} {n(ex + 10)} {n(ey - 34)}T{n(wx)} {n(wy - 20)}", VERM if ink != VERM else NAVY, 7)
    return x + (-1 if flip else 1) * k * (wx + 30), y + k * (wy + 70)


def car(s, x, y, k, ink, shade, bare=False):
    with s.at(x, y, k):
        s.path("M-300 40Q-316 -30 -250 -50L-150 -66Q-90 -150 20 -150Q120 -150 190 -64L280 -44Q316 -30 304 40Z", ink)
        s.path("M-128 -66Q-80 -130 -6 -132V-66ZM16 -66V-132Q100 -132 156 -66Z", CREAM if bare else NAVY)
        s.path("M-310 6Q0 30 308 4L304 40H-300Z", shade)
        s.stroke("M6 -60V34M-150 -60L-146 36M186 -58L190 34", shade, 5)
        s.rect(-30, -30, 34, 8, shade)
        for cx in (-190, 200):
            s.path(f"M{cx - 66} 44a66 66 0 0 1 132 0z", CREAM if bare else NAVY)
            if not bare:
                s.circle(cx, 44, 54, NAVY)
                s.circle(cx, 44, 28, GREY)
        s.path("M286 -34q22 8 20 26h-24z", OCHRE)


def auto_plant():
    s = Sheet(46, CREAM)
    s.rect(0, 0, W, H, "#e9ddc4")
    s.halftone(0, 0, 1600, 300, MINT, lambda u, v: .8 - v * .8, 44, .7)
    for i in range(6):
        s.poly([(i * 280 - 60, 0), (i * 280 + 130, 0), (i * 280 + 90, 90), (i * 280 - 20, 90)], PAPER)
    s.rect(0, 96, W, 22, TEAL)
    s.stroke("".join(f"M{i * 70} 118L{i * 70 + 35} 156L{i * 70 + 70} 118" for i in range(24)) + "M0 156H1600", TEAL, 7)
    # far line: bare bodies hanging
    for i in range(4):
        x = 190 + i * 420
        s.stroke(f"M{x - 90} 156V250M{x + 90} 156V250", GREY, 8)
        car(s, x, 320, .56, "#aab9b5", GREY, bare=True)
    s.rect(0, 380, W, 24, GREY)
    s.rect(0, 404, W, 500, "#d6c6a2")
    # far robots
    for x, bend, flip in ((120, 40, False), (560, 30, False), (1040, 30, True), (1480, 40, True)):
        arm(s, x, 520, .62, TEAL, bend, flip)
    # the near line
    s.rect(0, 700, W, 56, NAVY)
    s.hatch(0, 712, 1600, 30, BLUE, 14, 4)
    s.rect(0, 756, W, 144, "#2a2f3a")
    for i in range(14):
        s.circle(60 + i * 120, 728, 15, GREY)
    for i in range(20):
        s.poly([(i * 90, 800), (i * 90 + 45, 800), (i * 90 + 20, 836), (i * 90 - 25, 836)], OCHRE)
    car(s, 330, 640, 1.06, VERM, "#9c3020")
    car(s, 1270, 640, 1.06, OCHRE, "#b97a25")
    spots = [arm(s, 640, 800, 1.25, OCHRE, 38, True), arm(s, 960, 800, 1.25, VERM, 38)]
    for x, y in spots:
        for k in range(14):
            a = 2 * math.pi * k / 14 + .2
            r0, r1 = 18, s.dice.uniform(40, 86)
            s.line(x + r0 * math.cos(a), y + r0 * math.sin(a), x + r1 * math.cos(a), y + r1 * math.sin(a), PAPER if k % 2 else "#f7d48a", 5)
        s.circle(x, y, 15, PAPER)
    s.oval(800, 878, 80, 10, NAVY, opacity=.6)
    s.person(800, 876, 340, BLUE, NAVY, kind="helmet", hair=OCHRE)
    s.stroke("M772 640Q740 690 770 716", BLUE, 26)
    s.poly([(752, 694), (830, 690), (834, 744), (756, 750)], PAPER)
    s.hatch(764, 706, 56, 36, GREY, 11, 4)
    return s


def textile_loom():
    s = Sheet(47, CREAM)
    s.rect(0, 0, W, H, "#c9864a")
    s.rect(0, 0, W, 560, "#dba468")
    s.halftone(0, 0, 1600, 560, EARTH, lambda u, v: .7 * u - .12, 26, .45)
    # window
    s.rect(90, 70, 270, 300, TEAL)
    s.rect(106, 86, 238, 268, "#f8e2b0")
    s.stroke("M225 86V354M106 220H344", TEAL, 12)
    s.poly([(106, 360), (344, 360), (900, 900), (480, 900)], "#f8e2b0", opacity=.35)
    # shelf of cones
    s.rect(1230, 210, 340, 16, EARTH)
    s.rect(1230, 400, 340, 16, EARTH)
    for r, y in enumerate((210, 400)):
        for k in range(5):
            x = 1266 + k * 64
            s.poly([(x - 26, y), (x + 26, y), (x + 13, y - 96), (x - 13, y - 96)], (VERM, TEAL, OCHRE, NAVY, PAPER)[(k + r * 2) % 5])
            s.hatch(x - 20, y - 84, 40, 76, NAVY, 14, 3, .12, .3)
            s.rect(x - 5, y - 110, 10, 16, EARTH)
    # the frame of the loom
    s.rect(330, 110, 36, 720, EARTH)
    s.rect(1170, 110, 36, 720, EARTH)
    s.rect(300, 96, 940, 44, EARTH)
    s.rect(348, 96, 8, 720, "#9c5a3c")
    s.stroke("M520 140V250M1010 140V250", CREAM, 7)
    # the warp, from the top beam to the cloth
    for i in range(84):
        t = i / 83
        x0, x1 = 410 + t * 720, 400 + t * 740
        ink = (PAPER, PAPER, VERM, PAPER, TEAL, PAPER, OCHRE)[i // 2 % 7]
        s.line(x0, 170, x1, 560, ink, 4.2)
    s.rect(380, 150, 780, 34, "#9c5a3c")
    for y in (270, 330):
        s.rect(380, y, 780, 16, NAVY)
        s.rect(380, y + 56, 780, 10, NAVY)
        s.stroke("".join(f"M{400 + k * 18} {y + 10}V{y + 62}" for k in range(42)), NAVY, 2.4, opacity=.8)
    # the reed and shuttle
    s.rect(350, 480, 840, 26, "#8d5836")
    s.hatch(380, 506, 780, 36, GREY, 9, 2.5)
    s.rect(350, 540, 840, 22, "#8d5836")
    s.path("M700 520Q780 490 860 520Q780 552 700 520Z", OCHRE)
    s.oval(780, 520, 36, 10, VERM)
    s.stroke("M860 520Q1000 540 1150 560", VERM, 4)
    # the cloth, an ikat of stepped diamonds
    with s.within('<polygon points="396,562 1144,562 1180,830 360,830"/>'):
        s.rect(340, 560, 860, 280, VERM)
        s.rect(340, 560, 90, 280, NAVY)
        s.rect(1110, 560, 90, 280, NAVY)
        for r in range(5):
            for c in range(8):
                cx, cy = 470 + c * 88 + (44 if r % 2 else 0), 580 + r * 62
                for k, ink in ((34, PAPER), (24, NAVY), (13, OCHRE)):
                    steps = [(0, -k), (k * .35, -k * .6), (k * .7, -k * .25), (k, 0), (k * .7, k * .25), (k * .35, k * .6), (0, k), (-k * .35, k * .6), (-k * .7, k * .25), (-k, 0), (-k * .7, -k * .25), (-k * .35, -k * .6)]
                    s.poly([(cx + a * 1.1, cy + b) for a, b in steps], ink)
        for r in range(9):
            for x in (372, 1158):
                s.poly([(x, 566 + r * 32), (x + 16, 582 + r * 32), (x, 598 + r * 32), (x - 16, 582 + r * 32)], OCHRE)
        s.hatch(340, 560, 860, 280, NAVY, 11, 2, 0, .22)
    s.rect(320, 824, 900, 40, EARTH)
    s.rect(320, 830, 900, 8, "#9c5a3c")
    # the weaver at the bench
    s.bust(770, 720, 1.15, TEAL, bun=True)
    s.path("M650 900Q670 780 720 760L850 900Z", OCHRE)
    s.stroke("M660 800Q560 740 590 580", TEAL, 44)
    s.stroke("M590 590V556", EARTH, 30)
    s.stroke("M880 800Q1010 740 960 580", TEAL, 44)
    s.stroke("M962 590L956 552", EARTH, 30)
    s.poly(gear(1290, 700, 96, 14, 20), NAVY)
    s.circle(1290, 700, 50, OCHRE)
    s.circle(1290, 700, 16, NAVY)
    s.poly(gear(1396, 800, 62, 10, 18), EARTH)
    s.circle(1396, 800, 26, GREY)
    s.rect(1200, 690, 90, 20, NAVY)
    return s


SCENES = {
    "container-port": container_port,
    "chip-wafer": chip_wafer,
    "steel-mill": steel_mill,
    "metro-train": metro_train,
    "airport": airport,
    "auto-plant": auto_plant,
    "textile-loom": textile_loom,
}
