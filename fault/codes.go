package fault

import (
	"maps"
	"slices"
)

// Code is the stable, public name of a failure (kebab-case): the last part of a problem's type and the key of its
// translation in the client. A code is never renamed.
type Code string

// Every code that the platform can answer.
const (
	CodeInternal             Code = "internal"
	CodeInvalid              Code = "invalid-request"
	CodeMalformed            Code = "malformed-json"
	CodeSignInRequired       Code = "sign-in-required"
	CodeSignInExpired        Code = "sign-in-expired"
	CodeBadCredentials       Code = "bad-credentials"
	CodeForbidden            Code = "forbidden"
	CodeScopeMissing         Code = "scope-missing"
	CodeAccountNotFound      Code = "service-account-not-found"
	CodeCrossSite            Code = "cross-site-request"
	CodeNotFound             Code = "not-found"
	CodeRoomNotFound         Code = "room-not-found"
	CodeMethodNotAllowed     Code = "method-not-allowed"
	CodeNotAcceptable        Code = "not-acceptable"
	CodeMembersOnly          Code = "members-only"
	CodeNotOpenYet           Code = "not-open-yet"
	CodeAssuranceTooLow      Code = "assurance-too-low"
	CodeNotAdmitted          Code = "not-admitted"
	CodeRemoved              Code = "removed"
	CodeBlocked              Code = "blocked"
	CodeMeetingOver          Code = "meeting-over"
	CodeRefused              Code = "refused"
	CodeForbiddenByHost      Code = "forbidden-by-host"
	CodeGuestsRefused        Code = "guests-refused"
	CodePolicyLocked         Code = "policy-locked"
	CodeRoomLocked           Code = "room-locked"
	CodeLinkExpired          Code = "link-expired"
	CodeLinkUnknown          Code = "link-unknown"
	CodePasscodeRequired     Code = "passcode-required"
	CodePasscodeWrong        Code = "passcode-wrong"
	CodeRoomFull             Code = "room-full"
	CodeNoSession            Code = "no-session"
	CodeLobbyFull            Code = "lobby-full"
	CodeAlreadyDecided       Code = "already-decided"
	CodeTicketNotFound       Code = "ticket-not-found"
	CodeParticipantNotFound  Code = "participant-not-found"
	CodeBlockNotFound        Code = "block-not-found"
	CodeMemberNotFound       Code = "member-not-found"
	CodeLastOwner            Code = "last-owner"
	CodeSessionNotFound      Code = "session-not-found"
	CodeAttendanceExpired    Code = "attendance-expired"
	CodeInvitationInvalid    Code = "invitation-invalid"
	CodeMeetingNotFound      Code = "meeting-not-found"
	CodeOccurrenceNotFound   Code = "occurrence-not-found"
	CodeOperationNotFound    Code = "operation-not-found"
	CodeInviteeNotFound      Code = "invitee-not-found"
	CodeTemplateNotFound     Code = "template-not-found"
	CodeWebhookNotFound      Code = "webhook-not-found"
	CodeDeliveryNotFound     Code = "delivery-not-found"
	CodeWebhookNotActive     Code = "webhook-not-active"
	CodeOverridesConflict    Code = "overrides-conflict"
	CodePastOccurrence       Code = "past-occurrence"
	CodeMeetingCancelled     Code = "meeting-cancelled"
	CodeLinkRevoked          Code = "link-revoked"
	CodeNotInvited           Code = "not-invited"
	CodeAnswerOutdated       Code = "answer-outdated"
	CodeProofWrong           Code = "code-invalid"
	CodeProofExpired         Code = "code-expired"
	CodeConflict             Code = "conflict"
	CodeExternalIDTaken      Code = "external-id-taken"
	CodeIdempotencyReuse     Code = "idempotency-key-reused"
	CodeIdempotencyRunning   Code = "idempotency-key-in-use"
	CodeIdempotencyRequired  Code = "idempotency-key-required"
	CodeRoomArchived         Code = "room-archived"
	CodeTooLarge             Code = "body-too-large"
	CodeUnsupportedMedia     Code = "unsupported-media-type"
	CodePreconditionFailed   Code = "version-changed"
	CodePreconditionRequired Code = "if-match-required"
	CodeTooMany              Code = "too-many-requests"
	CodeUnavailable          Code = "unavailable"
	CodeMediaUnavailable     Code = "media-unavailable"
	CodeMailUnavailable      Code = "mail-unavailable"
	CodeProviderUnavailable  Code = "provider-unavailable"
	CodeDatabaseUnavailable  Code = "database-unavailable"
	CodeWrongHost            Code = "wrong-host"
	CodeSignatureInvalid     Code = "signature-invalid"
	CodeElevationRequired    Code = "elevation-required"
	CodeOrganizationNotFound Code = "organization-not-found"
	CodeUnitNotFound         Code = "unit-not-found"
	CodeOfficeNotFound       Code = "office-not-found"
	CodePersonNotFound       Code = "person-not-found"
	CodeAppointmentNotFound  Code = "appointment-not-found"
	CodeLastAdministrator    Code = "last-administrator"
	CodeClaimInvalid         Code = "claim-code-invalid"
	CodeHeld                 Code = "held"
	CodeHoldNotFound         Code = "hold-not-found"
	CodeErasureNotFound      Code = "erasure-not-found"
	CodeHandoverRequired     Code = "handover-required"
	CodePersonErased         Code = "person-erased"
	CodeReceiptInvalid       Code = "receipt-invalid"
)

// Meaning is what a code stands for: its kind, a title of a few words and the remedy, in English for developers.
type Meaning struct {
	Kind   Kind
	Title  string
	Remedy string
}

var meanings = map[Code]Meaning{
	CodeInternal:             {Internal, "Unexpected error", "Try again; if it stays, give the request id to your administrator."},
	CodeInvalid:              {Invalid, "The request is not valid", "Correct what errors[] names and send it again."},
	CodeMalformed:            {Malformed, "The body is not JSON", "Send one JSON document in UTF-8."},
	CodeSignInRequired:       {Unauthenticated, "Sign-in required", "Sign in, or send a bearer token."},
	CodeSignInExpired:        {Unauthenticated, "The sign-in has ended", "Sign in again."},
	CodeBadCredentials:       {Unauthenticated, "The credentials are not accepted", "Ask for a new token; if that is refused too, check the service account: it may be revoked, expired, or come from another network."},
	CodeForbidden:            {Forbidden, "Not allowed", "Ask an owner of the room or your administrator."},
	CodeScopeMissing:         {Forbidden, "The token lacks a scope", "Ask for a token with the scope that the detail names; the service account must have it."},
	CodeAccountNotFound:      {NotFound, "No such service account", "Read the service accounts of the organization again."},
	CodeCrossSite:            {Forbidden, "Request from another site", "Send the request from Parvis's own pages, or with a bearer token."},
	CodeNotFound:             {NotFound, "Not found", "Check the address."},
	CodeRoomNotFound:         {NotFound, "No such room", "Check the code of the room."},
	CodeMethodNotAllowed:     {NotFound, "Method not allowed here", "See the API documentation for the methods of this path."},
	CodeNotAcceptable:        {Unsupported, "No such representation", "Ask for application/json."},
	CodeMembersOnly:          {Forbidden, "The room is for its members", "Ask a host of the room to add you."},
	CodeNotOpenYet:           {Forbidden, "The room is not open yet", "Come back at opensAt; the room's events tell when it opens."},
	CodeAssuranceTooLow:      {Forbidden, "A stronger sign-in is needed", "Sign in with the second factor that the room asks for."},
	CodeNotAdmitted:          {Forbidden, "Not in the meeting", "Join the room first, from this browser."},
	CodeRemoved:              {Forbidden, "Removed from the meeting", "Ask a host."},
	CodeBlocked:              {Forbidden, "Blocked from the room", "Ask a host of the room to unblock you."},
	CodeMeetingOver:          {Forbidden, "The meeting is over", "Join the room again for another one, once one is planned."},
	CodeRefused:              {Forbidden, "A host did not let you in", "Ask a host; you can knock again in a few minutes."},
	CodeForbiddenByHost:      {Forbidden, "The hosts do not allow it", "Ask a host to allow it."},
	CodeGuestsRefused:        {Forbidden, "The room takes nobody without an account", "Sign in; or ask a host to invite you by an account."},
	CodePolicyLocked:         {Forbidden, "A policy does not allow it", "Ask for what errors[] says is allowed, or ask whoever locked the setting."},
	CodeRoomLocked:           {Locked, "The room is locked", "Ask a host to unlock it, then join again."},
	CodeLinkExpired:          {Gone, "The link has expired", "Ask a host of the room for a new date."},
	CodeLinkUnknown:          {Forbidden, "The personal link is not valid", "Go on without it, or ask the organizer for a new one."},
	CodePasscodeRequired:     {Forbidden, "The meeting asks for a passcode", "Send the passcode of the invitation."},
	CodePasscodeWrong:        {Forbidden, "The passcode is not right", "Send the passcode of the invitation; after too many wrong ones wait."},
	CodeRoomFull:             {Conflict, "The room is full", "Wait until somebody leaves, or ask an owner to raise the limit."},
	CodeNoSession:            {Conflict, "Nobody is in the room", "Act on a call while it runs."},
	CodeLobbyFull:            {TooMany, "Too many people wait already", "Try again after Retry-After."},
	CodeAlreadyDecided:       {Conflict, "Somebody else has decided otherwise", "Read the lobby again."},
	CodeTicketNotFound:       {NotFound, "No such ticket", "Knock again: a ticket is of one room and one browser, and ends."},
	CodeParticipantNotFound:  {NotFound, "No such participant", "Read the participants again: this one is not in the call."},
	CodeBlockNotFound:        {NotFound, "No such block", "Read the blocks again."},
	CodeMemberNotFound:       {NotFound, "No such member", "Read the members again."},
	CodeLastOwner:            {Conflict, "A room needs an owner", "Make somebody else an owner first."},
	CodeSessionNotFound:      {NotFound, "No such session", "Read the sessions of the room again."},
	CodeAttendanceExpired:    {Gone, "The attendance list has expired", "It is kept for as long as the room says; change that for later sessions."},
	CodeInvitationInvalid:    {Forbidden, "The invitation is not valid", "Ask an owner of the room for a new one."},
	CodeMeetingNotFound:      {NotFound, "No such meeting", "Check the id of the meeting."},
	CodeOperationNotFound:    {NotFound, "No such operation", "Operations are told of for a week, to who asked for them."},
	CodeOccurrenceNotFound:   {NotFound, "The meeting has no such date", "Read the occurrences again: a date is named by its first planned start, 20261124T090000."},
	CodeInviteeNotFound:      {NotFound, "No such invitee", "Read the invitees again."},
	CodeTemplateNotFound:     {NotFound, "No such room template", "Read the templates of the organization again."},
	CodeWebhookNotFound:      {NotFound, "No such webhook", "Read the webhooks of the organization again."},
	CodeDeliveryNotFound:     {NotFound, "No such delivery", "Read the deliveries again: they are kept for 30 days."},
	CodeWebhookNotActive:     {Conflict, "The webhook gets no messages", "Enable it, and answer the challenge."},
	CodeOverridesConflict:    {Conflict, "Dates of the series were changed one by one", "Repeat with overrides=keep, shift or drop."},
	CodePastOccurrence:       {Conflict, "The date has begun", "Change this and the following dates instead, from one that is still to come."},
	CodeMeetingCancelled:     {Gone, "The meeting was cancelled", "Plan another one."},
	CodeLinkRevoked:          {Gone, "The personal link was taken back", "Use the link of the latest invitation, or ask the organizer for a new one."},
	CodeNotInvited:           {Forbidden, "Not invited", "Ask the organizer to be invited."},
	CodeAnswerOutdated:       {Conflict, "The invitation was replaced", "Answer the latest invitation."},
	CodeProofWrong:           {Invalid, "The code is not right", "Type the code of the last mail; after five wrong ones ask for another."},
	CodeProofExpired:         {Gone, "No code is valid any more", "Ask for a new code: one is good once, for ten minutes, in the browser that asked for it."},
	CodeConflict:             {Conflict, "In conflict with the present state", "Read the resource again, then decide."},
	CodeExternalIDTaken:      {Conflict, "Another one has this externalId", "Find it by its externalId and change it, or give another."},
	CodeIdempotencyReuse:     {Invalid, "Idempotency-Key used for another request", "Use a new key for a new request."},
	CodeIdempotencyRunning:   {Conflict, "The first request with this Idempotency-Key still runs", "Wait for its answer, then repeat."},
	CodeIdempotencyRequired:  {Malformed, "Idempotency-Key missing", "Send an Idempotency-Key header with each creation."},
	CodeRoomArchived:         {Gone, "The room is archived", "Ask an owner of the room to restore it."},
	CodeTooLarge:             {TooLarge, "The body is too large", "Send at most what the detail names."},
	CodeUnsupportedMedia:     {Unsupported, "Content-Type missing or not supported", "Send the Content-Type that the detail names."},
	CodePreconditionFailed:   {PreconditionFailed, "The resource has changed since you read it", "Read it again and send its new ETag in If-Match."},
	CodePreconditionRequired: {PreconditionRequired, "If-Match missing", "Read the resource and send its ETag in If-Match."},
	CodeTooMany:              {TooMany, "Too many requests", "Wait for as long as Retry-After says."},
	CodeUnavailable:          {Unavailable, "Not available for the moment", "Try again after Retry-After."},
	CodeMediaUnavailable:     {Unavailable, "The media server does not answer", "Try again after Retry-After; the page does it by itself."},
	CodeMailUnavailable:      {Unavailable, "The mail server does not answer", "Try again after Retry-After."},
	CodeProviderUnavailable:  {Unavailable, "The identity provider does not answer", "Try to sign in again later; guests can join meanwhile."},
	CodeDatabaseUnavailable:  {Unavailable, "The database does not answer", "Try again after Retry-After; calls that run go on."},
	CodeWrongHost:            {Misdirected, "This host name is not served here", "Use the address that the administrator configured as PARVIS_URL."},
	CodeElevationRequired:    {Forbidden, "A fresh sign-in is needed", "Sign in anew at /auth/login?elevate=1, with the second factor where it is asked for, then send the request again."},
	CodeOrganizationNotFound: {NotFound, "No such organization", "Read the organizations again."},
	CodeUnitNotFound:         {NotFound, "No such unit", "Read the units of the organization again."},
	CodeOfficeNotFound:       {NotFound, "No such office", "Read the offices of the organization again."},
	CodePersonNotFound:       {NotFound, "No such person", "Search the people of the organization again."},
	CodeAppointmentNotFound:  {NotFound, "Nobody holds this role", "Read the administrators again."},
	CodeLastAdministrator:    {Conflict, "The platform needs an administrator", "Make somebody else a platform-admin first."},
	CodeClaimInvalid:         {Forbidden, "The code is not valid", "Ask for a new one with parvis admin claim: it is good once, for 30 minutes."},
	CodeHeld:                 {Locked, "A hold keeps it", "Release the hold that the detail names, with a reason, then ask again."},
	CodeHoldNotFound:         {NotFound, "No such hold", "Read the holds again."},
	CodeErasureNotFound:      {NotFound, "No such erasure", "Read the erasures again."},
	CodeHandoverRequired:     {Conflict, "The person leads rooms or meetings", "Say in handover who takes them over: a successor, the deputies, or the archive."},
	CodePersonErased:         {Gone, "The person was erased", "Nothing is left that tells of them; the receipt says what was done."},
	CodeReceiptInvalid:       {Invalid, "The receipt does not verify", "Compare it with the original, and the key with that of the installation."},
	CodeSignatureInvalid:     {Unauthenticated, "The signature is not valid", "Check the key and the clock of the sender."},
}

// Kind is the code's kind; a code that is not in the table is internal.
func (c Code) Kind() Kind { return meanings[c].Kind }

// Meaning returns what the code stands for and whether the code exists.
func (c Code) Meaning() (Meaning, bool) {
	m, ok := meanings[c]
	return m, ok
}

// Codes lists all codes in alphabetical order.
func Codes() []Code { return slices.Sorted(maps.Keys(meanings)) }
