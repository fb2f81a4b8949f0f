"""Who someone is, how they sign in, and what codes, names and passwords may be; pure."""

from companion.accounts.rules.codes import CODE_ALPHABET, INVITATION_LASTS, CodeState
from companion.accounts.rules.factors import By
from companion.accounts.rules.people import Actor, PasswordHash, Role, is_zone

__all__ = ["CODE_ALPHABET", "INVITATION_LASTS", "Actor", "By", "CodeState", "PasswordHash", "Role", "is_zone"]
