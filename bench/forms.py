"""How well forms are read in: 200 of each of four layouts the reader never saw.

    bin/bench forms [HOW_MANY] [LAYOUT ...]

The forms are drawn by `tests.forms` from seeds that were not looked at while the reader
was written. Counted are the values written into the form (a place that is empty and
read as empty counts for nothing), the boxes and the signature, the recognised edition,
the warnings said and left unsaid, and the values called sure that are wrong. The status
is 1 when one figure falls short.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from requests_app.documents import editions, recognising
from requests_app.documents.reading import Result, read_form
from tests.forms import LAYOUTS, Filled, draw, fill, render

HOW_MANY = 200
# Seeds below this one were looked at while the reader was written.
UNSEEN = 10_000
LEAST = {"fields": 0.99, "text": 0.99, "scan": 0.95, "fax": 0.85}
MOST_WRONG_AND_SURE = 0.005


@dataclass
class Score:
    """What came of the forms of one layout."""

    layout: str
    forms: int = 0
    values: int = 0
    right: int = 0
    boxes: int = 0
    boxes_right: int = 0
    editions_right: int = 0
    sure: int = 0
    wrong_and_sure: int = 0
    warnings: int = 0
    warnings_right: int = 0
    faults: dict[str, int] = field(default_factory=dict)

    def add(self, filled: Filled, result: Result) -> None:
        self.forms += 1
        self.editions_right += result.edition == edition_of(filled)
        for code, is_due in warnings_of(filled).items():
            self.warnings += 1
            self.warnings_right += (code in result.warnings) == is_due
        read = {one.field: one for one in result.readings}
        for name, true in filled.truth.items():
            one = read.get(name)
            said = one.value if one else ""
            if not true and not said:
                continue
            self.values += 1
            self.right += said == true
            self._weigh(name, one, said == true)
        signed = {"instrument_signed": filled.is_signed}
        for name, is_ticked in {**filled.ticked, **signed}.items():
            one = read.get(name)
            is_right = one is not None and (one.value == "yes") == is_ticked
            self.boxes += 1
            self.boxes_right += is_right
            self._weigh(name, one, is_right)

    def _weigh(self, name: str, one, is_right: bool) -> None:
        if not is_right:
            self.faults[name] = self.faults.get(name, 0) + 1
        if one is not None and one.is_confident:
            self.sure += 1
            self.wrong_and_sure += not is_right

    @property
    def share(self) -> float:
        return self.right / max(self.values, 1)

    @property
    def boxes_share(self) -> float:
        return self.boxes_right / max(self.boxes, 1)

    @property
    def wrong_share(self) -> float:
        return self.wrong_and_sure / max(self.sure, 1)

    @property
    def is_enough(self) -> bool:
        least = LEAST[self.layout]
        return (
            min(self.share, self.boxes_share) >= least
            and self.wrong_share <= MOST_WRONG_AND_SURE
        )

    def __str__(self) -> str:
        return (
            f"{self.layout:7} {self.forms} forms: values {self.right} of {self.values} "
            f"({self.share:.1%}), boxes {self.boxes_right} of {self.boxes} "
            f"({self.boxes_share:.1%}), editions {self.editions_right}, warnings "
            f"{self.warnings_right} of {self.warnings}, sure "
            f"{self.sure}, of them wrong {self.wrong_and_sure} ({self.wrong_share:.2%})"
        )


def warnings_of(filled: Filled) -> dict[str, bool]:
    """Which warnings a form as it was filled in calls for, and which it does not."""
    ticked = {name for name, is_ticked in filled.ticked.items() if is_ticked}
    is_basis = filled.form == "I-247A"
    box_1 = not ticked.isdisjoint(editions.PROBABLE_CAUSE)
    box_2 = "resume_custody" in ticked
    told = any(filled.truth.get(name) for name in ("served_date", "served_at_place"))
    return {
        "both_boxes": is_basis and box_1 and box_2,
        "no_basis": is_basis and not box_1 and not box_2,
        "unsigned": not filled.is_signed,
        "service_empty": filled.form != "I-205"
        and not told
        and ticked.isdisjoint(editions.SERVED),
    }


def edition_of(filled: Filled) -> str:
    month, year = filled.edition.split("/")
    return f"{filled.form} 20{year}-{int(month):02}"


def score(
    layout: str, seeds: Iterable[int], read: Callable[[bytes], Result] = read_form
) -> Score:
    """How a reader does on the forms of these seeds in one layout."""
    total = Score(layout)
    for seed in seeds:
        filled = fill(seed)
        total.add(filled, read(render(draw(filled, seed), layout, seed)))
    return total


def main(arguments: list[str]) -> int:
    counts = [int(one) for one in arguments if one.isdecimal()]
    many = counts[0] if counts else HOW_MANY
    layouts = [one for one in arguments if one in LAYOUTS] or LAYOUTS
    if not recognising.can_read_scans():
        print(recognising.CANNOT)
        layouts = [one for one in layouts if one in ("fields", "text")]
    else:
        print(f"tesseract reads with eng, and again with {recognising.languages()}")
    is_enough = True
    for layout in layouts:
        began = time.monotonic()
        total = score(layout, range(UNSEEN, UNSEEN + many))
        spent = (time.monotonic() - began) / many
        print(f"{total}; {spent:.1f} s a form", flush=True)
        print(f"        wrong by field: {total.faults or 'none'}", flush=True)
        is_enough = is_enough and total.is_enough
    return 0 if is_enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
