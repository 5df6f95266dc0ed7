"""Reading facts: every key refuses what it does not accept, and says so by name."""

import json
import math
from datetime import date

import pytest

from requests_app import law

GOOD = {"act": {"kind": "detain", "on": "2024-03-05"}, "official": "correction"}

BOOLEANS = [
    "order_1225d4B",
    "ice_subpoena",
    "terrorist_screening_match",
    "publicly_available",
    "under_control",
    "person_is_minor",
    "not_competent",
    "terrorism_investigation",
    "otherwise_required_by_law",
    "head_reviewed",
    "copy_given",
    "intent_stated",
    "notification_copy_to_person",
    "notification_copy_to_attorney_or_designee_effort",
    "reason_in_writing_given",
]

REFUSED = [
    ({"act": None}, "$.act", None),
    ({"act": "detain"}, "$.act", "detain"),
    ({"act": {"kind": "hold", "on": "2024-03-05"}}, "$.act.kind", "hold"),
    ({"act": {"kind": None, "on": "2024-03-05"}}, "$.act.kind", None),
    ({"act": {"kind": ["detain"], "on": "2024-03-05"}}, "$.act.kind", ["detain"]),
    ({"act": {"kind": "detain", "on": None}}, "$.act.on", None),
    ({"act": {"kind": "detain", "on": 20240305}}, "$.act.on", 20240305),
    ({"act": {"kind": "detain", "on": "20240305"}}, "$.act.on", "20240305"),
    ({"act": {"kind": "detain", "on": "2024-W10-2"}}, "$.act.on", "2024-W10-2"),
    ({"act": {"kind": "detain", "on": "2023-02-29"}}, "$.act.on", "2023-02-29"),
    ({"act": {"kind": "detain", "on": "0000-01-01"}}, "$.act.on", "0000-01-01"),
    ({"act": {"kind": "detain", "on": "2024-03-05T10:00"}}, "$.act.on", None),
    ({"act": {"kind": "detain", "on": "２０24-03-05"}}, "$.act.on", None),
    ({"act": {**GOOD["act"], "hours_held": -1}}, "$.act.hours_held", -1),
    ({"act": {**GOOD["act"], "hours_held": "48"}}, "$.act.hours_held", "48"),
    ({"act": {**GOOD["act"], "hours_held": True}}, "$.act.hours_held", True),
    ({"act": {**GOOD["act"], "hours_held": math.inf}}, "$.act.hours_held", math.inf),
    ({"act": {**GOOD["act"], "hours_held": 10**400}}, "$.act.hours_held", 10**400),
    ({"act": {**GOOD["act"], "hours": 4}}, "$.act.hours", 4),
    ({"official": None}, "$.official", None),
    ({"official": "police"}, "$.official", "police"),
    ({"official": 1}, "$.official", 1),
    ({"detainer": "yes"}, "$.detainer", "yes"),
    ({"detainer": []}, "$.detainer", []),
    ({"detainer": {"form": "I-200"}}, "$.detainer.form", "I-200"),
    ({"detainer": {"form": 247}}, "$.detainer.form", 247),
    ({"detainer": {"received_on": "May 5"}}, "$.detainer.received_on", "May 5"),
    ({"detainer": {"asks": "hold"}}, "$.detainer.asks", "hold"),
    ({"detainer": {"asks": ["hold", "arrest"]}}, "$.detainer.asks[1]", "arrest"),
    ({"detainer": {"asks": [None]}}, "$.detainer.asks[0]", None),
    ({"detainer": {"ask": []}}, "$.detainer.ask", []),
    ({"warrants": "none"}, "$.warrants", "none"),
    ({"warrants": [None]}, "$.warrants[0]", None),
    ({"warrants": [{"form": "I-247A"}]}, "$.warrants[0].form", "I-247A"),
    ({"warrants": [{"signed_by": "judge"}]}, "$.warrants[0].signed_by", "judge"),
    (
        {"warrants": [{"accompanies_detainer": 1}]},
        "$.warrants[0].accompanies_detainer",
        1,
    ),
    ({"warrants": [{"names_person": "no"}]}, "$.warrants[0].names_person", "no"),
    ({"warrants": [{}, {"docket": "1"}]}, "$.warrants[1].docket", "1"),
    ({"convictions": {}}, "$.convictions", {}),
    ({"convictions": ["53a-71"]}, "$.convictions[0]", "53a-71"),
    ({"convictions": [{"section": 53}]}, "$.convictions[0].section", 53),
    ({"convictions": [{"subdivision": 1}]}, "$.convictions[0].subdivision", 1),
    ({"convictions": [{"class": "b"}]}, "$.convictions[0].class", "b"),
    ({"convictions": [{"jurisdiction": "ma"}]}, "$.convictions[0].jurisdiction", "ma"),
    ({"convictions": [{"jurisdiction": "USA"}]}, "$.convictions[0].jurisdiction", None),
    (
        {"convictions": [{"disposition": "guilty"}]},
        "$.convictions[0].disposition",
        "guilty",
    ),
    ({"convictions": [{"inchoate": "none"}]}, "$.convictions[0].inchoate", "none"),
    ({"convictions": [{"offense_on": 2015}]}, "$.convictions[0].offense_on", 2015),
    ({"convictions": [{"name": "robbery"}]}, "$.convictions[0].name", "robbery"),
    ({"grounds_2014": "final_order"}, "$.grounds_2014", "final_order"),
    ({"grounds_2014": ["felony"]}, "$.grounds_2014[0]", "felony"),
    ({"information": {}}, "$.information", {}),
    ({"information": ["address"]}, "$.information[0]", "address"),
    ({"written_authorization": "no"}, "$.written_authorization", "no"),
    ({"written_authorization": True}, "$.written_authorization", True),
    ({"hair_colour": "brown"}, "$.hair_colour", "brown"),
    ({"two words": 1}, '$["two words"]', 1),
    *[({key: "yes"}, f"$.{key}", "yes") for key in BOOLEANS],
    *[({key: 0}, f"$.{key}", 0) for key in BOOLEANS],
]


@pytest.mark.parametrize(("change", "path", "value"), REFUSED)
def test_refuses_by_path_and_value(change, path, value):
    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse({**GOOD, **change})

    (fault,) = refusal.value.faults
    assert fault.path == path
    assert fault.accepted
    assert value is None or fault.value == value
    assert str(fault).startswith(f"{path}: ")
    assert "\n" not in str(fault)


def test_tests_a_refusal_of_every_key():
    tested = {path for _, path, _ in REFUSED}
    objects = {
        "$": law.Facts,
        "$.act": law.Act,
        "$.detainer": law.Detainer,
        "$.warrants[0]": law.Warrant,
        "$.convictions[0]": law.Conviction,
    }

    keys = {
        f"{path}.{key.rstrip('_')}"
        for path, kind in objects.items()
        for key in kind.__dataclass_fields__
    }

    assert keys - tested == {"$.detainer.asks"} - tested


@pytest.mark.parametrize("value", [None, [], "facts", 3, True])
def test_refuses_what_is_not_an_object(value):
    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse(value)

    (fault,) = refusal.value.faults
    assert fault.path == "$"
    assert "use an object with the keys act, official" in str(fault)


def test_names_what_is_lacking():
    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse({"act": {}})

    assert [str(fault).partition(";")[0] for fault in refusal.value.faults] == [
        "$.act.kind: nothing is given",
        "$.act.on: nothing is given",
        "$.official: nothing is given",
    ]


def test_says_a_fault_in_one_line_with_what_is_accepted():
    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse({**GOOD, "written_authorization": "no"})

    assert str(refusal.value) == (
        '$.written_authorization: "no" is not accepted; '
        "use one of person, parent_or_guardian, none"
    )


def test_reports_all_faults_at_once():
    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse(
            {
                "act": {"kind": "hold", "on": "soon"},
                "official": "cat",
                "warrants": [{"form": "x"}, {"signed_by": "y"}],
                "copy_given": "yes",
                "colour": 1,
            },
            "$[7]",
        )

    assert [fault.path for fault in refusal.value.faults] == [
        "$[7].colour",
        "$[7].act.kind",
        "$[7].act.on",
        "$[7].official",
        "$[7].warrants[0].form",
        "$[7].warrants[1].signed_by",
        "$[7].copy_given",
    ]


def test_refuses_a_key_given_twice_with_its_path():
    given = law.read_json(
        '{"act": {"kind": "detain", "on": "2024-03-05", "on": "2025-03-05"},'
        ' "official": "correction", "under_control": true, "under_control": true}'
    )

    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse(given)

    assert [str(fault) for fault in refusal.value.faults] == [
        "$.under_control: true is not accepted; "
        "the key is given more than once, give it once",
        '$.act.on: "2025-03-05" is not accepted; '
        "the key is given more than once, give it once",
    ]


def test_refuses_nan_by_path():
    given = law.read_json(
        '{"act": {"kind": "detain", "on": "2024-03-05", "hours_held": NaN},'
        ' "official": "correction"}'
    )

    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse(given)

    assert str(refusal.value).startswith("$.act.hours_held: NaN is not accepted")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "{'a': 1}", b"\xff\xfe", "[" * 100_000, "9" * 5_000],
)
def test_refuses_what_is_not_json(text):
    with pytest.raises(law.NotJson) as refusal:
        law.read_json(text)

    assert "\n" not in str(refusal.value)


def test_reads_json_with_a_byte_order_mark():
    assert law.read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_shortens_a_long_value():
    with pytest.raises(law.MalformedFacts) as refusal:
        law.parse({**GOOD, "official": "x" * 10_000})

    assert len(str(refusal.value)) < 400


def test_takes_left_out_and_null_for_not_known():
    nulls = dict.fromkeys(law.Facts.__dataclass_fields__)

    assert law.parse({**nulls, **GOOD}) == law.parse(GOOD)


def test_keeps_null_apart_from_false_and_from_none():
    unknown = law.parse({**GOOD, "detainer": None, "under_control": None})
    known = law.parse({**GOOD, "detainer": "none", "under_control": False})

    assert unknown.detainer is None
    assert unknown.under_control is None
    assert known.detainer == "none"
    assert known.under_control is False


def test_reads_every_key():
    facts = law.parse(
        {
            **GOOD,
            "act": {"kind": "detain", "on": "2024-02-29", "hours_held": 12.5},
            "detainer": {
                "form": "I-247A",
                "received_on": "2024-02-28",
                "asks": ["hold"],
            },
            "warrants": [{"form": "state", "signed_by": "state_judge"}],
            "convictions": [
                {
                    "section": "53a-134",
                    "subdivision": "(a)(2)",
                    "class": "B",
                    "jurisdiction": "CT",
                    "disposition": "convicted",
                    "inchoate": None,
                    "offense_on": "2015-06-01",
                }
            ],
        }
    )

    assert facts.act == law.Act("detain", date(2024, 2, 29), 12.5)
    assert facts.detainer == law.Detainer("I-247A", date(2024, 2, 28), ("hold",))
    assert facts.warrants == (law.Warrant("state", "state_judge", None, None),)
    assert facts.convictions == (
        law.Conviction(
            "53a-134", "(a)(2)", "B", "CT", "convicted", None, date(2015, 6, 1)
        ),
    )


def test_gives_back_plain_json():
    facts = law.parse({**GOOD, "convictions": [{"class": "B"}], "warrants": []})

    again = json.loads(json.dumps(facts.as_json()))

    assert again["convictions"][0]["class"] == "B"
    assert again["warrants"] == []
    assert again["detainer"] is None
    assert law.parse(again) == facts
