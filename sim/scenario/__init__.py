"""A document becomes an initial state: read, checked, opened.

`document` reads YAML and keeps the lines, `problems` puts what is wrong into sentences, `schema` has the documents as
types; `check` and `check_numbers` hold them against the vocabulary, `initial` works out the position before the
first step; `claims` tells where each claim of the articles lives. Reads `sim.evidence` and `sim.observed`.
"""
