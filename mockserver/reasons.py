"""Reasons for refusals whose error does not say so: every one of them, as data.

The real service answers 401, 404 and some 400 without a reason, and so does this one: a reason goes
with the refusal inside the server, to the journal, the log, the advice and, if asked for, a header;
it is never part of a body. A leaf. Each reason is a sentence about the request and its token, says
what to do where that is one thing, and holds no secret.
"""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    # --- tokens (401 INVALID_TOKEN)
    "token_missing": "No token was sent: there is no Authorization header.",
    "token_scheme": "The Authorization header is none of Bearer, a space and the token.",
    "token_malformed": "The token is no JSON Web Token.",
    "token_of_another_key": "The token is signed by another key: that of another server, of a "
    "server with another data directory, or of the real service; get one from this server.",
    "token_for_other_apis": "The token is for other APIs than this one.",
    "token_expired": "The token expired at {at}, and it is {now} in {organization}: get a new one.",
    "token_revoked": "The token was revoked, or its owner's tokens were ended.",
    "organization_gone": "The token is of the organization {organization}, which is not here.",
    "organization_other": "The token is of the organization {organization}, the host of {host}: "
    "ask the host of {organization}, or get a token of {host}.",
    "application_gone": "The token's application is gone from {mode} mode of {organization}.",
    "application_other": "The token's application has another client id now.",
    "owner_gone": "The {type} that the token acts for is gone.",
    # --- permissions (401 UNAUTHORIZED)
    "permission_of_type": "A token of kind {bearer} may not {action} {type}.",
    "permission_of_kind": "Only tokens of kind {kinds} may {action} {type}, and this one is of "
    "kind {bearer}.",
    "permission_of_role": "The role {role} of this token of kind {bearer} does not let it "
    "{action} {type}.",
    "permission_of_record": "A token of kind {bearer} with the scope {scope} may not {action} this "
    "one of the {type}: it is another's, or outside of the scope.",
    "permission_of_owner": "A customer may not set {name} to another customer.",
    "permission_of_password": "A sales channel may not change a password: that takes a password "
    "reset.",
    "permission_of_guest": "A guest may not add to what belongs to a customer with a password.",
    "permission_of_line": "Line items of this kind are made by the order alone.",
    "permission_of_gift_card": "A token of kind {bearer} may not activate or recharge gift cards.",
    "permission_of_order": "A token of kind {bearer} may not add to this order: it is another's.",
    "permission_of_addon": "The organization has not enabled {name}.",
    "permission_of_user": "Only the token of a user may request or cancel an anonymization.",
    # --- what is not there, answered 404
    "path_missing": "The path leads nowhere.",
    "type_missing": "There is no type {type}.",
    "relationship_missing": "{type} have no relationship {name}.",
    "record_missing": "There is no record {id} of {type} in {mode} mode.",
    "record_deleted": "The record {id} of {type} was deleted.",
    "record_of_other_mode": "The record {id} of {type} exists in {other} mode, and the token is of "
    "{mode} mode: get a token of {other} mode.",
    "linkage_missing": "The relationship {name}: {missing}",
    # --- documents, answered 400
    "key_missing": "An update names the record in its body too: data.id is missing.",
    "linkage_malformed": "The relationship {name} has to be {example}.",
    # --- the authorization server
    "client_missing": "No client_id was sent.",
    "client_unknown": "There is no client {client_id}: mockserver credentials prints those there "
    "are.",
    "secret_missing": "The client has to send its client_secret here.",
    "secret_wrong": "The client_secret is not that of the client, which mockserver credentials "
    "prints.",
    "grant_not_for_kind": "A client of kind {kind} may not use the grant {grant}.",
    "grant_for_enterprise": "Only clients of enterprise organizations may use the grant {grant}.",
    "customer_unknown": "No customer of {mode} mode has this email.",
    "customer_is_guest": "The customer is a guest, who has no password.",
    "password_wrong": "The password is not that of the customer.",
    "code_unknown": "The code is used or expired, another client's, or none.",
    "redirect_uri_other": "The redirect_uri is not the one that the code was asked for with.",
    "redirect_uri_unregistered": "The redirect_uri is none of those registered for the client: "
    "{registered}.",
    "refresh_token_unknown": "The refresh token is used or expired, another client's, or none.",
    "scope_missing": "A client of kind {kind} has to ask for a scope, as market:code:europe.",
    "scope_unknown": "The scope {item} leads to nothing in {mode} mode.",
    "scope_refused": "The scope {scope} is not one that this client can have.",
    # --- what somebody wanted to go wrong
    "fault": "The fault {fault} struck, {effect}: mockserver faults remove {fault} removes it, "
    "mockserver faults clear removes all.",
    "fault_by_header": "The request's own header X-Mock-Fault struck.",
}


def reason(name: str, /, **facts: object) -> str:
    """Return a reason as a sentence.

    Args:
        name: a key of ``REASONS``.
        facts: what it names.
    """
    return REASONS[name].format(**facts)
