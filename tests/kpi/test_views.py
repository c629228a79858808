"""指標 on the screen: who sees what, and that every number opens its records."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from komatsu_support.models import AuditEvent, Draft
from kpi.models import Override, Report, Target
from tests.browser import html, typed
from tests.factories import (
    ClientFactory,
    ConferenceFactory,
    ConsultationFactory,
    OpenDayFactory,
    OverrideFactory,
    ReferralFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
CODES = ("connected", "case_conferences", "consultations", "cafe_attendance")


@pytest.fixture
def year():
    """FY2025 with one record behind each figure."""
    for order, code in enumerate(CODES):
        TargetFactory(code, fiscal_year=2025, target=4, order=order)
    ConsultationFactory(consulted_on=date(2025, 5, 1), client=ClientFactory(name="封印 ひらり"))
    ReferralFactory(sent_on=date(2025, 5, 1), connected_on=date(2025, 5, 2))
    ConferenceFactory(held_on=date(2025, 5, 3))
    OpenDayFactory(held_on=date(2025, 5, 7), heads={"visitor": 3, "staff": 2})
    return 2025


def annual(response):
    """The table as (label, 実績 as printed)."""
    return [(row.labels[1], row.cells[1]) for row in response.context["annual"].rows]


def test_current_goes_to_the_running_year(login):
    with time_machine.travel("2026-03-31 12:00+09:00"):
        response = login("manager").get(reverse("kpi:current"))

    assert response.url == "/kpi/2025/"


@pytest.mark.parametrize("edge", [1900, 2099])
def test_first_and_last_year_of_a_path_have_a_table(login, edge):
    assert login("manager").get(reverse("kpi:indicator_list", args=[edge])).status_code == 200


def test_table_shows_target_actual_and_rate_of_every_indicator(login, year):
    response = login("manager").get(reverse("kpi:indicator_list", args=[year]))

    assert annual(response) == [(f"指標 {code}", 3 if code == "cafe_attendance" else 1) for code in CODES]
    assert [line.achievement for line in response.context["lines"]] == [25, 25, 25, 75]


def test_viewer_sees_the_year_and_neither_months_nor_records(login, year):
    viewer = login("viewer")

    response = viewer.get(reverse("kpi:indicator_list", args=[year]))
    refused = viewer.get(reverse("kpi:indicator_detail", args=[year, "consultations"]))
    export = viewer.get(reverse("kpi:report_export", args=[year]))

    assert response.context["progress"] is None
    assert f"/kpi/{year}/consultations/" not in html(response)
    assert [refused.status_code, export.status_code] == [403, 403]


def test_coordinator_sees_the_figures_of_the_cafe_alone(login, year):
    coordinator = login("coordinator")

    response = coordinator.get(reverse("kpi:indicator_list", args=[year]))
    foreign = coordinator.get(reverse("kpi:indicator_detail", args=[year, "consultations"]))
    own = coordinator.get(reverse("kpi:indicator_detail", args=[year, "cafe_attendance"]))

    assert annual(response) == [("指標 cafe_attendance", 3)]
    assert [foreign.status_code, own.status_code] == [404, 200]


def test_evidence_names_the_client_for_a_counselor_and_is_recorded(login, year):
    counselor = login("counselor")

    response = counselor.get(reverse("kpi:indicator_detail", args=[year, "consultations"]))

    assert "封印 ひらり" in html(response)
    assert AuditEvent.objects.filter(user=counselor.user, action="list", count=1).count() == 1


def test_evidence_for_a_manager_has_no_name_and_no_link(login, year):
    response = login("manager").get(reverse("kpi:indicator_detail", args=[year, "consultations"]))

    assert response.context["head"] == ["相談日", "方法", "年代", "主訴"]
    assert "封印 ひらり" not in html(response)
    assert 'href="/consultations/' not in html(response)
    assert len(response.context["rows"]) == 1


@pytest.mark.parametrize("role", ["counselor", "manager"])
def test_evidence_counts_restricted_records_without_listing_them(login, year, role):
    ConsultationFactory(
        consulted_on=date(2025, 5, 9), client=ClientFactory(protection="restricted", name="封印 しおり")
    )

    response = login(role).get(reverse("kpi:indicator_detail", args=[year, "consultations"]))

    assert "ほか 1件は閲覧制限" in html(response)
    assert (response.context["number"], len(response.context["rows"])) == (2, 1)
    assert "封印 しおり" not in html(response)


def test_evidence_of_a_month_has_the_records_of_that_month(login, year):
    ConsultationFactory(consulted_on=date(2025, 6, 1))

    response = login("counselor").get(reverse("kpi:indicator_month", args=[year, "consultations", 6]))

    assert (response.context["number"], len(response.context["rows"])) == (1, 1)


def test_evidence_of_the_cafe_lists_days_with_the_heads_that_count(login, year):
    response = login("manager").get(reverse("kpi:indicator_detail", args=[year, "cafe_attendance"]))

    assert [cells[1] for _, cells in response.context["rows"]] == ["3人"]
    assert response.context["number"] == 3


def test_evidence_of_each_indicator_opens_for_each_reader(login, year):
    for role in ("counselor", "lead", "manager"):
        browser = login(role)
        for code in CODES:
            response = browser.get(reverse("kpi:indicator_detail", args=[year, code]))

            assert (role, code, response.status_code, len(response.context["rows"])) == (role, code, 200, 1)


@pytest.mark.parametrize(
    "path", ["/kpi/2025/nothing/", "/kpi/99999/", "/kpi/0001/", "/kpi/2025/consultations/13/"]
)
def test_unknown_year_code_and_month_are_not_found(login, year, path):
    assert login("manager").get(path).status_code == 404


def test_empty_year_says_the_next_step(login):
    response = login("manager").get(reverse("kpi:indicator_list", args=[2030]))

    assert "前年度の指標を写すか、新しく追加してください" in html(response)


def test_manager_changes_a_target_and_the_rate_follows(login, year):
    manager = login("manager")
    target = Target.objects.of(year).get(code="cafe_attendance")
    path = reverse("kpi:target_edit", args=[year, target.pk])
    fields = {
        "code": target.code,
        "label": target.label,
        "unit": "人",
        "target": "6",
        "order": "3",
        "group": target.group,
        "measure_type": target.measure_type,
        "version": target.version,
    }

    response = manager.post(path, fields)

    assert response.status_code == 302
    lines = manager.get(reverse("kpi:indicator_list", args=[year])).context["lines"]
    assert [line.achievement for line in lines][-1] == 50


def test_same_indicator_twice_in_a_year_is_refused_at_the_field(login, year):
    fields = {
        "code": "connected",
        "label": "もう一つ",
        "unit": "件",
        "target": "6",
        "order": "3",
        "group": "project_kpi",
        "measure_type": "output",
    }

    response = login("manager").post(reverse("kpi:target_create", args=[year]), fields)

    assert response.status_code == 422
    assert response.context["form"].errors["code"] == ["この指標は年度に登録されています。"]
    assert Target.objects.of(year).count() == 4


def test_override_needs_a_reason(login, year):
    path = reverse("kpi:override_create", args=[year])

    response = login("manager").post(path, {"code": "connected", "actual": "12", "reason": ""})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert Override.objects.count() == 0


def test_copying_takes_last_years_targets_with_one_press(login, year):
    manager = login("manager")

    response = manager.post(reverse("kpi:target_copy", args=[year + 1]), follow=True)

    assert "前年度の指標を4件写しました。" in html(response)
    assert Target.objects.of(year + 1).count() == 4


def test_counselor_cannot_change_targets(login, year):
    counselor = login("counselor")

    statuses = [
        counselor.get(reverse("kpi:target_list", args=[year])).status_code,
        counselor.post(reverse("kpi:target_copy", args=[year + 1])).status_code,
        counselor.get(reverse("kpi:report_edit", args=[year])).status_code,
    ]

    assert statuses == [403, 403, 403]


def test_page_takes_six_queries_besides_session_and_user(login, year, django_assert_max_num_queries):
    manager = login("manager")
    manager.get(reverse("kpi:indicator_list", args=[year]))

    with django_assert_max_num_queries(8):
        manager.get(reverse("kpi:indicator_list", args=[year]))


def test_months_of_the_evidence_run_from_april(login, year):
    response = login("manager").get(reverse("kpi:indicator_detail", args=[year, "consultations"]))

    assert [month.start.month for month in response.context["months"]] == [*range(4, 13), 1, 2, 3]


def test_evidence_is_dated_by_what_the_figure_counts(login, year):
    for order, code in enumerate(("referrals_sent", "connected")):
        if code == "referrals_sent":
            TargetFactory(code, fiscal_year=year, order=order)
    manager = login("manager")

    heads = [
        manager.get(reverse("kpi:indicator_detail", args=[year, code])).context["head"][0]
        for code in ("referrals_sent", "connected")
    ]

    assert heads == ["依頼日", "利用開始日（つながった日）"]


def test_override_of_an_indicator_without_a_line_can_be_put_right(login, year):
    override = OverrideFactory("training_sessions", fiscal_year=year, actual=70)

    page = html(login("manager").get(reverse("kpi:target_list", args=[year])))

    assert "研修の実施回数" in page
    assert reverse("kpi:override_edit", args=[year, override.pk]) in page
    assert reverse("kpi:override_void", args=[year, override.pk]) in page


def keep_draft(browser, page, **changes):
    """What is typed, saved while typing."""
    return browser.post(reverse("draft_save"), typed(page, **changes))


def test_draft_of_a_years_report_is_offered_in_no_other_year(login, year):
    manager = login("manager")
    keep_draft(manager, manager.get(reverse("kpi:report_edit", args=[year])), features="今年の特徴")

    offered = [
        len(manager.get(reverse("kpi:report_edit", args=[each])).context["drafts"])
        for each in (year, year + 1)
    ]

    assert offered == [1, 0]


def test_draft_of_a_report_that_somebody_else_has_stored_first_is_still_offered(login, year):
    manager, lead, path = login("manager"), login("lead"), reverse("kpi:report_edit", args=[year])
    keep_draft(manager, manager.get(path), features="一時間かけて書いた特徴")
    lead.post(path, typed(lead.get(path), features="先に書いた特徴"))

    [draft] = manager.get(path).context["drafts"]
    resumed = typed(manager.get(path, {"draft": draft.pk}))
    conflict = manager.post(path, resumed)
    manager.post(path, typed(conflict))

    assert resumed["features"] == ["一時間かけて書いた特徴"]
    assert conflict.status_code == 409
    assert "先に書いた特徴" in html(conflict)
    assert Report.objects.get().features == "一時間かけて書いた特徴"
    assert not Draft.objects.exists()
