"""Many at once on a real server: one winner among editors of one record, one row of one submission.

The figures: 8 editors × 100 rounds, 8 presses × 100, on both engines (`make prove`); a few rounds in `make test`.
"""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import escape
from threading import Barrier

import pytest
from django.utils import timezone

from tests.browser import Fields
from tests.served import Site
from tests.visitor import Visitor

pytestmark = pytest.mark.prove
ROUNDS = 100 if os.environ.get("PROVE") == "full" else 2
CROWD = 8


@pytest.fixture(scope="module")
def crowd(site: Site) -> list[Visitor]:
    """Eight sessions of one lead."""
    return [Visitor(site.url).sign_in("lead") for _ in range(CROWD)]


def at_once[Answer](crowd: list[Visitor], step: Callable[[int, Visitor], Answer]) -> list[Answer]:
    """Everybody takes the step in the same moment."""
    gate = Barrier(len(crowd))

    def take(number: int) -> Answer:
        gate.wait(30)
        return step(number, crowd[number])

    with ThreadPoolExecutor(len(crowd)) as pool:
        return list(pool.map(take, range(len(crowd))))


EDITED = {
    "consultation": ("consultations.models", "Consultation", "/consultations/{}/edit/", "content"),
    "client": ("consultations.models", "Client", "/consultations/clients/{}/edit/", "note"),
    "case": ("consultations.models", "Case", "/consultations/cases/{}/edit/", "policy"),
}


@pytest.mark.parametrize("noun", EDITED)
def test_one_of_eight_editors_wins_and_the_others_see_both_texts(site, crowd, noun):
    module, kind, address, field = EDITED[noun]
    path = address.format(
        site.ask(f"from {module} import {kind} as K; print(K.objects.standing().latest('pk').pk)")
    )

    for round_ in range(ROUNDS):
        forms = at_once(crowd, lambda number, editor: editor.form(path))
        texts = [f"{round_}回目の{number}番の文章" for number in range(CROWD)]

        def press(
            number: int, editor: Visitor, forms: list[Fields] = forms, texts: list[str] = texts
        ) -> tuple[int, str]:
            answer, page = editor.post(path, {**forms[number], field: [texts[number]]})
            return answer.status, page

        answers = at_once(crowd, press)

        statuses = sorted(status for status, _ in answers)
        winner = next(number for number, (status, _) in enumerate(answers) if status == 302)
        assert statuses == [302] + [409] * (CROWD - 1)
        for number, (_, page) in enumerate(answers):
            if number != winner:
                assert escape(texts[number]) in page
                assert escape(texts[winner]) in page


CREATED = {
    "consultation": ("/consultations/new/", "Consultation", {"content": ["八人が同時に押した"]}),
    "client": ("/consultations/clients/new/", "Client", {"alias": ["八人さん"]}),
}


@pytest.mark.parametrize("noun", CREATED)
def test_one_submission_pressed_eight_times_at_once_makes_one_row(site, crowd, noun):
    path, kind, typed_in = CREATED[noun]
    count = f"from consultations.models import {kind} as K; print(K.objects.count())"
    before = int(site.ask(count))

    for _ in range(ROUNDS):
        fields = {**crowd[0].form(path), **typed_in, **_chosen(crowd[0], path)}
        answers = at_once(crowd, lambda number, person, fields=fields: person.post(path, fields)[0])  # type: ignore[misc]

        assert {answer.status for answer in answers} == {302}
        assert len({answer.headers["Location"] for answer in answers}) == 1

    assert int(site.ask(count)) == before + ROUNDS


WAITING = (
    "from cafe.models import Introduction as I; print(*I.objects.waiting().values_list('pk', flat=True))"
)
HELD = "from cafe.models import OpenDay; print(OpenDay.objects.held().latest('held_on').pk)"


def test_one_press_sent_eight_times_at_once_leaves_one_introduction(site, crowd):
    day = f"/cafe/days/{site.ask(HELD)}/"
    before = site.ask(WAITING).split()

    for _ in range(ROUNDS):
        fields = crowd[0].form(day)
        answers = at_once(
            crowd,
            lambda number, person, fields=fields: person.post(f"{day}introductions/new/", fields)[0],  # type: ignore[misc]
        )

        assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(302, day)}

    assert len(site.ask(WAITING).split()) == len(before) + ROUNDS


def test_one_introduction_taken_up_by_eight_at_once_becomes_one_talk_and_the_others_keep_their_text(
    site, crowd
):
    day = f"/cafe/days/{site.ask(HELD)}/"

    for round_ in range(ROUNDS):
        crowd[0].post(f"{day}introductions/new/", crowd[0].form(day))
        key = max(map(int, site.ask(WAITING).split()))
        path = f"/consultations/new/?introduction={key}"
        words = _chosen(crowd[0], path)
        forms = at_once(crowd, lambda number, person, path=path: person.form(path))  # type: ignore[misc]
        texts = [f"橋を渡った{round_}回目の{number}番" for number in range(CROWD)]

        def press(
            number: int,
            person: Visitor,
            path: str = path,
            forms: list[Fields] = forms,
            words: Fields = words,
            texts: list[str] = texts,
        ) -> tuple[int, str]:
            answer, page = person.post(path, {**forms[number], **words, "content": [texts[number]]})
            return answer.status, page

        answers = at_once(crowd, press)

        assert sorted(status for status, _ in answers) == [302] + [422] * (CROWD - 1)
        assert [texts[n] in page for n, (status, page) in enumerate(answers) if status == 422] == [True] * (
            CROWD - 1
        )
        assert str(key) not in site.ask(WAITING).split()


NEWCOMER = """
from consultations.models import Client, Consultation
from komatsu_support.models import Term, User
by = User.objects.get(username="lead")
client = Client(alias="重なる方", staff=by)
client.save(by=by)
phone = Term.objects.get(kind="method", code="phone")
talk = Consultation(client=client, method=phone, staff=by, main_topic=Term.objects.filter(kind="topic")[0])
talk.save(by=by)
print(client.pk, talk.pk)
"""


def test_text_edited_while_earlier_talks_change_its_standing_waits_and_is_not_refused(site, crowd):
    """An earlier talk makes the later one 継続: two hands on one row, neither of whom waits for the other for ever."""
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    for _ in range(ROUNDS):
        client, talk = site.ask(NEWCOMER).split()
        edit, new = f"/consultations/{talk}/edit/", f"/consultations/new/?client={client}"
        words = {**_chosen(crowd[0], new), "consulted_on": [yesterday]}
        forms = at_once(crowd, lambda number, person, paths=(edit, new): person.form(paths[number % 2]))  # type: ignore[misc]

        def press(
            number: int,
            person: Visitor,
            paths: tuple[str, str] = (edit, new),
            forms: list[Fields] = forms,
            words: Fields = words,
        ) -> int:
            typed = words if number % 2 else {"content": [f"{number}番の文章"]}
            return person.post(paths[number % 2], {**forms[number], **typed})[0].status

        statuses = at_once(crowd, press)

        assert statuses[1::2] == [302] * (CROWD // 2)
        assert set(statuses[::2]) <= {302, 409}


def _chosen(person: Visitor, path: str) -> Fields:
    """The first word of each list that must be chosen from, where the form has it."""
    page = person.get(path)[1]
    wanted = {}
    for name in ("method", "main_topic"):
        radio = re.search(rf'<input[^>]*name="{name}"[^>]*value="(\d+)"', page)
        option = re.search(rf'<select[^>]*name="{name}".*?<option value="(\d+)"', page, re.DOTALL)
        if found := radio or option:
            wanted[name] = [found[1]]
    return wanted
