"""Master lists: labels change from a day on, codes never."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from komatsu_support.models import AuditEvent, Term
from tests.browser import typed
from tests.factories import TermFactory, UserFactory, term

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 2)


def test_first_master_lists_are_there():
    lists = {kind: Term.objects.filter(kind=kind).count() for kind in Term.Kind.values}

    assert lists == {
        "method": 5,
        "place": 5,
        "caller": 8,
        "topic": 19,
        "source": 18,
        "awareness": 11,
        "response": 12,
        "household": 9,
        "marital": 7,
        "employment": 10,
        "nationality": 8,
        "language": 13,
        "agency_kind": 15,
        "session_form": 6,
    }


def test_lists_print_in_their_order():
    labels = Term.objects.filter(kind="method").in_order().values_list("label", flat=True)

    assert list(labels) == ["面談（来所）", "電話", "オンライン", "訪問", "その他（手紙・メール等）"]


def test_renamed_word_keeps_its_old_label_for_earlier_days():
    word = TermFactory(label="前の名")

    word.rename("今の名", since=date(2025, 4, 1), by=UserFactory("admin"))

    word = Term.objects.get(pk=word.pk)
    assert word.label == "今の名"
    assert word.label_on(date(2025, 3, 31)) == "前の名"
    assert word.label_on(date(2025, 4, 1)) == "今の名"


def test_word_renamed_twice_has_each_label_in_its_time():
    word = TermFactory(label="一")
    word.rename("二", since=date(2024, 4, 1), by=UserFactory())
    word.rename("三", since=date(2025, 4, 1), by=UserFactory())

    days = [date(2024, 3, 31), date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1)]

    assert [word.label_on(day) for day in days] == ["一", "二", "二", "三"]


def test_rename_put_right_on_the_same_day_leaves_earlier_days_alone():
    word = TermFactory(label="前の名")
    word.rename("今の各", since=TODAY, by=UserFactory())

    word.rename("今の名", since=TODAY, by=UserFactory())

    assert [word.label_on(TODAY - timedelta(days=1)), word.label_on(TODAY)] == ["前の名", "今の名"]


def test_rename_from_before_an_earlier_rename_takes_its_place():
    word = TermFactory(label="一")
    word.rename("二", since=date(2025, 4, 1), by=UserFactory())

    word.rename("三", since=date(2024, 10, 1), by=UserFactory())

    days = [date(2024, 9, 30), date(2024, 10, 1), date(2025, 3, 31), date(2025, 4, 1)]
    assert [word.label_on(day) for day in days] == ["一", "三", "三", "三"]


def test_former_labels_that_are_prefetched_cost_no_query(django_assert_num_queries):
    term("topic", "dv").rename("DV", since=TODAY, by=UserFactory())
    words = list(Term.objects.filter(kind="topic").prefetch_related("labels"))

    with django_assert_num_queries(0):
        labels = {word.code: word.label_on(date(2025, 4, 1)) for word in words}

    assert labels["dv"] == "DV（配偶者等からの暴力）"


def test_code_is_once_in_a_list():
    TermFactory(kind="topic", code="moving")

    with pytest.raises(IntegrityError), transaction.atomic():
        TermFactory(kind="topic", code="moving")

    assert TermFactory(kind="source", code="moving").pk


# --- pages


def change(admin, word, **changes):
    url = reverse("term_edit", args=[word.pk])
    return admin.post(url, typed(admin.get(url), **changes))


def test_administrator_renames_a_word_from_a_day_on(login):
    word = TermFactory(label="前の名")
    since = timezone.localdate() - timedelta(days=10)

    answer = change(login("admin"), word, label="今の名", since=since.isoformat(), order="5")

    word.refresh_from_db()
    assert answer.status_code == 302
    assert (word.label, word.order) == ("今の名", 5)
    assert word.label_on(since - timedelta(days=1)) == "前の名"
    assert {"label", "order"} <= set(AuditEvent.objects.latest("number").fields)


def test_label_cannot_start_in_the_future(login):
    word = TermFactory(label="前の名")
    tomorrow = timezone.localdate() + timedelta(days=1)

    answer = change(login("admin"), word, label="今の名", since=tomorrow.isoformat())

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"since": ["今日までの日付を入力してください。"]}
    assert Term.objects.get(pk=word.pk).label == "前の名"


def test_code_and_list_stay_whatever_is_sent(login):
    word = TermFactory(kind="topic", code="moving", label="前の名")

    change(login("admin"), word, label="今の名", code="other_code", kind="source")

    word.refresh_from_db()
    assert (word.kind, word.code, word.label) == ("topic", "moving", "今の名")


def test_word_taken_out_of_use_is_offered_no_more(login):
    word = TermFactory(kind="topic")

    change(login("admin"), word, active=None)

    assert word not in Term.objects.offered(["topic"], timezone.localdate())


def test_word_is_offered_from_its_first_day_on():
    word = TermFactory(kind="topic", valid_from=TODAY)

    assert word not in Term.objects.offered(["topic"], TODAY - timedelta(days=1))
    assert word in Term.objects.offered(["topic"], TODAY)


def test_list_shows_one_list_at_a_time(login):
    admin = login("admin")

    answer = admin.get(reverse("term_list"), {"kind": "method"})

    shown = [record.label for record, _ in answer.context["rows"]]
    assert shown == ["面談（来所）", "電話", "オンライン", "訪問", "その他（手紙・メール等）"]


def test_today_is_the_office_s_today_and_not_london_s(login):
    admin = login("admin")
    with time_machine.travel("2025-06-02T15:30:00Z"):  # 0:30 on the 3rd in Tokyo
        admin.force_login(admin.user)
        page = admin.get(reverse("term_edit", args=[term("topic", "dv").pk]))

    assert typed(page)["since"] == ["2025-06-03"]
