"""Each thing a line can be told, in the carrier's XML."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.africastalking_xml import xml_of
from ivr.speech import (
    Ask,
    Dequeue,
    Dial,
    Enqueue,
    HangUp,
    Play,
    Prompt,
    Record,
    Redirect,
    Reject,
    Say,
    Speech,
    Step,
)


class Somewhere:
    """Addresses with everything in them that XML must escape."""

    number = "+6274100000001"

    def sound(self, prompt: Prompt) -> str:
        return f"https://us.example/s?a=1&c={'.'.join(prompt.clips)}"

    def step(self, step: Step) -> str:
        return f"https://us.example/{step.segment}{'/silent' if step.silent else ''}"


HELLO = Play(Prompt(("hello",)))
THEN, QUIET = Step("group"), Step("group", silent=True)
PLAYED = '<Play url="https://us.example/s?a=1&amp;c=hello" />'
REDIRECTED = "<Redirect>https://us.example/group/silent</Redirect>"

CASES: list[tuple[tuple[Speech, ...], str]] = [
    ((), ""),
    ((HangUp(),), ""),
    ((HELLO, HangUp()), PLAYED),
    ((Say('Tekan <1> & "#"'),), "<Say>Tekan &lt;1&gt; &amp; \"#\"</Say>"),
    ((Say("a\x00b\x0bc"),), "<Say>abc</Say>"),
    ((Reject(),), "<Reject />"),
    ((Redirect(QUIET),), REDIRECTED),
    (
        (Ask(HELLO, THEN, QUIET, timeout_s=6, digits=1),),
        f'<GetDigits timeout="6" numDigits="1" callbackUrl="https://us.example/group">{PLAYED}</GetDigits>{REDIRECTED}',
    ),
    (
        (Ask(Say("RT?"), THEN, QUIET, timeout_s=10, digits=3, finish="#"),),
        '<GetDigits timeout="10" numDigits="3" finishOnKey="#" callbackUrl="https://us.example/group">'
        f"<Say>RT?</Say></GetDigits>{REDIRECTED}",
    ),
    (
        (Record(HELLO, THEN, QUIET, longest_s=90, finish="#"),),
        '<Record maxLength="90" finishOnKey="#" trimSilence="false" playBeep="true" '
        f'callbackUrl="https://us.example/group">{PLAYED}</Record>{REDIRECTED}',
    ),
    (
        (Dial(("+6281200000001", "+6281200000002"), longest_s=600),),
        '<Dial phoneNumbers="+6281200000001,+6281200000002" maxDuration="600" callerId="+6274100000001" />',
    ),
    (
        (Dial(("+6281200000001",), 60, one_by_one=True, record=True),),
        '<Dial phoneNumbers="+6281200000001" maxDuration="60" sequential="true" record="true" '
        'callerId="+6274100000001" />',
    ),
    (
        (Enqueue("operator", Prompt(("wait",))),),
        '<Enqueue name="operator" holdMusic="https://us.example/s?a=1&amp;c=wait" />',
    ),
    ((Dequeue("+6274100000001", "operator"),), '<Dequeue phoneNumber="+6274100000001" name="operator" />'),
]  # fmt: skip


@pytest.mark.parametrize(("speech", "inner"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_speech_becomes_xml(speech: tuple[Speech, ...], inner: str) -> None:
    body = xml_of(speech, Somewhere()).decode()
    response = f"<Response>{inner}</Response>" if inner else "<Response />"
    assert body == f'<?xml version="1.0" encoding="UTF-8"?>{response}'


def test_a_question_without_an_end_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="a number of digits or a key"):
        Ask(HELLO, THEN, QUIET, timeout_s=6)


@given(st.text())
def test_any_words_make_xml_that_can_be_read(words: str) -> None:
    said = ET.fromstring(xml_of((Say(words),), Somewhere())).find("Say")  # noqa: S314 - our own answer
    assert said is not None
    assert len(said.text or "") <= len(words)
