"""What a run needs: stages that touch the world, choices and where they come from, one note's job, worker processes."""
