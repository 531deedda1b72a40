"""Corrections replayed on the raw text, and undone on the restored one: both exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.letter import Correction


def apply_line(raw: str, corrections: Iterable[Correction]) -> str:
    """One raw line with its corrections made.

    Raises:
        ValueError: a correction doesn't fit the line: another text stands there, or two overlap.
    """
    out = []
    at = 0
    for c in sorted(corrections, key=lambda c: (c.start, c.end)):
        if c.start < at or raw[c.start : c.end] != c.before:
            raise ValueError(f"correction {c.before!r} at {c.start} doesn't fit {raw!r}")
        out += [raw[at : c.start], c.after]
        at = c.end
    return "".join(out) + raw[at:]


def undo_line(restored: str, corrections: Iterable[Correction]) -> str:
    """The raw line that a restored line came from.

    Raises:
        ValueError: a correction's new text doesn't stand where it must.
    """
    out = []
    at = shift = 0
    for c in sorted(corrections, key=lambda c: (c.start, c.end)):
        start = c.start + shift
        end = start + len(c.after)
        if start < at or restored[start:end] != c.after:
            raise ValueError(f"correction {c.after!r} at {start} doesn't fit {restored!r}")
        out += [restored[at:start], c.before]
        at = end
        shift += len(c.after) - len(c.before)
    return "".join(out) + restored[at:]


def replay(raw: Mapping[int, str], corrections: Iterable[Correction]) -> dict[int, str]:
    """Restored text of each page from its raw text (page number → lines joined by newlines)."""
    return _each_page(raw, corrections, undo=False)


def undo(restored: Mapping[int, str], corrections: Iterable[Correction]) -> dict[int, str]:
    """Raw text of each page from its restored text."""
    return _each_page(restored, corrections, undo=True)


def _each_page(
    pages: Mapping[int, str], corrections: Iterable[Correction], *, undo: bool
) -> dict[int, str]:
    by_line: dict[tuple[int, int], list[Correction]] = {}
    for c in corrections:
        by_line.setdefault((c.page, c.line), []).append(c)
    one = undo_line if undo else apply_line
    return {
        number: "\n".join(
            one(line, by_line.get((number, at), ())) for at, line in enumerate(text.split("\n"))
        )
        for number, text in pages.items()
    }
