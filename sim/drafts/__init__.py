"""What writes a new file for somebody to go on from.

- `import_sipri` makes tables of the panel from the files that SIPRI serves.
- `rivalry` writes a scenario of two states of the panel: `states` and `suppliers` are its actors, `imports` what they
  bought, `archetypes` kinds of supplier, `figures` numbers with their basis, `writing` the file.
- `templates` writes a small scenario, rule or experiment to fill in.
"""
