"""What every row of every app is."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from cafe.models import OpenDay
from komatsu_support.fiscal import Period
from komatsu_support.models import (
    AgeBand,
    AuditEvent,
    OfficeDay,
    RecordQuerySet,
    StaleVersion,
    Term,
)
from tests.factories import (
    ConsultationFactory,
    OfficeDayFactory,
    OpenDayFactory,
    ReferralFactory,
    TermFactory,
    UserFactory,
    term,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 2)


# --- saving


def test_new_record_is_version_1_of_who_made_it():
    by = UserFactory()

    record = OfficeDayFactory(DAY, by=by)

    assert (record.version, record.created_by, record.updated_by) == (1, by, by)


def test_every_save_is_the_next_version_of_who_saved():
    maker, changer = UserFactory(), UserFactory()
    record = OfficeDayFactory(DAY, by=maker)

    record.save(by=changer)
    record.save(by=changer)

    stored = OfficeDay.objects.get()
    assert (stored.version, stored.created_by, stored.updated_by) == (3, maker, changer)
    assert stored.updated_at > stored.created_at


def test_save_over_somebody_else_s_is_refused_and_changes_nothing():
    mine = OfficeDayFactory(DAY)
    hers = OfficeDay.objects.get()
    hers.reason = "先の理由"
    hers.save(by=UserFactory())

    mine.reason = "あとの理由"
    with pytest.raises(StaleVersion):
        mine.save(by=UserFactory())

    stored = OfficeDay.objects.get()
    assert (stored.reason, stored.version) == ("先の理由", 2)
    assert stored.history.count() == 2
    assert AuditEvent.objects.count() == 2


def test_change_by_nobody_is_refused():
    record = OfficeDayFactory(DAY)

    with pytest.raises(TypeError, match="by whom"):
        record.save()

    assert OfficeDay.objects.get().version == 1


def test_new_record_by_nobody_is_refused():
    with pytest.raises(TypeError, match="by whom"):
        OfficeDay(day=DAY).save()

    assert not OfficeDay.objects.exists()


def test_new_record_that_names_its_maker_needs_no_more():
    by = UserFactory()

    OfficeDay.objects.create(day=DAY, created_by=by)

    assert AuditEvent.objects.get().user == by


def test_second_row_of_one_submission_is_refused():
    first = OfficeDayFactory(DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeDayFactory(DAY + timedelta(days=1), submission=first.submission)

    assert OfficeDay.objects.get() == first


def test_record_history_and_trail_are_stored_together_or_not_at_all():
    @transaction.atomic
    def save_and_fail():
        OfficeDayFactory(DAY)
        raise KeyError

    with pytest.raises(KeyError):
        save_and_fail()

    assert not OfficeDay.objects.exists()
    assert not OfficeDay.history.exists()
    assert not AuditEvent.objects.exists()


# --- voiding


def test_voided_record_stays_with_who_when_and_why():
    by = UserFactory("lead")
    record = TermFactory()

    with time_machine.travel(datetime(2025, 6, 2, tzinfo=UTC), tick=False):
        record.void("  二重に登録した ", by=by)

    stored = Term.objects.get(pk=record.pk)
    assert stored.is_voided
    assert (stored.voided_by, stored.void_reason) == (by, "二重に登録した")
    assert stored.voided_at == datetime(2025, 6, 2, tzinfo=UTC)


def test_voided_record_stands_no_more():
    voided, standing = OpenDayFactory(), OpenDayFactory()

    voided.void("誤り", by=UserFactory())

    assert list(OpenDay.objects.standing()) == [standing]


def test_voiding_is_a_deed_of_its_own_in_the_trail():
    by = UserFactory("lead")
    record = TermFactory()

    record.void("誤り", by=by)

    event = AuditEvent.objects.latest("number")
    assert (event.action, event.user, event.object_id) == ("void", by, record.pk)


@pytest.mark.parametrize("reason", ["", "  ", "\n　"])
def test_voiding_without_a_reason_is_refused(reason):
    record = TermFactory()

    with pytest.raises(ValueError, match="取消の理由を入力してください。"):
        record.void(reason, by=UserFactory())

    assert not Term.objects.get(pk=record.pk).is_voided


def test_voiding_a_record_that_somebody_else_changed_is_refused():
    mine = TermFactory()
    Term.objects.get(pk=mine.pk).save(by=UserFactory())

    with pytest.raises(StaleVersion):
        mine.void("誤り", by=UserFactory())

    assert not Term.objects.get(pk=mine.pk).is_voided


def test_person_who_answers_for_a_record_cannot_be_removed():
    by = UserFactory()
    OfficeDayFactory(DAY, by=by)

    with pytest.raises(ProtectedError):
        by.delete()


# --- history


def test_history_keeps_the_values_of_every_version():
    maker, changer = UserFactory(), UserFactory()
    record = OfficeDayFactory(DAY, by=maker)
    record.reason = "開所記念日"
    record.save(by=changer)

    rows = record.history.order_by("history_id").values_list(
        "history_type", "history_user", "version", "reason"
    )

    assert list(rows) == [("+", maker.pk, 1, ""), ("~", changer.pk, 2, "開所記念日")]


def test_history_tells_how_a_record_stood_at_a_moment():
    record = OfficeDayFactory(DAY, reason="前の理由")
    before = record.updated_at
    record.reason = "後の理由"
    record.save(by=UserFactory())

    assert record.history.as_of(before).reason == "前の理由"


def test_history_keeps_what_was_ticked():
    record = ConsultationFactory(topics=["dv", "work"], awareness=["sns"])

    record.save(by=UserFactory(), ticked={"terms": [term("topic", "dv")]})

    first, second = record.history.order_by("history_id")
    chosen = [term("topic", "dv"), term("topic", "work"), term("awareness", "sns")]
    assert first.ticked == {"terms": sorted(each.pk for each in chosen)}
    assert second.ticked == {"terms": [term("topic", "dv").pk], "co_staff": []}


def test_history_keeps_what_is_ticked_when_a_save_does_not_touch_it():
    colleague = UserFactory()
    record = ConsultationFactory(topics=["dv"], co_staff=[colleague])

    record.save(by=UserFactory())
    record.save(by=UserFactory(), ticked={"terms": []})

    _, second, third = record.history.order_by("history_id")
    assert second.ticked == {"terms": [term("topic", "dv").pk], "co_staff": [colleague.pk]}
    assert third.ticked == {"terms": [], "co_staff": [colleague.pk]}


def test_history_keeps_values_that_stand_beside_the_record():
    day = OpenDayFactory(heads={"visitor": 3, "child": 1}, first_heads=1, ages={"40s": 2})

    closing = day.history.order_by("history_id").last()

    assert closing.ticked["heads"] == {"visitor": 3, "child": 1}
    assert (closing.ticked["first_heads"], closing.ticked["ages"]) == (1, {"40s": 2})


# --- questions


def test_records_are_closed_until_an_app_opens_them():
    OfficeDayFactory(DAY)

    class Closed(RecordQuerySet):
        pass

    assert list(Closed(OfficeDay).visible_to(UserFactory("lead"))) == []


@pytest.mark.parametrize(
    ("role", "seen"), [("counselor", 1), ("coordinator", 1), ("manager", 1), ("viewer", 0), ("", 0)]
)
def test_calendar_is_visible_to_those_whose_role_grants_it(role, seen):
    OfficeDayFactory(DAY)

    assert OfficeDay.objects.visible_to(UserFactory(role)).count() == seen


def test_deactivated_person_sees_nothing():
    OfficeDayFactory(DAY)

    assert not OfficeDay.objects.visible_to(UserFactory("lead", is_active=False)).exists()


def test_period_includes_both_ends():
    for offset in range(-1, 4):
        OfficeDayFactory(DAY + timedelta(days=offset))

    within = OfficeDay.objects.in_period(Period(DAY, DAY + timedelta(days=2)))

    assert sorted(each.day for each in within) == [DAY + timedelta(days=n) for n in range(3)]


def test_records_can_be_dated_by_another_of_their_days():
    referral = ReferralFactory(sent_on=date(2026, 3, 1), connected_on=date(2026, 4, 1))
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    referrals = type(referral).objects.all()

    by_start, by_connection = (
        referrals.in_period(april),
        referrals.dated("connected_on").all().in_period(april),
    )

    assert (list(by_start), list(by_connection)) == ([], [referral])
    assert referrals.dated_by == "started_on"


# --- what a table holds


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_day_out_of_reach_is_refused_by_the_database_itself(day):
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeDayFactory(day)

    assert not OfficeDay.objects.exists()


def refusal(day):
    """What the day's own validator says."""
    others = [field.name for field in OfficeDay._meta.fields if field.name != "day"]
    try:
        OfficeDay(day=day).clean_fields(exclude=others)
    except ValidationError as error:
        return error.message_dict["day"]
    return []


@time_machine.travel("2025-06-01T15:30:00Z")  # already the 2nd in Tokyo
def test_day_out_of_reach_is_refused_in_words():
    sentence = ["日付は1900年から2年後までの範囲で入力してください。"]

    days = [date(1899, 12, 31), date(1900, 1, 1), date(2027, 6, 2), date(2027, 6, 3)]

    assert [refusal(day) for day in days] == [sentence, [], [], sentence]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "u20"),
        (19, "u20"),
        (20, "20s"),
        (39, "30s"),
        (79, "70s"),
        (80, "80p"),
        (101, "80p"),
        (None, "unknown"),
    ],
)
def test_age_band_of_an_age(age, band):
    assert AgeBand.of(age) == band


# --- no deleting


def test_record_is_never_deleted():
    day = OpenDayFactory()

    with pytest.raises(TypeError, match="取消"):
        day.delete()
    with pytest.raises(TypeError, match="取消"):
        OpenDay.objects.filter(pk=day.pk).delete()

    assert OpenDay.objects.get(pk=day.pk) == day
