"""図: bars as inline SVG. Where each stands is worked out here; `templates/charts.html` only draws.

A chart stands beside the table it is made of, and agrees with it because it reads it:

    chart = ColumnChart.of(table, columns=[1, 4], key="months", names=["令和7年度", "令和6年度"])
    {% include "charts.html#chart" with chart=chart %}

Readable in black and white (solid, hatched, dotted, each with its figure), without colour, by a screen
reader (title and description; the table has every number), and under a policy that forbids inline styles.
"""

from komatsu_support.charts.bars import BarChart
from komatsu_support.charts.chart import Chart, Series
from komatsu_support.charts.columns import ColumnChart, ticks

__all__ = ["BarChart", "Chart", "ColumnChart", "Series", "ticks"]
