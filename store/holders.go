package store

import (
	"gorm.io/gorm"

	"parvis/auth"
	"parvis/rooms"
)

// holder is somebody as the holder of admissions, whatever the number of their tabs and devices: by who they are, by the
// sign-in, which is the same when a guest signs in, and by the account, also of admissions that they got as a guest.
type holder struct {
	who               rooms.Who
	signIn, admission string
	person            string
}

func holderOf(a rooms.Admission) holder {
	return holder{who: a.Who(), signIn: a.SignInID, admission: a.ID, person: a.PersonID}
}

// sameHolder is the condition on admissions of somebody; it takes the args of a holder.
const sameHolder = "(a.who_kind = ? AND a.who_id = ? OR a.sign_in_id = ? OR a.person_id = ?)"

func (h holder) args() []any {
	person := h.person
	if h.who.Kind == auth.Person {
		person = h.who.ID
	}
	return []any{string(h.who.Kind), h.who.ID, key(h.signIn), key(person)}
}

// key is a key as an argument: what is none finds nothing.
func key(id string) optional {
	if !isKey(id) {
		return ""
	}
	return optional(id)
}

// places counts the places that others hold in the running session of a room, and those that somebody holds. Behind one
// service account stand many: each of its admissions is somebody.
func places(g *gorm.DB, roomID string, h holder) (others, own int, err error) {
	mine, args := "i.admission_id = ?", []any{key(h.admission)}
	if h.who.Kind != auth.Service {
		mine, args = mine+" OR "+sameHolder, append(args, h.args()...)
	}
	var count struct{ Everybody, Own int }
	err = one(g, &count, "SELECT COUNT(*) AS everybody, COUNT(CASE WHEN "+mine+` THEN 1 END) AS own
		FROM sessions s JOIN intervals i ON i.session_id = s.id AND i.ended_at IS NULL JOIN admissions a ON a.id = i.admission_id
		WHERE s.room_id = ? AND s.ended_at IS NULL`, append(args, roomID)...)
	return count.Everybody - count.Own, count.Own, err
}
