"""Train the digit reader, calibrate it on held-back hands, and write ``models/digits.onnx``.

    python -m training.digits --digits FOLDER --minutes 25
    python -m training.digits --digits FOLDER --minutes 10 --rate 1e-3 --average leg1.pt leg2.pt

FOLDER holds the MNIST test set and pendigits. Needs the packages of the ``training`` group and,
for more hands, Debian's handwriting fonts (fonts-breip, fonts-kristi, fonts-klee …; the names in
``training/digits_hands.py``). Training goes on from ``--weights`` where that file is, so that it
can be done in legs with growing calm (``--rate``); the weights of the last legs are averaged.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from pipeline.recognise.digits import ALPHABET, HEIGHT, log_softmax, prefix_beam
from training.digits_hands import Hands, load_hands
from training.digits_net import DigitNet
from training.digits_render import Strip, make_strip
from training.manifest import record_artefact

BATCH = 64
PEN_WEIGHT = 0.15


class Strips(IterableDataset[list[Strip]]):
    """Endless batches of drawn strips of similar width, each seen a few times.

    Drawing costs almost as much as learning from what was drawn.
    """

    def __init__(self, hands: Hands, seed: int) -> None:
        self.hands, self.seed = hands, seed

    def __iter__(self) -> Iterator[list[Strip]]:
        rng = np.random.default_rng(self.seed)
        kept: deque[list[Strip]] = deque(maxlen=128)
        while True:
            pool = sorted(
                (make_strip(self.hands, rng) for _ in range(BATCH * 8)),
                key=lambda strip: strip.ink.shape[1],
            )
            kept.extend(pool[i : i + BATCH] for i in range(0, len(pool), BATCH))
            fresh = len(kept) - 1 - rng.permutation(8)
            for new, old in zip(fresh, rng.integers(len(kept), size=8), strict=True):
                yield kept[new]
                yield _stretched(kept[old], rng)


def _stretched(strips: list[Strip], rng: np.random.Generator) -> list[Strip]:
    """Strips a little wider or narrower than they were drawn."""
    wide = float(rng.uniform(0.85, 1.15))
    return [
        replace(strip, ink=np.asarray(cv2.resize(strip.ink, None, fx=wide, fy=1.0), np.float32))
        for strip in strips
    ]


def stack(strips: list[Strip]) -> Tensor:
    """Strips of one batch, padded with paper on both sides as the reader pads them."""
    wide = max(s.ink.shape[1] for s in strips) // 8 * 8 + 24
    batch = np.zeros((len(strips), 1, HEIGHT, wide), np.float32)
    for row, strip in zip(batch, strips, strict=True):
        row[0, :, 8 : 8 + strip.ink.shape[1]] = strip.ink
    return torch.from_numpy(batch)


def train(hands: Hands, minutes: float, seed: int, weights: Path, peak: float) -> DigitNet:
    """One-cycle AdamW until the time is up, in bfloat16; ``weights`` is renewed on the way."""
    torch.manual_seed(seed)
    net = DigitNet()
    if weights.is_file():
        net.load_state_dict(torch.load(weights, weights_only=True))
    net.features = net.features.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-3)
    loader = iter(
        DataLoader(Strips(hands, seed), batch_size=None, num_workers=1, prefetch_factor=8)
    )
    ctc = nn.CTCLoss(zero_infinity=True)
    began, step, shown = time.monotonic(), 0, 0.0
    while (gone := (time.monotonic() - began) / max(minutes * 60, 1e-9)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = peak * min(1.0, gone / 0.05 + 0.02) * (0.02 + 0.98 * (1 - gone) ** 1.2)
        strips = next(loader)
        batch = stack(strips)
        batch = (batch * torch.empty(len(strips), 1, 1, 1).uniform_(0.75, 1.15)).clamp(0, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores, pens = net(batch.to(memory_format=torch.channels_last))
        scores, pens = scores.float(), pens.float()
        targets = [ALPHABET.index(c) + 1 for s in strips for c in s.text]
        frames = torch.full((len(strips),), scores.shape[1], dtype=torch.long)
        lengths = torch.tensor([len(s.text) for s in strips])
        log_probs = scores.log_softmax(2).transpose(0, 1)
        said = [i for i, s in enumerate(strips) if s.text.strip("/")]
        pen = nn.functional.binary_cross_entropy_with_logits(
            pens[said], torch.tensor([float(strips[i].pen) for i in said])
        )
        loss = ctc(log_probs, torch.tensor(targets), frames, lengths) + PEN_WEIGHT * pen
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        step, shown = step + 1, 0.98 * shown + 0.02 * loss.item()
        if step % 200 == 0:
            print(f"{step} steps, {gone:.0%}, loss {shown:.4f}", flush=True)
            torch.save(net.state_dict(), weights)
    torch.save(net.state_dict(), weights)
    return net.eval()


def average(net: DigitNet, legs: list[Path]) -> None:
    """Put the mean of several legs' weights into the net (Izmailov 2018): it errs less than any."""
    states = [torch.load(leg, weights_only=True) for leg in legs]
    mean = {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
    }
    net.load_state_dict(mean)


def scores_of(net: DigitNet, strips: list[Strip]) -> list[NDArray[np.float32]]:
    """The network's scores of each strip."""
    with torch.no_grad():
        return [net(stack([strip]))[0][0].numpy() for strip in strips]


def calibrate(scores: list[NDArray[np.float32]], strips: list[Strip]) -> float:
    """The temperature with the least negative log-likelihood of the true strings (Guo 2017)."""

    def loss(temperature: float) -> float:
        total = 0.0
        for frame, strip in zip(scores, strips, strict=True):
            p = prefix_beam(log_softmax(frame / temperature)).get(strip.text, 0.0)
            total -= np.log(max(p, 1e-6))
        return total

    return float(min(np.arange(0.8, 2.6, 0.1), key=loss))


def reliability(
    scores: list[NDArray[np.float32]], strips: list[Strip], t: float
) -> dict[str, float]:
    """Digit and string error on held-back hands, and the expected calibration error."""
    edits = digits = right = 0
    claims, hits = [], []
    for frame, strip in zip(scores, strips, strict=True):
        best, p = max(prefix_beam(log_softmax(frame / t)).items(), key=lambda item: item[1])
        edits, digits = edits + _distance(best, strip.text), digits + len(strip.text)
        right += best == strip.text
        claims.append(p)
        hits.append(best == strip.text)
    bins = np.minimum((np.array(claims) * 10).astype(int), 9)
    gaps = [
        abs(np.mean(np.array(claims)[bins == b]) - np.mean(np.array(hits)[bins == b]))
        * np.sum(bins == b)
        for b in range(10)
        if np.any(bins == b)
    ]
    sure = np.array(claims) >= 0.9
    return {
        "digit_error": edits / digits,
        "string_error": 1 - right / len(strips),
        "calibration_error": float(sum(gaps)) / len(strips),
        "sure_share": float(sure.mean()),
        "sure_right": float(np.array(hits)[sure].mean()) if sure.any() else 0.0,
    }


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def export(net: DigitNet, path: Path, temperature: float) -> None:
    """Write the network as ONNX with its temperature in the metadata."""
    buffer = io.BytesIO()
    torch.onnx.export(
        net,
        (torch.zeros(1, 1, HEIGHT, 64),),
        buffer,
        input_names=["strip"],
        output_names=["scores", "pen"],
        dynamic_axes={"strip": {0: "n", 3: "w"}, "scores": {0: "n", 1: "t"}, "pen": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load_from_string(buffer.getvalue())
    onnx.helper.set_model_props(
        model, {"temperature": json.dumps(round(temperature, 2)), "alphabet": ALPHABET}
    )
    path.write_bytes(model.SerializeToString())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digits", type=Path, required=True, help="folder of MNIST and pendigits")
    parser.add_argument("--out", type=Path, default=Path("models/digits.onnx"))
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--rate", type=float, default=2.5e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weights", type=Path, default=Path("digits.pt"), help="kept weights: "
                        "training goes on from there")  # fmt: skip
    parser.add_argument(
        "--average", type=Path, nargs="*", help="weights kept from earlier legs to average with"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = train(
        load_hands(options.digits, False),
        options.minutes,
        options.seed,
        options.weights,
        options.rate,
    )
    if options.average:
        average(net, [options.weights, *options.average])
    held, rng = load_hands(options.digits, True), np.random.default_rng(7)
    tuning = [make_strip(held, rng) for _ in range(600)]
    testing = [make_strip(held, rng) for _ in range(1200)]
    temperature = calibrate(scores_of(net, tuning), tuning)
    figures = reliability(scores_of(net, testing), testing, temperature)
    print(json.dumps({"temperature": temperature, **figures}))
    export(net, options.out, temperature)
    record_artefact(
        options.out,
        source="MNIST test set, pendigits (UCI), Debian's handwriting fonts, drawn allographs",
        licence="Apache-2.0 (weights); MNIST CC BY-SA 3.0, pendigits CC BY 4.0 (data)",
        command="python -m training.digits --digits FOLDER",
    )


if __name__ == "__main__":
    main()
