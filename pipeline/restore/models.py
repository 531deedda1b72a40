"""All trained artefacts of restoring, loaded once a process."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.config import artefact
from pipeline.restore.channel import Channel, Speller, channel_of, load_channel, make_speller
from pipeline.restore.language import LanguageModel, load_language_model
from pipeline.restore.lexicon import Lexicon, Phrases, load_lexicon, load_phrases
from pipeline.text import strip_marks

ENG, VIE, VIETNAMESE, BARE = "eng", "vie", "Vietnamese", "bare"
"""Kinds of reading: three Tesseract models, and Vietnamese typed without marks."""


@dataclass(frozen=True, eq=False)
class Models:
    """Lexicon, language model, and one speller a kind of reading."""

    lexicon: Lexicon
    language: LanguageModel
    phrases: Phrases
    folder: Path
    calibration: Mapping[str, Sequence[Sequence[float]]]
    """Knots (posterior, share right) of each kind of reading: training.calibration."""

    def believed(self, reading: str, posteriors: Sequence[float]) -> list[float]:
        """How often words of such posteriors are right."""
        points = self.calibration.get(reading)
        if not points:
            return list(posteriors)
        x, y = zip(*points, strict=True)
        shares: list[float] = np.interp(posteriors, x, y).tolist()
        return shares

    def speller(self, reading: str) -> Speller:
        """The confusions of one kind of reading, loaded when first asked for."""
        return _speller(self.lexicon, self.folder, reading)


@cache
def load_models() -> Models:
    """The models of this installation; the language model stays on its memory map.

    Raises:
        ConfigError: an artefact is missing.
    """
    lexicon = load_lexicon(artefact("lexicon.tsv"))
    folder: Path = artefact("bigrams.npy").parent
    calibration = folder / "calibration.json"
    knots = json.loads(calibration.read_text(encoding="utf-8")) if calibration.is_file() else {}
    phrases = load_phrases(artefact("phrases.tsv"))
    models = Models(lexicon, load_language_model(folder), phrases, folder, knots)
    # They live as long as the process: a garbage collection that walks them costs 20 to 30 ms,
    # an eighth of the time of a letter.
    gc.freeze()
    return models


@cache
def _speller(lexicon: Lexicon, folder: Path, reading: str) -> Speller:
    if reading == BARE:
        return make_speller(_bare_channel(lexicon), lexicon)
    return make_speller(load_channel(folder / f"channel_{reading}.json"), lexicon)


def _bare_channel(lexicon: Lexicon) -> Channel:
    """Marks left out by a typist: each letter as its plain one, at no cost; case is kept."""
    letters = sorted({c for word in lexicon.words for c in word if c.isalpha()})
    segments = {c: {strip_marks(c): 0.01} for c in letters}
    case = {
        "A": [9.0, 0.01, 9.0], "a": [0.01, 9.0, 9.0], "Aa": [9.0, 0.01, 9.0],
        "aa": [0.01, 9.0, 9.0], "AA": [9.0, 9.0, 0.01],
    }  # fmt: skip
    case |= {"O": case["A"], "o": case["a"]}
    case |= {"O" + k[1]: v for k, v in case.items() if len(k) == 2 and k[0] == "A"}
    case["oa"] = case["aa"]
    return channel_of(segments, case, 20.0, 20.0)
