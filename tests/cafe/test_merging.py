"""まとめる: two 札名 become one and two again; what moves, what is counted, what is refused, what is said."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.urls import reverse

from cafe.carriers import crossing
from cafe.forms import NewContributionForm, VisitsForm
from cafe.models import Contribution, Visit, Visitor, proposed
from cafe.models.merging import DOUBLE, Refused, merge, part
from cafe.statistics import statistics_of
from komatsu_support.fiscal import fiscal_year
from komatsu_support.models import AuditEvent, StaleVersion, dispose_of
from tests.browser import html, typed
from tests.factories import (
    ContributionFactory,
    EventFactory,
    OpenDayFactory,
    UserFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
YEAR = fiscal_year(2025)


def held(on: date, **heads: int) -> Any:
    return OpenDayFactory(held_on=on, heads=heads or {"visitor": 9, "user_planner": 3})


def two() -> tuple[Visitor, Visitor]:
    """(the one that goes, the one that stays)."""
    kept = VisitorFactory(name="ひまわり", kana="")
    return VisitorFactory(name="ひまちゃん", kana=""), kept


def reread(record: Any) -> Any:
    return type(record)._base_manager.get(pk=record.pk)


def joined(merged: Visitor, kept: Visitor, *, by: Any = None) -> Visitor:
    """Merged; the kept one as it is stored then."""
    merge(reread(merged), reread(kept), reason="ご本人に聞いた", by=by or UserFactory())
    return Visitor.objects.get(pk=kept.pk)


def parted(merged: Visitor) -> None:
    part(reread(merged), by=UserFactory())


def standing(visitor: Visitor) -> list[tuple[date, str]]:
    """Her days and roles."""
    visits = visitor.visits.standing().order_by("open_day__held_on")
    return list(visits.values_list("open_day__held_on", "role"))


def everything() -> list[Any]:
    """What every figure is made of."""
    return [
        sorted(Visit.objects.standing().values_list("pk", "visitor", "open_day", "role")),
        sorted(Contribution.objects.standing().values_list("pk", "visitor", "event", "deed", "heads")),
        sorted(Visitor.objects.standing().values_list("pk", "name", "kana", "active", "merged_into")),
    ]


def url(name: str, *args: Any) -> str:
    return reverse(f"cafe:{name}", args=args)


def merge_url(merged: Visitor, kept: Any) -> str:
    return f"{url('visitor_merge', merged.pk)}?kept={getattr(kept, 'pk', kept)}"


def press(browser: Any, merged: Visitor, kept: Visitor, **changes: Any) -> Any:
    """The page as it stands, sent with a reason."""
    page = browser.get(merge_url(merged, kept))
    return browser.post(merge_url(merged, kept), typed(page, **{"reason": "ご本人に聞いた", **changes}))


# -- what a merge does --------------------------------------------------------------------------------------


def test_days_and_deeds_move_and_the_emptied_one_says_into_which_it_went():
    merged, kept = two()
    VisitFactory(merged, held(date(2025, 4, 2)), role="child")
    VisitFactory(kept, held(date(2025, 4, 9)))
    deed = ContributionFactory(EventFactory(held(date(2025, 4, 16))), deed="planned", visitor=merged)
    by = UserFactory("coordinator")

    joined(merged, kept, by=by)

    gone = reread(merged)
    assert standing(kept) == [(date(2025, 4, 2), "child"), (date(2025, 4, 9), "visitor")]
    assert reread(deed).visitor == kept
    assert (standing(merged), gone.merged_into, gone.voided_by) == ([], kept, by)
    assert gone.void_reason == "「ひまわり」にまとめた: ご本人に聞いた"


@pytest.mark.parametrize(
    ("of_kept", "of_merged", "stays"),
    [
        ("visitor", "user_planner", "user_planner"),
        ("user_lecturer", "visitor", "user_lecturer"),
        ("visitor", "child", "child"),
        ("child", "user_lecturer", "user_lecturer"),
        ("user_planner", "user_lecturer", "user_planner"),
        ("user_lecturer", "user_planner", "user_lecturer"),
        ("visitor", "visitor", "visitor"),
    ],
)
def test_day_on_which_both_stood_is_one_visit_in_the_more_telling_role(of_kept, of_merged, stays):
    merged, kept = two()
    day = held(date(2025, 4, 2))
    visits = [VisitFactory(kept, day, role=of_kept), VisitFactory(merged, day, role=of_merged)]

    joined(merged, kept)

    assert standing(kept) == [(date(2025, 4, 2), stays)]
    assert sorted(reread(each).void_reason for each in visits) == ["", DOUBLE]


def test_same_deed_at_one_event_is_one_and_another_deed_moves():
    merged, kept = two()
    event = EventFactory(held(date(2025, 4, 2)))
    for visitor, deed in [(kept, "planned"), (merged, "planned"), (merged, "lectured")]:
        ContributionFactory(event, deed=deed, visitor=visitor)
    ContributionFactory(EventFactory(event.open_day), deed="planned", visitor=merged)

    joined(merged, kept)

    deeds = Contribution.objects.standing().order_by("event", "deed")
    assert list(deeds.values_list("visitor", "deed")) == [
        (kept.pk, "lectured"),
        (kept.pk, "planned"),
        (kept.pk, "planned"),
    ]


def test_what_was_taken_back_before_stays_where_it_was():
    merged, kept = two()
    visit = VisitFactory(merged, held(date(2025, 4, 2)))
    visit.void("押し間違い", by=UserFactory())

    joined(merged, kept)

    assert (reread(visit).visitor, reread(visit).void_reason) == (merged, "押し間違い")


def test_persons_are_one_and_who_came_under_the_one_and_carried_under_the_other_has_crossed():
    merged, kept = two()
    VisitFactory(kept, held(date(2025, 4, 2)))
    both = held(date(2025, 4, 9))
    for visitor in (merged, kept):
        VisitFactory(visitor, both)
    ContributionFactory(EventFactory(both), deed="planned", visitor=merged)
    VisitFactory(VisitorFactory(), both)

    def figures() -> Any:
        of_year = statistics_of(2025, None, date(2025, 5, 8))
        crossed = crossing(YEAR)
        heads = [sorted(day.attendances.values_list("role", "heads")) for day in {both}]
        return (
            Visit.objects.held().persons(),
            of_year.named,
            (crossed.guests, crossed.crossed),
            of_year.totals.heads,
            heads,
        )

    before = figures()
    joined(merged, kept)
    after = figures()
    parted(merged)

    assert before[:3] == (3, 3, (3, 0))
    assert after[:3] == (2, 2, (2, 1))
    assert after[3:] == before[3:]
    assert figures() == before


def test_day_not_closed_yet_expects_one_head_less_where_both_stood():
    merged, kept = two()
    day = OpenDayFactory(held_on=date(2025, 5, 7))
    for visitor in (merged, kept):
        VisitFactory(visitor, day)
    before = proposed(day).heads

    joined(merged, kept)

    assert (before, proposed(day).heads) == ({"visitor": 2}, {"visitor": 1})


def test_kept_one_who_came_no_more_comes_again_and_rests_after_the_way_back():
    merged, kept = two()
    kept.active = False
    kept.save(by=UserFactory(), changed=["active"])

    comes = joined(merged, kept).active
    parted(merged)

    assert (comes, reread(kept).active, reread(merged).active) == (True, False, True)


def test_kept_one_who_was_changed_since_stays_as_it_was_changed():
    merged, kept = two()
    kept.active = False
    kept.save(by=UserFactory(), changed=["active"])
    woken = joined(merged, kept)
    woken.kana = "ヒマワリ"
    woken.save(by=UserFactory(), changed=["kana"])

    parted(merged)

    assert reread(kept).active is True


def test_history_and_trail_say_what_moved_what_was_withdrawn_and_by_whom():
    merged, kept = two()
    day = held(date(2025, 4, 2))
    moved, withdrawn = VisitFactory(merged, held(date(2025, 4, 9))), VisitFactory(merged, day)
    VisitFactory(kept, day)
    by = UserFactory("coordinator")

    joined(merged, kept, by=by)

    told = AuditEvent.objects.filter(user=by).order_by("number")
    assert list(told.values_list("action", "object_type", "object_id", "fields", "basis")) == [
        ("void", "cafe.visit", withdrawn.pk, ["voided_at"], ""),
        ("change", "cafe.visit", moved.pk, ["visitor"], "札名をまとめた"),
        ("void", "cafe.visitor", merged.pk, ["voided_at"], ""),
    ]
    assert [each.visitor_id for each in moved.history.order_by("version")] == [merged.pk, kept.pk]
    assert [each.merged_into_id for each in merged.history.order_by("version")] == [None, kept.pk]


def test_name_of_the_emptied_one_is_free_again():
    merged, kept = two()

    joined(merged, kept)

    assert VisitorFactory(name="ひまちゃん").pk


@pytest.mark.parametrize("called", ["ヒマチャン", "ひまちゃん", "ﾋﾏﾜﾘ"])
def test_somebody_is_known_by_every_name_she_went_by(called):
    merged, kept = two()
    VisitorFactory(name="さくら", kana="")

    joined(merged, kept)

    assert Visitor.objects.alike(called) == [kept]


def test_former_name_typed_anew_is_asked_back_with_the_tag_she_has_now(login):
    merged, kept = two()
    joined(merged, kept)
    browser = login("coordinator")
    page = browser.get(url("visitor_create"))

    answer = browser.post(url("visitor_create"), typed(page, name="ひまちゃん"))

    assert answer.context["form"].alike.visitors == [kept]
    assert "ひまわり</a>　まとめた札名: ひまちゃん" in html(answer)
    assert Visitor.objects.count() == 2


# -- the way back -------------------------------------------------------------------------------------------


def with_everything(merged: Visitor, kept: Visitor) -> None:
    """Days and deeds of each, and of both."""
    first = held(date(2025, 4, 1))
    for visitor in (merged, kept):
        VisitFactory(visitor, first)
    both, other = held(date(2025, 4, 2)), held(date(2025, 4, 9))
    for visitor, role in [(kept, "visitor"), (merged, "user_planner")]:
        VisitFactory(visitor, both, role=role)
    for visitor, role in [(kept, "child"), (merged, "visitor")]:
        VisitFactory(visitor, other, role=role)
    VisitFactory(merged, held(date(2025, 4, 16)))
    event = EventFactory(both)
    for visitor in (kept, merged):
        ContributionFactory(event, deed="planned", visitor=visitor)
    ContributionFactory(event, deed="helped", visitor=merged)


def test_way_back_leaves_everything_as_it_was():
    merged, kept = two()
    with_everything(merged, kept)
    before = everything()

    joined(merged, kept)
    between = everything()
    parted(merged)

    assert between != before
    assert everything() == before
    back = reread(merged)
    assert (back.void_reason, back.voided_at, back.voided_by, back.moved) == ("", None, None, {})


def test_what_was_noted_for_the_kept_one_since_stays_with_it():
    merged, kept = two()
    VisitFactory(merged, held(date(2025, 4, 2)))
    joined(merged, kept)
    with time_machine.travel("2025-05-08T03:00:00Z"):
        VisitFactory(kept, held(date(2025, 4, 9)))

        parted(merged)

    assert (standing(merged), standing(kept)) == (
        [(date(2025, 4, 2), "visitor")],
        [(date(2025, 4, 9), "visitor")],
    )


def test_what_was_noted_anew_where_one_was_withdrawn_is_not_doubled():
    merged, kept = two()
    day = held(date(2025, 4, 2))
    VisitFactory(kept, day)
    moved = VisitFactory(merged, day, role="child")
    joined(merged, kept)
    reread(moved).void("押し間違い", by=UserFactory())
    VisitFactory(kept, day, role="user_lecturer")

    parted(merged)

    assert (standing(kept), standing(merged)) == ([(date(2025, 4, 2), "user_lecturer")], [])


def test_deed_given_to_somebody_else_since_stays_with_her():
    merged, kept = two()
    other = VisitorFactory()
    deed = ContributionFactory(EventFactory(held(date(2025, 4, 2))), visitor=merged)
    joined(merged, kept)
    deed = reread(deed)
    deed.visitor = other
    deed.save(by=UserFactory(), changed=["visitor"])

    parted(merged)

    assert reread(deed).visitor == other


def test_several_go_into_one_and_come_back_the_last_one_first():
    merged, kept = two()
    third = VisitorFactory(name="ひまり", kana="")
    day = held(date(2025, 4, 2))
    for visitor, role in [(kept, "visitor"), (merged, "child"), (third, "user_planner")]:
        VisitFactory(visitor, day, role=role)
    before = everything()
    joined(merged, kept)
    with time_machine.travel("2025-05-08T03:00:00Z"):
        joined(third, kept)

    with pytest.raises(Refused, match="あとからまとめた札名があります"):
        parted(merged)
    parted(third)
    parted(merged)

    assert everything() == before


def test_one_into_which_another_went_leads_it_on_and_gives_it_back():
    merged, kept = two()
    first = VisitorFactory(name="ひまり", kana="")
    VisitFactory(first, held(date(2025, 4, 2)))
    joined(first, merged)
    with time_machine.travel("2025-05-08T03:00:00Z"):
        joined(merged, kept)

    led_on = reread(first).merged_into
    parted(merged)
    led_back = reread(first).merged_into
    parted(first)

    assert (led_on, led_back) == (kept, merged)
    assert standing(first) == [(date(2025, 4, 2), "visitor")]


def test_name_taken_since_is_said_and_nothing_is_half_parted():
    merged, kept = two()
    VisitFactory(merged, held(date(2025, 4, 2)))
    joined(merged, kept)
    VisitorFactory(name="ひまちゃん")
    before = everything()

    with pytest.raises(Refused, match="いまはほかの方が使っています"):
        parted(merged)

    assert everything() == before


def test_line_of_a_disposal_is_not_parted():
    merged, kept = two()
    joined(merged, kept)
    for each in (merged, kept):
        dispose_of(reread(each), by=UserFactory(), basis="廃棄")

    with pytest.raises(Refused, match="廃棄した札名は戻せません"):
        parted(merged)


def test_one_that_went_nowhere_is_not_parted():
    with pytest.raises(Refused, match="ほかの札名にまとめてありません"):
        parted(VisitorFactory())


# -- what is refused ----------------------------------------------------------------------------------------


def gone(kind: str) -> Visitor:
    """One that no longer stands."""
    visitor = VisitorFactory(name="つくし")
    if kind == "voided":
        visitor.void("取り違え", by=UserFactory())
    if kind == "disposed":
        dispose_of(visitor, by=UserFactory(), basis="廃棄")
    if kind == "merged":
        joined(visitor, VisitorFactory())
    return Visitor.objects.get(pk=visitor.pk)


REFUSALS = {
    "voided": "取り消されています。まとめられません。",
    "disposed": "廃棄されています。まとめられません。",
    "merged": "既にほかの札名にまとめてあります。",
}


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("side", ["merged", "kept"])
def test_one_that_no_longer_stands_is_refused_and_nothing_moves(kind, side):
    other, stands = gone(kind), VisitorFactory()
    VisitFactory(stands, held(date(2025, 4, 2)))
    before = everything()
    pair = (other, stands) if side == "merged" else (stands, other)

    with pytest.raises(Refused, match=REFUSALS[kind]):
        joined(*pair)

    assert everything() == before


def test_one_does_not_go_into_itself():
    visitor = VisitorFactory()

    with pytest.raises(Refused, match="同じ札名どうし"):
        joined(visitor, visitor)
    visitor.merged_into = visitor
    with pytest.raises(IntegrityError, match=r"visitor_merged_into_another|CHECK"), transaction.atomic():
        visitor.void("まとめた", by=UserFactory())


def test_one_that_went_into_another_never_stands():
    merged, kept = two()
    merged.merged_into = kept

    with pytest.raises(IntegrityError, match=r"visitor_merged_is_voided|CHECK"), transaction.atomic():
        merged.save(by=UserFactory())


@pytest.mark.parametrize("side", [0, 1])
def test_one_that_was_saved_since_is_stale_and_nothing_moves(side):
    pair = two()
    VisitFactory(pair[0], held(date(2025, 4, 2)))
    reread(pair[side]).save(by=UserFactory())
    before = everything()

    with pytest.raises(StaleVersion):
        merge(*pair, reason="ご本人に聞いた", by=UserFactory())

    assert everything() == before


def test_fault_in_the_middle_moves_nothing(monkeypatch):
    merged, kept = two()
    with_everything(merged, kept)
    before = everything()

    def fail(self, reason, by):
        raise RuntimeError("power cut")

    monkeypatch.setattr(Visitor, "void", fail)
    with pytest.raises(RuntimeError):
        joined(merged, kept)

    assert everything() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time on SQLite anyway")
@pytest.mark.parametrize("rival", ["merge", "edit", "visit edit", "welcome"])
def test_what_comes_at_the_same_time_neither_fails_nor_halves(rival):
    merged, kept = two()
    day, other = held(date(2025, 4, 2)), held(date(2025, 4, 9))
    visit = VisitFactory(merged, day)
    by = UserFactory()
    faults: list[BaseException] = []
    gate = Barrier(2)

    def run(step: Any) -> None:
        try:
            gate.wait(10)
            step()
        except StaleVersion:
            pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    rivals: dict[str, Any] = {
        "merge": lambda: merge(reread(merged), reread(kept), reason="同じ", by=by),
        "edit": lambda: reread(merged).save(by=by, changed=["kana"]),
        "visit edit": lambda: reread(visit).save(by=by, changed=["role"]),
        "welcome": lambda: Visit.objects.welcome(other, {kept: "visitor"}, by=by),
    }
    steps = [lambda: merge(reread(merged), reread(kept), reason="同じ", by=by), rivals[rival]]
    threads = [Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert [fault for fault in faults if not isinstance(fault, Refused)] == []
    whole = (reread(merged).merged_into_id, reread(visit).visitor_id)
    assert whole in [(kept.pk, kept.pk), (None, merged.pk)]


def test_guest_chosen_before_the_merge_is_asked_for_again():
    merged, kept = two()
    day, by = held(date(2025, 5, 7)), UserFactory("coordinator")
    form = VisitsForm(QueryDict(f"visitors={merged.pk}"), day=day, by=by)
    valid = form.is_valid()

    joined(merged, kept)

    assert (valid, form.saved()) == (True, False)
    assert form.errors == {"visitors": ["一覧が変わりました。もう一度選んでください。"]}
    assert Visit.objects.count() == 0


def test_deed_typed_before_the_merge_hangs_on_nobody():
    merged, kept = two()
    event, by = EventFactory(held(date(2025, 5, 7))), UserFactory("coordinator")
    data = QueryDict(f"event={event.pk}&deed=planned&visitor={merged.pk}&heads=1")
    form = NewContributionForm(data, by=by)
    valid = form.is_valid()

    joined(merged, kept)

    assert (valid, form.saved()) == (True, None)
    assert form.errors == {"visitor": ["この札名は、ほかの札名にまとめられました。選び直してください。"]}
    assert Contribution.objects.count() == 0


# -- disposal -----------------------------------------------------------------------------------------------


def test_all_tags_of_one_person_are_kept_while_she_is_seen_and_go_together():
    since = date(2020, 4, 1)
    with time_machine.travel("2015-04-01T01:00:00Z"):
        seen, unseen = [(VisitorFactory(), VisitorFactory()) for _ in range(2)]
        old = VisitorFactory()
        VisitFactory(seen[1], OpenDayFactory(held_on=since))
        VisitFactory(unseen[0], OpenDayFactory(held_on=date(2015, 3, 31)))
    with time_machine.travel("2021-04-01T01:00:00Z"):
        late = (VisitorFactory(), old)
    for merged, kept in (seen, unseen, late):
        joined(merged, kept)

    due = Visitor.objects.unseen_since(since)

    assert set(due) == {*unseen}


def test_disposal_leaves_neither_name_anywhere():
    merged, kept = two()
    joined(merged, kept)

    for each in (merged, kept):
        dispose_of(reread(each), by=UserFactory(), basis="廃棄")

    rows = [*Visitor._base_manager.values(), *Visitor.history.values()]
    assert [word for word in ("ひまわり", "ひまちゃん", "ご本人") if word in str(rows)] == []


# -- the pages ----------------------------------------------------------------------------------------------


def test_page_offers_those_alike_first_and_never_itself_or_one_that_does_not_stand(login):
    merged = VisitorFactory(name="ひまわり", kana="")
    alike = VisitorFactory(name="ヒマワリさん", kana="ヒマワリ")
    others = [VisitorFactory(name="あんず", kana=""), VisitorFactory(name="さくら", kana="", active=False)]
    for kind in REFUSALS:
        gone(kind)
    browser = login("coordinator")

    answer = browser.get(url("visitor_merge", merged.pk))

    form = answer.context["form"]
    assert [str(each) for each in form.offered][:3] == ["ヒマワリさん", "あんず", "さくら"]
    assert [group for group, _ in form.fields["kept"].choices[1:]] == ["似た札名", "ほかの札名"]
    assert alike in form.offered
    assert {merged, *Visitor.objects.exclude(voided_at=None)} & set(form.offered) == set()
    assert others[1] in form.offered
    looks = AuditEvent.objects.filter(user=browser.user, action__in=["list", "view"]).order_by("number")
    assert list(looks.values_list("action", "object_id", "count", "basis")) == [
        ("view", merged.pk, None, "カフェの札名　まとめる札名の確認"),
        ("list", None, len(form.offered), "まとめる札名を選ぶ"),
    ]


def test_both_stand_side_by_side_with_what_moves_and_are_looked_at(login):
    merged, kept = two()
    with_everything(merged, kept)
    browser = login("coordinator")

    answer = browser.get(merge_url(merged, kept))

    assert [(title, len(side.days), side.deeds) for title, side in answer.context["sides"]] == [
        ("残す札名", 3, 1),
        ("まとめる札名", 4, 2),
    ]
    assert [cells[1:] for _, cells in answer.context["same_days"]] == [
        ["利用者／利用者", "利用者"],
        ["利用者／利用者企画者", "利用者企画者"],
        ["子ども／利用者", "子ども"],
    ]
    assert [cells[2] for _, cells in answer.context["same_deeds"]] == ["企画した"]
    viewed = AuditEvent.objects.filter(user=browser.user, action="view")
    assert set(viewed.values_list("object_id", flat=True)) == {merged.pk, kept.pk}


def test_one_press_merges_and_a_second_one_is_told_so(login):
    merged, kept = two()
    VisitFactory(merged, held(date(2025, 4, 2)))
    browser = login("coordinator")
    page = browser.get(merge_url(merged, kept))
    fields = typed(page, reason="ご本人に聞いた")

    first = browser.post(merge_url(merged, kept), fields)
    second = browser.post(merge_url(merged, kept), fields, follow=True)

    assert first["Location"] == kept.get_absolute_url()
    assert "この札名は、既にほかの札名にまとめてあります。" in html(second)
    assert standing(kept) == [(date(2025, 4, 2), "visitor")]
    assert reread(merged).version == 2


def test_page_of_the_emptied_one_leads_on_and_the_kept_one_tells_of_it(login):
    merged, kept = two()
    browser = login("coordinator")
    press(browser, merged, kept)

    emptied, whole = (html(browser.get(each.get_absolute_url())) for each in (merged, kept))

    assert f'<a href="{kept.get_absolute_url()}">ひまわり</a>にあります' in emptied
    assert [part for part in ("来た日数", "まだありません") if part in emptied] == []
    assert f'<a href="{merged.get_absolute_url()}">ひまちゃん</a>もこの方です' in whole
    undo = url("visitor_unmerge", merged.pk)
    assert [undo in page for page in (emptied, whole)] == [True, True]
    assert "別の札名とまとめる" not in emptied


def test_way_back_is_one_press_too_and_a_second_one_is_told_so(login):
    merged, kept = two()
    with_everything(merged, kept)
    before = everything()
    browser = login("coordinator")
    press(browser, merged, kept)
    back = url("visitor_unmerge", merged.pk)
    page = browser.get(back)

    first = browser.post(back, typed(page))
    second = browser.post(back, typed(page), follow=True)

    assert (page.context["going"], page.context["raised"], page.context["staying"]) == (
        [2, 1],
        [3, 1],
        [0, 0],
    )
    assert first["Location"] == merged.get_absolute_url()
    assert everything() == before
    assert "この札名は、ほかの札名にまとめてありません。" in html(second)


def test_manager_reads_where_it_went_and_may_press_nothing(login):
    merged, kept = two()
    joined(merged, kept)
    manager = login("manager")

    pages = [html(manager.get(each.get_absolute_url())) for each in (merged, kept)]

    assert [part for part in ("まとめたのを戻す", "別の札名とまとめる") if part in "".join(pages)] == []
    assert "もこの方です" in pages[1]


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ("itself", "同じ札名どうしはまとめられません。"),
        ("voided", "選んだ札名は取り消されています。"),
        ("disposed", "選んだ札名は廃棄されています。"),
        ("merged", "選んだ札名は、既にほかの札名にまとめてあります。"),
        ("", "残す札名を選んでください。"),
        *((bad, "その札名はありません。") for bad in ("0", "x", "-1", "9" * 20, "9" * 5000, "１.5")),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_wrong_choice_is_refused_in_words(login, kept, sentence, method):
    merged = VisitorFactory(name="ひまわり", kana="")
    chosen = merged.pk if kept == "itself" else gone(kept).pk if kept in REFUSALS else kept
    browser = login("coordinator")

    address = f"{url('visitor_merge', merged.pk)}?{'kept=' + str(chosen)}"
    answer = getattr(browser, method)(address, **({} if method == "get" else {"data": {"reason": "同じ"}}))

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors["kept"][0]
    assert reread(merged).is_voided is False


def test_press_without_a_choice_asks_for_one(login):
    merged, _ = two()

    answer = login("coordinator").post(url("visitor_merge", merged.pk), {"reason": "同じ"})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"kept": ["残す札名を選んでください。"]}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "同じ方とわかった理由を入力してください。"),
        ({"reason": "長" * 101}, "reason", "この値は 100 文字以下でなければなりません"),
        ({"kept_version": "0"}, "__all__", "ほかの人が先に更新しました。"),
        ({"merged_version": "x"}, "__all__", "ほかの人が先に更新しました。"),
        ({"merged_version": "9" * 30}, "__all__", "ほかの人が先に更新しました。"),
    ],
)
def test_wrong_press_is_refused_in_words_and_moves_nothing(login, changes, field, sentence):
    merged, kept = two()
    VisitFactory(merged, held(date(2025, 4, 2)))
    before = everything()

    answer = press(login("coordinator"), merged, kept, **changes)

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field][0]
    assert everything() == before


def test_lost_race_shows_the_page_with_the_versions_of_the_next_press(login):
    merged, kept = two()
    browser = login("coordinator")
    fields = typed(browser.get(merge_url(merged, kept)), reason="ご本人に聞いた")
    reread(kept).save(by=UserFactory())

    late = browser.post(merge_url(merged, kept), fields)
    again = browser.post(merge_url(merged, kept), typed(html(late)))

    assert late.status_code == 422
    assert again["Location"] == kept.get_absolute_url()


def test_press_that_lost_to_the_same_press_is_no_fault(login, monkeypatch):
    merged, kept = two()
    browser = login("coordinator")
    fields = typed(browser.get(merge_url(merged, kept)), reason="ご本人に聞いた")

    def first(*args: Any, **kwargs: Any) -> None:
        monkeypatch.undo()
        joined(merged, kept)
        raise StaleVersion

    monkeypatch.setattr("cafe.forms.merging.merge", first)
    answer = browser.post(merge_url(merged, kept), fields)

    assert answer["Location"] == kept.get_absolute_url()


def test_way_back_that_lost_a_race_is_told_so(login, monkeypatch):
    merged, kept = two()
    joined(merged, kept)
    browser = login("coordinator")

    def stale(*args: Any, **kwargs: Any) -> None:
        raise StaleVersion

    monkeypatch.setattr("cafe.forms.merging.part", stale)
    answer = browser.post(url("visitor_unmerge", merged.pk), {})

    assert answer.status_code == 422
    assert "ほかの人が先に更新しました。" in html(answer)


@pytest.mark.parametrize("kind", [*REFUSALS, "nowhere"])
def test_one_that_does_not_stand_has_no_page_to_merge_it(login, kind):
    browser = login("coordinator")
    if kind == "nowhere":
        assert browser.get(url("visitor_merge", 999999)).status_code == 404
        return
    visitor = gone(kind)

    answer = browser.get(url("visitor_merge", visitor.pk), follow=True)

    assert answer.redirect_chain == [(visitor.get_absolute_url(), 302)]
    assert REFUSALS[kind] in html(answer)


def test_no_name_stands_in_a_title_or_message_or_the_trail(login):
    merged, kept = two()
    browser = login("coordinator")
    page = browser.get(merge_url(merged, kept))

    done = browser.post(merge_url(merged, kept), typed(page, reason="ご本人に聞いた"), follow=True)
    back = browser.post(url("visitor_unmerge", merged.pk), {}, follow=True)

    told = [html(each).split("<title>")[1].split("</title>")[0] for each in (page, done, back)]
    told += [str(message) for each in (done, back) for message in each.context["messages"]]
    told += [str(event) for event in AuditEvent.objects.values()]
    assert [word for word in ("ひまわり", "ひまちゃん") if word in "".join(told)] == []


def test_tag_on_which_days_hang_is_refused_with_the_way_to_merge_it(login):
    merged, _ = two()
    VisitFactory(merged, held(date(2025, 4, 2)))

    answer = login("coordinator").get(url("visitor_void", merged.pk), follow=True)

    assert "同じ方の札名が二つあるときは、「別の札名とまとめる」を使ってください。" in html(answer)
