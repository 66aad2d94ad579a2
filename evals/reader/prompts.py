"""What the chat model is told: how to ask of a passage, and how to say a sentence in other words.

The instructions and the worked example stand first and never change, so that the model reads
them once. The examples are made up.
"""

from evals.reader.writers import Message

QUESTIONS_VERSION = "2"
PARAPHRASE_VERSION = "1"
"""To be changed with the instructions: what was written after the old ones is asked for anew."""

_ASK = """\
You write quiz questions about a news text. Write three lines, each: question | answer
Rules:
- The answer is 1 to 8 words copied exactly from the text.
- Ask what the text reports, not what stands in the title, and not who is who.
- The question can be understood without the text: it names people, countries and events, and \
never says "he", "they", "we", "the text" or "the speaker".
- The question does not contain the answer.
- Ask three different kinds of question: who, when, how many, where, what, why.
If the text states no facts, write: none"""

_ASK_EXAMPLE = """\
Title: Briefing by Coast Guard Chief Mira Olsen
Text: Coast guard chief Mira Olsen told reporters on Tuesday that 41 passengers had been rescued \
from the ferry Sandvik. The ship sank near Port Lorne because its cargo doors had been left open, \
she said. Norland's transport minister promised an inquiry and called the crew “negligent”."""

_ASKED_EXAMPLE = """\
How many passengers of the ferry Sandvik were rescued? | 41
Why did the ferry Sandvik sink near Port Lorne? | its cargo doors had been left open
Who promised an inquiry into the sinking of the Sandvik? | Norland's transport minister"""

_REWORD = """\
Say the sentence in other words. Keep the meaning, and keep every number, name and date exactly \
as written. Write one sentence and nothing else."""

_REWORD_EXAMPLE = (
    "Coast guard chief Mira Olsen said on Tuesday that 41 passengers had been rescued near "
    "Port Lorne, despite the heavy storm."
)

_REWORDED_EXAMPLE = (
    "Although the storm was severe, rescuers saved 41 passengers close to Port Lorne, coast guard "
    "chief Mira Olsen announced on Tuesday."
)


def asking(title: str, text: str) -> list[Message]:
    """Return the messages that ask for questions of a passage, a line each: question | answer."""
    return _shown(_ASK, _ASK_EXAMPLE, _ASKED_EXAMPLE, f"Title: {title}\nText: {text}")


def rewording(sentence: str) -> list[Message]:
    """Return the messages that ask for a sentence in other words."""
    return _shown(_REWORD, _REWORD_EXAMPLE, _REWORDED_EXAMPLE, sentence)


def _shown(told: str, example: str, replied: str, asked: str) -> list[Message]:
    return [
        {"role": "system", "content": told},
        {"role": "user", "content": example},
        {"role": "assistant", "content": replied},
        {"role": "user", "content": asked},
    ]
