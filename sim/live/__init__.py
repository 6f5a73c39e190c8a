"""A live page of the model on one's own machine: what if, one history, seats.

`levers` are what may be moved, a `setting` is what was asked, `answer` plays it and says each month what is to be drawn
(`frames`), `briefed` makes a brief of it, `history` tells one run month by month, `card` what a rule says. `explorer`
plays beforehand what may be asked and writes it as `one_file`, with the page's `font` in it; `lesson` lists lessons,
opens one and prints it, `lesson_pages` tells the page of them. A class begins a `new_game` and plays it (`game`):
`seen` is what each seat and the facilitator are told of it, `kept_games` its files, `seats` its routes. `serve` opens
the page at an `address`, `server` speaks to the browser, `guard` says who may, `pool` shares `processes` between all
who ask. The folder ``page`` is what the browser is given. Nothing here knows the engine: it watches, replays, compares
and steps the agents as anybody can in Python.
"""
