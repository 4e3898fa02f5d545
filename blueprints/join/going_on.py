"""Where one goes on after a proof: to a page, or with what was being sent."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from blueprints.asked_first import way_on
from blueprints.join.forms import ProofForm
from blueprints.join.page import Page, page
from blueprints.language import own_path
from blueprints.typed import kept_fields


def waits(form: ProofForm) -> dict[str, Any]:
    """What a page holds on to for the way on: its address, and the fields that wait."""
    kept = kept_fields(request.form.items(multi=True))
    return {"next": own_path(form.next.data)} | ({"kept": kept} if form.goes_on.data else {})


def go_on(form: ProofForm, *, by_itself: bool = False) -> Page | Response:
    """On to the page, or to what was being sent; `by_itself`: without another tap."""
    waiting = waits(form)
    if "kept" not in waiting:
        return redirect(waiting["next"] if by_itself else way_on(waiting["next"]), 303)
    return page("go_on", kept=waiting["kept"], path=waiting["next"], by_itself=by_itself)
