package store_test

import (
	"testing"

	"parvis/auth/oidc"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// suite runs a contract on both engines with caches on, as the program has them.
func suite[S any](t *testing.T, run func(*testing.T, func(*testing.T) S)) {
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			run(t, func(t *testing.T) S {
				return any(watching(t, open(t, store.Options{URL: withSchema(t, engine)}))).(S)
			})
		})
	}
}

func TestRooms(t *testing.T)           { suite[rooms.RoomStore](t, storetest.Rooms) }
func TestAdmissions(t *testing.T)      { suite[storetest.AdmissionsStore](t, storetest.Admissions) }
func TestPresence(t *testing.T)        { suite[storetest.PresenceStore](t, storetest.Presence) }
func TestHosting(t *testing.T)         { suite[storetest.HostingStore](t, storetest.Hosting) }
func TestLobby(t *testing.T)           { suite[storetest.LobbyStore](t, storetest.Lobby) }
func TestMembers(t *testing.T)         { suite[storetest.MembersStore](t, storetest.Members) }
func TestMeetings(t *testing.T)        { suite[storetest.MeetingsStore](t, storetest.Meetings) }
func TestPlanning(t *testing.T)        { suite[storetest.PlanningStore](t, storetest.Planning) }
func TestLive(t *testing.T)            { suite[storetest.AdmissionsStore](t, storetest.Live) }
func TestHistory(t *testing.T)         { suite[storetest.HistoryStore](t, storetest.History) }
func TestLeftovers(t *testing.T)       { suite[storetest.LeftoversStore](t, storetest.Leftovers) }
func TestOverview(t *testing.T)        { suite[storetest.OverviewStore](t, storetest.Overview) }
func TestInbox(t *testing.T)           { suite[rooms.Inbox](t, storetest.Inbox) }
func TestLeases(t *testing.T)          { suite[rooms.Leases](t, storetest.Leases) }
func TestDirectory(t *testing.T)       { suite[directory.Store](t, storetest.Directory) }
func TestSignIns(t *testing.T)         { suite[storetest.SignInsStore](t, storetest.SignIns) }
func TestEmailProofs(t *testing.T)     { suite[storetest.EmailProofsStore](t, storetest.EmailProofs) }
func TestAttempts(t *testing.T)        { suite[oidc.Attempts](t, storetest.Attempts) }
func TestServiceAccounts(t *testing.T) { suite[service.Store](t, storetest.ServiceAccounts) }
func TestServicePeople(t *testing.T)   { suite[storetest.ServicePeopleStore](t, storetest.ServicePeople) }
func TestOffices(t *testing.T)         { suite[storetest.OfficesStore](t, storetest.Offices) }
func TestPeopleImport(t *testing.T) {
	suite[storetest.PeopleImportStore](t, storetest.PeopleImport)
}
func TestSCIM(t *testing.T)         { suite[storetest.SCIMStore](t, storetest.SCIM) }
func TestWebhooks(t *testing.T)     { suite[storetest.WebhooksStore](t, storetest.Webhooks) }
func TestWebhookQueue(t *testing.T) { suite[storetest.WebhookQueueStore](t, storetest.WebhookQueue) }
func TestAudit(t *testing.T)        { suite[storetest.AuditStore](t, storetest.Audit) }
func TestPolicies(t *testing.T)     { suite[storetest.PoliciesStore](t, storetest.Policies) }
func TestAdministration(t *testing.T) {
	suite[storetest.AdministrationStore](t, storetest.Administration)
}
func TestUsage(t *testing.T)       { suite[storetest.UsageStore](t, storetest.Usage) }
func TestIdempotency(t *testing.T) { suite[storetest.Idempotency](t, storetest.Idempotent) }
