"""費用: what an event cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db.models import Q
from django.utils import timezone

from cafe.forms.fields import YenField
from cafe.models import BY_TIME, Event, Expense
from komatsu_support.fiscal import wareki
from komatsu_support.forms import RecordForm
from komatsu_support.models import User

RECENT = timedelta(days=93)  # receipts come in late; older events open from their own page


class EventField(forms.ModelChoiceField):
    """One of the events of the café."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **{**kwargs, "empty_label": "選んでください"})

    def label_from_instance(self, obj: Any) -> str:
        """令和6年11月5日（火） 笑いヨガ."""
        return f"{wareki(obj.open_day.held_on)}　{obj.title}"


class ExpenseForm(RecordForm):
    """One line of what an event cost."""

    layout = Layout(
        "event",
        "item",
        Row(Column("amount_yen", css_class="col-md-6"), Column("paid_on", css_class="col-md-6")),
        "note",
    )

    class Meta:
        model = Expense
        fields = ["event", "item", "amount_yen", "paid_on", "note"]
        field_classes = {"event": EventField, "amount_yen": YenField}
        help_texts = {"item": "例 米・カレーの材料", "note": "領収書の番号など。個人の名前は書きません"}

    def prepare(self) -> None:
        """Offer recent and coming events, and the one at hand."""
        at_hand = [self.instance.event_id, getattr(self.initial.get("event"), "pk", None)]
        recent = Q(open_day__held_on__gte=timezone.localdate() - RECENT, open_day__voided_at=None)
        field: Any = self.fields["event"]
        events = field.queryset.filter(recent | Q(pk__in=[pk for pk in at_hand if pk]))
        field.queryset = events.select_related("open_day").order_by("-open_day__held_on", *BY_TIME)

    def clean_paid_on(self) -> Any:
        """Money is entered once it is spent."""
        paid_on = self.cleaned_data["paid_on"]
        if paid_on and paid_on > timezone.localdate():
            raise forms.ValidationError("支払った日は、今日までの日付にしてください。")
        return paid_on


class ExpenseStart(forms.Form):
    """?event=: where a new expense begins. What cannot be read begins nothing."""

    event = forms.ModelChoiceField(Event.objects.none(), required=False)

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        field: Any = self.fields["event"]
        field.queryset = Event.objects.visible_to(by).on_standing_days()

    @property
    def given(self) -> Event | None:
        """The event named in the address."""
        self.full_clean()
        event: Event | None = self.cleaned_data.get("event")
        return event
