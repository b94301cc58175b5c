"""The parts of the local stack: installation, processes, configurations."""
