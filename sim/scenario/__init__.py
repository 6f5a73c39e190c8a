"""A document becomes an initial state: read, checked, opened.

- read: `strict_yaml` text, `syntax` what is wrong with it, `document` data that knows its lines, `schema` the documents
  as types, `problems` what is wrong with their form in sentences, `display_names` what can be shown, `files` the
  scenario a name means, `rule_sets` rules by the name of a set,
  `relations` what lies between suppliers and clients, `json_schema` for editors;
- checked: `check` names, `check_numbers` numbers, `check_expectations` signs, `check_decisions` decisions,
  `check_record` the record, `check_opening` that an opening is not another's; `census` counts and warns; `own_rules`
  reads the rules of a user, `trial` asks them once;
- opened: `knowledge` of which months a scenario knows, `record` what the observed tables say, `orders` what is on
  order, `changes` what is to come, `decisions` what persons decide, `settings` the parameters of a game,
  `opening_values` all quantities before the first step, `initial` the position, and a game.

`claims` tells where each claim of the articles lives, `claim_effects` what it does. Reads `sim.evidence` and
`sim.observed`.
"""
