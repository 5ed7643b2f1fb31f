"""Whatever people text, in whatever order: each text stands in a case, before a person, or was a command; who
is a stranger to a case never hears of it; and nobody is texted without end.
"""

from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.domain.contact import Purpose
from hotline.models import TextMessage
from tests.support.desk import GUARD, NEIGHBOUR, RESIDENT, Desk

COMMANDS: Final = frozenset({"BANTUAN", "STOP", "MULAI", "STATUS", "DIAM", "terima kasih", "PIKET", "LIBUR"})
"""Each is answered, or done, and then asks nothing of anybody."""
WORDS: Final = st.sampled_from(
    [
        *sorted(COMMANDS), "maling rt 5 eka jaya", "kebakaran rumah", "rt 9", "3", "ya", "1", "BATAL",
        "HAPUS",
        "TAMBAH dia bawa parang", "STATUS {own}", "BATAL {own}", "{own} 4", "{other} 4", "STATUS {other}",
        "BATAL {other}", "TAMBAH {other} saya juga lihat", "1/2 ada maling", "2/2 di eka jaya rt 5", "otw",
        "selamat malam", "untuk 081299990000 banjir rt 2 payo selincah", "jangan telepon saya, ada orang",
        "menang undian pulsa klik http://x.y", "a", "!!!", "\u200b", "6281200000002",
    ]
)  # fmt: skip
TURNS: Final = st.lists(
    st.tuples(st.sampled_from([RESIDENT, NEIGHBOUR, GUARD]), WORDS, st.sampled_from([0, 5, 300, 4000])),
    min_size=1, max_size=12,
)  # fmt: skip


def own_and_other(desk: Desk, number: str) -> tuple[str, str]:
    """A case that this number reported, and one that it did not; numbers of none where there is none."""
    mine = {text.incident_id for text in desk.texts(inbound=True) if text.number == number}
    incidents = desk.incidents()
    own = next((each.number for each in incidents if each.id in mine), None)
    other = next((each.number for each in incidents if each.id not in mine), None)
    return own or "1008", other or "1009"


def stands_somewhere(text: TextMessage) -> bool:
    was_a_command = text.words in COMMANDS or text.words.startswith("STATUS ")
    return text.incident_id is not None or text.unread or was_a_command


@settings(
    max_examples=10, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(turns=TURNS)
def test_every_text_stands_somewhere_and_no_stranger_hears_of_a_case(
    desk: Desk, turns: list[tuple[str, str, int]]
) -> None:
    desk.clock.advance(days=2)
    done = len(desk.texts())
    for number, words, seconds in turns:
        own, other = own_and_other(desk, number)
        said = len(desk.said_to(number))
        desk.text(number, words.format(own=own, other=other))
        assert not any(other in each for each in desk.said_to(number)[said:]), (number, words)
        desk.clock.advance(seconds=seconds)
    assert not desk.unkept()
    fresh = desk.texts()[done:]
    inbound = [text for text in fresh if text.inbound]
    lost = [(text.words, text.flags) for text in inbound if not stands_somewhere(text)]
    assert len(inbound) == len(turns)
    assert lost == []
    replies = [text for text in fresh if text.purpose == Purpose.REPLY]
    assert len(replies) <= len(turns)
