"""Drafts: kept on the server, private, offered where they were typed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from komatsu_support.models import AuditEvent, Draft
from tests.browser import typed
from tests.factories import OfficeDayFactory

pytestmark = pytest.mark.django_db
SAVE = "/drafts/"
FORM = "komatsu_support.views.terms.TermForm"


def keep(browser, key="new:1", form=FORM, page="/terms/new/", **fields):
    """Let the autosave of a form run."""
    return browser.post(SAVE, {"draft_form": form, "draft_key": key, "draft_page": page, **fields})


@time_machine.travel("2025-06-02T05:03:00Z")
def test_saving_answers_the_time_in_this_office(login):
    answer = keep(login("admin"), label="書きかけ")

    assert (answer.status_code, answer.content.decode()) == (200, "下書き保存 14:03")


def test_draft_keeps_every_field_as_typed_and_no_token(login):
    admin = login("admin")

    keep(admin, label="書き\r\nかけ ", topics=["1", "2"], csrfmiddlewaretoken="secret-token")

    draft = Draft.objects.get()
    assert draft.data == {"label": ["書き\r\nかけ "], "topics": ["1", "2"]}
    assert (draft.user, draft.form, draft.key, draft.page) == (admin.user, FORM, "new:1", "/terms/new/")


def test_next_save_of_the_same_form_replaces_the_draft(login):
    admin = login("admin")

    keep(admin, label="書き")
    keep(admin, label="書きかけ")

    assert Draft.objects.get().data == {"label": ["書きかけ"]}


def test_two_new_records_have_two_drafts(login):
    admin = login("admin")

    keep(admin, key="new:1", label="一つ目")
    keep(admin, key="new:2", label="二つ目")

    assert sorted(draft.data["label"] for draft in Draft.objects.all()) == [["一つ目"], ["二つ目"]]


@pytest.mark.parametrize("missing", ["draft_form", "draft_key"])
def test_fields_of_no_form_are_refused(login, missing):
    fields = {"draft_form": FORM, "draft_key": "new:1", "label": "書きかけ"}

    answer = login("admin").post(SAVE, {**fields, missing: ""})

    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_draft_is_of_the_person_who_typed_it(login):
    mine, hers = login("admin"), login("admin")

    keep(hers, label="彼女の書きかけ")
    keep(mine, label="私の書きかけ")

    assert Draft.objects.visible_to(mine.user).get().data == {"label": ["私の書きかけ"]}


def test_draft_of_somebody_else_is_neither_offered_nor_resumed(login):
    mine, hers = login("admin"), login("admin")
    keep(hers, label="彼女の書きかけ")

    offered = mine.get(reverse("term_create"))
    resumed = mine.get(reverse("term_create"), {"draft": Draft.objects.get().pk})

    assert list(offered.context["drafts"]) == []
    assert typed(resumed)["label"] == [""]


def test_draft_of_somebody_else_is_not_thrown_away(login):
    mine, hers = login("admin"), login("admin")
    keep(hers, label="彼女の書きかけ")

    answer = mine.post(reverse("draft_discard", args=[Draft.objects.get().pk]))

    assert answer.status_code == 404
    assert Draft.objects.exists()


def test_own_draft_is_thrown_away_and_leads_back_to_its_page(login):
    admin = login("admin")
    keep(admin, page="/terms/new/?from=list", label="書きかけ")

    answer = admin.post(reverse("draft_discard", args=[Draft.objects.get().pk]))

    assert (answer.status_code, answer.url) == (302, "/terms/new/?from=list")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "address", ["https://example.com/", "//example.com/", "javascript:alert(1)", "\\\\example.com", ""]
)
def test_thrown_away_draft_never_leads_out_of_the_office(login, address):
    admin = login("admin")
    keep(admin, page=address, label="書きかけ")

    answer = admin.post(reverse("draft_discard", args=[Draft.objects.get().pk]))

    assert answer.url == "/"


def test_draft_is_offered_only_on_the_record_it_was_typed_on(login):
    admin = login("admin")
    first, second = OfficeDayFactory(date(2025, 6, 2)), OfficeDayFactory(date(2025, 6, 3))
    url = reverse("officeday_edit", args=[first.pk])
    admin.post(SAVE, typed(admin.get(url), reason="書きかけ"))

    here = admin.get(url)
    elsewhere = admin.get(reverse("officeday_edit", args=[second.pk]))
    on_a_new_one = admin.get(reverse("term_create"))

    assert list(here.context["drafts"]) == [Draft.objects.get()]
    assert [list(page.context["drafts"]) for page in (elsewhere, on_a_new_one)] == [[], []]


def test_draft_of_another_record_is_not_resumed_here(login):
    admin = login("admin")
    first, second = OfficeDayFactory(date(2025, 6, 2)), OfficeDayFactory(date(2025, 6, 3))
    admin.post(SAVE, typed(admin.get(reverse("officeday_edit", args=[first.pk])), reason="書きかけ"))

    page = admin.get(reverse("officeday_edit", args=[second.pk]), {"draft": Draft.objects.get().pk})

    assert typed(page)["reason"] == [""]


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "９", "9" * 40, ""])
def test_draft_number_that_is_none_shows_the_empty_form(login, number):
    answer = login("admin").get(reverse("term_create"), {"draft": number})

    assert answer.status_code == 200
    assert typed(answer)["label"] == [""]


def test_fifty_drafts_are_kept_and_the_oldest_goes(login):
    admin, other = login("admin"), login("admin")
    keep(other, label="ほかの人の")
    with time_machine.travel(datetime(2025, 6, 2, tzinfo=UTC), tick=False) as clock:
        admin.force_login(admin.user)
        for number in range(51):
            keep(admin, key=f"new:{number}", label="書きかけ")
            clock.shift(timedelta(seconds=1))

    kept = set(Draft.objects.visible_to(admin.user).values_list("key", flat=True))
    assert kept == {f"new:{number}" for number in range(1, 51)}
    assert Draft.objects.visible_to(other.user).count() == 1


def test_draft_leaves_no_word_in_the_trail_or_in_the_log(login, caplog):
    caplog.set_level("INFO")

    keep(login("admin"), label="架空 花子の秘密")

    assert not AuditEvent.objects.exists()
    assert "秘密" not in caplog.text


def test_typing_is_saved_in_few_queries(login, django_assert_max_num_queries):
    admin = login("admin")
    keep(admin, label="書き")

    with django_assert_max_num_queries(12):
        keep(admin, label="書きかけ")
