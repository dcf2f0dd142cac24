"""Methods for extracellular vesicles: size, concentration, purity, yield, markers."""
