"""The crispy pack: what it promises to people who hear or key their way."""

from html.parser import HTMLParser

from django.forms import CharField, ChoiceField, Form, RadioSelect
from django.template import Context, Template
from django.test import SimpleTestCase

from tests.sample_forms import (
    ANSWERS,
    ConvictionFormSet,
    SampleForm,
    posted_convictions,
)

VOID = {"input", "img", "br", "hr", "meta", "link", "use"}


class Element:
    """A tag with its attributes, its parents and the text inside it."""

    def __init__(self, tag, attributes, parents):
        self.tag = tag
        self.attributes = attributes
        self.parents = parents
        self.text = ""

    def __getitem__(self, name):
        return self.attributes[name]

    def __contains__(self, name):
        return name in self.attributes


class Page(HTMLParser):
    """The elements of a piece of HTML; an end without its beginning is an error."""

    def __init__(self, markup):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(markup)
        assert self.open == [], f"not closed: {[found.tag for found in self.open]}"

    def handle_starttag(self, tag, attrs):
        found = Element(tag, dict(attrs), list(self.open))
        self.elements.append(found)
        if tag not in VOID:
            self.open.append(found)

    def handle_endtag(self, tag):
        if tag not in VOID:
            last = self.open.pop()
            assert last.tag == tag, f"</{tag}> closes <{last.tag}>"

    def handle_data(self, data):
        for found in self.open:
            found.text += data

    def all(self, tag, **attributes):
        wanted = {
            name.rstrip("_").replace("_", "-"): v for name, v in attributes.items()
        }
        return [
            found
            for found in self.elements
            if found.tag == tag
            and all(found.attributes.get(name) == v for name, v in wanted.items())
        ]

    def one(self, tag, **attributes):
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def ids(self):
        return [found["id"] for found in self.elements if "id" in found]


def render(source, **context):
    markup = Template("{% load crispy_forms_tags %}" + source).render(Context(context))
    return Page(markup)


class FieldTests(SimpleTestCase):
    def test_ties_hint_and_error_to_the_field(self):
        page = render("{% crispy form %}", form=SampleForm({}))

        field = page.one("input", name="sender")
        self.assertEqual(
            field["aria-describedby"], "id_sender_helptext id_sender_error"
        )
        self.assertEqual(field["aria-invalid"], "true")
        self.assertIn("id_sender_helptext", page.ids())
        self.assertIn("id_sender_error", page.ids())
        self.assertIn("usa-input--error", field["class"].split())

    def test_ties_hint_and_error_to_a_group(self):
        page = render("{% crispy form %}", form=SampleForm({}))

        radio = page.all("input", name="form_name")[0]
        group = [parent for parent in radio.parents if parent.tag == "fieldset"][-1]
        self.assertEqual(
            group["aria-describedby"], "id_form_name_helptext id_form_name_error"
        )

    def test_names_a_group_with_a_legend(self):
        page = render("{% crispy form %}", form=SampleForm())

        legends = [found.text.strip() for found in page.all("legend")]
        self.assertIn("Which form is it? *", legends)
        self.assertIn("What does it ask? *", legends)
        self.assertIn("Received *", legends)

    def test_gives_each_label_its_field(self):
        page = render("{% crispy form %}", form=SampleForm())

        for label in page.all("label"):
            with self.subTest(label=label.text):
                self.assertIn(label["for"], page.ids())

    def test_repeats_no_id(self):
        page = render(
            "{% crispy form %}{{ rows|crispy }}",
            form=SampleForm({}),
            rows=ConvictionFormSet(posted_convictions({}, {}), prefix="convictions"),
        )

        self.assertEqual(len(page.ids()), len(set(page.ids())))

    def test_keeps_what_was_typed(self):
        data = {"sender": "O'Neil <x>", "form_name": "other", "asks": ["notify"]}
        page = render("{% crispy form %}", form=SampleForm(data))

        self.assertEqual(page.one("input", name="sender")["value"], "O'Neil <x>")
        self.assertIn("checked", page.one("input", name="form_name", value="other"))
        self.assertIn("checked", page.one("input", name="asks", value="notify"))
        self.assertNotIn("checked", page.one("input", name="asks", value="hold"))

    def test_puts_choices_in_one_line_when_asked(self):
        page = render("{{ form.match|as_crispy_field }}", form=SampleForm())

        self.assertIn("desk-compact", page.one("fieldset")["class"].split())

    def test_labels_the_pieces_of_a_moment(self):
        page = render("{{ form.received|as_crispy_field }}", form=SampleForm())

        labels = {label["for"]: label.text for label in page.all("label")}
        self.assertEqual(labels, {"id_received_0": "Date", "id_received_1": "Time"})

    def test_marks_what_is_required(self):
        page = render("{{ form.sender|as_crispy_field }}", form=SampleForm())

        self.assertEqual(page.one("abbr")["title"], "required")

    def test_says_optional_only_where_the_form_wants_it(self):
        class Answers(Form):
            marks_optional = True
            nickname = CharField(required=False)

        page = render("{{ form.nickname|as_crispy_field }}", form=Answers())

        self.assertEqual(page.one("label").text.strip(), "Nickname (optional)")

    def test_escapes_a_label(self):
        class Hostile(Form):
            name = CharField(label="<b>name</b>")
            pick = ChoiceField(
                label="<i>pick</i>", widget=RadioSelect, choices=[("a", "<u>a</u>")]
            )

        page = render("{{ form|crispy }}", form=Hostile({}))

        self.assertEqual(page.all("b") + page.all("i") + page.all("u"), [])

    def test_writes_no_inline_style_or_script(self):
        page = render("{% crispy form %}", form=SampleForm({}))

        self.assertEqual(page.all("script") + page.all("style"), [])
        self.assertFalse([found for found in page.elements if "style" in found])


class SummaryTests(SimpleTestCase):
    def summary(self, source="{% crispy form %}", **context):
        page = render(source, **context)
        return page, page.one("div", role="alert")

    def links(self, page):
        return {
            found.text: found["href"]
            for found in page.all("a")
            if any(parent.attributes.get("role") == "alert" for parent in found.parents)
        }

    def test_takes_the_focus(self):
        _, summary = self.summary(form=SampleForm({}))

        self.assertEqual(summary["tabindex"], "-1")
        self.assertIn("data-error-summary", summary)

    def test_links_every_error_to_an_element_that_takes_focus(self):
        page, _ = self.summary(form=SampleForm({}))

        links = self.links(page)
        self.assertEqual(len(links), 7)
        focusable = {
            found["id"]
            for found in page.elements
            if found.tag in {"input", "select", "textarea"} and "id" in found
        }
        for text, href in links.items():
            with self.subTest(text=text):
                self.assertIn(href.removeprefix("#"), focusable)

    def test_leads_to_the_first_choice_of_a_group(self):
        page, _ = self.summary(form=SampleForm({}))

        self.assertEqual(
            self.links(page)["Which form is it? This field is required."],
            "#id_form_name_0",
        )

    def test_names_the_contradiction_of_the_whole_form(self):
        _, summary = self.summary(form=SampleForm({"sender": "nobody"}))

        self.assertIn("Box 1 and Box 2 contradict each other.", summary.text)

    def test_is_absent_when_nothing_is_wrong(self):
        page = render("{% crispy form %}", form=SampleForm())

        self.assertEqual(page.all("div", role="alert"), [])

    def test_is_one_for_a_page_of_several_forms(self):
        forms = [SampleForm({})]
        formsets = [
            ConvictionFormSet(
                posted_convictions({"section": "53a-59"}), prefix="convictions"
            )
        ]
        page, summary = self.summary(
            '{% include "uswds/error_summary.html" %}', forms=forms, formsets=formsets
        )

        self.assertEqual(len(page.all("div", role="alert")), 1)
        self.assertEqual(
            self.links(page)[
                "Conviction 1, Is the class known? This field is required."
            ],
            "#id_convictions-0-class_known_0",
        )


class FormTests(SimpleTestCase):
    def test_lets_the_server_word_the_errors(self):
        page = render("{% crispy form %}", form=SampleForm())

        self.assertIn("novalidate", page.one("form", id="sample"))

    def test_sends_files_when_there_is_a_file_field(self):
        page = render("{% crispy form %}", form=SampleForm())

        self.assertEqual(page.one("form")["enctype"], "multipart/form-data")

    def test_dresses_the_buttons(self):
        page = render("{% crispy form %}", form=SampleForm())

        button = page.one("input", type_="submit", name="draft")
        self.assertEqual(
            set(button["class"].split()) & {"usa-button", "usa-button--outline", "btn"},
            {"usa-button", "usa-button--outline"},
        )

    def test_renders_a_plain_form_without_a_form_tag(self):
        page = render("{{ form|crispy }}", form=SampleForm())

        self.assertEqual(page.all("form"), [])
        self.assertEqual(len(page.all("select")), 1)

    def test_carries_hidden_fields(self):
        page = render("{% crispy form %}", form=SampleForm())

        self.assertEqual(page.one("input", name="token")["type"], "hidden")


class FormSetTests(SimpleTestCase):
    def rows(self, data=None):
        formset = ConvictionFormSet(data, prefix="convictions")
        return render("{{ formset|crispy }}", formset=formset)

    def test_numbers_the_rows(self):
        page = self.rows()

        legends = [
            found.text
            for found in page.all("legend", class_="usa-legend desk-row__title")
        ]
        self.assertEqual(legends, ["Conviction 1", "Conviction 2", "Conviction "])

    def test_counts_the_rows_for_the_server(self):
        page = self.rows()

        self.assertEqual(
            page.one("input", name="convictions-TOTAL_FORMS")["value"], "2"
        )

    def test_offers_to_remove_each_row(self):
        page = self.rows()

        self.assertEqual(
            page.one("label", for_="id_convictions-0-DELETE").text.strip(),
            "Remove this conviction",
        )

    def test_adds_a_row_without_javascript(self):
        button = self.rows().one("button", name="add_convictions")

        self.assertEqual(button["type"], "submit")
        self.assertEqual(button.text, "Add another conviction")

    def test_keeps_a_blank_row_for_javascript(self):
        page = self.rows()

        blank = page.one("template", data_row_blank="convictions")
        field = page.one("input", name="convictions-__prefix__-section")
        self.assertIn(blank, field.parents)

    def test_stops_at_the_most_rows(self):
        page = self.rows(posted_convictions({}, {}, {}))

        self.assertEqual(page.all("button", name="add_convictions"), [])

    def test_leads_to_the_row_that_contradicts_itself(self):
        page = self.rows(
            posted_convictions({"section": "never", "class_known": ANSWERS[0][0]})
        )

        link = page.one("a", href="#row_convictions-0")
        self.assertEqual(link.text, "Conviction 1: There is no such conviction.")
        self.assertIn("row_convictions-0", page.ids())

    def test_names_what_is_wrong_with_all_rows_together(self):
        page = self.rows(posted_convictions({}, {}, {}))

        self.assertIn(
            "Three convictions are too many.", page.one("div", role="alert").text
        )
