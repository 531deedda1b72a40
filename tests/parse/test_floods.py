"""Texts that imitate a letter line by line, without end: work grows with them, not with n²."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.parse import parse_letters
from pipeline.read import open_source, read_text

HEAD = (
    "ỦY BAN NHÂN DÂN\nTỈNH BẮC GIANG\nSố: 123/UBND-VX\nBắc Giang, ngày 5 tháng 6 năm 2019\n"
    "V/v trụ sở làm việc\nKính gửi: Sở Nội vụ.\n"
)
LINES = (
    "{n}. Giao Sở Nội vụ chủ trì báo cáo trước ngày 5/6/2019 tỷ lệ {small}%.",
    "a) Giao Sở Y tế;",
    "- Sở Nội vụ {n};",
    "I. KẾT QUẢ",
    "Điều {n}. Quy định về việc này",
    "Căn cứ Quyết định số {n}/2019/QĐ-UBND ngày 5/6/2019 của Ủy ban nhân dân tỉnh;",
    "({small}) Ghi chú số {n}",
    "ỦY BAN NHÂN DÂN",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: {n}/UBND-VX",
    "Kính gửi: Sở Nội vụ.",
    "Nơi nhận:",
    "Nơi nhận: Như trên;",
    "TM. ỦY BAN NHÂN DÂN",
    "PHÓ CHỦ TỊCH",
    "Nguyễn Văn A",
    "Về việc kiện toàn",
    "THÔNG BÁO",
    "| {n} | Sở Nội vụ | {small}% |",
    "{n} Sở Nội vụ {small} 12,5% 3.400",
    "Sở Y tế (0,4%), Sở Tư pháp (29, 6%)",
    "PHỤ LỤC",
    "1205/QĐ-",
    "theo quy định của pháp luật về tổ chức chính quyền",
    "",
)


def flood(seed: int, size: int) -> str:
    """Some kinds of lines over and over: kind after kind, or in turn; now and then on one line."""
    chance = random.Random(seed)
    kinds = chance.sample(LINES, chance.choice((1, 2, 3, 5)))
    apart, turns = chance.choice(("\n", "\n", "\n\n", " ")), chance.random() < 0.5
    lines = [HEAD]
    held = 0
    while held < size:
        number = len(lines)
        at = number % len(kinds) if turns else len(kinds) * held // size
        lines.append(kinds[at].format(n=number, small=number % 100))
        held += len(lines[-1]) + len(apart)
    return apart.join(lines)


def steps(work: Callable[[], object]) -> int:
    """Calls made, of Python and of C."""
    count = 0

    def event(frame: FrameType, name: str, argument: object) -> None:
        nonlocal count
        del frame, argument
        count += name in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def parsing(path: Path, text: str) -> int:
    """Steps of parsing a text; a refusal is an end like any other."""
    path.write_text(text, encoding="utf-8")
    source = open_source(path, Settings())
    pages = read_text(source)

    def parse() -> None:
        try:
            parse_letters(pages, pages, source, (), Settings())
        except InputError:
            return

    return steps(parse)


@pytest.mark.parametrize("seed", range(24))
def test_twice_the_lines_take_twice_the_steps(seed: int, tmp_path: Path) -> None:
    once = parsing(tmp_path / "a.txt", flood(seed, 12_000))
    twice = parsing(tmp_path / "b.txt", flood(seed, 24_000))
    assert twice < 2.6 * once + 20_000


def test_items_within_items_without_end(tmp_path: Path) -> None:
    # Each label would open a level of its own below the one before.
    path = tmp_path / "a.txt"
    path.write_text(HEAD + "1. Giao Sở Y tế:\n" + "a) Giao Sở Nội vụ;\n" * 3000, encoding="utf-8")
    source = open_source(path, Settings())
    pages = read_text(source)
    (letter,) = parse_letters(pages, pages, source, (), Settings())
    level, depth = letter.directives, 0
    while level:
        level, depth = level[-1].items, depth + 1
    assert depth == 5
