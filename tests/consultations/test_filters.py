"""The filters of the desk: each narrows the list to what it says."""

from datetime import date
from html import escape
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse

from consultations.filters import CaseFilter, ClientFilter, ConsultationFilter, counts, hidden_count
from consultations.models import Case, Client, Consultation
from komatsu_support.fiscal import MONTHS, fiscal_year, month_of
from komatsu_support.models import Term
from kpi.figures import figures
from tests.browser import html
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    SavedFilterFactory,
    TargetFactory,
    UserFactory,
    term,
)

pytestmark = pytest.mark.django_db


def kept(filter_class, model, **given):
    """What a filter leaves, by key; opened on every year unless said otherwise."""
    query = QueryDict(mutable=True)
    query.update({"year": "all", **{name: str(value) for name, value in given.items()}})
    return set(filter_class(query, model.objects.all()).qs)


@pytest.fixture
def talks():
    """Two consultations that differ in everything."""
    first = ConsultationFactory(
        consulted_on=date(2024, 5, 7), method="phone", topics=["mental"], age_band="40s", source="self"
    )
    second = ConsultationFactory(
        case=CaseFactory(opened_on=date(2025, 5, 1), status="watch"),
        suicide_risk="current",
        abuse_suspected=True,
        consulted_on=date(2025, 5, 7),
        method="online",
        topics=["dv", "work"],
        age_band="50s",
        source="police",
        visit_type="returning",
        urgency="high",
        dv="current",
        is_countable=False,
    )
    return first, second


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year", 2025),
        ("since", "R7.5.7"),
        ("method", ("method", "online")),
        ("main_topic", ("topic", "dv")),
        ("topic", ("topic", "dv")),
        ("topic", ("topic", "work")),
        ("age_band", "50s"),
        ("source", ("source", "police")),
        ("visit_type", "returning"),
        ("urgency", "high"),
        ("dv", "current"),
        ("countable", "False"),
        ("suicide_risk", "current"),
        ("abuse", "True"),
        ("status", "watch"),
    ],
)
def test_filter_of_consultations_keeps_what_it_names(talks, name, value):
    value = term(*value).pk if isinstance(value, tuple) else value

    assert kept(ConsultationFilter, Consultation, **{name: value}) == {talks[1]}


def test_filter_by_case_finds_talks_outside_any(talks):
    assert kept(ConsultationFilter, Consultation, status="none") == {talks[0]}


def test_filter_by_main_topic_leaves_out_those_that_only_touch_it(talks):
    assert kept(ConsultationFilter, Consultation, main_topic=term("topic", "work").pk) == set()


def test_filter_by_staff_keeps_hers(talks):
    assert kept(ConsultationFilter, Consultation, staff=talks[0].staff.pk) == {talks[0]}


def test_days_take_the_place_of_the_year(talks):
    found = kept(ConsultationFilter, Consultation, year=2025, since="2024-05-07", until="令和6年5月7日")

    assert found == {talks[0]}


def test_voided_consultation_is_listed_when_asked_for(talks):
    talks[0].void("まちがい", by=UserFactory())

    assert kept(ConsultationFilter, Consultation) == {talks[1]}
    assert kept(ConsultationFilter, Consultation, voided="on") == set(talks)


@pytest.mark.parametrize(
    "given",
    [
        {"year": "1999"},
        {"since": "きのう"},
        {"staff": "0"},
        {"topic": "x"},
        {"dv": "maybe"},
        {"method": "9" * 30},
    ],
)
def test_filter_that_cannot_be_read_lists_nothing(talks, given):
    assert kept(ConsultationFilter, Consultation, **given) == set()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, True),
        ({"year": "2025"}, True),
        ({"year": "2025", "countable": "True", "voided": "on"}, True),
        ({"since": "R7.5.1", "until": "R7.5.31"}, True),
        ({"since": "2024-02-01", "until": "2024-02-29"}, True),
        ({"since": "2023-04-01"}, True),
        ({"since": "R7.5.2", "until": "R7.5.31"}, False),
        ({"since": "R7.5.1", "until": "R7.5.30"}, False),
        ({"age_band": "40s"}, False),
        ({"dv": "current"}, False),
        ({"abuse": "False"}, False),
        ({"year": "2025", "visit_type": "new", "countable": "True"}, False),
    ],
)
def test_remainder_is_told_of_years_and_whole_months_alone(talks, given, told):
    """A closed record that comes and goes with a narrower question would tell what is in it."""
    closed = ConsultationFactory(consulted_on=date(2025, 5, 7), client=ClientFactory(protection="restricted"))
    viewer = UserFactory()
    filterset = ConsultationFilter(
        QueryDict(urlencode({"year": "all", **given})), Consultation.objects.visible_to(viewer)
    )

    found = counts(filterset, viewer)

    assert Consultation.objects.visible_to(viewer).filter(pk=closed.pk).exists() is False
    assert ("hidden_count" in found, "counted_hidden" in found) == (told, told)
    assert found.get("leaves_hidden_out", False) is not told
    assert hidden_count(filterset).get("leaves_hidden_out", False) is not told


def test_narrow_filter_answers_the_same_with_and_without_hidden_records(talks):
    viewer = UserFactory()

    def asked():
        query = QueryDict("year=all&age_band=40s")
        return counts(ConsultationFilter(query, Consultation.objects.visible_to(viewer)), viewer)

    before = asked()
    ConsultationFactory(age_band="40s", client=ClientFactory(protection="restricted"))
    ConsultationFactory(age_band="40s", client=ClientFactory(protection="sealed"))

    assert asked() == before == {"leaves_hidden_out": True, "total": 1, "counted": 1}


def test_condition_in_force_is_a_chip_that_takes_itself_off(talks):
    query = QueryDict(f"year=2025&since=R7.4.1&staff={talks[0].staff.pk}&dv=current&q=秘密")
    filterset = ConsultationFilter(query, Consultation.objects.all())

    filterset.is_valid()
    chips = {chip.label: (chip.value, QueryDict(chip.rest).dict()) for chip in filterset.chips}

    staff = str(talks[0].staff.pk)
    assert chips == {
        "この日から": ("令和7年4月1日（火）", {"year": "2025", "staff": staff, "dv": "current"}),
        "相談員": (talks[0].staff.display_name, {"year": "2025", "since": "R7.4.1", "dv": "current"}),
        "DV": ("現在あり", {"year": "2025", "since": "R7.4.1", "staff": staff}),
    }


def test_query_keeps_known_questions_that_can_be_read(talks):
    filterset = ConsultationFilter(
        QueryDict("year=2025&since=xx&dv=current&name=秘密&page=3"), Consultation.objects.all()
    )

    filterset.is_valid()

    assert QueryDict(filterset.query()).dict() == {"year": "2025", "dv": "current"}


def test_all_lists_of_the_bar_come_with_one_query(talks, django_assert_num_queries):
    SavedFilterFactory(talks[0].staff, name="さくら")
    with django_assert_num_queries(1):
        filterset = ConsultationFilter(QueryDict(), Consultation.objects.all(), by=talks[0].staff)

    methods = [label for _, label in filterset.form.fields["method"].choices]
    words = Term.objects.filter(kind="method").in_order().values_list("label", flat=True)
    people = [label for _, label in filterset.form.fields["staff"].choices]
    assert methods == ["すべて", *words]
    assert [each.label for each in filterset.saved] == ["さくら"]
    assert set(people) == {"すべて", talks[0].staff.display_name, talks[1].staff.display_name}


def test_people_who_have_left_stand_at_the_end_of_the_list():
    gone = UserFactory(display_name="相談 あい", kana="ソウダン アイ", is_active=False)
    here = UserFactory(display_name="見本 わか", kana="ミホン ワカ")
    filterset = ConsultationFilter(QueryDict(), Consultation.objects.all())

    choices = [label for _, label in filterset.form.fields["staff"].choices]

    assert choices == ["すべて", here.display_name, gone.display_name]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=きのう", "日付を読み取れません"),
        ("until=1.1.1", "日付を読み取れません"),
        ("year=1999", "一覧の中から選び直してください。"),
        ("topic=zz", "一覧の中から選び直してください。"),
        ("staff=999999999999999999999", "一覧の中から選び直してください。"),
        ("status=gone", "一覧の中から選び直してください。"),
        ("abuse=maybe", "一覧の中から選び直してください。"),
    ],
)
def test_value_that_cannot_be_read_gets_a_sentence_at_its_field(login, talks, query, sentence):
    page = login().get(f"{reverse('consultations:consultation_list')}?{query}")

    name = query.partition("=")[0]
    ((_, said),) = page.context["filterset"].form.errors.items()
    assert page.status_code == 200
    assert sentence in said[0]
    assert page.context["rows"] == []
    assert f'id="id_{name}_error">{escape(said[0])}<' in html(page)
    assert f'aria-describedby="id_{name}_error"' in html(page)


@pytest.fixture
def year():
    """令和7年度 with open, restricted and sealed clients, voided talks, talks that do not count, 匿名."""
    clients = [
        ClientFactory(),
        ClientFactory(protection="restricted"),
        ClientFactory(protection="sealed"),
        None,
    ]
    days = [date(2025 + (month < 4), month, day) for month in range(1, 13) for day in (1, 15, 28)]
    for number, day in enumerate([*days, date(2025, 3, 31), date(2026, 4, 1), date(2026, 3, 31)]):
        for client in clients[: 1 + number % 4]:
            talk = ConsultationFactory(client=client, consulted_on=day, is_countable=number % 3 != 1)
            if number % 5 == 2:
                talk.void("まちがい", by=talk.staff)


@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_list_agrees_with_the_figure_of_the_year_and_of_each_month(login, year, role):
    TargetFactory("consultations", fiscal_year=2025)
    browser = login(role)
    (line,) = figures(2025, browser.user)
    periods = [fiscal_year(2025), *(month_of(2025, month) for month in MONTHS)]

    def asked(period, **more):
        query = urlencode({"since": period.start, "until": period.end, **more})
        context = browser.get(f"{reverse('consultations:consultation_list')}?{query}").context
        return context["total"], context["hidden_count"], context["counted"]

    found = [asked(period) for period in periods]
    counting = [asked(period, countable="True") for period in periods]

    everything = [Consultation.objects.standing().in_period(period).count() for period in periods]
    assert [counted for *_, counted in found] == [line.computed, *line.months]
    assert [seen + hidden for seen, hidden, _ in found] == everything
    assert [seen + hidden for seen, hidden, _ in counting] == [line.computed, *line.months]
    assert sum(hidden for _, hidden, _ in found) > 0


def test_hidden_ones_are_those_of_the_same_filter(talks):
    talks[1].client.protection = "restricted"
    talks[1].client.save(by=UserFactory())
    visible = Consultation.objects.visible_to(UserFactory())

    found = [
        hidden_count(ConsultationFilter(QueryDict(f"year={year}"), visible)) for year in ("all", 2025, 2024)
    ]

    assert found == [{"hidden_count": 1}, {"hidden_count": 1}, {"hidden_count": 0}]


def test_filter_of_clients_keeps_what_it_names():
    staff, until = UserFactory(), date(2027, 3, 31)
    mine = ClientFactory(staff=staff)
    watched = CaseFactory(status="watch").client
    closed = ClientFactory(protection="restricted")
    kept_back = ClientFactory(address_protected=True, protected_until=until)

    assert kept(ClientFilter, Client, staff=staff.pk) == {mine}
    assert kept(ClientFilter, Client, status="watch") == {watched}
    assert kept(ClientFilter, Client, status="none") == {mine, closed, kept_back}
    assert kept(ClientFilter, Client, protection="restricted") == {closed}
    assert kept(ClientFilter, Client, protection="address") == {kept_back}


def test_list_of_cases_opens_on_every_year():
    cases = {CaseFactory(opened_on=date(2020, 5, 1)), CaseFactory(opened_on=date(2025, 5, 1))}

    assert set(CaseFilter(QueryDict(), Case.objects.all()).qs) == cases
