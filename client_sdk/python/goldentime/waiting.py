"""How long to wait before the next try. Pure."""

LEAST_S = 0.5
MOST_S = 15.0


def back_off(failures: int, random: float) -> float:
    """Seconds to wait after so many failures in a row (1 or more), with ``random`` of 0..1.

    The bound doubles each time; anything below it is as likely, so that no fleet comes back as one (full jitter).
    Source: AWS Architecture Blog, Exponential Backoff And Jitter.
    """
    return random * min(MOST_S, LEAST_S * 2.0 ** min(failures - 1, 10))
