"""Whether the time of an answer tells another agency's record from none (C3).

    bin/bench answers [PAIRS]

A supervisor of one agency asks for a request of another agency and for one that does
not exist, in pairs and in changing order, through the door. Printed are the medians,
their difference, and for comparison the median of a request of her own. The status is 1
when the medians differ by 5 ms or more. What it writes is taken back.
"""

import os
import random
import statistics
import sys
import time

PAIRS, MOST_MS = 1_000, 5.0


def ask(client, address: str) -> float:
    began = time.perf_counter()
    client.get(address)
    return 1000 * (time.perf_counter() - began)


def measure(pairs: int) -> dict[str, float]:
    from django.test import Client
    from django.urls import reverse

    from requests_app.ledger.models import new_public_id
    from tests import factories

    own, other = (factories.make_agency(code=code) for code in ("OWN", "OTHER"))
    theirs, hers = (
        factories.file_request(agency=agency, clerk=factories.make_clerk(agency))
        for agency in (other, own)
    )
    client = Client()
    client.force_login(factories.make_supervisor(own))
    chosen = random.Random(1)
    took = {"another agency's": [], "none": [], "her own": []}
    for _ in range(pairs):
        ids = {"another agency's": theirs.public_id, "none": new_public_id()}
        kinds = list(ids)
        chosen.shuffle(kinds)
        for kind in kinds:
            address = reverse("request_detail", args=[ids[kind]])
            took[kind].append(ask(client, address))
    address = reverse("request_detail", args=[hers.public_id])
    took["her own"] = [ask(client, address) for _ in range(max(pairs // 20, 10))]
    return {kind: statistics.median(each) for kind, each in took.items()}


def main() -> int:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from django.db import transaction

    from tests import database

    with database.of_a_command(), transaction.atomic():
        medians = measure(pairs)
        transaction.set_rollback(True)
    for kind, median in medians.items():
        print(f"{kind:<17} {median:8.2f} ms")
    apart = abs(medians["another agency's"] - medians["none"])
    ratio = medians["another agency's"] / medians["none"]
    print(f"apart by {apart:.2f} ms, ratio {ratio:.3f}, of {pairs} pairs")
    return 1 if apart >= MOST_MS else 0


if __name__ == "__main__":
    sys.exit(main())
