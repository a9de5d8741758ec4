"""Arguments in, exit code out. The only catcher of errors, and the only room that prints.

Data go to standard output, messages and progress to standard error. One module for each group of commands.
"""

import sys

if sys.platform == "win32":  # before anything is imported that it has not
    sys.exit("subsync runs on Linux and macOS; on Windows run it inside WSL (learn.microsoft.com/windows/wsl).")

from subsync.cli.app import main, run

__all__ = ["main", "run"]
