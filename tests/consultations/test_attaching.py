"""A talk with nobody known is given to a client later: 延べ never changes, 実人数 is right at every step."""

from datetime import date

import pytest
from django.urls import reverse

from consultations.models import Appointment, Client, Consultation
from komatsu_support.fiscal import fiscal_year, month_of
from komatsu_support.models import AuditEvent
from kpi.measures import count, distinct
from tests.browser import html, labels, typed
from tests.factories import AppointmentFactory, CaseFactory, ClientFactory, ConsultationFactory, UserFactory

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2025, 5, 7), date(2025, 6, 4)


def url(name, talk):
    return reverse(f"consultations:consultation_{name}", args=[talk.pk])


def figures():
    """延べ of the year, 実人数 of May, June and the year."""
    talks = Consultation.objects.counted()
    year = fiscal_year(2025)
    people = distinct(talks.exclude(client=None), "client", [month_of(2025, 5), month_of(2025, 6), year])
    return sum(count.months(talks.in_period(year)).get(2025, [])), people


def unknown(day=MAY, **fields):
    """A talk with nobody known."""
    return ConsultationFactory(client=None, consulted_on=day, **fields)


# -- the figures --------------------------------------------------------------------------------------------


def test_attached_talk_changes_no_total_and_counts_the_person_once():
    her, me = ClientFactory(), UserFactory()
    ConsultationFactory(client=her, consulted_on=JUNE)
    first, second = unknown(), unknown()
    steps = [figures()]

    for talk in (first, second):
        talk.attach(her, by=me)
        steps.append(figures())
    second.detach("別の方だった", by=me)
    steps.append(figures())
    second.attach(ClientFactory(), by=me)
    steps.append(figures())

    assert steps == [
        (3, [0, 1, 1]),
        (3, [1, 1, 1]),
        (3, [1, 1, 1]),
        (3, [1, 1, 1]),
        (3, [2, 1, 2]),
    ]


def test_attached_talk_is_her_first_and_the_later_one_continues():
    her = ClientFactory()
    later = ConsultationFactory(client=her, consulted_on=JUNE)
    talk = unknown()

    talk.attach(her, by=UserFactory())

    later.refresh_from_db()
    assert (talk.visit_type, later.visit_type) == ("new", "continuing")


def test_detached_talk_leaves_her_as_if_it_had_not_been():
    her, me = ClientFactory(), UserFactory()
    talk, later = unknown(), ConsultationFactory(client=her, consulted_on=JUNE)
    talk.attach(her, by=me)

    talk.detach("別の方だった", by=me)

    later.refresh_from_db()
    assert (talk.client, talk.visit_type, later.visit_type) == (None, "new", "new")


@pytest.mark.parametrize(("said", "expected"), [("20s", "20s"), ("unknown", "40s")])
def test_age_band_stays_frozen_unless_it_was_unknown(said, expected):
    talk = unknown(age_band=said)

    talk.attach(ClientFactory(birth_date=date(1985, 5, 7)), by=UserFactory())

    assert talk.age_band == expected


def test_age_band_that_she_brought_goes_with_her():
    talk, me = unknown(age_band="unknown"), UserFactory()
    talk.attach(ClientFactory(birth_date=date(1985, 5, 7)), by=me)

    talk.detach("別の方だった", by=me)

    assert talk.age_band == "unknown"


def test_age_band_of_a_talk_that_was_hers_from_the_start_goes_where_her_birth_date_gave_it():
    talk = ConsultationFactory(client=ClientFactory(birth_date=date(1985, 5, 7)))

    talk.detach("別の方だった", by=UserFactory())

    assert talk.age_band == "unknown"


def test_detached_talk_leaves_her_case_too_and_both_trails_tell():
    case, me = CaseFactory(), UserFactory()
    talk = ConsultationFactory(case=case)

    talk.detach("別の方だった", by=me)

    told = (
        AuditEvent.objects.filter(user=me)
        .order_by("number")
        .values_list("object_type", "subject_id", "basis")
    )
    assert (talk.client, talk.case) == (None, None)
    assert list(told) == [
        ("consultations.consultation", None, "別の方だった"),
        ("consultations.client", case.client.pk, "結びを解く: 別の方だった"),
    ]


def test_appointment_that_was_kept_closes_with_the_file_of_whoever_came():
    her, me, other = ClientFactory(protection="restricted"), UserFactory(role="lead"), UserFactory()
    talk = unknown()
    booked = AppointmentFactory(client=None, called="電話の方", staff=me)
    booked.keep(talk, by=me)

    def seen():
        booked.refresh_from_db()
        is_open = [Appointment.objects.visible_to(user).filter(pk=booked.pk).exists() for user in (me, other)]
        return booked.client, booked.called, booked.state, is_open

    steps = [seen()]
    talk = Consultation.objects.get(pk=talk.pk)
    talk.attach(her, by=me)
    steps.append(seen())
    talk.detach("別の方だった", by=me)
    steps.append(seen())

    assert steps == [
        (None, "電話の方", "kept", [True, True]),
        (her, "", "kept", [True, False]),
        (None, "電話の方", "kept", [True, True]),
    ]


def test_appointment_goes_with_the_number_that_is_corrected_on_its_talk(login):
    browser = login("lead")
    her, other = ClientFactory(protection="restricted"), ClientFactory()
    talk = unknown()
    booked = AppointmentFactory(client=None, called="電話の方")
    booked.keep(talk, by=browser.user)
    path, steps = url("edit", talk), []

    for number in (her.number, other.number, ""):
        browser.post(path, typed(browser.get(path), client=number))
        booked.refresh_from_db()
        steps.append((booked.client, booked.called, booked.state))

    assert steps == [(her, "", "kept"), (other, "", "kept"), (None, "電話の方", "kept")]


def test_correction_of_a_text_leaves_the_appointment_of_its_talk_alone(login):
    browser, her = login("lead"), ClientFactory()
    talk = ConsultationFactory(client=her)
    booked = AppointmentFactory(client=None, called="電話の方")
    booked.keep(talk, by=browser.user)
    path = url("edit", talk)

    browser.post(path, typed(browser.get(path), content="書き直した文章"))

    talk.refresh_from_db()
    version = booked.version
    booked.refresh_from_db()
    assert (talk.content, booked.version, booked.client) == ("書き直した文章", version, her)


def test_appointment_that_was_booked_for_her_stays_hers_when_the_talk_was_not():
    her, me = ClientFactory(), UserFactory()
    booked, talk = AppointmentFactory(client=her), ConsultationFactory(client=her)
    booked.keep(talk, by=me)

    talk.detach("代わりの方が来た", by=me)

    booked.refresh_from_db()
    assert (booked.client, booked.called) == (her, "")


def test_corrected_visit_type_stays_with_the_talk():
    talk = unknown(visit_type="continuing", visit_type_reason="前にも匿名で")

    talk.attach(ClientFactory(), by=UserFactory())

    assert talk.visit_type == "continuing"


def test_person_known_step_by_step_is_one_person_and_her_history_keeps_the_steps():
    me, her = UserFactory(), ClientFactory(name="", name_kana="")
    ConsultationFactory(client=her, consulted_on=MAY)
    steps = [(her.called, figures())]
    for name, value in (("alias", "すみれさん"), ("name", "秘密 すみれ")):
        setattr(her, name, value)
        her.save(by=me, changed=[name])
        ConsultationFactory(client=her, consulted_on=JUNE)
        steps.append((her.called, figures()))

    kept = list(her.history.order_by("version").values_list("alias", "name"))
    assert steps == [
        ("匿名", (1, [1, 0, 1])),
        ("すみれさん", (2, [1, 1, 1])),
        ("秘密 すみれ", (3, [1, 1, 1])),
    ]
    assert kept == [("", ""), ("すみれさん", ""), ("すみれさん", "秘密 すみれ")]


# -- the page -----------------------------------------------------------------------------------------------


def test_button_stands_on_the_talk_with_nobody_known_alone(login):
    browser, talk, hers = login(), unknown(), ConsultationFactory()

    pages = [browser.get(url("detail", each)) for each in (talk, hers)]

    assert ["相談者と結ぶ" in labels(page) for page in pages] == [True, False]
    assert [url("detach", each) in html(page) for each, page in zip((talk, hers), pages, strict=True)] == [
        False,
        True,
    ]


def test_client_is_found_by_her_kana_and_takes_the_talk(login):
    browser, talk = login(), unknown()
    her = ClientFactory(name="秘密 すみれ", name_kana="ヒミツ スミレ")

    found = browser.post(url("attach", talk), {"q": "ひみつ"})
    answer = browser.post(url("attach", talk), {"client": her.pk})

    talk.refresh_from_db()
    assert f'name="client" value="{her.pk}"' in html(found)
    assert (answer.url, talk.client) == (talk.get_absolute_url(), her)


def test_search_for_her_is_a_look_and_stands_in_no_address(login):
    browser, talk = login(), unknown()
    ClientFactory(name_kana="ヒミツ スミレ")

    browser.post(url("attach", talk), {"q": "ひみつ"})

    look = AuditEvent.objects.get(user=browser.user, action="list")
    assert (look.object_type, look.count) == ("consultations.client", 1)
    assert "ひみつ" not in f"{look.basis}{look.fields}"


@pytest.mark.parametrize("sent", [None, {"q": "ひみつ"}, {"client": "0"}, {"alias": ""}])
def test_page_is_a_look_at_the_talk_whatever_is_sent_to_it(login, sent):
    browser, talk = login(), unknown(content="橋の上にいる")

    ask = browser.get if sent is None else browser.post
    page = html(ask(url("attach", talk), sent))

    look = AuditEvent.objects.get(user=browser.user, action="view")
    assert "橋の上にいる" in page
    assert (look.object_type, look.object_id) == ("consultations.consultation", talk.pk)


def test_client_is_made_from_the_talk_with_its_day_and_age(login):
    browser, talk = login(), unknown(age_band="30s")
    fields = typed(browser.get(url("attach", talk)), alias="すみれさん")
    fields = {
        **fields,
        "submission": typed(html(browser.get(url("attach", talk))).partition('id="unknown"')[2])[
            "submission"
        ],
    }
    fields.pop("q", None)

    answer = browser.post(url("attach", talk), {**fields, "alias": "すみれさん", "name": "", "name_kana": ""})

    talk.refresh_from_db()
    her = Client.objects.get()
    assert (answer.url, talk.client) == (talk.get_absolute_url(), her)
    assert (her.alias, her.first_contact_on, her.age_band, her.staff) == (
        "すみれさん",
        MAY,
        "30s",
        browser.user,
    )


def test_nameless_client_is_asked_for_some_name_and_none_is_made(login):
    browser, talk = login(), unknown()

    answer = browser.post(url("attach", talk), {"alias": "", "name": "", "name_kana": ""})

    assert (answer.status_code, Client.objects.count()) == (422, 0)
    assert "呼び名、氏名、カナのどれかを入力してください。" in html(answer)


@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_closed_client_is_neither_found_nor_chosen(login, protection):
    browser, talk = login(), unknown()
    closed = ClientFactory(name="秘密 すみれ", protection=protection, assigned=[UserFactory()])

    found = browser.post(url("attach", talk), {"q": "秘密"})
    answer = browser.post(url("attach", talk), {"client": closed.pk})

    talk.refresh_from_db()
    assert ("秘密 すみれ" in html(found), answer.status_code, talk.client) == (False, 422, None)


def test_second_press_finds_the_talk_attached(login):
    browser, talk, her = login(), unknown(), ClientFactory()

    answers = [browser.post(url("attach", talk), {"client": her.pk}) for _ in range(2)]

    talk.refresh_from_db()
    assert ([answer.url for answer in answers], talk.version) == ([talk.get_absolute_url()] * 2, 2)


def test_detaching_asks_for_a_reason_and_names_what_follows(login):
    browser, talk = login(), ConsultationFactory()

    asked = browser.post(url("detach", talk), {"reason": ""})
    answer = browser.post(url("detach", talk), {"reason": "別の方だった"})

    talk.refresh_from_db()
    assert (asked.status_code, "相談件数（延べ）は変わりません" in html(asked)) == (422, True)
    assert (answer.url, talk.client) == (talk.get_absolute_url(), None)


def test_talk_of_a_closed_client_is_not_detached_by_others(login):
    talk = ConsultationFactory(client=ClientFactory(protection="restricted"))

    answer = login().post(url("detach", talk), {"reason": "別の方だった"})

    talk.refresh_from_db()
    assert (answer.status_code, talk.version) == (404, 1)
