"""Whose fault a failed delivery is, by its status (RFC 3463) and the words of the host that refused it. Pure.

| status                | means                                   | kind                                      |
|-----------------------|-----------------------------------------|-------------------------------------------|
| 5.1.1, 2, 3, 6, 10    | no such mailbox, host or domain         | hard                                      |
| 5.1.7, 8, 9, 90       | the sender's address, or its daily limit | ours                                     |
| x.2.2                 | the mailbox is full                     | soft                                      |
| x.2.3, x.3.4          | the message is too large                | ours                                      |
| 5.5.x, 5.6.x          | protocol, content                       | ours, unless the words say "no such user" |
| x.7.x                 | security, policy, spam                  | ours, unless the words say "no such user" |
| 4.x.x                 | tried again for days, then given up     | soft                                      |
| all other, none       | anything                                | hard where the words say so, else soft    |

Words about the sender, its account, host or limits make any of these ours, whatever else they say. Words about spam,
policy, authentication, size or rate do too, unless both the status and the words say that there is no such address:
hosts that refuse bulk mail give every status there is.
"""

from __future__ import annotations

import re

from feedsvc.model import AnswerKind

# RFC 3463, section 2; not a piece of a version, a date or an IP address.
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.])([245])\d\d(?=[ -])")

_ADDRESS = re.compile(
    r"""(?:user|recipient|mailbox|address|account|addressee|alias)\ (?:is\ )?(?:unknown|invalid|inactive)
    | (?:unknown|invalid|nonexistent|inactive|bad)\ (?:\w+\ )?
        (?:user|recipient|mailbox|address|account|addressee|alias)\b(?!\ error)
    | no\ such\ (?:\w+\ )?(?:user|person|mailbox|recipient|address|account)
    | no\ (?:mailbox|user|account)\ (?:here|by\ that|with\ that)
    | (?:user|mailbox|recipient|account|address|email)\b[^.;]{0,80}?
        (?:does\ ?n[o']?t\ exist|does\ not\ exist|not\ (?:be\ )?found|not\ exist
          |no\ longer\ (?:exists|active|valid|in\ use))
    | does(?:\ not|n't)\ have\ an?\ [^;]{0,60}?account
    | not\ a\ (?:valid|known)\ (?:\w+\ )?(?:mailbox|recipient|user|address)
    | recipient\ address\ rejected:\ (?:access\ denied|undeliverable|user|unverified)
    | unrouteable\ (?:mail\ )?address | user\ unknown | null\ ?mx | recipnotfound | nosuchuser | unknown\ in\ virtual
    | usuario\ (?:desconocido|inexistente|no\ (?:existe|encontrado)) | no\ existe\ (?:el|la|este|esta|ese|esa|tal)\b
    | (?:cuenta|buz[oó]n|direcci[oó]n|destinatario)\ (?:\S+\ )?(?:no\ existe|inexistente|desconocid[oa]|desactivad[oa])
    | (?:empf[äa]e?nger|benutzer)\ (?:\w+\ )?unbekannt | utilisateur\ inconnu | usu[aá]rio\ (?:desconhecido|inexistente)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# These may be said of a relay's own customer as well, which a status of security or policy is about.
_CLOSED = re.compile(
    r"""(?:mailbox|account|user|address)\ (?:\S+\ |that\ you\ tried\ to\ reach\ )?(?:has\ been\ |is\ |was\ )?
        (?:disabled|inactive|closed|deleted|suspended|deactivated|terminated|discontinued|unavailable)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# And these of the sender's domain; only a status of routing says which.
_NO_SUCH_DOMAIN = re.compile(
    r"""(?:host|domain)\b[^;]{0,100}?(?:not\ found|(?:does\ not|doesn't)\ exist)
    | no\ such\ (?:domain|host) | non-?existent\ domain
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FULL = re.compile(
    r"""over\ ?-?quota | quota\ (?:is\ |has\ been\ )?(?:exceeded|full) | exceed(?:s|ed|ing)?\ (?:\w+\ ){0,3}quota
    | (?:mailbox|inbox|account|mail\ ?box|disk|storage)\b[^.;]{0,40}\b(?:full|over\ |exceed\w*)
    | insufficient\ (?:disk|storage|system\ storage|space) | out\ of\ (?:storage|space|disk)
    | buz[oó]n\b[^.;]{0,20}\blleno | cuota\b[^.;]{0,20}\b(?:excedida|superada) | postfach\b.{0,20}\bvoll
    | bo[iî]te\b.{0,30}\bpleine | caixa\b.{0,20}\bcheia
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENDER = re.compile(
    r"""\byour\ (?:\w+\ )?(?:account|host|ip|server|domain|tenant)\b(?!\ admin)
    | \b(?:sender|sending|envelope\ sender|client|helo|ehlo)(?:'s)?\ (?:\w+\ )?
        (?:account|address|command|domain|host|ip|server|user|limit|quota|rate)\b
    | \bsender\ (?:rejected|denied|blocked|verif|is\ unauthenticated|not\ allowed)
    | \b(?:banned|outbound|as\ this)\ sender
    | \b(?:daily|hourly|sending|submission|outbound|outgoing|relay)\ (?:\w+\ ){0,3}(?:limit|quota)
    | in\ reply\ to\ (?:mail\ from|helo|ehlo) | submissionquota | \bper\ (?:day|hour|minute)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_US = re.compile(
    r"""spam | \bjunk\b | virus | malware | phish | (?:black|block|deny)[\ -]?list | dnsbl | \brbl\b | \bblocked\b
    | \bip\ address | \bptr\b | reverse\ (?:dns|host|lookup)
    | reputation | \bdmarc\b | \bspf\b | \bdkim\b | authenticat | \bpolic(?:y|ies)\b | \bpol[ií]tica
    | \brelay(?:ing)?\b.{0,20}\b(?:denied|prohibited|permitted|not\ allowed) | unable\ to\ relay
    | rate[\ -]limit | at\ a\ rate | too\ many | throttl | gr[ea]ylist | \bbulk\b | unsolicited | suspicious | banned
    | too\ (?:large|big)\b | size\ (?:limit|exceed) | exceed\w*\ (?:\w+\ ){0,4}size | maximum\ (?:\w+\ )?size
    | (?:content|message)\ (?:was\ )?(?:rejected|refused|blocked) | not\ (?:authori[sz]ed|permitted|allowed)\ to\ send
    """,
    re.IGNORECASE | re.VERBOSE,
)

# The second and third numbers of a status.
_NO_SUCH_ADDRESS = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)}
_OURS = {(1, 7), (1, 8), (1, 9), (1, 90), (2, 3), (3, 4)}
_MAILBOX_FULL = (2, 2)
_SIZED = re.compile(r"message\b.{0,40}\b(?:too\ (?:large|big)|size)|size\ limit", re.IGNORECASE)
_ROUTING, _PROTOCOL, _CONTENT, _POLICY = 4, 5, 6, 7


def status_of(*texts: str) -> str:
    """Give the most telling status in texts, the first of them first; empty when there is none."""
    found = [match[0] for text in texts for match in STATUS.finditer(text)]
    telling = [status for status in found if not status.endswith(".0.0")]
    return (telling or found or [""])[0]


def blame(status: str, words: str) -> AnswerKind:
    """Tell of a delivery that was given up whether its address is dead (hard), failed (soft), or we did (ours)."""
    severity, subject, detail = _numbers(status, words)
    if (subject, detail) in _OURS or _SENDER.search(words):
        return AnswerKind.OURS
    if (subject, detail) == _MAILBOX_FULL or (subject != _POLICY and _says_full(words)):
        return AnswerKind.SOFT
    about_us = bool(_US.search(words))
    if severity == 4:
        return AnswerKind.OURS if subject == _POLICY or about_us else AnswerKind.SOFT
    by_number, by_words = (subject, detail) in _NO_SUCH_ADDRESS, _says_no_such_address(subject, words)
    if about_us and not (by_number and by_words):
        return AnswerKind.OURS
    if by_number or by_words:
        return AnswerKind.HARD
    return AnswerKind.OURS if subject in (_PROTOCOL, _CONTENT, _POLICY) else AnswerKind.SOFT


def _says_no_such_address(subject: int, words: str) -> bool:
    return bool(
        _ADDRESS.search(words)
        or (subject != _POLICY and _CLOSED.search(words))
        or (subject == _ROUTING and _NO_SUCH_DOMAIN.search(words))
    )


def _says_full(words: str) -> bool:
    return bool(_FULL.search(words)) and not _SIZED.search(words)


def _numbers(status: str, words: str) -> tuple[int, int, int]:
    """Give the three numbers of a status; without one, its first is that of the host's reply code, else 5."""
    found = STATUS.fullmatch(status)
    if found:
        return int(found[1]), int(found[2]), int(found[3])
    reply = _REPLY.search(words)
    return int(reply[1]) if reply else 5, 0, 0
