"""Environment: microbial counts and airborne particles of clean rooms."""
