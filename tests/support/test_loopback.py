import socket

import pytest

from hotline.carrier_http import CarrierHttp


def test_a_connection_to_another_machine_fails_where_it_is_tried() -> None:
    with socket.socket() as connection, pytest.raises(AssertionError, match="stay on this machine"):
        connection.connect(("192.0.2.1", 80))


def test_the_name_of_another_machine_is_not_even_asked_for() -> None:
    with pytest.raises(AssertionError, match="stay on this machine"):
        socket.create_connection(("carrier.example", 443))


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]:80", "key@carrier.example"])
def test_a_carrier_on_another_machine_is_not_asked(host: str) -> None:
    with pytest.raises(AssertionError, match="stay on this machine"):
        CarrierHttp(1, 1, 1).request("GET", f"https://{host}/version1", {})


def test_a_name_that_nobody_has_may_be_asked_for() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("carrier.invalid", 443))


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
