"""Boxes of the café: an amount as people write it."""

import pytest
from django.core.exceptions import ValidationError

from cafe.forms.fields import YenField


@pytest.mark.parametrize("typed", ["1200", "1,200", "１，２００円", "¥1,200", "￥１２００", " 1200 円"])
def test_amount_is_read_however_it_is_written(typed):
    assert YenField().clean(typed) == 1200


@pytest.mark.parametrize("typed", ["千円", "12.5", "-1", "円", "1200円と少し"])
def test_amount_that_is_none_is_refused(typed):
    with pytest.raises(ValidationError):
        YenField().clean(typed)


def test_nothing_paid_is_an_amount_and_an_empty_box_is_none():
    assert YenField().clean("0円") == 0
    assert YenField(required=False).clean("") is None
