"""Pages: lines and zones stay, boxes follow joins and splits, second readings weigh in."""

from __future__ import annotations

from pipeline.config import Settings
from pipeline.page import Line, PageText, Word, Zone
from pipeline.restore import load_models, restore_pages
from pipeline.restore.replay import replay, undo


def line(text: str, reader: str, *others: str, confidence: float = 0.9) -> Line:
    words, x = [], 0
    for part in text.split():
        width = 10 * len(part)
        words.append(Word(part, (x, 0, x + width, 20), confidence))
        x += width + 10
    return Line(tuple(words), (0, 0, x, 20), reader, tuple(line(o, "Vietnamese") for o in others))


def page(*lines: Line) -> PageText:
    half = len(lines) // 2
    box = (0, 0, 900, 900)
    stamp = Zone("seal", box, (line("CONG VAN DEN", "eng"),))
    return PageText(
        1,
        (Zone("header_left", box, lines[:half]), stamp, Zone("body", box, lines[half:])),
        900,
        900,
    )


RAW = page(
    line("SO TAI CHINH", "eng"),
    line("Kinh gui: Uy ban nhdn dan tinh", "eng"),
    line("Số: 12/STC-VP ngày 5 tháng 5 năm 2019", "vie"),
    line("nêu cao tỉnh thần trách nhiệm; hợpđồng lao động", "vie"),
)


def test_lines_and_zones_stay_and_corrections_replay() -> None:
    restored = restore_pages([RAW], load_models(), Settings())
    (after,) = restored.pages
    assert [z.kind for z in after.zones] == [z.kind for z in RAW.zones]
    assert [len(z.lines) for z in after.zones] == [len(z.lines) for z in RAW.zones]
    assert after.zones[1] == RAW.zones[1]
    assert replay({1: RAW.text}, restored.corrections) == {1: after.text}
    assert undo({1: after.text}, restored.corrections) == {1: RAW.text}
    assert "tinh thần trách nhiệm; hợp đồng lao động" in after.text
    assert "Số: 12/STC-VP ngày 5 tháng 5 năm 2019" in after.text


def test_a_split_cuts_the_box() -> None:
    (after,) = restore_pages([RAW], load_models(), Settings()).pages
    words = {w.text: w for w in after.lines[3].words}
    whole = next(w for w in RAW.lines[3].words if w.text == "hợpđồng")
    assert words["hợp"].box[0] == whole.box[0]
    assert words["hợp"].box[2] <= words["đồng"].box[0]
    assert all(0 <= w.confidence <= 1 for w in after.lines[3].words)


def test_a_word_cut_by_the_end_of_a_line_is_whole_where_it_ends() -> None:
    raw = page(
        line("Số: 12/STC-VP", "vie"),
        line("Kính gửi: Sở Tài chính", "vie"),
        line("Hội nghị các doanh ngh-", "vie"),
        line("iệp, hợp tác xã của tỉnh", "vie"),
    )
    restored = restore_pages([raw], load_models(), Settings())
    (after,) = restored.pages
    assert [x.text for x in after.lines[2:]] == [
        "Hội nghị các doanh", "nghiệp, hợp tác xã của tỉnh",
    ]  # fmt: skip
    assert {c.rule for c in restored.corrections} == {"line-end"}
    assert replay({1: raw.text}, restored.corrections) == {1: after.text}
    assert undo({1: after.text}, restored.corrections) == {1: raw.text}


def test_a_second_reading_decides_between_two_words() -> None:
    alone = page(line("Đồng chí Trân chủ trì", "vie", confidence=0.5))
    both = page(line("Đồng chí Trân chủ trì", "vie", "Đồng chí Trần chủ trì", confidence=0.5))
    models = load_models()

    def score(of: PageText) -> float:
        (after,) = restore_pages([of], models, Settings()).pages
        word = after.lines[0].words[2]
        return word.confidence if word.text == "Trần" else 1 - word.confidence

    assert score(both) > score(alone)


def test_a_text_layer_and_a_switched_off_stage_change_nothing() -> None:
    layer = PageText(1, RAW.zones, 900, 900, reading="text-layer")
    assert restore_pages([layer], load_models(), Settings()).corrections == ()
    off = Settings.model_validate({"restore": {"enabled": False}})
    assert restore_pages([RAW], load_models(), off).pages == (RAW,)
