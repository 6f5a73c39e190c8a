"""A question answered on two printed pages: what changes, by how much, how sure, and what cannot be said.

`question` says what is asked and `sides` what it is asked of, `plays` plays what is missing, once. What changes is in
`effects`, how sure that is in `ladder`; `headline` and `findings` choose their words by it. `numbers` rounds,
`pages` puts everything together into `blocks`, of which every number knows where it came from; `written` keeps them as
data, `forms` knows the files that can be made of them. `brief` is the verb.
"""
