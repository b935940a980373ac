"""Trying a policy out before it is in force: cases with an expected outcome, and what past work would have met."""
