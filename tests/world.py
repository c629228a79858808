"""One of everything, so that every page has an existing object to stand on."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from komatsu_support.models import AuditEvent, Draft, Term
from tests import factories as make
from tests.access import ROLES

YEAR = 2025
SECRETS = (
    "封印 しおり",
    "フウイン シオリ",
    "0761-00-4321",
    "090-0000-4321",
    "架空町九丁目",
    "聞かれては困ること",
)
"""What may stand on no page of a person who must not know it."""


@dataclass
class World:
    """The rows by noun, and a person of each role (`""` has none, `gone` is deactivated)."""

    rows: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def kwargs(self, page: Any) -> dict[str, Any]:
        """Path parameters of a page, naming existing rows."""
        given: dict[str, Any] = {
            "year": YEAR,
            "month": 5,
            "first": date(YEAR, 5, 1),
            "code": "cafe_attendance",
            "token": self.rows["calendarfeed"].token,
            "client": self.rows["closed"].pk,
            "day": self.rows["openday"].pk,
            "open_day": self.rows["openday"].pk,
        }
        noun = page.url_name.rpartition("_")[0]
        return {name: self.rows[noun].pk if name == "pk" else given[name] for name in page.parameters}


def build() -> World:
    """Make it."""
    people = {role: make.UserFactory(role) for role in ROLES.values()}
    people[""] = make.UserFactory("")
    people["gone"] = make.UserFactory("lead", is_active=False)
    counselor = people["counselor"]
    name, kana, phone, mobile, address, content = SECRETS
    client = make.ClientFactory(
        name=name, name_kana=kana, phone=phone, mobile=mobile, address=address, staff=counselor, by=counselor
    )
    case = make.CaseFactory(client, opened_on=date(YEAR, 4, 1), by=counselor)
    day = make.OpenDayFactory(held_on=date(YEAR, 5, 7), heads={"visitor": 3}, by=counselor)
    agency = make.AgencyFactory()
    consultation = make.ConsultationFactory(
        client=client, case=case, consulted_on=date(YEAR, 5, 7), content=content, by=counselor, open_day=day
    )
    referral = make.ReferralFactory(case, agency, sent_on=date(YEAR, 5, 8), connected_on=date(YEAR, 5, 9))
    session = make.SessionFactory(held_on=date(YEAR, 6, 1))
    make.TargetFactory("cafe_attendance", fiscal_year=YEAR, target=850)
    draft = Draft.objects.create(
        user=counselor, form="a.Form", key="new:1", page="/", data={}, saved_at=timezone.now()
    )
    protected = make.ClientFactory(
        address_protected=True, protected_until=date(YEAR + 1, 5, 6), staff=counselor, by=counselor
    )
    item = make.HandoverItemFactory(
        make.HandoverFactory(day=date(YEAR, 5, 7), by=counselor), client=client, by=counselor
    )
    event, visitor = make.EventFactory(day, by=counselor), make.VisitorFactory(by=counselor)
    rows = {
        "leftbehind": make.ClientFactory(
            name=name,
            name_kana=kana,
            phone=phone,
            protection="sealed",
            assigned=[people["gone"]],
            by=counselor,
        ),
        "client": client,
        "closed": make.ClientFactory(protection="restricted", staff=people["lead"]),
        "breakglass": make.BreakGlassFactory(by=counselor),
        "protection": protected,
        "protectioncheck": make.ProtectionCheckFactory(protected, by=counselor),
        "document": make.DocumentFactory(client, by=counselor),
        "case": case,
        "consultation": consultation,
        "savedfilter": make.SavedFilterFactory(people["lead"], query="dv=current"),
        "merge": make.MergeFactory(by=counselor),
        "appointment": make.AppointmentFactory(client, case=case, day=date(YEAR, 6, 3), by=counselor),
        "callattempt": make.CallAttemptFactory(client, case=case, called_on=date(YEAR, 5, 8), by=counselor),
        "handover": item.handover,
        "handoveritem": item,
        "import": make.ImportFactory(by=counselor, cells={"氏名": name, "相談内容": content}),
        "openday": day,
        "event": event,
        "eventseries": make.EventSeriesFactory(),
        "tablet": make.TabletFactory(day, by=counselor),
        "papercount": make.PaperCountFactory(day, regular=3, by=counselor),
        "visitor": visitor,
        "visit": make.VisitFactory(visitor, day, by=counselor),
        "contribution": make.ContributionFactory(event, visitor=visitor, by=counselor),
        "introduction": make.IntroductionFactory(day, by=counselor),
        "idea": make.IdeaFactory(by=counselor),
        "expense": make.ExpenseFactory(event, by=counselor),
        "flyer": make.FlyerFactory(date(YEAR, 5, 1), by=counselor),
        "calendarfeed": make.CalendarFeedFactory(by=counselor),
        "disposal": make.DisposalFactory(),
        "agency": agency,
        "referral": referral,
        "consent": referral.consent,
        "conference": make.ConferenceFactory(held_on=date(YEAR, 5, 20), cases=[case]),
        "session": session,
        "series": session.series,
        "lecturer": make.LecturerFactory(session),
        "survey": make.SurveyFactory(session),
        "target": make.TargetFactory("consultations", fiscal_year=YEAR),
        "override": make.OverrideFactory("connected", fiscal_year=YEAR),
        "officeday": make.OfficeDayFactory(date(YEAR, 5, 7)),
        "term": Term.objects.filter(kind="topic").first(),
        "user": make.UserFactory("counselor"),
        "draft": draft,
        "trail": AuditEvent,
    }
    return World(rows=rows, people=people)
