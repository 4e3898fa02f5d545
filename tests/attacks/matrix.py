"""The role matrix: every route and who gets in. Anything not listed here fails the tests.

One letter a role, in the cast of tests/town.py:

    A  nobody signed in               R  resident, whose thread it is     r  another resident
    V  volunteer                      N  association officer              C  commissioner
    I  staff of the owning desk       O  staff of another desk            K  core staff
    T  sealed team                    U  staff not yet confirmed          X  suspended staff
    M  administrator                  B  staff of a volunteers' desk there
    Y  staff of the owning desk, self-involved: in conflict about the usual note
    L  auditor, who reads the log
    W  staff of the owning desk who gave a password alone, and owes the second proof
    Z  the resident R, whose phone locked reading

A letter in the row: the view is entered with a row that is its usual one (the resident's own
note at the north desk). Everybody else sees 404, and somebody not signed in is asked to sign in.
"""

from __future__ import annotations

EVERYBODY = "AZRrVNCIOKTUXMBYLW"
SIGNED_IN = "RrVNCIOKTUMBYL"
LOCKED_TOO = "Z" + SIGNED_IN
SIGNED_IN_HALF = LOCKED_TOO + "W"
PHONES = "ZRrVNC"
STAFF = "IOKTBY"
WORKS = "IOKTUMBYL"
OFFICE = "M"
NOBODY = ""

MATRIX: dict[str, str] = {
    # The phone's own files
    "GET /assets/<tree>/<path:name>": EVERYBODY,
    "GET /manifest.webmanifest": EVERYBODY,
    "GET /offline": EVERYBODY,
    "GET /shell/<language>/<whose>/<kept>": EVERYBODY,
    "GET /sw.js": EVERYBODY,
    "POST /language": EVERYBODY,
    # Open pages
    "GET /": EVERYBODY,
    "GET /about": EVERYBODY,
    "GET /calls": EVERYBODY,
    "GET /closed": EVERYBODY,
    "GET /desks": EVERYBODY,
    "POST /desks": EVERYBODY,
    "GET /desks/<uuid:desk_id>": EVERYBODY,
    "GET /join": EVERYBODY,
    "GET /notices": EVERYBODY,
    "POST /join": EVERYBODY,
    "POST /join/invitation": EVERYBODY,
    "GET /signin": EVERYBODY,
    "POST /signin": EVERYBODY,
    "POST /signout": EVERYBODY,
    "POST /signin/passkey": EVERYBODY,
    "POST /signin/passkey/challenges": EVERYBODY,
    # The second proof, and proving oneself anew
    "GET /signin/second": SIGNED_IN_HALF,
    "POST /signin/second": SIGNED_IN_HALF,
    "POST /signin/step-up": WORKS,
    "POST /signin/step-up/challenges": WORKS,
    "GET /signins": WORKS,
    "GET /signins/app": "IOKUBYW",
    "POST /signins/app": "IOKUBYW",
    "GET /signins/passkeys/new": WORKS,
    "POST /signins/passkeys": WORKS + "W",
    "POST /signins/passkeys/challenges": WORKS + "W",
    "POST /signins/credentials/<uuid:credential_id>/ending": "I",
    "POST /signins/sessions/<uuid:sign_in_id>/ending": "I",
    "POST /signins/sessions/ending": WORKS,
    # Writing is always open
    "GET /notes/new": EVERYBODY,
    "POST /notes": EVERYBODY,
    "GET /desks/<uuid:desk_id>/note": EVERYBODY,
    "POST /desks/<uuid:desk_id>/note": EVERYBODY,
    # The receipt code in the body is the key
    "GET /receipts": EVERYBODY,
    "POST /receipts": EVERYBODY,
    "POST /receipts/additions": EVERYBODY,
    "POST /receipts/answers": EVERYBODY,
    "POST /receipts/call": EVERYBODY,
    "POST /receipts/contact-withdrawal": EVERYBODY,
    "POST /receipts/withdrawal": EVERYBODY,
    # The reporter's own
    "GET /notes": SIGNED_IN,
    "GET /notes/<uuid:thread_id>": "R",
    "GET /notes/<uuid:thread_id>/sent": "R",
    "POST /notes/<uuid:thread_id>/additions": "ZR",
    "POST /notes/<uuid:thread_id>/answers": "ZR",
    "POST /notes/<uuid:thread_id>/call": "ZR",
    "POST /notes/<uuid:thread_id>/contact-withdrawal": "ZR",
    "POST /notes/<uuid:thread_id>/withdrawal": "ZR",
    "GET /d/<address>": "R",
    "GET /lock": PHONES,
    "POST /lock": PHONES,
    "POST /lock/opening": PHONES,
    "GET /lock/pin": PHONES,
    "POST /lock/pin": PHONES,
    "GET /settings": SIGNED_IN,
    "GET /settings/address": "CIOKTUBY",
    "POST /settings/address": "CIOKTUBY",
    "POST /settings/answer-by": SIGNED_IN,
    "POST /settings/app-codes": SIGNED_IN,
    "POST /settings/area": SIGNED_IN,
    "POST /settings/language": SIGNED_IN,
    "POST /settings/name": SIGNED_IN,
    "POST /settings/telling": STAFF,
    "POST /settings/test-notices": SIGNED_IN,
    "POST /settings/phones/<uuid:phone_id>/ending": "R",
    "GET /settings/leaving": SIGNED_IN,
    "POST /settings/leaving": SIGNED_IN,
    # The desk
    "GET /desk": STAFF,
    "GET /desk/notes/new": STAFF,
    "POST /desk/notes": STAFF,
    "POST /desk/acknowledgements": STAFF,
    "POST /desk/undoings": STAFF,
    "GET /desk/day": STAFF,
    "POST /desk/day/table": STAFF,
    "GET /desk/mirror": STAFF,
    "GET /desk/work": STAFF,
    "POST /desk/work/absences": STAFF,
    "POST /desk/work/absences/<uuid:member_id>/ending": "IY",
    "GET /desk/people": STAFF,
    "GET /desk/templates": STAFF,
    "GET /desk/templates/new": STAFF,
    "POST /desk/templates": STAFF,
    "GET /desk/templates/<uuid:template_id>": "IY",
    "POST /desk/templates/<uuid:template_id>": "IY",
    "POST /desk/templates/<uuid:template_id>/place": "IY",
    "POST /desk/templates/<uuid:template_id>/putting-away": "IY",
    "POST /desk/templates/<uuid:template_id>/return": "IY",
    "GET /desk/pulse": STAFF,
    "GET /desk/search": STAFF,
    "POST /desk/search": STAFF,
    "POST /desk/people/<uuid:membership_id>/confirmation": "IKTY",
    "POST /desk/people/recoveries/<uuid:recovery_id>/agreement": "KT",
    "GET /desk/phones": "IOKTY",
    "POST /desk/phones": "IOKTY",
    "POST /desk/phones/<uuid:owner_id>/<uuid:phone_id>/ending": "IKTY",
    "POST /desk/phones/<uuid:owner_id>/history": "IKTY",
    "POST /desk/phones/<uuid:device_id>/telephoning": "IY",
    "GET /desk/handoffs/<uuid:handoff_id>": "I",
    "GET /desk/handoffs/<uuid:handoff_id>/photos/<uuid:photo_id>": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/acknowledgement": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/acknowledgements": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/mark": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/mark-removal": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/undoing": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/claim": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/conflict": "IY",
    "POST /desk/handoffs/<uuid:handoff_id>/conflict-undoing": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/assignment": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/putting-down": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/question": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/reply": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/visit": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/connection": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/watch": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/own-watch": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/closure": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/gathering": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/ungathering": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/passing-on": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/return": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/memo": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/contact": "I",
    "GET /desk/handoffs/<uuid:handoff_id>/telephone": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/telephoning": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/sealing": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/unsealing-proposal": "",
    "POST /desk/handoffs/<uuid:handoff_id>/unsealing-withdrawal": "",
    "POST /desk/handoffs/<uuid:handoff_id>/unsealing": "",
    # What needs a second person: here I asks, so that the core and the desk's others decide
    "GET /desk/handoffs/<uuid:handoff_id>/reveals/new": "I",
    "POST /desk/handoffs/<uuid:handoff_id>/reveals": "I",
    "GET /desk/reveals": STAFF,
    "GET /desk/reveals/new": "KT",
    "POST /desk/reveals": "KT",
    "GET /desk/reveals/<uuid:reveal_id>": "IKT",
    "POST /desk/reveals/<uuid:reveal_id>/agreement": "KT",
    "POST /desk/reveals/<uuid:reveal_id>/refusal": "KT",
    # The core
    "GET /core/held": "KT",
    "POST /core/handoffs/<uuid:handoff_id>/placement": "",
    # The office, without content
    "GET /office": OFFICE,
    "GET /office/about": OFFICE,
    "POST /office/about": OFFICE,
    "GET /office/areas": OFFICE,
    "POST /office/areas": OFFICE,
    "GET /office/areas/new": OFFICE,
    "POST /office/areas/csv": OFFICE,
    "GET /office/areas/<int(max=2147483647):area_id>": OFFICE,
    "POST /office/areas/<int(max=2147483647):area_id>": OFFICE,
    "GET /office/desks": OFFICE,
    "POST /office/desks": OFFICE,
    "GET /office/desks/new": OFFICE,
    "GET /office/desks/<uuid:desk_id>": OFFICE,
    "POST /office/desks/<uuid:desk_id>": OFFICE,
    "GET /office/invitations": OFFICE,
    "POST /office/invitations": OFFICE,
    "GET /office/invitations/new": OFFICE,
    "POST /office/invitations/<uuid:invitation_id>/revocation": OFFICE,
    "GET /office/numbers": OFFICE,
    "POST /office/numbers": OFFICE,
    "GET /office/numbers/<uuid:number_id>": OFFICE,
    "POST /office/numbers/<uuid:number_id>": OFFICE,
    "POST /office/numbers/<uuid:number_id>/check": OFFICE,
    "POST /office/numbers/<uuid:number_id>/removal": OFFICE,
    "GET /office/people": OFFICE,
    "POST /office/people": OFFICE,
    "GET /office/people/<uuid:person_id>": OFFICE,
    "POST /office/people/<uuid:person_id>/area": OFFICE,
    "POST /office/people/<uuid:person_id>/desks": OFFICE,
    "POST /office/people/<uuid:person_id>/desks/<uuid:membership_id>/end": OFFICE,
    "POST /office/people/<uuid:person_id>/invitation": OFFICE,
    "POST /office/people/<uuid:owner_id>/phones/<uuid:phone_id>/ending": OFFICE,
    "POST /office/people/<uuid:person_id>/readmission": OFFICE,
    "POST /office/people/<uuid:person_id>/suspension": OFFICE,
    # The audit: the log is the auditor's alone, what it asks about is the core's, too
    "GET /audit": "L",
    "GET /audit/alarms": "KTL",
    "GET /audit/reveals": "L",
    "POST /audit/alarms/<uuid:alarm_id>/acknowledgement": "KTL",
    # Programs
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /api/v1/key": EVERYBODY,
    "GET /api/v1/desks": EVERYBODY,
    "POST /api/v1/desks": EVERYBODY,
    "POST /api/v1/observations": EVERYBODY,
    "GET /api/v1/observations": SIGNED_IN,
    "GET /api/v1/observations/<uuid:note_id>": "R",
    "POST /api/v1/observations/<uuid:note_id>/replies": "ZR",
    "POST /api/v1/receipts": EVERYBODY,
    # The phone's signature is the key
    "POST /api/v1/devices/<uuid:device_id>/contacts": EVERYBODY,
    "POST /api/v1/devices": LOCKED_TOO,
    "POST /api/v1/push/subscriptions": LOCKED_TOO,
    "DELETE /api/v1/push/subscriptions": LOCKED_TOO,
    "POST /api/v1/push/test": LOCKED_TOO,
    "POST /api/v1/deliveries/<uuid:delivery_id>/sightings": EVERYBODY,
}

FRESH = {
    "GET /signins/app",
    "GET /signins/passkeys/new",
    "POST /desk/day/table",
    "POST /desk/handoffs/<uuid:handoff_id>/gathering",
    "POST /desk/handoffs/<uuid:handoff_id>/sealing",
    "POST /desk/handoffs/<uuid:handoff_id>/unsealing",
    "POST /desk/handoffs/<uuid:handoff_id>/unsealing-proposal",
    "POST /desk/handoffs/<uuid:handoff_id>/unsealing-withdrawal",
    "POST /desk/handoffs/<uuid:handoff_id>/reveals",
    "POST /desk/people/<uuid:membership_id>/confirmation",
    "POST /desk/people/recoveries/<uuid:recovery_id>/agreement",
    "POST /desk/reveals",
    "POST /desk/reveals/<uuid:reveal_id>/agreement",
    "POST /office/invitations",
    "POST /office/people/<uuid:person_id>/desks",
    "POST /office/people/<uuid:person_id>/desks/<uuid:membership_id>/end",
    "POST /office/people/<uuid:person_id>/invitation",
    "POST /office/people/<uuid:person_id>/readmission",
    "POST /signins/app",
    "POST /signins/credentials/<uuid:credential_id>/ending",
    "POST /signins/passkeys",
    "POST /signins/passkeys/challenges",
}
"""What takes a proof of who asks that is at most five minutes old."""

SEALED = {
    route: NOBODY if "/reveals" in route else "T"
    for route, who in MATRIX.items()
    if ("<uuid:handoff_id>" in route and (who in ("I", "IY") or "/unsealing" in route))
    or "<uuid:reveal_id>" in route
}
"""The same routes with a sealed note of the same resident: the sealed team alone. Who told it is
nobody's to ask, not even that team's; what was asked, and open, before it was sealed is gone."""

HELD = {
    "GET /desk/handoffs/<uuid:handoff_id>": "KT",
    "GET /desk/handoffs/<uuid:handoff_id>/photos/<uuid:photo_id>": "KT",
    "POST /core/handoffs/<uuid:handoff_id>/placement": "KT",
    "POST /desk/handoffs/<uuid:handoff_id>/acknowledgement": "",
    "POST /desk/handoffs/<uuid:handoff_id>/claim": "",
    "POST /desk/handoffs/<uuid:handoff_id>/conflict": "KT",
    "POST /desk/handoffs/<uuid:handoff_id>/sealing": "KT",
}
"""A note the server could not place: the core reads and places it, nobody answers it yet."""

UNREADABLE = {
    "GET /desk/handoffs/<uuid:handoff_id>": "T",
    "POST /core/handoffs/<uuid:handoff_id>/placement": "T",
}
"""An envelope that no key opens: its sealed team."""
