"""書類: what is taken by its bytes, who may take it out, what the trail says, and that a back-up holds it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.models import Document, DocumentFile
from consultations.models.document import MAX_BYTES
from komatsu_support import audit
from komatsu_support.management.archive.tables import Sum, Table
from komatsu_support.models import AuditEvent
from tests.browser import html, typed
from tests.factories import PDF, CaseFactory, ClientFactory, DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def url(name: str, *args: Any) -> str:
    return reverse(f"consultations:{name}", args=args)


def send(browser: Any, client: Any, data: bytes, name: str = "scan.pdf", **changes: Any) -> Any:
    """Bring a paper in, as a person does."""
    page = f"{url('document_create')}?client={client.pk}"
    fields: dict[str, Any] = typed(browser.get(page), title="同意書", kind="consent", **changes)
    return browser.post(page, {**fields, "file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize(
    ("data", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_paper_is_kept_and_comes_back_byte_for_byte(login, data, media_type):
    browser, client = login(), ClientFactory()

    answer = send(browser, client, data, name="名前は信じない.exe")
    document = Document.objects.get()
    taken = browser.get(url("document_download", document.pk))

    assert answer.url == document.get_absolute_url()
    assert (document.client, document.media_type, document.size) == (client, media_type, len(data))
    assert (taken.content, taken["Content-Type"]) == (data, media_type)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ\x90\x00", "scan.pdf"),
        (b"<html><script>alert(1)</script>", "photo.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.jpg"),
        (b"PK\x03\x04", "paper.pdf"),
        (b"", "empty.pdf"),
        (b" %PDF-1.4", "late.pdf"),
    ],
)
def test_what_is_no_pdf_jpeg_or_png_is_refused_whatever_its_name(login, data, name):
    answer = send(login(), ClientFactory(), data, name=name)

    assert (answer.status_code, Document.objects.count(), DocumentFile.objects.count()) == (422, 0, 0)
    assert "file" in answer.context["form"].errors


@pytest.mark.parametrize(("more", "made"), [(0, 1), (1, 0)])
def test_five_megabytes_is_the_most(login, more, made):
    data = PDF.ljust(MAX_BYTES + more, b" ")

    send(login(), ClientFactory(), data)

    assert Document.objects.count() == made


def test_second_press_makes_one_document(login):
    browser, client = login(), ClientFactory()
    page = f"{url('document_create')}?client={client.pk}"
    fields: dict[str, Any] = typed(browser.get(page), title="同意書", kind="consent")

    answers = [browser.post(page, {**fields, "file": SimpleUploadedFile("a.pdf", PDF)}) for _ in range(2)]

    assert {answer.url for answer in answers} == {Document.objects.get().get_absolute_url()}


def test_case_of_another_client_is_refused(login):
    answer = send(login(), ClientFactory(), PDF, case=CaseFactory().pk)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["case"])


def test_download_is_an_attachment_under_our_own_name(login):
    document = DocumentFactory(title='"; filename=evil.html\u202e')

    answer = login().get(url("document_download", document.pk))

    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(f"-{document.pk}.pdf")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")


def test_download_is_in_the_trail_before_the_first_byte(login, monkeypatch):
    browser, document = login(), DocumentFactory()

    browser.get(url("document_download", document.pk))
    event = AuditEvent.objects.get(user=browser.user)

    def no_trail(*args: Any, **kwargs: Any) -> None:
        raise audit.TrailUnavailable

    monkeypatch.setattr(audit, "record", no_trail)
    answer = browser.get(url("document_download", document.pk))

    assert (event.action, event.object_id, event.subject_id) == ("export", document.pk, document.client.pk)
    assert event.basis == "相談員チーム"
    assert (answer.status_code, PDF in answer.content) == (503, False)


@pytest.mark.parametrize("name", ["document_detail", "document_download", "document_void"])
@pytest.mark.parametrize("protection", ["restricted", "sealed"])
def test_paper_of_a_closed_client_is_as_if_there_were_none(login, protection, name):
    document = DocumentFactory(ClientFactory(protection=protection, assigned=[UserFactory()]))

    assert login().get(url(name, document.pk)).status_code == 404


@pytest.mark.parametrize("role", ["counselor", "lead"])
def test_paper_of_a_protected_client_is_taken_by_the_assigned_alone(login, role):
    browser, staff = login(role), login()
    until = timezone.localdate() + timedelta(days=90)
    document = DocumentFactory(ClientFactory(address_protected=True, protected_until=until, staff=staff.user))

    answers = [each.get(url("document_download", document.pk)) for each in (browser, staff)]
    pages = [html(each.get(document.get_absolute_url())) for each in (browser, staff)]

    assert [answer.status_code for answer in answers] == [403, 200]
    assert ["ダウンロード</a>" in page for page in pages] == [False, True]


def test_voided_paper_is_not_taken_out_any_more(login):
    browser, document = login(), DocumentFactory()

    browser.post(url("document_void", document.pk), {"reason": "別の方の書類だった"})

    assert browser.get(url("document_download", document.pk)).status_code == 404
    assert "別の方の書類だった" in html(browser.get(document.get_absolute_url()))


def test_pages_and_history_do_not_carry_the_bytes_along(login):
    browser, document = login(), DocumentFactory()

    with CaptureQueriesContext(connection) as asked:
        browser.get(document.get_absolute_url())
        browser.get(document.client.get_absolute_url())

    assert [query["sql"] for query in asked if "documentfile" in query["sql"]] == []
    assert "data" not in {field.name for field in Document.history.model._meta.fields}


def test_paper_stands_in_the_timeline(login):
    document = DocumentFactory(title="診断書", kind="medical")

    page = login().get(document.client.get_absolute_url())

    (entry,) = page.context["timeline"].entries
    assert (entry.kind, entry.title, entry.url) == ("書類", "診断書など　診断書", document.get_absolute_url())


def test_back_up_holds_every_byte_and_gives_it_back():
    data = b"%PDF-" + bytes(range(256)) * 4000
    DocumentFactory(data=data)
    table = Table(DocumentFile, "default")
    lines, before = list(table.lines()), table.sum()

    table.clear()
    emptied = table.sum()
    table.insert(lines)

    assert (emptied.rows, table.sum()) == (0, before)
    assert bytes(DocumentFile.objects.get().data) == data
    assert isinstance(before, Sum)
