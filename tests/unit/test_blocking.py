"""Threads that say that they are about to wait."""

import threading

from xivo_dird.blocking import notify_blocking, set_blocking_callback


def test_who_counts_on_a_thread_is_told_each_time_it_is_about_to_block():
    told = []

    def work():
        notify_blocking()
        set_blocking_callback(lambda: told.append(threading.current_thread().name))
        notify_blocking()
        notify_blocking()

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert told == ["worker", "worker"]


def test_other_threads_are_none_of_its_business():
    told = []
    worker = threading.Thread(target=lambda: set_blocking_callback(lambda: told.append("worker")))
    worker.start()
    worker.join()
    notify_blocking()
    assert told == []
