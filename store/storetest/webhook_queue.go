package storetest

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parvis/auth/service"
	"parvis/directory"
	"parvis/event"
	"parvis/job"
	"parvis/rooms"
	"parvis/webhook"
)

// WebhookQueueStore is what the suite of webhook.Queue needs: what happens, and who hears of it.
type WebhookQueueStore interface {
	MeetingsStore
	webhook.Store
	webhook.Queue
	service.Store
	directory.Store
	Tasks(ctx context.Context, q job.Query) ([]job.Standing, error)
	CancelTask(ctx context.Context, id int64) (job.Standing, error)
}

// WebhookQueue is the suite of webhook.Queue.
func WebhookQueue(t *testing.T, newStore func(*testing.T) WebhookQueueStore) {
	t.Run("what happened while nobody listened is told to nobody", func(t *testing.T) { nobodyListens(t, newStore(t)) })
	t.Run("who comes and goes is told in order, with where it was", func(t *testing.T) { comesAndGoes(t, newStore(t)) })
	t.Run("numbers count in the meeting for which a room is open", func(t *testing.T) { countsInMeeting(t, newStore(t)) })
	t.Run("who waits, and what hosts decide, is told", func(t *testing.T) { waitsAndIsLetIn(t, newStore(t)) })
	t.Run("a session that a host ends is told once", func(t *testing.T) { endedByHost(t, newStore(t)) })
	t.Run("each hears what it asked for, and neither who is pending nor whose account is over", func(t *testing.T) { whoHears(t, newStore(t)) })
	t.Run("one at a time holds a webhook, until the lease is over", func(t *testing.T) { oneHolder(t, newStore(t)) })
	t.Run("who is pending is sent the challenge alone, who paused nothing", func(t *testing.T) { whatIsDue(t, newStore(t)) })
	t.Run("a webhook is drained again when something is due, by one task however often it was drained", func(t *testing.T) { wokenOnce(t, newStore(t)) })
	t.Run("a webhook that nobody drains is woken by one task, however long that waits", func(t *testing.T) { wokenByOneTask(t, newStore(t)) })
	t.Run("what came of messages is written for who holds the webhook, and what it means decided by who has it", func(t *testing.T) { settles(t, newStore(t)) })
	t.Run("who was disabled by failures owes word of it", func(t *testing.T) { disabledByFailures(t, newStore(t)) })
	t.Run("who was disabled with its account owes word of it", func(t *testing.T) { disabledByRevocation(t, newStore(t)) })
	t.Run("the other active webhooks of an organization are told, whatever they asked for", func(t *testing.T) { othersAreTold(t, newStore(t)) })
	t.Run("deliveries are kept for thirty days, a deleted webhook until they are gone", func(t *testing.T) { deliveriesPruned(t, newStore(t)) })
}

// listener is a webhook that hears of some types, all without any.
func listener(t *testing.T, s WebhookQueueStore, types ...webhook.Type) webhook.Webhook {
	t.Helper()
	return CreateHook(t, s, Hook(hookAccount(t, s), types...))
}

// told publishes, and answers what a webhook is to be told: type, number and where.
func told(t *testing.T, s WebhookQueueStore, w webhook.Webhook) (lines []string) {
	t.Helper()
	var seen []webhook.Happening
	for {
		n, err := s.Publish(t.Context(), 2, Nine, func(h webhook.Happening) (webhook.Type, []byte, error) {
			seen = append(seen, h)
			return webhook.Compose(h)
		})
		if err != nil {
			t.Fatalf("publish: %v", err)
		}
		if n < 2 {
			break
		}
	}
	due, err := s.DueDeliveries(t.Context(), w, 100, Nine)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range due {
		i := slices.IndexFunc(seen, func(h webhook.Happening) bool { return h.Event.ID == d.MessageID })
		if i < 0 {
			continue // told before
		}
		h := seen[i]
		line := string(d.Type) + " " + strconv.FormatInt(h.Seq, 10)
		if h.SessionID != "" {
			line += " session"
		}
		if h.Room != "" {
			line += " " + h.Room
		}
		if h.MeetingID != "" {
			line += " meeting"
		}
		lines = append(lines, line)
	}
	return lines
}

func mustTell(t *testing.T, want string, got []string) {
	t.Helper()
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
}

func nobodyListens(t *testing.T, s WebhookQueueStore) {
	inside(t, s)
	w := listener(t, s)
	mustTell(t, "", told(t, s, w))
}

func leaves(t *testing.T, s WebhookQueueStore, in rooms.Entered, relay string) {
	t.Helper()
	if err := s.CloseRelay(t.Context(), relay, Nine); err != nil {
		t.Fatal(err)
	}
	settle(t, s, rooms.Settlement{
		Left: map[string]time.Time{in.Admission.ID: Nine}, Over: []string{in.Admission.SessionID}, Events: []event.Event{overEvent(in)},
	}, Nine.Add(2*time.Minute))
}

func comesAndGoes(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	r, in, relay := inside(t, s)
	mustTell(t, "session.started 1 session aaa-bbbb-ccc, participant.joined 2 session aaa-bbbb-ccc", told(t, s, w))
	enter(t, s, in.Admission, "a", Nine) // again, in the same interval
	leaves(t, s, in, relay)
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{RoomID: r.ID}, rooms.EndRemoved, Nine); err != nil {
		t.Fatal(err)
	}
	mustTell(t, "participant.left 3 session aaa-bbbb-ccc, session.ended 4 session aaa-bbbb-ccc", told(t, s, w))
	enter(t, s, admit(t, s, Admission(r)), "a", Nine)
	mustTell(t, "session.started 5 session aaa-bbbb-ccc, participant.joined 6 session aaa-bbbb-ccc", told(t, s, w))
}

func countsInMeeting(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	r := createRoom(t, s, "aaa-bbbb-ccc")
	mustOpen(t, s, NewID(), r.ID, Opening(-1, 1))
	beat(t, s, "a", Nine)
	in, _ := enter(t, s, admit(t, s, Admission(r)), "a", Nine)
	mustOpen(t, s, NewID(), r.ID) // what was is kept
	if _, err := s.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: in.Admission.ID}, rooms.EndLeft, Nine); err != nil {
		t.Fatal(err)
	}
	mustTell(t, "session.started 1 session aaa-bbbb-ccc meeting, participant.joined 2 session aaa-bbbb-ccc meeting, participant.left 3 session aaa-bbbb-ccc meeting", told(t, s, w))
}

func waitsAndIsLetIn(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k := guestKnocks(t, s, r, "g")
	knock(t, s, k) // again: nothing new
	other := guestKnocks(t, s, r, "h")
	proves := Knocking(r, createSignIn(t, s, Guest("i")))
	proves.Reason = rooms.WaitEmail
	knock(t, s, proves)
	for to, id := range map[rooms.TicketState]string{rooms.TicketAdmitted: k.ID, rooms.TicketRefused: other.ID} {
		if _, err := s.Decide(t.Context(), rooms.Decision{Verdict: rooms.Verdict{Tickets: []string{id}, To: to}, Room: r, Actor: "person:x", At: Nine, Until: Nine.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	got := told(t, s, w)
	slices.Sort(got[2:])
	for i := range got {
		got[i] = strings.Fields(got[i])[0]
	}
	mustTell(t, "participant.waiting, participant.waiting, participant.admitted, participant.denied", got)
}

func endedByHost(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s, webhook.SessionEnded)
	r, in, _ := inside(t, s)
	_, err := s.UpdateRunning(t.Context(), r.ID, Nine, func(run *rooms.Running) error {
		for i := range run.People {
			run.People[i].State, run.People[i].Reason = rooms.Ended, rooms.EndMeetingOver
		}
		run.Over = rooms.EndedByHost
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	settle(t, s, rooms.Settlement{Over: []string{in.Admission.SessionID}, Events: []event.Event{overEvent(in)}}, Nine.Add(time.Minute))
	mustTell(t, "session.ended 1 session aaa-bbbb-ccc", told(t, s, w)) // that it began nobody asked for: it has no number
}

func whoHears(t *testing.T, s WebhookQueueStore) {
	all, some := listener(t, s), listener(t, s, webhook.ParticipantJoined)
	pending, ended := Hook(hookAccount(t, s)), listener(t, s)
	pending.State = webhook.Pending
	CreateHook(t, s, pending)
	changeAccount(t, s, service.Account{ID: ended.AccountID}, func(a *service.Account) { a.RevokedAt = &a.CreatedAt })
	if got, err := s.Webhook(t.Context(), ended.ID); err != nil || got.State != webhook.Disabled || got.Reason != webhook.AccountRevoked {
		t.Errorf("got %+v, %v", got, err)
	}
	inside(t, s)
	mustTell(t, "session.started 1 session aaa-bbbb-ccc, participant.joined 2 session aaa-bbbb-ccc", told(t, s, all))
	for w, want := range map[string]int{some.ID: 1, pending.ID: 0, ended.ID: 0} {
		if page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w, State: webhook.Queued}); err != nil || len(page.Deliveries) != want {
			t.Errorf("%d, want %d, %v", len(page.Deliveries), want, err)
		}
	}
	if _, mine, err := s.LeaseWebhook(t.Context(), ended.ID, NewID(), Nine, Nine.Add(time.Minute)); mine || err != nil {
		t.Errorf("held %v, %v", mine, err)
	}
}

func oneHolder(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	one, two := NewID(), NewID()
	lease := func(holder string, now time.Time) bool {
		t.Helper()
		_, mine, err := s.LeaseWebhook(t.Context(), w.ID, holder, now, now.Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		return mine
	}
	if !lease(one, Nine) || lease(two, Nine.Add(59*time.Second)) || !lease(two, Nine.Add(time.Minute)) {
		t.Error("two hold it, or nobody")
	}
	if err := s.ReleaseWebhook(t.Context(), w.ID, one, Nine); err != nil || lease(one, Nine.Add(time.Minute)) {
		t.Errorf("somebody else gave it back: %v", err)
	}
	if err := s.ReleaseWebhook(t.Context(), w.ID, two, Nine); err != nil || !lease(one, Nine.Add(time.Minute)) {
		t.Errorf("it was not given back: %v", err)
	}
	for _, id := range []string{NewID(), "nonsense"} {
		if _, mine, err := s.LeaseWebhook(t.Context(), id, one, Nine, Nine.Add(time.Minute)); mine || err != nil {
			t.Errorf("%s: %v, %v", id, mine, err)
		}
	}
}

func whatIsDue(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	early, late := Message(w, webhook.Test), Message(w, webhook.Test)
	late.NextAt = Nine.Add(time.Minute)
	challenge := Message(w, webhook.Challenge)
	send(t, s, w, late, early, challenge)
	due := func(at time.Time) (ids []string) {
		t.Helper()
		found, err := s.DueDeliveries(t.Context(), w, 10, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			ids = append(ids, d.ID)
		}
		return ids
	}
	change := func(do func(*webhook.Webhook)) {
		t.Helper()
		if _, err := s.UpdateWebhook(t.Context(), w.ID, func(w *webhook.Webhook) (webhook.Act, error) { do(w); return webhook.Act{}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got := due(Nine); !slices.Equal(got, []string{early.ID, challenge.ID}) {
		t.Errorf("at nine: %v", got)
	}
	if got := due(Nine.Add(time.Minute)); !slices.Equal(got, []string{early.ID, challenge.ID, late.ID}) {
		t.Errorf("a minute later: %v", got)
	}
	change(func(w *webhook.Webhook) { w.State, w.Challenge = webhook.Pending, challenge.MessageID })
	if got := due(Nine.Add(time.Minute)); !slices.Equal(got, []string{challenge.ID}) {
		t.Errorf("pending: %v", got)
	}
	until := Nine.Add(time.Hour)
	change(func(w *webhook.Webhook) { w.State, w.PausedUntil = webhook.Active, &until })
	if got := due(Nine.Add(time.Minute)); len(got) != 0 || len(due(until)) != 3 {
		t.Errorf("paused: %v", got)
	}
	if err := s.WakeWebhooks(t.Context(), until); err != nil {
		t.Error(err)
	}
	change(func(w *webhook.Webhook) { w.URL = "https://b.example/" })
	if got := due(until); len(got) != 0 {
		t.Errorf("%v may be sent to the address that it had", got)
	}
}

func settles(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	through, failed, other := Message(w, webhook.Test), Message(w, webhook.Test), Message(w, webhook.Test)
	send(t, s, w, through, failed, other)
	holder := NewID()
	if _, mine, err := s.LeaseWebhook(t.Context(), w.ID, holder, Nine, Nine.Add(time.Minute)); !mine || err != nil {
		t.Fatal(mine, err)
	}
	later := kept(Nine.Add(time.Minute))
	now := kept(Nine)
	through.State, through.Attempts, through.Status, through.AttemptedAt = webhook.Delivered, 1, 204, &now
	failed.Attempts, failed.Status, failed.Failure, failed.NextAt, failed.AttemptedAt = 1, 500, webhook.BadStatus, later, &now
	b := webhook.Batch{WebhookID: w.ID, Holder: holder, Results: []webhook.Delivery{through, failed}, Now: Nine, Until: Nine.Add(time.Minute)}
	got, held, err := s.SettleDeliveries(t.Context(), b, func(w *webhook.Webhook) webhook.Act {
		w.Dead = 5
		return webhook.Act{}
	})
	if !held || err != nil || got.Dead != 5 {
		t.Fatalf("%v %v %+v", held, err, got)
	}
	find := func(id string) webhook.Delivery {
		t.Helper()
		page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w.ID})
		i := slices.IndexFunc(page.Deliveries, func(d webhook.Delivery) bool { return d.ID == id })
		if err != nil || i < 0 {
			t.Fatal(i, err)
		}
		return page.Deliveries[i]
	}
	mustSame(t, through, find(through.ID), nil)
	mustSame(t, failed, find(failed.ID), nil)

	// Who lost the lease has sent all the same; the webhook is the next one's.
	other.State, other.Attempts, other.Status, other.AttemptedAt = webhook.Delivered, 1, 200, &now
	_, held, err = s.SettleDeliveries(t.Context(), webhook.Batch{WebhookID: w.ID, Holder: NewID(), Results: []webhook.Delivery{other}, Now: Nine}, func(*webhook.Webhook) webhook.Act {
		t.Error("somebody else judges")
		return webhook.Act{}
	})
	if held || err != nil {
		t.Errorf("%v %v", held, err)
	}
	mustSame(t, other, find(other.ID), nil)
}

func deliveriesPruned(t *testing.T, s WebhookQueueStore) {
	w, gone := listener(t, s), listener(t, s)
	fresh := Message(w, webhook.Test)
	fresh.CreatedAt = Nine.Add(24 * time.Hour)
	send(t, s, w, Message(w, webhook.Test), fresh)
	if _, err := s.UpdateWebhook(t.Context(), gone.ID, func(*webhook.Webhook) (webhook.Act, error) { return webhook.Act{Delete: true}, nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.Prune(t.Context(), Nine.Add(30*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	page, err := s.Deliveries(t.Context(), webhook.DeliveryQuery{WebhookID: w.ID})
	if err != nil || len(page.Deliveries) != 1 || page.Deliveries[0].ID != fresh.ID {
		t.Errorf("got %v, %v", page, err)
	}
	again := gone
	again.OrgID = w.OrgID
	if err := s.CreateWebhook(t.Context(), again, 20, Message(again, webhook.Challenge), nil); err != nil { // its id is free: the row is gone
		t.Error(err)
	}
}

func wokenOnce(t *testing.T, s WebhookQueueStore) {
	w := listener(t, s)
	soon, late := Message(w, webhook.Test), Message(w, webhook.Test)
	soon.NextAt, late.NextAt = Nine.Add(time.Minute), Nine.Add(time.Hour)
	tasks := func() int {
		t.Helper()
		list, err := s.Tasks(t.Context(), job.Query{Kind: job.DeliverWebhook, Most: 100})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	drain := func(at time.Time) {
		t.Helper()
		holder := NewID()
		if _, mine, err := s.LeaseWebhook(t.Context(), w.ID, holder, at, at.Add(time.Minute)); !mine || err != nil {
			t.Fatal(mine, err)
		}
		if err := s.ReleaseWebhook(t.Context(), w.ID, holder, at); err != nil {
			t.Fatal(err)
		}
	}
	send(t, s, w, late)
	before := tasks()
	for range 3 {
		drain(Nine)
	}
	if n := tasks() - before; n != 1 {
		t.Errorf("%d tasks for what waits", n)
	}
	send(t, s, w, soon) // which is a task
	for range 3 {
		drain(Nine)
	}
	if n := tasks() - before; n != 3 {
		t.Errorf("%d tasks with what is due sooner", n)
	}
	drain(Nine.Add(2 * time.Minute)) // the sooner one is due: at once
	if n := tasks() - before; n != 4 {
		t.Errorf("%d tasks when it is due", n)
	}
}

func wokenByOneTask(t *testing.T, s WebhookQueueStore) {
	w, other := listener(t, s), listener(t, s)
	send(t, s, w, Message(w, webhook.Test))
	send(t, s, other, Message(other, webhook.Test)) // whose task goes on waiting
	waiting := func(of webhook.Webhook) (ids []int64) {
		t.Helper()
		list, err := s.Tasks(t.Context(), job.Query{Kind: job.DeliverWebhook, State: job.Waiting, Most: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range list {
			if task.Task.Subject == of.ID {
				ids = append(ids, task.ID)
			}
		}
		return ids
	}
	wake := func() {
		t.Helper()
		for range 3 {
			if err := s.WakeWebhooks(t.Context(), Nine); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := waiting(w)
	wake()
	if now := waiting(w); !slices.Equal(now, before) {
		t.Errorf("%v wait beside %v", now, before)
	}
	for _, id := range before {
		if _, err := s.CancelTask(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	wake()
	if n := len(waiting(w)); n != 1 {
		t.Errorf("%d tasks for one that nobody drains", n)
	}
}
