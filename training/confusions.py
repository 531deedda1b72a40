"""The confusion model of one reader: which characters it makes of which, by EM over segments.

    python -m training.confusions --readings readings.jsonl --reader eng

Printed and read words are paired line by line; then Viterbi EM finds, for segments of one or two
printed characters, what they are read as (nothing to three characters): Brill & Moore, An Improved
Error Model for Noisy Channel Spelling Correction (2000). Everything is in lower case; how case
itself is misread is counted apart. The result, models/channel_READER.json, holds costs (−ln p).
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.restore.channel import case_evidence, plain_case
from pipeline.restore.tokens import LOWER, TITLE, UPPER, case_of, pieces_of
from pipeline.text import fold, is_syllable, nfc
from training.manifest import MODELS, record_artefact

Pairs = Counter[tuple[str, str]]
Costs = dict[tuple[str, str], float]

ROUNDS = 6
SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (2, 3), (1, 0), (0, 1))
FAMILY = 20.0
"""Weight, in occurrences, of a letter's family beside what was seen of the letter itself."""
LEAST_SHARE = 2e-4
NOISE_MOST = 0.6
"""Pages noisier than this are beyond what a clerk would file; their readings teach chance."""


def words_of(line: str) -> list[str]:
    """A line's words and numbers without the punctuation about them."""
    return [p.text for chunk in line.split() for p in pieces_of(chunk) if p.kind >= 4]


def align(printed: Sequence[str], read: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of printed and read words, some of two words on one side (joined by a space)."""
    moves = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(len(printed) + 1):
        for j in range(len(read) + 1):
            if (i, j) not in best:
                continue
            for di, dj in moves:
                if i + di > len(printed) or j + dj > len(read):
                    continue
                a, b = "".join(printed[i : i + di]), "".join(read[j : j + dj])
                step = Levenshtein.distance(fold(a), fold(b)) / max(len(a), len(b), 1)
                step = 0.8 if 0 in (di, dj) else step + 0.15 * (di + dj - 2)
                cost = best[i, j][0] + step
                spot = (i + di, j + dj)
                if spot not in best or cost < best[spot][0]:
                    best[spot] = (cost, (di, dj))
    i, j = len(printed), len(read)
    while i or j:
        di, dj = best[i, j][1]
        i, j = i - di, j - dj
        if di and dj:
            yield " ".join(printed[i : i + di]), " ".join(read[j : j + dj])


def word_pairs(readings: Path, reader: str) -> Pairs:
    """Counted (printed, read) pairs of one reader; hopeless ones are left out."""
    pairs: Pairs = Counter()
    with readings.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["reader"] != reader or row["noise"] > NOISE_MOST:
                continue
            read = words_of(nfc(" ".join(word for word, _ in row["words"])))
            pairs.update(p for p in align(words_of(row["line"]), read) if is_likely(*p))
    return pairs


def is_likely(printed: str, read: str) -> bool:
    """Whether a pair is a misreading, not a lost word beside a found one."""
    a, b = fold(printed), fold(read)
    distance = Levenshtein.distance(a.replace(" ", ""), b.replace(" ", ""))
    if (" " in a) != (" " in b):
        parts, whole = (a.split(), b) if " " in a else (b.split(), a)
        alone = min(Levenshtein.distance(part, whole) for part in parts)
        return distance < min(alone, 3)
    return len(a) <= 3 or distance < 0.7 * max(len(a), len(b))


def first_cost(printed: str, read: str) -> float:
    """Costs before anything is learned: likeness of shape."""
    if printed == read:
        return 0.1
    if len(printed) == len(read) == 1:
        return 1.0 if fold(printed) == fold(read) else 4.0
    return 3.0 + len(printed) + len(read)


def best_path(printed: str, read: str, costs: Costs | None) -> list[tuple[str, str]]:
    """The cheapest way to read ``printed`` as ``read``, as segments."""
    rows, columns = len(printed) + 1, len(read) + 1
    table = [[math.inf] * columns for _ in range(rows)]
    back: dict[tuple[int, int], tuple[int, int]] = {}
    table[0][0] = 0.0
    for i in range(rows):
        for j in range(columns):
            for di, dj in SHAPES:
                if di > i or dj > j or (di == dj == 2 and _half_right(printed, read, i, j)):
                    continue
                pair = (printed[i - di : i], read[j - dj : j])
                step = first_cost(*pair) if costs is None else costs.get(pair, unseen(*pair))
                if table[i - di][j - dj] + step < table[i][j]:
                    table[i][j] = table[i - di][j - dj] + step
                    back[i, j] = (di, dj)
    path = []
    i, j = rows - 1, columns - 1
    while i or j:
        di, dj = back[i, j]
        path.append((printed[i - di : i], read[j - dj : j]))
        i, j = i - di, j - dj
    return path


def _half_right(printed: str, read: str, i: int, j: int) -> bool:
    """Two for two where one character is right: single characters say the same."""
    return printed[i - 1] == read[j - 1] or printed[i - 2] == read[j - 2]


def unseen(printed: str, read: str) -> float:
    """Cost of a segment that was never seen: single characters stay possible, longer don't."""
    if len(printed) <= 1 and len(read) <= 1:
        return 6.0 if fold(printed) == fold(read) else 9.0
    return 99.0


def learn(pairs: Pairs) -> Costs:
    """Costs of segments after ``ROUNDS`` of Viterbi EM."""
    lower: Pairs = Counter()
    for (printed, read), count in pairs.items():
        lower[printed.lower(), plain_case(read)] += count
    occurrences: Counter[str] = Counter()
    for (printed, _), count in lower.items():
        for size in (1, 2):
            for i in range(len(printed) - size + 1):
                occurrences[printed[i : i + size]] += count
        occurrences[""] += count * len(printed)
    costs: Costs | None = None
    for _ in range(ROUNDS):
        used: Counter[tuple[str, str]] = Counter()
        for (printed, read), count in lower.items():
            for pair in best_path(printed, read, costs):
                used[pair] += count
        costs = smoothed(used, occurrences)
    return costs or {}


def smoothed(used: Pairs, occurrences: Counter[str]) -> Costs:
    """Costs from counts; what is rare for one letter leans on its family: ở on ờ, ợ and ơ."""
    family: Pairs = Counter()
    totals: Counter[str] = Counter()
    for (printed, read), count in used.items():
        if printed not in ("", fold(printed)) and printed != read:
            family[fold(printed), read] += count
    for printed, count in occurrences.items():
        if printed != fold(printed):
            totals[fold(printed)] += count
    costs = {}
    for printed, count in occurrences.items():
        reads = {read for text, read in used if text == printed}
        if printed and printed != fold(printed):
            reads |= {read for text, read in family if text == fold(printed) and read != printed}
        for read in reads:
            own = used[printed, read]
            kin = family[fold(printed), read] / max(totals[fold(printed)], 1)
            if max(own, family[fold(printed), read]) < (1 if len(printed) == len(read) == 1 else 3):
                continue
            share = (max(own - 0.4, 0) + FAMILY * kin) / (count + FAMILY + 1)
            if share > LEAST_SHARE or not printed:
                costs[printed, read] = -math.log(share)
    return costs


def case_costs(pairs: Pairs) -> dict[str, list[float]]:
    """Cost of a printed lower, title or upper word looking as it was read."""
    seen: dict[str, list[float]] = defaultdict(lambda: [0.3, 0.3, 0.3])
    totals = [1.0, 1.0, 1.0]
    for (printed, read), count in pairs.items():
        if " " not in printed and is_syllable(printed):
            case = case_of(printed)
            seen[case_evidence(read)][case] += count
            totals[case] += count
    return {
        look: [round(-math.log(row[case] / totals[case]), 3) for case in (LOWER, TITLE, UPPER)]
        for look, row in sorted(seen.items())
    }


def spacing(pairs: Pairs) -> dict[str, float]:
    """Costs of a space lost between two words and of one put inside a word."""
    total = sum(pairs.values())
    lost = sum(n for (a, b), n in pairs.items() if " " in a and " " not in b)
    added = sum(n for (a, b), n in pairs.items() if " " in b and " " not in a)
    return {
        "join": round(-math.log((added + 1) / total), 3),
        "split": round(-math.log((lost + 1) / total), 3),
    }


def main() -> None:
    """Write models/channel_READER.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=Path, nargs="+", required=True)
    parser.add_argument("--reader", choices=("eng", "vie", "Vietnamese"), required=True)
    options = parser.parse_args()
    pairs: Pairs = Counter()
    for path in options.readings:
        pairs += word_pairs(path, options.reader)
    segments: dict[str, dict[str, float]] = defaultdict(dict)
    for (printed, read), cost in sorted(learn(pairs).items()):
        segments[printed][read] = round(cost, 2)
    content = {"segments": segments, "case": case_costs(pairs), "space": spacing(pairs)}
    path = MODELS / f"channel_{options.reader}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    record_artefact(
        path,
        source=f"rendered pages read by Tesseract 5.3 with its {options.reader} model",
        licence="Apache-2.0, made for this project",
        command="python -m training.readings …; python -m training.confusions --readings "
        f"readings.jsonl --reader {options.reader}",
    )
    print(f"{sum(pairs.values())} words, {sum(map(len, segments.values()))} segments")


if __name__ == "__main__":
    main()
