"""The desk's words in Vietnamese and English, from ``texts.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["vi", "en"]


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Every text by its code: (Vietnamese, English)."""
    table = yaml.safe_load(Path(__file__).with_name("texts.yaml").read_text("utf-8"))
    return {code: (vietnamese, english) for code, (vietnamese, english) in table.items()}


def say(code: str, language: Language, **values: object) -> str:
    """The text of ``code``, filled with ``values``.

    >>> say("login.wait", "vi", seconds=30)
    'Sai nhiều lần quá; hãy thử lại sau 30 giây.'
    """
    vietnamese, english = texts()[code]
    return (vietnamese if language == "vi" else english).format(**values)


def named(group: str, word: str, language: Language) -> str:
    """What the record calls ``word``, in the visitor's language; the word itself if it is new here.

    >>> named("witness", "file name", "vi"), named("witness", "the moon", "vi")
    ('tên tệp', 'the moon')
    """
    code = f"{group}.{word.replace(' ', '-')}"
    return say(code, language) if code in texts() else word


def number(value: int, language: Language) -> str:
    """A whole number with the thousands apart as the language writes them.

    >>> number(100000, "vi"), number(100000, "en")
    ('100.000', '100,000')
    """
    return f"{value:,}".replace(",", "." if language == "vi" else ",")


def day(iso: str | None) -> str:
    """An ISO date (or its beginning) as clerks write it in both languages.

    >>> day("2019-05-07"), day("2019-05"), day(None)
    ('07/05/2019', '05/2019', '')
    """
    return "/".join(reversed(iso[:10].split("-"))) if iso else ""
