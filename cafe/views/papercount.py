"""正の字表: the paper to print, its transcription, and what the page of the day shows of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe.forms import EventStart
from cafe.forms.fields import BANDS
from cafe.forms.papercount import PaperCountForm
from cafe.models import OpenDay, PaperCount
from cafe.sheets_papercount import FIVES, comparison, facts_of, labels
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find, form_page, page, record_actions, void_page

State = OpenDay.State


@allowed("cafe.view_papercount", methods=["GET", "HEAD"])
def papercount_print(request: Request, open_day: int) -> HttpResponse:
    """The paper of one day, to be filled in by hand. Nobody stands on it."""
    day = find(OpenDay.objects.standing(), request, open_day)
    program = day.events.standing().order_by("starts_at", "pk")
    return _paper(request, day=day, program=list(program), back_url=day.get_absolute_url())


@allowed("cafe.view_papercount", methods=["GET", "HEAD"])
def papercount_blank(request: Request) -> HttpResponse:
    """The paper without a date."""
    return _paper(request, day=None, program=[], back_url=reverse("cafe:openday_list"))


def _paper(request: Request, **context: Any) -> HttpResponse:
    return page(
        request,
        fives=FIVES,
        counted=labels(PaperCount.COUNTED),
        others=labels(PaperCount.OTHERS),
        bands=[band.label for band in BANDS],
        weathers=OpenDay.Weather.labels,
        **context,
    )


@allowed("cafe.view_papercount", methods=["GET", "HEAD"])
def papercount_next(request: Request) -> HttpResponse:
    """明日の用紙: to the paper of the next day that is planned, else to the blank one."""
    day = OpenDay.objects.visible_to(request.user).coming().first()
    return redirect("cafe:papercount_print", open_day=day.pk) if day else redirect("cafe:papercount_blank")


@allowed("cafe.add_papercount")
def papercount_create(request: Request) -> HttpResponse:
    """The strokes of a day's paper, from its page (?day=) or with the day chosen."""
    day = EventStart(request.GET, by=request.user).initial_values().get("open_day")
    return form_page(
        request,
        PaperCountForm,
        initial={"open_day": day} if day else None,
        heading=f"{wareki(day.held_on)}の正の字表を入力" if day else "正の字表の入力",
        compared=comparison(day, None) if day else None,
        back_url=day.get_absolute_url() if day else reverse("cafe:openday_list"),
    )


@allowed("cafe.change_papercount")
def papercount_edit(request: Request, pk: int) -> HttpResponse:
    """Correct what was typed."""
    paper = find(PaperCount.objects.standing().select_related("open_day"), request, pk)
    return form_page(request, PaperCountForm, instance=paper, compared=comparison(paper.open_day, None))


@allowed("cafe.void_papercount")
def papercount_void(request: Request, pk: int) -> HttpResponse:
    """Take a transcription back."""
    return void_page(request, find(PaperCount.objects.select_related("open_day"), request, pk))


def paper_of(request: Request, day: OpenDay) -> dict[str, Any]:
    """What the page of a day shows of its paper: the numbers compared, and what to do next."""
    paper = PaperCount.objects.visible_to(request.user).standing().filter(open_day=day).first()
    return {
        "table": comparison(day, paper) if paper else None,
        "facts": facts_of(paper) if paper else [],
        "actions": _actions(request, day, paper),
    }


def _actions(request: Request, day: OpenDay, paper: PaperCount | None) -> list[dict[str, str]]:
    """Print; type in what is on it; close the day with it."""
    if day.is_voided:
        return []
    has_come = day.held_on <= timezone.localdate()
    actions = []
    if paper and day.state == State.PLANNED and request.user.has_perm("cafe.close_openday"):
        actions.append({"label": "この用紙の数で締める", "url": reverse("cafe:openday_close", args=[day.pk])})
    if paper:
        return actions + [
            each | {"label": f"用紙を{each['label']}"} for each in record_actions(request, paper)
        ]
    if has_come and day.state != State.CANCELLED and request.user.has_perm("cafe.add_papercount"):
        actions.append(
            {"label": "用紙の数を入力", "url": f"{reverse('cafe:papercount_create')}?day={day.pk}"}
        )
    actions.append({"label": "この日の用紙を印刷", "url": reverse("cafe:papercount_print", args=[day.pk])})
    return [each | {"kind": "secondary"} for each in actions]


def _of_sheet(action: dict[str, str]) -> dict[str, str]:
    """修正する and 取り消す, said of the sheet: the buttons of the day stand on the same page."""
    kind = "secondary" if action["kind"] == "primary" else action["kind"]
    return action | {"label": f"用紙を{action['label']}", "kind": kind}
