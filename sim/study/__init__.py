"""What is asked: an experiment becomes points, and points with a scenario become a study.

From a wish to work: `request` takes what a caller names, `experiment` and `designs` are the document, `slots` and
`factors` find a number in a scenario and put another there, `resolved` is the experiment understood, `samplers`,
`sample_table` and `points` choose the settings, `study` holds all that decides the numbers, `layout` how it is cut;
`checking` counts the numbers of a document, and the points. Nothing here plays.
"""
