"""新規・継続・再来: the rule, and that every talk stays true to it whatever happens before it in time."""

from datetime import date, time, timedelta

import pytest
from crispy_forms.utils import render_crispy_form
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.forms import CaseChangeForm, ConsultationForm
from consultations.models import Consultation, settle_visits
from consultations.models.visits import BY_OTHERS, Episode, is_silence, visit_type
from komatsu_support.models import AuditEvent
from tests.browser import typed_in
from tests.factories import CaseFactory, ClientFactory, ConsultationFactory, UserFactory, term

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = date(2025, 5, 7), date(2025, 6, 1), date(2025, 7, 1)


@pytest.fixture
def me():
    """A counselor."""
    return UserFactory()


@pytest.fixture
def client():
    """Somebody who talks."""
    return ClientFactory()


def types(client):
    """新規・継続・再来 of her counted talks as stored, in the order of their days."""
    talks = Consultation.objects.counted().filter(client=client)
    return list(talks.order_by("consulted_on", "started_at", "pk").values_list("visit_type", flat=True))


def on_form(me, instance=None, **changes):
    """A talk saved by its form."""
    if instance is None:
        changes = {"method": term("method", "phone").pk, "main_topic": term("topic", "mental").pk, **changes}
    else:
        instance = Consultation.objects.get(pk=instance.pk)
    fields = typed_in(ConsultationForm(by=me, instance=instance), **changes)
    form = ConsultationForm(fields, by=me, instance=instance)
    saved = form.saved()
    assert saved is not None, form.errors
    return saved


# -- the rule -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "day", "silent"),
    [
        (date(2024, 5, 7), date(2025, 5, 6), False),
        (date(2024, 5, 7), date(2025, 5, 7), True),
        (date(2023, 3, 1), date(2024, 2, 29), False),  # 365 days, and a day short of twelve months
        (date(2023, 3, 1), date(2024, 3, 1), True),
        (date(2024, 2, 29), date(2025, 2, 27), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2023, 2, 28), date(2024, 2, 28), True),
    ],
)
def test_silence_is_twelve_calendar_months(last, day, silent):
    assert is_silence(last, day) == silent


@pytest.mark.parametrize(
    ("day", "last", "episodes", "expected"),
    [
        (JULY, None, [Episode(MAY, JUNE, True)], "new"),
        (JULY, MAY, [], "continuing"),
        (JULY, MAY, [Episode(MAY, JUNE, True)], "returning"),
        (JULY, MAY, [Episode(MAY, JUNE, False)], "continuing"),
        (JUNE, MAY, [Episode(MAY, JUNE, True)], "continuing"),  # the talk on the day of the end belongs to it
        (JULY, JUNE, [Episode(MAY, JUNE, True)], "returning"),  # … and the next one is after it
        (JULY, date(2025, 6, 2), [Episode(MAY, JUNE, True)], "continuing"),
        (JULY, MAY, [Episode(MAY, JUNE, True), Episode(JUNE, None, False)], "continuing"),
        (JULY, MAY, [Episode(MAY, JUNE, True), Episode(JUNE, JULY, True)], "continuing"),
        (JULY, MAY, [Episode(MAY, JUNE, True), Episode(JULY, None, False)], "returning"),
        (date(2026, 5, 7), MAY, [Episode(MAY, None, False)], "returning"),
    ],
)
def test_rule_says_what_a_talk_is(day, last, episodes, expected):
    assert visit_type(day, last, episodes) == expected


def test_talks_of_one_day_stand_in_the_order_of_their_times(client):
    ConsultationFactory(client=client, consulted_on=MAY, started_at=time(14, 0))
    ConsultationFactory(client=client, consulted_on=MAY, started_at=None)
    morning = ConsultationFactory(client=client, consulted_on=MAY, started_at=time(9, 0))

    settle_visits(client, by=UserFactory())

    assert Consultation.objects.get(visit_type="new") == morning
    assert sorted(types(client)) == ["continuing", "continuing", "new"]


def test_episode_undone_by_a_reopening_is_still_an_end_for_the_past(client, me):
    case = CaseFactory(client, opened_on=MAY, closed_on=JUNE)

    case.reopen(on=JULY, reason="また電話があった", by=me)

    assert list(client.cases.all().episodes()) == [Episode(MAY, JUNE, True), Episode(JULY, None, False)]


# -- settled anew -------------------------------------------------------------------------------------------


def test_talk_added_before_the_first_takes_its_place(client, me):
    first = on_form(me, client=client.number, consulted_on="R7.6.1")

    on_form(me, client=client.number, consulted_on="R7.5.7")

    first.refresh_from_db()
    assert types(client) == ["new", "continuing"]
    assert (first.version, first.history.latest().visit_type) == (2, "continuing")
    event = AuditEvent.objects.filter(object_type="consultations.consultation").latest("number")
    assert (event.object_id, event.fields, event.basis) == (first.pk, ["visit_type"], BY_OTHERS)
    assert (event.user, event.subject_id) == (me, client.pk)


def test_latest_talk_touches_no_other(client, me):
    first = on_form(me, client=client.number, consulted_on="R7.5.7")

    on_form(me, client=client.number, consulted_on="R7.6.1")

    first.refresh_from_db()
    assert (first.version, types(client)) == (1, ["new", "continuing"])


def test_talk_moved_in_time_settles_the_others(client, me):
    first = on_form(me, client=client.number, consulted_on="R7.5.7")
    on_form(me, client=client.number, consulted_on="R7.6.1")

    on_form(me, first, consulted_on="R7.7.1")

    assert types(client) == ["new", "continuing"]


def test_talk_given_to_another_client_settles_both(client, me):
    other = ClientFactory()
    first = on_form(me, client=client.number, consulted_on="R7.5.7")
    on_form(me, client=client.number, consulted_on="R7.6.1")
    on_form(me, client=other.number, consulted_on="R7.6.1")

    on_form(me, first, client=other.number)

    assert (types(client), types(other)) == (["new"], ["new", "continuing"])


def test_voided_talk_leaves_its_place_to_the_next(client, me):
    first = on_form(me, client=client.number, consulted_on="R7.5.7")
    on_form(me, client=client.number, consulted_on="R7.6.1")

    first.void("二重に登録した", by=me)

    assert types(client) == ["new"]


def test_talk_left_out_of_the_count_leaves_its_place_to_the_next(client, me):
    first = on_form(me, client=client.number, consulted_on="R7.5.7")
    on_form(me, client=client.number, consulted_on="R7.6.1")

    on_form(me, first, is_countable=None, not_countable_reason="問い合わせのみ")

    assert types(client) == ["new"]


def test_talk_left_out_by_its_usual_reason_leaves_its_place_to_the_next(client, me):
    first = on_form(me, client=client.number, consulted_on="R7.5.7")
    on_form(me, client=client.number, consulted_on="R7.6.1")

    on_form(me, first, usual_reason="間違い電話")  # 「件数に数える」 stays ticked where no script unticks it

    assert types(client) == ["new"]


def test_corrected_talk_keeps_its_type_whatever_happens_before(client, me):
    first = on_form(
        me,
        client=client.number,
        consulted_on="R7.6.1",
        visit_type="returning",
        visit_type_reason="ほかの市で相談していた",
    )

    on_form(me, client=client.number, consulted_on="R7.5.7")

    first.refresh_from_db()
    assert (first.visit_type, first.version) == ("returning", 1)


def test_case_closed_after_the_fact_makes_the_next_talk_returning(client, me):
    case = CaseFactory(client, opened_on=MAY)
    on_form(me, client=client.number, consulted_on="R7.5.7")
    on_form(me, client=client.number, consulted_on="R7.7.1")
    end = {"status": "closed", "closed_on": "R7.6.1", "close_reason": "wish"}

    CaseChangeForm(typed_in(CaseChangeForm(by=me, instance=case), **end), by=me, instance=case).saved()

    assert types(client) == ["new", "returning"]


def test_reopened_case_keeps_the_returning_that_brought_her_back(client, me):
    case = CaseFactory(client, opened_on=MAY, closed_on=JUNE)
    for day in (MAY, JULY, JULY + timedelta(days=7)):
        ConsultationFactory(client=client, consulted_on=day)
    before = types(client)

    case.reopen(on=JULY, reason="また電話があった", by=me)

    assert (before, types(client)) == (["new", "returning", "continuing"],) * 2


def test_case_reopened_before_she_talked_again_goes_on(client, me):
    case = CaseFactory(client, opened_on=MAY, closed_on=JUNE)
    for day in (MAY, JULY):
        ConsultationFactory(client=client, consulted_on=day)

    case.reopen(on=JUNE, reason="まちがえて終結にした", by=me)

    assert types(client) == ["new", "continuing"]


def test_voided_case_was_no_end(client, me):
    case = CaseFactory(client, opened_on=MAY, closed_on=JUNE)
    for day in (MAY, JULY):
        ConsultationFactory(client=client, consulted_on=day)

    case.void("別の方のものだった", by=me)

    assert types(client) == ["new", "continuing"]


def test_settling_says_how_many_it_changed_and_changes_nothing_twice(client, me):
    for day in (MAY, JUNE, JULY):
        ConsultationFactory(client=client, consulted_on=day, visit_type="new")

    changed = [settle_visits(client, by=me) for _ in range(2)]

    assert changed == [2, 0]


DAYS = st.dates(date(2023, 1, 1), date(2025, 12, 31))


@given(days=st.lists(DAYS, min_size=1, max_size=5), ends=st.lists(st.tuples(DAYS, DAYS), max_size=2))
@settings(max_examples=20, deadline=None)
def test_talks_written_down_in_any_order_are_as_if_written_in_order(django_db_blocker, days, ends):
    me, here, there = UserFactory(), ClientFactory(), ClientFactory()
    for client in (here, there):
        for opened_on, closed_on in map(sorted, ends):
            CaseFactory(client, opened_on=opened_on, closed_on=closed_on)

    for day in days:
        on_form(me, client=here.number, consulted_on=day.isoformat())
    for day in sorted(days):
        on_form(me, client=there.number, consulted_on=day.isoformat())

    assert types(here) == types(there)
    assert settle_visits(here, by=me) == 0


def test_form_shows_the_rule_and_what_it_says_now(client, me):
    talk = on_form(me, client=client.number)

    page = render_crispy_form(ConsultationForm(by=me, instance=talk))

    assert "記録から決める（いまは新規）" in page
