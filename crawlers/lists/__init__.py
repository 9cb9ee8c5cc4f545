"""How an outlet announces its articles: feeds, sitemaps, index pages, and how often they are asked."""
