"""Forms of training: series, sessions, lecturers, surveys."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db import IntegrityError
from django.db.models import Max, Q
from django.utils import timezone

from komatsu_support.fields import CountField, TermsField
from komatsu_support.fiscal import wareki_short
from komatsu_support.forms import RecordForm
from komatsu_support.models import Term, User
from training.models import TOO_MANY_ANSWERS, Lecturer, Series, Session, Survey

USUAL_HOURS = {"starts_at": time(10), "ends_at": time(12)}
RECENT = timedelta(days=366)  # how far back the list of sessions goes; older ones open from their own page
STEPS = range(5, 0, -1)
SCALES = ("satisfaction", "understanding")


def _short(*names: str) -> Row:
    """Short fields side by side, two in a row on a phone."""
    return Row(*(Column(name, css_class="col-6 col-md-3") for name in names))


def _scale(name: str) -> Row:
    """The five answers of a scale, the best first."""
    return Row(*(Column(f"{name}_{step}", css_class="col-6 col-md") for step in STEPS))


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class TallyField(CountField):
    """A count that is 0 where nothing is written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "required": False, "initial": None})

    def to_python(self, value: Any) -> int:
        """The count."""
        return super().to_python(value) or 0

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another number is meant."""
        return super().has_changed(initial or 0, data or 0)


class SessionField(forms.ModelChoiceField):
    """One of the sessions."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **{**kwargs, "empty_label": "選んでください"})

    def label_from_instance(self, obj: Any) -> str:
        """R6.11.5 第1回 聴くということ."""
        return f"{wareki_short(obj.held_on)} {obj}"


class SeriesForm(RecordForm):
    """A series."""

    layout = Layout("title", "nickname", "kind", "purpose")

    class Meta:
        model = Series
        fields = ["title", "nickname", "kind", "purpose"]


class SessionForm(RecordForm):
    """第n回: in the order of the 研修実施報告書."""

    forms_of_session = TermsField(kind=Term.Kind.SESSION_FORM, label="形式")

    layout = Layout(
        Fieldset("研修", "series", _short("number"), "theme", "forms_of_session", "audience"),
        Fieldset("いつ、どこで", "held_on", _short("starts_at", "ends_at"), "place", "state"),
        Fieldset("参加者", _short("staff_heads", "agency_heads", "citizen_heads", "online_heads")),
        Fieldset("報告", "summary", "outcome", "next_steps"),
    )

    class Meta:
        model = Session
        fields = [
            "series",
            "number",
            "theme",
            "audience",
            "held_on",
            "starts_at",
            "ends_at",
            "place",
            "state",
            "staff_heads",
            "agency_heads",
            "citizen_heads",
            "online_heads",
            "summary",
            "outcome",
            "next_steps",
        ]
        widgets = {"starts_at": _clock(), "ends_at": _clock()}
        field_classes = {
            "number": CountField,
            **dict.fromkeys(["staff_heads", "agency_heads", "citizen_heads", "online_heads"], TallyField),
        }

    def prepare(self) -> None:
        """Begin a new session today, as the next of its series, where the last one was."""
        series: Any = self.fields["series"]
        series.empty_label = "選んでください"
        series.queryset |= Series.objects.filter(pk=self.instance.series_id)  # also one that was taken back
        if self.is_new and not self.is_bound:
            start = {**USUAL_HOURS, "held_on": timezone.localdate()}
            self.initial = {**start, **self._next_of(self.initial.get("series")), **self.initial}

    @staticmethod
    def _next_of(series: Series | None) -> dict[str, Any]:
        if series is None:
            return {}
        sessions = series.sessions.standing()
        last = sessions.order_by("held_on", "pk").last()
        number = (sessions.aggregate(last=Max("number"))["last"] or 0) + 1
        return {"number": number, **({"place": last.place, "audience": last.audience} if last else {})}

    def clean(self) -> dict[str, Any]:
        """A session of the future has not been held yet."""
        cleaned = super().clean()
        held_on = cleaned.get("held_on")
        if held_on and cleaned.get("state") == Session.State.HELD and held_on > timezone.localdate():
            self.add_error("state", "開催日がまだ来ていません。「予定」にしてください。")
        return cleaned


class PartForm(RecordForm):
    """The form of what belongs to one session."""

    def prepare(self) -> None:
        """Offer recent and coming sessions and the one at hand."""
        at_hand = [self.instance.session_id, getattr(self.initial.get("session"), "pk", None)]
        offered = Q(held_on__gte=timezone.localdate() - RECENT) | Q(pk__in=[pk for pk in at_hand if pk])
        field: Any = self.fields["session"]
        field.queryset = field.queryset.filter(offered).order_by("-held_on", "pk")


class LecturerForm(PartForm):
    """A person or an organisation at one session."""

    layout = Layout("session", "kind", "name", "affiliation")

    class Meta:
        model = Lecturer
        fields = ["session", "kind", "name", "affiliation"]
        field_classes = {"session": SessionField}


class SurveyForm(PartForm):
    """Totals of a session's sheets. One survey per session."""

    former: Survey | None = None

    layout = Layout(
        "session",
        Fieldset("枚数", _short("distributed", "collected")),
        Fieldset("満足度（5段階）", _scale("satisfaction")),
        Fieldset("理解度（5段階）", _scale("understanding")),
        "comments",
    )

    class Meta:
        model = Survey
        counts = [
            "distributed",
            "collected",
            *(f"{scale}_{step}" for scale in SCALES for step in STEPS),
        ]
        fields = ["session", *counts, "comments"]
        field_classes = {"session": SessionField, **dict.fromkeys(counts, TallyField)}

    def clean_session(self) -> Session:
        """Say so before the database does."""
        session: Session = self.cleaned_data["session"]
        others = Survey.objects.standing().filter(session=session).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError("この研修のアンケート集計は登録されています。")
        return session

    def clean(self) -> dict[str, Any]:
        """Say so before the database does: PostgreSQL adds the five answers as small integers, and fails."""
        cleaned = super().clean()
        for scale in SCALES:
            answers = sum(cleaned.get(f"{scale}_{step}") or 0 for step in STEPS)
            if answers > cleaned.get("collected", answers):
                self.add_error(f"{scale}_5", TOO_MANY_ANSWERS)
        return cleaned

    def _write(self) -> None:
        """A survey that was taken back gives its row to the new one: a session has one for both."""
        former = Survey.objects.filter(session=self.instance.session).exclude(pk=self.instance.pk).first()
        if self.is_new and former is not None and former.is_voided:
            self.former = former
            self._take_over(former)
        super()._write()

    def _refused_by_database(self, error: IntegrityError) -> Any:
        """What is wrong with the numbers; the voided row that holds the session is no obstacle."""
        if self.former is None:
            return super()._refused_by_database(error)
        self._take_over(self.former)
        answer = super()._refused_by_database(error)
        self.instance.pk, self.instance._state.adding = None, True
        return answer

    def _take_over(self, former: Survey) -> None:
        survey = self.instance
        survey.pk, survey.version, survey._state.adding = former.pk, former.version, False
        survey.created_at, survey.created_by = timezone.now(), self.by


class SessionStart(forms.Form):
    """?series= and ?session=: where something new begins. What cannot be read begins nothing."""

    series = forms.ModelChoiceField(Series.objects.none(), required=False)
    session = forms.ModelChoiceField(Session.objects.none(), required=False)

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        for name, records in (("series", Series.objects), ("session", Session.objects)):
            field: Any = self.fields[name]
            field.queryset = records.visible_to(by).standing()

    def initial_values(self) -> dict[str, Any]:
        """The fields that are given."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
