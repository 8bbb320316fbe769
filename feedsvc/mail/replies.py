"""What a relay's reply, or its silence, says of a delivery (RFC 5321, section 4.2). Pure.

| what happens                                  | before the final dot | after it  |
|-----------------------------------------------|----------------------|-----------|
| 2xx                                           | go on                | accepted  |
| 4xx, 421 too                                  | deferred             | deferred  |
| 5xx to RCPT, DATA or the message              | failed               | failed    |
| 5xx that is about us: see `_OURS`             | deferred             | deferred  |
| 5xx to the connection, EHLO, STARTTLS, AUTH,  |                      |           |
|     or to MAIL, which names only the sender   | deferred             |           |
| connection lost, timeout, garbage             | deferred             | in_doubt  |

Until the final dot is out the relay can't have taken the message; from then on only its reply tells. What a
refusal of the recipient says of the address is judged as a bounce is: see `feedsvc.mail.letters.blame`. A 4xx says
something of it, once the delivery is given up, if its status is of the mailbox (4.1.x, 4.2.x) and its words aren't of
us; any other asks for patience with the whole domain.
"""

from __future__ import annotations

from enum import StrEnum

from feedsvc.mail.letters import blame, status_of
from feedsvc.model import AnswerKind, DeliveryState, Outcome

# Command unknown, out of order or with parameters unknown; log-in wanted, too weak or refused. The address
# has no part in it: RFC 5321, section 4.2.2, RFC 4954, section 6.
_OURS = frozenset({500, 502, 503, 504, 530, 534, 535, 538, 555})
_OF_A_MAILBOX = ("4.1.", "4.2.")  # RFC 3463, section 3
_LONGEST_REPLY = 500


class Stage(StrEnum):
    """How far a message came: the command that was under way."""

    CONNECT = "connecting"
    RSET = "RSET"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    CONTENT = "sending the message"
    DOT = "end of the message"


def replied(stage: Stage, code: int, text: str) -> Outcome:
    """Give the outcome of a reply that ends a delivery."""
    state, words = _state(stage, code), f"{code} {text}"
    if state is DeliveryState.ACCEPTED:
        return Outcome(state, described(stage, words))
    status = status_of(text)
    # A 421 is about the connection, and what comes before RCPT about the relay or us.
    put_off = code // 100 == 4 and code != 421 and stage in (Stage.RCPT, Stage.DATA, Stage.DOT)
    judged = blame(status, words) if put_off or state is DeliveryState.FAILED else None
    of_mailbox = put_off and status.startswith(_OF_A_MAILBOX) and judged is AnswerKind.SOFT
    # Of all commands RCPT alone names the address; a refusal of the message is no word about it.
    counts = stage is Stage.RCPT and (of_mailbox or state is DeliveryState.FAILED)
    return Outcome(state, described(stage, words), put_off and not of_mailbox, judged if counts else None)


def broken(stage: Stage, error: BaseException) -> Outcome:
    """Give the outcome of a connection that was lost, fell silent or made no sense."""
    state = DeliveryState.IN_DOUBT if stage is Stage.DOT else DeliveryState.DEFERRED
    words = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
    return Outcome(state, described(stage, words))


def is_in_step(code: int) -> bool:
    """Tell whether, after this reply, relay and client still agree on where they stand."""
    return code // 100 in (2, 4, 5) and code not in (421, 503)


def described(stage: Stage, words: str) -> str:
    """Give words from the network on one line, after the stage they belong to."""
    printable = words if words.isprintable() else "".join(c if c.isprintable() else " " for c in words)
    return f"{stage}: {' '.join(printable.split())}"[:_LONGEST_REPLY]


def _state(stage: Stage, code: int) -> DeliveryState:
    kind = code // 100
    if stage is Stage.DOT and kind == 2:
        return DeliveryState.ACCEPTED
    if kind == 5 and _is_about_the_message(stage, code):
        return DeliveryState.FAILED
    if stage is Stage.DOT and kind not in (4, 5):
        return DeliveryState.IN_DOUBT
    return DeliveryState.DEFERRED


def _is_about_the_message(stage: Stage, code: int) -> bool:
    """Tell whether a 5xx is final for this delivery, rather than a mistake of ours or the relay's settings."""
    if code == 501:  # a malformed parameter: only at RCPT it is the recipient's
        return stage is Stage.RCPT
    return stage in (Stage.RCPT, Stage.DATA, Stage.DOT) and code not in _OURS
