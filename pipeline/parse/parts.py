"""The parts of a letter, as the rows are dealt into them."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.letter import Table
from pipeline.parse.rows import Row

ZONE_PARTS = {
    "overlay": "overlay",
    "arrival_stamp": "arrival",
    "urgency": "urgency",
    "secrecy": "secrecy",
    "seal": "seal",
    "foot": "foot",
    "footnote": "footnotes",
}
"""Zones of a scan that are a part by themselves."""


@dataclass(slots=True)
class Sections:
    """The parts of one letter, each a list of rows in reading order."""

    overlay: list[Row] = field(default_factory=list)
    issuer: list[Row] = field(default_factory=list)
    number: list[Row] = field(default_factory=list)
    date: list[Row] = field(default_factory=list)
    subject: list[Row] = field(default_factory=list)
    heading: list[Row] = field(default_factory=list)
    title: list[Row] = field(default_factory=list)
    addressee: list[Row] = field(default_factory=list)
    body: list[Row] = field(default_factory=list)
    copies: list[Row] = field(default_factory=list)
    signature: list[Row] = field(default_factory=list)
    footnotes: list[Row] = field(default_factory=list)
    foot: list[Row] = field(default_factory=list)
    arrival: list[Row] = field(default_factory=list)
    urgency: list[Row] = field(default_factory=list)
    secrecy: list[Row] = field(default_factory=list)
    seal: list[Row] = field(default_factory=list)
    annex: list[Row] = field(default_factory=list)
    tables: tuple[Table, ...] = ()
    motto: bool = False
    ended: bool = False

    def signs(self) -> int:
        """How many signs of an official letter were found."""
        return sum(
            map(
                bool,
                (self.motto, self.number, self.date, self.addressee, self.copies, self.heading),
            )
        )
