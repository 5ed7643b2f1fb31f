import io

from tools.log_stream import LogStream


def test_a_line_stands_behind_its_name() -> None:
    out = io.StringIO()
    LogStream(out, colour=False).say("web", "siap")
    assert out.getvalue() == "web     | siap\n"


def test_each_name_keeps_its_colour() -> None:
    out = io.StringIO()
    stream = LogStream(out, colour=True)
    for name in ("web", "worker", "web"):
        stream.say(name, "siap")
    first, other, again = out.getvalue().splitlines()
    assert first == again
    assert first.split("web")[0] != other.split("worker")[0]
