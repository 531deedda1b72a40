"""The measuring stick: gold against records, by the definitions of the module."""

import json
from pathlib import Path

import pytest

from pipeline.evaluation import Evaluation, evaluate, gold_pages, score_text

GOLD = {
    "doc_type": "công văn",
    "code": "12/SYT-NVY",
    "number": "12",
    "notation": "SYT-NVY",
    "issuer": {"parent": None, "name": "SỞ Y TẾ"},
    "place": "Hòa Bình",
    "date": "2019-03-05",
    "subject": "phòng, chống dịch",
    "recipients": ["Các đơn vị trực thuộc Sở"],
    "directives": [{"label": "Điều 1", "text": "Rà soát danh sách người hưởng trợ cấp."}],
    "percentages": [{"value": 20.7, "text": "20,7%"}, {"value": 5.0, "text": "5%"}],
    "citations": ["71/TB-UBND"],
    "deadlines": ["20/3/2019"],
    "copies_to": ["Như trên", "Lưu: VT"],
    "signer": {"authority": None, "position": "GIÁM ĐỐC", "name": None},
    "urgency": None,
    "secrecy": None,
}
TEXT = "=== page 1 ===\nSỞ Y TẾ\nSố: ⟦h:12⟧/SYT-NVY\n--- stamps ---\nHỎA TỐC\n=== page 2 ===\nhết\n"


def field(value: str | None, confidence: float = 0.95) -> dict[str, object]:
    return {"value": value, "confidence": confidence}


RECORD = {
    "doc_type": field("công văn"),
    "code": field("12/SYT- NVY"),
    "number": field("12"),
    "notation": field("SYT-NVY"),
    "issuer": {"parent": None, "name": field("Sở Y tế")},
    "place": field("Hoà Bình"),
    "date": field("2019-03-05"),
    "subject": field("phòng, chống dịch."),
    "recipients": [field("Các đơn vị trực thuộc Sở;")],
    "directives": [{"label": "1", "text": "Rà soát danh sách người hưởng trợ cấp"}],
    "percentages": [{"value": 20.7}, {"value": 5}],
    "citations": [{"code": "71/TB-UBND"}],
    "deadlines": ["2019-03-20"],
    "copies_to": [field("Như trên"), field("Lưu: VT")],
    "signer": {"authority": None, "position": field("GIÁM ĐỐC"), "name": field("Lê Văn Nam")},
    "urgency": None,
    "secrecy": None,
    "pages": [{"number": 1, "text": "SỞ Y TẾ\nSố: 12 /SYT-NVY"}, {"number": 2, "text": "het"}],
}


def run(tmp_path: Path, record: dict[str, object] | None) -> Evaluation:
    gold, records = tmp_path / "gold", tmp_path / "records"
    gold.mkdir()
    records.mkdir()
    (gold / "a.json").write_text(json.dumps(GOLD), "utf-8")
    (gold / "a.txt").write_text(TEXT, "utf-8")
    if record is not None:
        (records / "a.json").write_text(json.dumps(record), "utf-8")
    return evaluate(gold, records)


def test_a_right_record_scores_one_everywhere(tmp_path: Path) -> None:
    found = run(tmp_path, RECORD)
    assert found.mean_f1 == 1.0
    assert found.silent == ()
    assert found.missing == ()
    assert {score.name for score in found.fields} >= {"code", "place", "directives", "deadlines"}
    # the gold doesn't say who signed, so a name is neither right nor wrong
    assert "signer.name" not in {score.name for score in found.fields}


def test_text_is_compared_page_by_page_without_pen_and_stamps(tmp_path: Path) -> None:
    text = run(tmp_path, RECORD).text
    assert (text.syllables, text.matched) == (7, 6)
    assert text.accuracy == pytest.approx(6 / 7)
    assert text.cer is not None
    assert 0 < text.cer < 0.3


@pytest.mark.parametrize(("confidence", "silent"), [(0.95, 1), (0.9, 1), (0.6, 0)])
def test_a_wrong_value_is_silent_only_when_it_looks_sure(
    tmp_path: Path, confidence: float, silent: int
) -> None:
    found = run(tmp_path, RECORD | {"number": field("13", confidence), "urgency": None})
    assert len(found.silent) == silent
    assert next(s for s in found.fields if s.name == "number").f1 == 0.0


def test_a_value_where_the_letter_has_none_is_an_error(tmp_path: Path) -> None:
    (error,) = run(tmp_path, RECORD | {"urgency": field("KHẨN", 1.0)}).silent
    assert (error.field, error.given, error.wanted) == ("urgency", "KHẨN", "")


def test_a_missing_record_counts_as_nothing_found(tmp_path: Path) -> None:
    found = run(tmp_path, None)
    assert found.missing == ("a",)
    assert found.mean_f1 == 0.0
    assert found.text.accuracy == 0.0


def test_gold_without_page_lines_is_one_text() -> None:
    assert gold_pages("Sở Y tế\n⟦?⟧\n") == {0: "Sở Y tế\n \n"}


def test_tone_placement_is_no_error_but_case_is() -> None:
    assert score_text("Uỷ ban", "Ủy ban").accuracy == 1.0
    assert score_text("Ủy ban", "ủy ban").accuracy == 0.5


def test_records_that_are_no_objects_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(ValueError, match="no JSON object"):
        evaluate(tmp_path, tmp_path)
