"""Words as read become the words that were printed, every change recorded and scored."""
