"""見られてもよい画面: hides what can be read on this person's screen until it is asked for again."""

from django.http import HttpResponse
from django.shortcuts import redirect

from komatsu_support.http import Request, page_of_ours
from komatsu_support.pages import allowed
from komatsu_support.views.faults import resend_page


@allowed("komatsu_support.view_home", methods=["POST"])
def screen_hide(request: Request) -> HttpResponse:
    """From now on every page of this session is sent masked."""
    request.session["screen_hidden"] = True
    return _back(request)


@allowed("komatsu_support.view_home", methods=["POST"])
def screen_show(request: Request) -> HttpResponse:
    """Readable again; what was sent meanwhile and refused is given back first."""
    request.session.pop("screen_hidden", None)
    held = request.session.pop("held", None) if "next" in request.POST else None
    if held:
        return resend_page(request, held["fields"], held["action_url"], kind="hidden", status=200)
    return _back(request)


def _back(request: Request) -> HttpResponse:
    """To the page it was pressed on; a script that stays there needs no page."""
    if "next" not in request.POST:
        return HttpResponse(status=204)
    return redirect(page_of_ours(request.POST["next"]) or "home")
