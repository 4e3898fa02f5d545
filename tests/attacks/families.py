"""The 68 families of bad input and abuse, each with the tests that attack it, or why none can yet.

A text, B files, C access, D web, E protocol and abuse. The number is the family's; an attack is
`file::test`, from tests/ on. What has no target yet waits in NO_TARGET until one appears.
"""

from __future__ import annotations

from typing import NamedTuple

T, C, W, P, L = (
    f"attacks/test_{one}.py" for one in ("text", "access", "web", "protocol", "limits")
)
PUSH, UPLOADS, MATRIX, PHOTOS, PASSKEYS, SEALS = (
    f"attacks/test_{one}.py"
    for one in ("push_addresses", "uploads", "matrix", "photos", "passkeys", "seals")
)
DARKROOM, DEVELOP, WAY = "pwa/test_darkroom.py", "pwa/test_develop.py", "pwa/test_transport.py"
FORMS = "attacks/test_forms.py"
DRAWN = f"{DARKROOM}::test_what_is_no_picture_of_ours_is_not_drawn"
TWO_THINGS = f"{DARKROOM}::test_of_a_file_that_is_two_things_the_picture_alone_is_left"
LIARS = f"{PHOTOS}::test_whatever_comes_the_note_is_there_and_nothing_else_is_served"
ADDRESSES = f"{PUSH}::test_d1_and_d2_and_d6_no_other_address_is_posted_to"
TOO_LONG = f"{T}::test_a2_and_a6_and_a9_what_is_too_long_is_told_and_given_back"

ATTACKS: dict[str, tuple[str, ...]] = {
    "A1 nothing to see": (f"{T}::test_a1_what_shows_nothing_is_asked_for",),
    "A2 too much": (
        TOO_LONG,
        f"{T}::test_a2_ten_thousand_fields_and_a_deep_body_are_no_fault",
        "blueprints/api/test_bodies.py::test_a_bad_body_has_its_status_and_a_sentence",
    ),
    "A3 bytes that are no text": (
        f"{T}::test_a3_bytes_are_read_whole_or_asked_for_again",
        f"{T}::test_a3_what_json_can_escape_and_no_text_can_hold",
        "attacks/test_odd_addresses.py::test_no_address_is_a_fault_of_ours",
    ),
    "A4 rare letters": (f"{T}::test_a4_rare_letters_come_back_equal",),
    "A5 turned direction": (f"{T}::test_a5_no_name_turns_the_reading_direction",),
    "A6 piles of marks": (TOO_LONG,),
    "A7 code in a field": (f"{T}::test_a7_code_is_text_wherever_it_is_read",),
    "A8 signs of a query": (f"{T}::test_a8_signs_of_a_query_find_themselves_alone",),
    "A9 slow patterns": (TOO_LONG, "models/test_normalise.py::test_no_text_takes_long"),
    "A10 formulas": (f"{T}::test_a10_no_cell_of_the_table_is_a_formula",),
    "A11 individual numbers": (
        f"{T}::test_a11_an_individual_number_is_asked_about",
        f"{FORMS}::test_no_form_stores_an_individual_number",
    ),
    "A12 telephone numbers": (f"{T}::test_a12_a_number_is_one_that_can_be_called",),
    "A13 days": (f"{T}::test_a13_a_day_is_one_of_the_calendar",),
    "A14 lines in the log": (f"{T}::test_a14_nothing_that_comes_writes_a_line_into_the_log",),
    "B1 two things in one": (TWO_THINGS, LIARS),
    "B2 a page as a picture": (DRAWN, LIARS),
    "B3 bombs": (DRAWN, LIARS),
    "B4 archives": (DRAWN, f"{UPLOADS}::test_b10_a_body_that_is_none_is_told_and_changes_nothing"),
    "B5 what a picture tells": (f"{DARKROOM}::test_nothing_but_pixels_survives", LIARS),
    "B6 broken pictures": (DRAWN, f"{DARKROOM}::test_one_pixel_is_a_picture"),
    "B7 moving pictures": (f"{DARKROOM}::test_of_an_animation_the_first_picture_is_drawn",),
    "B8 other kinds": (DRAWN,),
    "B9 names of files": (f"{UPLOADS}::test_b9_a_name_of_a_file_is_never_used",),
    "B10 broken uploads": (
        f"{UPLOADS}::test_b10_a_body_that_is_none_is_told_and_changes_nothing",
        "blueprints/operator/test_cut.py::test_a_form_that_breaks_off_is_not_taken_and_the_whole_one_is",
    ),
    "B11 a test virus": (DRAWN,),
    "B12 the same again and again": (
        f"{PHOTOS}::test_the_same_picture_hundreds_of_times_is_three_pictures",
    ),
    "B13 drawing commands": (DRAWN,),
    "B14 a killed decoder": (
        f"{DARKROOM}::test_a_decoder_that_was_killed_has_said_nothing_about_the_picture",
        f"{DEVELOP}::test_a_worker_killed_anywhere_draws_the_picture_at_its_next_start",
    ),
    "C1 ids of others": (
        f"{MATRIX}::test_every_route_lets_in_exactly_whom_the_table_names",
        f"{MATRIX}::test_sealed_and_held_notes_are_for_their_readers_alone",
    ),
    "C2 paths and methods": (
        f"{C}::test_c2_no_way_of_writing_a_path_leads_past_the_policy",
        f"{C}::test_c2_no_method_leads_past_the_policy",
        f"{C}::test_c2_a_method_in_a_field_or_header_is_none",
    ),
    "C3 fields that nobody offered": (
        f"{C}::test_c3_a_note_says_no_more_than_a_note_may",
        f"{C}::test_c3_a_form_changes_what_it_shows_alone",
    ),
    "C4 fields of another kind": (
        f"{C}::test_c4_a_field_of_another_kind_is_pointed_to",
        f"{C}::test_c4_a_name_that_stands_twice_means_one_thing",
    ),
    "C5 whether it is there": (
        f"{C}::test_c5_what_is_there_and_hidden_is_told_as_what_is_not",
        f"{C}::test_c5_a_search_counts_nothing_that_is_hidden",
    ),
    "C6 old pages": (
        f"{C}::test_c6_a_bookmark_opens_nothing_after_the_role_is_lost",
        f"{SEALS}::test_c6_no_form_of_a_page_that_stood_open_finds_it_after_the_seal",
        f"{SEALS}::test_c6_no_list_search_or_table_has_it_after_the_seal",
        "blueprints/intake/test_sealing.py::test_old_ways_to_it_lead_where_there_never_was_anything",
    ),
    "C8 two at once": (
        "models/test_claims.py::test_of_two_at_once_one_wins",
        "models/test_at_once.py::test_the_last_two_of_the_core_cannot_leave_at_once",
        "models/household/test_gathering.py::test_two_staff_gather_the_same_at_once",
        f"{PASSKEYS}::test_a_session_that_was_ended_is_revived_by_nobody",
        f"{SEALS}::test_c8_of_those_who_open_it_while_it_is_sealed_nobody_reads_it_afterwards",
        f"{SEALS}::test_c8_of_two_who_seal_at_once_one_seals_and_the_other_finds_nothing",
        "models/sealing/test_seal_at_once.py::test_who_comes_while_it_is_sealed_finds_it_gone",
        "models/test_reveal_at_once.py::test_of_two_who_decide_at_once_the_second_learns_that_it_is_decided",
    ),
    "C9 neighbours in number": (
        "models/test_normalise.py::test_different_places_and_rooms_stay_apart",
    ),
    "C10 rights for oneself": (
        "blueprints/office/test_people.py::test_an_administrator_gets_no_content_role",
        "blueprints/office/test_people.py::test_the_core_s_last_two_stay_and_the_page_says_so",
        "models/test_reveal.py::test_nobody_is_the_second_person_of_their_own",
    ),
    "C11 moved into it": (
        "models/test_conflict.py::test_who_moves_sees_no_more_for_it",
        "models/test_conflict_asked.py::test_who_comes_or_is_renamed_later_is_denied_what_named_them",
    ),
    "C12 receipt codes": (
        f"{C}::test_c12_a_guess_opens_nothing_and_is_told_as_every_other",
        f"{C}::test_c12_a_code_in_an_address_opens_nothing_and_goes_nowhere",
        f"{C}::test_c12_a_second_note_with_a_used_code_is_taken_and_opens_nothing",
    ),
    "D1 addresses within": (
        ADDRESSES,
        f"{WAY}::test_a_push_host_that_points_inward_is_refused",
    ),
    "D2 look-alikes": (ADDRESSES,),
    "D3 led inward": (f"{WAY}::test_a_redirect_is_an_answer_and_is_not_followed",),
    "D4 a name that changes": (
        f"{WAY}::test_a_name_that_changes_its_mind_is_asked_once",
        f"{WAY}::test_a_name_that_points_inward_later_is_refused_then",
        f"{WAY}::test_the_checked_address_is_connected_to_under_the_hosts_own_name",
    ),
    "D5 keys that are none": (f"{PUSH}::test_d5_a_key_that_is_none_is_pointed_to",),
    "D6 too many": (
        ADDRESSES,
        f"{PUSH}::test_d6_and_d7_a_thousand_phones_are_ten_and_a_stolen_one_moves",
    ),
    "D7 somebody else's": (
        f"{PUSH}::test_d6_and_d7_a_thousand_phones_are_ten_and_a_stolen_one_moves",
    ),
    "D8 slow services": (f"{WAY}::test_silence_and_resets_are_no_answer",),
    "D9 forged requests": (
        f"{W}::test_d9_no_form_is_taken_without_the_token_of_its_page",
        f"{W}::test_d9_another_site_writes_nothing_through_the_api",
        f"{W}::test_d9_what_a_form_of_another_site_can_send_is_no_json",
        f"{W}::test_d9_a_session_writes_nothing_of_its_own_without_the_header_of_a_page",
        f"{W}::test_d9_a_sign_in_from_elsewhere_signs_nobody_in",
        f"{FORMS}::test_a_look_changes_nothing_but_that_somebody_looked",
    ),
    "D10 ways out": (f"{W}::test_d10_no_way_on_leaves_the_site",),
    "D11 spoofed headers": (
        f"{W}::test_d11_no_header_changes_an_address_of_ours",
        f"{W}::test_d11_a_name_that_is_not_ours_is_answered_with_the_one_that_is",
        f"{L}::test_d11_an_invented_address_evades_no_limit",
    ),
    "D12 sessions": (
        f"{W}::test_d12_a_session_planted_before_is_worth_nothing_after",
        f"{W}::test_d12_a_cookie_is_worth_nothing_after_signing_out",
        f"{W}::test_d12_a_cookie_that_is_none_is_nobody",
    ),
    "D13 frames": (f"{W}::test_d13_no_answer_may_be_framed_and_no_opened_page_reaches_back",),
    "D14 caches": (
        f"{W}::test_d14_a_page_under_the_name_of_a_file_is_not_there",
        "attacks/test_every_answer.py::test_nothing_is_inline_and_only_what_is_nobodys_may_be_kept_or_found",
    ),
    "D15 bent requests": (
        "attacks/test_lines.py::test_d15_a_bent_request_is_one_request_or_none_and_the_next_is_answered",
    ),
    "D16 languages": (f"{W}::test_d16_whatever_language_is_asked_for_one_of_ours_answers",),
    "E1 replays": (
        f"{P}::test_e1_a_message_replayed_after_a_year_is_the_same_note",
        f"{P}::test_e1_what_a_revoked_key_signs_is_taken_and_held_for_a_person",
        f"{P}::test_e1_another_body_under_one_id_is_a_conflict_and_both_are_kept",
    ),
    "E2 borrowed ids": (f"{P}::test_e2_an_id_that_somebody_else_has_tells_and_overwrites_nothing",),
    "E3 numbers of a phone": (
        f"{P}::test_e3_a_number_that_no_phone_counts_is_pointed_to",
        f"{P}::test_e3_a_jump_to_the_end_and_back_costs_nothing_and_forgets_nothing",
    ),
    "E4 passkeys": (
        f"{PASSKEYS}::test_a_bent_answer_lets_nobody_in",
        f"{PASSKEYS}::test_a_challenge_is_used_up_by_a_wrong_answer_too",
        f"{PASSKEYS}::test_a_key_under_somebody_elses_name_opens_nothing",
    ),
    "E5 guessing": (
        f"{L}::test_e5_whoever_guesses_is_slowed_in_words_and_the_victim_comes_in",
        f"{L}::test_e5_invitations_cannot_be_tried_without_end_and_good_ones_go_on",
        f"{L}::test_e5_receipt_codes_cannot_be_tried_without_end",
        f"{L}::test_e5_digits_of_a_thousand_phones_are_tried_from_nowhere_else",
    ),
    "E6 invitations": (
        f"{P}::test_e6_an_invitation_that_two_use_at_once_lets_one_in",
        f"{P}::test_e6_a_photograph_of_the_sheet_lacks_its_four_digits",
    ),
    "E7 a storm": (
        "attacks/test_storm.py::test_the_list_stays_short_nothing_is_lost_and_a_few_taps_answer_all",
    ),
    "E8 asking after others": (f"{P}::test_e8_nothing_tells_a_reporter_that_others_wrote_too",),
    "E9 prying": (
        "models/test_audit_watch.py::test_one_open_too_many_is_told_within_a_tick_and_once",
        "models/test_audit_watch.py::test_what_is_opened_while_the_desk_is_closed_is_told_once_a_day",
        "models/test_reveal_near.py::test_to_look_for_what_is_kept_from_one_is_asked_about",
    ),
    "E12 a flood": (f"{L}::test_e12_a_flood_behind_one_network_is_taken_marked_and_blocks_nobody",),
}


class Target(NamedTuple):
    """By what a target would be known, were there one: patterns of names."""

    what: str
    routes: str = ""
    columns: str = ""
    commands: str = ""


NO_TARGET: dict[str, Target] = {
    "C7 exports of others": Target(
        "a job that makes a file to fetch later", r"export|download|/jobs?\b", r"export|download"
    ),
    "C9 other towns": Target("several towns in one database", columns="tenant|municipality_id"),
    "E9 the honey case": Target("a case that nobody has a reason to open", columns="honey|decoy"),
    "E10 a call in the family's name": Target(
        "words that staff read to such a caller", "inquir|enquir", "inquir|enquir"
    ),
    "E11 a restored past": Target("backup and restore", commands="backup|restore"),
}
FAMILIES = {"A": 14, "B": 14, "C": 12, "D": 16, "E": 12}
