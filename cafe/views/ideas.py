"""企画の種: ideas, their votes, and what becomes of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from cafe.filters import IdeaFilter
from cafe.forms import IdeaDeclineForm, IdeaForm, IdeaTallyForm, VoteForm
from cafe.models import Idea
from cafe.sheets_idea import idea_events_sheet, idea_sheet, stage_word
from cafe.views.program import program
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.models import StaleVersion
from komatsu_support.pages import (
    allowed,
    detail_page,
    export_response,
    find,
    form_page,
    list_page,
    page,
    record_actions,
    void_page,
)

SHAPES = {Idea.Stage.FRESH: "todo", Idea.Stage.EVENT: "done", Idea.Stage.LET_GO: "void"}
LET_GO = "見送った種です。票を入れるときは、先に「もう一度取り上げる」を押してください。"


@allowed("cafe.view_idea", methods=["GET", "HEAD"])
def idea_list(request: Request) -> HttpResponse:
    """Ideas of every 年度, those that wait on top."""
    return list_page(
        request,
        IdeaFilter(request.GET, Idea.objects.visible_to(request.user).with_stage()),
        idea_sheet,
        heading="企画の種",
        shapes=SHAPES,
        press=uuid.uuid4(),
        empty_text="企画の種はまだありません。「やってみたい」と聞いたことを、一言で書きとめます。",
        back_url=reverse("cafe:event_list"),
        back_label="企画の一覧",
    )


@allowed("cafe.view_idea", methods=["GET", "HEAD"])
def idea_detail(request: Request, pk: int) -> HttpResponse:
    """One idea: its votes, and the events made of it."""
    people = ("created_by", "updated_by", "voided_by")
    idea = find(Idea.objects.with_stage().select_related(*people), request, pk)
    last = idea.last_press(by=request.user)
    events = idea_events_sheet(idea.events.on_standing_days())
    return detail_page(
        request,
        idea,
        facts=_facts(idea),
        heading=idea.title,
        actions=_actions(request, idea),
        state=SHAPES[idea.stage],
        state_word=stage_word(idea),
        press=uuid.uuid4(),
        last_press=last,
        last_votes=idea.votes.standing().filter(press=last).count() if last else 0,
        sections=[program(request, "この種からの企画", events, start="")],
        back_url=reverse("cafe:idea_list"),
        back_label="企画の種の一覧",
    )


def _facts(idea: Idea) -> list[tuple[str, Any]]:
    facts = [
        ("出した人", idea.get_source_display()),
        ("聞いた日", wareki(idea.heard_on)),
        ("くわしく", idea.text),
        ("必要な物", idea.needs),
        ("見込みの費用", None if idea.cost_yen is None else f"{idea.cost_yen:,}円"),
    ]
    return [*facts, ("見送った理由", idea.let_go_reason)] if idea.is_let_go else facts


def _actions(request: Request, idea: Any) -> list[dict[str, Any]]:
    """To make an event of it stands out, until it is let go."""
    record = [
        each | {"kind": "secondary"} if each["kind"] == "primary" else each
        for each in record_actions(request, idea)
    ]
    if idea.is_voided or not request.user.has_perm("cafe.change_idea"):
        return record
    if idea.is_let_go:
        url = reverse("cafe:idea_resume", args=[idea.pk])
        return [{"label": "もう一度取り上げる", "url": url, "post": True, "kind": "primary"}, *record]
    plan = {"label": "この種を企画にする", "url": f"{reverse('cafe:event_create')}?idea={idea.pk}"}
    decline = {"label": "見送る", "url": reverse("cafe:idea_decline", args=[idea.pk]), "kind": "secondary"}
    return [plan, *([decline] if idea.stage == Idea.Stage.FRESH else []), *record]


@allowed("cafe.add_idea")
def idea_create(request: Request) -> HttpResponse:
    """Write an idea down."""
    return form_page(request, IdeaForm)


@allowed("cafe.change_idea")
def idea_edit(request: Request, pk: int) -> HttpResponse:
    """Say more about an idea."""
    return form_page(request, IdeaForm, instance=find(Idea.objects.standing(), request, pk))


@allowed("cafe.change_idea", methods=["POST"])
def idea_vote(request: Request, pk: int) -> HttpResponse:
    """＋1. The same press counts once."""
    idea = find(Idea.objects.standing(), request, pk)
    form = VoteForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "票を入れられませんでした。もう一度「＋1」を押してください。")
    elif idea.is_let_go:
        messages.warning(request, LET_GO)
    elif idea.vote(form.cleaned_data["press"], by=request.user):
        messages.success(request, "1票を入れました。")
    else:
        messages.info(
            request, "この1票はもう入っています。続けて入れるときは、もう一度「＋1」を押してください。"
        )
    return redirect(form.back_url or idea)


@allowed("cafe.change_idea", methods=["POST"])
def idea_unvote(request: Request, pk: int) -> HttpResponse:
    """もどす: one's own last press of today."""
    idea = find(Idea.objects.standing(), request, pk)
    form = VoteForm(request.POST)
    if form.is_valid() and (number := idea.take_back(form.cleaned_data["press"], by=request.user)):
        messages.success(request, f"{number}票をもどしました。")
    else:
        messages.info(request, "もどす票はありません。もどせるのは、今日自分が入れた票です。")
    return redirect(idea)


@allowed("cafe.change_idea")
def idea_tally(request: Request, pk: int) -> HttpResponse:
    """集めた票を入れる: so many at once, from a paper sheet."""
    idea = find(Idea.objects.standing(), request, pk)
    if idea.is_let_go:
        messages.warning(request, LET_GO)
        return redirect(idea)
    form = IdeaTallyForm(request.POST if request.method == "POST" else None, idea=idea)
    if form.is_valid():
        number = form.cleaned_data["number"]
        idea.vote(form.cleaned_data["press"], by=request.user, number=number)
        messages.success(request, f"{number}票を入れました。")
        return redirect(idea)
    return page(request, status=form.status, form=form, record=idea)


@allowed("cafe.change_idea")
def idea_decline(request: Request, pk: int) -> HttpResponse:
    """見送る, with a reason."""
    idea = find(Idea.objects.standing(), request, pk)
    return form_page(
        request, IdeaDeclineForm, instance=idea, heading="企画の種を見送る", submit_label="見送る"
    )


@allowed("cafe.change_idea", methods=["POST"])
def idea_resume(request: Request, pk: int) -> HttpResponse:
    """もう一度取り上げる: what was let go waits again. Pressed twice it is done once."""
    idea = find(Idea.objects.standing(), request, pk)
    if not idea.is_let_go:
        messages.info(request, "この種は見送りになっていません。")
        return redirect(idea)
    try:
        idea.take_up(by=request.user)
    except StaleVersion:
        messages.warning(request, "他の人が先に更新しました。今の状態を確かめてください。")
    else:
        messages.success(request, "もう一度取り上げました。")
    return redirect(idea)


@allowed("cafe.void_idea")
def idea_void(request: Request, pk: int) -> HttpResponse:
    """Take an idea back that should never have been there; not while an event was made of it."""
    idea = find(Idea.objects.all(), request, pk)
    return void_page(
        request,
        idea,
        hanging=[idea.events.all()],
        refusal="この種から企画が登録されています。先に企画の「企画の種」を「なし」にするか、企画を取り消してください。",
    )


@allowed("cafe.export_idea", methods=["GET", "HEAD"])
def idea_export(request: Request) -> HttpResponseBase:
    """The list as a file."""
    ideas = IdeaFilter(request.GET, Idea.objects.visible_to(request.user).with_stage()).qs
    return export_response(request, idea_sheet(ideas), model=Idea, count=ideas.count())
