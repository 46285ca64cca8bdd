"""Names of columns, and the digits of published numbers, that several rooms share, once."""

DECIMALS = 6
"""Digits of published numbers; scores are compared so, and no rank rests on digits that nobody can see."""

ECONOMY = "economy"
YEAR = "year"
VALUE = "value"
INDICATOR = "indicator"
SET = "set"
EXPORTER = "exporter"
IMPORTER = "importer"
TRADE = "trade"
INDEX = "index"
RANK = "rank"
OBSERVED_SHARE = "observed_share"
