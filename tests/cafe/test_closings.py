"""締めの記録: a day opened again remembers how it was closed, and its page says who did what."""

from datetime import date

import pytest
from django.urls import reverse

from cafe.models import OpenDay, closed_before, steps
from tests.browser import html, typed
from tests.factories import OpenDayFactory, TabletFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


@pytest.fixture
def by(user):
    return user("coordinator")


@pytest.fixture
def corrected(by):
    """A day of 8 taps, closed by hand with 11 and opened again."""
    day = OpenDayFactory(held_on=TODAY)
    TabletFactory(day, taps={"first": 1, "regular": 7})
    tallied = {"first": 1, "regular": 7}
    day.close(
        {"visitor": 9, "child": 2, "staff": 1},
        first_heads=2,
        ages={"60s": 4, "70s": 0},
        by=by,
        tallied=tallied,
    )
    day.reopen("午後の分を入れ忘れた", by=by)
    return day


def told(day, at_most=9):
    """Deed, heads and reason of each step."""
    return [(step.deed, step.heads, step.reason) for step in steps(day, at_most=at_most)]


# --- closing again


def test_opened_day_is_closed_again_from_its_last_closing(login, corrected):
    page = login("coordinator").get(reverse("cafe:openday_close", args=[corrected.pk]))

    fields = typed(page)
    names = ("heads_visitor", "first_heads", "heads_child", "heads_staff", "age_60s", "age_70s")
    assert [fields[name] for name in names] == [["9"], ["2"], ["2"], ["1"], ["4"], [""]]
    assert "前は11人で締めました。" in html(page)
    assert "端末の人数から入れてあります" not in html(page)


def test_what_came_since_the_last_closing_is_added_and_told(login, corrected):
    TabletFactory(corrected, taps={"first": 1, "child": 3})

    page = login("coordinator").get(reverse("cafe:openday_close", args=[corrected.pk]))

    fields = typed(page)
    names = ("heads_visitor", "first_heads", "heads_child")
    assert [fields[name] for name in names] == [["10"], ["3"], ["5"]]
    assert "初めて ＋1人、子ども ＋3人。下の欄には、前に締めた人数にこれを足して入れてあります。" in html(
        page
    )


def test_question_says_what_the_day_was_closed_with_before(login, corrected):
    coordinator, url = login("coordinator"), reverse("cafe:openday_close", args=[corrected.pk])

    asked = coordinator.post(url, typed(coordinator.get(url), heads_visitor=90))

    assert "今日は92人でよいですか" in html(asked)
    assert "前は11人で締めました。" in html(asked)
    assert "数えた8人と大きく違います。" in html(asked)


def test_change_of_the_day_after_its_closing_does_not_hide_the_closing(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    day.weather = "rain"
    day.save(by=by, changed=["weather"])
    day.reopen("誤り", by=by)
    day.note = "雨"
    day.save(by=by, changed=["note"])

    before = closed_before(day)
    assert before is not None
    assert before.heads == {"visitor": 5}


def test_day_never_closed_or_cancelled_in_between_has_no_closing_to_begin_with(by):
    fresh, cancelled = OpenDayFactory(held_on=TODAY), OpenDayFactory(heads={"visitor": 5})
    cancelled.cancel("大雪", by=by, basis="別の日だった")
    cancelled.reopen("やはり開いた", by=by)
    held = OpenDayFactory(heads={"visitor": 5})

    assert [closed_before(day) for day in (fresh, cancelled, held)] == [None, None, None]


# --- the record of closings


def test_steps_say_what_was_done_with_number_and_reason_the_newest_first(by):
    day = OpenDayFactory(held_on=TODAY)
    day.close({"visitor": 5, "staff": 2}, by=by)
    day.note = "雨"
    day.save(by=by, changed=["note"])
    day.close({"visitor": 6}, by=by, basis="数え直した")
    day.reopen("午後の分", by=by)
    day.cancel("大雪", by=by)
    day.note = "雪"
    day.save(by=by, changed=["note"])
    day.cancel("会場の都合", by=by)
    day.close({"visitor": 0}, by=by, basis="開いていた")
    day.cancel("大雪", by=by, basis="やはり休んだ")
    day.reopen("予定に戻す", by=by)

    assert told(day) == [
        ("予定に戻した", None, "予定に戻す"),
        ("休止にした", None, "大雪。やはり休んだ"),
        ("開催として締めた", 0, "開いていた"),
        ("休止にした", None, "会場の都合"),
        ("休止にした", None, "大雪"),
        ("締めを開いた", None, "午後の分"),
        ("締め直した", 6, "数え直した"),
        ("締めた", 5, ""),
    ]
    assert told(day, at_most=2) == told(day)[:2]


@pytest.mark.parametrize("role", ["coordinator", "manager"])
def test_page_of_the_day_says_who_closed_it_with_how_many_and_why(login, corrected, by, role):
    page = html(login(role).get(corrected.get_absolute_url()))

    section = page.split("締めの記録</h2>")[1].split("</section>")[0]
    assert "締めを開いた" in section
    assert "<p>午後の分を入れ忘れた</p>" in section
    assert f'<strong>締めた　11人</strong>　<span class="soft">5月8日 12:00　{by}</span>' in section


def test_page_of_a_day_nobody_touched_has_no_record_of_closings(login):
    day = OpenDayFactory(held_on=TODAY)

    assert "締めの記録" not in html(login("coordinator").get(day.get_absolute_url()))


def test_reason_cannot_bring_its_own_markup(login, by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    day.reopen("<b>誤り</b>", by=by)

    assert "<b>誤り" not in html(login("coordinator").get(day.get_absolute_url()))
    assert OpenDay.objects.get().state == "planned"
