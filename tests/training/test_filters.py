"""Which sessions and series a list shows."""

from datetime import date

import pytest
import time_machine

from tests.factories import SeriesFactory, SessionFactory
from training.filters import SeriesFilter, SessionFilter
from training.models import Series, Session

pytestmark = pytest.mark.django_db


def test_sessions_are_narrowed_by_year_series_and_state(user):
    last_year = SessionFactory(held_on=date(2025, 3, 31))
    held, planned = (
        SessionFactory(held_on=date(2025, 4, 1)),
        SessionFactory(held_on=date(2025, 9, 1), state="planned"),
    )
    voided = SessionFactory(held_on=date(2025, 5, 1))
    voided.void("誤り", by=user("lead"))

    def shown(**asked):
        with time_machine.travel("2025-05-08 12:00+09:00"):
            return list(SessionFilter(asked, Session.objects.all()).qs.order_by("held_on"))

    assert shown() == [held, planned]
    assert shown(year="2024") == [last_year]
    assert shown(year="all", voided="on") == [last_year, held, voided, planned]
    assert shown(state="planned") == [planned]
    assert shown(series=str(held.series_id)) == [held]
    assert shown(series="x") == []


def test_series_are_narrowed_by_kind(user):
    staff, public = SeriesFactory(), SeriesFactory(kind="public_lecture")
    voided = SeriesFactory()
    voided.void("誤り", by=user("lead"))

    def shown(**asked):
        return list(SeriesFilter(asked, Series.objects.all()).qs.order_by("pk"))

    assert shown() == [staff, public]
    assert shown(kind="public_lecture") == [public]
    assert shown(voided="on") == [staff, public, voided]
