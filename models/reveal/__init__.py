"""特別な確認: who told, or what another desk has, seen for half an hour by two people's will."""
