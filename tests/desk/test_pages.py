"""Every page opens for whom it is meant, in both languages."""

import pytest

from .conftest import Client


@pytest.mark.parametrize(
    "path", ["/", "/?q=tru+so", "/?part=results", "/letters/CV%2073", "/dashboard", "/password"]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_reader_pages(browser: Client, path: str, language: str) -> None:
    client = browser("lan")
    client.cookies.set("congvan-language", language)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "{" not in answer.text.split("<main")[1].split("</main")[0].replace("{{", "")
