"""Rules for phone numbers: how they are written, what they mean in a country, which texts are the same number."""
