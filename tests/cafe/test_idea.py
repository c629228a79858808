"""企画の種: what became of an idea, and votes that count once however often they are sent."""

import uuid
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from cafe.models import Idea, IdeaVote
from cafe.sheets_idea import idea_events_sheet, idea_sheet
from komatsu_support.models import StaleVersion
from tests.factories import EventFactory, IdeaFactory, OpenDayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]


def stage(idea):
    """What became of it, as the QuerySet tells."""
    return Idea.objects.with_stage().get(pk=idea.pk).stage


def votes(idea):
    """Votes that count."""
    return Idea.objects.with_stage().get(pk=idea.pk).votes_cast


# --- 状態


def test_idea_is_fresh_becomes_an_event_or_is_let_go(user):
    fresh, planned, let_go = IdeaFactory(), IdeaFactory(), IdeaFactory(let_go_reason="火を使えないため")
    EventFactory(idea=planned)

    assert [stage(each) for each in (fresh, planned, let_go)] == ["fresh", "event", "let_go"]


def test_idea_is_fresh_again_when_its_event_or_the_day_of_it_is_voided(user):
    first, second = IdeaFactory(), IdeaFactory()
    EventFactory(idea=first).void("誤り", by=user("lead"))
    EventFactory(idea=second).open_day.void("誤り", by=user("lead"))

    assert [stage(first), stage(second)] == ["fresh", "fresh"]


def test_idea_let_go_waits_again_once_taken_up_and_the_history_keeps_why(user):
    idea = IdeaFactory(let_go_reason="火を使えないため")

    idea.take_up(by=user("coordinator"))

    assert (stage(idea), idea.is_let_go) == ("fresh", False)
    reasons = idea.history.order_by("version").values_list("let_go_reason", flat=True)
    assert list(reasons) == ["火を使えないため", ""]


def test_idea_changed_meanwhile_is_not_taken_up_over_it(user):
    idea = IdeaFactory(let_go_reason="火を使えないため")
    Idea.objects.get().take_up(by=user("lead"))

    with pytest.raises(StaleVersion):
        idea.take_up(by=user("coordinator"))


def test_votes_and_events_do_not_multiply_each_other(user):
    idea = IdeaFactory()
    idea.vote(uuid.uuid4(), by=user("coordinator"), number=3)
    EventFactory.create_batch(2, idea=idea)

    counted = Idea.objects.with_stage().get()

    assert (counted.votes_cast, counted.events_made) == (3, 2)


def test_ideas_that_wait_come_first_then_votes_then_the_newest(user):
    by = user("coordinator")
    IdeaFactory(title="見送った", let_go_reason="火を使えないため").vote(uuid.uuid4(), by=by, number=9)
    planned = IdeaFactory(title="企画になった")
    EventFactory(idea=planned)
    planned.vote(uuid.uuid4(), by=by, number=8)
    IdeaFactory(title="前から", heard_on=date(2025, 4, 1))
    IdeaFactory(title="近ごろ", heard_on=date(2025, 5, 1))
    IdeaFactory(title="人気", heard_on=date(2024, 5, 1)).vote(uuid.uuid4(), by=by)

    ordered = Idea.objects.with_stage().by_interest()

    assert [each.title for each in ordered] == ["人気", "近ごろ", "前から", "企画になった", "見送った"]


# --- 票


def test_a_press_sent_twice_is_one_vote_and_the_next_press_another(user):
    idea, by, press = IdeaFactory(), user("coordinator"), uuid.uuid4()

    told = [idea.vote(press, by=by), idea.vote(press, by=by), idea.vote(uuid.uuid4(), by=by)]

    assert told == [True, False, True]
    assert votes(idea) == 2


def test_a_press_that_overtakes_itself_is_one_vote_all_the_same(user, monkeypatch):
    idea, by, press = IdeaFactory(), user("coordinator"), uuid.uuid4()
    idea.vote(press, by=by, number=4)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)  # it saw nothing yet

    idea.vote(press, by=by, number=4)

    assert IdeaVote.objects.count() == 4


def test_one_number_of_a_list_page_serves_every_idea_on_it(user):
    first, second = IdeaFactory(), IdeaFactory()
    by, press = user("coordinator"), uuid.uuid4()

    first.vote(press, by=by)
    second.vote(press, by=by)

    assert (votes(first), votes(second)) == (1, 1)


def test_last_press_is_taken_back_as_a_whole_and_once(user):
    idea, by = IdeaFactory(), user("coordinator")
    sheet = uuid.uuid4()
    idea.vote(uuid.uuid4(), by=by)
    with time_machine.travel("2025-05-08 12:01+09:00", tick=False):
        idea.vote(sheet, by=by, number=5)

        offered = idea.last_press(by=by)
        taken = [idea.take_back(sheet, by=by), idea.take_back(sheet, by=by)]

    assert (offered, taken) == (sheet, [5, 0])
    assert votes(idea) == 1
    assert idea.vote(sheet, by=by, number=5) is False


def test_nobody_takes_back_what_somebody_else_pressed(user):
    idea, press, other = IdeaFactory(), uuid.uuid4(), user("lead")
    idea.vote(press, by=user("coordinator"))

    assert (idea.last_press(by=other), idea.take_back(press, by=other)) == (None, 0)
    assert votes(idea) == 1


def test_nothing_of_yesterday_is_taken_back(user):
    idea, by, press = IdeaFactory(), user("coordinator"), uuid.uuid4()
    idea.vote(press, by=by)

    with time_machine.travel("2025-05-09 00:01+09:00", tick=False):
        answers = (idea.last_press(by=by), idea.take_back(press, by=by))

    assert answers == (None, 0)
    assert votes(idea) == 1


def test_late_evening_is_still_today(user):
    idea, by = IdeaFactory(), user("coordinator")
    with time_machine.travel("2025-05-08 23:58+09:00", tick=False):
        idea.vote(uuid.uuid4(), by=by)

        assert idea.last_press(by=by) is not None


# --- limits and lists


def test_cost_of_an_idea_is_plausible():
    with pytest.raises(IntegrityError), transaction.atomic():
        IdeaFactory(cost_yen=1_000_001)


def test_ideas_are_listed_with_stage_votes_and_reason(user):
    IdeaFactory(title="庭で焼きいも", let_go_reason="火を使えないため", heard_on=date(2025, 4, 1))
    idea = IdeaFactory(needs="大豆", cost_yen=6000, heard_on=date(2025, 5, 1))
    idea.vote(uuid.uuid4(), by=user("coordinator"), number=2)
    sheet = idea_sheet(Idea.objects.with_stage())

    assert [sheet.cells(row) for row in sheet.rows] == [
        ["みそづくり", "出たばかり", 2, "利用者", date(2025, 5, 1), 0, "大豆", 6000, None],
        ["庭で焼きいも", "見送り", 0, "利用者", date(2025, 4, 1), 0, None, None, "火を使えないため"],
    ]


def test_events_of_an_idea_are_listed_with_their_state():
    idea = IdeaFactory()
    EventFactory(OpenDayFactory(held_on=date(2025, 5, 20)), idea=idea, title="二度目")
    held = OpenDayFactory(held_on=date(2025, 5, 1), heads={"visitor": 3})
    EventFactory(held, idea=idea, title="一度目", heads=3)
    sheet = idea_events_sheet(idea.events.on_standing_days())

    assert [sheet.cells(row) for row in sheet.rows] == [
        ["一度目", date(2025, 5, 1), "開催", 3],
        ["二度目", date(2025, 5, 20), "予定", None],
    ]
