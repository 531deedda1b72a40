"""Every sentence that a clerk reads, in English and Vietnamese, by code.

One table, so that a sentence can be looked up from its code (errors, review reasons), shown in
the other language later (:func:`translate`), and checked by a test for both languages.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.wording import archive, inputs, review, work

SENTENCES: dict[str, tuple[str, str]] = {
    # code: (English, Vietnamese); {names} are filled by the caller, the same in both.
    **inputs.SENTENCES,
    **work.SENTENCES,
    **archive.SENTENCES,
    **review.SENTENCES,
}


def say(code: str, language: str = "en", **values: object) -> str:
    """The sentence of ``code`` filled with ``values``.

    >>> say("engine-missing", "vi", program="tesseract")
    'Chưa cài tesseract; hãy chạy: congvan doctor'
    """
    english, vietnamese = SENTENCES[code]
    return (vietnamese if language == "vi" else english).format(**values)


def as_sentence(code: str, language: str = "en", **values: object) -> str:
    """:func:`say`, beginning with a capital even where a field's name comes first.

    >>> as_sentence("review-missing", "en", field="the number")
    'The number was not found.'
    """
    said = say(code, language, **values)
    return said[:1].upper() + said[1:]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each template of each language as a pattern that finds its values again."""
    found = []
    for code, pair in SENTENCES.items():
        for template in pair:
            parts = re.split(r"\{(\w+)\}", template)
            seen: set[str] = set()
            pattern = re.escape(parts[0])
            for name, literal in zip(parts[1::2], parts[2::2], strict=True):
                pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
                seen.add(name)
                pattern += re.escape(literal)
            found.append((code, re.compile(pattern, re.DOTALL)))
    return found


def translate(sentence: str, language: str) -> str:
    """A sentence made by :func:`say`, in ``language``; any other text comes back as it is.

    >>> translate("tesseract is not installed; run: congvan doctor", "vi")
    'Chưa cài tesseract; hãy chạy: congvan doctor'
    >>> translate("The signer's name was not found.", "vi")
    'Không tìm thấy họ tên người ký.'
    """
    for code, pattern in _patterns():
        match = pattern.fullmatch(sentence)
        if match:
            values = match.groupdict()
            field = values.get("field", "")
            named = _field_names().get(field[:1].lower() + field[1:])
            if named is None:
                return say(code, language, **values)
            values["field"] = named[1 if language == "vi" else 0]
            return as_sentence(code, language, **values)
    return sentence


@cache
def _field_names() -> dict[str, tuple[str, str]]:
    from pipeline.letter import FIELD_NAMES  # loads what a plain error message needs not

    return {name: pair for pair in FIELD_NAMES.values() for name in pair}
