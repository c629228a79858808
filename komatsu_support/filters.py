"""Filters of the lists. A list opens on the current 年度, so that history costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

import django_filters
from django import forms
from django.db.models import Case, F, QuerySet, Value, When
from django.http import QueryDict
from django.utils.functional import cached_property

from komatsu_support.fiscal import current_fiscal_year, fiscal_year, nendo, wareki
from komatsu_support.models import RecordQuerySet, Role, Term, User
from komatsu_support.widgets import QuickSelect

FIRST_YEAR = 2019  # 令和元年度; older records are under すべての年度
PEOPLE = "people"
ALL = "すべて"


class Listed(NamedTuple):
    """One row of a list that a filter form offers. `place` comes before `detail` in its order."""

    kind: str
    pk: int
    label: str
    place: int
    detail: str


class Chip(NamedTuple):
    """A condition in force: what it asks, what was chosen, and the query string without it."""

    label: str
    value: str
    rest: str


class ListFilter(django_filters.ChoiceFilter):
    """Records that name one row of a list kept in the database; the form loads all its lists with one query."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        super().__init__(**{"empty_label": ALL, **kwargs})
        self.kind = kind


class TermFilter(ListFilter):
    """Records that carry one word of a master list, whether or not it is still in use."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        super().__init__(kind=kind, **{"label": Term.Kind(kind).label, **kwargs})


class PeopleFilter(ListFilter):
    """Records of somebody of the desk, those who have left at the end of the list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(kind=PEOPLE, **kwargs)


class OfficeFilter(django_filters.FilterSet):
    """A filter form in our frame: GET, nothing about a person in it. What is in force stands as chips."""

    in_sight: ClassVar[tuple[str, ...]] = ()
    """The questions asked most; the others stand under くわしく. Empty: all of them are in sight."""

    def __init__(self, data: Any, queryset: Any, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.lists = self._listed()
        for name, each in self.filters.items():
            if isinstance(each, ListFilter):
                words = self.lists.get(each.kind, [])
                self.form.fields[name].choices = [(str(word.pk), word.label) for word in words]

    def get_form_class(self) -> type[forms.Form]:
        """The form's class, made once: its boxes are the same for everybody until their lists are filled."""
        mine: type[forms.Form] | None = type(self).__dict__.get("_form_class")
        if mine is None:
            mine = super().get_form_class()
            for field in mine.base_fields.values():
                _dress(field)
            type(self)._form_class = mine
        return mine

    def _listed(self) -> dict[str, list[Listed]]:
        """Every list on the form in its order, with one query."""
        kinds = {each.kind for each in self.filters.values() if isinstance(each, ListFilter)}
        parts = [*self.more_lists()]
        if PEOPLE in kinds:
            parts.append(_people())
        if words := kinds - {PEOPLE}:
            parts.append(_words(words))
        if not parts:
            return {}
        lists: dict[str, list[Listed]] = {}
        rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        for row in sorted(map(Listed._make, rows), key=lambda row: (row.place, row.detail, row.pk)):
            lists.setdefault(row.kind, []).append(row)
        return lists

    def more_lists(self) -> list[QuerySet[Any, tuple[Any, ...]]]:
        """For a subclass: rows of `Listed` that come with the same query."""
        return []

    @property
    def qs(self) -> Any:
        """The records that match; none while a filter cannot be read."""
        return super().qs if self.is_valid() else self.queryset.none()

    @property
    def asked(self) -> dict[str, Any]:
        """The questions that were answered, the year and voided records aside."""
        cleaned = getattr(self.form, "cleaned_data", {})
        return {name: value for name, value in cleaned.items() if value and name not in ("year", "voided")}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the year narrows the list."""
        return bool(self.asked)

    @cached_property
    def boxes(self) -> list[Any]:
        """Every question of the bar; what cannot be read is marked."""
        boxes = list(self.form)
        for box in boxes:
            if box.errors:
                box.field.widget.attrs["class"] += " is-invalid"
        return boxes

    @property
    def shown(self) -> list[Any]:
        """The boxes in sight."""
        return [box for box in self.boxes if not self.in_sight or box.name in self.in_sight]

    @property
    def folded(self) -> list[Any]:
        """The boxes under くわしく."""
        return [box for box in self.boxes if self.in_sight and box.name not in self.in_sight]

    @property
    def is_unfolded(self) -> bool:
        """Whether a box under くわしく is wrong, so that its sentence is in sight."""
        return any(box.errors for box in self.folded)

    @property
    def chips(self) -> Iterator[Chip]:
        """What is in force beside the year, each with the way to take it off."""
        for name, value in self.asked.items():
            field = self.form.fields[name]
            labels = {str(key): str(label) for key, label in getattr(field, "choices", [])}
            text = labels.get(str(value)) or (wareki(value) if hasattr(value, "year") else str(value))
            yield Chip(str(field.label), text, self.query(without=name))

    @property
    def tells_the_rest(self) -> bool:
        """Whether the list may say how many records of its filter are hidden: not once it is narrowed.

        One question after the other would tell a colleague what the closed files hold.
        """
        return not self.is_narrowed

    def query(self, *, without: str = "") -> str:
        """The answers as a query string: known questions alone, each with what was sent for it."""
        query = QueryDict(mutable=True)
        for name in self.form.fields:
            value = self.form.data.get(name)
            if value and name != without and name not in self.form.errors:
                query[name] = value
        return query.urlencode()


def _dress(field: forms.Field) -> None:
    """A box as a bar has it: never required, written quickly, in our look."""
    field.required = False
    field.error_messages["invalid_choice"] = "一覧の中から選び直してください。"
    look = "form-control"
    if isinstance(field.widget, forms.CheckboxInput):
        look = "form-check-input"
    elif type(field.widget) is forms.Select:
        field.widget, look = QuickSelect(choices=field.choices), "form-select"  # type: ignore[attr-defined]
    field.widget.attrs["class"] = look


def _words(kinds: Iterable[str]) -> QuerySet[Any, tuple[Any, ...]]:
    """Every word ever used of these master lists."""
    words = Term.objects.filter(kind__in=kinds).order_by()
    return words.values_list("kind", "pk", "label", "order", Value(""))


def _people() -> QuerySet[Any, tuple[Any, ...]]:
    """Everybody of the desk, and who was."""
    desk = User.objects.ever_of_desk().order_by()
    gone = Case(When(is_active=True, role__in=[Role.COUNSELOR, Role.LEAD], then=0), default=1)
    return desk.values_list(Value(PEOPLE), "pk", "display_name", gone, F("kana"))


class RecordFilter(OfficeFilter):
    """A filter of records: voided ones stay out unless the last question of the form asks for them."""

    voided = django_filters.BooleanFilter(
        label="取消済みも表示", method="with_voided", widget=forms.CheckboxInput
    )

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.form.order_fields([*(name for name in self.form.fields if name != "voided"), "voided"])

    def with_voided(self, queryset: Any, name: str, value: bool | None) -> Any:
        """Voided ones stay out unless asked for."""
        return queryset if value else queryset.standing()


class YearFilter(RecordFilter):
    """A filter that opens on the current 年度, or on every year; `year=all` shows every year."""

    opens_on_every_year: ClassVar[bool] = False

    year = django_filters.ChoiceFilter(label="年度", method="in_year", empty_label=None)

    def __init__(self, data: Any, queryset: RecordQuerySet, **kwargs: Any) -> None:
        given = data.copy() if data else {}
        given.setdefault("year", "all" if self.opens_on_every_year else str(current_fiscal_year()))
        super().__init__(given, queryset, **kwargs)
        self.form.fields["year"].choices = self.years
        self.form.order_fields(["year"])

    @property
    def years(self) -> list[tuple[str, str]]:
        """Every 年度 from the programme's first to the coming one, newest first."""
        coming = current_fiscal_year() + 1
        years = [(str(year), nendo(year)) for year in range(coming, FIRST_YEAR - 1, -1)]
        return [*years, ("all", "すべての年度")]

    def in_year(self, queryset: RecordQuerySet, name: str, value: str) -> RecordQuerySet:
        """Only one 年度."""
        return queryset if value == "all" else queryset.in_period(fiscal_year(int(value)))
