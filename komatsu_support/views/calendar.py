"""The office calendar: a month on the wall, a day to change, a year to make."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from komatsu_support.fiscal import MONTHS, current_fiscal_year, fiscal_year, fiscal_year_of, month_of, nendo
from komatsu_support.forms import OfficeForm, RecordForm
from komatsu_support.http import Request
from komatsu_support.models import OfficeDay
from komatsu_support.models.calendar import generate_calendar
from komatsu_support.pages import allowed, find, form_page, page


class OfficeDayForm(RecordForm):
    """One day of the calendar. The day itself never moves."""

    class Meta:
        model = OfficeDay
        fields = ["desk_open", "cafe_open", "reason"]


class YearForm(OfficeForm):
    """Which 年度 to make."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2098)


class MonthForm(forms.Form):
    """?month=2025-04: which month to show."""

    month = forms.RegexField(r"^(19|20)\d\d-(0[1-9]|1[0-2])$", required=False)

    def first_day(self) -> date:
        """The first day of the month asked for, else of this month."""
        asked = self.cleaned_data.get("month") if self.is_valid() else ""
        return date.fromisoformat(f"{asked}-01") if asked else timezone.localdate().replace(day=1)


@allowed("komatsu_support.view_calendar", methods=["GET", "HEAD"])
def calendar_month(request: Request) -> HttpResponse:
    """One month, Sunday first, each day with desk and café."""
    first = MonthForm(request.GET).first_day()
    year = fiscal_year_of(first)
    period = month_of(year, first.month)
    days = list(OfficeDay.objects.visible_to(request.user).in_period(period).order_by("day"))
    blanks = [None] * ((period.start.weekday() + 1) % 7) if days else []
    cells = [*blanks, *days]
    cells += [None] * (-len(cells) % 7)
    return page(
        request,
        first=first,
        weeks=list(zip(*[iter(cells)] * 7, strict=True)),
        months=[month_of(year, month).start for month in MONTHS],
        year=year,
        years=[current_fiscal_year() + offset for offset in (-1, 0, 1)],
        may_change=request.user.has_perm("komatsu_support.change_calendar"),
        today=timezone.localdate(),
        year_label=nendo(year),
        weekday_names="日月火水木金土",
    )


@allowed("komatsu_support.change_calendar", methods=["POST"])
def calendar_generate(request: Request) -> HttpResponse:
    """Make the missing days of a 年度 from the national holidays."""
    form = YearForm(request.POST)
    if not form.is_valid():
        messages.error(request, "年度は2000から2098までの西暦で指定してください。")
        return redirect("calendar_month")
    year = form.cleaned_data["year"]
    made = generate_calendar(year, by=request.user)
    messages.success(request, f"{nendo(year)}のカレンダーを{made}日分作りました。")
    return redirect(f"{reverse('calendar_month')}?month={fiscal_year(year).start:%Y-%m}")


@allowed("komatsu_support.change_calendar")
def officeday_edit(request: Request, pk: int) -> HttpResponse:
    """Close or open one day."""
    day = find(OfficeDay.objects.all(), request, pk)
    return form_page(request, OfficeDayForm, instance=day, heading="開所日の修正")
