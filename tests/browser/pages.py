"""The test pages of the stand, standing in for the doors."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Flask, Response, jsonify, redirect, render_template, request
from flask_wtf.csrf import CSRFProtect

from tests.browser.stand import NOW

KIKYO = {"desk": {"name": "桔梗が丘まるごと相談室"}}
NABARI = {"desk": {"name": "名張市の窓口"}}
DESKS = {"5180625": [KIKYO], "桔梗が丘1番町": [KIKYO, KIKYO], "中町": [KIKYO, NABARI]}


def add_pages(app: Flask) -> None:
    """Give the stand its pages."""
    csrf: CSRFProtect = app.extensions["csrf"]
    app.add_url_rule("/", view_func=show_start)
    app.add_url_rule("/components", view_func=show_components)
    app.add_url_rule("/desk-components", view_func=show_desk_components)
    app.add_url_rule("/sheet", view_func=show_sheet)
    app.add_url_rule("/form", view_func=show_form)
    app.add_url_rule("/form", view_func=create_note, methods=["POST"])
    app.add_url_rule("/said/<note_id>", view_func=show_said)
    app.add_url_rule("/bare/<kind>", view_func=show_bare)
    app.add_url_rule("/closed", view_func=show_closed)
    for path in ("/join", "/signout", "/memo", "/settings/test"):
        app.add_url_rule(path, path, show_start, methods=["POST"])
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok"))
    app.add_url_rule("/api/v1/desks", view_func=list_desks, methods=["GET", "POST"])
    csrf.exempt(list_desks)
    methods = ["POST", "DELETE"]
    app.add_url_rule("/api/v1/push/subscriptions", view_func=take_subscription, methods=methods)
    app.add_url_rule("/api/v1/deliveries/<delivery>/sightings", view_func=take, methods=["POST"])
    csrf.exempt(take)


def show_start() -> str:
    return render_template("bare.html", kind="")


def show_components() -> str:
    return render_template("components.html", now=NOW, earlier=NOW - dt.timedelta(days=3))


def show_desk_components() -> str:
    return render_template("desk_components.html", now=NOW + dt.timedelta(minutes=40))


def show_sheet() -> str:
    return render_template("sheet.html")


def show_form() -> str:
    return render_template("form.html", note_id=uuid.uuid4(), place="", words="", receipt="")


def create_note() -> object:
    """「届きました」, unless the words ask for trouble: then the form with what was typed."""
    form = request.form
    if form["words"] == "困る":
        return render_template(
            "form.html",
            note_id=form["id"],
            place=form["place"],
            words=form["words"],
            receipt=form["receipt"],
        )
    return redirect(f"/said/{form['id']}", 303)


def show_said(note_id: str) -> str:
    return render_template("said.html", note_id=note_id)


def show_bare(kind: str) -> str:
    return render_template("bare.html", kind=kind, receipt=request.args.get("receipt", ""))


def show_closed() -> str:
    return render_template("closed.html")


def list_desks() -> Response:
    asked = request.get_json()["town"] if request.method == "POST" else request.args["postal_code"]
    desks = DESKS.get(asked, [])
    return jsonify(desks=desks, asks=NABARI in desks)


def take_subscription() -> tuple[str, int]:
    refused = "refused" in request.get_data(as_text=True)
    return "", 422 if refused else 201


def take(delivery: str) -> tuple[str, int, dict[str, str]]:
    return "", 204, {"Kizuki-Epoch": "e"}
