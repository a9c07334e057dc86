from handlers.callbacks import Accept, ChooseLanguage, Go, Place, Speak
from handlers.keyboards import PRIMARY, button, in_rows, keyboard, way_back
from handlers.say import Screen
from handlers.texts import LANGUAGES, Texts


def terms_question(text: Texts, name: str, asked: str = "") -> Screen:
    return Screen(
        text("terms-question", name=name),
        keyboard(
            [button(text.plain("button-accept"), Accept(asked=asked), PRIMARY)],
            [button(text.plain("button-language"), ChooseLanguage(asked=asked))],
            [
                button(text.plain("button-terms"), Go(to=Place.TERMS)),
                button(text.plain("button-privacy"), Go(to=Place.PRIVACY)),
            ],
        ),
    )


def languages_screen(text: Texts, asked: str = "") -> Screen:
    buttons = [
        button(Texts(language).plain("language-name"), Speak(language=language, asked=asked))
        for language in LANGUAGES
    ]
    return Screen(
        text("language-question"), keyboard(*in_rows(buttons, 2), way_back(text, Go(to=Place.ACCOUNT)))
    )
