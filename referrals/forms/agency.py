"""The form of an agency."""

from crispy_forms.layout import Column, Fieldset, Layout, Row

from consultations.forms import DeskForm
from komatsu_support.fields import KanaField, PhoneField
from referrals.models import Agency


class AgencyForm(DeskForm):
    """支援機関: what one asks before sending somebody there."""

    name_kana = KanaField(label="機関名カナ", required=False, max_length=120)
    phone = PhoneField(label="電話", required=False, max_length=20)
    fax = PhoneField(label="FAX", required=False, max_length=20)

    past = ("confirmed_on",)
    layout = Layout(
        Fieldset(
            "機関",
            Row(Column("name"), Column("name_kana")),
            Row(Column("kind"), Column("section")),
            Row(Column("contact"), Column("hours")),
            Row(Column("phone"), Column("fax")),
            "address",
        ),
        Fieldset(
            "利用のめやす",
            Row(Column("eligibility"), Column("cost")),
            Row(Column("papers"), Column("languages")),
            "has_agreement",
            "note",
        ),
        Fieldset("台帳", "confirmed_on", "active"),
        Fieldset("報告書", "show_in_report", Row(Column("report_label"), Column("report_order"))),
    )

    class Meta:
        model = Agency
        fields = [
            "name",
            "name_kana",
            "kind",
            "section",
            "contact",
            "hours",
            "phone",
            "fax",
            "address",
            "eligibility",
            "cost",
            "papers",
            "languages",
            "has_agreement",
            "note",
            "confirmed_on",
            "active",
            "show_in_report",
            "report_label",
            "report_order",
        ]
        help_texts = {
            "confirmed_on": "電話や窓口で内容を確かめた日。1年を過ぎると一覧に「要確認」と出ます",
            "active": "外すと新しいつなぎ・同意では選べません",
            "report_label": "空欄なら機関名",
        }
