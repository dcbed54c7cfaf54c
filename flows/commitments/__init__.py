"""From words to a commitment: proposals, the read-back, the explicit yes, and what it sets going.

The rule of this package: nothing binds that the customer did not say or accept, to the cent and day
(negotiation.md C.7, "Acceptance" and "No needless yes").
"""
