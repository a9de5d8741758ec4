"""Arguments in, exit code out. The only catcher of errors, and the only room that prints.

Data go to standard output, messages and progress to standard error. One module for each group of commands.
"""

from subsync.cli.app import main, run

__all__ = ["main", "run"]
