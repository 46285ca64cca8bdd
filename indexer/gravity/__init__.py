"""Gravity equations of trade: least squares and Poisson with fixed effects, and the index as a regressor."""

# not lazy: a later import of the module `attach` would otherwise put the module in the function's place
from indexer.gravity.attach import CircularityWarning, NoScoreWarning, attach
from indexer.gravity.bias import FewCountriesWarning
from indexer.gravity.domestic import GDPWarning, NoOutputWarning, add_domestic
from indexer.gravity.estimate import ols, ppml
from indexer.gravity.identify import NearlyAbsorbedWarning
from indexer.gravity.result import Fit
from indexer.gravity.second_stage import second_stage

__all__ = [
    "CircularityWarning",
    "FewCountriesWarning",
    "Fit",
    "GDPWarning",
    "NearlyAbsorbedWarning",
    "NoOutputWarning",
    "NoScoreWarning",
    "add_domestic",
    "attach",
    "ols",
    "ppml",
    "second_stage",
]
