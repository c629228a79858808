"""The trail: it refuses to be changed, and a change by somebody who gets past the refusal is found."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import include, path, reverse

from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, OfficeDay, Term, TrailHead
from komatsu_support.pages import allowed, detail_page
from tests import trail
from tests.browser import typed
from tests.factories import OfficeDayFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db

EVERY_ENGINE = {
    "update": "UPDATE komatsu_support_auditevent SET basis = 'x' WHERE number = 2",
    "update of a mac": "UPDATE komatsu_support_auditevent SET mac = '' WHERE number = 2",
    "update of a number": "UPDATE komatsu_support_auditevent SET number = 99 WHERE number = 2",
    "insert or update": """INSERT INTO komatsu_support_auditevent
        SELECT * FROM komatsu_support_auditevent WHERE number = 2
        ON CONFLICT (number) DO UPDATE SET basis = 'x'""",
    "delete": "DELETE FROM komatsu_support_auditevent WHERE number = 2",
    "delete of all": "DELETE FROM komatsu_support_auditevent",
}
THIS_ENGINE = {
    "sqlite": {
        "replace": """REPLACE INTO komatsu_support_auditevent
            SELECT * FROM komatsu_support_auditevent WHERE number = 2""",
        "insert or replace": """INSERT OR REPLACE INTO komatsu_support_auditevent
            SELECT * FROM komatsu_support_auditevent WHERE number = 2""",
        "update or replace": "UPDATE OR REPLACE komatsu_support_auditevent SET number = 2 WHERE number = 3",
    },
    "postgresql": {
        "truncate": "TRUNCATE komatsu_support_auditevent",
        "truncate of all": "TRUNCATE komatsu_support_auditevent CASCADE",
        "merge": """MERGE INTO komatsu_support_auditevent a
            USING (SELECT * FROM komatsu_support_auditevent WHERE number = 2) b ON a.number = b.number
            WHEN MATCHED THEN UPDATE SET basis = 'x'""",
    },
}
REFUSED = {**EVERY_ENGINE, **THIS_ENGINE[connection.vendor]}


def five_events():
    """A trail of five rows, each of another kind."""
    by = UserFactory(role="lead")
    term = Term.objects.first()
    audit.record("login", by=by)
    audit.record("list", by=by, kind=Term, count=25, basis="絞り込み")
    audit.record("change", by=by, on=term, fields=["order", "label"])
    audit.record("login_failed", by=None, on=by)
    audit.record("logout", by=by)
    connection.check_constraints()  # PostgreSQL truncates no table with a deferred check pending
    return list(AuditEvent.objects.order_by("number"))


def faults():
    return audit.verify().faults


# --- writing


def test_event_says_who_in_which_role_did_what_to_which_record():
    by = UserFactory(role="lead")
    term = TermFactory()

    event = audit.record("change", by=by, on=term, fields=["order", "label"], basis="依頼による")

    stored = AuditEvent.objects.get(number=event.number)
    assert (stored.user, stored.role, stored.action) == (by, "lead", "change")
    assert (stored.object_type, stored.object_id) == ("komatsu_support.term", term.pk)
    assert (stored.fields, stored.basis) == (["label", "order"], "依頼による")


def test_event_of_a_request_carries_its_address_and_number(login):
    day = OfficeDayFactory()
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])

    admin.post(url, typed(admin.get(url), reason="開所記念日"), REMOTE_ADDR="192.0.2.7")

    event = AuditEvent.objects.get(action="change")
    assert event.address == "192.0.2.7"
    assert len(event.request_id) == 36


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP"])
def test_address_that_a_browser_claims_for_itself_is_not_believed(header):
    browser = Client(REMOTE_ADDR="192.0.2.7", headers={header: "8.8.8.8"})

    browser.post("/accounts/login/", {"login": "nobody", "password": "wrong-key-of-cafe"})

    assert AuditEvent.objects.get(action="login_failed").address == "192.0.2.7"


def test_address_behind_a_proxy_is_the_one_that_the_proxy_saw(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    browser = Client(REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": "8.8.8.8, 192.0.2.7"})

    browser.post("/accounts/login/", {"login": "nobody", "password": "wrong-key-of-cafe"})

    assert AuditEvent.objects.get(action="login_failed").address == "192.0.2.7"


def test_events_are_numbered_without_a_gap():
    events = five_events()

    assert [event.number for event in events] == [1, 2, 3, 4, 5]


def test_event_of_a_transaction_that_fails_leaves_no_gap():
    @transaction.atomic
    def look_and_fail():
        audit.record("view", by=UserFactory())
        raise KeyError

    with pytest.raises(KeyError):
        look_and_fail()

    assert audit.record("view", by=UserFactory()).number == 1


# --- refusing


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_database_refuses_to_change_the_trail(statement):
    before = five_events()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert [event.mac for event in AuditEvent.objects.order_by("number")] == [each.mac for each in before]
    assert faults() == []


@pytest.fixture
def forgetful_program():
    """A connection without the setting that lets a REPLACE fire the trigger of a DELETE."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        yield
        cursor.execute("PRAGMA recursive_triggers=ON")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no REPLACE")
@pytest.mark.parametrize("name", ["replace", "insert or replace"])
def test_row_is_not_replaced_by_a_program_that_knows_nothing_of_our_settings(forgetful_program, name):
    five_events()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REFUSED[name])

    assert faults() == []


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_without_triggers_the_same_statement_passes(statement):
    five_events()

    with trail.lifted(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        changed = cursor.rowcount

    assert changed != 0


# --- finding


def test_trail_as_it_was_written_verifies():
    events = five_events()

    assert audit.verify() == audit.Verdict(rows=5, head=events[-1].mac, faults=[])


def test_empty_trail_verifies():
    assert audit.verify() == audit.Verdict(rows=0, head="", faults=[])


def test_trail_that_grows_while_it_is_read_verifies(monkeypatch):
    last = five_events()[-1]
    reckon = AuditEvent.chained_to

    def meanwhile(event, previous_mac):
        monkeypatch.undo()
        audit.record("login", by=last.user)  # as another process would
        return reckon(event, previous_mac)

    monkeypatch.setattr(AuditEvent, "chained_to", meanwhile)

    verdict = audit.verify()

    assert (verdict.rows, verdict.faults) == (6, [])


def other(field, value):
    """Another value of the field's kind."""
    match field:
        case models.DateTimeField():
            return value + timedelta(microseconds=1)
        case models.ForeignKey():
            return UserFactory().pk
        case models.JSONField():
            return [*value, "more"]
        case models.IntegerField():
            return (value or 0) + 7
    return f"x{value}"[: field.max_length]


@pytest.mark.parametrize(
    "name", [f.attname for f in AuditEvent._meta.concrete_fields if f.attname not in ("number",)]
)
def test_edited_row_is_found_whatever_was_edited(name):
    third = five_events()[2]
    field = next(f for f in AuditEvent._meta.concrete_fields if f.attname == name)

    with trail.lifted():
        AuditEvent.objects.filter(number=3).update(**{name: other(field, getattr(third, name))})

    assert "通番 3 の証跡が書き換えられているか、順序が違います。" in faults()


def test_removed_row_is_found():
    five_events()

    with trail.lifted():
        AuditEvent.objects.filter(number=3).delete()

    assert "通番 3 から 3 までの証跡がありません。" in faults()


def test_removed_row_is_found_though_the_gap_was_closed():
    five_events()

    with trail.lifted():
        AuditEvent.objects.filter(number=3).delete()
        for number in (4, 5):
            AuditEvent.objects.filter(number=number).update(number=number - 1)

    assert faults() == [
        "通番 3 の証跡が書き換えられているか、順序が違います。",
        "通番 4 の証跡が書き換えられているか、順序が違います。",
        "証跡の末尾が切り取られています（5 まであるはずが 4 まで）。",
    ]


def test_swapped_rows_are_found():
    five_events()

    with trail.lifted():
        for was, now in ((2, 99), (3, 2), (99, 3)):
            AuditEvent.objects.filter(number=was).update(number=now)

    assert faults() == [
        f"通番 {number} の証跡が書き換えられているか、順序が違います。" for number in (2, 3, 4)
    ]


def test_first_row_removed_is_found():
    five_events()

    with trail.lifted():
        AuditEvent.objects.filter(number=1).delete()

    assert faults()[0] == "通番 1 から 1 までの証跡がありません。"


def test_cut_off_tail_is_found():
    five_events()

    with trail.lifted():
        AuditEvent.objects.filter(number__gte=4).delete()

    assert faults() == ["証跡の末尾が切り取られています（5 まであるはずが 3 まで）。"]


def test_cut_off_tail_is_found_though_the_head_was_moved():
    third = five_events()[2]

    with trail.lifted():
        AuditEvent.objects.filter(number__gte=4).delete()
    TrailHead.objects.update(number=3, mac=third.mac)

    assert faults() == ["証跡の末尾の印がないか、書き換えられています。"]


@pytest.mark.parametrize("seal", ["", "0" * 64])
def test_emptied_trail_is_found_though_an_empty_head_stands_beside(seal):
    five_events()

    with trail.lifted():
        AuditEvent.objects.all().delete()
    TrailHead.objects.update(number=0, mac="", seal=seal)

    assert faults() == ["証跡の末尾の印がないか、書き換えられています。"]


def test_removed_head_is_found():
    five_events()

    TrailHead.objects.all().delete()

    assert faults() == ["証跡の末尾の印がないか、書き換えられています。"]


def test_replaced_row_is_found():
    second, third = five_events()[1:3]
    third.user, third.basis = UserFactory(), "別人の行い"
    third.mac = third.chained_to(second.mac)[::-1]  # the best that can be done without the key

    with trail.lifted():
        AuditEvent.objects.filter(number=3).delete()
        third.save(force_insert=True)

    assert "通番 3 の証跡が書き換えられているか、順序が違います。" in faults()


def test_whole_chain_written_anew_with_another_key_is_found(settings):
    events = five_events()
    key = settings.TRAIL_KEY

    settings.TRAIL_KEY = "a key of the burglar's own"
    with trail.lifted():
        AuditEvent.objects.all().delete()
        mac = ""
        for event in events[:4]:
            event.mac = mac = event.chained_to(mac)
            event.save(force_insert=True)
    head = TrailHead(pk=1, number=4, mac=mac)
    head.seal = head.sealed()
    head.save()
    forged = faults()
    settings.TRAIL_KEY = key

    assert forged == []
    assert len(faults()) == 5


def test_row_that_was_only_added_at_the_end_is_found():
    last = five_events()[-1]

    AuditEvent(number=6, at=last.at, action="view", mac="0" * 64).save(force_insert=True)

    assert faults() == [
        "通番 6 の証跡が書き換えられているか、順序が違います。",
        "証跡の末尾が切り取られています（5 まであるはずが 6 まで）。",
    ]


# --- no trail, no page


@allowed("komatsu_support.manage_terms")
def secret_detail(request: Request):
    return detail_page(request, Term.objects.all()[0], [("氏名", "秘密の氏名")], personal=True)


urlpatterns = [
    path("secret/", secret_detail, name="secret_detail"),
    path("", include("komatsu_support.urls")),
]


def squat():
    """Put a row where the next event belongs, so that it cannot be written."""
    number = TrailHead.objects.get().number + 1
    AuditEvent(number=number, at="2025-06-02T00:00Z", action="view", mac="").save(force_insert=True)


def behead():
    TrailHead.objects.all().delete()


@pytest.mark.urls(__name__)
def test_personal_page_is_a_look_in_the_trail(login):
    admin = login("admin")

    answer = admin.get("/secret/")

    event = AuditEvent.objects.get(action="view")
    assert answer.status_code == 200
    assert (event.user, event.object_type) == (admin.user, "komatsu_support.term")


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("spoil", [squat, behead])
def test_personal_page_is_not_served_when_the_trail_cannot_be_written(login, spoil):
    admin = login("admin")
    spoil()

    answer = admin.get("/secret/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "秘密の氏名" not in answer.content.decode()


@pytest.mark.parametrize("spoil", [squat, behead])
def test_record_is_not_stored_when_the_trail_cannot_be_written_and_its_text_comes_back(login, spoil):
    day = OfficeDayFactory()
    admin = login("admin")
    url = reverse("officeday_edit", args=[day.pk])
    data = typed(admin.get(url), reason="開所記念日")
    spoil()

    answer = admin.post(url, data)

    assert answer.status_code == 503
    assert typed(answer)["reason"] == ["開所記念日"]
    assert OfficeDay.objects.get().version == 1


@pytest.mark.parametrize("spoil", [squat, behead])
def test_nobody_gets_in_when_the_trail_cannot_be_written(spoil, db):
    UserFactory(role="admin", username="admin", password="tonton-cafe-no-kagi-7")
    browser = Client()
    spoil()

    answer = browser.post(reverse("account_login"), {"login": "admin", "password": "tonton-cafe-no-kagi-7"})

    assert answer.status_code == 503
    assert browser.get(reverse("term_list")).status_code == 302
