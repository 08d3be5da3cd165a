"""Metadata: 50 keys, 40 characters a key, 500 a value. Source: https://docs.stripe.com/api/metadata"""

from tests.stripe_sandbox.errors import invalid

MOST_KEYS = 50
LONGEST_KEY = 40
LONGEST_VALUE = 500


def merged(current: dict[str, str], given: dict[str, str] | str | None, *, param: str = "metadata") -> dict[str, str]:
    """`current` changed by `given`: an empty value removes its key, an empty string in place of the whole removes all."""
    if given is None:
        return current
    if isinstance(given, str):
        return {}
    for key, value in given.items():
        if len(key) > LONGEST_KEY:
            raise invalid(f"Metadata keys can be up to {LONGEST_KEY} characters long: {key}", param=param)
        if len(value) > LONGEST_VALUE:
            raise invalid(
                f"Metadata values can be up to {LONGEST_VALUE} characters long: {key}", param=f"{param}[{key}]"
            )
    result = {key: value for key, value in {**current, **given}.items() if value != ""}
    if len(result) > MOST_KEYS:
        raise invalid(f"You cannot have more than {MOST_KEYS} metadata keys.", param=param)
    return result
