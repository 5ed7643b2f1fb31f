import socket

from tests.support.processes import free_port
from tools.ports import complaints


def test_free_ports_raise_no_complaint() -> None:
    assert complaints({"PORT": free_port()}) == []


def test_a_taken_port_is_named_with_the_variable_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = complaints({"PORT": port, "CARRIER_PORT": free_port()})
    assert said == [f"Port {port} is taken by another program. Choose another one with PORT=…"]


def test_one_port_for_two_is_noticed() -> None:
    port = free_port()
    said = complaints({"PORT": port, "CARRIER_PORT": port})
    assert [line.split(". ")[0] for line in said] == [f"Port {port} is asked for twice"] * 2
