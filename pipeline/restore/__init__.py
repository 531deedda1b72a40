"""Words as read → words as printed: confusion model, lexicon and language model together.

models = load_models()
restored = restore_pages(pages, models, settings)      # pages of one file
restored = restore_text(text, models)                  # plain text, line for line
"""

from pipeline.restore.models import Models, load_models
from pipeline.restore.pages import Restored, restore_pages
from pipeline.restore.restoring import RestoredText, restore_text

__all__ = ["Models", "Restored", "RestoredText", "load_models", "restore_pages", "restore_text"]
