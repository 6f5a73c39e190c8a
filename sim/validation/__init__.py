"""Is it true? Forecasts of the model held against what came, and against forecasts that cost nothing.

`hindcast` is the question: `rolling` asks it of one rivalry with a record of its own, `panel` of those of the world
panel, from `origins`. `baselines` are what somebody would say without a model, laid out from `records`. A forecast held
against what came is a row of `scored`, by the rules of `scores`; rows are summed up in a `table` and told in a `text`.
Its numbers come from `runs`; a `yearbook` is what public tables would show of others, by weapon class too, and `blind`
writes by it what nobody has looked at yet.
"""
