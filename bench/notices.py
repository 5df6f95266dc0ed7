"""How long a notice takes to be made: every kind in every language.

    bin/bench notices [ROUNDS]

Each composition is made into a PDF/UA-1 file, in a fresh compiler as in the portal.
Printed are median and worst of each kind; the status is 1 when one takes a second.
"""

import statistics
import sys
import time

ROUNDS, CEILING_SECONDS = 5, 1.0


def main() -> int:
    from requests_app.notices import paper, render, wording
    from tests.notices import sample_papers

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    worst = 0.0
    for kind in sample_papers.KINDS:
        took = []
        for language in wording.languages() * rounds:
            began = time.perf_counter()
            stated = sample_papers.stated(kind)
            composed = paper.compose(stated, language=language, is_reviewed=False)
            render.render(composed)
            took.append(time.perf_counter() - began)
        worst = max(worst, *took)
        print(
            f"{kind:<28} {len(wording.languages())} languages, {len(took)} files: "
            f"median {1000 * statistics.median(took):5.0f} ms, "
            f"worst {1000 * max(took):5.0f} ms"
        )
    return 1 if worst >= CEILING_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
