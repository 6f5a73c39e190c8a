"""One run told and explained: what happened, why, by whose luck, and why not.

`history` plays a run with the agents and takes it down as `happening` says, where `kinds` (one file for each kind of
happening) notice what is worth telling; `narrative` tells it and `replay` re-enacts a run of a sweep. `why` answers a
question about it by an `explanation` of `decisions`: what was `seen`, the `contributions` of each reason, all `terms`
that sum to what was decided, the `draws` by which luck decided. `lead` says in one sentence what mattered, `sentences`
what a reason says, `asking` puts to an entry again what it was asked, `licence` weighs what a supplier lets a client
have, `taken` tells what a person decided in the place of rules. `systems` names what an order may have bought, `kind`
says what a kind of happening declares.

`advice` asks an actor's rules ahead of a month what they would decide, and what is `perceived` then; `deciding` words
what persons may decide in their place. `debrief` holds a played history beside what the rules would have done, which
gives a `debriefing`.

The model is explained, too: `catalogue` lists and shows what there is, with `actors` and `parameters` in files of their
own, `cards` describes a rule or an entry, `reference` writes the pages of docs/reference, `validation` that of
hindcasts, `citation` says how to cite it all.
"""
