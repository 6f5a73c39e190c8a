"""Lessons of up to an hour: a prediction before the levers move, and numbers that can be played again.

A lesson is one Markdown file of the folder ``lessons`` at the top of the repository. `lesson` is what it holds,
`reading` reads and checks it, `replaying` plays its expected numbers, `markdown` turns its text into HTML or a tree,
`sheets` makes of it what a student or a teacher is given on paper, `printing` a file of that (`sheets_html`,
`sheets_pdf`; designs in ``sheet.css`` and ``sheet.typ``).
The page that plays a lesson in a browser is in `sim.live`.
"""
