"""緊急閲覧: opened with a reason, to read, for an hour, and reviewed by somebody else."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from consultations.models import BreakGlass, Client
from komatsu_support import audit
from komatsu_support.models import AuditEvent
from tests.browser import html, labels, typed
from tests.factories import (
    BreakGlassFactory,
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsentFactory,
    ConsultationFactory,
    DocumentFactory,
    ReferralFactory,
    UserFactory,
)
from tests.site import OURS

pytestmark = pytest.mark.django_db
REASON = "救急隊から安否の問い合わせ"
PHONE = "0761-00-4321"


def url(name: str, *args: Any) -> str:
    return reverse(name if ":" in name else f"consultations:{name}", args=args)


def restricted(**fields: Any) -> Client:
    return ClientFactory(**{"protection": "restricted", "staff": UserFactory(), "phone": PHONE, **fields})


def broken_by(browser: Any, client: Client) -> BreakGlass:
    """Break the glass on the page, as a person does."""
    page = url("breakglass_create", client.pk)
    browser.post(page, typed(browser.get(page), reason=REASON))
    return BreakGlass.objects.get(client=client)


# -- breaking it --------------------------------------------------------------------------------------------


def test_restricted_file_opens_to_read_after_a_reason(login):
    browser, client = login(), restricted()
    before = browser.get(client.get_absolute_url())

    glass = broken_by(browser, client)
    after = browser.get(client.get_absolute_url())

    assert (before.status_code, after.status_code) == (404, 200)
    assert (glass.reason, glass.created_by, glass.client) == (REASON, browser.user, client)
    assert "緊急閲覧中（あと60分）・読むだけ" in html(after)


@pytest.mark.parametrize("reason", ["", "救急の確認", "あ い う え お か き く け", "　　　　　　　　　　　"])
def test_reason_of_fewer_than_ten_characters_opens_nothing(login, reason):
    browser, client = login(), restricted()
    page = url("breakglass_create", client.pk)

    answer = browser.post(page, typed(browser.get(page), reason=reason))

    assert (answer.status_code, BreakGlass.objects.count()) == (422, 0)
    assert 'href="#id_reason"' in html(answer)
    assert browser.get(client.get_absolute_url()).status_code == 404


def test_reason_of_ten_characters_among_blanks_is_one(login):
    browser, client = login(), restricted()
    page = url("breakglass_create", client.pk)

    answer = browser.post(page, typed(browser.get(page), reason="あい うえお かきくけこ"))

    assert answer.url == client.get_absolute_url()


def test_trail_says_so_before_the_file_is_shown(login):
    browser, client = login(), restricted()

    glass = broken_by(browser, client)
    browser.get(client.get_absolute_url())

    told = AuditEvent.objects.filter(user=browser.user).order_by("number")
    assert list(told.values_list("action", "object_type", "subject_id", "basis")) == [
        ("view", "consultations.client", client.pk, "緊急閲覧の入口（番号とカナの頭文字）"),
        ("emergency", "consultations.breakglass", client.pk, ""),
        ("view", "consultations.client", client.pk, f"緊急閲覧 {glass.pk}"),
    ]
    assert [REASON in str(event.fields) + event.basis for event in told] == [False] * 3


def test_file_stays_closed_when_the_trail_cannot_be_written(login, monkeypatch):
    browser, client = login(), restricted()
    page = url("breakglass_create", client.pk)
    fields = typed(browser.get(page), reason=REASON)

    def no_trail(*args: Any, **kwargs: Any) -> None:
        raise audit.TrailUnavailable

    monkeypatch.setattr(audit, "record", no_trail)
    answer = browser.post(page, fields)

    assert (answer.status_code, BreakGlass.objects.count()) == (503, 0)


def test_page_before_names_number_and_first_kana_alone(login):
    client = restricted(name="秘密 すみれ", name_kana="ヒミツ スミレ")

    page = html(login().get(url("breakglass_create", client.pk)))

    assert (client.number in page, "ヒ…" in page) == (True, True)
    assert [word in page for word in ("秘密", "ヒミツ", PHONE)] == [False, False, False]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_sealed_file_is_answered_as_if_there_were_none(login, role, method):
    browser = login(role)
    sealed = ClientFactory(protection="sealed", staff=browser.user, assigned=[UserFactory()])

    answers = [
        getattr(browser, method)(url("breakglass_create", pk), {"reason": REASON})
        for pk in (sealed.pk, 987654)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    words = [re.sub(rf"\w{{64}}|/clients/({sealed.pk}|987654)/", "…", html(answer)) for answer in answers]
    assert words[0] == words[1]
    assert AuditEvent.objects.filter(subject_id=sealed.pk, user=browser.user).count() == 0


def test_glass_of_a_file_that_is_sealed_meanwhile_opens_nothing(login):
    browser, client = login(), restricted()
    broken_by(browser, client)

    client.protection = "sealed"
    client.save(by=UserFactory(), ticked={"assigned": [UserFactory()]})

    assert browser.get(client.get_absolute_url()).status_code == 404
    assert client.basis_for(browser.user) == ""


def test_file_that_is_open_already_needs_no_glass(login):
    browser, client = login(), ClientFactory()

    answer = browser.post(url("breakglass_create", client.pk), {"reason": REASON})

    assert (answer.url, BreakGlass.objects.count()) == (client.get_absolute_url(), 0)


def test_second_press_breaks_no_second_glass(login):
    browser, client = login(), restricted()
    page = url("breakglass_create", client.pk)
    fields = typed(browser.get(page), reason=REASON)

    answers = [browser.post(page, fields) for _ in range(2)]

    assert [answer.url for answer in answers] == [client.get_absolute_url()] * 2
    assert BreakGlass.objects.count() == 1


def test_posted_client_is_not_listened_to(login):
    browser, client, other = login(), restricted(), restricted()
    page = url("breakglass_create", client.pk)

    browser.post(page, typed(browser.get(page), reason=REASON) | {"client": [str(other.pk)]})

    assert BreakGlass.objects.get().client == client
    assert browser.get(other.get_absolute_url()).status_code == 404


def test_glass_opens_one_file_to_one_person(login):
    browser, colleague, client = login(), login(), restricted()
    broken_by(browser, client)

    assert colleague.get(client.get_absolute_url()).status_code == 404
    assert list(Client.objects.visible_to(browser.user)) == [client]


def test_colleagues_client_opens_by_glass_where_clients_are_assigned(login, settings):
    settings.CLIENT_ACCESS = "assigned"
    browser, client = login(), ClientFactory(staff=UserFactory())
    before = browser.get(client.get_absolute_url())

    glass = broken_by(browser, client)

    assert before.status_code == 404
    assert client.basis_for(browser.user) == f"緊急閲覧 {glass.pk}"
    assert browser.get(client.get_absolute_url()).status_code == 200


# -- its end ------------------------------------------------------------------------------------------------


def test_glass_ends_by_itself_after_sixty_minutes(login):
    noon = datetime.fromisoformat("2025-05-08T12:00+09:00")
    with time_machine.travel(noon, tick=False) as clock:
        browser, client = login(), restricted()
        broken_by(browser, client)
        answers = []
        for minutes in (0, 8, 51.9, 60, 61):
            clock.move_to(noon + timedelta(minutes=minutes))
            anew = Browser()  # a session ends after 20 idle minutes; this is about the glass
            anew.force_login(browser.user)
            answers.append(anew.get(client.get_absolute_url()))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 404]
    assert ["あと52分" in html(answers[1]), "あと9分" in html(answers[2])] == [True, True]


@pytest.mark.parametrize("who", ["counselor", "lead"])
def test_glass_ends_at_a_press(login, who):
    browser, client = login(), restricted()
    glass = broken_by(browser, client)
    presser = browser if who == "counselor" else login("lead")

    answer = presser.post(url("breakglass_end", glass.pk))

    assert answer.url == reverse("home")
    assert browser.get(client.get_absolute_url()).status_code == 404


def test_glass_ends_although_somebody_reviewed_it_at_this_moment(login):
    glass = BreakGlassFactory(by=UserFactory())
    same = BreakGlass.objects.get(pk=glass.pk)
    same.review("必要だった", by=UserFactory("lead"))

    glass.end(by=glass.created_by)

    same.refresh_from_db()
    assert (same.is_live, same.review_note) == (False, "必要だった")


def test_another_counselors_glass_cannot_be_ended(login):
    browser, client = login(), restricted()
    glass = broken_by(browser, client)

    assert login().post(url("breakglass_end", glass.pk)).status_code == 404
    assert BreakGlass.objects.live(browser.user).get() == glass


# -- to read, not to write ----------------------------------------------------------------------------------


@pytest.fixture
def emergency(login):
    """A counselor who reads a restricted file by a broken glass, and every record that is hers."""
    browser, client = login(), restricted()
    case = CaseFactory(client)
    rows = {
        "client": client,
        "case": case,
        "consultation": ConsultationFactory(client=client, case=case),
        "referral": ReferralFactory(case),
        "consent": ConsentFactory(client),
        "conference": ConferenceFactory(cases=[case]),
        "document": DocumentFactory(client),
    }
    broken_by(browser, client)
    return browser, rows


READS = ("list", "detail", "download", "export", "search", "reveal", "history", "policies")
ABOUT_HER = [
    page
    for page in OURS
    if page.parameters == ("pk",)
    and page.url_name.rpartition("_")[0]
    in ("client", "case", "consultation", "referral", "consent", "conference", "document", "protection")
]
WRITES = [p for p in ABOUT_HER if p.url_name.rpartition("_")[2] not in (*READS, "trail", "approve")]


def test_sweep_knows_every_way_to_write():
    assert {page.name for page in WRITES} >= {
        *(
            f"{app}:{noun}_{verb}"
            for app, nouns in {
                "consultations": ("client", "case", "consultation"),
                "referrals": ("referral", "consent", "conference"),
            }.items()
            for noun in nouns
            for verb in ("edit", "void")
        ),
        "consultations:client_contact",
        "consultations:document_void",
        "consultations:protection_check",
    }


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("spot", WRITES, ids=lambda spot: spot.name)
def test_every_page_that_writes_refuses(emergency, spot, method):
    browser, rows = emergency
    noun = spot.url_name.rpartition("_")[0].replace("protection", "client")
    before = rows[noun].version

    answer = getattr(browser, method)(reverse(spot.name, args=[rows[noun].pk]), {"reason": REASON})

    rows[noun].refresh_from_db()
    by_post_alone = (spot.name, method) == ("consultations:protection_check", "get")
    assert answer.status_code == (405 if by_post_alone else 403)
    assert (rows[noun].version, rows[noun].is_voided) == (before, False)


@pytest.mark.parametrize(
    "noun", ["client", "case", "consultation", "referral", "consent", "conference", "document"]
)
def test_page_says_that_it_is_to_read_and_has_no_button_that_writes(emergency, noun):
    browser, rows = emergency

    page = browser.get(rows[noun].get_absolute_url())

    assert (page.status_code, "緊急閲覧中" in html(page)) == (200, True)
    assert labels(page) == (["ダウンロード"] if noun == "document" else [])
    assert "これを元に記録" not in html(page)


CREATES = ["consultation", "case", "document", "consent", "referral", "conference"]


@pytest.mark.parametrize("noun", CREATES)
def test_nothing_new_is_hung_on_her(emergency, noun):
    browser, rows = emergency
    app = "referrals" if noun in ("referral", "consent", "conference") else "consultations"
    page, kind = reverse(f"{app}:{noun}_create"), type(rows[noun])
    before = kind._base_manager.count()
    asked = browser.get(f"{page}?client={rows['client'].pk}&case={rows['case'].pk}")

    answer = browser.post(
        page,
        {
            "client": rows["client"].number,
            "case": rows["case"].pk,
            "cases": [rows["case"].pk],
            "held_on": "2025-05-08",
            "kind": "individual_case",
            "state": "held",
        },
    )

    assert rows["client"].called not in html(asked)
    assert (answer.status_code, kind._base_manager.count()) == (422, before)
    assert {"client", "case", "cases"} & set(answer.context["form"].errors) != set()


def test_phone_of_a_restricted_client_is_shown_and_the_trail_says_by_what_glass(emergency):
    browser, rows = emergency

    answer = browser.post(url("client_reveal", rows["client"].pk))

    event = AuditEvent.objects.filter(action="reveal").get()
    assert PHONE in html(answer)
    assert (event.subject_id, event.basis) == (rows["client"].pk, f"緊急閲覧 {BreakGlass.objects.get().pk}")
    assert "連絡先を修正する" not in html(answer)


def test_phone_of_a_protected_client_stays_hidden(login):
    browser = login()
    until = timezone.localdate() + timedelta(days=90)
    client = restricted(address_protected=True, protected_until=until)
    broken_by(browser, client)

    answer = browser.post(url("client_reveal", client.pk), {"reason": REASON})

    assert (answer.status_code, PHONE in html(answer)) == (403, False)


# -- the review ---------------------------------------------------------------------------------------------


def test_lead_sees_it_at_once_on_todays_work_and_in_the_list(login):
    browser, lead, client = login(display_name="例題 さくら"), login("lead"), restricted()
    broken_by(browser, client)

    home, listed = lead.get(reverse("home")), lead.get(url("breakglass_list"))

    (card,) = [card for card in home.context["cards"] if card.title == "緊急閲覧の確認待ち"]
    assert (card.wanted, len(card.items)) == (True, 1)
    assert card.items[0].text.endswith(f"例題 さくら　→　{client.number}（閲覧中）")
    assert [text in html(listed) for text in (REASON, "例題 さくら", client.number)] == [True] * 3


def test_another_lead_reviews_it_with_a_note(login):
    lead, glass = login("lead"), BreakGlassFactory(by=UserFactory())

    lead.post(url("breakglass_review", glass.pk), {"review_note": "必要だった", "version": glass.version})

    glass.refresh_from_db()
    assert (glass.reviewed_by, glass.review_note) == (lead.user, "必要だった")
    assert BreakGlass.objects.unreviewed().count() == 0
    assert "緊急閲覧の確認待ち" not in html(lead.get(reverse("home")))


def test_lead_cannot_review_her_own(login):
    lead = login("lead")
    glass = BreakGlassFactory(by=lead.user)

    answer = lead.post(url("breakglass_review", glass.pk), {"version": glass.version}, follow=True)

    glass.refresh_from_db()
    assert glass.reviewed_by is None
    assert "自分の緊急閲覧は確認できません" in html(answer)


def test_database_refuses_a_review_of_ones_own(user):
    lead = user("lead")
    glass = BreakGlassFactory(by=lead)

    glass.reviewed_by = lead
    with pytest.raises(IntegrityError), transaction.atomic():
        glass.save(by=lead)


def test_second_review_does_not_overwrite_the_first(login):
    first, second = login("lead"), login("lead")
    glass = BreakGlassFactory(by=UserFactory())
    for lead, note in ((first, "必要だった"), (second, "不要だった")):
        lead.post(url("breakglass_review", glass.pk), {"review_note": note, "version": glass.version})

    glass.refresh_from_db()
    assert (glass.reviewed_by, glass.review_note) == (first.user, "必要だった")


def test_glass_of_a_client_sealed_meanwhile_is_hidden_from_a_lead_who_is_not_named(login):
    lead, glass = login("lead"), BreakGlassFactory(by=UserFactory())
    glass.client.protection = "sealed"
    glass.client.save(by=UserFactory())

    page = html(lead.get(url("breakglass_list")))
    answer = lead.post(url("breakglass_review", glass.pk), {"version": glass.version})

    assert (glass.client.number in page, answer.status_code) == (False, 404)


def test_manager_sees_how_many_and_nobodys_name(login):
    manager, by = login("manager"), UserFactory(display_name="例題 さくら")
    glass = BreakGlassFactory(by=by)

    page, home = manager.get(url("breakglass_list")), html(manager.get(reverse("home")))

    assert page.context["figures"] == {"made": 1, "waiting": 1}
    told = (glass.client.number, glass.client.called, glass.reason, "例題 さくら")
    assert [text for text in told if text in html(page)] == []
    assert "今年度 1件　確認待ち 1件" in home


def test_counselor_has_no_list_of_broken_glasses(login):
    assert login().get(url("breakglass_list")).status_code == 403
