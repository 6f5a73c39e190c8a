"""A study carried out: many runs played into a result directory, interrupted, resumed, grown, joined, verified.

`run` begins a sweep and `resume` goes on with one; both let `play` hand out batches to `workers` or to `dask`, each of
them played by `batch`, until all are there or `stopping` says that there are enough runs. `compatibility` refuses what
would mix, `cost` tells beforehand what it takes, `shards` deals out and joins, `verify` checks,
`mending` mends what can be. `watch` plays without a directory, and lets somebody look on.
"""
