"""Restoring pages: confidences and second readings weigh in, boxes and line order stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.config import Settings
from pipeline.letter import Correction
from pipeline.page import OUTSIDE_TEXT, Box, Line, PageText, Word
from pipeline.restore.choices import Choice, corrections_of
from pipeline.restore.detect import FOREIGN, detect
from pipeline.restore.evidence import Evidence, evidence_of
from pipeline.restore.learnt import known_patterns, use_learnt
from pipeline.restore.models import ENG, VIE, VIETNAMESE, Models
from pipeline.restore.restoring import is_typed, restore_lines
from pipeline.restore.tokens import Kind
from pipeline.text import nfc


@dataclass(frozen=True, slots=True)
class Restored:
    """Pages with the same zones and lines as before, and every change on their raw lines."""

    pages: tuple[PageText, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of the letter's text: its page, and its number among the page's lines."""

    page: int
    number: int
    line: Line


def restore_pages(pages: Sequence[PageText], models: Models, settings: Settings) -> Restored:
    """Give back the words that were printed on the pages of one file.

    A text layer is what the writer's program wrote and stays as it is; so do stamps and
    signature overlays, which are witnesses, not text. Lines keep their number and order;
    ``Word.confidence`` becomes the posterior of its syllables (numbers keep the reader's).

    Corrections count lines over ``PageText.lines`` of the raw page, so they replay on
    ``PageText.text`` (:mod:`pipeline.restore.replay`).
    """
    if not settings.restore.enabled:
        return Restored(tuple(pages), ())
    pages = tuple(_composed(page) for page in pages)
    places = [
        _Place(index, number, line)
        for index, page in enumerate(pages)
        if page.reading != "text-layer"
        for number, line in enumerate(page.lines)
    ]
    readings = _readings(places, models)
    kept = [(p, r) for p, r in zip(places, readings, strict=True) if r != FOREIGN]
    texts, kinds, hints, origin = _with_breaks(pages, kept, models)
    rows = restore_lines(texts, models, kinds, settings.restore.threshold, hints)
    rows = use_learnt(rows, texts, known_patterns(settings.restore.learnt))
    corrections: list[Correction] = []
    lines: dict[tuple[int, int], Line] = {}
    for place, row in _without_typed(origin, kinds, rows):
        if place is not None:
            made = corrections_of([row], pages[place.page].number, place.number)
            corrections += made
            lines[place.page, place.number] = _rebuilt(place.line, row, made)
    done = tuple(_with_lines(page, index, lines) for index, page in enumerate(pages))
    return Restored(done, tuple(corrections))


def _composed(page: PageText) -> PageText:
    """All words in NFC, the form that everything after the reader counts characters in."""

    def composed(line: Line) -> Line:
        words = tuple(w if w.text.isascii() else replace(w, text=nfc(w.text)) for w in line.words)
        others = tuple(composed(other) for other in line.alternatives)
        return replace(line, words=words, alternatives=others)

    zones = tuple(replace(z, lines=tuple(map(composed, z.lines))) for z in page.zones)
    return replace(page, zones=zones)


def _readings(places: Sequence[_Place], models: Models) -> list[str]:
    """Each line's kind of reading: its reader's, or what the whole text looks like."""
    typed = [p.line.text for p in places if _channel(p.line) is None]
    looks = detect(typed, models.lexicon) if typed else VIE
    return [_channel(p.line) or looks for p in places]


def _channel(line: Line) -> str | None:
    return line.reader if line.reader in (ENG, VIE, VIETNAMESE) else None


def _without_typed(
    origin: Sequence[_Place | None], kinds: Sequence[str], rows: Sequence[list[Choice]]
) -> Iterator[tuple[_Place | None, list[Choice]]]:
    """The lines to restore: those without a reader stay as they are if they look typed."""
    alone = [p is not None and _channel(p.line) is None for p in origin]
    looks = [(row, kind) for row, kind, a in zip(rows, kinds, alone, strict=True) if a]
    typed = any(kind == VIE for _, kind in looks) and is_typed([row for row, _ in looks])
    for place, row, a in zip(origin, rows, alone, strict=True):
        if not (a and typed):
            yield place, row


def _with_breaks(
    pages: Sequence[PageText], kept: Sequence[tuple[_Place, str]], models: Models
) -> tuple[list[str], list[str], list[Evidence], list[_Place | None]]:
    """The lines' texts with an empty one wherever a zone ends: no sentence runs over it."""
    ends = [_zone_of_lines(page) for page in pages]
    texts: list[str] = []
    kinds: list[str] = []
    hints: list[Evidence] = []
    origin: list[_Place | None] = []
    before = (-1, -1)
    for place, reading in kept:
        zone = (place.page, ends[place.page][place.number])
        if zone != before and texts:
            texts.append("")
            kinds.append(reading)
            hints.append(Evidence())
            origin.append(None)
        before = zone
        texts.append(place.line.text)
        kinds.append(reading)
        hints.append(evidence_of(place.line, models))
        origin.append(place)
    return texts, kinds, hints, origin


def _zone_of_lines(page: PageText) -> list[int]:
    return [
        index
        for index, zone in enumerate(page.zones)
        if zone.kind not in OUTSIDE_TEXT
        for _ in zone.lines
    ]


def _with_lines(page: PageText, index: int, lines: dict[tuple[int, int], Line]) -> PageText:
    zones = []
    number = 0
    for zone in page.zones:
        if zone.kind in OUTSIDE_TEXT:
            zones.append(zone)
            continue
        new = []
        for line in zone.lines:
            new.append(lines.get((index, number), line))
            number += 1
        zones.append(replace(zone, lines=tuple(new)))
    return replace(page, zones=tuple(zones))


def _rebuilt(line: Line, choices: Sequence[Choice], corrections: Sequence[Correction]) -> Line:
    """The line with corrected words: a join has the union of boxes, a split cuts in proportion."""
    words: list[Word] = []
    at = 0
    group: list[Word] = []
    start = 0
    for word in line.words:
        if not group:
            start = at
        group.append(word)
        at += len(word.text)
        if not any(c.start < at + 1 and c.end > at for c in corrections):
            inside = [c for c in corrections if start <= c.start and c.end <= at]
            judged = [c for c in choices if start <= c.slot.start and c.slot.end <= at]
            words += _words(group, start, inside, judged)
            group = []
        at += 1
    return replace(line, words=tuple(words))


def _words(
    group: Sequence[Word], start: int, inside: Sequence[Correction], judged: Sequence[Choice]
) -> list[Word]:
    raw = " ".join(w.text for w in group)
    text = raw
    for c in sorted(inside, key=lambda c: -c.start):
        text = text[: c.start - start] + c.after + text[c.end - start :]
    sure = [c.posterior for c in judged if c.slot.kind is Kind.WORD or c.text != c.slot.text]
    confidence = min(sure) if sure else min(w.confidence for w in group)
    if not text:  # the first part of a word that the end of a line had cut
        return []
    parts = text.split(" ")
    if len(parts) == len(group) and len(parts) > 1:
        return [
            replace(w, text=p, confidence=confidence) for w, p in zip(group, parts, strict=True)
        ]
    box = _union([w.box for w in group])
    return [Word(p, b, confidence) for p, b in zip(parts, _cut(box, parts), strict=True)]


def _union(boxes: Sequence[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _cut(box: Box, parts: Sequence[str]) -> list[Box]:
    """A box cut into one a part, as wide as the part is long (a space counts as a letter)."""
    if len(parts) == 1:
        return [box]
    x0, y0, x1, y1 = box
    total = sum(map(len, parts)) + len(parts) - 1
    out = []
    at = 0
    for part in parts:
        left = x0 + (x1 - x0) * at // total
        at += len(part)
        out.append((left, y0, x0 + (x1 - x0) * at // total, y1))
        at += 1
    return out
