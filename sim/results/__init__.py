"""A result directory: written so that it survives a crash, read so that damage is noticed.

`arrays` lays out `store`, which writes through `files`, or what stays in `memory`; `parts` says what a batch puts
there; `frame` is what follows from the study alone, `citations` its sources, `manifest` what a result says of itself,
`fingerprint` what its bits rest on, `documents` the form that all of these have. `checked` reads nothing but what was
written, `dataset` shows it as xarray, `open` does so for a directory; `tables` and `export` give it to other programs,
`report` words it for people, `clearing` makes room for another.

Two words of the file format are older than ours, and stay so that results can still be read and their bytes do not
change: on disk a *kept path* is a ``member`` (a dimension of the arrays, an entry of the manifest) and a *batch* is a
``piece`` (a dimension of the histograms, a key of each marker and of the log).
"""
