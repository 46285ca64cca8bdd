"""Studies: a question of the literature, answered on facts with tables, figures and a plain sentence.

Every study takes the options of `indexer.study.options.Options`; `data` is a path or paths of the user's own files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.study.report import Study

QUESTIONS = {
    "china-asean": ("china_asean", "Does trade of China with ten ASEAN members go with the partner's AI development?"),
    "asymmetry": ("asymmetry", "Does AI go with exports more than with imports?"),
    "distance": ("distance", "Does distance matter less where AI is developed, and has it come to matter less?"),
    "mechanisms": ("mechanisms", "Does AI work through supply chains and trade facilitation?"),
    "rcep": ("rcep", "Does AI matter more under RCEP, and what would a deeper agreement change?"),
    "rules": ("rules", "How deep are digital trade rules between two economies, and does their trade follow?"),
    "connectivity": ("connectivity", "Hard or soft connectivity: ships and networks, or rules and facilitation?"),
    "digital-services": (
        "digital_services",
        "What do exports of digitally deliverable services of RCEP members go with?",
    ),
    "competitiveness": ("competitiveness", "Who gains in digital trade: shares, specialisation, digital technology?"),
    "audit": ("audit_table", "Can the amounts and growth rates of a printed table both be right?"),
    "ai-trade": ("ai_trade", "Trade in AI goods and services by category, from product-level files"),
}
"""Name of a study: the module of `indexer.study.questions` that answers it, and the question."""
NAMES = tuple(QUESTIONS)


def question(name: str) -> str:
    """Return the question of a study in one line."""
    return QUESTIONS[_known(name)][1]


def run(name: str, **options: Any) -> Study:
    """Run the study of that name.

    Raises
    ------
    UsageError
        If there is none, or it does not take an option.
    """
    from indexer.errors import UsageError

    study, takes = _answer(name)
    if takes is not None:
        for option in options:
            if option not in takes:
                remedy = f"one of: {', '.join(takes)}"
                raise UsageError(f"{name} takes no option {option!r}", where="study", remedy=remedy)
    found: Study = study(**options)
    return found


def shares_options(name: str) -> bool:
    """Tell whether a study takes all options of `indexer.study.options`."""
    return _answer(name)[1] is None


def china_asean(**options: Any) -> Study:
    """China's trade with the ten ASEAN members, or all trade of a file, on the index: a ladder of designs."""
    return run("china-asean", **options)


def asymmetry(**options: Any) -> Study:
    """Stack exports and imports: is the coefficient on AI the same."""
    return run("asymmetry", **options)


def distance(**options: Any) -> Study:
    """AI × ln distance, and the path of the distance elasticity."""
    return run("distance", **options)


def mechanisms(**options: Any) -> Study:
    """Mediation through shipping, logistics and facilitation."""
    return run("mechanisms", **options)


def rcep(**options: Any) -> Study:
    """RCEP × AI, growth inside and outside, and a deeper agreement as a scenario."""
    return run("rcep", **options)


def rules(**options: Any) -> Study:
    """Depth and restrictiveness of digital trade rules by pair, and their effect."""
    return run("rules", **options)


def connectivity(**options: Any) -> Study:
    """Hard against soft connectivity, and the reported totals of 2024 and 2025 checked."""
    return run("connectivity", **options)


def digital_services(**options: Any) -> Study:
    """Exports of digitally deliverable services on size, openness, infrastructure and ICT."""
    return run("digital-services", **options)


def competitiveness(**options: Any) -> Study:
    """Market share, trade competitiveness, specialisation, and the digital part of the index."""
    return run("competitiveness", **options)


def audit(**options: Any) -> Study:
    """Check a table of amounts and growth rates."""
    return run("audit", **options)


def ai_trade(**options: Any) -> Study:
    """Trade in AI goods and services by four categories."""
    return run("ai-trade", **options)


def _known(name: str) -> str:
    from indexer.errors import UsageError

    if name not in QUESTIONS:
        raise UsageError(f"no study {name!r}", where="study", remedy=f"one of: {', '.join(NAMES)}")
    return name


def _answer(name: str) -> tuple[Any, list[str] | None]:
    """Return the function that answers a question, and its options; None where it takes all that studies share."""
    from importlib import import_module
    from inspect import Parameter, signature

    study = import_module(f"indexer.study.questions.{QUESTIONS[_known(name)][0]}").study
    parameters = signature(study).parameters.values()
    if any(one.kind is Parameter.VAR_KEYWORD for one in parameters):
        return study, None
    return study, [one.name for one in parameters]
