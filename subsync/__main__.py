"""``python -m subsync``: the command, also where another package's ``subsync`` script stands first on the path."""

from subsync.cli import run

if __name__ == "__main__":
    run()
