"""Two web, two hooks, two workers at once on PostgreSQL: every text stored once, every send accounted for
once.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.delivery import TextState
from hotline.models import Incident, Kept, TextMessage
from tests.stories.system import System
from tests.support.eventually import eventually

TEXTS = 120


def test_two_of_each_store_every_text_once_and_send_every_text_once(
    start: object, postgresql_url: str
) -> None:
    """Each callback goes to both hooks at once, as an impatient carrier would send it."""
    system: System = start(postgresql_url, each=2)  # type: ignore[operator]
    assert len(system.web) == len(system.hooks) == len(system.workers) == 2
    token = system.environ["HOTLINE_WEBHOOK_TOKENS"]

    def send(job: tuple[str, int]) -> int:
        hooks, serial = job
        body = {
            "from": f"+62812{serial:08d}", "text": f"maling rt {serial % 40 + 1} eka jaya", "id":
            f"text-{serial}",
            "to": system.environ["HOTLINE_NUMBER"], "date": "2026-11-24 10:00:00",
        }  # fmt: skip
        return requests.post(f"{hooks}/sms/{token}/inbound", data=body, timeout=30).status_code

    jobs = [(hooks, serial) for serial in range(TEXTS) for hooks in system.hooks]
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, jobs)) == {200}

    def outgoing() -> Counter[str]:
        with Session(system.engine()) as session:
            query = select(TextMessage.state).where(TextMessage.inbound.is_(False))
            return Counter(session.scalars(query))

    settled = {TextState.ACCEPTED, TextState.DELIVERED}
    eventually(
        lambda: outgoing().total() == TEXTS and set(outgoing()) <= settled, "every receipt is sent", within=60
    )
    with Session(system.engine()) as session:
        assert (
            session.scalar(select(func.count()).select_from(Kept).where(Kept.kind == "sms.inbound")) == TEXTS
        )
        assert session.scalar(select(func.count()).select_from(Incident)) == TEXTS
    carried = requests.get(f"{system.carrier}/phones/api/traffic", timeout=20).json()["elsewhere"]
    assert Counter(text["to"] for text in carried).most_common(1)[0][1] == 1
    for web in system.web:
        assert requests.get(f"{web}/readyz", timeout=20).json()["working"]
