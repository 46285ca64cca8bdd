"""The exponential function in a form that loops over it run on vectors."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from indexer.gravity.kernels import exact

MAGIC = 6755399441055744.0
"""1.5·2^52: adding it rounds to an integer, whose bits then stand in the lowest bits of the sum."""
ONE = 4607182418800017408
"""The bits of 1.0."""


@intrinsic
def _bits(context, x):
    """The bits of a number as an integer."""
    return types.int64(types.float64), lambda _, builder, __, values: builder.bitcast(values[0], ir.IntType(64))


@intrinsic
def _number(context, bits):
    """The number of these bits."""
    return types.float64(types.int64), lambda _, builder, __, values: builder.bitcast(values[0], ir.DoubleType())


@exact
def exp(x):
    """exp(x) to about one unit in the last place; |x| is held below 700.

    Range reduction by powers of two, then the Taylor polynomial of degree 13.
    """
    v = min(max(x, -700.0), 700.0)
    t = v * 1.4426950408889634 + MAGIC
    k = t - MAGIC
    r = (v - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * _number((_bits(t) << 52) + ONE)
