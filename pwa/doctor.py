"""What the doctor asks of the ways that lead out."""

from __future__ import annotations

from models.finding import Check, Finding
from models.kizuki import Kizuki
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


CHECKS: dict[str, Check] = {"mail": mail}
