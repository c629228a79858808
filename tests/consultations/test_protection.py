"""支援措置: reminders, the monthly check list, the household, and who may know what, line by line."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations.models import ProtectionCheck
from komatsu_support.models import AuditEvent
from tests.browser import html
from tests.factories import ClientFactory, ProtectionCheckFactory, UserFactory

pytestmark = pytest.mark.django_db
WAYS: dict[str, Any] = {"phone": "0761-00-4321", "mobile": "090-0000-4321", "address": "架空町九丁目9番地"}


def url(name: str, *args: Any) -> str:
    return reverse(f"consultations:{name}", args=args)


def protected(days: int = 90, **fields: Any) -> Any:
    """A protected client whose protection ends in so many days."""
    until = timezone.localdate() + timedelta(days=days)
    return ClientFactory(**{"address_protected": True, "protected_until": until, **WAYS, **fields})


def reminders(browser: Any) -> list[tuple[bool, list[str]]]:
    cards = browser.get(reverse("home")).context["cards"]
    return [
        (card.wanted, [item.text for item in card.items])
        for card in cards
        if card.title.startswith("支援措置の期限")
    ]


# -- reminders ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "wanted", "left"),
    [
        (61, None, ""),
        (60, False, "あと60日"),
        (31, False, "あと31日"),
        (30, True, "あと30日"),
        (0, True, "今日まで"),
        (-1, True, "1日前に過ぎました"),
    ],
)
def test_end_is_reminded_of_at_sixty_and_pressed_for_from_thirty_days(login, days, wanted, left):
    browser = login()
    protected(days, staff=browser.user)

    found = reminders(browser)

    assert [card[0] for card in found] == ([] if wanted is None else [wanted])
    assert all(left in text for _, texts in found for text in texts)


@pytest.mark.parametrize(("who", "sees"), [("staff", 1), ("assigned", 1), ("lead", 1), ("colleague", 0)])
def test_reminder_goes_to_who_is_assigned_and_to_lead(login, who, sees):
    browser = login("lead" if who == "lead" else "counselor")
    fields: dict[str, Any] = {"staff": {"staff": browser.user}, "assigned": {"assigned": [browser.user]}}
    protected(20, **{"staff": UserFactory(), **fields.get(who, {})})

    assert len(reminders(browser)) == sees


def test_reminder_of_a_sealed_client_does_not_go_to_a_lead_who_is_not_named(login):
    protected(20, protection="sealed", assigned=[UserFactory()])

    assert reminders(login("lead")) == []


def test_protection_goes_on_after_its_end_until_it_is_taken_back(login):
    client = protected(-10, staff=UserFactory())

    page = login().get(client.get_absolute_url())
    refused = login().post(url("client_reveal", client.pk), {"reason": "期限が過ぎているため"})

    assert "期限が過ぎています" in html(page)
    assert "10日前に過ぎました" in html(page)
    assert (refused.status_code, WAYS["phone"] in html(refused)) == (403, False)


# -- the check list -----------------------------------------------------------------------------------------


def test_list_has_the_protected_that_are_open_to_her_by_the_day_of_the_end(login):
    browser = login()
    late, soon = protected(50), protected(5)
    protected(1, protection="restricted", staff=UserFactory())
    protected(1, protection="sealed", assigned=[UserFactory()])
    ClientFactory()
    protected(1).void("まちがい", by=UserFactory())

    page = browser.get(url("protection_list"))

    assert [line.client for line in page.context["lines"]] == [soon, late]
    assert (page.context["hidden_count"], "ほか 2人は閲覧制限・封印のため" in html(page)) == (2, True)


def test_press_is_this_months_check_and_a_second_press_the_same(login):
    browser, client = login(), protected()

    for _ in range(2):
        browser.post(url("protection_check", client.pk))

    check = ProtectionCheck.objects.get()
    line = browser.get(url("protection_list")).context["lines"][0]
    assert (check.client, check.month, check.created_by) == (
        client,
        timezone.localdate().replace(day=1),
        browser.user,
    )
    assert (line.ticks[0].check, line.ticks[0].is_missing) == (check, False)


def test_check_that_was_pressed_by_mistake_is_taken_back_and_made_anew(login):
    browser, check = login(), ProtectionCheckFactory()

    browser.post(url("protectioncheck_void", check.pk), {"reason": "押しまちがい"})
    shown = browser.get(url("protection_list")).context["unchecked"]
    browser.post(url("protection_check", check.client.pk))

    assert shown == 1
    assert ProtectionCheck.objects.standing().count() == 1


def test_unchecked_month_shows_but_none_before_she_was_protected(login):
    with time_machine.travel("2025-05-20 12:00+09:00") as clock:
        browser, client = login(), protected(300)
        clock.move_to("2025-07-02 12:00+09:00")
        browser.force_login(browser.user)

        (line,) = browser.get(url("protection_list")).context["lines"]

    assert line.client == client
    assert [(tick.month, tick.is_missing) for tick in line.ticks] == [
        (date(2025, 7, 1), True),
        (date(2025, 6, 1), True),
        (date(2025, 5, 1), True),
    ]


def test_month_before_the_mark_is_not_missing(login):
    with time_machine.travel("2025-05-20 12:00+09:00") as clock:
        browser, client = login(), ClientFactory()
        clock.move_to("2025-07-02 12:00+09:00")
        client.address_protected, client.protected_until = True, date(2026, 7, 1)
        client.save(by=UserFactory())
        browser.force_login(browser.user)

        (line,) = browser.get(url("protection_list")).context["lines"]

    assert [tick.is_missing for tick in line.ticks] == [True, False, False]


def test_check_of_somebody_unprotected_or_closed_is_refused(login):
    browser = login()
    others = [ClientFactory(), protected(protection="restricted", staff=UserFactory())]

    answers = [browser.post(url("protection_check", client.pk)) for client in others]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert ProtectionCheck.objects.count() == 0


def test_paper_has_number_and_first_kana_and_no_name_phone_or_address(login):
    browser = login()
    client = protected(name="秘密 すみれ", name_kana="ヒミツ スミレ", district="架空町", watchword="さくら")

    page = html(browser.get(url("protection_print")))

    assert (client.number in page, "<td>ヒ</td>" in page) == (True, True)
    assert [word for word in ("秘密", "ヒミツ", "架空町", "さくら", *WAYS.values()) if word in page] == []
    event = AuditEvent.objects.get(user=browser.user)
    assert (event.action, event.count, event.basis) == ("print", 1, "支援措置の月次点検表")


# -- the household ------------------------------------------------------------------------------------------


def test_unprotected_client_of_the_same_phone_is_pointed_out_to_who_may_know_both(login):
    browser, colleague = login(), login()
    client = protected(staff=browser.user)
    same = ClientFactory(mobile=WAYS["phone"])
    ClientFactory(address=WAYS["address"], protection="restricted", staff=UserFactory())
    ClientFactory(phone="0761-00-9999")
    protected()

    pages = [each.get(client.get_absolute_url()) for each in (browser, colleague)]

    assert [list(page.context["beside"]) for page in pages] == [[same], []]


# -- no phone, no address, on any page of hers ---------------------------------------------------------------


PAGES = [
    "consultations:client_list",
    "consultations:protection_list",
    "consultations:protection_print",
    "home",
]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_list_and_print_never_hold_her_phone_or_address(login, role, name):
    browser = login(role)
    client = protected(20, staff=browser.user)

    page = html(browser.get(reverse(name)))

    assert client.called in page or client.number in page
    assert [way for way in WAYS.values() if way in page] == []


def test_file_of_the_list_never_holds_her_phone_or_address(login):
    browser = login()
    protected(staff=browser.user)

    answer = browser.get(url("client_export"))
    from tests.browser import table

    cells = [str(cell) for row in table(answer) for cell in row]
    assert [way for way in WAYS.values() if way in " ".join(cells)] == []


def test_page_has_the_answer_to_whoever_asks_about_her(login):
    page = html(login().get(ClientFactory().get_absolute_url()))

    assert "お答えできません" in page
