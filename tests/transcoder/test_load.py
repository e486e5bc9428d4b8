import pytest

from transcoder.load import LEAST_S, WINDOW_S, Load


class Kernel:
    """Its files, in a folder. Seconds pass with ``step``."""

    def __init__(self, root):
        self.proc, self.cgroups = root / "proc", (root / "cgroup", root / "cgroup" / "unified")
        self.now, self.waited_us, self.own_us, self.busy, self.idle = 1000.0, 0, 0, 0, 0
        self.own = None
        self.has_pressure = True
        (self.proc / "pressure").mkdir(parents=True)
        (self.proc / "self").mkdir()
        self.write()

    def put_in_cgroup(self, mount, path):
        (self.proc / "self" / "cgroup").write_text(f"4:memory:/elsewhere\n0::/{path}\n")
        self.own = mount / path
        self.own.mkdir(parents=True, exist_ok=True)

    def step(self, seconds, *, waiting=0.0, busy=0.0, own=0.0):
        self.now += seconds
        self.waited_us += round(waiting * seconds * 1e6)
        self.busy += round(busy * seconds * 100)
        self.idle += round((1 - busy) * seconds * 100)
        self.own_us += round(own * seconds * 1e6)
        self.write()
        return self.now

    def write(self):
        if self.has_pressure:
            (self.proc / "pressure" / "cpu").write_text(pressure(self.waited_us))
        if self.own:
            (self.own / "cpu.pressure").write_text(pressure(self.own_us))
        spread = f"{self.busy} 0 0 {self.idle} 0 0 0 0 0 0"
        (self.proc / "stat").write_text(f"cpu  {spread}\ncpu0 {spread}\nintr 5\n")

    def without_pressure(self):
        self.has_pressure = False
        (self.proc / "pressure" / "cpu").unlink()


def pressure(total_us):
    averages = "avg10=99.00 avg60=99.00 avg300=99.00"
    return f"some {averages} total={total_us}\nfull {averages} total=7\n"


@pytest.fixture
def kernel(tmp_path):
    return Kernel(tmp_path)


@pytest.fixture
def load(kernel):
    return Load(kernel.proc, kernel.cgroups)


def after(load, kernel, seconds, **steps):
    """The load when that many seconds have passed in ticks of a tenth."""
    value = None
    for _ in range(round(seconds * 10)):
        value = load.read(now=kernel.step(0.1, **steps))
    return value


@pytest.mark.parametrize("waiting", [0.0, 0.4, 0.7, 1.0])
def test_the_load_is_the_share_of_time_in_which_somebody_waited(load, kernel, waiting):
    assert after(load, kernel, 4, waiting=waiting) == pytest.approx(waiting)


def test_a_short_burst_is_smoothed_over_three_seconds_and_then_forgotten(load, kernel):
    after(load, kernel, 4)
    assert after(load, kernel, 0.3, waiting=1.0) == pytest.approx(0.1)
    assert after(load, kernel, WINDOW_S - 0.3) == pytest.approx(0.1, abs=0.01)
    assert after(load, kernel, 0.5) == 0


def test_nothing_is_said_before_there_is_a_second_of_history(load, kernel):
    load.read(now=kernel.now)
    assert after(load, kernel, LEAST_S - 0.1, waiting=1.0) == 0
    assert after(load, kernel, 0.2, waiting=1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("mount", [0, 1], ids=["version 2 alone", "beside version 1"])
def test_the_pressure_of_our_own_cgroup_is_taken_before_the_hosts(kernel, mount):
    kernel.put_in_cgroup(kernel.cgroups[mount], "system.slice/transcoder.service")
    load = Load(kernel.proc, kernel.cgroups)
    assert after(load, kernel, 4, waiting=0.1, own=0.8) == pytest.approx(0.8)


def test_a_cgroup_without_pressure_leaves_the_hosts(kernel):
    kernel.put_in_cgroup(kernel.cgroups[0], "transcoder")
    kernel.own = None
    assert after(Load(kernel.proc, kernel.cgroups), kernel, 4, waiting=0.3) == pytest.approx(0.3)


@pytest.mark.parametrize(("busy", "expected"), [(0.0, 0.0), (0.6, 0.0), (0.8, 0.5), (0.9, 0.75), (1.0, 1.0)])
def test_a_kernel_without_pressure_is_asked_how_busy_it_is(load, kernel, busy, expected):
    kernel.without_pressure()
    assert after(load, kernel, 4, busy=busy) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("text", ["", "full avg10=0.00 total=5\n", "some avg10=1 total=lots\n", "some total\n"])
def test_pressure_of_another_form_is_as_good_as_none(load, kernel, text):
    kernel.has_pressure = False
    (kernel.proc / "pressure" / "cpu").write_text(text)
    assert after(load, kernel, 4, busy=1.0) == pytest.approx(1.0)


def test_a_count_that_begins_again_or_moves_to_another_file_gives_no_wild_value(load, kernel):
    after(load, kernel, 4, waiting=0.5)
    kernel.waited_us = 0
    assert after(load, kernel, 0.5, waiting=0.5) == 0
    assert after(load, kernel, 2, waiting=0.5) == pytest.approx(0.5)
    kernel.without_pressure()
    assert after(load, kernel, 0.5, busy=1.0) == 0
    assert after(load, kernel, 2, busy=1.0) == pytest.approx(1.0)


def test_a_gap_in_the_asking_is_counted_whole(load, kernel):
    after(load, kernel, 4)
    assert load.read(now=kernel.step(60, waiting=0.5)) == pytest.approx(0.5, rel=0.1)


def test_memory_is_bounded_however_often_it_is_asked(load, kernel):
    for _ in range(10_000):
        load.read(now=kernel.now)
        kernel.now += 0.001
    assert len(load._samples) <= WINDOW_S / 0.05 + 2


def test_where_nothing_can_be_read_it_says_so(tmp_path):
    with pytest.raises(OSError, match=r"the load is unknown: .*pressure/cpu and .*stat cannot be read"):
        Load(tmp_path, (tmp_path,)).read(now=0.0)


def test_this_machine_can_be_read():
    load = Load()
    load.read(now=0.0)
    assert 0 <= load.read(now=1.0) <= 1
