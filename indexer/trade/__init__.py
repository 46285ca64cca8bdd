"""Trade by product: shares and specialisation, the list of AI goods and services, whose report of a flow is used."""

from __future__ import annotations

from typing import Any

_PUBLIC = {
    "market_share": "specialisation",
    "trade_competitiveness": "specialisation",
    "balassa": "specialisation",
    "symmetric_rca": "specialisation",
    "michaely": "specialisation",
    "trade_intensity": "specialisation",
    "by_product": "by_product",
    "select": "products",
    "choose_reports": "reports",
    "with_zeros": "reports",
}
__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    globals()[name] = found
    return found
