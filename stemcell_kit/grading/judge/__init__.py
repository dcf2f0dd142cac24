"""The process that holds the tests and runs them on what learners' cells gave."""
