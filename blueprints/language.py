"""In which language this request is answered, and the words for the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    g,
    redirect,
    request,
)
from flask_login import current_user
from markupsafe import Markup

from blueprints import access
from models import own_settings
from models.words import HOME_LOCALE, LOCALES, Words

bp = Blueprint("language", __name__)

_OPEN, _CLOSE = Markup("<span>"), Markup("</span>")
COOKIE = "kizuki_language"
COOKIE_SECONDS = 400 * 24 * 3600


def current_locale() -> str:
    """The locale of this request: just asked for, the person's, the cookie's or the browser's."""
    found: str | None = g.get("locale")
    if found is None:
        found = g.locale = g.get("spoken") or _persons() or _asked()
    return found


def words() -> Words:
    """The catalogues of the running app."""
    found: Words = current_app.extensions["kizuki"].words
    return found


def show(key: str, /, **params: object) -> Markup:
    """`_()` of the templates: the words as HTML, with ruby.

    Ruby makes several boxes of a sentence; one element around them keeps it whole in a row.
    """
    return _whole(words().show(current_locale(), key, **params))


def speaker() -> Callable[..., Markup]:
    """`show` of this request, for whoever says dozens of words: it is looked up once."""
    say, locale = words().show, current_locale()
    return lambda key, /, **params: _whole(say(locale, key, **params))


def _whole(shown: Markup) -> Markup:
    return _OPEN + shown + _CLOSE if "<ruby>" in shown else shown


def plain(key: str, /, **params: object) -> str:
    """The words without markup, for attributes and titles."""
    return words().say(current_locale(), key, **params)


@contextmanager
def spoken_in(locale: str) -> Iterator[None]:
    """Words of another reader's language within the block, for what they will hold in the hand."""
    mine = current_locale()
    g.locale = _known(locale) or mine
    yield
    g.locale = mine


def html_lang() -> str:
    """The `lang` of the page: やさしい日本語 is Japanese to a screen reader."""
    return current_locale().partition("@")[0]


def speak(chosen: str) -> None:
    """Answer in this language from now on: this browser, and whoever is signed in.

    Raises Busy where the person's row could not be written; the rest holds all the same.
    """
    g.spoken = chosen
    g.pop("locale", None)
    after_this_request(partial(_keep, chosen))
    _remember(chosen)


def _keep(chosen: str, answer: Response) -> Response:
    answer.set_cookie(
        _cookie(),
        chosen,
        max_age=COOKIE_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


@bp.post("/language")
def create_language() -> Response:
    """Remember the language asked for, and return to the page it was asked on."""
    chosen = _known(request.form.get("language"))
    if chosen is not None and not access.is_only_shown():
        speak(chosen)
    answer = redirect(own_path(request.form.get("back", "")), code=303)
    assert isinstance(answer, Response)
    return answer


def init_app(app: Flask) -> None:
    """Give every template, macros included, its words."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        {
            "_": show,
            "plain": plain,
            "locale": current_locale,
            "html_lang": html_lang,
            "LOCALES": LOCALES,
        }
    )


def _remember(chosen: str) -> None:
    """Pushes and mails follow the person's language, not the browser's."""
    if not current_user.is_authenticated:
        return
    with access.writing() as session:
        person = access.me(session)
        if person is not None:
            own_settings.speak(session, person, chosen, access.now())


def _persons() -> str | None:
    return _known(getattr(current_user, "language", None))


def _asked() -> str:
    # A browser of before HTTPS, or of before the longer name, holds it under the shorter one.
    kept = (_known(request.cookies.get(name)) for name in (_cookie(), COOKIE))
    return next(filter(None, kept), None) or _browsers()


def _cookie() -> str:
    """Over HTTPS no other host of the same domain can set it."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def _browsers() -> str:
    """The first language asked for that is spoken here; to strangers, English."""
    asked = [tag.partition("-")[0].lower() for tag in request.accept_languages.values()]
    return next((tag for tag in asked if tag in LOCALES), "en" if asked else HOME_LOCALE)


def _known(value: object) -> str | None:
    return value if isinstance(value, str) and value in LOCALES else None


def own_path(path: str) -> str:
    """The path if it stays on this site, else the start page.

    Browsers read a backslash as a slash and skip tabs and line ends, so none may be there.
    """
    stays = path.startswith("/") and not path.startswith("//")
    is_clean = not any(character in path for character in "\\\r\n\t")
    return path if stays and is_clean else "/"
