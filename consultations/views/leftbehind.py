"""封印の引継ぎ: sealed files of which nobody named is left at the desk, and who opens them from now on."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consultations.forms.leftbehind import LATE, EntrustForm
from consultations.models import Client
from komatsu_support import audit
from komatsu_support.http import Request
from komatsu_support.models import AuditEvent, User
from komatsu_support.pages import allowed, page

BASIS = "開ける人のいない封印の相談者"


@allowed("consultations.entrust_client")
def leftbehind_list(request: Request) -> HttpResponse:
    """Numbers and former names, each with the form that names a colleague. Lead may be the relative: she reads no more."""
    colleagues = User.objects.staff_of_desk().exclude(pk=request.user.pk)
    forms = _forms(request, colleagues)
    pressed = next((form for form in forms if form.is_bound), None)
    if request.method == "POST" and pressed is None:
        messages.warning(request, LATE)
        return redirect("consultations:leftbehind_list")
    if pressed and pressed.entrusted():
        told = f"{pressed.client.number} を引き継ぎました。選んだ職員に番号を伝えてください。"
        messages.success(request, told)
        return redirect("consultations:leftbehind_list")
    audit.looked(AuditEvent.Action.LIST, by=request.user, kind=Client, count=len(forms), basis=BASIS)
    return page(
        request,
        status=pressed.status if pressed else 200,
        form=pressed,
        forms=forms,
        is_alone=not colleagues,
        back_url=reverse("home"),
        back_label="今日の仕事",
    )


def _forms(request: Request, colleagues: QuerySet[User]) -> list[EntrustForm]:
    """One for each file, bound where the press was for that file."""
    data = request.POST if request.method == "POST" else None
    named = Prefetch("assigned", User.objects.order_by("kana", "pk"))
    clients = Client.objects.left_behind().prefetch_related(named).order_by("number")
    return [EntrustForm(data, client=each, colleagues=colleagues, by=request.user) for each in clients]
