"""The form at the ringing phone: somebody new, what does not count, an earlier talk to begin from, what comes next."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.urls import reverse
from django.utils import timezone

from consultations.forms import ConsultationForm, IntakeForm
from consultations.models import Case, Client, Consultation
from komatsu_support.models import AuditEvent, Draft
from tests.browser import html, labels, sent, typed
from tests.factories import CaseFactory, ClientFactory, ConsultationFactory, UserFactory, term

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
PERSON = {
    "new_alias": "はなちゃん",
    "new_name": "見本 花子",
    "new_name_kana": "みほん はなこ",
    "new_phone": "０７６１ー００ー４３２１",
}


@pytest.fixture
def me():
    """A counselor."""
    return UserFactory()


def url(name, *args):
    return reverse(f"consultations:{name}", args=args)


def fields_of(by, initial=None, **changes):
    """The fields of a new talk by phone about こころ, with these changes."""
    choice = {"method": term("method", "phone").pk, "main_topic": term("topic", "mental").pk}
    return typed(render_crispy_form(IntakeForm(by=by, initial=initial)), **{**choice, **changes})


def intake(by, initial=None, **changes):
    """The form as it comes back."""
    return IntakeForm(sent(fields_of(by, initial, **changes)), by=by)


def known_talk() -> Any:
    """A talk of a client."""
    return ConsultationFactory()


def errors(form):
    """The errors by field, in words."""
    assert form.saved() is None
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


def posted(browser, **changes):
    """A new talk sent from its page, and the answer."""
    page = browser.get(url("consultation_create"))
    choice = {"method": term("method", "phone").pk, "main_topic": term("topic", "mental").pk}
    return browser.post(url("consultation_create"), typed(page, **{**choice, **changes}))


# -- somebody new -------------------------------------------------------------------------------------------


def test_somebody_new_gets_her_file_with_the_talk(me):
    talk = intake(me, **PERSON, new_birth_date="S60.5.8", consulted_on="R7.5.7").saved()

    client = Client.objects.get()
    assert talk.client == client
    assert (client.name, client.name_kana, client.alias) == ("見本 花子", "ミホン ハナコ", "はなちゃん")
    assert (client.phone, client.birth_date) == ("0761-00-4321", date(1985, 5, 8))
    assert (client.staff, client.first_contact_on, client.created_by) == (me, date(2025, 5, 7), me)
    assert (talk.age_band, talk.visit_type, talk.case) == ("30s", "new", None)


def test_somebody_new_without_a_birth_date_is_as_old_as_she_says(me):
    talk = intake(me, new_alias="はなちゃん", age_band="40s").saved()

    assert (talk.age_band, talk.client.age_band) == ("40s", "40s")


def test_case_of_somebody_new_begins_on_the_day_of_the_talk(me):
    talk = intake(me, **PERSON, start_case="on", consulted_on="R7.5.7").saved()

    case = Case.objects.get()
    assert (talk.case, case.client, case.opened_on, case.staff) == (case, talk.client, date(2025, 5, 7), me)


def test_case_of_somebody_known_begins_with_the_talk(me):
    client = ClientFactory()

    talk = intake(me, client=client.number, start_case="on").saved()

    assert (Case.objects.get().client, talk.case) == (client, Case.objects.get())


def test_each_of_the_three_is_in_the_trail_with_the_names_of_its_own_fields(me):
    intake(me, **PERSON, start_case="on", minutes="20").saved()

    made = AuditEvent.objects.filter(user=me, action="create").order_by("number")
    assert {
        event.object_type: set(event.fields) & {"name", "new_name", "minutes", "clock"} for event in made
    } == {
        "consultations.client": {"name"},
        "consultations.case": set(),
        "consultations.consultation": {"minutes"},
    }


def test_second_press_with_somebody_new_makes_one_of_each(me):
    fields = fields_of(me, **PERSON, new_birth_date="S60.5.8", start_case="on")

    first, second = (IntakeForm(sent(fields), by=me).saved() for _ in range(2))

    assert first == second
    assert [kind.objects.count() for kind in (Client, Case, Consultation)] == [1, 1, 1]
    assert AuditEvent.objects.filter(user=me).count() == 3


@pytest.mark.parametrize("version", ["", "1"])
def test_second_press_shows_and_changes_no_phone_that_was_protected_since(me, version):
    fields = fields_of(me, **PERSON)
    talk = IntakeForm(sent(fields), by=me).saved()
    client = talk.client
    client.phone, client.staff = "0761-00-9999", UserFactory()
    client.address_protected, client.protected_until = True, TODAY()
    client.save(by=UserFactory("lead"))

    again = IntakeForm(sent({**fields, "content": ["ほかの文"], "version": [version]}), by=me)

    assert again.saved() is None
    assert again.conflict == []
    client.refresh_from_db()
    assert client.phone == "0761-00-9999"


def test_second_press_with_another_name_shows_both_and_the_third_corrects_her_file(me):
    fields = fields_of(me, **PERSON)
    first = IntakeForm(sent(fields), by=me).saved()
    again = IntakeForm(sent({**fields, "new_name": ["見本 華子"]}), by=me)

    kept = again.saved()
    third = IntakeForm(
        sent({**fields, "new_name": ["見本 華子"], "version": [str(first.version)]}), by=me
    ).saved()

    assert kept is None
    assert {each.label: (each.mine, each.theirs) for each in again.conflict}["氏名"] == (
        "見本 華子",
        "見本 花子",
    )
    assert (third, Client.objects.get().name) == (first, "見本 華子")


def test_talk_that_is_refused_leaves_nobody_behind(me):
    form = intake(me, **PERSON, start_case="on", main_topic=None)

    assert errors(form) == {"main_topic": ["主訴（◎）を1つ選んでください。"]}
    assert [kind.objects.count() for kind in (Client, Case, Consultation)] == [0, 0, 0]


def test_somebody_known_and_somebody_new_at_once_asks_which_and_keeps_both(me):
    case = CaseFactory()
    form = intake(me, client=case.client.number, case=case.pk, new_name="見本 花子")
    sentence = "相談者も選ばれています。初めての方なら上の相談者の欄を、そうでなければ「初めての方」の欄を空にしてください。"

    assert errors(form) == {"new_name": [sentence]}
    shown = typed(render_crispy_form(form))
    assert (shown["client"], shown["case"], shown["new_name"]) == (
        [case.client.number],
        [str(case.pk)],
        ["見本 花子"],
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"new_name_kana": "見本"}, {"new_name_kana": ["カナで入力してください。"]}),
        ({"new_birth_date": "R20.1.1"}, ["new_birth_date"]),
        ({"new_phone": "12"}, ["new_phone"]),
        (
            {"start_case": "on"},
            {"start_case": ["だれの支援ケースか、相談者を選ぶか「初めての方」に入力してください。"]},
        ),
    ],
)
def test_what_cannot_be_of_somebody_new_is_said_at_its_field(me, changes, expected):
    found = errors(intake(me, **changes))

    assert (found if isinstance(expected, dict) else list(found)) == expected
    assert Client.objects.count() == 0


def test_case_chosen_and_case_begun_at_once_asks_which(me):
    case = CaseFactory()

    found = errors(intake(me, client=case.client.number, case=case.pk, start_case="on"))

    assert list(found) == ["start_case"]


def test_talk_of_nobody_makes_nobody(me):
    talk = intake(me).saved()

    assert (talk.client, Client.objects.count()) == (None, 0)


# -- what does not count ------------------------------------------------------------------------------------


def test_usual_reason_alone_leaves_the_talk_out(me):
    talk = intake(me, usual_reason="間違い電話", main_topic=None).saved()

    assert (talk.is_countable, talk.not_countable_reason, talk.visit_type) == (False, "間違い電話", "")


def test_own_words_go_before_the_usual_reason(me):
    talk = intake(me, usual_reason="機関との連絡のみ", not_countable_reason="保健所から日程の確認").saved()

    assert (talk.is_countable, talk.not_countable_reason) == (False, "保健所から日程の確認")


def test_another_reason_without_words_asks_for_them(me):
    assert errors(intake(me, usual_reason="another")) == {
        "not_countable_reason": ["件数に数えない理由を入力してください。"]
    }


def test_second_press_of_a_talk_left_out_makes_one(me):
    fields = fields_of(me, usual_reason="間違い電話")

    first, second = (IntakeForm(sent(fields), by=me).saved() for _ in range(2))

    assert (first == second, Consultation.objects.count()) == (True, 1)


def test_talk_left_out_is_counted_again_when_the_box_is_ticked_and_the_reason_gone(me):
    talk = intake(me, usual_reason="間違い電話").saved()
    shown = typed(render_crispy_form(ConsultationForm(by=me, instance=talk)))

    changed = {**shown, "is_countable": ["on"], "not_countable_reason": [""]}
    counted = ConsultationForm(sent(changed), by=me, instance=talk).saved()

    assert (shown["not_countable_reason"], "is_countable" in shown) == (["間違い電話"], False)
    assert counted.is_countable


# -- the clock ----------------------------------------------------------------------------------------------


def test_clock_is_kept_by_a_draft(me):
    fresh = typed(render_crispy_form(IntakeForm(by=me)))
    data = {**fields_of(me, started_at="14:03"), "clock": ["run:734:1700000000"]}
    draft = Draft(user=me, form="", key="new:1", data=data)

    resumed = typed(render_crispy_form(IntakeForm(by=me, draft=draft)))

    assert (fresh["clock"], fresh["started_at"]) == ([""], [""])
    assert (resumed["clock"], resumed["started_at"]) == (["run:734:1700000000"], ["14:03"])


def test_clock_times_calls_and_visits_alone(me):
    expected = {str(term("method", "phone").pk), str(term("method", "in_person").pk)}

    assert set(IntakeForm(by=me).timed.split()) == expected


def test_minutes_are_what_was_typed_and_nothing_of_the_clock(me):
    talks = [intake(me, clock="run:734:1", minutes=typed_in).saved() for typed_in in ("", "25")]

    assert [talk.minutes for talk in talks] == [None, 25]


# -- finding her --------------------------------------------------------------------------------------------


def test_letters_offer_whom_they_may_mean_and_are_a_look_at_them(login):
    browser = login()
    client = ClientFactory(name="見本 花子", name_kana="ミホン ハナコ", needs_interpreter=True)
    ClientFactory(name="架空 花子", name_kana="カクウ ハナコ")

    answer = browser.post(url("client_pick"), {"client": "ミホ"})

    page = html(answer)
    assert re.findall(r'data-number="(.*?)"', page) == [client.number]
    assert ("見本 花子" in page, "通訳" in page, "架空" in page) == (True, True, False)
    looks = AuditEvent.objects.filter(user=browser.user).values_list("action", "object_type", "count")
    assert list(looks) == [("list", "consultations.client", 1)]


def test_one_letter_offers_nobody(login):
    ClientFactory(name="見本 花子", name_kana="ミホン ハナコ")

    answer = login().post(url("client_pick"), {"client": "ミ"})

    assert (answer.status_code, "data-number" in html(answer)) == (200, False)


def test_ten_are_offered_and_the_eleventh_is_told_of(login):
    ClientFactory.create_batch(11, name="見本 花子", name_kana="ミホン ハナコ")

    page = html(login().post(url("client_pick"), {"client": "ミホン"}))

    assert (page.count("data-number"), "ほかにもいます" in page) == (10, True)


@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_nobody_closed_to_me_is_offered(login, protection):
    ClientFactory(
        name="見本 花子", name_kana="ミホン ハナコ", protection=protection, assigned=[UserFactory()]
    )

    page = html(login().post(url("client_pick"), {"client": "ミホン"}))

    assert ("data-number" in page, "見つかりません" in page) == (False, True)


def test_ways_to_reach_her_are_not_among_what_is_offered(login):
    ClientFactory(name="見本 花子", name_kana="ミホン ハナコ", phone="0761-00-4321", address="架空町九丁目")

    page = html(login().post(url("client_pick"), {"client": "ミホン"}))

    assert [each in page for each in ("見本 花子", "0761-00-4321", "架空町")] == [True, False, False]


def test_chosen_client_shows_her_banners_and_chooses_no_case(login):
    case = CaseFactory(
        ClientFactory(address_protected=True, protected_until=TODAY() + timedelta(days=9)), by=UserFactory()
    )

    page = html(login().post(url("consultation_client"), {"client": case.client.number}))

    assert "支援措置対象" in page
    assert re.findall(r'<option value="(\d*)"( selected)?>', page) == [("", " selected"), (str(case.pk), "")]


# -- what comes next ----------------------------------------------------------------------------------------


def test_registered_talk_leads_to_the_clients_page_which_offers_the_next_day(login):
    browser, client = login(), ClientFactory()

    answer = posted(browser, client=client.number)
    page = browser.get(answer.url)

    talk = Consultation.objects.get()
    assert answer.url == f"{client.get_absolute_url()}?talk={talk.pk}"
    assert f'action="{url("consultation_next", talk.pk)}"' in html(page)


def test_registered_talk_of_nobody_leads_to_its_own_page(login):
    answer = posted(login())

    assert answer.url == Consultation.objects.get().get_absolute_url()


def test_next_day_is_saved_from_the_clients_page_and_told_there(login):
    browser, talk = login(), known_talk()
    page = browser.get(f"{talk.client.get_absolute_url()}?talk={talk.pk}")
    fields = sent_by(page, url("consultation_next", talk.pk))

    answer = browser.post(
        url("consultation_next", talk.pk), {**fields, "next_on": TODAY().isoformat(), "next_plan": "電話する"}
    )

    talk.refresh_from_db()
    assert (talk.next_on, talk.next_plan, talk.version) == (TODAY(), "電話する", 2)
    assert answer.url == f"{talk.client.get_absolute_url()}?talk={talk.pk}"
    told = html(browser.get(answer.url))
    assert ("電話する" in told, "次回予定を直す" in told, 'name="next_on"' in told) == (True, True, False)


def test_next_day_that_cannot_be_read_is_said_at_its_field(login):
    browser, talk = login(), known_talk()

    answer = browser.post(url("consultation_next", talk.pk), {"next_on": "あした", "version": "1"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["next_on"])


def test_stale_next_day_shows_both(login):
    browser, talk = login(), known_talk()
    talk.next_plan = "ほかの人の予定"
    talk.save(by=UserFactory())

    answer = browser.post(url("consultation_next", talk.pk), {"next_plan": "わたしの予定", "version": "1"})

    assert answer.status_code == 409
    assert [each in html(answer) for each in ("ほかの人の予定", "わたしの予定")] == [True, True]


@pytest.mark.parametrize("named", ["", "x", "9" * 30, "another"])
def test_clients_page_offers_no_next_day_for_what_is_no_talk_of_hers(login, named):
    browser, talk = login(), known_talk()
    other = ConsultationFactory()

    pk = other.pk if named == "another" else named
    page = browser.get(f"{talk.client.get_absolute_url()}?talk={pk}")

    assert (page.status_code, "次回予定" in html(page)) == (200, False)


def sent_by(page: Any, action: str) -> dict[str, Any]:
    """The hidden version beside a small form of a page."""
    inside = html(page).partition(f'action="{action}"')[2].partition("</form>")[0]
    version = re.search(r'name="version" value="(\d+)"', inside)
    assert version
    return {"version": version[1]}


# -- an earlier talk to begin from --------------------------------------------------------------------------


def earlier(by, **fields):
    """A talk with everything in it."""
    case = CaseFactory(by=by)
    return ConsultationFactory(
        case=case,
        consulted_on=date(2025, 5, 7),
        started_at=time(10, 0),
        minutes=45,
        method="home_visit",
        place="home",
        source="police",
        topics=["dv", "work"],
        responses=["listen"],
        staff=by,
        content="聞かれては困ること",
        dv="current",
        suicide_risk="suspected",
        abuse_suspected=True,
        urgency="high",
        next_plan="また来る",
        **fields,
    )


def test_earlier_talk_gives_topics_method_place_source_staff_responses_and_case(login):
    browser = login()
    talk: Any = earlier(UserFactory())

    fields = typed(browser.get(f"{url('consultation_create')}?copy={talk.pk}"))

    assert {
        name: fields[name] for name in ("main_topic", "topics", "method", "place", "source", "responses")
    } == {
        "main_topic": [str(term("topic", "dv").pk)],
        "topics": [str(term("topic", "work").pk)],
        "method": [str(term("method", "home_visit").pk)],
        "place": [str(term("place", "home").pk)],
        "source": [str(term("source", "police").pk)],
        "responses": [str(term("response", "listen").pk)],
    }
    assert (fields["client"], fields["case"]) == ([talk.client.number], [str(talk.case.pk)])
    assert fields["staff"] == [str(talk.staff.pk)]


def test_earlier_talk_gives_neither_text_day_minutes_nor_risks(login):
    browser = login()
    talk = earlier(browser.user)

    fields = typed(browser.get(f"{url('consultation_create')}?copy={talk.pk}"))

    assert {n: fields[n] for n in ("content", "consulted_on", "minutes", "started_at", "next_plan")} == {
        "content": [""],
        "consulted_on": [TODAY().isoformat()],
        "minutes": [""],
        "started_at": [""],
        "next_plan": [""],
    }
    assert (fields["dv"], fields["suicide_risk"], fields["urgency"]) == (["unknown"], ["unknown"], ["low"])
    assert "abuse_suspected" not in fields


def test_staff_who_has_left_is_not_begun_from(login):
    browser = login()
    talk = earlier(UserFactory(is_active=False))

    fields = typed(browser.get(f"{url('consultation_create')}?copy={talk.pk}"))

    assert fields["staff"] == [str(browser.user.pk)]


def test_to_begin_from_an_earlier_talk_is_a_look_at_it_and_at_her(login):
    browser = login()
    talk: Any = earlier(browser.user)

    browser.get(f"{url('consultation_create')}?copy={talk.pk}")

    look = AuditEvent.objects.filter(user=browser.user, action="view").values_list(
        "object_id", "subject_id", "basis"
    )
    assert list(look.order_by("number")) == [
        (talk.pk, talk.client.pk, "相談員チーム　これを元に記録"),
        (talk.client.pk, talk.client.pk, "相談員チーム"),
    ]


def test_closed_case_is_not_begun_from(login):
    browser = login()
    case = CaseFactory(opened_on=date(2025, 4, 1), closed_on=date(2025, 5, 1))
    talk = ConsultationFactory(case=case, consulted_on=date(2025, 4, 7))

    fields = typed(browser.get(f"{url('consultation_create')}?copy={talk.pk}"))

    assert (fields["client"], fields["case"]) == ([case.client.number], [""])


def test_talk_of_a_closed_client_is_not_begun_from(login):
    browser = login()
    talk: Any = earlier(UserFactory())
    talk.client.protection = Client.Protection.RESTRICTED
    talk.client.save(by=UserFactory())

    fields = typed(browser.get(f"{url('consultation_create')}?copy={talk.pk}"))

    assert ("main_topic" in fields, fields["client"]) == (False, [""])


def test_talk_and_timeline_offer_to_begin_from_it(login):
    browser, talk = login(), known_talk()
    link = f'href="{url("consultation_create")}?copy={talk.pk}"'

    pages = [browser.get(talk.get_absolute_url()), browser.get(talk.client.get_absolute_url())]

    assert [link in html(page) for page in pages] == [True, True]
    assert "これを元に記録" in labels(pages[0])
