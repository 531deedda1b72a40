"""Train the reader of written authorities (KT., TL. …) and write ``models/authority.onnx``.

    python -m training.authority --digits FOLDER --minutes 12

All examples are drawn: letters from allographs and Debian's handwriting typefaces, and what is no
authority. FOLDER holds the figures (MNIST, pendigits) that stand among the latter. Needs the
packages of the ``training`` group.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from pipeline.recognise.authority_reader import CLASSES, WIDTH
from pipeline.recognise.digits import HEIGHT
from training.authority_render import allographs, draw_example
from training.digits_hands import Hands, load_hands
from training.manifest import record_artefact

BATCH = 96
SURE = 0.9


class AuthorityNet(nn.Module):
    """Convolutions over the picture, its strongest features, a score for each class."""

    def __init__(self) -> None:
        super().__init__()
        channels = (1, 12, 20, 32, 48, 64)
        pools = ((2, 2), (2, 2), (2, 1), (2, 2), (1, 1))
        layers: list[nn.Module] = []
        for inside, outside, pool in zip(channels, channels[1:], pools, strict=False):
            layers += [
                nn.Conv2d(inside, outside, 3, padding=1, bias=False),
                nn.BatchNorm2d(outside),
                nn.ReLU(),
                nn.MaxPool2d(pool),
            ]
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 2 * (WIDTH // 8), 48), nn.ReLU(),
            nn.Linear(48, len(CLASSES)),
        )  # fmt: skip

    def forward(self, writing: Tensor) -> Tensor:
        """Scores (batch, classes) of pictures (batch, 1, 32, 96)."""
        return self.head(self.features(writing))


class Examples(IterableDataset[tuple[Tensor, Tensor]]):
    """Endless batches of drawn examples."""

    def __init__(self, hands: Hands, seed: int) -> None:
        self.hands, self.seed = hands, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        rng = np.random.default_rng(self.seed)
        while True:
            yield draw(self.hands, False, BATCH, rng)


def draw(
    hands: Hands, held_back: bool, count: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Pictures and classes of one split."""
    shapes = allographs(held_back)
    inks, labels = zip(*(draw_example(hands, shapes, rng) for _ in range(count)), strict=True)
    return torch.from_numpy(np.stack(inks)[:, None]), torch.tensor(labels)


def train(hands: Hands, minutes: float, seed: int) -> AuthorityNet:
    """AdamW with a falling rate until the time is up."""
    torch.manual_seed(seed)
    net = AuthorityNet()
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    loader = iter(DataLoader(Examples(hands, seed), batch_size=None, num_workers=1))
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    began, step, shown = time.monotonic(), 0, 1.0
    while (gone := (time.monotonic() - began) / (minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1.0, gone / 0.03 + 0.02) * (0.01 + 0.99 * (1 - gone) ** 1.5)
        inks, labels = next(loader)
        loss = loss_of(net(inks), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step, shown = step + 1, 0.98 * shown + 0.02 * loss.item()
        if step % 100 == 0:
            print(f"{step} steps, {gone:.0%}, loss {shown:.3f}", flush=True)
    return net.eval()


def scores_of(net: AuthorityNet, inks: Tensor) -> Tensor:
    """The network's scores without training."""
    with torch.no_grad():
        return net(inks)


def temperature_of(scores: Tensor, labels: Tensor) -> float:
    """The temperature with the least negative log-likelihood (Guo 2017)."""
    steps = np.arange(0.5, 3.05, 0.05)
    return float(
        min(steps, key=lambda t: nn.functional.cross_entropy(scores / float(t), labels).item())
    )


def figures_of(scores: Tensor, labels: Tensor, temperature: float) -> dict[str, object]:
    """How many held-back examples are told, and how many are given surely and wrong."""
    p = (scores / temperature).softmax(1)
    best, said = p.max(1)
    sure = (best >= SURE) & (said != CLASSES.index(""))
    return {
        "right": float((said == labels).float().mean()),
        "right by class": {
            name or "none": round(float((said[labels == i] == i).float().mean()), 3)
            for i, name in enumerate(CLASSES)
        },
        "given surely": float(sure.float().mean()),
        "of those right": float((said == labels)[sure].float().mean()),
    }


def export(net: AuthorityNet, path: Path, temperature: float) -> None:
    """Write the network as ONNX with its temperature in the metadata."""
    buffer = io.BytesIO()
    torch.onnx.export(
        net,
        (torch.zeros(1, 1, HEIGHT, WIDTH),),
        buffer,
        input_names=["writing"],
        output_names=["scores"],
        dynamic_axes={"writing": {0: "n"}, "scores": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load_from_string(buffer.getvalue())
    onnx.helper.set_model_props(model, {"temperature": json.dumps(round(temperature, 2))})
    path.write_bytes(model.SerializeToString())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digits", type=Path, required=True, help="folder of MNIST and pendigits")
    parser.add_argument("--out", type=Path, default=Path("models/authority.onnx"))
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = train(load_hands(options.digits, False), options.minutes, options.seed)
    held, rng = load_hands(options.digits, True), np.random.default_rng(5)
    inks, labels = draw(held, True, 1500, rng)
    temperature = temperature_of(scores_of(net, inks), labels)
    inks, labels = draw(held, True, 3000, rng)
    figures = figures_of(scores_of(net, inks), labels, temperature)
    print(json.dumps({"temperature": temperature, **figures}))
    export(net, options.out, temperature)
    record_artefact(
        options.out,
        source="drawn allographs, Debian's handwriting fonts; MNIST and pendigits among the rest",
        licence="Apache-2.0 (weights); MNIST CC BY-SA 3.0, pendigits CC BY 4.0 (data)",
        command="python -m training.authority --digits FOLDER",
    )


if __name__ == "__main__":
    main()
