"""One file per verb. Each has ``run(words) -> exit code``."""
