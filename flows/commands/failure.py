"""The error of a command that cannot do what it was asked."""


class CommandError(Exception):
    """A command failed for a reason a person can mend; the message says what, which and how."""


STOPPED = 130
"""Exit status of a command that a person stopped with Ctrl+C, as shells have it."""
