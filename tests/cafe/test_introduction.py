"""橋 as the café leaves it: one press is one person, and whoever pressed reads nothing of it afterwards."""

import re
import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cafe.models import Introduction
from komatsu_support.models import AuditEvent
from tests.access import PAGES, ROLES
from tests.browser import html, typed
from tests.factories import ConsultationFactory, IntroductionFactory, OpenDayFactory, UserFactory
from tests.site import OURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY, YESTERDAY, TOMORROW = date(2025, 5, 8), date(2025, 5, 7), date(2025, 5, 9)
DAY_PAGES = ("detail", "edit", "close", "cancel", "void")


@pytest.fixture
def day():
    """Today's café."""
    return OpenDayFactory(held_on=TODAY)


@pytest.fixture
def me():
    """A coordinator."""
    return UserFactory("coordinator")


def page_of(day):
    return reverse("cafe:openday_detail", args=[day.pk])


def press_of(day):
    return reverse("cafe:introduction_create", args=[day.pk])


def pressed(browser, day, fields=None):
    """One press on the page of the day, or of the fields of one opened earlier; what the page then says."""
    answer = browser.post(press_of(day), fields or typed(browser.get(page_of(day))), follow=True)
    assert answer.redirect_chain == [(page_of(day), 302)]
    return [str(each) for each in answer.context["messages"]]


def left(day, me, submission=None):
    return Introduction.objects.leave(day, by=me, submission=submission or uuid.uuid4())


# -- the verb -----------------------------------------------------------------------------------------------


def test_introduction_is_left_without_anybody(day, me):
    introduction = left(day, me)

    ours = {f.name for f in Introduction._meta.concrete_fields} - {
        *("id", "created_at", "created_by", "updated_at", "updated_by", "version", "submission"),
        *("voided_at", "voided_by", "void_reason"),
    }
    assert ours == {"open_day", "dropped_on", "drop_reason"}
    assert (introduction.open_day, introduction.created_by) == (day, me)
    assert introduction.history.count() == 1
    assert AuditEvent.objects.get(object_type="cafe.introduction").user == me


def test_same_submission_again_is_the_same_introduction(day, me):
    key = uuid.uuid4()

    first, again, other = left(day, me, key), left(day, UserFactory(), key), left(day, me)

    assert again == first
    assert set(Introduction.objects.all()) == {first, other}
    assert first.history.count() == 1


def test_press_that_loses_the_race_answers_the_winner(day, me, monkeypatch):
    key = uuid.uuid4()
    winner = left(day, me, key)
    queryset = type(Introduction.objects.all())
    answers = iter([None, winner])
    monkeypatch.setattr(queryset, "_of", lambda self, submission: next(answers))

    assert left(day, me, key) == winner
    assert Introduction.objects.count() == 1


def test_repeated_submission_is_answered_even_on_a_day_that_was_cancelled_since(day, me):
    key = uuid.uuid4()
    first = left(day, me, key)
    day.cancel("停電のため", by=me)

    assert left(day, me, key) == first


@pytest.mark.parametrize("held_on", [TODAY, YESTERDAY, date(2024, 11, 5)])
def test_introduction_is_left_on_a_day_that_has_come_closed_or_not(me, held_on):
    planned = left(OpenDayFactory(held_on=held_on), me)
    planned.open_day.close({"visitor": 3}, by=me)

    assert left(planned.open_day, me).pk != planned.pk


def test_day_on_which_nobody_can_have_been_there_is_refused_in_words(me):
    coming = OpenDayFactory(held_on=TOMORROW)
    cancelled = OpenDayFactory(held_on=YESTERDAY, state="cancelled")
    voided = OpenDayFactory(held_on=TODAY)
    voided.void("まちがい", by=me)

    refusals = []
    for day in (coming, cancelled, voided):
        with pytest.raises(ValueError, match="。") as refused:
            left(day, me)
        refusals.append(str(refused.value).partition("。")[0])

    assert refusals == ["この日はまだ来ていません", "この日は休止です", "この開催日は取り消されています"]
    assert Introduction.objects.count() == 0


# -- the press ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "counselor", "lead"])
def test_press_says_that_the_counselors_know(login, day, role):
    browser = login(role)

    said = pressed(browser, day)

    assert said == ["相談員に伝わりました。"]
    assert Introduction.objects.get().created_by == browser.user


def test_page_pressed_twice_is_one_person_and_another_load_another(login, day):
    browser = login("coordinator")
    once = typed(browser.get(page_of(day)))

    said = [pressed(browser, day, once), pressed(browser, day, once), pressed(browser, day)]

    assert said == [["相談員に伝わりました。"]] * 3
    assert Introduction.objects.count() == 2


def test_press_without_its_key_leaves_nothing(login, day):
    said = pressed(login("coordinator"), day, {"submission": "読めない"})

    assert said == ["伝わっていません。画面を開き直して、もう一度押してください。"]
    assert Introduction.objects.count() == 0


def test_press_on_a_day_that_was_cancelled_meanwhile_is_refused_in_words(login, day):
    browser = login("coordinator")
    fields = typed(browser.get(page_of(day)))
    day.cancel("停電のため", by=browser.user)

    said = pressed(browser, day, fields)

    assert said == ["この日は休止です。カフェを開いた日の画面から押してください。"]
    assert Introduction.objects.count() == 0


@pytest.mark.parametrize(("role", "offered"), [("coordinator", True), ("manager", False)])
def test_page_of_the_day_offers_the_press_to_those_who_may(login, day, role, offered):
    text = html(login(role).get(page_of(day)))

    form = f'action="/cafe/days/{day.pk}/introductions/new/" data-confirm="相談したい方がいることを、相談員に知らせます。"'
    assert (form in text) == offered
    assert (">相談員につなぐ</button>" in text) == offered


def test_page_of_a_day_to_come_does_not_offer_the_press(login):
    text = html(login("coordinator").get(page_of(OpenDayFactory(held_on=TOMORROW))))

    assert "相談員につなぐ" not in text


# -- the coordinator reads nothing back ---------------------------------------------------------------------


def bare(text):
    """A page without what differs from load to load: the keys of its forms, the token."""
    keys = r'name="(?:csrfmiddlewaretoken|submission)" value="[^"]+"|new:[0-9a-f-]{36}|"X-CSRFToken": "[^"]+"'
    return re.sub(keys, "", text)


def reachable(browser, day):
    """The text of every page of the coordinator that needs no record, and of those of the day."""
    names = [name for name, roles in PAGES.items() if "K" in roles and not name.endswith("_export")]
    addresses = [reverse(f"cafe:openday_{verb}", args=[day.pk]) for verb in DAY_PAGES]
    addresses += [reverse(page.name) for page in OURS if page.name in names and not page.parameters]
    answers = {each: browser.get(each) for each in addresses}
    return {each: bare(html(answer)) for each, answer in answers.items() if answer.status_code == 200}


def test_no_page_of_the_coordinator_changes_by_what_was_left_nor_by_what_became_of_it(login, day):
    browser, counselor = login("coordinator"), UserFactory()
    before = reachable(browser, day)

    waiting, dropped, linked = (left(day, browser.user) for _ in range(3))
    dropped.drop("not_come", on=TODAY, by=counselor)
    ConsultationFactory(introduction=linked, by=counselor)
    after = reachable(browser, day)

    assert {page_of(day), "/", reverse("cafe:openday_list")} < set(before)
    assert [each for each in before if after[each] != before[each]] == []
    assert list(Introduction.objects.waiting()) == [waiting]


def test_coordinator_manager_viewer_and_admin_see_none(day, me):
    left(day, me)

    seen = {role: Introduction.objects.visible_to(UserFactory(role)).count() for role in ROLES.values()}

    assert seen == {"counselor": 1, "lead": 1, "coordinator": 0, "manager": 0, "viewer": 0, "admin": 0}


def test_day_with_introductions_is_taken_back_without_a_word_and_who_waits_still_waits(login, day):
    browser = login("coordinator")
    introduction = left(day, browser.user)

    browser.post(reverse("cafe:openday_void", args=[day.pk]), {"reason": "日付をまちがえた"})

    day.refresh_from_db()
    assert day.is_voided
    assert list(Introduction.objects.waiting()) == [introduction]


# -- what becomes of it -------------------------------------------------------------------------------------


def test_waiting_ends_with_a_talk_or_a_reason_and_begins_again_with_its_end(day, me):
    introduction = IntroductionFactory(day)
    talk = ConsultationFactory(introduction=introduction)
    states = [introduction in Introduction.objects.waiting()]

    talk.void("人ちがい", by=me)
    states.append(introduction in Introduction.objects.waiting())
    introduction.drop("unknown", on=TODAY, by=me)
    states.append(introduction in Introduction.objects.waiting())
    introduction.wait_again(by=me)
    states.append(introduction in Introduction.objects.waiting())

    assert states == [False, True, False, True]
    assert set(Introduction.objects.settled()) == set()


def test_what_a_talk_came_of_is_not_let_go(day, me):
    introduction = IntroductionFactory(day)
    ConsultationFactory(introduction=introduction)

    with pytest.raises(ValueError, match="先にほかの相談記録につながれたか"):
        introduction.drop("not_come", on=TODAY, by=me)

    introduction.refresh_from_db()
    assert introduction.dropped_on is None


def test_reason_is_what_lets_go(day):
    introduction = Introduction(open_day=day, dropped_on=TODAY)

    with pytest.raises(ValidationError, match="相談にならなかった理由を選んでください。"):
        introduction.validate_constraints()


def test_what_was_pressed_by_mistake_is_nobody(day, me):
    meant, mistake = IntroductionFactory(day), IntroductionFactory(day)
    mistake.drop("mistake", on=TODAY, by=me)

    assert list(Introduction.objects.counted()) == [meant]


def test_outcome_is_the_talk_the_reason_or_the_waiting(day, me):
    waiting, dropped, became = IntroductionFactory.create_batch(3, day)
    dropped.drop("declined", on=TODAY, by=me)
    ConsultationFactory(introduction=became)

    outcomes = {each: each.outcome for each in Introduction.objects.with_outcome()}

    assert outcomes == {waiting: "waiting", dropped: "declined", became: "talk"}
