"""橋 as the counselors find them: who waits, the intake that comes of it, an earlier talk, none at all."""

from datetime import date

import pytest
from crispy_forms.utils import render_crispy_form
from django.db import IntegrityError, transaction
from django.urls import reverse

from cafe.models import Introduction
from consultations.forms import IntakeForm
from consultations.forms.introduction import IntroductionDropForm, IntroductionLinkForm
from consultations.models import Client, Consultation
from komatsu_support.models import AuditEvent, Draft, StaleVersion, Term
from tests.browser import html, sent, typed, typed_in
from tests.factories import (
    ClientFactory,
    ConsultationFactory,
    IntroductionFactory,
    MergeFactory,
    OpenDayFactory,
    UserFactory,
    term,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY, DAY = date(2025, 5, 8), date(2025, 5, 7)
TAKEN = "この橋は、先にほかの相談記録につながれたか、相談にならなかったとされました。一覧で確かめてください。"


@pytest.fixture
def bridge():
    """A 橋 of yesterday's café."""
    return IntroductionFactory(OpenDayFactory(held_on=DAY), by=UserFactory("coordinator"))


def url(name, *args):
    return reverse(f"consultations:{name}", args=args)


def said(answer):
    return [str(each) for each in answer.context["messages"]]


def intake_of(browser, bridge):
    """The page of the form that begins from the 橋."""
    return browser.get(bridge.intake_url)


def filled(page, **changes):
    choice = {"method": term("method", "phone").pk, "main_topic": term("topic", "mental").pk}
    return typed(page, **{**choice, **changes})


def state(bridge):
    return Introduction.objects.with_outcome().get(pk=bridge.pk).outcome


# -- the list -----------------------------------------------------------------------------------------------


def test_longest_wait_stands_first_with_its_day_and_who_pressed(login, bridge):
    earlier = IntroductionFactory(OpenDayFactory(held_on=date(2025, 4, 24)))
    Introduction._base_manager.filter(pk=earlier.pk).update(created_at="2025-04-24T05:00Z")

    answer = login().get(url("introduction_list"))

    assert answer.context["waiting"] == [earlier, bridge]
    assert [each.waited for each in answer.context["waiting"]] == ["14日待っています", "今日伝わりました"]
    text = html(answer)
    assert "令和7年4月24日（木）のカフェ" in text
    assert str(bridge.created_by) in text
    assert "待っている橋　2件" in text


def test_settled_ones_of_the_year_say_what_became_of_them(login, bridge):
    browser = login()
    dropped = IntroductionFactory(bridge.open_day)
    dropped.drop("declined", on=TODAY, by=browser.user)
    former = IntroductionFactory(OpenDayFactory(held_on=date(2025, 3, 31)))
    former.drop("unknown", on=TODAY, by=browser.user)
    talk = ConsultationFactory(introduction=bridge, by=browser.user, consulted_on=TODAY)

    answer = browser.get(url("introduction_list"))

    assert {each.introduction: each.talk for each in answer.context["settled"]} == {
        bridge: talk,
        dropped: None,
    }
    assert "今は話さないとのこと" in html(answer)
    assert talk.get_absolute_url() in html(answer)
    of_2024 = browser.get(url("introduction_list"), {"year": "2024"}).context["settled"]
    assert [each.introduction for each in of_2024] == [former]


def test_talk_of_a_closed_file_is_said_to_be_closed_and_stays_linked(login, bridge):
    closed = ClientFactory(protection="restricted", staff=UserFactory("lead"), name="封印 なぎさ")
    talk = ConsultationFactory(client=closed, introduction=bridge)
    browser = login()

    text = html(browser.get(url("introduction_list")))
    refused = browser.post(url("introduction_restore", bridge.pk))

    assert "閲覧制限" in text
    assert talk.get_absolute_url() not in text
    assert "待っている橋に戻す" not in text
    assert refused.status_code == 404
    assert state(bridge) == "talk"


def test_list_is_recorded_as_a_look_at_the_talks_it_opens(login, bridge):
    ConsultationFactory(introduction=bridge)

    login().get(url("introduction_list"))

    assert AuditEvent.objects.filter(action="list", basis="カフェからの橋").latest("number").count == 1


@pytest.mark.parametrize("year", ["", "x", "1", "99999999999999999999", "9999", "2025"])
def test_any_year_is_answered(login, bridge, year):
    assert login().get(url("introduction_list"), {"year": year, "page": "x"}).status_code == 200


# -- home ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_home_says_who_waits_among_what_is_urgent(login, bridge, role):
    cards = login(role).get("/").context["cards"]

    found = [each for each in cards if each.title == "カフェからの橋（1件待っています）"]
    assert [(each.wanted, each.items[0].text, each.items[0].url) for each in found] == [
        (True, "R7.5.7のカフェから　今日伝わりました", bridge.intake_url)
    ]


@pytest.mark.parametrize("role", ["coordinator", "manager", "viewer", "admin"])
def test_home_of_the_others_says_nothing_of_it(login, bridge, role):
    assert "橋" not in html(login(role).get("/"))


def test_home_is_silent_when_nobody_waits(login, bridge):
    ConsultationFactory(introduction=bridge)

    assert "カフェからの橋" not in html(login().get("/"))


# -- 相談を記録する -------------------------------------------------------------------------------------------


def test_intake_begins_with_day_source_and_awareness(login, bridge):
    page = intake_of(login(), bridge)

    fields = typed(page)
    assert fields["introduction"] == [str(bridge.pk)]
    assert fields["open_day"] == ["2025-05-07"]
    assert fields["source"] == [str(term("source", "cafe").pk)]
    assert fields["awareness"] == [str(term("awareness", "cafe").pk)]
    assert "カフェからの橋（5月7日）" in html(page)


def test_intake_of_nobody_known_is_the_talk_that_came_of_it(login, bridge):
    browser = login()

    answer = browser.post(bridge.intake_url, filled(intake_of(browser, bridge)), follow=True)

    talk = Consultation.objects.get()
    assert (talk.introduction, talk.open_day, talk.client) == (bridge, bridge.open_day, None)
    assert talk.source == term("source", "cafe")
    assert list(talk.terms.filter(kind="awareness")) == [term("awareness", "cafe")]
    assert state(bridge) == "talk"
    assert "カフェからの橋（5月7日）" in html(answer)


def test_intake_of_somebody_known_is_linked(login, bridge):
    browser, client = login(), ClientFactory()

    browser.post(bridge.intake_url, filled(intake_of(browser, bridge), client=client.number))

    assert Consultation.objects.get(introduction=bridge).client == client


def test_intake_of_somebody_new_is_linked_and_pressed_twice_is_one(login, bridge):
    browser = login()
    fields = filled(intake_of(browser, bridge), new_alias="はなちゃん")

    first = browser.post(bridge.intake_url, fields)
    second = browser.post(bridge.intake_url, fields)

    assert second["Location"] == first["Location"]
    assert Consultation.objects.get(introduction=bridge).client == Client.objects.get()


def test_draft_that_is_resumed_still_comes_of_it(login, bridge):
    browser = login()
    browser.post(reverse("draft_save"), filled(intake_of(browser, bridge), content="書きかけ"))
    resumed = browser.get(url("consultation_create"), {"draft": Draft.objects.get().pk})
    browser.post(url("consultation_create"), typed(resumed))

    assert Consultation.objects.get().introduction == bridge


def test_second_counselor_is_told_and_keeps_every_word(login, bridge):
    first, second = login(), login()
    fields = filled(intake_of(second, bridge), content="消えては困る文章", new_alias="あとの方")
    first.post(bridge.intake_url, filled(intake_of(first, bridge)))

    late = second.post(bridge.intake_url, fields)

    kept = typed(late)
    assert late.status_code == 422
    assert [str(each) for each in late.context["form"].non_field_errors()] == [
        f"{TAKEN}もう一度「登録」を押すと、橋とはつながずに登録します。入力は下に残っています。"
    ]
    assert (kept["content"], kept["new_alias"]) == (["消えては困る文章"], ["あとの方"])
    assert (Consultation.objects.count(), Client.objects.count()) == (1, 0)
    assert second.post(bridge.intake_url, kept).status_code == 302
    unlinked = Consultation.objects.get(content="消えては困る文章")
    assert (unlinked.introduction, unlinked.open_day) == (None, bridge.open_day)


def test_intake_from_one_that_waits_no_more_goes_back_to_the_list(login, bridge):
    browser = login()
    bridge.drop("unknown", on=TODAY, by=browser.user)

    answer = browser.get(bridge.intake_url, follow=True)

    assert answer.redirect_chain == [(url("introduction_list"), 302)]
    assert said(answer) == [TAKEN]


def test_intake_from_a_day_that_was_taken_back_asks_for_no_day(login, bridge):
    bridge.open_day.void("まちがい", by=bridge.created_by)
    browser = login()

    browser.post(bridge.intake_url, filled(intake_of(browser, bridge)))

    talk = Consultation.objects.get()
    assert (talk.introduction, talk.open_day) == (bridge, None)


def test_words_that_are_no_longer_used_are_not_ticked(bridge):
    for word in Term.objects.filter(code="cafe", kind__in=("source", "awareness")):
        word.active = False
        word.save(by=UserFactory("admin"))

    fields = typed(render_crispy_form(IntakeForm(by=UserFactory(), initial=bridge.begins())))

    assert (fields.get("source"), fields.get("awareness")) == ([""], None)


def test_editing_the_talk_keeps_it_linked(login, bridge):
    browser = login()
    talk = ConsultationFactory(introduction=bridge, by=browser.user)
    edit = url("consultation_edit", talk.pk)

    browser.post(edit, typed(browser.get(edit), content="書き足した"))

    talk.refresh_from_db()
    assert (talk.content, talk.introduction) == ("書き足した", bridge)


def test_database_lets_one_standing_talk_come_of_it(bridge):
    first = ConsultationFactory(introduction=bridge)

    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationFactory(introduction=bridge)
    first.void("人ちがい", by=UserFactory())
    again = ConsultationFactory(introduction=bridge)

    assert list(Consultation.objects.standing()) == [again]


def test_talk_taken_back_lets_it_wait_again(login, bridge):
    talk = ConsultationFactory(introduction=bridge)

    login().post(url("consultation_void", talk.pk), {"reason": "人ちがい"})

    assert state(bridge) == "waiting"


def test_link_moves_along_when_two_files_are_merged(bridge):
    lead, kept, absorbed = UserFactory("lead"), ClientFactory(), ClientFactory()
    talk = ConsultationFactory(introduction=bridge, client=absorbed)

    MergeFactory(kept, absorbed, by=lead)

    talk.refresh_from_db()
    assert (talk.client, talk.introduction) == (kept, bridge)


# -- 既にある相談記録につなぐ ----------------------------------------------------------------------------------


def test_talks_offered_are_ones_own_since_that_day_without_another_bridge(login, bridge):
    browser = login()
    mine = ConsultationFactory(staff=browser.user, consulted_on=DAY)
    ConsultationFactory(staff=browser.user, consulted_on=date(2025, 5, 6))
    ConsultationFactory(consulted_on=DAY)
    ConsultationFactory(staff=browser.user, introduction=IntroductionFactory(bridge.open_day))
    ConsultationFactory(staff=browser.user).void("重複", by=browser.user)

    answer = browser.get(url("introduction_link", bridge.pk))

    assert answer.context["talks"] == [mine]
    assert AuditEvent.objects.filter(action="list", basis="橋につなぐ").latest("number").count == 1


def test_talk_that_is_chosen_gets_bridge_day_and_awareness_beside_what_it_had(login, bridge):
    browser = login()
    talk = ConsultationFactory(staff=browser.user, topics=["mental", "housing"], awareness=["flyer"])

    answer = browser.post(url("introduction_link", bridge.pk), {"talk": talk.pk})

    talk.refresh_from_db()
    assert answer["Location"] == talk.get_absolute_url()
    assert (talk.introduction, talk.open_day, talk.version) == (bridge, bridge.open_day, 2)
    assert {each.code for each in talk.terms.all()} == {"mental", "housing", "flyer", "cafe"}
    assert talk.history.latest("version").ticked["terms"] == sorted(talk.terms.values_list("pk", flat=True))


def test_day_that_stands_in_the_talk_stays(bridge):
    me, other = UserFactory(), OpenDayFactory(held_on=date(2025, 5, 1))
    talk = ConsultationFactory(staff=me, open_day=other)

    talk.come_from(bridge, by=me)

    talk.refresh_from_db()
    assert (talk.open_day, talk.introduction) == (other, bridge)


def test_somebody_elses_talk_is_refused_in_words(login, bridge):
    talk = ConsultationFactory()

    answer = login().post(url("introduction_link", bridge.pk), {"talk": talk.pk})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "talk": ["この相談記録は選べません。一覧から選び直してください。"]
    }
    assert state(bridge) == "waiting"


def test_link_that_comes_too_late_is_refused_in_words(bridge):
    me = UserFactory()
    mine = ConsultationFactory(staff=me)
    form = IntroductionLinkForm(sent({"talk": [str(mine.pk)]}), introduction=bridge, by=me)
    ConsultationFactory(introduction=bridge)

    assert form.linked() is None
    assert form.non_field_errors() == [TAKEN]
    assert Consultation.objects.get(pk=mine.pk).introduction is None


def test_link_to_a_talk_that_was_saved_meanwhile_is_refused_in_words(bridge, monkeypatch):
    me = UserFactory()
    mine = ConsultationFactory(staff=me)
    form = IntroductionLinkForm(sent({"talk": [str(mine.pk)]}), introduction=bridge, by=me)

    def stale(*args, **kwargs):
        raise StaleVersion

    monkeypatch.setattr(Consultation, "save", stale)

    assert form.linked() is None
    assert form.non_field_errors() == [
        "ほかの人が先にこの相談記録を更新しました。内容を確かめてから、もう一度つないでください。"
    ]


@pytest.mark.parametrize("page", ["introduction_link", "introduction_drop"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_one_that_waits_no_more_go_back_to_the_list(login, bridge, page, method):
    ConsultationFactory(introduction=bridge)

    answer = getattr(login(), method)(url(page, bridge.pk), {"drop_reason": "unknown"}, follow=True)

    assert answer.redirect_chain == [(url("introduction_list"), 302)]
    assert said(answer) == [TAKEN]
    assert state(bridge) == "talk"


# -- 相談にならなかった ----------------------------------------------------------------------------------------


def test_it_is_let_go_with_a_reason_and_taken_back(login, bridge):
    browser = login()
    drop = url("introduction_drop", bridge.pk)

    browser.post(drop, typed(browser.get(drop), drop_reason="talked_there"))
    bridge.refresh_from_db()
    let_go = (bridge.dropped_on, bridge.drop_reason, state(bridge))
    browser.post(url("introduction_restore", bridge.pk))

    assert let_go == (TODAY, "talked_there", "talked_there")
    assert state(bridge) == "waiting"
    assert bridge.history.count() == 3


@pytest.mark.parametrize(
    ("reason", "error"),
    [(None, "相談にならなかった理由を選んでください。"), ("x", "正しく選択してください。")],
)
def test_it_is_not_let_go_without_a_reason_of_the_list(login, bridge, reason, error):
    browser = login()
    drop = url("introduction_drop", bridge.pk)

    answer = browser.post(drop, typed(browser.get(drop), drop_reason=reason))

    assert answer.status_code == 422
    assert error in answer.context["form"].errors["drop_reason"][0]
    assert state(bridge) == "waiting"


def test_it_is_not_let_go_once_a_talk_came_of_it(bridge):
    me = UserFactory()
    form = IntroductionDropForm(
        typed_in(IntroductionDropForm(by=me, instance=bridge), drop_reason="unknown"), by=me, instance=bridge
    )
    ConsultationFactory(introduction=bridge)

    assert form.saved() is None
    assert form.non_field_errors() == [TAKEN]
    assert state(bridge) == "talk"


def test_wrong_talk_is_parted_from_it_and_stays(login, bridge):
    browser = login()
    talk = ConsultationFactory(introduction=bridge, open_day=bridge.open_day, by=browser.user)

    browser.post(url("introduction_restore", bridge.pk))

    talk.refresh_from_db()
    assert (talk.introduction, talk.open_day, talk.voided_at) == (None, bridge.open_day, None)
    assert state(bridge) == "waiting"


# -- from the café ------------------------------------------------------------------------------------------


def test_talks_from_the_cafe_are_those_of_a_bridge_a_day_or_a_tick(bridge):
    of_bridge = ConsultationFactory(introduction=bridge)
    of_day = ConsultationFactory(open_day=bridge.open_day)
    ticked = ConsultationFactory(awareness=["cafe", "flyer"])
    ConsultationFactory(awareness=["flyer"], responses=["cafe_invite"])

    assert set(Consultation.objects.from_cafe()) == {of_bridge, of_day, ticked}
    assert Consultation.objects.from_cafe().count() == 3
