"""One run told and explained: what happened, why, by whose luck, and why not.

`history` plays a run with the agents and takes it down; `narrative` tells it; `why` answers a question about it from
`decisions` (what was weighed), `draws` (what luck decided) and `contributions` (what each reason was worth);
`systems` names what an order may have bought; `reference` describes the model itself, rule by rule.
"""
