package api

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// byHistorian describes an operation of those who may know what happened in a room.
func byHistorian(o operation) operation {
	o.tag, o.callers, o.scope, o.method = "History", signedIn, auth.ScopeAttendanceRead, http.MethodGet
	o.codes = append(o.codes, fault.CodeForbidden, fault.CodeInvalid)
	return o
}

// SessionRecord is a session as lists have it, exported as Paged is.
type SessionRecord struct {
	ID           string     `json:"id"`
	StartedAt    time.Time  `json:"startedAt"`
	EndedAt      *time.Time `json:"endedAt,omitempty" doc:"Left out while the session runs."`
	EndReason    string     `json:"endReason,omitempty" enum:"ended-by-host,ended-by-time,ended-when-empty" doc:"A host ended it for everybody, its longest time was over, or nobody was there any more. Left out while the session runs, and when it was not noted."`
	Participants int        `json:"participants" doc:"How many people came, each counted once."`
	Peak         int        `json:"peak" doc:"How many of them were there at the same time at most."`
	ExpiresAt    *time.Time `json:"expiresAt,omitempty" doc:"When the names go; the counts stay. Left out while the session runs."`
}

func wireRecord(s rooms.SessionRecord) SessionRecord {
	return SessionRecord{
		ID: s.ID, StartedAt: at(s.StartedAt), EndedAt: atOrNever(s.EndedAt), EndReason: string(s.EndReason), Participants: s.Participants, Peak: s.Peak,
		ExpiresAt: atOrNever(s.ExpiresAt),
	}
}

var exampleRecord = SessionRecord{
	ID: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58", StartedAt: exampleTime, EndedAt: later(time.Hour), EndReason: string(rooms.EndedByHost), Participants: 12, Peak: 11,
	ExpiresAt: later(90*24*time.Hour + time.Hour),
}

func later(d time.Duration) *time.Time {
	t := exampleTime.Add(d)
	return &t
}

type listSessionsInput struct {
	RoomPath
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type sessionList struct {
	Items []SessionRecord `json:"items" doc:"Latest first."`
	Paged
}

type listSessionsOutput struct {
	Body sessionList
}

var opSessions = byHistorian(operation{
	id: "list-sessions", path: "/rooms/{slug}/sessions", summary: "What happened in a room",
	detail: "Its sessions, each from the first who came to the last who left; the running one too. For hosts. Who hosts for the length of a meeting alone sees that one alone.",
	answer: sessionList{Items: []SessionRecord{exampleRecord}, Paged: Paged{"MDE5OGE1YzItOGQzZQ"}},
})

func (s *server) sessions(ctx context.Context, in *listSessionsInput) (*listSessionsOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	page, err := s.Rooms.Sessions(ctx, of(ctx).who, in.Slug, in.PageSize, in.Cursor)
	if err != nil {
		return nil, err
	}
	list := sessionList{Items: make([]SessionRecord, len(page.Sessions)), Paged: Paged{page.Next}}
	for i, one := range page.Sessions {
		list.Items[i] = wireRecord(one)
	}
	return &listSessionsOutput{list}, nil
}

type stay struct {
	JoinedAt time.Time  `json:"joinedAt"`
	LeftAt   *time.Time `json:"leftAt,omitempty" doc:"Left out while it lasts."`
}

type attendee struct {
	Name          string     `json:"name"`
	Kind          string     `json:"kind" enum:"person,guest,service,phone,matrix,system"`
	Organization  string     `json:"organization"`
	Assurance     string     `json:"assurance" enum:"unknown,phone,email,agent,agent-mfa"`
	Role          string     `json:"role" enum:"owner,moderator,member" doc:"The last that they had in the session."`
	Door          string     `json:"door,omitempty" enum:"host,service,entry,lobby,administrator" doc:"How they first came in: as a host, as software, by the room's entry, let in from the lobby, or as an administrator, announced. Left out when it was not noted."`
	Email         string     `json:"email,omitempty" doc:"That a guest has proved."`
	FirstJoinedAt time.Time  `json:"firstJoinedAt"`
	LastLeftAt    *time.Time `json:"lastLeftAt,omitempty" doc:"Left out while they are there."`
	Present       bool       `json:"present" doc:"Whether they are there now."`
	Seconds       int64      `json:"seconds" doc:"In the meeting, two tabs at a time counted once."`
	Intervals     []stay     `json:"intervals" doc:"From when to when, with time away between any two."`
}

func wireAttendee(a rooms.Attendee) attendee {
	out := attendee{
		Name: a.Name, Kind: string(a.Who.Kind), Organization: a.OrgName, Assurance: a.Assurance.String(), Role: string(a.Role), Door: string(a.Door),
		Email: a.Email, LastLeftAt: atOrNever(a.LeftAt()), Present: a.Present, Seconds: int64(a.Time / time.Second), Intervals: make([]stay, len(a.Stays)),
	}
	for i, s := range a.Stays {
		out.Intervals[i] = stay{at(s.From), atOrNever(s.To)}
	}
	if len(a.Stays) > 0 {
		out.FirstJoinedAt = at(a.Stays[0].From)
	}
	return out
}

type attendanceAct struct {
	At        time.Time `json:"at"`
	Actor     string    `json:"actor" doc:"The name of the host; empty when the platform itself did it."`
	ActorKind string    `json:"actorKind" enum:"person,guest,service,phone,matrix,system" doc:"system: the platform itself, such as when the longest time was over."`
	Act       string    `json:"act" example:"remove" doc:"Such as mute, mute-all, permissions, remove, block, return-to-lobby, rename, role, lock, unlock, spotlight, lower-hands, end. More may come."`
	Target    string    `json:"target,omitempty" doc:"The name of whom it was about, as it was then; left out when about everybody."`
	Reason    string    `json:"reason,omitempty" doc:"Why, of an act of an administrator."`
	Role      string    `json:"role,omitempty" doc:"Of act role: the one that was given."`
	Source    string    `json:"source,omitempty" doc:"Of act mute and the like."`
	Forbidden *[]string `json:"forbidden,omitempty" doc:"Of acts about permissions: all that was forbidden afterwards."`
	Allowed   *[]string `json:"allowed,omitempty" doc:"Of act permissions: what they could do although it was forbidden to all."`
	Forbade   *[]string `json:"forbade,omitempty" doc:"Of acts about permissions: what this act forbade, or took back of what was allowed. Left out when it was not noted."`
	Permitted *[]string `json:"permitted,omitempty" doc:"Of acts about permissions: what this act allowed. Left out when it was not noted."`
}

func wireAct(a rooms.Act) attendanceAct {
	role, _ := a.Data["role"].(string)
	source, _ := a.Data["source"].(string)
	reason, _ := a.Data["reason"].(string)
	kind, _, _ := strings.Cut(a.Actor, ":")
	return attendanceAct{
		At: at(a.At), Reason: reason, Actor: a.ActorName, ActorKind: kind, Act: string(a.Act), Target: a.TargetName, Role: role, Source: source,
		Forbidden: wordsOf(a.Data["forbidden"]), Allowed: wordsOf(a.Data["allowed"]), Forbade: wordsOf(a.Data["forbade"]), Permitted: wordsOf(a.Data["permitted"]),
	}
}

// wordsOf is a list of words as it comes out of a JSON document; nil when it is none.
func wordsOf(v any) *[]string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	out := make([]string, 0, len(list))
	for _, one := range list {
		if word, ok := one.(string); ok {
			out = append(out, word)
		}
	}
	return &out
}

type attendance struct {
	Session      SessionRecord   `json:"session"`
	Participants []attendee      `json:"participants" doc:"First come first."`
	Acts         []attendanceAct `json:"acts" doc:"What hosts did, oldest first."`
	ExpiresAt    *time.Time      `json:"expiresAt,omitempty" doc:"When this list is gone; left out while the session runs."`
}

func wireAttendance(a rooms.Attendance) attendance {
	out := attendance{
		Session: wireRecord(a.Session), Participants: make([]attendee, len(a.People)), Acts: make([]attendanceAct, len(a.Acts)),
		ExpiresAt: atOrNever(a.Session.ExpiresAt),
	}
	for i, p := range a.People {
		out.Participants[i] = wireAttendee(p)
	}
	for i, act := range a.Acts {
		out.Acts[i] = wireAct(act)
	}
	return out
}

var exampleAttendance = attendance{
	Session: exampleRecord,
	Participants: []attendee{{
		Name: "Camille Martin", Kind: "person", Organization: "Ministry of Example", Assurance: "agent", Role: "owner", Door: "host", FirstJoinedAt: exampleTime,
		LastLeftAt: later(time.Hour), Seconds: 3600, Intervals: []stay{{exampleTime, later(time.Hour)}},
	}},
	Acts:      []attendanceAct{{At: exampleTime.Add(time.Minute), Actor: "Camille Martin", ActorKind: "person", Act: "lock"}},
	ExpiresAt: exampleRecord.ExpiresAt,
}

type attendanceInput struct {
	RoomPath
	Session  string `path:"sid" example:"0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58" doc:"An id of GET sessions."`
	Format   string `query:"format" enum:"json,csv" doc:"Decides before Accept does, for links."`
	Accept   string `header:"Accept" doc:"text/csv for a table; application/json else."`
	Language string `header:"Accept-Language" doc:"Of the table's first row: fr or en."`
}

func (in attendanceInput) check() error {
	if err := in.RoomPath.check(); err != nil {
		return err
	}
	if !isID(in.Session) {
		return rooms.NoSessionRecord()
	}
	return nil
}

// csv tells which of the two representations is asked for.
func (in attendanceInput) csv() bool {
	if in.Format != "" {
		return in.Format == "csv"
	}
	return prefers(in.Accept, csvType, "application/json")
}

type attendanceOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name of the file, of a table."`
	Vary        string `header:"Vary"`
	Body        any
}

var opAttendance = byHistorian(operation{
	id: "get-attendance", path: "/rooms/{slug}/sessions/{sid}/attendance", summary: "Who was in a session", reads: audit.AttendanceRead,
	detail: "With what hosts did in it. For those who know what happened in the room, and for who leads the meeting that the session was of, a deputy for as long as the mandate lasts. Of a session that runs, as it stands now. As a table: RFC 4180 in UTF-8 with a byte order mark, a row for each participant, then one " +
		"for each act; times in UTC; a cell that a spreadsheet would take for a formula begins with an apostrophe.",
	answer: exampleAttendance, codes: []fault.Code{fault.CodeSessionNotFound, fault.CodeAttendanceExpired},
})

// twoForms documents both representations, which Huma cannot tell from the type of the body.
func (s *server) twoForms(op *huma.Operation) {
	content := op.Responses["200"].Content
	content["application/json"].Schema = s.doc.Components.Schemas.Schema(reflect.TypeFor[attendance](), true, "Attendance")
	content[csvType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}, Example: string(exampleAttendance.table("en"))}
}

// leads tells whether who asks leads a meeting, as an organizer or as a deputy whose mandate lasts.
func (s *server) leads(ctx context.Context, meetingID string) (bool, error) {
	v, err := s.Schedule.Get(ctx, of(ctx).who, meetingID)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) {
		return false, nil
	}
	return v.Leads, err
}

func (s *server) attendance(ctx context.Context, in *attendanceInput) (*attendanceOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	found, err := s.Rooms.AttendanceLed(ctx, of(ctx).who, in.Slug, in.Session, s.leads)
	if err != nil {
		return nil, err
	}
	out := &attendanceOutput{Vary: "Accept, Accept-Language"}
	list := wireAttendance(found)
	if !in.csv() {
		out.Body = list
		return out, nil
	}
	out.ContentType = csvType + "; charset=utf-8"
	out.Disposition = `attachment; filename="attendance-` + in.Slug + "-" + list.Session.StartedAt.Format(time.DateOnly) + `.csv"`
	out.Body = list.table(languageOf(in.Language))
	return out, nil
}
