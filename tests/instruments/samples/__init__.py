"""One good file of every format, area by area: ``SAMPLES`` maps the format id to its maker."""
