"""The state and the record: parliament, courts, maps, presses, archives."""

import math

from .ink import BLUE, CREAM, EARTH, GREY, H, MINT, NAVY, OCHRE, PAPER, TEAL, VERM, W, Sheet, n


def parliament():
    s = Sheet(31, CREAM)
    s.bands([MINT, "#bcd3c5", "#e3e4d0", CREAM], 0, 600)
    s.cloud(300, 200, 1.3, PAPER)
    s.cloud(1330, 150, 1.5, PAPER)
    s.circle(1180, 250, 74, VERM)
    for x, r in ((40, 80), (150, 60), (1420, 70), (1530, 96), (250, 46), (1340, 44)):
        s.circle(x, 560, r, TEAL)
        s.circle(x + r * .3, 560 - r * .2, r * .6, "#35908a")
    s.rect(0, 590, W, 310, TEAL)
    # a round house with a ring of columns
    cx, wall = 800, 590
    s.rect(cx - 130, 258, 260, 60, "#d9c79f")
    s.path(f"M{cx - 150} 262Q{cx - 130} 110 {cx} 100Q{cx + 130} 110 {cx + 150} 262Z", OCHRE)
    s.path(f"M{cx} 100Q{cx + 130} 110 {cx + 150} 262H{cx + 40}Q{cx + 60} 150 {cx} 100Z", "#b97a25")
    s.rect(cx - 10, 66, 20, 40, EARTH)
    s.line(cx, 70, cx, 14, NAVY, 6)
    s.path(f"M{cx} 16q34 -14 66 4t54 2v34q-26 10 -56 -2t-64 6z", VERM)
    s.path(f"M240 {wall}V350Q{cx} 270 1360 350V{wall}Z", "#e8d5ab")
    s.path(f"M220 356Q{cx} 268 1380 356V324Q{cx} 236 220 324Z", "#d8bd86")
    s.path(f"M220 324Q{cx} 236 1380 324V312Q{cx} 224 220 312Z", EARTH)
    columns = 27
    for i in range(columns):
        a = math.pi * (i + .5) / columns
        x = cx - 552 * math.cos(a)
        lift = 34 * math.sin(a)
        w = 9 + 17 * math.sin(a)
        top = 388 - lift * 1.4
        s.rect(x + w * .5, top, w * 1.1, wall - top, EARTH, opacity=.75)
        s.rect(x - w / 2, top - 8, w, wall - top + 8, PAPER)
        s.rect(x + w * .16, top - 8, w * .34, wall - top + 8, GREY)
        s.rect(x - w * .8, top - 16, w * 1.6, 10, PAPER)
    s.path(f"M200 {wall}Q{cx} {wall - 26} 1400 {wall}V{wall + 46}Q{cx} {wall + 24} 200 {wall + 46}Z", "#c98a4e")
    for k in range(4):
        s.path(f"M{cx - 150 - k * 34} {wall + 6 + k * 22}H{cx + 150 + k * 34}V{wall + 30 + k * 22}H{cx - 150 - k * 34}Z", PAPER if k % 2 == 0 else GREY)
    s.halftone(200, 300, 560, 300, OCHRE, lambda u, v: .55 - u * .7, 20, .5)
    # lawns, the avenue, long morning shadows
    s.poly([(cx - 240, 676), (cx + 240, 676), (cx + 620, 900), (cx - 620, 900)], "#e6c88f")
    s.poly([(cx - 20, 676), (cx + 20, 676), (cx + 80, 900), (cx - 80, 900)], VERM, opacity=.75)
    s.hatch(0, 660, 560, 240, "#1f6665", 24, 6, -.02, .8)
    s.hatch(1060, 660, 560, 240, "#1f6665", 24, 6, .02, .8)
    for x, y, h, coat, kind, flip in ((560, 800, 170, PAPER, "kurta", False), (640, 790, 160, NAVY, "suit", False), (980, 770, 140, OCHRE, "sari", True), (1090, 840, 190, NAVY, "suit", True), (1180, 850, 186, PAPER, "kurta", True)):
        s.poly([(x - 12, y), (x + 12, y), (x - h * .7, y + h * .3), (x - h * .8, y + h * .3)], NAVY, opacity=.35)
        s.person(x, y, h, coat, VERM if kind == "sari" else (PAPER if kind == "kurta" else NAVY), kind=kind, stride=.6, flip=flip)
    for x in (180, 1420):
        s.rect(x - 10, 560, 20, 200, NAVY)
        s.circle(x, 545, 30, OCHRE)
        s.rect(x - 34, 750, 68, 24, NAVY)
    s.birds(520, 190, 6, NAVY, 150, 18)
    return s


def ballot():
    s = Sheet(32, CREAM)
    s.rect(0, 0, W, H, "#f0d9a8")
    s.halftone(0, 0, 1600, 500, OCHRE, lambda u, v: .75 - v * .8, 24, .8)
    s.rect(0, 560, W, 340, TEAL)
    # the queue along a school wall
    s.rect(0, 130, W, 430, "#e8c68a")
    s.rect(0, 430, W, 130, MINT)
    for x in (60, 330, 1220, 1440):
        s.rect(x, 190, 140, 190, TEAL)
        s.stroke(f"M{x + 70} 190V380M{x} 285H{x + 140}", CREAM, 8)
    for i, (coat, kind, h) in enumerate(((VERM, "sari", 300), (PAPER, "kurta", 318), (TEAL, "suit", 310), (OCHRE, "sari", 292), (NAVY, "suit", 322), (PAPER, "sari", 296), (VERM, "kurta", 314), (BLUE, "suit", 320), (OCHRE, "kurta", 306), (TEAL, "sari", 290), (PAPER, "suit", 318))):
        x = 60 + i * 148
        s.oval(x, 592, 60, 9, NAVY, opacity=.4)
        s.person(x, 590, h, coat, PAPER if kind != "suit" and coat != PAPER else NAVY, kind=kind, hair=GREY if i in (1, 8) else NAVY)
    s.rect(0, 0, W, 900, "#f0d9a8", opacity=.28)
    # the box
    s.poly([(430, 640), (1170, 640), (1230, 560), (490, 560)], "#eb6a4c")
    s.poly([(1170, 640), (1230, 560), (1230, 900), (1170, 900)], "#8f2a1c")
    s.rect(430, 640, 740, 270, VERM)
    s.halftone(430, 640, 740, 260, "#8f2a1c", lambda u, v: u * .7 - .1, 20, .7)
    s.poly([(660, 612), (980, 612), (996, 590), (676, 590)], NAVY)
    s.circle(800, 770, 74, PAPER)
    s.stroke("M760 770L792 804L846 738", NAVY, 20)
    s.rect(440, 690, 30, 60, OCHRE)
    s.rect(1130, 690, 30, 60, OCHRE)
    # the paper and the hand with its inked finger
    s.poly([(730, 602), (900, 602), (930, 380), (752, 366)], PAPER)
    s.poly([(815, 602), (900, 602), (930, 380), (840, 373)], GREY, opacity=.8)
    s.path("M1600 20L1600 330L1200 400Q1080 430 1010 420L900 440Q850 436 862 396L930 330Q900 320 846 344L790 372Q748 376 762 330L880 256Q980 200 1110 210Z", "#9a5a3e")
    s.path("M1600 0V350L1290 400L1240 190Z", BLUE)
    s.path("M1310 396L1262 180L1226 196L1270 408Z", PAPER)
    s.path("M764 332L806 304L822 346L790 370Q752 374 764 332Z", "#c98468")
    s.path("M838 290L868 268L888 314L856 336Z", "#2b1d52")
    s.stroke("M930 330Q980 318 1030 322M940 392Q990 376 1040 380", EARTH, 7)
    return s


def courtroom():
    s = Sheet(33, EARTH)
    s.rect(0, 0, W, H, "#70402c")
    for i in range(9):
        s.rect(i * 180 + 8, 60, 160, 440, "#7f4a32")
        s.rect(i * 180 + 28, 84, 120, 392, "#67392a")
    s.rect(0, 36, W, 24, OCHRE)
    # window and its shaft of light
    s.path("M180 380V150Q290 30 400 150V380Z", NAVY)
    s.path("M196 370V158Q290 52 384 158V370Z", "#f6dc9f")
    s.stroke("M290 80V370M196 220H384M196 300H384", NAVY, 9)
    s.poly([(196, 150), (384, 150), (1240, 900), (760, 900)], OCHRE, opacity=.28)
    # the bench
    s.path("M560 300V120Q800 20 1040 120V300Z", NAVY)
    s.path("M590 300V138Q800 52 1010 138V300Z", BLUE)
    for x, k in ((800, 1.0),):
        with s.at(x, 260, k):
            s.path("M-120 150Q-126 50 -54 30Q0 14 54 30Q126 50 120 150Z", "#0c1830")
            s.poly([(-16, 30), (16, 30), (26, 96), (0, 84), (-26, 96)], PAPER)
            s.rect(-18, -14, 36, 50, "#9a5a3e")
            s.oval(0, -50, 42, 52, "#9a5a3e")
            s.path("M-46 -44Q-54 -110 0 -112Q54 -110 46 -44Q32 -82 0 -82Q-32 -82 -46 -44Z", GREY)
            s.circle(-18, -48, 13, "none", stroke=NAVY, stroke_width=4)
            s.circle(18, -48, 13, "none", stroke=NAVY, stroke_width=4)
    s.rect(450, 370, 700, 40, OCHRE)
    s.rect(470, 410, 660, 200, "#4e281d")
    for i in range(5):
        s.rect(492 + i * 128, 434, 104, 150, "#5f3122")
    s.rect(400, 610, 800, 30, OCHRE)
    for x in (540, 1010):
        for k in range(4):
            s.rect(x, 352 - k * 20, 92 - k * 6, 17, (VERM, PAPER, TEAL, GREY)[k])
    s.rect(0, 640, W, 260, "#3d1f18")
    s.halftone(0, 640, 1600, 260, NAVY, lambda u, v: v * .9, 22, .7)
    # advocates, seen from behind, gowns and bands
    for x, y, h, flip in ((520, 880, 400, False), (1010, 890, 410, True)):
        s.person(x, y, h, "#0c1830", kind="robe", flip=flip)
        with s.at(x, y, h / 300, flip=flip):
            s.path("M-34 -236Q-60 -160 -70 -20H-46L-30 -200Z", NAVY)
            s.stroke("M28 -214Q80 -190 112 -236", "#0c1830", 26)
            s.stroke("M110 -236L122 -262", EARTH, 13)
            s.poly([(-9, -240), (9, -240), (12, -206), (-12, -206)], PAPER)
    # the scales, large, at the right
    with s.at(1340, 400, 1.05):
        s.rect(-13, -250, 26, 600, OCHRE)
        s.path("M-130 380Q-110 340 0 336Q110 340 130 380Z", OCHRE)
        s.circle(0, -256, 26, OCHRE)
        with s.at(0, -220, 1, -8):
            s.path("M-210 -6Q0 -40 210 -6V8Q0 -18 -210 8Z", OCHRE)
        for x, y in ((-206, 30), (206, -30)):
            s.stroke(f"M{x} {y - 222}L{x - 70} {y + 10}M{x} {y - 222}L{x + 70} {y + 10}", OCHRE, 5)
            s.path(f"M{x - 92} {y + 8}H{x + 92}Q{x + 70} {y + 70} {x} {y + 72}Q{x - 70} {y + 70} {x - 92} {y + 8}Z", "#c98a2e")
        s.path("M-250 38q40 -44 86 -4zM156 -22q24 -20 50 0z", PAPER)
    return s


LANDS = {
    "americas": [(-166, 66), (-140, 70), (-110, 69), (-92, 72), (-80, 64), (-94, 58), (-80, 52), (-64, 60), (-56, 52), (-66, 45), (-74, 40), (-81, 31), (-81, 25), (-90, 30), (-97, 27), (-96, 19), (-88, 21), (-84, 15), (-83, 9), (-77, 9), (-72, 12), (-60, 9), (-50, 0), (-35, -7), (-39, -17), (-48, -27), (-57, -36), (-65, -42), (-68, -53), (-74, -50), (-72, -32), (-71, -18), (-81, -6), (-79, 3), (-84, 9), (-95, 16), (-105, 21), (-114, 31), (-124, 40), (-125, 49), (-137, 59), (-152, 60), (-165, 61)],
    "greenland": [(-55, 82), (-22, 82), (-20, 72), (-42, 61), (-54, 70)],
    "eurasia": [(-9, 43), (-9, 37), (-2, 37), (4, 43), (12, 44), (18, 40), (23, 37), (28, 41), (36, 37), (36, 31), (43, 13), (52, 17), (59, 22), (52, 28), (58, 26), (67, 25), (72, 20), (77, 8), (80, 15), (88, 22), (94, 17), (98, 9), (103, 2), (101, 12), (106, 9), (109, 16), (108, 21), (118, 24), (121, 31), (119, 38), (126, 35), (129, 42), (140, 50), (136, 55), (156, 60), (163, 56), (180, 66), (170, 70), (130, 73), (105, 77), (80, 73), (60, 69), (42, 67), (28, 71), (12, 65), (6, 60), (12, 57), (20, 60), (22, 56), (10, 54), (2, 50), (-4, 48), (-1, 44)],
    "africa": [(-6, 35), (10, 37), (20, 31), (33, 31), (37, 20), (43, 11), (51, 11), (41, -3), (40, -15), (33, -27), (26, -34), (18, -34), (12, -18), (13, -6), (9, 4), (-8, 5), (-17, 14), (-16, 23)],
    "australia": [(114, -22), (122, -18), (131, -12), (137, -15), (142, -11), (146, -19), (153, -27), (150, -37), (139, -36), (131, -32), (116, -35)],
    "britain": [(-5, 50), (1, 52), (-2, 57), (-5, 58), (-3, 54)],
    "japan": [(131, 33), (136, 34), (141, 37), (142, 43), (139, 38)],
    "borneo": [(109, 1), (113, -3), (118, 1), (117, 6)],
    "sumatra": [(96, 5), (105, -5), (113, -8), (104, -6)],
    "guinea": [(132, -1), (141, -3), (150, -10), (140, -8)],
    "madagascar": [(44, -17), (50, -15), (47, -25), (44, -23)],
    "ceylon": [(80, 9), (82, 7), (80.5, 6)],
    "zealand": [(173, -35), (178, -38), (174, -41), (168, -46), (172, -41)],
}


def world_map():
    s = Sheet(34, "#6b3a28")
    s.rect(0, 0, W, H, "#6b3a28")
    for i in range(7):
        s.rect(0, i * 134, W, 5, "#54291d")
    s.poly([(70, 84), (1548, 60), (1560, 850), (56, 836)], "#2a150f", opacity=.6)
    s.poly([(56, 66), (1540, 50), (1546, 836), (46, 818)], CREAM)
    s.rect(92, 98, 1416, 690, MINT)

    def at(lon, lat):
        return 800 + lon * 3.93, 510 - lat * 4.5 - (lat ** 3) * .00022

    with s.within('<rect x="92" y="98" width="1416" height="690"/>'):
        for lon in range(-180, 181, 30):
            s.line(at(lon, 0)[0], 98, at(lon, 0)[0], 788, PAPER, 2.5, opacity=.7)
        for lat in (-60, -30, 0, 30, 60):
            s.line(92, at(0, lat)[1], 1508, at(0, lat)[1], PAPER, 2.5 if lat else 5, opacity=.7)
        inks = {"americas": TEAL, "greenland": PAPER, "eurasia": OCHRE, "africa": VERM, "australia": BLUE}
        for dx, dy, k in ((7, 9, NAVY), (0, 0, None)):
            for name, corners in LANDS.items():
                d = [at(lon, lat) for lon, lat in corners]
                mids = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(d, d[1:] + d[:1])]
                text = f"M{n(mids[-1][0] + dx)} {n(mids[-1][1] + dy)}" + "".join(f"Q{n(p[0] + dx)} {n(p[1] + dy)} {n(m[0] + dx)} {n(m[1] + dy)}" for p, m in zip(d, mids))
                if k:
                    s.path(text + "Z", NAVY, opacity=.35)
                else:
                    s.path(text + "Z", inks.get(name, OCHRE))
        s.halftone(540, 130, 900, 300, EARTH, lambda u, v: .5 - v * .5 if .25 < u < .95 and v < .7 else 0, 22, .0)
        ports = {"mumbai": (72.8, 19), "rotterdam": (4, 52), "ny": (-74, 40.5), "shanghai": (121.5, 31), "singapore": (104, 1), "santos": (-46, -24), "cape": (18, -34), "sydney": (151, -34), "la": (-118, 34), "dubai": (55, 25)}
        for a, b, bend in (("mumbai", "rotterdam", -150), ("mumbai", "shanghai", 150), ("mumbai", "cape", 60), ("cape", "santos", 70), ("rotterdam", "ny", -70), ("singapore", "sydney", 70), ("mumbai", "dubai", -40), ("ny", "santos", -90), ("la", "ny", -70), ("mumbai", "singapore", 44)):
            (xa, ya), (xb, yb) = at(*ports[a]), at(*ports[b])
            s.stroke(f"M{n(xa)} {n(ya)}Q{n((xa + xb) / 2)} {n((ya + yb) / 2 + bend)} {n(xb)} {n(yb)}", NAVY, 5, stroke_dasharray="3 13")
        for name, (lon, lat) in ports.items():
            x, y = at(lon, lat)
            s.circle(x, y, 11, PAPER)
            s.circle(x, y, 6.5, NAVY)
        for fold in (446, 800, 1154):
            s.rect(fold, 98, 26, 690, NAVY, opacity=.1)
            s.rect(fold - 14, 98, 14, 690, PAPER, opacity=.28)
        s.rect(92, 440, 1416, 20, NAVY, opacity=.08)
    s.rect(92, 98, 1416, 690, "none", stroke=NAVY, stroke_width=6)
    # a pin at home, a pair of dividers across the ocean
    x, y = at(72.8, 19)
    s.poly([(x + 8, y + 8), (x + 90, y - 20), (x + 94, y - 12)], NAVY, opacity=.3)
    s.line(x, y, x + 34, y - 92, NAVY, 6)
    s.circle(x + 38, y - 104, 26, VERM)
    s.circle(x + 30, y - 112, 8, PAPER)
    with s.at(330, 660, 1.05, 16):
        s.path("M-6 -170L-110 130L-104 134L14 -150ZM10 -170L120 126L114 130L-6 -150Z", NAVY)
        s.circle(2, -176, 30, OCHRE)
        s.circle(2, -176, 11, NAVY)
        s.rect(-6, -240, 16, 44, OCHRE)
        s.path("M-52 -18Q2 -40 58 -18V-6Q2 -28 -52 -6Z", OCHRE)
    return s


def summit_table():
    s = Sheet(35, NAVY)
    s.rect(0, 0, W, 470, "#24426b")
    s.halftone(0, 0, 1600, 470, NAVY, lambda u, v: .8 - v * .7, 22, .6)
    # plain banners in our own inks: no country is meant
    for i in range(9):
        x = 110 + i * 172
        a, b = ((VERM, PAPER), (TEAL, OCHRE), (OCHRE, NAVY), (PAPER, VERM), (MINT, TEAL), (VERM, OCHRE), (TEAL, PAPER), (PAPER, BLUE), (OCHRE, VERM))[i]
        s.line(x, 60, x, 470, OCHRE, 7)
        s.circle(x, 54, 10, OCHRE)
        s.path(f"M{x} 76Q{x + 56} 96 {x + 74} 160Q{x + 40} 250 {x + 66} 350Q{x + 36} 336 {x} 350Z", a)
        s.path(f"M{x} 76Q{x + 26} 96 {x + 36} 160Q{x + 16} 250 {x + 30} 342Q{x + 16} 340 {x} 350Z", b)
    s.rect(0, 462, W, 440, "#7c2c24")
    s.halftone(0, 462, 1600, 200, NAVY, lambda u, v: .75 - v * .8, 22, .7)
    # far delegates
    for i in range(7):
        t = (i + .5) / 7
        x = 250 + t * 1100
        y = 428 - 44 * math.sin(math.pi * t)
        coat = (NAVY, VERM, "#0c1830", TEAL, NAVY, OCHRE, "#0c1830")[i]
        s.rect(x - 56, y - 40, 112, 140, EARTH, rx=24)
        with s.at(x, y - 10, .72):
            s.path("M-84 160Q-90 40 -44 24Q0 8 44 24Q90 40 84 160Z", coat)
            s.poly([(-14, 26), (14, 26), (0, 76)], PAPER)
            s.rect(-15, -10, 30, 40, (EARTH, "#c98468", "#9a5a3e")[i % 3])
            s.oval(0, -44, 36, 44, (EARTH, "#c98468", "#9a5a3e")[i % 3])
            s.path("M-40 -40Q-48 -98 0 -98Q48 -98 40 -40Q28 -70 0 -70Q-28 -70 -40 -40Z", (NAVY, "#3a1d14", GREY)[i % 3])
            if i in (1, 5):
                s.path("M-40 -44Q-52 20 -34 40L-24 -10ZM40 -44Q52 20 34 40L24 -10Z", "#3a1d14")
    # the round table
    s.oval(800, 690, 720, 220, "#2a150f", opacity=.6)
    s.oval(800, 664, 710, 214, EARTH)
    s.oval(800, 646, 710, 212, "#c98a4e")
    s.oval(800, 646, 640, 180, "#dba566")
    s.oval(800, 640, 400, 96, "#7c2c24")
    s.oval(800, 634, 380, 86, TEAL)
    s.halftone(420, 550, 760, 170, NAVY, lambda u, v: .8 - 1.6 * math.hypot(u - .5, v - .5), 20, .5)
    for k in range(9):
        a = 2 * math.pi * k / 9
        s.circle(800 + 190 * math.cos(a), 626 + 38 * math.sin(a), 22, (VERM, OCHRE, PAPER)[k % 3])
        s.circle(800 + 90 * math.cos(a + 1), 622 + 20 * math.sin(a + 1), 20, (OCHRE, PAPER, VERM)[k % 3])
    for k in range(14):
        a = 2 * math.pi * (k + .5) / 14
        x, y = 800 + 530 * math.cos(a), 646 + 148 * math.sin(a)
        if k < 7:
            y -= 6
        s.poly([(x - 36, y - 10), (x + 30, y - 14), (x + 38, y + 10), (x - 30, y + 15)], PAPER)
        s.stroke(f"M{n(x + 44)} {n(y + 8)}q6 -34 -14 -46", NAVY, 5)
        s.circle(x + 28, y - 42, 7, NAVY)
        s.path(f"M{n(x - 62)} {n(y - 20)}h18l-3 28h-12z", MINT)
    # the near side, backs to us
    for x, y, k, coat, bun, hair in ((300, 772, .96, "#0c1830", False, NAVY), (640, 800, 1.06, VERM, True, NAVY), (980, 800, 1.04, "#1d3152", False, GREY), (1310, 772, .96, TEAL, False, "#3a1d14")):
        s.rect(x - 118, y + 22, 236, 140, "#4e281d", rx=30)
        s.bust(x, y, k, coat, hair=hair, bun=bun, skin=EARTH if hair != GREY else "#c98468")
        s.rect(x - 104, y + 74, 208, 140, "#5f3122", rx=26)
    return s


def newspaper_press():
    s = Sheet(36, CREAM)
    s.rect(0, 0, W, H, "#e6d3ab")
    s.rect(0, 0, W, 200, NAVY)
    for i in range(7):
        x = 60 + i * 250
        s.poly([(x, 30), (x + 150, 30), (x + 180, 150), (x - 30, 150)], "#f6dc9f")
    s.halftone(0, 180, 1600, 300, OCHRE, lambda u, v: .75 - v * .8, 22, .8)
    s.rect(0, 770, W, 130, "#4d3226")
    s.hatch(0, 780, 1600, 110, NAVY, 30, 5, 0, .5)
    # frames
    for x in (160, 590, 1020):
        s.rect(x, 210, 360, 580, NAVY, rx=14)
        s.rect(x + 24, 236, 312, 528, "#1f3558", rx=10)
        for q in range(6):
            s.circle(x + 18, 240 + q * 104, 7, OCHRE)
            s.circle(x + 342, 240 + q * 104, 7, OCHRE)
    web = "M-20 420L190 300Q250 260 320 300T440 420Q500 560 400 640Q420 720 560 640L640 330Q690 250 780 290T880 420Q930 560 830 650Q860 730 990 640L1080 330Q1130 250 1220 290T1310 430Q1340 560 1260 640"
    for x in (340, 770, 1200):
        for y, r, ink in ((350, 96, TEAL), (560, 112, VERM), (690, 60, GREY)):
            s.circle(x + 8, y + 10, r, "#0c1830")
            s.circle(x, y, r, ink)
            s.circle(x, y, r * .82, "none", stroke=PAPER, stroke_width=4, opacity=.55)
            s.circle(x, y, r * .34, NAVY)
            for k in range(6):
                a = math.pi * k / 3 + .3
                s.circle(x + r * .58 * math.cos(a), y + r * .58 * math.sin(a), r * .11, NAVY)
    # the web of paper over the cylinders, printed after the second tower
    s.stroke("M-20 300L240 262Q340 236 420 286L620 470Q700 520 700 440L690 340Q720 236 800 250Q880 268 930 360L1060 480Q1120 520 1120 430Q1110 240 1200 240Q1300 250 1330 380L1372 530", "#0c1830", 62, cap="butt", opacity=.35)
    s.stroke("M-20 290L240 252Q340 226 420 276L620 460Q700 510 700 430L690 330Q720 226 800 240Q880 258 930 350L1060 470Q1120 510 1120 420Q1110 230 1200 230Q1300 240 1330 370L1372 530", PAPER, 56, cap="butt")
    s.stroke("M700 430L690 330Q720 226 800 240Q880 258 930 350L1060 470Q1120 510 1120 420Q1110 230 1200 230Q1300 240 1330 370L1372 530", GREY, 34, cap="butt", stroke_dasharray="5 11")
    s.stroke("M700 430L690 330Q720 226 800 240Q880 258 930 350L1060 470Q1120 510 1120 420Q1110 230 1200 230Q1300 240 1330 370L1372 530", VERM, 12, cap="butt", stroke_dasharray="46 120")
    # the folder and the copies coming off on the belt
    s.poly([(1290, 450), (1450, 450), (1480, 640), (1270, 640)], NAVY)
    s.rect(1284, 444, 172, 18, OCHRE)
    s.circle(1370, 540, 34, TEAL)
    s.circle(1370, 540, 12, PAPER)
    s.rect(1230, 640, 370, 26, NAVY)
    for k in range(6):
        x = 1240 + k * 62
        s.poly([(x, 640), (x + 110, 640), (x + 150, 604), (x + 40, 604)], PAPER)
        s.poly([(x + 40, 604), (x + 150, 604), (x + 138, 615), (x + 28, 615)], VERM if k % 3 == 0 else GREY)
    for x in (1270, 1560):
        s.rect(x, 660, 22, 130, NAVY)
    s.circle(1250, 653, 22, OCHRE)
    # a roll of blank paper, and the printer
    s.circle(90, 660, 150, GREY)
    s.circle(82, 652, 150, PAPER)
    for r in (126, 104, 82, 60):
        s.circle(82, 652, r, "none", stroke=GREY, stroke_width=3)
    s.circle(82, 652, 34, EARTH)
    s.oval(560, 872, 90, 12, NAVY, opacity=.5)
    s.person(560, 872, 400, BLUE, "#0c1830", flip=True)
    s.path("M540 640Q490 680 470 640L440 600", "none", stroke=BLUE, stroke_width=34, stroke_linecap="round")
    s.poly([(370, 560), (470, 540), (484, 640), (386, 664)], PAPER)
    s.hatch(388, 580, 76, 66, GREY, 13, 4, -.2)
    s.rect(384, 560, 84, 14, VERM, transform="rotate(-11 420 566)")
    return s


def library_archive():
    s = Sheet(37, NAVY)
    s.rect(0, 0, W, H, "#23140f")
    s.rect(0, 0, W, 780, "#54301f")
    inks = (VERM, TEAL, OCHRE, NAVY, CREAM, BLUE, EARTH, "#8f2a1c", "#1f6665")
    for bay in range(5):
        x0 = 20 + bay * 318
        s.rect(x0 - 16, 0, 20, 790, "#7b4a2f")
        for shelf in range(5):
            y = 160 + shelf * 152
            s.rect(x0, y - 146, 296, 146, "#2e1a12")
            x = x0 + 6
            while x < x0 + 276:
                w = s.dice.uniform(24, 46)
                if x + w > x0 + 292:
                    break
                h = s.dice.uniform(92, 132)
                ink = s.dice.choice(inks)
                if s.dice.random() < .07:
                    x += w
                    continue
                s.rect(x, y - h, w - 2, h, ink)
                s.rect(x, y - h + 16, w - 2, 6, OCHRE if ink != OCHRE else NAVY, opacity=.7)
                if s.dice.random() < .25:
                    s.rect(x + 4, y - h + 34, w - 10, 30, PAPER, opacity=.85)
                x += w
            s.rect(x0 - 6, y, 312, 12, "#8d5836")
    s.path("M0 0H1600V780H0ZM560 780A430 430 0 0 1 1600 600V780Z", "#140b08", opacity=.3, fill_rule="evenodd")
    s.rect(0, 780, W, 120, "#39211a")
    s.poly([(780, 780), (1600, 780), (1600, 900), (560, 900)], OCHRE, opacity=.25)
    # the ladder and the archivist on it
    s.stroke("M300 840L470 60M400 840L560 60", "#d9a25a", 15)
    for k in range(9):
        t = k / 9 + .06
        s.line(300 + 170 * t, 840 - 780 * t, 400 + 160 * t, 840 - 780 * t, "#d9a25a", 11)
    s.person(452, 520, 330, VERM, OCHRE, kind="sari", flip=True)
    s.stroke("M430 286Q380 262 346 240", VERM, 30)
    s.stroke("M350 242L324 226", EARTH, 22)
    s.poly([(262, 180), (316, 172), (330, 252), (276, 262)], PAPER)
    s.poly([(262, 180), (276, 262), (266, 266), (252, 186)], TEAL)
    # the reading table, the lamp, an open bound volume
    s.rect(840, 716, 700, 30, "#c98a4e")
    s.rect(880, 746, 26, 154, "#7b4a2f")
    s.rect(1470, 746, 26, 154, "#7b4a2f")
    s.poly([(1300, 500), (1440, 500), (1560, 716), (1040, 716)], "#f6dc9f", opacity=.55)
    s.line(1400, 716, 1400, 560, OCHRE, 11)
    s.path("M1290 520Q1300 440 1380 440H1420Q1490 440 1500 520Z", TEAL)
    s.rect(1340, 704, 120, 14, OCHRE)
    s.path("M980 700Q1080 650 1180 690Q1280 650 1370 700V716H980Z", GREY)
    s.path("M986 690Q1080 640 1178 682V706Q1080 668 986 712ZM1182 682Q1280 640 1366 690V712Q1280 668 1182 706Z", PAPER)
    s.stroke("M1010 688Q1080 656 1160 684M1200 684Q1280 656 1346 688", GREY, 5)
    for k, (w, ink) in enumerate(((170, NAVY), (150, VERM), (160, TEAL))):
        s.rect(860 + k * 5, 690 - k * 28, w - 50, 26, ink)
        s.rect(868 + k * 5, 700 - k * 28, w - 70, 6, PAPER)
    return s


SCENES = {
    "parliament": parliament,
    "ballot": ballot,
    "courtroom": courtroom,
    "world-map": world_map,
    "summit-table": summit_table,
    "newspaper-press": newspaper_press,
    "library-archive": library_archive,
}
