"""A signer's name in doubt, read several ways and put together by vote.

A name stands under pen and seal, and no context mends it: two family names may differ in one
letter. Its row is cut out of each layer with and without rings, seals and strokes, in two sizes,
and all are read in one call; what the readings agree on is the name, and how far they agree is
how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from rapidfuzz import fuzz, process

from pipeline.config import Settings
from pipeline.errors import EngineMissing
from pipeline.page import Box, CleanPage, Line, Pixels, Word, Zone
from pipeline.recognise.compose import Piece, stack
from pipeline.recognise.lines import around, level, make_line
from pipeline.recognise.marks import is_capitals
from pipeline.recognise.reader import BLOCK, Reader, parse_tsv
from pipeline.recognise.seals import Seal, without_rims
from pipeline.recognise.second import SCRIPT
from pipeline.text import FAMILIES, LOWER, UPPER, fold, is_syllable

_SMALLER = 0.8  # the scale of every other picture of the row
_SURE = 0.8  # a name all of whose words are above this is not read again
_ALIKE = 0.3  # of a vote goes to a syllable that differs in a mark or a letter
_NEAR = 66.0  # of 100, for two words to be alike: one letter of three
_FAMILY = 4.0  # times as likely is a first word that is a family name
_LEAST = 0.35  # of the votes: below it what was read first stands
_LOWEST = 0.1  # what a reading counts that the reader itself gives nothing for
_AGREED = 0.6  # of the votes: below it the script model is asked, too
_FEWEST = 0.15  # of what could speak for a family name, so that the nearest one is guessed
_CLEARLY = 1.3  # times as much must speak for the nearest family name as for the next one
_TALL = 3.2  # x-heights: blobs taller than this are pen strokes and rims
_NAME_WORD = re.compile(rf"[{UPPER}][{LOWER}]{{0,6}}")
_LETTER = re.compile(rf"[{UPPER}{LOWER}]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class _Row:
    """The pictures of a row, and where it stands on the page."""

    pictures: Sequence[Pixels]
    box: Box
    letter: float


def read_names(
    zones: Sequence[Zone],
    page: CleanPage,
    black: Pixels,
    seals: Sequence[Seal],
    letter: float,
    settings: Settings,
    reader: Reader,
) -> list[Zone]:
    """Zones in which a doubtful name under the signer's title is what most readings say.

    The line that was read first becomes an alternative.

    Args:
        zones: as first read, boxes in pixels of the cleaned page.
        page: the page that they were read from.
        black: its black layer, seals and pen strokes painted out.
        seals: black and red ones.
        letter: x-height in pixels.
        settings: ``recognise.second_readings``.
        reader: what reads a picture.
    """
    out = list(zones)
    if not settings.recognise.second_readings:
        return out
    for at, zone in enumerate(zones):
        line = _doubtful_name(zone)
        if line is None:
            continue
        box = _place(line, zone, page.black.shape, letter)
        row = _Row(_pictures(box, page, black, seals, letter), box, letter)
        readings = [line.words, *_readings(row, settings.recognise.language, settings, reader)]
        words = voted(readings)
        if any(word.confidence < _AGREED for word in words):
            words = voted([*readings, *_readings(row, SCRIPT, settings, reader)])
        named = replace(make_line(words, line.reader), alternatives=(line,)) if words else line
        lines = tuple(named if x is line else x for x in zone.lines)
        out[at] = replace(zone, box=around(x.box for x in lines), lines=lines)
    return out


def _doubtful_name(zone: Zone) -> Line | None:
    """The last line below a signature's titles, if it is no name that was surely read."""
    if zone.kind != "signature":
        return None
    titles = [line for line in zone.lines if is_capitals(line.text)]
    lowest = max(map(level, titles), default=-1.0)
    below = [x for x in zone.lines if level(x) > lowest and re.search(rf"[{LOWER}]{{2}}", x.text)]
    if not below:
        return None
    line = max(below, key=level)
    words = [word.text for word in line.words]
    whole = (
        2 < len(words) < 6
        and words[0].lower() in FAMILIES
        and all(_NAME_WORD.fullmatch(word) and is_syllable(word) for word in words)
    )
    sure = min(word.confidence for word in line.words) >= _SURE
    return None if whole and sure else line


def _place(line: Line, zone: Zone, shape: tuple[int, ...], letter: float) -> Box:
    """The whole row of a name of which a part was read.

    What stands under a title is centred under it (NĐ 30/2020 Phụ lục I, cell 7), so a row that
    begins or ends too near to the axis goes on as far on the other side.
    """
    titles = [x for x in zone.lines if is_capitals(x.text) and level(x) < level(line)]
    best = max(line.words, key=lambda word: (word.confidence, len(word.text)))
    left, right = line.box[0], line.box[2]
    if titles:
        axis = titles[-1].box[0] + titles[-1].box[2]
        left, right = min(left, axis - right), max(right, axis - left)
    return (
        max(0, round(left - letter)),
        max(0, round(best.box[1] - 0.5 * letter)),
        min(shape[1], round(right + letter)),
        min(shape[0], round(best.box[3] + 0.5 * letter)),
    )


def _pictures(
    box: Box, page: CleanPage, black: Pixels, seals: Sequence[Seal], letter: float
) -> list[Pixels]:
    """The row as the layers show it: without what hides it, and with what was taken out with it."""
    x0, y0, x1, y1 = box
    over = tuple(seal for seal in seals if _meet(seal.box, box))
    layers = [black, without_rims(page.black, over)]
    if page.red is not None:
        layers += [page.red, without_rims(page.red, over)] if over else [page.red]
    out: list[Pixels] = []
    for layer in layers:
        row = layer[y0:y1, x0:x1]
        for cut in (row, _without_strokes(row, letter)):
            if (cut < 160).any() and not any(np.array_equal(cut, known) for known in out):
                out.append(cut)
    return out


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _without_strokes(row: Pixels, letter: float) -> Pixels:
    """A row without blobs that are too tall for letters or belong to the rows beside it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((row < 160).astype(np.uint8))
    middle = stats[:, 1] + stats[:, 3] / 2
    beside = (middle < 0.3 * letter) | (middle > row.shape[0] - 0.3 * letter)
    gone = beside | (stats[:, 3] > _TALL * letter)
    gone[0] = False
    return np.asarray(np.where(gone[labels], np.uint8(255), row), np.uint8)


def _readings(
    row: _Row, language: str, settings: Settings, reader: Reader
) -> list[tuple[Word, ...]]:
    """What is read of each picture in each manner, boxes moved back; nothing without the model."""
    pieces, scales = [], []
    for picture in row.pictures:
        small = cv2.resize(picture, None, fx=_SMALLER, fy=_SMALLER, interpolation=cv2.INTER_AREA)
        for drawn, scale in ((picture, 1.0), (small, _SMALLER), (cv2.medianBlur(picture, 3), 1.0)):
            height, width = drawn.shape
            pieces.append(Piece(np.asarray(drawn, np.uint8), (0, 0, width, height)))
            scales.append(scale)
    if not pieces:
        return []
    tall = stack(pieces, round(1.2 * row.letter))
    try:
        read = parse_tsv(reader(tall.picture, language, BLOCK, settings))
    except EngineMissing:  # the other readings stand; `congvan doctor` names what is missing
        return []
    words: list[list[Word]] = [[] for _ in pieces]
    left, top = row.box[:2]
    for word in read:
        index, found = tall.back(word.box)
        x0, y0, x1, y1 = (round(value / scales[index]) for value in found)
        moved = (x0 + left, y0 + top, x1 + left, y1 + top)
        words[index].append(Word(word.text, moved, word.confidence))
    return [tuple(sorted(found, key=lambda w: w.box[0])) for found in words if found]


def voted(readings: Sequence[Sequence[Word]]) -> tuple[Word, ...]:
    """The name that most readings agree on, word by word; nothing where none is one.

    A word's confidence is its share of the votes; a reading's vote counts as much as the reader
    was sure of it. Words that differ in their marks alone support each other a little, and a
    first word is more likely a family name.

    >>> box = (0, 0, 9, 9)
    >>> voted([[Word("Hồ", box, 0.5)], [Word("Hà", box, 0.9)], [Word("“Hà", box, 0.9)]])[0].text
    'Hà'
    """
    frame = max(readings, key=_worth, default=())
    if not _worth(frame):
        return ()
    # Where a layer shows nothing of the name, its reading has no vote.
    heard = [x for x in readings if _worth(x) > 0.5 * _worth(frame)]
    words: list[Word] = []
    for word in frame:
        votes = [w for w in (_over(word, reading) for reading in heard) if w is not None]
        if _is_speck(word, votes, len(heard)):
            continue
        chosen = _elected(votes, first=not words)
        if chosen is None:  # what was read first is as good as anything
            before = _over(word, readings[0]) or word
            chosen = Word(before.text, before.box, min(before.confidence, _LEAST))
        words.append(replace(chosen, box=word.box))
    return tuple(words)


def _is_speck(word: Word, votes: Sequence[Word], heard: int) -> bool:
    """Whether a word is a sign, or a single letter that most readings don't have."""
    letters = _LETTER.findall(word.text)
    if len(letters) != 1:
        return not letters
    return sum(vote.confidence for vote in votes if vote.text == word.text) < 0.5 * heard


def _worth(reading: Sequence[Word]) -> float:
    """How much of a reading can be a name: words count more than what the reader makes of them."""
    return sum(0.5 + w.confidence for w in reading if _syllable(w.text))


def _syllable(text: str) -> str:
    """A word of a name without the signs beside it, or nothing."""
    bare = _EDGES.sub("", text)
    return bare if _NAME_WORD.fullmatch(bare) and is_syllable(bare) else ""


def _over(word: Word, reading: Sequence[Word]) -> Word | None:
    """The word of another reading that stands in the same place."""
    left, _, right, _ = word.box
    shared = [(min(right, w.box[2]) - max(left, w.box[0]), w) for w in reading]
    length, best = max(shared, key=lambda pair: pair[0], default=(0, word))
    wide = max(right - left, best.box[2] - best.box[0])
    return best if length > 0.5 * wide else None


def _elected(votes: Sequence[Word], *, first: bool) -> Word | None:
    """The syllable that most votes are for, with its share of them; None where too few are."""
    ballots = [(_EDGES.sub("", vote.text), max(vote.confidence, _LOWEST)) for vote in votes]
    weights: dict[str, float] = {}
    for candidate in {text for text, _ in ballots if _syllable(text)}:
        support = sum(weight * _vote(text, candidate) for text, weight in ballots)
        family = first and candidate.lower() in FAMILIES
        weights[candidate] = support * (_FAMILY if family else 1.0)
    total = sum(weights.values())
    total += sum(weight for text, weight in ballots if not _heard(text, weights))
    best = max(weights, key=lambda text: (weights[text], text), default="")
    if best and weights[best] >= _LEAST * total:
        return Word(best, votes[0].box, weights[best] / total)
    return _nearest_family(votes) if first else None


def _vote(text: str, candidate: str) -> float:
    """What a reading counts for a syllable: whole, or a little where a letter or mark differs."""
    if text == candidate:
        return 1.0
    return _ALIKE if fuzz.ratio(fold(text), fold(candidate)) >= _NEAR else 0.0


def _heard(text: str, candidates: Iterable[str]) -> bool:
    return any(_vote(text, candidate) for candidate in candidates)


def _nearest_family(votes: Sequence[Word]) -> Word | None:
    """The family name that is nearest to what was read in its place, when one clearly is."""
    total = sum(max(vote.confidence, _LOWEST) for vote in votes)
    near: dict[str, float] = {}
    for vote in votes:
        read = _EDGES.sub("", vote.text).lower()
        for name, alike, _ in process.extract(read, FAMILIES, scorer=fuzz.ratio, score_cutoff=50):
            support = max(vote.confidence, _LOWEST) * alike / 100
            near[name] = near.get(name, 0.0) + support
    ranked = sorted(((support, name) for name, support in near.items()), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] < _CLEARLY * ranked[1][0]):
        return None
    support, name = ranked[0]
    if support < _FEWEST * total:
        return None
    # A guess: half of what speaks for it, so that nobody takes it for read.
    return Word(name.capitalize(), votes[0].box, 0.5 * support / total)
