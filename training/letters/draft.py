"""What a letter says, before anyone typed it: the record of truth that gold is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Issuer:
    """An office: its head as printed (lines), its codes, and who signs for it."""

    kind: Literal["province", "so", "district", "central", "institute"]
    parent: tuple[str, ...]  # lines; () = none
    name: tuple[str, ...]
    code: str
    units: tuple[str, ...]
    place: str
    boss: str  # the head's position, in capitals
    author: str  # how the text calls the office
    topics: tuple[str, ...]
    collective: str | None = None  # TM. …: a people's committee signs as a body
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Cells 7a-c: authority lines, position, name; what is a rubber stamp is in ``stamped``."""

    authority: tuple[str, ...]
    position: str
    name: str
    stamped: frozenset[str] = frozenset()  # of "position", "name"


BlockKind = Literal[
    "addressee", "basis", "paragraph", "item", "subitem", "heading", "article", "section", "table"
]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the body as marked text, or a table's rows.

    ``directive`` is the label of the top-level numbered item that the block belongs to: an item
    may run over several blocks and pages.
    """

    kind: BlockKind
    text: str = ""
    directive: str | None = None
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """The receiving office's stamp, filled by hand."""

    office: str
    number: str
    day: str  # as written: 05/3/2019


@dataclass(frozen=True, slots=True)
class Overlay:
    """The visible mark of a digital signature in the top margin."""

    by: str
    organisation: str | None
    email: str | None
    time: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One letter."""

    doc_type: str
    issuer: Issuer
    number: str
    notation: str
    code: str
    place: str
    date: str  # ISO 8601
    subject: str
    recipients: tuple[str, ...]
    blocks: tuple[Block, ...]
    copies: tuple[str, ...]
    filing: str  # the last line of Nơi nhận: Lưu: VT, …
    signature: Signature
    number_handwritten: bool
    day_handwritten: bool
    urgency: str | None = None
    secrecy: str | None = None
    arrival: Arrival | None = None
    overlays: tuple[Overlay, ...] = ()
    new_layout: bool = True  # NĐ 30/2020; else TT 01/2011

    @property
    def title(self) -> str | None:
        """The printed name of the type; a công văn has none."""
        return None if self.doc_type == "công văn" else self.doc_type.upper()
