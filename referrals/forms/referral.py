"""Forms of referrals: a step up the ladder, and lead's word where there is no consent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from consultations.forms import DeskForm, case_choices
from consultations.models import Case
from komatsu_support.fiscal import wareki, wareki_short
from komatsu_support.forms import OfficeForm
from komatsu_support.models import StaleVersion, User
from referrals.forms.agencies import offer_agencies
from referrals.models import Agency, Consent, Referral

FOLLOW_UP = timedelta(days=14)  # after asking, ask again
RESTS_ON = ("agency", "legal_basis", "legal_reason")  # what lead approves

ASKED = Fieldset("依頼", Row(Column("purpose"), Column("means")), "request", "staff")
GROUND = Fieldset(
    "伝えてよい根拠（同意か、同意によらない根拠のどちらか）",
    "consent",
    Row(Column("legal_basis"), Column("legal_reason")),
)
LADDER = Fieldset(
    "つながりの階段（進んだ段の日付を入れます）",
    Row(Column("started_on"), Column("sent_on")),
    Row(Column("accepted_on"), Column("connected_on")),
    Row(Column("continued_on"), Column("follow_up_on")),
)
ENDED = Fieldset(
    "つながらなかったとき・結果", Row(Column("outcome"), Column("outcome_reason")), "result_note"
)


class ReferralChangeForm(DeskForm):
    """A referral of a case, which stays the same."""

    people = ("staff",)
    past = ("started_on", "sent_on", "accepted_on", "connected_on", "continued_on")
    computed = ("follow_up_on",)
    layout = Layout(Fieldset("つなぎ先", "agency"), ASKED, GROUND, LADDER, ENDED)

    class Meta:
        model = Referral
        fields = [
            "agency",
            "purpose",
            "means",
            "request",
            "staff",
            "consent",
            "legal_basis",
            "legal_reason",
            "started_on",
            "sent_on",
            "accepted_on",
            "connected_on",
            "continued_on",
            "follow_up_on",
            "outcome",
            "outcome_reason",
            "result_note",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "request": forms.Textarea(attrs={"rows": 4}),
            "result_note": forms.Textarea(attrs={"rows": 4}),
        }
        labels: ClassVar[dict[str, str]] = {
            "started_on": "情報提供（始めた日）",
            "sent_on": "依頼",
            "accepted_on": "先方受付",
            "connected_on": "利用開始（つながった日）",
            "continued_on": "1か月後も継続（確かめた日）",
            "follow_up_on": "次に確かめる日",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "consent": "依頼日に有効で、この機関を含むもの。なければ相談者の画面から登録します",
            "legal_basis": "緊急と通告のほかは、主任相談員の承認を受けてから依頼日を入れます",
            "follow_up_on": "空欄なら依頼から14日後",
        }

    def prepare(self) -> None:
        """Offer agencies in use, and the consents of the case's client when the list is printed."""
        super().prepare()
        offer_agencies(self, "agency")
        self.fields["consent"].choices = self._consents  # type: ignore[attr-defined]

    @property
    def about(self) -> Case | None:
        """The case, so far."""
        return None if self.is_new else self.instance.case

    def _consents(self) -> Iterator[tuple[str, str]]:
        yield "", "－"
        if self.about is None:
            return
        consents = Consent.objects.changeable_by(self.by).standing().filter(client=self.about.client_id)
        for each in consents.order_by("-obtained_on", "-pk").prefetch_related("agencies"):
            until = f"期限{wareki_short(each.valid_until)}" if each.valid_until else "期限なし"
            ended = f" 撤回{wareki_short(each.withdrawn_on)}" if each.withdrawn_on else ""
            agencies = "・".join(str(agency) for agency in each.agencies.all())
            yield (
                str(each.pk),
                f"{wareki_short(each.obtained_on)} {each.get_method_display()} {until}{ended} {agencies}",
            )

    def clean(self) -> dict[str, Any]:
        """A consent is hers, covers the agency and holds on the day; asked today, asked again in 14 days."""
        cleaned = super().clean()
        case = cleaned.get("case") or self.about
        consent: Consent | None = cleaned.get("consent")
        if consent and case and (refusal := self._unfit(consent, case, cleaned)):
            self.add_error("consent", refusal)
        waits = cleaned.get("sent_on") and not cleaned.get("connected_on") and not cleaned.get("outcome")
        if waits and not cleaned.get("follow_up_on") and "follow_up_on" not in self.errors:
            cleaned["follow_up_on"] = cleaned["sent_on"] + FOLLOW_UP
        return cleaned

    def _unfit(self, consent: Consent, case: Case, cleaned: dict[str, Any]) -> str:
        """Why the consent does not carry this referral; blank where it does."""
        agency: Agency | None = cleaned.get("agency")
        day = cleaned.get("sent_on")
        if consent.client_id != case.client_id:
            return "この同意は別の方のものです。この方の同意を選んでください。"
        if agency and not consent.agencies.filter(pk=agency.pk).exists():
            return f"この同意は{agency}を含みません。{agency}を含む同意を登録するか、この同意に機関を加えてください。"
        if day and not Consent.objects.valid_on(day).filter(pk=consent.pk).exists():
            return (
                f"{wareki(day)}に有効な同意ではありません。有効な同意を選ぶか、新しい同意を登録してください。"
            )
        return ""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if set(RESTS_ON) & set(self.changed_data):  # what was approved is no longer what stands here
            self.instance.approved_by = self.instance.approved_on = None


class ReferralForm(ReferralChangeForm):
    """A new referral of a case."""

    layout = Layout(Fieldset("つなぎ先", Row(Column("case"), Column("agency"))), ASKED, GROUND, LADDER, ENDED)

    class Meta(ReferralChangeForm.Meta):
        fields = ["case", *ReferralChangeForm.Meta.fields]

    def prepare(self) -> None:
        """Offer the cases of the case's client, oneself as 担当."""
        super().prepare()
        self.fields["case"].choices = self._cases  # type: ignore[attr-defined]
        if self.is_new:
            self.initial.setdefault("staff", self.by.pk)

    @property
    def about(self) -> Case | None:
        """The case, so far: named by the address, typed, or kept in a draft."""
        if not self.is_new:
            return super().about
        given = getattr(self, "cleaned_data", {}) if self.is_bound else self.initial
        case = given.get("case")
        if isinstance(case, str):
            try:
                case = self.fields["case"].to_python(case)
            except ValidationError:
                return None
        return case if isinstance(case, Case) else None

    def _cases(self) -> Iterator[tuple[str, str]]:
        yield "", "－"
        if self.about:
            number = self.about.client.number
            for key, label in case_choices(self.about.client, self.by):
                yield key, f"{number} {label}"


class ApproveForm(OfficeForm):
    """承認: lead's word for the text as she saw it, never for her own."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, referral: Referral, by: User) -> None:
        super().__init__(data, initial={"version": referral.version})
        self.referral, self.by = referral, by

    def clean(self) -> dict[str, Any]:
        """There is something to approve, unchanged, and another wrote it."""
        cleaned = super().clean() or {}
        if not self.referral.legal_basis or self.referral.approved_on:
            raise ValidationError("承認を待つ根拠はありません。")
        if cleaned.get("version") != self.referral.version:
            raise ValidationError("内容が変わりました。読み直してから承認してください。")
        if self._wrote_it():
            raise ValidationError("自分が書いた根拠は承認できません。別の主任相談員に頼んでください。")
        return cleaned

    def _wrote_it(self) -> bool:
        """Whether this person wrote the ground that stands here now."""
        ground = {name: getattr(self.referral, name) for name in RESTS_ON}
        first = self.referral.history.filter(**ground).order_by("history_date", "history_id").first()
        return first is not None and first.history_user_id == self.by.pk

    def approved(self) -> bool:
        """Whether it is approved now."""
        if not self.is_valid():
            return False
        try:
            self.referral.approve(by=self.by)
        except ValueError as refusal:
            self.add_error(None, str(refusal))
        except StaleVersion:
            self.add_error(None, "内容が変わりました。読み直してから承認してください。")
        return not self.errors
