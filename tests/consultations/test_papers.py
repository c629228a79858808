"""相談票 on paper: its boxes, what never stands on it unasked, what the trail says, and the pages as PDF."""

from datetime import date, time
from typing import Any

import pytest
from django.urls import reverse

from consultations.models import Consultation
from consultations.papers import sheet_of
from komatsu_support.models import AuditEvent, Term
from tests.browser import html
from tests.factories import ClientFactory, ConsultationFactory, TermFactory, UserFactory, term

pytestmark = pytest.mark.django_db
REACH: dict[str, Any] = {
    "phone": "0761-00-4321",
    "mobile": "090-0000-4321",
    "address": "架空町九丁目",
    "postcode": "923-0000",
}


def paper(talk):
    """Where it is printed."""
    return reverse("consultations:consultation_print", args=[talk.pk])


def marked(boxes):
    """The words with a mark, and the mark."""
    return {box.label: box.mark for box in boxes if box.mark}


def looks(user):
    """What the trail says of this person's looks: action, kind of record, basis."""
    events = AuditEvent.objects.filter(user=user, action__in=["print", "reveal", "view"]).order_by("number")
    return list(events.values_list("action", "object_type", "basis"))


def found(text):
    """Which ways to reach her stand in a text."""
    return [value for value in REACH.values() if value in text]


def test_every_word_of_the_lists_has_its_box_and_the_talks_own_are_marked():
    talk = ConsultationFactory(
        topics=["dv", "work"],
        awareness=["flyer"],
        responses=["listen", "info"],
        method="phone",
        source="police",
        age_band="40s",
        urgency="high",
        dv="current",
        abuse_suspected=True,
    )

    boxes = sheet_of(talk, talk.consulted_on)

    topics = Term.objects.filter(kind="topic").in_order().values_list("label", flat=True)
    assert [box.label for box in boxes["topics"]] == list(topics)
    assert {name: marked(each) for name, each in boxes.items()} == {
        "topics": {"DV（配偶者等からの暴力）": "◎", "仕事・就労": "○"},
        "awareness": {"チラシ・ポスター": "○"},
        "responses": {"傾聴": "○", "情報提供": "○"},
        "method": {"電話": "○"},
        "place": {},
        "caller": {},
        "source": {"警察": "○"},
        "age_band": {"40代": "○"},
        "visit_type": {"新規": "○"},
        "urgency": {"高": "○"},
        "dv": {"現在あり": "○"},
        "suicide_risk": {"不明": "○"},
        "abuse": {"疑いあり": "○"},
    }


def test_blank_paper_marks_nothing():
    boxes = sheet_of(None, date(2025, 5, 7))

    assert [name for name, each in boxes.items() if marked(each)] == []
    assert [name for name, each in boxes.items() if not each] == []


def test_paper_has_the_words_of_its_day_and_those_it_carries():
    word = term("topic", "dv")
    talk = ConsultationFactory(topics=["dv"], consulted_on=date(2025, 5, 7))
    word.rename("配偶者などからの暴力", since=date(2025, 6, 1), by=UserFactory())
    word.active = False
    word.save(by=UserFactory())
    TermFactory("topic", label="先の言葉", valid_from=date(2026, 4, 1))

    then = [box.label for box in sheet_of(talk, talk.consulted_on)["topics"]]
    blank = [box.label for box in sheet_of(None, date(2025, 7, 1))["topics"]]

    assert ("DV（配偶者等からの暴力）" in then, "先の言葉" in then) == (True, False)
    assert [label for label in blank if "配偶者など" in label] == []


def test_printing_stands_in_the_trail_of_the_client(login):
    browser = login()
    client = ClientFactory(**REACH)
    talk = ConsultationFactory(client=client, content="眠れない")

    page = html(browser.get(paper(talk)))

    event = AuditEvent.objects.get(action="print")
    assert (event.user, event.object_id, event.subject_id) == (browser.user, talk.pk, client.pk)
    assert ("眠れない" in page, client.number in page, found(page)) == (True, True, [])


def test_ways_to_reach_her_are_printed_only_when_ticked_and_recorded_as_shown(login):
    browser = login()
    talk = ConsultationFactory(client=ClientFactory(**REACH))

    unticked = html(browser.post(paper(talk), {}))
    ticked = html(browser.post(paper(talk), {"contact": "on"}))
    by_address = html(browser.get(f"{paper(talk)}?contact=on"))

    assert (found(unticked), found(ticked), found(by_address)) == ([], list(REACH.values()), [])
    talks, client = "consultations.consultation", "consultations.client"
    assert looks(browser.user) == [
        ("print", talks, "相談員チーム"),
        ("reveal", client, "相談員チーム　相談票の印刷"),
        ("print", talks, "相談員チーム"),
        ("print", talks, "相談員チーム"),
    ]


def test_ways_to_reach_a_protected_client_are_on_no_paper(login):
    browser = login("lead")
    client = ClientFactory(
        address_protected=True, protected_until=date(2027, 3, 31), staff=browser.user, **REACH
    )

    page = html(browser.post(paper(ConsultationFactory(client=client)), {"contact": "on"}))

    assert (found(page), "支援措置対象・住所秘匿" in page) == ([], True)
    assert [action for action, *_ in looks(browser.user)] == ["print"]


@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_closed_talk_has_no_paper(login, protection):
    browser = login()

    answer = browser.get(paper(ConsultationFactory(client=ClientFactory(protection=protection))))

    assert (answer.status_code, looks(browser.user)) == (404, [])


def test_paper_of_a_voided_talk_says_so(login):
    talk = ConsultationFactory(client=None, started_at=time(10, 15))
    talk.void("まちがい", by=UserFactory())

    page = html(login().get(paper(talk)))

    assert "取消済み" in page


def test_blank_paper_knows_nobody_and_is_no_look(login):
    browser = login()
    ConsultationFactory(client=ClientFactory(name="秘密 すみれ"))

    page = html(browser.get(reverse("consultations:consultation_blank")))

    assert ("秘密 すみれ" in page, looks(browser.user)) == (False, [])
    assert [word.label in page for word in Term.objects.filter(kind="topic")] == [True] * 19


def test_record_leads_to_its_paper(login):
    talk = ConsultationFactory()

    page = html(login().get(talk.get_absolute_url()))

    assert f'href="{paper(talk)}"' in page
    assert Consultation.objects.count() == 1
