"""HTTP and pages over the stratgraph library, nothing else."""
