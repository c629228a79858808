"""相談者: who comes to the sample office, and how far she lets herself be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from consultations.models import Case, Client, Consultation
from komatsu_support import text
from komatsu_support.management.sample.dice import Dice
from komatsu_support.management.sample.people import DISTRICTS, Names, Staff
from komatsu_support.management.sample.words import CALL_TIMES, MIDDLE, OLD, TOPICS, WARNINGS, YOUNG
from komatsu_support.models import AgeBand, Term, User

type Words = dict[tuple[str, str], Term]

AGES = {
    (16, 19): 3,
    (20, 29): 8,
    (30, 39): 17,
    (40, 49): 19,
    (50, 59): 19,
    (60, 69): 15,
    (70, 79): 13,
    (80, 88): 6,
}
# Visits a year that she tends to make: many come once, a few come all the time.
HABITS = {0.1: 42, 0.5: 34, 1.0: 18, 1.8: 6}
STAGES = {YOUNG: 0, MIDDLE: 1, OLD: 2}
HOUSEHOLDS: dict[str, dict[str, float]] = {
    YOUNG: {
        "couple_child": 8,
        "single_parent": 4,
        "with_parents": 4,
        "single": 3,
        "couple": 2,
        "three_gen": 1,
    },
    MIDDLE: {
        "couple_child": 6,
        "single": 4,
        "couple": 3,
        "single_parent": 3,
        "with_parents": 3,
        "three_gen": 2,
    },
    OLD: {"single": 9, "couple": 7, "three_gen": 2, "siblings": 1, "unknown": 1},
}
EMPLOYMENTS: dict[str, dict[str, float]] = {
    YOUNG: {"nonregular": 6, "leave": 4, "none": 4, "regular": 4, "seeking": 3, "student": 1},
    MIDDLE: {"nonregular": 8, "regular": 4, "none": 4, "seeking": 3, "self_employed": 2, "leave": 1},
    OLD: {"pension": 12, "none": 3, "nonregular": 2, "self_employed": 1},
}
MARITALS: dict[str, dict[str, float]] = {
    "couple": {"married": 9, "common_law": 1},
    "couple_child": {"married": 10},
    "single_parent": {"divorced": 6, "separated": 3, "never": 1},
    "single": {"never": 4, "widowed": 4, "divorced": 3, "separated": 1},
}
NATIONS = {("br", "pt"): 6, ("vn", "vi"): 2, ("ph", "tl"): 1, ("cn", "zh"): 1}


@dataclass
class Relation:
    """What the office knows of a client while the sample's years go by."""

    client: Client
    stage: str
    concerns: list[str]
    habit: float
    staff: User
    source: str
    case: Case | None = None
    assigned: list[User] = field(default_factory=list)
    talks: list[Consultation] = field(default_factory=list)
    discussed_on: date | None = None  # the last call with an agency about her

    @property
    def last(self) -> date | None:
        """The day of her last talk."""
        return self.talks[-1].consulted_on if self.talks else None

    @property
    def open_case(self) -> Case | None:
        """Her case, unless its end is known."""
        return self.case if self.case is not None and self.case.closed_on is None else None

    def has_case_on(self, day: date) -> bool:
        """Whether her case is open on a day."""
        case = self.case
        return case is not None and case.opened_on <= day <= (case.closed_on or day)

    def may_come(self, day: date) -> bool:
        """Whether she may come again on a day: not within the week, nor before her closed case is closed."""
        if self.last is None or day - self.last < timedelta(days=6):
            return False
        if self.case is not None and self.case.closed_on is not None:
            return self.case.closed_on + timedelta(days=20) <= day and self.case.status == Case.Status.CLOSED
        return True


@dataclass
class Arrivals:
    """Makes a new client each time somebody comes for the first time."""

    dice: Dice
    names: Names
    staff: Staff
    words: Words
    numbers: dict[int, int] = field(default_factory=dict)
    older: float = 1.0  # weight of 60代 and above: the office sees more of them each year

    def newcomer(self, day: date, year: int) -> Relation:
        """A new client. The order of arrival decides whose file is protected, and how."""
        order = self.numbers[year] = self.numbers.get(year, 0) + 1
        concern = "dv" if order in (7, 12) else ""
        relation = self._relation(day, concern)
        client = relation.client
        client.number = f"R{year - 2018}-{order:04d}"
        if order == 7:
            client.protection = Client.Protection.RESTRICTED
            relation.assigned = [relation.staff]
        if order == 5 and len(self.numbers) == 2:
            client.protection = Client.Protection.SEALED
            relation.assigned = [relation.staff, self._another(relation.staff)]
        if order == 12 and len(self.numbers) in (2, 3):
            client.address_protected, client.call_as = True, "見本商店"
            client.contact_warning = WARNINGS[0]
        return relation

    def _another(self, staff: User) -> User:
        """A second person to name for a sealed file."""
        return next(each for each in self.staff.desk if each != staff)

    def _relation(self, day: date, concern: str) -> Relation:
        dice = self.dice
        client = Client(first_contact_on=day)
        age = self._age()
        stage = YOUNG if age < 40 else MIDDLE if age < 60 else OLD
        foreign = stage != OLD and not concern and dice.chance(0.14)
        self._born(client, age, day)
        self._named(client, foreign)
        self._living(client, stage)
        self._speaking(client, foreign)
        weights = {code: topic.weights[STAGES[stage]] for code, topic in TOPICS.items()}
        concerns = dice.several(weights, dice.choice((1, 2, 2, 3)))
        if foreign and dice.chance(0.6):
            concerns.insert(0, "foreign")
        if concern:
            concerns = [concern, *(each for each in concerns if each != concern)]
        client.staff = dice.weighted(self.staff.desk)
        self._contact(client)
        return Relation(
            client=client,
            stage=stage,
            concerns=concerns,
            habit=1.0 if concern else dice.weighted(HABITS),
            staff=client.staff,
            source=dice.weighted(SOURCES),
        )

    def _age(self) -> int:
        ages = {span: weight * (self.older if span[0] >= 60 else 1) for span, weight in AGES.items()}
        return self.dice.randint(*self.dice.weighted(ages))

    def _born(self, client: Client, age: int, day: date) -> None:
        known = self.dice.random()
        if known < 0.62:
            client.birth_date = date(day.year - age, 1, 1) - timedelta(days=self.dice.randint(1, 364))
        elif known < 0.94:
            client.age_band = AgeBand.of(age)

    def _named(self, client: Client, foreign: bool) -> None:
        known = self.dice.random()
        if known < 0.74:
            name = self.names.full(foreign=foreign)
            client.name, client.name_kana = name.written, text.fold_kana(name.kana)
            client.kana_key = text.kana_sort_key(client.name_kana)[:200]
        elif known < 0.93:
            client.alias = self.names.alias()

    def _living(self, client: Client, stage: str) -> None:
        dice, words = self.dice, self.words
        household = dice.weighted(HOUSEHOLDS[stage])
        client.household = words["household", household]
        marital = dice.weighted(
            MARITALS.get(household, {"unknown": 3, "married": 2, "never": 2, "widowed": 1})
        )
        client.marital = words["marital", marital]
        client.employment = words["employment", dice.weighted(EMPLOYMENTS[stage])]
        if household in ("couple_child", "single_parent", "three_gen") and stage != OLD:
            children = dice.choice((1, 1, 2, 2, 3))
            client.children = (
                f"{children}人（{'・'.join(str(dice.randint(0, 17)) for _ in range(children))}歳）"
            )

    def _speaking(self, client: Client, foreign: bool) -> None:
        nation, language = self.dice.weighted(NATIONS) if foreign else ("jp", "ja")
        client.nationality = self.words["nationality", nation]
        client.language = self.words["language", language]
        client.needs_interpreter = foreign and self.dice.chance(0.75)

    def _contact(self, client: Client) -> None:
        dice = self.dice
        if dice.chance(0.82):
            client.district = dice.choice(DISTRICTS)
        if client.name and client.district and dice.chance(0.6):
            client.postcode = "923-0000"
            block, house = dice.randint(1, 9), dice.randint(1, 30)
            client.address = f"小松市{client.district}{block}丁目{house}番地"
        if client.name or dice.chance(0.5):
            if dice.chance(0.7):
                client.mobile = self.names.mobile()
            else:
                client.phone = self.names.phone()
            client.voicemail = dice.chance(0.4)
            client.call_time = dice.choice(CALL_TIMES)
        if dice.chance(0.08):
            client.call_as, client.watchword = "見本クラブ", "さくらもち"
            client.contact_warning = dice.choice(WARNINGS)


SOURCES = {
    "self": 30,
    "cafe": 24,
    "city": 8,
    "health_center": 7,
    "family": 6,
    "friend": 6,
    "elder_center": 5,
    "medical": 4,
    "minsei": 3,
    "shakyo": 3,
    "private_org": 2,
    "school": 2,
    "dev_center": 2,
    "disability_center": 1,
    "hello_work": 1,
    "police": 0.5,
    "unknown": 2,
}


@dataclass(frozen=True)
class OpenCase:
    """A case that was open for a while, with the talks it had had by then."""

    relation: Relation
    case: Case
    talks: list[Consultation]


def cases_open(relations: Iterable[Relation], first: date, last: date) -> list[OpenCase]:
    """The cases that were open from the first day to the last, sealed ones aside."""
    found: dict[int, OpenCase] = {}
    for relation in relations:
        if relation.client.protection == Client.Protection.SEALED:
            continue
        for talk in relation.talks:
            case = talk.case
            if case and talk.consulted_on <= first and (case.closed_on or last) >= last:
                found.setdefault(id(case), OpenCase(relation, case, [])).talks.append(talk)
    return list(found.values())
