"""A question composed once answers as if it were composed each time."""

from datetime import date

import pytest

from cafe.models import OpenDay
from komatsu_support.composed import Composed
from tests.factories import OpenDayFactory

pytestmark = pytest.mark.django_db
SPRING, SUMMER = date(2025, 4, 3), date(2025, 7, 3)


def since(first, pk):
    """The days of that key from `first` on."""
    return OpenDay.objects.filter(held_on__gte=first, pk=pk).values_list("pk", "state")


def test_each_asking_answers_for_its_own_values():
    spring, summer = OpenDayFactory(held_on=SPRING), OpenDayFactory(held_on=SUMMER)
    question = Composed(since, first=date, pk=int)

    answers = [question.ask(first=first, pk=day.pk) for first in (SPRING, SUMMER) for day in (spring, summer)]

    assert answers == [[*since(first, day.pk)] for first in (SPRING, SUMMER) for day in (spring, summer)]
    assert [len(rows) for rows in answers] == [1, 1, 0, 1]


def test_question_is_composed_once_and_asked_in_one_statement(django_assert_num_queries):
    composed = []

    def noted(pk):
        composed.append(pk)
        return since(SPRING, pk)

    question = Composed(noted, pk=int)

    with django_assert_num_queries(3):
        for pk in (1, 2, 3):
            question.ask(pk=pk)

    assert composed == [-1]


def test_stand_in_that_the_sql_has_lost_is_an_error_and_not_a_wrong_answer():
    question = Composed(lambda pk: since(SPRING, abs(pk)), pk=int)

    with pytest.raises(ValueError, match="stand-in"):
        question.ask(pk=1)


@pytest.mark.parametrize(("pk", "found"), [(2**63 - 1, 0), (2**63, 0), (10**30, 0)])
def test_number_beyond_every_key_finds_nothing(pk, found):
    assert len(Composed(lambda pk: since(SPRING, pk), pk=int).ask(pk=pk)) == found
