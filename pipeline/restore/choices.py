"""What was decided for each piece of a line, and the corrections that it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.letter import Correction
from pipeline.restore.fixers import Fix
from pipeline.restore.joins import Cut
from pipeline.restore.lattice import Slot
from pipeline.restore.tokens import Kind


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for one slot."""

    slot: Slot
    text: str
    posterior: float
    """Calibrated: the share of words with such a score that are right."""
    rule: str = ""
    """Name of the fixer that decided; empty for the decoder."""


def with_fixes(row: list[Choice], fixes: Sequence[Fix], line: str) -> list[Choice]:
    """The choices of a line with its fixes in their places; what a fix overlaps gives way."""
    for fix in fixes:
        row = [c for c in row if c.slot.end <= fix.start or c.slot.start >= fix.end]
        slot = Slot(0, fix.start, fix.end, line[fix.start : fix.end], Kind.SILENT, ())
        row.append(Choice(slot, fix.after, fix.score, fix.rule))
    return sorted(row, key=lambda c: c.slot.start)


LINE_END = "line-end"
"""Rule of a word that the end of a line had cut."""


def with_cuts(
    rows: Sequence[list[Choice]], cuts: Mapping[tuple[int, int], Cut], lines: Sequence[str]
) -> list[list[Choice]]:
    """The choices with cut words whole where their second part stands, and their first part gone.

    Args:
        rows: the choices of each line.
        cuts: see :func:`pipeline.restore.joins.join_cut`.
        lines: the raw lines.
    """
    done = [list(row) for row in rows]
    for (line, start), cut in cuts.items():
        at, choice = next(
            (at, c) for at, c in enumerate(done[line]) if c.slot.start == start and not c.rule
        )
        slot = choice.slot
        second = replace(slot, text=lines[line][start : slot.end])
        done[line][at] = replace(choice, slot=second, rule=LINE_END)
        first = Slot(cut.line, cut.start, cut.end, cut.text, Kind.SILENT, ())
        done[cut.line].append(Choice(first, "", choice.posterior, LINE_END))
    return done


def corrections_of(
    choices: Sequence[Sequence[Choice]], page: int, first_line: int = 0
) -> list[Correction]:
    """The changes among the choices, as corrections on the raw lines."""
    return [
        Correction(
            page=page, line=first_line + number, start=c.slot.start, end=c.slot.end,
            before=c.slot.text, after=c.text, rule=rule_of(c), score=round(min(c.posterior, 1), 4),
        )
        for number, row in enumerate(choices)
        for c in row
        if c.text != c.slot.text
    ]  # fmt: skip


def rule_of(choice: Choice) -> str:
    """What was done: ``split``, ``join``, ``case``, ``number``, ``word``, or a fixer's name."""
    before, after = choice.slot.text, choice.text
    if choice.rule:
        return choice.rule
    if " " in after and " " not in before:
        return "split"
    if " " in before and " " not in after:
        return "join"
    if before.lower() == after.lower():
        return "case"
    return "number" if choice.slot.kind is Kind.NUMBER else "word"
