from threadpoolctl import threadpool_info

from indexer.simulate.threads import one_thread


def blas():
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_linear_algebra_has_one_thread_inside_and_as_many_as_before_outside():
    before = blas()
    with one_thread():
        assert blas() == {1}
    assert blas() == before
