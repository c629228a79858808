"""One contact of the sample: how, where, with whom, about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cafe.models import OpenDay
from consultations.models import Client, Consultation
from komatsu_support.management.sample.clients import STAGES, Relation, Words
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.management.sample.words import MIDDLE, OLD, RESPONSE_WEIGHTS, RESPONSES, TOPICS
from komatsu_support.models import AgeBand, Term

FLAG = Consultation.Flag
URGENCY = Consultation.Urgency
METHODS = {"phone": 46.0, "in_person": 40.0, "home_visit": 6.0, "online": 4.0, "other": 1.0}
PLACES = {"in_person": "office", "phone": "na", "online": "na", "home_visit": "home", "other": "na"}
MINUTES = {
    "in_person": (30, 90),
    "phone": (10, 45),
    "online": (30, 60),
    "home_visit": (45, 120),
    "other": (10, 30),
}
ANONYMOUS_AGES = {"unknown": 8, "30s": 3, "40s": 4, "50s": 4, "60s": 3, "70s": 3, "20s": 1}
HEARD = {"flyer": 5, "koho": 6, "website": 4, "sns": 2, "word": 5, "event": 1, "other": 1, "unknown": 2}
BY_AGENCIES = (
    "city",
    "health_center",
    "elder_center",
    "medical",
    "shakyo",
    "school",
    "dev_center",
    "hello_work",
)


@dataclass
class Talks:
    """Makes contacts and enters them in the ledger."""

    ledger: Ledger
    dice: Dice
    staff: Staff
    words: Words

    def with_client(self, relation: Relation, day: date, open_day: OpenDay | None) -> Consultation:
        """A talk with somebody who has a file."""
        method = "in_person" if open_day else self._method(relation)
        talk = self._blank(day, method, relation.client)
        if open_day:
            talk.open_day, talk.place = open_day, self.words["place", "cafe"]
        talk.staff = relation.staff if self.dice.chance(0.75) else self.dice.weighted(self.staff.desk)
        topics = self._topics(relation)
        talk.main_topic = self.words["topic", topics[0]]
        talk.caller = self.words[
            "caller", self.dice.weighted({"self": 90, "child": 4, "spouse": 2, "relative": 2})
        ]
        is_first = not relation.talks
        source = relation.source if is_first or self.dice.chance(0.3) else "self"
        talk.source = self.words["source", "cafe" if open_day else source]
        self._weigh(talk, topics[0])
        self._tell(talk, topics, [*self._heard_of_us(relation, is_first=is_first)])
        return talk

    def anonymous(self, day: date) -> Consultation:
        """A talk with somebody who left no name, not even a file."""
        talk = self._blank(day, self.dice.weighted({"phone": 8, "in_person": 2}), None)
        weights = {code: topic.weights[STAGES[MIDDLE]] for code, topic in TOPICS.items()}
        topics = self.dice.several(weights, 1)
        talk.main_topic = self.words["topic", topics[0]]
        talk.age_band = self.dice.weighted(ANONYMOUS_AGES)
        talk.caller = self.words[
            "caller", self.dice.weighted({"self": 6, "relative": 1, "friend": 1, "unknown": 2})
        ]
        talk.source = self.words["source", self.dice.weighted({"self": 5, "friend": 1, "unknown": 3})]
        talk.visit_type = Consultation.VisitType.NEW
        self._weigh(talk, topics[0])
        self._tell(talk, topics, [self.dice.weighted(HEARD)])
        return talk

    def left_out(self, day: date, reason: str, relation: Relation | None = None) -> Consultation:
        """A contact that is written down and does not count: with an agency about somebody, or about nothing."""
        talk = self._blank(day, "phone", relation.client if relation else None)
        talk.is_countable, talk.not_countable_reason = False, reason
        talk.minutes = self.dice.randint(5, 20) if relation else self.dice.randint(1, 3)
        responses: list[Term] = []
        if relation:
            talk.staff, talk.case, relation.discussed_on = relation.staff, relation.open_case, day
            talk.caller = self.words["caller", "agency"]
            talk.content = "関係機関と電話で日程と役割を確かめた。"
            responses = [self.words["response", "coordinate"]]
        self._enter(talk, responses)
        return talk

    def again(self, original: Consultation) -> Consultation:
        """The same talk entered a second time by mistake."""
        kept = (
            *(
                "client",
                "case",
                "consulted_on",
                "started_at",
                "minutes",
                "method",
                "place",
                "caller",
                "staff",
            ),
            *("source", "main_topic", "age_band", "content", "visit_type", "urgency", "dv", "suicide_risk"),
        )
        talk = Consultation(**{name: getattr(original, name) for name in kept})
        terms = [each for each in self.ledger.ticked(original, "terms") if isinstance(each, Term)]
        self._enter(talk, terms)
        return talk

    # -- the parts --------------------------------------------------------------------------------------

    def _blank(self, day: date, method: str, client: Client | None) -> Consultation:
        talk = Consultation(client=client, consulted_on=day, staff=self.dice.weighted(self.staff.desk))
        talk.started_at = time(self.dice.randint(9, 14), self.dice.choice((0, 0, 10, 15, 20, 30, 30, 45)))
        talk.minutes = 5 * round(self.dice.randint(*MINUTES[method]) / 5)
        talk.method = self.words["method", method]
        talk.place = self.words["place", PLACES[method]]
        return talk

    def _method(self, relation: Relation) -> str:
        visits = 3 if relation.stage == OLD else 1
        return self.dice.weighted({**METHODS, "home_visit": METHODS["home_visit"] * visits})

    def _topics(self, relation: Relation) -> list[str]:
        """The ◎ first, then the ○."""
        main, *others = relation.concerns
        if others and self.dice.chance(0.25):
            main, others = others[0], [main, *others[1:]]
        return [main, *(each for each in others if self.dice.chance(0.6))]

    def _heard_of_us(self, relation: Relation, *, is_first: bool) -> list[str]:
        if not is_first:
            return ["repeat"] if self.dice.chance(0.25) else []
        if relation.source == "cafe":
            return ["cafe", *(["word"] if self.dice.chance(0.3) else [])]
        return ["agency"] if relation.source in BY_AGENCIES else [self.dice.weighted(HEARD)]

    def _weigh(self, talk: Consultation, topic: str) -> None:
        """緊急度 and the flags."""
        dice = self.dice
        if topic == "dv":
            talk.urgency = dice.weighted({URGENCY.HIGH: 6, URGENCY.MEDIUM: 3, URGENCY.EMERGENCY: 1})
            talk.dv = dice.weighted({FLAG.CURRENT: 5, FLAG.SUSPECTED: 3, FLAG.PAST: 2})
        else:
            talk.urgency = dice.weighted(
                {URGENCY.LOW: 58, URGENCY.MEDIUM: 33, URGENCY.HIGH: 8, URGENCY.EMERGENCY: 1}
            )
            talk.dv = dice.weighted({FLAG.NONE: 75, FLAG.UNKNOWN: 21, FLAG.PAST: 3, FLAG.SUSPECTED: 1})
        risky = 0.14 if topic in ("mental", "dv", "isolation") else 0.02
        talk.suicide_risk = (
            dice.weighted({FLAG.PAST: 4, FLAG.SUSPECTED: 3, FLAG.CURRENT: 1})
            if dice.chance(risky)
            else dice.weighted({FLAG.NONE: 7, FLAG.UNKNOWN: 3})
        )
        talk.abuse_suspected = topic == "childcare" and dice.chance(0.05)

    def _tell(self, talk: Consultation, topics: list[str], heard: list[str]) -> None:
        """What was said, what was done, and every box for it."""
        dice = self.dice
        responses = ["listen", *dice.several(RESPONSE_WEIGHTS, dice.choice((1, 1, 2, 2, 3)))]
        if talk.urgency == URGENCY.EMERGENCY:
            responses.append("emergency")
        talk.content = "".join(dice.choice(TOPICS[each].told) for each in topics)
        talk.response = "".join(RESPONSES[each] for each in responses if each in RESPONSES)
        talk.assessment = TOPICS[topics[0]].thought
        boxes = {"topic": topics, "awareness": heard, "response": responses}
        self._enter(talk, [self.words[kind, code] for kind, codes in boxes.items() for code in codes])

    def _enter(self, talk: Consultation, terms: list[Term]) -> None:
        age_band, client = talk.age_band, talk.client
        talk.freeze()
        if client is None:
            talk.age_band = AgeBand(age_band)
        beside = [each for each in self.staff.desk if each != talk.staff]
        co_staff = [self.dice.choice(beside)] if talk.is_countable and self.dice.chance(0.12) else []
        self.ledger.add(talk, by=talk.staff, at=ended(talk), ticked={"terms": terms, "co_staff": co_staff})


def ended(talk: Consultation) -> datetime:
    """When the talk was over and was written down."""
    started = talk.started_at or time(9, 0)
    return moment(talk.consulted_on, started.hour, started.minute) + timedelta(
        minutes=(talk.minutes or 0) + 5
    )
