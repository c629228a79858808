"""The forms of the café: a day is closed once, asked back, and never over somebody else's numbers."""

from datetime import date, timedelta
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form

from cafe.forms import (
    EventForm,
    EventSeriesForm,
    EventStart,
    OpenDayCancelForm,
    OpenDayCloseForm,
    OpenDayEditForm,
    OpenDayForm,
    OpenDayRecancelForm,
    OpenDayRecloseForm,
)
from cafe.forms.closing import is_far
from cafe.models import Attendance, Event, EventSeries, OpenDay
from komatsu_support.models import AuditEvent
from tests.browser import typed, typed_in
from tests.factories import (
    EventFactory,
    EventSeriesFactory,
    OpenDayFactory,
    PaperCountFactory,
    TabletFactory,
    UserFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


@pytest.fixture
def by(user):
    return user("coordinator")


def closing(day, by, form=OpenDayCloseForm, **changes):
    """The closing form of a day as typed, bound."""
    return form(typed_in(form(by=by, instance=day), **changes), by=by, instance=fresh(day))


def fresh(day):
    """The day as the page finds it."""
    return OpenDay.objects.get(pk=day.pk)


def heads(day):
    """Heads by role as stored."""
    return dict(Attendance.objects.filter(open_day=day).values_list("role", "heads"))


def offered(form: Any, name):
    """The records one may choose from."""
    return list(form.fields[name].queryset)


def errors(form):
    """Every sentence by field."""
    return {name: list(sentences) for name, sentences in form.errors.items()}


# --- 締める: asked back


def test_heads_are_asked_back_before_they_are_final(by):
    day = OpenDayFactory(held_on=TODAY)

    form = closing(day, by, heads_visitor=8, first_heads=1, heads_child=2, heads_staff=3, age_60s=4)

    assert form.saved() is None
    assert (form.asks_back, form.status, form.counted, form.unknown_age) == (True, 200, 10, 6)
    assert form.summary() == [
        ("数える人", "利用者 8人（うち初めて 1人）、子ども 2人、利用者企画者 0人、利用者講師 0人"),
        ("数えない人", "職員 3人"),
        ("年代", "60代 4人、不明 6人"),
    ]
    assert fresh(day).state == "planned"


def test_confirmed_heads_close_the_day(by):
    day = OpenDayFactory(held_on=TODAY)

    saved = closing(day, by, heads_visitor=8, heads_child=2, age_60s=4, weather="rain", confirmed=10).saved()

    assert (saved.state, saved.weather) == ("held", "rain")
    assert heads(day) == {"visitor": 8, "child": 2}
    assert list(day.age_heads.values_list("age_band", "heads")) == [("60s", 4)]


def test_another_number_than_the_confirmed_one_is_asked_back_again(by):
    day = OpenDayFactory(held_on=TODAY)

    form = closing(day, by, heads_visitor=9, confirmed=8)

    assert form.saved() is None
    assert form.asks_back
    assert fresh(day).state == "planned"


def test_zero_everywhere_closes_a_day_nobody_came_to(by):
    day = OpenDayFactory(held_on=TODAY)

    closing(day, by, heads_visitor=0, confirmed=0).saved()

    assert list(OpenDay.objects.held()) == [day]
    assert heads(day) == {"visitor": 0}


def test_empty_form_does_not_close_a_day(by):
    day = OpenDayFactory(held_on=TODAY)

    form = closing(day, by, confirmed=0)

    assert form.saved() is None
    assert errors(form) == {"heads_visitor": ["入力してください。"]}
    assert form.status == 422


def test_digits_may_be_full_width(by):
    day = OpenDayFactory(held_on=TODAY)

    closing(day, by, heads_visitor="１２", confirmed=12).saved()

    assert heads(day) == {"visitor": 12}


@pytest.mark.parametrize("typed_text", ["-1", "10000", "8.5", "八", "1e3", "9" * 400])
def test_heads_that_are_no_count_are_refused_at_their_field(by, typed_text):
    form = closing(OpenDayFactory(held_on=TODAY), by, heads_visitor=3, heads_child=typed_text, confirmed=3)

    assert form.saved() is None
    assert list(form.errors) == ["heads_child"]


@pytest.mark.parametrize("name", ["heads_visitor", "heads_child", "first_heads", "age_60s"])
def test_heads_below_nobody_are_refused_in_plain_words(by, name):
    form = closing(OpenDayFactory(held_on=TODAY), by, **{"heads_visitor": 3, name: "-1"})

    assert form.saved() is None
    assert errors(form) == {name: ["0以上の人数を入力してください。"]}


@pytest.mark.parametrize(
    ("heads", "counted", "far"),
    [
        (802, 8, True),
        (80, 8, True),
        (0, 8, True),
        (13, 8, True),
        (12, 8, False),
        (4, 0, False),
        (5, 0, True),
        (20, 15, False),
        (25, 15, True),
        (8, 20, True),
        (11, 20, False),
    ],
)
def test_far_from_what_was_counted_is_by_five_and_by_more_than_half(heads, counted, far):
    assert is_far(heads, counted) is far


def test_question_shows_what_was_counted_by_kind_and_says_when_it_is_far(by):
    day = OpenDayFactory(held_on=TODAY)
    TabletFactory(day, taps={"first": 1, "regular": 5, "child": 2})
    PaperCountFactory(day, first=1, regular=6, child=2)
    VisitFactory(VisitorFactory(), day, role="visitor")

    form = closing(day, by, heads_visitor=800, first_heads=1, heads_child=2)
    form.saved()

    assert form.asks_back
    assert form.astray == 8
    assert form.compared.head == ["種類", "締める人数", "用紙", "端末", "札名"]
    assert [[*row.labels, *row.cells] for row in form.compared.rows] == [
        ["初めて", 1, 1, 1, None],
        ["いつもの", 799, 6, 5, None],
        ["利用者（初めて＋いつもの）", 800, 7, 6, 1],
        ["子ども", 2, 2, 2, 0],
        ["担い手（企画者＋講師）", 0, 0, 0, 0],
        ["数える人の合計", 802, 9, 8, 1],
    ]


def test_question_of_a_day_nobody_counted_has_nothing_to_compare_with(by):
    form = closing(OpenDayFactory(held_on=TODAY), by, heads_visitor=802)
    form.saved()

    assert (form.asks_back, form.astray, form.compared) == (True, None, None)


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ("child:1 first:2", "いつもの ＋3人、子ども －1人"),
        ("", "初めて ＋2人、いつもの ＋3人"),
        (f"first:{'9' * 5000} x:1 regular:three", "初めて ＋2人、いつもの ＋3人"),
    ],
)
def test_taps_that_moved_while_the_page_was_open_are_named_by_kind(by, posted, words):
    day = OpenDayFactory(held_on=TODAY)
    TabletFactory(day, taps={"first": 2, "regular": 3})

    form = closing(day, by, heads_visitor=5, tallied=posted)

    assert form.moved == words


def test_setting_moves_a_role_among_those_who_count(by, settings):
    settings.CAFE_COUNTED_ROLES = ["visitor", "volunteer"]
    day = OpenDayFactory(held_on=TODAY)

    form = closing(day, by, heads_visitor=3, heads_child=2, heads_volunteer=1)
    form.saved()

    assert form.counted == 4
    assert [legend for legend, _ in form.summary()] == ["数える人", "数えない人", "年代"]
    assert form.summary()[1] == ("数えない人", "子ども 2人")


# --- 締める: what cannot be


def test_first_time_visitors_are_within_the_visitors(by):
    form = closing(OpenDayFactory(held_on=TODAY), by, heads_visitor=2, heads_child=9, first_heads=3)

    assert form.saved() is None
    assert errors(form) == {"first_heads": ["「うち初めて」は利用者の人数までです。"]}


def test_ages_are_within_those_who_count(by):
    form = closing(OpenDayFactory(held_on=TODAY), by, heads_visitor=3, heads_staff=5, age_30s=1, age_70s=3)

    assert form.saved() is None
    assert errors(form) == {"age_30s": ["年代の合計を、数える人の合計（3人）までにしてください。"]}


def test_ages_of_everybody_leave_nobody_unknown(by):
    day = OpenDayFactory(held_on=TODAY)

    form = closing(day, by, heads_visitor=3, heads_child=1, age_u20=1, age_70s=3, confirmed=4)

    assert form.saved() == day
    assert form.unknown_age == 0


def test_day_is_not_closed_before_it_comes(by):
    tomorrow = OpenDayFactory(held_on=TODAY + timedelta(days=1))

    form = closing(tomorrow, by, heads_visitor=3, confirmed=3)

    assert form.saved() is None
    assert errors(form) == {"__all__": ["開催日の当日から締められます。"]}


# --- 締める: twice, and two people


def test_second_press_of_the_same_closing_is_harmless(by):
    day = OpenDayFactory(held_on=TODAY)
    data = typed_in(OpenDayCloseForm(by=by, instance=day), heads_visitor=5, first_heads=1, confirmed=5)
    OpenDayCloseForm(data, by=by, instance=fresh(day)).saved()

    second = OpenDayRecloseForm(data, by=by, instance=fresh(day)).saved()

    assert second == day
    assert fresh(day).version == 2


def test_second_press_at_the_same_moment_is_harmless(by):
    day = OpenDayFactory(held_on=TODAY)
    data = typed_in(OpenDayCloseForm(by=by, instance=day), heads_visitor=5, confirmed=5)
    first, second = (OpenDayCloseForm(data, by=by, instance=fresh(day)) for _ in range(2))
    first.saved()

    assert second.saved() == day
    assert fresh(day).version == 2


def test_second_person_at_the_same_moment_sees_both_numbers(by, user):
    day = OpenDayFactory(held_on=TODAY)
    first = closing(day, by, heads_visitor=5, confirmed=5)
    second = closing(day, user("lead"), heads_visitor=7, confirmed=7)
    first.saved()

    assert second.saved() is None
    assert second.status == 409
    assert [(each.label, each.mine, each.theirs) for each in second.conflict] == [("利用者", "7", "5")]
    assert heads(day) == {"visitor": 5}


def test_second_person_later_sees_both_numbers_and_owes_a_reason(by, user):
    day = OpenDayFactory(held_on=TODAY)
    lead = user("lead")
    data = typed_in(OpenDayCloseForm(by=lead, instance=day), heads_visitor=7, confirmed=7)
    closing(day, by, heads_visitor=5, confirmed=5).saved()

    second = OpenDayRecloseForm(data, by=lead, instance=fresh(day))

    assert second.saved() is None
    assert second.status == 409
    assert [(each.label, each.mine, each.theirs) for each in second.conflict] == [("利用者", "7", "5")]
    assert errors(second) == {"reason": ["締めた内容を変える理由を入力してください。"]}
    assert heads(day) == {"visitor": 5}


def test_closing_a_day_that_somebody_cancelled_shows_the_state(by, user):
    day = OpenDayFactory(held_on=TODAY)
    form = closing(day, by, heads_visitor=5, confirmed=5)
    fresh(day).cancel("大雪のため", by=user("lead"))

    assert form.saved() is None
    assert [(each.label, each.mine, each.theirs) for each in form.conflict] == [
        ("状態", "開催", "休止"),
        ("利用者", "5", "（空欄）"),
    ]


# --- 締め直す


def test_correction_of_a_closing_needs_a_reason(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})

    form = closing(day, by, OpenDayRecloseForm, heads_visitor=6, confirmed=6)

    assert form.saved() is None
    assert errors(form) == {"reason": ["締めた内容を変える理由を入力してください。"]}
    assert heads(day) == {"visitor": 5}


def test_correction_of_a_closing_stands_in_the_trail_with_its_reason(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5, "child": 1}, first_heads=2, ages={"20s": 1})

    closing(day, by, OpenDayRecloseForm, heads_visitor=6, meals=4, reason="数え直した", confirmed=7).saved()

    event = AuditEvent.objects.latest("number")
    assert (event.basis, event.fields) == ("数え直した", ["closed_at", "heads", "meals", "state"])
    assert heads(day) == {"visitor": 6, "child": 1}
    assert list(day.age_heads.values_list("age_band", "heads")) == [("20s", 1)]
    assert day.attendances.get(role="visitor").first_heads == 2


# --- 休止にする


def test_cancelling_a_planned_day_asks_for_the_reason_of_the_day(by):
    form = closing(OpenDayFactory(held_on=TODAY), by, OpenDayCancelForm)

    assert form.saved() is None
    assert errors(form) == {"cancel_reason": ["休止の理由を入力してください。"]}


def test_cancelling_a_coming_day_is_allowed(by):
    tomorrow = OpenDayFactory(held_on=TODAY + timedelta(days=1))

    saved = closing(tomorrow, by, OpenDayCancelForm, cancel_reason="大雪のため").saved()

    assert (saved.state, saved.cancel_reason) == ("cancelled", "大雪のため")


def test_cancelling_a_closed_day_needs_a_second_reason_for_the_trail(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    without = closing(day, by, OpenDayRecancelForm, cancel_reason="会場が使えないため")

    with_reason = closing(
        day, by, OpenDayRecancelForm, cancel_reason="会場が使えないため", reason="別の日の人数だった"
    )

    assert without.saved() is None
    assert errors(without) == {"reason": ["締めた内容を変える理由を入力してください。"]}
    assert with_reason.saved().state == "cancelled"
    assert heads(day) == {}
    assert AuditEvent.objects.latest("number").basis == "別の日の人数だった"


def test_second_press_of_cancelling_is_harmless(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 5})
    reasons = {"cancel_reason": "会場が使えないため", "reason": "別の日の人数だった"}
    data = typed_in(OpenDayRecancelForm(by=by, instance=day), **reasons)
    OpenDayRecancelForm(data, by=by, instance=fresh(day)).saved()

    assert OpenDayCancelForm(data, by=by, instance=fresh(day)).saved() == day
    assert fresh(day).version == 3


def test_cancelling_a_day_that_somebody_closed_shows_the_state(by, user):
    day = OpenDayFactory(held_on=TODAY)
    form = closing(day, by, OpenDayCancelForm, cancel_reason="大雪のため")
    fresh(day).close({"visitor": 5}, by=user("lead"))

    assert form.saved() is None
    assert [(each.label, each.mine, each.theirs) for each in form.conflict] == [
        ("状態", "休止", "開催"),
        ("休止の理由", "大雪のため", "（空欄）"),
    ]
    assert heads(day) == {"visitor": 5}


# --- the plan


def test_new_day_begins_today_at_the_usual_hours(by):
    html = render_crispy_form(OpenDayForm(by=by))

    fields = typed(html)
    assert (fields["held_on"], fields["starts_at"], fields["ends_at"]) == (
        ["2025-05-08"],
        ["10:00"],
        ["15:00"],
    )


def test_new_day_is_planned_where_the_last_one_was(by):
    OpenDayFactory(held_on=date(2025, 5, 1), place="前の場所", starts_at="09:30", ends_at="12:00")

    fields = typed(render_crispy_form(OpenDayForm(by=by)))

    assert (fields["place"], fields["starts_at"], fields["ends_at"]) == (["前の場所"], ["09:30"], ["12:00"])


@pytest.mark.parametrize("written", ["R7.5.9", "令和7年5月9日", "２０２５／５／９", "2025-05-09"])
def test_day_is_read_as_people_here_write_it(by, written):
    saved = OpenDayForm(typed_in(OpenDayForm(by=by), held_on=written), by=by).saved()

    assert saved.held_on == date(2025, 5, 9)


def test_day_that_is_there_already_is_refused_at_its_field(by):
    OpenDayFactory(held_on=TODAY)

    form = OpenDayForm(typed_in(OpenDayForm(by=by)), by=by)

    assert form.saved() is None
    assert errors(form) == {"held_on": ["この日の開催日は登録されています。"]}


def test_day_ends_after_it_starts(by):
    form = OpenDayForm(typed_in(OpenDayForm(by=by), ends_at="10:00"), by=by)

    assert form.saved() is None
    assert errors(form) == {"ends_at": ["終了は開始より後の時刻にしてください。"]}


def test_staff_are_those_who_run_the_cafe_and_stay_when_they_have_left(by, user):
    gone = user("counselor", is_active=False)
    lead, _, _ = user("lead"), user("manager"), user("counselor", is_active=False)
    day = OpenDayFactory(staff=[gone])

    new = offered(OpenDayForm(by=by), "staff")
    old = offered(OpenDayEditForm(by=by, instance=day), "staff")

    assert set(new) == {by, lead}
    assert set(old) == {by, lead, gone}


def test_closed_day_does_not_move_into_the_future(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 3})
    data = typed_in(OpenDayEditForm(by=by, instance=day), held_on="2025-05-09")

    form = OpenDayEditForm(data, by=by, instance=day)

    assert form.saved() is None
    assert errors(form) == {"held_on": ["締めた日は、今日までの日付にしてください。"]}


def test_change_of_a_closed_day_keeps_its_heads(by):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 3})
    data = typed_in(OpenDayEditForm(by=by, instance=day), note="雨もり", weather="rain", meals=5)

    saved = OpenDayEditForm(data, by=by, instance=day).saved()

    assert (saved.state, saved.note, saved.weather, saved.meals) == ("held", "雨もり", "rain", 5)
    assert heads(day) == {"visitor": 3}


# --- events and series


def event_data(by, day, **changes):
    """A new event of a day as typed."""
    form = EventForm(by=by, initial={"open_day": day})
    return typed_in(form, **{"title": "笑いヨガ", **changes})


def test_event_offers_recent_and_coming_days_and_the_one_at_hand(by):
    recent, coming = OpenDayFactory(held_on=date(2025, 4, 7)), OpenDayFactory(held_on=date(2025, 6, 1))
    old = OpenDayFactory(held_on=date(2025, 4, 6))

    unasked = offered(EventForm(by=by), "open_day")
    from_its_day = offered(EventForm(by=by, initial={"open_day": old}), "open_day")
    existing = offered(EventForm(by=by, instance=EventFactory(old)), "open_day")

    assert unasked == [coming, recent]
    assert from_its_day == [coming, recent, old]
    assert existing == [coming, recent, old]


def test_event_offers_days_from_today_on_first_and_those_that_are_over_last(by):
    days = {n: OpenDayFactory(held_on=date(2025, 5, n)) for n in (6, 7, 8, 9)}
    june = OpenDayFactory(held_on=date(2025, 6, 3))

    form: Any = EventForm(by=by)

    assert offered(form, "open_day") == [days[8], days[9], june, days[7], days[6]]
    assert [group for group, _ in list(form.fields["open_day"].choices)[1:]] == [
        *("令和7年5月", "令和7年6月", "令和7年5月（過ぎた日）")
    ]


def test_event_offers_the_whole_month_of_the_day_at_hand_under_its_name(by):
    at_hand, same_month = (
        OpenDayFactory(held_on=date(2024, 11, 5)),
        OpenDayFactory(held_on=date(2024, 11, 29)),
    )
    OpenDayFactory(held_on=date(2024, 12, 2))

    form: Any = EventForm(by=by, initial={"open_day": at_hand})

    assert [
        (group, [label for _, label in days]) for group, days in list(form.fields["open_day"].choices)[1:]
    ] == [("令和6年11月（過ぎた日）", ["令和6年11月29日（金）", "令和6年11月5日（火）"])]
    assert offered(form, "open_day") == [same_month, at_hand]


def test_event_of_a_voided_day_cannot_be_made(by):
    day = OpenDayFactory(held_on=TODAY)
    data = event_data(by, day)
    day.void("二重に登録した", by=by)

    form = EventForm(data, by=by)

    assert form.saved() is None
    assert list(form.errors) == ["open_day"]
    assert not Event.objects.exists()


def test_event_offers_series_that_go_on(by):
    goes_on, ended = EventSeriesFactory(name="い"), EventSeriesFactory(name="ろ", active=False)
    event = EventFactory(OpenDayFactory(held_on=TODAY), series=ended)

    assert offered(EventForm(by=by), "series") == [goes_on]
    assert offered(EventForm(by=by, instance=event), "series") == [goes_on, ended]


def test_event_keeps_its_series_that_was_taken_back(by):
    series = EventSeriesFactory()
    event = EventFactory(OpenDayFactory(held_on=TODAY), series=series)
    series.void("二重に登録した", by=by)

    EventForm(typed_in(EventForm(by=by, instance=event), heads=4), by=by, instance=event).saved()

    event.refresh_from_db()
    assert (event.heads, event.series) == (4, series)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"starts_at": "12:00", "ends_at": "10:00"}, {"ends_at": ["終了は開始より後の時刻にしてください。"]}),
        ({"fee_yen": "1000001"}, {"fee_yen": ["参加費は100万円までで入力してください。"]}),
        ({"title": "　"}, {"title": ["入力してください。"]}),
        ({"heads": "-1"}, {"heads": ["0以上の数を入力してください。"]}),
    ],
)
def test_event_that_cannot_be_is_refused_at_its_field(by, changes, refused):
    form = EventForm(event_data(by, OpenDayFactory(held_on=TODAY), **changes), by=by)

    assert form.saved() is None
    assert errors(form) == refused


def test_second_press_makes_one_event(by):
    data = event_data(by, OpenDayFactory(held_on=TODAY))

    first, second = (EventForm(data, by=by).saved() for _ in range(2))

    assert first == second
    assert Event.objects.count() == 1


def test_series_is_made_and_ended(by):
    series = EventSeriesForm(typed_in(EventSeriesForm(by=by), name="月いちの集い"), by=by).saved()
    data = typed_in(EventSeriesForm(by=by, instance=series), active=None)

    EventSeriesForm(data, by=by, instance=series).saved()

    assert EventSeries.objects.get().active is False


def test_event_begins_with_its_day_and_the_name_of_its_series(by):
    day, series = OpenDayFactory(), EventSeriesFactory(name="月いちの集い")

    start = EventStart({"day": day.pk, "series": series.pk}, by=by).initial_values()

    assert start == {"open_day": day, "series": series, "title": "月いちの集い"}


@pytest.mark.parametrize("nonsense", ["", "0", "abc", "-1", "9" * 30, "1 OR 1=1"])
def test_event_begins_with_nothing_that_cannot_be_read(by, nonsense):
    assert EventStart({"day": nonsense, "series": nonsense}, by=by).initial_values() == {}


def test_event_does_not_begin_with_what_one_may_not_see():
    day = OpenDayFactory()

    assert EventStart({"day": day.pk}, by=UserFactory("viewer")).initial_values() == {}
