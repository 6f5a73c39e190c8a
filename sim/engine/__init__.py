"""One play: the same turn by numpy over many runs, by a compiled program, or by Mesa agents for one run.

`ensemble` asks everybody at once, `model` and `agents` ask each agent; neither knows of the other. `compiled` plays
programs of XLA: `program` makes one by playing a month on the arrays of `traced`, `philox` draws its luck, `prepared`
lays out what it is run with; nothing else imports jax. `record` takes down
what is kept, `yearly` what statistics of whole histories need, `soundness` finds the runs that break, `blocks` and
`chunk` say which runs are played together, `output` what is kept of them. Nothing here reads a document or writes a
file.
"""
