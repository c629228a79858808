"""Two files become one and two again: what moves, what is counted, who is let in, who is refused."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.models import BreakGlass, Case, Client, Consultation, Merge
from consultations.models.merge import Refused, links
from komatsu_support.models import Record, StaleVersion
from komatsu_support.models.trail import AuditEvent
from tests.browser import html, typed
from tests.consultations.test_views import url
from tests.factories import (
    CaseFactory,
    ClientFactory,
    ConsentFactory,
    ConsultationFactory,
    MergeFactory,
    ProtectionCheckFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)


def figures() -> tuple[int, int]:
    """延べ and 実人数."""
    counted = Consultation.objects.counted()
    return counted.count(), counted.values("client").distinct().count()


def reread(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def two(**of_merged: Any) -> tuple[Client, Client]:
    kept = ClientFactory(
        name="見本 花子", name_kana="ミホン ハナコ", phone="0761-00-1111", first_contact_on=DAY
    )
    merged = ClientFactory(
        **{
            "name": "",
            "alias": "はなちゃん",
            "mobile": "090-0000-2222",
            "first_contact_on": date(2024, 4, 2),
            **of_merged,
        }
    )
    return kept, merged


def merge_url(kept: Client, merged: Client) -> str:
    return f"{url('merge_create')}?kept={kept.pk}&merged={merged.pk}"


def press(browser, kept: Client, merged: Client, **changes: Any):
    """The page as it stands, sent with a reason."""
    page = browser.get(merge_url(kept, merged))
    return browser.post(merge_url(kept, merged), {**typed(page), "reason": "同じ方と確かめた", **changes})


def undo(browser, merge: Merge):
    return browser.post(url("merge_undo", merge.pk), {"reason": "別の方だった"})


# -- what a merge does --------------------------------------------------------------------------------------


def test_everything_moves_and_heads_become_one_while_talks_stay_as_many(login):
    kept, merged = two()
    talks = [ConsultationFactory(client=each, consulted_on=DAY) for each in (kept, merged)]
    rest: list[Any] = [
        ConsultationFactory(case=CaseFactory(merged, opened_on=DAY), consulted_on=date(2024, 6, 1)),
        ConsentFactory(merged),
    ]
    before = figures()

    answer = press(login(), kept, merged)

    assert answer.url == kept.get_absolute_url()
    assert (before, figures()) == ((3, 2), (3, 1))
    assert [reread(each).client_id for each in (*talks, *rest, rest[0].case)] == [kept.pk] * 5
    assert reread(merged).merged_into_id == kept.pk


def test_visit_types_are_settled_anew_and_settled_back(login):
    kept, merged = two()
    first = ConsultationFactory(client=kept, consulted_on=DAY)
    second = ConsultationFactory(client=merged, consulted_on=date(2024, 6, 1))
    browser = login()

    press(browser, kept, merged)
    joined = [reread(each).visit_type for each in (first, second)]
    undo(browser, Merge.objects.get())
    parted = [reread(each).visit_type for each in (first, second)]

    assert joined == ["new", "continuing"]
    assert parted == ["new", "new"]


def test_voided_records_move_too(user):
    kept, merged = two()
    talk = ConsultationFactory(client=merged)
    talk.void("誤登録", by=user())

    MergeFactory(kept, merged)

    assert reread(talk).client_id == kept.pk


def test_every_record_with_a_client_is_known_to_a_merge():
    keys = {link.key for link in links()}

    assert {
        "consultations.case.client",
        "consultations.consultation.client",
        "referrals.consent.client",
    } <= keys
    assert [key for key in keys if "historical" in key or ".merge." in key] == []
    strays = [
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, Record)
        for field in model._meta.concrete_fields
        if field.related_model is Client
    ]
    stay = ["client.merged_into", "merge.kept", "merge.merged", "distinctpair.first", "distinctpair.second"]
    stay += ["breakglass.client", "protectioncheck.client"]
    assert set(strays) - keys == {f"consultations.{each}" for each in stay}


def test_broken_glass_stays_with_the_file_that_was_opened(user):
    kept, merged = two()
    person = user()
    glass = BreakGlass(client=merged, reason="命の危険があるため", until=date(2099, 1, 1))
    glass.until = merged.created_at
    glass.save(by=person)

    MergeFactory(kept, merged)

    assert reread(glass).client_id == merged.pk


def test_blank_fields_are_filled_and_the_kept_ones_stay(login):
    kept, merged = two(name="見本 はな", birth_date=date(1963, 5, 3))

    press(login(), kept, merged)

    kept = reread(kept)
    assert (kept.name, kept.alias, kept.birth_date) == ("見本 花子", "はなちゃん", date(1963, 5, 3))
    assert (kept.phone, kept.mobile) == ("0761-00-1111", "090-0000-2222")
    assert kept.first_contact_on == date(2024, 4, 2)


def test_age_band_that_is_known_fills_the_unknown_one(login):
    kept, merged = two(age_band="40s")

    press(login(), kept, merged)

    assert reread(kept).age_band == "40s"


@pytest.mark.parametrize(("ends", "said"), [("2222", "登録あり（違う内容）"), ("", "登録なし")])
def test_page_says_of_a_phone_only_whether_the_two_differ(login, ends, said):
    kept, merged = two(phone=f"0761-00-{ends}" if ends else "")

    page = html(login().get(merge_url(kept, merged)))

    assert said in page
    assert "0761-00-2222" not in page


def test_chosen_side_wins_and_two_notes_are_both_kept(login):
    kept, merged = two(name="見本 はな", note="二つ目のメモ")
    kept.note = "一つ目のメモ"
    kept.save(by=UserFactory())

    press(login(), kept, merged, take_name="merged")

    kept = reread(kept)
    assert (kept.name, kept.note) == ("見本 はな", "一つ目のメモ\n\n二つ目のメモ")


def test_careful_ways_win():
    kept, merged = two(voicemail=False, needs_interpreter=True)
    kept.voicemail = True

    MergeFactory(kept, merged)

    kept = reread(kept)
    assert (kept.voicemail, kept.needs_interpreter) == (False, True)


def test_merge_keeps_no_value_of_any_field():
    kept, merged = two(name="見本 はな", note="聞かれては困ること")

    merge = MergeFactory(kept, merged, take=["name", "note"])

    stored = [str(value) for value in Merge.objects.filter(pk=merge.pk).values_list("moved", "taken").get()]
    assert merge.taken == ["first_contact_on", "name", "note"]
    assert [word for word in ("見本", "聞かれ", "090", "はな") if word in "".join(stored)] == []


def test_merge_is_in_the_trail_of_both():
    kept, merged = two()

    MergeFactory(kept, merged)

    changed = AuditEvent.objects.filter(action="change", object_type="consultations.client")
    assert set(changed.values_list("object_id", flat=True)) == {kept.pk, merged.pk}
    assert AuditEvent.objects.filter(object_type="consultations.merge", action="create").count() == 1


# -- who sees her -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("swapped", [False, True])
def test_stricter_protection_wins_on_both_files_and_only_its_people_are_named(swapped):
    mine, theirs = UserFactory(), UserFactory()
    closed = ClientFactory(protection="restricted", staff=mine, address="架空町九丁目")
    open_one = ClientFactory(staff=theirs, assigned=[theirs], address="架空町九丁目")
    kept, merged = (open_one, closed) if swapped else (closed, open_one)

    MergeFactory(kept, merged)

    files = [reread(kept), reread(merged)]
    assert [each.protection for each in files] == ["restricted"] * 2
    assert [list(each.assigned.all()) for each in files] == [[mine]] * 2
    assert list(Client.objects.visible_to(theirs)) == []
    assert set(Client.objects.visible_to(mine)) == set(files)


@pytest.mark.parametrize("swapped", [False, True])
def test_people_of_an_open_file_do_not_come_to_the_address_of_a_protected_one(swapped):
    mine, theirs = UserFactory(), UserFactory()
    hidden = ClientFactory(staff=mine, address_protected=True, protected_until=date(2027, 3, 31))
    plain = ClientFactory(staff=theirs, assigned=[theirs])
    kept, merged = (plain, hidden) if swapped else (hidden, plain)

    MergeFactory(kept, merged, take=["staff"])

    files = [reread(kept), reread(merged)]
    assert [each.is_assigned_to(theirs) for each in files] == [False, False]
    assert [each.is_assigned_to(mine) for each in files] == [True, True]


def test_staff_is_a_choice_between_two_files_that_are_equally_closed(login):
    first, second = UserFactory(), UserFactory()
    kept, merged = ClientFactory(staff=first), ClientFactory(staff=second)
    browser = login()
    offered = "take_staff" in html(browser.get(merge_url(kept, merged)))

    press(browser, kept, merged, take_staff="merged")

    kept = reread(kept)
    assert (offered, kept.staff, set(kept.assigned.all())) == (True, second, {first, second})


def test_sealed_file_opens_to_its_own_people_alone_after_a_merge():
    mine, theirs = UserFactory(), UserFactory("lead")
    sealed = ClientFactory(protection="sealed", assigned=[mine], staff=theirs)
    other = ClientFactory(staff=theirs, assigned=[theirs])

    MergeFactory(other, sealed)

    assert list(Client.objects.visible_to(theirs)) == []
    assert Client.objects.visible_to(mine).count() == 2


@override_settings(CLIENT_ACCESS="assigned")
def test_everybody_named_in_either_of_two_alike_stays_named():
    first, second, third = UserFactory(), UserFactory(), UserFactory()
    kept, merged = ClientFactory(staff=first), ClientFactory(staff=second, assigned=[third])

    MergeFactory(kept, merged)

    assert [kept in Client.objects.visible_to(each) for each in (first, second, third)] == [True] * 3


def test_address_stays_protected_until_the_later_day():
    kept, merged = two(address_protected=True, protected_until=date(2027, 3, 31))

    MergeFactory(kept, merged)

    kept = reread(kept)
    assert (kept.address_protected, kept.protected_until) == (True, date(2027, 3, 31))


def test_ways_to_reach_her_are_not_on_the_page(login):
    kept, merged = two(address="架空町九丁目", watchword="ひまわり", phone="0761-00-3333")

    page = html(login().get(merge_url(kept, merged)))

    assert [
        v for v in ("0761-00-1111", "0761-00-3333", "090-0000-2222", "九丁目", "ひまわり") if v in page
    ] == []
    assert page.count("登録あり") >= 4


def test_looking_at_both_is_in_the_trail(login):
    kept, merged = two()
    browser = login()

    browser.get(merge_url(kept, merged))

    looks = AuditEvent.objects.filter(user=browser.user, action="view").order_by("number")
    assert [event.object_id for event in looks] == [kept.pk, merged.pk]


@pytest.mark.parametrize("closed", ["kept", "merged"])
def test_closed_file_is_not_merged_by_those_who_may_not_change_it(login, closed):
    kept, merged = two()
    of = {"kept": kept, "merged": merged}[closed]
    of.protection = "restricted"
    of.save(by=UserFactory())
    browser = login()

    page = browser.get(merge_url(kept, merged))
    answer = browser.post(
        merge_url(kept, merged), {"reason": "同じ方", "kept_version": 1, "merged_version": 1}
    )

    assert (page.url, answer.url) == (url("duplicate_list"),) * 2
    assert Merge.objects.count() == 0


def test_broken_glass_does_not_open_the_way_to_merge(login):
    kept, merged = two(protection="restricted")
    browser = login()
    glass = BreakGlass(client=merged, reason="命の危険があるため", until=date(2099, 1, 1))
    glass.until = Client.objects.get(pk=kept.pk).created_at.replace(year=2099)
    glass.save(by=browser.user)

    assert browser.get(merge_url(kept, merged)).url == url("duplicate_list")


# -- after a merge ------------------------------------------------------------------------------------------


def test_merged_number_and_name_and_address_lead_to_the_kept_file(login):
    kept, merged = two()
    MergeFactory(kept, merged)
    browser = login()

    found = [browser.post(url("client_search"), {"q": q}).url for q in (merged.number, "はなちゃん", "2222")]
    opened = browser.get(merged.get_absolute_url(), follow=True)

    assert found == [kept.get_absolute_url()] * 3
    assert opened.redirect_chain[-1][0] == kept.get_absolute_url()
    assert f"{merged.number} は {kept.number} に統合されています。" in html(opened)
    assert f"旧番号 {merged.number}" in html(opened)


def test_merged_number_works_in_forms(login):
    kept, merged = two()
    MergeFactory(kept, merged)
    browser = login()
    fields = typed(browser.get(url("case_create")))

    browser.post(url("case_create"), {**fields, "client": merged.number, "opened_on": "2024-06-01"})

    assert Case.objects.get().client == kept


@pytest.mark.parametrize("page", ["client_list", "client_edit", "client_contact", "client_void"])
def test_merged_file_stands_in_no_list_and_is_not_changed(login, page):
    kept, merged = two()
    MergeFactory(kept, merged)
    browser = login()

    if page == "client_list":
        listed = browser.get(url(page) + "?voided=on&year=all").context["rows"]
        assert [record.pk for record, _ in listed] == [kept.pk]
    else:
        assert browser.get(url(page, merged.pk)).status_code == 404


def test_ways_of_a_merged_file_are_not_revealed_past_the_kept_one(login):
    kept, merged = two()
    MergeFactory(kept, merged)

    assert login().post(url("client_reveal", merged.pk)).status_code == 404


def test_kept_file_is_not_voided_while_another_leads_to_it(login):
    kept, merged = two()
    MergeFactory(kept, merged)

    login().post(url("client_void", kept.pk), {"reason": "誤登録"})

    assert reread(kept).voided_at is None


# -- and back -----------------------------------------------------------------------------------------------


def test_undo_gives_everything_back_and_heads_are_two_again(login):
    kept, merged = two(name="見本 はな", note="メモ")
    talks = [ConsultationFactory(client=each, consulted_on=DAY) for each in (kept, merged)]
    consent = ConsentFactory(merged)
    before = [stored(each) for each in (kept, merged, *talks, consent)]
    browser = login()
    press(browser, kept, merged, take_name="merged")

    answer = undo(browser, Merge.objects.get())

    assert answer.url == merged.get_absolute_url()
    assert [stored(each) for each in (kept, merged, *talks, consent)] == before
    assert figures() == (2, 2)
    assert [list(Client.objects.standing().found_by(q)) for q in ("花子", "はなちゃん")] == [[kept], [merged]]


def stored(record: Any) -> dict[str, Any]:
    """What a record says, history and stamps aside."""
    record = reread(record)
    stamps = ("version", "updated_at", "updated_by")
    values = {
        f.name: getattr(record, f.attname) for f in record._meta.concrete_fields if f.name not in stamps
    }
    return values | {
        f.name: sorted(getattr(record, f.name).values_list("pk", flat=True))
        for f in record._meta.many_to_many
    }


def test_what_was_added_since_stays_and_the_page_says_so_before(login):
    kept, merged = two()
    merge = MergeFactory(kept, merged)
    talk = ConsultationFactory(client=reread(kept))
    browser = login()

    page = html(browser.get(url("merge_undo", merge.pk)))
    undo(browser, merge)

    assert "統合のあとに加えた 相談記録 1件" in page
    assert reread(talk).client_id == kept.pk


def test_what_hangs_on_a_case_goes_back_with_it_and_with_no_other(user):
    kept, merged = two()
    theirs, mine = CaseFactory(merged), CaseFactory(kept)
    moved = ConsultationFactory(client=merged)
    merge = MergeFactory(kept, merged)
    added = ConsultationFactory(case=reread(theirs))
    moved = reread(moved)
    moved.case = mine
    moved.save(by=user())

    reread(merge).undo("別の方だった", by=user())

    assert (reread(added).client, reread(moved).client) == (merged, kept)


def test_what_was_moved_on_meanwhile_stays_where_it_was_put(login, user):
    kept, merged = two()
    talk, other = ConsultationFactory(client=merged), ClientFactory()
    merge = MergeFactory(kept, merged)
    talk = reread(talk)
    talk.client = other
    talk.save(by=user())

    undo(login(), merge)

    assert reread(talk).client_id == other.pk


def test_field_corrected_since_keeps_the_correction(login, user):
    kept, merged = two(name="見本 はな", birth_date=date(1963, 5, 3))
    merge = MergeFactory(kept, merged, take=["name", "birth_date"])
    kept = reread(kept)
    kept.birth_date = date(1963, 5, 4)
    kept.save(by=user())

    undo(login(), merge)

    kept = reread(kept)
    assert (kept.name, kept.birth_date) == ("見本 花子", date(1963, 5, 4))


def test_undo_gives_each_file_its_own_people_back(login):
    browser = login("lead")
    mine, theirs = UserFactory(), UserFactory()
    kept = ClientFactory(staff=theirs, assigned=[theirs])
    merged = ClientFactory(protection="restricted", staff=mine)
    merge = MergeFactory(kept, merged)

    undo(browser, merge)

    kept, merged = reread(kept), reread(merged)
    assert (kept.protection, kept.staff, list(kept.assigned.all())) == ("normal", theirs, [theirs])
    assert (merged.protection, merged.staff, list(merged.assigned.all())) == ("restricted", mine, [])


def test_undone_merge_can_be_made_again_and_undone_again(login):
    kept, merged = two()
    browser = login()
    for _ in range(2):
        press(browser, kept, merged)
        undo(browser, Merge.objects.standing().get())

    assert Merge.objects.standing().count() == 0
    assert reread(merged).merged_into_id is None


KINDS: dict[str, Any] = {
    "talk": lambda client: ConsultationFactory(client=client, consulted_on=DAY),
    "case": lambda client: CaseFactory(client, opened_on=DAY),
    "talk of a case": lambda client: ConsultationFactory(
        case=CaseFactory(client, opened_on=DAY), consulted_on=DAY
    ),
    "consent": ConsentFactory,
}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mine=st.lists(st.sampled_from(sorted(KINDS)), max_size=4),
    theirs=st.lists(st.sampled_from(sorted(KINDS)), max_size=4),
    take=st.sets(st.sampled_from(["name", "alias", "phone", "mobile", "note", "birth_date"])),
    protections=st.tuples(*2 * [st.sampled_from(["normal", "restricted", "sealed"])]),
)
def test_merge_and_undo_leave_every_row_as_it_was(mine, theirs, take, protections, user):
    by = user()
    kept = ClientFactory(name="見本", protection=protections[0], assigned=[by], by=by)
    merged = ClientFactory(name="架空", alias="あだ名", protection=protections[1], assigned=[by], by=by)
    rows: list[Any] = [kept, merged, *(KINDS[k](kept) for k in mine), *(KINDS[k](merged) for k in theirs)]
    before, heads = [stored(each) for each in rows], figures()

    merge = Merge.of(reread(kept), reread(merged), take=take, reason="同じ方", by=by)
    total = figures()[0]
    Merge.objects.get(pk=merge.pk).undo("別の方", by=by)

    assert [stored(each) for each in rows] == before
    assert (figures(), total) == (heads, heads[0])


# -- refusals -----------------------------------------------------------------------------------------------


def refused(kept: Client, merged: Client) -> str:
    with pytest.raises(Refused) as caught:
        MergeFactory(reread(kept), reread(merged))
    return str(caught.value)


def test_client_is_not_merged_with_itself():
    kept, _ = two()

    assert refused(kept, kept) == "同じ相談者どうしは統合できません。別の方を選んでください。"


@pytest.mark.parametrize("which", [0, 1])
def test_voided_client_is_not_merged(user, which):
    pair = two()
    pair[which].void("誤登録", by=user())

    assert refused(*pair) == f"{pair[which].number} は取り消されています。統合できません。"


def test_merged_client_is_merged_no_second_time_and_keeps_nobody():
    kept, merged = two()
    other = ClientFactory()
    MergeFactory(kept, merged)
    sentence = f"{merged.number} は既に統合されています。統合先の番号で選んでください。"

    assert [refused(other, merged), refused(merged, other)] == [sentence] * 2


def test_chain_is_refused_and_the_other_way_round_is_offered():
    kept, merged = two()
    other = ClientFactory()
    MergeFactory(kept, merged)

    sentence = refused(other, kept)
    MergeFactory(reread(kept), other)

    assert sentence == f"{kept.number} には統合した方がいます。{kept.number} のほうを残してください。"
    assert set(reread(kept).absorbed.all()) == {merged, other}


def test_later_merge_is_undone_first(user):
    kept, merged = two()
    other = ClientFactory()
    first = MergeFactory(kept, merged)
    second = MergeFactory(reread(kept), other)

    with pytest.raises(Refused) as caught:
        Merge.objects.get(pk=first.pk).undo("別の方", by=user())
    for merge in (second, first):
        Merge.objects.get(pk=merge.pk).undo("別の方", by=user())

    assert str(caught.value) == f"あとから統合した {other.number} を、先に元に戻してください。"
    assert list(reread(kept).absorbed.all()) == []


def test_undone_merge_is_undone_once(login):
    merge = MergeFactory(*two())
    browser = login()
    undo(browser, merge)

    answer = undo(browser, merge)

    assert answer.status_code == 302
    assert Merge.objects.get().history.count() == 2


@pytest.mark.parametrize("query", ["", "?kept=1", "?kept=x&merged=y", "?kept=1&merged=99999999999999999999"])
def test_page_without_two_persons_leads_to_the_list(login, query):
    assert login().get(url("merge_create") + query).url == url("duplicate_list")


def test_second_press_opens_what_the_first_one_kept(login):
    kept, merged = two()
    browser = login()
    page = browser.get(merge_url(kept, merged))
    fields = {**typed(page), "reason": "同じ方"}

    answers = [browser.post(merge_url(kept, merged), fields).url for _ in range(2)]

    assert answers == [kept.get_absolute_url()] * 2
    assert Merge.objects.count() == 1


def test_reason_is_asked_for(login):
    kept, merged = two()

    answer = press(login(), kept, merged, reason="　")

    assert answer.status_code == 422
    assert Merge.objects.count() == 0


# -- at the same moment -------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["kept", "merged"])
def test_file_saved_since_the_page_was_opened_is_shown_again_and_then_merged(login, which):
    kept, merged = two()
    browser = login()
    fields = {**typed(browser.get(merge_url(kept, merged))), "reason": "同じ方"}
    other = reread({"kept": kept, "merged": merged}[which])
    other.note = "その間に書かれたこと"
    other.save(by=UserFactory())

    answer = browser.post(merge_url(kept, merged), fields)
    unchanged = Merge.objects.count()
    second = browser.post(merge_url(kept, merged), {**typed(answer), "take_note": which})

    assert (answer.status_code, unchanged, second.status_code) == (422, 0, 302)
    assert "ほかの人が先に更新しました" in html(answer)
    assert "どちらを残すか選んでください" in html(answer)
    assert reread(kept).note == "その間に書かれたこと"


def test_record_edited_before_a_merge_that_moved_it_is_refused_as_stale(user):
    kept, merged = two()
    talk = ConsultationFactory(client=merged)
    old = reread(talk)
    MergeFactory(kept, merged)
    old.content = "上書き"

    with pytest.raises(StaleVersion):
        old.save(by=user())

    assert reread(talk).client_id == kept.pk


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_make_one():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    kept, merged = two()
    ConsultationFactory(client=merged)
    by, outcomes, gate = UserFactory(), [], Barrier(2)

    def merge(first: Client, second: Client) -> None:
        one, other = reread(first), reread(second)
        gate.wait()
        try:
            Merge.of(one, other, reason="同じ方", by=by)
            outcomes.append("merged")
        except (Refused, StaleVersion) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=merge, args=pair) for pair in ((kept, merged), (merged, kept))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) in (["StaleVersion", "merged"], ["Refused", "merged"])
    assert Merge.objects.count() == 1


def test_url_of_the_page_holds_no_number(login):
    kept, merged = two()

    assert kept.number not in merge_url(kept, merged)
    assert reverse("consultations:merge_create") in merge_url(kept, merged)


def test_two_files_checked_in_one_month_become_one_with_its_own_check(login):
    browser = login()
    protected: dict[str, Any] = {
        "address_protected": True,
        "protected_until": date(2099, 1, 1),
        "staff": browser.user,
    }
    kept, merged = ClientFactory(**protected), ClientFactory(**protected)
    mine, theirs = ProtectionCheckFactory(kept), ProtectionCheckFactory(merged)

    answer = press(browser, kept, merged)

    assert answer.url == kept.get_absolute_url()
    assert [reread(each).client for each in (mine, theirs)] == [kept, merged]


def closed(client: Client, by: Any, **fields: Any) -> None:
    """The file as somebody closes it later."""
    client = reread(client)
    for name, value in {"protection": "restricted", "staff": by, **fields}.items():
        setattr(client, name, value)
    client.save(by=by, ticked={"assigned": [by]})


@pytest.mark.parametrize("page", ["client_detail", "client_history"])
@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_file_that_was_merged_is_closed_with_the_one_that_was_kept(login, user, page, protection):
    kept, merged = two()
    MergeFactory(kept, merged)

    closed(kept, user(), protection=protection)

    assert login().get(url(page, merged.pk), follow=True).status_code == 404


def test_file_that_was_merged_follows_who_is_named(user):
    former, later = user(), user()
    kept, merged = ClientFactory(protection="sealed", assigned=[former]), ClientFactory()
    MergeFactory(kept, merged)

    closed(kept, later, protection="sealed")

    assert [list(Client.objects.visible_to(each)) for each in (former, later)] == [[], [kept, merged]]


def test_undo_leaves_both_closed_where_she_was_closed_since(login, user):
    kept, merged = two()
    merge, person = MergeFactory(kept, merged), user()
    closed(kept, person, address_protected=True, protected_until=date(2099, 1, 1))

    reread(merge).undo("別の方だった", by=person)

    merged = reread(merged)
    assert (merged.protection, merged.address_protected, merged.staff) == ("restricted", True, person)
    assert login().get(url("client_detail", merged.pk)).status_code == 404


def test_undo_closes_again_what_was_opened_since(user):
    kept, merged = two(protection="restricted", staff=user())
    merge = MergeFactory(kept, merged)
    closed(kept, user(), protection="normal")

    reread(merge).undo("別の方だった", by=user("lead"))

    assert (reread(kept).protection, reread(merged).protection) == ("normal", "restricted")
