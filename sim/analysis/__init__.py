"""What results say: cases compared, rules left out, variance split, factors ranked, the record met or missed.

`compare` takes two cases run by run, `ablate` each rule left out; `variance` splits what a designed sweep spreads over,
`effects` ranks its factors by `factor_effects` and `lever_effects`, `tornado` lays them out in the words of
`factor_words`; `outlooks` holds several cases against the first, `war_onsets` tells when war starts in each, `beside`
what a case is shown beside; ``targets`` holds a scenario against the record, `signs` against what it expects of itself.
Each turns datasets into a dataset with uncertainty, and that into rows; `text` says how they read in a terminal,
`cases` which case of which result is meant. None plays more than it has to, and none draws.
"""
