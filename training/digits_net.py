"""The digit reader's network: strips in, a score for each character and frame out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pipeline.recognise.digits import ALPHABET


class DigitNet(nn.Module):
    """Convolutions over the strip, then over time; one frame for every two columns.

    Input (batch, 1, 32, width); outputs (batch, width / 2, 1 + alphabet) scores and (batch,) the
    logit that a pen wrote what is read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _block(1, 16),
            nn.MaxPool2d(2),
            _block(16, 40),
            _block(40, 56),
            nn.MaxPool2d((2, 1)),
            _block(56, 80),
            _Again(80),
            nn.MaxPool2d((2, 1)),
            _block(80, 112),
            _Again(112),
            nn.Conv2d(112, 128, (4, 1)),
            nn.ReLU(),
        )
        self.context = nn.ModuleList([_Context(dilation) for dilation in (1, 2, 4)])
        self.letters = nn.Conv1d(128, 1 + len(ALPHABET), 1)
        self.pen = nn.Conv1d(128, 2, 1)

    def forward(self, strips: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of characters by frame, and the pen's logit."""
        x = self.features(strips).squeeze(2)
        for layer in self.context:
            x = layer(x)
        scores = self.letters(x).transpose(1, 2)
        # The pen is judged where characters are, each frame by its weight.
        vote, weight = self.pen(x).unbind(1)
        share = torch.softmax(weight, dim=1)
        return scores, (vote * share).sum(1)


def _block(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU()
    )


class _Again(nn.Module):
    """A residual step over the picture; nothing at first, so that it can be put in later."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.step = _block(channels, channels)
        nn.init.zeros_(self.step[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.step(x)  # type: ignore[no-any-return]  # torch modules are called untyped


class _Context(nn.Module):
    """A residual step over time."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.step = nn.Sequential(
            nn.Conv1d(128, 128, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Dropout(0.1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.step(x)  # type: ignore[no-any-return]  # torch modules are called untyped
