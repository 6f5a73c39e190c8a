"""A live page of the model on one's own machine: what if, one history, seats.

`levers` are what may be moved, a `setting` is what was asked, `answer` plays it and says each month what is to be drawn
(`frames`), `history` tells one run month by month. `explorer` plays beforehand what may be asked and writes it as
`one_file`; `lesson` lists lessons, opens one and prints it, `lesson_pages` tells the page of them. `serve` opens the
page, `server` speaks to the browser, and `pool` shares processes between all who ask. The folder ``page`` is what the
browser is given. Nothing here knows the engine:
it watches, replays and compares as anybody can in Python.
"""
