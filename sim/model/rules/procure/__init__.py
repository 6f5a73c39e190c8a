"""From whom states buy, and how much of their budget goes abroad."""
