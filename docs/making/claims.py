"""The page of evidence: from claims of the articles to what carries them and what that does in the model."""

from __future__ import annotations

from itertools import groupby

from sim import evidence
from sim.explain.cards import mechanism_link
from sim.model.rule import CATALOGUE
from sim.scenario import claim_effects, claims


def pages() -> dict[str, str]:
    """Return the page."""
    homes, known = claims.homes(), evidence.claims()
    carried = sum(any(home.kind != "none" for home in found) for found in homes.values())
    measured = [claim_effects.told(number) for number in known]
    tried = [told for told in measured if told]
    borne = sum(not told.startswith(claim_effects.NOT_CARRIED) for told in tried)
    parts = [
        "# Evidence",
        "From claims to rules to sources. The articles the model was made from say "
        f"{len(known)} things, numbered and paraphrased here; opinions quoted in them are treated as hypotheses. "
        f"{carried} are carried by a rule, a number, an event or a test; of the others it is said why nothing does. "
        f"{len(tried)} were tried out by pulling what carries them: of {borne} the effect can be told from luck, with "
        f"the sign that was expected where one was, of {len(tried) - borne} not. "
        "All works, data and their licences are under [sources](../reference/sources.md).",
    ]
    by_article = sorted(known.items(), key=lambda item: (item[1][0].key, item[0]))
    for article, group in groupby(by_article, key=lambda item: item[1][0]):
        parts += [
            f"## {article.outlet} ({article.date[:4]})",
            f"[{article.title}](../reference/sources.md#{article.key})",
        ]
        parts.append("\n".join(_claim(key, claim.says, homes[key]) for key, (_, claim) in group))
    return {"claims": "\n\n".join(parts) + "\n"}


def _claim(key: str, says: str, homes: tuple[claims.Home, ...]) -> str:
    """Return a claim, what carries it and what that does."""
    does = claim_effects.told(key)
    return f"- **{key}** {says.rstrip('.')}.\n  *Carried by* {_carriers(homes)}." + (
        f"\n  *Effect* {does}." if does else ""
    )


def _carriers(homes: tuple[claims.Home, ...]) -> str:
    """Return what carries a claim, each with a link."""
    return "; ".join(dict.fromkeys(map(_carrier, homes))) or "nothing"


def _carrier(home: claims.Home) -> str:
    if home.kind == "rule":
        return mechanism_link(CATALOGUE[home.name]).replace("](", "](../reference/")
    if home.kind == "none":
        return f"nothing: {home.says.rstrip('.')}"
    name = home.name.rpartition("::")[2]
    where = f" in [`{home.scenario}`](scenarios/{home.scenario}.md)" if home.scenario else ""
    return f"{home.kind} `{name}`{where}"
