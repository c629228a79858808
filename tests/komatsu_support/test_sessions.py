"""Two requests of one session at once: neither undoes what the other wrote."""

import pytest
from django.contrib.sessions.backends.base import UpdateError

from komatsu_support.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    """A stored session with two entries."""
    session = SessionStore()
    session.update({"held": {"fields": {"content": ["文"]}}, "seen_at": 1})
    session.create()
    return session.session_key


def opened(key):
    """The session as a request finds it."""
    session = SessionStore(key)
    assert session["seen_at"]
    return session


def stored(key):
    """What is in the database."""
    return dict(SessionStore(key).items())


def test_two_requests_write_one_entry_each_and_both_stay(key):
    first, second = opened(key), opened(key)
    first["screen"] = {"turn": 2, "hidden": True}
    second["seen_at"] = 60

    first.save()
    second.save()

    assert stored(key)["screen"] == {"turn": 2, "hidden": True}
    assert stored(key)["seen_at"] == 60


def test_what_one_took_out_another_does_not_bring_back(key):
    first, second = opened(key), opened(key)
    del first["held"]
    second["seen_at"] = 60

    first.save()
    second.save()

    assert stored(key) == {"seen_at": 60}


def test_own_change_wins_over_an_older_one_also_deep_inside(key):
    first, second = opened(key), opened(key)
    first["held"]["fields"]["content"].append("一")
    second["held"]["fields"]["content"].append("二")

    first.save()
    second.save()

    assert stored(key)["held"]["fields"]["content"] == ["文", "二"]


def test_saved_twice_it_writes_only_what_is_new(key):
    first, second = opened(key), opened(key)
    first["seen_at"] = 60
    first.save()
    second["seen_at"] = 120
    second.save()
    first["mark"] = 1

    first.save()

    assert stored(key)["seen_at"] == 120


def test_block_sees_what_others_wrote_and_writes_at_its_end(key):
    first, second = opened(key), opened(key)
    second["screen"] = {"turn": 7, "hidden": False}
    second.save()

    with first.locked():
        found = first["screen"]["turn"]
        first["seen_at"] = found

    assert stored(key)["seen_at"] == 7
    assert not first.modified


def test_ended_session_stays_ended(key):
    late = opened(key)
    SessionStore(key).delete()
    late["seen_at"] = 60

    with pytest.raises(UpdateError):
        late.save()
    assert not SessionStore().exists(key)


def test_new_key_takes_along_what_another_wrote_meanwhile(key):
    first, second = opened(key), opened(key)
    second["screen"] = {"turn": 2, "hidden": True}
    second.save()

    first.cycle_key()
    first["seen_at"] = 60
    first.save()

    assert stored(first.session_key) == {
        "held": {"fields": {"content": ["文"]}},
        "screen": {"turn": 2, "hidden": True},
        "seen_at": 60,
    }
    assert not SessionStore().exists(key)


def test_entry_taken_out_after_the_key_was_changed_stays_out(key):
    session = opened(key)
    session["mark"] = 1

    session.cycle_key()
    del session["mark"]
    session.save()

    assert "mark" not in stored(session.session_key)


def test_session_begun_anew_keeps_an_entry_that_the_last_one_had_too(key):
    session = opened(key)

    session.flush()
    session.create()
    session["seen_at"] = 1
    session.save()

    assert stored(session.session_key) == {"seen_at": 1}


def test_new_session_is_created_with_what_it_holds():
    session = SessionStore()
    session["seen_at"] = 1

    session.save()

    assert stored(session.session_key) == {"seen_at": 1}
