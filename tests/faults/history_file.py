"""Change every sign of an exported history, one at a time; none may pass.

Run with `python -m tests.faults.history_file`.
"""

import json
import sys

import verify_history
from tests.ledger.test_verify_history import GENUINE


def main() -> int:
    whole, passed = json.dumps(GENUINE), []
    verify_history.examine(whole.encode())
    for place, sign in enumerate(whole):
        for other in {"0", "1", "a", '"', " ", "}"} - {sign}:
            changed = whole[:place] + other + whole[place + 1 :]
            try:
                verify_history.examine(changed.encode())
            except verify_history.Difference:
                continue
            passed.append((place, sign, other))
    print(f"{len(whole)} signs, {len(passed)} changes passed")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main())
