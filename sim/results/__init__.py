"""A result directory: written so that it survives a crash, read so that damage is noticed.

`arrays` lays out `store`, which writes through `files`; `clearing` makes room, which is what `--force` removes;
`manifest` is what a result says of itself, `fingerprint` what its bits rest on; `dataset` shows a store as xarray,
`open` checks a directory first; `tables` and `export` give it to other programs, `report` words it for people.

Two words of the file format are older than ours, and stay so that results can still be read and their bytes do not
change: on disk a *kept path* is a ``member`` (a dimension of the arrays, an entry of the manifest) and a *batch* is a
``piece`` (a dimension of the histograms, a key of each marker and of the log).
"""
