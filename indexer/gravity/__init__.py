"""Gravity equations of trade: least squares and Poisson with fixed effects, and the index as a regressor."""

# not lazy: a later import of the module `attach` would otherwise put the module in the function's place
from indexer.gravity.attach import CircularityWarning, NoScoreWarning, attach
from indexer.gravity.bias import FewCountriesWarning
from indexer.gravity.control_function import control_function
from indexer.gravity.control_result import ControlFunction
from indexer.gravity.detectable import Detectable, detectable
from indexer.gravity.domestic import GDPWarning, NoOutputWarning, add_domestic
from indexer.gravity.estimate import ols, ppml
from indexer.gravity.etable import RegressionTable, etable
from indexer.gravity.identify import NearlyAbsorbedWarning
from indexer.gravity.result import Fit
from indexer.gravity.second_stage import second_stage
from indexer.gravity.stata import to_stata

__all__ = [
    "CircularityWarning",
    "ControlFunction",
    "Detectable",
    "FewCountriesWarning",
    "Fit",
    "GDPWarning",
    "NearlyAbsorbedWarning",
    "NoOutputWarning",
    "NoScoreWarning",
    "RegressionTable",
    "add_domestic",
    "attach",
    "control_function",
    "detectable",
    "etable",
    "ols",
    "ppml",
    "second_stage",
    "to_stata",
]
