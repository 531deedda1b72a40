"""What congvan needs on a machine, and the command that brings what is missing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.config import Settings, models_folder

_PROGRAMS = (
    ("tesseract", "tesseract-ocr", "reads the pages"),
    ("pdftoppm", "poppler-utils", "draws PDF pages"),
    ("pdfinfo", "poppler-utils", "looks into PDFs"),
    ("gs", "ghostscript", "makes PDF/A"),
    ("prlimit", "util-linux", "bounds memory"),
)
_LANGUAGES = {
    "vie": "tesseract-ocr-vie",
    "script/Vietnamese": "tesseract-ocr-script-viet",
    "osd": "tesseract-ocr-osd",
}
_FONTS = (("Tinos", "fonts-croscore"), ("Noto Sans", "fonts-noto-core"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` is the command when it isn't fine."""

    what: str
    fine: bool
    found: str
    mend: str = ""


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at programs, Tesseract's languages, fonts, models and the free disk space."""
    return (
        *_programs(),
        *_languages(settings),
        *_fonts(),
        _models(),
        _disk(),
    )


def _programs() -> Iterator[Finding]:
    for program, package, purpose in _PROGRAMS:
        path = shutil.which(program)
        found = path or f"not installed ({purpose})"
        yield Finding(program, path is not None, found, _apt(package))


def _languages(settings: Settings) -> Iterator[Finding]:
    held = set(_output("tesseract", "--list-langs").split())
    wanted = dict(_LANGUAGES)
    for name in settings.recognise.language.split("+"):
        wanted.setdefault(name, f"tesseract-ocr-{name}")
    for name, package in wanted.items():
        fine = name in held or name.rpartition("/")[2] in held
        found = "installed" if fine else "not installed"
        yield Finding(f"Tesseract language {name}", fine, found, _apt(package))


def _fonts() -> Iterator[Finding]:
    for family, package in _FONTS:
        fine = family in _output("fc-list", ":", "family")
        found = "installed" if fine else "not installed"
        yield Finding(f"font {family}", fine, found, _apt(package))


def _models() -> Finding:
    folder = models_folder()
    fine = (folder / "manifest.json").is_file()
    found = str(folder) if fine else f"nothing in {folder}"
    return Finding("trained models", fine, found, "install congvan again")


def _disk() -> Finding:
    free = shutil.disk_usage(".").free / 1e9
    found = f"{free:.0f} GB free here"
    return Finding("disk space", free >= 2, found, "make room: at least 2 GB")


def _apt(package: str) -> str:
    return f"sudo apt-get install {package}"


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout
