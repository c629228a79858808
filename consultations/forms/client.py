"""Forms of clients: the file without the ways to reach her, those ways, and the look at them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from consultations.forms.desk import PEOPLE, DeskForm
from consultations.models import Client
from komatsu_support import audit
from komatsu_support.fields import KanaField, PhoneField, PostcodeField
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.models import AuditEvent, Role, User

SHORTEST_REASON = 5  # characters
SHOWN_FOR = timedelta(minutes=10)  # a look with a reason opens the page of changes for so long

WHO = Fieldset(
    "どなた",
    Row(Column("alias"), Column("first_contact_on")),
    Row(Column("name"), Column("name_kana")),
    Row(Column("birth_date"), Column("age_band")),
)
REACH = Fieldset(
    "連絡のしかた",
    Row(Column("call_as"), Column("call_time")),
    "voicemail",
    Row(Column("watchword"), Column("contact_warning")),
    Row(Column("phone"), Column("mobile")),
    Row(Column("postcode"), Column("district")),
    "address",
)
LIFE = Fieldset(
    "くらし",
    Row(Column("household"), Column("marital")),
    Row(Column("employment"), Column("children")),
    Row(Column("nationality"), Column("language")),
    "needs_interpreter",
    "note",
)
ACCESS = Fieldset(
    "担当と閲覧の範囲",
    Row(Column("staff"), Column("protection")),
    "assigned",
    Row(Column("address_protected"), Column("protected_until")),
)
FILE = [
    "alias",
    "first_contact_on",
    "name",
    "name_kana",
    "birth_date",
    "age_band",
    "household",
    "marital",
    "employment",
    "children",
    "nationality",
    "language",
    "needs_interpreter",
    "note",
    "staff",
    "protection",
    "assigned",
    "address_protected",
    "protected_until",
]
CONTACT = [
    "call_as",
    "call_time",
    "voicemail",
    "watchword",
    "contact_warning",
    "phone",
    "mobile",
    "postcode",
    "district",
    "address",
]

KEPT_BACK = ("watchword", "phone", "mobile", "postcode", "district", "address")
"""What stands behind 表示 alone."""


class ClientForm(DeskForm):
    """A client's file without phone, address and 合言葉, which have a page of their own."""

    name_kana = KanaField(label="氏名カナ", required=False, max_length=80)

    people: ClassVar[tuple[str, ...]] = ("staff", "assigned")
    past: ClassVar[tuple[str, ...]] = ("birth_date", "first_contact_on")
    layout = Layout(WHO, LIFE, ACCESS)

    class Meta:
        model = Client
        fields = FILE
        widgets: ClassVar[dict[str, Any]] = {"assigned": PEOPLE}
        help_texts: ClassVar[dict[str, str]] = {
            "alias": "名前を聞けないときは呼び名だけで。あとから書き足せます",
            "age_band": "生年月日がわからないとき",
            "assigned": "閲覧制限・封印のとき、担当のほかにこの方の記録を開ける職員。封印では、ここで選んだ職員だけが開けます",
        }

    def prepare(self) -> None:
        """Offer oneself as 担当; lock what only 担当 and lead may change."""
        super().prepare()
        if self.is_new:
            self.initial.setdefault("staff", self.by.pk)
        for name in self._locked():
            self.fields[name].disabled = True
            self.fields[name].help_text = "担当または主任相談員だけが変えられます"

    def _locked(self) -> list[str]:
        """Fields that decide who sees her. Anybody may mark a client protected, few may take it back."""
        client: Client = self.instance
        mine = self.is_new or self.by.role == Role.LEAD or client.staff_id == self.by.pk
        named = client.protection == Client.Protection.SEALED  # whoever sees a sealed file is named in it
        nobodys = client.staff_id is None and client.protection == Client.Protection.NORMAL
        if mine or named or (nobodys and not client.address_protected):
            return []
        locked = ["staff", "protection", "assigned"]
        return [*locked, "address_protected", "protected_until"] if client.address_protected else locked

    def clean(self) -> dict[str, Any]:
        """A closed file is open to somebody, and somebody may call a protected person."""
        cleaned = super().clean()
        protection, assigned, staff = (cleaned.get(name) for name in ("protection", "assigned", "staff"))
        if protection == Client.Protection.SEALED and not assigned:
            self.add_error("assigned", "封印するときは、閲覧できる職員を1人以上選んでください。")
        elif protection == Client.Protection.RESTRICTED and not (staff or assigned):
            self.add_error("staff", "閲覧制限にするときは、担当か閲覧できる職員を選んでください。")
        if cleaned.get("address_protected") and not (staff or assigned):
            self.add_error(
                "staff", "支援措置の方には担当を決めてください。連絡先を表示できるのは担当だけです。"
            )
        return cleaned


class ContactForm(RecordForm):
    """The ways to reach her, and how to do it safely."""

    phone = PhoneField(label="電話", required=False, max_length=20)
    mobile = PhoneField(label="携帯電話", required=False, max_length=20)
    postcode = PostcodeField(label="郵便番号", required=False, max_length=12)

    layout = Layout(REACH)

    class Meta:
        model = Client
        fields = CONTACT


class NewClientForm(ClientForm):
    """A new client: everything on one page."""

    phone = PhoneField(label="電話", required=False, max_length=20)
    mobile = PhoneField(label="携帯電話", required=False, max_length=20)
    postcode = PostcodeField(label="郵便番号", required=False, max_length=12)

    layout = Layout(WHO, REACH, LIFE, ACCESS)

    class Meta(ClientForm.Meta):
        fields = FILE + CONTACT

    def is_open(self, first: Any) -> bool:
        """Nor are a protected person's ways shown beside what was typed, unless 表示 was pressed."""
        return super().is_open(first) and RevealForm(client=first, by=self.by).was_shown


class RevealForm(OfficeForm):
    """表示: asks why before a protected person's ways are shown, and writes the look to the trail."""

    reason = forms.CharField(
        label="表示する理由",
        min_length=SHORTEST_REASON,
        max_length=200,
        error_messages={
            "required": "理由を入力してください。",
            "min_length": f"理由を{SHORTEST_REASON}文字以上で入力してください。",
        },
    )

    def __init__(self, data: Any = None, *, client: Client, by: User) -> None:
        super().__init__(data)
        self.client, self.by = client, by
        self.is_refused = client.address_protected and not client.is_assigned_to(by)
        if not client.address_protected:
            del self.fields["reason"]

    def revealed(self) -> bool:
        """Whether the ways may be shown now; then the look is already in the trail."""
        if self.is_refused or not self.is_valid():
            return False
        self.log(self.cleaned_data.get("reason", ""))
        return True

    def log(self, basis: str) -> None:
        """Write the look before the first byte."""
        audit.looked(AuditEvent.Action.REVEAL, by=self.by, on=self.client, basis=basis)

    @property
    def was_shown(self) -> bool:
        """Whether this person may go on to change them: a protected person's after a look with a reason."""
        if not self.client.address_protected:
            return True
        return (
            not self.is_refused
            and AuditEvent.objects.filter(
                user=self.by,
                action=AuditEvent.Action.REVEAL,
                object_type=Client._meta.label_lower,
                object_id=self.client.pk,
                at__gte=timezone.now() - SHOWN_FOR,
            ).exists()
        )


class SearchForm(OfficeForm):
    """A person by anything known of her. Sent by POST: a name never stands in an address."""

    q = forms.CharField(label="相談者を探す", max_length=80, required=False)

    def clean_q(self) -> str:
        """Something to look for: nothing would list everybody."""
        if not (typed := str(self.cleaned_data["q"])):
            raise ValidationError("番号、カナ、氏名、呼び名、電話、生年月日のどれかを入力してください。")
        return typed
