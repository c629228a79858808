"""The rows of an office that does not exist: S1 is one office-year, S10 ten years of ten, S1000 of a thousand.

No history and no trail: what is measured reads neither, and the trail's head stays as it was migrated.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from cafe.models import Attendance, OpenDay
from consultations.models import Case, Client, Consultation
from komatsu_support.fiscal import current_fiscal_year, fiscal_year, fiscal_year_of
from komatsu_support.models import AgeBand, Role, Term, User
from kpi.models import Target
from referrals.models import Agency, Conference, LegalBasis, Referral
from tests.bench.multiply import multiply
from training.models import Series, Session


@dataclass(frozen=True)
class Size:
    """How much an office has: over how many 年度, how many consultations and heads in all."""

    name: str
    years: int
    consultations: int
    heads: int


S1 = Size("S1", 1, 185, 919)
S10 = Size("S10", 10, 20_000, 100_000)
S1000 = Size("S1000", 10, 2_000_000, 10_000_000)

BATCH = 5_000
TEXT = "暮らしと仕事のことで話を聞いた。次にすることを一緒に書き出し、来月また会うことにした。" * 4
TARGETS = [
    (
        "connected",
        Target.Group.PROJECT_GOAL,
        Target.MeasureType.OUTCOME,
        "支援機関につながった件数",
        "件",
        15,
    ),
    ("case_conferences", Target.Group.PROJECT_GOAL, Target.MeasureType.OUTPUT, "個別ケース会議", "回", 6),
    ("consultations", Target.Group.PROJECT_KPI, Target.MeasureType.OUTPUT, "相談件数", "件", 180),
    ("cafe_attendance", Target.Group.PROJECT_KPI, Target.MeasureType.OUTPUT, "カフェ延参加者数", "人", 850),
]


def load(size: Size) -> None:
    """Fills an empty office; S1000 is S10 a hundred times over."""
    if size is S1000:
        multiply(size.consultations // S10.consultations)
    else:
        with transaction.atomic():
            _Office(size).fill()
    if connection.vendor == "postgresql":  # as autovacuum leaves it: index-only scans need the visibility map
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET statement_timeout")


class _Office:
    """One filling, with the same dice every time."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.dice = random.Random(size.name)
        last = current_fiscal_year()
        self.years = range(last - size.years + 1, last + 1)
        start = fiscal_year(self.years[0]).start
        days = (start + timedelta(days=n) for n in range((fiscal_year(last).end - start).days + 1))
        self.days = [day for day in days if day.weekday() < 5]
        self.people = self._people()
        self.by = self.people[0].pk
        self.words: dict[str, list[int]] = {}
        for kind, pk in Term.objects.in_order().values_list("kind", "pk"):
            self.words.setdefault(kind, []).append(pk)

    def fill(self) -> None:
        self._targets()
        held = self._cafe()
        cases = self._clients(max(self.size.consultations // 4, 1))
        self._consultations(cases, held)
        self._connections(cases)
        self._training()

    def _people(self) -> list[User]:
        roles = [Role.COUNSELOR, Role.COUNSELOR, Role.COUNSELOR, Role.LEAD, Role.MANAGER]
        return [
            User.objects.create(
                username=f"shokuin{n}",
                display_name=f"見本 職員{n}",
                role=role,
                password="!",
                profession="phn",
            )
            for n, role in enumerate(roles)
        ]

    def _saved[M: models.Model](self, kind: type[M], rows: Iterable[dict[str, Any]]) -> list[M]:
        """Rows somebody answers for, in batches."""
        stamp = {"created_by_id": self.by, "updated_by_id": self.by}
        return kind._base_manager.bulk_create((kind(**stamp, **row) for row in rows), batch_size=BATCH)

    def _day(self, number: int, of: int) -> date:
        """The days of all years, each as often as the others."""
        return self.days[number * len(self.days) // of]

    def _per_year(self, number: int) -> int:
        """What an office-year has `number` of, in all years of this size."""
        return max(number * self.size.consultations // S1.consultations, 1)

    def _targets(self) -> None:
        names = ("code", "group", "measure_type", "label", "unit", "target")
        self._saved(
            Target,
            (
                {"fiscal_year": year, "order": order, **dict(zip(names, line, strict=True))}
                for year in self.years
                for order, line in enumerate(TARGETS)
            ),
        )

    def _cafe(self) -> list[OpenDay]:
        """Every weekday held; the heads shared out evenly, a quarter of them children."""
        closed_at = timezone.make_aware(datetime(2016, 4, 1, 16))
        rows = ({"held_on": day, "state": OpenDay.State.HELD, "closed_at": closed_at} for day in self.days)
        held = self._saved(OpenDay, rows)
        heads = []
        for number, day in enumerate(held):
            mine = (number + 1) * self.size.heads // len(held) - number * self.size.heads // len(held)
            by_role = {"visitor": mine - mine // 4, "child": mine // 4, "staff": 2}
            heads += [Attendance(open_day=day, role=role, heads=n) for role, n in by_role.items() if n]
        Attendance.objects.bulk_create(heads, batch_size=BATCH)
        return held

    def _clients(self, number: int) -> list[Case]:
        rows = []
        for n in range(number):
            day = self._day(n, number)
            rows.append(
                {
                    "number": f"R{fiscal_year_of(day) - 2018}-{n:05d}",
                    "name": f"見本 花子{n}",
                    "name_kana": "ミホン ハナコ",
                    "age_band": self.dice.choice(AgeBand.values),
                    "first_contact_on": day,
                    "staff_id": self.by,
                }
            )
        clients = self._saved(Client, rows)
        return self._saved(
            Case,
            ({"client": each, "opened_on": each.first_contact_on, "staff_id": self.by} for each in clients),
        )

    def _consultations(self, cases: Sequence[Case], held: Sequence[OpenDay]) -> None:
        """One in twenty does not count; one in ten began in the café."""
        number, topics = self.size.consultations, self.words["topic"]
        one_of = self.dice.choice
        desk = [each.pk for each in self.people if each.role in (Role.COUNSELOR, Role.LEAD)]
        rows = []
        for n in range(number):
            counts = n % 20 != 7
            case = cases[n % len(cases)]
            rows.append(
                {
                    "client_id": case.client_id,
                    "case_id": case.pk,
                    "consulted_on": self._day(n, number),
                    "minutes": 10 * (1 + n % 9),
                    "method_id": one_of(self.words["method"]),
                    "place_id": one_of(self.words["place"]),
                    "caller_id": one_of(self.words["caller"]),
                    "source_id": one_of(self.words["source"]),
                    "staff_id": one_of(desk),
                    "profession": "phn",
                    "main_topic_id": one_of(topics),
                    "visit_type": one_of(Consultation.VisitType.values) if counts else "",
                    "age_band": one_of(AgeBand.values),
                    "urgency": one_of(Consultation.Urgency.values),
                    "content": TEXT,
                    "response": TEXT,
                    "next_on": self._day(n, number) if n % 5 == 0 else None,
                    "open_day": held[n % len(held)] if n % 10 == 0 else None,
                    "is_countable": counts,
                    "not_countable_reason": "" if counts else "機関との連絡のみ",
                }
            )
        through = Consultation.terms.through
        ticked = []
        for each in self._saved(Consultation, rows):
            boxes = {each.main_topic_id, one_of(topics), one_of(self.words["response"])}
            ticked += [through(consultation_id=each.pk, term_id=box) for box in boxes]
        through._base_manager.bulk_create(ticked, batch_size=BATCH)

    def _connections(self, cases: Sequence[Case]) -> None:
        """As many つなぎ and meetings as the case sheet's office had for its consultations."""
        agencies = self._saved(Agency, ({"name": f"架空の機関{n}"} for n in range(12)))
        number = self._per_year(11)
        self._saved(
            Referral,
            (
                {
                    "case": cases[n % len(cases)],
                    "agency": agencies[n // len(cases) % len(agencies)],
                    "legal_basis": LegalBasis.LIFE_DANGER,
                    "legal_reason": "安全を確かめる必要があった",
                    **dict.fromkeys(("started_on", "sent_on", "connected_on"), self._day(n, number)),
                }
                for n in range(number)
            ),
        )
        number = self._per_year(6)
        self._saved(
            Conference,
            ({"held_on": self._day(n, number), "state": Conference.State.HELD} for n in range(number)),
        )

    def _training(self) -> None:
        """Four sessions a year: training does not grow with the number of consultations."""
        (series,) = self._saved(Series, [{"title": "支援者研修"}])
        number = 4 * self.size.years
        self._saved(
            Session,
            (
                {
                    "series": series,
                    "theme": f"聴くということ{n}",
                    "held_on": self._day(n, number),
                    "state": Session.State.HELD,
                    "staff_heads": 12,
                }
                for n in range(number)
            ),
        )
