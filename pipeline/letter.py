"""The record of a letter: the contract between congvan and everyone who reads its output.

``congvan schema`` prints the JSON Schema of :class:`Letter`; ``docs/letter.schema.json`` is its
committed copy. The record follows NĐ 30/2020/NĐ-CP (Phụ lục I for the parts of a letter,
Phụ lục VI for the metadata). Nothing in it is invented: what can't be read is null, with a
reason in ``review``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer
from pydantic import Field as Having

from pipeline.page import Box, Reading

SCHEMA: Literal["congvan/letter/1"] = "congvan/letter/1"
# Four digits are more than any calibration can tell, and keep records equal across machines.
Probability = Annotated[float, Having(ge=0, le=1), PlainSerializer(lambda p: round(p, 4))]
IsoDate = Annotated[str, Having(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class Record(BaseModel):
    """Base of every part: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Candidate(Record):
    """One reading of a handwritten or doubtful spot."""

    value: str
    probability: Probability


class Witness(Record):
    """Another place that speaks of the same value: it confirms, chooses or doubts, never writes."""

    source: str = Having(description="digital signature, arrival stamp, file name, register, …")
    value: str
    verdict: Literal["confirms", "chooses", "doubts"]


class Field(Record):
    """A value of the record. ``value`` null = it is there but can't be read (see ``raw``)."""

    value: str | None
    raw: str | None = Having(None, description="as read, before restoring and joining")
    confidence: Probability = 0.0
    page: int | None = Having(None, ge=1)
    box: Box | None = Having(None, description="x0, y0, x1, y1 in pixels of the upright page")
    handwritten: bool = False
    candidates: tuple[Candidate, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    rule: str | None = Having(None, description="the parser's rule that took the value")


class Source(Record):
    """The file that the letter came from."""

    file: str
    sha256: Annotated[str, Having(pattern=r"^[0-9a-f]{64}$")]
    media_type: str
    pages: tuple[int, ...] = ()
    reading: Reading


class Issuer(Record):
    """Issuing body (cell 2): the parent above, the issuer below."""

    parent: Field | None = None
    name: Field | None = None


class Signer(Record):
    """Who signed (cell 7): ``KT. CHỦ TỊCH`` / ``PHÓ CHỦ TỊCH`` / name."""

    authority: Field | None = None
    position: Field | None = None
    name: Field | None = None


class Deadline(Record):
    """A deadline as written, with its date where it can be worked out."""

    text: str
    date: IsoDate | None = None


class Directive(Record):
    """A numbered or lettered item that orders something; sub-items stand in ``items``."""

    label: str
    text: str
    confidence: Probability = 0.0
    page: int | None = None
    box: Box | None = None
    assignees: tuple[str, ...] = ()
    deadlines: tuple[IsoDate, ...] = ()
    due: tuple[Deadline, ...] = Having((), description="deadlines as written, relative ones too")
    citations: tuple[str, ...] = ()
    items: tuple[Directive, ...] = ()


class Percentage(Record):
    """A percentage with what it says: ``dưới 30%``, ``Sở Y tế (0,4%)``."""

    value: float
    text: str
    comparison: str | None = None
    about: str | None = None
    holder: str | None = None
    period: str | None = None
    directive: str | None = None
    page: int | None = None
    box: Box | None = None
    confidence: Probability = 0.0


class Quantity(Record):
    """A figure that is no percentage: ``150 hồ sơ``, ``20 triệu đồng``."""

    value: float
    text: str
    unit: str | None = None
    comparison: str | None = None
    directive: str | None = None
    page: int | None = None


class Table(Record):
    """A table of the letter, its cells in reading order; the first row holds the heads."""

    rows: tuple[tuple[str, ...], ...]
    page: int | None = None
    box: Box | None = None


class Citation(Record):
    """A document that the letter cites."""

    code: str
    doc_type: str | None = None
    date: IsoDate | None = None
    issuer: str | None = None
    confidence: Probability = 0.0


class Footnote(Record):
    """A footnote, tied to its mark."""

    mark: str
    text: str
    page: int | None = None


class ArrivalStamp(Record):
    """CÔNG VĂN ĐẾN: the receiving office's number and date."""

    number: Field | None = None
    date: Field | None = None


class DigitalSignature(Record):
    """A digital signature of the file, or its visible mark on the page."""

    by: str
    organisation: str | None = None
    time: str | None = None
    valid: bool | None = Having(None, description="null = could not be checked offline")


class Confidence(Record):
    """Reader's certainty over a page: the mean, and the tenth percentile of its words."""

    mean: Probability = 0.0
    low: Probability = 0.0


class Page(Record):
    """A page of the letter as text in canonical reading order."""

    number: int
    text: str
    width: int = 0
    height: int = 0
    dpi: int = 0
    rotation: int = 0
    quality: Probability = 1.0
    confidence: Confidence = Confidence()


class Correction(Record):
    """One change of the restoration.

    ``line`` counts the page's raw lines from 0; ``start`` and ``end`` are characters of that raw
    line. Replaying all corrections on the raw text gives the restored text exactly, and undoing
    them on the restored text gives the raw one (:mod:`pipeline.restore.replay`).
    """

    page: int = 1
    line: int
    start: int
    end: int
    before: str
    after: str
    rule: str
    score: Probability


class Review(Record):
    """Whether a person should look, why, and at which fields."""

    needed: bool = False
    reasons: tuple[str, ...] = ()
    fields: tuple[str, ...] = Having((), description="names of the doubtful fields")


class Step(Record):
    """One processing step, so that an archivist can tell how a record came about."""

    step: str
    version: str
    settings: dict[str, Any] = {}
    seconds: float = 0.0


class Letter(Record):
    """One official letter."""

    schema_: Literal["congvan/letter/1"] = Having(SCHEMA, alias="schema")
    id: str
    source: Source
    doc_type: Field | None = None
    code: Field | None = None
    number: Field | None = None
    notation: Field | None = None
    place: Field | None = None
    date: Field | None = None
    subject: Field | None = None
    urgency: Field | None = None
    secrecy: Field | None = None
    issuer: Issuer = Issuer()
    signer: Signer = Signer()
    recipients: tuple[Field, ...] = ()
    copies_to: tuple[Field, ...] = ()
    directives: tuple[Directive, ...] = ()
    percentages: tuple[Percentage, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    tables: tuple[Table, ...] = ()
    citations: tuple[Citation, ...] = ()
    deadlines: tuple[IsoDate, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    keywords: tuple[str, ...] = ()
    abstract: str | None = None
    language: str = "vi"
    drafting_marks: str | None = Having(None, description="initials after Lưu: VT, …")
    arrival_stamp: ArrivalStamp | None = None
    digital_signatures: tuple[DigitalSignature, ...] = ()
    pages: tuple[Page, ...] = ()
    corrections: tuple[Correction, ...] = ()
    review: Review = Review()
    process: tuple[Step, ...] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def to_json(self) -> str:
        """The record as the archive writes it: UTF-8 JSON, two-space indent, keys in order."""
        return self.model_dump_json(by_alias=True, indent=2)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What is known of a file before its pages are read.

    ``pages`` counts them; ``signatures`` are the digital signatures of a PDF; ``text`` is the
    decoded content of a plain text file (``reading`` is then ``"text"``), else None.
    """

    path: Path
    sha256: str
    media_type: str
    pages: int
    reading: Reading
    signatures: tuple[DigitalSignature, ...] = ()
    text: str | None = None


FIELD_NAMES: dict[str, tuple[str, str]] = {
    "doc_type": ("the type", "thể loại"), "code": ("the number and symbol", "số và ký hiệu"),
    "number": ("the number", "số"), "notation": ("the symbol", "ký hiệu"),
    "place": ("the place", "địa danh"), "date": ("the date", "ngày ban hành"),
    "subject": ("the subject", "trích yếu"), "urgency": ("the urgency", "độ khẩn"),
    "secrecy": ("the secrecy", "độ mật"), "issuer.parent": ("the parent body", "cơ quan chủ quản"),
    "issuer.name": ("the issuing body", "cơ quan ban hành"),
    "signer.authority": ("the signing authority", "quyền hạn ký"),
    "signer.position": ("the signer's position", "chức vụ người ký"),
    "signer.name": ("the signer's name", "họ tên người ký"),
    "recipients": ("a recipient", "nơi nhận chính"),
}  # fmt: skip
"""What the sentences call a field of the record: (English, Vietnamese)."""
