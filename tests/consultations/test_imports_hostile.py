"""Hostile files: each is answered soon, in Japanese, with little memory, and nothing is stored."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.models import Client, Consultation, Import, ImportRow
from komatsu_support.reading import Unreadable, guard, read_workbook
from komatsu_support.reading.guard import Refused
from komatsu_support.reading.limits import MEMORY
from tests.browser import html
from tests.consultations.hostile_files import everything

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits on memory and /proc are Linux's")
FILES = everything()
QUICK = [
    "empty", "png", "csv", "truncated", "zip bomb", "lying size", "lying a little", "billion laughs", "external entity",
    "cell far to the right", "deep nesting", "locked workbook", "macros", "not a number", "formula", "script in a cell",
]  # fmt: skip
SECONDS, MEGABYTES = 5, 150
ROOT = Path(__file__).parents[2]
MEASURED = """
import re, sys
from pathlib import Path
from komatsu_support.reading.child import main
main()
sys.stderr.write(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])
"""
JAPANESE = re.compile("[ぁ-ん].*。")


def chosen(name):
    """The fields of the page with the file."""
    return {"file": SimpleUploadedFile("一覧.xlsx", FILES[name]), "reason": "移行のため"}


def peak(data):
    """Megabytes the child used at most; one that died reached no more than its limit."""
    child = subprocess.run([sys.executable, "-c", MEASURED], input=data, capture_output=True, cwd=ROOT)
    return int(child.stderr) / 1024 if child.returncode == 0 else MEMORY / 1024**2


def check(login, name):
    browser = login("counselor")
    began = time.monotonic()

    answer = browser.post(reverse("consultations:import_create"), chosen(name), follow=True)

    took = time.monotonic() - began
    if answer.redirect_chain:
        said = [sentence for row in ImportRow.objects.filter(state="wrong") for _, sentence in row.remarks]
    else:
        assert answer.status_code == 422
        assert Import.objects.count() == 0
        said = [str(sentence) for sentence in answer.context["form"].errors["file"]]
    assert said != []
    assert [sentence for sentence in said if not JAPANESE.search(sentence)] == []
    assert "<script>alert" not in html(answer)
    assert (Consultation.objects.count(), Client.objects.count()) == (0, 0)
    assert took <= SECONDS, took
    assert peak(FILES[name]) <= MEGABYTES


def test_there_are_thirty_and_more_of_them():
    assert len(FILES) >= 30


@pytest.mark.django_db
@pytest.mark.parametrize("name", QUICK)
def test_hostile_file_is_answered_and_stores_nothing(login, name):
    check(login, name)


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(FILES) - set(QUICK)))
def test_every_other_hostile_file_is_answered_and_stores_nothing(login, name):
    if os.environ.get("PROVE") != "full":
        pytest.skip("the rest of the hostile files: make prove")

    check(login, name)


@pytest.mark.parametrize(
    "name",
    [
        "billion laughs",
        "external entity",
        "external document type",
        "lying a little",
        "archive inside",
        "utf-16 sheet",
        "same part twice",
    ],
)
def test_trick_is_refused_before_the_file_is_parsed(name):
    with pytest.raises(Refused, match="表には要らない仕掛けが含まれています。"):
        guard.check(FILES[name])


def test_child_that_gets_past_the_guard_dies_alone(monkeypatch):
    monkeypatch.setattr("komatsu_support.reading._ARGUMENTS", ("-c", "x = bytearray(10**12)"))

    with pytest.raises(Unreadable, match="読み取りをやめました。"):
        read_workbook(b"PK")


def test_child_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr("komatsu_support.reading._ARGUMENTS", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr("komatsu_support.reading.SECONDS", 0.5)
    began = time.monotonic()

    with pytest.raises(Unreadable, match="読み取りをやめました。"):
        read_workbook(b"PK")

    assert time.monotonic() - began < SECONDS


def test_child_knows_no_secret_of_the_server(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "himitsu")
    tell = "import json, os; print(json.dumps({'refusal': os.environ.get('SECRET_KEY', 'none')}))"
    monkeypatch.setattr("komatsu_support.reading._ARGUMENTS", ("-c", tell))

    with pytest.raises(Unreadable, match=r"^none$"):
        read_workbook(b"PK")
