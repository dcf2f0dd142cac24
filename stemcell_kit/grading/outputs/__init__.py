"""What a cell showed, made fit to be looked at: by a teacher, by the learner, in a browser.

Everything here comes from a learner's process or notebook. What is let through is named, piece by
piece; all the rest is left out.
"""

from stemcell_kit.grading.outputs.clean import Room, clean_outputs
from stemcell_kit.grading.outputs.markup import clean_html, quiet_math
from stemcell_kit.grading.outputs.pictures import clean_attachments, clean_picture
from stemcell_kit.grading.outputs.plain import plain_text

__all__ = [
    "Room",
    "clean_attachments",
    "clean_html",
    "clean_outputs",
    "clean_picture",
    "plain_text",
    "quiet_math",
]
