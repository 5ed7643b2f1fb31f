"""Amounts as carriers write them."""


def money(words: str) -> tuple[float, str] | None:
    """'KES 1785.50' as amount and currency; None where it is nothing of the kind."""
    currency, _, figure = words.strip().partition(" ")
    try:
        amount = float(figure.replace(",", ""))
    except ValueError:
        return None
    fits = currency.isalpha() and len(currency) <= 8 and abs(amount) < 1e15
    return (amount, currency) if fits else None
