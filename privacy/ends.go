package privacy

// End is how the rows of a table about people come to an end: by a job when their time is over, or, Why says, by something else.
type End struct {
	Job string
	Why string
}

const (
	withAccount = "goes with the account, by erasure"
	takenBack   = "counts until somebody who may takes it back"
	withMeeting = "the meeting is also that of the others invited: erasure takes name, address and text"
)

// ends is for every table of a kind: a job for a kind says nothing of the second table that the kind has.
var ends = map[string]End{
	"people":        {Why: withAccount},
	"people_words":  {Why: withAccount},
	"emails":        {Why: withAccount},
	"identities":    {Why: withAccount},
	"scim_users":    {Why: "goes when the identity management deletes the user, or with the account, by erasure"},
	"scim_emails":   {Why: "goes with its user"},
	"merges":        {Why: "ids, without which a merged account is found no more, to be erased"},
	"group_members": {Why: withAccount},

	"scim_group_members": {Why: "goes when the identity management says so, or with its user"},

	"sign_ins":     {Job: PruneJob},
	"email_proofs": {Job: PruneJob},

	"grants":          {Why: takenBack},
	"appointments":    {Why: takenBack},
	"office_holders":  {Why: takenBack},
	"platform_claims": {Why: "an id: who claimed the platform"},
	"invitations":     {Job: PruneJob},

	"rooms":        {Why: "a room belongs to the organization; one's own loses its name by erasure"},
	"meetings":     {Why: withMeeting},
	"meeting_tags": {Why: withMeeting},
	"invitees":     {Why: withMeeting},
	"answers":      {Why: withMeeting},
	"proposals":    {Why: withMeeting},
	"reports":      {Why: "goes with the notice that it is for, or by erasure"},
	"links":        {Why: withMeeting},
	"agenda":       {Why: withAccount},
	"feeds":        {Why: withAccount},
	"letters":      {Job: PruneJob},
	"tellings":     {Job: PruneJob},

	"lobby_tickets": {Job: PruneJob},
	"admissions":    {Job: PruneJob, Why: "one that somebody came in by stays as an id, with attendance taken off it"},
	"hands":         {Why: "goes when the hand is lowered or the call is left"},
	"sessions":      {Why: "stays with its counts; the name of who locked it goes with attendance"},
	"participants":  {Job: PruneJob},
	"intervals":     {Job: PruneJob},
	"acts":          {Job: PruneJob},
	"adjustments":   {Job: PruneJob},
	"blocks":        {Why: "counts until a host lifts it"},
	"messages":      {Job: PruneJob},

	"service_access_tokens": {Job: PruneJob},

	"audit":         {Why: "moved into audit_trail within a second"},
	"audit_trail":   {Job: ExpiryJob},
	"person_keys":   {Why: "destroyed by erasure; the row says that it was"},
	"events":        {Job: PruneJob},
	"event_numbers": {Job: PruneJob, Why: "the number of a room, a person or an organization stays, so that none is given twice"},
	"policies":      {Why: "an id: who changed it last"},
	"templates":     {Why: "an id: who changed it last"},

	"idempotency_keys": {Job: PruneJob},
	"operations":       {Job: PruneJob},
	"webhooks":         {Job: PruneJob, Why: "an address of the organization, until the webhook is deleted"},
	"service_accounts": {Why: "an address of the organization, which changes it itself"},
	"exports":          {Job: PruneJob},
	"erasures":         {Why: "the proof of an erasure, without a name"},
	"holds":            {Why: "the proof of a hold; erasure takes the reason off it"},
}

// Ends is how the rows of each table about people come to an end.
func Ends() map[string]End { return ends }
