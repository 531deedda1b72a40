"""Every page opens for whom it is meant, in both languages, and says what it should."""

import re
from pathlib import Path

import pytest

import pipeline.desk
from pipeline.desk.texts import say, texts

from .conftest import Client

DESK = Path(pipeline.desk.__file__).parent


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/", "/?q=tru+so", "/?q=kh%C3%B4ng+c%C3%B3", "/?part=results", "/letters/CV%2073",
        "/review/CV%2073", "/files", "/files?part=jobs", "/dashboard", "/password",
        "/admin/users", "/admin/audit",
    ],
)  # fmt: skip
def test_pages_open(browser: Client, path: str, language: str) -> None:
    client = browser("sếp")
    client.cookies.set("congvan-language", language)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "nav." not in answer.text
    assert "None" not in re.sub(r"<script.*?</script>", "", answer.text, flags=re.S)


def test_first_page_is_vietnamese_until_one_chooses(browser: Client) -> None:
    client = browser("lan")
    assert "Tra cứu" in client.get("/").text
    client.post("/language", data={"to": "/"})
    assert "Search" in client.get("/").text


def test_every_text_exists_in_both_languages() -> None:
    known = texts()
    for vietnamese, english in known.values():
        assert vietnamese
        assert english
        assert set(re.findall(r"\{(\w+)\}", vietnamese)) == set(re.findall(r"\{(\w+)\}", english))
    used: set[str] = set()
    for path in [*DESK.rglob("*.html"), *DESK.rglob("*.py")]:
        source = path.read_text("utf-8")
        used |= set(re.findall(r"""\bt\(\s*["']([\w.\-]+)["']\s*[,)]""", source))
        used |= set(re.findall(r"""\bsay\(\s*["']([a-z]+\.[\w.\-]+)["']""", source))
    assert used <= set(known)
    assert len(used) > 100


def test_search_page_finds_without_accents(browser: Client) -> None:
    page = browser("lan").get("/?q=tru+so+lam+viec").text
    assert "71/UBND-VX" in page
    assert "<mark>trụ</mark>" in page


def test_wrong_query_is_explained(browser: Client) -> None:
    answer = browser("lan").get("/?q=-khẩn")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("q", ['"', "(((", "a OR", "\0", "~", "*", "x" * 5000, "' OR 1=1 --"])
def test_odd_queries_never_break_the_page(browser: Client, q: str) -> None:
    assert browser("lan").get("/", params={"q": q}).status_code == 200


def test_saved_searches_belong_to_one_user(browser: Client) -> None:
    lan, minh = browser("lan"), browser("minh")
    lan.post("/searches", data={"name": "Trụ sở", "query": "q=tru so&year=2021"})
    assert "Trụ sở</a>" in lan.get("/").text
    assert "Trụ sở</a>" not in minh.get("/").text
    assert minh.post("/searches/1/remove").status_code == 404
    assert lan.post("/searches/1/remove").status_code == 303
    assert "Trụ sở</a>" not in lan.get("/").text


def test_letter_links_to_what_it_cites(browser: Client) -> None:
    page = browser("lan").get("/letters/CV%2073").text
    assert 'href="/letters/CV%2071">71/UBND-VX</a>' in page
    assert "30/2020/NĐ-CP" in page
    assert "CV%2073" in browser("lan").get("/letters/CV%2071").text  # cited by


def test_long_text_stays_text() -> None:
    assert say("login.wait", "en", seconds=3) == "Too many wrong tries; try again in 3 s."
