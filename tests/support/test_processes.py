import signal
import sys

import pytest

from tests.support.processes import StartProcess, free_port


def test_what_it_says_can_be_waited_for(start_process: StartProcess) -> None:
    process = start_process([sys.executable, "-c", "print('siap'); input()"])
    process.wait_for_line("siap")


def test_its_end_before_the_awaited_line_fails_with_its_words(start_process: StartProcess) -> None:
    process = start_process([sys.executable, "-c", "print('tinta habis')"])
    with pytest.raises(AssertionError, match="tinta habis"):
        process.wait_for_line("siap")


def test_its_url_can_be_waited_for(start_process: StartProcess) -> None:
    port = free_port()
    process = start_process([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)])
    process.wait_for_url(f"http://127.0.0.1:{port}/")


def test_it_gets_the_environment_it_is_given(start_process: StartProcess) -> None:
    process = start_process([sys.executable, "-c", "import os; print(os.environ['PORT'])"], {"PORT": "8123"})
    assert process.wait() == 0
    assert process.output() == "8123\n"


def test_it_ends_by_the_signal_it_is_sent(start_process: StartProcess) -> None:
    process = start_process([sys.executable, "-c", "import signal; signal.pause()"])
    assert process.stop(signal.SIGTERM) == -signal.SIGTERM
