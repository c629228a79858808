"""研修: the published series, and others of the kind in the years around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from komatsu_support.management.sample.clients import Words
from komatsu_support.management.sample.dice import Dice, moment
from komatsu_support.management.sample.ledger import Ledger
from komatsu_support.management.sample.people import Staff
from komatsu_support.management.sample.years import SampleYear
from training.models import Lecturer, Series, Session, Survey

PRASAPO, HEALTH, LISTENING = "プラサポ35", "健康講座", "傾聴"
STATUS_QUO = "小松市内の生活支援サービスの現状について"
INVENTED = "見本研修会講師団（架空）"


@dataclass(frozen=True)
class Lesson:
    """One session: how far into the year, in which form, by whom."""

    series: str
    when: float  # 0 to 1 of the year's open days
    theme: str
    forms: tuple[str, ...]
    number: int | None = None
    lecturers: tuple[str, ...] = ()
    public: bool = False


SERIES: dict[str, dict[str, str]] = {
    PRASAPO: {
        "title": "高齢者の生活支援について考える会",
        "nickname": "プラサポ35",
        "kind": Series.Kind.STAFF,
        "purpose": "中高年の一人暮らしや夫婦二人暮らしの利用者からの相談が増加している、生活支援について学ぶ機会を設けた。",
    },
    HEALTH: {
        "title": "女性のための健康講座",
        "kind": Series.Kind.PUBLIC,
        "purpose": "女性のからだと健康について学ぶ。",
    },
    LISTENING: {
        "title": "相談を支える人のための研修会",
        "kind": Series.Kind.STAFF,
        "purpose": "不安を抱える女性へ寄り添った相談を行うためのスキルを身に付ける。",
    },
}
PUBLISHED = [
    Lesson(
        PRASAPO,
        0.22,
        STATUS_QUO,
        ("report", "workshop"),
        1,
        (
            "小松市長寿介護課",
            "小松市社会福祉協議会",
            "小松市シルバー人材センター",
            "コープおたがいさま南加賀",
        ),
    ),
    Lesson(PRASAPO, 0.4, STATUS_QUO, ("workshop",), 2),
    Lesson(
        PRASAPO,
        0.62,
        "10年後の高齢者の生活支援の課題解決に向けて、今後あればいいと思う具体的なサービスについて",
        ("workshop",),
        3,
    ),
    Lesson(PRASAPO, 0.88, "保証人がいない人の入院支援について", ("workshop", "debrief"), 4),
    Lesson(
        HEALTH,
        0.52,
        "女性のからだを知ろう！更年期障害を中心に",
        ("lecture",),
        lecturers=("小松市民病院産婦人科",),
        public=True,
    ),
]
LESSONS = {
    -2: [
        Lesson(LISTENING, 0.35, "話の聴き方の基本", ("lecture",), 1, (INVENTED,)),
        Lesson(LISTENING, 0.75, "記録の書き方と守秘義務", ("lecture", "workshop"), 2, (INVENTED,)),
    ],
    -1: [
        Lesson(LISTENING, 0.3, "孤独・孤立を抱える人への支援", ("lecture", "workshop"), 3, (INVENTED,)),
        Lesson(LISTENING, 0.55, "関係機関との連携", ("report", "workshop"), 4),
        Lesson(HEALTH, 0.8, "睡眠とこころの健康", ("lecture",), lecturers=(INVENTED,), public=True),
    ],
    0: PUBLISHED,
    1: [
        Lesson(LISTENING, 0.3, "複合的な課題を抱える人への支援", ("lecture", "workshop"), 5, (INVENTED,)),
        Lesson(
            HEALTH, 0.5, "からだを動かす習慣づくり", ("lecture", "online"), lecturers=(INVENTED,), public=True
        ),
        Lesson(LISTENING, 0.8, "今年度の振り返り", ("workshop", "debrief"), 6),
    ],
}


@dataclass
class Classes:
    """Holds the sessions."""

    ledger: Ledger
    dice: Dice
    staff: Staff
    words: Words
    series: dict[str, Series] = field(default_factory=dict)

    def found_series(self, first: date) -> None:
        """Every series, in the order in which the published page lists them."""
        for key, fields in SERIES.items():
            series = Series(**fields)
            self.series[key] = self.ledger.add(series, by=self.staff.lead, at=moment(first, 9, 45))

    def teach(self, year: SampleYear, offset: int) -> None:
        """The sessions of one year; those whose day has not come are planned."""
        days = [*year.days, *year.coming]
        if year.is_published:  # its list is exact, so a running year has it all behind it
            days = year.days
        for lesson in LESSONS[offset]:
            day = days[int(lesson.when * len(days))]
            session = self._session(lesson, day, year)
            if day <= year.days[-1]:
                self._held(session, lesson)

    def _session(self, lesson: Lesson, day: date, year: SampleYear) -> Session:
        """As planned a month before."""
        session = Session(
            series=self.series[lesson.series],
            number=lesson.number,
            theme=lesson.theme,
            held_on=day,
            starts_at=time(13, 30),
            ends_at=time(15, 30),
            place="市民センター会議室",
            audience="市民" if lesson.public else "相談員・関係機関の職員",
        )
        planned_on = min(max(day - timedelta(days=30), year.days[0]), year.days[-1])
        at = moment(planned_on, 10)
        forms = [self.words["session_form", code] for code in lesson.forms]
        self.ledger.add(session, by=self.staff.lead, at=at, ticked={"terms": forms})
        for name in lesson.lecturers:
            lecturer = Lecturer(session=session, kind=Lecturer.Kind.ORGANISATION, name=name)
            self.ledger.add(lecturer, by=self.staff.lead, at=at + timedelta(minutes=3))
        return session

    def _held(self, session: Session, lesson: Lesson) -> None:
        """Who came, and what they wrote on the sheets."""
        dice = self.dice
        staff = dice.randint(3, 6)
        agencies = dice.randint(2, 5) if lesson.public else dice.randint(8, 18)
        citizens = dice.randint(14, 28) if lesson.public else dice.randint(0, 6)
        online = dice.randint(3, 6) if "online" in lesson.forms else 0
        at = moment(session.held_on, 16, 30)
        self.ledger.change(
            session,
            by=self.staff.lead,
            at=at,
            state=Session.State.HELD,
            staff_heads=staff,
            agency_heads=agencies,
            citizen_heads=citizens,
            online_heads=online,
            summary=f"「{session.theme}」をテーマに、{'講演' if 'lecture' in lesson.forms else '意見交換'}を行った。",
            outcome="参加者同士で現状と課題を共有できた。継続して学ぶ場がほしいとの声があった。",
        )
        self._survey(session, agencies + citizens)

    def _survey(self, session: Session, distributed: int) -> None:
        collected = distributed - self.dice.randint(0, distributed // 4)
        survey = Survey(session=session, distributed=distributed, collected=collected)
        survey.comments = "分かりやすかった。\n他の機関の話を聞けてよかった。"
        for scale in ("satisfaction", "understanding"):
            answers = self._answers(collected - self.dice.choice((0, 0, 1)))
            for step, number in zip((5, 4, 3, 2, 1), answers, strict=True):
                setattr(survey, f"{scale}_{step}", number)
        self.ledger.add(survey, by=self.staff.lead, at=moment(session.held_on + timedelta(days=1), 10))

    def _answers(self, number: int) -> Sequence[int]:
        """So many answers over 5, 4, 3, 2, 1."""
        answers = self.dice.choices(range(5), (46, 40, 11, 2, 1), k=number)
        return [answers.count(step) for step in range(5)]
