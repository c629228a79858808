"""up, seed_demo, create_admin, verify_trail: exit 0 or 2, a sentence for every refusal, nothing half-written."""

import socket
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.db.models import Sum

from cafe.models import AgeHeads, Attendance, OpenDay
from consultations.models import Client, Consultation, SearchTail
from komatsu_support.fiscal import fiscal_year
from komatsu_support.management.sample import WRITTEN, NoOpenDay, load
from komatsu_support.models import AuditEvent, OfficeDay, Term, User
from referrals.models import Conference, Referral
from tests import trail
from tests.factories import AgencyFactory, ClientFactory

MORNING = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
TODAY = MORNING.date()


@pytest.fixture
def morning():
    """A November morning of 2026."""
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def development(settings):
    """DEBUG, as in an unconfigured checkout."""
    settings.DEBUG = True


def run(*words: str) -> str:
    """What the command writes to stdout."""
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def refusal(*words: str) -> tuple[int, str]:
    """The exit code and the sentence of a command that refuses."""
    with pytest.raises(CommandError) as caught:
        run(*words)
    return caught.value.returncode, str(caught.value)


def figures(year: int) -> list[int]:
    period = fiscal_year(year)
    return [
        Consultation.objects.counted().in_period(period).count(),
        OpenDay.objects.held().in_period(period).with_heads().aggregate(sum=Sum("heads"))["sum"],
        Referral.objects.connected().in_period(period).count(),
        Conference.objects.individual().in_period(period).count(),
    ]


def content() -> dict[str, list[Any]]:
    """Every sample row in words: keys of other rows as their submission, account or code."""
    names: dict[type[models.Model], dict[int, object]] = {
        User: dict(User.objects.values_list("pk", "username")),
        Term: {pk: (kind, code) for pk, kind, code in Term.objects.values_list("pk", "kind", "code")},
    }
    for model in WRITTEN:
        names[model] = dict(model._base_manager.values_list("pk", "submission"))
    found = {}
    kinds: list[type[models.Model]] = [*WRITTEN, Attendance, AgeHeads, *_ticks()]
    for kind in kinds:
        fields = [field for field in kind._meta.concrete_fields if not field.primary_key]
        found[kind._meta.label] = sorted(
            str(
                [
                    names[f.related_model][v] if v and f.related_model else v
                    for f, v in zip(fields, row, strict=True)
                ]
            )
            for row in kind._base_manager.values_list(*(field.attname for field in fields))
        )
    return found


def _ticks() -> list[type[models.Model]]:
    return [getattr(model, field.name).through for model in WRITTEN for field in model._meta.many_to_many]


# --- seed_demo


@pytest.mark.django_db
def test_seed_demo_twice_on_one_day_gives_the_same_rows():
    contents = []
    for _ in range(2):
        with transaction.atomic():
            load(2025, seed=4, today=TODAY)
            contents.append(content())
            transaction.set_rollback(True)

    assert contents[0] == contents[1]
    assert len(contents[0]["consultations.Consultation"]) > 600


@pytest.mark.django_db
def test_seed_demo_with_another_seed_gives_other_rows_and_the_same_figures():
    contents, counted = [], []
    for seed in (1, 2):
        with transaction.atomic():
            load(2025, seed=seed, today=TODAY)
            contents.append(content()["consultations.Client"])
            counted.append(figures(2025))
            transaction.set_rollback(True)

    assert contents[0] != contents[1]
    assert counted == [[185, 919, 11, 10], [185, 919, 11, 10]]


@pytest.mark.django_db
@pytest.mark.parametrize("today", ["2026-04-01", "2026-09-30"])
def test_running_year_has_the_exact_figures_however_few_its_days(today):
    load(2026, seed=1, today=datetime.fromisoformat(today).date())

    assert figures(2026) == [185, 919, 11, 10]
    assert figures(2027) == [0, None, 0, 0]


@pytest.mark.django_db
def test_year_that_begins_on_a_weekend_is_refused_until_the_office_opens():
    with pytest.raises(NoOpenDay):
        load(2028, seed=1, today=datetime(2028, 4, 1).date())

    assert not OfficeDay.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("morning", "development")
@pytest.mark.parametrize("year", ["2020", "2027", "-1"])
def test_seed_demo_refuses_a_year_out_of_reach(year):
    code, sentence = refusal("seed_demo", f"--year={year}")

    assert (code, sentence) == (
        2,
        "--year は2021から2026までの西暦で指定してください。(--year must be between 2021 and 2026)",
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("development")
def test_seed_demo_refuses_a_database_with_a_record():
    AgencyFactory()

    assert refusal("seed_demo") == (
        2,
        "空のデータベースにだけ入れられます。支援機関の記録があります。(the database is not empty)",
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("development")
def test_seed_demo_refuses_a_database_with_an_account(user):
    user("admin")

    assert refusal("seed_demo") == (
        2,
        "空のデータベースにだけ入れられます。アカウント1件があります。(the database is not empty)",
    )


@pytest.mark.django_db
def test_seed_demo_refuses_without_debug():
    code, sentence = refusal("seed_demo")

    assert (code, sentence) == (
        2,
        "見本の記録は DEBUG=true のときだけ入れられます。(sample data needs DEBUG)",
    )
    assert not User.objects.exclude(username="system").exists()


@pytest.mark.django_db
def test_seed_demo_that_fails_on_the_way_leaves_nothing():
    Term.objects.filter(kind="response", code="listen").update(code="gone")

    with pytest.raises(KeyError):
        load(2025, seed=1, today=TODAY)

    assert not User.objects.exclude(username="system").exists()
    assert not OfficeDay.objects.exists()
    assert not AuditEvent.objects.exists()


# --- up


@pytest.mark.django_db
@pytest.mark.usefixtures("morning", "development")
def test_up_prepares_an_empty_database_and_says_who_may_sign_in():
    said = run("up", "--no-serve")

    assert figures(2025) == [185, 919, 11, 10]
    assert OfficeDay.objects.in_period(fiscal_year(2027)).count() == 366
    assert "見本のアカウント（開発用。パスワードはすべて tonton-sample-2025）" in said
    assert "  lead         主任相談員（見本 主任）" in said


@pytest.mark.django_db
@pytest.mark.usefixtures("morning", "development")
def test_up_again_changes_nothing():
    run("up", "--no-serve")
    before = AuditEvent.objects.count(), content()

    run("up", "--no-serve")

    assert (AuditEvent.objects.count(), content()) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("morning", "development")
def test_up_leaves_a_database_with_records_as_it_is():
    AgencyFactory()

    said = run("up", "--no-serve")

    assert "見本" not in said
    assert not User.objects.active().exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("morning")
def test_up_without_debug_makes_the_calendar_and_no_sample():
    said = run("up", "--no-serve")

    assert OfficeDay.objects.count() == 365 + 366
    assert "見本" not in said
    assert not User.objects.active().exists()


def test_up_refuses_to_serve_without_debug():
    code, sentence = refusal("up")

    assert code == 2
    assert sentence.startswith("本番では --no-serve で準備だけを行い、gunicorn で動かしてください。")


@pytest.mark.usefixtures("development")
def test_up_refuses_a_port_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code, sentence = refusal("up", f"--port={port}")

    assert code == 2
    assert sentence.startswith(f"ポート{port}は使われています。")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_up_refuses_what_is_no_port(port):
    with pytest.raises(CommandError, match="1から65535までの数字"):
        run("up", f"--port={port}")


# --- create_admin


@pytest.mark.django_db
def test_create_admin_makes_an_administrator_with_the_password_it_prints():
    said = run("create_admin", "kanri", "--name=見本 管理者")

    password = said.split("表示します）: ")[1].split("\n")[0]
    made = User.objects.get(username="kanri")
    assert (made.role, made.display_name, made.is_active) == ("admin", "見本 管理者", True)
    assert len(password) == 20
    assert made.check_password(password)
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.user) == ("account", made.pk, User.objects.system())


@pytest.mark.django_db
def test_create_admin_takes_the_password_from_stdin_and_does_not_print_it(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("nagai-aikotoba-2026\nnext line\n"))

    said = run("create_admin", "kanri", "--name=見本 管理者", "--password-stdin")

    assert User.objects.get(username="kanri").check_password("nagai-aikotoba-2026")
    assert "nagai-aikotoba-2026" not in said


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "mijikai-7", "123456789012345", "kanri-kanri-kanri"])
def test_create_admin_refuses_a_weak_password(monkeypatch, password):
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))

    code, _ = refusal("create_admin", "kanri-kanri", "--name=見本", "--password-stdin")

    assert code == 2
    assert not User.objects.filter(username="kanri-kanri").exists()


@pytest.mark.django_db
def test_create_admin_refuses_a_second_active_administrator(user):
    user("admin")

    code, sentence = refusal("create_admin", "kanri", "--name=見本")

    assert (code, sentence) == (
        2,
        "有効なシステム管理者がいます。アカウントの画面で追加してください。(an active admin exists)",
    )


@pytest.mark.django_db
def test_create_admin_helps_an_office_whose_only_administrator_was_deactivated(user):
    user("admin", is_active=False)

    run("create_admin", "kanri", "--name=見本")

    assert User.objects.active().get().username == "kanri"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "name"), [("a b", "見本"), ("kanri", " "), ("taken", "見本"), ("x" * 51, "見本")]
)
def test_create_admin_refuses_a_username_or_name_that_the_page_would_refuse(user, username, name):
    user("counselor", username="taken")

    code, _ = refusal("create_admin", username, f"--name={name}")

    assert code == 2
    assert not User.objects.filter(role="admin").exists()


# --- verify_trail


@pytest.mark.django_db
def test_verify_trail_prints_rows_and_head():
    AgencyFactory()

    said = run("verify_trail")

    head = AuditEvent.objects.get().mac
    assert said == f"証跡に誤りはありません。\nrows 1\nhead {head}\n"


@pytest.mark.django_db
def test_verify_trail_says_a_sentence_for_every_fault():
    AgencyFactory.create_batch(3)
    with trail.lifted():
        AuditEvent.objects.filter(number=1).update(basis="somebody else")
        AuditEvent.objects.filter(number=3).delete()

    code, sentences = refusal("verify_trail")

    assert code == 2
    assert sentences.splitlines() == [
        "通番 1 の証跡が書き換えられているか、順序が違います。",
        "証跡の末尾が切り取られています（3 まであるはずが 2 まで）。",
    ]


# --- rebuild_search


@pytest.mark.django_db
def test_rebuild_search_renews_what_differs_and_leaves_the_rest():
    lost, right = ClientFactory(name="見本 花子"), ClientFactory(name="架空 いろは")
    kept = set(SearchTail.objects.filter(client=right).values_list("pk", flat=True))
    SearchTail.objects.filter(client=lost).delete()

    said = run("rebuild_search"), run("rebuild_search")

    assert said == (
        "相談者 2人を調べ、1人の検索語を作り直しました。\n",
        "相談者 2人を調べ、0人の検索語を作り直しました。\n",
    )
    assert list(Client.objects.found_by("見本花子")) == [lost]
    assert set(SearchTail.objects.filter(client=right).values_list("pk", flat=True)) == kept
