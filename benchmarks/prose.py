"""Made-up entries as dense as real ones, in English and Spanish: each names many countries, towns and topics.

The plain text of `bulletins` has hardly a word that labels go by; agencies and the press write like this. The same
number gives the same text.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

PLACES = {
    "en": (
        ("Panama", "Panamanian", "Panama City"),
        ("Costa Rica", "Costa Rican", "Liberia"),
        ("El Salvador", "Salvadoran", "San Salvador"),
        ("Guatemala", "Guatemalan", "Quetzaltenango"),
        ("Honduras", "Honduran", "San Pedro Sula"),
        ("Mexico", "Mexican", "Tapachula"),
        ("Nicaragua", "Nicaraguan", "Managua"),
        ("Belize", "Belizean", "Belmopan"),
        ("Colombia", "Colombian", "Cúcuta"),
        ("Ecuador", "Ecuadorian", "Quito"),
        ("Peru", "Peruvian", "Lima"),
        ("Haiti", "Haitian", "Port-au-Prince"),
        ("the Dominican Republic", "Dominican", "Santo Domingo"),
        ("the United States", "American", "El Paso"),
        ("Spain", "Spanish", "Madrid"),
        ("Venezuela", "Venezuelan", "Maracaibo"),
        ("Ethiopia", "Ethiopian", "Addis Ababa"),
        ("Bangladesh", "Bangladeshi", "Cox\N{RIGHT SINGLE QUOTATION MARK}s Bazar"),
    ),
    "es": (
        ("Panamá", "panameñas", "David"),
        ("Costa Rica", "costarricenses", "Alajuela"),
        ("El Salvador", "salvadoreñas", "Santa Tecla"),
        ("Guatemala", "guatemaltecas", "Huehuetenango"),
        ("Honduras", "hondureñas", "Tegucigalpa"),
        ("México", "mexicanas", "Tijuana"),
        ("Nicaragua", "nicaragüenses", "Managua"),
        ("Belice", "beliceñas", "Belmopán"),
        ("Colombia", "colombianas", "Medellín"),
        ("Ecuador", "ecuatorianas", "Guayaquil"),
        ("Perú", "peruanas", "Arequipa"),
        ("Haití", "haitianas", "Puerto Príncipe"),
        ("República Dominicana", "dominicanas", "Santiago de los Caballeros"),
        ("Estados Unidos", "estadounidenses", "Houston"),
        ("España", "españolas", "Barcelona"),
        ("Venezuela", "venezolanas", "Caracas"),
        ("Bolivia", "bolivianas", "Cochabamba"),
        ("Chile", "chilenas", "Iquique"),
    ),
}
# {0}, {1}, {2}: three countries; p: their people; t: a town of theirs; {n}: a number.
TITLES = {
    "en": (
        "{0} and {1} agree on safer work for those who cross the border",
        "{0t}: families wait for news after the storm",
        "New centre for {0p} children opens in {1t}",
        "Survey looks at how {0p} women fare in {1}",
        "{0} trains its consuls to recognise victims of trafficking",
        "Fewer people return to {0} than a year ago",
    ),
    "es": (
        "{0} y {1} acuerdan ordenar el trabajo de temporada",
        "{0t}: las familias esperan ayuda tras las lluvias",
        "Abren en {1t} una casa para la niñez que viaja sola",
        "Un estudio mide cómo viven las mujeres {0p} en {1}",
        "{0} prepara a sus cónsules para reconocer la trata de personas",
        "Menos personas regresan a {0} que hace un año",
    ),
}
_SENTENCES = {
    "en": """
Officials from {0}, {1} and {2} met in {0t} on Tuesday to look at what has become of the plan that their
governments signed last year.

“We left because nobody could protect us any more,” said a mother of three from {1t}, who has asked for asylum
together with her sister.

The shelter has room for {n} people, but more than twice as many slept there after the river rose.

According to the survey, {n} of those interviewed had sent money home at least once since they arrived in {0}.

Doctors and nurses see up to {n} patients a day, most of them children with fever, and refer the worst cases to
the hospital.

Police in {1t} arrested four men who are said to have smuggled {n} {0p} citizens across the border in trucks.

A workshop for border officers, teachers and social workers dealt with the signs by which victims of human
trafficking can be told.

Seasonal workers from {2} pick coffee and melons from November to March, and their employers must now pay for
the journey.

Those who were deported from {0} were given a meal, a telephone call and a bus ticket to their villages.

The {0p} ministry of labour says that {n} work permits have been issued, half of them to women.

Earlier this month the hurricane had destroyed roofs, wells and schools along the coast, and the rain has not
stopped since.

Young people from both sides of the river painted a mural about what they have in common, and about the
xenophobia that they have met.

The law would let {1p} families stay for two years \N{EN DASH} if parliament passes it before the summer.

Human rights organisations complain that people are held for weeks without a lawyer, and that nobody answers for
the violence.

Neighbours bring bread and blankets, the parish has lent its hall, and the mayor of {1t} hopes that it will be
enough until spring.

It is a long way from {2t} to {0t}, and those who make it speak of it only in the evening, when the little ones
are asleep.

The office will publish the figures every three months, so that everyone can see which of the promises were
kept.

Prices have gone up again, the harvest was poor, and few believe that the next one will be any better.

With support from {2}, the two countries will share what they know about networks that recruit girls through
social media.

Nobody knows how many have passed through the forest since January; the last count spoke of {n} in a single
week.

The road was closed for nine days, and even the baker, who has seen everything, says that she had never sold so
little.

He keeps the keys in a tin, next to the photograph of a house which he may never see again.

By noon the square is empty; then the buses come, and for an hour it looks like a fair.

What happens next depends on a decision that was due in April and has been put off twice.
""",
    "es": """
Delegaciones de {0}, {1} y {2} se reunieron el martes en {0t} para revisar lo que ha sido del plan que sus
gobiernos firmaron el año pasado.

“Salimos porque ya nadie podía protegernos”, cuenta una madre de tres hijos que llegó de {1t} y que pidió asilo
junto con su hermana.

El albergue tiene lugar para {n} personas, pero más del doble durmió allí después de que creciera el río.

Según la encuesta, {n} de las personas entrevistadas enviaron remesas por lo menos una vez desde que viven en
{0}.

Médicas y enfermeros atienden hasta a {n} pacientes por día, en su mayoría niñas y niños con fiebre, y envían
los casos graves al hospital.

La policía de {1t} detuvo a cuatro hombres que habrían llevado a {n} personas {0p} al otro lado de la frontera
en camiones.

En el taller, agentes de migración, docentes y trabajadoras sociales aprendieron a reconocer a las víctimas de
la trata de personas.

Quienes vienen de {2} cortan café y melón de noviembre a marzo, y ahora los patronos deben pagar el pasaje a los
trabajadores.

A las personas deportadas de {0} se les dio comida, una llamada y un boleto de autobús hasta sus aldeas.

El ministerio de trabajo informa que se han entregado {n} permisos, la mitad a mujeres {0p}.

A comienzos de mes el huracán se había llevado techos, pozos y escuelas en toda la costa, y desde entonces no ha
dejado de llover.

Jóvenes de los dos lados del río pintaron un mural sobre lo que tienen en común y sobre la xenofobia que han
vivido.

La ley permitiría que las familias {1p} se queden dos años \N{EN DASH} si el parlamento la aprueba antes del
verano.

Organizaciones de derechos humanos denuncian que hay gente detenida durante semanas sin abogado y que nadie
responde por la violencia.

Los vecinos llevan pan y cobijas, la parroquia prestó su salón, y la alcaldesa de {1t} espera que alcance hasta
la primavera.

Es largo el camino de {2t} a {0t}, y quienes lo terminan hablan de él solo por la noche, cuando los más pequeños
duermen.

La oficina publicará las cifras cada tres meses, para que todos puedan ver cuáles de las promesas se cumplieron.

Los precios volvieron a subir, la cosecha fue mala, y pocos creen que la próxima vaya a ser mejor.

Con apoyo de {2}, los dos países compartirán lo que saben de las redes que captan a muchachas por las redes
sociales.

Nadie sabe cuántos han cruzado la selva desde enero; el último conteo hablaba de {n} en una sola semana.

El camino estuvo cerrado nueve días, y hasta la panadera, que lo ha visto todo, dice que nunca había vendido tan
poco.

Guarda las llaves en una lata, junto a la fotografía de una casa que quizás no vuelva a ver.

Al mediodía la plaza queda vacía; luego llegan los buses, y por una hora aquello parece un mercado.

Lo que venga después depende de una decisión que debía tomarse en abril y que ya se aplazó dos veces.
""",
}
SENTENCES = {
    language: [" ".join(sentence.split()) for sentence in text.split("\n\n")]
    for language, text in _SENTENCES.items()
}


def _said(rng: random.Random, patterns: Mapping[str, Sequence[str]], language: str) -> str:
    """Give one of the sentences of a language, about any three countries."""
    text = rng.choice(patterns[language])
    for slot, (country, people, town) in enumerate(rng.sample(PLACES[language], 3)):
        text = text.replace(f"{{{slot}}}", country).replace(f"{{{slot}p}}", people)
        text = text.replace(f"{{{slot}t}}", town)
    return text.replace("{n}", str(rng.randrange(20, 900)))


def entries(number: int, words: int = 300) -> Iterator[tuple[date, str, list[str]]]:
    """Give so many entries of about so many words, newest first: date, title and paragraphs."""
    rng = random.Random(number)
    for index in range(number):
        language = rng.choice(tuple(SENTENCES))
        paragraphs, count = [], 0
        while count < words - 35:  # half a paragraph
            few = " ".join(_said(rng, SENTENCES, language) for _ in range(rng.choice((2, 3, 4))))
            paragraphs.append(few)
            count += few.count(" ") + 1
        yield date(2026, 1, 1) - timedelta(days=index // 10), _said(rng, TITLES, language), paragraphs


def bulletin(number: int, words: int = 300) -> str:
    """Give a bulletin with these entries."""
    return "".join(
        "\n\n".join((f"{day.day} {day:%B}, {day.year}", title, *paragraphs, ""))
        for day, title, paragraphs in entries(number, words)
    )
