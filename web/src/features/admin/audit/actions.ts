/** Every act that the trail knows of (event and audit of the server), by what it is about. A test compares. */
export const groups = {
  rooms: [
    "room.created", "room.updated", "room.archived", "room.restored", "room.moderated", "room.transferred",
    "room.member-granted", "room.member-changed", "room.member-removed", "room.member-claimed",
  ],
  calls: [
    "session.started", "session.ended", "session.tightened", "admission.created", "admission.ended", "participant.joined", "participant.left",
    "participant.waiting", "administrator.entered", "ticket.admitted", "ticket.refused",
  ],
  meetings: [
    "meeting.created", "meeting.updated", "meeting.cancelled", "meeting.purged", "occurrence.updated", "occurrence.cancelled",
    "invitee.responded", "invitee.proposed", "proposal.declined",
  ],
  people: [
    "sign-in.created", "sign-in.ended", "person.created", "person.deactivated", "person.reactivated", "person.signed-out", "person.merged", "person.moved",
    "role.given", "role.taken", "platform.claimed", "platform.claim-offered",
  ],
  organizations: [
    "organization.created", "organization.updated", "unit.created", "unit.updated", "unit.deleted",
    "office.created", "office.updated", "office.deleted", "office.seated", "office.left", "policy.updated",
    "template.created", "template.updated", "template.deleted",
  ],
  software: [
    "service-account.created", "service-account.changed", "service-account.revoked",
    "webhook.created", "webhook.changed", "webhook.disabled", "webhook.deleted", "webhook.tested", "webhook.resent",
    "scim.bound", "person.provisioned", "person.unlinked", "group.created", "group.updated", "group.deleted", "people.imported",
  ],
  privacy: ["person.exported", "person.erasure-requested", "person.erased", "hold.placed", "hold.released", "audit.names-destroyed"],
  trail: [
    "sign-in.refused", "join.refused", "request.refused", "attendance.read", "people.read", "live-rooms.people-read", "organization-rooms.read", "audit.read", "audit.exported", "audit.expired",
    "audit.refusals-counted",
  ],
} as const;

export type Group = keyof typeof groups;
export type Action = (typeof groups)[Group][number];
export const groupNames = Object.keys(groups) as Group[];
export const actions: readonly Action[] = groupNames.flatMap((one) => [...groups[one]]);
