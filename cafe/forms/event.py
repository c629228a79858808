"""Events and their series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db.models import Case, F, Q, When
from django.utils import timezone

from cafe.forms.fields import DayField, YenField, clock, short
from cafe.models import Event, EventSeries, Idea, OpenDay
from komatsu_support.fields import CountField
from komatsu_support.fiscal import month_at
from komatsu_support.forms import RecordForm
from komatsu_support.models import User

RECENT = timedelta(days=31)  # how far back the list of days goes; older days open from their own page


class EventForm(RecordForm):
    """An event of a day."""

    layout = Layout(
        Fieldset(
            "いつ、何を",
            "open_day",
            "title",
            Row(Column("kind", css_class="col-md-6"), Column("proposer", css_class="col-md-6")),
            "series",
            short("starts_at", "ends_at"),
        ),
        Fieldset("案内", "lecturer", short("capacity", "fee_yen"), "belongings", "needs_booking"),
        Fieldset("準備", "idea", "items_needed"),
        Fieldset("写真", "photo_consent", "photo_note"),
        Fieldset("当日", "heads", "comment"),
    )

    class Meta:
        model = Event
        fields = [
            "open_day",
            "title",
            "kind",
            "proposer",
            "series",
            "starts_at",
            "ends_at",
            "lecturer",
            "capacity",
            "fee_yen",
            "belongings",
            "needs_booking",
            "idea",
            "items_needed",
            "photo_consent",
            "photo_note",
            "heads",
            "comment",
        ]
        widgets = {"starts_at": clock(), "ends_at": clock()}
        field_classes = {
            "open_day": DayField,
            "capacity": CountField,
            "fee_yen": YenField,
            "heads": CountField,
        }

    def prepare(self) -> None:
        """Offer coming and recent days, from today on first, and the whole month of the one at hand; series that go on; ideas not let go."""
        stored = self.instance.open_day if self.instance.open_day_id else None
        recent = Q(held_on__gte=timezone.localdate() - RECENT)
        for day in filter(None, [stored, self.initial.get("open_day")]):
            if isinstance(day, OpenDay):
                month = month_at(day.held_on)
                recent |= Q(held_on__range=(month.start, month.end))
        for name, offered, order in [
            ("open_day", recent, "held_on"),
            ("series", Q(active=True), "name"),
            ("idea", Q(let_go_reason=""), "-heard_on"),
        ]:
            field: Any = self.fields[name]
            field.queryset = field.queryset.filter(offered).order_by(order, "pk")
        days: Any = self.fields["open_day"]
        days.past_apart = True
        coming = Case(When(held_on__gte=timezone.localdate(), then=F("held_on")))
        days.queryset = days.queryset.order_by(coming.asc(nulls_last=True), "-held_on")
        for name in ("series", "idea"):
            optional: Any = self.fields[name]
            optional.empty_label = "なし"
            at_hand = {"pk": getattr(self.instance, f"{name}_id")}  # though it has ended, or was taken back
            optional.queryset |= optional.queryset.model.objects.visible_to(self.by).filter(**at_hand)


class EventQuickForm(RecordForm):
    """An event in one line, added to a day within the month."""

    layout = Layout("title", "kind", short("starts_at", "ends_at"))

    class Meta:
        model = Event
        fields = ["title", "kind", "starts_at", "ends_at"]
        widgets = {"starts_at": clock(), "ends_at": clock()}

    def prepare(self) -> None:
        """Other forms stand beside it."""
        self.auto_id = "event_%s"


class EventSeriesForm(RecordForm):
    """What comes again."""

    layout = Layout("name", "note", "active")

    class Meta:
        model = EventSeries
        fields = ["name", "note", "active"]


class EventStart(forms.Form):
    """?day=, ?series= and ?idea=: where a new event begins. What cannot be read begins nothing."""

    day = forms.ModelChoiceField(OpenDay.objects.none(), required=False)
    series = forms.ModelChoiceField(EventSeries.objects.none(), required=False)
    idea = forms.ModelChoiceField(Idea.objects.none(), required=False)

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        for name, records in (
            ("day", OpenDay.objects),
            ("series", EventSeries.objects),
            ("idea", Idea.objects.filter(let_go_reason="")),
        ):
            field: Any = self.fields[name]
            field.queryset = records.visible_to(by).standing()

    def initial_values(self) -> dict[str, Any]:
        """The fields of the event that are given."""
        self.full_clean()
        day, series, idea = (self.cleaned_data.get(name) for name in ("day", "series", "idea"))
        given = {"open_day": day, "series": series, "title": series and series.name}
        if idea:
            given |= {"idea": idea, "title": idea.title, "proposer": idea.source, "items_needed": idea.needs}
        return {name: value for name, value in given.items() if value}
