"""Weidner & Zylkin (2021): the bias of three-way PPML corrected, and the downward bias of its clustered errors."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.errors import EstimationError
from indexer.gravity.tensors import tensors

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

FEW_COUNTRIES = 20
LARGEST = 6000
"""Importer-years up to which the leverage of the fixed effects is exact."""


class FewCountriesWarning(UserWarning):
    """The correction is an expansion in the number of countries, and there are few."""


@dataclass(frozen=True, eq=False, repr=False)
class BiasCorrected:
    """Corrected estimates.

    Attributes
    ----------
    coef, se : Series
        Corrected estimates; standard errors clustered by pair and corrected for leverage.
    bias : Series
        What was subtracted; zero in two-way models, whose slopes have no bias of this order.
    vcov_matrix : DataFrame
    uncorrected : DataFrame
        Estimate and pair-clustered standard error (factor P/(P-1)) before the correction.
    n_exporters, n_importers, n_pairs : int
    exact : bool
        Whether the leverage is exact; else that of the two countries' own effects alone.
    """

    coef: pd.Series
    bias: pd.Series
    vcov_matrix: pd.DataFrame
    uncorrected: pd.DataFrame
    n_exporters: int
    n_importers: int
    n_pairs: int
    exact: bool

    @property
    def se(self) -> pd.Series:
        """Corrected standard errors."""
        return pd.Series(np.sqrt(np.diag(self.vcov_matrix)), index=self.coef.index, name="std_error")

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term: term, estimate, std_error, statistic, p_value, conf_low, conf_high, bias."""
        from scipy import stats

        b, se = self.coef.to_numpy(), self.se.to_numpy()
        half = stats.norm.ppf((1 + level) / 2) * se
        return pd.DataFrame({
            "term": list(self.coef.index), "estimate": b, "std_error": se, "statistic": b / se,
            "p_value": 2 * stats.norm.sf(np.abs(b / se)), "conf_low": b - half, "conf_high": b + half,
            "bias": self.bias.to_numpy(),
        })  # fmt: skip

    def __repr__(self) -> str:
        width = max(len(t) for t in self.coef.index)
        lines = [
            "bias-corrected PPML (Weidner & Zylkin 2021)",
            f"{self.n_exporters} exporters, {self.n_importers} importers, {self.n_pairs} pairs; errors clustered by "
            f"pair, leverage {'exact' if self.exact else 'of own effects only'}",
            f"{'':<{width}} {'uncorrected':>25} {'':>12} {'corrected':>25}",
            f"{'term':<{width}} {'estimate':>12} {'std_error':>12} {'bias':>12} {'estimate':>12} {'std_error':>12}",
        ]
        lines += [
            f"{t:<{width}} {u.estimate:>12.6g} {u.std_error:>12.6g} {k:>12.6g} {c:>12.6g} {s:>12.6g}"
            for t, u, k, c, s in zip(
                self.coef.index, self.uncorrected.itertuples(), self.bias, self.coef, self.se, strict=True
            )
        ]
        return "\n".join(lines)


def bias_corrected(fit: Fit, pair: str | None = None) -> BiasCorrected:
    """Correct a PPML fit with exporter-year, importer-year and pair effects (or the first two alone).

    Parameters
    ----------
    fit : Fit
    pair : str, optional
        Name of the pair effect. By default the one without the year: countries have values in common, years have none
        with them; else the one that errors are clustered by, or whose number of levels is unlike the other two.

    Returns
    -------
    BiasCorrected

    Notes
    -----
    Three-way: the slopes have a bias of order 1/N in either country dimension, which is estimated and subtracted, and
    the pair-clustered variance is too small by the leverage of the estimated effects. Two-way: only the latter. With
    λ the means, H the Hessian of a pair's T observations once its effect is eliminated, x̃ the regressors beside the
    effects and e = y - λ, the terms for exporters are

        B_k = -1/I Σ_i tr(A_i^+ Σ_j H x̃_k e') + 1/(2I) Σ_i tr(A_i^+ G_i A_i^+ Σ_j e e'),
        A_i = Σ_j H,  G_i = -Σ_j (diag(x̃_k) H + H diag(x̃_k)),

    those for importers the same with the sums over exporters. Scores of the variance use (I - H (x̃ V x̃' + d V d'))^-1 e
    in the place of e.

    Raises
    ------
    UsageError
        For other models, weights, pairs that are not directed, or where the pair effect cannot be told.
    EstimationError
        For one exporter or importer, or a corrected variance that is not positive.
    """
    turned = tensors(fit, pair)
    lam, e, x = turned.lam, turned.e, turned.x
    n_i, n_t, _ = lam.shape
    by_pair = lam.sum(axis=1)
    pairs = int(np.count_nonzero(by_pair > 0))
    exporters = int(np.count_nonzero(lam.sum(axis=(1, 2)) > 0))
    importers = int(np.count_nonzero(lam.sum(axis=(0, 1)) > 0))
    if min(exporters, importers) < FEW_COUNTRIES:
        warnings.warn(
            f"{min(exporters, importers)} countries: the correction is an expansion in their number and rough below "
            f"about {FEW_COUNTRIES}", FewCountriesWarning, stacklevel=3,
        )  # fmt: skip
    three = turned.has_pair
    total = np.where(by_pair > 0, by_pair, 1.0)
    k = len(x)
    w = np.array([[float((lam * a * b).sum()) for b in x] for a in x])
    inverse = np.linalg.inv(w)
    bias = np.zeros(k)
    if three:
        b = _incidental(lam, total, e, x, axis=0) / exporters
        d = _incidental(lam, total, e, x, axis=2) / importers
        scale = exporters / (exporters - 1) * b * exporters + importers / (importers - 1) * d * importers
        bias = inverse @ scale
    leverage = _Leverage(lam, total if three else None)
    plain, adjusted = np.zeros((k, pairs)), np.zeros((k, pairs))
    at = 0
    for i in range(n_i):
        js = np.flatnonzero(by_pair[i] > 0)
        if not js.size:
            continue
        lam_i, e_i, x_i = lam[i][:, js].T, e[i][:, js].T, x[:, i][:, :, js].transpose(2, 1, 0)  # (J,T), (J,T), (J,T,k)
        h = lam_i[:, :, None] * np.eye(n_t)
        if three:
            h = h - lam_i[:, :, None] * lam_i[:, None, :] / lam_i.sum(axis=1)[:, None, None]
        v = np.einsum("jtk,kl,jsl->jts", x_i, inverse, x_i) + leverage.of(i, js)
        e_adjusted = np.linalg.solve(np.eye(n_t) - h @ v, e_i[:, :, None])[:, :, 0]
        plain[:, at : at + js.size] = np.einsum("jtk,jt->kj", x_i, e_i)
        adjusted[:, at : at + js.size] = np.einsum("jtk,jt->kj", x_i, e_adjusted)
        at += js.size
    small = pairs / (pairs - 1)
    before = small * inverse @ (plain @ plain.T) @ inverse
    after = small * inverse @ (adjusted @ plain.T) @ inverse
    after = (after + after.T) / 2
    solution = fit.solution
    names = list(solution.names)
    if lost := [n for n, v in zip(names, np.diag(after), strict=True) if not v > 0]:
        raise EstimationError(
            f"the corrected variance of {lost[0]!r} is not positive: {min(exporters, importers)} countries are too few",
            where="bias_corrected", remedy="use data with more countries, or the bootstrap",
        )  # fmt: skip
    units = solution.x.units()
    coef = pd.Series(solution.coef, index=names)
    bias_series = pd.Series(units @ bias, index=names, name="bias")
    uncorrected = pd.DataFrame(
        {"estimate": solution.coef, "std_error": np.sqrt(np.diag(units @ before @ units.T))}, index=names
    )
    return BiasCorrected(
        (coef - bias_series).rename("estimate"), bias_series,
        pd.DataFrame(units @ after @ units.T, index=names, columns=names), uncorrected, exporters, importers, pairs,
        leverage.exact,
    )  # fmt: skip


def _incidental(lam: np.ndarray, total: np.ndarray, e: np.ndarray, x: np.ndarray, axis: int) -> np.ndarray:
    """Sums over countries of the bias terms, shape (k,); `axis` 0 for exporters, 2 for importers."""
    out = np.zeros(len(x))
    for c in range(lam.shape[axis]):
        # (partners, T) arrays of one country
        lam_c, e_c = (np.take(v, c, axis=axis) for v in (lam, e))
        sums = np.take(total, c, axis=0 if axis == 0 else 1)
        if axis == 0:
            lam_c, e_c = lam_c.T, e_c.T
        if not lam_c.any():
            continue
        theta = lam_c / sums[:, None]
        a = np.linalg.pinv(np.diag(lam_c.sum(axis=0)) - theta.T @ lam_c, rcond=1e-10, hermitian=True)
        s = e_c.T @ e_c
        for k in range(len(x)):
            x_c = np.take(x[k], c, axis=axis)
            x_c = x_c.T if axis == 0 else x_c
            hx = lam_c * (x_c - (theta * x_c).sum(axis=1)[:, None])
            xh = np.diag((x_c * lam_c).sum(axis=0)) - (x_c * theta).T @ lam_c
            g = -(xh + xh.T)
            out[k] += -np.sum((e_c.T @ hx) * a.T) + 0.5 * np.trace(a @ g @ a @ s)
    return out


class _Leverage:
    """d V d' by pair: the variance that the estimated country-year effects bring to a pair's T observations.

    Any generalised inverse of the effects' Hessian will do: what it adds to V lies in directions that d maps to
    constants over a pair's years, which H takes to zero.
    """

    def __init__(self, lam: np.ndarray, total: np.ndarray | None):
        n_i, n_t, n_j = lam.shape
        self.shape = lam.shape
        self.three = total is not None
        self.exact = total is None or n_j * n_t <= LARGEST
        if total is None:
            self._two_way(lam)
            return
        theta = lam / total[:, None, :]
        eye = np.eye(n_t)
        a = np.einsum("itj,ts->its", lam, eye) - np.einsum("itj,isj->its", theta, lam)
        b = np.einsum("itj,ts->jts", lam, eye) - np.einsum("itj,isj->jts", theta, lam)
        self.a = np.linalg.inv(_lift(a))
        if not self.exact:
            self.jj = np.linalg.inv(_lift(b))
            return
        c = (lam[:, :, None, :] * eye[None, :, :, None] - theta[:, :, None, :] * lam[:, None, :, :]).transpose(
            0, 1, 3, 2
        )
        c = c.reshape(n_i * n_t, n_j * n_t)  # (i,t) × (j,s)
        ac = np.matmul(self.a, c.reshape(n_i, n_t, n_j * n_t)).reshape(n_i * n_t, n_j * n_t)
        s = -(c.T @ ac)
        for j in range(n_j):
            s[j * n_t : (j + 1) * n_t, j * n_t : (j + 1) * n_t] += b[j]
        level = float(np.trace(s)) / s.shape[0] or 1.0
        # constants over years of each importer, and over importers of each year, are not identified
        block = np.ones((n_t, n_t)) / n_t
        for j in range(n_j):
            s[j * n_t : (j + 1) * n_t, j * n_t : (j + 1) * n_t] += level * block
        s.reshape(n_j, n_t, n_j, n_t)[:, np.arange(n_t), :, np.arange(n_t)] += level / n_j
        empty = np.diag(s) <= level * 1e-14
        s[empty, empty] = level
        v = np.linalg.inv(s)
        self.jj = np.stack([v[j * n_t : (j + 1) * n_t, j * n_t : (j + 1) * n_t] for j in range(n_j)])
        self.ij = -(ac @ v)
        ii = -np.einsum("imk,ink->imn", self.ij.reshape(n_i, n_t, -1), ac.reshape(n_i, n_t, -1))
        self.ii = self.a + ii

    def _two_way(self, lam: np.ndarray) -> None:
        """Without pair effects the years are apart: one small system for each."""
        n_i, n_t, n_j = lam.shape
        self.two = np.empty((n_i, n_j, n_t))
        for t in range(n_t):
            m = lam[:, t, :]
            full = np.zeros((n_i + n_j, n_i + n_j))
            full[:n_i, :n_i], full[n_i:, n_i:] = np.diag(m.sum(axis=1)), np.diag(m.sum(axis=0))
            full[:n_i, n_i:], full[n_i:, :n_i] = m, m.T
            v = np.linalg.pinv(full, rcond=1e-12, hermitian=True)
            self.two[:, :, t] = np.diag(v)[:n_i, None] + np.diag(v)[None, n_i:] + v[:n_i, n_i:] + v[n_i:, :n_i].T

    def of(self, i: int, js: np.ndarray) -> np.ndarray:
        """Return d V d' for exporter i and some importers, shape (len(js), T, T)."""
        n_t = self.shape[1]
        if not self.three:
            return self.two[i, js][:, :, None] * np.eye(n_t)
        if not self.exact:
            return self.a[i][None] + self.jj[js]
        cross = self.ij[i * n_t : (i + 1) * n_t].reshape(n_t, -1, n_t).transpose(1, 0, 2)[js]
        return self.ii[i][None] + self.jj[js] + cross + cross.transpose(0, 2, 1)


def _lift(blocks: np.ndarray) -> np.ndarray:
    """Blocks whose constants over years, and empty years, are no longer singular."""
    n_t = blocks.shape[1]
    level = np.trace(blocks, axis1=1, axis2=2) / n_t
    level = np.where(level > 0, level, 1.0)
    out = blocks + level[:, None, None] * np.ones((n_t, n_t)) / n_t
    diagonal = np.einsum("itt->it", out)
    empty = np.einsum("itt->it", blocks) <= 1e-14 * level[:, None]
    diagonal[empty] += np.broadcast_to(level[:, None], empty.shape)[empty]
    return out
