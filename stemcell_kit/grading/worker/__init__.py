"""The process that runs learners' cells; it never holds a test."""
