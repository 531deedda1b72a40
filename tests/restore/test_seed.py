"""The first letter, and what restoring may cost."""

from __future__ import annotations

import difflib
import json
from hashlib import sha256

import pytest

from pipeline.config import models_folder
from pipeline.restore import load_models, restore_text
from pipeline.restore.detect import CLEAN, FOREIGN, detect

LEXICON = load_models().lexicon


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Uy ban nhdn dan tinh yéu cau Giam ddc S& Tai chinh bdo cdo", "eng"),
        ("Ủy ban nhân dân tỉnh yêu cầu Giám đốc Sở Tài chính báo cáo", "vie"),
        ("Uy ban nhan dan tinh yeu cau Giam doc So Tai chinh bao cao", "bare"),
        ("The quick brown fox jumps over twelve lazy dogs yesterday", FOREIGN),
    ],
)
def test_kinds_of_reading(text: str, reading: str) -> None:
    assert detect([text], LEXICON) == reading


def test_a_typed_text_stays_glued_words_and_all() -> None:
    typed = "Căn cứ hợpđồng số 12 củaCông ty TNHH Ford, nêu cao tỉnh thần trách nhiệm."
    restored = restore_text(typed, load_models())
    assert (restored.text, restored.corrections, restored.reading) == (typed, (), CLEAN)


def test_a_text_with_many_sure_errors_was_read() -> None:
    read = "xuât khâu hàng hóa, nộp thuê giá trị gia tăng; Tông cục Thuê, Bộ Tài chính có ý kiên"
    restored = restore_text(read, load_models())
    assert restored.text.startswith("xuất khẩu hàng hóa, nộp thuế giá trị gia tăng; Tổng cục Thuế")


def test_artefacts_are_what_the_manifest_says() -> None:
    manifest = json.loads((models_folder() / "manifest.json").read_text(encoding="utf-8"))
    for name in ("lexicon.tsv", "bigrams.npy", "trigrams.npy", "channel_eng.json"):
        content = (models_folder() / name).read_bytes()
        assert manifest[name]["sha256"] == sha256(content).hexdigest()
    assert sum(path.stat().st_size for path in models_folder().iterdir()) <= 25_000_000


def test_formulas_of_a_letter_come_back() -> None:
    raw = (
        "UY BAN NHAN DAN\nTinh yéu cau cac so, nganh bdo cdo két qua thuc hién truéc ngay 20/5/2019"
    )
    gold = (
        "ỦY BAN NHÂN DÂN\nTỉnh yêu cầu các sở, ngành báo cáo kết quả thực hiện trước ngày 20/5/2019"
    )
    got = restore_text(raw, load_models()).text
    assert difflib.SequenceMatcher(None, gold.split(), got.split()).ratio() > 0.95
