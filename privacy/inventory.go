package privacy

import "strings"

// Table says of every column of a table whether it tells something of somebody. Says are columns with names, addresses, texts,
// or what somebody did; Points name somebody by an id alone, which leads to nobody once the account is erased; Plain are all
// others. A table without a kind says nothing of anybody.
type Table struct {
	Name  string
	Kind  Kind
	Says  string
	Plain string
	Point string
}

// Columns is every declared column with what it does.
func (t Table) Columns() map[string]string {
	found := map[string]string{}
	for does, list := range map[string]string{"says": t.Says, "points": t.Point, "plain": t.Plain} {
		for _, column := range strings.Fields(list) {
			if found[column] != "" {
				does += " and " + found[column]
			}
			found[column] = does
		}
	}
	return found
}

var tables = []Table{
	{Name: "people", Kind: Account, Says: "given_name family_name email locale unit", Plain: "id org_id created_at updated_at deactivated_at erased_at closed_by_client"},
	{Name: "people_words", Kind: Account, Says: "word", Point: "person_id", Plain: "org_id"},
	{Name: "emails", Kind: Addresses, Says: "address folded since until vouched_at", Point: "person_id", Plain: "id"},
	{Name: "identities", Kind: Identities, Says: "iss sub provider created_at idp_id uid", Point: "person_id"},
	{Name: "scim_users", Kind: Identities, Says: "user_name external_id display_name given_name family_name title user_type department organization attributes", Point: "person_id",
		Plain: "id client_id active version created_at updated_at"},
	{Name: "scim_emails", Kind: Identities, Says: "address kind is_primary", Point: "user_id", Plain: "place"},
	{Name: "merges", Kind: Identities, Says: "merged_at", Point: "person_id into_id merged_by"},
	{Name: "group_members", Kind: Groups, Says: "added_at", Point: "person_id", Plain: "group_id"},
	{Name: "scim_group_members", Kind: Groups, Point: "user_id", Plain: "group_id"},
	{Name: "sign_ins", Kind: SignIns, Says: "org_name name emails provider issuer subject provider_sid id_token user_agent network last_seen_at",
		Point: "person_id", Plain: "id secret_hash kind org_id assurance created_at expires_at ended_at authenticated_at"},
	{Name: "email_proofs", Kind: SignIns, Says: "address asked", Point: "sign_in_id", Plain: "code_hash attempts expires_at"},
	{Name: "grants", Kind: Roles, Says: "subject_id", Plain: "id room_id subject_kind role sources not_before not_after source_kind source_id"},
	{Name: "appointments", Kind: Roles, Says: "role given_at", Point: "person_id given_by", Plain: "id org_id"},
	{Name: "office_holders", Kind: Roles, Says: "kind role not_before not_after added_at", Point: "person_id added_by", Plain: "id office_id"},
	{Name: "platform_claims", Kind: Roles, Point: "used_by", Plain: "code_hash created_at expires_at used_at"},
	{Name: "invitations", Kind: Roles, Plain: "token_hash grant_id created_at expires_at"},
	{Name: "rooms", Kind: Rooms, Says: "name description tags", Point: "personal_of",
		Plain: "id org_id slug media_name language entry min_assurance version created_at updated_at archived_at forbidden phone_entry opens_with_host mute_on_entry max_participants max_minutes close_empty_after attendance_days link_expires_at guarded dedicated planned template_id external_id office_id unit_id governed"},
	{Name: "meetings", Kind: Meetings, Says: "title description organizer_name on_behalf_of overrides tags", Point: "organizer_id deputies",
		Plain: "id org_id uid sequence version app external_id status language starts zone duration rules rdates exdates place_mode room_id entry min_assurance passcode passcode_hash opens_before closes_after settings reminders split_from split_into first_at last_at projected_until created_at updated_at cancelled_at reminds_at zone_stamp reminds_of quiet defaults purged_at"},
	{Name: "meeting_tags", Kind: Meetings, Says: "value", Plain: "meeting_id org_id name"},
	{Name: "invitees", Kind: Invitations, Says: "email folded name role required rsvp language", Point: "person_id claimed_by", Plain: "id meeting_id position link_id link_token"},
	{Name: "answers", Kind: Invitations, Says: "rsvp comment answered_at", Point: "invitee_id", Plain: "meeting_id occurrence sequence"},
	{Name: "proposals", Kind: Invitations, Says: "starts duration comment proposed_at", Point: "invitee_id", Plain: "meeting_id occurrence sequence"},
	{Name: "reports", Kind: Invitations, Point: "invitee_id", Plain: "notice_id occurrence"},
	{Name: "links", Kind: Invitations, Says: "name", Plain: "id token_hash room_id created_at revoked_at"},
	{Name: "agenda", Kind: Calendar, Says: "first_at last_at", Point: "person_id", Plain: "meeting_id"},
	{Name: "feeds", Kind: Calendar, Says: "created_at last_read_at", Point: "person_id", Plain: "token_hash"},
	{Name: "letters", Kind: Letters, Says: "recipient title address name language", Point: "invitee_id",
		Plain: "id org_id meeting_id version kind sequence occurrence starts ends before_start message_id state created_at done_at begun_at told_version"},
	{Name: "tellings", Kind: Letters, Says: "said", Plain: "meeting_id version"},
	{Name: "lobby_tickets", Kind: Lobby, Says: "name org_name email note", Point: "sign_in_id who_id person_id decided_by",
		Plain: "id room_id state created_at expires_at who_kind assurance reason decided_at link_id asks asks_only"},
	{Name: "admissions", Kind: Admissions, Says: "name org_name visit_for", Point: "who_id person_id sign_in_id",
		Plain: "id org_id room_id session_id who_kind assurance role sources state reason generation created_at ended_at grant_id visit"},
	{Name: "hands", Kind: Admissions, Point: "admission_id", Plain: "room_id raised_at"},
	{Name: "sessions", Kind: Attendance, Says: "locked_by", Plain: "id org_id room_id sid empty_since started_at ended_at locked_at spotlight end_reason attendance_until people peak forgotten permits meeting_id tightened untold"},
	{Name: "participants", Kind: Attendance, Says: "name org_name role first_joined_at door email", Point: "who_id person_id", Plain: "id session_id who_kind assurance visit"},
	{Name: "intervals", Kind: Attendance, Says: "began_at last_seen_at ended_at", Point: "participant_id admission_id", Plain: "id session_id"},
	{Name: "acts", Kind: Acts, Says: "actor_name act target_name data", Point: "actor target", Plain: "id session_id at"},
	{Name: "adjustments", Kind: Acts, Says: "name", Point: "who_id", Plain: "session_id who_kind role forbidden held updated_at allowed"},
	{Name: "blocks", Kind: Blocks, Says: "name blocked_by_name blocked_at", Point: "who_id blocked_by", Plain: "id room_id who_kind"},
	{Name: "messages", Kind: Chat, Says: "name text", Point: "admission_id", Plain: "id room_id session_id seq at"},
	{Name: "service_access_tokens", Kind: Delegation, Point: "person_id", Plain: "hash account_id credential_id scopes created_at expires_at"},
	{Name: "audit", Kind: Trail, Says: "personal reason", Point: "actor on_behalf_of subject person_key_id data", Plain: "id at org_id action batch_id leaf_hash result code request_id network"},
	{Name: "audit_trail", Kind: Trail, Says: "personal", Point: "actor on_behalf_of subject person_key_id data", Plain: "id batch_id position at org_id action result code request_id"},
	{Name: "person_keys", Kind: Trail, Point: "person_id", Plain: "id wrapped created_at destroyed_at destruction"},
	{Name: "events", Kind: Trail, Point: "subject actor on_behalf_of data", Plain: "id seq type org_id at delivered_at pending"},
	{Name: "event_numbers", Kind: Trail, Point: "subject", Plain: "seq forget_at"},
	{Name: "idempotency_keys", Kind: Requests, Says: "body", Point: "principal", Plain: "route key request_hash status header created_at"},
	{Name: "operations", Kind: Requests, Says: "invitees detail", Point: "who", Plain: "id org_id meeting_id state invited changed code created_at ended_at"},
	{Name: "webhooks", Kind: Contacts, Says: "contact",
		Plain: "id org_id account_id url types description signature keys state reason challenge version created_at updated_at disabled_at delivered_at failing_since dead paused_until leased_by leased_until wake_at deleted_at language notice managed_by"},
	{Name: "exports", Kind: Protection, Says: "asked_at", Point: "person_id asked_by", Plain: "id"},
	{Name: "erasures", Kind: Protection, Says: "reason", Point: "person_id requested_by handover", Plain: "id org_id state requested_at done_at counts held receipt"},
	{Name: "holds", Kind: Protection, Says: "reason end_reason", Point: "subject_id placed_by ended_by", Plain: "id org_id subject_kind placed_at ended_at"},

	{Name: "organizations", Plain: "id name siret created_at parent_id kind state contact version"},
	{Name: "organization_domains", Plain: "domain org_id"},
	{Name: "organization_claims", Plain: "claim value org_id"},
	{Name: "units", Plain: "id org_id parent_id name version created_at"},
	{Name: "offices", Plain: "id org_id unit_id name version created_at"},
	{Name: "policies", Kind: Trail, Point: "updated_by", Plain: "level subject settings version updated_at"},
	{Name: "templates", Kind: Trail, Point: "updated_by", Plain: "id org_id name prefix settings version created_at updated_at managed_by"},
	{Name: "policy_clock", Plain: "id version changed_at"},
	{Name: "scim_clients", Plain: "id account_id org_id provider idp_id created_at"},
	{Name: "scim_groups", Plain: "id client_id external_id display_name version created_at updated_at"},
	{Name: "organization_idps", Plain: "idp_id org_id"},
	{Name: "groups", Plain: "id org_id name created_at"},
	{Name: "sign_in_attempts", Plain: "state_hash browser_hash provider nonce pkce_verifier return_to expires_at elevate"},
	{Name: "used_logout_tokens", Plain: "issuer jti expires_at"},
	{Name: "used_assertions", Plain: "account_id jti_hash expires_at"},
	{Name: "service_tokens", Plain: "id org_id name scopes secret_hash created_at expires_at last_used_at revoked_at"},
	{Name: "service_accounts", Kind: Contacts, Says: "contact", Plain: "id org_id name scopes networks acts_for version created_at expires_at last_used_at revoked_at"},
	{Name: "service_credentials", Plain: "id account_id secret_hash kid jwk created_at expires_at"},
	{Name: "room_use", Plain: "room_id org_id active_at last_used_at"},
	{Name: "room_seq", Plain: "room_id seq"},
	{Name: "lobby_seq", Plain: "room_id seq"},
	{Name: "openings", Plain: "id room_id source opens closes entry min_assurance passcode_hash"},
	{Name: "session_rooms", Plain: "session_id sid node seen_at"},
	{Name: "relays", Plain: "id admission_id replica opened_at closed_at quality"},
	{Name: "replicas", Plain: "name seen_at since"},
	{Name: "changes", Plain: "id origin kind ref at xid"},
	{Name: "audit_batches", Plain: "id size root previous_root key_id signature sealed_at leaves expired_at expiry_signature"},
	{Name: "webhook_inbox", Plain: "position id type room sid identity at received_at attempts not_before done_at"},
	{Name: "webhook_streams", Plain: "stream seq"},
	{Name: "deliveries", Plain: "id webhook_id message_id type body state attempts next_at created_at attempted_at status failure"}, // ids alone: webhook.told
	{Name: "leases", Plain: "name holder until"},
	{Name: "notices", Plain: "id meeting_id created_at closed_at settled_at"},
	{Name: "zone_rules", Plain: "zone stamp since"},
	{Name: "usage_days", Plain: "day org_id sessions participants seconds peak final"},
	{Name: "schema_migrations", Plain: "id version_id is_applied tstamp"},
}

// othersTables are those of a library, whose rows hold ids alone (package job).
const othersTables = "river_"

// Tables is the declaration of every table.
func Tables() []Table { return append([]Table(nil), tables...) }

// Declares tells how a column is declared: says, points or plain; empty when it is not.
func Declares(table, column string) string {
	if strings.HasPrefix(table, othersTables) {
		return "plain"
	}
	for _, t := range tables {
		if t.Name == table {
			return t.Columns()[column]
		}
	}
	return ""
}
