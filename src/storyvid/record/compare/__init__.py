"""The page that shows takes side by side: manifests read, small videos made, one HTML file that needs nothing else."""
