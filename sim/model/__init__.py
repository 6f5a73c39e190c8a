"""What decides a number: the vocabulary, the rules, the books and the order of play.

Numpy and the standard library only, and of numpy what other array libraries have too, so that one can be put under the
same rules: `loops` says in a form for both what numpy does only where there is something to do. A file here knows
no document, no file and no engine: it is handed arrays and returns arrays.

`variables` declares every quantity, `parameter` a number with its origin, `world` the arrays of a run, `streams` its
luck; `rule` files the functions of ``rules/<phase>/``, ``accounting/`` holds what nobody decides, `seats` names what
a person may decide in their place, `engines` who may play, and `turn` plays all in their order. `outcomes` says what
a run can come to, `mistakes` how a user is told, and `arguments` takes what is handed over: seeds, counts, names.
"""
