"""あとを追う方: the list that nobody falls out of."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse

from consultations.followup import LABELS, FollowUps, Show
from consultations.models import Client
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent
from komatsu_support.pages import ROWS, allowed, page


class ShowForm(forms.Form):
    """?show= which of them, ?whose=mine only one's own."""

    show = forms.ChoiceField(choices=[(each.value, LABELS[each]) for each in Show], required=False)
    whose = forms.ChoiceField(choices=[("mine", "自分の担当")], required=False)

    @property
    def chosen(self) -> Show:
        """The section; what is due where none is named."""
        self.is_valid()
        return Show(self.cleaned_data.get("show") or Show.DUE)

    @property
    def only_mine(self) -> bool:
        """Everybody's unless one's own are asked for: somebody may be away."""
        self.is_valid()
        return self.cleaned_data.get("whose") == "mine"


@allowed("consultations.view_appointment", methods=["GET", "HEAD"])
def followup_list(request: Request) -> HttpResponse:
    """Promises due and to come, cases without a contact, interrupted ones."""
    form = ShowForm(request.GET)
    show, follow_ups = form.chosen, FollowUps.of(request.user, only_mine=form.only_mine)
    counts = follow_ups.counts()
    paginator = Paginator(follow_ups.rows(show), ROWS)
    paginator.count = counts[show]  # counted with the others
    page_obj = paginator.get_page(request.GET.get("page"))
    lines = follow_ups.lines(page_obj.object_list)
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=len(lines), basis="あとを追う方")
    return page(
        request,
        tabs=[(each.value, LABELS[each], counts[each], each == show) for each in Show],
        show=show.value,
        label=LABELS[show],
        only_mine=form.only_mine,
        whose="mine" if form.only_mine else "",
        lines=lines,
        page_obj=page_obj,
        total=counts[show],
        today=follow_ups.today,
    )
