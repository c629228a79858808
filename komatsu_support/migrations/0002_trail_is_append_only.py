"""Triggers that refuse every change of the trail, on both engines, and the trail's first head.

SQLite drops triggers silently when a later migration rebuilds the table: the system check finds that, and
such a migration calls `guard` again.
"""

from django.db import migrations

TABLE = "komatsu_support_auditevent"
REFUSED = "証跡は変更できません (the trail is append-only)"

SQLITE = [
    f"CREATE TRIGGER trail_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER trail_no_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER trail_no_replace BEFORE INSERT ON {TABLE} "
    f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE number = NEW.number) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
]
POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
    f"CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def first_head(apps, schema_editor=None):
    """The head of an empty trail, sealed: else whoever empties the trail could put an empty head beside it."""
    from komatsu_support.models import TrailHead

    head = apps.get_model("komatsu_support", "TrailHead")
    head.objects.get_or_create(pk=1, defaults={"seal": TrailHead().sealed()})


class Migration(migrations.Migration):
    dependencies = [("komatsu_support", "0001_initial")]

    operations = [
        migrations.RunPython(guard, migrations.RunPython.noop),
        migrations.RunPython(first_head, migrations.RunPython.noop),
    ]
