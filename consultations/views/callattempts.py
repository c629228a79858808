"""架電: a call to a client, written down with one press."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse

from consultations.forms import NamedForm
from consultations.forms.callattempt import CallAttemptChangeForm, CallAttemptForm
from consultations.models import CallAttempt
from komatsu_support.fiscal import wareki
from komatsu_support.http import Request
from komatsu_support.pages import allowed, detail_page, find, find_to_change, form_page, void_page


@allowed("consultations.view_callattempt", methods=["GET", "HEAD"])
def callattempt_detail(request: Request, pk: int) -> HttpResponse:
    """One call."""
    people = ("client", "case", "staff", "created_by", "updated_by", "voided_by")
    call = find(CallAttempt.objects.select_related(*people), request, pk)
    return detail_page(
        request,
        call,
        [
            ("相談者", f"{call.client.called}（{call.client.number}）"),
            ("日時", f"{wareki(call.called_on)}　{call.called_at:%H:%M}"),
            ("かけた職員", call.staff),
            ("結果", call.get_result_display()),
            ("メモ", call.note),
        ],
        personal=True,
        heading=f"架電　{call.get_result_display()}",
        confidential=True,
        back_url=call.client.get_absolute_url(),
        back_label=call.client.called,
    )


@allowed("consultations.add_callattempt")
def callattempt_create(request: Request) -> HttpResponse:
    """A call to ?client= or of ?case=. Where she answered, the consultation's form comes next."""
    named = NamedForm(request.GET, by=request.user)
    answer = form_page(
        request,
        CallAttemptForm,
        **named.begins("架電の記録"),
        client=named.person,
        results=CallAttempt.Result.choices,
        back_url=named.person.get_absolute_url() if named.person else reverse("consultations:followup_list"),
    )
    return _onward(answer)


def _onward(answer: HttpResponse) -> HttpResponse:
    """From a call that is written down: to the talk it became, else to whom it was made."""
    if not 300 <= answer.status_code < 400:
        return answer
    call = CallAttempt.objects.select_related("client").get(pk=resolve(answer["Location"]).kwargs["pk"])
    if call.result != CallAttempt.Result.TALKED:
        return redirect(call.client)
    about = f"case={call.case_id}" if call.case_id else f"client={call.client_id}"
    return redirect(f"{reverse('consultations:consultation_create')}?{about}")


@allowed("consultations.change_callattempt")
def callattempt_edit(request: Request, pk: int) -> HttpResponse:
    """Correct what was written down."""
    call = find_to_change(CallAttempt.objects.standing().select_related("client"), request, pk)
    return form_page(request, CallAttemptChangeForm, instance=call, heading="架電の修正", client=call.client)


@allowed("consultations.void_callattempt")
def callattempt_void(request: Request, pk: int) -> HttpResponse:
    """Take a call back."""
    call = find_to_change(CallAttempt.objects.select_related("client"), request, pk)
    return void_page(request, call, back_to=call.client.get_absolute_url())
