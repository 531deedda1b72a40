"""The warning that NĐ 30/2020 asks for: number, symbol and issuing body all repeat."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from pipeline.archive import rows
from pipeline.archive.tables import Letter as LetterRow
from pipeline.letter import Letter
from pipeline.wording import say


def warned(connection: Connection, letter: Letter, file_id: int) -> Letter:
    """The letter, marked for review when another file's letter has the same three.

    Numbers start again every year (NĐ 30/2020, Điều 15), so letters of different years don't
    repeat each other (Phụ lục VI, Phần I, III.1.h).
    """
    columns = rows.columns(letter)
    if not (columns["number"] and columns["notation"] and columns["issuer_key"]):
        return letter
    query = select(LetterRow.id).where(
        LetterRow.code_key == columns["code_key"],
        LetterRow.number == columns["number"],
        LetterRow.notation == columns["notation"],
        LetterRow.issuer_key == columns["issuer_key"],
        LetterRow.file_id != file_id,
    )
    if columns["date"]:
        year = func.substr(LetterRow.date, 1, 4)
        query = query.where(or_(LetterRow.date.is_(None), year == columns["date"][:4]))
    other = connection.scalar(query.order_by(LetterRow.pk).limit(1))
    if other is None:
        return letter
    reason = say("letter-repeated", id=other)
    review = letter.review.model_copy(
        update={
            "needed": True,
            "reasons": (*letter.review.reasons, reason),
            "fields": tuple(dict.fromkeys((*letter.review.fields, "number"))),
        }
    )
    return letter.model_copy(update={"review": review})
