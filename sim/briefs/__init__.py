"""A question answered on two printed pages: what changes, by how much, how sure, and what cannot be said.

`blocks` are what a page is made of, each with the numbers behind it; `panels` draws those of the first page. `forms`
names the files a brief can be written to: `html`, `pdf` and `docx` print the same blocks, and share `layout`.
"""
