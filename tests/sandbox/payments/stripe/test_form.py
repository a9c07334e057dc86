from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from bot.sandbox.payments.stripe.form import read_form
from bot.sandbox.payments.stripe.refusals import StripeRefusal

_NAMES = st.text("abcdefgh_", min_size=1, max_size=5)
_TREES: Any = st.dictionaries(
    _NAMES,
    st.recursive(
        st.text("aé& =[]%+1", max_size=8),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=12) | st.dictionaries(_NAMES, inner, min_size=1, max_size=3)
        ),
        max_leaves=12,
    ),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(_TREES)
def test_what_the_official_sdk_writes_is_read_as_it_was_meant(tree: dict[str, Any]) -> None:
    written = urlencode(list(_api_encode(tree)))

    assert read_form(parse_qsl(written, keep_blank_values=True)) == tree


def test_lists_may_go_without_numbers() -> None:
    assert read_form([("expand[]", "a"), ("expand[]", "b")]) == {"expand": ["a", "b"]}


@pytest.mark.parametrize("names", [["a[b"], ["a[b]]"], ["a", "a[b]"], ["a[b]", "a"], ["a", "a"], [""]])
def test_names_that_contradict_one_another_are_refused(names: list[str]) -> None:
    with pytest.raises(StripeRefusal):
        read_form([(name, "x") for name in names])
