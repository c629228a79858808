"""Pages of the flyer: what they show, what they offer to whom, and what leaves as a file."""

from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from icalendar import Calendar
from openpyxl import load_workbook

from cafe.models import Flyer
from komatsu_support.models import AuditEvent
from tests.browser import html, typed
from tests.factories import EventFactory, FlyerFactory, OpenDayFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
MAY = date(2025, 5, 1)
DAY: dict[str, Any] = {"starts_at": time(10), "ends_at": time(15), "place": "カフェスペース"}


def url(verb, first=MAY):
    return reverse(f"cafe:flyer_{verb}", args=[first])


def sheet(response):
    """The one sheet of a downloaded workbook."""
    [only] = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets
    return only


def texts(worksheet):
    """Everything written on it."""
    return [cell.value for row in worksheet.iter_rows() for cell in row if cell.value is not None]


# --- the page


def test_menu_leads_to_the_flyer_of_this_month(login):
    assert login("coordinator").get(reverse("cafe:flyer_current"))["Location"] == url("print")


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2025, 5, 19), MAY),
        (date(2025, 5, 20), date(2025, 6, 1)),
        (date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_from_the_twentieth_on_the_flyer_is_that_of_the_next_month(login, today, first, time_machine):
    time_machine.move_to(today)

    assert login("coordinator").get(reverse("cafe:flyer_current"))["Location"] == url("print", first)


def test_flyer_shows_days_events_and_words(login):
    EventFactory(
        OpenDayFactory(held_on=date(2025, 5, 13), **DAY),
        title="ヨガ",
        starts_at=time(10, 30),
        ends_at=time(11, 30),
        needs_booking=True,
    )
    FlyerFactory(MAY, heading="5月のとんとんカフェ", hours="10:00～15:00", fee="無料", booking="")

    text = html(login("coordinator").get(url("print")))

    for words in (
        "5月のとんとんカフェ",
        "10:30～11:30",
        "ヨガ",
        "◆要予約＝前もって申込み",
        "こどもの日",
        "無料",
    ):
        assert words in text
    assert "申込み</dt>" not in text
    assert "banner" not in text.partition('<article class="flyer')[0].partition('id="messages"')[2]


def test_flyer_tells_nothing_of_anybody(login):
    by = UserFactory("coordinator", display_name="担当 はなこ")
    day = OpenDayFactory(
        held_on=date(2025, 5, 7), note="秘密のメモ", staff=[by], heads={"visitor": 37}, meals=37, by=by
    )
    EventFactory(
        day,
        title="ヨガ",
        comment="秘密の様子",
        lecturer="秘密の講師",
        items_needed="秘密の物",
        heads=37,
        by=by,
    )
    OpenDayFactory(held_on=date(2025, 5, 8), state="cancelled", cancel_reason="秘密の理由", by=by)
    browser = login("coordinator")

    paper = html(browser.get(url("print"))).partition("<article")[2].partition("</article>")[0]
    written = "".join(map(str, texts(sheet(browser.get(url("export"))))))

    assert "×休止" in paper
    assert "×休止" in written
    assert [word for word in ("秘密", "はなこ", "37") if word in paper + written] == []


def test_month_without_days_says_the_next_step(login):
    assert "この月の開催日はまだありません" in html(login("coordinator").get(url("print")))


def test_fee_of_an_event_is_printed_and_pointed_out_beside_a_footer_that_says_free(login):
    EventFactory(
        OpenDayFactory(held_on=date(2025, 5, 13), **DAY), title="料理", fee_yen=300, belongings="エプロン"
    )
    FlyerFactory(MAY, fee="無料", hours="10:00～15:00")
    browser = login("coordinator")

    page, _, paper = html(browser.get(url("print"))).partition("<article")

    assert "「無料」と書かれていますが、参加費のある企画があります: 300円" in page
    assert "料理（300円・エプロン）" in paper
    assert "料理（300円・エプロン）" in texts(sheet(browser.get(url("export"))))


@pytest.mark.parametrize("paper", ["portrait", "landscape"])
def test_crowded_month_says_how_small_it_is_and_what_helps(login, paper):
    for number in range(7, 31):
        day = OpenDayFactory(held_on=date(2025, 5, number), **DAY)
        EventFactory.create_batch(5, day, title="こころほぐしからだほぐしのヨガ")
    FlyerFactory(MAY, hours="10:00～15:00")

    response = login("coordinator").get(f"{url('print')}?paper={paper}")

    letters = response.context["letters"]
    assert letters.size < 10
    assert f"1枚に収めるために{letters.size}ポイントにしています" in html(response)
    assert [each for each in response.context["remedies"] if each not in html(response)] == []
    assert "dense" in html(response)


def test_hours_that_the_words_do_not_say_are_pointed_out(login):
    OpenDayFactory(held_on=date(2025, 5, 13), **DAY)
    FlyerFactory(MAY, hours="13:00～16:00")

    text = html(login("coordinator").get(url("print")))

    assert "案内の「時間」を確かめてください" in text
    assert "多くの日の時間: 10:00～15:00" in text


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", "flyer-sheet"),
        ("?paper=portrait", "flyer-sheet"),
        ("?paper=landscape", "flyer-sheet landscape"),
        ("?paper=x", "flyer-sheet"),
    ],
)
def test_paper_lies_as_asked_and_stands_where_nobody_can_read_how(login, query, body):
    assert f'<body class="{body}"' in html(login("coordinator").get(url("print") + query))


def test_manager_reads_the_flyer_and_has_nothing_to_press(login):
    text = html(login("manager").get(url("print")))

    assert "flyer-grid" in text
    assert [word for word in ("Excel出力", "文言を", ".ics", "カレンダー配信") if word in text] == []


@pytest.mark.parametrize(("month", "gone"), [("1900-01", "rel=prev"), ("2099-12", "rel=next")])
def test_ends_of_the_calendar_lead_no_further(login, month, gone):
    text = html(login("coordinator").get(f"/cafe/flyers/{month}/print/"))

    assert gone not in text.replace('"', "")


@pytest.mark.parametrize(
    "month", ["2025-13", "2025-00", "2025-5", "1899-12", "2100-01", "abcd-ef", "２０２５-05"]
)
def test_what_is_no_month_is_no_page(login, month):
    assert login("coordinator").get(f"/cafe/flyers/{month}/print/").status_code == 404


def test_flyer_asks_little_however_much_is_on(login, django_assert_max_num_queries):
    for number in range(7, 31):
        EventFactory.create_batch(2, OpenDayFactory(held_on=date(2025, 5, number)))
    browser = login("coordinator")
    browser.get(url("print"))  # the session is written once a minute

    with django_assert_max_num_queries(5 + 2):  # session and user
        browser.get(url("print"))


# --- its words


def test_new_words_begin_with_the_lines_of_the_month_before_and_a_plain_heading(login):
    FlyerFactory(date(2025, 4, 1), heading="4月のカフェ", contact="電話 0761-00-0000", audience="どなたでも")
    browser = login("coordinator")
    page = f"{reverse('cafe:flyer_create')}?month=2025-05"

    fields = typed(browser.get(page))
    answer = browser.post(page, {**fields, "audience": ""})

    words = Flyer.objects.get(month=MAY)
    assert answer["Location"] == url("print")
    assert (words.heading, words.contact, words.audience) == (
        *("5月のとんとんカフェ", "電話 0761-00-0000"),
        "",
    )


def test_heading_of_the_month_before_is_told_beside_the_box(login):
    FlyerFactory(date(2025, 4, 1), heading="4月のカフェ", lead="")

    fields = login("coordinator").get(f"{reverse('cafe:flyer_create')}?month=2025-05").context["form"].fields

    assert fields["heading"].help_text == "40文字まで。前の月は「4月のカフェ」"
    assert "前の月" not in fields["lead"].help_text


def test_too_long_a_heading_comes_back_whole_with_a_sentence(login):
    words = FlyerFactory(MAY, heading="5月")
    browser = login("coordinator")
    page = reverse("cafe:flyer_edit", args=[words.pk])
    form = html(browser.get(page))
    long = "あ" * 43

    answer = browser.post(page, {**typed(browser.get(page)), "heading": long})

    words.refresh_from_db()
    assert "maxlength" not in form.partition('id="id_heading"')[0].rpartition("<input")[2]
    assert "maxlength" not in form.partition('id="id_heading"')[2].partition(">")[0]
    assert "40文字まで" in form
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {
        "heading": ["40文字までにしてください（いま43文字です）。"]
    }
    assert (typed(answer)["heading"], words.heading) == ([long], "5月")


def test_month_that_has_words_leads_to_them(login):
    words = FlyerFactory(MAY)

    answer = login("coordinator").get(f"{reverse('cafe:flyer_create')}?month=2025-05")

    assert answer["Location"] == reverse("cafe:flyer_edit", args=[words.pk])


def test_second_words_for_a_month_are_refused_in_words(login):
    browser = login("coordinator")
    page = f"{reverse('cafe:flyer_create')}?month=2025-05"
    fields = typed(browser.get(page))
    FlyerFactory(MAY)

    answer = browser.post(page, {**fields, "month": "2025-05-20"})

    assert answer.status_code == 422
    assert "この月の文言は登録されています。" in html(answer)


def test_every_line_but_the_heading_may_be_empty(login):
    words = FlyerFactory(MAY, heading="5月", place="どこか")
    browser = login("coordinator")
    page = reverse("cafe:flyer_edit", args=[words.pk])
    empty = dict.fromkeys([*Flyer.FOOTER, "lead", "note"], "")

    answer = browser.post(page, {**typed(browser.get(page)), **empty})

    words.refresh_from_db()
    assert answer["Location"] == url("print")
    assert (words.heading, words.footer, words.note) == ("5月", [], "")
    assert "※" not in html(browser.get(url("print")))


# --- files


@pytest.mark.parametrize(("query", "orientation"), [("", "portrait"), ("?paper=landscape", "landscape")])
def test_excel_is_one_page_of_a4_whichever_way_it_lies(login, query, orientation):
    day = OpenDayFactory(held_on=date(2025, 5, 13), **DAY)
    EventFactory(day, title="=1+1", starts_at=time(10, 30), needs_booking=True)
    EventFactory(day, title="茶話会", starts_at=time(13), ends_at=time(14))
    FlyerFactory(MAY, heading="5月のとんとんカフェ", contact="=HYPERLINK(1)", note="変わることがあります")

    response = login("coordinator").get(url("export") + query)

    written = sheet(response)
    assert written.page_setup.orientation == orientation
    assert (written.page_setup.fitToWidth, written.page_setup.fitToHeight) == (1, 1)
    assert (written.page_setup.paperSize, written.sheet_properties.pageSetUpPr.fitToPage) == (9, True)
    found = texts(written)
    assert found[:6] == ["5月のとんとんカフェ", *"月火水木金"]
    assert found[found.index("5 休") :][:7] == [
        "5 休",
        "6 休",
        "7 休",
        "8 休",
        "9 休",
        "こどもの日",
        "みどりの日 振替休日",
    ]
    assert found[found.index("13 ○") :][:5] == [
        *("13 ○", "14 休", "15 休", "16 休"),
        "10:30～\n◆要予約 =1+1\n13:00～14:00\n茶話会",
    ]
    assert found[-3:] == ["問合せ", "=HYPERLINK(1)", "※ 変わることがあります"]
    assert {cell.data_type for row in written.iter_rows() for cell in row} == {"s", "n"}
    assert "%E4%BA%88%E5%AE%9A%E8%A1%A8_202505.xlsx" in response["Content-Disposition"]


def test_calendar_file_has_one_month_and_is_noted(login):
    for on in (date(2025, 4, 30), date(2025, 5, 13), date(2025, 6, 2)):
        OpenDayFactory(held_on=on)
    browser = login("coordinator")

    response = browser.get(url("calendar"))

    days = [entry.start for entry in Calendar.from_ical(response.content).events]
    event = AuditEvent.objects.filter(user=browser.user).latest("number")
    assert days == [date(2025, 5, 13)]
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="tonton-cafe-2025-05.ics"'
    assert (event.action, event.object_type, event.count) == ("export", "cafe.openday", 1)


def test_no_calendar_file_leaves_a_hidden_screen(login):
    browser = login("coordinator")
    browser.post(reverse("screen_hide"))
    before = AuditEvent.objects.count()

    answer = browser.get(url("calendar"))

    assert answer.status_code == 409
    assert AuditEvent.objects.count() == before
