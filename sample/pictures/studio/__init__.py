"""The illustrator's studio: inks and tools in ink.py, the scenes in the other files."""
