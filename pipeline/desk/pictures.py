"""Pictures of pages for the viewer: made from the kept original when first asked for.

They are made in a child process with the limits of a conversion, and kept as JPEG in a folder
that never outgrows its bound. The kept original itself is never changed or scaled.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.bulk.explain import explain
from pipeline.errors import ArchiveError
from pipeline.page import Box, PageText, Pixels

if TYPE_CHECKING:
    from pebble import ProcessPool

    from pipeline.archive import Archive
    from pipeline.config import Settings

Size = Literal["view", "full"]
LONGEST: dict[Size, int] = {"view": 2000, "full": 6000}
"""Pixels of a picture's longer side: ``view`` fills a screen, ``full`` is for zooming in."""

_CUT_HEIGHT = 180
_JPEG_QUALITY = 84


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to make. ``page`` counts the file's pages from 1; ``box`` cuts a part out."""

    source: Path
    page: int
    rotation: int
    longest: int
    box: Box | None
    target: Path


class Pictures:
    """The store of page pictures of one archive."""

    def __init__(self, archive: Archive, settings: Settings) -> None:
        self._archive = archive
        self._settings = settings
        self._folder = archive.folder / ".desk" / "pictures"
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()

    def page(self, letter_id: str, page: PageText, size: Size) -> Path:
        """The picture of a page, upright as the words' boxes count it."""
        return self._made(letter_id, page, LONGEST[size], None)

    def cut(self, letter_id: str, page: PageText, box: Box) -> Path:
        """A part of a page with a margin around it, enlarged to a readable height."""
        return self._made(letter_id, page, 0, box)

    def close(self) -> None:
        """End the child."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has half its types
            self._pool.join()
            self._pool = None

    def _made(self, letter_id: str, page: PageText, longest: int, box: Box | None) -> Path:
        source = self._archive.original(letter_id)
        try:
            stat = source.stat()
        except OSError as error:
            raise ArchiveError("letter-missing", id=letter_id) from error
        parts = (source.name, stat.st_size, stat.st_mtime_ns, page.number, page.rotation, longest)
        name = hashlib.sha256(repr((*parts, box)).encode()).hexdigest()[:32]
        target = self._folder / f"{name}.jpg"
        if not target.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            order = Order(source, page.number, page.rotation, longest, box, target)
            self._make(order)
            self._prune(keep=target)
        return target

    def _make(self, order: Order) -> None:
        """Let the child make a picture; whatever happens to it there is told as one of ours."""
        seconds = 2 * self._settings.limits.seconds_per_page
        try:
            self._child().schedule(make, args=(order, self._settings), timeout=seconds).result()
        except Exception as error:
            raise explain(error, self._settings) from error

    def _child(self) -> ProcessPool:
        from pebble import ProcessPool

        with self._starting:
            if self._pool is not None and not self._pool.active:
                self.close()
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=1,
                    max_tasks=500,
                    initializer=bound_memory,
                    initargs=(self._settings.limits.memory_mb,),
                    context=multiprocessing.get_context("spawn"),
                )
            return self._pool

    def _prune(self, keep: Path) -> None:
        """Drop the pictures that were made longest ago, down to the bound."""
        bound = self._settings.desk.pictures_mb * 1024 * 1024
        known = sorted((p.stat().st_mtime_ns, p.stat().st_size, p) for p in _pictures(self._folder))
        total = sum(size for _, size, _ in known)
        for _, size, path in known:
            if total <= bound:
                return
            if path != keep:
                path.unlink(missing_ok=True)
                total -= size


def _pictures(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix == ".jpg"]


def bound_memory(memory_mb: int) -> None:
    """Limit the child's memory. It must outlive the thread that happened to start it.

    (A signal at the parent's death, as the converting workers have it, would come when that
    thread of the server ends.)
    """
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1024 * 1024, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make(order: Order, settings: Settings) -> None:
    """Read one page of the original and write its picture (in the child).

    Raises:
        CongvanError: the page can't be read.
    """
    import cv2

    from pipeline.read import open_source, read_pages

    source = open_source(order.source, settings)
    image = next(read_pages(source, settings, order.page), None)
    if image is None or image.pixels is None:
        raise ArchiveError("letter-missing", id=order.source.stem)
    pixels = _upright(image.pixels, order.rotation)
    pixels = _cut_out(pixels, order.box) if order.box else _shrunk(pixels, order.longest)
    temporary = order.target.with_name(f".{secrets.token_hex(8)}.jpg.tmp")
    fine, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not fine:
        raise ArchiveError("letter-missing", id=order.source.stem)
    temporary.write_bytes(data.tobytes())
    temporary.replace(order.target)


def _upright(pixels: Pixels, rotation: int) -> Pixels:
    """Turned clockwise by ``rotation`` degrees (0, 90, 180, 270)."""
    import numpy as np

    return np.ascontiguousarray(np.rot90(pixels, -(rotation // 90) % 4))


def _shrunk(pixels: Pixels, longest: int) -> Pixels:
    """No side longer than ``longest``, averaged so that thin strokes stay grey instead of gone."""
    import cv2

    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype("uint8", copy=False)


def _cut_out(pixels: Pixels, box: Box) -> Pixels:
    """The part in ``box`` with a third of its height around it, enlarged."""
    import cv2

    height, width = pixels.shape[:2]
    margin = max(8, (box[3] - box[1]) // 3)
    x0, y0 = max(0, box[0] - margin), max(0, box[1] - margin)
    x1, y1 = min(width, box[2] + margin), min(height, box[3] + margin)
    part = pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    scale = min(4.0, _CUT_HEIGHT / part.shape[0], 1600 / part.shape[1])
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return cv2.resize(part, size, interpolation=way).astype("uint8", copy=False)
