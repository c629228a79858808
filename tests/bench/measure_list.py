"""A page of the consultations' list against Django's admin list of the same rows, both behind the same log-in."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.test import Client as Browser
from django.urls import reverse

from komatsu_support.fiscal import current_fiscal_year, fiscal_year
from komatsu_support.models import Term
from tests.bench.browser import got, signed_in
from tests.bench.databases import S10, Databases, Size
from tests.bench.results import Report, in_turn, timed

WANTED = {"S10": 4, "S1000": 30}
OURS, ADMIN = re.compile(rb'href="/consultations/(\d+)/"'), re.compile(rb"/consultation/(\d+)/change/")


@dataclass(frozen=True)
class Look:
    """One page of both lists, with the same rows on it."""

    what: str
    ours: str
    admin: str


def measure(offices: Databases, report: Report) -> None:
    taken: dict[tuple[str, str], float] = {}
    for size in dict.fromkeys([S10, offices.largest]):
        browser = signed_in(offices, size)
        with offices.at(size):
            for look in _looks():
                taken[size.name, look.what] = _against_admin(report, size, browser, look)
    if offices.largest is not S10:
        large = offices.largest.name
        for what in [what for name, what in taken if name == large]:
            report.at_most(f"{what} at {large} / at S10", taken[large, what], taken[S10.name, what], 1.5)


def _against_admin(report: Report, size: Size, browser: Browser, look: Look) -> float:
    """How long ours takes."""
    _same_rows(browser, look)
    sides = [timed(lambda: got(browser, look.ours)), timed(lambda: got(browser, look.admin))]
    ours, admin = in_turn(report.times(15), sides)
    report.at_least(f"{size.name}: {look.what} / Django's admin", ours, admin, WANTED[size.name])
    report.queries(
        f"{size.name}: queries of {look.what}",
        lambda: got(browser, look.ours),
        6,
        lambda: got(browser, look.admin),
    )
    return ours


def _looks() -> list[Look]:
    """This year's list, and the same narrowed by method and 年代."""
    year = fiscal_year(current_fiscal_year())
    method = Term.objects.get(kind="method", code="phone").pk
    ours, admin = (
        reverse("consultations:consultation_list"),
        reverse("admin:consultations_consultation_changelist"),
    )
    days = {"consulted_on__gte": year.start, "consulted_on__lte": year.end}
    narrow = urlencode({"method": method, "age_band": "30s"})
    narrow_admin = urlencode({**days, "method__id__exact": method, "age_band__exact": "30s"})
    return [
        Look("list of the 年度", ours, f"{admin}?{urlencode(days)}"),
        Look("filtered list", f"{ours}?{narrow}", f"{admin}?{narrow_admin}"),
    ]


def _same_rows(browser: Browser, look: Look) -> None:
    """25 rows, the same on both pages."""
    ours = dict.fromkeys(OURS.findall(got(browser, look.ours)))
    admin = dict.fromkeys(ADMIN.findall(got(browser, look.admin)))
    if list(ours) != list(admin) or len(ours) != 25:
        raise RuntimeError(f"{look.what}: ours shows {list(ours)}, the admin {list(admin)}")
