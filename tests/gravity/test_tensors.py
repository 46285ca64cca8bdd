"""Which effect is that of pairs, and which axis is the year: whatever their order and names."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError
from indexer.gravity.bias import FewCountriesWarning
from indexer.gravity.tensors import tensors


def test_cells_are_exporter_year_importer():
    g = np.random.default_rng(0)
    e, i, t = (v.ravel() for v in np.meshgrid(range(3), range(4), range(6), indexing="ij"))
    d = pd.DataFrame({"e": e, "i": i, "t": 2000 + t, "x": g.normal(size=e.size)}).sample(frac=1, random_state=0)
    d["y"] = np.exp(0.3 * d.x + g.normal(size=len(d)))
    for effects in permutations(("e^t", "i^t", "e^i")):
        fit = gravity.ppml(f"y ~ x | {' + '.join(effects)}", d)
        found = tensors(fit, "e^i")
        mu = d.assign(mu=fit.fitted).sort_values(["e", "t", "i"]).mu.to_numpy().reshape(3, 6, 4)
        scale = mu.sum() / found.lam.sum()
        first = effects.index("e^t") < effects.index("i^t")
        np.testing.assert_allclose(found.lam * scale, mu if first else mu.transpose(2, 1, 0), rtol=1e-7)


@pytest.mark.filterwarnings("ignore::indexer.gravity.bias.FewCountriesWarning")
@pytest.mark.parametrize(("n", "t"), [(12, 20), (20, 12), (15, 15)])
def test_years_are_not_taken_for_countries(load_module, n, t):
    d = load_module("make_data").make_panel(n, t, 1)
    d = d.assign(ey=d.exp * 10_000 + d.year, iy="i" + (d.imp * 10_000 + d.year).astype(str), pair=d.exp * 1000 + d.imp)
    first = gravity.ppml("y ~ x1 + x2 | exp^year + imp^year + exp^imp", d).bias_corrected()
    assert (first.n_exporters, first.n_importers) == (n, n)
    orders = [*permutations(("exp^year", "imp^year", "exp^imp")), *permutations(("ey", "iy", "pair"))]
    for effects in orders:
        fit = gravity.ppml(f"y ~ x1 + x2 | {' + '.join(effects)}", d, {"CRV1": "exp^imp"})
        again = fit.bias_corrected(pair="pair" if "pair" in effects else None)
        np.testing.assert_allclose(again.coef, first.coef, rtol=1e-9)
        np.testing.assert_allclose(again.se, first.se, rtol=1e-9)
        assert again.n_pairs == first.n_pairs
    ready = "y ~ x1 + x2 | iy + pair + ey"
    np.testing.assert_allclose(gravity.ppml(ready, d, {"CRV1": "pair"}).bias_corrected().se, first.se, rtol=1e-9)
    alone = gravity.ppml(ready, d)
    np.testing.assert_allclose(alone.bias_corrected().se, first.se, rtol=1e-9)
    with pytest.raises(UsageError, match="no effect 'pears'"):
        alone.bias_corrected("pears")


def test_where_pairs_cannot_be_told_from_years_they_have_to_be_named():
    g = np.random.default_rng(0)
    e, i, t = (v.ravel() for v in np.meshgrid(range(6), range(9), range(13), indexing="ij"))
    d = pd.DataFrame({"ey": e * 100 + t, "iy": i * 100 + t, "pair": e * 100 + i, "x": g.normal(size=e.size)})
    d["y"] = np.exp(0.3 * d.x + g.normal(size=e.size))
    fit = gravity.ppml("y ~ x | ey + iy + pair", d)
    with pytest.raises(UsageError, match="cannot be told"):
        fit.bias_corrected()
    with pytest.warns(FewCountriesWarning):
        found = fit.bias_corrected(pair="pair")
    assert (found.n_exporters, found.n_importers, found.n_pairs) == (6, 9, 54)
