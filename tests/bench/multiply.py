"""S1000 out of S10: persons and what belongs to them, copied a hundredfold by the PostgreSQL server itself."""

from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from cafe.models import Attendance
from consultations.models import Case, Client, Consultation
from referrals.models import Conference, Referral

AT_ONCE = 11  # copies made with one statement; the server holds its checks until the statement ends


def multiply(times: int) -> None:
    """As many of everything as there is now, times `times`; of the café's days only the heads grow."""
    kinds: list[type[models.Model]] = [
        Client,
        Case,
        Consultation,
        Consultation.terms.through,
        Referral,
        Conference,
    ]
    strides = {kind: kind._base_manager.aggregate(last=models.Max("pk"))["last"] for kind in kinds}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for kind in kinds:
            for first in range(1, times, AT_ONCE):
                cursor.execute(_copying(kind, strides), [first, min(first + AT_ONCE, times) - 1])
        for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
            cursor.execute(statement)
    Attendance.objects.exclude(role="staff").update(heads=models.F("heads") * times)


def _copying(kind: type[models.Model], strides: dict[Any, int]) -> str:
    """INSERT … SELECT of a table's first rows, once for each k, with every key moved by k strides."""
    name = connection.ops.quote_name
    columns, values = [], []
    for field in kind._meta.concrete_fields:
        column = name(field.column or "")
        target = kind if field.primary_key else field.related_model
        columns.append(column)
        if target in strides:
            values.append(f"{column} + k * {strides[target]}")
        elif field.name == "submission":
            values.append("gen_random_uuid()")
        elif (kind, field.name) == (Client, "number"):
            values.append(f"'B' || (id + k * {strides[kind]})")
        else:
            values.append(column)
    table = name(kind._meta.db_table)
    rows = f"FROM {table}, generate_series(%s, %s) AS k WHERE id <= {strides[kind]}"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} {rows}"
