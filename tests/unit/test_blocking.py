"""Threads that say that they are about to wait."""

import threading

from xivo_dird.blocking import about_to_block, before_blocking


def test_who_counts_on_a_thread_is_told_each_time_it_is_about_to_block():
    told = []

    def work():
        about_to_block()
        before_blocking(lambda: told.append(threading.current_thread().name))
        about_to_block()
        about_to_block()

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert told == ["worker", "worker"]


def test_other_threads_are_none_of_its_business():
    told = []
    worker = threading.Thread(target=lambda: before_blocking(lambda: told.append("worker")))
    worker.start()
    worker.join()
    about_to_block()
    assert told == []
