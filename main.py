"""Chegou: `python main.py --help` tells what can be typed."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
