"""The lists of the desk: what stands in a row on the screen, and what leaves the office in a file."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from python_calamine import CalamineWorkbook

from consultations.models import Case, Client, Consultation
from consultations.sheets import case_sheet, client_sheet, consultation_sheet
from tests.factories import CaseFactory, ClientFactory, ConsultationFactory, UserFactory

pytestmark = pytest.mark.django_db


def row(sheet):
    """The first row by column."""
    record = sheet.rows.get()
    return dict(zip(sheet.head, sheet.cells(record), strict=True))


def test_consultation_reads_as_the_office_speaks():
    client = ClientFactory(name="", alias="みほんさん", age_band="40s")
    staff = UserFactory(display_name="見本 相談員")
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7), method="phone", staff=staff, minutes=20)

    assert row(consultation_sheet(Consultation.objects.all())) == {
        "相談日": date(2025, 5, 7),
        "相談者": "みほんさん",
        "方法": "電話",
        "主訴": "こころの不調・不安",
        "年代": "40代",
        "新規・継続": "新規",
        "相談員": "見本 相談員",
        "分": 20,
        "件数": 1,
    }


def test_uncounted_and_voided_talks_add_nothing_to_the_column():
    ConsultationFactory(is_countable=False)
    ConsultationFactory().void("まちがい", by=UserFactory())

    sheet = consultation_sheet(Consultation.objects.all())

    assert [sheet.cells(each)[-1] for each in sheet.rows] == [0, 0]


@time_machine.travel("2026-05-08T03:00:00Z")
def test_client_is_listed_with_her_age_today_her_case_and_her_last_talk():
    staff = UserFactory(display_name="見本 相談員")
    client = ClientFactory(name="秘密 すみれ", birth_date=date(1986, 5, 8), staff=staff)
    CaseFactory(client, opened_on=date(2024, 5, 1), status="watch")
    CaseFactory(client, opened_on=date(2025, 5, 1), closed_on=date(2025, 6, 1))
    ConsultationFactory(client=client, consulted_on=date(2025, 5, 7))
    ConsultationFactory(client=client, consulted_on=date(2025, 4, 7))

    assert row(client_sheet(Client.objects.all())) == {
        "番号": client.number,
        "相談者": "秘密 すみれ",
        "保護": "",
        "担当": "見本 相談員",
        "年代": "40代",
        "支援ケース": "見守り",
        "最後の相談日": date(2025, 5, 7),
    }


def test_list_marks_whom_to_be_careful_with():
    ClientFactory(protection="restricted", address_protected=True, protected_until=date(2027, 3, 31))

    assert row(client_sheet(Client.objects.all()))["保護"] == "▲支援措置 ◆閲覧制限"


def test_case_is_listed_with_its_end():
    CaseFactory(ClientFactory(name="秘密 すみれ"), opened_on=date(2025, 5, 1), closed_on=date(2025, 6, 1))

    assert row(case_sheet(Case.objects.all())) == {
        "開始日": date(2025, 5, 1),
        "相談者": "秘密 すみれ",
        "処遇": "終結",
        "担当": "",
        "終了日": date(2025, 6, 1),
        "終結理由": "主訴解消",
    }


@pytest.mark.parametrize("noun", ["consultation", "client", "case"])
def test_file_has_the_number_and_neither_name_nor_way_nor_text(login, noun):
    client = ClientFactory(
        name="秘密 すみれ",
        name_kana="ヒミツ スミレ",
        alias="はなちゃん",
        phone="0761-00-4321",
        address="架空町九丁目",
        note="聞かれては困ること",
    )
    case = CaseFactory(client, policy="聞かれては困ること")
    ConsultationFactory(case=case, content="聞かれては困ること", next_plan="聞かれては困ること")

    answer = login().get(reverse(f"consultations:{noun}_export") + "?year=all")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))

    text = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    secrets = ("秘密 すみれ", "ヒミツ", "はなちゃん", "0761-00-4321", "架空町", "聞かれては困ること")
    assert (client.number in text, [each for each in secrets if each in text]) == (True, [])
