"""The house rules, each with its test."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from komatsu_support.models import Record, RecordQuerySet
from tests.access import OPEN_TO_ALL
from tests.site import OURS

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("komatsu_support", "cafe", "training", "consultations", "referrals", "kpi")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SOURCES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]

NO_PAGE = {
    "current": "a redirect to the running 年度",
    "openday_month_now": "redirects to the running month",
    "openday_unmake": "redirects to its month",
    "statistics_current": "a redirect to the running 年度",
    "papercount_next": "a redirect to the sheet of the next day",
    "draft_save": "answers a line",
    "draft_discard": "redirects",
    "screen_hide": "redirects",
    "screen_show": "redirects",
    "calendar_generate": "redirects",
    "user_unlock": "redirects",
    "target_copy": "redirects",
    "healthz": "answers JSON",
    "referral_approve": "redirects",
    "disposal_approve": "redirects",
    "duplicate_dismiss": "redirects",
    "breakglass_review": "redirects",
    "breakglass_end": "redirects",
    "protection_check": "redirects",
    "document_download": "answers a file",
    "appointment_miss": "redirects",
    "appointment_restore": "redirects",
    "handover_today": "redirects to the sheet of today",
    "handover_receive": "redirects",
    "flyer_current": "a redirect to the flyer of this month",
    "flyer_calendar": "answers a file",
    "feed_show": "answers a calendar",
    "introduction_create": "redirects",
    "introduction_restore": "redirects",
    "import_template": "a file",
    "import_corrected": "a file",
    "import_check": "answers a fragment, or redirects",
    "import_confirm": "redirects",
    "import_abandon": "redirects",
    "idea_vote": "redirects",
    "idea_unvote": "redirects",
    "idea_resume": "redirects",
    "tablet_create": "redirects to the counter",
    "openday_taps": "answers JSON",
    "tally_worker": "answers a script",
}
NO_RECORD = {
    "komatsu_support.user": "Django's account, with its own form and trail",
    "komatsu_support.auditevent": "the trail itself",
    "komatsu_support.trailhead": "the trail's last row",
    "komatsu_support.draft": "not yet a record; private, and gone on submit",
    "komatsu_support.termlabel": "written by Term.rename alone",
    "consultations.searchtail": "the search box's index, follows from the files: written by Client.save alone",
    "consultations.documentfile": "written by Document.keep alone, with its document",
    "consultations.importrow": "not yet records; private, and gone once confirmed, abandoned or a day old",
    "cafe.attendance": "written by OpenDay.close alone",
    "cafe.ageheads": "written by OpenDay.close alone",
    "cafe.tap": "an event row with its own key, of nobody; the closing decides",
    "cafe.ideavote": "one press, of nobody",
}


@pytest.mark.parametrize("spot", OURS, ids=lambda spot: spot.name)
def test_page_has_one_name_for_url_and_view(spot):
    assert spot.view.__name__ == spot.url_name


@pytest.mark.parametrize("spot", OURS, ids=lambda spot: spot.name)
def test_page_has_a_template_of_its_name_or_the_kernels(spot):
    verb = spot.url_name.rpartition("_")[2]
    if spot.url_name in NO_PAGE or verb == "export":
        return
    folder = f"{spot.folder}/" if spot.folder else ""
    kernel = {"create": "record_form", "edit": "record_form"}.get(verb, f"record_{verb}")

    found = [name for name in (f"{folder}{spot.url_name}.html", f"{kernel}.html") if _exists(name)]

    assert found != []


def _exists(template: str) -> bool:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return False
    return True


@pytest.mark.parametrize("spot", [p for p in OURS if p.name not in OPEN_TO_ALL], ids=lambda spot: spot.name)
def test_page_names_the_permission_it_asks_for(spot):
    assert spot.view.permissions


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_script_style_or_handler(path):
    text = re.sub(r"{#.*?#}", "", path.read_text())

    found = re.findall(
        r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>|<style\b|\sstyle=|\son[a-z]+=|javascript:", text
    )

    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_asks_nothing_of_another_server(path):
    assert re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", path.read_text()) == []


@pytest.mark.parametrize("path", sorted((ROOT / "static").glob("*.css")), ids=lambda path: path.name)
def test_stylesheet_closes_every_block_before_the_next_section(path):
    depth = 0
    unclosed = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("/*") and depth:
            unclosed.append(number)
        depth += line.count("{") - line.count("}")

    assert (unclosed, depth) == ([], 0)


@pytest.mark.parametrize(
    "model", [m for p in PACKAGES for m in apps.get_app_config(p).get_models()], ids=lambda m: m._meta.label
)
def test_model_is_a_record_or_says_why_not(model):
    if model.__name__.startswith("Historical"):
        return

    assert issubclass(model, Record) or model._meta.label_lower in NO_RECORD


RECORDS = [m for m in apps.get_models() if issubclass(m, Record)]


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m._meta.label)
def test_record_is_closed_to_a_user_without_a_role(model, user, db):
    nobody = user("")

    assert isinstance(model.objects.all(), RecordQuerySet)
    assert list(model.objects.visible_to(nobody)) == []
    assert type(model.objects.all()).visible_to is not RecordQuerySet.visible_to


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m._meta.label)
def test_foreign_keys_protect_what_they_point_at(model):
    keys = [f for f in model._meta.get_fields() if isinstance(f, models.ForeignKey)]

    assert {
        f.name: f.remote_field.on_delete for f in keys if f.remote_field.on_delete is not models.PROTECT
    } == {}


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m._meta.label)
def test_model_leaves_order_to_its_querysets(model):
    assert model._meta.ordering == []


PAST_THE_DOOR = {"update", "bulk_update", "bulk_create", "delete", "update_or_create", "raw"}
MAY_WRITE_IN_BULK = {
    "komatsu_support/models/record.py": "the door itself: claims a version, writes ticked boxes",
    "komatsu_support/models/calendar.py": "a year of days at once, with one event in the trail",
    "komatsu_support/models/term.py": "Term.rename keeps the former label",
    "consultations/models/document.py": "a disposal removes the paper",
    "komatsu_support/models/disposal.py": "a disposal empties the history too, and nothing else does",
    "komatsu_support/audit.py": "the trail's own door: many events in one go",
    "consultations/models/imported.py": "the rows of a file are no records yet",
    "consultations/imports/checking.py": "the rows of a file are no records yet",
    "komatsu_support/forms/record.py": "a draft's end; dictionaries",
    "komatsu_support/views/drafts.py": "drafts are no records",
    "komatsu_support/views/users.py": "a lost second factor",
    "consultations/models/search.py": "the index of the search box, no record",
    "cafe/models/tally.py": "taps are no records",
    "cafe/models/idea.py": "votes are no records",
    "cafe/models/openday.py": "OpenDay.close replaces the day's heads; their history is in the day's",
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_writes_no_record_past_the_door(path):
    name = str(path.relative_to(ROOT))
    if name in MAY_WRITE_IN_BULK or "management" in path.parts:
        return
    calls = [
        f"{node.func.attr} in line {node.lineno}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PAST_THE_DOOR
    ]

    assert [call for call in calls if not _harmless(path, call)] == []


def _harmless(path: Path, call: str) -> bool:
    """`update` of a dictionary: the line names no queryset."""
    line = path.read_text().splitlines()[int(call.rpartition(" ")[2]) - 1]
    return call.startswith("update ") and "objects" not in line and "filter(" not in line


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_of_a_size_a_reader_likes(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is(path):
    text = path.read_text()

    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_takes_today_from_the_office_clock(path):
    assert re.findall(r"\b(?:date\.today|datetime\.utcnow|datetime\.now)\((?!UTC)", path.read_text()) == []


def test_no_module_has_a_name_that_says_nothing():
    empty_words = {"utils", "helpers", "services", "managers", "common"}

    assert [path.name for path in SOURCES if path.stem in empty_words] == []


@pytest.mark.parametrize("path", sorted((ROOT / "static").glob("*.css")), ids=lambda path: path.name)
def test_every_section_of_a_stylesheet_stands_outside_of_any_block(path):
    rules = re.sub(r"(?<!^)/\*.*?\*/", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    sections = re.split(r"^(?=/\*)", rules, flags=re.MULTILINE)

    assert [each[:60] for each in sections if each.count("{") != each.count("}")] == []
