"""取込: an office's own list becomes consultations, whole or not at all, once."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from consultations.imports.beginning import begin
from consultations.imports.entering import enter
from consultations.models import Client, Consultation, Import

FILES = Path(__file__).parent / "import_files"
OFFICE = (FILES / "office.xlsx").read_bytes()
TICKS = (FILES / "ticks.xls").read_bytes()

pytestmark = pytest.mark.django_db


def remarks(imported):
    return [(row.number, row.state, row.whose, row.remarks) for row in imported.rows.order_by("number")]


def test_try(user):
    lead = user("lead", display_name="主任 みどり")
    imported = begin(OFFICE, "移行のため", lead)
    for each in remarks(imported):
        print(each)
    print(enter(imported, lead))
    for c in Consultation.objects.order_by("pk"):
        print(
            c.consulted_on,
            c.client and (c.client.name, c.client.number, c.client.birth_date),
            c.main_topic,
            [str(t) for t in c.terms.all()],
            c.minutes,
            c.age_band,
            c.visit_type,
            c.staff,
            c.source,
            c.content,
        )
    imported = begin(TICKS, "移行のため", lead)
    for each in remarks(imported):
        print(each)
    print(enter(imported, lead))
    for c in Consultation.objects.order_by("pk")[4:]:
        print(
            c.consulted_on,
            c.client and (c.client.name, c.client.number, c.client.birth_date),
            c.main_topic,
            [str(t) for t in c.terms.all()],
            c.minutes,
            c.age_band,
            c.visit_type,
            c.staff,
            c.source,
            c.content,
        )
    assert 0
