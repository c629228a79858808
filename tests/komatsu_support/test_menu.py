"""The menu marks the entry a page belongs to, and one only."""

import pytest


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["今日の仕事"]),
        ("/consultations/", ["相談"]),
        ("/consultations/clients/", ["相談者"]),
        ("/consultations/appointments/", ["予約"]),
        ("/cafe/days/", ["カフェ"]),
        ("/cafe/months/2025-05/", ["カフェ"]),
        ("/cafe/events/", ["カフェ"]),
        ("/consultations/introductions/", ["カフェ"]),
        ("/referrals/consents/", ["つなぎ"]),
        ("/referrals/agencies/", ["支援機関"]),
        ("/training/series/", ["研修"]),
        ("/kpi/2025/", ["指標"]),
        ("/accounts/password/change/", []),
    ],
)
def test_menu_marks_one_entry(login, path, current):
    response = login("lead").get(path)

    assert [entry.label for entry in response.context["menu"] if entry.current] == current


def test_menu_of_a_stranger_is_empty(client, db):
    assert client.get("/accounts/login/").context["menu"] == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/cafe/days/", ["開催日"]),
        ("/cafe/months/2025-05/plan/", ["月の予定"]),
        ("/cafe/events/new/", ["企画"]),
        ("/cafe/paper/new/", []),
        ("/consultations/introductions/", ["橋"]),
        ("/consultations/", []),
    ],
)
def test_second_row_marks_where_one_is_within_the_app(login, path, current):
    response = login("coordinator" if "cafe" in path else "counselor").get(path)

    assert [entry.label for entry in response.context["section"] if entry.current] == current
