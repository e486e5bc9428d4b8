"""The processes of this machine, as /proc tells of them."""

from pathlib import Path


def running():
    """Command lines of all living processes by id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    found[int(entry.name)] = (entry / "cmdline").read_bytes()
            except OSError:
                continue
    return found


def descendants(pid):
    """The living processes below ``pid``."""
    children = {}
    for other in running():
        try:
            parent = int((Path("/proc") / str(other) / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, set()).add(other)
    found, todo = set(), [pid]
    while todo:
        below = children.get(todo.pop(), set()) - found
        found |= below
        todo += below
    return found
