"""Edits: kept with who and when, never over another's unseen work; undo, learnt patterns."""

import unicodedata
from typing import Any

import pytest

from pipeline.archive import Archive
from pipeline.desk import letters as view
from pipeline.desk.figures import accuracy
from pipeline.page import PageText

from .conftest import Client

LETTER = "/api/v1/letters/CV%2073"


def edit(client: Any, field: str, value: str | None, expected: str | None) -> Any:
    return client.patch(LETTER, json={"field": field, "value": value, "expected": expected})


def test_edit_is_kept_with_its_history(browser: Client, archive: Archive) -> None:
    client = browser("minh")
    answer = edit(client, "place", "Hà Nội", "Sông Hồng")
    assert answer.status_code == 200
    held = archive.get("CV 73").place
    assert held is not None
    assert (held.value, held.raw, held.confidence) == ("Hà Nội", "Sông Hồng", 1.0)
    (change,) = client.get(f"{LETTER}/history").json()
    assert (change["who"], change["before"], change["after"]) == ("minh", "Sông Hồng", "Hà Nội")


def test_two_clerks_edit_one_field(browser: Client, archive: Archive) -> None:
    first, second = browser("minh"), browser("hoa")
    assert edit(first, "place", "Hà Nội", "Sông Hồng").status_code == 200
    answer = edit(second, "place", "Huế", "Sông Hồng")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["who"], told["theirs"]) == ("minh", "Hà Nội")
    held = archive.get("CV 73").place
    assert held is not None
    assert held.value == "Hà Nội"
    assert edit(second, "place", "Huế", told["theirs"]).status_code == 200
    assert [c.after for c in archive.history("CV 73")] == ["Hà Nội", "Huế"]


def test_two_clerks_edit_two_fields(browser: Client, archive: Archive) -> None:
    assert edit(browser("minh"), "place", "Hà Nội", "Sông Hồng").status_code == 200
    assert (
        edit(browser("hoa"), "subject", "khác", "rà soát trụ sở làm việc lần 73").status_code == 200
    )
    letter = archive.get("CV 73")
    assert letter.place is not None
    assert letter.place.value == "Hà Nội"


def test_combining_letters_become_precomposed(browser: Client, archive: Archive) -> None:
    typed = unicodedata.normalize("NFD", "  Thành phố  Huế ")
    assert edit(browser("minh"), "place", typed, "Sông Hồng").json()["value"] == "Thành phố Huế"


@pytest.mark.parametrize(
    ("field", "status"),
    [("id", 422), ("source.sha256", 422), ("pages", 422), ("recipients.7", 422), ("nothing", 422),
     ("__class__", 422), ("review.needed", 422), ("recipients.0", 200), ("signer.name", 200)],
)  # fmt: skip
def test_only_fields_of_the_form_can_be_edited(browser: Client, field: str, status: int) -> None:
    expected = "Sở Y tế" if field == "recipients.0" else None
    assert edit(browser("minh"), field, "x", expected).status_code == status


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("7/5/2019", "2019-05-07"), ("05/2019", "2019-05"), ("2019", "2019"),
     ("ngày 07 tháng 5 năm 2019", "2019-05-07"), ("31/02/2019", "2019-02-31"), ("", None)],
)  # fmt: skip
def test_dates_are_typed_as_clerks_write_them(
    browser: Client, typed: str, kept: str | None
) -> None:
    assert edit(browser("minh"), "date", typed, "2021-03-20").json()["value"] == kept


@pytest.mark.parametrize("typed", ["2019-05 2", "07/13/2019", "hôm qua", "32/01/2019", "7/5/19"])
def test_what_is_no_date_is_refused(browser: Client, archive: Archive, typed: str) -> None:
    answer = edit(browser("minh"), "date", typed, "2021-03-20")
    assert answer.status_code == 422
    assert "07/05/2019" in answer.json()["error"]
    assert archive.history("CV 73") == ()


def test_cleared_field_is_null_and_not_empty(browser: Client, archive: Archive) -> None:
    assert edit(browser("minh"), "place", "   ", "Sông Hồng").json()["value"] is None
    held = archive.get("CV 73").place
    assert held is not None
    assert held.value is None


def test_review_of_a_letter(browser: Client, archive: Archive) -> None:
    client = browser("minh")
    first = client.get("/review").headers["location"]
    assert first == "/review/CV%2073"
    assert edit(client, "number", "133", "73").status_code == 200
    answer = client.post(f"{LETTER}/accept")
    assert answer.json() == {"next": "CV 74"}
    assert not archive.get("CV 73").review.needed
    assert accuracy(archive, 3) == [("issuer.name", 1, 1), ("number", 0, 1)]
    assert client.post("/api/v1/letters/CV%2074/accept").json() == {"next": None}
    page = client.get("/review")
    assert "Không còn công văn nào" in page.text


def test_skipping_goes_round(browser: Client) -> None:
    client = browser("minh")
    assert client.get("/review?after=CV%2073").headers["location"] == "/review/CV%2074"
    assert client.get("/review?after=CV%2074").headers["location"] == "/review/CV%2073"


def test_last_doubtful_field_ends_the_review(browser: Client, archive: Archive) -> None:
    client = browser("minh")
    edit(client, "number", "73", "73")
    answer = edit(client, "issuer.name", "UBND tỉnh Sông Hồng", "UBND tỉnh Sông Hổng")
    assert answer.json()["review"]["needed"] is False
    assert {name: right for name, right, _ in accuracy(archive, 3)} == {
        "number": 1,
        "issuer.name": 0,
    }


def test_same_misreading_is_offered_and_never_changed_silently(
    browser: Client, archive: Archive
) -> None:
    client = browser("minh")
    wrong, right = "UBND tỉnh Sông Hổng", "UBND tỉnh Sông Hồng"
    answer = edit(client, "issuer.name", right, wrong).json()
    assert {"CV 71", "CV 72", "CV 74"} <= set(answer["elsewhere"])
    assert "CV 75" not in answer["elsewhere"]  # above this clerk's clearance
    untouched = archive.get("CV 71").issuer.name
    assert untouched is not None
    assert untouched.value == wrong
    body = {"field": "issuer.name", "before": wrong, "value": right, "letters": ["CV 71"]}
    assert client.post(f"{LETTER}/elsewhere", json=body).json() == {"changed": ["CV 71"]}
    changed = archive.get("CV 71").issuer.name
    assert changed is not None
    assert changed.value == right
    still = archive.get("CV 72").issuer.name
    assert still is not None
    assert still.value == wrong
    assert client.post(f"{LETTER}/elsewhere", json=body).json() == {"changed": []}


def test_corrections_are_undone_and_made_again(browser: Client, archive: Archive) -> None:
    client = browser("minh")
    assert "Sở Y tế, Sở" in archive.get("CV 73").pages[0].text
    assert client.put(f"{LETTER}/corrections/0", json={"undone": True}).status_code == 200
    letter = archive.get("CV 73")
    assert "Sở Y té, Sở" in letter.pages[0].text
    assert [step.undone for step in view.corrections(archive, letter)] == [True]
    assert client.put(f"{LETTER}/corrections/0", json={"undone": False}).status_code == 200
    letter = archive.get("CV 73")
    assert "Sở Y tế, Sở" in letter.pages[0].text
    assert [step.undone for step in view.corrections(archive, letter)] == [False]
    assert client.put(f"{LETTER}/corrections/9", json={"undone": True}).status_code == 404


def test_directives_are_closed_and_opened(browser: Client) -> None:
    client = browser("minh")
    assert "15/04/2021" in client.get("/dashboard").text
    body = {"label": "1", "done": True}
    for number in (71, 72, 73, 74):
        answer = client.put(f"/api/v1/letters/CV%20{number}/directives", json=body)
        assert answer.status_code == 200
    assert "15/04/2021" not in client.get("/dashboard").text
    page = client.get("/letters/CV%2073").text
    assert "minh" in page
    assert client.put(f"{LETTER}/directives", json={"label": "9", "done": True}).status_code == 404


def test_words_follow_the_record(archive: Archive) -> None:
    page: PageText = archive.pages("CV 73")[0]
    text = archive.get("CV 73").pages[0].text
    lines = view.words_of(page, text)
    assert [word["text"] for word in lines[0]][:3] == ["ỦY", "BAN", "NHÂN"]
    assert all(word["box"] for word in lines[0])
    changed = view.words_of(page, text.replace("BAN NHÂN", "BANNHÂN"))
    assert all(word["box"] is None for word in changed[0])
    assert all(word["box"] for word in changed[1])
