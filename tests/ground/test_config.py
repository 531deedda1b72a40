"""Settings: the file, the environment, and what is refused."""

import pickle
from pathlib import Path

import pytest
import yaml

from pipeline.config import Settings, artefact, load_settings
from pipeline.errors import ConfigError

ROOT = Path(__file__).parents[2]


def test_the_shipped_file_holds_every_default() -> None:
    written = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    assert written == Settings().model_dump(mode="json")


def test_every_setting_has_a_comment() -> None:
    lines = (ROOT / "config.yaml").read_text("utf-8").splitlines()
    own = [line for line in lines if line.startswith("  ") and ":" in line]
    sections = {"limits", "read", "clean", "recognise", "restore"}
    assert own
    assert all("#" in line for line in own if line.split(":")[0].strip() in sections)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("limits:\n  pages: -1\n  pgaes: 3\nlanguage: fr\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    for name in ("limits.pages", "limits.pgaes", "language"):
        assert name in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_broken_file_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("limits: [", "utf-8")
    with pytest.raises(ConfigError):
        load_settings(path)
    with pytest.raises(ConfigError, match="no such file"):
        load_settings(tmp_path / "none.yaml")


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("limits:\n  pages: 7\nlanguage: vi\n", "utf-8")
    monkeypatch.setenv("CONGVAN_LIMITS__PAGES", "9")
    settings = load_settings(path)
    assert settings.limits.pages == 9
    assert settings.language == "vi"
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_a_missing_model_is_named() -> None:
    with pytest.raises(ConfigError, match=r"none\.onnx"):
        artefact("none.onnx")
