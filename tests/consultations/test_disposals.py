"""廃棄: who is due, four eyes, nothing readable left, and the figures of past years as they were."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from cafe.models import Visitor
from cafe.models.merging import merge
from consultations.models import Case, Client, Consultation, Disposal, DocumentFile, SearchTail
from consultations.models.disposal import due_clients, due_texts, records_about
from komatsu_support.audit import verify, wait_for_my_turn
from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import AuditEvent, Draft, Record, StaleVersion
from komatsu_support.models.record import DISPOSED
from kpi.indicators import INDICATORS
from kpi.tables import MonthlyRows
from tests.browser import html, typed
from tests.factories import (
    AppointmentFactory,
    CaseFactory,
    ClientFactory,
    ConferenceFactory,
    ConsentFactory,
    ConsultationFactory,
    DisposalFactory,
    DocumentFactory,
    HandoverFactory,
    HandoverItemFactory,
    MergeFactory,
    OpenDayFactory,
    ReferralFactory,
    UserFactory,
    VisitFactory,
    VisitorFactory,
)
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 4, 1)
LAST_DUE, FIRST_KEPT = (
    date(2020, 3, 31),
    date(2020, 4, 1),
)  # 終結 in 令和元年度; in 令和2年度 the sixth year is not over
KEPT_SINCE = date(2021, 4, 1)
WORDS = (
    "廃棄 すみれ",
    "ハイキ スミレ",
    "すーさん",
    "0761-00-7777",
    "架空町七丁目",
    "誰にも言えないこと",
    "見守る方針",
)


@pytest.fixture(autouse=True)
def april():
    """令和8年4月1日, morning."""
    with time_machine.travel("2026-04-01T01:00:00Z"):
        yield


def old_file(**fields: Any) -> Client:
    """Somebody whose case ended long ago, with a record of every kind."""
    name, kana, alias, phone, address, content, policy = WORDS
    client = ClientFactory(
        name=name,
        name_kana=kana,
        alias=alias,
        phone=phone,
        address=address,
        birth_date=date(1963, 5, 3),
        first_contact_on=date(2018, 5, 1),
        **fields,
    )
    case = CaseFactory(client, opened_on=date(2018, 5, 1), closed_on=date(2019, 3, 1), policy=policy)
    for day in (date(2018, 5, 1), date(2018, 9, 1)):
        ConsultationFactory(client=client, case=case, consulted_on=day, content=content)
    ConsentFactory(client, obtained_on=date(2018, 6, 1), items=content)
    ReferralFactory(case, sent_on=date(2018, 6, 2), connected_on=date(2018, 6, 9), request=content)
    ConferenceFactory(held_on=date(2018, 7, 1), cases=[case], discussion=content)
    return client


def url(name, *args):
    return reverse(f"consultations:{name}", args=args)


def carried_out(*clients: Client) -> Disposal:
    """A list of these, approved by a lead."""
    disposal = DisposalFactory(clients=clients, as_of=AS_OF)
    disposal.carry_out(UserFactory("lead"))
    return disposal


def everything_stored() -> str:
    """Every value of every row that is a record or its history, as text."""
    tables = [m for m in Record.__subclasses__() if not m._meta.abstract]
    texts = []
    for model in tables:
        for rows in (model._base_manager.values(), model.history.values()):
            texts += [str(row) for row in rows]
    return "\n".join(texts)


# -- who is due -----------------------------------------------------------------------------------------------


def test_file_is_due_five_years_from_the_april_after_its_last_year():
    ends = {LAST_DUE: True, date(2021, 3, 31): True, KEPT_SINCE: False}
    clients = {
        day: CaseFactory(
            ClientFactory(first_contact_on=date(2018, 4, 1)), opened_on=date(2018, 4, 1), closed_on=day
        ).client
        for day in ends
    }

    due = set(due_clients(AS_OF))

    assert {day: clients[day] in due for day in ends} == ends


def test_years_kept_are_a_setting(settings):
    settings.RETENTION_YEARS = 10
    client = old_file()

    assert client not in due_clients(AS_OF)
    assert client in due_clients(date(2029, 4, 1))


def test_open_case_keeps_a_file_however_old():
    client = ClientFactory(first_contact_on=date(2010, 4, 1))
    CaseFactory(client, opened_on=date(2010, 4, 1))

    assert client not in due_clients(AS_OF)


HAPPENINGS = {
    "talk": lambda client, case: ConsultationFactory(client=client, consulted_on=KEPT_SINCE),
    "consent": lambda client, case: ConsentFactory(client, obtained_on=KEPT_SINCE),
    "referral": lambda client, case: ReferralFactory(case, started_on=KEPT_SINCE),
    "conference": lambda client, case: ConferenceFactory(held_on=KEPT_SINCE, cases=[case]),
    "matter handed over": lambda client, case: HandoverItemFactory(client=client),
    "new case": lambda client, case: CaseFactory(client, opened_on=KEPT_SINCE, closed_on=KEPT_SINCE),
}


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_anything_that_happened_since_keeps_a_file(kind):
    client = old_file()
    before = client in due_clients(AS_OF)

    HAPPENINGS[kind](client, client.cases.get())

    assert before is True
    assert client not in due_clients(AS_OF)


def test_voided_happening_keeps_nothing():
    client = old_file()
    talk = ConsultationFactory(client=client, consulted_on=KEPT_SINCE)

    talk.void("別の方の記録でした", by=UserFactory("lead"))

    assert client in due_clients(AS_OF)


def test_old_texts_about_nobody_known_are_due_while_they_are_told():
    old, kept = date(2021, 3, 31), KEPT_SINCE
    told = ConsultationFactory(client=None, consulted_on=old, content="匿名の話")
    ConsultationFactory(client=None, consulted_on=old, content="")
    ConsultationFactory(client=None, consulted_on=kept, content="まだ残す話")
    booked = AppointmentFactory(called="すーさん", day=old)
    sheet = HandoverFactory(day=old, note="全員へ")
    item = HandoverItemFactory(sheet, text="折り返しの電話")
    HandoverItemFactory(HandoverFactory(day=kept, note="これから"), text="まだ残す")

    due = list(due_texts(AS_OF))
    carried_out()

    assert due == [told, booked, item, sheet]
    assert list(due_texts(AS_OF)) == []
    assert Consultation.objects.counted().count() == 3


def test_name_tag_of_the_cafe_not_seen_since_goes_with_the_old_texts():
    with time_machine.travel("2018-05-01T01:00:00Z"):
        gone, comes = VisitorFactory(name="すーさん"), VisitorFactory(name="つくし")
    VisitFactory(gone, OpenDayFactory(held_on=date(2021, 3, 31)))
    VisitFactory(comes, OpenDayFactory(held_on=KEPT_SINCE))

    due = list(due_texts(AS_OF))
    carried_out()

    assert due == [gone]
    assert {each.pk: each.name for each in Visitor.objects.all()} == {gone.pk: DISPOSED, comes.pk: "つくし"}
    assert "すーさん" not in everything_stored()


# -- what is emptied ------------------------------------------------------------------------------------------


def test_nothing_readable_is_left_in_records_or_their_history():
    lead = UserFactory("lead")
    client = old_file(note="特記")
    client.note = "もっと前の特記"
    client.save(by=lead, ticked={"assigned": [lead]})
    client.cases.get().void("誤って登録: 廃棄 すみれ", by=lead)
    before = everything_stored()

    carried_out(client)

    after = everything_stored()
    assert [word for word in (*WORDS, "特記") if word not in before] == []
    assert [word for word in (*WORDS, "特記", client.number, "1963, 5, 3") if word in after] == [
        client.number
    ]
    assert Disposal.objects.get().numbers == [client.number]  # the one place that still says the number


def test_every_kind_of_record_is_reached():
    client = old_file()

    kinds = {type(record).__name__ for record in records_about(client)}

    assert kinds == {"Client", "Case", "Consultation", "Consent", "Referral", "Conference"}


def test_paper_of_a_disposed_file_is_gone_and_its_line_stays():
    client = old_file()
    document = DocumentFactory(client, received_on=date(2018, 6, 1), title="診断書")

    carried_out(client)

    assert DocumentFile.objects.count() == 0
    assert type(document).objects.get(pk=document.pk).title == DISPOSED


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_file_that_a_colleague_is_just_writing_in_stays_whole():
    client = old_file()
    disposal, lead = DisposalFactory(clients=[client], as_of=AS_OF), UserFactory("lead")

    def carry_out():
        try:
            disposal.carry_out(lead)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as desk:
        with transaction.atomic():
            wait_for_my_turn()
            approved = desk.submit(carry_out)
            wait_for(1)
            ConsultationFactory(client=client, consulted_on=AS_OF)
        approved.result()

    client.refresh_from_db()
    assert (client.disposed_on, client.name, disposal.client_count) == (None, WORDS[0], 0)


def test_file_that_was_merged_goes_with_the_one_that_was_kept():
    client = old_file()
    other = ClientFactory(name="旧姓 すみれ", first_contact_on=date(2018, 5, 1))
    with time_machine.travel("2019-02-01T01:00:00Z"):
        MergeFactory(client, other)

    carried_out(client)

    shells = Client.objects.filter(pk__in=[client.pk, other.pk])
    assert {shell.name for shell in shells} == {DISPOSED}
    assert {shell.disposed_on for shell in shells} == {AS_OF}
    assert not SearchTail.objects.filter(client__in=shells).exists()


def test_drafts_about_a_disposed_record_go_and_others_stay():
    client = old_file()
    mine = {"user": UserFactory(), "page": "/", "saved_at": timezone.now()}
    Draft.objects.create(form="consultations.forms.client.ClientForm", key=str(client.pk), **mine)
    gone = "consultations.forms.client.FormOfAnEarlierRelease"
    Draft.objects.create(form=gone, key=str(client.pk), **mine)
    kept = [
        Draft.objects.create(form="consultations.forms.client.ClientForm", key="new:1", **mine),
        Draft.objects.create(form="consultations.forms.document.DocumentForm", key=str(client.pk), **mine),
    ]

    carried_out(client)

    assert list(Draft.objects.order_by("pk")) == kept


def test_drafts_of_records_that_never_came_to_be_go_with_her_number_or_with_the_years():
    client, other = old_file(), ClientFactory()
    begun = {"user": UserFactory(), "form": "consultations.forms.consultation.ConsultationForm", "page": "/"}

    def draft(key, number, saved_at):
        data = {"client": [number], "content": ["誰にも言えないこと"]}
        return Draft.objects.create(key=key, data=data, saved_at=saved_at, **begun)

    last_due = timezone.make_aware(datetime.combine(KEPT_SINCE, time.min)) - timedelta(seconds=1)
    draft("new:1", client.number, timezone.now())
    draft("new:2", other.number, last_due)
    Draft.objects.create(
        key="new:6",
        data={"case": [str(client.cases.get().pk)], "request": ["誰にも言えないこと"]},
        saved_at=timezone.now(),
        **begun | {"form": "referrals.forms.referral.ReferralForm"},
    )
    draft("new:5", client.number.translate(str.maketrans("R-", "ｒー")) + " ", timezone.now())
    kept = [
        draft("new:3", other.number, last_due + timedelta(seconds=1)),
        draft("7", other.number, timezone.now()),
    ]

    carried_out(client)

    assert list(Draft.objects.order_by("pk")) == kept


def test_meeting_about_somebody_kept_stays_until_she_goes_too():
    client = old_file()
    other = CaseFactory(ClientFactory(first_contact_on=date(2018, 4, 1)), opened_on=date(2018, 4, 1))
    meeting = ConferenceFactory(
        held_on=date(2018, 8, 1), cases=[client.cases.get(), other], discussion="二人のこと"
    )

    carried_out(client)
    while_kept = type(meeting).objects.get(pk=meeting.pk).discussion
    Case.objects.get(pk=other.pk).void("誤り", by=UserFactory("lead"))
    carried_out(other.client)

    assert while_kept == "二人のこと"
    assert type(meeting).objects.get(pk=meeting.pk).discussion == DISPOSED


def test_figures_of_past_years_stay_as_they_were():
    client, other = old_file(), old_file()
    closed = old_file(protection=Client.Protection.RESTRICTED, staff=UserFactory())
    ConsultationFactory(client=None, consulted_on=date(2018, 5, 2), content="匿名の話")
    year = fiscal_year(2018)

    def figures() -> Any:
        months = {code: each.months(year) for code, each in INDICATORS.items()}
        persons = Consultation.objects.counted().in_period(year).values("client").distinct().count()
        return months, persons, [row.cells for row in MonthlyRows(2018).table().rows]

    before = figures()
    carried_out(client, other, closed)

    assert figures() == before
    assert before[1] == 4  # three persons and the line of nobody known


def test_shell_is_open_to_nobody_for_change_and_in_no_list_of_what_is_due():
    lead = UserFactory("lead")
    client = old_file()

    carried_out(client)

    shell = Client.objects.get(pk=client.pk)
    assert shell not in Client.objects.changeable_by(lead)
    assert shell not in due_clients(AS_OF)
    assert (shell.called, shell.number) == (DISPOSED, f"廃棄-{client.pk}")


def test_number_of_a_disposed_file_is_never_given_out_again():
    client = old_file()

    carried_out(client)

    assert ClientFactory(first_contact_on=date(2018, 6, 1)).number != client.number


def test_number_of_a_file_that_was_merged_is_never_given_out_again_either():
    client, other = old_file(), ClientFactory(first_contact_on=date(2018, 5, 1))
    number = other.number
    with time_machine.travel("2019-02-01T01:00:00Z"):
        MergeFactory(client, other)

    disposal = carried_out(client)

    assert (disposal.numbers, disposal.client_count) == ([client.number, number], 1)
    assert ClientFactory(first_contact_on=date(2018, 6, 1)).number != number


# -- four eyes ------------------------------------------------------------------------------------------------


def test_nobody_approves_her_own_list():
    lead = UserFactory("lead")
    disposal = DisposalFactory(clients=[old_file()], as_of=AS_OF, by=lead)

    with pytest.raises(IntegrityError), transaction.atomic():
        disposal.carry_out(lead)

    assert Client.objects.get().name == WORDS[0]


def test_list_is_carried_out_once():
    disposal = carried_out(old_file())

    with pytest.raises(StaleVersion):
        disposal.carry_out(UserFactory("lead"))


def test_what_became_active_since_the_list_was_made_stays(login):
    client = old_file()
    disposal = DisposalFactory(clients=[client], as_of=AS_OF)
    ConsultationFactory(client=client, consulted_on=date(2026, 4, 1))

    disposal.carry_out(UserFactory("lead"))

    assert Client.objects.get(pk=client.pk).name == WORDS[0]
    assert disposal.client_count == 0


def test_fault_in_the_middle_empties_nothing(monkeypatch):
    client = old_file()
    disposal = DisposalFactory(clients=[client], as_of=AS_OF)
    save = Client.save

    def fail(self, *args, **kwargs):
        if self.disposed_on:
            raise RuntimeError("power cut")
        save(self, *args, **kwargs)

    monkeypatch.setattr(Client, "save", fail)
    with pytest.raises(RuntimeError):
        disposal.carry_out(UserFactory("lead"))

    assert {talk.content for talk in Consultation.objects.all()} == {WORDS[5]}
    assert Disposal.objects.get().approved_at is None


def test_sealed_file_is_disposed_of_by_those_named_alone():
    lead, named = UserFactory("lead"), UserFactory("lead")
    client = old_file(protection=Client.Protection.SEALED, assigned=[named])
    first = DisposalFactory(clients=[client], as_of=AS_OF)
    second = DisposalFactory(clients=[client], as_of=AS_OF)

    first.carry_out(lead)
    untouched = Client.objects.get(pk=client.pk).name
    second.carry_out(named)

    assert untouched == WORDS[0]
    assert Client.objects.get(pk=client.pk).name == DISPOSED


# -- the pages ------------------------------------------------------------------------------------------------


def test_door_to_the_lists_stands_beside_the_files_for_a_lead(login):
    door, here = reverse("consultations:disposal_list"), reverse("consultations:client_list")

    pages = [html(login(role).get(here)) for role in ("counselor", "lead")]

    assert [door in page for page in pages] == [False, True]


def test_lead_proposes_and_another_approves(login):
    client = old_file()
    proposer, approver = login("lead"), login("lead")

    listed = proposer.get(url("disposal_create"))
    made = proposer.post(url("disposal_create"), typed(listed))
    own = proposer.post(f"{made['Location']}approve/", {"understood": "on"}, follow=True)
    unticked = approver.post(f"{made['Location']}approve/", {}, follow=True)
    done = approver.post(f"{made['Location']}approve/", {"understood": "on"}, follow=True)

    assert client.number in html(listed)
    assert WORDS[0] not in html(listed)
    assert "自分で起案した廃棄は承認できません" in html(own)
    assert "元に戻せないことを確かめて、印を付けてください" in html(unticked)
    assert "1人の記録を廃棄しました" in html(done)
    assert Client.objects.get(pk=client.pk).name == DISPOSED


def old_tag() -> Visitor:
    """A 札名 of the café that nobody has seen since."""
    with time_machine.travel("2018-05-01T01:00:00Z"):
        return VisitorFactory(name="すーさん")


def test_name_tags_go_by_two_hands_though_no_file_is_due(login):
    old_tag()
    ConsultationFactory(client=None, consulted_on=date(2018, 5, 2), content="匿名の話")
    proposer, approver = login("lead"), login("lead")

    listed = proposer.get(url("disposal_create"))
    made = proposer.post(url("disposal_create"), typed(listed))
    own = proposer.post(f"{made['Location']}approve/", {"understood": "on"}, follow=True)
    waiting = html(approver.get(made["Location"]))
    untouched = "すーさん" in everything_stored()
    done = approver.post(f"{made['Location']}approve/", {"understood": "on"}, follow=True)

    assert "古い記録の文章だけを起案します" in html(listed)
    assert "自分で起案した廃棄は承認できません" in html(own)
    assert "札名 1件、相談記録 1件" in waiting
    assert "この起案に相談者は入っていません" in waiting
    assert untouched is True
    assert "古い記録2件の文章を廃棄しました" in html(done)
    assert "すーさん" not in everything_stored()
    disposal = Disposal.objects.get()
    assert (disposal.client_count, disposal.record_count, disposal.numbers) == (0, 2, [])
    assert disposal.approved_by == approver.user


def test_file_that_is_due_may_stay_while_the_name_tags_go(login):
    client, _ = old_file(), old_tag()
    browser = login("lead")

    made = browser.post(url("disposal_create"), {})

    disposal = Disposal.objects.get()
    assert made["Location"] == disposal.get_absolute_url()
    disposal.carry_out(UserFactory("lead"))
    assert Client.objects.get(pk=client.pk).name == WORDS[0]
    assert Visitor.objects.get().name == DISPOSED


def test_home_and_command_know_of_name_tags_alone(login, capsys):
    old_tag()
    lead = login("lead")
    due = html(lead.get(reverse("home")))

    call_command("dispose")
    call_command("dispose")

    assert "保存年限を過ぎた記録があります" in due
    said = capsys.readouterr().out.splitlines()
    assert [line.partition("現在")[2] for line in said] == [
        "の0人と古い記録1件の廃棄を起案しました。",
        "の廃棄は、既に承認を待っています。",
    ]


def test_home_is_silent_while_nothing_is_due(login):
    VisitorFactory()

    assert "保存年限を過ぎた" not in html(login("lead").get(reverse("home")))


def test_two_name_tags_of_one_person_go_together_with_the_list():
    with time_machine.travel("2018-05-01T01:00:00Z"):
        merged, kept = VisitorFactory(name="すーさん"), VisitorFactory(name="すーちゃん")
        merge(merged, kept, reason="ご本人に聞いた", by=UserFactory())

    due = list(due_texts(AS_OF))
    carried_out()

    assert set(due) == {merged, kept}
    assert [word for word in ("すーさん", "すーちゃん", "ご本人") if word in everything_stored()] == []


def test_trail_says_who_looked_who_approved_and_stands(login):
    client = old_file()
    disposal = DisposalFactory(clients=[client], as_of=AS_OF)
    lead = login("lead")

    lead.get(disposal.get_absolute_url())
    lead.post(url("disposal_approve", disposal.pk), {"understood": "on"})

    actions = AuditEvent.objects.filter(role="lead").values_list("action", flat=True)
    assert list(actions).count("list") == 1
    assert list(actions).count("dispose") == 8
    assert verify().faults == []


def test_list_can_be_withdrawn_until_it_is_carried_out(login):
    lead = login("lead")
    waiting = DisposalFactory(clients=[old_file()], as_of=AS_OF)
    done = carried_out(old_file())

    lead.post(url("disposal_void", waiting.pk), {"reason": "確かめ直します"})
    late = lead.post(url("disposal_void", done.pk), {"reason": "戻したい"}, follow=True)

    assert Disposal.objects.get(pk=waiting.pk).is_voided is True
    assert Disposal.objects.get(pk=done.pk).is_voided is False
    assert "取り消せません" in html(late)


def test_empty_list_cannot_be_proposed(login):
    answer = login("lead").post(url("disposal_create"), {})

    assert answer.status_code == 422
    assert Disposal.objects.count() == 0


def test_home_tells_lead_what_waits_and_what_is_due(login):
    lead = login("lead")
    old_file()
    due = html(lead.get(reverse("home")))

    call_command("dispose")

    assert "保存年限を過ぎた記録があります" in due
    assert "廃棄の承認待ち" in html(lead.get(reverse("home")))


def test_command_proposes_once_and_says_so(capsys):
    call_command("dispose")
    old_file()
    call_command("dispose")
    call_command("dispose")

    said = capsys.readouterr().out.splitlines()
    assert [line.partition("現在")[2] for line in said] == [
        "、保存年限を過ぎた相談者も古い記録もありません。",
        "の1人の廃棄を起案しました。",
        "の廃棄は、既に承認を待っています。",
    ]
    assert Disposal.objects.count() == 1


# -- no text is forgotten -------------------------------------------------------------------------------------

KEPT = {
    "void_reason",  # emptied for every record
    "text_version",  # which printed consent form was used
    "place",  # of a meeting
    "kana_key",
    "profession",
    "media_type",
    "import_key",  # a keyed hash, by which an old file stays known
    "moved",  # of a merge: kinds and keys of rows
    "taken",  # of a merge: names of fields
}


def kinds_about_a_person(kind: Any = Client, seen: set[Any] | None = None) -> set[Any]:
    """Every kind of record that can hang on a client."""
    seen = seen if seen is not None else set()
    seen.add(kind)
    for relation in kind._meta.related_objects:
        model = relation.related_model
        if issubclass(model, Record) and model is not Disposal and model not in seen:
            kinds_about_a_person(model, seen)
    return seen


def test_every_free_text_about_a_person_is_emptied():
    free = {
        f"{kind.__name__}.{field.name}"
        for kind in kinds_about_a_person()
        for field in kind._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.BinaryField | models.JSONField)
        and not field.choices
        and field.name not in {*kind.identifying, *KEPT}
    }

    assert free == set()
