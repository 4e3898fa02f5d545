"""What the doctor asks of the ways that lead out."""

from __future__ import annotations

from models.audit_keeping import IS_LATE, last_kept
from models.finding import Check, Finding
from models.kizuki import Kizuki
from models.town import Town
from models.town_time import local
from pwa.head_keeping import Keeping
from pwa.mail import MailDelayed, mail_server


def mail(town: Kizuki) -> Finding:
    """The mail server answers, where one is named."""
    settings = town.settings
    server = mail_server(settings.smtp_url, settings.mail_from)
    if server is None:
        return Finding(True, "unused")
    params = {"server": f"{server.host}:{server.port}"}
    try:
        server.knock()
    except MailDelayed as error:
        return Finding(False, "silent", params | {"error": error})
    return Finding(True, "well", params)


def audit(town: Kizuki) -> Finding:
    """The audit's head is kept outside, and lately; the demonstration may do without."""
    if not town.store.is_begun:
        return Finding(False, "no_database")
    with town.store.read() as session:
        has_place = Keeping(town.settings, town.words).has_place(session)
        kept_at, found = last_kept(session), Town.of(session)
    if not has_place:
        is_demo = found is not None and found.is_demo
        return Finding(is_demo, "demo" if is_demo else "none")
    if kept_at is None or town.clock() - kept_at > IS_LATE:
        return Finding(False, "late")
    return Finding(True, "well", {"at": f"{local(kept_at):%Y-%m-%d %H:%M}"})


CHECKS: dict[str, Check] = {"mail": mail, "audit": audit}
