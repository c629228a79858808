"""The search box among 20,000 persons against LIKE over the same rows: two kanji that are rare, absent, common."""

import random
from collections.abc import Callable
from functools import cache

from django.db import connection, transaction
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse

from consultations.models import Client, SearchTail
from consultations.models.client import ClientQuerySet
from komatsu_support.models import Role, User
from tests.bench.browser import got, signed_in
from tests.bench.databases import S10, Databases
from tests.bench.results import Report, in_turn, timed, timed_in_database

PERSONS = 20_000
WANTED = 20
RARE, ABSENT, COMMON = "稀瀬", "無峰", "見本"
FAMILY = list(zip("山川田森林石原松竹梅", "ヤカタモハイラマケウ", strict=True))
SHOWN = 30
BATCH = 5_000


def measure(offices: Databases, report: Report) -> None:
    browser = signed_in(offices, S10)
    with offices.at(S10):
        _fill()
        for what, typed in {"rare": RARE, "absent": ABSENT, "common": COMMON}.items():
            _same_persons(typed)
            ours, like = in_turn(
                report.times(25), [timed_in_database(_ours(typed)), timed_in_database(_like(typed))]
            )
            wanted = None if what == "common" else WANTED
            report.at_least(f"{PERSONS} persons: two kanji, {what} / icontains", ours, like, wanted)
        _as_one_types(browser, report)


def _ours(typed: str) -> Callable[[], list[Client]]:
    return lambda: list(_open_clients().found_by(typed)[:SHOWN])


def _like(typed: str) -> Callable[[], list[Client]]:
    return lambda: list(_open_clients().filter(_contains(typed)).order_by("kana_key", "pk")[:SHOWN])


def _open_clients() -> ClientQuerySet:
    return Client.objects.visible_to(_counselor()).standing()


@cache
def _counselor() -> User:
    """Who asks; looked up once, outside what is measured."""
    return User.objects.filter(role=Role.COUNSELOR).order_by("pk")[0]


def _contains(typed: str) -> Q:
    return Q(name__icontains=typed) | Q(alias__icontains=typed) | Q(name_kana__icontains=typed)


def _same_persons(typed: str) -> None:
    """The index finds whom a LIKE over the same texts finds."""
    ours = set(_open_clients().found_by(typed).values_list("pk", flat=True))
    like = set(_open_clients().filter(_contains(typed)).values_list("pk", flat=True))
    if ours != like:
        raise RuntimeError(f"{typed}: the index finds {len(ours)}, LIKE finds {len(like)}")


def _as_one_types(browser: Browser, report: Report) -> None:
    """The list under the box for the second, third and last character, beside the page of all clients."""
    suggest, listed = reverse("consultations:client_suggest"), reverse("consultations:client_list")

    def asking(typed: str) -> Callable[[], None]:
        def ask() -> None:
            answer = browser.post(suggest, {"q": typed}, headers={"HX-Request": "true"})
            if answer.status_code != 200:
                raise RuntimeError(f"{suggest} answered {answer.status_code}")

        return ask

    for typed in ("みほ", "みほん", RARE, "0761"):
        ours, page = in_turn(report.times(15), [timed(asking(typed)), timed(lambda: browser.get(listed))])
        report.at_most(f"as one types 「{typed}」 / the list of clients", ours, page, None)
    likely = reverse("consultations:duplicate_list")
    ours, page = in_turn(
        report.times(5), [timed(lambda: got(browser, likely)), timed(lambda: got(browser, listed))]
    )
    report.at_most("the list of likely pairs / the list of clients", ours, page, None)


def _fill() -> None:
    """As many persons as wanted, two of them of a rare name, each with what the index knows of her."""
    dice = random.Random(PERSONS)
    first = Client._base_manager.count()
    by = User.objects.order_by("pk")[0]
    stamp = {"created_by": by, "updated_by": by, "staff": by}
    with transaction.atomic():
        Client._base_manager.bulk_create(
            (Client(**stamp, **_person(n, dice)) for n in range(first, PERSONS)), batch_size=BATCH
        )
        SearchTail.objects.fill(Client._base_manager.prefetch_related("absorbed").order_by("pk"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _person(number: int, dice: random.Random) -> dict[str, object]:
    (one, heard), (two, also) = dice.choice(FAMILY), dice.choice(FAMILY)
    name = RARE if number in (PERSONS // 3, PERSONS // 2) else one + two
    return {
        "number": f"R5-{number:05d}",
        "name": f"{name} {dice.choice(['花子', 'いろは', 'ふみ'])}",
        "name_kana": f"{heard}{also}ミ ハナコ",
        "phone": f"0761-{dice.randrange(100):02d}-{dice.randrange(10_000):04d}",
        "first_contact_on": "2023-04-03",
    }
