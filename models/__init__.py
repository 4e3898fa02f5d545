"""The domain: tables, rules and deadlines. Knows no web framework and no sibling package."""
