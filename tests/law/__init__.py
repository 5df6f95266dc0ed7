"""The law, judged case by case. Needs no database."""
