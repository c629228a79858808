"""The developer's and the administrator's door.

An unconfigured checkout is a development checkout: with neither SECRET_KEY nor DEBUG set, commands run
with DEBUG=true on a local SQLite file. The web server does not come through here and refuses to start so.
"""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "komatsu_support.settings")
    if "SECRET_KEY" not in os.environ:
        os.environ.setdefault("DEBUG", "true")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
