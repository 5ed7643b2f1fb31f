"""Takes a picture of every screen of a running demonstration, to be looked at: `make shots`.

Start `make run` first, with the same variables. Where its queue is empty a few reports are texted to it, one
of them is verified and sent to units. Pictures go to `shots/` in the demonstration's folder, each in three
sizes, light and dark. `make shots ARGS="queue wall"` takes only these.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import requests
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from sqlalchemy import select

from hotline import accounts, dispatch, verification
from hotline.domain.rights import Actor, Role
from hotline.environment import read_settings
from hotline.models import Incident, Operator, Unit
from hotline.runtime import Runtime
from hotline.settings import Settings
from hotline.verification import Findings
from tools.run import environment
from workers.assembly import assemble

SIZES: Final[dict[str, ViewportSize]] = {
    "desk": {"width": 1366, "height": 768},
    "wall": {"width": 1920, "height": 1080},
    "phone": {"width": 360, "height": 740},
}
REPORTS: Final = (
    "Tolong pak, rumah terbakar di Talang Bakung RT 5 dekat masjid, ada orang di dalam",
    "ada maling motor di eka jaya rt 12, baru saja kabur",
    "pak di simpang payo selincah rt 3 ado begaduh, orang 6 bawa parang",
    "banjir di lingkar selatan rt 21 sudah selutut, 12 orang belum pindah",
    "anak muda balap liar di paal merah tiap malam pak",
    "maling motor di eka jaya rt 12 lari ke arah pasar",
    "halo",
)
CHAT: Final = (
    "26/11/26 20.40 - +62 812-7000-0009: ada maling di Eka Jaya RT 12, hubungi 0812 7000 0010\n"
    "26/11/26 20.41 - Pak RT 05: siap pak\n"
    "26/11/26 20.52 - Bu Siti: pohon tumbang menutup jalan di Bakung Jaya RT 8\n"
)
DESK: Final = {
    "queue": "/", "new-case": "/incidents/{new}", "sent-case": "/incidents/{sent}", "entry": "/entry",
    "tray": "/tray", "calls": "/calls", "tasks": "/tasks", "units": "/units", "new-unit": "/units/new",
    "areas": "/areas", "wall": "/wall", "search": "/search", "handover": "/handover", "roster": "/roster",
    "drills": "/drills", "evaluation": "/evaluation", "meeting": "/evaluation/meeting",
    "register": "/register", "system": "/system", "words": "/words", "sounds": "/sounds",
    "playbook": "/playbook", "text": "/playbook/receipt_emergency/id",
    "privacy": "/privacy", "audit": "/audit", "help": "/help",
}  # fmt: skip
PATIENCE_S: Final = 20.0


def main() -> int:
    """The exit code: 1 where a page did not answer as it should."""
    var = Path(os.environ.get("HOTLINE_VAR", "").strip() or "var").absolute()
    settings = read_settings(environment({**os.environ, "HOTLINE_VAR": str(var)}))
    runtime = assemble(settings).runtime
    folder = var / "shots"
    folder.mkdir(exist_ok=True)
    numbers = _filled(settings, runtime)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which(os.environ.get("CHROMIUM") or "chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        address = f"http://127.0.0.1:{settings.port}"
        faults = [
            fault for look in _looks(chromium, runtime, address) for fault in _all(look, numbers, folder)
        ]
        chromium.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 1 if faults else 0


def _filled(settings: Settings, runtime: Runtime) -> dict[str, str]:
    """The number of a new case and of one that units were sent to; texted in where there is none."""
    if not _cases(runtime):
        address = f"http://127.0.0.1:{settings.port if settings.on_sqlite else settings.hooks_port}"
        for serial, words in enumerate(REPORTS):
            form = {
                "from": f"+62812700010{serial:02d}",
                "to": settings.number,
                "text": words,
                "id": f"shot-{serial}",
            }
            requests.post(f"{address}/sms/{settings.webhook_tokens[0]}/inbound", data=form, timeout=10)
    _wait(lambda: len(_cases(runtime)) >= 3)
    cases = _cases(runtime)
    if all(each.dispatched_at is None for each in cases):
        _send(runtime, cases[1].id)
    sent = next((each for each in _cases(runtime) if each.dispatched_at), cases[-1])
    new = next((each for each in _cases(runtime) if each.verified_at is None), cases[0])
    return {"new": new.number or "", "sent": sent.number or ""}


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < until:
        time.sleep(0.2)


def _cases(runtime: Runtime) -> list[Incident]:
    with runtime.reading() as session:
        query = select(Incident).where(Incident.disposition.is_(None), Incident.merged_into_id.is_(None))
        return list(session.scalars(query.order_by(Incident.rank, Incident.id)))


def _send(runtime: Runtime, incident_id: int) -> None:
    with runtime.work() as work:
        person = work.session.scalars(select(Operator).where(Operator.role == Role.COORDINATOR)).first()
        units = list(work.session.scalars(select(Unit.id).where(Unit.active).limit(2)))
        if person is None:
            sys.exit("The demonstration has no coordinator: start `make run` first.")
        by = Actor("operator", person.id, person.name, person.role)
        verification.verify(work, incident_id, Findings(), by)
        dispatch.dispatch(work, incident_id, units, "", by)


def _looks(
    chromium: Browser, runtime: Runtime, address: str
) -> Iterator[tuple[str, BrowserContext, BrowserContext]]:
    """Size and colours; a browser of the coordinator, one of the administrator."""
    cookies = {role: _cookie(runtime, role) for role in (Role.COORDINATOR, Role.ADMINISTRATOR)}
    for name, size in SIZES.items():
        for colours in ("light", "dark"):
            contexts = []
            for cookie in cookies.values():
                context = chromium.new_context(
                    viewport=size, color_scheme="dark" if colours == "dark" else "light", base_url=address,
                    locale="id-ID", timezone_id="Asia/Jakarta", reduced_motion="reduce",
                )  # fmt: skip
                context.add_cookies([{"name": "sid", "value": cookie, "url": address}])
                contexts.append(context)
            yield f"{name}-{colours}", contexts[0], contexts[1]
            for context in contexts:
                context.close()


def _cookie(runtime: Runtime, role: Role) -> str:
    with runtime.work() as work:
        person = work.session.scalars(select(Operator).where(Operator.role == role)).one()
        return accounts.open_session(work, person)


def _all(
    look: tuple[str, BrowserContext, BrowserContext], numbers: dict[str, str], folder: Path
) -> Iterator[str]:
    name, desk, administrator = look
    page = desk.new_page()
    chosen = sys.argv[1:] or [*DESK, "group", "operators", "login"]
    for screen, path in DESK.items():
        if screen not in chosen:
            continue
        yield from _shot(page, path.format(**numbers), folder / f"{screen}-{name}.png")
    if "group" in chosen:
        page.goto("/group")
        page.fill("[name=chat]", CHAT)
        page.click("#group button.primary")
        page.screenshot(path=folder / f"group-{name}.png", full_page=True)
    if "operators" in chosen:
        yield from _shot(administrator.new_page(), "/operators", folder / f"operators-{name}.png")
    if "login" in chosen:
        desk.clear_cookies()
        yield from _shot(page, "/login", folder / f"login-{name}.png")


def _shot(page: Page, path: str, file: Path) -> Iterator[str]:
    """The whole page as a picture; what is wrong with it, in words."""
    answer = page.goto(path)
    page.wait_for_timeout(300)
    page.screenshot(path=file, full_page=True)
    if answer is None or answer.status != 200:
        yield f"{path}: status {answer.status if answer else 'none'}"
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        yield f"{file.name}: {wide} px too wide"


if __name__ == "__main__":
    sys.exit(main())
