"""What results say: cases compared, rules left out, variance split, factors ranked, the record met or missed.

Each module turns datasets into a dataset with uncertainty, and that into rows; `text` says how they read in a terminal,
`cases` which case of which result is meant. None plays more than it has to, and none draws.
"""
