"""The subject's words as the body repeats them: the letter itself is the best witness.

A word of the subject that was misread stands in the body again, often several times. The body
chooses between spellings of the same letters; it never brings in other words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.parse.found import Found
from pipeline.parse.pairs import respelled
from pipeline.parse.subject_ends import completed, unscrapped
from pipeline.text import fold, same_key

_WORD = re.compile(r"\w+")
_SPLIT_CODE = re.compile(r"(?<![\w/])(\d{1,2}) (\d{1,4}/(?:(?:19|20)\d\d/)?[A-ZĐ][\w-]+)")
_SURE = 0.9
# What subjects are made of; no other words of Vietnamese are written with the same letters.
_USUAL = {
    fold(pair): pair
    for pair in (
        "lấy ý", "ý kiến", "đề nghị", "báo cáo", "hướng dẫn", "giải đáp", "giải quyết", "trả lời",
        "triển khai", "thực hiện", "tăng cường", "phối hợp", "đôn đốc", "chấn chỉnh", "kiểm tra",
        "rà soát", "tổ chức", "góp ý", "sửa đổi", "bổ sung", "thông báo", "cung cấp", "xử lý",
        "chính sách", "quyết định", "nghị định", "nghị quyết", "thông tư", "kế hoạch", "dự thảo",
        "dự án", "quy định", "kết quả", "công tác", "quản lý", "phê duyệt", "điều chỉnh",
        "hồ sơ", "kiến nghị", "vướng mắc", "hội nghị", "tham dự", "thu nhập", "giá trị",
    )
}  # fmt: skip
_SHARE = 0.75  # of the body's spellings that must agree
_ENOUGH = 2  # times that a pair of words must be repeated; three words in a row, once

Spellings = dict[str, Counter[str]]


def echoed(subject: Found | None, body: str) -> Found | None:
    """The subject with the body's spelling of its words, more or less sure for it."""
    if subject is None or not subject.value:
        return subject
    whole = completed(unscrapped(subject, body), body)
    value = codes_joined(whole, body)
    words = list(_WORD.finditer(value))
    printed = [word[0] for word in words]
    spoken = _Spoken(printed, body)
    told, against = spoken.judged(printed)
    odd = set(respelled(printed)) - told
    unsure = {w.text.strip(".,;:()") for w in subject.words if w.confidence < _SURE}
    usual = _usual(printed, unsure)
    chosen = {at: word for at, word in usual.items() if at not in told}
    chosen |= spoken.chosen(printed, told)
    pieces, end = [], 0
    for number, word in enumerate(words):
        spelling = _cased(chosen[number], word[0]) if number in chosen else word[0]
        pieces += [value[end : word.start()], spelling]
        end = word.end()
    value = "".join((*pieces, value[end:]))
    sure = len(words) > 1 and len(told) >= 0.6 * len(words)
    # What the body spells otherwise, or has to end, is never sure.
    unlike = 2 * int(bool(against - told - set(chosen))) + int(value != subject.value)
    unlike += int(len(whole) > len(subject.value)) + 2 * bool(odd - set(chosen))
    return replace(
        subject,
        value=value,
        doubt=subject.doubt + unlike + int(_goes_on(value, body)),
        support=subject.support + int(sure and not unlike),
    )


def _usual(words: Sequence[str], unsure: set[str]) -> dict[int, str]:
    """Spellings of the genre's usual words where one of a pair was hardly read."""
    chosen: dict[int, str] = {}
    for at in range(len(words) - 1):
        pair = words[at : at + 2]
        usual = _USUAL.get(fold(" ".join(pair)))
        if usual is None or not unsure.intersection(pair):
            continue
        chosen |= {
            offset: other
            for offset, other in enumerate(usual.split(), at)
            if same_key(other) != same_key(words[offset])
        }
    return chosen


class _Spoken:
    """How the body spells its runs of two and three words, by their folded letters."""

    def __init__(self, subject: Sequence[str], body: str) -> None:
        words = _WORD.findall(body.lower())
        folded = fold("\n".join(words)).split("\n")
        wanted = set(map(fold, subject))
        told = [word in wanted for word in folded]
        self._seen: dict[int, Spellings] = {2: defaultdict(Counter), 3: defaultdict(Counter)}
        for size, spellings in self._seen.items():
            for at in range(len(words) - size + 1):
                if all(told[at : at + size]):
                    run = slice(at, at + size)
                    spellings[" ".join(folded[run])][" ".join(words[run])] += 1

    def judged(self, words: Sequence[str]) -> tuple[set[int], set[int]]:
        """The words that a pair of the body confirms, and those that it spells otherwise."""
        told: set[int] = set()
        against: set[int] = set()
        for at in range(len(words) - 1):
            pair = " ".join(words[at : at + 2])
            seen = self._seen[2].get(fold(pair))
            if seen is not None:
                same = same_key(pair) == same_key(seen.most_common(1)[0][0])
                (told if same else against).update((at, at + 1))
        return told, against

    def chosen(self, words: Sequence[str], told: set[int]) -> dict[int, str]:
        """Other spellings of words that no pair confirms: all that the body has, often enough."""
        chosen: dict[int, str] = {}
        for size, least in ((3, 1), (2, _ENOUGH)):
            for at in range(len(words) - size + 1):
                seen = self._seen[size].get(fold(" ".join(words[at : at + size])))
                if seen is None:
                    continue
                spelled, times = seen.most_common(1)[0]
                if times < least or times < _SHARE * seen.total():
                    continue
                for offset, other in enumerate(spelled.split(), at):
                    if offset not in told and same_key(other) != same_key(words[offset]):
                        chosen.setdefault(offset, other)
        return chosen


def _goes_on(subject: str, body: str) -> bool:
    """Whether the body always goes on with ``của`` or ``về`` where the subject ends: it was cut."""
    end = fold(" ".join(subject.split()[-4:]))
    rests = [rest[:5] for rest in fold(body).split(end)[1:]] if len(end) > 12 else []
    return bool(rests) and all(re.match(r" (?:cua|ve) ?", rest) for rest in rests)


def codes_joined(text: str, elsewhere: str) -> str:
    """Codes whose digits a space parts, joined where the letter has them whole elsewhere.

    >>> codes_joined("Nghị định số 1 18/2021/NĐ-CP", "theo Nghị định 118/2021/NĐ-CP")
    'Nghị định số 118/2021/NĐ-CP'
    """
    return _SPLIT_CODE.sub(
        lambda m: m[1] + m[2] if re.search(rf"(?<!\d){m[1]}{re.escape(m[2])}", elsewhere) else m[0],
        text,
    )


def _cased(spelling: str, printed: str) -> str:
    """A spelling with the capitals of the printed word."""
    if printed.isupper() and len(printed) > 1:
        return spelling.upper()
    return spelling[:1].upper() + spelling[1:] if printed[:1].isupper() else spelling
