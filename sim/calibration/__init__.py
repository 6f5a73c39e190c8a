"""Numbers from records: what a panel of states says of parameters, and what a state's own record adds to it.

`pooled` fits the spending of all states of the panel up to a year; `spending` fits one state's record with that as
prior; `refit` puts both into a scenario that opens at some month, knowing nothing later.
`disputes` has how often they begin between two states.

And from many runs: `calibrate` goes from the document to a posterior. `waves` plays samples and draws the next one from
what its `emulator` does not find implausible; runs and record are compared by `summaries`; `inference` accepts and
adjusts, `recovery` asks what one history can tell, `confirmation` looks again under fresh luck.
"""
