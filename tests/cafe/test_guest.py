"""札名 and 担い手: who is taken for whom, who was there, and every figure of those who carry the café."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from cafe.carriers import Carried, Crossing, by_month, carried, crossing
from cafe.models import Contribution, Visit, Visitor
from cafe.statistics import statistics_of
from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import AuditEvent, dispose_of
from komatsu_support.models.record import DISPOSED
from tests.factories import (
    ContributionFactory,
    EventFactory,
    OpenDayFactory,
    UserFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
YEAR = fiscal_year(2025)


def held(on, **fields):
    """A day closed as held."""
    return OpenDayFactory(held_on=on, heads={"visitor": 9, "user_planner": 3}, **fields)


def names(visitors):
    return [each.name for each in visitors]


# --- 札名


def test_guests_stand_in_the_order_of_the_gojuon_and_unread_ones_last():
    for name, kana in [("桜", ""), ("ひまわり", ""), ("月", "ツキ"), ("あんず", ""), ("オーノ", "")]:
        VisitorFactory(name=name, kana=kana)

    assert names(Visitor.objects.in_order()) == ["あんず", "オーノ", "月", "ひまわり", "桜"]


def test_name_whose_letters_are_words_fits_its_key():
    assert len(VisitorFactory(name="㌖" * 30, kana="").kana_key) == 100


def test_who_came_most_of_late_stands_first():
    often, once, long_ago = VisitorFactory(name="い"), VisitorFactory(name="あ"), VisitorFactory(name="う")
    for day in (1, 2):
        VisitFactory(often, held(date(2025, 5, day)))
    VisitFactory(once, OpenDayFactory(held_on=date(2025, 4, 1)))
    for day in (1, 2, 3):
        VisitFactory(long_ago, OpenDayFactory(held_on=date(2024, 5, day)))

    listed = Visitor.objects.often_first()

    assert [(each.name, each.times) for each in listed] == [("い", 2), ("あ", 1), ("う", 0)]


def test_visit_taken_back_is_no_coming_often():
    visitor = VisitorFactory()
    VisitFactory(visitor, held(date(2025, 5, 1))).void("押し間違い", by=UserFactory())

    assert Visitor.objects.often_first().get().times == 0


@pytest.mark.parametrize(
    ("name", "kana"),
    [("ヒマワリ", ""), ("ﾋﾏﾜﾘ", ""), ("向日葵", "ひまわり"), ("ひまわり", ""), ("ビマワリ", "")],
)
def test_guest_is_taken_for_one_who_sounds_or_looks_the_same(name, kana):
    known = VisitorFactory(name="ひまわり", kana="")
    VisitorFactory(name="さくら", kana="")

    assert Visitor.objects.alike(name, kana) == [known]


def test_guest_without_a_reading_is_taken_for_one_of_the_same_looks():
    known = VisitorFactory(name="髙橋屋", kana="")

    assert Visitor.objects.alike("高橋屋") == [known]
    assert Visitor.objects.alike("高橋") == []


def test_same_name_is_refused_while_the_other_stands():
    first = VisitorFactory(name="さくら")

    with pytest.raises(IntegrityError, match=r"visitor_name_once|UNIQUE"):
        VisitorFactory(name="さくら")
    assert list(Visitor.objects.all()) == [first]


def test_name_is_free_again_once_the_other_was_voided():
    VisitorFactory(name="さくら").void("取り違え", by=UserFactory())

    assert VisitorFactory(name="さくら").pk


# --- visits


def test_guests_are_welcomed_once_however_often_it_is_sent():
    day, by = held(date(2025, 5, 7)), UserFactory("coordinator")
    roles = {VisitorFactory(): "visitor", VisitorFactory(): "child"}

    numbers = [Visit.objects.welcome(day, roles, by=by) for _ in range(2)]

    assert numbers == [2, 0]
    assert {each.visitor: each.role for each in day.visits.all()} == roles
    assert AuditEvent.objects.filter(action="create", object_type="cafe.visit", user=by).count() == 2
    assert [each.history.count() for each in day.visits.all()] == [1, 1]


def test_guest_who_is_noted_keeps_her_role():
    visit = VisitFactory(role="child")

    Visit.objects.welcome(visit.open_day, {visit.visitor: "visitor"}, by=UserFactory())

    assert Visit.objects.get().role == "child"


def test_guest_taken_off_may_come_again():
    visit = VisitFactory()
    visit.void("押し間違い", by=UserFactory())

    assert Visit.objects.welcome(visit.open_day, {visit.visitor: "visitor"}, by=UserFactory()) == 1
    assert Visit.objects.standing().count() == 1


def test_persons_of_a_period_are_different_guests_on_days_held():
    often, once, unclosed, cancelled, gone, taken_off, earlier = VisitorFactory.create_batch(7)
    for on in (date(2025, 5, 1), date(2025, 5, 2)):
        VisitFactory(often, held(on))
    VisitFactory(once, held(date(2025, 5, 6)))
    VisitFactory(unclosed, OpenDayFactory(held_on=date(2025, 5, 7)))
    closed = OpenDayFactory(held_on=date(2025, 4, 2))
    VisitFactory(cancelled, closed)
    closed.cancel("大雪", by=UserFactory())
    wrong = held(date(2025, 4, 3))
    VisitFactory(gone, wrong)
    wrong.void("取り違え", by=UserFactory())
    VisitFactory(taken_off, held(date(2025, 4, 4))).void("押し間違い", by=UserFactory())
    VisitFactory(earlier, held(date(2025, 3, 31)))

    visits = Visit.objects.held().in_period(YEAR)

    assert visits.persons() == 2
    assert Visit.objects.held().persons() == 3


def test_named_guests_never_change_the_heads_of_the_closing():
    day = held(date(2025, 5, 7))
    before = list(day.attendances.values_list("role", "heads"))

    Visit.objects.welcome(day, dict.fromkeys(VisitorFactory.create_batch(3), "visitor"), by=UserFactory())

    assert list(day.attendances.values_list("role", "heads")) == before


# --- who carries the café


def test_event_is_user_led_by_its_proposer_or_by_what_guests_did():
    day = held(date(2025, 5, 7))
    EventFactory(day, proposer="user")
    for deed in ("planned", "lectured", "helped"):
        ContributionFactory(EventFactory(day), deed=deed)
    EventFactory(day)

    assert carried(YEAR) == Carried(events=5, user_led=3, heads=3, persons=0)
    assert carried(YEAR).share == Decimal("60.0")


def test_event_that_a_guest_planned_and_taught_is_one():
    event = EventFactory(held(date(2025, 5, 7)), proposer="user")
    for deed in ("planned", "lectured"):
        ContributionFactory(event, deed=deed)

    assert (carried(YEAR).events, carried(YEAR).user_led) == (1, 1)


def test_deed_taken_back_leads_nothing():
    event = EventFactory(held(date(2025, 5, 7)))
    ContributionFactory(event, deed="planned").void("取り違え", by=UserFactory())

    assert carried(YEAR) == Carried(events=1, user_led=0, heads=0, persons=0)


@pytest.mark.parametrize("gone", ["event", "day", "unclosed", "other year"])
def test_nothing_counts_that_was_not_held_in_the_year(gone):
    on = date(2025, 3, 31) if gone == "other year" else date(2025, 5, 7)
    day = OpenDayFactory(held_on=on) if gone == "unclosed" else held(on)
    event = EventFactory(day, proposer="user")
    ContributionFactory(event, deed="planned", visitor=VisitorFactory())
    if gone == "event":
        event.void("取り違え", by=UserFactory())
    if gone == "day":
        day.void("取り違え", by=UserFactory())

    assert carried(YEAR) == Carried(events=0, user_led=0, heads=0, persons=0)
    assert carried(YEAR).share is None


def test_named_carrier_counts_once_per_event_and_heads_without_a_name_as_often_as_noted():
    visitor, other = VisitorFactory.create_batch(2)
    first, second = EventFactory(held(date(2025, 5, 1))), EventFactory(held(date(2025, 5, 2)))
    for deed in ("planned", "lectured"):
        ContributionFactory(first, deed=deed, visitor=visitor)
    ContributionFactory(second, deed="helped", visitor=visitor)
    ContributionFactory(second, deed="helped", visitor=other)
    ContributionFactory(second, deed="planned", heads=2)
    ContributionFactory(second, deed="helped", heads=3)

    assert carried(YEAR) == Carried(events=2, user_led=2, heads=3 + 5, persons=2)


def test_months_stand_in_the_order_of_the_year_and_persons_do_not_add_up():
    visitor = VisitorFactory()
    for on in (date(2025, 4, 30), date(2025, 5, 1), date(2026, 3, 31)):
        ContributionFactory(EventFactory(held(on)), deed="helped", visitor=visitor)

    months = by_month(2025)

    assert [month for month, _ in months] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    assert [each.persons for _, each in months] == [1, 1, *[0] * 9, 1]
    assert carried(YEAR).persons == 1


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 3, "33.3"), (1, 8, "12.5"), (1, 16, "6.3"), (2, 2, "100.0"), (0, 5, "0.0")],
)
def test_share_has_one_decimal_half_up(part, whole, expected):
    assert Carried(events=whole, user_led=part, heads=0, persons=0).share == Decimal(expected)


# --- 参加者→担い手


def crossed(*, came=date(2025, 4, 10), role="visitor", carries=date(2025, 5, 7), comes_this_year=True):
    """One guest: the day on which she came, and the later one on which she carried something."""
    visitor = VisitorFactory()
    VisitFactory(visitor, held(came), role=role)
    if comes_this_year:
        VisitFactory(visitor, held(date(2025, 4, 20)), role="child")
    ContributionFactory(EventFactory(held(carries)), deed="helped", visitor=visitor)
    return crossing(YEAR)


def test_guest_who_came_and_later_carried_has_crossed():
    assert crossed() == Crossing(guests=1, crossed=1)


def test_guest_who_came_years_ago_and_carries_this_year_has_crossed():
    assert crossed(came=date(2022, 5, 6)) == Crossing(guests=1, crossed=1)


@pytest.mark.parametrize(
    "case",
    [
        {"came": date(2025, 5, 6), "carries": date(2025, 5, 1)},
        {"role": "user_planner"},
        {"carries": date(2025, 3, 31), "came": date(2025, 3, 3)},
    ],
    ids=["carried first", "never came as 利用者", "carried last year"],
)
def test_other_ways_are_no_crossing(case):
    assert crossed(**case) == Crossing(guests=1, crossed=0)


def test_same_day_is_no_earlier_day():
    visitor, day = VisitorFactory(), held(date(2025, 5, 7))
    VisitFactory(visitor, day)
    ContributionFactory(EventFactory(day), deed="planned", visitor=visitor)

    assert crossing(YEAR) == Crossing(guests=1, crossed=0)


def test_who_has_no_visit_in_the_year_is_not_among_its_guests():
    assert crossed(came=date(2024, 5, 7), comes_this_year=False) == Crossing(guests=0, crossed=0)
    assert crossing(YEAR).share is None


def test_share_of_those_who_crossed_is_of_the_guests_of_the_year():
    crossed()
    for _ in range(2):
        VisitFactory(VisitorFactory(), Visit.objects.earliest("pk").open_day)

    assert crossing(YEAR) == Crossing(guests=3, crossed=1)
    assert crossing(YEAR).share == Decimal("33.3")


def test_name_tag_that_was_taken_back_is_no_guest_here_nor_in_the_statistics():
    crossed()
    visitor = VisitorFactory()
    VisitFactory(visitor, Visit.objects.earliest("pk").open_day)
    visitor.void("二重登録", by=UserFactory())

    assert [crossing(YEAR).guests, statistics_of(2025, None, date(2025, 5, 8)).named] == [1, 1]


# --- disposal


def test_guest_is_due_when_neither_seen_nor_carrying_nor_made_since():
    since = date(2020, 4, 1)
    old: Any = {"created_at": "2015-04-01T00:00:00Z"}
    due, seen, carrying = (VisitorFactory(**old) for _ in range(3))
    VisitorFactory()
    VisitFactory(due, OpenDayFactory(held_on=date(2020, 3, 31)))
    VisitFactory(seen, OpenDayFactory(held_on=since))
    ContributionFactory(EventFactory(OpenDayFactory(held_on=date(2021, 4, 1))), visitor=carrying)

    assert list(Visitor.objects.unseen_since(since)) == [due]


def test_disposal_empties_the_name_everywhere_and_leaves_the_figures():
    visit = VisitFactory(VisitorFactory(name="ひまわり", kana="ヒマワリ"), held(date(2025, 5, 1)))
    other = VisitorFactory(name="さくら", kana="サクラ")

    for each in (visit.visitor, other):
        dispose_of(each, by=UserFactory(), basis="廃棄")

    rows = [*Visitor._base_manager.values_list("name", "kana", "kana_key")]
    rows += [*Visitor.history.values_list("name", "kana", "kana_key")]
    assert set(rows) == {(DISPOSED, DISPOSED, DISPOSED)}
    assert list(Visitor.objects.standing()) == []
    assert list(Visitor.objects.unseen_since(date(2030, 1, 1))) == []
    assert Visit.objects.held().persons() == 1


def test_trail_names_nobody():
    visitor = VisitorFactory(name="ひまわり", kana="ヒマワリ")
    VisitFactory(visitor)
    ContributionFactory(visitor=visitor)

    told = [
        word
        for event in AuditEvent.objects.values()
        for word in ("ひまわり", "ヒマワリ")
        if word in str(event)
    ]

    assert told == []
    assert [str(each) for each in (*Visit.objects.all(), *Contribution.objects.all())] == [
        f"札名の来場 {Visit.objects.get().pk}",
        "担い手 手伝った 1人",
    ]
