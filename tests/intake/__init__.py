"""Tests of intake: the forms, the steps, drafts, filing and correcting."""
