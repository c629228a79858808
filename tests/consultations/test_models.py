"""How the office counts (product §2), and who sees whom, at the models."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from consultations.models import Case, Client, Consultation
from komatsu_support.fiscal import fiscal_year
from tests.factories import CaseFactory, ClientFactory, ConsultationFactory, UserFactory

pytestmark = pytest.mark.django_db
YEAR = fiscal_year(2025)


def proposal(client, on, **fields):
    """新規・継続・再来 as the system would propose it for a talk on a day."""
    return Consultation(client=client, consulted_on=on, staff=UserFactory(), **fields).proposed_visit_type()


# -- 相談件数 -----------------------------------------------------------------------------------------------


def test_one_talk_with_several_topics_counts_once():
    ConsultationFactory(consulted_on=date(2025, 5, 7), topics=["dv", "work", "housing"])

    assert Consultation.objects.counted().in_period(YEAR).count() == 1


def test_two_talks_with_one_person_on_one_day_count_twice():
    client = ClientFactory()
    ConsultationFactory.create_batch(2, client=client, consulted_on=date(2025, 5, 7))

    assert Consultation.objects.counted().in_period(YEAR).count() == 2


def test_talk_left_out_with_a_reason_is_recorded_and_not_counted():
    ConsultationFactory(is_countable=False, not_countable_reason="間違い電話", topics=[], client=None)

    assert (Consultation.objects.count(), Consultation.objects.counted().count()) == (1, 0)


def test_talk_left_out_without_a_reason_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationFactory(is_countable=False, not_countable_reason="")


def test_counted_talk_without_main_topic_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationFactory(topics=[])


def test_voided_talk_leaves_every_count():
    talk = ConsultationFactory(consulted_on=date(2025, 5, 7))

    talk.void("二重に登録した", by=UserFactory())

    assert Consultation.objects.counted().count() == 0
    assert Consultation.objects.counted().values("client").distinct().count() == 0


def test_talk_belongs_to_the_year_of_its_day():
    ConsultationFactory(consulted_on=date(2025, 3, 31))
    ConsultationFactory(consulted_on=date(2025, 4, 1))
    ConsultationFactory(consulted_on=date(2026, 3, 31))

    assert Consultation.objects.counted().in_period(YEAR).count() == 2


# -- 実人数 -------------------------------------------------------------------------------------------------


def test_person_counts_once_however_often_she_came_and_nobody_unknown_counts():
    client = ClientFactory(name="", alias="みほんさん")
    ConsultationFactory.create_batch(3, client=client, consulted_on=date(2025, 5, 7))
    ConsultationFactory(client=None, consulted_on=date(2025, 5, 8))

    counted = Consultation.objects.counted().in_period(YEAR)

    assert counted.exclude(client=None).values("client").distinct().count() == 1


def test_person_who_gives_her_name_later_stays_one_person():
    client = ClientFactory(name="", alias="みほんさん")
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    client.name = "秘密 すみれ"
    client.save(by=UserFactory())
    ConsultationFactory(client=client, consulted_on=date(2025, 6, 7))

    assert Consultation.objects.counted().values("client").distinct().count() == 1
    assert client.called == "秘密 すみれ"


# -- 新規・継続・再来 ---------------------------------------------------------------------------------------


def test_first_counted_talk_is_new_although_an_uncounted_one_came_before():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 1), is_countable=False)

    assert proposal(client, date(2025, 5, 7)) == "new"


def test_talk_with_nobody_known_is_new():
    assert proposal(None, date(2025, 5, 7)) == "new"


def test_later_talk_is_continuing_with_and_without_a_case():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    without = proposal(client, date(2025, 6, 7))
    CaseFactory(client, opened_on=date(2025, 5, 7))

    assert (without, proposal(client, date(2025, 6, 7))) == ("continuing", "continuing")


def test_silence_of_twelve_months_beats_an_open_case():
    client = ClientFactory()
    CaseFactory(client, opened_on=date(2024, 5, 7))
    ConsultationFactory(client=client, consulted_on=date(2024, 5, 7))

    assert proposal(client, date(2025, 5, 7)) == "returning"
    assert proposal(client, date(2025, 5, 6)) == "continuing"


def test_talk_after_the_end_of_the_case_is_returning():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    CaseFactory(client, opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 1))

    assert proposal(client, date(2025, 7, 1)) == "returning"


def test_talk_after_one_ended_case_continues_while_another_is_open():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    CaseFactory(client, opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 1))
    CaseFactory(client, opened_on=date(2025, 5, 20))

    assert proposal(client, date(2025, 7, 1)) == "continuing"


def test_talk_on_the_day_a_new_case_opens_is_returning():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    CaseFactory(client, opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 1))
    CaseFactory(client, opened_on=date(2025, 7, 1))

    assert proposal(client, date(2025, 7, 1)) == "returning"


def test_second_talk_after_the_end_continues_what_came_back():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    CaseFactory(client, opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 1))
    ConsultationFactory(client=client, consulted_on=date(2025, 7, 1))

    assert proposal(client, date(2025, 7, 8)) == "continuing"


def test_handed_over_case_is_no_end():
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    CaseFactory(
        client,
        opened_on=date(2025, 5, 7),
        closed_on=date(2025, 6, 1),
        status=Case.Status.HANDED_OVER,
        close_reason=Case.CloseReason.HANDED_OVER,
    )

    assert proposal(client, date(2025, 7, 1)) == "continuing"


def test_talk_that_does_not_count_has_no_visit_type():
    assert proposal(ClientFactory(), date(2025, 5, 7), is_countable=False) == ""


# -- 年代 ---------------------------------------------------------------------------------------------------


def test_age_band_is_of_the_day_of_the_talk():
    client = ClientFactory(birth_date=date(1985, 5, 8))

    eve = ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    day = ConsultationFactory(client=client, consulted_on=date(2025, 5, 8))

    assert (eve.age_band, day.age_band) == ("30s", "40s")


def test_age_band_stays_frozen_when_the_birth_date_is_learned():
    client = ClientFactory(age_band="30s")
    talk = ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))

    client.birth_date = date(1950, 1, 1)
    client.save(by=UserFactory())
    talk.refresh_from_db()

    assert talk.age_band == "30s"


def test_age_band_is_as_she_said_it_where_the_birth_date_is_unknown():
    client = ClientFactory(age_band="50s")

    assert ConsultationFactory(client=client).age_band == "50s"
    assert ConsultationFactory(client=None).age_band == "unknown"


# -- 支援ケース・相談者 -------------------------------------------------------------------------------------


def test_case_cannot_end_before_it_opens():
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFactory(opened_on=date(2025, 5, 7), closed_on=date(2025, 5, 6))


def test_case_goes_on_without_an_end():
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFactory(opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 7), status="watch")


def test_case_ends_with_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFactory(opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 7), close_reason="")


def test_protected_client_has_an_end_of_protection():
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientFactory(address_protected=True, protected_until=None)


def test_numbers_begin_anew_in_each_year():
    first = ClientFactory(first_contact_on=date(2025, 3, 31))
    others = ClientFactory.create_batch(2, first_contact_on=date(2025, 4, 1))

    assert [c.number for c in (first, *others)] == ["R6-0001", "R7-0001", "R7-0002"]


# -- who sees whom ------------------------------------------------------------------------------------------


def seen_by(user):
    """Whether a person sees the only client, her only case and her only talk."""
    kinds = (Client, Case, Consultation)
    return [kind.objects.visible_to(user).exists() for kind in kinds]


ALL, NONE = [True] * 3, [False] * 3


@pytest.mark.parametrize(
    ("protection", "expected"),
    [
        ("normal", {"other": ALL, "staff": ALL, "named": ALL, "lead": ALL, "manager": NONE}),
        ("restricted", {"other": NONE, "staff": ALL, "named": ALL, "lead": ALL, "manager": NONE}),
        ("sealed", {"other": NONE, "staff": NONE, "named": ALL, "lead": NONE, "manager": NONE}),
    ],
)
def test_protection_decides_who_sees_client_case_and_talk(protection, expected):
    people = {name: UserFactory() for name in ("other", "staff", "named")}
    people |= {"lead": UserFactory("lead"), "manager": UserFactory("manager")}
    client = ClientFactory(protection=protection, staff=people["staff"], assigned=[people["named"]])
    ConsultationFactory(case=CaseFactory(client))

    assert {name: seen_by(person) for name, person in people.items()} == expected


def test_clients_are_the_assigned_ones_alone_where_the_office_says_so(settings):
    settings.CLIENT_ACCESS = "assigned"
    mine, lead = UserFactory(), UserFactory("lead")
    ConsultationFactory(case=CaseFactory(ClientFactory(staff=mine)))

    assert [seen_by(person) for person in (mine, lead, UserFactory())] == [ALL, ALL, NONE]


def test_talk_with_nobody_known_is_open_to_the_desk_alone():
    ConsultationFactory(client=None)

    seen = [
        Consultation.objects.visible_to(UserFactory(r)).count() for r in ("counselor", "coordinator", "admin")
    ]

    assert seen == [1, 0, 0]


@time_machine.travel("2025-05-06T16:00:00Z")  # 1 o'clock in the morning of the 7th here
def test_talk_is_of_today_by_the_office_clock():
    assert Consultation().consulted_on == date(2025, 5, 7)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_new_clients_at_the_same_moment_get_different_numbers():
    staff = UserFactory()

    def register(_: int) -> str:
        try:
            return ClientFactory(first_contact_on=date(2025, 4, 1), by=staff).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as desks:
        numbers = list(desks.map(register, range(16)))

    assert sorted(numbers) == [f"R7-{number:04d}" for number in range(1, 17)]


def test_number_after_9999_is_10000():
    client = ClientFactory(first_contact_on=date(2025, 4, 1))
    Client._base_manager.filter(pk=client.pk).update(number="R7-9999")
    for _ in range(2):
        last = ClientFactory(first_contact_on=date(2025, 4, 1))

    assert last.number == "R7-10001"


def test_number_of_an_earlier_era_has_its_letter():
    assert ClientFactory(first_contact_on=date(2019, 3, 31)).number == "H30-0001"
