"""担い手: who planned, taught or helped at an event, by 札名 or as so many."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from cafe.models import Contribution, Event, Visitor
from komatsu_support.fields import CountField
from komatsu_support.forms import RecordForm
from komatsu_support.models import User


class ContributionForm(RecordForm):
    """What somebody did at the event."""

    layout = Layout("deed", "visitor", "heads")

    class Meta:
        model = Contribution
        fields = ["deed", "visitor", "heads"]
        field_classes = {"heads": CountField}
        help_texts = {
            "visitor": "札名のある方は1人ずつ。札名のない方は選ばず、下に人数を書きます",
            "heads": "札名を選んだときは1のまま",
        }

    def prepare(self) -> None:
        """Offer those who come, and the one at hand, in 五十音 order."""
        visitor: Any = self.fields["visitor"]
        offered = Q(active=True, voided_at=None, disposed_on=None) | Q(pk=self.instance.visitor_id)
        visitor.queryset = Visitor.objects.visible_to(self.by).filter(offered).in_order()
        visitor.empty_label = "札名なし（人数だけ）"

    def _write(self) -> None:
        """Nothing comes to hang on a 札名 that went into another while this was typed: asked under the trail's lock."""
        super()._write()
        if Visitor.objects.filter(pk=self.instance.visitor_id).exclude(merged_into=None).exists():
            raise ValidationError(
                {"visitor": "この札名は、ほかの札名にまとめられました。選び直してください。"}
            )


class NewContributionForm(ContributionForm):
    """A new one, of the event on whose page the button stood."""

    layout = Layout("event", "deed", "visitor", "heads")

    class Meta(ContributionForm.Meta):
        fields = ["event", "deed", "visitor", "heads"]
        widgets = {"event": forms.HiddenInput()}


class NamedEventForm(forms.Form):
    """?event=: the event of a new 担い手, if this person may write on it."""

    event = forms.ModelChoiceField(Event.objects.none())

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        events: Any = self.fields["event"]
        events.queryset = Event.objects.changeable_by(by).standing().filter(open_day__voided_at=None)
