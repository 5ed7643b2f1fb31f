"""One step through the menu: what happens, what is said next, and what is to be done. Pure.

Silence and wrong keys are answered as often as the node allows and then lead on, in the end to a recording:
there is no dead end, and no way to be kept in the menu for ever.
"""

from dataclasses import replace
from typing import Final, NamedTuple, assert_never

from hotline.domain.incident_number import is_valid
from ivr.menu import (
    AskingNode,
    CheckNode,
    ChooseNode,
    Clips,
    Menu,
    Node,
    OfficerNode,
    OperatorNode,
    Option,
    RecordNode,
    ReportNode,
    RtNode,
)
from ivr.menu_events import (
    Called,
    Connect,
    Digits,
    Effect,
    End,
    Ending,
    Event,
    Filed,
    FileReport,
    FindOfficer,
    HungUp,
    KeepRecording,
    Leave,
    LookedUp,
    LookUp,
    Nobody,
    Ready,
    Recorded,
    Wait,
    Waiting,
)
from ivr.progress import HIGHEST_RT, Progress
from ivr.prompts import Filling, prompt_of
from ivr.speech import Ask, Dial, Enqueue, HangUp, Play, Record, Redirect, Speech, Step

ROUND_S: Final = 1
"""How long a round of waiting listens for a key after its sound."""
MOST_ROUNDS: Final = 99


class Turn(NamedTuple):
    """Where the caller is now, what the line is told to do, and what must be done before it is answered.

    Without speech one of the effects (FileReport, LookUp, Wait, FindOfficer) has an answer, and that answer
    is the next event.
    """

    progress: Progress
    speech: tuple[Speech, ...] = ()
    effects: tuple[Effect, ...] = ()


def step(menu: Menu, progress: Progress, event: Event) -> Turn:
    """What `event` means to a caller at `progress`. A node that does not exist is the start."""
    node = menu.nodes.get(progress.node)
    if isinstance(event, HungUp):
        return Turn(progress, effects=_after(node, progress, event))
    if node is None or isinstance(event, Called):
        return _enter(menu, Progress(node=menu.head.start))
    turn = _at(menu, node, progress, event)
    if isinstance(event, Recorded) and event.url:
        return turn._replace(effects=(KeepRecording(event.url), *turn.effects))
    return turn


def _at(menu: Menu, node: Node, progress: Progress, event: Event) -> Turn:
    match node:
        case ChooseNode():
            return _choose(menu, node, progress, event)
        case RtNode():
            return _key_rt(menu, node, progress, event)
        case CheckNode():
            return _check(menu, node, progress, event)
        case RecordNode():
            return _enter(menu, _moved(progress, node.goes))
        case OperatorNode():
            return _wait(menu, node, progress, event)
        case OfficerNode():
            return _find_officer(menu, node, progress, event)
        case ReportNode():
            return _report(node, progress, event)
        case _:
            assert_never(node)


def _choose(menu: Menu, node: ChooseNode, progress: Progress, event: Event) -> Turn:
    keys = _keys(event)
    option = node.option(keys)
    if option is None:
        return _again(menu, node, progress, node.wrong if keys else ())
    if option.repeat:
        return _repeat(menu, node, progress)
    return _enter(menu, _chosen(progress, option))


def _key_rt(menu: Menu, node: RtNode, progress: Progress, event: Event) -> Turn:
    keys = _keys(event)
    if keys.strip("0123456789") or int(keys or 0) > HIGHEST_RT:
        return _again(menu, node, progress, node.wrong)
    # Zero or no number is the answer of a caller who does not know it. Silence is no other answer, since the
    # finish key alone may reach us as silence.
    return _enter(menu, replace(_moved(progress, node.goes), rt=int(keys or 0) or None))


def _check(menu: Menu, node: CheckNode, progress: Progress, event: Event) -> Turn:
    if isinstance(event, LookedUp) and event.status:
        said = prompt_of(node.told, Filling(number=event.number, status=event.status, since=event.since))
        return Turn(progress, (Play(said), HangUp()))
    keys = _keys(event)
    if is_valid(keys):
        return Turn(progress, effects=(LookUp(keys),))
    return _again(menu, node, progress, node.wrong if keys or isinstance(event, LookedUp) else ())


def _report(node: ReportNode, progress: Progress, event: Event) -> Turn:
    if not isinstance(event, Filed):
        return Turn(progress, effects=(_file(progress),))
    told = node.told_texted if event.texted else node.told
    clips = told if event.number else node.told_without_number
    return Turn(progress, (Play(prompt_of(clips, Filling(number=event.number or ""))), HangUp()))


def _wait(menu: Menu, node: OperatorNode, progress: Progress, event: Event) -> Turn:
    """One round of waiting. Whatever happens in it, the desk is asked anew whether somebody comes."""
    match event:
        case Waiting(position):
            return _wait_on(node, progress, position)
        case Ready(queue):
            return Turn(progress, (Enqueue(queue, prompt_of(node.connecting)),))
        case Connect(number, longest_s):
            talk = Dial((number,), longest_s, record=True)
            back = Step(_next_round(progress).to_segment(), silent=True)
            return Turn(progress, (Play(prompt_of(node.recorded)), talk, Redirect(back)))
        case Nobody():
            turn = _enter(menu, _moved(progress, node.goes), node.nobody)
            return turn._replace(effects=(Leave(), *turn.effects))
        case Digits(keys) if keys and keys == node.leave_key:
            turn = _enter(menu, _moved(progress, node.goes))
            return turn._replace(effects=(Leave(), *turn.effects))
        case _:
            return Turn(progress, effects=(Wait(),))


def _wait_on(node: OperatorNode, progress: Progress, position: int) -> Turn:
    clips = node.waiting if progress.tries else node.prompt
    heard = _next_round(progress)
    said = Play(prompt_of(clips, Filling(position=position)))
    segment = heard.to_segment()
    ask = Ask(said, Step(segment), Step(segment, silent=True), ROUND_S, digits=1)
    return Turn(heard, (ask,))


def _next_round(progress: Progress) -> Progress:
    """Every round has an address of its own: a carrier's repetition must not be taken for the next one."""
    return replace(progress, tries=progress.tries % MOST_ROUNDS + 1)


def _find_officer(menu: Menu, node: OfficerNode, progress: Progress, event: Event) -> Turn:
    onward = _moved(progress, node.goes)
    match event:
        case Connect(number, longest_s):
            on = Redirect(Step(onward.to_segment(), silent=True))
            return Turn(onward, (Play(prompt_of(node.prompt)), Dial((number,), longest_s), on))
        case Nobody():
            return _enter(menu, onward)
        case _:
            return Turn(progress, effects=(FindOfficer(_file(progress)),))


def _enter(menu: Menu, progress: Progress, lead: Clips = ()) -> Turn:
    """At a node for the first time, after hearing `lead`."""
    node = menu.nodes[progress.node]
    match node:
        case ReportNode():
            return Turn(progress, effects=(_file(progress),))
        case OperatorNode():
            return Turn(progress, effects=(Wait(),))
        case OfficerNode():
            return Turn(progress, effects=(FindOfficer(_file(progress)),))
        case _:
            return Turn(progress, (_say(node, progress, (*lead, *node.prompt)),))


def _again(menu: Menu, node: AskingNode, progress: Progress, lead: Clips) -> Turn:
    """After silence (no `lead`) or a wrong key: asked again, or led on once that was too often."""
    if progress.tries >= node.retries:
        return _enter(menu, _moved(progress, node.otherwise), lead)
    heard = replace(progress, tries=progress.tries + 1)
    return Turn(heard, (_say(node, heard, (*lead, *node.again)),))


def _repeat(menu: Menu, node: ChooseNode, progress: Progress) -> Turn:
    if progress.repeats >= menu.head.repeats:
        return _again(menu, node, progress, ())
    heard = replace(progress, repeats=progress.repeats + 1)
    return Turn(heard, (_say(node, heard, node.again),))


def _say(node: AskingNode | RecordNode, progress: Progress, clips: Clips) -> Speech:
    segment = progress.to_segment()
    then, silence = Step(segment), Step(segment, silent=True)
    options = node.options if isinstance(node, ChooseNode) else ()
    said = Play(prompt_of(clips, Filling(options=options)))
    match node:
        case ChooseNode():
            return Ask(said, then, silence, node.timeout_s, digits=1)
        case RtNode() | CheckNode():
            return Ask(said, then, silence, node.timeout_s, node.digits, node.finish)
        case RecordNode():
            return Record(said, then, silence, node.longest_s, node.finish)
        case _:
            assert_never(node)


def _after(node: Node | None, progress: Progress, event: HungUp) -> tuple[Effect, ...]:
    """A hang-up is a report as soon as anything was told; otherwise it is missed, or was an enquiry."""
    kept: tuple[Effect, ...] = (KeepRecording(event.url),) if event.url else ()
    if event.url or progress.has_answers or isinstance(node, ReportNode | OfficerNode):
        return (*kept, _file(progress), End(Ending.REPORT))
    return (End(Ending.ENQUIRY if isinstance(node, CheckNode) else Ending.MISSED),)


def _keys(event: Event) -> str:
    return event.keys if isinstance(event, Digits) else ""


def _moved(progress: Progress, node: str) -> Progress:
    return replace(progress, node=node, tries=0, repeats=0)


def _chosen(progress: Progress, option: Option) -> Progress:
    moved = _moved(progress, option.goes)
    return replace(
        moved,
        group=progress.group if option.group is None else option.group,
        area=progress.area if option.area is None else option.area,
    )


def _file(progress: Progress) -> FileReport:
    return FileReport(progress.group, progress.area, progress.rt)
