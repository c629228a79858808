"""橋: the café says that somebody would like to talk, and is told nothing of it afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from cafe.forms.introduction import IntroductionForm
from cafe.models import Introduction, OpenDay
from cafe.models.introduction import why_not
from komatsu_support.http import Request
from komatsu_support.pages import allowed, find


@allowed("cafe.add_introduction", methods=["POST"])
def introduction_create(request: Request, day: int) -> HttpResponse:
    """「相談員につなぐ」, by one press. The answer is the same whether it is the first of its kind or the tenth."""
    open_day: OpenDay = find(OpenDay.objects.all(), request, day)
    form = IntroductionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "伝わっていません。画面を開き直して、もう一度押してください。")
        return redirect(open_day)
    try:
        Introduction.objects.leave(open_day, by=request.user, submission=form.cleaned_data["submission"])
    except ValueError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "相談員に伝わりました。")
    return redirect(open_day)


def introduction_form(request: Request, open_day: OpenDay) -> IntroductionForm | None:
    """The press on the page of a day, for those who may and where somebody can have been there."""
    may = request.user.has_perm("cafe.add_introduction")
    return IntroductionForm(auto_id=False) if may and not why_not(open_day) else None
