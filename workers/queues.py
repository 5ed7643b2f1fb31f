"""The bell between processes, over RQ: the only file that knows it.

The database is the queue; a job says only 'there is work'. Rings are coalesced off the request path, so that
RQ gets a few jobs a second whatever the load, and a queue server that is down, slow or emptied costs nothing
but the second until the worker wakes by itself.
"""

import logging
import threading
import time
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import InvalidJobOperation, NoSuchJobError, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

QUEUE: Final = "bell"
COALESCE_S: Final = 0.05
REST_S: Final = 2.0
"""How long a queue server that just failed is left alone."""
JOB_TIMEOUT_S: Final = 10
WORKER_TTL_S: Final = 20
"""RQ waits for a job fifteen seconds less than this before it looks around, here for the order to stop."""
WAITING_JOBS: Final = 3
"""More waiting rings than this say nothing new."""

AWAKE_S: Final = 1.0
"""How long a ring lasts at most where the worker is at work: the next ones say nothing new, and each costs
RQ some milliseconds here, and some of the queue server and of who rings.
"""

_log = logging.getLogger(__name__)


class Heard(threading.Event):
    """What the drain sleeps on. Whoever rings can wait until it begins another round."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = threading.Event()

    def set(self) -> None:
        """There is work."""
        self._begun.clear()
        super().set()

    def clear(self) -> None:
        """A round begins, and finds what was rung for before."""
        super().clear()
        self._begun.set()

    def wait_for_a_round(self, timeout_s: float) -> None:
        """Until the next one begins: at once where nothing is done, else when this one has ended."""
        self._begun.wait(timeout_s)


heard = Heard()
"""Set in the worker process by `ring`, the job."""


def ring() -> None:
    """The job: there is work. RQ finds it by its dotted name. It ends when the worker begins a round, so that
    no more than a few wait while one lasts.
    """
    heard.set()
    heard.wait_for_a_round(AWAKE_S)


def connect(url: str, *, patience_s: float) -> Redis:
    """A connection that fails within `patience_s` instead of trying for seconds."""
    return Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), socket_timeout=patience_s, socket_connect_timeout=patience_s
    )


def fault_of(url: str, *, patience_s: float) -> str:
    """Why the queue server does not answer; empty where it does."""
    try:
        with connect(url, patience_s=patience_s) as connection:
            connection.ping()
    except (RedisError, OSError) as error:
        return type(error).__name__
    return ""


class RqWaker:
    """Rings the workers' bell from the web processes."""

    def __init__(self, url: str) -> None:
        self._queue = Queue(QUEUE, connection=connect(url, patience_s=0.2), serializer=JSONSerializer)
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Returns at once and never raises; the ring itself goes out from a thread."""
        self._wanted.set()
        # After a fork the thread is there by name only.
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def answers(self) -> bool:
        """Whether the queue server does."""
        try:
            self._queue.connection.ping()
        except (RedisError, OSError):
            return False
        return True

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="bell", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError as error:
                    _log.warning("no thread to ring the bell: %s", error)

    def _serve(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            try:
                self._enqueue()
            except Exception as error:
                _log.warning(
                    "the bell is out of order (%s); workers wake by themselves", type(error).__name__
                )
                time.sleep(REST_S)
            time.sleep(COALESCE_S)

    def _enqueue(self) -> None:
        if self._queue.count < WAITING_JOBS:
            self._queue.enqueue(
                "workers.queues.ring", job_timeout=JOB_TIMEOUT_S, result_ttl=0, failure_ttl=60
            )


class _BellRinger(SimpleWorker):
    """RQ's worker in a thread: no process per job, and no signals, to stop it or to limit its time.

    It takes no commands over the queue server, since one of them would end the process.
    """

    death_penalty_class = TimerDeathPenalty
    max_connection_wait_time = REST_S
    stop: threading.Event

    def _install_signal_handlers(self) -> None:
        pass

    def subscribe(self) -> None:
        pass

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        if self.stop.is_set():
            raise StopRequested
        super().heartbeat(*args, **kwargs)

    def handle_exception(self, _job: Job, *exc_info: Any) -> None:
        """A ring cannot fail: what did is writing it off, at a server that is gone or was emptied."""
        _log.warning("a ring was not written off: %s", exc_info[0].__name__)


def listen(url: str, stop: threading.Event) -> threading.Thread:
    """Starts a thread that works off rings as they come, and comes back after any fault of the server."""

    def serve() -> None:
        while not stop.is_set():
            try:
                _work(url, stop)
            except Exception as error:
                _log.warning("the bell is out of order: %s", type(error).__name__)
            stop.wait(REST_S)

    thread = threading.Thread(target=serve, name="bell", daemon=True)
    thread.start()
    return thread


def _without_stack(record: logging.LogRecord) -> bool:
    """A queue server that is gone or was emptied is an everyday matter: RQ says it with its stack, and then
    so do we.
    """
    everyday = RedisError | OSError | NoSuchJobError | InvalidJobOperation
    if record.exc_info and isinstance(record.exc_info[1], everyday):
        record.exc_info = None
    return True


def _work(url: str, stop: threading.Event) -> None:
    logging.getLogger("rq.worker").addFilter(_without_stack)
    connection: Any = Redis.from_url(url)
    try:
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        worker = _BellRinger(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            maintenance_interval=60,
            worker_ttl=WORKER_TTL_S,
        )
        worker.stop = stop
        worker.work(with_scheduler=False, logging_level="WARNING")
    finally:
        connection.close()
