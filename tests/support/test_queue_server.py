import redis

from tests.support.queue_server import QueueServer


def client(server: QueueServer) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def test_it_answers_on_a_private_socket(queue_server: QueueServer) -> None:
    with client(queue_server) as connection:
        assert connection.ping()
    assert queue_server.socket.stat().st_mode & 0o077 == 0


def test_it_is_empty_after_a_flush(queue_server: QueueServer) -> None:
    with client(queue_server) as connection:
        connection.set("bell", "rung")
        queue_server.flush()
        assert connection.dbsize() == 0


def test_it_comes_back_with_what_was_on_disk(queue_server: QueueServer) -> None:
    with client(queue_server) as connection:
        connection.set("bell", "rung")
        connection.execute_command("WAITAOF", 1, 0, 5000)
        queue_server.restart()
        assert connection.get("bell") == b"rung"


def test_it_stays_dead_when_killed(queue_server: QueueServer) -> None:
    queue_server.kill()
    assert not queue_server.alive
