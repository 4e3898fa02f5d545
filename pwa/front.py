"""What lives on the phone: base pages, assets, manifest and service worker at the root."""

from __future__ import annotations

import json
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    render_template,
    request,
    session,
)
from flask_login import current_user
from markupsafe import Markup

from models.keys import ENVELOPE_CONTEXT
from models.words import HOME_LOCALE, LOCALES, Words
from pwa.assets import Assets
from pwa.manifest import manifest_of
from pwa.packing import pack_page

HERE = Path(__file__).parent
YEAR = "public, max-age=31536000, immutable"
READER_BYTES = 12
DOCUMENT_HEADERS = ("Cross-Origin-Opener-Policy", "Permissions-Policy", "Referrer-Policy")

bp = Blueprint("pwa", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Read the assets once, and give every template their addresses."""
    assets = Assets()
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(
        asset=assets.url,
        kinds=kinds,
        vapid_key=vapid_key,
        push_key=push_key,
        town_key=town_key,
        reader=reader,
        has_phone=has_phone,
        known_phone=known_phone,
        is_demo=is_demo,
        is_shell=is_shell,
        phone_facts=dict,
        posted_address=str,
    )
    app.register_blueprint(bp)
    app.after_request(settle_asset)
    app.after_request(pack_page)


def settle_asset(response: Response) -> Response:
    """What is the same for everybody asks for no cookie; a page names the tree of its assets.

    Registered first, so it runs last, after all that merely looked into the session. What
    speaks to documents alone would weigh more than many a script. By the name of the tree the
    service worker knows a page of ours from that of a gateway or a captive portal.
    """
    if request.endpoint == "pwa.asset" or is_shell():
        session.accessed = False
    if request.endpoint == "pwa.asset":
        for name in DOCUMENT_HEADERS:
            response.headers.pop(name, None)
    elif response.mimetype == "text/html":
        response.headers["Kizuki-Tree"] = _assets().hash
    return response


def kinds(component: str, kind: str) -> str:
    """The variant classes of a component: kinds("button", "desk quiet")."""
    return "".join(f" {component}--{one}" for one in kind.split())


def vapid_key() -> str:
    """The public key that a phone subscribes with."""
    return str(current_app.extensions["kizuki"].keys.vapid_public)


def push_key() -> str:
    """The same on the pages of a signed-in person, whose phone keeps its subscription alive."""
    return vapid_key() if current_user.is_authenticated else ""


def town_key() -> str:
    """The key to which phones seal what is written, as `GET /api/v1/key` gives it."""
    keys = current_app.extensions["kizuki"].keys
    return json.dumps(keys.envelope_key | {"info": ENVELOPE_CONTEXT.decode()})


def reader() -> str:
    """By what name the phone knows who is signed in, and nobody else; "" for nobody."""
    if not current_user.is_authenticated:
        return ""
    keys = current_app.extensions["kizuki"].keys
    return str(keys.message_code("phone", str(current_user.person_id), READER_BYTES))


def has_phone() -> bool:
    """Whether the signed-in person writes on a phone of their own, which may sign for them."""
    return current_user.is_authenticated and bool(current_user.is_phone)


def known_phone() -> str:
    """The id of the phone's key that this sign-in is on, as far as the phone has told; else ""."""
    return str(current_user.device_id or "")


def is_demo() -> bool:
    """Whether this is the demonstration town, which every page then says."""
    return bool(current_app.config.get("KIZUKI_DEMO"))


def is_shell() -> bool:
    """Whether a page is made that phones keep for a lost signal, for nobody in particular."""
    return bool(g.get("is_shell", False))


@bp.get("/assets/<tree>/<path:name>")
def asset(tree: str, name: str) -> Response:
    """A file of this very asset tree, for ever; any other tree is gone."""
    found = _assets().get(tree, name)
    if found is None:
        abort(404)
    answer = Response(found.body, content_type=found.content_type)
    packings = (("br", found.brotli), ("gzip", found.gzip))
    for encoding, packed in packings:
        if packed is not None and request.accept_encodings[encoding] > 0:
            answer.set_data(packed)
            answer.headers["Content-Encoding"] = encoding
            break
    answer.headers["Cache-Control"] = YEAR
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@bp.get("/sw.js")
def service_worker() -> Response:
    """The worker at the root, so that its scope is the whole site; it names its asset tree."""
    assets, words = _assets(), _words()
    head = {
        "tree": assets.hash,
        "assets": [assets.url(name) for name in assets.names if not name.endswith(".png")],
        "icon": assets.url("icon-192.png"),
        "locales": LOCALES,
        "fallback": {
            locale.partition("@")[0]: {
                part: words.say(locale, f"push.discreet.{part}") for part in ("title", "body")
            }
            for locale in LOCALES
            if "@" not in locale
        },
    }
    written = (HERE / "service_worker.js").read_text("utf-8")
    script = written.replace('"./scripts/', f'"/assets/{assets.hash}/')
    told = f"const KIZUKI = {json.dumps(head, ensure_ascii=False)};\n"
    answer = Response(told + script, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """What an installed Kizuki is called, looks like and opens, in the language of the page."""
    asked = request.args.get("language", "")
    locale = asked if asked in LOCALES else HOME_LOCALE
    told = json.dumps(manifest_of(_assets(), _words(), locale), ensure_ascii=False)
    answer = Response(told, mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/offline")
def offline() -> Response:
    """The page the worker keeps for a lost signal: the numbers to call, in every language."""
    words = _words()

    def say(locale: str, key: str) -> Markup:
        return words.show(locale, key)

    page = render_template("offline.html", say=say)
    answer = Response(page, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _assets() -> Assets:
    found = current_app.extensions["assets"]
    assert isinstance(found, Assets)
    return found


def _words() -> Words:
    found = current_app.extensions["kizuki"].words
    assert isinstance(found, Words)
    return found
