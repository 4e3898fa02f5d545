"""`flask --app app init`: a real town, its first administrator, and later the first of its core."""

from __future__ import annotations

import datetime as dt

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from blueprints.access import kizuki
from blueprints.operator import bp
from blueprints.operator.preparation import make_ready
from blueprints.operator.terminal import Stopped, say, tell
from models import confirmation, gazetteer
from models.desk import Desk
from models.invitation import InvitationKind, Secrets, invite
from models.kizuki import Kizuki
from models.membership import CORE_STAFF, SEALED_TEAM, Membership, active_members
from models.person import Person, Role
from models.town import Town
from models.town_time import local_date


@bp.cli.command("init")
@click.option("--code", help="JIS code of the municipality, asked for where it is not given.")
@click.option("--admin", help="Name of the first administrator, likewise.")
@click.option("--yes", is_flag=True, help="Confirm the core's first staff without asking.")
def init(code: str | None, admin: str | None, yes: bool) -> None:
    """Start a real town; run again, confirm the first two at its core.

    --admin always makes an invitation: for the first administrator, or for one who is locked out.
    """
    town = kizuki()
    make_ready(town)
    with town.store.read() as session:
        found = Town.of(session)
        is_demo = found is not None and found.is_demo
        has_administrator = _administrator(session) is not None
    if is_demo:
        raise Stopped(say("cli.init.is_demo"))
    if found is None:
        _start(town, code or click.prompt(say("cli.init.ask_code")))
    if admin or not has_administrator:
        _invite(town, admin or click.prompt(say("cli.init.ask_admin")))
    else:
        _confirm_first(town, asks=not yes)


def _start(town: Kizuki, code: str) -> None:
    try:
        read = gazetteer.read_municipality(code)
    except gazetteer.UnknownMunicipality:
        raise Stopped(say("cli.init.unknown_code", code=code)) from None
    with town.store.write() as session:
        gazetteer.load_municipality(session, read)
        Town.start(session, code=read.code, name=read.name, is_demo=False, now=town.clock())
    tell("cli.init.started", name=read.name, towns=len(read.towns))


def _invite(town: Kizuki, name: str) -> None:
    told, code_hash = Secrets.draw(town.keys)
    with town.store.write() as session:
        invitation = invite(
            session,
            told,
            code_hash,
            kind=InvitationKind.PERSONAL,
            role=Role.ADMINISTRATOR,
            name=name,
            now=town.clock(),
        )
        last_day = local_date(invitation.ends_at - dt.timedelta(seconds=1))
    link = f"{town.settings.public_url}/join#{told.token}"
    code = " ".join((told.code[:4], told.code[4:8], told.code[8:]))
    tell("cli.init.invited", name=name, link=link, code=code, last_day=last_day)
    tell("cli.init.digits", digits=told.digits)


def _confirm_first(town: Kizuki, *, asks: bool) -> None:
    """Confirm who waits at the core, until it has its first two and its sealed team too."""
    with town.store.read() as session:
        waiting = [(m.id, m.person.name, m.in_sealed_team) for m in _waiting(session)]
    if not waiting:
        tell("cli.init.nobody_waits")
    for membership_id, name, sealed in waiting:
        role = say("cli.role.sealed" if sealed else "cli.role.core")
        if asks and not click.confirm(say("cli.init.ask_confirm", name=name, role=role)):
            continue
        with town.store.write() as session:
            membership = session.get(Membership, membership_id)
            if membership is not None and membership in _waiting(session):
                confirmation.confirm(session, membership, None, town.clock())
                tell("cli.init.confirmed", name=name, role=role)


def _waiting(session: Session) -> list[Membership]:
    """Whom the server may confirm: the core's, while nobody inside could do it.

    The sealed team's come first, so that two are enough for both.
    """
    core = Desk.core(session)
    if core is None:
        return []
    at_core = sa.select(Membership).where(Membership.desk_id == core.id)
    waiting = session.scalars(confirmation.waiting(at_core)).all()
    lacks_staff = _count(session, core, sealed=False) < CORE_STAFF
    lacks_sealed = _count(session, core, sealed=True) < SEALED_TEAM
    lacking = [m for m in waiting if (lacks_sealed if m.in_sealed_team else lacks_staff)]
    return sorted(lacking, key=lambda membership: not membership.in_sealed_team)


def _count(session: Session, core: Desk, *, sealed: bool) -> int:
    return len(session.scalars(active_members(core.id, sealed=sealed)).all())


def _administrator(session: Session) -> Person | None:
    return session.scalar(sa.select(Person).where(Person.role == Role.ADMINISTRATOR).limit(1))
