"""One play: the same turn by numpy over many runs, or by Mesa agents for one.

`ensemble` asks everybody at once, `model` and `agents` ask each agent; neither knows of the other. `record` takes down
what is kept, `yearly` what statistics of whole histories need, `soundness` finds the runs that break, `blocks` and
`chunk` say which runs are played together, `output` what is kept of them. Nothing here reads a document or writes a
file.
"""
