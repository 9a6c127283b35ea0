package rooms

import (
	"context"
	"sync"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

var opensAt = time.Date(2026, 11, 24, 7, 45, 0, 0, time.UTC)

func planned(from, to time.Duration, entry access.Entry) access.Opening {
	return access.Opening{ID: string(entry), Source: "meeting", Opens: opensAt.Add(from), Closes: opensAt.Add(to), Entry: entry}
}

func TestADedicatedRoomIsTheHostsOutsideOfItsOpenings(t *testing.T) {
	room := Room{OrgID: "interior", Dedicated: true, Planned: true, Entry: access.EntryHosts}
	today, tomorrow := planned(0, time.Hour, access.EntryEveryone), planned(24*time.Hour, 25*time.Hour, access.EntryEveryone)
	both := access.Openings{tomorrow, today}
	strong := today
	strong.MinAssurance = auth.AssuranceAgentMFA
	for _, c := range []struct {
		name     string
		who      auth.Identity
		st       standing
		openings access.Openings
		at       time.Duration
		refused  fault.Code
		opens    time.Time
	}{
		{"before the first", jeanne, standing{}, both, -time.Minute, fault.CodeNotOpenYet, opensAt},
		{"a member of the room too", jeanne, standing{role: access.Member}, both, -time.Minute, fault.CodeNotOpenYet, opensAt},
		{"nobody yet", nobody, standing{}, both, -time.Minute, fault.CodeNotOpenYet, opensAt},
		{"between two", guest, standing{}, both, time.Hour, fault.CodeNotOpenYet, tomorrow.Opens},
		{"after the last", guest, standing{}, both, 25 * time.Hour, fault.CodeMeetingOver, time.Time{}},
		{"never planned, or cancelled", guest, standing{}, nil, 0, fault.CodeMeetingOver, time.Time{}},
		{"blocked is said first", jeanne, standing{blocked: true}, both, -time.Minute, fault.CodeBlocked, time.Time{}},
		{"a host before the first", jeanne, standing{role: access.Moderator}, both, -time.Minute, "", time.Time{}},
		{"a host after the last", jeanne, standing{role: access.Owner}, nil, 0, "", time.Time{}},
		{"who is inside and comes back", guest, standing{inside: true}, both, time.Hour, "", time.Time{}},
		{"at its very moment", guest, standing{}, both, 0, "", time.Time{}},
		{"with the assurance of the opening", samira, standing{}, access.Openings{strong}, 0, fault.CodeAssuranceTooLow, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.st.openings = c.openings
			found := room.receive(c.who, c.st, opensAt.Add(c.at))
			if codeOf(found.refusal) != c.refused || found.wait != NoWait {
				t.Errorf("got %v, waits for %q", found.refusal, found.wait)
			}
			door := room.door(c.who, c.st, opensAt.Add(c.at))
			if c.refused != "" && (door.Code != c.refused || !door.OpensAt.Equal(c.opens)) {
				t.Errorf("the door shows %+v", door)
			}
		})
	}
}

func TestAnExistingRoomIsOnlyMadeWiderByOpenings(t *testing.T) {
	wide, narrow := planned(0, time.Hour, access.EntryEveryone), planned(0, time.Hour, access.EntryHosts)
	wide.MinAssurance = auth.AssuranceAgentMFA // which is the meeting's in a room of its own alone
	for _, c := range []struct {
		name     string
		room     access.Entry
		openings access.Openings
		at       time.Duration
		waits    WaitReason
	}{
		{"wider", access.EntryMembers, access.Openings{wide}, 0, NoWait},
		{"wider, until it closes", access.EntryMembers, access.Openings{wide}, time.Hour, WaitLobby},
		{"not narrower", access.EntryEveryone, access.Openings{narrow}, 0, NoWait},
		{"the widest of two", access.EntryMembers, access.Openings{narrow, wide}, 0, NoWait},
		{"its own before", access.EntryMembers, access.Openings{wide}, -time.Minute, WaitLobby},
	} {
		room := Room{OrgID: "interior", Planned: true, Entry: c.room}
		if found := room.receive(guest, standing{openings: c.openings}, opensAt.Add(c.at)); found.refusal != nil || found.wait != c.waits {
			t.Errorf("%s: got %v, waits for %q", c.name, found.refusal, found.wait)
		}
	}
}

func TestAPasscodeIsAskedOfThoseWhomNothingElseLetsIn(t *testing.T) {
	coded := planned(0, time.Hour, access.EntryEveryone)
	coded.PasscodeHash = "$2a$"
	dedicated, existing := Room{Dedicated: true, Entry: access.EntryHosts}, Room{Entry: access.EntrySignedIn}
	for _, c := range []struct {
		name    string
		room    Room
		who     auth.Identity
		st      standing
		refused fault.Code
	}{
		{"a guest", dedicated, guest, standing{}, fault.CodePasscodeRequired},
		{"somebody who is signed in", dedicated, jeanne, standing{}, fault.CodePasscodeRequired},
		{"with a wrong one", dedicated, guest, standing{passcode: wrongPasscode}, fault.CodePasscodeWrong},
		{"with the right one", dedicated, guest, standing{passcode: rightPasscode}, ""},
		{"a host never", dedicated, jeanne, standing{role: access.Moderator}, ""},
		{"who is invited by link", dedicated, guest, standing{role: access.Member, invited: true}, ""},
		{"who is inside and comes back", dedicated, guest, standing{inside: true}, ""},
		{"locked is said first", dedicated, guest, standing{locked: true}, fault.CodeRoomLocked},
		{"whom an existing room lets in itself", existing, jeanne, standing{}, ""},
		{"whom the meeting alone lets in there", existing, guest, standing{}, fault.CodePasscodeRequired},
	} {
		c.st.openings = access.Openings{coded}
		if found := c.room.receive(c.who, c.st, opensAt); codeOf(found.refusal) != c.refused || found.wait != NoWait {
			t.Errorf("%s: got %v, waits for %q", c.name, found.refusal, found.wait)
		}
	}
	narrow := coded
	narrow.Entry = access.EntryOrganization
	waits := Room{OrgID: "interior", Entry: access.EntryMembers}.receive(guest, standing{openings: access.Openings{narrow}}, opensAt)
	if waits.refusal != nil || waits.wait != WaitLobby {
		t.Errorf("who would wait in an existing room in any case: %v, waits for %q", waits.refusal, waits.wait)
	}
	st := standing{openings: access.Openings{coded}}
	if door := dedicated.door(guest, st, opensAt); door.State != DoorPasscode || door.Code != "" {
		t.Errorf("the door shows %+v", door)
	}
}

func TestALinkIsARoleForWhoeverComesByIt(t *testing.T) {
	for _, c := range []struct {
		entry access.Entry
		st    standing
		waits WaitReason
	}{
		{access.EntryMembers, standing{role: access.Member, invited: true}, NoWait},
		{access.EntryOrganization, standing{role: access.Member, invited: true}, NoWait},
		{access.EntryHosts, standing{role: access.Member, invited: true}, WaitLobby},
		{access.EntryHosts, standing{role: access.Moderator, invited: true}, NoWait},
		{access.EntryMembers, standing{role: access.Member}, WaitLobby}, // a guest whom hosts seated is no invitee
		{"", standing{role: access.Member, invited: true}, WaitLobby},
	} {
		if found := (Room{Entry: c.entry}).receive(guest, c.st, opensAt); found.wait != c.waits || found.refusal != nil {
			t.Errorf("entry %q as %+v: %v, waits for %q", c.entry, c.st, found.refusal, found.wait)
		}
	}
	strict := Room{Entry: access.EntryMembers, MinAssurance: auth.AssuranceAgent}
	if found := strict.receive(guest, standing{role: access.Member, invited: true}, opensAt); !fault.HasCode(found.refusal, fault.CodeSignInRequired) {
		t.Errorf("a link proves who comes: %+v", found)
	}
}

func TestARoleOfAMeetingIsNoneBeyondIt(t *testing.T) {
	open := access.Openings{planned(0, time.Hour, access.EntryMembers)}
	grants := []access.Grant{
		{ID: "m", Role: access.Moderator, SourceKind: access.SourceMeeting, SourceID: "meeting", Sources: access.Everything()},
		{ID: "r", Role: access.Member, SourceKind: access.SourceRoom, Sources: access.Everything()},
	}
	if st := stand(grants, open, opensAt); st.role != access.Moderator || st.granted != access.Member || st.byGrant != "m" {
		t.Errorf("while it is open: %+v", st)
	}
	if st := stand(grants, open, opensAt.Add(time.Hour)); st.role != access.Member || st.byGrant != "" {
		t.Errorf("once it has closed: %+v", st)
	}
}

func TestTheGateAsksWhetherAMeetingStillLetsIn(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Entered
		want fault.Code
	}{
		{"struck off since", Entered{StruckOff: true}, fault.CodeNotAdmitted},
		{"closed since", Entered{Shut: true, Admission: Admission{State: Admitted}}, fault.CodeNotAdmitted},
		{"closed since, and in the call", Entered{Shut: true, Admission: Admission{State: Admitted}, Elsewhere: 1}, ""},
		{"closed since, and a host", Entered{Shut: true, Admission: Admission{State: Admitted, Role: access.Owner}}, ""},
		{"it runs over", Entered{Shut: true, Admission: Admission{State: Open}}, ""},
		{"open", Entered{Admission: Admission{State: Admitted}}, ""},
	} {
		if err := c.in.Holds(""); codeOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOfFiveHundredWhoBringTheSamePasscodeOneIsChecked(t *testing.T) {
	hash, err := access.HashPasscode("482913")
	if err != nil {
		t.Fatal(err)
	}
	p := newPasscodes()
	var all sync.WaitGroup
	for range 500 {
		all.Go(func() {
			if right, err := p.takes(context.Background(), hash, "482913"); !right || err != nil {
				t.Errorf("%v, %v", right, err)
			}
		})
	}
	all.Wait()
	if n := p.right.Len(); n != 1 {
		t.Errorf("%d are remembered", n)
	}
	for code, want := range map[string]bool{"482914": false, "": false, "48291३": false, "482913": true} {
		if right, err := p.takes(t.Context(), hash, code); right != want || err != nil {
			t.Errorf("%q: %v, %v", code, right, err)
		}
	}
	other, _ := access.HashPasscode("1111")
	if right, _ := p.takes(t.Context(), other, "482913"); right || p.right.Len() != 1 {
		t.Error("what is right for one meeting is right for another")
	}
}
