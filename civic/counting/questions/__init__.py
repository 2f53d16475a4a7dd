"""What is asked of a result: is it right, what would have changed it, what does it mean?"""
