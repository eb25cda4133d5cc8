#!/usr/bin/env python3
"""Holds PDFs that claim PDF/A-2u against the rules of ISO 19005-2 that a machine can tell from the file.

usage: pdfa.py FOLDER

Each PDF below FOLDER whose metadata claims PDF/A is judged; a stamped attachment claims nothing and is counted. It is no
replacement for a certified validator: it holds the clauses named at each rule below, which are those that what duces
writes can break. Needs pikepdf and fontTools.

Before it judges, the judge is judged: faults are planted in the first PDF, and it must notice each. It exits 0 where
nothing is wrong and 1 where something is.
"""

import io
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Stream

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
BLENDS = set(
    "Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference "
    "Exclusion Hue Saturation Color Luminosity".split()
)
ANNOTATIONS_FORBIDDEN = {"/3D", "/Sound", "/Screen", "/Movie"}
ACTIONS_FORBIDDEN = set(
    "/Launch /Sound /Movie /ResetForm /ImportData /Hide /SetOCGState /Rendition /Trans /GoTo3DView /JavaScript".split()
)
OPERATORS = set(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID INLINE IMAGE j J K k l m M MP "
    "n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf TJ Tj TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)


def claimed(pdf):
    """The metadata of a PDF as a tree, where it claims PDF/A."""
    if Name.Metadata not in pdf.Root:
        return None
    raw = pdf.Root.Metadata.read_bytes()
    return ElementTree.fromstring(raw) if b"pdfaid" in raw else None


def file_faults(raw):
    # 6.1.2 and 6.1.3: header, comment of four bytes above 127, nothing after the end.
    lines = raw[:64].split(b"\n")
    if not re.fullmatch(rb"%PDF-1\.[0-7]", lines[0]):
        yield f"6.1.2: the header is {lines[0]!r}"
    if not (lines[1].startswith(b"%") and len(lines[1]) >= 5 and all(byte > 127 for byte in lines[1][1:5])):
        yield "6.1.2: the second line has no four bytes above 127"
    if not raw.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "6.1.3: something stands after the end"


def catalogue_faults(pdf, metadata):
    if Name.ID not in pdf.trailer:
        yield "6.1.3: the trailer has no ID"
    if Name.Encrypt in pdf.trailer:
        yield "6.1.3: it is encrypted"
    # 6.6.2 and 6.6.4: metadata in the clear, with the claim.
    if Name.Filter in pdf.Root.Metadata:
        yield "6.6.2: the metadata has a filter"
    parts = [element.text for element in metadata.iter(PDFAID + "part")]
    levels = [element.text for element in metadata.iter(PDFAID + "conformance")]
    if parts != ["2"] or levels != ["U"]:
        yield f"6.6.4: it claims part {parts}, level {levels}"
    if Name.Info in pdf.trailer:
        yield "6.6.3: it has an information dictionary, which nothing holds against the metadata"
    # 6.2.3: one output intent with an ICC profile of the colours that are used.
    intents = [intent for intent in pdf.Root.get(Name.OutputIntents, []) if intent.get(Name.S) == Name.GTS_PDFA1]
    if len(intents) != 1 or Name.DestOutputProfile not in intents[0]:
        yield "6.2.3: it has not one output intent with a profile"
        return
    profile = intents[0].DestOutputProfile
    icc = profile.read_bytes()
    channels = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}.get(icc[16:20])
    if icc[36:40] != b"acsp" or icc[8] > 4 or icc[12:16] not in (b"mntr", b"prtr") or int(profile.N) != channels:
        yield "6.2.3: the output profile is none"
    if int.from_bytes(icc[:4], "big") != len(icc):
        yield "6.2.3: the output profile is cut off"
    if channels != 3:
        yield "6.2.4.3: the output profile is not of RGB, which the pages use"


def object_faults(pdf):
    for thing in pdf.objects:
        if not isinstance(thing, (Dictionary, Stream)):
            continue
        if isinstance(thing, Stream):
            filters = thing.get(Name.Filter, [])
            filters = [filters] if isinstance(filters, Name) else list(filters)
            if any(str(f) in ("/LZWDecode", "/Crypt") for f in filters):
                yield "6.1.7: a stream has a filter that is not allowed"
            if Name.F in thing:
                yield "6.1.7: a stream lies in another file"
        for key in ("/AA", "/JS", "/XFA", "/OPI", "/Ref", "/Alternates", "/EF", "/NeedsRendering"):
            if key in thing:
                yield f"6.4, 6.5: an object has {key}"
        kind, sub = str(thing.get(Name.Type, "")), str(thing.get(Name.Subtype, ""))
        if str(thing.get(Name.S, "")) in ACTIONS_FORBIDDEN or sub in ANNOTATIONS_FORBIDDEN:
            yield "6.3, 6.5: an action or annotation that is not allowed"
        if kind == "/Annot" and sub != "/Popup" and (int(thing.get(Name.F, 0)) & 0b100111) != 0b000100:
            yield "6.3.2: an annotation is not printed or is hidden"
        if sub == "/PS" or (sub == "/Image" and thing.get(Name.Interpolate, False)):
            yield "6.2.8, 6.2.9: an image is interpolated or is PostScript"
        if kind == "/ExtGState" and (Name.TR in thing or Name.HTP in thing):
            yield "6.2.5: a graphics state has a transfer function or a halftone phase"
        if Name.BM in thing and str(thing.BM)[1:] not in BLENDS:
            yield "6.2.10: a blend mode is not known"
        if Name.ColorSpace in thing and "/DeviceCMYK" in repr(thing.ColorSpace):
            yield "6.2.4.3: DeviceCMYK without a CMYK output intent"


def mapped(cmap):
    """What a ToUnicode CMap maps: {code: text}."""
    out = {}
    text = cmap.decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            out[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be", "replace")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            start = bytes.fromhex(value).decode("utf-16-be", "replace")
            for step in range(int(last, 16) - int(first, 16) + 1):
                out[int(first, 16) + step] = start[:-1] + chr(ord(start[-1]) + step)
    return out


class Font:
    """A composite font of a page, with what the rules ask of the codes that are shown with it."""

    def __init__(self, font):
        self.faults = []
        below = font.DescendantFonts[0]
        descriptor = below.FontDescriptor
        data = descriptor.get(Name.FontFile2, descriptor.get(Name.FontFile3))
        self.name = str(font.BaseFont)
        if data is None:
            self.faults.append("6.2.11.4: it is not embedded")
        if not re.match(r"^/[A-Z]{6}\+", self.name):
            self.faults.append("6.2.11.4: a subset without the tag of one")
        if below.Subtype == Name.CIDFontType2 and below.get(Name.CIDToGIDMap) != Name.Identity:
            self.faults.append("6.2.11.3.2: no identity between codes and glyphs")
        if font.Encoding != Name("/Identity-H"):
            self.faults.append("6.2.11.3.3: the encoding is not Identity-H")
        self.unicode = mapped(font.ToUnicode.read_bytes()) if Name.ToUnicode in font else {}
        self.widths, self.default = {}, int(below.get(Name.DW, 1000))
        w = list(below.get(Name.W, []))
        while w:
            first, second = int(w[0]), w[1]
            if isinstance(second, pikepdf.Array):
                self.widths.update({first + at: float(width) for at, width in enumerate(second)})
                w = w[2:]
            else:
                self.widths.update({code: float(w[2]) for code in range(first, int(second) + 1)})
                w = w[3:]
        self.font = TTFont(io.BytesIO(data.read_bytes()), lazy=True) if data is not None else None

    def shown(self, codes):
        if self.font is None:
            return
        order = self.font["maxp"].numGlyphs
        em = self.font["head"].unitsPerEm
        metrics = self.font["hmtx"].metrics
        names = self.font.getGlyphOrder()
        for code in sorted(codes):
            if code == 0 or code >= order:
                yield f"6.2.11.8: {self.name} shows code {code}, which has no glyph"
                continue
            text = self.unicode.get(code, "")
            if not text or any(character in "\0\ufeff\ufffe\ufffd" for character in text):
                yield f"6.2.11.7.2: {self.name} shows code {code} without saying which character it is"
            width = metrics[names[code]][0] * 1000 / em
            if abs(self.widths.get(code, self.default) - width) > 1:
                yield f"6.2.11.5: {self.name}, code {code}: the width is {width}, the file says otherwise"


def content_faults(pdf, fonts):
    for number, page in enumerate(pdf.pages, 1):
        names, current, used, depth = page.get(Name.Resources, {}).get(Name.Font, {}), None, {}, 0
        for operands, operator in pikepdf.parse_content_stream(page):
            operator = str(operator)
            if operator not in OPERATORS:
                yield f"6.2.2: page {number} has the operator {operator}"
            depth += {"q": 1, "Q": -1}.get(operator, 0)
            if depth > 28 or depth < 0:
                yield f"6.1.13: page {number} nests its states too deep or not at all"
            if operator in ("k", "K"):
                yield f"6.2.4.3: page {number} uses CMYK without a CMYK output intent"
            if operator == "Tf":
                current = names[str(operands[0])]
            if operator in ("Tj", "TJ", "'", '"'):
                pieces = operands[-1] if operator == "TJ" else [operands[-1]]
                codes = used.setdefault(current.objgen, (current, set()))[1]
                for piece in pieces:
                    if isinstance(piece, pikepdf.String):
                        raw = bytes(piece)
                        codes.update(int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
        for key, (font, codes) in used.items():
            if key not in fonts:
                fonts[key] = Font(font)
                yield from (f"{fonts[key].name}: {fault}" for fault in fonts[key].faults)
            yield from fonts[key].shown(codes)


def faults_of(pdf, raw):
    metadata = claimed(pdf)
    yield from file_faults(raw)
    yield from catalogue_faults(pdf, metadata)
    yield from object_faults(pdf)
    yield from content_faults(pdf, {})


PLANTED = {
    "a font that is not embedded": lambda pdf, font: font.DescendantFonts[0].FontDescriptor.__delitem__("/FontFile2"),
    "a font without ToUnicode": lambda pdf, font: font.__delitem__("/ToUnicode"),
    "wrong widths": lambda pdf, font: font.DescendantFonts[0].__setitem__("/W", pikepdf.Array([])),
    "no output intent": lambda pdf, font: pdf.Root.__delitem__("/OutputIntents"),
    "a script": lambda pdf, font: pdf.Root.__setitem__(
        "/OpenAction", pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    ),
    "CMYK": lambda pdf, font: pdf.pages[0].contents_add(b"0 0 0 1 k"),
    "a missing glyph": lambda pdf, font: pdf.pages[0].contents_add(
        b"BT " + next(iter(pdf.pages[0].Resources.Font.keys())).encode() + b" 9 Tf <0000> Tj ET"
    ),
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    wrong, judged, silent = [], 0, 0
    for path in sorted(Path(sys.argv[1]).rglob("*.pdf")):
        raw = path.read_bytes()
        with pikepdf.open(path) as pdf:
            if claimed(pdf) is None:
                silent += 1
                continue
            judged += 1
            wrong += [f"{path.name}: {fault}" for fault in faults_of(pdf, raw)]
        if judged == 1:
            for fault, plant in PLANTED.items():
                with pikepdf.open(path) as pdf:
                    plant(pdf, next(font for _, font in pdf.pages[0].Resources.Font.items()))
                    if not any(faults_of(pdf, raw)):
                        wrong.append(f"the judge does not notice {fault}")
    if not judged:
        wrong.append("no PDF claims PDF/A")
    for fault in sorted(set(wrong)):
        print(fault)
    print(f"pdfa: {judged} PDFs claim PDF/A-2u, {silent} claim nothing: {len(set(wrong))} faults")
    sys.exit(1 if wrong else 0)


main()
