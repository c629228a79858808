"""The door: each promise of RecordForm, on forms of the product and on one small form over a real model."""

from datetime import date
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.db import IntegrityError
from django.urls import reverse

from consultations.models import Client, Consultation
from komatsu_support.fields import TermsField
from komatsu_support.forms import RecordForm
from komatsu_support.models import AuditEvent, Draft, OfficeDay, Term
from komatsu_support.views.calendar import OfficeDayForm
from komatsu_support.views.terms import TermForm
from tests.browser import typed, typed_in
from tests.factories import (
    ClientFactory,
    ConsultationFactory,
    OfficeDayFactory,
    TermFactory,
    UserFactory,
    term,
)

pytestmark = pytest.mark.django_db
NEW_TERM = {"kind": "topic", "code": "moving", "label": "引っ越し"}


class TalkForm(RecordForm):
    """A consultation in a few fields: a person, a word of a list, boxes of two lists, a text."""

    topics = TermsField(kind="topic")
    awareness = TermsField(kind="awareness")

    class Meta:
        model = Consultation
        fields = ["client", "consulted_on", "method", "main_topic", "is_countable", "minutes", "content"]

    def prepare(self) -> None:
        if self.is_new:
            self.instance.staff = self.by


def talk(by, **changes):
    """A new consultation as typed."""
    changes = {"method": term("method", "phone").pk, "main_topic": term("topic", "dv").pk, **changes}
    return typed_in(TalkForm(by=by), **changes)


def sides(form):
    """What a conflict puts side by side: field, mine, theirs."""
    return [(each.label, each.mine, each.theirs) for each in form.conflict]


# --- a second press


def test_second_press_answers_the_first_record(user):
    by = user("lead")
    data = talk(by, content="二度押した")

    first = TalkForm(data, by=by).saved()
    second = TalkForm(data, by=by).saved()

    assert second == first
    assert Consultation.objects.count() == 1
    assert AuditEvent.objects.filter(object_type="consultations.consultation").count() == 1


def test_second_press_on_the_page_makes_one_row_and_redirects_to_it(login):
    admin = login("admin")
    data = typed(admin.get(reverse("term_create")), **NEW_TERM)

    first = admin.post(reverse("term_create"), data)
    second = admin.post(reverse("term_create"), data)

    made = Term.objects.get(code="moving")
    assert [first.url, second.url] == [made.get_absolute_url()] * 2
    assert made.version == 1


def test_second_press_answers_the_first_record_though_its_day_is_not_the_default(user):
    by = user("lead")
    data = talk(by, consulted_on="R6.11.5")

    first = TalkForm(data, by=by).saved()
    second = TalkForm(data, by=by).saved()

    assert second == first


def test_same_submission_with_other_text_shows_both_and_stores_nothing_yet(user):
    by = user("lead")
    data = talk(by, content="一度目の文")
    first = TalkForm(data, by=by).saved()
    data["content"] = "二度目の文"

    again = TalkForm(data, by=by)

    assert again.saved() is None
    assert again.status == 409
    assert sides(again) == [("相談内容", "二度目の文", "一度目の文")]
    first.refresh_from_db()
    assert first.content == "一度目の文"


def test_same_submission_with_other_text_is_stored_over_the_first_by_the_next_press(login):
    admin = login("admin")
    url = reverse("term_create")
    data = typed(admin.get(url), **NEW_TERM)
    admin.post(url, data)

    shown = admin.post(url, {**data, "label": "引っ越し・転居"})
    pressed = admin.post(url, typed(shown))

    made = Term.objects.get(code="moving")
    assert shown.status_code == 409
    assert pressed.url == made.get_absolute_url()
    assert (made.label, made.version) == ("引っ越し・転居", 2)


def test_same_submission_after_somebody_else_changed_the_record_shows_both(user):
    by = user("lead")
    data = talk(by, content="はじめの文")
    first = TalkForm(data, by=by).saved()
    first.content = "直した文"
    first.save(by=UserFactory())

    again = TalkForm(data, by=by)

    assert again.saved() is None
    assert sides(again) == [("相談内容", "はじめの文", "直した文")]


def test_submission_of_somebody_else_is_refused_once_and_shows_nothing_of_hers(user):
    hers = TalkForm(talk(user("lead"), content="秘密の文"), by=user("lead")).saved()
    by = user("lead")
    data = talk(by, submission=str(hers.submission), content="自分の文")

    refused = TalkForm(data, by=by)

    assert refused.saved() is None
    assert refused.errors == {"__all__": ["もう一度登録を押してください。"]}
    assert "秘密の文" not in render_crispy_form(refused)
    assert Consultation.objects.get() == hers


@pytest.mark.parametrize("version", [None, "2"])
def test_submission_whose_record_was_closed_to_its_author_shows_and_changes_nothing_of_it(user, version):
    by, lead, client = user("counselor"), user("lead"), ClientFactory()
    data = talk(by, client=client.pk, content="はじめの文")
    first = TalkForm(data, by=by).saved()
    first.content = "守る文"
    first.save(by=lead)
    client.protection = Client.Protection.SEALED
    client.save(by=lead)
    data.update({"client": "", "content": "ほかの文", "version": version or ""})

    refused = TalkForm(data, by=by)

    assert refused.saved() is None
    assert refused.errors == {"__all__": ["もう一度登録を押してください。"]}
    assert sides(refused) == []
    assert "守る文" not in render_crispy_form(refused)
    first.refresh_from_db()
    assert (first.content, first.version) == ("守る文", 2)


@pytest.mark.parametrize("content", ["前の文", "ほかの文"])
def test_press_after_the_record_was_taken_back_says_so_and_makes_another_with_the_next(user, content):
    by = user()
    first = TalkForm(talk(by, content="前の文"), by=by).saved()
    first.void("取り違え", by=by)

    told = TalkForm(talk(by, submission=str(first.submission), content=content), by=by)
    saved = told.saved()
    made = TalkForm(talk(by, submission=str(told["submission"].value()), content=content), by=by).saved()

    assert saved is None
    assert told.errors["__all__"] == [
        "この画面から登録したものは取り消してあります。新しく登録するときは、もう一度登録を押してください。"
    ]
    assert (made.content, made.is_voided, made.pk != first.pk) == (content, False, True)


def test_press_after_a_refused_submission_makes_the_own_record(user):
    hers = TalkForm(talk(user("lead"), content="秘密の文"), by=user("lead")).saved()
    by = user("lead")
    refused = TalkForm(talk(by, submission=str(hers.submission), content="自分の文"), by=by)
    refused.saved()

    mine = TalkForm(typed_in(refused), by=by).saved()

    assert (mine.content, mine.created_by) == ("自分の文", by)
    assert Consultation.objects.count() == 2


class RacedForm(TalkForm):
    """The same submission arrives through another process after this one has looked."""

    rival_content = "先の文"

    def clean(self):
        if self.is_new:
            rival = Consultation(
                submission=self.submission_key,
                staff=self.by,
                method=self.cleaned_data["method"],
                main_topic=self.cleaned_data["main_topic"],
                consulted_on=self.cleaned_data["consulted_on"],
                content=self.rival_content,
            )
            rival.save(by=self.by, ticked={"terms": []})
        return super().clean()


def test_race_of_one_submission_ends_with_one_row_for_both(user):
    by = user("lead")
    data = talk(by, content=RacedForm.rival_content)

    answered = RacedForm(data, by=by).saved()

    assert answered == Consultation.objects.get()


def test_race_of_one_submission_with_other_text_shows_both(user):
    by = user("lead")
    data = talk(by, content="遅れた文")

    late = RacedForm(data, by=by)

    assert late.saved() is None
    assert sides(late) == [("相談内容", "遅れた文", "先の文")]
    assert Consultation.objects.get().content == "先の文"


# --- a stale version


def test_stale_version_answers_409_with_both_texts_and_who_saved(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin, other = login("admin"), UserFactory(display_name="見本 先")
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), desk_open=None, reason="わたしの理由")
    day.reason = "先の理由"
    day.save(by=other)

    answer = admin.post(url, data)

    form = answer.context["form"]
    assert answer.status_code == 409
    assert sides(form) == [
        ("相談窓口が開く", "いいえ", "はい"),
        ("休みの理由・祝日名", "わたしの理由", "先の理由"),
    ]
    assert form.conflict_by == "見本 先"
    assert OfficeDay.objects.get().reason == "先の理由"


def test_press_after_a_conflict_wins_knowingly(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), reason="わたしの理由")
    day.save(by=UserFactory())
    conflict = admin.post(url, data)

    answer = admin.post(url, typed(conflict))

    stored = OfficeDay.objects.get()
    assert answer.status_code == 302
    assert (stored.reason, stored.version, stored.updated_by) == ("わたしの理由", 3, admin.user)


def test_press_after_a_conflict_meets_a_third_save_as_a_conflict_again(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), reason="わたしの理由")
    day.save(by=UserFactory())
    conflict = admin.post(url, data)
    day.reason = "三人目の理由"
    day.save(by=UserFactory())

    answer = admin.post(url, typed(conflict))

    assert answer.status_code == 409
    assert sides(answer.context["form"]) == [("休みの理由・祝日名", "わたしの理由", "三人目の理由")]


def test_stale_version_with_the_stored_text_says_that_they_are_alike(user):
    day = OfficeDayFactory(date(2025, 6, 2))
    by = user("admin")
    data = typed_in(OfficeDayForm(by=by, instance=day), reason="同じ理由")
    other = OfficeDay.objects.get()
    other.reason = "同じ理由"
    other.save(by=UserFactory())

    form = OfficeDayForm(data, by=by, instance=OfficeDay.objects.get())

    assert form.saved() is None
    assert sides(form) == [("内容", "保存されている内容と同じです", "同じです")]


@pytest.mark.parametrize("version", ["", "0", "x", "99999999999999999999"])
def test_version_that_no_page_ever_showed_is_stale(user, version):
    day = OfficeDayFactory(date(2025, 6, 2))
    by = user("admin")
    data = typed_in(OfficeDayForm(by=by, instance=day), reason="新しい理由", version=version)

    form = OfficeDayForm(data, by=by, instance=OfficeDay.objects.get())

    assert form.saved() is None
    assert form.status == 409
    assert OfficeDay.objects.get().version == 1


def test_save_that_loses_the_race_after_the_check_shows_both(user):
    day = OfficeDayFactory(date(2025, 6, 2))
    by = user("admin")
    data = typed_in(OfficeDayForm(by=by, instance=day), reason="わたしの理由")
    form = OfficeDayForm(data, by=by, instance=OfficeDay.objects.get())
    day.reason = "先の理由"
    day.save(by=UserFactory())

    answered = form.saved()

    assert answered is None
    assert form.status == 409
    assert sides(form) == [("休みの理由・祝日名", "わたしの理由", "先の理由")]


def test_stale_and_invalid_shows_errors_and_both_texts(login):
    day = OfficeDayFactory(date(2025, 6, 2), reason="開所記念日")
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), desk_open=None, reason="あ" * 61)
    day.reason = "先の理由"
    day.save(by=UserFactory())

    answer = admin.post(url, data)

    form = answer.context["form"]
    assert answer.status_code == 409
    assert list(form.errors) == ["reason"]
    assert sides(form)[-1] == ("休みの理由・祝日名", "あ" * 61, "先の理由")


def test_conflict_shows_words_and_days_as_people_read_them(user):
    by = user("lead")
    record = ConsultationFactory(consulted_on=date(2024, 11, 5), method="phone", topics=["dv", "work"])
    data = typed_in(
        TalkForm(by=by, instance=record),
        consulted_on="R6.11.6",
        method=term("method", "online").pk,
        topics=[term("topic", "dv").pk],
    )
    Consultation.objects.get().save(by=by)

    form = TalkForm(data, by=by, instance=Consultation.objects.get())
    form.saved()

    assert sides(form) == [
        ("相談日", "令和6年11月6日（水）", "令和6年11月5日（火）"),
        ("相談方法", "オンライン", "電話"),
        ("相談内容", "DV（配偶者等からの暴力）", "DV（配偶者等からの暴力）、仕事・就労"),
    ]


# --- drafts


def keep_draft(browser, page, **changes):
    """Type on a page and let the autosave run."""
    return browser.post(reverse("draft_save"), typed(page, **changes))


def test_draft_goes_when_the_form_is_submitted(login):
    admin = login("admin")
    page = admin.get(reverse("term_create"))
    keep_draft(admin, page, **NEW_TERM)

    admin.post(reverse("term_create"), typed(page, **NEW_TERM))

    assert not Draft.objects.exists()


def test_draft_stays_when_the_form_is_refused(login):
    admin = login("admin")
    page = admin.get(reverse("term_create"))
    keep_draft(admin, page, **NEW_TERM)

    admin.post(reverse("term_create"), typed(page, **{**NEW_TERM, "label": ""}))

    assert Draft.objects.get().data["label"] == ["引っ越し"]


def test_draft_saved_after_the_first_press_goes_with_the_second(login):
    admin = login("admin")
    page = admin.get(reverse("term_create"))
    data = typed(page, **NEW_TERM)
    admin.post(reverse("term_create"), data)
    keep_draft(admin, page, **NEW_TERM)

    admin.post(reverse("term_create"), data)

    assert not Draft.objects.exists()


def test_draft_is_offered_and_resumed_as_typed(login):
    admin = login("admin")
    keep_draft(admin, admin.get(reverse("term_create")), **{**NEW_TERM, "code": "まだ決めていない"})
    draft = Draft.objects.get()

    offered = admin.get(reverse("term_create"))
    resumed = admin.get(reverse("term_create"), {"draft": draft.pk})

    assert list(offered.context["drafts"]) == [draft]
    fields = typed(resumed)
    assert fields["code"] == ["まだ決めていない"]
    assert fields["submission"] == [draft.key.removeprefix("new:")]


def test_resumed_draft_is_gone_after_its_submit(login):
    admin = login("admin")
    keep_draft(admin, admin.get(reverse("term_create")), **NEW_TERM)
    resumed = admin.get(reverse("term_create"), {"draft": Draft.objects.get().pk})

    answer = admin.post(reverse("term_create"), typed(resumed))

    assert answer.url == Term.objects.get(code="moving").get_absolute_url()
    assert not Draft.objects.exists()


def test_draft_of_an_older_version_is_a_conflict_when_it_is_submitted(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])
    keep_draft(admin, admin.get(url), reason="下書きの理由")
    day.reason = "あとから入った理由"
    day.save(by=UserFactory())
    resumed = admin.get(url, {"draft": Draft.objects.get().pk})

    answer = admin.post(url, typed(resumed))

    assert answer.status_code == 409
    assert sides(answer.context["form"]) == [("休みの理由・祝日名", "下書きの理由", "あとから入った理由")]


def test_draft_with_boxes_and_words_is_resumed(user):
    by = user("lead")
    form = TalkForm(by=by)
    boxes = [str(term("topic", code).pk) for code in ("dv", "work")]
    data = typed_in(form, topics=boxes, method=term("method", "phone").pk, is_countable=None)
    draft = Draft.objects.create(
        user=by,
        form=form.draft_form,
        key=form.draft_key,
        data=dict(data.lists()),
        saved_at="2025-06-02T00:00Z",
    )

    fields = typed(render_crispy_form(TalkForm(by=by, draft=draft)))

    assert sorted(fields["topics"]) == sorted(boxes)
    assert fields["method"] == [str(term("method", "phone").pk)]
    assert "is_countable" not in fields


# --- choice lists


def test_records_to_choose_from_are_those_the_person_may_see(user):
    by = user("counselor")
    open_to_her = ClientFactory()
    ClientFactory(protection=Client.Protection.SEALED)
    ClientFactory().void("重複", by=by)

    form: Any = TalkForm(by=by)

    assert list(form.fields["client"].queryset) == [open_to_her]


def test_record_outside_the_list_is_refused_though_its_number_is_sent(user):
    by = user("counselor")
    sealed = ClientFactory(protection=Client.Protection.SEALED)

    form = TalkForm(talk(by, client=sealed.pk), by=by)

    assert form.saved() is None
    assert list(form.errors) == ["client"]
    assert not Consultation.objects.exists()


def test_words_on_offer_are_active_and_in_force(user):
    offered = TermFactory(kind="topic", label="使う言葉")
    TermFactory(kind="topic", label="やめた言葉", active=False)
    TermFactory(kind="topic", label="先の言葉", valid_from=date(2199, 4, 1))
    TermFactory(kind="topic", label="消した言葉").void("誤り", by=UserFactory())

    form: Any = TalkForm(by=user("lead"))

    made = [label for _, label in form.fields["topics"].choices if label.endswith("言葉")]
    assert made == [offered.label]


def test_words_of_all_lists_come_with_one_query(user, django_assert_num_queries):
    by = user("lead")

    with django_assert_num_queries(1):
        form: Any = TalkForm(by=by)
        offered = [len(form.fields[name].choices) for name in ("method", "topics", "awareness")]

    assert offered == [6, 19, 11]


def test_word_of_another_list_is_refused(user):
    by = user("lead")

    form = TalkForm(talk(by, method=term("topic", "dv").pk), by=by)

    assert form.saved() is None
    assert list(form.errors) == ["method"]


def retire(*words):
    for word in words:
        word.active = False
        word.save(by=UserFactory())


def test_retired_words_stay_on_the_record_that_uses_them(user):
    by = user("lead")
    record = ConsultationFactory(method="online", topics=["dv", "work"], awareness=["sns"])
    retire(term("method", "online"), term("topic", "work"), term("awareness", "sns"))

    form = TalkForm(typed_in(TalkForm(by=by, instance=record), content="直した"), by=by, instance=record)
    saved = form.saved()

    assert saved.method.code == "online"
    assert set(saved.terms.values_list("code", flat=True)) == {"dv", "work", "sns"}
    assert form.changed_names() == ["content"]


def test_retired_word_is_not_offered_to_a_record_that_does_not_use_it(user):
    by = user("lead")
    record = ConsultationFactory(method="phone")
    retire(term("method", "online"))

    form: Any = TalkForm(by=by, instance=record)

    assert form.fields["method"].code("online") is None
    assert form.fields["method"].code("phone") == record.method


# --- the database's own word


def test_broken_constraint_is_a_sentence_at_its_field(login):
    day = OfficeDayFactory(date(2025, 6, 2))
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])

    answer = admin.post(url, typed(admin.get(url), desk_open=None, reason=""))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"reason": ["窓口を閉める日は理由を入力してください。"]}
    assert OfficeDay.objects.get().version == 1


def test_broken_unique_constraint_is_a_sentence_at_its_field(login):
    admin = login("admin")
    url = reverse("term_create")

    answer = admin.post(url, typed(admin.get(url), kind="topic", code="dv", label="もう一つのDV"))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "code": ["このコードは一覧にあります。別のコードを入力してください。"]
    }


def test_broken_constraint_of_a_field_that_is_not_on_the_form_stands_above_it(user):
    by = user("lead")

    form = TalkForm(talk(by, is_countable=None), by=by)

    assert form.saved() is None
    assert form.errors == {"__all__": ["件数に数えない理由を入力してください。"]}


def test_press_after_a_broken_constraint_makes_one_record(login):
    admin = login("admin")
    url = reverse("term_create")
    refused = admin.post(url, typed(admin.get(url), kind="topic", code="dv", label="言葉"))

    answer = admin.post(url, typed(refused, code="dv_other"))

    assert answer.url == Term.objects.get(code="dv_other").get_absolute_url()


class TwoRowsForm(TalkForm):
    """Writes a second row in the same breath, which the database refuses."""

    def _write(self) -> None:
        super()._write()
        Term(kind="topic", code="dv", label="もう一つのDV").save(by=self.by)


def test_what_else_a_form_writes_and_the_record_are_stored_together_or_not_at_all(user):
    by = user("lead")
    form = TwoRowsForm(talk(by), by=by)

    with pytest.raises(IntegrityError):
        form.saved()

    assert not Consultation.objects.exists()
    assert not AuditEvent.objects.exists()
    assert form.is_new


@pytest.mark.parametrize("number", ["32768", "2147483648", "9" * 20])
def test_number_beyond_its_column_is_an_error_at_the_field_on_both_engines(user, number):
    by = user("admin")

    form = TermForm(typed_in(TermForm(by=by), **NEW_TERM, order=number), by=by)

    assert form.saved() is None
    assert list(form.errors) == ["order"]


def test_largest_number_of_a_column_is_stored(user):
    by = user("admin")

    made = TermForm(typed_in(TermForm(by=by), **NEW_TERM, order="32767"), by=by).saved()

    assert Term.objects.get(pk=made.pk).order == 32767


# --- one breath


def test_save_writes_ticked_boxes_history_and_trail(user):
    by = user("lead")
    boxes = [term("topic", code) for code in ("dv", "work")]

    record = TalkForm(talk(by, topics=[t.pk for t in boxes]), by=by).saved()

    event = AuditEvent.objects.get()
    assert set(record.terms.all()) == set(boxes)
    assert record.history.get().ticked == {"terms": sorted(t.pk for t in boxes)}
    assert (event.action, event.user, event.object_id) == ("create", by, record.pk)
    assert event.fields == ["main_topic", "method", "topics"]


def test_trail_names_the_fields_and_never_their_values(user):
    by = user("lead")
    record = ConsultationFactory(content="前の文")
    data = typed_in(TalkForm(by=by, instance=record), content="架空 花子の秘密")

    TalkForm(data, by=by, instance=record).saved()

    event = AuditEvent.objects.get(action="change")
    assert event.fields == ["content"]
    assert event.subject_id == record.client_id
    assert "秘密" not in str({f.attname: getattr(event, f.attname) for f in event._meta.concrete_fields})


def test_form_that_is_only_shown_saves_nothing(user):
    form = TermForm(by=user("admin"))

    assert form.saved() is None
    assert form.status == 200
