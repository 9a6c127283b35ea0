package store

import "parvis/privacy"

// eraseStep removes rows of a table that are about a person, or, with set, takes the person's name and words off them. where
// names rows that are left to be done: done twice, it finds none. held is the condition of rows that a hold on a room keeps.
type eraseStep struct {
	kind  privacy.Kind
	table string
	where string
	set   string
	held  string
	mark  bool // of what has to be found again once name and address are gone; it counts for nothing
}

const (
	inHeldRoom    = "room_id IN " + heldRooms
	inHeldSession = "session_id IN (SELECT hs.id FROM sessions hs WHERE hs.room_id IN " + heldRooms + ")"
	inHeldMeeting = "meeting_id IN (SELECT hm.id FROM meetings hm WHERE hm.room_id IN " + heldRooms + ")"
	ofHeldInvitee = "invitee_id IN (SELECT hi.id FROM invitees hi WHERE hi." + inHeldMeeting + ")"
	ofHeldTicket  = "id IN (SELECT hk.sign_in_id FROM lobby_tickets hk WHERE hk." + inHeldRoom + ")"

	myInvitations  = "(SELECT i.id FROM invitees i WHERE " + mine + ")"
	myComing       = "(SELECT i.id FROM invitees i JOIN meetings m ON m.id = i.meeting_id WHERE m.last_at >= @now AND " + mine + ")"
	myAdmissions   = "(SELECT a.id FROM admissions a WHERE a.person_id = @person)"
	myUsers        = "(SELECT u.id FROM scim_users u WHERE u.person_id = @person)"
	mySignIns      = "(SELECT s.id FROM sign_ins s WHERE s.person_id = @person)"
	myLinks        = "(SELECT i.link_id FROM invitees i WHERE i.link_id IS NOT NULL AND " + mine + ")"
	myLinksAsNamed = "(SELECT CAST(i.link_id AS text) FROM invitees i WHERE i.link_id IS NOT NULL AND " + mine + ")"

	// myLocks are found by who did it: when a hold ends, the account has lost the name by which the others are.
	myLocks = `(SELECT a.session_id FROM acts a WHERE a.act = 'lock' AND a.actor IN (@actor, @person)
		AND NOT EXISTS (SELECT 1 FROM acts l WHERE l.session_id = a.session_id AND l.act = 'lock' AND l.at > a.at))`
)

// eraseSteps is what is done to what is about a person, in this order: what leads to a row goes after it, and the account last,
// whose name and address the others need.
var eraseSteps = []eraseStep{
	{
		kind: privacy.Invitations, table: "invitees", mark: true, set: "claimed_by = @person",
		where: "@address <> '' AND person_id IS NULL AND claimed_by IS NULL AND folded = @address",
	},
	{ // a claim of what is to come lasts no longer than its account: whoever has the address next would take over what is held
		kind: privacy.Invitations, table: "invitees", mark: true, set: "person_id = @person, claimed_by = NULL",
		where: "claimed_by = @person AND person_id IS NULL AND id IN " + myComing + " AND " + inHeldMeeting,
	},
	{kind: privacy.Letters, table: "letters", mark: true, where: "@address <> '' AND recipient = @mailbox", set: "recipient = 'person:' || @person"},
	{ // what is held of a meeting that goes on is not sent
		kind: privacy.Letters, table: "letters", mark: true, set: "state = 'superseded', done_at = @now",
		where: "state = 'queued' AND (recipient IN (@actor, @mailbox) OR invitee_id IN " + myInvitations + ")",
	},
	{kind: privacy.Lobby, table: "lobby_tickets", where: "person_id = @person OR sign_in_id IN " + mySignIns, held: inHeldRoom},
	{kind: privacy.SignIns, table: "email_proofs", where: "sign_in_id IN " + mySignIns},
	{kind: privacy.SignIns, table: "sign_ins", where: "person_id = @person", held: ofHeldTicket},
	{kind: privacy.Delegation, table: "service_access_tokens", where: "person_id = @person"},
	{kind: privacy.Requests, table: "idempotency_keys", where: "principal = @actor"},
	{kind: privacy.Requests, table: "operations", where: "who ->> 'personId' = @person AND state <> 'queued'"},

	{kind: privacy.Admissions, table: "hands", where: "admission_id IN " + myAdmissions},
	{kind: privacy.Chat, table: "messages", where: "admission_id IN " + myAdmissions, held: inHeldRoom},
	{kind: privacy.Admissions, table: "admissions", where: "person_id = @person AND name NOT IN ('', @erased)", set: "name = @erased, org_name = '', visit_for = ''", held: inHeldRoom},
	{
		kind: privacy.Attendance, table: "sessions", set: "locked_by = @erased", held: inHeldRoom,
		where: "locked_by NOT IN ('', @erased) AND (id IN " + myLocks + " OR locked_by = @name AND id IN (SELECT p.session_id FROM participants p WHERE p.person_id = @person))",
	},
	{kind: privacy.Attendance, table: "participants", where: "person_id = @person AND name <> @erased", set: "name = @erased, org_name = '', email = ''", held: inHeldSession},
	{kind: privacy.Acts, table: "acts", where: "actor IN (@actor, @person) AND actor_name <> @erased", set: "actor_name = @erased", held: inHeldSession},
	{kind: privacy.Acts, table: "acts", where: "actor IN (@actor, @person) AND CAST(data AS text) LIKE '%\"reason\"%'", set: "data = '{}'", held: inHeldSession, mark: true},
	{kind: privacy.Acts, table: "acts", where: "target IN (@actor, @person) AND target_name <> @erased", set: "target_name = @erased", held: inHeldSession},
	{kind: privacy.Acts, table: "adjustments", where: "who_kind = 'person' AND who_id = @person AND name <> ''", set: "name = ''", held: inHeldSession},
	{kind: privacy.Blocks, table: "blocks", where: "who_kind = 'person' AND who_id = @person", held: inHeldRoom},
	{kind: privacy.Blocks, table: "blocks", where: "blocked_by IN (@actor, @person) AND blocked_by_name <> @erased AND NOT (who_kind = 'person' AND who_id = @person)", set: "blocked_by_name = @erased", held: inHeldRoom},

	{
		kind: privacy.Letters, table: "letters", held: inHeldMeeting,
		where: "(recipient IN (@actor, @mailbox) OR invitee_id IN " + myInvitations + ") AND address <> @nowhere",
		set: `address = @nowhere, name = @erased, recipient = 'person:' || @person, done_at = COALESCE(done_at, @now),
			state = CASE state WHEN 'queued' THEN 'superseded' ELSE state END`,
	},
	{kind: privacy.Invitations, table: "links", where: "id IN " + myLinks + " AND name <> @erased", set: "name = @erased, revoked_at = COALESCE(revoked_at, @now)"},
	{kind: privacy.Roles, table: "grants", where: `(subject_kind = 'person' AND subject_id = @person) OR (subject_kind = 'email' AND @address <> '' AND subject_id = @address)
		OR (subject_kind = 'link' AND subject_id IN ` + myLinksAsNamed + ")"},
	{kind: privacy.Calendar, table: "agenda", where: "person_id = @person"},
	{kind: privacy.Calendar, table: "feeds", where: "person_id = @person"},
	{kind: privacy.Invitations, table: "reports", where: "invitee_id IN " + myInvitations, held: ofHeldInvitee},
	{kind: privacy.Invitations, table: "answers", where: "invitee_id IN " + myComing, held: inHeldMeeting},
	{kind: privacy.Invitations, table: "proposals", where: "invitee_id IN " + myComing, held: inHeldMeeting},
	{kind: privacy.Invitations, table: "answers", where: "comment <> '' AND invitee_id IN " + myInvitations + " AND invitee_id NOT IN " + myComing, set: "comment = ''", held: inHeldMeeting},
	{kind: privacy.Invitations, table: "proposals", where: "comment <> '' AND invitee_id IN " + myInvitations + " AND invitee_id NOT IN " + myComing, set: "comment = ''", held: inHeldMeeting},
	{kind: privacy.Invitations, table: "invitees", where: "id IN " + myComing, held: inHeldMeeting},
	{
		kind: privacy.Invitations, table: "invitees", held: inHeldMeeting,
		where: "id IN " + myInvitations + " AND id NOT IN " + myComing + " AND name <> @erased",
		set: `name = @erased, language = '', link_token = NULL, email = CASE WHEN person_id IS NULL THEN 'erased-' || CAST(id AS text) || @domain ELSE '' END,
			folded = CASE WHEN person_id IS NULL THEN 'erased-' || CAST(id AS text) || @domain ELSE '' END`,
	},

	{kind: privacy.Roles, table: "appointments", where: "person_id = @person"},
	{kind: privacy.Roles, table: "office_holders", where: "person_id = @person"},
	{kind: privacy.Groups, table: "group_members", where: "person_id = @person"},
	{kind: privacy.Groups, table: "scim_group_members", where: "user_id IN " + myUsers},
	{kind: privacy.Identities, table: "scim_emails", where: "user_id IN " + myUsers},
	{kind: privacy.Identities, table: "scim_users", where: "person_id = @person"},
	{kind: privacy.Addresses, table: "emails", where: "person_id = @person"},
	{kind: privacy.Identities, table: "identities", where: "person_id = @person"},
	{kind: privacy.Account, table: "people_words", where: "person_id = @person"},
	{kind: privacy.Protection, table: "exports", where: "person_id = @person"},
	{
		kind: privacy.Protection, table: "holds", where: "subject_kind = 'person' AND subject_id = @person AND ended_at IS NOT NULL AND reason <> @erased",
		set: "reason = @erased, end_reason = @erased",
	},
	{kind: privacy.Trail, table: "person_keys", where: "person_id = @person AND wrapped IS NOT NULL", set: "wrapped = NULL, destroyed_at = @now"},
	{
		kind: privacy.Account, table: "people", where: "id = @person AND erased_at IS NULL",
		set: "given_name = '', family_name = @erased, email = '', locale = '', unit = '', updated_at = @now, erased_at = @now",
	},
}
