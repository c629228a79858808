"""正の字表: the paper to print, its transcription, and what the page of the day shows of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from cafe.comparison import comparison
from cafe.forms import EventStart
from cafe.forms.fields import BANDS
from cafe.forms.papercount import PaperCountForm
from cafe.models import OpenDay, PaperCount
from cafe.sheets_papercount import FIVES, facts_of, labels
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find, form_page, page, record_actions, void_page

State = OpenDay.State


@allowed("cafe.view_papercount", methods=["GET", "HEAD"])
def papercount_print(request: Request, open_day: int) -> HttpResponse:
    """The paper of one day, to be filled in by hand. Nobody stands on it."""
    day = find(OpenDay.objects.standing(), request, open_day)
    program = day.events.standing().in_order()
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
    """What to do with the sheet of the day; on the day itself, tomorrow's paper too."""
    if day.is_voided:
        return []
    actions = _with_sheet(request, day, paper) if paper else _without_sheet(request, day)
    if day.held_on == timezone.localdate():
        actions.append(_way("明日の用紙", reverse("cafe:papercount_next")))
    return actions


def _with_sheet(request: Request, day: OpenDay, paper: PaperCount) -> list[dict[str, str]]:
    """Close the day with it; correct it or take it back, said of the sheet beside the buttons of the day."""
    may_close = day.state == State.PLANNED and request.user.has_perm("cafe.close_openday")
    close = _way("この用紙の数で締める", reverse("cafe:openday_close", args=[day.pk]), kind="primary")
    kinds = {"primary": "secondary"}
    record = [
        _way(f"用紙を{each['label']}", each["url"], kind=kinds.get(each["kind"], each["kind"]))
        for each in record_actions(request, paper)
    ]
    return [close, *record] if may_close else record


def _without_sheet(request: Request, day: OpenDay) -> list[dict[str, str]]:
    """Type it in, once the day has come and was not cancelled; print the paper."""
    create = _way("用紙の数を入力", f"{reverse('cafe:papercount_create')}?day={day.pk}")
    paper = _way("この日の用紙を印刷", reverse("cafe:papercount_print", args=[day.pk]))
    may_type = day.held_on <= timezone.localdate() and day.state != State.CANCELLED
    return [create, paper] if may_type and request.user.has_perm("cafe.add_papercount") else [paper]


def _way(label: str, url: str, *, kind: str = "secondary") -> dict[str, str]:
    return {"label": label, "url": url, "kind": kind}
