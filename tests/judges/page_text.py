#!/usr/bin/env python3
"""Holds the pages of a volume's transcripts against the archive's text of them.

usage: page_text.py VOLUME

TEXT/ has the archive's text of each document. For each transcript `pdftotext` reads the pages back, and each message
of the text must stand on them, once and in its place, with its time, its sender and all that it says; and nothing may
stand there that is neither in the text nor among the few words that pages add, such as how a file was produced. Spaces
and what `pdftotext` sets around right-to-left text say nothing and are left out. A line in a right-to-left script is
held by its characters in any order, since pages are read back in the order in which they are seen.

Before it judges, the judge is judged: a character of each message is changed, left out and added, and the judge must
notice each time. It exits 0 where nothing is wrong and 1 where something is.
"""

import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

# The heading of a message: in the text with its date, on a page without.
IN_TEXT = re.compile(r"^#(\d+) \d{4}-\d{2}-\d{2} (\d{2}:\d{2}:\d{2})(.*)$")
ON_PAGE = re.compile(r"^#(\d+) (\d{2}:\d{2}:\d{2})(.*)$")
DAY_IN_TEXT = re.compile(r"^--- \d{4}-\d{2}-\d{2} \w+day ---$")
DAY_ON_PAGE = re.compile(r"^\d{4}-\d{2}-\d{2} · \w+day.*$")
CONTINUED = re.compile(r"^#\d+ · .*continued$")
PAGE = re.compile(r"^page \d+ of \d+$")

UNSEEN = re.compile("[\\s\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u00ad]")

# What a page adds to a message, spelt as `bare` spells it.
ADDED = re.compile(
    r"""(?x)
    producedas[a-z0-9]+(?:-[a-z0-9]+)? | size[\d.]+(?:bytes|[kmg]b) | size
    | (?:sticker|thumbnail)?(?:·thesource'sownpreview)?·[\d.]+(?:bytes|[kmg]b)(?:·decodedfrom[a-z]+/[a-z0-9.+-]+)?(?:·[a-z0-9]+)?
    | shownas | quoteof | message | \(empty\)
    | notproduced(?:[a-z]+:)?(?:\||notinthecollectedarchive|nofilenamedinthecollectedarchive)?
    | (?<=\|)(?:of|thesender|this|later\.|assent|(?:file|voice|picture|video):|voice|video)(?=[|·]|$)
    """
)
# What may be left between words that were found.
BETWEEN = re.compile(r"[|·:\[\]()>]")


def bare(text):
    """What a page shows of a text: no spaces, no marks without a shape, one spelling of what looks the same."""
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def right_to_left(text):
    return any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)


class Message:
    def __init__(self, number, time, sender):
        self.number, self.time, self.sender, self.lines = number, time, sender, []


def messages_of_text(text):
    found = []
    for line in text.splitlines():
        heading = IN_TEXT.match(line)
        if heading and int(heading[1]) == len(found) + 1:
            found.append(Message(int(heading[1]), heading[2], heading[3].strip()))
        elif found and not DAY_IN_TEXT.match(line):
            found[-1].lines.append(line)
    return found


def messages_of_pages(pages, title):
    found = []
    for page in pages:
        lines = [line for line in page.splitlines() if line.strip()]
        lines = lines[:-1]  # the endorsements
        for at, line in enumerate(lines):
            heading = ON_PAGE.match(line)
            running = at == 1 and found and bare(line).startswith(bare(title))
            if CONTINUED.match(line) or PAGE.match(line) or DAY_ON_PAGE.match(line) or running:
                continue
            if heading and int(heading[1]) == len(found) + 1:
                found.append(Message(int(heading[1]), heading[2], heading[3].strip()))
            elif found:
                found[-1].lines.append(line)
    return found


def pieces(message):
    """What a page must show of a message, and its labels, which a page may spell or leave out; the longest first."""
    sender = re.match(r"^(.*?)(?: \(([^()]*)\))?((?: \[[^\]]*\])*)$", message.sender)
    flags = re.findall(r"\[(?:refers to )?([^\]]*)\]", sender[3])
    wanted = [(sender[1], True), (sender[2] or "", False)] + [(flag, True) for flag in flags]
    for line in message.lines:
        line = re.sub(r"^(?:[>|] ?)*", "", line)
        line = re.sub(r"^\[missing: (.*)\]$", r"\1", line)
        kind = re.match(r"^\[([A-Z][^\[\]]+)\](?: (.*))?$", line)
        fact = re.match(r"^([a-z][a-z ]{2,20}): (.*)$", line)
        if kind:
            wanted.append((kind[1], False))
            wanted += [(word, True) for word in (kind[2] or "").split()]
        elif fact:
            wanted += [(fact[1], False), (fact[2], True)]
        else:
            wanted.append((line, True))
    wanted = [(bare(piece), must) for piece, must in wanted]
    return sorted(wanted, key=lambda piece: -len(piece[0]))


def differences(message, page):
    """Yields what differs between a message of the text and the same message on a page."""
    if message.time != page.time:
        yield f"the time is {message.time}, on the page {page.time}"
    rest, turned = bare("\n".join([page.sender, *page.lines])), []
    for piece, must in pieces(message):
        if right_to_left(piece):
            turned.append(piece)
        elif piece in rest:
            rest = rest.replace(piece, "|", 1)
        elif must:
            yield f"the page lacks `{piece}`"
    rest = ADDED.sub("|", ADDED.sub("|", rest))
    wanted, has = Counter("".join(turned)), Counter(BETWEEN.sub("", rest) if not turned else rest)
    if lacks := wanted - has:
        yield f"the page lacks the characters `{''.join(lacks.elements())}`"
    if more := BETWEEN.sub("", "".join((has - wanted).elements())):
        yield f"the page has more: `{rest if not turned else more}`"


def faults_of(said, shown):
    """Yields what differs between the messages of a text and those of its pages."""
    if len(said) != len(shown):
        yield f"the text has {len(said)} messages, the pages {len(shown)}"
    for message, page in zip(said, shown):
        for difference in differences(message, page):
            yield f"message #{message.number}: {difference}"


def planted(said):
    """Yields the text with one fault in one message, for each message, and with messages missing or swapped."""
    for at, message in enumerate(said):
        lines = "\n".join(message.lines)
        labels = [range(*label.span()) for label in re.finditer(r"\[[^\]]*\]", lines)]
        places = [place for place in range(len(lines)) if lines[place].isalnum()]
        places = [place for place in places if not any(place in label for label in labels)]
        if not places or lines.startswith("["):
            continue
        place = places[len(places) // 2]
        for what, changed in (
            ("changed", lines[:place] + ("乙" if lines[place] != "乙" else "丙") + lines[place + 1 :]),
            ("left out", lines[:place] + lines[place + 1 :]),
            ("added", lines[:place] + "甲" + lines[place:]),
        ):
            twin = Message(message.number, message.time, message.sender)
            twin.lines = changed.split("\n")
            yield f"a character {what} in message #{message.number}", [*said[:at], twin, *said[at + 1 :]]
    if said[1:]:
        yield "the last message left out", said[:-1]
    if said[1:] and vars(said[0]) | {"number": 0} != vars(said[1]) | {"number": 0}:
        yield "two messages swapped", [said[1], said[0], *said[2:]]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    volume = Path(sys.argv[1])
    transcripts = messages = plants = 0
    wrong = []
    for path in sorted((volume / "TEXT").rglob("*.txt")):
        text = path.read_text(encoding="utf-8-sig")
        if "\nParticipants:\n" not in text:
            continue
        pdf = next((volume / "PDF").rglob(path.stem + ".pdf"))
        read = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", pdf, "-"], check=True, capture_output=True)
        pages = [page for page in read.stdout.decode().split("\f") if page.strip()]
        said, shown = messages_of_text(text), messages_of_pages(pages, text.splitlines()[0])
        wrong += [f"{path.stem}: {fault}" for fault in faults_of(said, shown)]
        for fault, changed in planted(said):
            plants += 1
            if not any(faults_of(changed, shown)):
                wrong.append(f"{path.stem}: the judge does not notice {fault}")
        transcripts += 1
        messages += len(said)
    if not messages:
        wrong.append("no transcript was found to judge")
    for fault in wrong:
        print(fault)
    print(f"page_text: {transcripts} transcripts, {messages} messages, {plants} planted faults: {len(wrong)} faults")
    sys.exit(1 if wrong else 0)


main()
