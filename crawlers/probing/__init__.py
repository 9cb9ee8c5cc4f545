"""Looking at a site: what works at an outlet, and what an unknown one is made with."""
