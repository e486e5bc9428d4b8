import threading

from server.api.counters import FORGET_EVERY_S, Counters
from tests import town


def test_a_window_counts_from_its_first_call_until_it_ends(steady):
    counters = Counters(now=steady)
    assert [counters.incr("kim", 60), counters.incr("kim", 60), counters.incr("lee", 60)] == [1, 2, 1]
    assert counters.get_expiry("kim") == steady.at + 60
    steady.at += 59.9
    assert counters.incr("kim", 60) == 3
    steady.at += 0.1
    assert (counters.get("kim"), counters.get_expiry("kim")) == (0, steady.at)
    assert counters.incr("kim", 60) == 1


def test_what_is_over_is_forgotten_so_that_strangers_do_not_fill_the_memory(steady):
    counters = Counters(now=steady)
    for number in range(1000):
        counters.incr(f"stranger {number}", 30)
    steady.at += FORGET_EVERY_S
    counters.incr("kim", 60)
    assert counters.reset() == 1


def test_counting_begins_no_thread_and_loses_no_call(phone):
    before = threading.active_count()
    counters = Counters()
    callers = [threading.Thread(target=lambda: [counters.incr("all", 600) for _ in range(500)]) for _ in range(4)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    assert counters.get("all") == 2000
    assert phone("cad112").post("/v1/incidents", town.report()).status_code == 201
    assert threading.active_count() == before
