"""What a run leaves behind: the manifest, the environment it ran in, and its MLflow runs."""
