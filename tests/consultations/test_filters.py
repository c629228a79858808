"""The filters of the desk: each narrows the list to what it says."""

from datetime import date

import pytest
from django.http import QueryDict

from consultations.filters import CaseFilter, ClientFilter, ConsultationFilter, hidden_count
from consultations.models import Case, Client, Consultation
from tests.factories import CaseFactory, ClientFactory, ConsultationFactory, UserFactory, term

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
    ],
)
def test_filter_of_consultations_keeps_what_it_names(talks, name, value):
    value = term(*value).pk if isinstance(value, tuple) else value

    assert kept(ConsultationFilter, Consultation, **{name: value}) == {talks[1]}


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
