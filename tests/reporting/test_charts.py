"""Charts: the same every time, nothing active, named, told apart without colour."""

import re
import unittest
from xml.etree import ElementTree

from requests_app.reporting.charts import (
    LINES,
    Chart,
    NotDrawable,
    Series,
    summary,
    svg,
)

MONTHS = ("2026-01", "2026-02", "2026-03")


def chart(**changed) -> Chart:
    given = {
        "id": "requests",
        "title": "Requests by instrument",
        "along": "Month",
        "unit": "requests",
        "places": MONTHS,
        "series": (
            Series("I-247A", (12.0, 18.0, 3.0)),
            Series("I-200 <b>", (4.0, None, 9.0)),
        ),
    }
    return Chart(**{**given, **changed})


class Drawing(unittest.TestCase):
    def test_draws_the_same_every_time(self):
        self.assertEqual(svg(chart()), svg(chart()))

    def test_holds_nothing_that_the_content_policy_would_stop(self):
        for kind in ("bars", LINES):
            drawn = svg(chart(kind=kind))

            self.assertIsNone(
                re.search(r"\s(style|on[a-z]+|href)=|<script|<style", drawn)
            )
            ElementTree.fromstring(drawn)

    def test_would_see_a_style(self):
        self.assertIsNotNone(re.search(r"\s(style)=", '<g style="fill:red">'))

    def test_carries_its_title_and_its_words(self):
        drawn = svg(chart())

        self.assertIn(
            '<title id="requests-title">Requests by instrument</title>', drawn
        )
        self.assertIn("I-200 &lt;b&gt;: the most 9", drawn)
        self.assertIn(
            'role="img" aria-labelledby="requests-title requests-said"', drawn
        )

    def test_tells_bars_apart_by_pattern(self):
        drawn = svg(chart())

        self.assertIn('fill="url(#requests-p0)"', drawn)
        self.assertIn('fill="url(#requests-p1)"', drawn)
        self.assertEqual(drawn.count("<pattern "), 2)

    def test_tells_lines_apart_by_dash(self):
        self.assertIn('stroke-dasharray="6,3"', svg(chart(kind=LINES)))


class Words(unittest.TestCase):
    def test_says_the_most_and_the_least(self):
        said = summary(chart(series=(Series("", (12.0, 18.0, 3.0)),)))

        self.assertEqual(
            said,
            "Requests by instrument. The most 18 requests (2026-02), "
            "the least 3 (2026-03).",
        )

    def test_says_that_there_is_nothing(self):
        said = summary(chart(series=(Series("", (0.0, None, 0.0)),)))

        self.assertEqual(said, "Requests by instrument: nothing to count.")


class Refusing(unittest.TestCase):
    def test_refuses_seven_series(self):
        with self.assertRaises(NotDrawable):
            chart(series=tuple(Series(str(n), (1.0,) * 3) for n in range(7)))

    def test_refuses_an_identifier_that_is_markup(self):
        with self.assertRaises(NotDrawable):
            chart(id='x"><script>')
