"""The two files that SIPRI serves, as tables of the panel: `register` of transfers, `workbook` of spending.

What is read is aggregated here and nowhere else, so the shipped panel and a user's own tables are made alike.
"""

from __future__ import annotations

FIRST_YEAR = 1970  # of the panel
LAST_YEAR = 2021  # of the shipped panel: later years are held back for a blind score


class UnreadableError(ValueError):
    """A file is not laid out as expected; one sentence with the place and the remedy."""
