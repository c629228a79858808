"""取込: an office's own list becomes consultations, whole or not at all, once."""

import threading
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from consultations.imports.beginning import AlreadyDone, begin
from consultations.imports.entering import ChangedMeanwhile, enter
from consultations.models import Client, Consultation, Import, settle_visits
from komatsu_support import audit
from komatsu_support.models import AuditEvent, StaleVersion
from komatsu_support.reading import Unreadable
from tests.consultations.hostile_files import packed, parts, row, sheet
from tests.factories import (
    BreakGlassFactory,
    CaseFactory,
    ClientFactory,
    ConsultationFactory,
    OpenDayFactory,
    UserFactory,
)

FILES = Path(__file__).parent / "import_files"
OFFICE = (FILES / "office.xlsx").read_bytes()  # written by hand as XML, not from the columns of the product
TICKS = (FILES / "ticks.xls").read_bytes()  # written by LibreOffice from a table typed by hand

pytestmark = pytest.mark.django_db


def listed(*rows, head=("相談日", "方法", "主訴", "氏名", "生年月日", "相談者番号")):
    """A file of these rows below the head."""
    lines = [row(number, *texts) for number, texts in enumerate(rows, 2)]
    return packed(parts(sheet(row(1, *head), *lines)))


def taken_in(data, user, reason="紙の一覧からの移行"):
    imported = begin(data, reason, user)
    assert enter(imported, user), remarks(imported)
    return imported


def remarks(imported):
    """What was said of the rows: number, column, sentence."""
    rows = imported.rows.exclude(state="head").order_by("number")
    return [(each.number, label, said) for each in rows for label, said in each.remarks]


def whose(imported):
    return list(imported.rows.exclude(state="head").order_by("number").values_list("whose", flat=True))


# --- an office's own sheets


def test_office_s_own_sheet_is_read_past_title_gap_and_total(user):
    lead = user("lead", display_name="主任 みどり")

    taken_in(OFFICE, lead)

    assert list(
        Consultation.objects.order_by("pk").values_list(
            "consulted_on", "client__name", "method__code", "minutes", "main_topic__code", "age_band", "visit_type"
        )
    ) == [
        (date(2024, 4, 8), "見本 花子", "in_person", 45, "dv", "60s", "new"),
        (date(2024, 4, 9), "見本 花子", "phone", 20, "dv", "60s", "continuing"),
        (date(2024, 4, 10), None, "phone", 15, "womens_health", "60s", "new"),
        (date(2024, 4, 11), "例題 なな", "online", 60, "work", "30s", "new"),
    ]  # fmt: skip


def test_office_s_own_sheet_makes_one_client_of_one_person(user):
    lead = user("lead", display_name="主任 みどり")

    taken_in(OFFICE, lead)

    assert list(
        Client.objects.order_by("pk").values_list(
            "number", "name", "name_kana", "birth_date", "first_contact_on"
        )
    ) == [
        ("R6-0001", "見本 花子", "ミホン ハナコ", date(1963, 5, 3), date(2024, 4, 8)),
        ("R6-0002", "例題 なな", "レイダイ ナナ", date(1990, 1, 15), date(2024, 4, 11)),
    ]
    assert set(Client.objects.values_list("staff", flat=True)) == {lead.pk}
    assert set(Client.objects.values_list("phone", "address")) == {("", "")}


def test_topics_of_a_sheet_are_ticked_main_one_included(user):
    lead = user("lead", display_name="主任 みどり")

    taken_in(OFFICE, lead)

    first = Consultation.objects.earliest("pk")
    assert sorted(first.terms.values_list("code", flat=True)) == ["dv", "economic", "housing"]
    assert first.content == "夫からの暴力について。"


def test_old_file_with_ticked_columns_is_read(user):
    imported = begin(TICKS, "紙の一覧からの移行", user())

    cells = {each.number: each.cells for each in imported.rows.all()}
    assert cells[4]["内容（○）"] == "◎ＤＶ、住まい"
    assert cells[6]["内容（○）"] == "◎住まい、仕事"
    assert cells[4]["開始時刻"] == "10:30"
    assert sorted(cells) == [3, 4, 5, 6]
    assert remarks(imported) == [(5, "数えない理由", "件数に数えない理由を入力してください。")]


def test_preview_says_what_is_not_read(user):
    imported = begin(OFFICE, "紙の一覧からの移行", user())

    assert imported.rows.get(state="head").remarks == [
        ["", "読まない列: No.、電話番号、備考"],
        ["", "結合されたセルがあります。結合の左上のほかは空欄として読みます。"],
    ]


# --- the rules of the forms


@pytest.mark.parametrize(
    ("head", "text", "column", "sentence"),
    [
        ("相談日", "R6.13.1", "相談日", "2024年13月1日という日はありません。日付を確かめてください。"),
        ("相談日", "", "相談日", "相談日を入力してください。"),
        ("相談日", "R60.1.1", "相談日", "1900年1月1日から2027年5月8日までの日付を入力してください。"),
        ("相談日", "R7.12.1", "相談日", "今日までの日付を入力してください。"),
        ("相談日", "45390", "相談日", "日付ではなく数値（45390）になっています。セルの表示形式を日付にしてください。"),
        ("方法", "", "相談方法", "相談方法を選んでください。"),
        ("主訴", "", "主訴（◎）", "主訴（◎）を1つ選んでください。"),
        ("所要時間", "たくさん", "所要時間（分）", "所要時間を読み取れません。45 や 45分 のように、分で入力してください。"),
        ("所要時間", "13:00", "所要時間（分）", "所要時間を読み取れません。45 や 45分 のように、分で入力してください。"),
        ("所要時間", "1441", "所要時間（分）", "所要時間は1440分までで入力してください。"),
        ("開始時刻", "25:00", "開始時刻", "時刻は 10:30 のように入力してください。"),
        ("開始時刻", "朝", "開始時刻", "時刻を読み取れません。13:30 のように入力してください。"),
        ("相談員", "誰か", "相談員", "「誰か」という相談員は登録されていません。アカウントの氏名で書いてください。"),
        ("相談員", "", "相談員", "相談員を入力してください。"),
        ("緊急度", "特大", "緊急度", "「特大」は選べません。緊急（即日対応）、高、中、低 から選んでください。"),
        ("件数", "いいえ", "数えない理由", "件数に数えない理由を入力してください。"),
        ("氏名カナ", "abc", "氏名カナ", "カナで入力してください。"),
        ("相談者番号", "R6-9999", "相談者番号", "この番号の相談者は見つかりません。番号（例 R6-0012）を確かめてください。"),
        ("カフェの日", "R7.5.1", "カフェの日", "この日のカフェ開催日は登録されていません。日付を確かめてください。"),
        ("内容", "◎DV、◎住まい", "内容（○）", "◎は1つだけ付けてください。"),
        ("児童虐待", "たぶん", "児童虐待の疑い", "「たぶん」は読めません。「はい」か「いいえ」を入力してください。"),
    ],
)  # fmt: skip
def test_cell_that_breaks_a_rule_is_named_with_a_sentence(user, eighth_of_may, head, text, column, sentence):
    given = {"相談日": "R7.5.1", "方法": "電話", "主訴": "DV", "氏名": "見本 花子"}
    given = {**given, **({"主訴": ""} if head == "内容" else {}), head: text}

    imported = begin(listed(tuple(given.values()), head=tuple(given)), "紙の一覧からの移行", user())

    assert (2, column, sentence) in remarks(imported)
    assert not enter(imported, imported.created_by)
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize(
    ("head", "text", "field", "value"),
    [
        ("相談日", "令和７年５月１日（木）", "consulted_on", date(2025, 5, 1)),
        ("相談日", "2025-05-01 10:00", "consulted_on", date(2025, 5, 1)),
        ("所 要 時 間", "１時間15分", "minutes", 75),
        ("所要時間", "0:45", "minutes", 45),
        ("方法", "来所", "method__code", "in_person"),
        ("方法", "ＰＨＯＮＥ", "method__code", "phone"),
        ("年齢", "63歳", "age_band", "60s"),
        ("年代", "６０歳代", "age_band", "60s"),
        ("年代", "90代", "age_band", "80p"),
        ("DV", "現在", "dv", "current"),
        ("職種", "助産師", "profession", "midwife"),
        ("経路", "市役所各課", "source__code", "city"),
        ("区分", "親", "caller__code", "parent"),
        ("新規継続", "再来", "visit_type", "returning"),
        ("数えない理由", "機関との連絡だけ", "is_countable", False),
        ("カフェの日", "R7.4.30", "open_day__held_on", date(2025, 4, 30)),
        ("主な相談", "病気・健康・障がい", "main_topic__code", "health"),
    ],
)  # fmt: skip
def test_cell_is_read_however_it_is_written(user, eighth_of_may, head, text, field, value):
    OpenDayFactory(held_on=date(2025, 4, 30))
    given = {"相談日": "R7.5.1", "方法": "電話", "主訴": "DV"}
    if head in ("主な相談", "数えない理由"):
        given["主訴"] = ""
    if head == "主な相談":
        del given["主訴"]

    taken_in(listed(tuple({**given, head: text}.values()), head=tuple({**given, head: text})), user())

    assert Consultation.objects.values_list(field, flat=True).get() == value


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("日付", "氏名"), ("R6.4.8", "見本")], "「相談日」と「相談方法」の列が見つかりません。"),
        ([("相談日", "方法", "日付"), ("R6.4.8", "電話", "")], "「相談日」として読める列が2つあります"),
        ([("相談日", "方法")], "見出しの下に、取り込む行がありません。"),
    ],
)
def test_sheet_that_is_no_list_is_refused_in_words(user, rows, sentence):
    head, *rest = rows

    with pytest.raises(Unreadable, match=sentence):
        begin(listed(*rest, head=head), "紙の一覧からの移行", user())

    assert Import.objects.count() == 0


# --- whose row it is


def test_known_client_is_found_by_name_and_birth_date(user):
    client = ClientFactory(name="見本 花子", birth_date=date(1963, 5, 3), name_kana="ミホン ハナコ")
    imported = begin(listed(("R6.4.8", "電話", "DV", "見本花子", "S38.5.3")), "紙の一覧からの移行", user())

    enter(imported, imported.created_by)

    assert Consultation.objects.get().client == client
    assert Client.objects.count() == 1


def test_known_client_is_named_by_number(user):
    client = ClientFactory(name="見本 花子")

    taken_in(listed(("R6.4.8", "電話", "DV", "", "", f" {client.number.lower()} ")), user())

    assert Consultation.objects.get().client == client


def test_number_of_somebody_else_is_an_error(user):
    client = ClientFactory(name="見本 花子")

    imported = begin(
        listed(("R6.4.8", "電話", "DV", "別の 人", "", client.number)), "紙の一覧からの移行", user()
    )

    assert remarks(imported) == [
        (2, "相談者番号", "この番号の方と氏名が違います。番号か氏名を確かめてください。")
    ]


def test_two_clients_alike_are_an_error(user):
    one, other = (ClientFactory(name="見本 花子", birth_date=date(1963, 5, 3)) for _ in range(2))

    imported = begin(listed(("R6.4.8", "電話", "DV", "見本 花子", "S38.5.3")), "紙の一覧からの移行", user())

    said = f"同じ氏名・生年月日の相談者が複数います（{one.number}、{other.number}）。相談者番号の列に番号を書いてください。"
    assert remarks(imported) == [(2, "相談者番号", said)]


def test_name_alone_attaches_to_nobody_and_says_so(user):
    client = ClientFactory(name="見本 花子", birth_date=date(1963, 5, 3))

    imported = begin(listed(("R6.4.8", "電話", "DV", "見本 花子", "")), "紙の一覧からの移行", user())

    said = f"同じ名前の相談者（{client.number}）がいます。同じ方なら相談者番号の列に番号を書いてください。"
    assert remarks(imported) == [(2, "", said)]
    assert whose(imported) == ["新しい相談者"]


@pytest.mark.parametrize("protection", ["restricted", "sealed"])
@pytest.mark.parametrize("by_number", [True, False])
def test_client_closed_to_the_person_does_not_exist(user, protection, by_number):
    somebody = user()
    client = ClientFactory(
        name="見本 花子", birth_date=date(1963, 5, 3), protection=protection, assigned=[somebody]
    )
    nobody = "R1-9999"
    line = ("R6.4.8", "電話", "DV", "見本 花子", "S38.5.3")

    seen = begin(listed((*line, client.number if by_number else "")), "紙の一覧からの移行", user())
    unknown = begin(listed(("R6.4.9", *line[1:], nobody if by_number else "")), "紙の一覧からの移行", user())

    assert remarks(seen) == remarks(unknown)
    assert whose(seen) == whose(unknown)


def test_rows_without_a_birth_date_join_the_one_of_their_name(user):
    taken_in(
        listed(("R6.4.8", "電話", "DV", "見本 花子", ""), ("R6.4.9", "電話", "DV", "見本花子", "S38.5.3")),
        user(),
    )

    client = Client.objects.get()
    assert (client.birth_date, client.consultations.count()) == (date(1963, 5, 3), 2)


def test_two_people_of_one_name_stay_two(user):
    rows = [
        ("R6.4.8", "電話", "DV", "見本 花子", "S38.5.3"),
        ("R6.4.9", "電話", "DV", "見本 花子", "S40.1.1"),
    ]

    taken_in(listed(*rows), user())

    assert Client.objects.count() == 2


def test_list_that_grows_keeps_its_people(user):
    person = user()
    rows = [("R6.4.8", "電話", "DV", "見本 花子"), ("R6.5.8", "電話", "DV", "見本 花子")]
    taken_in(listed(rows[0]), person)

    taken_in(listed(*rows), person)

    assert Client.objects.get().consultations.count() == 2
    assert list(Consultation.objects.order_by("pk").values_list("visit_type", flat=True)) == [
        "new",
        "continuing",
    ]


def test_birth_date_of_somebody_without_a_name_leaves_the_age(user):
    taken_in(listed(("R6.4.8", "電話", "DV", "匿名", "S38.5.3")), user())

    talk = Consultation.objects.get()
    assert (talk.client, talk.age_band) == (None, "60s")


# --- counting


def test_visit_types_follow_the_order_of_days_not_of_rows(user):
    rows = [
        ("R6.4.9", "電話", "DV", "見本 花子"),
        ("R6.4.8", "電話", "DV", "見本 花子"),
        ("R7.4.20", "電話", "DV", "見本 花子"),
    ]

    taken_in(listed(*rows), user())

    assert list(Consultation.objects.order_by("consulted_on").values_list("visit_type", flat=True)) == [
        "new",
        "continuing",
        "returning",
    ]


def test_visit_type_of_a_known_client_counts_what_is_stored(user):
    case = CaseFactory(opened_on=date(2024, 4, 1))
    ConsultationFactory(case=case, consulted_on=date(2024, 4, 1))

    imported = taken_in(listed(("R6.4.8", "電話", "DV", "", "", case.client.number)), user())

    assert imported.consultations.get().visit_type == "continuing"


def test_row_before_what_is_stored_is_noted(user):
    talk = ConsultationFactory(consulted_on=date(2025, 4, 1))

    imported = begin(listed(("R6.4.8", "電話", "DV", "", "", str(talk.client))), "紙の一覧からの移行", user())

    assert remarks(imported) == [
        (2, "", "この方にはこの日より後の相談記録があります。そちらの新規・継続は、記録から決め直します。")
    ]


def test_later_talk_follows_the_rule_once_an_earlier_one_is_taken_in(user):
    talk = ConsultationFactory(consulted_on=date(2025, 4, 1))

    taken_in(listed(("R6.4.8", "電話", "DV", "", "", str(talk.client))), user())

    talk.refresh_from_db()
    assert talk.visit_type == "continuing"


def test_untimed_row_comes_last_of_its_day_as_among_talks_written_here(user):
    me, head = user(), ("相談日", "開始時刻", "方法", "主訴", "氏名")
    same_day = [("R6.4.8", "", "電話", "DV", "見本 しの"), ("R6.4.8", "10:00", "面談", "DV", "見本 しの")]

    taken_in(listed(*same_day, head=head), me)

    talks = Consultation.objects.order_by("started_at").values_list("method__code", "visit_type")
    assert set(talks) == {("in_person", "new"), ("phone", "continuing")}
    assert settle_visits(Client.objects.get(), by=me) == 0


@pytest.mark.parametrize("closed", ["disposed", "glass"])
def test_grown_list_is_taken_in_though_a_file_is_closed_since(user, closed):
    me, first, later = user(), ("R6.4.8", "電話", "DV", "見本 しの"), ("R6.5.8", "電話", "DV", "見本 しの")
    her = taken_in(listed(first), me).consultations.get().client
    if closed == "disposed":
        her.disposed_on = date(2025, 4, 1)
    else:
        her.protection, her.staff = Client.Protection.RESTRICTED, user()
        BreakGlassFactory(her, by=me)
    her.save(by=me)

    imported = taken_in(listed(first, later), me)

    assert (imported.known, imported.added) == (1, 1)
    assert imported.consultations.get().client != her


def test_talks_of_somebody_who_does_another_job_now_are_hers(user):
    boss = user("manager", display_name="元相談 みどり", profession="phn")

    data = listed(("R6.4.8", "電話", "DV", "元相談 みどり"), head=("相談日", "方法", "主訴", "相談員"))
    imported = taken_in(data, user())

    assert imported.consultations.get().staff == boss


def test_equal_rows_of_one_file_are_two_consultations(user):
    same = ("R6.4.8", "電話", "DV")

    imported = begin(listed(same, same), "紙の一覧からの移行", user())
    enter(imported, imported.created_by)

    assert Consultation.objects.count() == 2


# --- history and trail


def test_every_record_has_its_history_and_its_event(user):
    lead = user("lead", display_name="主任 みどり")

    imported = taken_in(OFFICE, lead, "令和6年度の移行")

    talk = Consultation.objects.earliest("pk")
    client = talk.client
    assert client is not None
    memory = talk.history.get()
    assert memory.ticked == {"terms": sorted(talk.terms.values_list("pk", flat=True)), "co_staff": []}
    assert (memory.client_id, memory.history_user, memory.import_key) == (client.pk, lead, talk.import_key)
    assert client.history.get().number == client.number
    events = AuditEvent.objects.filter(action="create", basis="取込").order_by("number")
    assert [(e.object_type, e.object_id, e.subject_id) for e in events] == [
        *(("consultations.client", c.pk, c.pk) for c in Client.objects.order_by("pk")),
        *(("consultations.consultation", t.pk, t.client_id) for t in Consultation.objects.order_by("pk")),
    ]
    import_events = AuditEvent.objects.filter(action="import", object_id=imported.pk)
    assert set(import_events.values_list("basis", flat=True)) == {"令和6年度の移行"}


def test_trail_stands_after_an_import(user):
    taken_in(OFFICE, user("lead", display_name="主任 みどり"))

    assert audit.verify().faults == []


def test_new_files_are_numbered_after_those_there_are(user):
    ClientFactory(first_contact_on=date(2024, 5, 1))

    taken_in(listed(("R6.4.8", "電話", "DV", "見本 花子"), ("R5.4.8", "電話", "DV", "例題 いろは")), user())

    assert sorted(Client.objects.values_list("number", flat=True)) == ["R5-0001", "R6-0001", "R6-0002"]


# --- once, whole, or not at all


def test_same_file_twice_adds_nothing(user):
    person = user("lead", display_name="主任 みどり")
    taken_in(OFFICE, person)

    with pytest.raises(AlreadyDone, match="このファイルは既に取り込まれています。"):
        begin(OFFICE, "もう一度", user())

    assert (Consultation.objects.count(), Client.objects.count()) == (4, 2)


def test_same_row_in_another_file_is_known(user):
    person = user()
    taken_in(listed(("R6.4.8", "電話", "DV", "見本 花子")), person)

    again = listed(
        ("見本　花子", "2024/4/8", "ＤＶ", "電 話"),
        ("", "R6.4.9", "DV", "電話"),
        head=("氏名", "日付", "主訴", "方法"),
    )
    imported = begin(again, "紙の一覧からの移行", person)
    enter(imported, person)

    imported.refresh_from_db()
    assert (imported.added, imported.known) == (1, 1)
    assert Consultation.objects.count() == 2


def test_voided_record_stays_known_and_the_preview_says_so(user):
    person = user()
    taken_in(listed(("R6.4.8", "電話", "DV")), person)
    Consultation.objects.get().void("取り違え", by=person)

    imported = begin(listed(("R6.4.8", "電話", "DV"), ("R6.4.9", "電話", "DV")), "紙の一覧からの移行", person)

    assert remarks(imported) == [(2, "", "取込済みで、その後取り消されています。もう一度は登録しません。")]


def test_wrong_row_keeps_every_row_out(user):
    imported = begin(listed(("R6.4.8", "電話", "DV"), ("いつか", "電話", "DV")), "紙の一覧からの移行", user())

    assert not enter(imported, imported.created_by)
    assert (Consultation.objects.count(), Client.objects.count()) == (0, 0)
    imported.refresh_from_db()
    assert imported.is_open


def test_fault_in_the_middle_takes_everything_back(user, monkeypatch):
    person = user("lead", display_name="主任 みどり")
    imported = begin(OFFICE, "紙の一覧からの移行", person)
    events = AuditEvent.objects.count()
    remember, last = Consultation._memory, date(2024, 4, 11)
    monkeypatch.setattr(
        Consultation,
        "_memory",
        lambda talk, *args: 1 / 0 if talk.consulted_on == last else remember(talk, *args),
    )

    with pytest.raises(ZeroDivisionError):
        enter(imported, person)

    monkeypatch.undo()
    imported = Import.objects.get()
    assert (Consultation.objects.count(), Client.objects.count()) == (0, 0)
    assert (AuditEvent.objects.count(), imported.state, imported.rows.count()) == (events, "checking", 5)


def test_client_closed_between_check_and_entry_takes_everything_back(user, monkeypatch):
    person = user()
    client = ClientFactory(name="見本 花子")
    imported = begin(listed(("R6.4.8", "電話", "DV", "", "", client.number)), "紙の一覧からの移行", person)
    check = enter.__globals__["_check_all"]

    def check_then_close(*args):
        checked = check(*args)
        client.void("取り違え", by=person)
        return checked

    monkeypatch.setitem(enter.__globals__, "_check_all", check_then_close)

    with pytest.raises(ChangedMeanwhile):
        enter(imported, person)

    assert Consultation.objects.count() == 0


def test_same_rows_entered_by_another_meanwhile_take_everything_back(user, monkeypatch):
    first, second = user(), user()
    mine = begin(listed(("R6.4.8", "電話", "DV"), ("R6.4.9", "電話", "DV")), "紙の一覧からの移行", first)
    check = enter.__globals__["_check_all"]

    def check_then_be_overtaken(*args):
        checked = check(*args)
        monkeypatch.setitem(enter.__globals__, "_check_all", check)
        taken_in(listed(("R6.4.9", "電話", "DV")), second)
        return checked

    monkeypatch.setitem(enter.__globals__, "_check_all", check_then_be_overtaken)

    with pytest.raises(ChangedMeanwhile):
        enter(mine, first)

    assert Consultation.objects.count() == 1


def test_second_confirmation_of_what_has_ended_enters_nothing(user):
    person = user("lead", display_name="主任 みどり")
    imported = begin(OFFICE, "紙の一覧からの移行", person)
    same = Import.objects.get(pk=imported.pk)
    enter(imported, person)

    with pytest.raises(StaleVersion):
        enter(same, person)

    assert Consultation.objects.count() == 4


def test_confirmation_overtaken_after_its_check_enters_nothing(user, monkeypatch):
    person = user("lead", display_name="主任 みどり")
    imported = begin(OFFICE, "紙の一覧からの移行", person)
    check = enter.__globals__["_check_all"]

    def check_then_be_overtaken(*args):
        checked = check(*args)
        monkeypatch.setitem(enter.__globals__, "_check_all", check)
        enter(Import.objects.get(), person)
        return checked

    monkeypatch.setitem(enter.__globals__, "_check_all", check_then_be_overtaken)

    with pytest.raises(StaleVersion):
        enter(imported, person)

    assert Consultation.objects.count() == 4


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_make_one_import():
    person = UserFactory("lead", display_name="主任 みどり")
    imported = begin(OFFICE, "紙の一覧からの移行", person)
    outcome: list[object] = []
    barrier = threading.Barrier(2)

    def confirm():
        mine = Import.objects.get(pk=imported.pk)
        barrier.wait()
        try:
            outcome.append(enter(mine, person))
        except StaleVersion:
            outcome.append("second")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcome)) == ["True", "second"]
    assert (Consultation.objects.count(), Client.objects.count()) == (4, 2)
