"""The view `/graphql`: reverse lookups of many numbers as a GraphQL query (contract section 2.15)."""
