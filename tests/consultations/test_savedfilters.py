"""保存した条件: each person's own, applied by a link, one of them opening the list."""

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from consultations.forms import SavedFilterForm
from consultations.models import SavedFilter
from komatsu_support.models import AuditEvent, Role, StaleVersion
from tests.browser import html, typed
from tests.factories import ConsultationFactory, SavedFilterFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/consultations/"


def url(name, *args):
    """A page of saved filters."""
    return reverse(f"consultations:savedfilter_{name}", args=args)


def keep(browser, query, **fields):
    """Save the answers of the list under a name."""
    address = f"{url('create')}?{query}"
    return browser.post(address, typed(browser.get(address), **{"name": "よく見る条件", **fields}))


@time_machine.travel("2025-06-02T01:00:00Z")
def test_answers_are_kept_and_applied_by_a_link(login):
    browser = login()

    answer = keep(browser, "year=2024&dv=current&urgency=&page=3&name=秘密")
    shown = html(browser.get(f"{LIST}?year=2025"))

    kept = SavedFilter.objects.get()
    assert (kept.owner, kept.query) == (browser.user, "year=2024&dv=current")
    assert answer["Location"] == f"{LIST}?year=2024&dv=current"
    assert '<a href="?year=2024&amp;dv=current">よく見る条件</a>' in shown


@time_machine.travel("2025-06-02T01:00:00Z")
def test_list_of_this_year_is_kept_as_that_of_any_year(login):
    keep(login(), "year=2025&dv=current")

    assert SavedFilter.objects.get().query == "dv=current"


@pytest.mark.parametrize("query", ["", "year=2024", "client=R6-0001", "dv=maybe", "since=きのう&dv=current"])
def test_nothing_is_kept_that_the_bar_does_not_ask_or_cannot_read(login, query):
    answer = keep(login(), query)

    assert answer.status_code == 422
    assert "相談一覧で絞り込んでから、条件を保存してください。" in html(answer)
    assert SavedFilter.objects.count() == 0


def test_saving_stands_in_the_trail(login):
    browser = login()

    keep(browser, "dv=current")

    event = AuditEvent.objects.filter(object_type="consultations.savedfilter").get()
    assert (event.user, event.action, event.object_id) == (
        browser.user,
        "create",
        SavedFilter.objects.get().pk,
    )


def test_saved_filter_of_another_does_not_exist_for_me(login):
    browser, others = login(), SavedFilterFactory(UserFactory(), name="となりの条件", is_default=True)

    opened = [browser.get(url(verb, others.pk)).status_code for verb in ("edit", "void")]
    lists = [html(browser.get(address)) for address in (LIST, url("list"))]

    assert opened == [404, 404]
    assert ["となりの条件" in text for text in lists] == [False, False]


def test_list_opens_with_ones_default_and_only_without_a_question(login):
    browser = login()
    SavedFilterFactory(browser.user, query="urgency=high", is_default=True)

    bare, asked = browser.get(LIST), browser.get(f"{LIST}?year=2025")

    assert (bare.status_code, bare["Location"]) == (302, f"{LIST}?urgency=high")
    assert asked.status_code == 200


def test_new_default_takes_the_place_of_the_former(login):
    browser = login()
    former = SavedFilterFactory(browser.user, is_default=True)
    others = SavedFilterFactory(UserFactory(), is_default=True)

    keep(browser, "dv=current", is_default="on")

    standing = SavedFilter.objects.filter(is_default=True).exclude(pk=others.pk)
    former.refresh_from_db()
    assert [each.query for each in standing] == ["dv=current"]
    assert (former.is_default, former.version) == (False, 2)


def test_saved_filter_is_renamed_and_taken_off(login):
    browser = login()
    saved = SavedFilterFactory(browser.user, query="dv=current")
    page = browser.get(url("edit", saved.pk))

    browser.post(url("edit", saved.pk), typed(page, name="DV いま"))
    renamed = SavedFilter.objects.get()
    answer = browser.post(url("void", saved.pk), {"reason": "もう使わない"})

    assert (renamed.name, renamed.query) == ("DV いま", "dv=current")
    assert answer["Location"] == url("list")
    assert SavedFilter.objects.standing().count() == 0
    assert "DV いま" not in html(browser.get(f"{LIST}?year=2025"))


def test_same_name_twice_is_refused_at_the_field(login):
    browser = login()
    SavedFilterFactory(browser.user, name="よく見る条件")

    answer = keep(browser, "dv=current")

    assert answer.context["form"].errors == {
        "name": ["同じ名前の条件があります。別の名前を入力してください。"]
    }


def test_list_of_saved_filters_says_them_in_words(login):
    browser = login()
    SavedFilterFactory(browser.user, query="year=2024&dv=current&urgency=high")

    ((_, words),) = browser.get(url("list")).context["saved"]

    assert words == "令和6年度（2024年度）、緊急度 高、DV 現在あり"


def test_talks_of_a_colleague_who_does_another_job_now_are_still_asked_for(login, user):
    browser, colleague = login(), user()
    SavedFilterFactory(browser.user, query=f"year=all&staff={colleague.pk}", is_default=True)
    ConsultationFactory(staff=colleague)
    ConsultationFactory()
    colleague.role = Role.MANAGER
    colleague.save()

    assert browser.get(LIST, follow=True).context["total"] == 1


def test_opening_filter_changed_at_the_same_moment_asks_for_another_press(user, monkeypatch):
    """Two tabs of one person on PostgreSQL: the former one is saved by both."""
    me = user()
    former, save = SavedFilterFactory(me, is_default=True), SavedFilter.save

    def too_late(record, *args, **fields):
        if record.pk == former.pk:
            raise StaleVersion
        save(record, *args, **fields)

    monkeypatch.setattr(SavedFilter, "save", too_late)
    form = SavedFilterForm(QueryDict("name=つぎ&query=urgency%3Dhigh&is_default=on"), by=me)

    assert (form.saved(), form.status) == (None, 422)
    assert [str(each) for each in form.non_field_errors()] == [
        "関係する記録が、ほかの人によって同時に更新されました。もう一度登録を押してください。"
    ]
