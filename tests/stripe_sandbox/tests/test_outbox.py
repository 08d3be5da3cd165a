"""Webhooks as tests want them: twice, late, in any order, falsified, or not at all. Nothing here waits for the time to pass."""

import json

import pytest
import stripe

_HOUR = 3600


@pytest.fixture(autouse=True)
def _quiet(sandbox, listener):
    """Nothing of an earlier test is due or on its way any more."""
    assert sandbox.control("flush")["idle"]
    listener.received.clear()
    yield
    sandbox.control("clear")
    sandbox.control("release")
    listener.answers.clear()


@pytest.fixture
def arrived(sandbox, listener):
    """The events that have arrived once all is delivered, by id in their order."""

    def flushed() -> list[str]:
        assert sandbox.control("flush")["idle"]
        return [event.id for event in listener.events(sandbox.webhook_secret)]

    return flushed


def made(client, count: int) -> list[str]:
    """The events of as many new customers, oldest first."""
    for number in range(count):
        client.v1.customers.create({"name": f"Alice {number}"})
    return [event.id for event in client.v1.events.list({"limit": count}).data][::-1]


def test_flush_comes_back_when_all_is_delivered(client, sandbox, arrived):
    events = made(client, 3)
    assert sorted(arrived()) == sorted(events)
    assert sandbox.control("outbox") == {"waiting": 0, "held": [], "idle": True}


def test_flush_repeats_what_fails_until_it_is_taken(client, listener, arrived):
    listener.answers.extend([500, 503, 500])
    (event,) = made(client, 1)
    assert arrived() == [event] * 4
    assert client.v1.events.retrieve(event).pending_webhooks == 0


def test_each_event_comes_several_times(client, sandbox, arrived):
    sandbox.control("arrange-webhooks", copies=5)
    (event,) = made(client, 1)
    assert arrived() == [event] * 5


def test_delayed_events_come_when_their_time_has_come(client, sandbox, listener, arrived):
    sandbox.control("arrange-webhooks", delay=72 * _HOUR)
    made(client, 2)
    sandbox.control("clock", offset=71 * _HOUR)
    assert (sandbox.control("outbox")["waiting"], listener.received) == (2, [])
    sandbox.control("clock", offset=73 * _HOUR)
    assert len(arrived()) == 2


def test_held_events_wait_for_their_release(client, sandbox, listener, arrived):
    sandbox.control("arrange-webhooks", hold=True)
    events = made(client, 3)
    told = sandbox.control("flush")
    assert (told["idle"], [one["event"] for one in told["held"]]) == (True, events)
    assert {one["type"] for one in told["held"]} == {"customer.created"}
    assert listener.received == []
    assert sandbox.control("release")["events"] == arrived() == events
    assert len(made(client, 1) + arrived()) == 5


@pytest.mark.parametrize("order", ["reversed", "list"])
def test_held_events_are_released_in_the_order_asked_for(client, sandbox, arrived, order):
    sandbox.control("arrange-webhooks", hold=True)
    events = made(client, 4)
    wanted = events[::-1] if order == "reversed" else [events[2], events[0], events[3], events[1]]
    sandbox.control("release", order=order if order == "reversed" else wanted)
    assert arrived() == wanted


def test_part_of_what_is_held_can_be_released(client, sandbox, arrived):
    sandbox.control("arrange-webhooks", hold=True)
    events = made(client, 3)
    sandbox.control("release", order=[events[1]])
    assert arrived() == [events[1]]
    assert [one["event"] for one in sandbox.control("outbox")["held"]] == [events[0], events[2]]


def test_shuffle_is_repeatable_by_its_seed(client, sandbox, arrived):
    orders = []
    for _ in range(2):
        sandbox.control("arrange-webhooks", hold=True)
        events = made(client, 8)
        released = sandbox.control("release", order="shuffled", seed=7)["events"]
        orders.append([events.index(event) for event in released])
    assert orders[0] == orders[1] != sorted(orders[0])
    assert len(arrived()) == 16


def test_one_change_can_be_told_by_two_events(client, sandbox, arrived):
    sandbox.control("arrange-webhooks", twins=1)
    client.v1.customers.create({"name": "Alice"})
    client.v1.customers.create({"name": "Bob"})
    bob, *alices = client.v1.events.list({"limit": 3, "type": "customer.created"}).data
    assert sorted(arrived()) == sorted(event.id for event in (bob, *alices))
    assert [event.data.object["name"] for event in alices] == ["Alice", "Alice"]
    assert alices[0].data.object["id"] == alices[1].data.object["id"] != bob.data.object["id"]


def test_dropped_events_never_arrive_and_look_delivered(client, sandbox, arrived):
    sandbox.control("drop-webhooks", count=1)
    events = made(client, 2)
    assert len(arrived()) == 1
    assert [client.v1.events.retrieve(event).pending_webhooks for event in events] == [0, 0]


def test_drops_can_be_seen_as_undelivered(client, sandbox, arrived):
    sandbox.control("drop-webhooks", count=1, seen=True)
    (event,) = made(client, 1)
    assert arrived() == []
    assert [one.id for one in client.v1.events.list({"delivery_success": False}).data] == [event]


def test_a_share_of_the_events_is_dropped(client, sandbox, arrived):
    sandbox.control("drop-webhooks", ratio=0.2, seed=3)
    made(client, 50)
    assert 30 <= len(arrived()) <= 48


@pytest.mark.parametrize(("kind", "message"), [("signature", "No signatures found"), ("timestamp", "outside")])
def test_falsified_delivery_is_noticed_by_the_sdk(client, sandbox, listener, kind, message):
    listener.answers.append(400)
    sandbox.control("falsify-webhooks", kind=kind)
    (event,) = made(client, 1)
    assert sandbox.control("flush")["idle"]
    (forged, signature), genuine = listener.received
    with pytest.raises(stripe.SignatureVerificationError, match=message):
        stripe.Webhook.construct_event(forged, signature, sandbox.webhook_secret)
    assert stripe.Webhook.construct_event(*genuine, sandbox.webhook_secret).id == event


@pytest.mark.parametrize(("kind", "value"), [("api_version", "2024-06-20"), ("livemode", True)])
def test_falsified_content_carries_a_genuine_signature(client, sandbox, listener, arrived, kind, value):
    sandbox.control("falsify-webhooks", kind=kind)
    assert made(client, 1) == arrived()
    body, _ = listener.received[0]
    assert json.loads(body)[kind] == value


def test_clear_ends_every_arrangement(client, sandbox, arrived):
    sandbox.control("arrange-webhooks", copies=3, delay=_HOUR, twins=9)
    sandbox.control("drop-webhooks", ratio=1)
    sandbox.control("falsify-webhooks", kind="signature", count=9)
    sandbox.control("clear")
    assert made(client, 1) == arrived()


def test_unknown_wishes_are_refused(sandbox):
    for action, wish in (("release", {"order": "sideways"}), ("falsify-webhooks", {"kind": "colour"})):
        with pytest.raises(OSError, match="400"):
            sandbox.control(action, **wish)
