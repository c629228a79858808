"""What a tablet is asked and told with every tap: whether it may count, and how many are there by now."""

from datetime import date, timedelta

from django.utils import timezone

from cafe.models.openday import OpenDay
from cafe.models.tally import PURPOSE, Tablet, Tap
from cafe.models.token import key_in
from komatsu_support.composed import Composed

SENT_LATE = timedelta(days=14)
"""How long after its day a tablet that lay in a drawer may still send what it holds."""

_TABLET = Composed(
    lambda **values: Tablet.objects.counting(**values).values_list("pk", "open_day__state"),
    tablet=int,
    day=int,
    since=date,
)
_HEADS = Composed(lambda day: Tap.objects.of_day(day).heads(), day=int)


def tablet_at(token: str, day: int) -> tuple[int, OpenDay.State] | None:
    """The key of the tablet that holds this token, and how its day stands; None where it may not count there."""
    tablet = key_in(token, PURPOSE)
    if tablet is None:
        return None
    since = timezone.localdate() - SENT_LATE
    found = _TABLET.ask(tablet=tablet, day=day, since=since)
    return (found[0][0], OpenDay.State(found[0][1])) if found else None


def heads_of(day: int) -> dict[str, int]:
    """`Tap.objects.of_day(day).by_kind()`, by the key of the day. Unit: 人."""
    return dict(_HEADS.ask(day=day))
