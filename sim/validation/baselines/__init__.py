"""Forecasts that cost nothing: what somebody at an origin would say without a model.

`spending` of states, `suppliers` of arms by their shares, and `conflict`, when and how often. Each takes records of
which it looks at nothing from the origin on, unless its name says what is known afterwards.
"""
