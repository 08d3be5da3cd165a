"""Makes what Stripe would make twice, once.

Note [Made once]: Stripe keeps no two products of one id, but any number of like endpoints and portal configurations. So
each is asked for with an idempotency key made from its content: two runs at once get the same one. Stripe answers a
key the same for a day, also when the object was deleted meanwhile or when it failed on its side: then we look what
is there, and only if nothing is, ask again under the next key. Source: docs.stripe.com/api/idempotent_requests
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from shop.stripe_payments.client.connection import StripeDidNotAnswer

_MOST_KEYS = 5


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Made = TypeVar("Made", bound=HasId)


def make_once(what: str, content: Any, *, create: Callable[[str], Made], find: Callable[[], list[Made]]) -> Made:
    """What `create` makes under an idempotency key, or what another run made. `find` lists what is there, best first.

    See Note [Made once]. Raises what they raise.
    """
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]
    for number in range(1, _MOST_KEYS + 1):
        made = None
        try:
            made = create(f"setup-{what}-{digest}-{number}")
        except StripeDidNotAnswer as error:
            if not error.is_kept_failure:
                raise
        there = find()
        if made is not None and made.id in {found.id for found in there}:
            return made
        if there:
            return there[0]
    raise StripeDidNotAnswer(f"Stripe keeps old answers for the {what}: try again in a day", is_kept_failure=True)
