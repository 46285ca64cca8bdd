"""Figures for a paper: each a plain function of a tidy frame that returns an altair chart."""

from indexer.figures.coefficients import coefficients
from indexer.figures.matrix import matrix
from indexer.figures.network import network
from indexer.figures.path import path
from indexer.figures.potential import potential
from indexer.figures.saving import html, png, save, svg
from indexer.figures.scatter import scatter
from indexer.figures.specification_curve import specification_curve

__all__ = [
    "coefficients", "html", "matrix", "network", "path", "png", "potential", "save", "scatter", "specification_curve",
    "svg",
]  # fmt: skip
