"""The end of a letter: Nơi nhận, the signature block and the address; and stamps in the margins.

Cells 7 to 10 and 13 of NĐ 30/2020 Phụ lục I.
"""

from __future__ import annotations

from dataclasses import replace

from training.letters.draft import Draft
from training.letters.flow import Flow
from training.letters.phrases import Rng, chance
from training.letters.sheet import HEIGHT, WIDTH, Mark
from training.letters.typeset import Style, TextLine, break_lines, place_line, words


def foot(flow: Flow, draft: Draft) -> None:
    """Nơi nhận and the signature block on one sheet, level with each other."""
    signature = draft.signature
    above = (*signature.authority, signature.position)
    size = flow.house.head + 1
    entries = [f"- {who};" for who in draft.copies] + [f"- {draft.filing}."]
    copies_style = Style(11.0, align="left")
    broken = [
        break_lines(
            flow.house.family,
            words(flow.house.family, entry, copies_style, "copies_to"),
            200,
            copies_style,
        )
        for entry in entries
    ]
    tall = max(len(above) * size * 1.25 + 100, 16 + 13.5 * sum(map(len, broken)))
    flow.y += 6
    flow.need(tall)
    top = flow.y
    head = Style(12.0, "bolditalic", "left")
    runs = words(flow.house.family, "Nơi nhận:", head)
    flow.put(
        "copies", place_line(flow.house.family, runs, flow.house.left, 200, head, True), top + 12
    )
    y = top + 12
    for entry_lines in broken:
        for line in entry_lines:
            y += 13.5
            placed = place_line(flow.house.family, line, flow.house.left, 200, copies_style, True)
            flow.put("copies", placed, y)
    column = (flow.house.right - 232, 232.0)
    baseline = top + size
    for number, text in enumerate(above):
        tag = "signer.position" if number == len(above) - 1 else "signer.authority"
        _signed(
            flow,
            text,
            size,
            column,
            baseline,
            tag,
            "position" in signature.stamped and number == len(above) - 1,
        )
        baseline += size * 1.25
    name = baseline + 78
    _signed(flow, signature.name, size, column, name, "signer.name", "name" in signature.stamped)
    _sign(flow, draft, column, baseline - size, name)
    flow.y = max(y, name) + 10
    if draft.issuer.address:
        _address(flow, draft.issuer.address)


def _signed(
    flow: Flow,
    text: str,
    size: float,
    column: tuple[float, float],
    baseline: float,
    tag: str,
    stamped: bool,
) -> None:
    style = Style(size, "bold", "center")
    runs = words(flow.house.family, text, style, tag)
    if stamped:
        runs = [replace(run, ink="red") for run in runs]
    flow.put("signature", place_line(flow.house.family, runs, *column, style, True), baseline)


def _sign(flow: Flow, draft: Draft, column: tuple[float, float], top: float, bottom: float) -> None:
    """The pen and the seal over its left third."""
    middle = column[0] + column[1] / 2
    height = (top + bottom) / 2
    flow.sheet.marks.append(Mark("signature", (middle - 45, height - 30, middle + 75, height + 30)))
    radius = 50.0
    seal = middle - 48
    flow.sheet.marks.append(
        Mark(
            "seal",
            (seal - radius, height - radius, seal + radius, height + radius),
            seal_words(draft),
        )
    )


def seal_words(draft: Draft) -> tuple[str, ...]:
    """What the round seal says: the ring above, the ring below, the middle."""
    name = " ".join(draft.issuer.name)
    if draft.issuer.collective:
        return name, "", ""
    if draft.issuer.kind == "central":
        return "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "", name
    return "CỘNG HÒA XHCN VIỆT NAM", f"TỈNH {draft.place.upper()}", name


def _address(flow: Flow, text: str) -> None:
    """Cell 13, at the foot of the first page."""
    style = Style(9.5, align="center")
    width = flow.house.right - flow.house.left
    runs = words(flow.house.family, text, style)
    placed = place_line(flow.house.family, runs, flow.house.left, width, style, True)
    moved = tuple(replace(run, y=run.y + HEIGHT - 32) for run in placed)
    flow.sheets[0].lines.append(TextLine("foot", moved))
    flow.sheets[0].rules.append((flow.house.left, HEIGHT - 43, flow.house.right, HEIGHT - 43, 0.5))


def margin_marks(rng: Rng, flow: Flow, draft: Draft) -> None:
    """Urgency, secrecy and arrival stamps, overlays, and the drafter's paraph."""
    first = flow.sheets[0]
    low = max(
        line.runs[0].y for line in first.lines if line.zone in ("header_left", "header_right")
    )
    y = low + 14
    for kind, word in (("urgency", draft.urgency), ("secrecy", draft.secrecy)):
        if word:
            first.marks.append(Mark(kind, (58, y, 58 + 12.0 * len(word), y + 24), (word,)))  # type: ignore[arg-type]  # two of MarkKind
            y += 30
    if draft.arrival:
        box = (30.0, 8.0, 165.0, 54.0) if y > low + 14 or draft.title else (46.0, y, 176.0, y + 46)
        stamp = draft.arrival
        first.marks.append(Mark("arrival", box, (stamp.office, stamp.number, stamp.day)))
    x = WIDTH - 20
    for overlay in draft.overlays:
        text = [overlay.by, overlay.organisation or "", overlay.email or "", overlay.time]
        first.marks.append(Mark("overlay", (x - 175, 8, x, 50), tuple(text)))
        x -= 185
    if chance(rng, 0.3):
        sheet = flow.sheets[-1]
        ends = [line for line in sheet.lines if line.zone == "body"]
        if ends:
            last = ends[-1].runs[-1]
            x = last.x + last.width + 6
            if x < WIDTH - 80:
                sheet.marks.append(Mark("paraph", (x, last.y - 14, x + 36, last.y + 6)))
