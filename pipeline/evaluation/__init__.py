"""How good records are: compared with gold that people typed, field by field and page by page.

The gold format is a folder with ``NAME.json`` (the record a careful clerk would type) and, for
the text, ``NAME.txt`` (printed lines in canonical reading order; pages after ``=== page N ===``;
handwriting as ``⟦h:…⟧``, unreadable as ``⟦?⟧``; stamps after ``--- stamps ---`` are no text).

Definitions:

- *Syllable accuracy*: gold syllables that a longest-matching-blocks alignment finds in the
  output, over gold syllables; case counts, old and new tone placement are equal.
- *CER*: character edit distance over gold characters, white space folded.
- *F1* of a field: a string counts when it is equal after case, spaces, tone placement and end
  marks are set aside; recipients, copies and directives match at 92 % similarity (directives
  also by label), citations and deadlines exactly, percentages in order.
- *Silent error*: a wrong string given with confidence ≥ 0.9, or without a confidence. It is the
  figure that matters most: wrong, and nobody is told.
"""

from pipeline.evaluation.fields import score_fields
from pipeline.evaluation.folder import evaluate
from pipeline.evaluation.scores import (
    LISTS,
    STRINGS,
    Evaluation,
    FieldScore,
    LetterScore,
    SilentError,
    TextScore,
)
from pipeline.evaluation.text import gold_pages, score_pages, score_text

__all__ = [
    "LISTS",
    "STRINGS",
    "Evaluation",
    "FieldScore",
    "LetterScore",
    "SilentError",
    "TextScore",
    "evaluate",
    "gold_pages",
    "score_fields",
    "score_pages",
    "score_text",
]
