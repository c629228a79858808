"""統計: small worlds counted by hand, on the page and in the file."""

from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.urls import reverse

from cafe.facts import facts
from cafe.models import OpenDay
from cafe.statistics import Totals, held_days, months, statistics_of, totals, with_unknown
from cafe.tables import (
    age_table,
    event_table,
    months_table,
    occasion_table,
    role_table,
    sections,
    weather_table,
    weekday_table,
)
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, table
from tests.factories import (
    EventFactory,
    EventSeriesFactory,
    OpenDayFactory,
    PaperCountFactory,
    TabletFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


@pytest.fixture
def spring():
    """Three days held (one without anybody), one 休止, one 未入力, one to come, one voided, two of last year."""
    monday = OpenDayFactory(
        held_on=date(2025, 4, 7), heads={"visitor": 3, "child": 1}, first_heads=1, weather="fine"
    )
    OpenDayFactory(held_on=date(2025, 4, 8), heads={"visitor": 0})
    rainy = OpenDayFactory(
        held_on=date(2025, 5, 1),
        heads={"visitor": 2, "user_lecturer": 1, "staff": 2},
        first_heads=0,
        ages={"30s": 1, "70s": 1},
        weather="rain",
    )
    OpenDayFactory(held_on=date(2025, 4, 9), state="cancelled")
    OpenDayFactory(held_on=date(2025, 5, 7))
    OpenDayFactory(held_on=date(2025, 5, 20))
    OpenDayFactory(held_on=date(2025, 4, 10), heads={"visitor": 50}).void("二重登録", by=monday.created_by)
    OpenDayFactory(held_on=date(2024, 4, 8), heads={"visitor": 6})
    OpenDayFactory(held_on=date(2024, 6, 3), heads={"visitor": 2})
    return {"monday": monday, "rainy": rainy}


def told(year=2025, month=None):
    return statistics_of(year, month, TODAY)


def figures(**asked):
    """The figures at the head of the page, without their words."""
    return {fact.label: fact.value for fact in facts(told(**asked))}


def lines(shown):
    """Every line of a table as the screen prints it."""
    return [[cell.text for cell in line.cells] for line in shown.lines()]


# --- days added up


def test_totals_add_up_days_that_were_held():
    OpenDayFactory(heads={"visitor": 4, "child": 1, "staff": 2})
    OpenDayFactory(heads={"visitor": 0})
    OpenDayFactory(state="cancelled")
    OpenDayFactory()

    assert totals(OpenDay.objects.all()) == Totals(days=2, heads=5, children=1)


def test_totals_of_nothing_are_zero_and_have_no_average():
    assert totals(OpenDay.objects.all()) == Totals()
    assert [Totals().average, Totals().children_share, Totals().first_share] == [None, None, None]


@pytest.mark.parametrize(
    ("heads", "days", "average"), [(919, 240, "3.8"), (5, 2, "2.5"), (1, 20, "0.1"), (0, 3, "0.0")]
)
def test_average_has_one_decimal_and_rounds_half_up(heads, days, average):
    assert Totals(days=days, heads=heads).average == Decimal(average)


def test_days_one_by_one_add_up_to_the_same_as_all_at_once(spring):
    days = OpenDay.objects.all()

    assert sum((day.totals for day in held_days(days)), Totals()) == totals(days)


def test_months_of_a_year_begin_in_april_and_years_without_a_day_are_absent(spring):
    found = months(held_days(OpenDay.objects.all()))

    assert {year: [month.heads for month in each] for year, each in found.items()} == {
        2024: [6, 0, 2, *[0] * 9],
        2025: [4, 3, *[0] * 10],
    }


# --- the figures


def test_figures_tell_held_from_cancelled_from_unclosed(spring):
    assert figures() == {
        "開催日数": 3,
        "延参加者数": 7,
        "1日平均": Decimal("2.3"),
        "実人数（札名）": 0,
        "うち子ども": 1,
        "子どもの割合": Decimal("14.3"),
        "初回率": Decimal("20.0"),
        "休止日数": 1,
        "未入力日数": 1,
    }


def test_first_share_is_of_the_days_on_which_somebody_looked(spring):
    words = next(fact.words for fact in facts(told()) if fact.label == "初回率")

    assert "初めて1人 ÷ 利用者5人" in words
    assert "見た2日（開催3日のうち）" in words


def test_first_share_is_unknown_where_nobody_looked():
    OpenDayFactory(held_on=date(2025, 4, 7), heads={"visitor": 3})

    assert figures()["初回率"] is None


def test_month_narrows_every_figure(spring):
    april = figures(month=4)

    assert [april["開催日数"], april["延参加者数"], april["休止日数"], april["未入力日数"]] == [2, 4, 1, 0]


def test_another_year_has_its_own_figures(spring):
    assert [figures(year=2024)[label] for label in ("開催日数", "延参加者数", "休止日数")] == [2, 8, 0]


def test_year_ends_on_31_march(spring):
    OpenDayFactory(held_on=date(2025, 3, 31), heads={"visitor": 9})

    assert [figures(year=2024)["延参加者数"], figures()["延参加者数"]] == [17, 7]


def test_taps_paper_and_events_never_add_to_the_heads(spring):
    TabletFactory(spring["monday"], taps={"first": 9})
    PaperCountFactory(spring["monday"], regular=40)
    EventFactory(spring["monday"], heads=30)

    assert figures()["延参加者数"] == 7


def test_a_name_tag_is_one_person_however_often_she_comes(spring):
    often, once = VisitorFactory(), VisitorFactory()
    for day in spring.values():
        VisitFactory(often, day)
    VisitFactory(once, spring["rainy"])

    assert [
        figures()["実人数（札名）"],
        figures(month=4)["実人数（札名）"],
        figures(month=5)["実人数（札名）"],
    ] == [2, 1, 2]


@pytest.mark.parametrize("state", [{}, {"state": "cancelled"}])
def test_a_name_tag_counts_on_days_that_were_held_alone(state):
    VisitFactory(open_day=OpenDayFactory(held_on=date(2025, 4, 7), **state))

    assert figures()["実人数（札名）"] == 0


def test_a_name_tag_or_a_visit_taken_back_is_nobody(spring):
    by = spring["monday"].created_by
    VisitFactory(open_day=spring["monday"]).void("別の方だった", by=by)
    visitor = VisitorFactory()
    VisitFactory(visitor, spring["monday"])
    visitor.void("二重登録", by=by)

    assert figures()["実人数（札名）"] == 0


def test_a_name_tag_in_a_role_that_does_not_count_is_no_head(spring, settings):
    settings.CAFE_COUNTED_ROLES = ["visitor"]
    VisitFactory(open_day=spring["monday"], role="child")

    assert figures()["実人数（札名）"] == 0


def test_children_who_do_not_count_have_no_share(spring, settings):
    settings.CAFE_COUNTED_ROLES = ["visitor"]

    found = figures()

    assert [found["延参加者数"], found["うち子ども"], found["子どもの割合"]] == [5, 1, None]


# --- the tables


def test_months_stand_beside_last_year_and_those_to_come_are_empty(spring):
    found = lines(months_table(told()))

    assert found[:3] == [
        ["4月", "2", "4", "1", "2.0", "6", "△2"],
        ["5月", "1", "3", "0", "3.0", "0", "－"],
        ["6月", "－", "－", "－", "－", "2", "－"],
    ]
    assert [len(found), found[12]] == [13, ["計", "3", "7", "1", "2.3", "8", "－"]]


def test_year_gone_by_has_its_difference_and_no_year_before_is_no_zero(spring):
    assert lines(months_table(told(year=2024)))[12] == ["計", "2", "8", "0", "4.0", "－", "－"]
    assert lines(months_table(statistics_of(2025, None, date(2026, 4, 1))))[12][-2:] == ["8", "△1"]


def test_month_chosen_is_the_one_line(spring):
    assert lines(months_table(told(month=4))) == [["4月", "2", "4", "1", "2.0", "6", "△2"]]


def test_weekdays_begin_on_monday_and_add_up(spring):
    assert lines(weekday_table(told())) == [
        ["月曜日", "1", "4", "4.0"],
        ["火曜日", "1", "0", "0.0"],
        ["木曜日", "1", "3", "3.0"],
        ["計", "3", "7", "2.3"],
    ]


def test_weather_that_nobody_noted_stands_last(spring):
    assert lines(weather_table(told())) == [
        ["晴れ", "1", "4", "4.0"],
        ["雨", "1", "3", "3.0"],
        ["記録なし", "1", "0", "0.0"],
        ["計", "3", "7", "2.3"],
    ]


def test_everyday_opening_makes_no_event_of_a_day(spring):
    EventFactory(spring["monday"], kind="regular")
    EventFactory.create_batch(2, spring["rainy"], kind="meal")

    assert lines(occasion_table(told())) == [
        ["企画のある日", "1", "3", "3.0"],
        ["企画のない日", "2", "4", "2.0"],
        ["計", "3", "7", "2.3"],
    ]


def test_roles_that_do_not_count_stand_beneath_the_sum(spring):
    assert lines(role_table(told())) == [
        ["利用者", "5", "71.4%"],
        ["子ども", "1", "14.3%"],
        ["利用者企画者", "0", "0.0%"],
        ["利用者講師", "1", "14.3%"],
        ["延参加者数", "7", "100.0%"],
        ["外部講師（数えない）", "0", "－"],
        ["ボランティア（数えない）", "0", "－"],
        ["職員（数えない）", "2", "－"],
        ["見学（数えない）", "0", "－"],
    ]


def test_ages_leave_the_rest_unknown(spring):
    assert lines(age_table(told())) == [
        ["30代", "1", "14.3%"],
        ["70代", "1", "14.3%"],
        ["不明", "5", "71.4%"],
        ["延参加者数", "7", "100.0%"],
    ]


def test_unknown_ages_are_what_remains_and_never_below_nobody():
    assert list(with_unknown({"unknown": 3, "70s": 2}, 5).values()) == [2, 3]
    assert list(with_unknown({"70s": 2}, 1).values()) == [2, 0]


def test_events_of_a_series_are_one_line_and_an_uncounted_one_is_no_zero(spring):
    series = EventSeriesFactory(name="おにぎりの日")
    EventFactory(spring["monday"], series=series, heads=3)
    EventFactory(spring["rainy"], series=series, heads=4)
    EventFactory(spring["rainy"], title="染め紙")
    EventFactory(spring["rainy"], title="取り消した企画").void("誤り", by=spring["rainy"].created_by)
    EventFactory(OpenDay.objects.unclosed().get(), title="締めていない日の企画", heads=8)

    assert lines(event_table(told())) == [
        ["おにぎりの日", "2", "2", "7", "3.5"],
        ["染め紙", "1", "0", "－", "－"],
    ]


def test_nothing_is_drawn_of_an_empty_year():
    charts = [exhibit.chart for section in sections(told(year=2019)) for exhibit in section.exhibits[1:]]

    assert [chart for chart in charts if chart] == []


# --- the page and the file


def url(name="statistics", year=2025):
    return reverse(f"cafe:{name}", args=[year])


def test_running_year_is_where_the_menu_leads(login):
    response = login("coordinator").get(reverse("cafe:statistics_current"))

    assert response["Location"] == url()


def test_page_shows_figures_tables_and_charts_and_the_alarm(login, spring):
    response = login("coordinator").get(url())

    text = html(response)
    assert "未入力の開催日が1日あります" in text
    assert f"{reverse('cafe:openday_list')}?year=2025&amp;month=&amp;state=unclosed" in text
    assert text.count('role="img"') == 4
    assert [entry.label for entry in response.context["section"] if entry.current] == ["統計"]


def test_alarm_leads_to_the_days_that_are_to_be_closed(login, spring):
    coordinator = login("coordinator")
    alarm = coordinator.get(url(), {"month": "5"}).context["unclosed_url"]

    rows = coordinator.get(alarm).context["rows"]

    assert [record.held_on for record, _ in rows] == [date(2025, 5, 7)]


def test_nothing_to_close_is_no_alarm(login):
    OpenDayFactory(held_on=date(2025, 4, 7), heads={"visitor": 3})

    assert "未入力の開催日が" not in html(login("coordinator").get(url()))


@pytest.mark.parametrize("month", ["", "13", "0", "五", "5'", "４", "-1", "5&month=6", "\u3000"])
def test_page_withstands_nonsense_for_a_month(login, spring, month):
    assert login("coordinator").get(f"{url()}?month={month}").status_code == 200


@pytest.mark.parametrize("year", [1900, 2099])
def test_first_and_last_year_of_a_path_have_a_page(login, year):
    assert login("coordinator").get(url(year=year)).status_code == 200


def test_page_of_many_days_stays_within_its_queries(login, django_assert_max_num_queries):
    coordinator = login("coordinator")
    for day in OpenDayFactory.create_batch(30, heads={"visitor": 3, "child": 1}, ages={"70s": 1}):
        EventFactory(day, heads=2)
        VisitFactory(open_day=day)
    coordinator.get(url())  # the session is written once a minute

    with django_assert_max_num_queries(7 + 2):  # session and user
        response = coordinator.get(url())

    assert response.context["told"].totals.days > 20


def test_manager_takes_out_what_she_reads(login, spring):
    manager = login("manager")

    assert labels(manager.get(url())) == ["Excelに出力"]
    assert table(manager.get(url("statistics_export"))) == table(
        login("coordinator").get(url("statistics_export"))
    )


@pytest.mark.parametrize("month", [None, 5])
def test_file_holds_the_numbers_of_the_screen(login, spring, month):
    EventFactory(spring["rainy"], title="染め紙", heads=2)
    VisitFactory(open_day=spring["rainy"])
    asked = {"month": month} if month else {}
    coordinator = login("coordinator")
    screen = coordinator.get(url(), asked).context

    rows = table(coordinator.get(url("statistics_export"), asked))

    found = [[value for value in row if value != ""] for row in rows]
    for section in screen["sections"]:
        for exhibit in section.exhibits:
            shown = exhibit.table
            head = found.index(list(shown.head))
            for number, row in enumerate(shown.rows, 1):
                wanted = [shown.missing if value is None else value for value in shown.values(row)]
                assert found[head + number] == [
                    value if isinstance(value, str) else pytest.approx(float(value)) for value in wanted
                ]
    head = found.index(["項目", "値"])
    for number, fact in enumerate(screen["facts"], 1):
        value = "－" if fact.value is None else float(fact.value) / (100 if fact.unit == "%" else 1)
        assert found[head + number] == [fact.label, value if isinstance(value, str) else pytest.approx(value)]
        assert [f"{fact.label}：{fact.words}"] in found


def test_file_is_named_for_its_period_and_stands_in_the_trail(login, spring):
    coordinator = login("coordinator")

    response = coordinator.get(url("statistics_export"), {"month": "5"})
    title, *_ = table(response)[0]
    event = AuditEvent.objects.get(action="export")
    named = quote("カフェ統計_令和7年5月.xlsx")
    assert title == "とんとんカフェの統計　令和7年5月"
    assert [event.user, event.object_type, event.basis, event.count] == [
        coordinator.user,
        "cafe.openday",
        "令和7年5月",
        1,
    ]
    assert named in response["Content-Disposition"]
