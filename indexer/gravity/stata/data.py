"""Variables for Stata: names that it takes, labels, text as numbers with labels."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from indexer.gravity.etable.names import effect_name, term_name
from indexer.gravity.result import Fit
from indexer.gravity.stata.commands import Model
from indexer.gravity.terms import INTERCEPT

LONGEST_NAME, LONGEST_LABEL = 32, 80
LONGEST_TEXT = 31_000
"""Bytes of all labels of one variable that the format has room for, about."""
LARGEST = 2_147_483_620
"""Of a Stata long."""
RESERVED = frozenset(
    "_all _b byte _coef _cons double float if in int long _n _N _pi _pred _rc _skip strL using with".split()  # noqa: SIM905
)
STAMP = datetime.datetime(2000, 1, 1)
"""Stands in every file, so that the same sample gives the same bytes."""


def stata_name(text: str, taken: Sequence[str] = ()) -> str:
    """Return a name that Stata takes: ASCII letters, digits and _, at most 32, no word of its own, none of those taken.

    Examples
    --------
    >>> stata_name("ai_exporter:log(distance_km)"), stata_name("C(group)[T.north]"), stata_name("long")
    ('ai_exporter_x_ln_distance_km', 'group_north', 'long_')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"\b(?:C|i|I)\(", "(", plain).replace("[T.", "[")
    plain = re.sub(r"\blog\(", "(ln_", plain).replace(":", "_x_").replace("^", "_")
    plain = re.sub(r"_*[^A-Za-z0-9_]+_*", "_", plain).strip("_") or "v"
    plain = (f"v{plain}" if plain[0].isdigit() else plain)[:LONGEST_NAME].rstrip("_")
    if plain in RESERVED or re.fullmatch(r"str\d+", plain):
        plain += "_"
    out, k = plain, 2
    while out in taken:
        out, k = f"{plain[: LONGEST_NAME - len(str(k)) - 1]}_{k}", k + 1
    return out


@dataclass
class _Variable:
    """A variable over all rows of a table: values (NaN where unknown), label, text behind its codes, whether whole."""

    values: np.ndarray
    label: str
    text: dict[float, str] = field(default_factory=dict)
    whole: bool = False


class Sheet:
    """The variables of the fits on one table, over the rows that any of them used."""

    def __init__(self, data: pd.DataFrame, numbered: Sequence[tuple[int, Fit]], labels: Mapping[str, str]):
        self.data, self.labels = data, labels
        fits = [fit for _, fit in numbered]
        self.rows = np.flatnonzero(np.logical_or.reduce([f.sample for f in fits]))
        self.variables: dict[str, _Variable] = {}
        self.words: dict[str, np.ndarray] = {}
        self.of: dict[tuple[int, str, str], str] = {}
        columns = {str(c): c for c in data.columns}
        of_keys: dict[str, None] = {}
        for fit in fits:
            keys = [*fit.design.effects.values(), *fit.specification.vcov.columns]
            of_keys |= dict.fromkeys(c for key in keys for c in key)
        for column in of_keys:
            self._identifier(column, data[columns[column]])
        for fit in fits:
            self._keys(fit)
        for k, fit in numbered:
            self._terms(fit)
            if not fit.sample[self.rows].all():
                self._add(
                    fit, "sample", f"sample_{k}", fit.sample.astype(float), f"Used in estimation ({k})", whole=True
                )
        for column in dict.fromkeys(c for fit in fits for c in fit.specification.parsed.numeric):
            numbers = data[columns[column]].to_numpy(dtype=float, na_value=np.nan)
            self._add(fits[0], "raw", column, numbers, labels.get(column, column), column)

    def model(self, fit: Fit, heading: str, file: str) -> Model:
        """Return the names behind a fit."""
        design = fit.design

        def named(role: str, names: Sequence[str]) -> tuple[str, ...]:
            return tuple(self.of[id(fit), role, n] for n in names)

        terms = [n for n in fit.solution.names if n != INTERCEPT]
        first = len(design.x) - design.n_endogenous
        own = {n for n, j in zip(fit.solution.names, fit.judged.which, strict=True) if j >= first}
        return Model(
            heading, fit, file, self.of[id(fit), "left", ""], named("term", [t for t in terms if t not in own]),
            named("term", [t for t in terms if t in own]), named("instrument", design.instrument_names),
            named("key", list(design.effects)), named("key", fit.specification.vcov.clusters),
            self.of.get((id(fit), "weights", ""), ""), self.of.get((id(fit), "offset", ""), ""),
            next((self.of[key] for key in self.of if key[:2] == (id(fit), "sample")), ""),
            {t: self.of.get((id(fit), "term", t), "_cons") for t in fit.solution.names},
        )  # fmt: skip

    def content(self) -> bytes:
        """Return the .dta."""
        columns = {}
        for name, v in self.variables.items():
            if name in self.words:
                columns[name] = self.words[name][self.rows]
                continue
            values = v.values[self.rows]
            columns[name] = values.astype(np.int32) if v.whole and np.isfinite(values).all() else values
        out = io.BytesIO()
        pd.DataFrame(columns).to_stata(
            out, write_index=False, version=118, time_stamp=STAMP, data_label="Estimation sample of gravity equations",
            variable_labels={n: _short(v.label) for n, v in self.variables.items()},
            value_labels={n: dict(v.text.items()) for n, v in self.variables.items() if v.text},
        )  # fmt: skip
        return out.getvalue()

    def _new(self, wanted: str, variable: _Variable) -> str:
        name = stata_name(wanted, list(self.variables))
        self.variables[name] = variable
        return name

    def _identifier(self, column: str, values: pd.Series) -> None:
        """A country, a year: whole numbers as they are, all else as numbers with labels."""
        present = values.notna().to_numpy()
        out, text = np.full(len(values), np.nan), dict[float, str]()
        if pd.api.types.is_numeric_dtype(values.dtype) and not isinstance(values.dtype, pd.CategoricalDtype):
            numbers = values.to_numpy(dtype=float, na_value=np.nan)
            known = numbers[present]
            if np.all(known == np.round(known)) and np.all((known >= 0) & (known <= LARGEST)):
                out = numbers
        if np.isnan(out).all():
            codes, levels = pd.factorize(values)
            order = np.argsort([str(level) for level in levels], kind="stable")
            out[present] = np.argsort(order)[codes[present]] + 1.0
            text = {k: str(levels[at]) for k, at in enumerate(order, 1)}
        label = self.labels.get(column, column)
        words = None
        if sum(len(one.encode()) + 9 for one in text.values()) > LONGEST_TEXT:
            # too much for labels: the text becomes a variable of its own
            words = np.array([text.get(code, "") for code in out], dtype=object)
            text = {}
        name = self.of[0, "id", column] = self._new(column, _Variable(out, label, text, True))
        if words is not None:
            self.words[self._new(f"{name}_text", _Variable(out, f"{label}, as text"))] = words
        elif not text:
            self.of[0, "made", column] = name

    def _keys(self, fit: Fit) -> None:
        """Effects and cluster variables: a column, or a number for each combination of columns."""
        keys = {**fit.design.effects, **{"^".join(c): c for c in fit.specification.vcov.columns}}
        for key, columns in keys.items():
            if len(columns) == 1:
                self.of[id(fit), "key", key] = self.of[0, "id", columns[0]]
                continue
            if (0, "key", key) not in self.of:
                parts = np.stack([self.variables[self.of[0, "id", c]].values for c in columns])
                known = ~np.isnan(parts).any(axis=0)
                out = np.full(len(self.data), np.nan)
                used = known & np.isin(np.arange(len(self.data)), self.rows)
                out[used] = np.unique(parts[:, used], axis=1, return_inverse=True)[1].ravel() + 1.0
                self.of[0, "key", key] = self._new(key, _Variable(out, effect_name(key, self.labels), whole=True))
            self.of[id(fit), "key", key] = self.of[0, "key", key]

    def _terms(self, fit: Fit) -> None:
        design, at = fit.design, fit.kept.layout.rows()

        def put(role: str, name: str, label: str, values: np.ndarray) -> None:
            full = np.full(len(self.data), np.nan)
            full[fit._used] = values[at]
            self._add(fit, role, label if role in ("left", "weights", "offset") else name, full,
                      term_name(label, self.labels), "" if role in ("left", "weights", "offset") else name)  # fmt: skip

        left = fit.specification.parsed.lhs.label
        net = design.offset is not None and not fit.is_poisson
        y = design.y - design.offset if net and design.offset is not None else design.y
        put("left", "", f"{left} less {fit.specification.offset}" if net else left, y)
        for k in fit.judged.which:
            if design.names[k] != INTERCEPT:
                put("term", design.names[k], design.names[k], design.x[k])
        for name, values in zip(design.instrument_names, design.instruments, strict=True):
            put("instrument", name, name, values)
        if design.weights is not None:
            put("weights", "", str(fit.specification.weights), design.weights)
        if design.offset is not None and fit.is_poisson:
            put("offset", "", str(fit.specification.offset), design.offset)

    def _add(
        self, fit: Fit, role: str, wanted: str, values: np.ndarray, label: str, term: str = "", whole: bool = False
    ) -> None:  # fmt: skip
        """Take a variable up, as one that is there already where the two agree on all rows that both know."""
        key = (0, "made", wanted)
        here = self.variables.get(self.of.get(key, ""))
        if here is not None:
            both = ~np.isnan(here.values) & ~np.isnan(values)
            if np.array_equal(here.values[both], values[both]):
                here.values = np.where(np.isnan(here.values), values, here.values)
                self.of[id(fit), role, term] = self.of[key]
                return
        self.of[id(fit), role, term] = self._new(wanted, _Variable(values, label, whole=whole))
        self.of.setdefault(key, self.of[id(fit), role, term])


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
