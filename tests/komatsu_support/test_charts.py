"""Charts: where each bar stands, what a gap and a zero look like, and that the drawing says what it shows."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string

from komatsu_support.charts import BarChart, ColumnChart, Series, ticks
from komatsu_support.excel import Format, Row, Table


def columns(*values, labels=None, more=()):
    """A chart of one series, and of more."""
    names = labels or [f"{number}月" for number in range(1, len(values) + 1)]
    series = [Series("今年度", values), *(Series(f"前{number}", each) for number, each in enumerate(more))]
    return ColumnChart("months", "月別", names, series, unit="人")


def bars(*values, labels=None):
    names = labels or [f"{number}曜日" for number in range(len(values))]
    return BarChart("days", "曜日別", names, [Series("1日平均", values)], unit="人", format=Format.DECIMAL)


def told(drawing):
    return [text.text for text in drawing.texts]


def heights(chart):
    return [rect.height for rect in chart.drawing.rects]


# --- the scale


@pytest.mark.parametrize(
    ("largest", "marks"),
    [
        (0, [0, 1]),
        (Decimal("0.4"), [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (11, [0, 5, 10, 15]),
        (919, [0, 200, 400, 600, 800, 1000]),
        (10_000_000, [0, 2_000_000, 4_000_000, 6_000_000, 8_000_000, 10_000_000]),
    ],
)
def test_scale_begins_at_nothing_and_reaches_the_largest(largest, marks):
    assert ticks(largest) == marks


# --- standing bars


def test_bars_are_as_high_as_their_values():
    assert heights(columns(10, 5, 0)) == [224, 112, 0]


def test_bars_stand_on_the_axis_and_within_the_drawing():
    drawing = columns(10, 5, 0, 7).drawing
    foot = next(rule.y1 for rule in drawing.rules if rule.is_axis)

    assert {rect.y + rect.height for rect in drawing.rects} == {foot}
    assert all(rect.x >= 0 and rect.x + rect.width <= drawing.width for rect in drawing.rects)
    assert all(0 <= text.y <= drawing.height for text in drawing.texts)
    assert all(text.x >= 13 for text in drawing.texts if text.text == "人")


def test_nothing_is_a_figure_and_unknown_is_a_gap():
    drawing = columns(3, 0, None).drawing

    assert len(drawing.rects) == 2
    assert [told(drawing).count(text) for text in ("3", "3月")] == [2, 1]  # 3 on the scale and on its bar


def test_all_zero_and_all_unknown_are_drawn_without_a_fault():
    assert heights(columns(0, 0)) == [0, 0]
    assert heights(columns(None, None)) == []


def test_one_value_is_one_bar_of_bounded_width():
    (rect,) = columns(4).drawing.rects

    assert [rect.height, rect.width <= 48] == [224, True]


def test_bars_of_two_series_stand_side_by_side_with_a_legend():
    drawing = columns(4, 2, more=[[1, None]]).drawing
    legend, rects = drawing.rects[:2], drawing.rects[2:]

    assert [swatch.look for swatch in legend] == [0, 1]
    assert [(rect.look, rect.height > 0) for rect in rects] == [(0, True), (0, True), (1, True)]
    assert rects[0].x + rects[0].width < rects[2].x < rects[1].x
    assert {"今年度", "前0"} <= set(told(drawing))


def test_figures_that_have_no_room_are_left_to_the_table():
    roomy = told(columns(*[999] * 12, more=[[998] * 12]).drawing)
    tight = told(columns(*[99_999] * 12, more=[[99_998] * 12]).drawing)
    full = told(columns(*[1_234_567] * 24, more=[[1_234_566] * 24]).drawing)

    assert [roomy.count("999"), roomy.count("998")] == [12, 12]
    assert [tight.count("99,999"), tight.count("99,998")] == [12, 0]
    assert [full.count("1,234,567"), full.count("1,234,566")] == [0, 0]


def test_figures_of_one_row_do_not_overlap():
    drawing = columns(*[919] * 12, more=[[850] * 12]).drawing
    row = sorted(text.x for text in drawing.texts if text.text in ("919", "850"))

    assert min(right - left for left, right in pairwise(row)) >= 18


def test_long_labels_are_cut_to_their_place():
    drawing = columns(*[1] * 12, labels=["とても長い名前の催し"] * 12).drawing

    assert {text for text in told(drawing) if text.endswith("…")} == {"とても…"}


def test_long_names_of_series_stay_within_the_drawing():
    names = ["とても長い名前の系列がここに入ります、切れるほど長く長く長く" * 2] * 3
    drawing = ColumnChart("x", "長い", ["4月"], [Series(name, [1]) for name in names]).drawing
    legend = [text for text in drawing.texts if text.anchor == "start"]

    assert len(legend) == 3
    assert all(text.text.endswith("…") for text in legend)
    assert all(text.x + len(text.text) * 13 <= drawing.width for text in legend)


# --- lying bars


def test_lying_bars_are_as_long_as_their_values_and_have_their_figures():
    drawing = bars(Decimal("4.0"), Decimal("2.0"), 0, None).drawing
    longest, half, nothing = (rect.width for rect in drawing.rects)

    assert [half * 2 - longest in (-1, 0, 1), nothing] == [True, 0]
    assert told(drawing)[1::2] == ["4.0人", "2.0人", "0.0人", "－"]


def test_lying_bars_and_their_figures_stay_within_the_drawing():
    drawing = bars(
        10_000_000, 3, labels=["長い名前の企画がここに入ります、とても長いので切れます", "短"]
    ).drawing
    figure = next(text for text in drawing.texts if text.text == "10000000.0人")

    assert figure.x + 12 * 6.5 <= drawing.width
    assert [text.text.endswith("…") for text in drawing.texts if text.anchor == "end"] == [True, False]
    assert all(rect.y + rect.height <= drawing.height for rect in drawing.rects)


def test_nothing_to_draw_is_an_empty_drawing():
    drawing = BarChart("none", "なし", [], [Series("計", [])]).drawing

    assert [drawing.rects, drawing.texts] == [[], []]


# --- what is refused


@pytest.mark.parametrize(
    "series",
    [[], [Series("a", [1])] * 4, [Series("a", [1, 2])], [Series("a", [-1])]],
    ids=["none", "too many", "too long", "negative"],
)
def test_chart_that_could_not_be_read_is_refused(series):
    with pytest.raises(ValueError, match="月別"):
        ColumnChart("months", "月別", ["4月"], series)


# --- of a table


TABLE = Table(
    title="月別",
    head=["月", "日数", "人数", "前年度"],
    rows=[Row(["4月"], [2, 4, None]), Row(["5月"], [1, 1234, 6]), Row(["計"], [3, 1238, 6], total=True)],
    formats=[Format.COUNT, Format.COUNT, Format.COUNT],
    unit="人",
)


def test_chart_of_a_table_has_its_columns_without_the_totals():
    chart = ColumnChart.of(TABLE, [1, 2], key="months")

    assert [chart.title, chart.unit, chart.labels] == ["月別", "人", ["4月", "5月"]]
    assert ColumnChart.of(TABLE, [0], key="days", unit="日").unit == "日"
    assert chart.series == [Series("人数", [4, 1234]), Series("前年度", [None, 6])]


# --- what the page shows


def drawn(chart):
    return render_to_string("charts.html#chart", {"chart": chart})


def test_drawing_names_and_describes_itself():
    text = drawn(ColumnChart.of(TABLE, [1, 2], key="months", names=["令和7年度", "令和6年度"]))

    assert 'role="img" aria-labelledby="months-title months-desc"' in text
    assert '<title id="months-title">月別</title>' in text
    assert "令和7年度: 最大は5月の1,234人、最小は4月の4人。令和6年度: 最大は5月の6人" in text


def test_series_of_nothing_says_so():
    assert columns(None).summary == "今年度: 値はありません。すべての数値は表にあります。"


def test_second_series_is_hatched_and_nothing_is_styled_inline():
    text = drawn(columns(1, more=[[2], [3]]))

    assert re.findall(r'class="bar look-(\d)"[^>]*?(?:fill="url\(#(\S+)\)")? />', text)[3:] == [
        ("0", ""),
        ("1", "months-look-1"),
        ("2", "months-look-2"),
    ]
    assert set(re.findall(r'id="(\S+)"', text)) >= {"months-look-1", "months-look-2"}
    assert "style" not in text


def test_words_of_a_label_are_no_markup():
    assert "<b>" not in drawn(bars(1, labels=["<b>太字</b>"]))
