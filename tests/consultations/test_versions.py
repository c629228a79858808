"""変更の履歴 and the wordings of 支援方針: what was, by whom, for those who may see the record."""

from typing import Any

import pytest
from django.urls import reverse

from komatsu_support.models import AuditEvent
from tests.browser import html
from tests.factories import CaseFactory, ClientFactory, ConsultationFactory, UserFactory, term

pytestmark = pytest.mark.django_db


def history(browser, record):
    """The page of a record's history."""
    return browser.get(reverse(f"consultations:{record._meta.model_name}_history", args=[record.pk]))


def changes(page, number=0):
    """The changes of a version as the page tells them."""
    return [(each.label, each.before, each.after) for each in page.context["versions"][number].changes]


def test_history_tells_before_after_who_and_when(login):
    browser, case = login(), CaseFactory()
    case.status = "watch"
    case.save(by=browser.user)

    page = history(browser, case)

    newest = page.context["versions"][0]
    assert changes(page) == [("処遇", "継続", "見守り")]
    assert (newest.kind, newest.by, newest.at) == ("更新", browser.user, case.updated_at)
    assert page.context["versions"][1].kind == "登録"


def test_history_of_a_text_shows_what_came_and_what_went(login):
    browser, talk = login(), ConsultationFactory(content="電話で話した")
    talk.content = "面談で話した"
    talk.save(by=browser.user)

    (change,) = history(browser, talk).context["versions"][0].changes

    assert [(part.kind, part.text) for part in change.parts] == [
        ("removed", "電話"),
        ("added", "面談"),
        ("same", "で話した"),
    ]


def test_history_names_people_words_and_ticked_boxes(login):
    browser, talk = login(), ConsultationFactory(topics=["dv"])
    talk.staff, talk.method = UserFactory(display_name="相談 はな"), term("method", "phone")
    talk.save(by=browser.user, ticked={"terms": [term("topic", "dv"), term("topic", "work")]})

    told = {label: after for label, _, after in changes(history(browser, talk))}

    assert (told["相談員"], told["相談方法"]) == ("相談 はな", "電話")
    assert told["内容・きっかけ・対応"] == f"{term('topic', 'dv')}、{term('topic', 'work')}"


def test_history_of_a_client_tells_only_that_the_ways_to_reach_her_changed(login):
    browser = login()
    client = ClientFactory(phone="0761-00-4321", watchword="ひまわり", district="架空町", address="一番地")
    client.phone, client.watchword, client.alias = "0761-00-9999", "すみれ", "すみれさん"
    client.save(by=browser.user)

    page = history(browser, client)

    told = [(each.label, each.is_hidden) for each in page.context["versions"][0].changes]
    assert told == [("呼び名", False), ("電話", True), ("合言葉", True)]
    secrets = ("0761-00-4321", "0761-00-9999", "ひまわり", "架空町", "一番地")
    assert [each for each in secrets if each in html(page)] == []


def test_history_names_no_client_who_is_closed_to_the_reader(login):
    browser, closed = login(), ClientFactory(protection="restricted")
    talk = ConsultationFactory(client=closed)
    talk.client = ClientFactory()
    talk.save(by=UserFactory("lead"))

    page = history(browser, talk)

    assert changes(page)[0] == ("相談者", "（閲覧制限）", talk.client.number)
    assert closed.number not in html(page)


def test_history_tells_of_the_void_with_its_reason(login):
    browser, talk = login(), ConsultationFactory()
    talk.void("二重に登録した", by=browser.user)

    newest = history(browser, talk).context["versions"][0]

    assert (newest.kind, newest.reason) == ("取消", "二重に登録した")


def test_history_goes_on_over_pages_and_compares_across_them(login):
    browser, case = login(), CaseFactory(policy="0")
    for number in range(1, 30):
        case.policy = str(number)
        case.save(by=browser.user)
    url = reverse("consultations:case_history", args=[case.pk])

    first, second = browser.get(url), browser.get(f"{url}?page=2")

    assert [len(page.context["versions"]) for page in (first, second)] == [25, 5]
    assert [part.text for part in first.context["versions"][24].changes[0].parts] == ["4", "5"]
    assert [version.kind for version in second.context["versions"]] == ["更新"] * 4 + ["登録"]


@pytest.mark.parametrize("name", ["case_history", "case_policies"])
def test_look_at_what_was_is_in_the_trail(login, name):
    browser, case = login(), CaseFactory()

    browser.get(reverse(f"consultations:{name}", args=[case.pk]))

    look = AuditEvent.objects.get(user=browser.user)
    assert (look.action, look.object_id, look.subject_id) == ("view", case.pk, case.client.pk)
    assert (
        look.basis.partition("　")[2]
        == {"case_history": "変更の履歴", "case_policies": "支援方針の履歴"}[name]
    )


def test_policies_are_the_saves_in_which_the_wording_changed(login):
    browser, other = login(), UserFactory()
    case = CaseFactory(policy="住まいを探す", by=other)
    case.status = "watch"
    case.save(by=browser.user)
    case.policy = "住まいと仕事を探す"
    case.save(by=browser.user)

    page = browser.get(reverse("consultations:case_policies", args=[case.pk]))

    told = [
        (each.number, each.by, [part.text for part in each.parts if part.kind != "removed"])
        for each in page.context["policies"]
    ]
    assert told == [
        (2, browser.user, ["住", "まいと仕事を", "探す"]),
        (1, other, ["住まいを探す"]),
    ]
    assert "<ins>" in html(page)


def test_detail_pages_lead_to_their_history(login):
    browser = login()
    talk = ConsultationFactory(case=CaseFactory())

    records: tuple[Any, ...] = (talk, talk.case, talk.client)
    for record in records:
        page = html(browser.get(record.get_absolute_url()))
        assert reverse(f"consultations:{record._meta.model_name}_history", args=[record.pk]) in page
