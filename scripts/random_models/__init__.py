"""What make_random_model.py writes: the shapes, and the tensors of each architecture."""
