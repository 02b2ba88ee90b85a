"""The callback of a thread that is about to block."""

import threading

from xivo_dird.blocking import notify_blocking, set_blocking_callback


def test_the_callback_runs_each_time_the_thread_is_about_to_block():
    calls = []

    def work():
        notify_blocking()
        set_blocking_callback(lambda: calls.append(threading.current_thread().name))
        notify_blocking()
        notify_blocking()

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert calls == ["worker", "worker"]


def test_the_callback_does_not_run_for_other_threads():
    calls = []
    worker = threading.Thread(target=lambda: set_blocking_callback(lambda: calls.append("worker")))
    worker.start()
    worker.join()
    notify_blocking()
    assert calls == []
