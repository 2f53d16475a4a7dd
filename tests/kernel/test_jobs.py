"""Jobs run only when we wrote them: the signature and the list, against a real Valkey."""

import pickle
import zlib

import pytest
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from civic.kernel.db import transaction
from civic.kernel.jobs import (
    DEAD_AFTER,
    ListedJob,
    SignedSerializer,
    enqueue,
    job,
    make_queue,
    show_life,
)
from civic.worker import Worker

RAN = []


@job
def note(text):
    RAN.append(text)


def not_listed(text):
    RAN.append(f"not listed: {text}")


@pytest.fixture(autouse=True)
def nothing_has_run():
    RAN.clear()


@pytest.fixture
def queue(app, valkey, monkeypatch):
    queue = make_queue(valkey, b"j" * 32)
    queue.connection.flushall()
    monkeypatch.setitem(app.extensions, "queue", queue)
    return queue


@pytest.fixture
def work(app, queue):
    def until_empty():
        worker = Worker(
            [queue], connection=queue.connection, serializer=queue.serializer, job_class=ListedJob
        )
        worker.app = app
        worker.work(burst=True, logging_level="CRITICAL")

    return until_empty


class TestGoodJobs:
    def test_a_listed_job_runs(self, database, work):
        enqueue(note, "hello")
        work()
        assert RAN == ["hello"]

    def test_it_waits_for_the_commit(self, database, queue, work):
        with transaction():
            enqueue(note, "later")
            assert queue.count == 0
        work()
        assert RAN == ["later"]

    def test_the_same_work_is_queued_once(self, database, queue):
        enqueue(note, "once")
        enqueue(note, "once")
        assert queue.count == 1

    def test_what_is_not_listed_cannot_be_queued(self, database, queue):
        with pytest.raises(ValueError, match="@job"):
            enqueue(not_listed, "x")

    def test_a_queue_that_is_away_costs_nothing(self, app, database, monkeypatch):
        monkeypatch.setitem(app.extensions, "queue", make_queue("unix:///no/socket", b"j" * 32))
        enqueue(note, "owed")
        assert RAN == []


class TestForgedJobs:
    """Whoever writes into Redis gets nothing run."""

    def put(self, queue, data, **fields):
        key = f"rq:job:forged-{len(data)}"
        body = {"data": zlib.compress(data), "created_at": "2026-01-01T00:00:00.000000Z",
                "origin": queue.name, "status": "queued", **fields}  # fmt: skip
        queue.connection.hset(key, mapping=body)
        queue.connection.rpush(queue.key, key.removeprefix("rq:job:"))

    @pytest.mark.parametrize(
        "forge",
        [
            pytest.param(lambda mark: pickle.dumps(("os.mkdir", None, (mark,), {})), id="pickle"),
            pytest.param(
                lambda mark: JSONSerializer.dumps(("os.mkdir", None, (mark,), {})), id="json"
            ),
            pytest.param(
                lambda mark: SignedSerializer(b"x" * 32).dumps(["os.mkdir", None, [mark], {}]),
                id="signed by another key",
            ),
            pytest.param(
                lambda mark: SignedSerializer(b"j" * 32).dumps(["os.mkdir", None, [mark], {}]),
                id="signed but not listed",
            ),
        ],
    )
    def test_a_forged_job_does_not_run(self, queue, work, tmp_path, forge):
        mark = tmp_path / "forged"
        self.put(queue, forge(str(mark)))
        enqueue_good(queue)
        work()
        assert not mark.exists()
        assert RAN == ["good"], "the good job behind it still runs"

    def test_an_ordinary_worker_would_have_run_it(self, queue, tmp_path):
        mark = tmp_path / "forged"
        data = JSONSerializer.dumps(("os.mkdir", None, (str(mark),), {}))
        self.put(queue, data)
        ordinary = Queue(queue.name, connection=queue.connection, serializer=JSONSerializer)
        SimpleWorker([ordinary], connection=queue.connection, serializer=JSONSerializer).work(
            burst=True, logging_level="CRITICAL"
        )
        assert mark.exists(), "the attack itself works, so the tests above prove something"

    def test_a_callback_is_not_followed(self, queue, work):
        data = SignedSerializer(b"j" * 32).dumps([f"{__name__}.note", None, ["ran"], {}])
        self.put(queue, data, success_callback_name=f"{__name__}.not_listed")
        work()
        assert RAN == ["ran"]

    def test_a_job_bound_to_an_object_does_not_reach_it(self, queue, work):
        data = SignedSerializer(b"j" * 32).dumps(["__class__", "anything", ["x"], {}])
        self.put(queue, data)
        work()
        assert RAN == []


def enqueue_good(queue):
    Queue.enqueue(queue, f"{__name__}.note", "good")


class TestWhatAKilledWorkerLeaves:
    def begun_by(self, queue, worker):
        enqueue(note, "again")
        [job_id] = queue.get_job_ids()
        queue.connection.lrem(queue.key, 0, job_id)
        left = {"status": "started", "worker_name": worker}
        queue.connection.hset(f"rq:job:{job_id}", mapping=left)

    def test_while_its_worker_lives_a_job_is_not_put_twice(self, database, queue):
        self.begun_by(queue, "busy")
        show_life(queue, "busy")
        enqueue(note, "again")
        assert queue.count == 0

    def test_what_a_dead_worker_began_is_done_by_another(self, database, queue, work):
        self.begun_by(queue, "dead")
        enqueue(note, "again")
        work()
        assert RAN == ["again"]

    def test_what_was_taken_and_never_begun_is_put_again(self, database, queue):
        enqueue(note, "taken")
        queue.connection.delete(queue.key)
        enqueue(note, "taken")
        assert queue.count == 1

    def test_a_working_worker_shows_life(self, queue, work):
        work()
        [key] = queue.connection.keys("civic:lives:*")
        assert 0 < queue.connection.ttl(key) <= DEAD_AFTER

    def test_a_job_that_goes_while_we_look_is_no_error(self, database, queue, monkeypatch):
        enqueue(note, "gone")
        found = queue.fetch_job(queue.get_job_ids()[0])
        queue.connection.flushall()
        monkeypatch.setattr(queue, "fetch_job", lambda _key: found)
        enqueue(note, "gone")
        assert queue.count == 1

    def test_whatever_ails_the_queue_what_is_stored_is_no_error(self, database, queue, monkeypatch):
        monkeypatch.setattr(queue, "fetch_job", lambda _key: 1 / 0)
        enqueue(note, "owed")
        assert queue.count == 0
