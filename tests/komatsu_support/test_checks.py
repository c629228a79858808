"""What would be silently wrong at run time is found at start."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from komatsu_support.checks import (
    TRIGGERS,
    database_keeps_its_promises,
    missing_triggers,
    settings_are_known_words,
)
from komatsu_support.models import AuditEvent
from tests import trail

SQLITE, POSTGRESQL = (connection.vendor == vendor for vendor in ("sqlite", "postgresql"))
TABLE = AuditEvent._meta.db_table


def found():
    return [(each.id, each.msg) for each in database_keeps_its_promises(databases=["default"])]


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_database_as_migrated_keeps_every_promise():
    assert found() == []


@pytest.mark.django_db
def test_checks_are_registered():
    with trail.lifted():
        told = {each.id for each in run_checks(databases=["default"])}

    assert "komatsu_support.E001" in told


@pytest.mark.django_db
@pytest.mark.parametrize("name", TRIGGERS[connection.vendor])
def test_missing_trigger_is_an_error(name):
    trail.lift()
    trail.guard()
    run(f"DROP TRIGGER {name}" + ("" if SQLITE else f" ON {TABLE}"))

    assert found() == [("komatsu_support.E001", f"証跡を守るトリガー {name} がありません。")]


@pytest.mark.django_db
@pytest.mark.skipif(not POSTGRESQL, reason="SQLite cannot disable a trigger")
@pytest.mark.parametrize("name", TRIGGERS["postgresql"])
def test_disabled_trigger_is_as_good_as_missing(name):
    run(f"ALTER TABLE {TABLE} DISABLE TRIGGER {name}")

    assert missing_triggers() == [name]


@pytest.mark.django_db
@pytest.mark.skipif(not SQLITE, reason="only SQLite rebuilds a table to change it")
def test_table_rebuilt_without_its_triggers_is_found():
    run("CREATE TABLE rebuilt AS SELECT * FROM komatsu_support_auditevent")
    run(f"DROP TABLE {TABLE}")
    run(f"ALTER TABLE rebuilt RENAME TO {TABLE}")

    assert missing_triggers() == TRIGGERS["sqlite"]


@pytest.mark.django_db
def test_database_without_a_trail_is_not_asked_yet():
    run(f"ALTER TABLE {TABLE} RENAME TO elsewhere")
    trail_is_gone = found()
    run(f"ALTER TABLE elsewhere RENAME TO {TABLE}")

    assert trail_is_gone == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not SQLITE, reason="a setting of SQLite")
@pytest.mark.parametrize(
    ("pragma", "wrong", "right"),
    [("foreign_keys", 0, 1), ("recursive_triggers", 0, 1), ("secure_delete", 0, 1), ("synchronous", 1, 3)],
)
def test_setting_of_sqlite_that_is_not_in_force_is_an_error(pragma, wrong, right):
    run(f"PRAGMA {pragma}={wrong}")

    told = found()
    run(f"PRAGMA {pragma}={right}")

    assert told == [("komatsu_support.E002", f"SQLite の {pragma} が {wrong} です。")]
    assert found() == []


@pytest.mark.django_db
@pytest.mark.skipif(not POSTGRESQL, reason="a setting of PostgreSQL")
@pytest.mark.parametrize(("setting", "value"), [("statement_timeout", "15s"), ("lock_timeout", "5s")])
def test_setting_of_postgresql_is_in_force(setting, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        assert cursor.fetchone() == (value,)


@pytest.mark.parametrize(
    ("setting", "word", "error"),
    [
        ("CONNECTED_RUNG", "sent", "komatsu_support.E004"),
        ("CONNECTED_RUNG", "", "komatsu_support.E004"),
        ("CLIENT_ACCESS", "everybody", "komatsu_support.E005"),
    ],
)
def test_setting_with_an_unknown_word_is_an_error(settings, setting, word, error):
    setattr(settings, setting, word)

    assert [each.id for each in settings_are_known_words()] == [error]


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ("CONNECTED_RUNG", "accepted"),
        ("CONNECTED_RUNG", "connected"),
        ("CONNECTED_RUNG", "continued"),
        ("CLIENT_ACCESS", "team"),
        ("CLIENT_ACCESS", "assigned"),
    ],
)
def test_setting_with_a_known_word_is_none(settings, setting, word):
    setattr(settings, setting, word)

    assert settings_are_known_words() == []
