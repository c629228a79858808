"""The forms of the desk: what they fill in by rule, what they refuse and where they say so."""

from datetime import date, timedelta
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.utils import timezone

from consultations.forms import (
    CaseChangeForm,
    CaseForm,
    ClientForm,
    ConsultationForm,
    ContactForm,
    NamedForm,
    NewClientForm,
    RevealForm,
    SearchForm,
)
from consultations.models import Client, Consultation
from tests.browser import sent, typed
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    OpenDayFactory,
    TermFactory,
    UserFactory,
    term,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def me():
    """A counselor."""
    return UserFactory(profession="midwife")


def filled(form_class, by, instance=None, initial=None, **changes):
    """The form as it comes back after these changes to what it showed."""
    fresh = form_class(by=by, instance=instance, initial=initial)
    return form_class(sent(typed(render_crispy_form(fresh), **changes)), by=by, instance=instance)


def talk_form(by, instance=None, initial=None, **changes):
    """A consultation by phone about こころ, unless changed."""
    if instance is None:
        changes = {"method": term("method", "phone").pk, "main_topic": term("topic", "mental").pk, **changes}
    return filled(ConsultationForm, by, instance, initial, **changes)


def errors(form):
    """The errors by field, in words."""
    assert form.saved() is None
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


def test_file_protected_since_shows_nothing_of_it_to_a_second_press_of_its_author(me):
    fresh = NewClientForm(by=me)
    data = sent(typed(render_crispy_form(fresh), alias="すずらん", phone="0761-00-0001"))
    first = NewClientForm(data, by=me).saved()
    first.phone, first.staff = "0761-00-9999", UserFactory()
    first.address_protected, first.protected_until = True, TODAY()
    first.save(by=UserFactory("lead"))
    data["alias"] = "もくれん"

    again = NewClientForm(data, by=me)

    assert again.saved() is None
    assert again.conflict == []
    assert "0761-00-9999" not in render_crispy_form(again)


# -- 相談記録: what is filled in by rule --------------------------------------------------------------------


def test_consultation_needs_only_method_and_main_topic(me):
    talk = talk_form(me).saved()

    assert (talk.staff, talk.profession, talk.consulted_on) == (me, "midwife", TODAY())
    assert (talk.visit_type, talk.age_band, talk.is_countable) == ("new", "unknown", True)


def test_consultation_ticks_the_main_topic_among_all_boxes(me):
    topics = [term("topic", "work"), term("topic", "housing")]
    word, answer = term("awareness", "sns"), term("response", "listen")

    talk = talk_form(me, topics=[t.pk for t in topics], awareness=[word.pk], responses=[answer.pk]).saved()

    assert set(talk.terms.all()) == {term("topic", "mental"), *topics, word, answer}


def test_changed_main_topic_leaves_the_boxes_unless_it_is_ticked_again(me):
    talk = talk_form(me, topics=[term("topic", "work").pk]).saved()

    talk_form(me, talk, main_topic=term("topic", "dv").pk).saved()

    assert set(talk.terms.all()) == {term("topic", "dv"), term("topic", "work")}


def test_age_band_follows_the_birth_date_whatever_is_typed(me):
    client = ClientFactory(birth_date=date(1985, 5, 8))

    talk = talk_form(me, client=client.number, consulted_on="R7.5.7", age_band="70s").saved()

    assert talk.age_band == "30s"


def test_age_band_is_entered_where_the_birth_date_is_unknown(me):
    talk = talk_form(me, client=ClientFactory(age_band="40s").number, age_band="50s").saved()

    assert talk.age_band == "50s"


def test_age_band_stays_when_only_the_text_is_corrected(me):
    client = ClientFactory(age_band="30s")
    talk = ConsultationFactory(client=client, by=me)
    client.birth_date = date(1950, 1, 1)
    client.save(by=me)

    talk_form(me, Consultation.objects.get(pk=talk.pk), content="書き足しました").saved()

    talk.refresh_from_db()
    assert (talk.age_band, talk.content) == ("30s", "書き足しました")


def test_day_of_the_cafe_that_was_taken_back_stays_when_a_text_is_corrected(me):
    day = OpenDayFactory(held_on=date(2024, 5, 7))
    talk = ConsultationFactory(staff=me, open_day=day)
    day.void("まちがい", by=me)

    talk = talk_form(me, Consultation.objects.get(pk=talk.pk), content="書き足し").saved()

    assert (talk.content, talk.open_day) == ("書き足し", day)


def test_day_of_the_cafe_that_was_made_again_takes_its_place(me):
    day = OpenDayFactory(held_on=date(2024, 5, 7))
    talk = ConsultationFactory(staff=me, open_day=day)
    day.void("まちがい", by=me)
    again = OpenDayFactory(held_on=date(2024, 5, 7))

    talk = talk_form(me, Consultation.objects.get(pk=talk.pk), content="書き足し").saved()

    assert (talk.content, talk.open_day) == ("書き足し", again)


def test_profession_stays_when_the_talk_is_corrected(me):
    talk = ConsultationFactory(client=None, staff=me, profession="nurse")
    client = ClientFactory()

    talk = talk_form(me, talk, client=client.number, consulted_on="R6.5.1").saved()

    assert (talk.client, talk.consulted_on, talk.profession) == (client, date(2024, 5, 1), "nurse")


def test_profession_is_of_who_talked(me):
    nurse = UserFactory(profession="nurse")
    talk = talk_form(me, staff=nurse.pk).saved()
    nurse.profession = "clerk"
    nurse.save()

    talk_form(me, talk, content="書き足しました").saved()

    talk.refresh_from_db()
    assert talk.profession == "nurse"


def test_visit_type_is_by_rule_where_nobody_chose_and_kept_where_somebody_said_why(me):
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=TODAY() - timedelta(days=10))
    why = "ほかの窓口から戻られた"

    proposed = talk_form(me, client=client.number).saved()
    chosen = talk_form(me, client=client.number, visit_type="returning", visit_type_reason=why).saved()

    assert (proposed.visit_type, proposed.visit_type_reason) == ("continuing", "")
    assert (chosen.visit_type, chosen.visit_type_reason) == ("returning", why)


def test_visit_type_that_differs_from_the_rule_asks_why_and_keeps_what_was_typed(me):
    form = talk_form(me, visit_type="returning", content="聞いたこと")

    assert errors(form) == {
        "visit_type_reason": ["記録からは「新規」になります。「再来」とする理由を入力してください。"]
    }
    assert ("聞いたこと" in render_crispy_form(form), form["visit_type"].value()) == (True, "returning")


def test_visit_type_chosen_as_the_rule_says_needs_no_reason_and_follows_the_rule(me):
    talk = talk_form(me, visit_type="new").saved()

    assert (talk.visit_type, talk.visit_type_reason) == ("new", "")


def test_reason_without_a_choice_asks_for_the_choice(me):
    assert errors(talk_form(me, visit_type_reason="前にも匿名で")) == {
        "visit_type": ["理由を書いたときは、新規・継続・再来のどれかを選んでください。"]
    }


def test_choice_taken_back_returns_to_the_rule_and_its_reason_goes(me):
    talk = talk_form(me, visit_type="continuing", visit_type_reason="前にも匿名で").saved()

    talk = talk_form(me, talk, visit_type="").saved()

    assert (talk.visit_type, talk.visit_type_reason) == ("new", "")


def test_talk_no_longer_counted_loses_its_visit_type_and_the_reason(me):
    talk = talk_form(me, visit_type="continuing", visit_type_reason="前にも匿名で").saved()

    talk = talk_form(me, talk, is_countable=None, not_countable_reason="問い合わせのみ").saved()

    assert (talk.visit_type, talk.visit_type_reason) == ("", "")


def test_visit_type_is_proposed_anew_when_the_talk_is_given_to_a_client(me):
    client = ClientFactory()
    ConsultationFactory(client=client, consulted_on=TODAY() - timedelta(days=10))
    talk = talk_form(me).saved()

    talk = talk_form(me, talk, client=client.number).saved()

    assert (talk.client, talk.visit_type) == (client, "continuing")


def test_visit_type_corrected_by_hand_survives_another_correction(me):
    talk = talk_form(me, visit_type="continuing", visit_type_reason="前にも匿名で").saved()

    talk = talk_form(me, talk, minutes="20").saved()

    assert talk.visit_type == "continuing"


def test_uncounted_talk_has_a_reason_and_neither_main_topic_nor_visit_type(me):
    form = talk_form(
        me, main_topic="", is_countable=None, not_countable_reason="時間の問い合わせ", visit_type="new"
    )

    talk = form.saved()

    assert (talk.is_countable, talk.visit_type, talk.main_topic) == (False, "", None)


def test_cafe_day_is_named_by_its_date(me):
    day = OpenDayFactory(held_on=date(2025, 5, 7))

    talk = talk_form(me, open_day="令和7年5月7日").saved()

    assert talk.open_day == day


def test_word_out_of_use_stays_on_an_old_record(me):
    old = TermFactory("topic", label="むかしの言葉")
    talk = talk_form(me, main_topic=old.pk).saved()
    old.active = False
    old.save(by=me)

    saved = talk_form(me, talk, content="書き足しました").saved()

    assert (saved.main_topic, list(saved.terms.all())) == (old, [old])


# -- 相談記録: what is refused, and where -------------------------------------------------------------------


def test_uncounted_talk_without_reason_says_so_at_the_reason(me):
    assert errors(talk_form(me, is_countable=None)) == {
        "not_countable_reason": ["件数に数えない理由を入力してください。"]
    }


def test_counted_talk_without_main_topic_says_so_at_the_topic(me):
    assert errors(talk_form(me, main_topic="")) == {"main_topic": ["主訴（◎）を1つ選んでください。"]}


def test_missing_main_topic_is_told_together_with_other_errors(me):
    told = errors(talk_form(me, main_topic="", method=""))

    assert told == {
        "main_topic": ["主訴（◎）を1つ選んでください。"],
        "method": ["相談方法を選んでください。"],
    }


def test_counted_talk_with_a_reason_to_leave_it_out_asks_which(me):
    assert errors(talk_form(me, not_countable_reason="間違い電話")) == {
        "not_countable_reason": ["数えないときは「件数に数える」を外し、数えるときは理由を消してください。"]
    }


def test_talk_without_method_is_refused_at_the_method(me):
    assert errors(talk_form(me, method=None)) == {"method": ["相談方法を選んでください。"]}


def test_talk_of_tomorrow_is_refused_at_the_day(me):
    tomorrow = (TODAY() + timedelta(days=1)).isoformat()

    assert errors(talk_form(me, consulted_on=tomorrow)) == {
        "consulted_on": ["今日までの日付を入力してください。"]
    }


def test_case_of_another_client_is_refused_at_the_case(me):
    mine, other = CaseFactory(), CaseFactory()

    assert errors(talk_form(me, client=mine.client.number, case=other.pk)) == {
        "case": ["この支援ケースは別の方のものです。この方の支援ケースを選んでください。"]
    }


def test_case_without_client_is_refused_at_the_case(me):
    assert errors(talk_form(me, case=CaseFactory().pk)) == {
        "case": ["支援ケースを選ぶときは相談者も選んでください。"]
    }


@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_client_closed_to_me_is_as_unknown_as_a_number_nobody_has(me, protection):
    closed = ClientFactory(protection=protection, assigned=[UserFactory()])
    sentence = [
        "この番号の相談者は見つかりません。カナなどで探して一覧から選ぶか、番号（例 R6-0012）を確かめてください。"
    ]

    assert errors(talk_form(me, client=closed.number)) == {"client": sentence}
    assert errors(talk_form(me, client="R6-9999")) == {"client": sentence}


def test_case_of_a_closed_client_cannot_be_named(me):
    closed = CaseFactory(ClientFactory(protection="restricted"))

    assert list(errors(talk_form(me, client=ClientFactory().number, case=closed.pk))) == ["case"]


def test_cafe_day_that_does_not_exist_is_refused_at_the_day(me):
    assert errors(talk_form(me, open_day="R7.5.7")) == {
        "open_day": ["この日のカフェ開催日は登録されていません。日付を確かめてください。"]
    }


def test_cases_on_offer_are_the_clients_own(me):
    mine = CaseFactory(opened_on=date(2025, 5, 7))
    CaseFactory()

    offered: Any = ConsultationForm(by=me, initial={"client": mine.client}).fields["case"]

    assert list(offered.choices) == [("", "－"), (str(mine.pk), "R7.5.7開始（継続）")]


def test_second_press_makes_one_record(me):
    client = ClientFactory(birth_date=date(1985, 5, 8))
    fields = typed(
        render_crispy_form(ConsultationForm(by=me)),
        client=client.number,
        method=term("method", "phone").pk,
        main_topic=term("topic", "mental").pk,
        topics=[term("topic", "mental").pk, term("topic", "work").pk],
    )

    first = ConsultationForm(sent(fields), by=me).saved()
    second = ConsultationForm(sent(fields), by=me).saved()

    assert (first == second, Consultation.objects.count()) == (True, 1)


# -- 支援ケース ---------------------------------------------------------------------------------------------


def test_new_case_is_mine_and_goes_on(me):
    client = ClientFactory()

    case = filled(CaseForm, me, initial={"client": client}).saved()

    assert (case.client, case.staff, case.status) == (client, me, "open")


@pytest.mark.parametrize("status", ["closed", "handed_over"])
def test_ended_case_asks_for_day_and_reason_each_at_its_field(me, status):
    assert errors(filled(CaseChangeForm, me, CaseFactory(), status=status)) == {
        "closed_on": ["終了日を入力してください。"],
        "close_reason": ["終結理由を選んでください。"],
    }


def test_case_that_goes_on_has_no_end(me):
    form = filled(CaseChangeForm, me, CaseFactory(), status="watch", closed_on="2025-06-01")

    assert errors(form) == {
        "closed_on": ["継続・見守り・中断では空欄にしてください。終えるときは処遇を引継ぎか終結にします。"]
    }


def test_case_ends_after_it_opens(me):
    case = CaseFactory(opened_on=date(2025, 5, 7))
    form = filled(CaseChangeForm, me, case, status="closed", closed_on="R7.5.6", close_reason="wish")

    assert errors(form) == {"closed_on": ["終了日は開始日以降の日付にしてください。"]}


def test_case_is_closed(me):
    case = CaseFactory(opened_on=date(2025, 5, 7))

    closed = filled(
        CaseChangeForm, me, case, status="closed", closed_on="R7.6.1", close_reason="wish"
    ).saved()

    assert (closed.closed_on, closed.close_reason) == (date(2025, 6, 1), "wish")


def test_ended_case_is_not_reopened_in_passing(me):
    case = CaseFactory(opened_on=date(2025, 5, 7), closed_on=date(2025, 6, 1))

    assert errors(filled(CaseChangeForm, me, case, status="open")) == {
        "status": ["終わった支援ケースは、支援ケースの画面の「再開する」から再開してください。"]
    }


def test_case_keeps_its_client(me):
    case = CaseFactory()

    filled(CaseChangeForm, me, case, client=ClientFactory().number, policy="見守る").saved()

    case.refresh_from_db()
    assert (case.client_id, case.policy) == (case.client.pk, "見守る")
    assert "client" not in CaseChangeForm(by=me, instance=case).fields


# -- 相談者 -------------------------------------------------------------------------------------------------


def test_client_may_be_nobody_in_particular(me):
    client = filled(NewClientForm, me).saved()

    assert (client.called, client.staff) == ("匿名", me)


def test_client_is_stored_in_normal_forms(me):
    client = filled(
        NewClientForm,
        me,
        name_kana="ひみつ　すみれ",
        phone="０７６１ー００ー４３２１",
        postcode="９２３８６５０",
    ).saved()

    assert (client.name_kana, client.phone, client.postcode) == ("ヒミツ スミレ", "0761-00-4321", "923-8650")


def test_edit_form_of_a_client_holds_no_way_to_reach_her(me):
    ways = set(ContactForm.Meta.fields)

    assert set(ClientForm(by=me, instance=ClientFactory()).fields) & ways == set()
    assert {"phone", "mobile", "address", "postcode", "watchword"} <= ways


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"protection": "sealed"},
            {"assigned": ["封印するときは、閲覧できる職員を1人以上選んでください。"]},
        ),
        (
            {"protection": "restricted", "staff": ""},
            {"staff": ["閲覧制限にするときは、担当か閲覧できる職員を選んでください。"]},
        ),
        (
            {"address_protected": "on", "protected_until": "R9.3.31", "staff": ""},
            {"staff": ["支援措置の方には担当を決めてください。連絡先を表示できるのは担当だけです。"]},
        ),
        ({"address_protected": "on"}, {"protected_until": ["支援措置の期限を入力してください。"]}),
    ],
)
def test_closed_file_is_open_to_somebody(me, changes, expected):
    assert errors(filled(NewClientForm, me, **changes)) == expected


def locked(by, **fields):
    """What a person cannot change about a client's access."""
    form = ClientForm(by=by, instance=ClientFactory(**fields))
    return {name for name, field in form.fields.items() if field.disabled}


ACCESS = {"staff", "protection", "assigned"}
PROTECTION = {"address_protected", "protected_until"}


def test_access_is_changed_by_staff_and_lead_alone(me):
    staff = UserFactory()

    assert locked(me, staff=staff) == ACCESS
    assert locked(staff, staff=staff) == set()
    assert locked(UserFactory("lead"), staff=staff) == set()


def test_anybody_marks_a_client_protected_and_few_take_it_back(me):
    staff, until = UserFactory(), date(2027, 3, 31)

    assert locked(me, staff=staff) & PROTECTION == set()
    assert locked(me, staff=staff, address_protected=True, protected_until=until) == ACCESS | PROTECTION
    assert locked(me, staff=None, address_protected=True, protected_until=until) == ACCESS | PROTECTION
    assert locked(staff, staff=staff, address_protected=True, protected_until=until) == set()


def test_nobodys_client_may_be_taken_on(me):
    assert locked(me, staff=None) == set()


def test_sealed_file_is_changed_by_those_named(me):
    assert locked(me, protection="sealed", assigned=[me], staff=UserFactory()) == set()


def test_locked_field_keeps_its_value_against_a_forged_answer(me):
    client = ClientFactory(staff=UserFactory(), address_protected=True, protected_until=date(2027, 3, 31))
    fields = typed(render_crispy_form(ClientForm(by=me, instance=client)), alias="みほんさん")

    forged = ClientForm(
        sent({**fields, "staff": [str(me.pk)], "assigned": [str(me.pk)], "protection": ["restricted"]}),
        by=me,
        instance=client,
    )
    forged.saved()

    stored = Client.objects.get(pk=client.pk)
    assert (stored.staff, list(stored.assigned.all()), stored.protection) == (client.staff, [], "normal")
    assert (stored.address_protected, stored.alias) == (True, "みほんさん")


def test_assigned_people_stay_when_somebody_else_saves(me):
    named = UserFactory(is_active=False)
    client = ClientFactory(staff=UserFactory(), assigned=[named])

    filled(ClientForm, me, client, alias="みほんさん").saved()

    assert list(client.assigned.all()) == [named]


# -- 表示と検索 ---------------------------------------------------------------------------------------------


def protected(**fields):
    """An address-protected client."""
    return ClientFactory(address_protected=True, protected_until=date(2027, 3, 31), **fields)


def test_reveal_asks_no_reason_for_a_client_without_protection(me):
    assert RevealForm({}, client=ClientFactory(), by=me).revealed()


@pytest.mark.parametrize("reason", ["", "確認のた", "　　　　　　"])
def test_reveal_of_a_protected_client_needs_a_reason_of_five_characters(me, reason):
    form = RevealForm({"reason": reason}, client=protected(staff=me), by=me)

    assert not form.revealed()
    assert list(form.errors) == ["reason"]


@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_reveal_of_a_protected_client_is_for_the_assigned_alone(role):
    person, reason = UserFactory(role), {"reason": "面談の変更を伝えるため"}
    mine, named, others = (
        protected(staff=person),
        protected(assigned=[person]),
        protected(staff=UserFactory()),
    )

    shown = [RevealForm(reason, client=client, by=person).revealed() for client in (mine, named, others)]

    assert shown == [True, True, False]


def test_search_of_nothing_is_refused():
    form = SearchForm({"q": "　"})

    assert form.errors == {"q": ["番号、カナ、氏名、呼び名、電話、生年月日のどれかを入力してください。"]}


def test_address_names_only_what_the_person_may_see(me):
    open_case, closed_case = CaseFactory(), CaseFactory(ClientFactory(protection="restricted"))

    named = NamedForm({"case": str(open_case.pk), "client": "x", "open_day": "9" * 30}, by=me)
    hidden = NamedForm({"case": str(closed_case.pk), "client": str(closed_case.client.pk)}, by=me)

    assert named.found == {"case": open_case, "client": open_case.client}
    assert hidden.found == {}
