"""The trail for those who may read it: all of it, or only whether it stands."""

import django_filters
from django.http import HttpResponse

from komatsu_support import audit
from komatsu_support.checks import missing_triggers
from komatsu_support.excel import Sheet
from komatsu_support.filters import OfficeFilter
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, list_page, page
from komatsu_support.templatetags.office import shown


class TrailFilter(OfficeFilter):
    """By action and by person."""

    action = django_filters.ChoiceFilter(choices=AuditEvent.Action, label="操作")
    user = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("kana", "pk"), label="操作者")

    class Meta:
        model = AuditEvent
        fields: list[str] = []


def trail_sheet(events: "object") -> Sheet[AuditEvent]:
    """証跡一覧: names of fields, never values."""
    return Sheet(
        title="証跡",
        columns={
            "通番": lambda e: e.number,
            "日時": lambda e: shown(e.at),
            "操作者": lambda e: str(e.user) if e.user else "",
            "操作": lambda e: e.get_action_display(),
            "対象": lambda e: e.what,
            "項目": lambda e: e.changed,
            "件数": lambda e: e.count,
            "根拠": lambda e: e.basis,
            "接続元": lambda e: e.address,
        },
        rows=events,  # type: ignore[arg-type]
    )


@allowed("komatsu_support.view_trail", methods=["GET", "HEAD"])
def trail_list(request: Request) -> HttpResponse:
    """Every event, newest first."""
    events = AuditEvent.objects.select_related("user").order_by("-number")
    return list_page(
        request, TrailFilter(request.GET, events), trail_sheet, export_url="", heading="証跡", unlinked=True
    )


@allowed("komatsu_support.view_trail_status")
def trail_status(request: Request) -> HttpResponse:
    """Whether the chain stands: how many rows, whether every trigger is there, what is wrong."""
    verdict = audit.verify() if request.method == "POST" else None
    return page(request, verdict=verdict, count=AuditEvent.objects.count(), missing=missing_triggers())
