"""Filled forms of invented people: our own drawing of each form's fields.

`filled(seed)` invents what stands in a form, `drawn(filled, seed)` places it on a
page, and `layouts` makes of the page a PDF with form fields, a PDF with a text layer,
a clean scan and a fax. The same seed gives the same bytes. What stands in the form is
kept beside it, as the reader should say it.
"""

from tests.forms.drawing import draw
from tests.forms.filling import FORMS, Filled, fill
from tests.forms.layouts import LAYOUTS, render

__all__ = ["FORMS", "LAYOUTS", "Filled", "draw", "fill", "render"]
