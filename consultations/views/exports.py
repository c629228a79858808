"""相談一覧 with persons, as a file that leaves the office."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponseBase
from django.urls import reverse

from consultations.filters import ConsultationFilter
from consultations.forms import ExportForm
from consultations.models import Consultation
from consultations.sheets import consultation_named_file
from komatsu_support.http import Request
from komatsu_support.pages import allowed, export_response, page


@allowed("consultations.export_persons")
def consultation_export_named(request: Request) -> HttpResponseBase:
    """The list of the same filter with names and texts: asks why, names the consequences, then hands it out.

    Records of restricted and sealed clients stay out, whoever asks: a file obeys nobody's list of readers.
    So do those that a broken glass shows: a file outlives the hour.
    """
    mine = Consultation.objects.visible_to(request.user)
    filterset = ConsultationFilter(request.GET, mine)
    without_glass = Q(client__disposed_on__isnull=False) | mine.open_to(request.user, to_change=True)
    talks = filterset.qs.filter(without_glass).without_names()
    count = talks.count()
    form = ExportForm(request.POST if request.method == "POST" else None)
    if count and form.is_valid():
        sheet = consultation_named_file(talks)
        return export_response(
            request, sheet, model=Consultation, count=count, basis=form.cleaned_data["reason"]
        )
    return page(
        request,
        status=form.status,
        form=form,
        count=count,
        left_out=filterset.qs.count() - count,
        back_url=f"{reverse('consultations:consultation_list')}?{filterset.query()}",
        back_label="相談一覧",
    )
