"""The pages of the desk: who may, what stands on them, what they write to the trail, what they ask of the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.models import Case, Client, Consultation
from komatsu_support import audit
from komatsu_support.fiscal import current_fiscal_year, fiscal_year
from komatsu_support.models import AuditEvent, Draft
from tests.browser import html, typed
from tests.factories import (
    AgencyFactory,
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsentFactory,
    ConsultationFactory,
    DocumentFactory,
    HandoverItemFactory,
    OpenDayFactory,
    ReferralFactory,
    UserFactory,
    term,
)
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db
WAYS: dict[str, Any] = {
    "phone": "0761-00-4321",
    "mobile": "090-0000-4321",
    "address": "架空町九丁目9番地",
    "postcode": "923-0009",
    "watchword": "ひまわりの種",
}
UNTIL = date(2027, 3, 31)
REASON = "面談の変更を伝えるため"
TODAY = timezone.localdate


def url(name, *args):
    return reverse(f"consultations:{name}", args=args)


def download(browser, name):
    """Take a file from the list to its end, as a browser does."""
    answer = browser.get(url(name) + "?year=all")
    return b"".join(answer.streaming_content)


def looks(user):
    """What the trail says this person did, oldest first."""
    events = AuditEvent.objects.filter(user=user).order_by("number")
    return list(events.values_list("action", "object_type", "object_id", "subject_id", "count", "basis"))


def new_talk(browser, **changes):
    """The fields of a new consultation by phone about こころ."""
    page = browser.get(url("consultation_create"))
    choice = {"method": term("method", "phone").pk, "main_topic": term("topic", "mental").pk}
    return typed(page, **{**choice, **changes})


# -- the trail ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", ["consultation", "client", "case"])
def test_list_is_a_look_with_its_count(login, noun):
    browser = login()
    ConsultationFactory(case=CaseFactory())

    browser.get(url(f"{noun}_list") + "?year=all")

    assert looks(browser.user) == [("list", f"consultations.{noun}", None, None, 1, "")]


@pytest.mark.parametrize("noun", ["consultation", "client", "case"])
def test_page_of_one_record_is_a_look_at_the_person(login, noun):
    browser = login()
    talk: Any = ConsultationFactory(case=CaseFactory())
    record = {"consultation": talk, "client": talk.client, "case": talk.case}[noun]

    browser.get(url(f"{noun}_detail", record.pk))

    team = "相談員チーム"
    assert looks(browser.user) == [("view", f"consultations.{noun}", record.pk, talk.client.pk, None, team)]


@pytest.mark.parametrize("noun", ["consultation", "client", "case"])
def test_export_is_written_down_with_its_count(login, noun):
    browser = login()
    ConsultationFactory(case=CaseFactory())

    download(browser, f"{noun}_export")

    assert looks(browser.user) == [("export", f"consultations.{noun}", None, None, 1, "")]


def test_typed_number_is_a_look_at_whose_it_is(login):
    browser, client = login(), ClientFactory(name="秘密 すみれ")

    answer = browser.post(url("consultation_client"), {"client": client.number})

    assert html(answer).strip().startswith("<strong>秘密 すみれ</strong>")
    assert looks(browser.user) == [
        ("view", "consultations.client", client.pk, client.pk, None, "相談員チーム　番号の確認")
    ]


def test_typed_number_answers_with_her_cases_alone(login):
    case, _ = CaseFactory(opened_on=date(2025, 5, 7)), CaseFactory(opened_on=date(2025, 6, 7))

    answer = html(login().post(url("consultation_client"), {"client": case.client.number}))

    assert ("R7.5.7開始" in answer, "R7.6.7開始" in answer) == (True, False)


def test_typed_number_of_a_closed_client_answers_nobody(login):
    browser, client = login(), ClientFactory(name="秘密 すみれ", protection="restricted")

    answer = html(browser.post(url("consultation_client"), {"client": client.number}))

    assert ("この番号の相談者は見つかりません" in answer, "秘密 すみれ" in answer) == (True, False)
    assert looks(browser.user) == []


# -- phone, address and 合言葉 ------------------------------------------------------------------------------


PAGES_BEFORE_ASKING = [
    ("client_list", None),
    ("client_detail", "client"),
    ("client_edit", "client"),
    ("client_void", "client"),
    ("case_list", None),
    ("case_detail", "case"),
    ("case_edit", "case"),
    ("consultation_list", None),
    ("consultation_detail", "talk"),
    ("consultation_edit", "talk"),
]


@pytest.mark.parametrize(("name", "of"), PAGES_BEFORE_ASKING)
def test_ways_to_reach_her_stand_on_no_page_before_they_are_asked_for(login, name, of):
    browser = login("lead")
    client = ClientFactory(**WAYS, staff=browser.user)
    talk: Any = ConsultationFactory(case=CaseFactory(client), client=client)
    record = {"client": client, "case": talk.case, "talk": talk, None: None}[of]

    page = html(browser.get(url(name, *([record.pk] if record else [])), follow=True))

    assert client.called in page or client.number in page
    assert [way for way in WAYS.values() if way in page] == []


def test_district_of_a_protected_client_is_kept_back_too(login):
    browser = login()
    near = ClientFactory(district="架空町")
    far = ClientFactory(district="架空町", address_protected=True, protected_until=UNTIL)

    pages = [html(browser.get(url("client_detail", client.pk))) for client in (near, far)]

    assert ["架空町" in page for page in pages] == [True, False]


def test_search_answers_without_ways_to_reach_her(login):
    ClientFactory(name="秘密 すみれ", **WAYS)
    ClientFactory(name="秘密 一葉")

    page = html(login().post(url("client_search"), {"q": "秘密"}))

    assert ("秘密 すみれ" in page, [way for way in WAYS.values() if way in page]) == (True, [])


def test_reveal_shows_everything_and_is_in_the_trail(login):
    browser, client = login(), ClientFactory(**WAYS)

    page = html(browser.post(url("client_reveal", client.pk)))

    assert [way for way in WAYS.values() if way not in page] == []
    assert looks(browser.user) == [
        ("reveal", "consultations.client", client.pk, client.pk, None, "相談員チーム")
    ]


def test_reveal_puts_the_watchword_before_the_numbers(login):
    client = ClientFactory(**WAYS)

    page = html(login().post(url("client_reveal", client.pk)))

    assert page.index(WAYS["watchword"]) < page.index(WAYS["phone"]) < page.index(WAYS["mobile"])


def test_reveal_answers_htmx_with_the_block_alone(login):
    client = ClientFactory(**WAYS)

    answer = html(login().post(url("client_reveal", client.pk), headers={"HX-Request": "true"}))

    assert (WAYS["phone"] in answer, "<html" in answer) == (True, False)


def test_reveal_is_by_post_alone(login):
    assert login().get(url("client_reveal", ClientFactory().pk)).status_code == 405


def test_reveal_of_a_protected_client_writes_the_reason(login):
    browser = login()
    client = ClientFactory(**WAYS, address_protected=True, protected_until=UNTIL, staff=browser.user)

    without = browser.post(url("client_reveal", client.pk), {"reason": "はい"})
    given = browser.post(url("client_reveal", client.pk), {"reason": REASON})

    assert (without.status_code, WAYS["phone"] in html(without)) == (422, False)
    assert (given.status_code, WAYS["phone"] in html(given)) == (200, True)
    of_her = ("consultations.client", client.pk, client.pk, None)
    assert looks(browser.user) == [("view", *of_her, "担当"), ("reveal", *of_her, f"担当　{REASON}")]


@pytest.mark.parametrize("role", ["counselor", "lead"])
@pytest.mark.parametrize("name", ["client_reveal", "client_contact"])
def test_ways_to_a_protected_client_are_for_the_assigned_alone(login, role, name):
    browser = login(role)
    client = ClientFactory(**WAYS, address_protected=True, protected_until=UNTIL, staff=UserFactory())

    answers = [
        browser.post(url(name, client.pk), {"reason": REASON}),
        browser.post(url(name, client.pk), {"reason": REASON}, headers={"HX-Request": "true"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert ["合言葉・電話・住所は、この方の担当" in html(answer) for answer in answers] == [True, True]
    assert [way for way in WAYS.values() for answer in answers if way in html(answer)] == []
    assert {action for action, *_ in looks(browser.user)} == {"view"}


def test_changing_the_ways_is_a_look_at_them(login):
    browser, client = login(), ClientFactory(**WAYS)

    page = browser.get(url("client_contact", client.pk))

    assert WAYS["phone"] in html(page)
    assert looks(browser.user) == [
        ("reveal", "consultations.client", client.pk, client.pk, None, "相談員チーム　連絡先の修正")
    ]


def test_ways_are_changed_on_their_own_page(login):
    browser, client = login(), ClientFactory(**WAYS)

    page = browser.get(url("client_contact", client.pk))
    answer = browser.post(url("client_contact", client.pk), typed(page, phone="０７６１ー００ー９９９９"))

    client.refresh_from_db()
    assert (answer.url, client.phone, client.mobile) == (
        url("client_detail", client.pk),
        "0761-00-9999",
        WAYS["mobile"],
    )


def test_ways_to_a_protected_client_are_changed_after_a_look_with_a_reason(login):
    browser = login()
    client = ClientFactory(**WAYS, address_protected=True, protected_until=UNTIL, staff=browser.user)

    before = browser.get(url("client_contact", client.pk))
    browser.post(url("client_reveal", client.pk), {"reason": REASON})
    after = browser.get(url("client_contact", client.pk))

    assert (before.status_code, before.url) == (302, url("client_detail", client.pk))
    assert (after.status_code, WAYS["phone"] in html(after)) == (200, True)


def test_another_persons_look_opens_nothing(login):
    browser, other = login(), login()
    client = ClientFactory(
        **WAYS, address_protected=True, protected_until=UNTIL, staff=browser.user, assigned=[other.user]
    )
    other.post(url("client_reveal", client.pk), {"reason": REASON})

    assert browser.get(url("client_contact", client.pk)).status_code == 302


def test_ways_are_not_shown_when_the_trail_cannot_be_written(login, monkeypatch):
    from django.db import DatabaseError

    from komatsu_support import audit

    browser, client = login(), ClientFactory(**WAYS)

    def no_trail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(audit, "record", no_trail)
    answer = browser.post(url("client_reveal", client.pk))

    assert (answer.status_code, WAYS["phone"] in html(answer)) == (503, False)


# -- closed files -------------------------------------------------------------------------------------------


SINGLE = [
    ("consultation", "detail", "get"),
    ("consultation", "edit", "get"),
    ("consultation", "edit", "post"),
    ("consultation", "void", "post"),
    ("client", "detail", "get"),
    ("client", "edit", "post"),
    ("client", "contact", "get"),
    ("client", "contact", "post"),
    ("client", "reveal", "post"),
    ("client", "void", "post"),
    ("case", "detail", "get"),
    ("case", "edit", "post"),
    ("case", "void", "post"),
]


@pytest.mark.parametrize(("noun", "verb", "method"), SINGLE)
@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_page_of_a_closed_client_is_as_if_there_were_none(login, noun, verb, method, protection):
    browser = login()
    client = ClientFactory(protection=protection, assigned=[UserFactory()], **WAYS)
    talk: Any = ConsultationFactory(case=CaseFactory(client), client=client)
    record = {"consultation": talk, "client": client, "case": talk.case}[noun]

    answer = getattr(browser, method)(url(f"{noun}_{verb}", record.pk), {"reason": REASON})

    assert answer.status_code == 404
    assert looks(browser.user) == []
    record.refresh_from_db()
    assert record.version == 1


def test_closed_clients_are_in_no_list_and_no_search(login):
    browser = login()
    client = ClientFactory(name="秘密 すみれ", name_kana="ヒミツ スミレ", protection="restricted")
    ConsultationFactory(case=CaseFactory(client), client=client)

    pages = [browser.get(url(f"{noun}_list") + "?year=all") for noun in ("consultation", "client", "case")]
    pages += [browser.post(url("client_search"), {"q": q}) for q in (client.number, "ひみつ", "秘密")]

    assert ["秘密 すみれ" in html(page) for page in pages] == [False] * 6
    assert [len(page.context["rows"]) for page in pages] == [0] * 6


def test_hidden_talks_are_counted_so_that_the_list_agrees_with_the_figure(login):
    browser = login()
    closed = ClientFactory(protection="restricted")
    ConsultationFactory.create_batch(3, consulted_on=date(2025, 5, 7))
    ConsultationFactory(consulted_on=date(2025, 5, 8), is_countable=False)
    ConsultationFactory(consulted_on=date(2025, 5, 9), client=closed)
    ConsultationFactory(consulted_on=date(2025, 5, 10), client=closed, is_countable=False)
    ConsultationFactory(consulted_on=date(2024, 5, 9), client=closed)

    page = browser.get(url("consultation_list") + "?year=2025")

    names = ("total", "hidden_count", "counted", "counted_hidden")
    assert [page.context[name] for name in names] == [4, 2, 4, 1]
    assert page.context["counted"] == Consultation.objects.counted().in_period(fiscal_year(2025)).count()
    assert "ほか 2件は閲覧制限" in html(page)


def test_file_of_the_list_holds_no_more_than_the_list(login):
    browser = login()
    ConsultationFactory(client=ClientFactory(protection="restricted"))

    download(browser, "consultation_export")

    assert looks(browser.user)[-1][4] == 0


def test_counselor_who_closes_a_file_to_herself_comes_to_the_list(login):
    browser, named = login(), UserFactory()
    client = ClientFactory(staff=browser.user)

    page = browser.get(url("client_edit", client.pk))
    answer = browser.post(
        url("client_edit", client.pk), typed(page, protection="sealed", assigned=[named.pk])
    )

    assert answer.url == url("client_list")
    assert list(Client.objects.visible_to(browser.user)) == []


@pytest.mark.parametrize("noun", ["consultation", "case"])
def test_address_with_a_closed_client_fills_nothing_in(login, noun):
    client = ClientFactory(name="秘密 すみれ", protection="restricted")

    page = html(login().get(f"{url(f'{noun}_create')}?client={client.pk}"))

    assert ("秘密 すみれ" in page, client.number in page) == (False, False)


def test_address_fills_client_case_and_cafe_day_in(login):
    case, day = CaseFactory(), OpenDayFactory()

    page = login().get(f"{url('consultation_create')}?case={case.pk}&open_day={day.pk}")

    fields = typed(page)
    assert (fields["client"], fields["case"]) == ([case.client.number], [str(case.pk)])
    assert fields["open_day"] == [day.held_on.isoformat()]


# -- writing ------------------------------------------------------------------------------------------------


def test_consultation_is_written_down(login):
    browser, client = login(), ClientFactory()

    answer = browser.post(
        url("consultation_create"), new_talk(browser, client=client.number, content="聞いたこと")
    )

    talk = Consultation.objects.get()
    assert answer.url == f"{client.get_absolute_url()}?talk={talk.pk}"
    assert (talk.client, talk.content, talk.created_by) == (client, "聞いたこと", browser.user)


def test_stored_text_that_a_second_press_shows_is_a_look_in_the_trail(login):
    browser = login()
    fields = new_talk(browser, content="聞いたこと")
    browser.post(url("consultation_create"), fields)

    shown = browser.post(url("consultation_create"), {**fields, "content": "ほかのこと"})

    talk = Consultation.objects.get()
    assert shown.status_code == 409
    assert looks(browser.user)[-1] == (
        "view",
        "consultations.consultation",
        talk.pk,
        None,
        None,
        "相談員チーム",
    )


def test_same_submission_makes_one_record_and_its_draft_goes(login):
    browser = login()
    fields = new_talk(browser, content="聞いたこと")
    browser.post(reverse("draft_save"), fields)
    drafts = Draft.objects.count()

    answers = [browser.post(url("consultation_create"), fields) for _ in range(2)]

    assert {answer.url for answer in answers} == {Consultation.objects.get().get_absolute_url()}
    assert (drafts, Draft.objects.count()) == (1, 0)


def test_stale_version_shows_both_texts_and_overwrites_nothing(login):
    browser, talk = login(), ConsultationFactory(content="はじめの文")
    page = browser.get(url("consultation_edit", talk.pk))
    talk.content = "ほかの人の文"
    talk.save(by=UserFactory())

    answer = browser.post(url("consultation_edit", talk.pk), typed(page, content="わたしの文"))

    talk.refresh_from_db()
    assert (answer.status_code, talk.content) == (409, "ほかの人の文")
    assert [text in html(answer) for text in ("わたしの文", "ほかの人の文")] == [True, True]


def test_refused_form_says_why_at_the_field_and_keeps_what_was_typed(login):
    browser = login()

    answer = browser.post(
        url("consultation_create"), new_talk(browser, content="聞いたこと", is_countable=None)
    )

    page = html(answer)
    assert (answer.status_code, Consultation.objects.count()) == (422, 0)
    assert 'href="#id_not_countable_reason"' in page
    assert "件数に数えない理由を入力してください。" in page
    assert "聞いたこと" in page


def test_voided_talk_leaves_list_and_counts_and_keeps_its_page(login):
    browser, talk = login(), ConsultationFactory()

    browser.post(url("consultation_void", talk.pk), {"reason": "二重に登録した"})

    listed = browser.get(url("consultation_list")).context
    assert (listed["total"], listed["counted"]) == (0, 0)
    assert "二重に登録した" in html(browser.get(url("consultation_detail", talk.pk)))
    assert browser.get(url("consultation_edit", talk.pk)).status_code == 404


def test_client_and_case_with_records_are_not_voided(login):
    browser = login()
    talk: Any = ConsultationFactory(case=CaseFactory())

    for name, record in (("client_void", talk.client), ("case_void", talk.case)):
        browser.post(url(name, record.pk), {"reason": "まちがい"})

    assert (Client.objects.standing().count(), Case.objects.standing().count()) == (1, 1)


def test_case_in_a_conference_is_not_voided(login):
    case = CaseFactory()
    ConferenceFactory(cases=[case])

    login().post(url("case_void", case.pk), {"reason": "まちがい"})

    assert Case.objects.standing().get() == case


def test_case_with_a_paper_is_not_voided(login):
    case = CaseFactory()
    DocumentFactory(case.client, case=case)

    login().post(url("case_void", case.pk), {"reason": "まちがい"})

    assert Case.objects.standing().get() == case


@pytest.mark.parametrize("hanging", [ConsentFactory, DocumentFactory, HandoverItemFactory])
def test_client_is_voided_once_nothing_hangs_on_her_any_more(login, hanging):
    browser, client = login(), ClientFactory()
    record = hanging(client=client)
    standing = []

    for is_hanging in (True, False):
        if not is_hanging:
            record.void("まちがい", by=UserFactory())
        browser.post(url("client_void", client.pk), {"reason": "まちがい"})
        standing.append(Client.objects.standing().filter(pk=client.pk).exists())

    assert standing == [True, False]


def test_empty_client_is_voided(login):
    client = ClientFactory()

    login().post(url("client_void", client.pk), {"reason": "まちがい"})

    assert Client.objects.standing().count() == 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_client_whose_talk_a_colleague_is_just_writing_is_not_voided(login):
    browser, client = login(), ClientFactory()

    def void():
        try:
            return browser.post(url("client_void", client.pk), {"reason": "まちがい"}, follow=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as desk:
        with transaction.atomic():
            audit.wait_for_my_turn()
            answer = desk.submit(void)
            wait_for(1)
            ConsultationFactory(client=client)
        page = html(answer.result())

    assert "は取り消せません。先にそれらを取り消すか" in page
    assert Client.objects.standing().get() == client


# -- what is shown ------------------------------------------------------------------------------------------


def test_client_page_tells_everything_newest_first(login):
    client = ClientFactory()
    case = CaseFactory(client, opened_on=date(2025, 4, 1), closed_on=date(2025, 9, 1))
    ConsultationFactory(case=case, client=client, consulted_on=date(2025, 4, 2))
    ReferralFactory(case, AgencyFactory(name="架空の窓口"), started_on=date(2025, 5, 1))
    ConferenceFactory(cases=[case, CaseFactory(client, opened_on=date(2025, 3, 1))], held_on=date(2025, 6, 1))
    ConsultationFactory().void("まちがい", by=UserFactory())

    page = login().get(url("client_detail", client.pk))

    told = [(entry.on.isoformat(), entry.kind) for entry in page.context["timeline"].entries]
    assert told == [
        ("2025-09-01", "支援ケース"),
        ("2025-06-01", "会議"),
        ("2025-05-01", "つなぎ"),
        ("2025-04-02", "相談"),
        ("2025-04-01", "支援ケース"),
        ("2025-03-01", "支援ケース"),
    ]


def test_timeline_leaves_out_a_conference_about_somebody_closed(login):
    case = CaseFactory()
    ConferenceFactory(
        cases=[case, CaseFactory(ClientFactory(protection="restricted"))], held_on=date(2025, 6, 1)
    )

    page = login().get(url("case_detail", case.pk))

    assert [entry.title for entry in page.context["timeline"].entries] == ["支援を始めました"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"address_protected": True, "protected_until": UNTIL}, "期限 令和9年3月31日（水）"),
        ({"address_protected": True, "protected_until": date(2024, 3, 31)}, "期限が過ぎています"),
        ({"protection": "restricted"}, "担当と選ばれた職員、主任相談員だけが開けます"),
        ({"protection": "sealed"}, "選ばれた職員だけが開けます"),
        ({"needs_interpreter": True}, "通訳が必要"),
    ],
)
def test_banner_says_what_to_know_first_on_every_page_about_her(login, fields, sentence):
    browser = login()
    client = ClientFactory(assigned=[browser.user], **fields)
    talk: Any = ConsultationFactory(case=CaseFactory(client), client=client)

    pages = [
        browser.get(url("client_detail", client.pk)),
        browser.get(url("case_detail", talk.case.pk)),
        browser.get(url("consultation_detail", talk.pk)),
    ]

    assert [sentence in html(page) for page in pages] == [True, True, True]


@pytest.mark.parametrize("q", ["秘密", "ひみつ", "ヒミツ ス", "すみれちゃん", "ｒ6－0001"])
def test_search_finds_by_number_kana_name_and_alias_and_opens_a_single_one(login, q):
    client = ClientFactory(
        name="秘密 すみれ", name_kana="ヒミツ スミレ", alias="すみれちゃん", first_contact_on=date(2024, 5, 1)
    )
    ClientFactory(name="架空 いろは", name_kana="カクウ イロハ", first_contact_on=date(2024, 5, 1))

    answer = login().post(url("client_search"), {"q": q})

    assert answer.url == client.get_absolute_url()


def test_search_is_by_post_alone(login):
    assert login().get(url("client_search")).status_code == 405


def test_list_opens_on_the_current_year(login):
    ConsultationFactory(consulted_on=fiscal_year(current_fiscal_year()).start - timedelta(days=1))
    mine = ConsultationFactory(consulted_on=fiscal_year(current_fiscal_year()).start)

    page = login().get(url("consultation_list"))

    assert [record.pk for record, _ in page.context["rows"]] == [mine.pk]


# -- what the pages ask of the database ---------------------------------------------------------------------


LOOK = 3  # the trail's head, its row, its head again: short transaction of its own
ABOUT_ME = 2  # session and user


def queries(ask):
    """How many statements answer a request, without those that begin and end transactions."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    ends = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return len([each for each in captured if not each["sql"].startswith(ends)]) - ABOUT_ME


@pytest.mark.parametrize("noun", ["consultation", "client", "case"])
def test_list_asks_six_times_at_most_however_long_it_is(login, noun):
    browser = login()
    ConsultationFactory(case=CaseFactory())
    page = url(f"{noun}_list") + "?year=all"
    browser.get(page)
    few = queries(lambda: browser.get(page))
    for _ in range(3):
        ConsultationFactory(case=CaseFactory())

    many = queries(lambda: browser.get(page))

    assert (many, many <= 6 + LOOK) == (few, True)


@pytest.mark.parametrize("has_case", [False, True])
def test_consultation_is_created_with_twelve_statements_at_most(login, has_case):
    browser, client = login(), ClientFactory()
    case = CaseFactory(client, opened_on=TODAY() - timedelta(days=10))
    ConsultationFactory(client=client, consulted_on=TODAY() - timedelta(days=10))
    topics, response = [term("topic", "dv").pk, term("topic", "work").pk], term("response", "listen").pk
    fields = new_talk(browser, client=client.number, topics=topics, responses=response, content="聞いたこと")
    fields["case"] = [str(case.pk)] if has_case else []

    asked = queries(lambda: browser.post(url("consultation_create"), fields))

    assert Consultation.objects.get(client=client, consulted_on=TODAY()).terms.count() == 4
    assert asked <= 12
