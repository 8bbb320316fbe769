"""Whose fault a failed delivery is, by its status (RFC 3463) and the words of the host that refused it. Pure.

| status            | means                                   | kind                                      |
|-------------------|-----------------------------------------|-------------------------------------------|
| 5.1.x             | no such mailbox, host or domain         | hard                                      |
| 5.1.7, 8, 9       | the sender's address is wrong           | ours                                      |
| 5.2.1             | the mailbox is closed                   | hard                                      |
| x.2.2             | the mailbox is full                     | soft                                      |
| x.2.3, x.3.4      | the message is too large                | ours                                      |
| 5.5.x, 5.6.x      | protocol, content                       | ours, unless the words say "no such user" |
| x.7.x             | security, policy, spam                  | ours, unless the words say "no such user" |
| 4.x.x             | tried again for days, then given up     | soft                                      |
| all other, none   | anything                                | hard where the words say so, else soft    |

Words about spam, policy, authentication, size or rate make any of these ours, unless both the status and the words
say that there is no such address: hosts that refuse bulk mail give every status there is.
"""

from __future__ import annotations

import re

from feedsvc.model import AnswerKind

# RFC 3463, section 2; not a piece of a version, a date or an IP address.
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.])([245])\d\d(?=[ -])")

_ADDRESS = re.compile(
    r"""(?:user|recipient|mailbox|address|account|addressee|alias)\ (?:is\ )?(?:unknown|invalid|inactive)
    | (?:unknown|invalid|nonexistent|inactive|bad)\ (?:\w+\ )?(?:user|recipient|mailbox|address|account|addressee|alias)
    | no\ such\ (?:\w+\ )?(?:user|person|mailbox|recipient|address|account|domain|host)
    | no\ (?:mailbox|user|account)\ (?:here|by\ that|with\ that)
    | (?:user|mailbox|recipient|account|address|domain|host|email)\b[^.;]{0,80}?
        (?:does\ ?n[o']?t\ exist|does\ not\ exist|not\ (?:be\ )?found|not\ exist
          |no\ longer\ (?:exists|active|valid|in\ use))
    | does(?:\ not|n't)\ have\ an?\ [^;]{0,60}?account
    | (?:mailbox|account|user|address)\ (?:\S+\ )?(?:has\ been\ |is\ |was\ )?
        (?:disabled|closed|deleted|suspended|deactivated|terminated|discontinued|unavailable)
    | not\ a\ (?:valid|known)\ (?:\w+\ )?(?:mailbox|recipient|user|address)
    | recipient\ address\ rejected:\ (?:access\ denied|undeliverable|user|unverified)
    | unrouteable\ (?:mail\ )?address | user\ unknown | null\ ?mx | recipnotfound | nosuchuser | unknown\ in\ virtual
    | (?:host|domain)(?:\ or\ domain)?(?:\ name)?\ not\ found | non-?existent\ domain
    | usuario\ (?:desconocido|inexistente|no\ (?:existe|encontrado)) | no\ existe\ (?:el|la|este|esta|ese|esa|tal)\b
    | (?:cuenta|buz[oó]n|direcci[oó]n|destinatario)\ (?:\S+\ )?(?:no\ existe|inexistente|desconocid[oa]|desactivad[oa])
    | (?:empf[äa]e?nger|benutzer)\ (?:\w+\ )?unbekannt | utilisateur\ inconnu | usu[aá]rio\ (?:desconhecido|inexistente)
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
_US = re.compile(
    r"""spam | \bjunk\b | virus | malware | phish | (?:black|block|deny)[\ -]?list | dnsbl | \brbl\b | \bblocked\b
    | reputation | \bdmarc\b | \bspf\b | \bdkim\b | authenticat | \bpolic(?:y|ies)\b | \bpol[ií]tica
    | \brelay(?:ing)?\b.{0,20}\b(?:denied|prohibited|permitted|not\ allowed) | unable\ to\ relay
    | rate[\ -]limit | at\ a\ rate | too\ many | throttl | gr[ea]ylist | \bbulk\b | unsolicited | suspicious | banned
    | too\ (?:large|big)\b | size\ (?:limit|exceed) | exceed\w*\ (?:\w+\ ){0,4}size | maximum\ (?:\w+\ )?size
    | (?:content|message)\ (?:was\ )?(?:rejected|refused|blocked) | not\ (?:authori[sz]ed|permitted|allowed)\ to\ send
    | sender(?:'s)?\ (?:address\ |domain\ )?(?:rejected|denied|blocked|verify\ failed|not\ allowed)
    """,
    re.IGNORECASE | re.VERBOSE,
)

_SENDERS = {7, 8, 9}
_TOO_LARGE = {(2, 3), (3, 4)}
_SIZED = re.compile(r"message\b.{0,40}\b(?:too\ (?:large|big)|size)|size\ limit", re.IGNORECASE)
# Where RFC 3463's classes say something else than that there is no such address.
_PROTOCOL, _CONTENT, _POLICY = 5, 6, 7


def status_of(*texts: str) -> str:
    """Give the most telling status in texts, the first of them first; empty when there is none."""
    found = [match[0] for text in texts for match in STATUS.finditer(text)]
    telling = [status for status in found if not status.endswith(".0.0")]
    return (telling or found or [""])[0]


def blame(status: str, words: str) -> AnswerKind:
    """Tell of a delivery that was given up whether its address is dead (hard), failed (soft), or we did (ours)."""
    severity, subject, detail = _numbers(status, words)
    if (subject, detail) in _TOO_LARGE:
        return AnswerKind.OURS
    if (subject, detail) == (2, 2) or (_FULL.search(words) and not _SIZED.search(words)):
        return AnswerKind.SOFT
    no_such_address, about_us = bool(_ADDRESS.search(words)), bool(_US.search(words))
    if severity == 4:
        return AnswerKind.OURS if subject == _POLICY or about_us else AnswerKind.SOFT
    at_address = (subject == 1 and detail not in _SENDERS) or (subject, detail) == (2, 1)
    if (subject == 1 and not at_address) or (about_us and not (at_address and no_such_address)):
        return AnswerKind.OURS
    if at_address or no_such_address:
        return AnswerKind.HARD
    return AnswerKind.OURS if subject in (_PROTOCOL, _CONTENT, _POLICY) else AnswerKind.SOFT


def _numbers(status: str, words: str) -> tuple[int, int, int]:
    """Give the three numbers of a status; without one, its first is that of the host's reply code, else 5."""
    found = STATUS.fullmatch(status)
    if found:
        return int(found[1]), int(found[2]), int(found[3])
    reply = _REPLY.search(words)
    return int(reply[1]) if reply else 5, 0, 0
