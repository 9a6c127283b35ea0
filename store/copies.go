package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/event"
	"parvis/fault"
	"parvis/privacy"
)

var _ privacy.Copies = (*DB)(nil)

// NoteCopy implements privacy.Copies.
func (d *DB) NoteCopy(ctx context.Context, id, personID, askedBy string, at, since time.Time, most int, e event.Event) error {
	return d.write(ctx, "note copy", func(t *tx) error {
		if erasing, err := t.erasing(personID); err != nil { // locks the person: two at once are two
			return err
		} else if erasing {
			return gone()
		}
		var made struct {
			N     int
			First *moment
		}
		if err := one(t.DB, &made, "SELECT COUNT(*) AS n, MIN(asked_at) AS first FROM exports WHERE person_id = ? AND asked_at > ?", personID, moment(since)); err != nil {
			return err
		}
		if made.N >= most && made.First != nil {
			return fault.Newf(fault.CodeTooMany, "a copy is made %d times a day", most).After(made.First.time().Sub(since))
		}
		if _, err := exec(t.DB, "INSERT INTO exports (id, person_id, asked_by, asked_at) VALUES (?, ?, ?, ?)", id, personID, askedBy, moment(at)); err != nil {
			return err
		}
		return t.happened(e)
	})
}

// copied is a query of a copy. It answers a text k, which orders its rows and is theirs alone; a column whose name ends in _json
// is written as what it holds. What is of others is not selected.
type copied struct{ record, query string }

// mine is the condition that an invitation is the person's: by account, by claim, or by the address that is theirs at present.
const mine = "(i.person_id = @person OR i.claimed_by = @person OR (@address <> '' AND i.person_id IS NULL AND i.claimed_by IS NULL AND i.folded = @address))"

var copies = map[privacy.Kind][]copied{
	privacy.Account: {{"account", `SELECT CAST(p.id AS text) AS k, CAST(p.id AS text) AS id, p.given_name, p.family_name, p.email, p.locale, p.unit, o.name AS organization,
		p.created_at, p.updated_at, p.deactivated_at FROM people p JOIN organizations o ON o.id = p.org_id WHERE p.id = @person`}},
	privacy.Addresses: {{"address", "SELECT CAST(id AS text) AS k, address, since, until, vouched_at FROM emails WHERE person_id = @person"}},
	privacy.Identities: {
		{"identity", "SELECT iss || ' ' || sub AS k, provider, iss AS issuer, sub AS subject, idp_id, uid, created_at FROM identities WHERE person_id = @person"},
		{"provisioned", "SELECT CAST(id AS text) AS k, CAST(id AS text) AS id, active, attributes AS attributes_json, created_at, updated_at FROM scim_users WHERE person_id = @person"},
	},
	privacy.Groups: {{"group", `SELECT CAST(m.group_id AS text) AS k, g.name, m.added_at FROM group_members m JOIN groups g ON g.id = m.group_id
		WHERE m.person_id = @person`}},
	privacy.SignIns: {{"sign-in", `SELECT CAST(id AS text) AS k, CAST(id AS text) AS id, provider, issuer, subject, name, org_name, emails AS emails_json, user_agent, network,
		created_at, last_seen_at, expires_at, ended_at FROM sign_ins WHERE person_id = @person`}},
	privacy.Roles: {
		{"holds-office", "SELECT CAST(h.id AS text) AS k, f.name AS office, o.name AS organization, h.kind, h.role, h.not_before, h.not_after, h.added_at FROM office_holders h JOIN offices f ON f.id = h.office_id JOIN organizations o ON o.id = f.org_id WHERE h.person_id = @person"},
		{"administers", "SELECT CAST(a.id AS text) AS k, a.role, o.name AS organization, a.given_at FROM appointments a LEFT JOIN organizations o ON o.id = a.org_id WHERE a.person_id = @person"},
		{"role", `SELECT CAST(g.id AS text) AS k, r.slug AS room, r.name AS room_name, g.role, g.not_before, g.not_after, g.source_kind AS given_by
		FROM grants g JOIN rooms r ON r.id = g.room_id
		WHERE (g.subject_kind = 'person' AND g.subject_id = @person) OR (g.subject_kind = 'email' AND @address <> '' AND g.subject_id = @address)`},
	},
	privacy.Rooms: {{"personal-room", "SELECT CAST(id AS text) AS k, slug AS room, name, description, created_at, archived_at FROM rooms WHERE personal_of = @person"}},
	privacy.Meetings: {{"organized", `SELECT CAST(m.id AS text) AS k, CAST(m.id AS text) AS id, m.title, m.description, m.on_behalf_of, m.starts, m.zone, m.duration, m.status,
		r.slug AS room, m.overrides AS overrides_json, m.tags AS tags_json, m.created_at, m.updated_at, m.cancelled_at
		FROM meetings m JOIN rooms r ON r.id = m.room_id WHERE m.organizer_id = @person AND m.purged_at IS NULL`}},
	privacy.Invitations: {
		{"invitation", `SELECT CAST(i.id AS text) AS k, CAST(i.meeting_id AS text) AS meeting, m.title, m.starts, m.zone, m.duration, m.status, i.name, i.email, i.role, i.rsvp, i.language
			FROM invitees i JOIN meetings m ON m.id = i.meeting_id WHERE ` + mine},
		{"answer", `SELECT CAST(a.invitee_id AS text) || ' ' || a.occurrence AS k, CAST(a.meeting_id AS text) AS meeting, a.occurrence, a.rsvp, a.comment, a.answered_at
			FROM answers a JOIN invitees i ON i.id = a.invitee_id WHERE ` + mine},
		{"proposal", `SELECT CAST(a.invitee_id AS text) || ' ' || a.occurrence AS k, CAST(a.meeting_id AS text) AS meeting, a.occurrence, a.starts, a.duration, a.comment, a.proposed_at
			FROM proposals a JOIN invitees i ON i.id = a.invitee_id WHERE ` + mine},
	},
	privacy.Calendar: {{"subscription", "SELECT CAST(person_id AS text) AS k, created_at, last_read_at FROM feeds WHERE person_id = @person"}},
	privacy.Letters: {{"letter", `SELECT CAST(id AS text) AS k, kind, title, address, name, language, state, created_at, done_at FROM letters
		WHERE recipient = @actor OR (@address <> '' AND recipient = @mailbox)`}},
	privacy.Lobby: {{"knock", `SELECT CAST(k.id AS text) AS k, r.slug AS room, k.name, k.org_name, k.email, k.note, k.state, k.created_at, k.decided_at
		FROM lobby_tickets k JOIN rooms r ON r.id = k.room_id WHERE k.person_id = @person`}},
	privacy.Admissions: {{"admission", `SELECT CAST(a.id AS text) AS k, r.slug AS room, a.name, a.org_name, a.role, a.state, a.reason, a.created_at, a.ended_at
		FROM admissions a JOIN rooms r ON r.id = a.room_id WHERE a.person_id = @person`}},
	privacy.Attendance: {
		{"participation", `SELECT CAST(p.id AS text) AS k, CAST(p.id AS text) AS id, r.slug AS room, CAST(p.session_id AS text) AS session, p.name, p.org_name, p.role, p.door, p.email,
			p.first_joined_at, s.attendance_until AS kept_until FROM participants p JOIN sessions s ON s.id = p.session_id JOIN rooms r ON r.id = s.room_id WHERE p.person_id = @person`},
		{"stay", `SELECT CAST(i.id AS text) AS k, CAST(i.participant_id AS text) AS participation, i.began_at, i.ended_at
			FROM intervals i JOIN participants p ON p.id = i.participant_id WHERE p.person_id = @person`},
	},
	privacy.Acts: {
		{"by-you", `SELECT CAST(a.id AS text) AS k, a.at, a.act, CAST(a.session_id AS text) AS session FROM acts a WHERE a.actor = @actor`},
		{"about-you", `SELECT CAST(a.id AS text) AS k, a.at, a.act, CAST(a.session_id AS text) AS session FROM acts a WHERE a.target IN (@actor, @person)`},
		{"decided", `SELECT CAST(session_id AS text) AS k, CAST(session_id AS text) AS session, role, name, held, updated_at FROM adjustments
			WHERE who_kind = 'person' AND who_id = @person`},
	},
	privacy.Blocks: {
		{"about-you", `SELECT CAST(b.id AS text) AS k, r.slug AS room, b.name, b.blocked_at FROM blocks b JOIN rooms r ON r.id = b.room_id
			WHERE b.who_kind = 'person' AND b.who_id = @person`},
		{"by-you", `SELECT CAST(b.id AS text) AS k, r.slug AS room, b.blocked_at FROM blocks b JOIN rooms r ON r.id = b.room_id WHERE b.blocked_by IN (@actor, @person)`},
	},
	privacy.Chat: {{"message", `SELECT CAST(m.id AS text) AS k, r.slug AS room, m.at, m.name, m.text FROM messages m JOIN admissions a ON a.id = m.admission_id
		JOIN rooms r ON r.id = m.room_id WHERE a.person_id = @person`}},
	privacy.Delegation: {{"token", `SELECT CAST(t.account_id AS text) || ' ' || CAST(t.created_at AS text) || ' ' || CAST(t.expires_at AS text) AS k, a.name AS software, t.scopes AS scopes_json,
		t.created_at, t.expires_at FROM service_access_tokens t JOIN service_accounts a ON a.id = t.account_id WHERE t.person_id = @person`}},
	privacy.Trail: {
		{"by-you", "SELECT CAST(id AS text) AS k, at, action FROM audit WHERE actor = @actor"},
		{"about-you", "SELECT CAST(id AS text) AS k, at, action FROM audit WHERE subject = @actor"},
		{"by-you", "SELECT CAST(id AS text) AS k, at, action FROM audit_trail WHERE actor = @actor"},
		{"about-you", "SELECT CAST(id AS text) AS k, at, action FROM audit_trail WHERE subject = @actor"},
	},
}

// CopyOf implements privacy.Copies. A page is of one account and one part, so that a slow reader holds no connection.
func (d *DB) CopyOf(ctx context.Context, personID string, kind privacy.Kind, after string) (page []privacy.Row, next string, err error) {
	parts := copies[kind]
	part, key, total := 0, "", 0
	if after != "" {
		number, rest, _ := strings.Cut(after, " ")
		if part, err = strconv.Atoi(number); err != nil {
			return nil, "", fmt.Errorf("copy %s: after %q: %w", kind, after, err)
		}
		key = rest
	}
	if len(parts) == 0 {
		return nil, "", nil
	}
	err = d.read(ctx, "copy "+string(kind), func(g *gorm.DB) error {
		accounts, err := aboutEach(g, personID)
		if total = len(accounts) * len(parts); err != nil || part >= total {
			return err
		}
		args, what := accounts[part/len(parts)], parts[part%len(parts)]
		args["after"], args["most"] = key, chunk
		rows, err := g.Raw("SELECT * FROM ("+what.query+") x WHERE x.k > @after ORDER BY x.k LIMIT @most", args).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		page, key, err = copyRows(rows, what.record)
		return err
	})
	switch {
	case err != nil:
		return nil, "", err
	case len(page) == chunk:
		return page, strconv.Itoa(part) + " " + key, nil
	case part+1 < total:
		return page, strconv.Itoa(part+1) + " ", nil
	default:
		return page, "", nil
	}
}

// aboutPerson is what queries about a person name them by.
func aboutPerson(g *gorm.DB, personID string) (map[string]any, error) {
	var row struct{ GivenName, FamilyName, Email string }
	if err := one(g, &row, "SELECT given_name, family_name, email FROM people WHERE id = ?", personID); err != nil {
		return nil, err
	}
	address := strings.ToLower(row.Email)
	return map[string]any{
		"person": personID, "actor": "person:" + personID, "address": address, "mailbox": "email:" + address,
		"name": personRow{GivenName: row.GivenName, FamilyName: row.FamilyName}.person().DisplayName(),
	}, nil
}

func copyRows(rows *sql.Rows, record string) (page []privacy.Row, last string, err error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, "", err
	}
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, "", err
		}
		row := privacy.Row{"record": record}
		for i, name := range names {
			value := written(values[i])
			text, isText := value.(string)
			if name == "k" {
				last = text
				continue
			}
			if plain, isJSON := strings.CutSuffix(name, "_json"); isJSON && isText {
				row[plain] = json.RawMessage(text)
				continue
			}
			row[name] = value
		}
		page = append(page, row)
	}
	return page, last, rows.Err()
}

// written is a value of either engine as a copy has it.
func written(value any) any {
	switch v := value.(type) {
	case []byte:
		return string(v)
	case time.Time:
		return stamp(v)
	default:
		return v
	}
}
