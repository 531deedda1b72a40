"""A letter of any office and any type parses back to itself, whatever way its columns were read."""

import pytest

from pipeline.letter import Letter
from pipeline.text import same_key
from tests.parse.making import letter_of, page_of, value
from tests.parse.world import OFFICES, TYPES, letter

LISTS = ("recipients", "copies_to", "citations", "directives")


def single(record: Letter, name: str) -> str:
    node: object = record
    for part in name.split("."):
        node = getattr(node, part)
    return same_key(str(value(node) or ""))


@pytest.mark.parametrize("code", ["", *TYPES])
def test_every_type_of_every_office_parses_back(code: str) -> None:
    for seed, office in enumerate(OFFICES):
        text, wanted = letter(office, code, seed)
        record = letter_of(page_of(text))
        for name, expected in wanted.items():
            if name not in LISTS:
                assert single(record, name) == same_key(str(expected)), (name, text)
        assert [f.value for f in record.recipients] == list(wanted["recipients"]), text
        assert [f.value for f in record.copies_to] == list(wanted["copies_to"]), text
        assert tuple(c.code for c in record.citations) == wanted["citations"], text
        assert tuple(d.label for d in record.directives) == wanted["directives"], text
