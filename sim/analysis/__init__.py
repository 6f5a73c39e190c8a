"""What results say: cases compared, rules left out, variance split, factors ranked, the record met or missed.

Each module turns datasets into a dataset with uncertainty, and that into rows; none plays more than it has to, and
none draws.
"""
