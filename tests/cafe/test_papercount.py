"""正の字の用紙: what is printed, what is typed in and checked, and what stands beside it without being added."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from cafe.comparison import comparison
from cafe.models import OpenDay, PaperCount
from komatsu_support.models import AuditEvent
from tests.browser import html, typed
from tests.factories import (
    EventFactory,
    OpenDayFactory,
    PaperCountFactory,
    TabletFactory,
    VisitFactory,
    VisitorFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)
AGREES = "種類ごとの人数を足した数と合いません。用紙の正の字と合計を数え直してください。"


def url(name, *args):
    return reverse(f"cafe:{name}", args=args)


@pytest.fixture
def day():
    return OpenDayFactory(held_on=TODAY, place="カフェスペース", starts_at=time(10), ends_at=time(15))


def create(browser, day, **strokes):
    """Type a sheet in."""
    page = f"{url('papercount_create')}?day={day.pk}"
    return browser.post(page, typed(browser.get(page), **strokes))


def errors(response):
    return response.context["form"].errors.get_json_data()


def sentences(response):
    """What the form says, by field."""
    return {name: [each["message"] for each in told] for name, told in errors(response).items()}


def actions(response):
    """What the page of the day offers to do with the sheet."""
    return {action["label"]: action["url"] for action in response.context["paper"]["actions"]}


def lines(table):
    return [[cell.text for cell in line.cells] for line in table.lines()]


# --- the paper


def test_paper_bears_the_day_its_place_and_its_events(login, day):
    EventFactory(day, title="笑いヨガ", starts_at=time(13, 30))
    EventFactory(day, title="取り消した企画").void("誤り", by=day.created_by)

    text = html(login("manager").get(url("papercount_print", day.pk)))

    for words in ("令和7年5月8日（木）", "カフェスペース", "10:00～15:00", "13:30　笑いヨガ"):
        assert words in text
    assert "取り消した企画" not in text


def test_paper_has_a_row_for_everybody_who_counts_and_a_total_to_check(login, day):
    context = login("coordinator").get(url("papercount_print", day.pk)).context

    assert context["counted"] == ["初めて", "いつもの", "子ども", "利用者企画者", "利用者講師"]
    assert context["others"] == ["外部講師", "ボランティア", "職員", "見学"]
    assert [context["bands"][0], context["bands"][-1], len(context["bands"])] == ["20歳未満", "80歳以上", 8]
    assert [*context["fives"]][-1] == 60


def test_blank_paper_has_no_date(login):
    text = html(login("coordinator").get(url("papercount_blank")))

    assert "（日付なし）" in text
    assert "令和7年" not in text


def test_voided_day_has_no_paper(login, day):
    day.void("二重登録", by=day.created_by)

    assert login("coordinator").get(url("papercount_print", day.pk)).status_code == 404


def test_tomorrows_paper_is_that_of_the_next_day_planned(login, day):
    OpenDayFactory(held_on=TODAY + timedelta(days=1), state="cancelled")
    coming = OpenDayFactory(held_on=TODAY + timedelta(days=4))
    OpenDayFactory(held_on=TODAY + timedelta(days=5))

    response = login("coordinator").get(url("papercount_next"))

    assert response["Location"] == url("papercount_print", coming.pk)


def test_tomorrows_paper_is_blank_where_no_day_is_planned(login, day):
    assert login("coordinator").get(url("papercount_next"))["Location"] == url("papercount_blank")


@pytest.mark.parametrize("page", ["home", "cafe:openday_list"])
def test_tomorrows_paper_is_one_press_away(login, page):
    assert url("papercount_next") in html(login("coordinator").get(reverse(page)))


# --- its transcription


def test_sheet_is_kept_with_its_total_and_ages(login, day):
    coordinator = login("coordinator")

    response = create(
        coordinator, day, first=2, regular=5, child="", user_planner="１", control_total=8, staff=3, age_30s=4
    )

    paper = PaperCount.objects.get()
    assert response["Location"] == day.get_absolute_url()
    assert [paper.first, paper.regular, paper.child, paper.user_planner, paper.user_lecturer] == [
        2,
        5,
        0,
        1,
        0,
    ]
    assert [paper.control_total, paper.staff, paper.ages, paper.created_by] == [
        8,
        3,
        {"30s": 4},
        coordinator.user,
    ]
    assert "ages" in AuditEvent.objects.get(action="create", object_type="cafe.papercount").fields
    assert paper.history.get().ages == {"30s": 4}


def test_boxes_begin_empty_and_stand_in_the_order_of_the_sheet(login, day):
    form = login("coordinator").get(f"{url('papercount_create')}?day={day.pk}").context["form"]

    names = [
        name
        for name in typed(login("coordinator").get(url("papercount_create")))
        if name in PaperCount.COUNTED
    ]
    assert {form[name].value() for name in (*PaperCount.COUNTED, "control_total", *PaperCount.OTHERS)} == {
        None
    }
    assert names == list(PaperCount.COUNTED)


def test_day_on_which_nobody_came_is_a_sheet_of_zero(login, day):
    assert create(login("coordinator"), day, control_total=0).status_code == 302
    assert PaperCount.objects.get().control_total == 0


def test_total_that_is_not_typed_is_asked_for(login, day):
    assert list(sentences(create(login("coordinator"), day, first=2))) == ["control_total"]


@pytest.mark.parametrize("total", [6, 8, 0])
def test_total_of_the_sheet_must_agree_with_its_rows(login, day, total):
    response = create(login("coordinator"), day, first=2, regular=5, control_total=total, staff=1)

    assert [response.status_code, sentences(response)] == [422, {"control_total": [AGREES]}]
    assert not PaperCount.objects.exists()


def test_ages_never_go_beyond_those_who_count(login, day):
    response = create(login("coordinator"), day, regular=3, control_total=3, staff=5, age_30s=2, age_70s=2)

    assert sentences(response) == {"age_30s": ["年代の合計を、数える人の合計（3人）までにしてください。"]}


def test_ages_may_be_as_many_as_those_who_count(login, day):
    assert create(login("coordinator"), day, regular=3, control_total=3, age_30s=3).status_code == 302


@pytest.mark.parametrize("value", ["-1", "1000", "99999", "1.5", "五"])
def test_strokes_are_a_number_a_sheet_can_have(login, day, value):
    assert list(sentences(create(login("coordinator"), day, regular=value, control_total=1))) == ["regular"]


def test_largest_sheet_is_refused_in_words_on_every_engine(login, day):
    full = dict.fromkeys(PaperCount.COUNTED, 999)

    assert create(login("coordinator"), day, **full, control_total=4994).status_code == 422
    assert create(login("coordinator"), day, **full, control_total=4995).status_code == 302


def test_second_sheet_of_a_day_is_refused_at_the_day(login, day):
    PaperCountFactory(day, regular=3)

    response = create(login("coordinator"), day, regular=3, control_total=3)

    assert sentences(response) == {
        "open_day": ["この日の正の字表は入力されています。その日の画面から修正してください。"]
    }


def test_sheet_taken_back_makes_room_for_another(login, day):
    PaperCountFactory(day, regular=3).void("別の日の用紙", by=day.created_by)

    assert create(login("coordinator"), day, regular=2, control_total=2).status_code == 302


def test_day_to_come_has_no_strokes_yet(login):
    coming = OpenDayFactory(held_on=TODAY + timedelta(days=1))

    response = create(login("coordinator"), coming, regular=2, control_total=2)

    assert sentences(response) == {"open_day": ["開催日の当日から入力できます。"]}


def test_list_of_days_has_past_ones_that_were_not_cancelled(login, day):
    OpenDayFactory(held_on=TODAY - timedelta(days=1), state="cancelled")
    OpenDayFactory(held_on=TODAY + timedelta(days=1))
    OpenDayFactory(held_on=TODAY - timedelta(days=40))
    past = OpenDayFactory(held_on=TODAY - timedelta(days=2))

    form = login("coordinator").get(url("papercount_create")).context["form"]

    assert list(form.fields["open_day"].queryset) == [day, past]


@pytest.mark.parametrize("asked", ["x", "0", "999999999999999999999", "1'"])
def test_page_withstands_nonsense_for_a_day(login, day, asked):
    assert login("coordinator").get(f"{url('papercount_create')}?day={asked}").status_code == 200


def test_correction_is_kept_with_what_was_before(login, day):
    paper = PaperCountFactory(day, regular=3, ages={"30s": 2, "70s": 1})
    coordinator = login("coordinator")
    page = url("papercount_edit", paper.pk)

    response = coordinator.post(page, typed(coordinator.get(page), first=1, control_total=4, age_30s=""))

    paper.refresh_from_db()
    assert response["Location"] == day.get_absolute_url()
    assert [paper.first, paper.control_total, paper.ages] == [1, 4, {"70s": 1}]
    assert [each.ages for each in paper.history.order_by("history_id")] == [{"30s": 2, "70s": 1}, {"70s": 1}]


# --- beside taps and 札名


def test_sheet_taps_and_name_tags_stand_side_by_side(day):
    PaperCountFactory(day, first=1, regular=4, child=2, user_planner=1, user_lecturer=1)
    TabletFactory(day, taps={"first": 2, "regular": 3, "child": 2, "helper": 1})
    VisitFactory(open_day=day)
    VisitFactory(open_day=day, role="user_planner")
    VisitFactory(open_day=day).void("別の方だった", by=day.created_by)

    table = comparison(day, PaperCount.objects.get())
    assert table is not None

    assert table.head == ["種類", "用紙", "端末", "札名"]
    assert lines(table) == [
        ["初めて", "1", "2", "－"],
        ["いつもの", "4", "3", "－"],
        ["利用者（初めて＋いつもの）", "5", "5", "1"],
        ["子ども", "2", "2", "0"],
        ["担い手（企画者＋講師）", "2", "1", "1"],
        ["数える人の合計", "9", "8", "2"],
    ]
    assert table.note == (
        "たがいに足すことはありません。札名は、名のある方だけの人数です。"
        "用紙と端末の合計が1人違います。締める前に確かめてください。"
    )


def test_sheet_that_agrees_with_the_taps_needs_no_word(day):
    PaperCountFactory(day, regular=2)
    TabletFactory(day, taps={"regular": 2})

    table = comparison(day, PaperCount.objects.get())

    assert table is not None
    assert table.note == "たがいに足すことはありません。"


def test_tag_of_a_visitor_taken_back_is_not_compared(day):
    visitor = VisitorFactory()
    VisitFactory(visitor, day)
    visitor.void("二重登録", by=day.created_by)

    assert comparison(day, None) is None


def test_taps_stand_beside_the_boxes_while_the_sheet_is_typed_in(login, day):
    TabletFactory(day, taps={"regular": 3})

    compared = login("coordinator").get(f"{url('papercount_create')}?day={day.pk}").context["compared"]

    assert [compared.head, lines(compared)[5]] == [["種類", "端末"], ["数える人の合計", "3"]]


# --- the page of the day


def test_day_without_a_sheet_offers_to_type_it_in_and_to_print(login, day):
    response = login("coordinator").get(day.get_absolute_url())

    assert actions(response) == {
        "用紙の数を入力": f"{url('papercount_create')}?day={day.pk}",
        "この日の用紙を印刷": url("papercount_print", day.pk),
        "明日の用紙": url("papercount_next"),
    }


def test_day_to_come_offers_to_print_alone(login):
    coming = OpenDayFactory(held_on=TODAY + timedelta(days=1))

    assert list(actions(login("coordinator").get(coming.get_absolute_url()))) == ["この日の用紙を印刷"]


@pytest.mark.parametrize("fate", ["cancelled", "voided"])
def test_day_that_was_not_held_has_no_strokes_to_type_in(login, fate):
    day = OpenDayFactory(held_on=date(2025, 5, 7), **({"state": fate} if fate == "cancelled" else {}))
    if fate == "voided":
        day.void("二重登録", by=day.created_by)

    offered = list(actions(login("coordinator").get(day.get_absolute_url())))

    assert offered == {"cancelled": ["この日の用紙を印刷"], "voided": []}[fate]


def test_sheet_leads_to_the_closing(login, day):
    paper = PaperCountFactory(day, first=1, regular=4, lecturer=1, ages={"30s": 2})

    response = login("coordinator").get(day.get_absolute_url())

    assert actions(response) == {
        "この用紙の数で締める": url("openday_close", day.pk),
        "用紙を修正する": url("papercount_edit", paper.pk),
        "用紙を取り消す": url("papercount_void", paper.pk),
        "明日の用紙": url("papercount_next"),
    }
    assert [each["kind"] for each in response.context["paper"]["actions"]] == [
        "primary",
        "secondary",
        "danger",
        "secondary",
    ]
    assert response.context["paper"]["facts"] == [
        ("利用者企画者・利用者講師", "0人・0人"),
        ("数えない人", "外部講師 1人"),
        ("年代", "30代 2人"),
    ]


def test_sheet_of_a_closed_day_closes_nothing_and_changes_no_heads(login):
    day = OpenDayFactory(held_on=TODAY, heads={"visitor": 3})
    PaperCountFactory(day, regular=9)

    response = login("coordinator").get(day.get_absolute_url())

    assert "この用紙の数で締める" not in actions(response)
    assert response.context["heads"] == 3
    assert OpenDay.objects.held().with_heads().get().heads == 3


def test_manager_reads_the_sheet_and_has_nothing_to_press_but_print(login, day):
    manager = login("manager")
    before = list(actions(manager.get(day.get_absolute_url())))
    PaperCountFactory(day, regular=4)

    after = manager.get(day.get_absolute_url())

    assert [before, list(actions(after))] == [["この日の用紙を印刷", "明日の用紙"], ["明日の用紙"]]
    assert lines(after.context["paper"]["table"])[5] == ["数える人の合計", "4"]


def test_voided_sheet_is_gone_from_the_page_of_the_day(login, day):
    paper = PaperCountFactory(day, regular=4)
    coordinator = login("coordinator")

    response = coordinator.post(url("papercount_void", paper.pk), {"reason": "別の日の用紙"})

    assert response["Location"] == day.get_absolute_url()
    assert coordinator.get(day.get_absolute_url()).context["paper"]["table"] is None
