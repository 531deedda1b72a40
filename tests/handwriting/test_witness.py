"""Numbers and dates settled with witnesses: confirm, choose, doubt, never overwrite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.letter import ArrivalStamp, Citation, DigitalSignature, Field
from pipeline.page import PageText, Spot, SpotKind, Word
from pipeline.parse.found import Found
from pipeline.parse.handwritten import authority_of
from pipeline.parse.rows import Row
from pipeline.parse.witness import (
    Evidence,
    Neighbour,
    arrival_evidence,
    cited_evidence,
    file_evidence,
    settle_arrival_date,
    settle_date,
    settle_number,
    signature_evidence,
)

MONTH, YEAR = [("02", 0.99)], [("2025", 0.99)]


def spot(*nbest: tuple[str, float], kind: SpotKind = "number", printed: str = "",
         pen: float = 0.95) -> Spot:  # fmt: skip
    return Spot(kind, (10, 20, 110, 60), nbest, printed, pen)


def test_a_plain_reading_needs_no_witness() -> None:
    field = settle_number(spot(("575", 0.97), ("515", 0.02)))
    assert field is not None
    assert (field.value, field.raw, field.handwritten, field.witnesses) == ("575", "575", True, ())
    assert field.confidence == pytest.approx(0.97, abs=0.005)
    assert field.box == (10, 20, 110, 60)
    assert [c.value for c in field.candidates] == ["575", "515"]


def test_what_the_nbest_leave_over_counts_against_the_best() -> None:
    field = settle_number(spot(("2082", 0.3), ("208", 0.1)))
    assert field is not None
    assert field.value is None
    assert field.raw == "2082 | 208"
    assert field.confidence == pytest.approx(0.3, abs=0.02)


def test_nothing_written_is_no_number() -> None:
    assert settle_number(spot(("", 0.9), ("1", 0.1))) is None
    assert settle_number(None, file_evidence("171_gm.pdf")) is None


def test_the_file_name_confirms() -> None:
    unnamed = settle_number(spot(("2264", 0.7), ("2261", 0.2)))
    named = settle_number(spot(("2264", 0.7), ("2261", 0.2)), file_evidence("2264_syt_nvy.pdf"))
    assert unnamed is not None
    assert named is not None
    assert named.confidence > 0.95 > unnamed.confidence
    assert [(w.source, w.verdict) for w in named.witnesses] == [("file name", "confirms")]


def test_the_file_name_chooses_among_possible_readings() -> None:
    field = settle_number(spot(("1393", 0.5), ("4393", 0.4)), file_evidence("4393 QD.pdf"))
    assert field is not None
    assert field.value == "4393"
    assert field.witnesses[0].verdict == "chooses"


def test_the_file_name_never_turns_over_a_plain_reading_but_doubts_it() -> None:
    field = settle_number(spot(("2264", 0.93), ("2261", 0.05)), file_evidence("2261.pdf"))
    assert field is not None
    assert field.value == "2264"
    assert field.witnesses[0].verdict == "doubts"
    assert field.confidence < 0.9


def test_a_number_that_is_not_read_is_never_taken_from_the_file_name() -> None:
    field = settle_number(spot(("18", 0.6), ("16", 0.3)), file_evidence("452_scan.pdf"))
    assert field is not None
    assert field.value == "18"
    assert field.witnesses == ()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("2096_syt_nvy.pdf", ["2096"]),
        ("scan_20240315_102233.pdf", []),
        ("09 TTR.signed_20250219_012025.pdf", ["09"]),
        ("a3bf1_11CT.pdf", ["11"]),
        ("công văn.pdf", []),
        ("c75b2a 574.pdf", ["574"]),
    ],
)
def test_numbers_in_file_names(name: str, numbers: list[str]) -> None:
    assert [e.value for e in file_evidence(name)] == numbers


def test_two_readers_that_disagree_on_print_are_not_certain() -> None:
    field = settle_number(spot(("147", 0.97), ("141", 0.02), printed="14", pen=0.05))
    assert field is not None
    assert field.value == "147"
    assert field.confidence < 0.9
    assert field.witnesses[0].verdict == "doubts"


def test_both_readers_agree_on_print() -> None:
    field = settle_number(spot(("22", 0.8), ("72", 0.1), printed="22", pen=0.05))
    assert field is not None
    assert field.confidence > 0.98
    assert not field.handwritten


def test_numbers_rise_with_dates() -> None:
    register = [Neighbour(2060, "2017-10-31"), Neighbour(2101, "2017-11-08")]
    field = settle_number(
        spot(("2992", 0.5), ("2092", 0.4)), neighbours=register, dated="2017-11-06"
    )
    assert field is not None
    assert field.value == "2092"
    assert (field.witnesses[0].source, field.witnesses[0].value) == ("register", "2060..2101")


def test_leading_zeros() -> None:
    field = settle_number(spot(("0575", 0.5), ("575", 0.45)))
    assert field is not None
    assert field.candidates[0].value == "575"
    assert settle_number(spot(("04", 0.95))).value == "04"  # type: ignore[union-attr]  # written so


def test_a_letter_after_the_number() -> None:
    field = settle_number(spot(("12a", 0.96), ("12", 0.02)))
    assert field is not None
    assert field.value == "12a"


def test_the_signature_confirms_the_day() -> None:
    signed = signature_evidence([DigitalSignature(by="Sở", time="15/01/2025 17:10:17")])
    day = spot(("15", 0.6), ("13", 0.3), kind="day")
    field = settle_date(day, [("01", 0.99)], YEAR, signed)
    assert field is not None
    assert (field.value, field.witnesses[0].verdict) == ("2025-01-15", "confirms")
    assert field.confidence > 0.8


def test_a_signature_before_the_day_doubts() -> None:
    day = spot(("17", 0.97), ("11", 0.02), kind="day")
    field = settle_date(day, MONTH, YEAR, [Evidence("digital signature", "2025-02-11")])
    assert field is not None
    assert field.value == "2025-02-17"
    assert field.witnesses[0].verdict == "doubts"
    assert field.confidence < 0.9


def test_days_that_no_month_has() -> None:
    field = settle_date(spot(("30", 0.6), ("20", 0.35), kind="day"), MONTH, YEAR)
    assert field is not None
    assert field.value == "2025-02-20"
    assert all(c.value != "2025-02-30" for c in field.candidates)


def test_a_day_that_cannot_be_read_leaves_month_and_year() -> None:
    field = settle_date(spot(("15", 0.3), ("13", 0.3), ("16", 0.2), kind="day"), MONTH, YEAR)
    assert field is not None
    assert field.value == "2025-02"
    assert field.raw == "15 | 13 | 16"
    assert field.confidence < 0.5


def test_no_day_at_all() -> None:
    field = settle_date(spot(("", 0.99), kind="day"), MONTH, YEAR)
    assert field is not None
    assert field.value == "2025-02"
    assert field.confidence < 0.5
    assert settle_date(None, None, None) is None


def test_offices_rest_on_sunday() -> None:
    day = spot(("16", 0.45), ("18", 0.45), kind="day")  # 16/02/2025 is a Sunday
    field = settle_date(day, MONTH, YEAR)
    assert field is not None
    assert field.value == "2025-02-18"


def test_cited_letters_are_older() -> None:
    day = spot(("4", 0.5), ("9", 0.45), kind="day")
    field = settle_date(
        day, [("5", 0.99)], [("2023", 0.99)], [Evidence("cited date", "2023-05-08")]
    )
    assert field is not None
    assert field.value == "2023-05-09"


def test_of_cited_letters_the_latest_speaks_and_contradicts() -> None:
    cited = [
        Citation(code="12/KH-SYT", date="2025-02-08"),
        Citation(code="7/UB", date="2024-11-30"),
    ]
    day = spot(("07", 0.97), ("17", 0.01), kind="day")
    field = settle_date(day, MONTH, YEAR, cited_evidence(cited))
    assert field is not None
    assert field.value == "2025-02-07"  # plainly read: it stands, for a clerk to look at
    assert [(w.source, w.value, w.verdict) for w in field.witnesses] == [
        ("cited date", "2025-02-08", "doubts")
    ]
    assert field.confidence < 0.9


def test_a_cited_date_that_is_misread_itself_is_not_heard() -> None:
    day = spot(("07", 0.97), kind="day")
    misread = [Evidence("cited date", "2075-02-08")]
    assert settle_date(day, MONTH, YEAR, misread) == settle_date(day, MONTH, YEAR)


def test_a_letter_is_older_than_its_arrival() -> None:
    arrived = Field(value="2025-02-18", raw="18/2/2025", confidence=0.95)
    day = spot(("19", 0.6), ("13", 0.35), kind="day")
    seen = arrival_evidence(ArrivalStamp(number=None, date=arrived))
    field = settle_date(day, MONTH, YEAR, seen)
    assert field is not None
    assert field.value == "2025-02-13"
    assert field.witnesses[0].verdict == "chooses"


def test_an_unsure_arrival_says_nothing() -> None:
    unsure = Field(value="2025-02-18", raw="18/2/2025", confidence=0.8)
    assert arrival_evidence(ArrivalStamp(number=None, date=unsure)) == ()
    assert arrival_evidence(ArrivalStamp(number=None, date=None)) == ()
    assert arrival_evidence(None) == ()


def test_the_arrival_stamp() -> None:
    nbest = (("07/7/2025", 0.8), ("01/7/2025", 0.1), ("07/1/25", 0.05))
    field = settle_arrival_date(
        spot(*nbest, kind="arrival_date"), [Evidence("cited date", "2025-07-01")]
    )
    assert field is not None
    assert field.value == "2025-07-07"
    assert settle_arrival_date(None) is None


@given(
    st.lists(
        st.tuples(st.from_regex(r"\A[0-9]{0,5}\Z"), st.floats(0.01, 1.0)), min_size=1, max_size=6,
        unique_by=lambda item: item[0],
    ),
    st.text(alphabet="0123456789_ab.", max_size=12),
    st.floats(0, 1),
)  # fmt: skip
def test_only_what_the_page_shows_is_given(
    readings: list[tuple[str, float]], name: str, pen: float
) -> None:
    total = sum(p for _, p in readings)
    nbest = sorted(((text, p / total) for text, p in readings), key=lambda item: -item[1])
    field = settle_number(spot(*nbest, pen=pen), file_evidence(name))
    if field is not None:
        read = {text for text, _ in nbest}
        assert field.value is None or field.value in read
        assert 0 <= field.confidence <= 1
        assert field.value is not None or field.confidence < 0.5
        top, p = next((t, p) for t, p in nbest if t)
        if p >= 0.95 and len(top) < 3 and top not in {"0", "00"}:
            assert field.value == top


def test_writing_over_a_deputy_title_is_kt_and_else_unread() -> None:
    page = PageText(
        number=2, zones=(), width=100, height=100,
        spots=(spot(("", 1.0), kind="authority"),),
    )  # fmt: skip
    unread = authority_of([page], None)
    assert unread is not None
    assert (unread.value, unread.handwritten, unread.confidence) == (None, True, 0.0)
    words = (Word("GIÁM", (0, 0, 40, 20), 0.95), Word("ĐỐC", (45, 0, 80, 20), 0.95))
    row = Row(2, "signature", "GIÁM ĐỐC", "giam doc", words, "GIÁM ĐỐC")
    deputy = Found("KT. GIÁM ĐỐC", (row,), "authority-of-deputy", doubt=2)
    surer, plain = authority_of([page], deputy), authority_of([], deputy)
    assert surer is not None
    assert plain is not None
    assert surer.value == plain.value == "KT. GIÁM ĐỐC"
    assert surer.confidence > plain.confidence
    assert surer.handwritten
    assert not plain.handwritten
