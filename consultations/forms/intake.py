"""The form at the ringing phone: a new talk, with somebody new if need be, and what is asked right after."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.utils import timezone

from consultations.forms.client import RevealForm
from consultations.forms.consultation import (
    ABOUT,
    AFTERWARDS,
    CLIENT,
    OF_HER,
    PEOPLE_THERE,
    SAID,
    ConsultationForm,
)
from consultations.models import Case, Client, Consultation
from komatsu_support.fields import KanaField, PhoneField
from komatsu_support.forms import RecordForm
from komatsu_support.models import AgeBand, Record

PERSON = {
    "new_alias": "alias",
    "new_name": "name",
    "new_name_kana": "name_kana",
    "new_phone": "phone",
    "new_birth_date": "birth_date",
}
"""Fields of 「初めての方」 and where they stand in her file."""

COPIED = ("main_topic", "method", "place", "source", "staff")


def copied(talk: Consultation) -> dict[str, Any]:
    """What an earlier talk gives to the next one: never its text, day, minutes or risks."""
    start: dict[str, Any] = {name: getattr(talk, name) for name in COPIED}
    ticked = list(talk.terms.in_order())
    start["topics"] = [word for word in ticked if word.kind == "topic" and word != talk.main_topic]
    start["responses"] = [word for word in ticked if word.kind == "response"]
    if talk.case and talk.case.closed_on is None and not talk.case.is_voided:
        start["case"] = talk.case
    if not talk.staff.is_active:
        del start["staff"]
    return start


def _of_her(name: str, **kwargs: Any) -> Any:
    """A field of her file as this form asks for it."""
    return Client._meta.get_field(name).formfield(required=False, **kwargs)  # type: ignore[union-attr]


class IntakeForm(ConsultationForm):
    """A new talk. Somebody who comes for the first time gets her file, and her case, in the same breath."""

    new_alias = _of_her("alias", help_text="名前を聞けないときは呼び名だけで")
    new_name = _of_her("name")
    new_name_kana = _of_her("name_kana", form_class=KanaField)
    new_phone = _of_her("phone", form_class=PhoneField)
    new_birth_date = _of_her("birth_date", help_text="わからないときは、下の年代だけで")
    start_case = forms.BooleanField(
        label="支援ケースを始める", required=False, help_text="続けて支援していく方のとき"
    )
    clock = forms.CharField(required=False, widget=forms.HiddenInput)  # kept for intake.js alone

    past = (*ConsultationForm.past, "new_birth_date")
    aside = ConsultationForm.aside | {"clock"}
    layout = Layout(
        SAID,
        ABOUT,
        Fieldset(
            "どなた",
            CLIENT,
            HTML('<details class="folded" id="new-person"{% if form.is_somebody_new %} open{% endif %}>'),
            HTML('{% include "consultations/intake.html#somebody_new" %}'),
            Row(Column("new_alias"), Column("new_phone")),
            Row(Column("new_name"), Column("new_name_kana")),
            "new_birth_date",
            HTML('<div id="new-person-alike" aria-live="polite"></div></details>'),
            *OF_HER,
            "start_case",
        ),
        Fieldset(
            "いつ・どこで・だれが",
            Row(Column("consulted_on"), Column("started_at"), Column("minutes")),
            HTML('{% include "consultations/intake.html#clock" %}'),
            *PEOPLE_THERE,
        ),
        *AFTERWARDS,
    )

    def prepare(self) -> None:
        """A second press asks again for whom the first one made."""
        super().prepare()
        if (client := self._made(Client)) is not None:
            person = {name: getattr(client, of_her) for name, of_her in PERSON.items()}
            self.initial.update(person, client=None)
        if self._made(Case) is not None:
            self.initial.update(start_case=True, case=None)

    def is_open(self, first: Any) -> bool:
        """Nor is the phone of somebody who came with it and is protected since."""
        her, is_hers = first.client, first.client and first.client.submission == self._key(Client)
        return super().is_open(first) and (not is_hers or RevealForm(client=her, by=self.by).was_shown)

    @property
    def is_somebody_new(self) -> bool:
        """Whether anything is typed about somebody who has no file yet, readable or not."""
        return any(self._typed(name) for name in PERSON)

    def _typed(self, name: str) -> str:
        return str(self[name].value() or "").strip()

    @property
    def timed(self) -> str:
        """Keys of the methods whose length the clock knows: she talks while this page is open."""
        method: Any = self.fields["method"]
        words = (method.code("phone"), method.code("in_person"))
        return " ".join(str(word.pk) for word in words if word)

    @property
    def today(self) -> str:
        """The day on which the clock runs, as the box of the day shows it."""
        return timezone.localdate().isoformat()

    def _key(self, kind: type[Record]) -> uuid.UUID:
        """The submission of what is made beside this talk: it follows from the talk's own."""
        talk = self.submission_key if self.is_new else self.instance.submission
        return uuid.uuid5(talk, kind._meta.label_lower)

    def _made(self, kind: type[Record]) -> Any:
        """The client or the case that this submission made before, if it did."""
        beside = None if self.is_new else getattr(self.instance, str(kind._meta.model_name))
        return beside if beside is not None and beside.submission == self._key(kind) else None

    def clean(self) -> dict[str, Any]:
        """Either somebody known or somebody new; a case is of somebody, and one only."""
        cleaned = super().clean()
        is_chosen, is_new = bool(cleaned.get("client")), self.is_somebody_new
        if is_chosen and is_new:  # said there, so that whoever was chosen stays chosen
            self.add_error(
                next(name for name in PERSON if self._typed(name)),
                "相談者も選ばれています。初めての方なら上の相談者の欄を、そうでなければ「初めての方」の欄を空にしてください。",
            )
        if cleaned.get("start_case") and cleaned.get("case"):
            self.add_error(
                "start_case",
                "支援ケースが選ばれています。新しく始めるときは、上の支援ケースを「－」にしてください。",
            )
        elif cleaned.get("start_case") and not is_chosen and not is_new and "client" not in self.errors:
            self.add_error(
                "start_case", "だれの支援ケースか、相談者を選ぶか「初めての方」に入力してください。"
            )
        return cleaned

    def _post_clean(self) -> None:
        """What the first press made stays the talk's own at the second."""
        made = {name: self._made(kind) for name, kind in (("client", Client), ("case", Case))}
        for name, beside in made.items():
            if beside is not None and not self.cleaned_data.get(name):
                self.cleaned_data[name] = beside
        super()._post_clean()

    def changed_names(self) -> list[str]:
        """What is typed about somebody new is in the trail of her own file."""
        names = super().changed_names()
        return [name for name in names if not self.is_new or name not in {*PERSON, "start_case"}]

    def _write(self) -> None:
        """Her file, her case and the talk, or nothing."""
        talk = self.instance
        if self.is_somebody_new:
            talk.client = self._written_client()
            talk.freeze()
        if self.cleaned_data["start_case"] and talk.case is None:
            talk.case = Case(
                client=talk.client,
                opened_on=talk.consulted_on,
                staff=talk.staff,
                submission=self._key(Case),
            )
            talk.case.save(by=self.by, changed=["client", "opened_on", "staff"])
        super()._write()

    def _written_client(self) -> Client:
        """Her file as typed; mine, as every new one."""
        client: Client = self._made(Client) or Client(submission=self._key(Client), staff=self.by)
        typed = {of_her: self.cleaned_data[name] for name, of_her in PERSON.items()}
        if client._state.adding:
            client.first_contact_on = self.instance.consulted_on
            client.age_band = AgeBand.UNKNOWN if typed["birth_date"] else self.cleaned_data["age_band"]
        changed = [name for name, value in typed.items() if getattr(client, name) != value]
        for name in changed:
            setattr(client, name, typed[name])
        if changed or client._state.adding:
            client.save(by=self.by, changed=changed)
        return client


class NextForm(RecordForm):
    """次回予定: when and what for, asked once the talk is written down."""

    layout = Layout(Row(Column("next_on"), Column("next_plan")))

    class Meta:
        model = Consultation
        fields: ClassVar[list[str]] = ["next_on", "next_plan"]
