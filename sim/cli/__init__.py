"""The command `armsrace`: words parsed, a public function called, its answer printed.

`main` has the verbs in order, and says what becomes of mistakes and of Ctrl-C. The verbs stand in `look` (play
nothing), `play` (one history), `sweep` (many, and their results), `analyse` (what they say), `calibrate` (numbers
fitted), `validate` (what came), `brief` (two pages), `app` (a live page), `lesson` (listed, opened, printed),
`plot` (figures, other formats)
and `draft` (files to go on from); `options` is what several of them take, `printing` a table, `streams` what they print
to. What a result says in words belongs to the room it is of.
"""
