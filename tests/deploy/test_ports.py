import socket

import pytest

from deploy.ports import free_port


@pytest.fixture
def busy():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_stepped_over(busy):
    assert free_port(busy) > busy


def test_a_port_given_to_somebody_else_is_stepped_over(busy):
    first = free_port(busy)
    assert free_port(busy, taken=[first]) > first


def test_zero_asks_the_system():
    assert free_port(0) > 1023


def test_no_free_port_is_an_error(busy):
    with pytest.raises(OSError, match="no free port"):
        free_port(busy, tries=1)
