"""The reading of one page: pieces out, one call, words back in their columns and zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Settings
from pipeline.page import Box, CleanPage, Line, Pixels, Word, Zone
from pipeline.recognise.columns import Part, find_regions
from pipeline.recognise.compose import Piece, Stack, stack, trimmed
from pipeline.recognise.frames import Frame, cut_frame, find_frames
from pipeline.recognise.gaps import split_unruled
from pipeline.recognise.letters import Blobs, find_blobs, is_letter, letter_height
from pipeline.recognise.lines import around, group_words, in_given_order, level, make_line, put_in
from pipeline.recognise.lost import lost_rows
from pipeline.recognise.marks import is_arrival, stamp_kind
from pipeline.recognise.names import read_names
from pipeline.recognise.outlines import cut_outline, find_outlines
from pipeline.recognise.reader import BLOCK, Read, Reader, parse_tsv
from pipeline.recognise.redink import red_pieces
from pipeline.recognise.rows import row_pieces, split_rows
from pipeline.recognise.seals import Seal, find_seals, without_seals, without_strokes
from pipeline.recognise.second import add_alternatives
from pipeline.recognise.stamps import merge_red, without_pen
from pipeline.recognise.tables import Table, find_tables, take_cells
from pipeline.recognise.underprint import better, bold_rows, without_seal_ink
from pipeline.recognise.zones import place_tables, sort_lines

_COLUMN = 4  # Tesseract's mode for one column of text of varying sizes
_LOST = 0.45  # confidence; rows passed over that read worse are pen marks and halves of letters


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be read: pieces of columns (with their parts), then of red ink; framed stamps.

    Of the frames, the first ``black_frames`` are printed in black. ``twins`` are pieces once more,
    without what a seal left of itself in them, each with its place among the pieces.
    """

    parts: tuple[Part, ...]
    pieces: tuple[Piece, ...]
    twins: tuple[tuple[int, Piece], ...]
    seals: tuple[Seal, ...]
    tables: tuple[Table, ...]
    frames: tuple[Box, ...]
    stamps: tuple[Piece, ...]
    black_frames: int
    letter: float
    margin: int
    black: Pixels


def read_picture(page: CleanPage, settings: Settings, reader: Reader) -> list[Zone]:
    """Zones of a scanned page, boxes in pixels of the cleaned layers."""
    plan = _plan(page)
    if not plan.pieces:
        return []
    pieces = [*plan.pieces, *(piece for _, piece in plan.twins)]
    tall = stack(pieces, round(1.7 * plan.letter))
    words = parse_tsv(reader(tall.picture, settings.recognise.language, _COLUMN, settings))
    lines = _lines_of_pieces(words, tall, settings.recognise.language)
    for (index, _), twin in zip(plan.twins, lines[len(plan.pieces) :], strict=True):
        lines[index] = better(lines[index], twin)
    _add_lost(lines, plan, settings, reader)
    stamps = _framed(lines, plan, settings, reader)
    columns = []
    tables: list[Zone] = []
    for i, part in enumerate(plan.parts):
        rest = without_pen(lines[i], plan.seals, plan.letter)
        for table in plan.tables:
            rest, zone = take_cells(rest, table)
            tables += [zone] if zone else []
        columns.append((part, rest))
    height, width = page.black.shape
    zones = split_unruled(sort_lines(columns, width, height, plan.letter), plan.letter)
    zones = place_tables(zones, tables)
    zones += stamps
    red = [line for i in range(len(plan.parts), len(plan.pieces)) for line in lines[i]]
    zones = merge_red(zones, red, plan.seals, plan.letter)
    zones = read_names(zones, page, plan.black, plan.seals, plan.letter, settings, reader)
    return add_alternatives(zones, page, plan.black, plan.letter, settings, reader)


def _framed(lines: list[list[Line]], plan: _Plan, settings: Settings, reader: Reader) -> list[Zone]:
    """Zones of the framed stamps; the lines of any other black frame go to its column."""
    if not plan.frames:
        return []
    tall = stack(plan.stamps, round(1.7 * plan.letter))
    words = parse_tsv(reader(tall.picture, settings.recognise.language, BLOCK, settings))
    zones = []
    read = _lines_of_pieces(words, tall, settings.recognise.language)
    for index, (frame, found) in enumerate(zip(plan.frames, read, strict=True)):
        kinds = [kind for line in found if (kind := stamp_kind(line.text, framed=True))]
        if is_arrival(line.text for line in found):
            zones.append(Zone("arrival_stamp", frame, tuple(found)))
        elif kinds:
            zones.append(Zone(kinds[0], frame, tuple(found)))
        elif index >= plan.black_frames:
            zones.append(Zone("seal", frame, tuple(found)))
        elif plan.parts:
            far = [_distance(piece.source, frame) for piece in plan.pieces[: len(plan.parts)]]
            home = lines[far.index(min(far))]
            for line in found:
                home[:] = put_in(line, home)
    return zones


def _distance(box: Box, other: Box) -> float:
    """How far the middle of ``other`` lies outside of ``box``."""
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return max(box[0] - x, x - box[2], 0) + max(box[1] - y, y - box[3], 0)


def _add_lost(lines: list[list[Line]], plan: _Plan, settings: Settings, reader: Reader) -> None:
    """Read again what the reader passed over: rows of letters that no word covers.

    Tesseract's layout analysis now and then drops a small block beside a large one.
    """
    homes: list[int] = []
    pieces: list[Piece] = []
    for index in range(len(plan.parts)):
        covered = [box for line in lines[index] for box in _covered(line)]
        for piece in lost_rows(plan.pieces[index], covered, plan.letter, plan.margin):
            homes.append(index)
            pieces.append(piece)
    if not pieces:
        return
    tall = stack(pieces, round(1.2 * plan.letter))
    words = parse_tsv(reader(tall.picture, settings.recognise.language, BLOCK, settings))
    for home, found in zip(
        homes, _lines_of_pieces(words, tall, settings.recognise.language), strict=True
    ):
        for line in found:
            if line.confidence >= _LOST:
                lines[home] = put_in(line, lines[home])


def _covered(line: Line) -> list[Box]:
    """The places of a line's words, each with the space after it: some lie on a slope."""
    ends = [*(word.box[0] for word in line.words[1:]), line.box[2]]
    boxes = (word.box for word in line.words)
    return [(x0, y0, max(x1, end), y1) for (x0, y0, x1, y1), end in zip(boxes, ends, strict=True)]


def _plan(page: CleanPage) -> _Plan:
    blobs = find_blobs(page.black)
    letter = letter_height(blobs, page.black.shape[0])
    letters = blobs.boxes[is_letter(blobs, letter)]
    seals = find_seals(page.black, blobs, letter)
    tables, unruled = find_tables(page.black, letter)
    around_stamps = find_frames(page.black, tables, letter)
    tables = tuple(t for t in tables if not any(t.holds(frame.box) for frame in around_stamps))
    unruled, frames, stamps = _cut_frames(unruled, around_stamps, letter)
    black_frames = len(frames)
    blobs = find_blobs(unruled) if frames else blobs
    if seals:
        unruled = without_seal_ink(unruled, seals, letter, rings_only=True)
        blobs = find_blobs(unruled)
        letters = np.concatenate([blobs.boxes[is_letter(blobs, letter)], split_rows(blobs, letter)])
    black = without_strokes(unruled, blobs, letters, letter)
    black = without_seals(black, seals, letters, letter)
    height, width = black.shape
    standing = _standing(blobs, seals, letter)
    free = [not any(table.holds(box) for table in tables) for box in map(tuple, standing.tolist())]
    regions = find_regions(standing[np.array(free, bool)], width, height, letter)
    parts: list[Part] = []
    pieces: list[Piece] = []
    twins: list[tuple[int, Piece]] = []
    for region in regions:
        if region.part == "end_right":
            found = row_pieces(black, region.box, letter)
            twins += [(len(pieces) + i, row) for i, row in bold_rows(found, seals, letter)]
        else:
            piece = trimmed(black, region.box, round(0.5 * letter))
            found = [piece] if piece is not None else []
        parts += [region.part] * len(found)
        pieces += found
    red: list[Piece] = []
    for layer in (page.red, page.blue):
        if layer is None:
            continue
        rest, coloured, framed = _cut_frames(layer, find_frames(layer, (), letter), letter)
        frames += coloured
        stamps += framed
        if layer is page.red:
            red, red_seals = red_pieces(rest, letter)
            seals = (*seals, *red_seals)
    return _Plan(
        tuple(parts), (*pieces, *red), tuple(twins), seals, tables, tuple(frames), tuple(stamps),
        black_frames, letter, round(0.09 * height), black,
    )  # fmt: skip


def _cut_frames(
    layer: Pixels, found: Sequence[Frame], letter: float
) -> tuple[Pixels, list[Box], list[Piece]]:
    """The layer without framed and outlined stamps, where they are, and their words."""
    boxes: list[Box] = []
    stamps: list[Piece] = []
    for frame in found:
        layer, words = cut_frame(layer, frame, letter)
        if words is not None:
            boxes.append(frame.box)
            stamps.append(words)
    for outline in find_outlines(layer, letter):
        layer, words = cut_outline(layer, outline, letter)
        if words is not None:
            boxes.append(outline.box)
            stamps.append(words)
    return layer, boxes, stamps


def _standing(blobs: Blobs, seals: Sequence[Seal], letter: float) -> NDArray[np.int64]:
    """Boxes of what may be print: letters, and words that a pen mark has joined; no seals."""
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    joined = (size[:, 1] >= 2 * letter) & (size[:, 1] <= 6 * letter) & (size[:, 0] <= 30 * letter)
    boxes = blobs.boxes[is_letter(blobs, letter) | (joined & (size[:, 0] >= letter))]
    outside = [not any(seal.holds(box) for seal in seals) for box in map(tuple, boxes.tolist())]
    return boxes[np.array(outside, bool)] if len(boxes) else boxes


def _lines_of_pieces(words: Sequence[Read], tall: Stack, reader: str) -> list[list[Line]]:
    """The reader's lines, each in the piece that it came from, boxes moved back."""
    lines: list[list[Line]] = [[] for _ in tall.pieces]
    current: list[Word] = []
    key: tuple[int, tuple[int, int, int]] | None = None
    for word in words:
        index, box = tall.back(word.box)
        if key != (index, word.line) and current and key is not None:
            lines[key[0]].append(make_line(current, reader))
            current = []
        key = (index, word.line)
        current.append(Word(word.text, box, word.confidence))
    if current and key is not None:
        lines[key[0]].append(make_line(current, reader))
    return [sorted(found, key=level) for found in lines]


def read_words(page: CleanPage) -> tuple[Zone, ...]:
    """Zones of a page whose text layer is sound, boxes in pixels of the source page."""
    words = [w for w in page.words if w.text.strip() and w.box[2] > w.box[0]]
    if not words:
        return ()
    boxes = np.array([w.box for w in words], np.int64)
    # A word's box spans ascender to descender, about twice the x-height.
    letter = max(2.0, float(np.median(boxes[:, 3] - boxes[:, 1])) / 2.0)
    regions = find_regions(boxes, page.width, page.height, letter)
    columns = []
    for region in regions:
        x0, y0, x1, y1 = region.box
        inside = [
            w for w in words
            if x0 <= (w.box[0] + w.box[2]) / 2 < x1 and y0 <= (w.box[1] + w.box[3]) / 2 < y1
        ]  # fmt: skip
        columns.append((region.part, group_words(inside, "text-layer")))
    return tuple(split_unruled(sort_lines(columns, page.width, page.height, letter), letter))


def overlay_zone(words: Sequence[Word]) -> Zone:
    """The words of digital-signature appearances, which stand outside of the letter."""
    lines = tuple(in_given_order(words, "text-layer"))
    return Zone("overlay", around(line.box for line in lines), lines)
