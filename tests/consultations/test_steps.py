"""The rows of buttons at the head of a record: a few in sight, the rest folded away, 取り消す last."""

import pytest

from tests.browser import html, labels
from tests.factories import CaseFactory, ConsultationFactory, HandoverFactory

SEEN = ["相談を記録", "架電を記録", "予約", "修正する"]
FOLDED = {
    "client": ["支援ケースを始める", "同意を記録", "同じ方と統合", "書類を登録", "取り消す"],
    "case": ["つなぎを始める", "会議を登録", "書類を登録", "支援を終える", "取り消す"],
}


@pytest.mark.parametrize("noun", FOLDED)
def test_everyday_steps_are_in_sight_and_the_others_folded(login, noun):
    case = CaseFactory()
    record = {"client": case.client, "case": case}[noun]

    page = login("lead").get(record.get_absolute_url())

    seen, folded = html(page).split("<summary>ほかの操作</summary>")
    assert labels(page) == SEEN + FOLDED[noun]
    assert [label for label in labels(page) if f">{label}<" in seen] == SEEN
    assert [label for label in FOLDED[noun] if f">{label}<" in folded] == FOLDED[noun]


def test_few_steps_stand_in_one_row_with_the_void_last(login):
    talk = ConsultationFactory(case=CaseFactory())
    nobodys = ConsultationFactory(client=None)
    sheet = HandoverFactory()
    browser = login("lead")

    pages = [browser.get(each.get_absolute_url()) for each in (talk, nobodys, sheet)]

    mends = ["修正する", "印刷", "取り消す"]
    assert [labels(page) for page in pages] == [
        ["次の相談を記録", "これを元に記録", "次回を予約", *mends],
        ["相談者と結ぶ", *mends],
        ["気になる方・事項を書く", *mends],
    ]
    assert ["ほかの操作" in html(page) for page in pages] == [False] * 3
