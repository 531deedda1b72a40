"""Settings from config.yaml and the environment, and where the trained artefacts lie.

One class a stage; ``config.yaml`` at the root holds the same keys with the same defaults and a
comment each (a test keeps the two equal). Unknown keys and wrong values are refused, all of them
in one message.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Having
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from pipeline.errors import ConfigError


class Section(BaseModel):
    """A part of the settings: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Section):
    """What a file may ask for, checked before any pixel is made."""

    pages: int = Having(1000, gt=0)
    page_inches: float = Having(60, gt=0)
    pixels: int = Having(250_000_000, gt=0)
    expansion: int = Having(200, gt=0)
    object_depth: int = Having(64, gt=0)
    file_mb: int = Having(2000, gt=0)
    seconds_per_page: float = Having(60, gt=0)
    seconds_per_file: float = Having(1800, gt=0)
    memory_mb: int = Having(2000, ge=256)


class Read(Section):
    """File → page pictures."""

    dpi: int = Having(300, ge=72, le=1200)


class Clean(Section):
    """Page picture → straight ink layers."""

    orientation: bool = True
    deskew: bool = True
    denoise: bool = True


class Recognise(Section):
    """Ink layers → words in zones."""

    language: str = Having("vie", pattern=r"^[A-Za-z_/+]+$")
    second_readings: bool = True
    second_below: float = Having(0.85, ge=0, le=1)


class Restore(Section):
    """Words as read → words as printed."""

    enabled: bool = True
    threshold: float = Having(0.5, ge=0, le=1)
    learnt: str = ""


class Parse(Section):
    """Text → record."""

    review_below: float = Having(0.9, ge=0, le=1)
    null_below: float = Having(0.5, ge=0, le=1)


class Archive(Section):
    """Where letters live."""

    database: str = ""


class Bulk(Section):
    """Many files."""

    jobs: int = Having(0, ge=0)
    attempts: int = Having(2, ge=1)


class Export(Section):
    """What is written beside a record."""

    pdf: bool = True
    pdfa: Literal["2b", "1b"] = "2b"


class Desk(Section):
    """The web page."""

    host: str = "127.0.0.1"
    port: int = Having(8737, gt=0, lt=65536)
    hosts: tuple[str, ...] = ()
    pictures_mb: int = Having(500, gt=0)
    timezone: str = "Asia/Ho_Chi_Minh"
    unread_secrecy: int = Having(3, ge=0, le=3)


class Settings(BaseSettings):
    """All settings. Environment variables win over the file: ``CONGVAN_LIMITS__PAGES=500``."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="CONGVAN_", env_nested_delimiter="__"
    )

    language: Literal["en", "vi"] = "en"
    limits: Limits = Limits()
    read: Read = Read()
    clean: Clean = Clean()
    recognise: Recognise = Recognise()
    restore: Restore = Restore()
    parse: Parse = Parse()
    archive: Archive = Archive()
    bulk: Bulk = Bulk()
    export: Export = Export()
    desk: Desk = Desk()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the YAML file named by ``yaml_file``."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls)


def load_settings(path: Path | None = None) -> Settings:
    """Settings of ``path``, or of ``./config.yaml`` if there is one, or the defaults.

    Raises:
        ConfigError: the file can't be read, a key is unknown or a value wrong; all are named.
    """
    if path is None and Path("config.yaml").is_file():
        path = Path("config.yaml")
    if path is not None and not path.is_file():
        raise ConfigError("config-wrong", errors=f"{path}: no such file")

    class FromFile(Settings):
        model_config = SettingsConfigDict(yaml_file=path, yaml_file_encoding="utf-8")

    try:
        # A plain Settings: workers get it by pickle, which can't find a class made in here.
        return Settings.model_validate(FromFile().model_dump())
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError("config-wrong", errors="; ".join(lines)) from error
    except yaml.YAMLError as error:
        raise ConfigError("config-wrong", errors=f"{path}: {error}") from error


@cache
def models_folder() -> Path:
    """Where the trained artefacts lie: in the wheel, or at the root of a checkout.

    ``CONGVAN_MODELS`` names another folder.
    """
    named = os.environ.get("CONGVAN_MODELS")
    if named:
        return Path(named)
    packed = Path(__file__).parent / "_models"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "models"


def artefact(name: str) -> Path:
    """The path of one trained artefact, such as ``digits.onnx``.

    Raises:
        ConfigError: it is not there.
    """
    path = models_folder() / name
    if not path.is_file():
        raise ConfigError("config-wrong", errors=f"model {path} is missing; reinstall congvan")
    return path
