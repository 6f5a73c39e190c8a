"""What writes a new file for somebody to go on from.

- `import_sipri` makes tables of the panel from the files that SIPRI serves.
"""
