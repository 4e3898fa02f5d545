"""A key that is named, and ended, while its first note is being sealed keeps that note's author."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from models.keys import ENVELOPE_CONTEXT, KeyRing
from tests.faults.phones.run import ROOT, SIM


@pytest.mark.parametrize("is_first_offer_lost", [True, False])
def test_a_note_goes_under_the_name_of_the_key_that_signed_it(
    tmp_path: Path, keys: KeyRing, is_first_offer_lost: bool
) -> None:
    what = tmp_path / "what.json"
    town_key = {**keys.envelope_key, "info": ENVELOPE_CONTEXT.decode()}
    asked = {
        "scripts": str(ROOT / "pwa" / "scripts"),
        "townKey": json.dumps(town_key),
        "isFirstOfferLost": is_first_offer_lost,
    }
    what.write_text(json.dumps(asked), "utf-8")
    node = shutil.which("node")
    assert node, "node comes with the development packages"
    command = [node, "--experimental-vm-modules", "--no-warnings", SIM / "late_name.js", what]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    seen = json.loads(done.stdout)
    assert (seen["device"], seen["keys"]) == (None, 2), "the note was named in time"
    assert [one["named"] for one in seen["sent"]] == [one["signed"][0] for one in seen["sent"]]
