"""Ends of a subject's lines, as the body tells them: what was read behind them, what was not."""

from __future__ import annotations

import re

from pipeline.parse.found import Found, joined, phrase, tidy
from pipeline.parse.rows import Row
from pipeline.text import fold, is_syllable

_MOST_SCRAPS = 4  # words
_RUN = 4  # words over a line's end that the body has too
_CODE_LOST = re.compile(r"(?:\b[^\W\d_]+ ){1,3}số$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_CODE = r"\s*(\d{1,5}/(?:(?:19|20)\d\d/)?[A-ZĐ][\w-]*)"


def unscrapped(subject: Found, body: str) -> str:
    """The value without what a stamp or the right column left at the ends of its lines.

    The body must have the words on both sides of such scraps in one run: ``Dịch 0`` over ``vụ hàng
    hóa`` where the body speaks of ``Dịch vụ hàng hóa``.
    """
    value = subject.value or ""
    if len(subject.rows) < 2 or phrase(joined(subject.rows)) != value:
        return value
    told = _run(body)
    texts = [row.text for row in subject.rows]
    for at, (row, below) in enumerate(zip(subject.rows, subject.rows[1:], strict=False)):
        texts[at] = _without_scraps(row, below, told)
    return phrase(tidy(" ".join(texts))) if texts != [row.text for row in subject.rows] else value


def _without_scraps(row: Row, below: Row, told: str) -> str:
    words, next_words = row.text.split(), below.text.split()
    for count in range(min(_MOST_SCRAPS, len(words) - 1) + 1):
        kept = words[: len(words) - count]
        if not all(map(_may_be_scrap, words[len(kept) :])):
            break
        for before in (3, 2, 1):
            run = (*kept[-before:], *next_words[: _RUN - before])
            if len(run) == _RUN and _run(" ".join(run)) in told:
                return " ".join(kept)
    return row.text


def _may_be_scrap(word: str) -> bool:
    bare = word.strip(".,;:()")
    return len(bare) <= 2 or not is_syllable(bare) or bare[:1].isupper()


def _run(text: str) -> str:
    return " " + " ".join(_WORD.findall(fold(text))) + " "


def completed(value: str, body: str) -> str:
    """A subject that ends in ``Luật số`` with the one code that the body has behind these words.

    >>> completed("thực hiện Luật số", "Quốc hội thông qua Luật số 106/2016/QH13 sửa đổi")
    'thực hiện Luật số 106/2016/QH13'
    """
    lost = _CODE_LOST.search(value)
    if lost is None:
        return value
    for words in range(2, len(lost[0].split()) + 1):
        end = " ".join(value.split()[-words:])
        codes = set(re.findall(re.escape(end) + _CODE, body, re.IGNORECASE))
        if len(codes) == 1:
            return f"{value} {codes.pop()}"
    return value
