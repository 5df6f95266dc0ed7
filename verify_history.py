#!/usr/bin/env python3
"""Tell whether the history of one request is genuine, and whether it is complete.

    python3 verify_history.py FILE [--key KEY] [--witness FILE] [--entries]

FILE was made by an agency that uses Detainer Desk (`manage.py export_history`). This
one file is all that is needed: Python 3.9 or later and its `cryptography` package. It
asks no network and trusts nothing in FILE that it cannot compute.

--key KEY       the log's public key as the agency publishes it, or a file that holds
                it. Without it the key that came in FILE is used, and a forger could
                have put in their own: compare it with the published one.
--witness FILE  a copy of the log's checkpoints that somebody else kept. The checkpoint
                of FILE must be among them.
--entries       also print what the entries say.

Exit status: 0 genuine and complete, 1 not (the first difference is named), 2 it could
not be tried.

What "complete" means: entries 1 to n of this request without a gap, of which the last
one is the export itself. Whatever was recorded of this request before that moment is
in FILE. What was recorded later is not, and what nobody ever recorded cannot be.
"""

import argparse
import base64
import hashlib
import io
import json
import os
import re
import sys

FORMAT = "detainer-desk-history-1"
FILE_KEYS = {"format", "subject", "key", "checkpoint", "entries"}
PLACE_KEYS = {"index", "content", "proof"}
ENTRY_KEYS = {
    "actor": str,
    "agency": str,
    "at": str,
    "body": dict,
    "changes": list,
    "event": str,
    "id": str,
    "outcome": str,
    "role": str,
    "sealed_at": str,
    "seq": int,
    "subject": str,
    "v": int,
}
VERSION = 1
EXPORTED = "history.exported"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")
SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")
ED25519 = b"\x01"
DASH = "\u2014 "


class Difference(Exception):
    """Something is not as it would be in a genuine and complete history."""


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--witness")
    parser.add_argument("--entries", action="store_true")
    options = parser.parse_args(arguments)
    try:
        raw = read_bytes(options.file)
        key = published_key(options.key) if options.key else None
        witness = read_bytes(options.witness) if options.witness else None
    except OSError as error:
        print("It could not be tried: " + str(error), file=sys.stderr)
        return 2
    try:
        found = examine(raw, key, witness)
    except Difference as difference:
        print("NOT PROVEN: " + str(difference))
        return 1
    report(found, options)
    return 0


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def published_key(given):
    """The key itself, or what the file of that name holds."""
    if os.path.exists(given):
        return read_bytes(given).decode("utf-8", "replace").strip()
    return given.strip()


def examine(raw, key=None, witness=None):
    """What a genuine and complete file says. Raises Difference."""
    said = read_file(raw)
    if key is not None and key != said["key"]:
        raise Difference("the file names another key than the published one")
    name, public = read_key(said["key"])
    size, root = open_checkpoint(said["checkpoint"], name, public)
    entries = []
    for number, place in enumerate(said["entries"], start=1):
        entries.append(read_place(number, place, size, root))
        check_order(number, said, entries)
    check_end(entries)
    if witness is not None:
        check_witness(witness, name, public, size, root)
    return {
        "said": said,
        "size": size,
        "entries": entries,
        "own key": key is None,
        "witnessed": witness is not None,
    }


def read_file(raw):
    said = read_json(raw, "the file")
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise Difference("the file is not a history of the form " + FORMAT)
    if set(said) != FILE_KEYS:
        raise Difference("the file has keys that do not belong, or lacks one")
    texts = (said["subject"], said["key"], said["checkpoint"])
    if not all(isinstance(one, str) for one in texts):
        raise Difference("the subject, the key or the checkpoint is not text")
    if not isinstance(said["entries"], list) or not said["entries"]:
        raise Difference("the file holds no entries")
    return said


def read_place(number, place, size, root):
    """One entry, shown to be in the tree. Raises Difference."""
    which = f"entry {number}"
    if not isinstance(place, dict) or set(place) != PLACE_KEYS:
        raise Difference(which + " is not an index, a content and a proof")
    index, content, proof = place["index"], place["content"], place["proof"]
    if type(index) is not int or not isinstance(content, str):
        raise Difference(which + " has an index or a content of a wrong kind")
    if not isinstance(proof, list) or not all(
        isinstance(step, str) and HEX.match(step) for step in proof
    ):
        raise Difference(which + " has a proof that is not a list of hashes")
    entry = read_entry(content, which)
    entry["index"] = index
    leaf = leaf_hash(content.encode())
    if not is_included(leaf, index, size, [bytes.fromhex(one) for one in proof], root):
        raise Difference(which + " is not in the signed tree as it stands here")
    return entry


def read_entry(content, which="the entry"):
    """The entry that a content line says. Raises Difference."""
    entry = read_json(content.encode("utf-8", "surrogatepass"), which)
    if not isinstance(entry, dict) or set(entry) != set(ENTRY_KEYS):
        raise Difference(which + " does not have the keys of an entry")
    for key, kind in ENTRY_KEYS.items():
        if type(entry[key]) is not kind:
            raise Difference(which + " has a wrong kind of value for " + key)
    if entry["v"] != VERSION:
        raise Difference(which + " is of a version this program does not know")
    if canonical(entry) != content:
        raise Difference(which + " is not in canonical form (RFC 8785)")
    if not MOMENT.match(entry["sealed_at"]) or not MOMENT.match(entry["at"]):
        raise Difference(which + " has a time that is not one")
    return entry


def check_order(number, said, entries):
    """The newest of `entries` follows the one before it. Raises Difference."""
    which, entry = f"entry {number}", entries[-1]
    if entry["subject"] != said["subject"]:
        raise Difference(which + " is about another request")
    if entry["seq"] != number:
        raise Difference(
            f"entry {number} of the request is missing: number {entry['seq']} stands "
            "in its place"
        )
    if number == 1:
        return
    before = entries[-2]
    if entry["index"] <= before["index"]:
        raise Difference(which + " stands before its predecessor in the log")
    if entry["sealed_at"] < before["sealed_at"]:
        raise Difference(which + " was sealed before its predecessor")


def check_end(entries):
    if entries[-1]["event"] != EXPORTED:
        raise Difference(
            f"the last entry, number {len(entries)}, is not the entry of an export: "
            "all entries here are genuine, but the end is missing"
        )


def check_witness(raw, name, public, size, root):
    """The witness has the checkpoint, and nothing that contradicts it."""
    seen = {}
    for number, note in enumerate(split_notes(raw), start=1):
        try:
            noted = open_checkpoint(note, name, public)
        except Difference as difference:
            raise Difference(f"note {number} of the witness: {difference}") from None
        if seen.setdefault(noted[0], noted[1]) != noted[1]:
            raise Difference(f"the witness has two roots at size {noted[0]}")
    if size not in seen:
        raise Difference(f"the witness has no checkpoint of size {size}")
    if seen[size] != root:
        raise Difference(f"the witness has another root at size {size}")


def split_notes(raw):
    note = []
    for line in io.StringIO(raw.decode("utf-8", "replace"), newline="\n"):
        if note and note[-1].startswith(DASH) and not line.startswith(DASH):
            yield "".join(note)
            note = []
        note.append(line)
    if note:
        yield "".join(note)


def open_checkpoint(note, name, public):
    """Size and root that the key has signed. Raises Difference."""
    text, gap, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = text.split("\n")
    if not gap or len(lines) < 4 or not all(lines[:-1]) or not SIZE.match(lines[1]):
        raise Difference("the checkpoint is not one")
    check_signature(text, signatures, name, public)
    if lines[0] != name:
        raise Difference("the checkpoint is of another log than the key")
    root = decode(lines[2], "the checkpoint's root")
    if len(root) != 32:
        raise Difference("the checkpoint's root is not a hash")
    return int(lines[1]), root


def check_signature(text, signatures, name, public):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519

    if not signatures.endswith("\n"):
        raise Difference("the checkpoint's signatures are torn")
    wanted = DASH + name + " "
    for line in signatures[:-1].split("\n"):
        if not line.startswith(DASH):
            raise Difference("the checkpoint has a line that is no signature")
        if not line.startswith(wanted):
            continue
        signed = decode(line[len(wanted) :], "the checkpoint's signature")
        if signed[:4] != key_id(name, public):
            continue
        try:
            key = ed25519.Ed25519PublicKey.from_public_bytes(public)
            key.verify(signed[4:], text.encode())
        except InvalidSignature:
            raise Difference("the checkpoint's signature is false") from None
        return
    raise Difference("the checkpoint is not signed by the key")


def read_key(text):
    """Name and public key of `name+hash+base64`. Raises Difference."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
        raise Difference("the key is not one")
    key = decode(parts[2], "the key")
    if key[:1] != ED25519 or len(key) != 33:
        raise Difference("the key is not of the kind Ed25519")
    if key_id(parts[0], key[1:]).hex() != parts[1]:
        raise Difference("the key's hash is not that of its name and bytes")
    return parts[0], key[1:]


def key_id(name, public):
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def leaf_hash(content):
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(leaf, index, size, proof, root):
    """Whether the proof leads from the leaf to the root: RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    last, node = size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if index % 2 == 1 or index == last:
            node = node_hash(step, node)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = node_hash(node, step)
        index, last = index // 2, last // 2
    return last == 0 and node == root


def canonical(value):
    """The RFC 8785 form of what an entry may hold: text, integers, lists, objects."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(raw, what):
    try:
        return json.loads(
            raw.decode(),
            object_pairs_hook=without_doubles,
            parse_float=refuse_number,
            parse_constant=refuse_number,
        )
    except (ValueError, RecursionError):
        raise Difference(what + " is not JSON with one reading only") from None


def without_doubles(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key twice")
    return dict(pairs)


def refuse_number(text):
    raise ValueError("a number that is not an integer")


def decode(text, what):
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        decoded = b""
    if not text or base64.b64encode(decoded).decode() != text:
        raise Difference(what + " is not base64")
    return decoded


def report(found, options):
    said, entries, last = found["said"], found["entries"], found["entries"][-1]
    print(
        f"GENUINE: {len(entries)} entries of request {said['subject']}, "
        f"in a signed log of {found['size']}."
    )
    print(
        f"COMPLETE: numbers 1 to {len(entries)} without a gap, "
        f"up to the export sealed at {last['sealed_at']}."
    )
    print("  What was recorded after that moment is not in this file.")
    print(f"Signed with the key {said['key']}")
    if found["own key"]:
        print("  This key came with the file. Compare it with the published one.")
    if found["witnessed"]:
        print("The witness holds the same checkpoint.")
    if options.entries:
        for entry in entries:
            print(as_line(entry))


def as_line(entry):
    who = " ".join(one for one in (entry["role"], entry["actor"]) if one)
    return (
        f"{entry['seq']:>4}  {entry['at']}  {entry['event']:<24} "
        f"{entry['agency'] or '-'} {who}  {canonical(entry['body'])}"
    )


if __name__ == "__main__":
    sys.exit(main())
