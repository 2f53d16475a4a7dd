"""Real elections for the oracles, and the choice between the quick ones and every one."""

from __future__ import annotations


def pytest_addoption(parser):
    parser.addoption(
        "--every-election",
        action="store_true",
        help="let pabutools count the largest elections too (about half an hour)",
    )
