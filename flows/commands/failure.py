"""The error of a command that cannot do what it was asked."""


class CommandError(Exception):
    """A command failed for a reason a person can mend; the message says what, which and how."""
