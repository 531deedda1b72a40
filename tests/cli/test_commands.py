"""The command line: docs, --help and commands agree, and errors are one clear line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipeline.archive import Archive
from pipeline.cli import app
from pipeline.cli.app import load_commands
from pipeline.cli.text import letter_schema
from pipeline.config import Settings
from tests.archive.making import add, samples

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "commands.md").read_text("utf-8")
PROGRAM = typer.main.get_command(load_commands())
COMMANDS = dict(PROGRAM.commands)  # type: ignore[attr-defined] # a group of commands
runner = CliRunner()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive", Settings()) as opened:
        for name, letter in samples().items():
            add(opened, name, letter)
    return tmp_path / "archive"


def congvan(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The program as a user runs it."""
    code = "from pipeline.cli import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd or ROOT)


def call(*arguments: str) -> str:
    """A command's output, in this process."""
    result = runner.invoke(load_commands(), list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_docs_name_every_command_and_no_other() -> None:
    described = re.findall(r"^## congvan ([a-z-]+)", DOCS, re.MULTILINE)
    assert sorted(described) == sorted(COMMANDS)


def test_every_command_can_be_loaded_alone() -> None:
    assert sorted(set().union(*app.COMMANDS.values())) == sorted(COMMANDS)
    for name, commands in app.COMMANDS.items():
        code = (
            f"from pipeline.cli.app import load_commands; import typer, sys\n"
            f"group = typer.main.get_command(load_commands({sorted(commands)[:1]!r}))\n"
            f"assert set(group.commands) >= {commands!r}, {name!r}"
        )
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_docs_name_every_option_and_no_other(name: str) -> None:
    section = re.split(r"^## ", DOCS.split(f"## congvan {name}\n")[1], flags=re.MULTILINE)[0]
    described = set(re.findall(r"`(--[a-z-]+)", section))
    options = {
        option
        for parameter in COMMANDS[name].params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--") and option != "--help"
    }
    assert described == options


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_says_what_it_is_for(name: str) -> None:
    assert COMMANDS[name].help
    for parameter in COMMANDS[name].params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name}"


def test_the_committed_schema_is_current() -> None:
    written = json.loads((ROOT / "docs" / "letter.schema.json").read_text("utf-8"))
    assert written == json.loads(json.dumps(letter_schema()))


def test_search_by_words_and_filters(archive: Path) -> None:
    out = call(
        "search", "tru so lam viec", "-a", str(archive), "--from", "2019", "--issuer", "Bắc Giang"
    )
    assert "tru-so" in out
    assert "1 found" in out
    found = json.loads(call("search", '"bac giang"', "-a", str(archive), "--json"))
    assert found["hits"][0]["id"] == "tru-so"
    assert found["hits"][0]["snippets"][0]["boxes"]
    narrowed = json.loads(call("search", "-a", str(archive), "--percent", "30-40", "--json"))
    assert [hit["id"] for hit in narrowed["hits"]] == ["dak-lak"]


def test_show_and_history(archive: Path) -> None:
    assert json.loads(call("show", "tru-so", "-a", str(archive)))["id"] == "tru-so"
    assert json.loads(call("show", "tru-so", "--history", "-a", str(archive))) == []


def test_questions(archive: Path) -> None:
    place = ("-a", str(archive))
    tasks = json.loads(call("directives", "--assignee", "van phong", "--json", *place))
    assert [task["label"] for task in tasks] == ["1/a"]
    call("directives", "--done", "tru-so", "1/a", *place)
    assert json.loads(call("directives", "--assignee", "van phong", "--json", *place)) == []
    links = json.loads(call("citations", "71/TB-UBND", "--json", *place))
    assert len(links) == 4
    shares = json.loads(call("percentages", "--holder", "so y te", "--json", *place))
    assert len(shares) == 2


def test_export_to_a_file(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    call("export", "--format", "jsonl", "-o", str(target), "-a", str(archive), "--issuer", "lak")
    assert [json.loads(line)["id"] for line in target.read_text("utf-8").splitlines()] == [
        "dak-lak"
    ]


def test_rename_shows_first(archive: Path, tmp_path: Path) -> None:
    (archive / "pdf" / "dak-lak.pdf").write_bytes(b"%PDF")
    folder = tmp_path / "named"
    assert "nothing was copied" in call("rename", "{date}_{code}", str(folder), "-a", str(archive))
    assert not folder.exists()
    call("rename", "{date}_{code}", str(folder), "-a", str(archive), "--apply")
    assert (folder / "2020-03-05_15-QĐ-UBND.pdf").exists()


def test_status_counts(archive: Path) -> None:
    assert "4 done, 1 doubtful, 0 failed" in call("status", "-a", str(archive))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("search", "x", "-a", "/nowhere"), 1, "no archive"),
        (("convert",), 2, "Missing argument"),
        (("convert", "x", "--nonsense"), 2, "No such option"),
        (("search", "--from", "2019-13", "-a", "{archive}"), 2, "no date"),
        (("search", "--percent", "viel", "-a", "{archive}"), 2, "no percentage"),
        (("search", "-sở", "-a", "{archive}"), 2, ""),
        (("show", "không-có", "-a", "{archive}"), 1, "no letter"),
    ],
)
def test_errors_are_one_line_and_a_code(
    archive: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = congvan(*(argument.format(archive=archive) for argument in arguments))
    assert result.returncode == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_convert_tells_each_files_fate(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "none.docx").write_text("x", "utf-8")
    result = congvan(
        "convert", str(tmp_path), str(tmp_path / "gone.pdf"), "-o", str(tmp_path / "a")
    )
    assert result.returncode == 1
    assert "0 done, 0 doubtful, 2 failed" in result.stdout
    assert "empty.pdf" in result.stdout
    assert "gone.pdf" in result.stdout
    assert "1 .docx" in result.stdout
    assert not list((tmp_path / "a" / "records").iterdir())


def test_the_database_may_lie_elsewhere(tmp_path: Path) -> None:
    folder, url = tmp_path / "archive", f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with Archive.open(folder, Settings.model_validate({"archive": {"database": url}})) as opened:
        add(opened, "tru-so", samples()["tru-so"])
    asked = ["search", "tru so", "-a", str(folder)]
    assert "1 found" in runner.invoke(load_commands(), ["--database", url, *asked]).stdout
    assert not (folder / "congvan.db").exists()
    assert "0 found" in runner.invoke(load_commands(), asked).stdout
