"""Two files side by side, made one and two again, by hand and on both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_roles import is_too_wide, violations


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_two_files_are_merged_and_parted_again(visit: Callable[..., Page], width: str) -> None:
    page = visit("lead", width=width)
    page.goto("/consultations/clients/duplicates/")
    found = [(violations(page), is_too_wide(page))]
    page.get_by_label("残す方の番号").fill("R5-0001")
    page.get_by_label("統合する方の番号").fill("R5-0002")
    page.get_by_role("button", name="見比べる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("相談者の統合")
    found.append((violations(page), is_too_wide(page)))

    page.get_by_label("同じ方と判断した理由").fill("本人に確かめた")
    page.get_by_role("button", name="統合", exact=True).click()
    expect(page.get_by_text("旧番号 R5-0002 の記録もここにあります")).to_be_visible()
    found.append((violations(page), is_too_wide(page)))
    page.get_by_role("link", name="統合を元に戻す").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("統合を元に戻す")
    found.append((violations(page), is_too_wide(page)))
    page.get_by_label("理由").fill("別の方だった")
    page.get_by_role("button", name="元に戻す", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("R5-0002")
    assert found == [([], False)] * 4


def test_new_file_says_who_looks_alike_while_one_types(visit: Callable[..., Page]) -> None:
    page = visit("counselor")
    page.goto("/consultations/clients/new/")
    page.get_by_label("氏名カナ").press_sequentially("レイジタカ ウララ")

    told = page.locator("[data-alike]")
    expect(told.get_by_text("似た方が登録されています。")).to_be_visible()
    expect(told.get_by_role("link").first).to_contain_text("R5-0001")
    assert violations(page) == []
