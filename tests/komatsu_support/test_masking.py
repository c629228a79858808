"""Masking: what may be read on a hidden page, element by element."""

import pytest

from komatsu_support.masking import masked

NAME = "封印 しおり"


@pytest.mark.parametrize(
    "given",
    [
        f"<main><h1>{NAME}</h1></main>",
        f"<p>{NAME}</p>",
        NAME,
        f"<table><tr><th scope='row'>{NAME}</th><td>{NAME}</td></tr></table>",
        f"<th>{NAME}</th>",
        f"<a href='/x/'>{NAME}</a>",
        f"<option value='{NAME}' selected>{NAME}</option>",
        f"<textarea>\n{NAME}</textarea>",
        f"<input value='{NAME}'>",
        f"<input type='hidden' name='note' value='{NAME}'>",
        f"<p title='{NAME}' aria-label='{NAME}' data-name='{NAME}' style='{NAME}'>x</p>",
        f"<img src='/a.png' alt='{NAME}'>",
        f"<img src='data:image/svg+xml,{NAME}'>",
        f"<a href='tel:{NAME}'>x</a>",
        f"<a href='https://example.jp/{NAME}'>x</a>",
        f"<a href='//example.jp/{NAME}'>x</a>",
        f"<!-- {NAME} -->",
        f"<?php {NAME} ?>",
        f"<![CDATA[{NAME}]]>",
        f"<script type='application/json'>['{NAME}']</script>",
        f"<style>p::after {{ content: '{NAME}' }}</style>",
        f"<svg><text x='1'>{NAME}</text><title>{NAME}</title></svg>",
        f"<label class='form-check-label'>{NAME}</label>",
        f"<button>入れる<span class='visually-hidden'>: {NAME}</span></button>",
        f"<label>氏名<div>{NAME}</div></label>",
        f"<dl><dt>氏名<dd>{NAME}</dl>",
        f"<label>氏名</label>{NAME}",
        f"<div data-plain>印</div>{NAME}",
        f"<div data-plain><img></div>{NAME}",
        f"<label>氏名</p></label></div>{NAME}",
        f"<p>{NAME}",
        f"<p {NAME}='1'>",
        f"<p class='x' {NAME}",
        f"<meter value='3' title='{NAME}'>{NAME}</meter>",
    ],
)
def test_nothing_readable_is_left(given):
    left = masked(given)

    assert [part for part in NAME.split() if part in left] == []


@pytest.mark.parametrize("spelt", ["&#23553;&#21360;", "&#x5c01;&#x5370;", "A&amp;B", "&lt;b&gt;"])
def test_entities_are_masked_as_the_letters_they_are(spelt):
    assert masked(f"<p>{spelt}</p>") == "<p>●●●●</p>"


@pytest.mark.parametrize(
    "given",
    [
        '<label for="id_name" class="form-label">氏名<span class="asteriskField">*</span></label>',
        '<fieldset disabled><legend class="fs-6">方法</legend></fieldset>',
        "<dl><dt>電話</dt></dl>",
        '<table><caption>表 &lt;1&gt;</caption><th scope="col">日</th></table>',
        '<div class="table-region" role="region" aria-label="相談記録" tabindex="0"></div>',
        '<ul data-plain><li class="x" data-y=\'{"a": 1}\'><a href="/x/?q=%E3">一覧 &amp; 表</a></li></ul>',
        '<script src="/static/office.js" defer></script>',
        '<!DOCTYPE html><html lang="ja"><head><title>相談</title></head><body data-user="1"></body></html>',
    ],
)
def test_the_pages_own_wording_stays_as_it_is(given):
    assert masked(given) == given


def test_length_of_a_text_cannot_be_told():
    assert len({masked("あ" * length) for length in range(1, 21)}) == 1
    assert len({masked("あ" * length) for length in range(21, 400)}) == 1


def test_white_space_around_a_text_stays():
    assert masked("<p>\n  一 二\n</p>") == "<p>\n  ●●●●\n</p>"


def test_form_can_neither_be_filled_in_nor_sent():
    page = (
        '<form method="post" action="/x/" data-draft data-hx-post="/x/"><input name="a" value="1" checked>'
        '<select name="b"><option value="2" selected>x</option></select><textarea name="c"></textarea>'
        '<button type="submit" formaction="/y/">登録</button></form>'
    )

    assert masked(page) == (
        '<form><input name="a" disabled><select name="b" disabled><option>●●●●</option></select>'
        '<textarea name="c" disabled></textarea><button type="submit" disabled>登録</button></form>'
    )


def test_links_lead_where_they_led_but_for_words_in_the_query():
    assert masked('<a href="/a/?page=2">x</a>') == '<a href="/a/?page=2">●●●●</a>'
    assert masked('<a href="/a/?q=%E5%B0%81">x</a>') == '<a href="/a/">●●●●</a>'
