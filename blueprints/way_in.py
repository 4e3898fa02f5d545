"""The way in, where something was sent without being in; what waits for it goes on from there."""

from __future__ import annotations

from flask import render_template, request

from blueprints import access
from blueprints.language import own_path
from blueprints.second_page import second_page
from blueprints.typed import Pairs, kept_fields

_PROOFS = frozenset(
    {"/signin", "/signin/second", "/signin/passkey", "/signin/step-up"}
    | {"/signins/app", "/signins/passkeys"}
)
"""What is sent there is a proof; what waited for it is what has to go on."""


def way_in(typed: Pairs, key: str) -> str:
    """The sign-in, with what was sent; for whoever took its first step, the second."""
    if request.path in _PROOFS:
        return sign_in_again(typed, key)
    path = request.full_path.rstrip("?")
    if access.actor().waits_as:
        return second_page(next=path, kept=typed, said=key)[0]
    return render_template("join/sign_in.html", next=path, kept=typed, said=key)


def sign_in_again(typed: Pairs, key: str) -> str:
    """The way in once more: without the password, sending again would only be a wrong try."""
    fields = dict(typed)
    waiting = {"kept": kept_fields(typed)} if fields.get("goes_on") else {}
    path, email = own_path(fields.get("next", "/")), fields.get("email", "")
    return render_template("join/sign_in.html", next=path, email=email, said=key, **waiting)
