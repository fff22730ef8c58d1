#!/usr/bin/env python3
"""Makes the noisy crawls of this folder from the clean stories of the sample paper.

    python3 sample/crawls/make.py

Run it again after editing a story that is named below or a file in ../expected. The
damage is written out by hand, file by file, so that README.md can say what each crawl
is for; nothing here is random.
"""

from pathlib import Path

HERE = Path(__file__).parent


def story(name):
    """The blocks of a story of the paper: paragraphs, and crossheads without their mark."""
    path = next((HERE.parent / "stories").glob(f"*-{name}.md"))
    body = path.read_text(encoding="utf-8").split("+++", 2)[2]
    blocks = [" ".join(block.split()) for block in body.split("\n\n") if block.strip()]
    return [block.removeprefix("## ").removeprefix("> ") for block in blocks]


def expected(name):
    return (HERE.parent / "expected" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def headline(name):
    path = next((HERE.parent / "stories").glob(f"*-{name}.md"))
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("headline = "):
            return line.removeprefix("headline = ").strip('"').replace('\\"', '"')
    raise SystemExit(f"{path.name} has no headline")


def without(blocks, *numbers):
    """The blocks without those numbered, counting from one."""
    return [block for i, block in enumerate(blocks, 1) if i not in numbers]


def after(blocks, number, *lines):
    """The blocks with foreign lines put in behind the one numbered."""
    return blocks[:number] + list(lines) + blocks[number:]


def straight(blocks):
    table = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-"})
    return [block.translate(table) for block in blocks]


def entities(blocks):
    table = {"&": "&amp;", "“": "&ldquo;", "”": "&rdquo;", "’": "&#8217;", "‘": "&#8216;", "₹": "&#8377;", "—": "&mdash;"}
    for sign, name in table.items():
        blocks = [block.replace(sign, name) for block in blocks]
    return blocks


PLANS = [
    "Smart Quarterly", "₹900", "3 Months", "₹300/Month",
    "Smart Essential", "₹2,700", "1 Year", "₹225/Month",
    "Super Saver", "₹3,900", "2 Years", "₹162/Month",
    "Renews automatically, cancel anytime",
]

# The limit notice as it looks when the page was saved before its script had run.
LIMIT = [
    "You’ve reached your limit of {{free_limit}} free articles this month.",
    "Subscribe now for unlimited access.",
    "Already subscribed? Log in",
    "Subscribe to read the full story →",
]

INCLUDED_LONG = [
    "Here’s what a subscription to The Deccan Ledger brings you",
    "Premium stories, every day",
    "Thirty and more reports and investigations kept for subscribers and picked by the desk",
    "",
    "",
    "A year of The Meridian Post, with our compliments",
    "News, Weekend Crossword, Kitchen, Podcasts & The Long Read",
    "The Ledger e-paper",
    "The printed pages as they left the press — to turn, clip, send on or keep",
    "",
    "",
    "Letters from the desk",
    "Newsletters on markets, finance, politics and tech before the opening bell",
    "Market analysis",
    "Sector notes and results read line by line, with access to The Ledger Investor",
    "",
    "",
    "The archive since 1997",
    "Every story from the first number onwards, by word, writer and day",
    "No advertisements",
    "Subscribers’ pages carry no advertising at all",
    "",
    "",
    "On every device you own",
    "Telephone, tablet or computer, web or app: one account for them all",
    ")",
]

INCLUDED_SHORT = [
    "Included in every plan",
    "• Premium stories",
    "• The Meridian Post, complimentary",
    "• E-paper",
    "• Newsletters",
    "• Market analysis",
    "• Archive since 1997",
    "• Ad-free reading",
    "• Every device",
]

TAIL = LIMIT + PLANS + INCLUDED_LONG
SHORT_TAIL = LIMIT[:3] + INCLUDED_SHORT + PLANS


def crawls():
    """Every crawl: its name, its lines and the ending of its lines."""
    ports = story("ratnadurg-ports-share-sale")
    yield "ratnadurg-ports-1", after(without(ports, 1, 4), 2, "Also Read") + TAIL, "\n"
    second = after(ports[1:], 2, "More From This Section")
    yield "ratnadurg-ports-2", without(ports, 4) + second, "\n"

    grain = story("danube-low-water-grain-barges")
    links = ["Also Read", headline("rotterdam-hydrogen-terminals-idle"), headline("mombasa-tea-auction-new-rules")]
    yield "danube-low-water-1", after(grain, 3, *links) + straight(grain) + SHORT_TAIL, "\n"

    loans = story("microfinance-collections-stop")
    cut = loans[: len(loans) - 4]
    notice = ["{{#if meter.exhausted}}You have read {{meter.count}} of {{meter.limit}} stories{{/if}}", "Log in", "Sign up free"]
    yield "microfinance-collections-1", notice[1:] + cut + notice[:1] + LIMIT[1:] + PLANS, "\n"

    night = story("brokers-sleepless-week")
    yield "brokers-sleepless-week-1", after(without(night, 4), 5, "Also Read", headline("the-tailor-index")) + LIMIT, "\n"
    yield "brokers-sleepless-week-2", after(straight(without(night, 7)), 3, "ADVERTISEMENT", "Continue reading below") + TAIL, "\r\n"

    tests = story("crop-cutting-investigation")
    half = len(tests) // 2
    shared = ["Share this story", "Save", "Print", "Listen to this story (9 min)"]
    yield "crop-cutting-tests-1", shared + entities(tests[: half + 2]) + ["More From This Section"] + entities(tests[half:]) + TAIL, "\n"

    chips = story("dholera-power-chips-first-shipment")
    section = ["More From This Section", headline("satellite-broadband-tea-estates"), headline("feature-phone-offline-payments"), headline("chennai-data-halls-reclaimed-water")]
    spaced = [line for block in without(chips, 1) for line in (block, "", "")]
    yield "dholera-power-chips-1", spaced + section + SHORT_TAIL, "\r\n"

    pilots = expected("chattogram-night-pilots")
    yield "chattogram-night-pilots-1", after(without(pilots, 1, 4), 2, "Also Read") + TAIL, "\n"
    yield "chattogram-night-pilots-2", without(pilots, 4) + pilots[1:3] + ["More From This Section"] + pilots[3:], "\n"

    cable = expected("oman-power-cable")
    first = after(cable[:-1], 6, "Also Read", headline("winter-session-portable-benefits-bill"))
    yield "oman-power-cable-1", first + LIMIT + INCLUDED_SHORT + PLANS, "\n"
    rest = after(straight(cable[3:]), 5, "Log in to save this story", "Subscribe to The Ledger Investor for ₹162/Month")
    yield "oman-power-cable-2", rest + ["More From This Section", headline("jakarta-sea-wall-bonds"), headline("colombo-port-state-fee-accord")], "\r\n"

    nuts = expected("giresun-hazelnuts")
    yield "giresun-hazelnuts-1", after(without(nuts, 3, 8), 4, "Also Read") + without(nuts, 3, 8) + TAIL, "\n"
    yield "giresun-hazelnuts-2", entities(without(nuts, 1, 6)) + SHORT_TAIL, "\n"


def main():
    for name, lines, ending in crawls():
        (HERE / f"{name}.txt").write_bytes(ending.join(lines).encode("utf-8"))
        print(f"{name:28} {len(lines):3} lines")


if __name__ == "__main__":
    main()
