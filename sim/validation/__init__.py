"""Is it true? Forecasts of the model held against what came, and against forecasts that cost nothing.

`scores` say how good a forecast was.
"""
