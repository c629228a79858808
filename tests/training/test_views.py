"""Pages of training, in the order of the 研修実施報告書."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from komatsu_support.models import AuditEvent
from tests.browser import html, labels, table, typed
from tests.factories import LecturerFactory, SeriesFactory, SessionFactory, SurveyFactory
from training.models import Lecturer, Series, Session, Survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eighth_of_may")]
TODAY = date(2025, 5, 8)


def url(name, *args):
    return reverse(f"training:{name}", args=args)


# --- lists


def test_empty_list_says_the_next_step(login):
    response = login("counselor").get(url("session_list"))

    assert "この年度の研修はまだありません。" in html(response)
    assert labels(response) == ["研修を登録", "研修シリーズ"]


def test_list_shows_a_dash_without_answers(login):
    SurveyFactory(SessionFactory(held_on=TODAY), distributed=20, collected=0)

    [(_, cells)] = login("viewer").get(url("session_list")).context["rows"]

    assert [str(cell) for cell in cells[-3:]] == ["0.0", "－", "－"]


@pytest.mark.parametrize("name", ["session_list", "series_list"])
def test_list_of_many_stays_within_its_queries(login, name, django_assert_max_num_queries):
    counselor = login("counselor")
    for _ in range(27):
        session = SessionFactory(held_on=TODAY, forms=["lecture", "report"])
        LecturerFactory.create_batch(2, session)
        SurveyFactory(session)
    counselor.get(url(name))  # the session is written once a minute

    with django_assert_max_num_queries(6 + 2):  # session and user
        response = counselor.get(url(name))

    assert len(response.context["rows"]) == 25


@pytest.mark.parametrize("query", ["year=abc", "series=x", "state=x", "page=0", "page=99999999999999999999"])
def test_list_withstands_nonsense_in_its_address(login, query):
    SessionFactory(held_on=TODAY)

    assert login("viewer").get(f"{url('session_list')}?{query}").status_code == 200


# --- a session


@pytest.fixture
def session():
    series = SeriesFactory(title="考える会", nickname="プラサポ35", purpose="支え手を増やす。")
    return SessionFactory(
        series,
        number=1,
        theme="地域の今",
        held_on=TODAY,
        starts_at="13:30",
        ends_at="15:30",
        place="会議室",
        audience="関係機関の職員",
        forms=["report", "workshop"],
        staff_heads=4,
        agency_heads=9,
        citizen_heads=6,
        online_heads=2,
        summary="四つの団体から報告を受けた。",
        outcome="買い物の困りごとが多い。",
        next_steps="次回までに一つ試す。",
    )


def test_session_reads_as_the_report_does(login, session):
    LecturerFactory(session, name="架空の団体い")
    SurveyFactory(
        session, distributed=20, collected=16, satisfaction_5=12, satisfaction_3=3, comments="また来たい。"
    )

    response = login("viewer").get(session.get_absolute_url())

    assert response.context["facts"] == [
        ("シリーズ", "考える会〈プラサポ35〉"),
        ("目的", "支え手を増やす。"),
        ("開催日", "令和7年5月8日（木） 13:30～15:30"),
        ("場所", "会議室"),
        ("形式", "報告、ワークショップ"),
        ("対象", "関係機関の職員"),
        ("参加者数", "19人（職員 4、関係機関 9、市民 6）　うちオンライン 2人"),
    ]
    text = html(response)
    inside = [
        "第1回 地域の今",
        "架空の団体い",
        "四つの団体から",
        "80.0",
        "また来たい。",
        "買い物の困りごと",
        "次回までに",
    ]
    assert [text.find(each) for each in inside] == sorted(text.find(each) for each in inside)
    assert -1 not in [text.find(each) for each in inside]


def test_session_without_answers_shows_dashes(login, session):
    SurveyFactory(session, distributed=20, collected=0)

    text = html(login("viewer").get(session.get_absolute_url()))

    figures = [part.split("<")[0] for part in text.split('<span class="figure-value">')[1:]]
    assert figures == ["0.0", "－", "－"]


def test_session_without_lecturer_and_survey_says_so(login, session):
    text = html(login("counselor").get(session.get_absolute_url()))

    assert "講師の登録はありません。" in text
    assert "アンケート集計の登録はありません。" in text
    assert f"{url('lecturer_create')}?session={session.pk}" in text
    assert f"{url('survey_create')}?session={session.pk}" in text


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_reader_has_nothing_to_press(login, session, role):
    LecturerFactory(session), SurveyFactory(session)

    response = login(role).get(session.get_absolute_url())

    assert labels(response) == []
    links = ("/lecturers/", "/surveys/", "/edit/", "/void/")
    assert [link for link in links if link in html(response)] == []


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
@pytest.mark.parametrize(
    "name", ["session_create", "series_create", "lecturer_create", "survey_create", "session_export"]
)
def test_reader_may_neither_write_nor_take_a_file_away(login, role, name):
    assert login(role).get(url(name)).status_code == 403


def test_planned_session_has_no_heads_yet(login):
    session = SessionFactory(held_on=date(2025, 9, 1), state="planned")

    response = login("viewer").get(session.get_absolute_url())

    assert ("参加者数", None) in response.context["facts"]
    assert '<span class="state state-todo">予定</span>' in html(response)


@pytest.mark.parametrize("name", ["session_detail", "series_detail", "lecturer_edit", "survey_void"])
@pytest.mark.parametrize("pk", [1, 10**30])
def test_what_is_not_there_answers_404(login, name, pk):
    assert login("counselor").get(url(name, pk)).status_code == 404


# --- making and changing


def test_session_is_made_as_the_next_of_its_series(login):
    series = SeriesFactory()
    SessionFactory(series, number=1)
    manager = login("manager")
    link = f"{url('session_create')}?series={series.pk}"

    fields = typed(manager.get(link), theme="困りごとを持ち寄る")
    answers = [manager.post(link, fields) for _ in range(2)]

    session = series.sessions.get(number=2)
    assert [answer.url for answer in answers] == [session.get_absolute_url()] * 2
    assert link in html(manager.get(series.get_absolute_url()))


def test_making_a_session_stays_within_its_queries(login):
    counselor = login("counselor")
    link = f"{url('session_create')}?series={SeriesFactory().pk}"
    fields = typed(counselor.get(link), theme="地域の今")

    with CaptureQueriesContext(connection) as queries:
        answer = counselor.post(link, fields)

    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert answer.status_code == 302
    assert len(asked) <= 12 + 2  # session and user


def test_session_with_errors_answers_422_and_keeps_what_was_typed(login, session):
    counselor = login("counselor")
    page = url("session_edit", session.pk)

    answer = counselor.post(page, typed(counselor.get(page), online_heads=20, summary="書き直した内容"))

    assert answer.status_code == 422
    assert "「うちオンライン」は参加者の合計までです。" in html(answer)
    assert typed(answer)["summary"] == ["書き直した内容"]


def test_session_changed_by_two_shows_both_texts(login, session):
    first, second = login("counselor"), login("manager")
    page = url("session_edit", session.pk)
    hers, mine = typed(first.get(page), outcome="一つ目"), typed(second.get(page), outcome="二つ目")
    first.post(page, hers)

    answer = second.post(page, mine)

    assert answer.status_code == 409
    assert ("一つ目" in html(answer), "二つ目" in html(answer)) == (True, True)
    assert Session.objects.get().outcome == "一つ目"


def test_voided_session_leaves_the_list_and_takes_no_more_parts(login, session):
    counselor = login("counselor")
    counselor.post(url("session_void", session.pk), {"reason": "二重に登録した"})

    assert counselor.get(url("session_list")).context["rows"] == []
    shown = counselor.get(session.get_absolute_url())
    assert "取消済み" in html(shown)
    assert "?session=" not in html(shown)
    assert counselor.get(url("session_edit", session.pk)).status_code == 404


def test_lecturer_is_made_changed_and_voided_from_the_page_of_the_session(login, session):
    counselor = login("counselor")
    link = f"{url('lecturer_create')}?session={session.pk}"
    made = counselor.post(link, typed(counselor.get(link), name="架空の団体い"))
    lecturer = Lecturer.objects.get()
    page = url("lecturer_edit", lecturer.pk)
    counselor.post(page, typed(counselor.get(page), name="架空の団体ろ"))
    shown = html(counselor.get(session.get_absolute_url()))

    gone = counselor.post(url("lecturer_void", lecturer.pk), {"reason": "誤り"})

    assert made.url == gone.url == session.get_absolute_url()
    assert "架空の団体ろ" in shown
    assert page in shown
    assert "架空の団体ろ" not in html(counselor.get(session.get_absolute_url()))


def test_survey_is_made_once_voided_and_made_anew(login, session):
    counselor = login("counselor")
    link = f"{url('survey_create')}?session={session.pk}"
    fields = typed(counselor.get(link), distributed=20, collected=10)
    first, second = (counselor.post(link, fields) for _ in range(2))
    another = counselor.post(link, typed(counselor.get(link), distributed=9, collected=9))
    counselor.post(url("survey_void", Survey.objects.get().pk), {"reason": "誤り"})

    anew = counselor.post(link, typed(counselor.get(link), distributed=7, collected=7))

    assert first.url == second.url == anew.url == session.get_absolute_url()
    assert another.status_code == 422
    assert Survey.objects.standing().get().distributed == 7


@pytest.mark.parametrize("nonsense", ["abc", "9" * 30, "0", ""])
def test_form_opens_without_the_beginning_it_cannot_read(login, nonsense):
    counselor = login("counselor")

    for name in ("session_create", "lecturer_create", "survey_create"):
        response = counselor.get(url(name), {"session": nonsense, "series": nonsense})

        assert response.status_code == 200


def test_series_shows_its_sessions_in_order(login, session):
    SessionFactory(session.series, number=2, theme="困りごと", held_on=date(2025, 4, 1))

    response = login("viewer").get(session.series.get_absolute_url())

    [section] = response.context["sections"]
    assert [cells[0] for _, cells in section["rows"]] == ["第1回 地域の今", "第2回 困りごと"]
    assert [cells[-1] for _, cells in section["rows"]] == [19, 0]


def test_series_is_made_changed_and_voided(login):
    manager = login("manager")
    manager.post(url("series_create"), typed(manager.get(url("series_create")), title="考える会"))
    series = Series.objects.get()
    page = url("series_edit", series.pk)
    manager.post(page, typed(manager.get(page), nickname="プラサポ35"))

    manager.post(url("series_void", series.pk), {"reason": "誤り"})

    series.refresh_from_db()
    assert (str(series), series.is_voided) == ("考える会〈プラサポ35〉", True)
    assert manager.get(url("series_list")).context["rows"] == []


# --- files


def test_file_of_sessions_carries_lecturers_and_survey_and_stands_in_the_trail(login, session):
    LecturerFactory(session, name="=1+1")
    SurveyFactory(session, distributed=20, collected=16)

    rows = table(login("manager").get(url("session_export")))

    assert rows[0][4:] == ["講師", "状態", "参加者数", "回収率(%)", "満足度(%)", "理解度(%)"]
    assert rows[1][4:] == ["=1+1", "実施", 19.0, 80.0, "", ""]
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.object_type, event.count) == ("export", "training.session", 1)


def test_file_of_series_holds_its_rows(login):
    SeriesFactory(title="考える会")

    rows = table(login("counselor").get(url("series_export")))

    assert [row[0] for row in rows] == ["シリーズ", "考える会"]
