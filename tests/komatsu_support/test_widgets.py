"""Boxes and rows that are written without a template: as Django's own would be, and every value escaped."""

from decimal import Decimal

from django import forms
from django.test import SimpleTestCase

from komatsu_support.templatetags.office import record_rows
from komatsu_support.widgets import QuickSelect

EVIL = '"><script>alert(1)</script>&'
assert_same_html = SimpleTestCase().assertHTMLEqual


class Row:
    """A record as a list shows it."""

    is_voided = False

    def get_absolute_url(self):
        """Its page."""
        return "/records/1/"


def test_select_is_written_as_django_writes_it():
    choices = [("", "すべて"), ("1", EVIL), (EVIL, "値"), (2, "二")]
    attrs = {"id": "id_kind", "class": "form-select", "aria-describedby": "id_kind_error", "required": True}

    for value in (None, "", "1", 2, EVIL):
        quick, plain = (
            kind(choices=choices).render("kind", value, attrs) for kind in (QuickSelect, forms.Select)
        )
        assert_same_html(quick, plain)


def test_row_escapes_what_people_wrote():
    written = record_rows([(Row(), [EVIL, EVIL])])

    assert ("<script>" in written, written.count("&lt;script&gt;")) == (False, 2)


def test_row_opens_its_record_and_sets_numbers_to_the_right():
    written = record_rows([(Row(), ["名", 1234, Decimal("1.5"), None, True])])

    assert_same_html(
        written,
        '<tr><th scope="row"><a href="/records/1/">名</a></th>'
        '<td class="number">1,234</td><td class="number">1.5</td><td>－</td><td>True</td></tr>',
    )


def test_row_of_a_voided_record_says_so_and_may_stay_closed():
    row = Row()
    row.is_voided = True

    written = record_rows([(row, ["名"])], unlinked=True)

    assert_same_html(
        written,
        '<tr class="voided"><th scope="row">名 <span class="state state-void">取消</span></th></tr>',
    )
