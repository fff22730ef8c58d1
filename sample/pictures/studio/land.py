"""Land, water, weather and sky."""

import math

from .ink import BLUE, CREAM, EARTH, GREY, H, MINT, NAVY, OCHRE, PAPER, TEAL, VERM, W, Sheet, n


def harbour():
    s = Sheet(11, CREAM)
    s.bands(["#f6d9a3", "#f3e0bd", CREAM], 0, 520)
    s.circle(1080, 400, 230, VERM)
    s.halftone(850, 170, 460, 300, OCHRE, lambda u, v: 0.95 - v * 1.25 if math.hypot(u - .5, (v - .76) * .65) < .47 else 0, 20)
    # the far shore: domes, a clock tower, cranes
    s.hill([(0, 455), (260, 430), (520, 462), (800, 448), (1120, 470), (1600, 440)], MINT, 560)
    for x, w, h in ((90, 60, 90), (160, 90, 60), (270, 46, 130), (330, 110, 70), (470, 70, 50), (1300, 80, 90), (1400, 60, 140), (1475, 110, 70)):
        s.rect(x, 480 - h, w, h + 40, BLUE)
    s.path("M160 420a45 45 0 0 1 90 0Z", BLUE)
    s.poly([(270, 352), (316, 352), (293, 300)], BLUE)
    s.path("M1400 342a30 34 0 0 1 60 0Z", BLUE)
    s.windows(335, 415, 100, 60, 6, 3, CREAM, .8, .4)
    s.windows(1478, 415, 100, 60, 6, 3, CREAM, .8, .4)
    # the water
    s.rect(0, 500, W, 400, TEAL)
    s.path("M0 640C300 610 620 670 900 640S1400 620 1600 650V900H0Z", "#226a6d")
    s.path("M0 770C360 740 700 800 1040 770S1480 760 1600 780V900H0Z", NAVY, opacity=0.55)
    for i in range(13):
        y, half = 520 + i * 27, 190 - i * 9 + s.dice.uniform(-50, 40)
        x = 1080 + s.dice.uniform(-26, 26)
        s.path(f"M{n(x - half)} {y}Q{n(x)} {y - 9} {n(x + half)} {y}Q{n(x)} {y + 9} {n(x - half)} {y}Z", OCHRE if i % 3 else VERM)
    for _ in range(34):
        x, y = s.dice.uniform(0, 820), s.dice.uniform(530, 880)
        s.stroke(f"M{n(x)} {n(y)}q26 -9 52 0t52 0", MINT, 3.5, opacity=0.6)
    # two small boats far out
    for x, y, k in ((760, 545, .35), (1390, 560, .45)):
        with s.at(x, y, k):
            s.path("M-120 0H130L90 50H-90Z", NAVY)
            s.path("M-10 -10V-200Q110 -120 100 -10Z", PAPER)
    # the dhow in front
    with s.at(520, 700, 1.12):
        s.path("M-330 -70Q-250 -20 -60 -16Q150 -20 330 -130L352 -120Q310 60 190 100H-190Q-290 60 -330 -70Z", NAVY)
        s.path("M-318 -46Q-240 8 -60 14Q160 8 334 -86L326 -60Q160 40 -60 44Q-240 40 -306 -16Z", VERM)
        s.line(-40, -10, 20, -520, EARTH, 16)
        s.line(-190, -170, 330, -590, EARTH, 12)
        s.path("M-190 -165L330 -585Q300 -300 236 -70Q40 -190 -190 -165Z", PAPER)
        s.path("M-60 -270L330 -585Q300 -300 236 -70Q190 -240 -60 -270Z", GREY, opacity=0.5)
        s.stroke("M20 -500L-300 -80M236 -70L290 -100", NAVY, 4)
        s.person(-170, 2, 120, OCHRE, PAPER, kind="kurta")
        s.person(120, 2, 122, TEAL, CREAM, kind="kurta", flip=True)
        s.path("M-250 -52q40 -30 80 0l-6 50h-60Z", OCHRE)
    s.path("M190 812Q520 786 900 806Q560 838 190 812Z", PAPER, opacity=0.55)
    s.birds(820, 210, 7, NAVY, 240, 22)
    return s


def solar_park():
    s = Sheet(12, CREAM)
    s.bands(["#f2cf8d", "#f5dfb5", CREAM], 0, 480)
    s.circle(420, 250, 150, VERM)
    s.halftone(120, 40, 600, 480, VERM, lambda u, v: .52 - 1.05 * abs(math.hypot(u - .5, (v - .44) * .8) - .27) * 2 if math.hypot(u - .5, (v - .44) * .8) > .255 else 0, 22, .8)
    s.hill([(0, 430), (240, 380), (520, 440), (820, 350), (1120, 420), (1380, 340), (1600, 400)], MINT)
    s.hill([(0, 470), (400, 450), (760, 480), (1200, 440), (1600, 470)], TEAL)
    s.rect(0, 490, W, 410, OCHRE)
    s.path("M0 490H1600V540Q800 510 0 560Z", "#c98a2e")
    # rows of panels, each a leaning parallelogram, growing towards the reader
    y, h = 500, 26.0
    while y < 900:
        w = h * 3.1
        gap = w * 0.12
        shift = s.dice.uniform(-w, 0)
        s.path(f"M0 {n(y + h * 1.05)}H1600V{n(y + h * 1.3)}H0Z", NAVY, opacity=0.35)
        x = shift
        while x < W:
            lean = h * 0.42
            s.line(x + w * .3, y + h * .8, x + w * .3, y + h * 1.2, EARTH, max(3, h * .07))
            s.line(x + w * .85, y + h * .8, x + w * .85, y + h * 1.2, EARTH, max(3, h * .07))
            s.poly([(x + lean, y), (x + w + lean, y), (x + w, y + h), (x, y + h)], NAVY)
            s.poly([(x + lean, y), (x + w * .45 + lean, y), (x + w * .22, y + h), (x, y + h)], BLUE)
            d = "".join(f"M{n(x + lean + w * i / 4)} {n(y)}L{n(x + w * i / 4)} {n(y + h)}" for i in range(1, 4))
            d += f"M{n(x + lean / 2)} {n(y + h / 2)}H{n(x + w + lean / 2)}"
            s.stroke(d, MINT, max(1.5, h * 0.03))
            x += w + gap
        y += h * 1.45
        h *= 1.42
    s.person(1180, 640, 210, PAPER, TEAL, kind="sari")
    with s.at(1180, 430, 1):
        s.line(30, 20, 8, -60, NAVY, 5)
        s.path("M-110 -40Q-80 -130 8 -132Q100 -130 126 -40Q90 -62 66 -42Q36 -62 8 -42Q-22 -62 -50 -42Q-80 -62 -110 -40Z", VERM)
        s.path("M8 -132Q-30 -90 -22 -50Q-36 -60 -50 -42Q-80 -62 -110 -40Q-80 -130 8 -132Z", NAVY, opacity=0.25)
    return s


def turbine(s, x, y, h, ink, turn):
    s.poly([(x - h * .022, y), (x + h * .022, y), (x + h * .01, y - h), (x - h * .01, y - h)], ink)
    for k in range(3):
        with s.at(x, y - h, h / 300, turn + 120 * k):
            s.path("M-5 0Q-16 -50 -4 -190Q12 -80 6 0Z", ink)
    s.circle(x, y - h, h * .03, ink)


def wind_farm():
    s = Sheet(13, CREAM)
    s.bands([MINT, "#b8d2c4", "#dfe3cf", CREAM], 0, 620)
    s.circle(1330, 300, 120, OCHRE)
    s.cloud(360, 190, 1.5, PAPER)
    s.cloud(980, 300, 1.0, PAPER, opacity=0.8)
    s.cloud(1460, 150, 1.1, PAPER, opacity=0.9)
    s.hill([(0, 560), (300, 500), (640, 560), (980, 470), (1300, 540), (1600, 480)], "#7fa9a5")
    for x, y, h, t in ((240, 516, 170, 20), (560, 556, 150, 70), (930, 480, 180, 45), (1130, 500, 160, 5), (1480, 500, 170, 90)):
        turbine(s, x, y, h, PAPER, t)
    s.hill([(0, 640), (360, 600), (700, 680), (1100, 580), (1600, 650)], TEAL)
    turbine(s, 1180, 596, 330, PAPER, 12)
    turbine(s, 700, 670, 300, PAPER, 50)
    s.halftone(0, 600, 1600, 180, NAVY, lambda u, v: v * .5 - .1, 20, .5)
    s.hill([(0, 730), (300, 700), (760, 790), (1200, 720), (1600, 770)], OCHRE)
    s.hatch(0, 760, 1600, 200, "#bd7f28", 22, 4, -.03)
    s.hill([(0, 820), (420, 780), (900, 860), (1600, 800)], NAVY)
    turbine(s, 330, 800, 590, NAVY, 28)
    # a shepherd and a flock under the nearest tower
    s.person(1010, 856, 130, VERM, PAPER, kind="kurta", flip=True)
    s.line(1046, 850, 1034, 734, CREAM, 4)
    for i in range(9):
        x, y = 1100 + i * 46 + s.dice.uniform(-8, 8), 836 - i * 4 + s.dice.uniform(-8, 10)
        s.oval(x, y, 25, 16, CREAM)
        s.circle(x + 25, y - 9, 8.5, EARTH)
        s.stroke(f"M{n(x - 12)} {n(y + 12)}v15M{n(x + 12)} {n(y + 12)}v15", CREAM, 4)
    s.birds(700, 150, 5, NAVY, 160, 18)
    return s


def tractor_field():
    s = Sheet(14, CREAM)
    s.bands(["#f0b96a", "#f3cd92", "#f4dfbb"], 0, 420)
    s.circle(820, 390, 190, VERM)
    s.halftone(500, 150, 640, 280, CREAM, lambda u, v: .8 - v if math.hypot(u - .5, (v - .86) * .44) < .285 else 0, 20, .9)
    s.hill([(0, 380), (300, 360), (700, 400), (1200, 365), (1600, 390)], TEAL, 440)
    for x, r in ((90, 44), (160, 60), (240, 36), (1290, 50), (1360, 70), (1450, 46), (1540, 58)):
        s.circle(x, 366, r, "#1f5f60")
        s.rect(x - 4, 366, 8, 50, NAVY)
    s.rect(0, 415, W, 485, "#a65b32")
    # furrows run to one point on the horizon
    vx, vy = 820, 405
    for i in range(-16, 17):
        x0, x1 = vx + i * 150 - 40, vx + i * 150 + 40
        s.poly([(vx + i * 5, vy + 12), (vx + i * 5 + 3, vy + 12), (x1, H + 10), (x0, H + 10)], EARTH if i % 2 else "#5f3122")
    s.poly([(vx - 40, 417), (0, 520), (0, 417)], OCHRE)
    s.poly([(vx + 40, 417), (1600, 500), (1600, 417)], "#c58a34")
    s.hatch(0, 425, 760, 60, "#b97a25", 10, 3, 0, .5)
    with s.at(900, 745, 1.18):
        s.oval(10, 118, 380, 26, NAVY, opacity=0.5)
        s.path("M-250 -30H90V-150H-20V-210H-250Z", VERM)
        s.path("M70 -150H300Q330 -150 334 -110V10H70Z", VERM)
        s.path("M70 -150H300Q330 -150 333 -120H70Z", OCHRE)
        s.rect(270, -100, 50, 84, NAVY)
        s.hatch(276, -92, 38, 68, GREY, 14, 4)
        s.rect(180, -260, 16, 112, NAVY)
        s.circle(200, -290, 18, GREY, opacity=0.8)
        s.circle(232, -330, 28, GREY, opacity=0.6)
        s.stroke("M-230 -200V-400M60 -150L30 -400", NAVY, 12)
        s.path("M-270 -420H70Q80 -396 60 -396H-262Z", NAVY)
        s.rect(-190, -240, 26, 110, NAVY)
        s.path("M-156 -300Q-120 -318 -84 -300Q-70 -220 -76 -140H-160Q-166 -230 -156 -300Z", TEAL)
        s.rect(-128, -324, 18, 24, EARTH)
        s.oval(-118, -340, 23, 27, EARTH)
        s.path("M-148 -338Q-146 -378 -114 -376Q-88 -374 -92 -348Q-120 -358 -148 -338Z", OCHRE)
        s.stroke("M-96 -280L-40 -220L20 -216", TEAL, 22)
        s.stroke("M10 -216H26", EARTH, 16)
        s.stroke("M34 -250L6 -150", NAVY, 9)
        s.circle(-180, 10, 128, NAVY)
        for k in range(14):
            with s.at(-180, 10, 1, k * 360 / 14):
                s.rect(-13, -140, 26, 24, NAVY)
        s.circle(-180, 10, 74, OCHRE)
        s.circle(-180, 10, 24, NAVY)
        s.circle(240, 52, 82, NAVY)
        s.circle(240, 52, 46, OCHRE)
        s.circle(240, 52, 16, NAVY)
        s.stroke("M-330 40H-470M-470 40V110M-420 40V118M-370 40V112", GREY, 14)
    s.birds(380, 640, 6, PAPER, 200, 20)
    s.birds(1320, 250, 5, NAVY, 150, 20)
    return s


def tea_garden():
    s = Sheet(15, CREAM)
    s.bands(["#dfe5d3", "#ecead5", CREAM], 0, 400)
    s.circle(1250, 190, 92, OCHRE)
    s.hill([(0, 330), (260, 210), (520, 300), (800, 150), (1100, 300), (1360, 220), (1600, 300)], MINT)
    s.halftone(0, 260, 1600, 170, PAPER, lambda u, v: v * .9, 20, .8)
    s.hill([(0, 410), (300, 340), (700, 420), (1100, 330), (1600, 400)], "#5f9c91")
    # terraces: each row is a lumpy hedge following the slope
    rows = 10
    for r in range(rows):
        t = r / (rows - 1)
        y0 = 400 + (t ** 1.35) * 470
        size = 24 + t * 62
        ink = (TEAL, "#246c69", "#35908a")[r % 3]
        s.path(f"M0 {n(y0 + 60 * t)}C400 {n(y0 - 40)} 900 {n(y0 + 80 * t + 30)} 1600 {n(y0 - 40)}V900H0Z", EARTH if t > .15 else "#2a5a58")
        x = -40
        while x < 1660:
            u = x / 1600
            y = (1 - u) ** 3 * (y0 + 60 * t) + 3 * (1 - u) ** 2 * u * (y0 - 40) + 3 * (1 - u) * u * u * (y0 + 80 * t + 30) + u ** 3 * (y0 - 40)
            s.oval(x, y + size * .42, size * .8, size * .6, ink)
            s.oval(x - size * .16, y + size * .2, size * .42, size * .2, MINT, opacity=0.35)
            x += size * 1.02
        pickers = {3: ((1120, .44, VERM, OCHRE),), 5: ((420, .62, OCHRE, VERM), (560, .6, VERM, PAPER)), 8: ((1010, 1.12, VERM, OCHRE), (1270, 1.04, PAPER, VERM))}
        for x, k, coat, shawl in pickers.get(r, ()):
            with s.at(x, y0 + size * .9, k):
                s.person(0, 40, 300, coat, shawl, kind="sari")
                s.path("M-24 -220Q-70 -250 -78 -190L-66 -90Q-40 -76 -18 -92Z", OCHRE if coat != OCHRE else GREY)
                s.hatch(-72, -210, 52, 110, EARTH, 16, 4, .1, .7)
                s.stroke("M10 -262Q-50 -256 -66 -206", EARTH, 6)
                s.stroke("M22 -190Q70 -170 84 -118", EARTH, 13)
                s.path("M-26 -212Q-36 -266 0 -268Q27 -266 25 -244Q4 -254 -8 -238Q-12 -210 -32 -190Z", shawl)
            for dx in (-70, -20, 30, 80):
                s.oval(x + dx * k * 1.2, y0 + size * .98, size * .62, size * .48, ink)
    # shade trees
    for x, y, h in ((170, 470, 260), (1480, 450, 300)):
        s.stroke(f"M{x} {y}Q{x + 14} {y - h / 2} {x - 6} {y - h}", NAVY, 13)
        for dx, dy, r in ((-60, 0, 60), (50, -20, 70), (0, -60, 66), (90, 30, 46), (-110, 24, 40)):
            s.oval(x + dx, y - h + dy, r * 1.2, r * .62, NAVY)
    return s


def monsoon_street():
    s = Sheet(16, MINT)
    s.rect(0, 0, W, H, "#9fb9b4")
    s.halftone(0, 0, 1600, 330, BLUE, lambda u, v: .62 - v * .6, 22, .55)
    # old houses with balconies on both sides
    for side in (0, 1):
        for i, (w, h, ink) in enumerate(((330, 640, BLUE), (230, 540, TEAL), (160, 450, "#6b93a0"))):
            x = sum((330, 230, 160)[:i]) - 60
            xx = W - x - w if side else x
            s.rect(xx, 640 - h, w, h + 20, ink)
            s.rect(xx - 8, 640 - h, w + 16, 22, NAVY, opacity=0.5)
            cols, rows = (3, 4, 3)[i], 3
            cw, rh = w / cols, (h - 180) / rows
            for c in range(cols):
                for r in range(rows):
                    wx, wy = xx + c * cw + cw * .24, 640 - h + 50 + r * rh
                    lit = s.dice.random() < .35
                    s.path(f"M{n(wx)} {n(wy + rh * .62)}V{n(wy + 18)}Q{n(wx + cw * .26)} {n(wy - 18)} {n(wx + cw * .52)} {n(wy + 18)}V{n(wy + rh * .62)}Z", OCHRE if lit else NAVY)
                    s.rect(wx - 8, wy + rh * .58, cw * .52 + 16, 9, CREAM)
            s.rect(xx, 512, w, 130, NAVY)
            s.poly([(xx - 6, 512), (xx + w + 6, 512), (xx + w + (18 if side == 0 else -4), 560), (xx - (18 if side else -4), 560)], VERM if i != 1 else CREAM)
    s.rect(0, 640, W, 260, "#4d7482")
    s.path("M0 640H1600V690Q800 660 0 700Z", "#6b93a0")
    # wet reflections
    for x, w, ink in ((120, 90, OCHRE), (300, 60, VERM), (560, 40, OCHRE), (760, 60, OCHRE), (1010, 60, VERM), (1240, 80, OCHRE), (1460, 90, VERM)):
        for k in range(7):
            hw = w * s.dice.uniform(.3, .7)
            y = 665 + k * 33
            s.path(f"M{n(x - hw)} {y}q{n(hw)} -8 {n(2 * hw)} 0q{n(-hw)} 8 {n(-2 * hw)} 0Z", ink, opacity=0.7)
    # a black-and-yellow taxi with its lamps on
    with s.at(800, 690, 1.1):
        s.oval(0, 76, 240, 20, NAVY, opacity=0.6)
        s.path("M-220 60V-10Q-216 -36 -180 -40L-120 -46L-84 -116Q-76 -130 -56 -130H70Q92 -130 104 -116L150 -46Q214 -40 220 -8V60Z", NAVY)
        s.path("M-92 -112Q-82 -138 -56 -138H70Q96 -138 108 -112Z", OCHRE)
        s.path("M-98 -50L-70 -104H4V-50ZM20 -50V-104H76L116 -50Z", MINT)
        s.rect(-220, 6, 440, 12, OCHRE)
        s.circle(-130, 60, 40, NAVY)
        s.circle(-130, 60, 19, GREY)
        s.circle(130, 60, 40, NAVY)
        s.circle(130, 60, 19, GREY)
        s.path("M214 -4L520 40L500 96L218 24Z", OCHRE, opacity=0.45)
        s.circle(212, 8, 15, PAPER)
    # people under umbrellas
    for x, y, h, coat, ink, flip in ((330, 790, 250, PAPER, VERM, False), (470, 748, 200, OCHRE, NAVY, True), (1180, 770, 225, VERM, PAPER, True), (1370, 838, 290, TEAL, OCHRE, False)):
        s.oval(x, y + 4, h * .22, h * .03, NAVY, opacity=0.5)
        s.person(x, y, h, coat, NAVY, kind="sari" if ink in (NAVY, PAPER) else "suit", stride=.7, flip=flip)
        k = h / 250
        with s.at(x + 16 * k, y - h - 18 * k, k):
            s.line(0, 110, 0, -40, NAVY, 5)
            s.path("M-120 0Q-96 -92 0 -96Q96 -92 120 0Q92 -20 62 0Q30 -20 0 0Q-30 -20 -62 0Q-92 -20 -120 0Z", ink)
            s.path("M0 -96Q-54 -60 -62 0Q-92 -20 -120 0Q-96 -92 0 -96Z", NAVY if ink != NAVY else BLUE, opacity=0.3)
    d = ""
    for _ in range(210):
        x, y, k = s.dice.uniform(-100, W), s.dice.uniform(-80, H), s.dice.uniform(40, 110)
        d += f"M{n(x)} {n(y)}l{n(k * .26)} {n(k)}"
    s.stroke(d, PAPER, 2.6, opacity=0.6)
    for _ in range(40):
        x, y = s.dice.uniform(0, W), s.dice.uniform(700, 890)
        s.stroke(f"M{n(x - 18)} {n(y)}q18 -12 36 0", PAPER, 3, opacity=0.7)
    return s


def skyline_dusk():
    s = Sheet(17, NAVY)
    s.bands(["#2c4266", "#6a5570", "#b5583f", VERM, "#e08a3a", OCHRE], 0, 560)
    s.circle(1130, 470, 120, "#f7d48a")
    s.halftone(0, 250, 1600, 300, OCHRE, lambda u, v: v * .6, 22, .5)
    x = -20
    while x < W:
        w, h = s.dice.uniform(36, 84), s.dice.uniform(60, 190)
        s.rect(x, 560 - h, w, h, "#5c4258")
        x += w + 4
    for x, w, h, top in ((30, 90, 250, 0), (140, 120, 180, 1), (280, 84, 340, 2), (380, 110, 230, 0), (505, 70, 400, 3), (590, 120, 210, 1), (1290, 90, 280, 0), (1390, 76, 390, 2), (1480, 120, 250, 1)):
        s.rect(x, 570 - h, w, h, NAVY)
        if top == 1:
            s.poly([(x, 570 - h), (x + w, 570 - h), (x + w, 530 - h)], NAVY)
        if top == 2:
            s.rect(x + w * .2, 540 - h, w * .6, 34, NAVY)
            s.line(x + w / 2, 545 - h, x + w / 2, 480 - h, NAVY, 5)
        if top == 3:
            s.path(f"M{x} {570 - h}q{w / 2} -90 {w} 0Z", NAVY)
        s.windows(x + 8, 590 - h, w - 16, h - 40, max(3, int(w / 18)), int(h / 22), OCHRE, .42, .5)
    s.rect(0, 560, W, 340, "#22375a")
    s.path("M0 700C400 680 900 720 1600 690V900H0Z", NAVY)
    for _ in range(120):
        x, y = s.dice.gauss(1110, 210), s.dice.uniform(572, 860)
        k = s.dice.uniform(16, 60)
        s.stroke(f"M{n(x)} {n(y)}h{n(k)}", s.dice.choice((OCHRE, VERM, "#f7d48a")), 4.5, opacity=0.75)
    for _ in range(70):
        x, y = s.dice.uniform(0, 720), s.dice.uniform(580, 840)
        s.stroke(f"M{n(x)} {n(y)}h{n(s.dice.uniform(10, 40))}", OCHRE, 3.5, opacity=0.5)
    # the cable-stayed bridge
    s.path("M560 640Q1060 570 1600 610V632Q1060 594 560 664Z", PAPER)
    for x in (840, 1330):
        y = 612 if x == 840 else 596
        s.poly([(x - 40, y + 90), (x - 26, y + 90), (x + 3, y - 300), (x - 3, y - 300)], PAPER)
        s.poly([(x + 40, y + 90), (x + 26, y + 90), (x + 3, y - 300), (x - 3, y - 300)], PAPER)
        d = "".join(f"M{x} {y - 280 + i * 17}L{n(x + q * (235 - i * 22))} {y + 8 - q * 6}" for i in range(10) for q in (-1, 1))
        s.stroke(d, PAPER, 2.4, opacity=0.85)
    for i in range(17):
        x = 620 + i * 58
        s.circle(x, 626 - 26 * math.sin(math.pi * min(1, (x - 560) / 1000)), 6, OCHRE)
    # the promenade, and two people on its wall
    s.path("M0 900V806Q340 770 760 842Q900 866 960 900Z", "#0c1830")
    s.path("M0 806Q340 770 760 842L752 858Q340 790 0 826Z", BLUE)
    for x, coat in ((300, VERM), (356, OCHRE)):
        s.bust(x, 742, .34, coat, bun=coat == OCHRE)
    s.birds(930, 220, 6, NAVY, 200, 20)
    return s


def satellite():
    s = Sheet(18, NAVY, .07)
    s.speckle(260, PAPER, (0, 0, 1600, 640), 1.2, 3.6, .9)
    s.circle(500, 1740, 1270, "#2c4a70")
    s.circle(500, 1750, 1240, TEAL)
    with s.within('<circle cx="500" cy="1750" r="1240"/>'):
        s.path("M250 500Q420 520 520 600Q640 600 700 690Q640 760 600 860L560 920Q500 820 450 740Q380 700 330 640Q260 600 250 500Z", OCHRE)
        s.path("M900 560Q1010 600 1090 720Q1060 820 1180 900H1500V600Z", OCHRE)
        s.path("M-20 640Q90 660 170 760Q230 860 160 920H-40Z", "#c98a2e")
        for x, y, k in ((640, 620, 1.3), (150, 620, 1.1), (930, 790, 1.5), (400, 800, .9)):
            s.path(f"M{n(x - 170 * k)} {y}q{n(90 * k)} {n(-40 * k)} {n(180 * k)} {n(-6 * k)}t{n(170 * k)} {n(4 * k)}q{n(-90 * k)} {n(36 * k)} {n(-190 * k)} {n(16 * k)}t{n(-160 * k)} {n(-14 * k)}Z", PAPER, opacity=0.85)
        s.halftone(0, 480, 1600, 420, NAVY, lambda u, v: max(0, u * 1.1 - .45) + .1, 20, .5)
    with s.at(900, 330, 1.18, -18):
        # wings
        for q in (-1, 1):
            s.rect(q * 100 - (30 if q < 0 else 0), -8, 30, 16, GREY)
            x0 = q * 130 if q > 0 else -130 - 390
            s.rect(x0, -82, 390, 164, PAPER)
            for c in range(5):
                for r in range(2):
                    s.rect(x0 + 8 + c * 76, -75 + r * 76, 69, 69, BLUE if (c + r) % 3 else "#496b96")
            s.hatch(x0 + 8, -70, 374, 150, NAVY, 19, 2, 0, .6)
        s.rect(-100, -96, 200, 192, OCHRE)
        s.poly([(20, -96), (100, -96), (100, 96), (-20, 96)], "#c98a2e")
        s.stroke("M-100 -40H100M-100 40H100M-40 -96V96", EARTH, 4)
        s.rect(-60, 96, 120, 40, GREY)
        s.path("M-120 236Q-84 140 0 140Q84 140 120 236Q0 200 -120 236Z", PAPER)
        s.path("M0 140Q84 140 120 236Q70 214 20 212Z", GREY)
        s.stroke("M0 212V262", GREY, 8)
        s.circle(0, 266, 12, VERM)
        s.stroke("M0 -96V-160", GREY, 7)
        s.circle(0, -168, 14, VERM)
    for i in range(4):
        r = 90 + i * 60
        s.stroke(f"M{n(830 - r * .95)} {n(640 + r * .1)}A{r} {r} 0 0 0 {n(830 - r * .05)} {n(640 + r * .95)}", VERM, 8, opacity=1 - i * .2)
    return s


SCENES = {
    "harbour": harbour,
    "solar-park": solar_park,
    "wind-farm": wind_farm,
    "tractor-field": tractor_field,
    "tea-garden": tea_garden,
    "monsoon-street": monsoon_street,
    "skyline-dusk": skyline_dusk,
    "satellite": satellite,
}
