"""Master lists: new words, new labels from a day on, words out of use."""

from typing import Any

import django_filters
from django.http import HttpResponse
from django.utils import timezone

from komatsu_support.excel import Sheet
from komatsu_support.fields import WarekiField
from komatsu_support.filters import OfficeFilter
from komatsu_support.forms import RecordForm
from komatsu_support.http import Request
from komatsu_support.models import Term
from komatsu_support.pages import allowed, find, form_page, list_page


class TermForm(RecordForm):
    """A new word."""

    class Meta:
        model = Term
        fields = ["kind", "code", "label", "order", "valid_from", "active"]


class TermChangeForm(RecordForm):
    """An existing word: its code and list stay; a new label counts from a day on."""

    since = WarekiField(label="新しい表示名を使い始める日", initial=timezone.localdate)

    class Meta:
        model = Term
        fields = ["label", "order", "active"]

    def clean_since(self) -> Any:
        """A label cannot start in the future: lists show one label at a time."""
        since = self.cleaned_data["since"]
        if since > timezone.localdate():
            self.add_error("since", "今日までの日付を入力してください。")
        return since

    def _write(self) -> None:
        """Through `rename`, so that earlier reports keep the old label."""
        if "label" in self.changed_data:
            since = self.cleaned_data["since"]
            self.instance.rename(self.instance.label, since=since, by=self.by, changed=self.changed_names())
        else:
            super()._write()


class TermFilter(OfficeFilter):
    """One list at a time."""

    kind = django_filters.ChoiceFilter(choices=Term.Kind, label="一覧", empty_label="すべて")

    class Meta:
        model = Term
        fields: list[str] = []


def term_sheet(terms: Any) -> Sheet[Term]:
    """選択肢一覧."""
    return Sheet(
        title="選択肢",
        columns={
            "一覧": lambda t: t.get_kind_display(),
            "表示名": lambda t: t.label,
            "コード": lambda t: t.code,
            "並び順": lambda t: t.order,
            "使う": lambda t: t.active,
            "使い始める日": lambda t: t.valid_from,
        },
        rows=terms,
    )


@allowed("komatsu_support.manage_terms", methods=["GET", "HEAD"])
def term_list(request: Request) -> HttpResponse:
    """Every word of every list."""
    terms = Term.objects.visible_to(request.user).in_order()
    actions = [{"label": "選択肢を追加", "url": "new/"}]
    return list_page(
        request, TermFilter(request.GET, terms), term_sheet, export_url="", heading="選択肢", actions=actions
    )


@allowed("komatsu_support.manage_terms")
def term_create(request: Request) -> HttpResponse:
    """A new word."""
    return form_page(request, TermForm)


@allowed("komatsu_support.manage_terms")
def term_edit(request: Request, pk: int) -> HttpResponse:
    """Rename, reorder, retire."""
    return form_page(request, TermChangeForm, instance=find(Term.objects.all(), request, pk))
