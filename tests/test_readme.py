"""README is true: every command, role, indicator and setting that exists stands in it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from komatsu_support.models import Role
from kpi.indicators import INDICATORS

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()
COMMANDS = sorted(
    path.stem
    for path in (ROOT / "komatsu_support" / "management" / "commands").glob("*.py")
    if path.stem != "__init__"
)
TARGETS = sorted(
    set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"help", "clean", "dev"}
)
SETTINGS = sorted(
    set(
        re.findall(
            r'(?:env\.\w+|_secret)\(\s*"([A-Z_]+)"', (ROOT / "komatsu_support" / "settings.py").read_text()
        )
    )
)


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_lists_the_command(command):
    assert f"`manage.py {command}" in README


@pytest.mark.parametrize("target", TARGETS)
def test_readme_lists_the_make_target(target):
    assert f"`make {target}`" in README


@pytest.mark.parametrize("role", Role.values)
def test_readme_lists_the_role(role):
    assert f"| `{role}` | {Role(role).label} |" in README


@pytest.mark.parametrize("code", INDICATORS)
def test_readme_lists_the_indicator_with_its_label_and_unit(code):
    indicator = INDICATORS[code]

    assert f"| `{code}` | {indicator.label} | {indicator.unit} |" in README


@pytest.mark.parametrize("name", SETTINGS)
def test_readme_lists_the_setting(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_readme_points_at_what_exists(path):
    assert (ROOT / path).exists()


def test_readme_has_a_dated_decision_for_each_entry():
    decisions = README.partition("## Decisions")[2]

    entries = re.findall(r"^\* \*\*(.+?) — ", decisions, re.MULTILINE)

    assert entries != []
    assert [entry for entry in entries if not re.fullmatch(r"20\d\d-\d\d-\d\d", entry)] == []
