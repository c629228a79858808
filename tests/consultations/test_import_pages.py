"""The pages of 取込: choose a file, look at every row, take it in or leave it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from consultations.imports.beginning import begin
from consultations.imports.checking import PORTION
from consultations.models import Consultation, Import, ImportRow
from komatsu_support.models import AuditEvent
from komatsu_support.reading import Unreadable
from tests.browser import html
from tests.consultations.test_imports import OFFICE, listed, taken_in
from tests.factories import ImportFactory

pytestmark = pytest.mark.django_db


def post(browser, name, imported):
    return browser.post(reverse(f"consultations:import_{name}", args=[imported.pk]))


def choose(browser, data, reason="紙の一覧からの移行"):
    fields = {"file": SimpleUploadedFile("見本花子さんの一覧.xlsx", data), "reason": reason}
    return browser.post(reverse("consultations:import_create"), fields)


def test_file_is_chosen_looked_at_and_taken_in(login):
    browser = login("lead", display_name="主任 みどり")

    preview = browser.get(choose(browser, OFFICE)["Location"])
    imported = Import.objects.get()
    done = browser.get(post(browser, "confirm", imported)["Location"])

    assert "4件を取り込む" in html(preview)
    assert "取り込みました。" in html(done)
    assert dict(done.context["facts"])["登録した相談"] == "4件"
    assert ImportRow.objects.count() == 0


def test_second_press_of_confirm_is_harmless(login):
    browser = login("lead", display_name="主任 みどり")
    choose(browser, OFFICE)
    imported = Import.objects.get()

    first, second = post(browser, "confirm", imported), post(browser, "confirm", imported)

    assert (first["Location"], first.status_code) == (second["Location"], second.status_code)
    assert Consultation.objects.count() == 4


def test_same_file_chosen_again_opens_the_same_preview(login):
    browser = login()

    first, second = choose(browser, OFFICE), choose(browser, OFFICE)

    assert first["Location"] == second["Location"]
    assert Import.objects.count() == 1


def test_file_done_before_is_refused_with_a_link_to_whoever_may_see_it(login):
    browser, other = login("lead", display_name="主任 みどり"), login()
    imported = taken_in(OFFICE, browser.user)

    mine, theirs = choose(browser, OFFICE), choose(other, OFFICE)

    assert [answer.status_code for answer in (mine, theirs)] == [422, 422]
    assert [imported.get_absolute_url() in html(answer) for answer in (mine, theirs)] == [True, False]


def test_reason_is_asked_for(login):
    answer = choose(login(), OFFICE, reason="")

    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"] == ["取り込む理由を入力してください。"]
    assert Import.objects.count() == 0


def test_name_of_the_file_is_kept_nowhere(login):
    browser = login()
    choose(browser, OFFICE)

    kept = [
        str(value)
        for model in (Import, ImportRow)
        for each in model.objects.values()
        for value in each.values()
    ]

    assert [value for value in kept if "見本花子さんの一覧" in value] == []


def test_long_list_shows_how_far_it_is_and_goes_on_by_the_button(login):
    browser = login()
    days = [f"2024-{1 + at // 28 % 12:02d}-{1 + at % 28:02d}" for at in range(PORTION + 1)]
    first = browser.get(choose(browser, listed(*((day, "電話", "DV") for day in days)))["Location"])
    imported = Import.objects.get()

    second = browser.get(post(browser, "check", imported)["Location"])
    third = browser.get(post(browser, "check", imported)["Location"])

    assert "501行のうち 0行を確かめました。" in html(first)
    assert "501行のうち 500行を確かめました。" in html(second)
    assert "501件を取り込む" in html(third)


def test_long_list_goes_on_by_itself(login):
    browser = login()
    days = [f"2024-{1 + at // 28 % 12:02d}-{1 + at % 28:02d}" for at in range(PORTION + 1)]
    choose(browser, listed(*((day, "電話", "DV") for day in days)))
    url = reverse("consultations:import_check", args=[Import.objects.get().pk])

    first, second = (browser.post(url, headers={"HX-Request": "true"}) for _ in range(2))

    assert "501行のうち 500行を確かめました。" in html(first)
    assert second["HX-Refresh"] == "true"


def test_preview_is_in_the_trail_before_it_is_seen(login):
    browser = login()

    browser.get(choose(browser, OFFICE)["Location"])

    event = AuditEvent.objects.latest("number")
    assert (event.action, event.object_type, event.user) == ("view", "consultations.import", browser.user)


def test_lead_sees_the_import_of_another_but_not_its_rows(login):
    imported = ImportFactory(cells={"氏名": "秘密 すみれ"})
    browser = login("lead")

    detail = browser.get(imported.get_absolute_url())
    file = browser.get(reverse("consultations:import_corrected", args=[imported.pk]))
    answers = [post(browser, verb, imported) for verb in ("confirm", "check", "abandon")]

    assert "秘密 すみれ" not in html(detail)
    assert [answer["Location"] for answer in (file, *answers)] == [imported.get_absolute_url()] * 4
    imported.refresh_from_db()
    assert (imported.state, imported.rows.count(), Consultation.objects.count()) == ("checking", 2, 0)


def test_counselor_does_not_find_the_import_of_another(login):
    imported = ImportFactory()
    browser = login("counselor")

    assert browser.get(imported.get_absolute_url()).status_code == 404
    assert post(browser, "confirm", imported).status_code == 404


def test_abandoned_import_forgets_its_rows(login):
    browser = login()
    choose(browser, OFFICE)
    imported = Import.objects.get()

    post(browser, "abandon", imported)

    imported.refresh_from_db()
    assert (imported.state, imported.rows.count(), Consultation.objects.count()) == ("abandoned", 0, 0)


def test_import_left_for_a_day_is_forgotten_by_the_next_visit(login):
    imported = ImportFactory(created_at=timezone.now() - timedelta(days=1, minutes=1))
    waiting = ImportFactory(created_at=timezone.now() - timedelta(hours=23))

    login().get(reverse("consultations:import_list"))

    states = dict(Import.objects.values_list("pk", "state"))
    assert states == {imported.pk: "expired", waiting.pk: "checking"}
    assert (imported.rows.count(), waiting.rows.count()) == (0, 2)


def test_corrected_file_marks_what_is_wrong_and_comes_back(login):
    browser = login("counselor", display_name="見本 一")
    choose(browser, listed(("R6.4.8", "電話", "DV", "=1+1"), ("いつか", "電話", "DV", "例題 なな")))
    imported = Import.objects.get()

    answer = browser.get(reverse("consultations:import_corrected", args=[imported.pk]))

    data = b"".join(answer.streaming_content)
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["直すところ", "相談日", "相談者番号", "氏名", "生年月日", "相談方法", "主訴（◎）"]
    assert rows[1] == ["", "R6.4.8", "", "=1+1", "", "電話", "DV"]
    assert str(rows[2][0]).startswith("相談日: 日付を読み取れません。")
    assert AuditEvent.objects.latest("number").action == "export"
    again = browser.get(choose(browser, data)["Location"])
    assert again.context["counts"]["wrong"] == 1
    assert again.context["head"].remarks == [
        ["", "相談員の列がないので、すべて取り込む人の相談として登録します。"]
    ]


def test_template_is_read_by_the_import_itself(login):
    browser = login("counselor", display_name="見本 一")

    answer = browser.get(reverse("consultations:import_template"))

    data = b"".join(answer.streaming_content)
    sheets = CalamineWorkbook.from_filelike(BytesIO(data))
    assert sheets.sheet_names == ["相談一覧", "選択肢", "書き方"]
    with pytest.raises(Unreadable, match="見出しの下に、取り込む行がありません。"):
        begin(data, "ひな形のまま", browser.user)


def test_upload_too_large_is_refused_without_being_kept(login):
    answer = choose(login(), b"PK" + b"0" * 6_000_000)

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == [
        "ファイルが大きすぎます（5MBまで）。年度ごとなど、いくつかに分けてください。"
    ]
