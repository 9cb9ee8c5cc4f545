"""Prefect's settings for a program that also runs on a slow machine without network.

Prefect reads its environment when it is imported: call `apply_defaults` before. A value that the user has set stays.
"""

import os

OFFLINE_AND_PATIENT = {
    # No analytics, no update checks: nothing leaves the machine.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # The embedded server has been seen to need 56 s on a busy two-core machine; Prefect's own limit is 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
}

OWN_PROGRESS = {
    # The command line draws its own progress; Prefect's lines would tear the bars.
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
}


def apply_defaults(own_progress: bool = False) -> None:
    """Set what the user has not set.

    Args:
        own_progress: whether the caller shows the progress itself, so that Prefect reports errors only.
    """
    for name, value in (OFFLINE_AND_PATIENT | (OWN_PROGRESS if own_progress else {})).items():
        os.environ.setdefault(name, value)
