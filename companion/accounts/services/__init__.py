"""What people do about accounts: sign in and out, begin, hand over codes, change what is theirs, pass care on."""

from companion.accounts.services.care import (
    arrange_cover,
    end_care,
    end_cover,
    end_covers_that_ran_out,
    transfer,
)
from companion.accounts.services.factors import make_recovery_codes, set_authenticator, spend_code
from companion.accounts.services.handing_over import (
    NO_SUCH_CODE,
    begin,
    create_staff,
    invite_patient,
    new_code_for,
    restore,
    set_new_password,
    set_up_with_passkey,
    set_up_with_password,
)
from companion.accounts.services.passkeys import (
    Site,
    add_passkey,
    challenge,
    how_to_add,
    how_to_use,
    person_of_passkey,
    remove_passkey,
)
from companion.accounts.services.passwords import (
    Recognised,
    hash_of,
    is_password_of,
    is_still_stored,
    keep_fresher_hash,
    recognise,
)
from companion.accounts.services.people import (
    change_password,
    note_zone,
    rename,
    set_clinic,
    take_turn,
)
from companion.accounts.services.safety import keep_safety_plan
from companion.accounts.services.signing_in import (
    begin_session,
    confirm_session,
    end_other_sessions,
    end_session,
    note_use,
    sign_out,
)
from companion.accounts.services.throttle import give_back_tries, take_try

__all__ = [
    "NO_SUCH_CODE",
    "Recognised",
    "Site",
    "add_passkey",
    "arrange_cover",
    "begin",
    "begin_session",
    "challenge",
    "change_password",
    "confirm_session",
    "create_staff",
    "end_care",
    "end_cover",
    "end_covers_that_ran_out",
    "end_other_sessions",
    "end_session",
    "give_back_tries",
    "hash_of",
    "how_to_add",
    "how_to_use",
    "invite_patient",
    "is_password_of",
    "is_still_stored",
    "keep_fresher_hash",
    "keep_safety_plan",
    "make_recovery_codes",
    "new_code_for",
    "note_use",
    "note_zone",
    "person_of_passkey",
    "recognise",
    "remove_passkey",
    "rename",
    "restore",
    "set_authenticator",
    "set_clinic",
    "set_new_password",
    "set_up_with_passkey",
    "set_up_with_password",
    "sign_out",
    "spend_code",
    "take_try",
    "take_turn",
    "transfer",
]
