"""One link, two telephones at one moment: one sender's file is kept, and nothing of the other's."""

import threading

from sqlalchemy import select

from hotline.attachments import File, attach_by_link, folder_of, send_link
from hotline.file_check import Checked
from hotline.incidents import NoSuchIncidentError
from hotline.models import Assignment, Attachment, UploadLink
from tests.hotline.journey import THEFT, sent
from tests.support.desk import GUARD, OPERATOR, RESIDENT, Desk


def test_of_two_who_send_by_one_link_at_once_one_is_kept(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, THEFT)
    sent(any_desk, [GUARD])
    with any_desk.work() as work:
        assignment = work.session.scalars(select(Assignment.id)).one()
        token = send_link(work, assignment, "https://hotline.test", OPERATOR)
    var, together, refused = any_desk.runtime.settings.var, threading.Barrier(2), []

    def send(title: str) -> None:
        file = File(title, Checked("image/jpeg", title.encode(), place_kept=False))
        together.wait(10)
        try:
            with any_desk.work() as work:
                attach_by_link(work, var, token, [file])
        except NoSuchIncidentError:
            refused.append(title)

    senders = [threading.Thread(target=send, args=(title,)) for title in ("satu", "dua")]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    with any_desk.runtime.reading() as session:
        kept, link = session.scalars(select(Attachment)).one(), session.scalars(select(UploadLink)).one()
    assert {kept.title, *refused} == {"satu", "dua"}
    assert link.used_at is not None
    assert [path.read_text() for path in folder_of(var).iterdir()] == [kept.title]
