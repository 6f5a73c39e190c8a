"""A result directory: written so that it survives a crash, read so that damage is noticed.

`arrays` lays out `store`, which writes through `files`; `manifest` is what a result says of itself, `fingerprint` what
its bits rest on; `dataset` shows a store as xarray, `open` checks a directory first; `tables` and `export` give it to
other programs.
"""
