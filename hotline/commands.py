"""`flask --app wsgi …`: what the desk's administrator does from a shell."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from hotline import audit_chain, demo, doctor, staffing
from hotline.accounts import AccountError, add_operator, operator_named
from hotline.domain.rights import SYSTEM, Role
from hotline.incidents import ConflictError
from hotline.models import Operator
from hotline.open311 import clients as open_clients
from hotline.private_file import write_private
from hotline.runtime import Runtime
from hotline.schema import upgrade
from hotline.unit_of_work import UnitOfWork
from hotline.words_in_force import Unused

db = AppGroup("db", help="The database's schema.")
operators = AppGroup("operator", help="The people at the desk.")
audits = AppGroup("audit", help="Who did and saw what.")
clients = AppGroup("client", help="Programs that read the open data.")
playbooks = AppGroup("playbook", help="The programme's words.")


def runtime() -> Runtime:
    """The process's runtime."""
    return cast(Runtime, current_app.extensions["hotline"])


class DatabaseCommand(click.Command):
    """A command that needs the database: where that is what fails, it says so in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """As any command's. Raises ClickException where the database is away or has an old schema."""
        try:
            return super().invoke(ctx)
        except SQLAlchemyError as error:
            found = doctor.database(runtime())
            if found.state is doctor.State.GOOD:
                raise
            raise click.ClickException(f"the database {found.words}") from error


@db.command("upgrade", cls=DatabaseCommand)
def db_upgrade() -> None:
    """Bring the database to the newest schema; harmless when it is there already."""
    upgrade(runtime().engine)
    click.echo("the schema is current")


def _insist(_context: click.Context, _option: click.Parameter, said: bool) -> bool:
    """The word must be typed: nobody fills a database with invented people by accident."""
    if not said:
        raise click.UsageError("say --demo: this adds invented units and people")
    return said


_FOR_THE_DEMO: Final = click.option(
    "--demo", is_flag=True, callback=_insist, expose_value=False, help="Invented units and people."
)


@click.command("seed", cls=DatabaseCommand)
@_FOR_THE_DEMO
@with_appcontext
def seed() -> None:
    """Add demo data; what is there stays as it is."""
    _refuse_in_production()
    _seed()


@click.command("prepare", cls=DatabaseCommand)
@_FOR_THE_DEMO
@with_appcontext
def prepare() -> None:
    """Schema and demo data in one go, for the starter."""
    _refuse_in_production()
    upgrade(runtime().engine)
    _seed()


def _refuse_in_production() -> None:
    if runtime().settings.production:
        raise click.ClickException("demo data does not belong into production")


def _seed() -> None:
    var = runtime().settings.var
    with runtime().work() as work:
        people = demo.seed(work, var)
    _write_phones(var / "phones.json")
    for person in people:
        click.echo(f"  {person.role:<14} {person.username:<12} {person.password}")


def _write_phones(path: Path) -> None:
    """The telephones that the pretend company shows: the demo's residents and units."""
    write_private(path, json.dumps(demo.phones(runtime().playbook), ensure_ascii=False, indent=1))


@operators.command("add", cls=DatabaseCommand)
@click.argument("username")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def operator_add(username: str, name: str, role: str, password: str) -> None:
    """Add somebody who may sign in."""
    try:
        with runtime().work() as work:
            add_operator(work, username, name, Role(role), password)
    except AccountError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{username} can sign in as {role}")


@operators.command("end", cls=DatabaseCommand)
@click.argument("username")
def operator_end(username: str) -> None:
    """Sign somebody out everywhere, for good: he or she has left."""
    _change(
        username,
        lambda work, person: staffing.set_active(work, person, SYSTEM, active=False),
        "can't sign in any more",
    )


@operators.command("password", cls=DatabaseCommand)
@click.argument("username")
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def operator_password(username: str, password: str) -> None:
    """Give somebody another password; every open session of theirs ends."""
    _change(
        username,
        lambda work, person: staffing.give_password(work, person, password, SYSTEM),
        "has another password",
    )


@operators.command("factor", cls=DatabaseCommand)
@click.argument("username")
def operator_factor(username: str) -> None:
    """Forget a lost telephone: the next sign-in sets up another one for codes."""
    _change(
        username,
        lambda work, person: staffing.forget_factor(work, person, SYSTEM),
        "sets up a telephone at the next sign-in",
    )


def _change(username: str, act: Callable[[UnitOfWork, Operator], None], done: str) -> None:
    try:
        with runtime().work() as work:
            person = operator_named(work.session, username)
            if person is None:
                raise click.ClickException(f"nobody is called {username}")
            act(work, person)
    except (AccountError, ConflictError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{username} {done}")


@playbooks.command("check")
def playbook_check() -> None:
    """Say whether the playbook can be used. Faults that stop the hotline come before this, with file and
    line; those it works without are named here, with what was worded on the screen and no longer fits, and
    the exit code is 1.
    """
    playbook = runtime().words.written
    advisers = current_app.extensions["hotline_advisers"]
    faults = [str(fault) for advise in advisers for fault in advise(playbook)]
    faults += [str(each) for each in _unused_words()]
    if faults:
        raise click.ClickException("\n".join(faults))
    click.echo(
        f"{playbook.name}: {len(playbook.types)} types, {len(playbook.areas)} areas, "
        f"{len(playbook.landmarks)} landmarks, {len(playbook.texts)} texts: no fault"
    )


def _unused_words() -> tuple[Unused, ...]:
    """What was worded on the screen and does not fit; the files are checked without a database, too."""
    words = runtime().words
    words.refresh(runtime().reading)
    return words.unused


def _noted(_context: click.Context, _option: click.Parameter, said: tuple[str, ...]) -> dict[str, str]:
    """`DAY=HEAD`, as `audit heads` prints them."""
    pairs = [each.partition("=") for each in said]
    if any(not day or not head for day, _, head in pairs):
        raise click.BadParameter("write DAY=HEAD")
    return {day: head for day, _, head in pairs}


@audits.command("verify")
@click.option(
    "--expect", multiple=True, callback=_noted, metavar="DAY=HEAD", help="A head that was noted elsewhere."
)
def audit_verify(expect: dict[str, str]) -> None:
    """Say whether a row of the audit was changed, removed, added or moved; exit code 1 where one was."""
    with runtime().reading() as session:
        breaks, days = audit_chain.verify(session, expect), audit_chain.heads(session)
    for each in breaks:
        click.echo(str(each))
    if breaks:
        sys.exit(1)
    click.echo(f"{sum(day.rows for day in days)} rows in {len(days)} days: the chain holds")


@audits.command("heads")
def audit_heads() -> None:
    """Print each day's head, to be kept where nobody at this machine can change it."""
    with runtime().reading() as session:
        for day in audit_chain.heads(session):
            click.echo(f"{day.day}={day.head}")


@clients.command("add", cls=DatabaseCommand)
@click.argument("name")
def client_add(name: str) -> None:
    """Let a program read the open data, and print its key, this once."""
    with _client_errors(), runtime().work() as work:
        key = open_clients.add_client(work, name)
    click.echo(key)


@clients.command("end", cls=DatabaseCommand)
@click.argument("name")
def client_end(name: str) -> None:
    """Its key opens nothing any more."""
    with _client_errors(), runtime().work() as work:
        open_clients.end_client(work, name)
    click.echo(f"{name} reads no more")


@clients.command("list", cls=DatabaseCommand)
def client_list() -> None:
    """Print who may read, and when each was here last."""
    with runtime().reading() as session:
        for client in open_clients.clients(session):
            last = client.used_at.isoformat(timespec="minutes") if client.used_at else "never"
            click.echo(f"{client.name}: {'ended' if client.ended_at else 'reads'}, last {last}")


@contextmanager
def _client_errors() -> Iterator[None]:
    try:
        yield
    except open_clients.ClientError as error:
        raise click.ClickException(str(error)) from error


@click.command("doctor")
@with_appcontext
def examine() -> None:
    """Say what this installation still lacks to go live; exit code 1 where something must be mended."""
    findings = doctor.examine(runtime(), current_app.extensions["hotline_examinations"])
    for finding in findings:
        click.echo(f"{_MARKS[finding.state]}  {finding.name}: {finding.words}")
    if any(finding.state is doctor.State.BAD for finding in findings):
        sys.exit(1)


_MARKS: Final = {doctor.State.GOOD: "ok  ", doctor.State.WARN: "warn", doctor.State.BAD: "BAD "}

COMMANDS: Final[Sequence[click.Command]] = (db, seed, prepare, operators, clients, playbooks, audits, examine)
