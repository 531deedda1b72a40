"""Every dependency has a bound, a licence that may be linked, and a reason in the docs."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENTS = [
    Requirement(line)
    for line in PROJECT["dependencies"]
    + [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
]
ALLOWED = re.compile(
    r"MIT|BSD|Apache|MPL|Mozilla|LGPL|Lesser General|Python Software Foundation|PSF|ISC|CC0|Zlib",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"AGPL|Affero|GPL-[23]|(?<!Lesser )General Public License v", re.IGNORECASE)


def licence(name: str) -> str:
    """What the package itself says, wherever it says it."""
    meta = distribution(name).metadata.json
    classifiers = [c for c in meta.get("classifier", []) if c.startswith("License")]
    said = str(meta.get("license_expression") or "; ".join(classifiers) or meta.get("license", ""))
    return re.sub(r"LGPL-[\d.]+|Lesser General Public License v\w*", "LGPL", said)


def closure(requirements: list[Requirement], seen: set[str]) -> Iterator[str]:
    """Names of all packages that come along when congvan is installed."""
    for requirement in requirements:
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            needs = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # an extra that this environment leaves out
        yield name
        below = [Requirement(line) for line in needs]
        yield from closure(
            [r for r in below if r.marker is None or r.marker.evaluate({"extra": ""})], seen
        )


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda r: r.name)
def test_ranges_are_pinned_and_reasons_given(requirement: Requirement) -> None:
    operators = {spec.operator for spec in requirement.specifier}
    assert operators >= {">=", "<"}, f"{requirement.name} needs a lower and an upper bound"
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert f"| {requirement.name} |" in reasons


def test_no_licence_that_may_not_be_linked() -> None:
    found = {name: licence(name) for name in closure(REQUIREMENTS, set())}
    assert len(found) > 40
    bad = {n: s for n, s in found.items() if FORBIDDEN.search(s) or not ALLOWED.search(s)}
    assert not bad


def test_every_package_is_known_by_its_hash() -> None:
    """Nothing comes from a repository or an address of its own, and nothing unchecked."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    others = [package for package in locked if package["source"] != {"editable": "."}]
    assert len(others) > 40
    assert {tuple(package["source"]) for package in others} == {("registry",)}
    assert len({package["source"]["registry"] for package in others}) == 1
    for package in others:
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        assert files
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]
