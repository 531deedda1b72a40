"""congvan beside its peers on the public benchmark: ``python -m benchmarks.evaluate_peers CORPUS``.

Peers: plain Tesseract (``vie``, 300 dpi, two processes), OCRmyPDF plain, and OCRmyPDF with
``--deskew --clean``; where OCRmyPDF refuses a file because it has text or a signature, it is run
again with ``--force-ocr --invalidate-digital-signatures``. A peer gives text only; its fields are
what congvan's own parser finds in that text, without restoring. Every tool has the whole machine
while it runs; pages a minute are the files' own seconds over the files it works on at once. Hours
of reading are kept with ``--keep FOLDER``: a file read there before is not read again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageSequence

from pipeline.config import Settings
from pipeline.errors import NotALetter
from pipeline.evaluation import TextScore, evaluate, gold_pages, score_pages
from pipeline.parse import parse_letters
from pipeline.read import open_source, read_text

_REFUSED = 6  # OCRmyPDF: the file already has text
_SIGNED = (2, 8)  # OCRmyPDF: the file is digitally signed (which code, depends on its version)


@dataclass(frozen=True)
class Run:
    """One tool on one corpus: text by file and page, records, seconds."""

    tool: str
    pages: dict[str, dict[int, str]]
    records: Path
    seconds: float
    failed: tuple[str, ...]


# --- Tools: each takes a scan and a folder for its output, and returns the text by page ---------


def tesseract(scan: Path, work: Path) -> list[str]:
    """Plain Tesseract on pages at 300 dpi."""
    pages = _pictures(scan, work)
    return [_run(["tesseract", str(page), "-", "-l", "vie"]).stdout for page in pages]


def ocrmypdf(scan: Path, work: Path, options: tuple[str, ...] = ()) -> list[str]:
    """OCRmyPDF's sidecar text."""
    side, out = work / "side.txt", work / "out.pdf"
    base = ["ocrmypdf", "-q", "-l", "vie", "--jobs", "2", "--sidecar", str(side), *options]
    if scan.suffix != ".pdf":
        base += ["--image-dpi", "300"]
    done = _run([*base, str(scan), str(out)], check=False)
    if done.returncode in (_REFUSED, *_SIGNED):
        force = ["--force-ocr", "--invalidate-digital-signatures"]
        done = _run([*base, *force, str(scan), str(out)], check=False)
    if done.returncode or not side.exists():
        raise RuntimeError(done.stderr.strip()[-300:])
    return side.read_text(encoding="utf-8").removesuffix("\f").split("\f")


def ocrmypdf_clean(scan: Path, work: Path) -> list[str]:
    """OCRmyPDF with its two cleaning steps."""
    return ocrmypdf(scan, work, ("--deskew", "--clean"))


def _pictures(scan: Path, work: Path) -> list[Path]:
    if scan.suffix == ".pdf":
        _run(["pdftoppm", "-r", "300", "-png", str(scan), str(work / "page")])
    else:
        with Image.open(scan) as tiff:
            for number, page in enumerate(ImageSequence.Iterator(tiff), 1):
                page.save(work / f"page-{number:02}.png", dpi=tiff.info.get("dpi", (200, 200)))
    return sorted(work.glob("page*"))


def _run(command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    return subprocess.run(command, env=environment, text=True, capture_output=True, check=check)


PEERS: dict[str, tuple[Callable[[Path, Path], list[str]], int]] = {
    "tesseract": (tesseract, 2),
    "ocrmypdf": (ocrmypdf, 1),
    "ocrmypdf --deskew --clean": (ocrmypdf_clean, 1),
}
"""Tools with how many files each works on at once."""


def run_peer(tool: str, scans: list[Path], work: Path, keep: Path | None = None) -> Run:
    """A peer over all scans; what it has read before in ``keep`` is not read again."""
    read, jobs = PEERS[tool]
    with TemporaryDirectory() as temporary:
        texts = (keep or Path(temporary)) / tool.replace(" ", "")
        texts.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(jobs) as pool:
            found = list(pool.map(lambda scan: _kept(read, scan, texts), scans))
    pages = {
        scan.stem: dict(enumerate(text or [], 1))
        for scan, (text, _) in zip(scans, found, strict=True)
    }
    records = work / "records"
    records.mkdir()
    for name, text in pages.items():
        _parse("\f".join(text.values()), name, records)
    failed = tuple(scan.stem for scan, (text, _) in zip(scans, found, strict=True) if text is None)
    return Run(tool, pages, records, sum(seconds for _, seconds in found) / jobs, failed)


def _kept(
    read: Callable[[Path, Path], list[str]], scan: Path, texts: Path
) -> tuple[list[str] | None, float]:
    """Text by page (None: it failed) and the seconds it took."""
    path = texts / f"{scan.stem}.json"
    if not path.exists():
        start = time.monotonic()
        text = _safely(read, scan)
        path.write_text(json.dumps([text, time.monotonic() - start]), encoding="utf-8")
    text, seconds = json.loads(path.read_text(encoding="utf-8"))
    return text, seconds


def _safely(read: Callable[[Path, Path], list[str]], scan: Path) -> list[str] | None:
    with TemporaryDirectory() as work:
        try:
            return read(scan, Path(work))
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"{scan.name}: {error}")
            return None


def _parse(text: str, name: str, records: Path) -> None:
    """Fields that congvan's parser finds in a peer's text."""
    if not text.strip():
        return
    path = records.parent / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    settings = Settings()
    source = open_source(path, settings)
    pages = read_text(source)
    try:
        letters = parse_letters(pages, pages, source, (), settings)
    except NotALetter:  # a peer's text of a sheet that lies turned, for one
        return
    for number, letter in enumerate(letters, 1):
        stem = name if number == 1 else f"{name}-{number}"
        (records / f"{stem}.json").write_text(letter.to_json(), encoding="utf-8")


def run_congvan(scans: list[Path], work: Path) -> Run:
    """Congvan over all scans, as a clerk would call it."""
    archive = work / "archive"
    start = time.monotonic()
    done = _run(["congvan", "convert", *map(str, scans), "-o", str(archive)], check=False)
    seconds = time.monotonic() - start
    print(done.stdout[-2000:])
    pages: dict[str, dict[int, str]] = {}
    for path in (archive / "records").glob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        stem = Path(record["source"]["file"]).stem
        text = {page["number"]: page["text"] for page in record["pages"]}
        pages.setdefault(stem, {}).update(text)
    failed = tuple(scan.stem for scan in scans if scan.stem not in pages)
    return Run("congvan", pages, archive / "records", seconds, failed)


# --- Scores -------------------------------------------------------------------------------------


def gold_of(corpus: Path, stem: str) -> dict[int, str]:
    """All gold pages of a file: those of its further letters too."""
    pages: dict[int, str] = {}
    for path in sorted((corpus / "gold").glob(f"{stem}*.txt")):
        pages |= gold_pages(path.read_text(encoding="utf-8"))
    return pages


def score(corpus: Path, run: Run, scans: Iterable[Path], gold: Path) -> dict[str, object]:
    """One tool's row: text by kind and in all, fields, silent errors, pages a minute."""
    kinds = json.loads((corpus / "kinds.json").read_text(encoding="utf-8"))
    by_kind: dict[str, TextScore] = {}
    for scan in scans:
        text = score_pages(gold_of(corpus, scan.stem), run.pages.get(scan.stem, {}))
        kind = kinds[scan.stem]
        by_kind[kind] = by_kind.get(kind, TextScore()) + text
    whole = sum(by_kind.values(), TextScore())
    fields = evaluate(gold, run.records)
    count = sum(len(gold_of(corpus, scan.stem)) for scan in scans)
    return {
        "tool": run.tool,
        "syllables": whole.accuracy,
        "cer": whole.cer,
        "field_f1": fields.mean_f1,
        "silent_errors": len(fields.silent),
        "pages_per_minute": 60 * count / run.seconds,
        "failed": list(run.failed),
        "by_kind": {k: {"syllables": s.accuracy, "cer": s.cer} for k, s in by_kind.items()},
        "fields": {field.name: field.f1 for field in fields.fields},
        "silent": [asdict(error) for error in fields.silent],
    }


def table(rows: list[dict[str, object]]) -> str:
    """Two Markdown tables: the tools, and their syllables by kind of defect."""
    out = [
        "| tool | syllables % | CER % | field F1 | silent errors | pages/min | failed |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        failed = row["failed"]
        out.append(
            f"| {row['tool']} | {_percent(row['syllables'])} | {_percent(row['cer'])} "
            f"| {row['field_f1']:.3f} | {row['silent_errors']} | {row['pages_per_minute']:.1f} "
            f"| {len(failed) if isinstance(failed, list) else ''} |"
        )
    out += ["", f"| syllables % by defect | {' | '.join(str(row['tool']) for row in rows)} |"]
    out.append("|---" * (len(rows) + 1) + "|")
    kinds = [row["by_kind"] for row in rows]
    for kind in kinds[0] if isinstance(kinds[0], dict) else ():
        cells = [_percent(k[kind]["syllables"]) for k in kinds if isinstance(k, dict)]
        out.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(out)


def _percent(value: object) -> str:
    return f"{100 * value:.1f}" if isinstance(value, float) else "-"


def main(arguments: list[str] | None = None) -> None:
    """Run the tools one after the other and print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.evaluate_peers", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth file only")
    parser.add_argument("--tools", nargs="+", default=[*PEERS, "congvan"])
    parser.add_argument("--keep", type=Path, help="a folder for the peers' texts and seconds")
    parser.add_argument("-o", "--output", type=Path, help="all figures as JSON")
    options = parser.parse_args(arguments)
    scans = sorted((options.corpus / "letters").iterdir())[:: options.every]
    rows = []
    with TemporaryDirectory() as temporary:
        gold = Path(temporary) / "gold"
        gold.mkdir()
        for scan in scans:
            for path in (options.corpus / "gold").glob(f"{scan.stem}*.json"):
                (gold / path.name).symlink_to(path.resolve())
        for number, tool in enumerate(options.tools):
            work = Path(temporary) / str(number)
            work.mkdir()
            run = (
                run_congvan(scans, work)
                if tool == "congvan"
                else run_peer(tool, scans, work, options.keep)
            )
            rows.append(score(options.corpus, run, scans, gold))
            print(table(rows[-1:]), flush=True)
    print(table(rows))
    if options.output:
        options.output.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
