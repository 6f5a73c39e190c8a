"""A question answered on two printed pages: what changes, by how much, how sure, and what cannot be said.

`question` says what is asked and `sides` what it is asked of, `plays` plays what is missing, once. What changes is in
`effects`, how sure that is in `ladder`; `headline` and `findings` choose their words by it, `panels` the pictures.
`rests_on` moves the `assumptions`, `cannot_say` has the limits, `track_record` how well the model has done, `method`
how all was made. `numbers` rounds, `pages` puts everything together into `blocks`, each with the numbers behind it, and
`written` keeps those as data. `forms` names the files a brief can be written to: `html`, `pdf` and `docx` print the
same blocks, and share `layout`. `brief` is the verb.
"""
