"""A study carried out: many runs played into a result directory, interrupted, resumed, grown, joined, verified.

`run` and `play` hand out what is left to play to `workers` or to `dask`, until all is there or `stopping` says enough;
`compatibility` refuses what would mix, `cost` tells beforehand what it takes, `shards` joins, `verify` checks.
"""
