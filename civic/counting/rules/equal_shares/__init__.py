"""The Method of Equal Shares and its completions, run after run, decided exactly."""
