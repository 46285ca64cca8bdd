"""Years, normalisation and range of an edition and its variants, and what aggregations ask of the range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.material import Path
from indexer.methodology import Edition
from indexer.validate.levels import Levels

_RANGE = "write normalise: {method: min_max, low: 1, high: 100}, or another range that starts above 0"


class Scales(Levels):
    """Collects the faults of scales: of the edition itself, and of each variant as the edition that it makes."""

    def scale(self, path: Path, content: Mapping[str, Any]) -> None:
        """Check years, reference years and normalisation, where given; `path` is that of a variant, or empty."""
        for key in ("years", "reference_years"):
            first, last = content.get(key, (0, 0))
            if first > last:
                self.refuse((*path, key), f"{first} to {last}", "the years run backwards", f"write [{last}, {first}]")
        if "normalise" not in content:
            return
        base = self.content["normalise"]
        scale = {"method": base["method"], **content["normalise"]}
        at: Path = (*path, "normalise")
        self.choice(at, "normalise", scale, ("low", "high"))
        if scale["method"] not in self.known.methods["normalise"]:
            return
        given = {key: scale[key] for key in ("low", "high") if key in scale}
        if path and scale["method"] == base["method"]:
            given = {key: base[key] for key in ("low", "high") if key in base} | given
        if not self.ranged(scale["method"]):
            for key in given:
                self.refuse((*at, key), given[key], f"means nothing with the method {scale['method']}", "delete it")
        elif len(given) < 2:
            self.refuse(at, None, "the published range is not given", "write low and high, such as low: 0, high: 100")
        elif given["low"] >= given["high"]:
            self.refuse(at, f"{given['low']} to {given['high']}", "low is not below high", "give a low below the high")

    def ranged(self, method: str) -> bool:
        """Tell whether a normalisation that exists has a published range."""
        return "range" in self.known.methods["normalise"][method].traits

    def one_kind(self) -> None:
        """Check that sets and indicators are normalised to a range where the edition is, and to none where not."""
        known, base = self.known.methods["normalise"], self.content["normalise"]["method"]
        if base not in known:
            return
        said = "has no range, the edition has one" if self.ranged(base) else "has a range, the edition has none"
        alike = ", ".join(name for name in known if self.ranged(name) == self.ranged(base))
        for identifier, one in self.content["sets"].items():
            path: Path = ("sets", identifier)
            places = [(path, one), *(((*path, "indicators", name), how) for name, how in one["indicators"].items())]
            for at, how in places:
                method = how.get("normalise", {}).get("method")
                if method in known and self.ranged(method) != self.ranged(base):
                    self.refuse((*at, "normalise", "method"), method, said, f"one of: {alike}")

    def above_zero(self, at: Path, content: Mapping[str, Any]) -> None:
        """Check that the range starts above 0 where an aggregation needs that."""
        name, scale = self.needs_positive(content), content["normalise"]
        if not name or scale["method"] not in self.known.methods["normalise"]:
            return
        needs = f"a {name} mean needs a range that starts above 0"
        if not self.ranged(scale["method"]):
            self.refuse(at, scale["method"], needs, _RANGE)
        elif "low" in scale and scale["low"] <= 0:
            self.refuse(at, f"low {scale['low']}", needs, _RANGE)

    def needs_positive(self, content: Mapping[str, Any]) -> str:
        """Return an aggregation of a whole edition that needs values above 0; empty where there is none."""
        for one in (*content["sets"].values(), *content.get("groups", {}).values(), content["between"]):
            name = str(one["aggregate"]["method"])
            method = self.known.methods["aggregate"].get(name)
            if method is None or not method.traits & {"positive", "mean_above_zero"}:
                continue
            p = one["aggregate"].get("p")
            # a power mean above 0 exists at 0 too; what is no number is said elsewhere
            if "p" not in method.options or (isinstance(p, int | float) and p <= 0):
                return name
        return ""

    def varied(self, path: Path, change: Mapping[str, Any], leaving: set[str]) -> None:
        """Check the edition that a variant makes: its range, and goalposts where it is normalised by them."""
        whole = Edition.from_document(self.content).vary(change).content
        scale = (*path, "normalise")
        levels = [level for level in ("within", "groups", "between") if "aggregate" in change.get(level, {})]
        if "normalise" in change:
            self.above_zero(scale, whole)
        elif levels:
            self.above_zero((*path, levels[0], "aggregate"), whole)
        if change.get("normalise", {}).get("method") != "goalposts":
            return
        rest = {
            name: how
            for one in whole["sets"].values()
            for name, how in one["indicators"].items()
            if name in self.known.indicators and name not in leaving
        }
        if lacking := [
            name for name, how in rest.items() if not how.get("goalposts", self.known.indicators[name].get("goalposts"))
        ]:
            remedy = "write goalposts: [low, high] in their metadata, in their unit"
            self.refuse(scale, ", ".join(lacking), "without goalposts", remedy)
        for name, how in rest.items():
            if how.get("treat", {}).get("method", "none") != "none":
                self.refuse(scale, name, "goalposts fix its scale, but it is treated", "write treat: {method: none}")

    def goalposts(self, at: Path, how: Mapping[str, Any], one: Mapping[str, Any], meta: Mapping[str, Any]) -> None:
        """Check that an indicator that is normalised by goalposts has some, and no treatment that would move them."""
        scale = how.get("normalise") or one.get("normalise") or self.content["normalise"]
        given = how.get("goalposts") or meta.get("goalposts")
        if given is not None and given[0] >= given[1]:
            self.refuse(
                (*at, "goalposts"), f"{given[0]} to {given[1]}", "the goalposts run backwards", "lower one first"
            )
        if scale["method"] != "goalposts":
            if "goalposts" in how:
                self.refuse((*at, "goalposts"), None, f"means nothing with the method {scale['method']}", "delete it")
            return
        if given is None:
            self.refuse(
                at, at[-1], "it has no goalposts", "write goalposts: [low, high] here or in its metadata, in its unit"
            )
        if how.get("treat", {}).get("method", "none") != "none":
            self.refuse((*at, "treat"), how["treat"]["method"], "goalposts fix its scale", "delete the treatment")
