"""A small site with entries of every kind, for tests of what people see."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from makers import entry

from feedsvc.model import Category, Scheme, Site, Vocabulary

TEMPLATES = Path(__file__).parent.parent / "templates"

SITE = Site(
    root=TEMPLATES.parent,
    title="Migration in Mesoamerica",
    url="https://bulletin.example.org",
    id_authority="example.org,2017",
    languages=("en", "es"),
    timezone=ZoneInfo("America/Costa_Rica"),
    description="News of a regional programme on migration.",
    contact="office@example.org",
    schedules=("weekly", "daily", "fridays"),
)

NAMES = {
    Category(Scheme.COUNTRY, "BZ"): ("Belize", "Belice"),
    Category(Scheme.COUNTRY, "CR"): ("Costa Rica", "Costa Rica"),
    Category(Scheme.COUNTRY, "PA"): ("Panama", "Panamá"),
    Category(Scheme.COUNTRY, "HT"): ("Haiti", "Haití"),
    Category(Scheme.COUNTRY, "AX"): ("Åland Islands", "Islas Åland"),
    Category(Scheme.TOPIC, "trafficking"): ("Trafficking in persons", "Trata de personas"),
    Category(Scheme.TOPIC, "gender"): ("Gender", "Género"),
    Category(Scheme.REGION, "mesoamerica"): ("Mesoamerica", "Mesoamérica"),
}

VOCABULARY = Vocabulary(
    countries=("BZ", "CR", "PA"),
    topics=("trafficking", "gender"),
    regions={"mesoamerica": ("BZ", "CR", "PA")},
    names={
        "en": {category: english for category, (english, _) in NAMES.items()},
        "es": {category: spanish for category, (_, spanish) in NAMES.items()},
    },
)

MONTHS = {date(2017, 7, 1): 2, date(2017, 8, 1): 1, date(2017, 9, 1): 4}
ACTIVITY = {"PA": MONTHS, "CR": {date(2017, 9, 1): 1}, "HT": {date(2017, 7, 1): 1}, "AX": {}}

HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>]]>&amp;{{ 7*7 }}{% x %}"

# What a bulletin may hold, and a page must bear.
ENTRIES = (
    entry(
        7,
        title="Panama and Costa Rica walk together",
        summary="A walk along the border. " * 9,
        countries=["CR", "PA"],
        topics=["trafficking"],
        regions=["mesoamerica"],
        link="https://news.example.org/walk?a=1&b=2",
    ),
    entry(
        6,
        title="Autoridades de ambos países acuerdan una hoja de ruta conjunta para la reintegración sostenible "
        "de las personas migrantes retornadas y de sus familias en las comunidades de origen",
        language="es",
        countries=["PA"],
        topics=["gender", "trafficking"],
        published=date(2017, 8, 22),
    ),
    entry(5, title="An entry about no country", topics=["gender"], published=date(2017, 8, 1)),
    entry(4, title="W" * 200, summary="x" * 200, countries=["HT"], body=f"<p>{'x' * 200}</p>"),
    entry(3, title="مرحبا بالعالم 🌎👩‍👩‍👧", summary="نص قصير", countries=["AX"], body="<p>نص قصير</p>"),
    entry(2, title=HOSTILE, summary=HOSTILE, countries=["PA"], link="javascript:alert(3)"),
    entry(1, title="A title and nothing else", summary="", body="", text="", published=date(2017, 7, 28)),
)
