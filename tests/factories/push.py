"""Messages to phones that subscribed at the tests' push service."""

from companion.reminders.push.messages import Message, Urgency
from tests.support.push_sink import Phone


def message_to(phone: Phone, body: bytes = b"You set a reminder.", /, **changed: str) -> Message:
    """A message that is as it should be, but for what is changed."""
    fields = {"endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth, "topic": "due", **changed}
    return Message(body=body, urgency=Urgency.NORMAL, ttl=3600, **fields)
