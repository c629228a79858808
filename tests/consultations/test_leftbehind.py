"""封印の引継ぎ: a sealed file of which nobody named is left is handed on by lead, who learns its number and no more."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.forms.leftbehind import LATE, EntrustForm
from consultations.models import Client
from komatsu_support import audit
from komatsu_support.models import AuditEvent, StaleVersion, User
from komatsu_support.roles import PERMISSIONS, Role
from tests.browser import html, typed
from tests.factories import ClientFactory, ConsultationFactory, MergeFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/consultations/clients/left-behind/"
REASON = "前の担当が退職したため引き継ぐ"
TITLE = "開ける人のいない封印の相談者"
SECRETS = {
    "name": "封印 しおり",
    "name_kana": "フウイン シオリ",
    "alias": "しおりさん",
    "phone": "0761-00-4321",
    "note": "聞かれては困ること",
    "contact_warning": "夫に知られない",
}


def sealed(*named: User, **fields: Any) -> Client:
    return ClientFactory(**{"protection": "sealed", "assigned": named, **SECRETS, **fields})


def gone(role: str = "counselor") -> User:
    return UserFactory(role, display_name="去った 職員", is_active=False)


def behind() -> list[int]:
    return sorted(Client.objects.left_behind().values_list("pk", flat=True))


def entrusted(browser: Any, client: Client, to: User, reason: str = REASON) -> Any:
    """The press of one file's form, as the page of that file would send it."""
    return browser.post(PAGE, {"client": client.pk, "colleague": to.pk, "reason": reason})


def named(client: Client) -> set[User]:
    return set(client.assigned.all())


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


def cards(browser: Any) -> list[tuple[bool, list[tuple[str, str]]]]:
    """The card of this matter on 今日の仕事, if there is one."""
    return [
        (card.wanted, [(item.text, item.url) for item in card.items])
        for card in browser.get(reverse("home")).context["cards"]
        if card.title == TITLE
    ]


# -- which files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*Role.values, ""])
@pytest.mark.parametrize("is_active", [True, False])
def test_sealed_file_is_left_behind_where_the_one_named_may_not_open_it(role, is_active):
    client = sealed(UserFactory(role, is_active=is_active))
    may_open = is_active and "consultations.view_client" in PERMISSIONS.get(role, set())

    assert behind() == ([] if may_open else [client.pk])


def test_sealed_file_is_left_behind_when_the_last_of_those_named_leaves():
    first, last = UserFactory(), UserFactory("lead")
    client = sealed(first, last)

    first.is_active = False
    first.save()
    one_left = behind()
    last.role = "manager"
    last.save()

    assert (one_left, behind()) == ([], [client.pk])


def test_sealed_file_in_which_nobody_is_named_is_left_behind():
    client = sealed()

    assert behind() == [client.pk]


def test_sealed_file_stays_left_behind_though_its_staff_is_at_the_desk():
    client = sealed(gone(), staff=UserFactory())

    assert behind() == [client.pk]


def voided() -> Client:
    client = sealed(gone())
    client.void("二重に登録", by=UserFactory())
    return client


def disposed() -> Client:
    return sealed(gone(), disposed_on=timezone.localdate())


def merged() -> Client:
    left = gone()
    kept, into = sealed(left), sealed(left)
    MergeFactory(kept, into)
    into.refresh_from_db()
    assert (into.protection, named(into)) == ("sealed", {left})
    return into


NOT_LEFT_BEHIND = {
    "open to somebody": lambda: sealed(gone(), UserFactory()),
    "normal": lambda: ClientFactory(assigned=[gone()]),
    "restricted": lambda: ClientFactory(protection="restricted", assigned=[gone()]),
    "merged": merged,
    "voided": voided,
    "disposed": disposed,
}


@pytest.mark.parametrize("kind", NOT_LEFT_BEHIND)
def test_no_other_file_is_left_behind(kind):
    client = NOT_LEFT_BEHIND[kind]()

    assert client.pk not in behind()


# -- the card -----------------------------------------------------------------------------------------------


def test_lead_is_told_how_many_at_once_and_only_while_there_are_any(login):
    lead, left = login("lead"), UserFactory()
    client = sealed(left)
    sealed(left)
    before = cards(lead)
    left.is_active = False
    left.save()

    during = cards(lead)
    left.is_active = True
    left.save()

    assert before == cards(lead) == []
    assert during == [(True, [("2人　開ける職員を決めてください", PAGE)])]
    assert client.number not in html(lead.get(reverse("home")))


@pytest.mark.parametrize("role", [role for role in Role.values if role != "lead"])
def test_nobody_but_lead_is_told(login, role):
    sealed(gone())

    assert cards(login(role)) == []


def test_admin_who_ends_the_account_learns_nothing(login):
    admin, left = login("admin"), UserFactory()
    edit = reverse("user_edit", args=[left.pk])
    client = sealed(left)

    fields = typed(admin.get(edit), is_active=None)
    answer = admin.post(edit, fields, follow=True)

    assert behind() == [client.pk]
    assert said(answer) == ["アカウントを保存しました。"]
    assert [word for word in (client.number, "封印", *SECRETS.values()) if word in html(answer)] == []


# -- the page -----------------------------------------------------------------------------------------------


def test_page_shows_number_and_former_names_and_nothing_else_of_the_client(login):
    lead, left = login("lead"), gone()
    staff = UserFactory(display_name="担当 だけ", is_active=False)
    client = sealed(left, staff=staff, first_contact_on=date(2019, 4, 1))
    ConsultationFactory(client=client, content="聞かれては困る相談", consulted_on=date(2019, 4, 1))

    page = html(lead.get(PAGE))

    assert (client.number in page, left.display_name in page) == (True, True)
    hidden = (
        *SECRETS.values(),
        "聞かれては困る相談",
        "担当 だけ",
        client.get_absolute_url(),
        "2019",
        "H31.4",
    )
    assert [word for word in hidden if word in page] == []


def test_page_shows_no_file_that_somebody_may_open(login):
    lead = login("lead")
    others = [make() for make in NOT_LEFT_BEHIND.values()]
    left = Client.objects.left_behind().get()  # the kept file of the merged one

    listed = [form.client for form in lead.get(PAGE).context["forms"]]

    assert listed == [left]
    assert left not in others


def test_colleagues_to_choose_are_those_at_the_desk_without_oneself(login):
    lead = login("lead")
    colleagues = {UserFactory(), UserFactory("lead")}
    for role in ("coordinator", "manager", "viewer", "admin", ""):
        UserFactory(role)
    sealed(gone())

    [form] = lead.get(PAGE).context["forms"]

    offered = {key for key, _ in form.fields["colleague"].choices if key}
    assert offered == {colleague.pk for colleague in colleagues}


def test_page_asks_for_the_colleagues_once_however_many_files_there_are(login, django_assert_num_queries):
    lead, left = login("lead"), gone()
    UserFactory()
    sealed(left)
    lead.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        lead.get(PAGE)
    for _ in range(3):
        sealed(left)

    with django_assert_num_queries(len(one)):
        lead.get(PAGE)


def test_page_without_such_files_says_so(login):
    assert "開ける人のいない封印の相談者はいません。" in html(login("lead").get(PAGE))


def test_lead_who_is_alone_at_the_desk_is_told_so(login):
    lead = login("lead")
    client = sealed(gone())
    UserFactory("manager")

    page = html(lead.get(PAGE))
    answer = entrusted(lead, client, lead.user)

    assert "いま窓口の職員はあなただけです。" in page
    assert 'name="colleague"' not in page
    assert (answer.status_code, named(client) & {lead.user}) == (422, set())


def test_look_at_the_page_is_in_the_trail_with_its_count_and_basis(login):
    lead = login("lead")
    sealed(gone())
    sealed()

    lead.get(PAGE)

    look = AuditEvent.objects.filter(user=lead.user).latest("number")
    assert (look.action, look.object_type, look.object_id, look.count, look.basis) == (
        "list",
        "consultations.client",
        None,
        2,
        TITLE,
    )


def test_page_is_not_served_when_the_trail_cannot_be_written(login, monkeypatch):
    lead = login("lead")
    client = sealed(gone())

    def no_trail(*args: Any, **kwargs: Any) -> None:
        raise audit.TrailUnavailable

    monkeypatch.setattr(audit, "record", no_trail)
    looked, pressed = lead.get(PAGE), entrusted(lead, client, UserFactory())

    assert (looked.status_code, pressed.status_code, behind()) == (503, 503, [client.pk])


# -- the press ----------------------------------------------------------------------------------------------


def test_colleague_opens_the_file_from_then_on_and_the_lead_who_pressed_does_not(login):
    lead, colleague, left = login("lead"), login(), gone()
    client = sealed(left)
    before = colleague.get(client.get_absolute_url()).status_code

    answer = lead.post(PAGE, typed(lead.get(PAGE), colleague=colleague.user.pk, reason=REASON))

    assert answer.url == PAGE
    assert (before, colleague.get(client.get_absolute_url()).status_code) == (404, 200)
    assert lead.get(client.get_absolute_url()).status_code == 404
    assert named(client) == {left, colleague.user}
    assert (behind(), cards(lead)) == ([], [])


def test_press_opens_the_one_file_it_was_for(login):
    lead, colleague, left = login("lead"), UserFactory(), gone()
    one, other = sealed(left), sealed(left)

    entrusted(lead, other, colleague)

    assert (named(one), named(other)) == ({left}, {left, colleague})


def test_press_is_in_trail_and_history_with_the_former_names(login):
    lead, colleague, left = login("lead"), UserFactory(), gone()
    client = sealed(left)

    entrusted(lead, client, colleague)

    told = AuditEvent.objects.filter(user=lead.user, object_id=client.pk).get()
    row = client.history.latest()
    assert (told.action, told.fields, told.basis, told.subject_id) == (
        "change",
        ["assigned"],
        f"封印の引継ぎ: {REASON}",
        client.pk,
    )
    assert (row.history_user, row.ticked["assigned"]) == (lead.user, sorted([left.pk, colleague.pk]))


def test_press_changes_nothing_but_who_is_named(login):
    lead, client = login("lead"), sealed(gone(), address_protected=True, protected_until=date(2031, 1, 1))
    before = Client.objects.filter(pk=client.pk).values().get()

    entrusted(lead, client, UserFactory())

    after = Client.objects.filter(pk=client.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {
        "version",
        "updated_at",
        "updated_by_id",
    }


def test_answer_names_number_and_nothing_else(login):
    lead, client = login("lead"), sealed(gone())

    answer = entrusted(lead, client, UserFactory())

    assert said(answer) == [f"{client.number} を引き継ぎました。選んだ職員に番号を伝えてください。"]


def test_file_merged_away_opens_with_the_kept_one(login):
    lead, colleague = login("lead"), UserFactory()
    absorbed = merged()
    kept: Any = absorbed.merged_into

    entrusted(lead, kept, colleague)

    assert named(absorbed) == named(kept)
    assert set(Client.objects.visible_to(colleague)) == {kept, absorbed}
    assert not Client.objects.visible_to(lead.user).exists()


@pytest.mark.parametrize("reason", ["", "退職のため", "た い し ょ く の た め", "　　　　　　　　　　　"])
def test_reason_of_fewer_than_ten_characters_opens_nothing(login, reason):
    lead, colleague, client = login("lead"), UserFactory(), sealed(gone())

    answer = entrusted(lead, client, colleague, reason)

    assert (answer.status_code, behind()) == (422, [client.pk])
    assert f'href="#client_{client.pk}_reason"' in html(answer)
    assert typed(answer)["colleague"] == [str(colleague.pk)]


@pytest.mark.parametrize("who", ["oneself", "left", "elsewhere", "nobody", "no key"])
def test_nobody_but_a_colleague_at_the_desk_is_named(login, who):
    lead, left = login("lead"), gone()
    client = sealed(left)
    UserFactory()
    keys = {"oneself": lead.user.pk, "left": left.pk, "elsewhere": UserFactory("manager").pk, "nobody": ""}

    answer = lead.post(PAGE, {"client": client.pk, "colleague": keys.get(who, "だれか"), "reason": REASON})

    assert (answer.status_code, named(client)) == (422, {left})
    assert f'href="#client_{client.pk}_colleague"' in html(answer)


@pytest.mark.parametrize("kind", NOT_LEFT_BEHIND)
def test_press_for_any_other_file_says_so_and_changes_nothing(login, kind):
    lead, colleague = login("lead"), UserFactory()
    client = NOT_LEFT_BEHIND[kind]()
    before = Client.objects.filter(pk=client.pk).values().get(), named(client)

    answer = entrusted(lead, client, colleague)

    assert (answer.status_code, said(answer)) == (302, [LATE])
    assert (Client.objects.filter(pk=client.pk).values().get(), named(client)) == before
    assert client.history.filter(history_user=lead.user).count() == 0
    assert AuditEvent.objects.filter(user=lead.user, action="change").count() == 0


@pytest.mark.parametrize("key", ["987654", "", "x", "9" * 30])
def test_press_for_nobody_is_answered_as_one_for_a_file_that_is_open(login, key):
    lead = login("lead")

    answer = lead.post(PAGE, {"client": key, "colleague": UserFactory().pk, "reason": REASON})

    assert (answer.status_code, said(answer)) == (302, [LATE])


@pytest.mark.parametrize("role", [role for role in Role.values if role != "lead"])
def test_nobody_but_lead_hands_a_file_on(login, role):
    browser, client = login(role), sealed(gone())

    answer = entrusted(browser, client, UserFactory())

    assert (answer.status_code, behind()) == (403, [client.pk])


# -- two at once --------------------------------------------------------------------------------------------


def test_second_press_names_nobody_more(login):
    lead, left = login("lead"), gone()
    first, second = UserFactory(), UserFactory()
    client = sealed(left)
    entrusted(lead, client, first)
    version = Client.objects.get(pk=client.pk).version

    same, other = entrusted(lead, client, first), entrusted(lead, client, second)

    client.refresh_from_db()
    assert (named(client), client.version) == ({left, first}, version)
    assert [said(answer)[-1] for answer in (same, other)] == [LATE, LATE]


def pressed(client: Client, colleague: User, by: User) -> EntrustForm:
    """The form of a press, its file read and not yet written."""
    data = {"client": str(client.pk), "colleague": colleague.pk, "reason": REASON}
    read = Client.objects.left_behind().get(pk=client.pk)
    return EntrustForm(data, client=read, colleagues=User.objects.filter(pk=colleague.pk), by=by)


def test_of_two_leads_at_the_same_moment_the_second_is_told(user):
    left, one, other = gone(), UserFactory(), UserFactory()
    client = sealed(left)
    forms = [pressed(client, one, user("lead")), pressed(client, other, user("lead"))]

    answers = [form.entrusted() for form in forms]

    assert answers == [True, False]
    assert (forms[1].status, list(forms[1].non_field_errors())) == (422, [LATE])
    assert named(client) == {left, one}


def test_file_that_was_saved_since_it_was_read_is_not_handed_on(user):
    left = gone()
    client = sealed(left)
    form = pressed(client, UserFactory(), user("lead"))
    Client.objects.get(pk=client.pk).save(by=User.objects.system())

    answer = form.entrusted()

    assert (answer, list(form.non_field_errors())) == (False, [LATE])
    assert (behind(), named(client)) == ([client.pk], {left})


@pytest.mark.django_db(transaction=True)
def test_of_four_leads_in_four_connections_one_names_a_colleague():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    left, leads = gone(), UserFactory.create_batch(4, "lead")
    client = sealed(left)
    forms = [pressed(client, UserFactory(), lead) for lead in leads]
    gate, answers = Barrier(4), []

    def press(form: EntrustForm) -> None:
        try:
            form.is_valid()
            gate.wait(30)
            answers.append(form.entrusted())
        finally:
            connection.close()

    threads = [Thread(target=press, args=[form]) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, False, False, True]
    assert len(named(client)) == 2


@pytest.mark.parametrize("kind", NOT_LEFT_BEHIND)
def test_verb_refuses_whatever_is_not_left_behind(user, kind):
    client = NOT_LEFT_BEHIND[kind]()
    before = named(client)

    with pytest.raises(StaleVersion):
        client.entrust(user(), REASON, by=user("lead"))

    assert named(client) == before
