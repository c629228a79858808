"""カフェ→相談→つながり: each number against records counted by hand, and who may read it."""

from datetime import date

import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse

from cafe.models import Introduction
from komatsu_support.models import AuditEvent
from kpi.funnel import DEFINITIONS, Funnel
from tests.browser import html, table
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    IntroductionFactory,
    OpenDayFactory,
    ReferralFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 5)
MAY, JUNE, YEAR = 1, 2, 12


@pytest.fixture(autouse=True)
def in_november():
    """5 November 2025."""
    with time_machine.travel("2025-11-05 12:00+09:00", tick=False):
        yield


def lines(table):
    return {row.labels[0].strip(): list(row.cells) for row in table.rows}


def stages(year=2025):
    return lines(Funnel(year, TODAY).stages())


def outcomes(year=2025):
    return lines(Funnel(year, TODAY).outcomes())


def some(line):
    """May, June and the year."""
    return [line[MAY], line[JUNE], line[YEAR]]


def case(client=None):
    return CaseFactory(client or ClientFactory(), opened_on=date(2025, 4, 1))


# -- stages -------------------------------------------------------------------------------------------------


def test_visits_are_the_heads_that_count_of_days_held():
    OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 5, "child": 2, "staff": 3})
    OpenDayFactory(held_on=date(2025, 6, 3), heads={"visitor": 4})
    OpenDayFactory(held_on=date(2025, 6, 4))
    OpenDayFactory(held_on=date(2024, 6, 4), heads={"visitor": 9})

    assert some(stages()["来場（人）"]) == [7, 4, 11]


def test_bridges_are_dated_by_the_day_of_the_cafe_and_mistakes_are_none():
    may, june = OpenDayFactory(held_on=date(2025, 5, 30)), OpenDayFactory(held_on=date(2025, 6, 3))
    IntroductionFactory.create_batch(2, may)
    IntroductionFactory(june)
    IntroductionFactory(june).drop("mistake", on=TODAY, by=UserFactory())
    IntroductionFactory(OpenDayFactory(held_on=date(2025, 3, 31)))

    assert some(stages()["橋（件）"]) == [2, 1, 3]
    assert stages(2024)["橋（件）"][YEAR] == 1


def test_talks_are_dated_by_their_own_day_and_told_apart_by_their_bridge():
    may = OpenDayFactory(held_on=date(2025, 5, 30))
    ConsultationFactory(introduction=IntroductionFactory(may), open_day=may, consulted_on=date(2025, 6, 2))
    ConsultationFactory(open_day=may, consulted_on=date(2025, 5, 30))
    ConsultationFactory(awareness=["cafe"], consulted_on=date(2025, 6, 2))
    ConsultationFactory(consulted_on=date(2025, 6, 2))

    found = stages()

    assert some(found["橋からの相談（件）"]) == [0, 1, 1]
    assert some(found["橋のない相談（件）"]) == [1, 1, 2]
    assert some(found["カフェからの相談（件）"]) == [1, 2, 3]


def test_talks_that_do_not_count_or_were_taken_back_are_left_out():
    day = OpenDayFactory(held_on=date(2025, 5, 30))
    ConsultationFactory(open_day=day, consulted_on=date(2025, 5, 30), is_countable=False)
    ConsultationFactory(open_day=day, consulted_on=date(2025, 5, 30)).void("重複", by=UserFactory())

    assert stages()["カフェからの相談（件）"][YEAR] == 0


def test_connected_is_each_case_once_a_month_and_once_a_year():
    day = OpenDayFactory(held_on=date(2025, 5, 7))
    one, other = case(), case()
    for on in (date(2025, 5, 7), date(2025, 5, 20), date(2025, 6, 3)):
        ConsultationFactory(case=one, open_day=day, consulted_on=on)
    ConsultationFactory(case=other, awareness=["cafe"], consulted_on=date(2025, 5, 8))
    ReferralFactory(one, connected_on=date(2025, 7, 1))
    ReferralFactory(one, connected_on=date(2025, 7, 2))
    ReferralFactory(other, connected_on=date(2025, 5, 8))

    assert some(stages()["つながった（ケース）"]) == [2, 1, 2]


def test_connected_before_the_talk_not_yet_or_elsewhere_is_not_of_the_cafe():
    day = OpenDayFactory(held_on=date(2025, 5, 7))
    before, not_yet, voided = case(), case(), case()
    for each in (before, not_yet, voided):
        ConsultationFactory(case=each, open_day=day, consulted_on=date(2025, 5, 7))
    ReferralFactory(before, connected_on=date(2025, 5, 6))
    ReferralFactory(not_yet, sent_on=date(2025, 5, 8))
    ReferralFactory(voided, connected_on=date(2025, 5, 8)).void("誤り", by=UserFactory())
    elsewhere = case()
    ConsultationFactory(case=elsewhere, consulted_on=date(2025, 5, 7))
    ReferralFactory(elsewhere, connected_on=date(2025, 5, 8))

    assert stages()["つながった（ケース）"][YEAR] == 0


@override_settings(CONNECTED_RUNG="accepted")
def test_connected_follows_the_rung_the_office_counts():
    reached = case()
    ConsultationFactory(case=reached, awareness=["cafe"], consulted_on=date(2025, 5, 7))
    ReferralFactory(reached, accepted_on=date(2025, 5, 8))

    assert some(stages()["つながった（ケース）"]) == [1, 0, 1]


def test_rates_have_one_decimal_and_none_without_a_whole():
    day = OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 8})
    IntroductionFactory(day)

    funnel = Funnel(2025, TODAY).stages()
    row = next(index for index, each in enumerate(funnel.rows) if "橋 ÷ 来場" in each.labels[0])

    assert [funnel.shown(funnel.rows[row], column) for column in (2, 3, 13)] == ["12.5%", "－", "12.5%"]


def test_months_to_come_are_empty():
    assert stages()["橋（件）"] == [*[0] * 8, *[None] * 4, 0]


# -- outcomes -----------------------------------------------------------------------------------------------


def test_outcomes_add_up_to_the_bridges_in_every_month():
    may, june = OpenDayFactory(held_on=date(2025, 5, 30)), OpenDayFactory(held_on=date(2025, 6, 3))
    became, uncounted, voided, *_waiting = IntroductionFactory.create_batch(5, may)
    ConsultationFactory(introduction=became, consulted_on=date(2025, 6, 2))
    ConsultationFactory(introduction=uncounted, is_countable=False, consulted_on=date(2025, 6, 2))
    ConsultationFactory(introduction=voided, consulted_on=date(2025, 6, 2)).void("人ちがい", by=UserFactory())
    for reason in Introduction.DropReason.values:
        IntroductionFactory(june).drop(reason, on=date(2025, 6, 4), by=UserFactory())

    found = outcomes()

    assert {label: some(line) for label, line in found.items() if "÷" not in label} == {
        "橋（件）": [5, 4, 9],
        "相談になった": [2, 0, 2],
        "待っている": [3, 0, 3],
        "相談にならなかった": [0, 4, 4],
        "来られなかった": [0, 1, 1],
        "今は話さないとのこと": [0, 1, 1],
        "カフェで話を聞いて終わった": [0, 1, 1],
        "だれのことか分からなかった": [0, 1, 1],
    }
    parts = zip(found["相談になった"], found["待っている"], found["相談にならなかった"], strict=True)
    assert [sum(column) for column in parts if None not in column] == [
        each for each in found["橋（件）"] if each is not None
    ]


# -- the page -----------------------------------------------------------------------------------------------


def test_a_year_with_its_months_takes_four_questions(django_assert_num_queries):
    funnel = Funnel(2025, TODAY)

    with django_assert_num_queries(4):
        funnel.stages()
        funnel.outcomes()


def test_page_has_every_definition_and_opens_no_record(login):
    client = ClientFactory(name="封印 つぐみ", protection="sealed")
    ConsultationFactory(client=client, awareness=["cafe"], consulted_on=date(2025, 5, 7))

    text = html(login("manager").get(reverse("kpi:cafe_funnel", args=[2025])))

    assert [label for label, words in DEFINITIONS if words not in text] == []
    assert "封印" not in text
    assert "/consultations/" not in text.partition("<main")[2]


def test_file_holds_the_tables_of_the_page_and_stands_in_the_trail(login):
    day = OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 9})
    ConsultationFactory(introduction=IntroductionFactory(day), consulted_on=day.held_on)
    manager = login("manager")

    response = manager.get(reverse("kpi:cafe_funnel_export", args=[2025]))

    found = [[value for value in row if value != ""] for row in table(response)]
    for shown in Funnel(2025, TODAY).tables():
        head = found.index(list(shown.head))
        for number, row in enumerate(shown.rows, 1):
            wanted = [shown.missing if value is None else value for value in shown.values(row)]
            assert found[head + number] == [
                each if isinstance(each, str) else pytest.approx(float(str(each))) for each in wanted
            ]
        found = found[head + 1 :]
    event = AuditEvent.objects.get(action="export")
    assert [event.user, event.object_type, event.basis] == [
        manager.user,
        "cafe.introduction",
        "令和7年度（2025年度）",
    ]


@pytest.mark.parametrize(
    ("role", "linked"), [("manager", True), ("counselor", True), ("coordinator", False), ("viewer", False)]
)
def test_page_is_linked_from_home_and_the_indicators_for_those_who_may(login, role, linked):
    browser, funnel = login(role), reverse("kpi:cafe_funnel", args=[2025])

    pages = [html(browser.get(each)) for each in ("/", reverse("kpi:indicator_list", args=[2025]))]

    assert [funnel in each for each in pages] == [linked, linked]


@pytest.mark.parametrize("edge", [1900, 2099])
def test_first_and_last_year_of_a_path_have_a_page(login, edge):
    assert login("manager").get(reverse("kpi:cafe_funnel", args=[edge])).status_code == 200
