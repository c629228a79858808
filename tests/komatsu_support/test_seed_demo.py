"""The sample: its figures are the published ones, its rows are such as the forms would have let in."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Count, F, Sum
from django.test import override_settings

from cafe.models import (
    AgeHeads,
    Attendance,
    Contribution,
    Event,
    EventSeries,
    Expense,
    Idea,
    OpenDay,
    PaperCount,
    Visit,
    Visitor,
)
from consultations.models import Case, Client, Consultation
from komatsu_support import audit
from komatsu_support.fiscal import fiscal_year
from komatsu_support.management.sample import WRITTEN
from komatsu_support.management.sample.people import ACCOUNTS, PASSWORD
from komatsu_support.models import AuditEvent, OfficeDay, Record, Role, User
from kpi.figures import figures
from kpi.models import Report, Target
from kpi.sheets.report import partners, training_lines
from referrals.models import Agency, Conference, Consent, Referral
from training.models import Lecturer

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
YEARS = (2023, 2024, 2025, 2026)
# SHA-256 of the two persons' names on the published page, which stand nowhere in this repository.
REAL_NAMES = {
    "ac87e0e6b3c751f2b4ba091867eec47d4ef354217f5af549c3aa471feea05826",
    "c1315b2d9d07e79e1ff4030a0421b6cf2988f3c35e5de9b6b0bd6d1f7f742704",
}


@pytest.fixture(scope="module", autouse=True)
def sample(django_db_setup, django_db_blocker) -> Iterator[None]:
    """`seed_demo --year 2025` on a November morning of 2026, once for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(MORNING, tick=False), override_settings(DEBUG=True):
            call_command("seed_demo", year=2025, stdout=StringIO())
        yield
        transaction.set_rollback(True)


def actuals(year: int) -> dict[str, int]:
    period = fiscal_year(year)
    held = OpenDay.objects.held().in_period(period).with_heads()
    return {
        "consultations": Consultation.objects.counted().in_period(period).count(),
        "heads": held.aggregate(sum=Sum("heads"))["sum"],
        "connected": Referral.objects.connected().in_period(period).count(),
        "conferences": Conference.objects.individual().in_period(period).count(),
    }


# --- figures


def test_published_year_has_exactly_the_published_figures():
    assert actuals(2025) == {"consultations": 185, "heads": 919, "connected": 11, "conferences": 10}


@pytest.mark.parametrize("year", [2023, 2024])
def test_earlier_years_are_lower_in_everything(year):
    published = actuals(2025)

    assert {code: number < published[code] for code, number in actuals(year).items()} == dict.fromkeys(
        published, True
    )


def test_running_year_has_records_up_to_yesterday_and_none_later():
    period = fiscal_year(2026)

    latest = {
        "consultations": Consultation.objects.in_period(period).latest("consulted_on").consulted_on,
        "heads": OpenDay.objects.held().latest("held_on").held_on,
    }

    assert latest["consultations"] < TODAY
    assert latest["heads"] < TODAY
    assert all(number > 0 for number in actuals(2026).values())


def test_annual_table_of_the_published_year_prints_the_published_rates():
    lines = [
        (
            *(line.target.code, line.target.group, line.target.measure_type, line.target.unit),
            *(line.target.target, line.actual, line.achievement, str(line.raw)),
        )
        for line in figures(2025)
    ]

    assert lines == [
        ("connected", "project_goal", "outcome", "件", 15, 11, 73, "73.3"),
        ("case_conferences", "project_goal", "outcome", "回", 6, 10, 100, "166.7"),
        ("consultations", "project_kpi", "output", "件", 180, 185, 100, "102.8"),
        ("cafe_attendance", "project_kpi", "output", "人", 850, 919, 100, "108.1"),
    ]


def test_every_year_has_its_four_targets():
    assert [Target.objects.of(year).count() for year in YEARS] == [4, 4, 4, 4]


# --- what is left out


@pytest.mark.parametrize("reason", ["機関との連絡のみ", "間違い電話", "開所時間の問合せ"])
def test_contacts_that_do_not_count_have_their_reason(reason):
    left_out = Consultation.objects.in_period(fiscal_year(2025)).filter(not_countable_reason=reason)

    assert left_out.exists()
    assert not left_out.filter(is_countable=True).exists()


def test_some_consultations_are_voided_with_their_former_value_in_the_history():
    voided = Consultation.objects.in_period(fiscal_year(2025)).exclude(voided_at=None)

    histories = {
        tuple(each.history.order_by("version").values_list("version", "void_reason")) for each in voided
    }

    assert voided.count() == 3
    assert histories == {((1, ""), (2, reason)) for reason in voided.values_list("void_reason", flat=True)}


def test_heads_of_staff_volunteers_lecturers_and_observers_stand_beside_and_do_not_count():
    of_year = Attendance.objects.filter(open_day__in=OpenDay.objects.in_period(fiscal_year(2025)))

    roles = set(of_year.values_list("role", flat=True))

    assert roles == set(Attendance.Role.values)
    assert of_year.aggregate(sum=Sum("heads"))["sum"] > 919


def test_published_year_has_days_without_visitors_and_cancelled_days_and_none_unclosed():
    days = OpenDay.objects.in_period(fiscal_year(2025))

    assert days.held().with_heads().filter(heads=0).exists()
    assert days.filter(state="cancelled").exclude(cancel_reason="").count() == 5
    assert not days.unclosed(TODAY).exists()


def test_only_one_past_day_is_unclosed_and_it_is_of_the_running_year():
    unclosed = OpenDay.objects.unclosed(TODAY)

    assert [fiscal_year(2026).contains(day.held_on) for day in unclosed] == [True]


def test_meetings_of_every_kind_and_state_stand_beside_the_individual_ones():
    kinds = set(Conference.objects.in_period(fiscal_year(2025)).values_list("kind", "state"))

    assert kinds == {
        ("individual_case", "held"),
        ("individual_case", "cancelled"),
        ("internal", "held"),
        ("liaison", "held"),
    }
    assert Conference.objects.filter(kind="individual_case", state="planned").get().held_on >= TODAY


def test_referrals_stand_on_every_rung():
    rungs = {each.rung for each in Referral.objects.all()}

    assert rungs == {
        *("情報提供", "依頼", "先方受付", "利用開始", "1か月後も継続"),
        *("不調", "本人辞退", "返答なし"),
    }
    assert Referral.objects.waiting().count() == 3


# --- likeness


def test_cafe_opens_four_or_five_days_in_a_week_without_holidays():
    week = (date(2025, 6, 2), date(2025, 6, 6))
    weeks = [OpenDay.objects.filter(held_on__range=week).count()]
    week = (date(2025, 6, 9), date(2025, 6, 13))
    weeks.append(OpenDay.objects.filter(held_on__range=week).count())

    assert sorted(weeks) == [4, 5]


def test_nothing_happens_on_a_day_on_which_the_office_is_closed():
    closed = OfficeDay.objects.filter(desk_open=False).values("day")

    assert not Consultation.objects.filter(consulted_on__in=closed).exists()
    assert not OpenDay.objects.filter(held_on__in=closed).exists()
    assert not Conference.objects.filter(held_on__in=closed).exists()
    assert not Referral.objects.filter(connected_on__in=closed).exists()


def test_clients_of_a_year_are_some_seventy_to_ninety():
    counted = Consultation.objects.counted().in_period(fiscal_year(2025)).exclude(client=None)

    assert 65 <= counted.values("client").distinct().count() <= 95


def test_every_visit_type_is_what_the_rule_proposes():
    consultations = Consultation.objects.standing().in_period(fiscal_year(2025)).select_related("client")

    differing = [each.pk for each in consultations if each.visit_type != each.proposed_visit_type()]

    assert differing == []


def test_main_topic_is_ticked_among_the_topics_of_every_counted_consultation():
    counted = Consultation.objects.counted()

    assert counted.filter(terms=F("main_topic")).count() == counted.count()


def test_case_of_a_consultation_is_the_clients_and_open_on_the_day():
    with_case = Consultation.objects.exclude(case=None)

    assert with_case.exists()
    assert not with_case.exclude(client=F("case__client")).exists()
    assert not with_case.filter(consulted_on__lt=F("case__opened_on")).exists()
    assert not with_case.filter(consulted_on__gt=F("case__closed_on")).exists()


def test_every_sent_referral_has_a_consent_that_covers_agency_and_day_or_an_approved_basis():
    sent = Referral.objects.sent()

    uncovered = [
        each.pk
        for each in sent.filter(legal_basis="")
        if not Consent.objects.filter(
            pk=each.consent_id,
            client=each.case.client_id,
            agencies=each.agency_id,
            obtained_on__lte=each.sent_on,
            valid_until__gte=each.connected_on or each.sent_on,
        ).exists()
    ]

    assert uncovered == []
    assert sent.exclude(legal_basis="").exists()
    assert not sent.exclude(legal_basis="").filter(approved_by=F("staff")).exists()


def test_some_clients_are_restricted_sealed_and_protected_and_need_an_interpreter():
    assert Client.objects.filter(protection="restricted").count() == 4
    assert Client.objects.filter(protection="sealed").get().assigned.count() == 2
    assert Client.objects.filter(address_protected=True, protected_until__gt=TODAY).count() == 2
    assert Client.objects.filter(needs_interpreter=True).exclude(language__code="ja").exists()
    assert Client.objects.filter(name="", alias="").exists()


def test_clients_are_numbered_in_the_order_of_their_arrival():
    numbers = Client.objects.in_period(fiscal_year(2025)).order_by("first_contact_on", "pk")

    expected = [f"R7-{order:04d}" for order in range(1, numbers.count() + 1)]

    assert list(numbers.values_list("number", flat=True)) == expected


def test_ideas_wait_became_events_and_were_let_go():
    ideas = Idea.objects.with_stage()

    stages = [idea.stage for idea in ideas.by_interest()]

    assert stages == ["fresh"] * 4 + ["event"] * 3 + ["let_go"] * 2
    assert all(idea.votes_cast for idea in ideas)
    assert not Event.objects.filter(open_day__held_on__lte=F("idea__heard_on")).exists()


def test_expenses_are_of_held_events_and_every_answer_about_photos_was_given():
    of_year = Event.objects.held().in_period(fiscal_year(2025))

    assert not Expense.objects.exclude(event__open_day__state="held").exists()
    assert Expense.objects.in_period(fiscal_year(2025)).counted().total() > 0
    assert set(of_year.values_list("photo_consent", flat=True)) == set(Event.PhotoConsent.values)


# --- the published page


def test_guests_with_a_name_tag_are_never_more_than_were_counted_and_carry_user_led_events():
    counted = {
        (row["open_day"], row["role"]): row["heads"]
        for row in Attendance.objects.values("open_day", "role", "heads")
    }
    named = Visit.objects.held().order_by().values_list("open_day", "role").annotate(Count("pk"))

    beyond = [(day, role) for day, role, number in named if number > counted.get((day, role), 0)]

    assert beyond == []
    assert Visitor.objects.standing().count() == 12
    assert Contribution.objects.exclude(event__kind=Event.Kind.USER_LED).count() == 0
    assert Contribution.objects.in_period(fiscal_year(2025)).by_former_guests().persons() > 0


def test_series_of_the_cafe_contain_those_of_the_published_page():
    published = {
        "こころほぐしからだほぐし ヨガ",
        "笑いヨガ",
        "小松市国際交流員とクッキング",
        "染め紙",
        "月いち おにぎりとカレーの日",
    }

    of_year = Event.objects.held().in_period(fiscal_year(2025))

    assert published - set(EventSeries.objects.values_list("name", flat=True)) == set()
    assert published - set(of_year.values_list("series__name", flat=True)) == set()


def test_partners_are_listed_as_published_with_the_lost_comma_found():
    assert partners() == (
        "子ども食堂、フードバンクを実施する民間団体、障がい者相談支援センター、ハローワーク、すこやかセンター、"
        "発達支援センター、高齢者総合相談センター、医療機関 等"
    )


def test_training_is_listed_as_published_with_organisations_as_lecturers():
    assert training_lines(2025) == [
        "○高齢者の生活支援について考える会〈プラサポ35〉",
        "　第1回「小松市内の生活支援サービスの現状について」報告・ワークショップ",
        "　　講師：小松市長寿介護課、小松市社会福祉協議会、小松市シルバー人材センター、コープおたがいさま南加賀",
        "　第2回「小松市内の生活支援サービスの現状について」ワークショップ",
        "　第3回「10年後の高齢者の生活支援の課題解決に向けて、今後あればいいと思う具体的なサービスについて」"
        "ワークショップ",
        "　第4回「保証人がいない人の入院支援について」ワークショップ・報告会",
        "○女性のための健康講座",
        "　「女性のからだを知ろう！更年期障害を中心に」講演",
        "　　講師：小松市民病院産婦人科",
    ]
    assert not Lecturer.objects.exclude(kind="organisation").exists()


def test_report_of_the_published_year_has_its_amounts_and_no_other_year_has_a_report():
    amounts = Report.objects.values_list("fiscal_year", "project_cost_kyen", "grant_amount_kyen")

    assert list(amounts) == [(2025, 5000, 2475)]


def test_no_real_persons_name_is_anywhere():
    words = set()
    models_with_words: list[type[models.Model]] = [User, *WRITTEN]
    for model in models_with_words:
        names = [f.name for f in model._meta.fields if isinstance(f, models.CharField | models.TextField)]
        for row in model._base_manager.values_list(*names):
            words |= {re.sub(r"\s", "", word) for word in row if word}
    pieces = {word[start : start + 3] for word in words for start in range(len(word) - 2)}

    assert len(pieces) > 1000
    assert {sha256(piece.encode()).hexdigest() for piece in pieces} & REAL_NAMES == set()


def test_phone_numbers_are_of_exchanges_that_do_not_exist():
    numbers = {
        *Client.objects.values_list("phone", flat=True),
        *Client.objects.values_list("mobile", flat=True),
    }
    numbers |= {
        *Agency.objects.values_list("phone", flat=True),
        *Agency.objects.values_list("fax", flat=True),
    }

    assert {number[:7] for number in numbers if number} == {"0761-00", "090-000"}


# --- honesty of the bulk


def test_every_record_has_as_many_history_rows_as_versions():
    differing = {
        model._meta.label
        for model in WRITTEN
        if sum(model._base_manager.values_list("version", flat=True)) != model.history.count()
    }

    assert differing == set()


def test_latest_history_row_of_a_held_day_has_heads_and_staff():
    day = OpenDay.objects.held().filter(attendances__heads__gt=0).earliest("held_on")

    kept = day.history.latest("version").ticked

    assert kept["heads"] == {each.role: each.heads for each in day.attendances.all()}
    assert kept["ages"] == {each.age_band: each.heads for each in day.age_heads.all()}
    assert kept["staff"] == sorted(day.staff.values_list("pk", flat=True))


def test_ages_noted_never_exceed_the_heads_that_count():
    noted = dict(AgeHeads.objects.values_list("open_day").annotate(sum=Sum("heads")))
    heads = dict(OpenDay.objects.with_heads().values_list("pk", "heads"))

    assert [day for day, number in noted.items() if number > heads[day]] == []


def test_paper_sheets_agree_with_the_closings_of_their_days():
    heads = dict(OpenDay.objects.held().with_heads().values_list("pk", "heads"))
    papers = list(PaperCount.objects.standing())

    assert len(papers) == 4
    assert [paper for paper in papers if paper.control_total != heads[paper.open_day_id]] == []
    assert [paper for paper in papers if sum(paper.ages.values()) > paper.control_total] == []


def test_trail_tells_how_many_of_each_model_were_made_and_verifies():
    told = AuditEvent.objects.filter(basis="seed_demo 2025").values_list("object_type", "count")

    made = {model._meta.label_lower: model._base_manager.count() for model in WRITTEN}

    assert dict(told) == {"komatsu_support.user": len(ACCOUNTS), **made}
    assert audit.verify().faults == []


def test_nothing_was_written_after_the_moment_of_seeding():
    late = [
        model._meta.label
        for model in WRITTEN
        if model._base_manager.filter(updated_at__gt=MORNING).exists()
        or model._base_manager.filter(updated_at__lt=F("created_at")).exists()
    ]

    assert late == []


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model._meta.label)
def test_rows_are_such_as_the_forms_would_let_in(model: type[Record]):
    rows = list(model._base_manager.order_by("pk"))

    for row in rows[:: len(rows) // 15 + 1]:
        row.full_clean()


def test_a_sample_record_can_be_changed_through_the_door():
    case = Case.objects.open().earliest("pk")
    version = case.version

    with transaction.atomic():
        case.policy = "見守りを続ける。"
        case.save(by=User.objects.get(username="lead"), changed=["policy"])
        remembered = case.history.latest("history_id").policy
        transaction.set_rollback(True)

    assert (case.version, remembered) == (version + 1, "見守りを続ける。")


# --- accounts


def test_every_role_has_an_account_with_the_sample_password():
    users = User.objects.active()

    assert set(users.values_list("role", flat=True)) == set(Role.values)
    assert {each.username for each in users if each.check_password(PASSWORD)} == {
        each.username for each in ACCOUNTS
    }


def test_everybody_is_found_by_her_number_and_name():
    client = Client.objects.standing().exclude(name="").earliest("pk")

    assert list(Client.objects.standing().found_by(client.number)) == [client]
    assert client in Client.objects.found_by(client.name)
