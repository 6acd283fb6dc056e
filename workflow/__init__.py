"""The pipeline: a script for each stage of dvc.yaml, and the library that the scripts share."""
