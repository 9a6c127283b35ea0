package api

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
)

type appointment struct {
	ID           string        `json:"id"`
	Person       adminPerson   `json:"person"`
	Role         string        `json:"role" enum:"platform-admin,org-admin,auditor,support"`
	Organization *organization `json:"organization,omitempty" doc:"Left out: the whole platform."`
	GivenAt      time.Time     `json:"givenAt"`
}

func wireAppointment(h directory.Holder) appointment {
	w := appointment{ID: h.ID, Person: wireAdminPerson(h.Person), Role: string(h.Role), GivenAt: at(h.GivenAt)}
	if h.OrgID != "" {
		w.Organization = &organization{h.OrgID, h.OrgName}
	}
	return w
}

var exampleAppointment = appointment{
	ID: "0198a5c2-3c14-7c21-9d0e-1f4a6b8c2d57", Person: exampleAdminPerson, Role: "org-admin",
	Organization: &organization{"0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25", "Ministère des Finances"}, GivenAt: exampleTime,
}

// onRoles describes an operation on administrative roles, which no software gives.
func onRoles(o operation) operation {
	o.tag, o.callers = "Administration", browsers
	o.codes = append(o.codes, fault.CodeForbidden, fault.CodeOrganizationNotFound)
	return o
}

type appointmentList struct {
	Items []appointment `json:"items"`
}

type appointmentsOutput struct {
	Body appointmentList
}

type listAppointmentsInput struct {
	Organization string `query:"organization" maxLength:"64" doc:"By id; left out: the roles for the whole platform."`
}

var opListAppointments = onRoles(operation{
	id: "list-appointments", method: http.MethodGet, path: "/appointments", summary: "Who administers", reads: audit.PeopleRead,
	answer: appointmentList{[]appointment{exampleAppointment}}, codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listAppointments(ctx context.Context, in *listAppointmentsInput) (*appointmentsOutput, error) {
	held, err := s.Administration.Appointments(ctx, of(ctx).who, in.Organization)
	if err != nil {
		return nil, err
	}
	orgs := []string{cmp.Or(in.Organization, auth.DefaultOrgID)}
	for _, h := range held {
		orgs = append(orgs, h.Person.OrgID)
	}
	audit.AboutAll(ctx, readOf(orgs...))
	return &appointmentsOutput{appointmentList{wireAppointments(held)}}, nil
}

func wireAppointments(held []directory.Holder) []appointment {
	items := make([]appointment, len(held))
	for i, h := range held {
		items[i] = wireAppointment(h)
	}
	return items
}

type newAppointment struct {
	Person       string `json:"person" minLength:"1" maxLength:"64" doc:"By id."`
	Role         string `json:"role" enum:"platform-admin,org-admin,auditor,support"`
	Organization string `json:"organization,omitempty" maxLength:"64" doc:"By id. A platform-admin has none, an org-admin one, the others either."`
}

type putAppointmentInput struct {
	Body newAppointment
}

type putAppointmentOutput struct {
	Status int
	Body   appointment
}

var opPutAppointment = onRoles(operation{
	id: "put-appointment", method: http.MethodPut, path: "/appointments", summary: "Give an administrative role",
	detail:  "Nobody gives more than they hold, or changes their own roles. It needs a fresh sign-in. A role that is held already stays: 200; a new one: 201.",
	request: newAppointment{exampleAdminPerson.ID, "org-admin", exampleOrganization.ID}, answer: exampleAppointment,
	codes: []fault.Code{fault.CodeElevationRequired, fault.CodePersonNotFound, fault.CodeConflict},
})

func (s *server) putAppointment(ctx context.Context, in *putAppointmentInput) (*putAppointmentOutput, error) {
	h, isNew, err := s.Administration.Appoint(ctx, of(ctx).who, in.Body.Person, auth.Appointment{Role: auth.AdminRole(in.Body.Role), OrgID: in.Body.Organization})
	if err != nil {
		return nil, err
	}
	out := &putAppointmentOutput{Status: http.StatusOK, Body: wireAppointment(h)}
	if isNew {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// AppointmentPath is the address of an appointment.
type AppointmentPath struct {
	ID string `path:"id" maxLength:"64" example:"0198a5c2-3c14-7c21-9d0e-1f4a6b8c2d57"`
}

var opRemoveAppointment = onRoles(operation{
	id: "remove-appointment", method: http.MethodDelete, path: "/appointments/{id}", status: http.StatusNoContent, summary: "Take an administrative role away",
	detail: "Not one's own, and not that of the last platform-admin. It needs a fresh sign-in.",
	codes:  []fault.Code{fault.CodeElevationRequired, fault.CodeAppointmentNotFound, fault.CodeLastAdministrator},
})

func (s *server) removeAppointment(ctx context.Context, in *AppointmentPath) (*none, error) {
	return nil, s.Administration.Dismiss(ctx, of(ctx).who, in.ID)
}

type claimPlatformInput struct {
	Body struct {
		Code line `json:"code" minLength:"1" maxLength:"60" doc:"As parvis admin claim prints it, with or without dashes."`
	}
}

type appointmentOutput struct {
	Body appointment
}

type exampleClaim struct {
	Code string `json:"code"`
}

var opClaimPlatform = operation{
	id: "claim-platform", method: http.MethodPost, path: "/admin/claim", tag: "Administration", callers: browsers,
	summary: "Become the first administrator", detail: "By the code that parvis admin claim prints on the server: good once, for 30 minutes.",
	request: exampleClaim{"K7QPM-2XWRD-9HGTN-4BVCF"}, answer: exampleAppointment, codes: []fault.Code{fault.CodeForbidden, fault.CodeClaimInvalid},
}

// claimPlatform counts wrong codes as wrong passcodes are: of a person, and of all together.
func (s *server) claimPlatform(ctx context.Context, in *claimPlatformInput) (*appointmentOutput, error) {
	who := of(ctx).who
	t := try{slug: claimTries, person: string(who.Kind) + ":" + who.ID, network: netip.Prefix{}}
	if wait := max(s.tries.wait(t), s.tries.wait(try{slug: claimTries})); wait > 0 {
		s.meter.limited.WithLabelValues("claims").Inc()
		return nil, fault.New(fault.CodeTooMany, "too many wrong codes: try again after Retry-After").After(wait)
	}
	h, err := s.Administration.Claim(ctx, who, string(in.Body.Code))
	if fault.HasCode(err, fault.CodeClaimInvalid) {
		s.tries.wrong(t)
	}
	if err != nil {
		return nil, err
	}
	return &appointmentOutput{wireAppointment(h)}, nil
}

// claimTries stands where the code of a room does: no room has it.
const claimTries = "platform claim"
