"""申し送り一枚: it composes itself for its reader, and waits on top until somebody has taken it over."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from consultations.models import Handover, HandoverItem, Receipt
from consultations.views.daysheet import compose, next_desk_day
from komatsu_support.models import AuditEvent, Draft
from tests.browser import html, labels, typed
from tests.factories import (
    ClientFactory,
    ConsultationFactory,
    HandoverFactory,
    HandoverItemFactory,
    OfficeDayFactory,
    ReceiptFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY, YESTERDAY = date(2025, 5, 8), date(2025, 5, 7)


def url(name, *args):
    return reverse(f"consultations:{name}", args=args)


def closed_client(**fields):
    """Somebody whose file is open to others alone."""
    return ClientFactory(name="秘密 すみれ", protection="restricted", assigned=[UserFactory()], **fields)


def cards(browser):
    """The first card of 今日の仕事: title and lines."""
    card = browser.get(reverse("home")).context["cards"][0]
    return card.title, [item.text for item in card.items]


# -- the sheet composes itself ------------------------------------------------------------------------------


def test_sheet_tells_the_talks_of_its_day_in_their_order():
    reader = UserFactory()
    afternoon = ConsultationFactory(consulted_on=TODAY, started_at=time(14, 0))
    morning = ConsultationFactory(consulted_on=TODAY, started_at=time(9, 0))
    ConsultationFactory(consulted_on=YESTERDAY)
    ConsultationFactory(consulted_on=TODAY).void("二重に登録した", by=reader)

    sheet = compose(HandoverFactory(day=TODAY), reader)

    assert sheet.talks == [morning, afternoon]


def test_sheet_tells_what_is_unfinished():
    reader = UserFactory()
    without = ConsultationFactory(consulted_on=TODAY, started_at=time(9, 0))
    textless = ConsultationFactory(consulted_on=TODAY, client=None, started_at=time(10, 0))
    ConsultationFactory(consulted_on=TODAY, content="聞いたこと", next_plan="様子を見る")
    ConsultationFactory(consulted_on=TODAY, content="聞いたこと", client=None)
    ConsultationFactory(consulted_on=TODAY, is_countable=False, topics=[])
    for owner in (reader, UserFactory()):
        Draft.objects.create(user=owner, form="a", key="new:1", page="/", saved_at="2025-05-08T03:00Z")

    sheet = compose(HandoverFactory(day=TODAY), reader)

    assert [(each.talk, each.lacks) for each in sheet.unfinished] == [
        (without, "相談内容・次回予定"),
        (textless, "相談内容"),
    ]
    assert sheet.drafts == 1


def test_promises_reach_to_the_next_day_on_which_the_desk_opens():
    for day, reason in ((9, "臨時休業"), (10, "土曜日"), (11, "日曜日"), (12, ""), (13, "")):
        OfficeDayFactory(date(2025, 5, day), desk_open=not reason, reason=reason)
    promised = [
        ConsultationFactory(consulted_on=YESTERDAY, next_on=date(2025, 5, day)) for day in (7, 8, 9, 12, 13)
    ]

    sheet = compose(HandoverFactory(day=TODAY), UserFactory())

    assert sheet.next_day == date(2025, 5, 12)
    assert (sheet.overdue, sheet.promised) == (promised[:2], promised[2:4])


def test_desk_opens_the_very_next_day_where_the_calendar_ends():
    assert next_desk_day(TODAY) == TODAY + timedelta(days=1)


def test_kept_promise_is_no_promise_and_a_sheet_of_the_past_knows_nothing_of_later_days():
    her, reader = ClientFactory(), UserFactory()
    promise = ConsultationFactory(client=her, consulted_on=date(2025, 5, 1), next_on=date(2025, 5, 6))
    ConsultationFactory(client=her, consulted_on=YESTERDAY)

    sheets = [compose(HandoverFactory(day=day), reader) for day in (date(2025, 5, 6), TODAY)]

    assert [sheet.overdue for sheet in sheets] == [[promise], []]


def test_what_is_closed_to_the_reader_is_only_counted(login):
    browser, closed = login(), closed_client()
    handover = HandoverFactory(day=TODAY)
    ConsultationFactory(client=closed, consulted_on=TODAY)
    ConsultationFactory(client=closed, consulted_on=YESTERDAY, next_on=TODAY)
    HandoverItemFactory(handover, client=closed, text="聞かれては困ること")

    page = browser.get(handover.get_absolute_url())

    sheet = page.context["sheet"]
    assert (sheet.talks, sheet.items, sheet.overdue, sheet.promised) == ([], [], [], [])
    assert (sheet.hidden_talks, sheet.hidden_items) == (1, 1)
    assert "閲覧制限の方について 1件" in html(page)
    secrets = (closed.called, closed.number, "聞かれては困ること")
    assert [each for each in secrets if each in html(page)] == []


def test_lead_reads_what_is_closed_to_others(login):
    browser = login("lead")
    item = HandoverItemFactory(HandoverFactory(day=TODAY), client=closed_client())

    assert browser.get(item.get_absolute_url()).context["sheet"].items == [item]


def test_page_is_a_look_with_the_number_of_people_on_it(login):
    browser, handover = login(), HandoverFactory(day=TODAY)
    ConsultationFactory(consulted_on=TODAY)
    HandoverItemFactory(handover, client=ClientFactory())

    browser.get(handover.get_absolute_url())

    look = AuditEvent.objects.get(user=browser.user)
    assert (look.action, look.object_type, look.object_id, look.count) == (
        "view",
        "consultations.handover",
        handover.pk,
        2,
    )


# -- writing ------------------------------------------------------------------------------------------------


def test_today_leads_to_the_sheet_or_to_a_new_one(login):
    browser = login()
    without = browser.get(url("handover_today")).url
    handover = HandoverFactory(day=TODAY)

    assert (without, browser.get(url("handover_today")).url) == (
        url("handover_create"),
        handover.get_absolute_url(),
    )


def test_sheet_of_a_day_is_one_and_says_so_at_the_day(login):
    browser = login()
    HandoverFactory(day=TODAY)

    answer = browser.post(url("handover_create"), typed(browser.get(url("handover_create"))))

    assert (answer.status_code, Handover.objects.count()) == (422, 1)
    assert "この日の申し送りは既にあります" in str(answer.context["form"].errors["day"])


def test_voided_sheet_makes_room_for_another():
    HandoverFactory(day=TODAY).void("まちがい", by=UserFactory())

    HandoverFactory(day=TODAY)

    assert Handover.objects.standing().count() == 1


def test_note_says_that_it_is_no_place_for_names(login):
    assert "お名前や番号は書かず" in html(login().get(url("handover_create")))


def test_matter_is_written_on_the_sheet_from_which_one_came(login):
    browser, handover, her = login(), HandoverFactory(day=TODAY), ClientFactory()
    page = f"{url('handoveritem_create')}?handover={handover.pk}"

    answer = browser.post(page, typed(browser.get(page), client=her.number, text="朝一番に電話"))

    item = HandoverItem.objects.get()
    assert answer.url == handover.get_absolute_url()
    assert (item.handover, item.client, item.text) == (handover, her, "朝一番に電話")


def test_matter_about_a_closed_client_is_as_about_a_number_nobody_has(login):
    browser, handover = login(), HandoverFactory(day=TODAY)
    page = f"{url('handoveritem_create')}?handover={handover.pk}"

    answer = browser.post(page, typed(browser.get(page), client=closed_client().number, text="電話"))

    assert (answer.status_code, HandoverItem.objects.count()) == (422, 0)


@pytest.mark.parametrize("name", ["handoveritem_edit", "handoveritem_void"])
def test_matter_about_a_closed_client_does_not_exist_for_others(login, name):
    item = HandoverItemFactory(client=closed_client())

    assert login().get(url(name, item.pk)).status_code == 404


def test_voided_matter_leaves_the_sheet(login):
    browser, item = login(), HandoverItemFactory()

    browser.post(url("handoveritem_void", item.pk), {"reason": "済んだこと"})

    assert browser.get(item.get_absolute_url()).context["sheet"].items == []


def test_sheet_with_matters_is_not_voided(login):
    browser, item = login(), HandoverItemFactory(client=closed_client())

    browser.post(url("handover_void", item.handover.pk), {"reason": "まちがい"})

    assert Handover.objects.standing().count() == 1


# -- taking over --------------------------------------------------------------------------------------------


def test_one_press_takes_over_and_a_second_is_the_first(login):
    browser, handover = login(), HandoverFactory(day=YESTERDAY)
    offered = html(browser.get(handover.get_absolute_url()))

    for _ in range(2):
        browser.post(url("handover_receive", handover.pk))

    page = browser.get(handover.get_absolute_url())
    assert Receipt.objects.get().created_by == browser.user
    assert ("受け取りました</button>" in offered, "受け取りました</button>" in html(page)) == (True, False)


def test_nobody_takes_over_her_own_sheet(login):
    browser = login()
    handover = HandoverFactory(day=YESTERDAY, by=browser.user)

    answer = browser.post(url("handover_receive", handover.pk), follow=True)

    assert (Receipt.objects.count(), "自分で書いた申し送りは受け取れません。" in html(answer)) == (0, True)


def test_person_takes_over_once_by_the_database_too():
    receipt = ReceiptFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt(handover=receipt.handover).save(by=receipt.created_by)


def test_two_presses_at_once_take_over_once(monkeypatch):
    handover, person = HandoverFactory(day=YESTERDAY), UserFactory()
    init = Receipt.__init__

    def after_another(receipt, *args, **fields):
        monkeypatch.setattr(Receipt, "__init__", init)
        ReceiptFactory(handover, by=person)
        init(receipt, *args, **fields)

    monkeypatch.setattr(Receipt, "__init__", after_another)

    assert handover.receive(by=person) == Receipt.objects.get()


def test_sheet_of_an_earlier_day_stays_on_top_until_one_has_taken_it_over(login):
    author, reader, other = login(display_name="相談 はな"), login("lead"), login()
    handover = HandoverFactory(day=YESTERDAY, by=author.user)
    HandoverFactory(day=TODAY, by=author.user)
    waits = "受け取っていない申し送り"
    before = [cards(each) for each in (author, reader, other)]

    reader.post(url("handover_receive", handover.pk))

    after = [cards(each)[0] for each in (author, reader, other)]
    assert before == [
        (waits, ["R7.5.7　相談 はな　まだだれも受け取っていません"]),
        (waits, ["R7.5.7　相談 はな　受け取ってください"]),
        (waits, ["R7.5.7　相談 はな　受け取ってください"]),
    ]
    assert after == ["申し送り", "申し送り", waits]


@pytest.mark.parametrize(("taken", "waiting"), [(True, 0), (False, 1)])
def test_sheet_of_long_ago_waits_only_while_nobody_has_taken_it_over(taken, waiting):
    handover = HandoverFactory(day=TODAY - timedelta(days=31))
    if taken:
        ReceiptFactory(handover)

    assert Handover.objects.waiting_for(UserFactory()).count() == waiting


def test_voided_sheet_waits_for_nobody():
    HandoverFactory(day=YESTERDAY).void("まちがい", by=UserFactory())

    assert Handover.objects.waiting_for(UserFactory()).count() == 0


@pytest.mark.parametrize("role", ["coordinator", "manager", "viewer", "admin"])
def test_others_see_neither_card_nor_sheet(login, role):
    browser = login(role)
    handover = HandoverFactory(day=YESTERDAY)

    titles = [card.title for card in browser.get(reverse("home")).context["cards"]]

    assert [title for title in titles if "申し送り" in title] == []
    assert browser.get(handover.get_absolute_url()).status_code == 403


def test_list_tells_who_wrote_and_who_took_over_and_no_client(login):
    browser, her = login(), ClientFactory(name="秘密 すみれ")
    handover = HandoverFactory(day=YESTERDAY, by=UserFactory(display_name="相談 はな"))
    HandoverItemFactory(handover, client=her)
    ReceiptFactory(handover, by=UserFactory(display_name="相談 ふみ"))

    page = browser.get(url("handover_list"))

    assert page.context["rows"][0][1][1:] == ["相談 はな", "● 受領済み", "相談 ふみ"]
    assert her.called not in html(page)
    assert "今日の申し送りを開く" in labels(page)
